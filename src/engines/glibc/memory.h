/*
 * The simulated memory of the glibc engine: which chunks there are, where each begins, how long it
 * is and what it is, and the words in it.  Sums are kept up to date, so that the bytes in use below
 * an address cost no walk.
 */
#ifndef ENGINES_GLIBC_MEMORY_H
#define ENGINES_GLIBC_MEMORY_H

#include "engines/glibc/state.h"

/* Units after a header that have words while the chunk is free: links, and a place in a tree. */
#define LINKS 3u

/*
 * The number of a page in the arrays that have one entry a page; groups follow in the same order.
 */
static inline uint32_t page_number(const struct glibc *g, uint32_t spot)
{
	uint32_t slot = *flat_at(&g->slots, uint32_t, spot >> SEGMENT_BITS);

	return slot * SEGMENT_PAGES + (spot / PAGE_UNITS & (SEGMENT_PAGES - 1));
}

static inline uint32_t *leaf_number(const struct glibc *g, uint32_t spot)
{
	return flat_at(&g->pages, uint32_t, page_number(g, spot));
}

static inline struct leaf *leaf_of(const struct glibc *g, uint32_t spot)
{
	return flat_at(&g->leaves, struct leaf, *leaf_number(g, spot));
}

static inline struct word *word_at(const struct glibc *g, uint32_t spot)
{
	return &leaf_of(g, spot)->words[spot % PAGE_UNITS];
}

/* A word of a chunk that begins in the leaf; most often it is there, too. */
static inline struct word *word_near(const struct glibc *g, struct leaf *leaf, uint32_t chunk,
	uint32_t ahead)
{
	uint32_t unit = chunk % PAGE_UNITS + ahead;

	return unit < PAGE_UNITS ? &leaf->words[unit] : word_at(g, chunk + ahead);
}

static inline uint32_t chunk_size(const struct glibc *g, uint32_t chunk)
{
	return word_at(g, chunk)->high;
}

static inline enum chunk_state state_in(const struct leaf *leaf, uint32_t chunk)
{
	return (enum chunk_state)leaf->states[chunk % PAGE_UNITS];
}

static inline enum chunk_state chunk_state(const struct glibc *g, uint32_t chunk)
{
	return state_in(leaf_of(g, chunk), chunk);
}

static inline uint32_t chunk_after(const struct glibc *g, uint32_t chunk)
{
	return chunk + chunk_size(g, chunk);
}

/*
 * It is free and merges with its neighbours: what the original has as a cleared PREV_INUSE in the
 * next chunk.
 */
static inline bool chunk_merges(enum chunk_state state)
{
	return state == CHUNK_UNSORTED || state == CHUNK_SMALL || state == CHUNK_LARGE;
}

/* fd and bk; of the head of a bin, too. */
static inline struct word *link_of(const struct glibc *g, uint32_t chunk)
{
	return word_at(g, chunk + 1);
}

/* fd_nextsize and bk_nextsize. */
static inline struct word *skip_of(const struct glibc *g, uint32_t chunk)
{
	return word_at(g, chunk + 2);
}

/* What only the engine has: the chunk's place in a tree (bins.c), smaller and larger. */
static inline struct word *tree_of(const struct glibc *g, uint32_t chunk)
{
	return word_at(g, chunk + 3);
}

/* ---- what chunks of a use add up to -------------------------------------------------------- */

static inline enum use use_of(enum chunk_state state)
{
	static const uint8_t uses[CHUNK_STATES] = {
		[CHUNK_USED] = USE_BLOCK,
		[CHUNK_CACHED] = USE_FREE,
		[CHUNK_FAST] = USE_FREE,
		[CHUNK_UNSORTED] = USE_FREE,
		[CHUNK_SMALL] = USE_FREE,
		[CHUNK_LARGE] = USE_FREE,
	};
	return (enum use)uses[state];
}

static inline struct page_group *group_of(const struct glibc *g, uint32_t spot)
{
	return flat_at(&g->groups, struct page_group, page_number(g, spot) / GROUP_PAGES);
}

/* So many units come to what chunks of the use have, or go from it: a chunk does, or a part. */
static inline void count_units(struct glibc *g, struct leaf *leaf, uint32_t chunk, enum use use,
	uint64_t units)
{
	if (use == USE_NONE)
		return;
	process_of(g)->tallies[use].units += units;
	if (use != USE_BLOCK)
		return;
	leaf->used += units;
	group_of(g, chunk)->used += units;
	segment_of(g, chunk)->used += units;
}

static inline void count_in(struct glibc *g, struct leaf *leaf, uint32_t chunk, enum use use,
	uint32_t units)
{
	count_units(g, leaf, chunk, use, units);
	process_of(g)->tallies[use].chunks += use != USE_NONE;
	if (use == USE_FREE)
		process_of(g)->squares += (uint64_t)units * units;
}

