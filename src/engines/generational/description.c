/* What the generational heap shows of itself, and its check: see state.h. */
#include "engines/generational/state.h"

#include "base/error.h"
#include "engine/walks.h"

#include <inttypes.h>
#include <stdio.h>

size_t generational_region_count(const struct engine *engine)
{
	return SPACES;
}

void generational_region(const struct engine *engine, size_t at, struct region *ret_region)
{
	const struct space_state *space = space_of(self(engine), (enum space)at);

	*ret_region = (struct region){.kind = REGION_HEAP,
		.serial = (uint32_t)at,
		.base = space->base,
		.size = space->size,
		.used = space->used};
	snprintf(ret_region->name, sizeof(ret_region->name), "%s", space_name((enum space)at));
}

/* What is above the top: only Eden and the old generation serve requests. */
static struct span rest_of(const struct generational *heap, enum space space)
{
	const struct space_state *state = space_of(heap, space);

	return (struct span){
		.state = space == EDEN || space == OLD ? SPAN_FREE : SPAN_VIRGIN,
		.base = state->base + state->top,
		.size = state->size - state->top,
	};
}

/* false: the visitor wants no more. */
static bool visit_space(const struct generational *heap, enum space space, uint64_t from,
	uint64_t to, span_visit *visit, void *user)
{
	const struct span rest = rest_of(heap, space);
	uint32_t first = from < space_of(heap, space)->base ? 0 : block_find(heap, space, from);

	for (size_t i = first; i < heap->blocks[space].count; i++) {
		const struct block *block = block_at(heap, space, i);
		bool is_used = block->object != OBJECT_NONE;
		const struct span span = {.state = is_used ? SPAN_USED : SPAN_WASTE,
			.base = block->address,
			.size = block->size,
			.payload = is_used ? block->address : 0,
			.age = (uint8_t)block->age};
		if (block->address >= to)
			return true;
		if (!visit(&span, user))
			return false;
	}
	return rest.size == 0 || rest.base >= to || visit(&rest, user);
}

void generational_spans(const struct engine *engine, uint64_t from, uint64_t to, span_visit *visit,
	void *user)
{
	const struct generational *heap = self(engine);

	for (enum space space = EDEN; space < SPACES; space++) {
		const struct space_state *state = space_of(heap, space);
		if (from < state->base + state->size && state->base < to &&
			!visit_space(heap, space, from, to, visit, user))
			return;
	}
}

/* Costs the blocks in the range, and a search for the first of them. */
uint64_t generational_used_between(const struct engine *engine, uint64_t from, uint64_t to)
{
	struct span_sum sum = {.from = from, .to = to};

	if (from < to)
		generational_spans(engine, from, to, span_add_used, &sum);
	return sum.used;
}

void generational_totals(const struct engine *engine, struct totals *ret_totals)
{
	const struct generational *heap = self(engine);

	*ret_totals =
		(struct totals){.regions = SPACES, .regions_total = SPACES, .regions_peak = SPACES};
	for (enum space space = EDEN; space < SPACES; space++) {
		const struct space_state *state = space_of(heap, space);
		const struct span rest = rest_of(heap, space);
		ret_totals->reserved += state->size;
		ret_totals->blocks += state->used;
		ret_totals->blocks_live += state->live;
		ret_totals->tails += state->top - state->used;
		if (rest.state == SPAN_VIRGIN) {
			ret_totals->unused += rest.size;
			continue;
		}
		ret_totals->available += rest.size;
		ret_totals->free_spans += rest.size > 0;
		ret_totals->free_squares += (double)rest.size * (double)rest.size;
		if (rest.size > ret_totals->largest_free)
			ret_totals->largest_free = rest.size;
	}
}

/* The tops of the spaces; the survivor space that is empty has none. */
size_t generational_landmarks(const struct engine *engine, struct landmark *ret_landmarks, size_t n)
{
	const struct generational *heap = self(engine);
	size_t count = 0;

	for (enum space space = EDEN; space < SPACES && count < n; space++) {
		const struct space_state *state = space_of(heap, space);
		if (space == state_of(heap)->to)
			continue;
		ret_landmarks[count++] = (struct landmark){"top", state->base, state->top,
			"the next object goes there"};
	}
	return count;
}

