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

/* A search through the list. */
struct listed_search {
	const struct freelist *heap;
	struct fit_search *search;
};

/* Whether the search ends with the hole of the list: a hole_test. */
static bool serves(const struct holes *list, uint32_t hole, void *user)
{
	const struct listed_search *listed = user;
	struct fit_search *search = listed->search;

	search->hole.base = holes_base(list, hole);
	search->hole.size = holes_size(list, hole);
	search->hole.is_hole = true;
	return fits_into(listed->heap, search);
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

/* The hole, or the first one after it in the list that serves; 0: none. */
static bool first_listed(const struct freelist *heap, uint32_t hole, struct fit_search *search)
{
	struct listed_search listed = {heap, search};

	while (hole && !serves(&heap->list, hole, &listed))
		hole = holes_first_after(&heap->list, hole, search->size);
	return hole != 0;
}

static bool first_fit(const struct freelist *heap, struct fit_search *search)
{
	return heap->has_list ? first_listed(heap, holes_first(&heap->list, search->size), search)
			      : first_by_address(heap, 0, search);
}

static bool next_fit(const struct freelist *heap, struct fit_search *search)
{
	const struct holes *list = &heap->list;

	if (heap->has_list ? first_listed(heap, holes_first_from_start(list, search->size), search)
			   : first_by_address(heap, state_of(heap)->rover, search))
		return true;
	return first_fit(heap, search);
}

static bool best_fit(const struct freelist *heap, struct fit_search *search)
{
	struct listed_search listed = {heap, search};
	uint32_t hole = holes_smallest(&heap->list, search->size, serves, &listed);

	return hole && serves(&heap->list, hole, &listed);
}

/* The first hole of `least` bytes or more from an address on. */
static bool next_by_address(const struct freelist *heap, uint64_t least, struct fit_search *next)
{
	next->has_path = true;
	return segments_first_fit(&heap->segments, next->hole.base + next->hole.size, least,
		&next->hole, &next->path);
}

/* The same after a hole in the list; 0: of all. */
static bool next_listed(const struct freelist *heap, uint64_t least, uint32_t *hole)
{
	*hole = *hole ? holes_first_after(&heap->list, *hole, least)
		      : holes_first(&heap->list, least);
	return *hole;
}

/* The largest hole of `least` bytes or more that serves, of equals the first. */
static bool largest_from(const struct freelist *heap, uint64_t least, struct fit_search *search)
{
	struct fit_search next = *search;
	struct listed_search listed = {heap, &next};
	bool is_found = false;
	uint32_t hole = 0;

	next.hole.base = next.hole.size = 0;
	while (heap->has_list ? next_listed(heap, least, &hole)
			      : next_by_address(heap, least, &next)) {
		if (!(heap->has_list ? serves(&heap->list, hole, &listed) : fits_into(heap, &next)))
			continue;
		*search = next;
		is_found = true;
		least = next.hole.size + 1;
	}
	return is_found;
}

/* Only a block that has to be aligned may not fit into a hole of the largest size. */
static bool worst_fit(const struct freelist *heap, struct fit_search *search)
{
	uint64_t largest = heap->has_list ? holes_largest(&heap->list)
					  : segments_largest_hole(&heap->segments);

	return largest >= search->size &&
	       (largest_from(heap, largest, search) || largest_from(heap, search->size, search));
}

/* How many entries a walk along the list would have checked. */
static uint64_t entries_checked(const struct freelist *heap, bool fits, const struct segment *hole)
{
	uint64_t holes = segments_holes(&heap->segments);

	if (!fits || heap->fit == FIT_BEST || heap->fit == FIT_WORST)
		return holes;
	uint64_t rank = order_rank(heap, hole);
	if (heap->fit == FIT_FIRST)
		return rank + 1;
	uint64_t begin = heap->has_list ? holes_rank_of_start(&heap->list)
					: segments_rank(&heap->segments, state_of(heap)->rover);
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
