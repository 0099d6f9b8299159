/*
 * A hash index over entries that are kept in a dense array elsewhere: key → slot. Flat and
 * deterministic.
 *
 *	cell      a slot and the hash of its key, kept so that a search rarely touches the entries
 *	          themselves
 *	bucket    eight cells, in one cache line, compared together and without branches
 *
 * A key is in its home bucket or, when that is full, in the first bucket after it that is not: so
 * all buckets on the way to a key are full, and a bucket that is not full ends every search. A cell
 * that is removed from a full bucket is refilled with a later key that belongs there.
 *
 * Callers find a key by trying the candidates:
 *
 *	for (size_t at = index_first(&index, hash); index_slot(&index, &at, hash, &slot); at =
 *	index_next(&index, at))
 *	if (slot is the one meant) ...
 */
#ifndef FLAT_INDEX_H
#define FLAT_INDEX_H

#include "flat/flat.h"

#include <string.h>
#ifdef __SSE2__
#include <emmintrin.h>
#endif

#define INDEX_CELLS 8u /* per bucket */

struct index_bucket {
	uint32_t hashes[INDEX_CELLS]; /* 0: the cell is empty */
	uint32_t slots[INDEX_CELLS];
};

/* Never 0. */
static inline uint32_t index_hash(uint64_t key)
{
	uint32_t hash = (uint32_t)((key * 0x9E3779B97F4A7C15u) >> 32);
	return hash ? hash : 1;
}

/*
 * For keys that are numbered one after the other, such as objects: four neighbours have the same
 * home, and so share a cache line.
 */
static inline uint32_t index_hash_numbered(uint32_t key)
{
	uint32_t hash = (index_hash(key / 4) & ~UINT32_C(3)) | (key & 3);
	return hash ? hash : 1;
}

/*
 * The home bucket of a hash: by its upper bits, over which consecutive numbers spread evenly; by
 * the lower bits they would clump.
 */
static inline size_t index_home(const struct flat_array *index, uint32_t hash)
{
	assert(index->count > 0 && (index->count & (index->count - 1)) == 0);
	return (size_t)(((uint64_t)hash * index->count) >> 32);
}

static inline struct index_bucket *index_bucket_at(const struct flat_array *index, size_t bucket)
{
	return flat_at(index, struct index_bucket, bucket & (index->count - 1));
}

#ifdef __SSE2__
/* A bit for each cell of the bucket that has the value. */
static inline uint32_t index_matches(const uint32_t *cells, uint32_t value)
{
	const __m128i values = _mm_set1_epi32((int)value);
	__m128i low = _mm_loadu_si128((const __m128i *)(const void *)cells);
	__m128i high = _mm_loadu_si128((const __m128i *)(const void *)(cells + INDEX_CELLS / 2));
	__m128i words =
		_mm_packs_epi32(_mm_cmpeq_epi32(low, values), _mm_cmpeq_epi32(high, values));

	return (uint32_t)_mm_movemask_epi8(_mm_packs_epi16(words, _mm_setzero_si128()));
}
#else
/* four cells at once, on any machine */
typedef uint32_t index_lanes __attribute__((vector_size(16)));

/* The same in twice the instructions. */
static inline uint32_t index_matches(const uint32_t *cells, uint32_t value)
{
	const index_lanes values = {value, value, value, value};
	const index_lanes low_bits = {1, 2, 4, 8}, high_bits = {16, 32, 64, 128};
	index_lanes low, high;
	uint64_t halves[2];

	memcpy(&low, cells, sizeof(low));
	memcpy(&high, cells + INDEX_CELLS / 2, sizeof(high));
	index_lanes bits = ((index_lanes)(low == values) & low_bits) |
			   ((index_lanes)(high == values) & high_bits);
	memcpy(halves, &bits, sizeof(bits));
	halves[0] |= halves[1];
	return (uint32_t)(halves[0] | halves[0] >> 32);
}
#endif

/* A position in the index: a bucket and a cell in it. */
static inline size_t index_first(const struct flat_array *index, uint32_t hash)
{
	return index_home(index, hash) * INDEX_CELLS;
}

static inline size_t index_next(const struct flat_array *index, size_t at)
{
	return at + 1;
}

/* Finds the next candidate at or after *at and its slot; false when there is none. */
static inline bool index_slot(const struct flat_array *index, size_t *at, uint32_t hash,
	uint32_t *ret_slot)
{
	for (;;) {
		const struct index_bucket *bucket = index_bucket_at(index, *at / INDEX_CELLS);
		size_t cell = *at % INDEX_CELLS;
		uint32_t matches = index_matches(bucket->hashes, hash) >> cell;
		if (matches) {
			*at += (size_t)__builtin_ctz(matches);
			*ret_slot = bucket->slots[*at % INDEX_CELLS];
			return true;
		}
		if (index_matches(bucket->hashes, 0))
			return false;
		*at += INDEX_CELLS - cell;
	}
}

