/*
 * Where the recorded program had what the system chose, and not the library: mappings, heaps of
 * arenas, and which arena a thread got.  Every function gives 0 or does nothing where it is not
 * known.
 */
#ifndef ENGINES_GLIBC_RECORDED_PLACES_H
#define ENGINES_GLIBC_RECORDED_PLACES_H

#include "engines/glibc/state.h"

/* The address that the request got; 0 also where places are made up. */
static inline uint64_t recorded_of(const struct glibc *g, const struct request *request)
{
	return g->settings.first_break ? request->recorded : 0;
}

/* A mapping for the call under way, taken from the page source; lead: of its payload's chunk. */
uint64_t recorded_map(struct glibc *g, uint64_t bytes);
uint64_t recorded_map_with_lead(struct glibc *g, uint64_t bytes, uint64_t lead);

/*
 * The call under way is served by a chunk of that segment: if its heap lies at a made-up place, it
 * moves to the recorded one.
 */
void recorded_place_heap(struct glibc *g, uint32_t segment);

/* The number of the arena that served the call under way, + 1. */
uint32_t recorded_arena(const struct glibc *g);

/* The call under way was served from a heap that is not known yet. */
bool recorded_is_new(const struct glibc *g);

#endif
