/*
 * A heap that is split in halves (engine_ops.halves), drawn as a tree: a row for each size from the
 * whole window down to the smallest block. Each row has the split blocks and the blocks of that
 * size; a block is below the one that contains it.
 */
#ifndef PANELS_HEAP_BUDDY_TREE_H
#define PANELS_HEAP_BUDDY_TREE_H

#include "panels/panel.h"

/* Whether the engine splits in halves, and has few enough blocks that each can be drawn. */
bool buddy_tree_fits(const struct engine *engine);

struct buddy_drawing {
	const struct scene *scene;
	const struct engine *engine;
	struct region region;
	uint64_t base, size; /* the visible part: a power of two, at a multiple of its size */
	struct span chosen;  /* drawn as chosen; size 0: none */
};

/* Returns the number of rows drawn. */
int buddy_tree_draw(const struct buddy_drawing *tree, struct canvas *canvas, struct area area);

/* The address that a column shows; false when it shows none. */
bool buddy_tree_address(const struct buddy_drawing *tree, struct area area, int x,
	uint64_t *ret_address);

#endif
