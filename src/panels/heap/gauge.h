/*
 * The gauge of an engine that lets only so much pass (a budget): what is spent of its limit, as a
 * line above the map.
 */
#ifndef PANELS_HEAP_GAUGE_H
#define PANELS_HEAP_GAUGE_H

#include "panels/panel.h"

/* Nothing where no layer has one, or the area is too low for it. */
void gauge_draw(const struct scene *scene, struct canvas *canvas, struct area area);

/* What the gauge leaves of the area. */
struct area gauge_area_below(const struct scene *scene, struct area area);

#endif
