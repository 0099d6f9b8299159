/*
 * A region of the heap, or the part of it that is seen, as rows of cells. Where every block begins
 * at a cell's border it is drawn block by block: header, payload, padding, and an edge where the
 * next one begins. Otherwise a cell shows how much of it is in use.
 */
#ifndef PANELS_HEAP_MAP_H
#define PANELS_HEAP_MAP_H

#include "panels/panel.h"

#define MAP_COUNTED 4096u /* regions up to this size have decimal offsets, as counted by hand */

/* What the legend has to explain. */
enum map_sign { SIGN_HEADER = 1u, SIGN_PADDING = 2u };

struct heap_map {
	const struct scene *scene;
	const struct heap *heap;
	struct canvas *canvas;
	struct area area; /* the map alone */
	struct region region;
	uint64_t base, size; /* what is seen of it */
	uint64_t cell;       /* bytes */
	int label;           /* columns of the offset in front of each row */
	int columns;         /* cells of a row */
	int pitch;           /* lines from one row to the next: 3 in a lecture, two of them cells */
	bool is_counted;     /* offsets are decimal */
	/* rows are so many cells long: of a real heap, whose blocks begin at multiples of 16 */
	bool is_sixteens;
	bool is_exact;        /* every span begins at a cell's border */
	uint32_t passed_over; /* holes at the front of the list that the last search looked at */
	struct span chosen;   /* size 0: none */
	unsigned *signs;      /* enum map_sign: what was drawn */
};

/* How many columns the label and the cells take in its area; the cells have their size already. */
void map_lay_out(struct heap_map *map);

int map_rows(const struct heap_map *map);  /* of cells */
int map_lines(const struct heap_map *map); /* of the screen */

void map_draw(const struct heap_map *map, const struct engine *engine);

#endif
