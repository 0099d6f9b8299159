/* Which hole serves a request; see state.h. */
#include "engines/freelist/state.h"

#include <assert.h>

/* Where in the hole a block with an aligned payload begins; UINT64_MAX: it does not fit. */
static uint64_t place_in(const struct freelist *heap, const struct segment *hole, uint64_t size,
	uint64_t alignment)
{
	uint64_t payload = round_up(hole->base + heap->header, alignment);
	uint64_t block = payload - heap->header;

	return block + size <= hole->base + hole->size ? block : UINT64_MAX;
}

static bool fits_into(const struct freelist *heap, struct fit_search *search)
{
	search->block = place_in(heap, &search->hole, search->size, search->alignment);
	return search->block != UINT64_MAX;
}

static bool fits_into_listed(const struct freelist *heap, uint32_t hole, struct fit_search *search)
{
	search->hole.base = holes_base(&heap->list, hole);
	search->hole.size = holes_size(&heap->list, hole);
	search->hole.is_hole = true;
	return fits_into(heap, search);
}

static bool first_by_address(const struct freelist *heap, uint64_t from, struct fit_search *search)
{
	search->has_path = true;
	while (segments_first_fit(&heap->segments, from, search->size, &search->hole,
		&search->path)) {
		if (fits_into(heap, search))
			return true;
		from = search->hole.base + search->hole.size;
	}
	return false;
}

static bool first_listed(const struct freelist *heap, const struct place *from,
	struct fit_search *search)
{
	struct place place;
	uint32_t hole;

	while ((hole = holes_first(&heap->list, from, search->size)) != 0) {
		if (fits_into_listed(heap, hole, search))
			return true;
		place = holes_place(&heap->list, hole);
		place.tie++;
		from = &place;
	}
	return false;
}

static bool first_fit(const struct freelist *heap, struct fit_search *search)
{
	return heap->has_list ? first_listed(heap, NULL, search)
			      : first_by_address(heap, 0, search);
}

static bool next_fit(const struct freelist *heap, struct fit_search *search)
{
	const struct place *rover = &state_of(heap)->rover;

	if (heap->has_list ? first_listed(heap, rover, search)
			   : first_by_address(heap, rover->key, search))
		return true;
	return first_fit(heap, search);
}

static bool best_fit(const struct freelist *heap, struct fit_search *search)
{
	const struct holes *list = &heap->list;

	for (uint32_t hole = holes_smallest(list, search->size); hole;
		hole = holes_next_larger(list, hole))
		if (fits_into_listed(heap, hole, search))
			return true;
	return false;
}

/* By address: the largest hole of `least` bytes or more that serves, of equals the first. */
static bool largest_by_address(const struct freelist *heap, uint64_t least,
	struct fit_search *search)
{
	struct fit_search next = *search;
	bool is_found = false;

	next.has_path = true;
	for (uint64_t from = 0;
		segments_first_fit(&heap->segments, from, least, &next.hole, &next.path);
		from = next.hole.base + next.hole.size) {
		if (!fits_into(heap, &next))
			continue;
		*search = next;
		is_found = true;
		least = next.hole.size + 1;
	}
	return is_found;
}

/* Only a block that has to be aligned may not fit into a hole of the largest size. */
static bool worst_by_address(const struct freelist *heap, struct fit_search *search)
{
	uint64_t largest = segments_largest_hole(&heap->segments);

	return largest >= search->size && (largest_by_address(heap, largest, search) ||
						  largest_by_address(heap, search->size, search));
}

static bool worst_listed(const struct freelist *heap, struct fit_search *search)
{
	const struct holes *list = &heap->list;
	uint32_t first = holes_largest(list);

	while (first && holes_size(list, first) >= search->size) {
		uint64_t size = holes_size(list, first);
		for (uint32_t hole = first; hole && holes_size(list, hole) == size;
			hole = holes_next_larger(list, hole))
			if (fits_into_listed(heap, hole, search))
				return true;
		first = holes_next_smaller(list, size);
	}
	return false;
}

static bool worst_fit(const struct freelist *heap, struct fit_search *search)
{
	return heap->has_list ? worst_listed(heap, search) : worst_by_address(heap, search);
}

/* How many entries a walk along the list would have checked. */
static uint64_t entries_checked(const struct freelist *heap, bool fits, const struct segment *hole)
{
	const struct place *rover = &state_of(heap)->rover;
	uint64_t holes = segments_holes(&heap->segments);

	if (!fits || heap->fit == FIT_BEST || heap->fit == FIT_WORST)
		return holes;
	uint64_t rank = order_rank(heap, hole->base);
	if (heap->fit == FIT_FIRST)
		return rank + 1;
	uint64_t begin = heap->has_list ? holes_rank(&heap->list, rover)
					: segments_rank(&heap->segments, rover->key);
	return rank >= begin ? rank - begin + 1 : holes - begin + rank + 1;
}

bool fits_search(struct freelist *heap, struct fit_search *search)
{
	static bool (*const ways[])(const struct freelist *heap,
		struct fit_search *search) = {[FIT_FIRST] = first_fit,
		[FIT_NEXT] = next_fit,
		[FIT_BEST] = best_fit,
		[FIT_WORST] = worst_fit};
	bool fits = ways[heap->fit](heap, search);
	if (fits && !search->has_path)
		search->has_path = segments_path(&heap->segments, search->hole.base, &search->path);
	assert(!fits || (search->hole.is_hole && search->block >= search->hole.base &&
				search->size <= search->hole.size));

	if (heap->engine.log)
		decide(&heap->engine, &decision_searched,
			entries_checked(heap, fits, &search->hole), segments_holes(&heap->segments),
			search->size, heap->fit);
	return fits;
}
