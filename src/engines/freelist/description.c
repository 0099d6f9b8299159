/* How the heap describes itself, and the check of its invariants. */
#include "base/error.h"
#include "engines/freelist/state.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

size_t freelist_region_count(const struct engine *engine)
{
	return state_of(freelist_of_const(engine))->base != 0;
}

void freelist_region(const struct engine *engine, size_t at, struct region *ret_region)
{
	const struct freelist *heap = freelist_of_const(engine);
	const struct freelist_state *state = state_of(heap);

	*ret_region = (struct region){
		.name = "heap",
		.kind = REGION_HEAP,
		.base = state->base,
		.size = state->end - state->base,
		.used = segments_used(&heap->segments),
	};
}

void freelist_spans(const struct engine *engine, uint64_t from, uint64_t to, span_visit *visit,
	void *user)
{
	const struct freelist *heap = freelist_of_const(engine);
	const struct freelist_state *state = state_of(heap);
	struct segment segment = {0};

	if (state->base == 0)
		return;
	if (heap->lead > 0 && from < first_of(heap) && to > state->base) {
		const struct span lead = {.state = SPAN_WASTE,
			.base = state->base,
			.size = lead_of(heap)};
		if (!visit(&lead, user))
			return;
	}
	uint64_t at = from > first_of(heap) ? from : first_of(heap);
	uint64_t order = !heap->has_list && segments_find(&heap->segments, at, &segment)
				 ? segments_rank(&heap->segments, segment.base) + 1
				 : 0;
	while (at < to && segments_find(&heap->segments, at, &segment)) {
		if (heap->has_list && segment.is_hole)
			order = order_rank(heap, &segment) + 1;
		const struct span span = {
			.state = segment.is_hole ? SPAN_FREE : SPAN_USED,
			.base = segment.base,
			.size = segment.size,
			.payload = segment.is_hole ? 0 : segment.base + heap->header,
			.order = segment.is_hole ? (uint32_t)order++ : 0,
		};
		if (!visit(&span, user))
			return;
		at = segment.base + segment.size;
	}
	if (state->tail > 0 && to > state->end - state->tail && from < state->end) {
		const struct span tail = {.state = SPAN_WASTE,
			.base = state->end - state->tail,
			.size = state->tail};
		visit(&tail, user);
	}
}

uint64_t freelist_used_between(const struct engine *engine, uint64_t from, uint64_t to)
{
	const struct freelist *heap = freelist_of_const(engine);

	if (from >= to)
		return 0;
	return segments_used_below(&heap->segments, to) -
	       segments_used_below(&heap->segments, from);
}

size_t freelist_list_count(const struct engine *engine)
{
	return 1;
}

void freelist_list(const struct engine *engine, size_t at, struct list *ret_list)
{
	*ret_list = (struct list){.name = "free list",
		.length = segments_holes(&freelist_of_const(engine)->segments)};
}

size_t freelist_list_entries(const struct engine *engine, size_t at, uint64_t from,
	struct list_entry *ret_entries, size_t n)
{
	const struct freelist *heap = freelist_of_const(engine);
	struct segment hole;
	size_t copied = 0;

	for (; copied < n; copied++) {
		uint32_t entry = heap->has_list ? holes_nth(&heap->list, from + copied) : 0;
		if (entry)
			hole = order_entry(heap, entry);
		else if (heap->has_list || !segments_hole(&heap->segments, from + copied, &hole))
			break;
		ret_entries[copied] = (struct list_entry){.address = hole.base, .size = hole.size};
	}
	return copied;
}

size_t freelist_fields(const struct engine *engine, uint64_t address, struct field *ret_fields,
	size_t n)
{
	const struct freelist *heap = freelist_of_const(engine);
	struct segment segment;
	struct field all[4] = {0};
	size_t count = 0;

	if (!segments_find(&heap->segments, address, &segment))
		return 0;
	snprintf(all[count].name, sizeof(all[count].name), "%s",
		segment.is_hole ? "hole" : "block");
	snprintf(all[count++].value, sizeof(all->value), "+0x%" PRIx64,
		segment.base - state_of(heap)->base);
	snprintf(all[count].name, sizeof(all[count].name), "size");
	snprintf(all[count++].value, sizeof(all->value), "%" PRIu64, segment.size);
	if (segment.is_hole) {
		snprintf(all[count].name, sizeof(all[count].name), "place in list");
		snprintf(all[count++].value, sizeof(all->value), "%" PRIu64,
			order_rank(heap, &segment) + 1);
	} else {
		snprintf(all[count].name, sizeof(all[count].name), "header");
		snprintf(all[count++].value, sizeof(all->value), "%" PRIu64, heap->header);
	}
	count = count < n ? count : n;
	memcpy(ret_fields, all, count * sizeof(*all));
	return count;
}

