/*
 * The segments of a heap in address order: blocks and holes that follow each other without gaps.
 * Every operation costs the height of a shallow tree over the address space, which does not depend
 * on how many segments there are, and touches few cache lines.
 *
 *	segment   base and size in bytes, both whole units; a hole, or a block
 *	unit      what all segments begin and end at multiples of, counted from the first one's base
 *	rank      how many holes lie before: what a walk along an address-ordered free list would
 *	          have looked at
 */
#ifndef FLAT_SEGMENTS_H
#define FLAT_SEGMENTS_H

#include "flat/flat.h"

#include <stdbool.h>
#include <stdint.h>

struct segment {
	uint64_t base;
	uint64_t size;
	bool is_hole;
};

struct segments {
	uint32_t unit_bits;     /* a unit is 1 << unit_bits bytes */
	struct flat_array tree; /* one struct tree */
	struct flat_array leaves;
	struct flat_array inners;
};

/* The way from the root of the tree to the leaf of a unit. */
#define SEGMENTS_HEIGHT 9 /* enough for 2^53 units */
struct segments_path {
	uint64_t unit;
	uint32_t leaf;
	/* largest hole of the leaf before the unit; -1: not known */
	int32_t passed;
	uint32_t inner[SEGMENTS_HEIGHT + 1]; /* by level, from 1 */
};

struct error;

/* Registers the arrays; no segments at first.  unit: a power of two. */
void segments_init(struct segments *segments, struct flat *flat, uint64_t unit);

/* Sums over all of them. */
uint64_t segments_holes(const struct segments *segments);
uint64_t segments_blocks(const struct segments *segments);
uint64_t segments_used(const struct segments *segments);         /* bytes in blocks */
double segments_hole_squares(const struct segments *segments);   /* of their bytes */
uint64_t segments_largest_hole(const struct segments *segments); /* bytes; 0: no hole */

/* The segment that holds the address; false when there is none. */
bool segments_find(const struct segments *segments, uint64_t address, struct segment *ret_segment);

/*
 * The segment that begins at the address, and the holes that touch it (size 0: there is none);
 * false when none begins there.
 */
struct neighbours {
	struct segment before, self, after;
	struct segments_path path;
};
bool segments_around(const struct segments *segments, uint64_t base, struct neighbours *ret);

bool segments_last(const struct segments *segments, struct segment *ret_segment);

/* The first hole that begins at `from` or later and has `size` bytes or more. */
bool segments_first_fit(const struct segments *segments, uint64_t from, uint64_t size,
	struct segment *ret_hole, struct segments_path *ret_path);

/* The hole of that rank. */
bool segments_hole(const struct segments *segments, uint64_t rank, struct segment *ret_hole);

/* Holes that begin before the address; bytes of blocks below the address. */
uint64_t segments_rank(const struct segments *segments, uint64_t address);
uint64_t segments_used_below(const struct segments *segments, uint64_t address);

/*
 * Replaces segments that follow each other by one or more others, at most SEGMENTS_REPLACED each,
 * that cover the same bytes; at the end of the heap they may go further.  None replaced: they come
 * behind the last one, and the very first may begin anywhere.  path: what was found with one of
 * them, nothing having changed since; or NULL.
 */
#define SEGMENTS_REPLACED 3u
void segments_replace(struct segments *segments, const struct segments_path *path,
	const struct segment *olds, size_t nold, const struct segment *news, size_t nnew);

/*
 * The two changes that a program makes, by a shorter way than segments_replace(). The low end of
 * the hole that was found by segments_first_fit() becomes a block, and nothing has changed since;
 * the block that was found by segments_around() becomes a hole and is joined with those that touch
 * it.
 */
void segments_carve(struct segments *segments, const struct segments_path *path,
	const struct segment *hole, uint64_t size);
void segments_release(struct segments *segments, const struct neighbours *around);

/* What begins at the address will be asked for soon: fetches it ahead.  Changes nothing. */
void segments_expect(const struct segments *segments, uint64_t address);

/* The tree is well formed and its sums are right: 0, or -1. */
int segments_check(const struct segments *segments, struct error *err);

#endif
