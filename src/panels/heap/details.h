/*
 * The lines below the map, as many as fit: the scale and the legend, the selection, the regions of
 * a single block, the free list in its order, the mappings of the program.
 */
#ifndef PANELS_HEAP_DETAILS_H
#define PANELS_HEAP_DETAILS_H

#include "panels/heap/map.h"

struct heap_details {
	bool has_lone, has_mappings;
	int scale;          /* rows for the scale and the legend, at most */
	bool scale_yields;  /* it is left out where the map comes closer for that */
	bool names;         /* a row for the places that have one */
	int list;           /* rows for the free list */
	struct span chosen; /* the selection; size 0: none, or no room for it */
};

struct heap_details heap_details_for(const struct scene *scene, const struct engine *engine,
	struct area area);

/* The details that fit below the tree of a heap that is split in halves. */
struct heap_details heap_details_for_tree(const struct scene *scene, const struct engine *engine,
	struct area area);

int heap_details_rows(const struct heap_details *details);

/* area: for map and details; y: the row after the map. */
void heap_details_draw(const struct heap_details *details, const struct heap_map *map,
	const struct engine *engine, struct area area, int y);

#endif
