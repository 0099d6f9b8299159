/*
 * A heap that is split in halves (engine_ops.halves), as the tree it is: a row for each size of
 * blocks from the whole window down to the smallest, in each row what is split there and the blocks
 * of that size, below each other where they lie in each other.
 */
#ifndef PANELS_HEAP_BUDDY_TREE_H
#define PANELS_HEAP_BUDDY_TREE_H

#include "panels/panel.h"

/* The engine splits in halves, and has so few blocks that each can be drawn. */
bool buddy_tree_fits(const struct engine *engine);

struct buddy_drawing {
	const struct scene *scene;
	const struct engine *engine;
	struct region region;
	uint64_t base, size; /* what is seen: a power of two, at a multiple of its size */
	struct span chosen;  /* reversed; size 0: none */
};

/* Gives the rows it takes. */
int buddy_tree_draw(const struct buddy_drawing *tree, struct canvas *canvas, struct area area);

/* The address below a column; false when none is there. */
bool buddy_tree_address(const struct buddy_drawing *tree, struct area area, int x,
	uint64_t *ret_address);

#endif
