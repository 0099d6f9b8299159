/*
 * The bases of arenas that are not aligned to their size, and of which some are not aligned to a
 * pool: the same for the real and the simulated ones.
 */
#ifndef ORACLE_SHIFT_H
#define ORACLE_SHIFT_H

#include <stddef.h>

#define ARENA_POOLS 64 /* in every version */

/* Bytes after an aligned address; less than the size of an arena. */
static inline size_t shift_of(unsigned serial, size_t arena_size)
{
	size_t pool = arena_size / ARENA_POOLS;

	return serial % 4 * (pool / 4) + serial % 3 * 21 * pool;
}

#endif
