/*
 * What fragmentation is called by different people:
 *
 *	external      1 - largest hole / free bytes: how far the free bytes are from being one piece
 *	internal      1 - bytes asked for / bytes in blocks: what rounding costs
 *	utilisation   bytes asked for / bytes held from the system (the malloc lab's figure, at this moment)
 *
 * Holes are those of engines with a free list of holes; the free blocks of a size class are no
 * holes, since they can serve no other class.
 */
#include "arenascope/metrics.h"

void fragmentation_of(const struct heap *heap, struct fragmentation *ret)
{
	struct heap_sums sums;

	*ret = (struct fragmentation){0};
	for (size_t i = 0; i < heap_layer_count(heap); i++) {
		const struct engine *engine = heap_layer(heap, i);
		struct totals totals;
		engine->ops->totals(engine, &totals);
		if (engine->ops->class_count)
			continue;
		ret->free_bytes += totals.available;
		ret->holes += totals.free_spans;
		if (totals.largest_free > ret->largest_hole)
			ret->largest_hole = totals.largest_free;
	}
	heap_sums(heap, &sums);
	if (ret->free_bytes)
		ret->external = 1 - (double)ret->largest_hole / (double)ret->free_bytes;
	if (sums.given_bytes)
		ret->internal = 1 - (double)sums.live_bytes / (double)sums.given_bytes;
	ret->utilisation = sums.reserved ? (double)sums.live_bytes / (double)sums.reserved : 1;
}
