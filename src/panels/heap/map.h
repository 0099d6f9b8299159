/*
 * A region of the heap, or the visible part of it, as rows of cells. Where every block begins at
 * the border of a cell it is drawn block by block: header, payload, padding, and an edge where the
 * next one begins. Otherwise a cell shows the share of it that is in use.
 */
#ifndef PANELS_HEAP_MAP_H
#define PANELS_HEAP_MAP_H

#include "panels/heap/checked_holes.h"

struct heap_map {
	const struct scene *scene;
	const struct heap *heap;
	const struct engine *engine;
	struct canvas *canvas;
	struct area area; /* the map alone */
	struct region region;
	uint64_t base, size; /* the visible part */
	uint64_t cell;       /* bytes */
	uint64_t card;       /* bytes of a card of the region's table; 0: it has none */
	int label;           /* columns for the offset before each row */
	int columns;         /* cells of a row */
	int wide;            /* columns of the screen that a cell takes */
	/* lines from one row to the next; in a lecture several, the last of them blank; two where
	 * that line has the cards of the next row, or the names of places in this one */
	int pitch;
	bool is_small;      /* its bytes can be counted by hand: rows are tens of cells long */
	bool has_names;     /* places in the region have names (landmarks.h) */
	bool has_lines;     /* their names have lines, even if cells are larger for it */
	bool is_exact;      /* every span begins at a cell's border */
	struct span chosen; /* the selection; size 0: none */
	struct checked_holes checked;
};

/* The columns of the label that the region needs; in a narrow area 0. */
int map_label(const struct heap_map *map);

/* Computes the cells of a row in the area beside the label, with cells that are that wide. */
void map_lay_out(struct heap_map *map, int wide);

/* The columns that a card takes on the screen; 0: the region has no cards, or they end in cells. */
int map_card_columns(const struct heap_map *map);

int map_rows(const struct heap_map *map);  /* of cells */
int map_lines(const struct heap_map *map); /* of the screen */

void map_draw(const struct heap_map *map);

#endif
