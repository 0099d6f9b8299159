/* Curves over the whole trace: what the survey has found, in columns and eighths of a row. */
#ifndef PANELS_CURVE_H
#define PANELS_CURVE_H

#include "panels/panel.h"

/*
 * The samples of one of so many columns, borrowed from the player; returns how many. Takes
 * logarithmic time, and no longer for a long trace than for a short one.
 */
size_t curve_samples(const struct scene *scene, int column, int columns,
	const struct sample **ret_samples);

/* Bytes in eighths of a row, with `full` as high as the rows; the least above 0 is one eighth. */
int curve_eighths(uint64_t bytes, uint64_t full, int rows);

/*
 * Draws one cell: live bytes from below, partly filled at their edge, and held bytes behind and
 * above them as a tint and a shade. Both in eighths from the cell's lower end; less than 0, and
 * more than 8, for what ends below or above it.
 */
void curve_draw_cell(struct canvas *canvas, struct area area, int x, int y, int live, int held);

#endif
