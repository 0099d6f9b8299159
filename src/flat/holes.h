/*
 * A free list in any order. Holes are found by their place in the list or by their size in a few
 * steps, or O(log n), whatever their number.
 *
 *	hole      identified by a number that stays the same while it is in the list; 0 is none
 *	place     the position of a hole: places compare in list order
 *	rank      the number of holes before it
 *	start     the place where a search begins that goes on where an earlier one ended
 *	seam      an address where one hole ends and the next hole of the list begins: the two could
 *	          be joined
 */
#ifndef FLAT_HOLES_H
#define FLAT_HOLES_H

#include "flat/arrivals.h"
#include "flat/flat.h"

#include <stdbool.h>
#include <stdint.h>

enum holes_order { ORDER_ADDRESS, ORDER_SIZE_UP, ORDER_SIZE_DOWN, ORDER_FRONT, ORDER_BACK };

/*
 * How holes are kept. Each way costs time at each change, and functions that need one of them say
 * so. "In list order" needs the one of the first three that has the list.
 */
enum holes_way {
	HOLES_IN_TREE = 1 << 0, /* any order; one by size is late in it */
	HOLES_AS_CAME = 1 << 1, /* ORDER_FRONT and ORDER_BACK */
	HOLES_BY_SIZE = 1 << 2, /* of equal sizes the first in the list */
	HOLES_SORTED = 1 << 3,  /* the same where the list is by size, and always in order */
};

struct place {
	uint64_t key;
	uint64_t tie; /* among equal keys */
};

struct holes {
	enum holes_order order;
	unsigned ways; /* enum holes_way bits */
	unsigned unit_bits;
	/* a list by size is out of order where holes have changed, until holes_sort() */
	bool sorts_late;
	/* borrowed, or NULL: the addresses (uint64_t) of new seams are appended */
	struct flat_array *seams;
	struct flat_array list; /* one struct list_state */
	struct flat_array nodes;
	struct flat_array by_end;   /* index.h */
	struct flat_array branches; /* HOLES_IN_TREE */
	/* uint32_t holes that have changed since the last sort; some may be gone */
	struct flat_array late;
	struct arrivals arrivals; /* HOLES_AS_CAME */
	struct flat_array sizes;  /* HOLES_BY_SIZE, HOLES_SORTED */
};

struct error;

/*
 * Makes an empty list and registers its arrays with flat. unit: bytes, a power of two of which all
 * sizes are multiples. Late sorting and seams need HOLES_IN_TREE.
 */
void holes_init(struct holes *holes, struct flat *flat, enum holes_order order, unsigned ways,
	uint64_t unit, bool sorts_late, struct flat_array *seams);

uint64_t holes_count(const struct holes *holes);

uint32_t holes_ending_at(const struct holes *holes, uint64_t end); /* 0: none */
uint64_t holes_base(const struct holes *holes, uint32_t hole);
uint64_t holes_size(const struct holes *holes, uint32_t hole); /* 0: of hole 0 */

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

/* HOLES_AS_CAME: the hole shrinks or grows, and becomes the newest. */
void holes_renew(struct holes *holes, uint32_t hole, uint64_t base, uint64_t size);

/* Prefetches what is needed to find a hole that ends there. */
void holes_expect(const struct holes *holes, uint64_t end);

/* Stably sorts a list by size that sorts late; returns how many holes were out of order. */
uint64_t holes_sort(struct holes *holes);

/*
 * By rank in the list; the hole before another in it. 0: none. HOLES_SORTED: it grows with the
 * holes of the same size.
 */
uint32_t holes_nth(const struct holes *holes, uint64_t rank);
uint64_t holes_rank(const struct holes *holes, uint32_t hole);
uint32_t holes_before(const struct holes *holes, uint32_t hole); /* HOLES_IN_TREE */

/*
 * The first hole in list order with at least `size` bytes, which is not 0: of all, or after another
 * one. 0: none.
 */
uint32_t holes_first(const struct holes *holes, uint64_t size);
uint32_t holes_first_after(const struct holes *holes, uint32_t hole, uint64_t size);

/*
 * The same from the start on, which is before all holes until it is set: to a hole, or to right
 * after one. Not HOLES_IN_TREE.
 */
uint32_t holes_first_from_start(const struct holes *holes, uint64_t size);
uint64_t holes_rank_of_start(const struct holes *holes);
void holes_start_at(struct holes *holes, uint32_t hole);
void holes_start_after(struct holes *holes, uint32_t hole);

/* The size of the largest hole; 0: there is none. In list order. */
uint64_t holes_largest(const struct holes *holes);

/* Whether a hole serves; user is the asker's. */
typedef bool hole_test(const struct holes *holes, uint32_t hole, void *user);

/*
 * The smallest hole that serves, with at least `size` bytes, of equals the first in the list; 0:
 * none. It grows with the holes that do not serve. HOLES_BY_SIZE or HOLES_SORTED.
 */
uint32_t holes_smallest(const struct holes *holes, uint64_t size, hole_test *serves, void *user);

/* Checks that the list is well formed: 0, or -1 and err. */
int holes_check(const struct holes *holes, struct error *err);

#endif
