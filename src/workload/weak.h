/*
 * A cache that keeps nothing alive.
 *
 *	object     a counted value: each holder has a reference, and with the last one it dies
 *	weak       what the cache has of an object: it finds it, and does not count; when the object
 *	           dies its weak goes, too, so that the cache never gives out what is gone
 *	table      a hash of all weaks by key, which doubles when it is full, and never shrinks
 */
#ifndef WORKLOAD_WEAK_H
#define WORKLOAD_WEAK_H

#include "workload/memory.h"

struct weak;

struct cached_object {
	uint64_t references;
	struct weak *weak; /* of the cache that knows it; NULL: none does */
	uint64_t key;
	uint32_t size;
	uint32_t number; /* where objects are written; else OBJECT_NONE */
	unsigned char value[];
};

struct weak {
	struct weak *chained;
	struct weak_cache *cache;
	struct cached_object *object;
	uint32_t number; /* where objects are written */
};

struct weak_cache {
	struct memory *memory; /* borrowed */
	bool has_objects;      /* the trace says who refers to whom, and not what is freed */
	struct weak **table;
	uint64_t cells; /* a power of two */
	uint64_t count; /* weaks: objects that live */
	uint64_t bytes; /* of their values */
};

struct weak_cache *weak_new(struct memory *memory, bool has_objects);
void weak_free(struct weak_cache *cache); /* objects that live go on without it */

/* A reference to the object with this key, for the caller; NULL when none lives. */
struct cached_object *weak_get(struct weak_cache *cache, uint64_t key);

/*
 * A new object with one reference, the caller's; its value is to be filled. The key must not be
 * there.
 */
struct cached_object *weak_put(struct weak_cache *cache, uint64_t key, uint32_t size);

/* Gives a reference back; with the last one the object dies. */
void object_drop(struct memory *memory, struct cached_object *object, const char *who);

#endif
