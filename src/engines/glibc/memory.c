/* See memory.h. */
#include "engines/glibc/memory.h"

#include <string.h>

static_assert(CHUNK_NONE == 0, "no chunk begins in units whose states are all zero");

struct word *memory_far_word(const struct glibc *g, uint32_t spot)
{
	return &leaf_of(g, spot)->words[spot % PAGE_UNITS];
}

uint8_t *memory_far_state(const struct glibc *g, uint32_t spot)
{
	return &leaf_of(g, spot)->states[spot % PAGE_UNITS];
}

/* ---- leaves -------------------------------------------------------------------------------- */

static void take_leaf(struct glibc *g, uint32_t *number)
{
	struct process *process = process_of(g);

	if (process->free_leaf) {
		struct leaf *leaf = flat_at(&g->leaves, struct leaf, process->free_leaf);
		*number = process->free_leaf;
		process->free_leaf = (uint32_t)leaf->next_free;
		leaf->next_free = 0;
	} else {
		*number = (uint32_t)g->leaves.count;
		flat_grow(&g->leaves, 1);
	}
}

static void give_leaf(struct glibc *g, uint32_t *number)
{
	struct leaf *leaf = flat_at(&g->leaves, struct leaf, *number);

	assert(*number != 0 && leaf->used == 0);
	memset(leaf, 0, sizeof(*leaf));
	leaf->next_free = process_of(g)->free_leaf;
	process_of(g)->free_leaf = *number;
	*number = 0;
}

void memory_hold(struct glibc *g, uint32_t spot)
{
	if (is_near(g, spot))
		return;
	assert(spot >> SEGMENT_BITS != 0);
	uint32_t *number = leaf_number(g, spot);
	if (*number == 0)
		take_leaf(g, number);
}

/*
 * The chunk's links lie in the next page; at the end of a heap that is one segment no chunk has
 * links.
 */
static bool reaches_next_page(const struct glibc *g, uint32_t chunk)
{
	uint32_t segment = chunk >> SEGMENT_BITS;

	if (chunk / PAGE_UNITS == (chunk + LINKS) / PAGE_UNITS)
		return false;
	return segment == (chunk + LINKS) >> SEGMENT_BITS || segment < process_of(g)->segments;
}

void memory_hold_chunk(struct glibc *g, uint32_t chunk)
{
	memory_hold(g, chunk);
	if (reaches_next_page(g, chunk))
		memory_hold(g, chunk + LINKS);
}

/* ---- segments ------------------------------------------------------------------------------ */

void memory_begin_segment(struct glibc *g, uint32_t segment, uint64_t base, uint32_t arena)
{
	struct segment *begun = segment_at(g, segment);
	uint32_t *slot = flat_at(&g->slots, uint32_t, segment);

	assert(begun->base == 0 && base != 0);
	begun->base = base;
	begun->arena = arena;
	if (*slot == 0 && segment > 0) { /* once begun, a segment keeps its slot */
		*slot = (uint32_t)(g->pages.count / SEGMENT_PAGES);
		flat_grow(&g->pages, SEGMENT_PAGES);
		flat_grow(&g->groups, SEGMENT_GROUPS);
	}
}

void memory_end_segment(struct glibc *g, uint32_t segment)
{
	struct segment *ended = segment_at(g, segment);

	/* A page that was never held may have the links of a chunk at the end of the last one. */
	uint64_t pages = ended->bytes_max / PAGE_BYTES + 1;

	assert(segment > 0 && ended->base != 0 && memory_used_in(g, segment) == 0);
	memset(ended, 0, sizeof(*ended));
	for (uint32_t page = 0; page < pages && page < SEGMENT_PAGES; page++) {
		uint32_t *number = leaf_number(g, (segment << SEGMENT_BITS) + page * PAGE_UNITS);
		if (*number)
			give_leaf(g, number);
	}
}

void memory_reach(struct glibc *g, uint32_t end)
{
	uint32_t pages = (end + LINKS) / PAGE_UNITS + 1;

	if (end >= 1u << SEGMENT_BITS || pages > SEGMENT_PAGES)
		pages = SEGMENT_PAGES;
	if (pages <= g->sums.count)
		return;
	flat_set_count(&g->sums, pages);
	flat_set_count(&g->words, (size_t)pages * PAGE_UNITS);
	flat_set_count(&g->states, (size_t)pages * PAGE_UNITS);
}

/* ---- queries ------------------------------------------------------------------------------- */

/*
 * The last chunk that begins in a page at or before the spot; 0: none. A screen asks this of each
 * cell of its map, and most pages of a large chunk have none: they are passed over eight units at a
 * time.
 */
