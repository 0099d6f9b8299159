/* The layers over the whole trace: a curve each, one below the other, on one scale. */
#ifndef PANELS_LAYERS_OVER_TIME_H
#define PANELS_LAYERS_OVER_TIME_H

#include "panels/panel.h"

/* Rows that it takes at least, with a line of titles, for that many layers. */
int layers_over_time_rows(size_t count);

/* Of the heap that the scene's player has; the survey fills it in from the left. */
void layers_over_time_draw(const struct scene *scene, struct canvas *canvas, struct area area);

#endif
