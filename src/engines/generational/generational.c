/* Requests to the generational heap: see state.h. */
#include "engines/generational/state.h"

#include "base/error.h"
#include "base/options.h"
#include "engine/walks.h"
#include "engines/generational/decisions.h"

#include <assert.h>

#define STRETCH_ALIGN 4096u

static const struct option_spec options[] = {
	{.name = "eden",
		.type = OPTION_SIZE,
		.value = "BYTES",
		.fallback = "64M",
		.min = BLOCK_UNIT,
		.max = UINT64_C(1) << 36,
		.help = "size of Eden, where objects are born"},
	{.name = "survivor",
		.type = OPTION_SIZE,
		.value = "BYTES",
		.fallback = "8M",
		.min = BLOCK_UNIT,
		.max = UINT64_C(1) << 36,
		.help = "size of each of the two survivor spaces"},
	{.name = "old",
		.type = OPTION_SIZE,
		.value = "BYTES",
		.fallback = "128M",
		.min = BLOCK_UNIT,
		.max = UINT64_C(1) << 36,
		.help = "size of the old generation"},
	{.name = "metaspace",
		.type = OPTION_SIZE,
		.value = "BYTES",
		.fallback = "24M",
		.min = BLOCK_UNIT,
		.max = UINT64_C(1) << 36,
		.help = "size of the metaspace, for classes"},
	{.name = "tenure",
		.type = OPTION_NUMBER,
		.value = "N",
		.fallback = "15",
		.max = 15,
		.help = "promote an object that has survived N minor collections"},
	{.name = "card",
		.type = OPTION_SIZE,
		.value = "BYTES",
		.fallback = "512",
		.min = BLOCK_UNIT,
		.max = 1 << 20,
		.power_of_two = true,
		.help = "bytes of the old generation for which a card stands"},
	{0},
};

static enum outcome no_memory(struct generational *heap, const struct decision_kind *why,
	uint64_t a, uint64_t b, uint64_t c)
{
	heap->engine.happened |= HAPPENED_NO_MEMORY;
	decide(&heap->engine, why, a, b, c, 0);
	return OUTCOME_NO_MEMORY;
}

static enum outcome place(struct generational *heap, enum space space, uint32_t object,
	uint64_t size, struct placement *ret_placement)
{
	uint64_t address = space_push(heap, space, object, size, 0);

	decide(&heap->engine, &decision_bumped, address, space, size, space_room(heap, space));
	*ret_placement = (struct placement){address, size, 0};
	return OUTCOME_PLACED;
}

/* Nothing can be collected without knowing which object refers to which. */
static void make_room(struct generational *heap, enum space space, uint64_t size)
{
	if (!heap->engine.graph)
		return;
	if (space == EDEN) {
		decide(&heap->engine, &decision_eden_full, size, space_room(heap, EDEN), 0, 0);
		if (collect_minor(heap) && size <= space_room(heap, EDEN))
			return;
	}
	collect_major(heap);
}

/* The last resort: a major collection to which soft references are weak ones. */
static void clear_soft(struct generational *heap, uint64_t size)
{
	const struct graph *graph = heap->engine.graph;

	if (!graph || !graph->has_soft(graph))
		return;
	decide(&heap->engine, &decision_memory_short, size, 0, 0, 0);
	heap->is_short = true;
	collect_major(heap);
	heap->is_short = false;
}

/* Bytes of a block for a request; 0: more than there can be. */
static uint64_t block_size(uint64_t size)
{
	if (size > UINT64_MAX / 2)
		return 0;
	return size == 0 ? BLOCK_UNIT : (size + BLOCK_UNIT - 1) / BLOCK_UNIT * BLOCK_UNIT;
}

static enum outcome allocate(struct engine *engine, const struct request *request,
	struct placement *ret_placement)
{
	struct generational *heap = self(engine);
	uint64_t size = block_size(request->size);
	bool is_class = request->domain == DOMAIN_META;
	enum space space = is_class ? METASPACE : size <= space_of(heap, EDEN)->size ? EDEN : OLD;

	if (request->alignment > BLOCK_UNIT)
		return no_memory(heap, &decision_never_aligned, request->alignment, 0, 0);
	if (is_class && (size == 0 || size > space_room(heap, METASPACE)))
		return no_memory(heap, &decision_metaspace_full, request->size,
			space_room(heap, METASPACE), 0);
	if (space == OLD)
		decide(engine, &decision_too_large_for_eden, request->size,
			space_of(heap, EDEN)->size, 0, 0);
	if (size > 0 && size > space_room(heap, space))
		make_room(heap, space, size);
	if (size > 0 && size > space_room(heap, space))
		space = OLD;
	if (size > 0 && size > space_room(heap, space)) {
		clear_soft(heap, size);
		space = size <= space_room(heap, EDEN) ? EDEN : OLD;
	}
	if (size == 0 || size > space_room(heap, space))
		return no_memory(heap, &decision_heap_full, request->size, space_room(heap, EDEN),
			space_room(heap, OLD));
	return place(heap, space, request->object, size, ret_placement);
}

/* The block at exactly that address, which the program has not freed; NULL: there is none. */
static struct block *find(const struct generational *heap, uint64_t address, enum space *ret_space)
{
	enum space space = space_at(heap, address);
	uint32_t at = space == SPACES ? NOWHERE : block_find(heap, space, address);

