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

/* The chunk, which is held, goes to the front of unsorted, or into the bin of its size. */
void bins_put_unsorted(struct glibc *g, struct arena *arena, uint32_t chunk);
void bins_put(struct glibc *g, struct arena *arena, uint32_t chunk);

/* Takes a free chunk out of the bin it is in: it is held. */
void bins_take(struct glibc *g, struct arena *arena, uint32_t chunk);

/*
 * Of a large bin, the chunk that serves so many units: of the smallest size that fits, not the
 * first of its group; 0: none.
 */
uint32_t bins_best(const struct glibc *g, const struct arena *arena, uint32_t bin, uint64_t units);

/* Of a large bin, the first chunk of the smallest size of at least so many units; 0: none. */
uint32_t bins_group(const struct glibc *g, const struct arena *arena, uint32_t bin, uint64_t units);

/* The first bin from `from` on that has a chunk; 0: none.  Bits of bins found empty are cleared. */
uint32_t bins_next(struct glibc *g, struct arena *arena, uint32_t from);

void fast_push(struct glibc *g, struct arena *arena, uint32_t chunk);
uint32_t fast_pop(struct glibc *g, struct arena *arena, uint32_t units); /* held; 0: empty */

#endif
