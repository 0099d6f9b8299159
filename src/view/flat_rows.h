/*
 * The rows of a panel for somebody who hears them: the cells of what is drawn with signs are
 * counted, and called as the legend calls them: "50 12 cells object, 3 cells free".
 */
#ifndef VIEW_FLAT_ROWS_H
#define VIEW_FLAT_ROWS_H

struct text;

/* Appends the rows, each a line, without those that are empty. */
void flat_rows_add(const char *rows, struct text *out);

#endif
