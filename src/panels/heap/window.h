/*
 * Where in a heap the person is: the region and the block or hole that are selected, and how much
 * around them is seen.
 */
#ifndef PANELS_HEAP_WINDOW_H
#define PANELS_HEAP_WINDOW_H

#include "panels/panel.h"

#define WINDOW_LEAST     64u  /* bytes of the heap that are seen at least */
#define HEAP_REGIONS_MAX 256u /* that are looked at, around what is selected */

struct heap_window {
	unsigned zoom; /* 1/2, 1/4, … of the region is seen; 0: all of it */
	uint64_t from; /* address at which it begins, a multiple of 16; of no use without zoom */
};

/* Bytes of the region that are seen. */
uint64_t window_size(const struct heap_window *window, const struct region *region);

/*
 * The window stays where it is while the selected address is in it; otherwise that becomes its
 * middle.
 */
void window_place(struct heap_window *window, const struct scene *scene,
	const struct engine *engine);

/* The selected address becomes its middle, as far as the region reaches. */
void window_center(struct heap_window *window, const struct scene *scene,
	const struct engine *engine);

/*
 * The region that is selected, or in which the last event took place; otherwise the first. Gives
 * its number; the engine has at least one.
 */
size_t selected_region(const struct scene *scene, const struct engine *engine,
	struct region *ret_region);

/* The span that a person selected; false while events are followed, and when it is elsewhere. */
bool selected_span(const struct scene *scene, const struct engine *engine, struct span *ret_span);

#endif
