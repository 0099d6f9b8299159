/*
 * A cache with a capacity: when it is full, it evicts the least recently used entry.
 *
 *	table    a hash of all keys, of a fixed size: the head of a chain of entries in each cell
 *	list     the entries from the newest, asked for last, to the oldest
 *	entry    one block; its value is another
 */
#ifndef WORKLOAD_LRU_H
#define WORKLOAD_LRU_H

#include "workload/memory.h"

#include <stdbool.h>

struct lru_entry {
	struct lru_entry *newer, *older;
	struct lru_entry *chained; /* the next with the same cell */
	uint64_t key;
	uint64_t size; /* bytes of the value */
	void *value;
};

struct lru {
	struct memory *memory; /* borrowed */
	struct lru_entry **table;
	uint64_t cells;    /* a power of two */
	uint64_t capacity; /* entries */
	struct lru_entry *newest, *oldest;
	uint64_t count;
	uint64_t bytes;   /* of all values */
	uint64_t evicted; /* so far */
	/* Gives a value back; without it the memory takes it. */
	void (*drop)(void *dropper, void *value, const char *who);
	void *dropper;
};

struct lru *lru_new(struct memory *memory, uint64_t capacity);
void lru_free(struct lru *lru);

/* The entry with this key, which is the newest from now on; NULL when there is none. */
struct lru_entry *lru_get(struct lru *lru, uint64_t key);

/*
 * A new entry, the newest, with room for a value of that size, which the caller fills. A full cache
 * evicts its oldest entry before. The key must not be there.
 */
struct lru_entry *lru_put(struct lru *lru, uint64_t key, uint64_t size);

/* The same with a value that is there, and is the cache's from now on. */
struct lru_entry *lru_keep(struct lru *lru, uint64_t key, void *value, uint64_t size);

static inline bool lru_is_full(const struct lru *lru)
{
	return lru->count == lru->capacity;
}

#endif