static inline void index_put(struct flat_array *index, uint32_t hash, uint32_t slot)
{
	size_t at = index_home(index, hash);
	struct index_bucket *bucket = index_bucket_at(index, at);
	uint32_t empty;

	assert(hash != 0); /* 0 marks an empty cell */
	while ((empty = index_matches(bucket->hashes, 0)) == 0) {
		bucket = index_bucket_at(index, ++at);
		assert(at - index_home(index, hash) < index->count); /* not every bucket is full */
	}
	/* The same entry is not in this bucket already. */
	assert((index_matches(bucket->slots, slot) & index_matches(bucket->hashes, hash)) == 0);
	bucket->hashes[__builtin_ctz(empty)] = hash;
	bucket->slots[__builtin_ctz(empty)] = slot;
}

/*
 * A cell of a full bucket has become empty: a key that was pushed past the bucket moves back into
 * it.
 */
static inline void index_fill_gap(struct flat_array *index, size_t gap, unsigned cell)
{
	size_t mask = index->count - 1;

	assert(index_matches(index_bucket_at(index, gap)->hashes, 0) == UINT32_C(1) << cell);
	for (size_t at = gap + 1;; at++) {
		struct index_bucket *bucket = index_bucket_at(index, at),
				    *to = index_bucket_at(index, gap);
		bool is_full = index_matches(bucket->hashes, 0) == 0;
		assert(to->hashes[cell] == 0 && to->slots[cell] == 0);
		for (unsigned i = 0; i < INDEX_CELLS; i++) {
			size_t home = index_home(index, bucket->hashes[i]);
			if (bucket->hashes[i] == 0 || ((at - home) & mask) < ((at - gap) & mask))
				continue;
			assert(((gap - home) & mask) <=
				((at - home) & mask)); /* the gap is nearer to its home */
			to->hashes[cell] = bucket->hashes[i];
			to->slots[cell] = bucket->slots[i];
			bucket->hashes[i] = bucket->slots[i] = 0;
			gap = at;
			cell = i;
			break;
		}
		if (!is_full)
			return;
	}
}

/* Removes an entry, which must be there. */
static inline void index_remove(struct flat_array *index, uint32_t hash, uint32_t slot)
{
	size_t at = index_home(index, hash);
	struct index_bucket *bucket = index_bucket_at(index, at);
	uint32_t matches;

	assert(hash != 0); /* an empty cell would match */
	while ((matches = index_matches(bucket->slots, slot) &
			  index_matches(bucket->hashes, hash)) == 0) {
		assert(index_matches(bucket->hashes, 0) ==
			0); /* the bucket is full, so the search continues */
		bucket = index_bucket_at(index, ++at);
	}
	assert((matches & (matches - 1)) == 0); /* exactly one cell matches */
	bool was_full = index_matches(bucket->hashes, 0) == 0;
	unsigned cell = (unsigned)__builtin_ctz(matches);
	bucket->hashes[cell] = bucket->slots[cell] = 0;
	if (was_full)
		index_fill_gap(index, at, cell);
}

/* Doubles the number of buckets (eight at first). */
static inline void index_grow(struct flat_array *index)
{
	size_t old = index->count;
	size_t count = old ? old * 2 : 8;

	/* The old buckets are kept after the new ones until their entries have moved. */
	flat_set_count(index, count + old);
	struct index_bucket *buckets = index->data;
	struct index_bucket *aside = buckets + count;
	memcpy(aside, buckets, old * sizeof(*buckets));
	memset(buckets, 0, count * sizeof(*buckets));
	flat_set_count(index, count);
	for (size_t i = 0; i < old; i++)
		for (unsigned cell = 0; cell < INDEX_CELLS; cell++)
			if (aside[i].hashes[cell])
				index_put(index, aside[i].hashes[cell], aside[i].slots[cell]);
}

/* Whether half of the cells are still empty with `entries` in all. */
static inline bool index_has_room(const struct flat_array *index, size_t entries)
{
	return entries * 2 <= index->count * INDEX_CELLS;
}

/*
 * Makes room for `entries` in all, so that half of the cells are empty. Call it before index_put().
 */
static inline void index_make_room(struct flat_array *index, size_t entries)
{
	while (!index_has_room(index, entries))
		index_grow(index);
}

/* Makes an empty index and registers its array with flat. */
static inline void index_init(struct flat_array *index, struct flat *flat)
{
	flat_add(flat, index, sizeof(struct index_bucket));
	index_grow(index);
}

/* Prefetches the bucket for a hash that will be looked up next. */
static inline void index_expect(const struct flat_array *index, uint32_t hash)
{
	__builtin_prefetch(index_bucket_at(index, index_home(index, hash)), 1);
}

/*
 * Visits every entry, in no order: finds the next at or after *at (0 at first); false when there is
 * none. Continue at *at + 1.
 */
static inline bool index_entry(const struct flat_array *index, size_t *at, uint32_t *ret_slot)
{
	for (; *at < index->count * INDEX_CELLS; ++*at) {
		const struct index_bucket *bucket = index_bucket_at(index, *at / INDEX_CELLS);
		*ret_slot = bucket->slots[*at % INDEX_CELLS];
		if (bucket->hashes[*at % INDEX_CELLS])
			return true;
	}
	return false;
}

struct error;

/*
 * Checks that every entry is found by its hash, that there are `entries` of them, that each slot is
 * below `slots`, and that empty cells are zero: 0, or -1 and err. The caller checks that each entry
 * has the hash of its key.
 */
int index_check(const struct flat_array *index, size_t entries, size_t slots, struct error *err);

#endif
