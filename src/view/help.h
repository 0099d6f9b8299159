/*
 * A page of help, as text, and how far it is scrolled. A line that begins with a letter is a
 * heading; other lines have up to three cells, each after a tab, which form columns; the last cell
 * is wrapped.
 */
#ifndef VIEW_HELP_H
#define VIEW_HELP_H

#include "canvas/canvas.h"
#include "panels/action.h"

#include <stdbool.h>

struct text;

struct help_scroll {
	int line;        /* the first line shown */
	int rows, lines; /* as last drawn: rows shown, lines of the page */
};

/* Scrolls by an action that moves; false: it is another. */
bool help_scroll_by(struct help_scroll *scroll, enum action action);

/* Adds every key, its help and the name of its action, from the list of actions. */
void help_add_keys(struct text *page);

/* Adds the conditions of :break and :until, and the meaning of the figures. */
void help_add_terms(struct text *page);

/*
 * Draws the page from a line on; returns the number of lines that the whole page needs at this
 * width.
 */
int help_draw(struct canvas *canvas, struct area area, const char *page, int first_line);

#endif
