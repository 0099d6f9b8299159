/* The free list as it is ordered: the tree of segments by address, or the list beside it. */
#include "engines/freelist/state.h"

#include <assert.h>

/* The number of a hole in the list. */
static uint32_t number_of(const struct freelist *heap, const struct segment *hole)
{
	return holes_ending_at(&heap->list, hole->base + hole->size);
}

uint64_t order_rank(const struct freelist *heap, const struct segment *hole)
{
	if (!heap->has_list)
		return segments_rank(&heap->segments, hole->base);
	return holes_rank(&heap->list, number_of(heap, hole));
}

void order_add(struct freelist *heap, uint64_t base, uint64_t size)
{
	assert(size > 0 && size % heap->unit == 0);
	if (heap->has_holes)
		holes_add(&heap->list, base, size);
}

void order_remove(struct freelist *heap, const struct segment *hole)
{
	if (heap->has_holes)
		holes_remove(&heap->list, number_of(heap, hole));
}

void order_change(struct freelist *heap, const struct segment *hole, uint64_t base, uint64_t size)
{
	if (!heap->has_holes)
		return;
	if (size == 0)
		holes_remove(&heap->list, number_of(heap, hole));
	else
		holes_change(&heap->list, number_of(heap, hole), base, size);
}

void order_join(struct freelist *heap, uint64_t before, uint64_t after, const struct segment *hole)
{
	uint64_t end = hole->base + hole->size;
	const struct segment one = {hole->base, before, true}, other = {end - after, after, true};
	const struct segment *kept = after ? &other : &one;

	assert(before + after < hole->size);
	if (!heap->has_holes)
		return;
	if (before && after)
		order_remove(heap, &one);
	if (before + after == 0)
		order_add(heap, hole->base, hole->size);
	else if (heap->order == ORDER_FRONT || heap->order == ORDER_BACK)
		holes_renew(&heap->list, number_of(heap, kept), hole->base, hole->size);
	else
		order_change(heap, kept, hole->base, hole->size);
}

void order_begin_after(struct freelist *heap, const struct segment *hole, uint64_t rest)
{
	if (heap->fit != FIT_NEXT)
		return;
	if (!heap->has_list)
		state_of(heap)->rover = hole->base + hole->size - rest;
	else if (rest > 0)
		holes_start_at(&heap->list, number_of(heap, hole));
	else
		holes_start_after(&heap->list, number_of(heap, hole));
}

void order_keep_rover_outside(struct freelist *heap, const struct segment *hole)
{
	struct freelist_state *state = state_of(heap);

	if (!heap->has_list && state->rover - hole->base < hole->size)
		state->rover = hole->base;
}

struct segment order_entry(const struct freelist *heap, uint32_t hole)
{
	return (struct segment){holes_base(&heap->list, hole), holes_size(&heap->list, hole), true};
}