static void add_field(struct field *fields, size_t *count, size_t n, const char *name,
	uint64_t value)
{
	if (*count == n)
		return;
	snprintf(fields[*count].name, sizeof(fields->name), "%s", name);
	snprintf(fields[*count].value, sizeof(fields->value), "%" PRIu64, value);
	++*count;
}

size_t generational_fields(const struct engine *engine, uint64_t address, struct field *ret_fields,
	size_t n)
{
	const struct generational *heap = self(engine);
	const struct generational_state *state = state_of(heap);
	enum space space = address ? space_at(heap, address) : SPACES;
	uint32_t at = space == SPACES ? NOWHERE : block_find(heap, space, address);
	size_t count = 0;

	if (space == SPACES) {
		add_field(ret_fields, &count, n, "minor", state->minors);
		add_field(ret_fields, &count, n, "major", state->majors);
		add_field(ret_fields, &count, n, "moved", state->moved_bytes);
		add_field(ret_fields, &count, n, "to", state->to - SURVIVOR_0);
		if (count < n) {
			struct field *cards = &ret_fields[count++];
			snprintf(cards->name, sizeof(cards->name), "dirty cards");
			cards_name_dirty(heap, cards->value, sizeof(cards->value));
		}
		add_field(ret_fields, &count, n, "tenure", heap->tenure);
		return count;
	}
	add_field(ret_fields, &count, n, "top", space_of(heap, space)->top);
	add_field(ret_fields, &count, n, "end", space_of(heap, space)->size);
	if (at != NOWHERE && space != METASPACE)
		add_field(ret_fields, &count, n, "age", block_at(heap, space, at)->age);
	if (space == OLD) {
		add_field(ret_fields, &count, n, "dirty card", card_is_dirty(heap, address));
		add_field(ret_fields, &count, n, "card bytes", heap->card);
	}
	return count;
}

static int check_space(const struct generational *heap, enum space space, struct error *err)
{
	const struct space_state *state = space_of(heap, space);
	uint64_t top = 0, used = 0, live = 0;
	const struct space_state *before = space > EDEN ? space - 1 + space_of(heap, EDEN) : NULL;

	if (state->size != heap->sizes[space] ||
		(before && before->base + before->size != state->base))
		return error_set(err, "%s is elsewhere", space_name(space));
	for (size_t i = 0; i < heap->blocks[space].count; i++) {
		const struct block *block = block_at(heap, space, i);
		if (block->address != state->base + top || block->size == 0 ||
			block->size % BLOCK_UNIT != 0)
			return error_set(err,
				"%s: a block at 0x%" PRIx64 " is not where the one before it ends",
				space_name(space), block->address);
		if (space == EDEN && block->age != 0)
			return error_set(err, "Eden has an object that survived a collection");
		top += block->size;
		used += block->object == OBJECT_NONE ? 0 : block->size;
		live += block->object != OBJECT_NONE;
	}
	if (top != state->top || used != state->used || live != state->live || top > state->size)
		return error_set(err,
			"%s: its blocks have %" PRIu64 " bytes, %" PRIu64 " of them used",
			space_name(space), top, used);
	return 0;
}

/* An old object that refers to a young one begins in a dirty card. */
static int check_cards(const struct generational *heap, struct error *err)
{
	for (size_t i = 0; heap->engine.graph && i < heap->blocks[OLD].count; i++) {
		const struct block *block = block_at(heap, OLD, i);
		if (block->object != OBJECT_NONE && !card_is_dirty(heap, block->address) &&
			refers_to_young(heap, block))
			return error_set(err,
				"object %" PRIu32 " refers to a young one, and its card is clean",
				block->object);
	}
	return 0;
}

int generational_check(const struct engine *engine, struct error *err)
{
	const struct generational *heap = self(engine);

	for (enum space space = EDEN; space < SPACES; space++)
		if (check_space(heap, space, err) < 0)
			return -1;
	enum space to = (enum space)state_of(heap)->to;
	if ((to != SURVIVOR_0 && to != SURVIVOR_1) || space_of(heap, to)->top != 0)
		return error_set(err, "the survivor space that is to be filled is not empty");
	return check_cards(heap, err);
}
