/*
 * What must hold of the simulated memory (memory.h): its segments, slots, pages, groups and leaves
 * are derived again from where chunks begin, and compared.  Every array is visited as a whole, so
 * that what is not in use is known to be empty.  The order matters: once slots and pages are sound,
 * a word at any spot can be read.
 */
#include "engines/glibc/memory.h"

#include "base/error.h"

#include <inttypes.h>
#include <string.h>

/* Chunks that begin in the last units of a page have their links in the next one. */
#define LAST_UNITS (PAGE_UNITS - LINKS)

/* What the pages of a segment, visited in order, add up to. */
struct visit {
	uint64_t leaves;  /* so far */
	uint64_t chunks;  /* so far */
	uint32_t carried; /* chunks of the last page whose links may lie in the next */
	struct page_group group;
};

static bool is_zero(const void *bytes, size_t n)
{
	const unsigned char *at = bytes;

	return n == 0 || (at[0] == 0 && memcmp(at, at + 1, n - 1) == 0);
}

/*
 * Slots of segments, and leaves of pages, are numbers that exist; each slot has one segment, and
 * slot 0 no leaves: what is known of the first segment is near.
 */
static int check_slots(const struct glibc *g, struct error *err)
{
	bool is_taken[SEGMENTS + 1] = {false};
	size_t slots = g->pages.count / SEGMENT_PAGES, taken = 1;

	for (uint32_t i = 0; i < SEGMENTS; i++) {
		uint32_t slot = *flat_at(&g->slots, uint32_t, i);
		if (slot >= slots || (slot && is_taken[slot]) || (i == 0 && slot) ||
			(i > 0 && !slot && segment_at(g, i)->base))
			return error_set(err, "glibc: segment %" PRIu32 " has slot %" PRIu32, i,
				slot);
		taken += slot != 0;
		is_taken[slot] = true;
	}
	if (taken != slots || g->groups.count != slots * SEGMENT_GROUPS)
		return error_set(err, "glibc: %zu slots, %zu of them taken", slots, taken);
	if (!is_zero(g->pages.data, SEGMENT_PAGES * sizeof(uint32_t)) ||
		!is_zero(g->leaves.data, sizeof(struct leaf)))
		return error_set(err, "glibc: what stands for no slot, or no leaf, is not empty");
	for (size_t i = 0; i < g->pages.count; i++)
		if (*flat_at(&g->pages, uint32_t, i) >= g->leaves.count)
			return error_set(err, "glibc: page %zu has a leaf that does not exist", i);
	return 0;
}

/* What is near has the same pages in each array, all of the main heap's first segment. */
static int check_near(const struct glibc *g, struct error *err)
{
	size_t pages = g->sums.count;
	uint64_t end = MAIN_FIRST + arena_at(g, 0)->system / UNIT;

	if (g->words.count != pages * PAGE_UNITS || g->states.count != pages * PAGE_UNITS ||
		pages > SEGMENT_PAGES ||
		(process_of(g)->base && pages < SEGMENT_PAGES && pages * PAGE_UNITS < end))
		return error_set(err, "glibc: %zu pages are near", pages);
	return 0;
}

/* Gives how many leaves no page has; they are empty. */
static int check_free_leaves(const struct glibc *g, uint64_t *ret_leaves, struct error *err)
{
	uint64_t at = process_of(g)->free_leaf;

	for (*ret_leaves = 0; at; ++*ret_leaves) {
		if (at >= g->leaves.count || *ret_leaves >= g->leaves.count)
			return error_set(err, "glibc: the list of free leaves is broken");
		struct leaf leaf = *flat_at(&g->leaves, struct leaf, at);
		at = leaf.next_free;
		leaf.next_free = 0;
		if (!is_zero(&leaf, sizeof(leaf)))
			return error_set(err, "glibc: a free leaf is not empty");
	}
	return 0;
}

