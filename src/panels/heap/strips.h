/*
 * The maps of a heap of several regions, below each other: each a strip with a line above it that
 * says where it lies. Where there is no room for all, those around the selected one.
 */
#ifndef PANELS_HEAP_STRIPS_H
#define PANELS_HEAP_STRIPS_H

#include "panels/heap/map.h"
#include "panels/heap/window.h"

#define STRIPS_MAX 24u

/* All strips, from top to bottom. */
struct strips {
	struct heap_map maps[STRIPS_MAX];
	size_t regions[STRIPS_MAX]; /* which ones of the heap */
	size_t count;
	size_t above, below; /* more of them that are not shown */
	bool has_titles;     /* a line above each */
	int lines;
	unsigned signs; /* enum map_sign: those that were drawn */
};

/* chosen: a span whose cells are reversed; size 0: none. */
void strips_lay_out(struct strips *ret_strips, const struct heap_window *window,
	const struct scene *scene, const struct engine *engine, const struct span *chosen,
	struct area area);

void strips_draw(struct strips *strips, const struct engine *engine, struct canvas *canvas);

/* The strip in which the address is seen; NULL: in none. */
const struct heap_map *strips_with(const struct strips *strips, uint64_t address);

/* The address below a cell of the screen; false where none is. */
bool strips_address(const struct strips *strips, int x, int y, uint64_t *ret_address);

#endif
