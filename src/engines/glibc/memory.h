/*
 * The simulated memory of the glibc engine: which chunks there are, where each begins, how long it
 * is and what it is, and the words in it.  Sums are kept up to date, so that the bytes in use below
 * an address cost no walk over the chunks.
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

/* Of a spot that is not near. Out of line, so that the usual way is short. */
__attribute__((pure, cold)) struct word *memory_far_word(const struct glibc *g, uint32_t spot);
__attribute__((pure, cold)) uint8_t *memory_far_state(const struct glibc *g, uint32_t spot);

/* Where the near ones are is read before the question, so that one reading serves several spots. */
static inline struct word *word_at(const struct glibc *g, uint32_t spot)
{
	struct word *near = g->words.data;

	return is_near(g, spot) ? near + spot : memory_far_word(g, spot);
}

static inline uint8_t *state_at(const struct glibc *g, uint32_t spot)
{
	uint8_t *near = g->states.data;

	return is_near(g, spot) ? near + spot : memory_far_state(g, spot);
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
		[CHUNK_UNSORTED] = USE_FREE,
		[CHUNK_SMALL] = USE_FREE,
		[CHUNK_LARGE] = USE_FREE,
	};
	return (enum use)uses[state];
}

/* A chunk of so many units, or a part of one, is in use from here on; or no longer: less than 0. */
static inline void count_used(struct glibc *g, uint32_t chunk, uint64_t units)
{
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
	process->free_squares += square;
}

static inline void uncount_free(struct process *process, uint64_t units)
{
	uint64_t square = units * units;

	assert(process->free_units >= units && process->free_squares >= square);
	process->free_units -= units;
	process->free_squares -= square;
}

/* Of a free chunk only so much is left. */
static inline void count_free_shrunk(struct process *process, uint64_t units, uint64_t left)
{
	uint64_t square = units * units, square_left = left * left;

	assert(process->free_units >= units && left < units);
	process->free_units -= units - left;
	process->free_squares -= square - square_left;
}

static inline void count_in(struct glibc *g, uint32_t chunk, enum use use, uint64_t units)
{
	struct process *process = process_of(g);

	if (use == USE_FREE)
		count_free(process, units);
	if (use != USE_BLOCK)
		return;
	count_used(g, chunk, units);
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
	count_used(g, chunk, -units);
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
	*word_at(g, chunk) = header;
	group_of(g, chunk)->starts++;
	*is = (uint8_t)state;
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

/*
 * Cuts a chunk of a known size in two, of which the first has `size` units; gives the second. Its
 * next one hears of it unless it is top, which is the last of its heap. What the chunks are counted
 * as is for the caller to change.
 */
static inline uint32_t chunk_cut(struct glibc *g, uint32_t chunk, uint32_t whole, uint32_t size,
	enum chunk_state state_of_second)
{
	uint32_t second = chunk + size, rest = whole - size;

	assert(size > 0 && size < whole && chunk_size(g, chunk) == whole);
	word_at(g, chunk)->high = size;
	if (state_of_second != CHUNK_TOP)
		word_at(g, second + rest)->low = rest;
	chunk_begin(g, second, (struct word){size, rest}, state_of_second);
	return second;
}

/* Likewise of a chunk that is in use or held, or top; the first keeps its state. */
static inline uint32_t memory_split(struct glibc *g, uint32_t chunk, uint32_t size,
	enum chunk_state state_of_second)
{
	uint32_t whole = chunk_size(g, chunk);
	enum chunk_state state = chunk_state(g, chunk);

	assert(use_of(state) != USE_FREE && use_of(state_of_second) == USE_NONE);
	assert((state == CHUNK_TOP) == (state_of_second == CHUNK_TOP));
	if (use_of(state) == USE_BLOCK)
		count_used(g, chunk, -(uint64_t)(whole - size));
	return chunk_cut(g, chunk, whole, size, state_of_second);
}

/*
 * The chunk takes in the one after it, of a known size; the next one hears of it, unless there is
 * none. What they are counted as is for the caller to change.
 */
static inline void chunk_grow(struct glibc *g, uint32_t chunk, uint32_t after, uint32_t size,
	bool is_last)
{
	uint32_t both = after - chunk + size;

	assert(chunk_after(g, chunk) == after && chunk_size(g, after) == size);
	assert(word_at(g, after)->low == after - chunk);
	word_at(g, chunk)->high = both;
	if (!is_last)
		word_at(g, after + size)->low = both;
	group_of(g, after)->starts--;
	*state_at(g, after) = CHUNK_NONE;
}

/* Likewise of a chunk that is held or in use, and one that is held or top. */
static inline void memory_join(struct glibc *g, uint32_t chunk)
{
	uint32_t after = chunk_after(g, chunk), size = chunk_size(g, after);
	enum chunk_state state = chunk_state(g, after);

	assert(state == CHUNK_HELD || state == CHUNK_TOP);
	assert(use_of(chunk_state(g, chunk)) != USE_FREE);
	if (chunk_state(g, chunk) == CHUNK_USED)
		count_used(g, chunk, size);
	chunk_grow(g, chunk, after, size, state == CHUNK_TOP);
}

/* The chunk that holds the spot, or the last one that begins before it in its heap; 0: none. */
uint32_t memory_chunk_at(const struct glibc *g, uint32_t spot);

/* Units of the chunks in use that begin in the segment: the sum of its groups. */
uint64_t memory_used_in(const struct glibc *g, uint32_t segment);

/* Units in use in [from, to), of the same heap; costs what lies between, group by group. */
uint64_t memory_used_between(const struct glibc *g, uint32_t from, uint32_t to);

/* All of this holds; gives how many chunks there are.  Then a word at any spot can be read. */
int memory_check(const struct glibc *g, uint64_t *ret_chunks, struct error *err);

#endif
