/* Holes that touch become one: all of them on demand, or along the list as in --ostep. */
#include "engines/freelist/state.h"

#include <assert.h>
#include <stdlib.h>

static int compare_addresses(const void *one, const void *other)
{
	uint64_t a = *(const uint64_t *)one, b = *(const uint64_t *)other;
	return (a > b) - (a < b);
}

/* Two holes that touch become one. */
static struct segment join(struct freelist *heap, const struct segment *one,
	const struct segment *other)
{
	const struct segment olds[2] = {*one, *other};
	const struct segment joined = {one->base, one->size + other->size, true};

	assert(one->is_hole && other->is_hole && one->base + one->size == other->base);
	heap->engine.happened |= HAPPENED_COALESCED;
	segments_replace(&heap->segments, NULL, olds, 2, &joined, 1);
	return joined;
}

bool joins_all(struct freelist *heap)
{
	uint64_t *seams = heap->seams.data;
	uint64_t joins = 0;

	if (heap->seams.count > 1)
		qsort(seams, heap->seams.count, sizeof(*seams), compare_addresses);
	for (size_t i = 0; i < heap->seams.count; i++) {
		struct neighbours around;
		if (!segments_around(&heap->segments, seams[i], &around) || !around.self.is_hole ||
			!around.before.size)
			continue;
		order_remove(heap, &around.before);
		order_remove(heap, &around.self);
		assert(around.before.base + around.before.size == around.self.base);
		struct segment joined = join(heap, &around.before, &around.self);
		order_add(heap, joined.base, joined.size);
		order_keep_rover_outside(heap, &joined);
		joins++;
	}
	flat_set_count(&heap->seams, 0);
	if (joins)
		decide(&heap->engine, &decision_joined_all, joins, 0, 0, 0);
	return joins > 0;
}

void joins_along_list(struct freelist *heap)
{
	for (size_t i = 0; i < heap->seams.count; i++) { /* joining may add more */
		/* two holes that follow each other in the list, if none of them is gone since */
		uint64_t seam = *flat_at(&heap->seams, uint64_t, i);
		struct segment other;
		if (!segments_find(&heap->segments, seam, &other) || !other.is_hole ||
			other.base != seam)
			continue;
		uint32_t hole = holes_ending_at(&heap->list, other.base + other.size);
		uint32_t before = holes_before(&heap->list, hole);
		if (!before ||
			holes_base(&heap->list, before) + holes_size(&heap->list, before) != seam)
			continue;
		const struct segment one = order_entry(heap, before);
		decide(&heap->engine, &decision_joined, one.base, one.size, other.base, other.size);
		holes_remove(&heap->list, hole);
		join(heap, &one, &other);
		holes_change(&heap->list, before, one.base, one.size + other.size);
	}
	flat_set_count(&heap->seams, 0);
}

void joins_note_seams(struct freelist *heap, const struct neighbours *around,
	const struct segment *hole)
{
	assert(heap->coalesce == COALESCE_ON_DEMAND && hole->is_hole);
	if (around->before.size && hole->base == around->self.base)
		*(uint64_t *)flat_grow(&heap->seams, 1) = hole->base;
	if (around->after.size)
		*(uint64_t *)flat_grow(&heap->seams, 1) = around->after.base;
}
