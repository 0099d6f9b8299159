/* Draws the elements of a list with arrows between them, as many as fit; the others are counted. */
#ifndef PANELS_CHAIN_PEN_H
#define PANELS_CHAIN_PEN_H

#include "canvas/canvas.h"

struct chain_pen {
	struct canvas *canvas;
	struct area area;
	int x, y;
	uint64_t drawn, length; /* elements */
	enum glyph arrow;
};

/*
 * Draws the next words, which stand for so many elements. False: they did not fit, and are counted
 * with those after them.
 */
bool chain_pen_link(struct chain_pen *pen, uint64_t elements, enum role role, unsigned marks,
	const char *words);

/* Elements after those that were looked up are counted as well; "empty" where there are none. */
void chain_pen_end(const struct chain_pen *pen);

#endif
