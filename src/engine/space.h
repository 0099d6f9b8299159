/*
 * The address space of the simulated program: one break that grows, as sbrk's, and a map area where
 * the lowest gap that is large enough is taken.  Flat state.
 */
#ifndef ENGINE_SPACE_H
#define ENGINE_SPACE_H

#include "arenascope/engine.h"

#define SPACE_BREAK UINT64_C(0x10000000)
#define SPACE_MAPS  UINT64_C(0x7f0000000000)

struct space {
	struct page_source pages;	/* what engines see; first, so that it can be cast back */
	struct flat flat;
	struct flat_array scalars;
	struct flat_array mappings;	/* in address order */
};

void space_init(struct space *space);
void space_finish(struct space *space);

/* Bytes taken now: the break's length and all mappings. */
uint64_t space_reserved(const struct space *space);

#endif
