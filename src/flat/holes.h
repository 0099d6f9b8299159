/*
 * A free list in an order of its own: holes that can be found by their place in the list, by their
 * address, or by their size, each in O(log n), however the list is ordered.
 *
 *	hole      known by a number that stays while it is in the list; 0 is none
 *	place     where a hole stands: places compare as the holes follow each other
 *	rank      how many holes stand before
 *	seam      an address where one hole ends and the next one of the list begins: they could be
 *	          joined
 */
#ifndef FLAT_HOLES_H
#define FLAT_HOLES_H

#include "flat/flat.h"

#include <stdbool.h>
#include <stdint.h>

enum holes_order { ORDER_ADDRESS, ORDER_SIZE_UP, ORDER_SIZE_DOWN, ORDER_FRONT, ORDER_BACK };

struct place {
	uint64_t key;
	uint64_t tie; /* among equal keys */
};

struct holes {
	enum holes_order order;
	/* a list by size gets out of order where holes change, until holes_sort() */
	bool sorts_late;
	/* borrowed: uint64_t addresses that became seams are appended; or NULL */
	struct flat_array *seams;
	struct flat_array list; /* one struct list_state */
	struct flat_array nodes;
	struct flat_array by_base; /* index.h */
	/* uint32_t holes that have changed since the last sort, some gone */
	struct flat_array late;
};

struct error;

/* Registers the arrays; an empty list. */
void holes_init(struct holes *holes, struct flat *flat, enum holes_order order, bool sorts_late,
	struct flat_array *seams);

uint64_t holes_count(const struct holes *holes);

uint32_t holes_at(const struct holes *holes, uint64_t base); /* the one that begins there */
uint64_t holes_base(const struct holes *holes, uint32_t hole);
uint64_t holes_size(const struct holes *holes, uint32_t hole);
struct place holes_place(const struct holes *holes, uint32_t hole);

/* A new hole: put where the order wants it, behind those of the same size in a list by size. */
uint32_t holes_add(struct holes *holes, uint64_t base, uint64_t size);
void holes_remove(struct holes *holes, uint32_t hole);

/*
 * What is left of the hole, or what it has grown to.  It keeps its place, which must be the right
 * one by address; in a list by size that does not sort late it goes behind those of its new size.
 */
void holes_change(struct holes *holes, uint32_t hole, uint64_t base, uint64_t size);

/*
 * Sorts a list by size that sorts late, stably, as it is before anything is added to it; gives how
 * many holes were out of order.
 */
uint64_t holes_sort(struct holes *holes);

/* The list itself: by rank, and from each to the one before. */
uint32_t holes_nth(const struct holes *holes, uint64_t rank);
uint64_t holes_rank(const struct holes *holes, const struct place *place);
uint32_t holes_before(const struct holes *holes, uint32_t hole);

/* The first hole of the list, from the place on, that has so many bytes. */
uint32_t holes_first(const struct holes *holes, const struct place *from, uint64_t size);

/*
 * By size: the smallest that has so many bytes, the largest of all; of equals the first in the
 * list.
 */
uint32_t holes_smallest(const struct holes *holes, uint64_t size);
uint32_t holes_largest(const struct holes *holes);

/* The one that is next larger or, of the same size, stands next in the list. */
uint32_t holes_next_larger(const struct holes *holes, uint32_t hole);

/* Of those with fewer bytes, the largest that stands first in the list. */
uint32_t holes_next_smaller(const struct holes *holes, uint64_t size);

/* The list is well formed: 0, or -1. */
int holes_check(const struct holes *holes, struct error *err);

#endif
