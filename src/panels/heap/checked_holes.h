/*
 * The holes that the last search of a free list checked, and that are in the list still: all but
 * the one that it took. A list may have changed its order since, but each other hole is in it.
 */
#ifndef PANELS_HEAP_CHECKED_HOLES_H
#define PANELS_HEAP_CHECKED_HOLES_H

#include "panels/panel.h"

struct checked_holes {
	uint64_t first, count; /* places in the list of then, round its end; count 0: none */
	uint64_t holes;        /* in the list of then */
	/* the hole that was taken, and its place; size 0: none was */
	uint64_t base, size, place;
	uint64_t rests[2]; /* places of what is left of it in the list of now */
	unsigned nrests;
};

/* Of the last event, in an engine with one list of holes. */
struct checked_holes checked_of(const struct scene *scene, const struct engine *engine);

/* Whether the hole at that address and place in the list of now, from 0, was checked. */
bool checked_has(const struct checked_holes *checked, uint64_t address, uint64_t place);

#endif
