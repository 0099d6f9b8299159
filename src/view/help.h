/*
 * The page of help, as text. A line that begins with a letter is a heading; other lines have up to
 * three cells, each after a tab, which form columns; the last cell is wrapped.
 */
#ifndef VIEW_HELP_H
#define VIEW_HELP_H

#include "canvas/canvas.h"

struct text;

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
