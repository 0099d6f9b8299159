/*
 * Items in the order in which they came, each with a size. The first one that is large enough is
 * found in a few steps, whatever their number; so is the one of a rank.
 *
 *	item   a number above 0 that the owner chooses
 *	slot   the place of an item: later items have higher ones; they are given out again, in the
 *	       same order, when they are used up
 *	start  where a search may begin that goes on where an earlier one ended
 */
#ifndef FLAT_ARRIVALS_H
#define FLAT_ARRIVALS_H

#include "flat/flat.h"

#include <stdbool.h>
#include <stdint.h>

#define ARRIVALS_NONE UINT32_MAX

struct arrivals {
	bool is_newest_first;      /* the order of searches and ranks */
	struct flat_array state;   /* one struct arrivals_state */
	struct flat_array items;   /* uint32_t by slot; 0: none */
	struct flat_array largest; /* int32_t by slot; then by 32 of those, until 32 are left */
	struct flat_array counts;  /* uint32_t items, the same from 1,024 slots on */
};

struct error;

/* Makes it empty and registers its arrays with flat. */
void arrivals_init(struct arrivals *arrivals, struct flat *flat, bool is_newest_first);

uint32_t arrivals_count(const struct arrivals *arrivals);

/* Before an item is added. True: all slots have changed, and arrivals_item() has the items. */
bool arrivals_make_room(struct arrivals *arrivals);

/* The item in the slot, or 0, and its size; slots up to arrivals_end(). */
uint32_t arrivals_item(const struct arrivals *arrivals, uint32_t slot);
int32_t arrivals_size(const struct arrivals *arrivals, uint32_t slot);
uint32_t arrivals_end(const struct arrivals *arrivals);

/* Adds an item, the newest, of a size above 0; returns its slot. There is room. */
uint32_t arrivals_add(struct arrivals *arrivals, uint32_t item, int32_t size);
void arrivals_remove(struct arrivals *arrivals, uint32_t slot);
void arrivals_resize(struct arrivals *arrivals, uint32_t slot, int32_t size);

/* The largest size; 0: there are no items. */
int32_t arrivals_largest(const struct arrivals *arrivals);

/* The first item with at least that size: of all, after that slot, or from the start on. Slots. */
uint32_t arrivals_first(const struct arrivals *arrivals, int32_t size);
uint32_t arrivals_first_after(const struct arrivals *arrivals, uint32_t slot, int32_t size);
uint32_t arrivals_first_from_start(const struct arrivals *arrivals, int32_t size);

/* Sets the start: at the item in the slot, or right after it. */
void arrivals_start_at(struct arrivals *arrivals, uint32_t slot);
void arrivals_start_after(struct arrivals *arrivals, uint32_t slot);

/* How many items come before that of the slot, or before the start; the slot of a rank. */
uint32_t arrivals_rank(const struct arrivals *arrivals, uint32_t slot);
uint32_t arrivals_rank_of_start(const struct arrivals *arrivals);
uint32_t arrivals_nth(const struct arrivals *arrivals, uint32_t rank);

/* Checks that the sums are right: 0, or -1 and err. The owner checks the items. */
int arrivals_check(const struct arrivals *arrivals, struct error *err);

#endif
