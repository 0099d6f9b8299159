/*
 * The segments of a heap in address order: blocks and holes that follow each other without gaps.  A
 * B+tree in flat arrays, whose inner nodes know of each child where it begins, its largest hole,
 * its number of holes and its used bytes; so finding an address, the first hole that is large
 * enough, the n-th hole, or the bytes used below an address costs O(log n), and touches few cache
 * lines.
 *
 *	segment   base and size in bytes; a hole, or a block
 *	rank      how many holes lie before: what a walk along an address-ordered free list would have looked at
 */
#ifndef ENGINE_SEGMENTS_H
#define ENGINE_SEGMENTS_H

#include "base/flat.h"

#include <stdbool.h>
#include <stdint.h>

struct segment {
	uint64_t base;
	uint64_t size;
	uint64_t is_hole;	/* 0 or 1; as wide as the others, so that there is no padding */
};

struct segments {
	struct flat_array tree;		/* one struct tree_scalars */
	struct flat_array leaves;
	struct flat_array inners;
};

struct error;

/* Registers the arrays; no segments at first. */
void segments_init(struct segments *segments, struct flat *flat);

/* Sums over all of them. */
uint64_t segments_holes(const struct segments *segments);
uint64_t segments_blocks(const struct segments *segments);
uint64_t segments_used(const struct segments *segments);	/* bytes in blocks */
uint64_t segments_largest_hole(const struct segments *segments);	/* bytes; 0: no hole */

/*
 * The segment that holds the address, or that begins at or after it first; false when there is
 * none.
 */
bool segments_find(const struct segments *segments, uint64_t address, struct segment *ret_segment);
bool segments_find_from(const struct segments *segments, uint64_t address, struct segment *ret_segment);

/*
 * The segment that begins at the address, and its neighbours (size 0: there is none); false when
 * none begins there.
 */
struct neighbours {
	struct segment before, self, after;
};
bool segments_around(const struct segments *segments, uint64_t base, struct neighbours *ret);

bool segments_last(const struct segments *segments, struct segment *ret_segment);

/*
 * The first hole that begins at `from` or later and has `size` bytes or more; *ret_rank as above.
 */
bool segments_first_fit(const struct segments *segments, uint64_t from, uint64_t size,
	struct segment *ret_hole, uint64_t *ret_rank);

/* The hole of that rank. */
bool segments_hole(const struct segments *segments, uint64_t rank, struct segment *ret_hole);

/* Holes that begin before the address; bytes of blocks below the address. */
uint64_t segments_rank(const struct segments *segments, uint64_t address);
uint64_t segments_used_below(const struct segments *segments, uint64_t address);

/*
 * Replaces `nold` segments that follow each other, the first beginning at `base`, by `nnew` others;
 * at most 3 each.  The caller keeps the whole free of gaps and overlaps.
 */
void segments_replace(struct segments *segments, uint64_t base, size_t nold, const struct segment *news,
	size_t nnew);

/* The tree is well formed and its sums are right: 0, or -1. */
int segments_check(const struct segments *segments, struct error *err);

#endif
