/*
 * A free list in any order: holes are found by their place in the list, by address or by size, each
 * in O(log n).
 *
 *	hole      identified by a number that stays the same while it is in the list; 0 is none
 *	place     the position of a hole: places compare in list order
 *	rank      the number of holes before it
 *	seam      an address where one hole ends and the next hole of the list begins: the two could
 *	          be joined
 */
#ifndef FLAT_HOLES_H
#define FLAT_HOLES_H

#include "flat/flat.h"

#include <stdbool.h>
#include <stdint.h>

enum holes_order { ORDER_ADDRESS, ORDER_SIZE_UP, ORDER_SIZE_DOWN, ORDER_FRONT, ORDER_BACK };

/* What holes are looked for by: functions that need one of them say so. */
enum holes_way { HOLES_BY_PLACE = 1 << 0, HOLES_BY_SIZE = 1 << 1 };

struct place {
	uint64_t key;
	uint64_t tie; /* among equal keys */
};

struct holes {
	enum holes_order order;
	unsigned ways; /* enum holes_way bits */
	/* a list by size is out of order where holes have changed, until holes_sort() */
	bool sorts_late;
	/* borrowed, or NULL: the addresses (uint64_t) of new seams are appended */
	struct flat_array *seams;
	struct flat_array list; /* one struct list_state */
	struct flat_array nodes;
	struct flat_array by_base; /* index.h */
	/* uint32_t holes that have changed since the last sort; some may be gone */
	struct flat_array late;
};

struct error;

/*
 * Makes an empty list and registers its arrays with flat. Each way costs time at each change. Late
 * sorting and seams need HOLES_BY_PLACE.
 */
void holes_init(struct holes *holes, struct flat *flat, enum holes_order order, unsigned ways,
	bool sorts_late, struct flat_array *seams);

uint64_t holes_count(const struct holes *holes);

uint32_t holes_at(const struct holes *holes,
	uint64_t base); /* the hole that begins there; 0: none */
uint64_t holes_base(const struct holes *holes, uint32_t hole);
uint64_t holes_size(const struct holes *holes, uint32_t hole);
struct place holes_place(const struct holes *holes, uint32_t hole);

/*
 * Adds a hole where the order wants it; in a list by size, after those of the same size. Returns
 * its number.
 */
uint32_t holes_add(struct holes *holes, uint64_t base, uint64_t size);
void holes_remove(struct holes *holes, uint32_t hole);

/*
 * The hole shrinks or grows. It keeps its place, which must still be right in a list by address; in
 * a list by size that does not sort late it moves after those of its new size.
 */
void holes_change(struct holes *holes, uint32_t hole, uint64_t base, uint64_t size);

/* Stably sorts a list by size that sorts late; returns how many holes were out of order. */
uint64_t holes_sort(struct holes *holes);

/* By rank, and from each hole to the one before it; 0: none. HOLES_BY_PLACE. */
uint32_t holes_nth(const struct holes *holes, uint64_t rank);
uint64_t holes_rank(const struct holes *holes, const struct place *place);
uint32_t holes_before(const struct holes *holes, uint32_t hole);

/*
 * The first hole at or after the place (NULL: of the list) with at least `size` bytes, which is not
 * 0; 0: none. HOLES_BY_PLACE.
 */
uint32_t holes_first(const struct holes *holes, const struct place *from, uint64_t size);

/*
 * The smallest hole with at least `size` bytes; the largest of all. Of equals the first in the
 * list; 0: none. HOLES_BY_SIZE, as for the next two.
 */
uint32_t holes_smallest(const struct holes *holes, uint64_t size);
uint32_t holes_largest(const struct holes *holes);

/*
 * The next hole by size: of the same size, the next in the list, otherwise the next larger; 0:
 * none.
 */
uint32_t holes_next_larger(const struct holes *holes, uint32_t hole);

/* The largest hole with fewer bytes, of equals the first in the list; 0: none. */
uint32_t holes_next_smaller(const struct holes *holes, uint64_t size);

/* Checks that the list is well formed: 0, or -1 and err. */
int holes_check(const struct holes *holes, struct error *err);

#endif