	if (at == NOWHERE || block_at(heap, space, at)->address != address ||
		block_at(heap, space, at)->object == OBJECT_NONE)
		return NULL;
	*ret_space = space;
	return block_at(heap, space, at);
}

static enum outcome release(struct engine *engine, uint64_t address)
{
	struct generational *heap = self(engine);
	enum space space;
	struct block *block = find(heap, address, &space);

	if (!block) {
		engine->happened |= HAPPENED_INVALID;
		decide(engine, &decision_invalid, address, 0, 0, 0);
		return OUTCOME_INVALID;
	}
	block->object = OBJECT_NONE;
	assert(space_of(heap, space)->used >= block->size && space_of(heap, space)->live > 0);
	space_of(heap, space)->used -= block->size;
	space_of(heap, space)->live--;
	decide(engine, &decision_garbage, address, block->size, space, 0);
	return OUTCOME_RELEASED;
}

/*
 * A block that does not fit gets a new one, without a collection: the caller has the old address in
 * its hands.
 */
static enum outcome reallocate(struct engine *engine, uint64_t address,
	const struct request *request, struct placement *ret_placement)
{
	struct generational *heap = self(engine);
	uint64_t size = block_size(request->size);
	enum space space;
	const struct block *block = find(heap, address, &space);

	if (!block || request->size == 0)
		return release(engine, address);
	if (size > 0 && size <= block->size) {
		decide(engine, &decision_fits_block, request->size, block->size, 0, 0);
		*ret_placement = (struct placement){address, block->size, 0};
		return OUTCOME_PLACED;
	}
	decide(engine, &decision_moves, request->size, block->size, block->size, 0);
	enum space to = size > 0 && size <= space_room(heap, EDEN) ? EDEN : OLD;
	if (size == 0 || size > space_room(heap, to))
		return no_memory(heap, &decision_heap_full, request->size, space_room(heap, EDEN),
			space_room(heap, OLD));
	uint32_t object = block->object;
	release(engine, address);
	return place(heap, to, object, size, ret_placement);
}

/* The write barrier: whatever is stored into an old object dirties its card. */
static void stored(struct engine *engine, uint64_t from, uint64_t to)
{
	struct generational *heap = self(engine);

	if (space_at(heap, from) != OLD)
		return;
	uint64_t card = (from - space_of(heap, OLD)->base) / heap->card;
	decide(engine, &decision_card_dirtied, card, card_is_dirty(heap, from), 0, 0);
	card_dirty(heap, from);
}

static void collect(struct engine *engine, unsigned generation)
{
	struct generational *heap = self(engine);

	if (!engine->graph)
		return;
	if (generation > 0 || !collect_minor(heap))
		collect_major(heap);
}

/* The spaces follow each other in one stretch. */
static bool map_spaces(struct generational *heap)
{
	uint64_t all = 0;

	for (enum space space = EDEN; space < SPACES; space++)
		all += heap->sizes[space];
	uint64_t at = heap->engine.pages->map(heap->engine.pages, all, STRETCH_ALIGN);
	if (at == 0)
		return false;
	for (enum space space = EDEN; space < SPACES; space++) {
		space_of(heap, space)->base = at;
		space_of(heap, space)->size = heap->sizes[space];
		at += heap->sizes[space];
	}
	return true;
}

static int init(struct engine *engine, const struct options *values, struct error *err)
{
	static const char *const names[] = {"eden", "survivor", "survivor", "old", "metaspace"};
	struct generational *heap = self(engine);

	for (enum space space = EDEN; space < SPACES; space++)
		heap->sizes[space] = options_number(values, names[space]) / BLOCK_UNIT * BLOCK_UNIT;
	heap->tenure = (uint32_t)options_number(values, "tenure");
	heap->card = (uint32_t)options_number(values, "card");
	flat_add(&engine->flat, &heap->state, sizeof(struct generational_state));
	for (enum space space = EDEN; space < SPACES; space++)
		flat_add(&engine->flat, &heap->blocks[space], sizeof(struct block));
	flat_add(&engine->flat, &heap->cards, sizeof(uint8_t));
	flat_grow(&heap->state, 1);
	state_of(heap)->to = SURVIVOR_0;
	if (!map_spaces(heap))
		return error_set(err, "--eden, --old: there is no room for the spaces");
	cards_init(heap);
	return 0;
}

static void finish(struct engine *engine)
{
	struct generational *heap = self(engine);

	array_finish(&heap->reached);
	for (enum space space = EDEN; space < SPACES; space++)
		array_finish(&heap->marks[space]);
	array_finish(&heap->moves);
	array_finish(&heap->dead);
	array_finish(&heap->dead_addresses);
}

const struct engine_ops engine_generational = {
	.name = "generational",
	.summary = "Eden, survivors and an old generation, as a Java heap",
	.holder = "The virtual machine",
	.has_spaces = true,
	.options = options,
	.decisions = generational_decisions,
	.state_size = sizeof(struct generational),

	.init = init,
	.finish = finish,

	.allocate = allocate,
	.release = release,
	.reallocate = reallocate,
	.stored = stored,
	.collect = collect,

	.region_count = generational_region_count,
	.region = generational_region,
	.spans = generational_spans,
	.used_between = generational_used_between,
	.fields = generational_fields,
	.landmarks = generational_landmarks,

	.totals = generational_totals,
	.check = generational_check,
};
