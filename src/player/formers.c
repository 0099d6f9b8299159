/* See formers.h. */
#include "player/formers.h"

void formers_init(struct formers *formers)
{
	*formers = (struct formers){0};
	extents_init(&formers->extents, &formers->flat);
}

void formers_finish(struct formers *formers)
{
	flat_finish(&formers->flat);
}

/* Finds the first extent that overlaps [from, to). */
static bool first_overlap(const struct formers *formers, uint64_t from, uint64_t to,
	struct extent *ret_extent)
{
	if (extents_at_or_before(&formers->extents, from, ret_extent) &&
		ret_extent->base + ret_extent->size > from)
		return true;
	return extents_at_or_after(&formers->extents, from, ret_extent) && ret_extent->base < to;
}

static void add(struct formers *formers, uint64_t from, uint64_t to, uint32_t object)
{
	struct extent other;

	if (from < to)
		extents_add(&formers->extents,
			&(struct extent){.base = from, .size = to - from, .tag = object}, &other);
}

uint32_t formers_place(struct formers *formers, uint64_t address, uint64_t bytes, uint32_t object)
{
	uint64_t to = address + (bytes ? bytes : 1);
	uint32_t former = OBJECT_NONE;
	struct extent extent;

	while (first_overlap(formers, address, to, &extent)) {
		former = former == OBJECT_NONE ? extent.tag : former;
		extents_remove(&formers->extents, extent.base);
		add(formers, extent.base, address, extent.tag);
		add(formers, to, extent.base + extent.size, extent.tag);
	}
	add(formers, address, to, object);
	return former;
}

uint32_t formers_follow(struct formers *formers, const struct heap *heap,
	const struct effect *effect)
{
	uint32_t former = OBJECT_NONE;
	const struct moved *moved;
	size_t n = heap_moved(heap, &moved);

	if (effect->outcome == OUTCOME_PLACED) {
		former = formers_place(formers, effect->address, effect->given, effect->object);
		former = effect->address == effect->old_address ? OBJECT_NONE : former;
	}
	/* the effect's addresses are those before anything moved */
	for (size_t i = 0; i < n; i++)
		formers_place(formers, moved[i].live.address, moved[i].live.given,
			moved[i].live.object);
	return former;
}