/* A page, of which something is known; its first spot is given. */
static int check_known(const struct glibc *g, uint32_t spot, struct visit *visit, struct error *err)
{
	uint64_t used = 0;
	uint32_t chunks = 0, last = 0;

	for (uint32_t unit = 0; unit < PAGE_UNITS; unit++) {
		enum chunk_state state = chunk_state(g, spot + unit);
		chunks += state != CHUNK_NONE;
		last += state != CHUNK_NONE && unit >= LAST_UNITS;
		used += state == CHUNK_USED ? chunk_size(g, spot + unit) : 0;
	}
	if (*page_used(g, spot) != used)
		return error_set(err, "glibc: the page at 0x%" PRIx64 " does not add up",
			address_of(g, spot));
	visit->carried = last;
	if (!is_near(g, spot)) {
		visit->leaves++;
		if (flat_at(&g->leaves, struct leaf, *leaf_number(g, spot))->next_free)
			return error_set(err,
				"glibc: a leaf of a page is in the list of free ones");
	}
	visit->chunks += chunks;
	visit->group.used += used;
	visit->group.starts += chunks;
	return 0;
}

static int check_page(const struct glibc *g, uint32_t spot, struct visit *visit, struct error *err)
{
	const struct segment *segment = segment_of(g, spot);
	const struct arena *arena = arena_at(g, segment->arena);
	bool has_bins = segment->base && arena->top && arena->bins == spot;

	if (is_near(g, spot) || *leaf_number(g, spot) != 0)
		return segment->base ? check_known(g, spot, visit, err)
				     : error_set(err, "glibc: an unused segment has a leaf");
	if (has_bins || visit->carried)
		return error_set(err, "glibc: the page at 0x%" PRIx64 " has no leaf",
			address_of(g, spot));
	return 0;
}

/* The end of a group, and of a segment: sums are what was visited. */
static int close_group(const struct glibc *g, uint32_t spot, struct visit *visit, struct error *err)
{
	const struct page_group *sum = group_of(g, spot);

	if (sum->used != visit->group.used || sum->starts != visit->group.starts)
		return error_set(err, "glibc: the sums of the pages at 0x%" PRIx64 " are wrong",
			address_of(g, spot));
	visit->group = (struct page_group){0};
	return 0;
}

static int check_pages(const struct glibc *g, uint32_t number, struct visit *visit,
	struct error *err)
{
	for (uint32_t page = 0; page < SEGMENT_PAGES; page++) {
		uint32_t spot = (number << SEGMENT_BITS) + page * PAGE_UNITS;
		if (check_page(g, spot, visit, err) < 0)
			return -1;
		if (page % GROUP_PAGES == GROUP_PAGES - 1 && close_group(g, spot, visit, err) < 0)
			return -1;
	}
	if (number >= process_of(g)->segments)
		visit->carried = 0; /* at the end of a heap no chunk has links */
	return 0;
}

/* Those of the main arena come first, and follow each other; the others are heaps, or unused. */
static int check_segment(const struct glibc *g, uint32_t number, struct error *err)
{
	const struct process *process = process_of(g);
	const struct segment *segment = segment_at(g, number);
	uint64_t main = process->base - MAIN_FIRST * UNIT + number * SEGMENT_BYTES;
	bool is_sound;

	if (number < process->segments)
		is_sound = segment->base == main && segment->bytes == 0 &&
			   segment->bytes_max == 0 && segment->arena == 0 && segment->before == 0 &&
			   segment->is_placed == 0;
	else if (segment->base)
		is_sound = segment->bytes > 0 && segment->bytes <= segment->bytes_max &&
			   segment->bytes_max <= SEGMENT_BYTES &&
			   segment->bytes_max % PAGE_BYTES == 0 && segment->arena > 0 &&
			   segment->arena < g->arenas.count && segment->before < SEGMENTS &&
			   segment->is_placed <= (g->settings.first_break != 0);
	else
		is_sound = is_zero(segment, sizeof(*segment));
	return is_sound ? 0 : error_set(err, "glibc: segment %" PRIu32 " is broken", number);
}

int memory_check(const struct glibc *g, uint64_t *ret_chunks, struct error *err)
{
	struct visit visit = {0};
	uint64_t free_leaves;

	for (uint32_t i = 0; i < SEGMENTS; i++)
		if (check_segment(g, i, err) < 0)
			return -1;
	if (check_slots(g, err) < 0 || check_near(g, err) < 0 ||
		check_free_leaves(g, &free_leaves, err) < 0)
		return -1;
	for (uint32_t i = 0; i < SEGMENTS; i++)
		if ((i == 0 || *flat_at(&g->slots, uint32_t, i)) &&
			check_pages(g, i, &visit, err) < 0)
			return -1;
	if (visit.leaves + free_leaves + 1 != g->leaves.count)
		return error_set(err, "glibc: a leaf is neither a page's nor free");
	*ret_chunks = visit.chunks;
	return 0;
}
