/*
 * Which entry an object has: part of the heap's state (heap/heap_state.h).
 *
 *	cell    of a table by number, which is a power of two long: the entry of an object whose
 *	        number ends in that of the cell
 *	others  live objects whose cell another one had already: in an index by hash; their cell
 *	        counts them
 *
 * Objects are mostly numbered in the order in which they are allocated, so nearly all have a cell:
 * there are at least four for each entry. Whatever the numbers are, a search costs as much as one
 * in an index.
 */
#ifndef HEAP_IDENTITIES_H
#define HEAP_IDENTITIES_H

#include "flat/index.h"

#define NO_ENTRY       UINT32_MAX
#define CELL_BITS      26u
#define CELL_ENTRY     ((UINT32_C(1) << CELL_BITS) - 1) /* in a cell: an entry + 1, or 0: none */
#define CELL_OTHER     (UINT32_C(1) << CELL_BITS)       /* one of the others */
#define CELL_MANY      (UINT32_MAX - CELL_ENTRY)        /* so many that they are not counted */
#define CELLS_AN_ENTRY 4u

struct identities {
	struct flat_array cells;  /* uint32_t */
	struct flat_array others; /* index.h */
	struct flat_array count;  /* one uint64_t: of the others */
};

/* Registers its arrays with the flat, which releases them. */
void identities_init(struct identities *identities, struct flat *flat);

static inline uint32_t *identities_cell(const struct identities *identities, uint32_t object)
{
	assert((identities->cells.count & (identities->cells.count - 1)) == 0);
	return flat_at(&identities->cells, uint32_t, object & (identities->cells.count - 1));
}

/* The entry that is in a cell; NO_ENTRY: none. */
static inline uint32_t cell_entry(uint32_t cell)
{
	return (cell & CELL_ENTRY) - 1;
}

/* There is an object without a cell that should be in this one. */
static inline bool cell_has_others(uint32_t cell)
{
	return cell >= CELL_OTHER;
}

/* For an object that has, or will have, no cell. */
void identities_add_other(struct identities *identities, uint32_t object, uint32_t entry);
void identities_remove_other(struct identities *identities, uint32_t object, uint32_t entry);

/* An object that is not known has the entry from now on. */
static inline void identities_add(struct identities *identities, uint32_t object, uint32_t entry)
{
	uint32_t *cell = identities_cell(identities, object);

	if (cell_entry(*cell) == NO_ENTRY && entry < CELL_ENTRY)
		*cell += entry + 1;
	else
		identities_add_other(identities, object, entry);
}

/* An object that has the entry is no longer known. */
static inline void identities_remove(struct identities *identities, uint32_t object, uint32_t entry)
{
	uint32_t *cell = identities_cell(identities, object);

	if (cell_entry(*cell) == entry)
		*cell -= entry + 1;
	else
		identities_remove_other(identities, object, entry);
}

/* Whether there are enough cells for so many entries. */
static inline bool identities_have_room(const struct identities *identities, size_t entries)
{
	return entries * CELLS_AN_ENTRY <= identities->cells.count;
}

/*
 * Makes room for so many entries; every object gets a cell if it can. objects: of the entries,
 * `width` bytes apart. Grows with the cells.
 */
void identities_make_room(struct identities *identities, size_t entries, const uint32_t *objects,
	size_t width);

struct error;

/*
 * Every object that leads to an entry below `entries` is found, there are `used` of them, and cells
 * count their others: 0, or -1 and err. objects, width: as above. Slow.
 */
int identities_check(const struct identities *identities, size_t used, size_t entries,
	const uint32_t *objects, size_t width, struct error *err);

#endif
