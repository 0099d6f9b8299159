/* The free list as it is ordered: the tree of segments by address, or the list beside it. */
#include "engines/freelist/state.h"

#include <assert.h>

uint64_t order_rank(const struct freelist *heap, uint64_t base)
{
	if (!heap->has_list)
		return segments_rank(&heap->segments, base);
	struct place place = holes_place(&heap->list, holes_at(&heap->list, base));
	return holes_rank(&heap->list, &place);
}

void order_add(struct freelist *heap, uint64_t base, uint64_t size)
{
	assert(size > 0 && size % heap->unit == 0);
	if (heap->has_holes)
		holes_add(&heap->list, base, size);
}

void order_remove(struct freelist *heap, uint64_t base)
{
	if (heap->has_holes)
		holes_remove(&heap->list, holes_at(&heap->list, base));
}

void order_change(struct freelist *heap, uint64_t old_base, uint64_t base, uint64_t size)
{
	assert(base >= old_base && size % heap->unit == 0);
	if (size == 0)
		order_remove(heap, old_base);
	else if (heap->has_holes)
		holes_change(&heap->list, holes_at(&heap->list, old_base), base, size);
}

/* By address or size the hole is where one of the two was, or at the same cost where it belongs. */
void order_join(struct freelist *heap, uint64_t before, uint64_t after, const struct segment *hole)
{
	uint64_t end = hole->base + hole->size;
	bool is_new = heap->order == ORDER_FRONT || heap->order == ORDER_BACK;

	assert(before + after < hole->size);
	if (before && (is_new || after))
		order_remove(heap, is_new ? hole->base : end - after);
	if (is_new && after)
		order_remove(heap, end - after);
	if (is_new || before + after == 0)
		order_add(heap, hole->base, hole->size);
	else if (heap->has_holes)
		holes_change(&heap->list, holes_at(&heap->list, before ? hole->base : end - after),
			hole->base, hole->size);
}

void order_keep_rover_outside(struct freelist *heap, const struct segment *hole)
{
	struct place *rover = &state_of(heap)->rover;

	if (!heap->has_list && rover->key - hole->base < hole->size)
		rover->key = hole->base;
}

struct segment order_entry(const struct freelist *heap, uint32_t hole)
{
	return (struct segment){holes_base(&heap->list, hole), holes_size(&heap->list, hole), true};
}
