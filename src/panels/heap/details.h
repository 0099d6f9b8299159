/*
 * What stands below the map, a line each as far as there is room: the scale and the legend, what is
 * selected, the regions of a single block, the free list in its order, what the program mapped.
 */
#ifndef PANELS_HEAP_DETAILS_H
#define PANELS_HEAP_DETAILS_H

#include "panels/heap/map.h"

struct heap_details {
	bool has_scale, has_lone, has_mappings;
	int list;           /* rows for it */
	struct span chosen; /* size 0: none, or no room for it */
};

struct heap_details heap_details_for(const struct scene *scene, const struct engine *engine,
	struct area area);

/* As far as there are any below the tree of a heap that is split in halves. */
struct heap_details heap_details_for_tree(const struct scene *scene, const struct engine *engine,
	struct area area);

int heap_details_rows(const struct heap_details *details);

/* area: of map and details; y: the row after the map. */
void heap_details_draw(const struct heap_details *details, const struct heap_map *map,
	const struct engine *engine, struct area area, int y);

#endif
