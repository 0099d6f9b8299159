/* See memory.h. */
#include "engines/glibc/memory.h"

#include <string.h>

/* ---- leaves -------------------------------------------------------------------------------- */

static void take_leaf(struct glibc *g, uint32_t spot)
{
	uint32_t *number = leaf_number(g, spot);
	struct process *process = process_of(g);

	if (*number != 0) {
		flat_at(&g->leaves, struct leaf, *number)->references++;
		return;
	}
	if (process->free_leaf) {
		*number = process->free_leaf;
		process->free_leaf = flat_at(&g->leaves, struct leaf, *number)->next_free;
		flat_at(&g->leaves, struct leaf, *number)->next_free = 0;
	} else {
		*number = (uint32_t)g->leaves.count;
		flat_grow(&g->leaves, 1);
	}
	flat_at(&g->leaves, struct leaf, *number)->references++;
}

void leaf_keep(struct glibc *g, uint32_t spot)
{
	take_leaf(g, spot);
}

static void give_leaf(struct glibc *g, uint32_t spot)
{
	uint32_t *number = leaf_number(g, spot);
	struct leaf *leaf = flat_at(&g->leaves, struct leaf, *number);

	assert(*number != 0 && leaf->references > 0);
	if (--leaf->references > 0)
		return;
	assert(leaf->used == 0);
	memset(leaf, 0, sizeof(*leaf));
	leaf->next_free = process_of(g)->free_leaf;
	process_of(g)->free_leaf = *number;
	*number = 0;
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

/* The leaves of a chunk's header and links. */
static void take_leaves(struct glibc *g, uint32_t chunk)
{
	take_leaf(g, chunk);
	if (reaches_next_page(g, chunk))
		take_leaf(g, chunk + LINKS);
}

static void give_leaves(struct glibc *g, uint32_t chunk)
{
	if (reaches_next_page(g, chunk))
		give_leaf(g, chunk + LINKS);
	give_leaf(g, chunk);
}

/* ---- segments ------------------------------------------------------------------------------ */

void memory_begin_segment(struct glibc *g, uint32_t segment, uint64_t base, uint32_t arena)
{
	struct segment *begun = segment_at(g, segment);
	uint32_t *slot = flat_at(&g->slots, uint32_t, segment);

	assert(begun->base == 0 && base != 0);
	begun->base = base;
	begun->arena = arena;
	if (*slot == 0) { /* once begun, a segment keeps its slot; 0 is for those that never were */
		*slot = (uint32_t)(g->pages.count / SEGMENT_PAGES);
		flat_grow(&g->pages, SEGMENT_PAGES);
		flat_grow(&g->groups, SEGMENT_GROUPS);
	}
}

void memory_end_segment(struct glibc *g, uint32_t segment)
{
	struct segment *ended = segment_at(g, segment);

	assert(ended->base != 0 && ended->used == 0);
	memset(ended, 0, sizeof(*ended));
}

/* ---- chunks -------------------------------------------------------------------------------- */

static uint64_t *starts_of(struct leaf *leaf, uint32_t chunk, uint64_t *ret_bit)
{
	*ret_bit = UINT64_C(1) << chunk % 64;
	return &leaf->starts[chunk % PAGE_UNITS / 64];
}

void memory_add(struct glibc *g, uint32_t chunk, uint32_t before, uint32_t size,
	enum chunk_state state)
{
	uint64_t bit, *starts;

	take_leaves(g, chunk);
	struct leaf *leaf = leaf_of(g, chunk);
	struct word *word = &leaf->words[chunk % PAGE_UNITS];

	assert(state_in(leaf, chunk) == CHUNK_NONE && size > 0);
	word->low = before;
	word->high = size;
	leaf->states[chunk % PAGE_UNITS] = (uint8_t)state;
	starts = starts_of(leaf, chunk, &bit);
	assert(!(*starts & bit));
	*starts |= bit;
	group_of(g, chunk)->starts++;
	count_in(g, leaf, chunk, use_of(state), size);
}

void memory_drop(struct glibc *g, uint32_t chunk)
{
	struct leaf *leaf = leaf_of(g, chunk);
	uint64_t bit, *starts = starts_of(leaf, chunk, &bit);
	enum chunk_state state = state_in(leaf, chunk);

	assert(state != CHUNK_NONE && (*starts & bit));
	count_out(g, leaf, chunk, use_of(state), leaf->words[chunk % PAGE_UNITS].high);
	*starts &= ~bit;
	group_of(g, chunk)->starts--;
	leaf->states[chunk % PAGE_UNITS] = CHUNK_NONE;
	give_leaves(g, chunk);
}

uint32_t memory_split(struct glibc *g, uint32_t chunk, uint32_t size,
	enum chunk_state state_of_second)
{
	struct leaf *leaf = leaf_of(g, chunk);
	struct word *word = &leaf->words[chunk % PAGE_UNITS];
	uint32_t whole = word->high, rest = whole - size;
	bool is_last = state_in(leaf, chunk) == CHUNK_TOP;

	assert(size > 0 && size < whole && use_of(state_in(leaf, chunk)) != USE_FREE);
	count_units(g, leaf, chunk, use_of(state_in(leaf, chunk)), -(uint64_t)rest);
	word->high = size;
	memory_add(g, chunk + size, size, rest, state_of_second);
	if (!is_last)
		word_at(g, chunk + whole)->low = rest;
	return chunk + size;
}

void memory_join(struct glibc *g, uint32_t chunk)
{
	struct leaf *leaf = leaf_of(g, chunk);
	struct word *word = &leaf->words[chunk % PAGE_UNITS];
	uint32_t after = chunk + word->high;
	const struct leaf *leaf_after = leaf_of(g, after);
	uint32_t size = leaf_after->words[after % PAGE_UNITS].high;
	bool is_last = state_in(leaf_after, after) == CHUNK_TOP;

	assert(word_at(g, after)->low == word->high);
	assert(use_of(state_in(leaf, chunk)) != USE_FREE);
	count_units(g, leaf, chunk, use_of(state_in(leaf, chunk)), size);
	word->high += size;
	memory_drop(g, after);
	if (!is_last)
		word_at(g, after + size)->low = word->high;
}

/* ---- queries ------------------------------------------------------------------------------- */

/* The last chunk that begins at or before that unit of a page; UINT32_MAX: none. */
static uint32_t last_start(const struct leaf *leaf, uint32_t unit)
{
	uint32_t at = unit / 64;
	uint64_t bits = leaf->starts[at] & (UINT64_MAX >> (63 - unit % 64));

	while (bits == 0 && at > 0)
		bits = leaf->starts[--at];
	return bits ? at * 64 + 63 - (uint32_t)__builtin_clzll(bits) : UINT32_MAX;
}

/* The last chunk that begins in the pages [first, first + n), which have some. */
static uint32_t last_of_pages(const struct glibc *g, uint32_t first, uint32_t n)
{
	for (uint32_t page = first + n; page-- > first;) {
		uint32_t number = *leaf_number(g, page * PAGE_UNITS);
		uint32_t start = number ? last_start(flat_at(&g->leaves, struct leaf, number),
						  PAGE_UNITS - 1)
					: UINT32_MAX;
		if (start != UINT32_MAX)
			return page * PAGE_UNITS + start;
	}
	return 0;
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
	uint32_t number = *leaf_number(g, spot), page = spot / PAGE_UNITS,
		 segment = spot >> SEGMENT_BITS;

	if (number) {
		uint32_t start =
			last_start(flat_at(&g->leaves, struct leaf, number), spot % PAGE_UNITS);
		if (start != UINT32_MAX)
			return page * PAGE_UNITS + start;
	}
	uint32_t first = page / GROUP_PAGES * GROUP_PAGES;
	uint32_t found = last_of_pages(g, first, page - first);
	if (!found)
		found = last_of_groups(g, segment, page % SEGMENT_PAGES / GROUP_PAGES);
	while (!found && segment-- > 0 && segment < process_of(g)->segments)
		found = last_of_groups(g, segment, SEGMENT_GROUPS);
	return found;
}

/* Units in use of the chunks that begin in the leaf, before that unit. */
static uint64_t used_in_leaf(const struct leaf *leaf, uint32_t unit)
{
	uint64_t used = 0;

	for (uint32_t at = 0; at * 64 < unit; at++) {
		uint64_t bits = leaf->starts[at];
		if (unit - at * 64 < 64)
			bits &= (UINT64_C(1) << (unit - at * 64)) - 1;
		for (; bits; bits &= bits - 1) {
			uint32_t start = at * 64 + (uint32_t)__builtin_ctzll(bits);
			used += leaf->states[start] == CHUNK_USED ? leaf->words[start].high : 0;
		}
	}
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
			used += leaf_of(g, from * PAGE_UNITS)->used;
			from++;
		}
	}
	return used;
}

