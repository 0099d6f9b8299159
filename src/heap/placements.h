/*
 * Plain requests one after the other, of which somebody wants to know where their blocks are and
 * nothing else: the short way of a passage (passage.h), without its figures.
 */
#ifndef HEAP_PLACEMENTS_H
#define HEAP_PLACEMENTS_H

#include "heap/passage.h"

/* A block of layer 0 was placed there by that event. */
typedef void placement_visit(void *user, uint64_t number, const struct event *event,
	uint64_t address);

/*
 * Applies the first events of the passage, as long as they are allocations and frees that are
 * served as they should be and the engine has a short way for, up to one at which an arena came or
 * went. Gives how many, which may be none: then heap_apply() applies the next one. Each block that
 * is placed is visited at once.
 */
size_t heap_place(struct heap *heap, const struct passage *passage, placement_visit *visit,
	void *user);

#endif