static uint32_t last_in_page(const struct glibc *g, uint32_t spot)
{
	const uint8_t *states = state_at(g, spot - spot % PAGE_UNITS);
	uint32_t unit = spot % PAGE_UNITS + 1;
	uint64_t eight;

	while (unit > 0) {
		if (unit % sizeof(eight) == 0) {
			memcpy(&eight, states + unit - sizeof(eight), sizeof(eight));
			if (eight == 0) {
				unit -= (uint32_t)sizeof(eight);
				continue;
			}
		}
		if (states[--unit] != CHUNK_NONE)
			return spot - spot % PAGE_UNITS + unit;
	}
	return 0;
}

/* The last chunk that begins in the pages [first, first + n). */
static uint32_t last_of_pages(const struct glibc *g, uint32_t first, uint32_t n)
{
	uint32_t found = 0;

	for (uint32_t page = first + n; page-- > first && !found;)
		found = last_in_page(g, page * PAGE_UNITS + PAGE_UNITS - 1);
	return found;
}

static uint32_t last_of_groups(const struct glibc *g, uint32_t segment, uint32_t n)
{
	for (uint32_t group = n; group-- > 0;) {
		uint32_t first = segment * SEGMENT_PAGES + group * GROUP_PAGES;
		if (group_of(g, first * PAGE_UNITS)->starts > 0)
			return last_of_pages(g, first, GROUP_PAGES);
	}
	return 0;
}

uint32_t memory_chunk_at(const struct glibc *g, uint32_t spot)
{
	uint32_t page = spot / PAGE_UNITS, segment = spot >> SEGMENT_BITS;
	uint32_t first = page / GROUP_PAGES * GROUP_PAGES, found = last_in_page(g, spot);

	if (!found)
		found = last_of_pages(g, first, page - first);
	if (!found)
		found = last_of_groups(g, segment, page % SEGMENT_PAGES / GROUP_PAGES);
	while (!found && segment-- > 0 && segment < process_of(g)->segments)
		found = last_of_groups(g, segment, SEGMENT_GROUPS);
	return found;
}

/* Units in use of the chunks that begin in the spot's page, before it. */
static uint64_t used_in_page(const struct glibc *g, uint32_t spot)
{
	uint32_t first = spot - spot % PAGE_UNITS;
	uint64_t used = 0;

	for (uint32_t at = first; at < spot; at++)
		used += chunk_state(g, at) == CHUNK_USED ? chunk_size(g, at) : 0;
	return used;
}

/* Units of chunks in use that begin in the pages [from, to) of a segment. */
static uint64_t used_in_pages(const struct glibc *g, uint32_t from, uint32_t to)
{
	uint64_t used = 0;

	while (from < to) {
		if (from % GROUP_PAGES == 0 && to - from >= GROUP_PAGES) {
			used += group_of(g, from * PAGE_UNITS)->used;
			from += GROUP_PAGES;
		} else {
			used += *page_used(g, from * PAGE_UNITS);
			from++;
		}
	}
	return used;
}

/* Units of chunks in use that begin in [from, to), which are in the same segment. */
static uint64_t used_from(const struct glibc *g, uint32_t from, uint32_t to)
{
	return used_in_pages(g, from / PAGE_UNITS, to / PAGE_UNITS) - used_in_page(g, from) +
	       used_in_page(g, to);
}

/* Units from the spot on that belong to a chunk in use that begins before it. */
static uint64_t reach_over(const struct glibc *g, uint32_t spot)
{
	uint32_t last = memory_chunk_at(g, spot - 1);

	if (!last || chunk_state(g, last) != CHUNK_USED || chunk_after(g, last) <= spot)
		return 0;
	return chunk_after(g, last) - spot;
}

uint64_t memory_used_in(const struct glibc *g, uint32_t segment)
{
	return used_in_pages(g, segment * SEGMENT_PAGES, (segment + 1) * SEGMENT_PAGES);
}

uint64_t memory_used_between(const struct glibc *g, uint32_t from, uint32_t to)
{
	uint32_t segment = from >> SEGMENT_BITS, last = to >> SEGMENT_BITS;
	uint64_t used = reach_over(g, from);

	assert(from <= to);
	if (segment == last)
		return used + used_from(g, from, to) - reach_over(g, to);
	used += memory_used_in(g, segment) - used_from(g, segment << SEGMENT_BITS, from);
	while (++segment < last)
		used += memory_used_in(g, segment);
	return used + used_from(g, last << SEGMENT_BITS, to) - reach_over(g, to);
}
