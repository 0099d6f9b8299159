/*
 * The layers through which a request goes: what the program has, each engine of the stack, the maps
 * of the system. Each layer gets more than it hands up; the rest is what it keeps.
 *
 *	asked   bytes that the program and the layers above have of this one, arenas among them
 *	holds   bytes that it has of the layer below
 *	keeps   what it holds beyond what is asked of it
 *
 * Invariants: what the program has is what it asked of the engines, each byte of one of them.
 * What the system gave is what the engines hold, where an engine that has memory of another counts
 * in that one, and the program's own maps.
 */
#ifndef HEAP_LAYERS_H
#define HEAP_LAYERS_H

#include "heap/heap.h"
#include "heap/metrics.h"

#define LAYER_ROWS_MAX 6u /* the program, four engines, the system */

struct layer {
	const char *name;    /* static */
	const char *most;    /* what most of it is that it keeps, in words */
	uint64_t most_bytes; /* 0: it keeps nothing */
	uint64_t asked;      /* bytes */
	uint64_t above;      /* of these, what engines above have */
	uint64_t holds;
	uint64_t books; /* of what it keeps: headers, tails, rounding, alignment */
	uint64_t maps;  /* the system: what the program mapped itself */
};

/* What is remembered of a layer at a moment. */
struct layer_bytes {
	uint64_t asked; /* of the layer */
	uint64_t holds; /* of the one below */
};

/*
 * Topmost first: the program, the engines, the system. Gives how many there are. Grows with the
 * engines and their size classes.
 */
size_t layers_of(const struct heap *heap, struct layer ret_layers[LAYER_ROWS_MAX]);

/* The same in brief; those that there are not have 0. */
void layers_take(const struct heap *heap, struct layer_bytes ret_layers[LAYER_ROWS_MAX]);

static inline uint64_t layer_keeps(const struct layer *layer)
{
	return layer->holds > layer->asked ? layer->holds - layer->asked : 0;
}

#endif
