/*
 * The scale of a map of arenas, by one rule for any number of them: the closest scale at which all
 * of them fit is taken. From the closest to the farthest:
 *
 *	blocks   a pool is a tile of 2 columns, with its blocks where they lie; an arena that is
 *	         alone may be folded into 2 or 4 rows of tiles; not for slabs, which are a pool
 *	         each: they are bars wherever they stand, and their blocks are in the panel of the
 *	         pool
 *	bars     a pool is a column of 2 to 8 rows, filled from below
 *	cells    a pool is a cell
 *	groups   2, 4, 8 or 16 pools are a cell
 *	arenas   1, 2, 4, … arenas are a cell, a power of two of them are a row
 */
#ifndef PANELS_ARENAS_SCALE_H
#define PANELS_ARENAS_SCALE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define LABEL_LONG  9 /* "►A01pU12 " before the pools of an arena */
#define LABEL_SHORT 5 /* "►A01p" */
#define LABEL_CELLS 7 /* "►A1234 " before a row of arenas */
#define SHARE       5 /* " 0.5%" behind them */
#define SHARE_SHORT 3 /* " 25" */
#define TILE_WIDTH  3 /* two columns and a gap */

enum scale_kind { SCALE_BLOCKS, SCALE_BARS, SCALE_CELLS, SCALE_GROUPS, SCALE_ARENAS };

struct scale {
	enum scale_kind kind;
	int rows;       /* of a pool */
	uint32_t fold;  /* BLOCKS: rows of tiles of one arena */
	uint32_t share; /* pools in a cell; ARENAS: arenas in a cell */
	int label;      /* columns before the pools of an arena */
	/* arenas beside each other; ARENAS: cells in a row */
	uint32_t columns;
	bool has_ruler;  /* a row of numbers above the map */
	bool has_legend; /* a row below it */
	/* rows below the map: of the histogram, and of the chosen arena */
	int histogram, chosen;
};

/* For so many arenas of so many pools each, on an area of that size. */
struct scale scale_for(size_t arenas, uint32_t pools, int width, int height);

/* Columns of an arena. */
int scale_width(const struct scale *scale, uint32_t pools);
/* Columns from an arena to the one beside it, and rows from one to the one below it. */
int scale_step(const struct scale *scale, uint32_t pools);
int scale_pitch(const struct scale *scale);

/*
 * The number of arenas that the scale is chosen for: as many as there were, or a half, a quarter, …
 * of that, so that the map does not change its scale whenever one comes or goes.
 */
size_t scale_reserved(size_t arenas, size_t peak);

#endif
