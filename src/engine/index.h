/*
 * A hash index over entries that live elsewhere, in a dense array: key → slot.  Flat and
 * deterministic: linear probing, deletion by shifting back.  The hash is kept beside the slot, so
 * probing past other keys touches only the index.
 *
 * Callers find a key by running over the candidates:
 *
 *	for (size_t at = index_first(&index, hash); index_slot(&index, &at, hash, &slot); at = index_next(&index, at))
 *		if (slot is the one meant) ...
 */
#ifndef ENGINE_INDEX_H
#define ENGINE_INDEX_H

#include "base/flat.h"

#include <string.h>

struct index_cell {
	uint32_t slot;	/* + 1; 0: empty */
	uint32_t hash;
};

static inline uint32_t index_hash(uint64_t key)
{
	return (uint32_t)((key * 0x9E3779B97F4A7C15u) >> 32);
}

static inline size_t index_mask(const struct flat_array *index)
{
	return index->count - 1;
}

static inline size_t index_first(const struct flat_array *index, uint32_t hash)
{
	return hash & index_mask(index);
}

static inline size_t index_next(const struct flat_array *index, size_t at)
{
	return (at + 1) & index_mask(index);
}

/* Whether there is another candidate at or after *at; its slot. */
static inline bool index_slot(const struct flat_array *index, size_t *at, uint32_t hash, uint32_t *ret_slot)
{
	const struct index_cell *cells = index->data;

	for (;; *at = index_next(index, *at)) {
		if (cells[*at].slot == 0)
			return false;
		if (cells[*at].hash == hash) {
			*ret_slot = cells[*at].slot - 1;
			return true;
		}
	}
}

static inline void index_put(struct flat_array *index, uint32_t hash, uint32_t slot)
{
	struct index_cell *cells = index->data;
	size_t at = index_first(index, hash);

	while (cells[at].slot != 0)
		at = index_next(index, at);
	cells[at].slot = slot + 1;
	cells[at].hash = hash;
}

static inline void index_remove(struct flat_array *index, uint32_t hash, uint32_t slot)
{
	struct index_cell *cells = index->data;
	size_t mask = index_mask(index);
	size_t hole = index_first(index, hash);

	while (cells[hole].slot != slot + 1)
		hole = (hole + 1) & mask;
	for (size_t at = (hole + 1) & mask; cells[at].slot != 0; at = (at + 1) & mask)
		if (((at - cells[at].hash) & mask) >= ((at - hole) & mask)) {
			cells[hole] = cells[at];
			hole = at;
		}
	memset(&cells[hole], 0, sizeof(cells[hole]));
}

/* Twice as many cells (64 at first), the same entries. */
static inline void index_grow(struct flat_array *index)
{
	size_t old = index->count;
	size_t count = old ? old * 2 : 64;

	/* The old cells are put aside behind the new ones, and dropped again. */
	flat_set_count(index, count + old);
	struct index_cell *cells = index->data;
	struct index_cell *aside = cells + count;
	memcpy(aside, cells, old * sizeof(*cells));
	memset(cells, 0, count * sizeof(*cells));
	flat_set_count(index, count);
	for (size_t i = 0; i < old; i++)
		if (aside[i].slot != 0)
			index_put(index, aside[i].hash, aside[i].slot - 1);
}

#endif