/* Next fit has a roving pointer; in a list, it is at the hole that the next search checks first. */
size_t freelist_landmarks(const struct engine *engine, struct landmark *ret_landmarks, size_t n)
{
	const struct freelist *heap = freelist_of_const(engine);
	const struct freelist_state *state = state_of(heap);
	uint64_t at = state->rover ? state->rover : state->base + lead_of(heap);

	if (heap->fit != FIT_NEXT || state->base == 0 || n == 0)
		return 0;
	if (heap->has_list) {
		uint32_t hole = holes_first_from_start(&heap->list, heap->unit);
		hole = hole ? hole : holes_first(&heap->list, heap->unit);
		if (!hole)
			return 0;
		at = holes_base(&heap->list, hole);
	}
	*ret_landmarks = (struct landmark){"next fit", state->base, at - state->base,
		"the next search begins"};
	return 1;
}

/* Blocks are counted with their rounding, without their headers. */
void freelist_totals(const struct engine *engine, struct totals *ret_totals)
{
	const struct freelist *heap = freelist_of_const(engine);
	const struct freelist_state *state = state_of(heap);
	uint64_t nblocks = segments_blocks(&heap->segments);

	*ret_totals = (struct totals){
		.reserved = state->end - state->base,
		.blocks = segments_used(&heap->segments) - nblocks * heap->header,
		.headers = nblocks * heap->header,
		.tails = state->tail,
		.alignment = lead_of(heap),
		.regions = state->base != 0,
		.regions_total = state->base != 0,
		.regions_peak = state->base != 0,
		.free_spans = segments_holes(&heap->segments),
		.largest_free = segments_largest_hole(&heap->segments),
		.free_squares = segments_hole_squares(&heap->segments),
		.blocks_live = nblocks,
	};
	ret_totals->available = ret_totals->reserved - segments_used(&heap->segments) -
				ret_totals->tails - ret_totals->alignment;
}

/* The list and the segments have the same holes. */
static int check_list(const struct freelist *heap, struct error *err)
{
	struct segment hole;

	if (!heap->has_holes)
		return 0;
	if (holes_check(&heap->list, err) < 0)
		return -1;
	if (holes_count(&heap->list) != segments_holes(&heap->segments))
		return error_set(err,
			"heap: the free list has more holes, or fewer, than there are");
	for (uint64_t i = 0; segments_hole(&heap->segments, i, &hole); i++)
		if (holes_size(&heap->list, holes_ending_at(&heap->list, hole.base + hole.size)) !=
			hole.size)
			return error_set(err, "heap: the free list has another size of a hole");
	return 0;
}

int freelist_check(const struct engine *engine, struct error *err)
{
	const struct freelist *heap = freelist_of_const(engine);
	const struct freelist_state *state = state_of(heap);
	struct segment segment, before = {0};

	bool joins = heap->coalesce == COALESCE_ON && !heap->is_ostep;

	if (segments_check(&heap->segments, err) < 0 || check_list(heap, err) < 0)
		return -1;
	uint64_t at = first_of(heap);
	if (state->base && segments_find(&heap->segments, at - 1, &segment))
		return error_set(err, "heap: a segment lies before its first");
	while (state->base && segments_find(&heap->segments, at, &segment)) {
		if (segment.base != at)
			return error_set(err, "heap: a segment begins inside another");
		if (joins && segment.is_hole && before.is_hole)
			return error_set(err, "heap: two holes touch at +0x%" PRIx64,
				at - state->base);
		if (segment.size % heap->unit != 0)
			return error_set(err,
				"heap: a segment at +0x%" PRIx64 " is not a whole unit",
				at - state->base);
		before = segment;
		at = segment.base + segment.size;
	}
	if (state->base && at + state->tail != state->end &&
		segments_holes(&heap->segments) + segments_blocks(&heap->segments) > 0)
		return error_set(err, "heap: segments do not reach its end");
	return 0;
}
