/*
 * The segments of a heap in address order: blocks and holes, without gaps between them. Every
 * operation costs the height of a shallow tree over the address space, whatever the number of
 * segments, and touches few cache lines.
 *
 *	segment   base and size in bytes, both whole units; a hole, or a block
 *	unit      segments begin and end at multiples of it, counted from the base of the first
 *	rank      the number of holes before it: the entries that a walk along an address-ordered
 *	          free list would have checked
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

/* The path from the root of the tree to the leaf of a unit. */
#define SEGMENTS_HEIGHT 9 /* enough for 2^53 units */
struct segments_path {
	uint64_t unit;
	uint32_t leaf;
	/* the largest hole of the leaf before the unit; -1: not known */
	int32_t passed;
	uint32_t inner[SEGMENTS_HEIGHT + 1]; /* by level, from 1 */
};

struct error;

/* Makes it empty and registers its arrays with flat. unit: bytes, a power of two. */
void segments_init(struct segments *segments, struct flat *flat, uint64_t unit);

/* Sums over all segments. */
uint64_t segments_holes(const struct segments *segments);
uint64_t segments_blocks(const struct segments *segments);
uint64_t segments_used(const struct segments *segments); /* bytes in blocks */
double segments_hole_squares(
	const struct segments *segments); /* sum of their squared sizes in bytes */
uint64_t segments_largest_hole(const struct segments *segments); /* bytes; 0: no hole */

/* Finds the segment that holds the address; false when there is none. */
bool segments_find(const struct segments *segments, uint64_t address, struct segment *ret_segment);

/*
 * A segment and the holes that touch it (size 0: none). segments_around() finds the segment that
 * begins at the address; false when none does.
 */
struct neighbours {
	struct segment before, self, after;
	struct segments_path path;
};
bool segments_around(const struct segments *segments, uint64_t base, struct neighbours *ret);

/* As segments_find(), and the path to that segment. */
bool segments_locate(const struct segments *segments, uint64_t address, struct segment *ret_segment,
	struct segments_path *ret_path);

bool segments_last(const struct segments *segments, struct segment *ret_segment);

/* Finds the first hole that begins at `from` or later and has `size` bytes or more; false: none. */
bool segments_first_fit(const struct segments *segments, uint64_t from, uint64_t size,
	struct segment *ret_hole, struct segments_path *ret_path);

/* The path to the segment that begins at the address; false: none does. */
bool segments_path(const struct segments *segments, uint64_t base, struct segments_path *ret_path);

/* Finds the hole of that rank; false: none. */
bool segments_hole(const struct segments *segments, uint64_t rank, struct segment *ret_hole);

/* Holes that begin before the address; bytes of blocks below the address. */
uint64_t segments_rank(const struct segments *segments, uint64_t address);
uint64_t segments_used_below(const struct segments *segments, uint64_t address);

/*
 * Replaces consecutive segments by one or more others, at most SEGMENTS_REPLACED each, that cover
 * the same bytes; at the end of the heap they may reach further, or less far. With nold 0 they are
 * appended after the last one, and the very first may begin anywhere. path: the one found with one
 * of the old segments, if nothing has changed since, or NULL.
 */
#define SEGMENTS_REPLACED 3u
void segments_replace(struct segments *segments, const struct segments_path *path,
	const struct segment *olds, size_t nold, const struct segment *news, size_t nnew);

/*
 * The heap, which ended at `from`, ends at `end` now: the last segment is longer, if it is of that
 * kind, or one is appended.
 */
void segments_extend(struct segments *segments, uint64_t from, uint64_t end, bool is_hole);

/*
 * What becomes of a hole in which a block begins to be, or of a block in which a hole does: the one
 * to three segments that replace it. Returns how many.
 */
size_t segments_cut(const struct segment *whole, uint64_t base, uint64_t size,
	struct segment ret_news[SEGMENTS_REPLACED]);

/*
 * Faster forms of segments_replace() for the two usual changes: the low end of a hole, just found
 * by segments_first_fit(), segments_locate() or segments_path(), becomes a block; a block, just
 * found by segments_around(), becomes a hole and joins the holes that touch it. Nothing may have
 * changed in between.
 */
void segments_carve(struct segments *segments, const struct segments_path *path,
	const struct segment *hole, uint64_t size);
void segments_release(struct segments *segments, const struct neighbours *around);

/* Prefetches the memory needed to look up the address soon. Changes nothing. */
void segments_expect(const struct segments *segments, uint64_t address);

/* Checks that the tree is well formed and its sums are right: 0, or -1 and err. */
int segments_check(const struct segments *segments, struct error *err);

#endif
