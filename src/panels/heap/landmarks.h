/*
 * The places of a heap that have a name, on its map: an arrow in the line below their row, with the
 * name beside it where that fits. Where rows follow each other without a line between them, the
 * cell is underlined.
 */
#ifndef PANELS_HEAP_LANDMARKS_H
#define PANELS_HEAP_LANDMARKS_H

#include "canvas/legend.h"
#include "panels/heap/map.h"

/* Over a map whose cells are drawn. */
void landmarks_draw(const struct heap_map *map);

/* Their entry in a legend; false: none is drawn in the area. */
bool landmarks_entry(const struct heap_map *map, struct area seen, struct legend_entry *ret_entry);

/* "head +72: the next block begins  tail +40: the oldest block begins", in one line. */
void landmarks_list(const struct heap_map *map, struct area area, int y);

#endif
