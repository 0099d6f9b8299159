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

/* ---- where what is known of a spot is kept -------------------------------------------------- */

/* Most often it is. */
static inline bool is_near(const struct glibc *g, uint32_t spot)
{
	return __builtin_expect(spot < g->words.count, true);
}

/* The number of a page that is not near; its groups follow in the same order. */
static inline uint32_t far_page(const struct glibc *g, uint32_t spot)
{
	uint32_t slot = *flat_at(&g->slots, uint32_t, spot >> SEGMENT_BITS);

	return slot * SEGMENT_PAGES + (spot / PAGE_UNITS & (SEGMENT_PAGES - 1));
}

static inline uint32_t *leaf_number(const struct glibc *g, uint32_t spot)
{
	return flat_at(&g->pages, uint32_t, far_page(g, spot));
}

static inline struct leaf *leaf_of(const struct glibc *g, uint32_t spot)
{
	return flat_at(&g->leaves, struct leaf, *leaf_number(g, spot));
}

static inline struct word *word_at(const struct glibc *g, uint32_t spot)
{
	if (is_near(g, spot))
		return flat_at(&g->words, struct word, spot);
	return &leaf_of(g, spot)->words[spot % PAGE_UNITS];
}

static inline uint8_t *state_at(const struct glibc *g, uint32_t spot)
{
	if (is_near(g, spot))
		return flat_at(&g->states, uint8_t, spot);
	return &leaf_of(g, spot)->states[spot % PAGE_UNITS];
}

/* Units in use of the chunks that begin in the spot's page. */
static inline uint64_t *page_used(const struct glibc *g, uint32_t spot)
{
	if (is_near(g, spot))
		return flat_at(&g->sums, uint64_t, spot / PAGE_UNITS);
	return &leaf_of(g, spot)->used;
}

static inline struct page_group *group_of(const struct glibc *g, uint32_t spot)
{
	uint32_t group = is_near(g, spot) ? spot / GROUP_UNITS : far_page(g, spot) / GROUP_PAGES;

	return flat_at(&g->groups, struct page_group, group);
}

/* ---- what chunks say ------------------------------------------------------------------------ */

static inline uint32_t chunk_size(const struct glibc *g, uint32_t chunk)
{
	return word_at(g, chunk)->high;
}

