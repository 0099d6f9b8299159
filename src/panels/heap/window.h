/*
 * The part of a heap that a person sees: the selected region, block or hole, and how much around
 * them is visible.
 */
#ifndef PANELS_HEAP_WINDOW_H
#define PANELS_HEAP_WINDOW_H

#include "panels/panel.h"

#define WINDOW_LEAST     64u  /* bytes of the heap that are always visible */
#define HEAP_REGIONS_MAX 256u /* regions considered, around the selection */

struct heap_window {
	/* halvings of the region: 1 shows half of it, 2 a quarter; 0: all of it */
	unsigned zoom;
	/* address of the first visible byte, a multiple of 16; unused without zoom */
	uint64_t from;
};

/* The number of visible bytes of the region. */
uint64_t window_size(const struct heap_window *window, const struct region *region);

/* Keeps the window while the selected address is in it; otherwise centres it on that address. */
void window_place(struct heap_window *window, const struct scene *scene,
	const struct engine *engine);

/* Centres the window on the selected address, as far as the region allows. */
void window_center(struct heap_window *window, const struct scene *scene,
	const struct engine *engine);

/*
 * The selected region, otherwise the region of the last event, otherwise the first. Returns its
 * number; the engine must have at least one.
 */
size_t selected_region(const struct scene *scene, const struct engine *engine,
	struct region *ret_region);

/*
 * The span that a person selected; false while the selection follows events, and when it is
 * elsewhere.
 */
bool selected_span(const struct scene *scene, const struct engine *engine, struct span *ret_span);

#endif
