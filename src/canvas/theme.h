/*
 * Roles → colours. A theme gives a colour of the 256-colour cube for every role, which is turned
 * into red, green and blue for terminals with true colour; those with 16 or 8 colours, or none,
 * have their own tables. The palettes were found by a search for the largest distance between any
 * two colours under normal and colour-blind vision (CIEDE2000, Machado 2009).
 */
#ifndef CANVAS_THEME_H
#define CANVAS_THEME_H

#include "canvas/canvas.h"

#define COLOR_DEFAULT (-1) /* the terminal's own */

struct look {
	int32_t foreground; /* number in the palette, or red, green and blue, or COLOR_DEFAULT */
	int32_t background;
	unsigned marks; /* CELL_ bits */
};

struct theme;

/* The names for the choices of an option, in the order of theme_next(); the last is NULL. */
extern const char *const theme_names[];

const struct theme *theme_find(const char *name); /* NULL: there is none of that name */
const char *theme_name(const struct theme *theme);
const struct theme *theme_next(const struct theme *theme); /* the first follows the last */

/* The look of a role in that many colours (0: none; more than 256: colours are 0xRRGGBB). */
struct look theme_look(const struct theme *theme, enum role role, int colors);

#endif
