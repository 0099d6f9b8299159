/*
 * A cache of the program's, as its events say: which objects it keeps, from the one that was asked
 * for last to the one that is unused for longest.
 *
 *	keep    the cache has the object from now on, as its newest
 *	hit     it was asked for something, and had it: the object is its newest again
 *	miss    it was asked for something that it did not have
 *	evict   it gives the object up to have room for another one
 *
 * Of a cache that does not go by the last use:
 *
 *	found   a hit that leaves the object where it is in the order
 *	spare   its turn to be evicted had come, and it is the newest again instead, as if it had
 *	        never been found: a second chance
 *
 * An object that is freed, or dies, leaves the cache without an event: so does what a cache of weak
 * references keeps. When all have left, the next event begins a new cache as far as its figures are
 * concerned. Each operation costs the same whatever the cache keeps.
 */
#ifndef HEAP_CACHE_ORDER_H
#define HEAP_CACHE_ORDER_H

#include "heap/heap.h"

struct cache_order {
	struct flat_array state;     /* one struct cache_order_state */
	struct flat_array entries;   /* struct cache_entry; unused ones are linked by `newer` */
	struct flat_array by_object; /* index.h */
};

/* Registers its arrays with the flat, which releases them. */
void cache_order_init(struct cache_order *order, struct flat *flat);

/* What the event does: a use whose word is about caches. The object, if it names one, is live. */
void cache_order_apply(struct cache_order *order, const struct event *event,
	struct decision_log *log);

/* The object is no longer live. */
void cache_order_leave(struct cache_order *order, uint32_t object);

/* Whether any event was about it. */
static inline bool cache_order_is_there(const struct cache_order *order)
{
	return order->entries.count > 0;
}

/* How many objects it has. */
uint32_t cache_order_count(const struct cache_order *order);

/* false: no event was about a cache. */
bool cache_order_describe(const struct cache_order *order, struct cache_figures *ret_cache);

/* Copies the first n from either end; returns how many there were to copy. */
size_t cache_order_list(const struct cache_order *order, bool from_oldest, struct cache_item *ret,
	size_t n);

/* 0, or -1: its lists and its index contradict each other. */
int cache_order_check(const struct cache_order *order, struct error *err);

#endif