static inline enum chunk_state chunk_state(const struct glibc *g, uint32_t chunk)
{
	return (enum chunk_state)(*state_at(g, chunk));
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

/* A chunk of so many units, or a part of one, is in use from here on; or no longer: less than 0. */
static inline void count_used(struct glibc *g, struct process *process, uint32_t chunk,
	uint64_t units)
{
	process->used += units;
	segment_of(g, chunk)->used += units;
	if (is_near(g, chunk)) {
		flat_at(&g->groups, struct page_group, chunk / GROUP_UNITS)->used += units;
		*flat_at(&g->sums, uint64_t, chunk / PAGE_UNITS) += units;
	} else {
		group_of(g, chunk)->used += units;
		leaf_of(g, chunk)->used += units;
	}
}

static inline void count_free(struct process *process, uint64_t units)
{
	uint64_t square = units * units;

	process->free_units += units;
	process->free_chunks++;
	process->free_squares += square;
}

static inline void uncount_free(struct process *process, uint64_t units)
{
	uint64_t square = units * units;

	assert(process->free_units >= units && process->free_chunks > 0);
	process->free_units -= units;
	process->free_chunks--;
	process->free_squares -= square;
}

static inline void count_in(struct glibc *g, uint32_t chunk, enum use use, uint64_t units)
{
	struct process *process = process_of(g);

	if (use == USE_FREE)
		count_free(process, units);
	if (use != USE_BLOCK)
		return;
	count_used(g, process, chunk, units);
	process->blocks++;
}

static inline void count_out(struct glibc *g, uint32_t chunk, enum use use, uint64_t units)
{
	struct process *process = process_of(g);

	if (use == USE_FREE)
		uncount_free(process, units);
	if (use != USE_BLOCK)
		return;
	assert(*page_used(g, chunk) >= units && process->blocks > 0);
	count_used(g, process, chunk, -units);
	process->blocks--;
}

/* ---- chunks -------------------------------------------------------------------------------- */

/* A chunk of whose use so much is known becomes another; its size is known, too. */
static inline void state_change(struct glibc *g, uint32_t chunk, uint32_t units, enum use was,
	enum chunk_state state)
{
	uint8_t *is = state_at(g, chunk);

	assert(*is != CHUNK_NONE && use_of((enum chunk_state)(*is)) == was);
	assert(chunk_size(g, chunk) == units);
	if (was != use_of(state)) {
		count_out(g, chunk, was, units);
		count_in(g, chunk, use_of(state), units);
	}
	*is = (uint8_t)state;
}

static inline void memory_set_state(struct glibc *g, uint32_t chunk, enum chunk_state state)
{
	state_change(g, chunk, chunk_size(g, chunk), use_of(chunk_state(g, chunk)), state);
}

/*
 * The size alone: the next chunk hears of it by memory_tell_next(), unless the chunk is the last of
 * its heap.
 */
static inline void memory_set_size(struct glibc *g, uint32_t chunk, uint32_t size)
{
	enum use use = use_of(chunk_state(g, chunk));
	struct word *word = word_at(g, chunk);

	assert(chunk_state(g, chunk) != CHUNK_NONE && size > 0);
	count_out(g, chunk, use, word->high);
	count_in(g, chunk, use, size);
	word->high = size;
}

static inline void memory_tell_next(struct glibc *g, uint32_t chunk)
{
	uint32_t size = chunk_size(g, chunk);

	assert(chunk_state(g, chunk + size) != CHUNK_NONE);
	word_at(g, chunk + size)->low = size;
}

/* Begins the segment, where nothing is known yet. */
void memory_begin_segment(struct glibc *g, uint32_t segment, uint64_t base, uint32_t arena);

/* The segment is given back; no chunk begins there. */
void memory_end_segment(struct glibc *g, uint32_t segment);

/* Chunks of the main heap may begin before that spot, and one that is its last at it. */
void memory_reach(struct glibc *g, uint32_t end);

/* Words at the spot are known from here on, whether a chunk begins there or not. */
void memory_hold(struct glibc *g, uint32_t spot);

/* As memory_hold(), of a chunk's header and its links. */
void memory_hold_chunk(struct glibc *g, uint32_t chunk);

/* Nothing but that: a chunk begins there. */
static inline void chunk_begin(struct glibc *g, uint32_t chunk, struct word header,
	enum chunk_state state)
{
	if (!is_near(g, chunk + LINKS))
		memory_hold_chunk(g, chunk);
	uint8_t *is = state_at(g, chunk);

	assert(*is == CHUNK_NONE && header.high > 0);
	*is = (uint8_t)state;
	*word_at(g, chunk) = header;
	group_of(g, chunk)->starts++;
}

/* A chunk where none is: nothing is known of the chunks around. */
static inline void memory_add(struct glibc *g, uint32_t chunk, uint32_t before, uint32_t size,
	enum chunk_state state)
{
	chunk_begin(g, chunk, (struct word){before, size}, state);
	count_in(g, chunk, use_of(state), size);
}

/* Its start is forgotten. */
static inline void memory_drop(struct glibc *g, uint32_t chunk)
{
	uint8_t *is = state_at(g, chunk);
	enum use use = use_of((enum chunk_state)(*is));

	assert(*is != CHUNK_NONE);
	if (use != USE_NONE)
		count_out(g, chunk, use, chunk_size(g, chunk));
	*is = CHUNK_NONE;
	group_of(g, chunk)->starts--;
}

/* Cuts a chunk in two: the first has `size` units and keeps its state; gives the second. */
static inline uint32_t memory_split(struct glibc *g, uint32_t chunk, uint32_t size,
	enum chunk_state state_of_second)
{
	struct word *word = word_at(g, chunk);
	uint32_t whole = word->high, rest = whole - size;
	enum chunk_state state = chunk_state(g, chunk);

	assert(size > 0 && size < whole && use_of(state) != USE_FREE);
	assert(use_of(state_of_second) == USE_NONE);
	if (use_of(state) == USE_BLOCK)
		count_used(g, process_of(g), chunk, -(uint64_t)rest);
	word->high = size;
	chunk_begin(g, chunk + size, (struct word){size, rest}, state_of_second);
	if (state != CHUNK_TOP)
		word_at(g, chunk + whole)->low = rest;
	return chunk + size;
}

/* The chunk takes in the one after it. */
static inline void memory_join(struct glibc *g, uint32_t chunk)
{
	struct word *word = word_at(g, chunk);
	uint32_t after = chunk + word->high, size = chunk_size(g, after);
	bool is_last = chunk_state(g, after) == CHUNK_TOP;

	assert(word_at(g, after)->low == word->high);
	assert(use_of(chunk_state(g, chunk)) != USE_FREE);
	if (use_of(chunk_state(g, chunk)) == USE_BLOCK)
		count_used(g, process_of(g), chunk, size);
	word->high += size;
	memory_drop(g, after);
	if (!is_last)
		word_at(g, after + size)->low = word->high;
}

/* The chunk that holds the spot, or the last one that begins before it in its heap; 0: none. */
uint32_t memory_chunk_at(const struct glibc *g, uint32_t spot);

/* Units in use in [from, to), of the same heap; costs what lies between, group by group. */
uint64_t memory_used_between(const struct glibc *g, uint32_t from, uint32_t to);

/* All of this holds; gives how many chunks there are.  Then a word at any spot can be read. */
int memory_check(const struct glibc *g, uint64_t *ret_chunks, struct error *err);

#endif
