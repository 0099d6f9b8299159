/*
 * The maps of a heap with several regions, one below the other. Each is a strip, with a line above
 * it that gives its address. Where they do not all fit, the strips around the selection are shown.
 */
#ifndef PANELS_HEAP_STRIPS_H
#define PANELS_HEAP_STRIPS_H

#include "panels/heap/map.h"
#include "panels/heap/window.h"

#define STRIPS_MAX 24u

/* All strips, from top to bottom. */
struct strips {
	struct heap_map maps[STRIPS_MAX];
	size_t regions[STRIPS_MAX]; /* their numbers in the heap */
	size_t count;
	size_t above, below; /* strips that are not shown */
	bool has_titles;     /* a line above each */
	int lines;
};

/* chosen: the selected span, whose cells have the tint of what is chosen; size 0: none. */
void strips_lay_out(struct strips *ret_strips, const struct heap_window *window,
	const struct scene *scene, const struct engine *engine, const struct span *chosen,
	struct area area);

void strips_draw(struct strips *strips, struct canvas *canvas);

/* The strip that shows the address; NULL: none does. */
const struct heap_map *strips_with(const struct strips *strips, uint64_t address);

/* The address that a cell of the screen shows; false where it shows none. */
bool strips_address(const struct strips *strips, int x, int y, uint64_t *ret_address);

#endif
