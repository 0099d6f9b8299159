/* Where blocks and holes are: growth at the end, carving, freeing, and resizing in place. */
#include "engines/freelist/state.h"

#include <assert.h>

#define GROWTH 4096u /* bytes: a heap that grows takes multiples of these */

/* The memory taken now ends at `end`: the new bytes join the last hole. */
static void extend_to(struct freelist *heap, uint64_t end)
{
	struct freelist_state *state = state_of(heap);
	struct segment last = {0};
	bool has_last = segments_last(&heap->segments, &last);
	uint64_t from = has_last ? last.base + last.size : first_of(heap);
	uint64_t whole = end > from ? (end - from) / heap->unit * heap->unit : 0;

	assert(end > state->end && (!has_last || from + state->tail == state->end));
	state->end = end;
	state->tail = end > from ? end - from - whole : 0;
	assert(state->tail < heap->unit);
	if (whole == 0)
		return;
	struct segment hole = {.base = from, .size = whole, .is_hole = 1};
	if (has_last && last.is_hole) {
		hole.base = last.base;
		hole.size += last.size;
		segments_replace(&heap->segments, NULL, &last, 1, &hole, 1);
		order_change(heap, &last, hole.base, hole.size);
		return;
	}
	segments_replace(&heap->segments, NULL, NULL, 0, &hole, 1);
	order_add(heap, hole.base, hole.size);
}

bool layout_take(struct freelist *heap, uint64_t bytes)
{
	struct freelist_state *state = state_of(heap);
	struct page_source *pages = heap->engine.pages;
	uint64_t base;

	if (!pages->grow(pages, bytes, &base))
		return false;
	uint64_t old = state->base ? state->end : base;
	assert(state->base == 0 || state->base == base);
	state->base = base;
	extend_to(heap, old + bytes);
	return true;
}

bool layout_grow_to(struct freelist *heap, uint64_t end)
{
	struct freelist_state *state = state_of(heap);
	uint64_t old = state->end;

	if (heap->capacity)
		return false;
	uint64_t bytes = round_up(end - old + state->tail, GROWTH);
	assert(end > old - state->tail);
	if (!layout_take(heap, bytes))
		return false;
	heap->engine.happened |= HAPPENED_GREW;
	decide(&heap->engine, &decision_grew, old, bytes, state->end, 0);
	return true;
}

/* The hole at the end of the heap loses its last bytes, and keeps some. */
static void cut_end(struct freelist *heap, const struct segment *hole, uint64_t bytes)
{
	struct freelist_state *state = state_of(heap);
	const struct segment rest = {hole->base, hole->size - bytes, true};
	uint64_t end = rest.base + rest.size;

	assert(hole->is_hole && bytes < hole->size && bytes % heap->unit == 0);
	segments_replace(&heap->segments, NULL, hole, 1, &rest, 1);
	order_change(heap, hole, rest.base, rest.size);
	state->end -= bytes;
	if (!heap->has_list && state->rover > end)
		state->rover = end;
}

/* The last block, when there is one right before the free end of the heap. */
static void tell_keeper(struct freelist *heap, const struct segment *last)
{
	struct segment keeper = *last;

	if (last->is_hole && !segments_find(&heap->segments, last->base - 1, &keeper))
		return;
	if (!keeper.is_hole)
		decide(&heap->engine, &decision_end_kept, keeper.base,
			last->is_hole ? last->size : 0, 0, 0);
}

void layout_trim(struct freelist *heap)
{
	struct freelist_state *state = state_of(heap);
	struct page_source *pages = heap->engine.pages;
	struct segment last;

	if (heap->trim == 0 || !pages->shrink || !segments_last(&heap->segments, &last))
		return;
	if (!last.is_hole || last.size < heap->trim) {
		tell_keeper(heap, &last);
		return;
	}
	uint64_t kept = last.base + heap->unit + state->tail - state->base;
	uint64_t end = state->base + round_up(kept, GROWTH);
	if (end >= state->end || !pages->shrink(pages, state->end - end))
		return;
	uint64_t bytes = state->end - end;
	cut_end(heap, &last, bytes);
	decide(&heap->engine, &decision_trimmed, end, bytes, 0, 0);
}

bool layout_begin(struct freelist *heap)
{
	return state_of(heap)->base != 0 || layout_take(heap, GROWTH);
}

uint64_t layout_end(const struct freelist *heap)
{
	struct segment last;

	if (!segments_last(&heap->segments, &last))
		return first_of(heap);
	return last.is_hole ? last.base : last.base + last.size;
}

/* ---- blocks -------------------------------------------------------------------------------- */

/* Lists the rests of the hole: a gap before the block, a rest after it, both, or neither. */
static void list_rests(struct freelist *heap, const struct segment *hole, uint64_t gap,
	uint64_t rest)
{
	uint64_t behind = hole->base + hole->size - rest;

	assert(gap + rest < hole->size);
	if (rest == 0)
		order_begin_after(heap, hole, 0);
	if (gap) {
		order_change(heap, hole, hole->base, gap);
		if (rest)
			order_add(heap, behind, rest);
	} else {
		order_change(heap, hole, behind, rest);
	}
	if (rest > 0)
		order_begin_after(heap, hole, rest);
}

