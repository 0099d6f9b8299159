/* The legend of a map. */
#ifndef CANVAS_LEGEND_H
#define CANVAS_LEGEND_H

#include "canvas/canvas.h"

/* Draws a legend in one line, with as many entries as fit; returns the column after them. */
struct legend_entry {
	int glyph; /* enum glyph, or GLYPH_NUMBERS: "1 2" */
	int level; /* of GLYPH_FILL */
	enum role role;
	const char *words;
	uint32_t sign; /* instead of the glyph; 0: the glyph */
};
#define GLYPH_NUMBERS GLYPH_COUNT
int legend_draw(struct canvas *canvas, struct area area, int y, const struct legend_entry *entries,
	size_t count);

#endif
