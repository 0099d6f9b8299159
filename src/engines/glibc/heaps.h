/*
 * Arenas beside the main one: each thread is attached to one, whose heaps are 64 MiB of address
 * space each, at a multiple of that, of which the front is held.
 */
#ifndef ENGINES_GLIBC_HEAPS_H
#define ENGINES_GLIBC_HEAPS_H

#include "engines/glibc/calls.h"

/* Top of an arena that is not the main one becomes long enough for the chunk; false: it cannot. */
bool heap_extend(const struct caller *caller, uint64_t units);

/* A top that is no longer the arena's ends in two fences; what is before them is freed. */
void heap_fence_top(const struct caller *caller, uint32_t top);

/* The process is about to end, and the memory of its heaps with it. */
void heaps_end(struct glibc *g);

/* Heaps at the end that are wholly free go, then top shrinks. */
void heap_trim(struct glibc *g, struct arena *arena);

/*
 * Bytes of a heap before its first chunk; before that of an arena's first heap, which holds the
 * arena itself.
 */
uint32_t heap_lead(const struct glibc *g, bool is_first);

#endif