static inline void count_out(struct glibc *g, struct leaf *leaf, uint32_t chunk, enum use use,
	uint32_t units)
{
	assert(use == USE_NONE || process_of(g)->tallies[use].units >= units);
	count_units(g, leaf, chunk, use, -(uint64_t)units);
	process_of(g)->tallies[use].chunks -= use != USE_NONE;
	if (use == USE_FREE)
		process_of(g)->squares -= (uint64_t)units * units;
}

/*
 * A chunk of so many units goes from in use to free, or back. As count_out() and count_in(), with
 * each sum looked up once.
 */
static inline void count_change(struct glibc *g, struct leaf *leaf, uint32_t chunk, uint32_t units,
	bool to_free)
{
	struct process *process = process_of(g);
	struct page_group *group = group_of(g, chunk);
	struct segment *segment = segment_of(g, chunk);
	struct use_totals *from = &process->tallies[to_free ? USE_BLOCK : USE_FREE],
			  *to = &process->tallies[to_free ? USE_FREE : USE_BLOCK];
	uint64_t used = to_free ? -(uint64_t)units : units, square = (uint64_t)units * units;

	assert(from->units >= units && from->chunks > 0);
	from->units -= units;
	from->chunks--;
	to->units += units;
	to->chunks++;
	process->squares += to_free ? square : -square;
	leaf->used += used;
	group->used += used;
	segment->used += used;
}

/* ---- chunks -------------------------------------------------------------------------------- */

/* A chunk in the leaf of whose use so much is known becomes another. */
static inline void state_set(struct glibc *g, struct leaf *leaf, uint32_t chunk, enum use was,
	enum chunk_state state)
{
	uint32_t units = leaf->words[chunk % PAGE_UNITS].high;

	assert(use_of(state_in(leaf, chunk)) == was && state_in(leaf, chunk) != CHUNK_NONE);
	enum use is = use_of(state);
	if (was != USE_NONE && is != USE_NONE && was != is) {
		count_change(g, leaf, chunk, units, is == USE_FREE);
	} else if (was != is) {
		count_out(g, leaf, chunk, was, units);
		count_in(g, leaf, chunk, is, units);
	}
	leaf->states[chunk % PAGE_UNITS] = (uint8_t)state;
}

static inline void memory_set_state(struct glibc *g, uint32_t chunk, enum chunk_state state)
{
	struct leaf *leaf = leaf_of(g, chunk);

	state_set(g, leaf, chunk, use_of(state_in(leaf, chunk)), state);
}

/*
 * The size alone: the next chunk hears of it by memory_tell_next(), unless the chunk is the last of
 * its heap.
 */
static inline void memory_set_size(struct glibc *g, uint32_t chunk, uint32_t size)
{
	struct leaf *leaf = leaf_of(g, chunk);
	enum use use = use_of(state_in(leaf, chunk));
	struct word *word = &leaf->words[chunk % PAGE_UNITS];

	assert(state_in(leaf, chunk) != CHUNK_NONE && size > 0);
	count_out(g, leaf, chunk, use, word->high);
	count_in(g, leaf, chunk, use, size);
	word->high = size;
}

static inline void memory_tell_next(struct glibc *g, uint32_t chunk)
{
	uint32_t size = chunk_size(g, chunk);

	assert(chunk_state(g, chunk + size) != CHUNK_NONE);
	word_at(g, chunk + size)->low = size;
}

/* Begins the segment, of which no page has a leaf yet. */
void memory_begin_segment(struct glibc *g, uint32_t segment, uint64_t base, uint32_t arena);

/* The segment is given back; no chunk begins there. */
void memory_end_segment(struct glibc *g, uint32_t segment);

/* The spot's leaf stays, whether chunks begin there or not: heads of bins are there. */
void leaf_keep(struct glibc *g, uint32_t spot);

/* A chunk where none is: nothing is known of the chunks around. */
void memory_add(struct glibc *g, uint32_t chunk, uint32_t before, uint32_t size,
	enum chunk_state state);

/* Its start is forgotten. */
void memory_drop(struct glibc *g, uint32_t chunk);

/* Cuts a chunk in two: the first has `size` units and keeps its state; gives the second. */
uint32_t memory_split(struct glibc *g, uint32_t chunk, uint32_t size,
	enum chunk_state state_of_second);

/* The chunk takes in the one after it. */
void memory_join(struct glibc *g, uint32_t chunk);

/* The chunk that holds the spot, or the last one that begins before it in its heap; 0: none. */
uint32_t memory_chunk_at(const struct glibc *g, uint32_t spot);

/* Units in use in [from, to), of the same heap; costs what lies between, group by group. */
uint64_t memory_used_between(const struct glibc *g, uint32_t from, uint32_t to);

/* All of this holds; gives how many chunks there are.  Then a word at any spot can be read. */
int memory_check(const struct glibc *g, uint64_t *ret_chunks, struct error *err);

#endif
