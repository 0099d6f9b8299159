/*
 * Stretches of address space that do not overlap, found by address, by rank, or by the gaps between
 * them, each in O(log n): the mappings of an address space, and how a contract knows an engine's
 * live blocks. Flat state: the same additions and removals in the same order give the same bytes.
 */
#ifndef FLAT_EXTENTS_H
#define FLAT_EXTENTS_H

#include "flat/flat.h"

struct extent {
	uint64_t base;
	uint64_t size; /* bytes; 0 occupies 1, so that no two begin at the same address */
	uint32_t tag;  /* the caller's */
};

struct extents {
	struct flat_array state;
	struct flat_array nodes;
};

/* Makes *extents empty and registers its arrays with flat. */
void extents_init(struct extents *extents, struct flat *flat);

/*
 * Adds an extent. When it overlaps others, adds nothing, stores the first of them in *ret_other and
 * returns false.
 */
bool extents_add(struct extents *extents, const struct extent *extent, struct extent *ret_other);

/* Removes the extent that begins at base; false when none does. */
bool extents_remove(struct extents *extents, uint64_t base);

/* Finds the last extent that begins at or before the address; false when there is none. */
bool extents_at_or_before(const struct extents *extents, uint64_t address,
	struct extent *ret_extent);

/* Finds the first extent that begins at or after the address; false when there is none. */
bool extents_at_or_after(const struct extents *extents, uint64_t address,
	struct extent *ret_extent);

size_t extents_count(const struct extents *extents);

/* The extent with that many before it, in the order of addresses; there must be one. */
void extents_nth(const struct extents *extents, size_t rank, struct extent *ret_extent);

/*
 * The lowest multiple of `alignment` (a power of two) from `from` on where `bytes` are free; after
 * all extents there is always room, if not in the address space.
 */
uint64_t extents_gap(const struct extents *extents, uint64_t from, uint64_t bytes,
	uint64_t alignment);

struct error;

/*
 * Checks that extents do not overlap, the tree is well formed and unused nodes are empty: 0, or -1
 * and err.
 */
int extents_check(const struct extents *extents, struct error *err);

#endif
