/*
 * Whose memory it was: for every byte that any object has had, the last one that had it. So the
 * places of two allocators can be compared that have no addresses in common.
 */
#ifndef PLAYER_FORMERS_H
#define PLAYER_FORMERS_H

#include "flat/extents.h"
#include "heap/heap.h"

struct formers {
	struct flat flat;
	struct extents extents; /* the tag of each is an object */
};

void formers_init(struct formers *formers);
void formers_finish(struct formers *formers);

/*
 * The object has these bytes from now on. Returns which one had the lowest of them that any had;
 * OBJECT_NONE: they were never an object's. Grows with the objects that had some of them.
 */
uint32_t formers_place(struct formers *formers, uint64_t address, uint64_t bytes, uint32_t object);

/*
 * An event has been applied to the heap: the object that it placed, and those that a collector
 * moved. Returns whose memory the placed one got; OBJECT_NONE: nobody's, or nothing was placed, or
 * it stayed where it was.
 */
uint32_t formers_follow(struct formers *formers, const struct heap *heap,
	const struct effect *effect);

#endif