void layout_carve(struct freelist *heap, const struct fit_search *search)
{
	const struct segment *hole = &search->hole;
	uint64_t block = search->block, size = search->size;
	uint64_t rest = hole->base + hole->size - block - size;
	struct segment news[3];
	size_t n = 0;

	assert(hole->is_hole && block >= hole->base && size > 0 && size % heap->unit == 0);
	assert(block - hole->base <= hole->size && rest < hole->size);
	if (heap->engine.log)
		decide(&heap->engine, &decision_hole_chosen, hole->base, hole->size, heap->fit,
			order_rank(heap, hole));
	if (block > hole->base) {
		news[n++] = (struct segment){hole->base, block - hole->base, true};
		decide(&heap->engine, &decision_alignment_gap, hole->base, block - hole->base, 0,
			0);
	}
	news[n++] = (struct segment){block, size, false};
	if (rest > 0) {
		news[n++] = (struct segment){block + size, rest, true};
		heap->engine.happened |= HAPPENED_SPLIT;
		decide(&heap->engine, &decision_split, block, size, block + size, rest);
	} else {
		decide(&heap->engine, &decision_exact_fit, hole->base, hole->size, 0, 0);
	}
	if (search->has_path && block == hole->base)
		segments_carve(&heap->segments, &search->path, hole, size);
	else
		segments_replace(&heap->segments, NULL, hole, 1, news, n);
	list_rests(heap, hole, block - hole->base, rest);
}

/* The hole replaces the end of the block or all of it, and the hole after it if it covers that. */
static void segment_hole(struct freelist *heap, const struct neighbours *around,
	const struct segment *hole)
{
	const struct segment *block = &around->self;
	const struct segment olds[] = {*block, around->after};
	const struct segment news[] = {{block->base, hole->base - block->base, false}, *hole};
	assert(hole->is_hole && !block->is_hole);
	assert(hole->base >= block->base && hole->base < block->base + block->size);
	bool joins_after = hole->base + hole->size > block->base + block->size;
	bool is_whole = hole->base == block->base;

	segments_replace(&heap->segments, &around->path, olds, joins_after ? 2 : 1, &news[is_whole],
		is_whole ? 1 : 2);
}

void layout_free(struct freelist *heap, const struct neighbours *around, uint64_t base)
{
	const struct segment *block = &around->self, *before = &around->before,
			     *after = &around->after;
	struct segment hole = {base, block->base + block->size - base, true};
	bool is_whole = base == block->base;
	bool joins = heap->coalesce == COALESCE_ON && !heap->is_ostep;

	assert(!block->is_hole && hole.size > 0 && hole.size % heap->unit == 0);
	assert(before->size == 0 || before->base + before->size == block->base);
	assert(after->size == 0 || block->base + block->size == after->base);
	decide(&heap->engine, &decision_hole_made, base, hole.size,
		heap->engine.log && !heap->has_list ? segments_rank(&heap->segments, base) : 0, 0);
	if (heap->coalesce == COALESCE_ON_DEMAND)
		joins_note_seams(heap, around, &hole);
	if (joins && is_whole && before->size) {
		hole.base = before->base;
		hole.size += before->size;
		heap->engine.happened |= HAPPENED_COALESCED;
		decide(&heap->engine, &decision_coalesced_before, before->base, before->size,
			hole.size, 0);
	}
	if (joins && after->size) {
		hole.size += after->size;
		heap->engine.happened |= HAPPENED_COALESCED;
		decide(&heap->engine, &decision_coalesced_after, after->base, after->size,
			hole.size, 0);
	}
	if (joins && is_whole)
		segments_release(&heap->segments, around);
	else
		segment_hole(heap, around, &hole);
	assert(hole.base >= first_of(heap));
	assert(hole.base + hole.size <= state_of(heap)->end - state_of(heap)->tail);
	order_join(heap, joins && is_whole ? before->size : 0, joins ? after->size : 0, &hole);
	order_keep_rover_outside(heap, &hole);
}

/* The hole after the block gives the missing bytes; at the end of the heap, growth does. */
bool layout_grow_in_place(struct freelist *heap, const struct neighbours *around, uint64_t size)
{
	const struct segment *block = &around->self;
	struct segment next = around->after, last;

	if (block->size + next.size < size) {
		segments_last(&heap->segments, &last);
		if (last.base != (next.size ? next.base : block->base) ||
			!layout_grow_to(heap, block->base + size))
			return false;
		segments_find(&heap->segments, block->base + block->size, &next);
	}

	assert(next.is_hole && next.base == block->base + block->size);
	assert(size > block->size && block->size + next.size >= size);
	uint64_t rest = block->size + next.size - size;
	const struct segment olds[2] = {*block, next};
	const struct segment news[2] = {{block->base, size, false},
		{block->base + size, rest, true}};
	decide(&heap->engine, &decision_grew_in_place, block->base, block->size, size, 0);
	segments_replace(&heap->segments, NULL, olds, 2, news, rest ? 2 : 1);
	order_change(heap, &next, block->base + size, rest);
	return true;
}
