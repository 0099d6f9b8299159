/* The scale of the map of a heap. */
#ifndef PANELS_HEAP_SCALE_H
#define PANELS_HEAP_SCALE_H

#include "panels/panel.h"

/* The bytes of a cell of its map in the area; 0: there is none, or it is a tree. */
uint64_t heap_map_cell(const struct panel *panel, const struct scene *scene, struct area area);

#endif
