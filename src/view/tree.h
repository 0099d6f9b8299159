/*
 * A heap that is split in halves (engine_ops.halves), as the tree it is: a row for each size of blocks from the whole
 * window down to the smallest, in each row what is split there and the blocks of that size, below each other where they
 * lie in each other.
 */
#ifndef VIEW_TREE_H
#define VIEW_TREE_H

#include "view/panel.h"

/* The engine splits in halves, and has so few blocks that each can be drawn. */
bool tree_fits(const struct engine *engine);

struct tree {
	const struct scene *scene;
	const struct engine *engine;
	struct region region;
	uint64_t base, size;	/* what is seen: a power of two, at a multiple of its size */
	struct span chosen;	/* reversed; size 0: none */
};

/* Gives the rows it takes. */
int tree_draw(const struct tree *tree, struct canvas *canvas, struct area area);

/* The address below a column; false when none is there. */
bool tree_address(const struct tree *tree, struct area area, int x, uint64_t *ret_address);

#endif
