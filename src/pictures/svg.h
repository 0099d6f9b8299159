/*
 * A canvas as SVG: words are text, blocks and lines are shapes, and every role is a class whose
 * colours are those of a theme. A row can be had alone, for pictures that move (film.h) and pages.
 */
#ifndef PICTURES_SVG_H
#define PICTURES_SVG_H

#include "canvas/canvas.h"

#include <stdbool.h>

struct text;
struct theme;

/* A cell in the units of the picture. */
#define SVG_CELL_WIDTH  10
#define SVG_CELL_HEIGHT 20

/*
 * Appends one row of the area, as elements that lie between 0 and SVG_CELL_HEIGHT. A blank row
 * appends nothing.
 */
void svg_add_row(struct text *out, const struct canvas *canvas, struct area area, int row,
	const struct theme *theme);

/* The roles that a picture uses: only they have rules in it. */
struct svg_roles {
	bool is_used[ROLE_COUNT];
};
void svg_note_roles(struct svg_roles *roles, const struct canvas *canvas, struct area area);

/*
 * Appends the rules of the classes: .ROLE is the colour of its ink, .ROLE-b the one behind it.
 * roles: NULL for all.
 */
void svg_add_rules(struct text *out, const struct theme *theme, const struct svg_roles *roles);

/* Appends the first tag of a picture of that many cells, its title, its style and its ground. */
void svg_begin(struct text *out, int width, int height, const struct theme *theme,
	const struct svg_roles *roles, const char *title);
void svg_end(struct text *out);

#endif
