/*
 * Roles → colours. A theme gives every role a colour of the 256-colour cube, which is turned into
 * red, green and blue for terminals with true colour; with 16 or 8 colours, or none, there are
 * other tables. What the colours promise is computed by tests/unit/canvas/colours.c: text has a
 * contrast of 4.5:1 on its background (WCAG 2.1), and the states of a pool are apart for normal and
 * for colour-blind sight.
 */
#ifndef CANVAS_THEME_H
#define CANVAS_THEME_H

#include "canvas/canvas.h"

#define COLOR_DEFAULT (-1) /* the terminal's own */

#define LOOK_REVERSE CELL_MARKS /* a mark that only looks have: the two colours change places */

struct look {
	int32_t foreground; /* number in the palette, or red, green and blue, or COLOR_DEFAULT */
	int32_t background;
	unsigned marks; /* CELL_BOLD, CELL_UNDERLINE, LOOK_REVERSE */
};

struct theme;

/* The names for the choices of an option; the last is NULL. */
extern const char *const theme_names[];

const struct theme *theme_find(const char *name); /* NULL: there is none of that name */
const char *theme_name(const struct theme *theme);

/*
 * The next theme in the order of the names that looks different in that many colours, the first
 * after the last; the same one where there is none.
 */
const struct theme *theme_next(const struct theme *theme, int colors);

/* The theme for a lecture hall on the same kind of background. */
const struct theme *theme_for_lecture(const struct theme *theme);

/*
 * The theme for a terminal with that background, 0xRRGGBB, by its luminance; negative: unknown.
 * With 16 or 8 colours no colour can be read on every background, so there the theme has its own.
 */
const struct theme *theme_for_background(int32_t background, int colors);

/* The look of a role in that many colours (0: none; more than 256: colours are 0xRRGGBB). */
struct look theme_look(const struct theme *theme, enum role role, int colors);

/*
 * The look of a cell: of its role, with its marks. The sign keeps its colour; tints are
 * backgrounds, and a full block has its own colour as background as well, since in many fonts it
 * does not reach the edges.
 */
struct look theme_cell_look(const struct theme *theme, const struct cell *cell, int colors);

#endif
