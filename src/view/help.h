/*
 * The page of help.  It is text: a line that begins with a letter is a heading; the others have up
 * to three cells, each after a tab, which stand in columns; the last one is wrapped.
 */
#ifndef VIEW_HELP_H
#define VIEW_HELP_H

#include "canvas/canvas.h"

struct text;

/* Every key, what it does and its action's name, from the list of actions. */
void help_add_keys(struct text *page);

/* What :break and :until take, and what the figures mean. */
void help_add_terms(struct text *page);

/* From that line on; gives the number of lines that the whole page takes at this width. */
int help_draw(struct canvas *canvas, struct area area, const char *page, int first_line);

#endif
