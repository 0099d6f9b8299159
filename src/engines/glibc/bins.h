/*
 * The lists of free chunks of an arena.
 *
 *	fast bin   a stack for each of the smallest sizes; its chunks merge with nothing
 *	unsorted   what was freed and not looked at since, the newest in front
 *	small bin  one size, the newest in front
 *	large bin  several sizes, the largest in front; the first of each size is in a second list,
 *	           the skip list, which is a ring.  A chunk of a size that is there comes second in
 *	           its group
 *	binmap     a bit for each bin: set when a chunk is put there, cleared when a search finds
 *	           the bin empty
 */
#ifndef ENGINES_GLIBC_BINS_H
#define ENGINES_GLIBC_BINS_H

#include "engines/glibc/memory.h"

void bins_init(struct glibc *g, struct arena *arena, uint32_t spot_before);

/* Which bin holds free chunks of the size. */
static inline uint32_t bin_of_size(uint64_t units)
{
	if (units < SMALL_LIMIT)
		return (uint32_t)units;
	if (units >> 2 <= 48)
		return 48 + (uint32_t)(units >> 2);
	if (units >> 5 <= 20)
		return 91 + (uint32_t)(units >> 5);
	if (units >> 8 <= 10)
		return 110 + (uint32_t)(units >> 8);
	if (units >> 11 <= 4)
		return 119 + (uint32_t)(units >> 11);
	if (units >> 14 <= 2)
		return 124 + (uint32_t)(units >> 14);
	return 126;
}

static inline uint32_t bin_head(const struct arena *arena, uint32_t bin)
{
	return arena->bins + bin;
}

/* The oldest chunk of a bin that is not large; 0: it is empty. */
static inline uint32_t bin_last(const struct glibc *g, const struct arena *arena, uint32_t bin)
{
	uint32_t last = link_of(g, bin_head(arena, bin))->high;

	return last == bin_head(arena, bin) ? 0 : last;
}

static inline uint32_t bin_first(const struct glibc *g, const struct arena *arena, uint32_t bin)
{
	uint32_t first = link_of(g, bin_head(arena, bin))->low;

	return first == bin_head(arena, bin) ? 0 : first;
}

/* ---- into a bin, and out of it --------------------------------------------------------------- */

/* Between two that follow each other in the list of the bin; link: the chunk's. */
static inline void bins_link(struct glibc *g, uint32_t chunk, struct word *link, uint32_t front,
	uint32_t back)
{
	struct word *front_link = link_of(g, front), *back_link = link_of(g, back);

	assert(front_link->low == back && back_link->high == front);
	link->low = back;
	link->high = front;
	front_link->low = chunk;
	back_link->high = chunk;
}

/* Out of its list; gives what it was linked with. */
static inline struct word bins_unlink(struct glibc *g, uint32_t chunk)
{
	const struct word link = *link_of(g, chunk);
	struct word *back = link_of(g, link.low), *front = link_of(g, link.high);

	assert(back->high == chunk && front->low == chunk);
	back->high = link.high;
	front->low = link.low;
	return link;
}

/* To the front of unsorted; what it is counted as is for the caller to change. */
static inline void bins_enter_unsorted(struct glibc *g, struct arena *arena, uint32_t chunk)
{
	uint32_t head = bin_head(arena, UNSORTED);
	struct word *head_link = link_of(g, head), *link = link_of(g, chunk);
	uint32_t back = head_link->low;
	struct word *back_link = link_of(g, back);

	assert(back_link->high == head);
	link->low = back;
	link->high = head;
	head_link->low = chunk;
	back_link->high = chunk;
	arena->counts[UNSORTED]++;
}

/* The chunk, which is held, goes to the front of unsorted. */
static inline void bins_put_unsorted(struct glibc *g, struct arena *arena, uint32_t chunk)
{
	bins_enter_unsorted(g, arena, chunk);
	state_change(g, chunk, chunk_size(g, chunk), USE_NONE, CHUNK_UNSORTED);
}

/* Or into the bin of its size. */
void bins_put(struct glibc *g, struct arena *arena, uint32_t chunk);

/* A chunk of unsorted goes to the bin of its size. */
void bins_sort(struct glibc *g, struct arena *arena, uint32_t chunk);

/*
 * A chunk leaves a large bin, where `next` comes after it: if it was the first of its size, the
 * next one of the size is, or there is none.
 */
void bins_forget_size(struct glibc *g, struct arena *arena, uint32_t bin, uint32_t chunk,
	uint32_t next);

/* Out of the bin that it is in; what it is counted as is for the caller to change. */
static inline void bins_leave(struct glibc *g, struct arena *arena, uint32_t bin, uint32_t chunk)
{
	const struct word link = bins_unlink(g, chunk);

	assert(chunk_merges(chunk_state(g, chunk)) && arena->counts[bin] > 0);
	if (bin >= SMALL_LIMIT)
		bins_forget_size(g, arena, bin, chunk, link.low);
	arena->counts[bin]--;
}

/* Takes a free chunk out of its bin: it is held. */
static inline void bins_take_from(struct glibc *g, struct arena *arena, uint32_t bin,
	uint32_t chunk)
{
	bins_leave(g, arena, bin, chunk);
	state_change(g, chunk, chunk_size(g, chunk), USE_FREE, CHUNK_HELD);
}

/* The bin that a free chunk is in. */
static inline uint32_t bin_of(enum chunk_state state, uint32_t units)
{
	return state == CHUNK_UNSORTED ? UNSORTED : bin_of_size(units);
}

static inline void bins_take(struct glibc *g, struct arena *arena, uint32_t chunk)
{
	bins_take_from(g, arena, bin_of(chunk_state(g, chunk), chunk_size(g, chunk)), chunk);
}

/* ---- searches ------------------------------------------------------------------------------ */

/*
 * Of a large bin, the chunk that serves so many units: of the smallest size that fits, not the
 * first of its group; 0: none.
 */
uint32_t bins_best(const struct glibc *g, const struct arena *arena, uint32_t bin, uint64_t units);

/* Of a large bin, the first chunk of the smallest size of at least so many units; 0: none. */
uint32_t bins_group(const struct glibc *g, const struct arena *arena, uint32_t bin, uint64_t units);

/* The first bin from `from` on that has a chunk; 0: none.  Bits of bins found empty are cleared. */
uint32_t bins_next(struct glibc *g, struct arena *arena, uint32_t from);

/* ---- fast bins ----------------------------------------------------------------------------- */

/* The chunk, which is held, goes to the front. */
static inline void fast_push(struct glibc *g, struct arena *arena, uint32_t chunk, uint32_t size)
{
	assert(size < FAST_CLASSES && chunk_state(g, chunk) == CHUNK_HELD);
	link_of(g, chunk)->low = arena->heads[size];
	arena->heads[size] = chunk;
	arena->fast_counts[size]++;
	arena->has_fast = 1;
	*state_at(g, chunk) = CHUNK_FAST;
}

/* The newest chunk, which is held; 0: there is none. */
static inline uint32_t fast_pop(struct glibc *g, struct arena *arena, uint32_t units)
{
	uint32_t chunk = arena->heads[units];

	if (!chunk)
		return 0;
	assert(chunk_state(g, chunk) == CHUNK_FAST && arena->fast_counts[units] > 0);
	arena->heads[units] = link_of(g, chunk)->low;
	arena->fast_counts[units]--;
	*state_at(g, chunk) = CHUNK_HELD;
	return chunk;
}

#endif
