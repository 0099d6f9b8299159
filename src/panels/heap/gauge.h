/*
 * The gauge of an engine that limits the bytes that pass (a budget): the bytes spent of its limit,
 * as a line above the map.
 */
#ifndef PANELS_HEAP_GAUGE_H
#define PANELS_HEAP_GAUGE_H

#include "panels/panel.h"

/* Draws nothing where no layer has a limit, or the area is too low. */
void gauge_draw(const struct scene *scene, struct canvas *canvas, struct area area);

/* The part of the area that the gauge leaves. */
struct area gauge_area_below(const struct scene *scene, struct area area);

#endif