/* Units of chunks in use that begin in [from, to), which are in the same segment. */
static uint64_t used_from(const struct glibc *g, uint32_t from, uint32_t to)
{
	uint32_t first = from / PAGE_UNITS, last = to / PAGE_UNITS;
	uint64_t used = used_in_pages(g, first, last);

	if (from % PAGE_UNITS)
		used -= used_in_leaf(leaf_of(g, from), from % PAGE_UNITS);
	if (to % PAGE_UNITS)
		used += used_in_leaf(leaf_of(g, to), to % PAGE_UNITS);
	return used;
}

/* Units from the spot on that belong to a chunk in use that begins before it. */
static uint64_t reach_over(const struct glibc *g, uint32_t spot)
{
	uint32_t last = memory_chunk_at(g, spot - 1);

	if (!last || chunk_state(g, last) != CHUNK_USED || chunk_after(g, last) <= spot)
		return 0;
	return chunk_after(g, last) - spot;
}

uint64_t memory_used_between(const struct glibc *g, uint32_t from, uint32_t to)
{
	uint32_t segment = from >> SEGMENT_BITS, last = to >> SEGMENT_BITS;
	uint64_t used = reach_over(g, from);

	assert(from <= to);
	if (segment == last)
		return used + used_from(g, from, to) - reach_over(g, to);
	used += segment_at(g, segment)->used - used_from(g, segment << SEGMENT_BITS, from);
	while (++segment < last)
		used += segment_at(g, segment)->used;
	return used + used_from(g, last << SEGMENT_BITS, to) - reach_over(g, to);
}
