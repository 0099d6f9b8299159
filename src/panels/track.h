/* The track below curves over the whole trace: its position, marks, faults, pauses and the peak. */
#ifndef PANELS_TRACK_H
#define PANELS_TRACK_H

#include "panels/panel.h"

/* In the first row of the area, from its first column to its last. */
void track_draw(const struct scene *scene, struct canvas *canvas, struct area area);

/* A click on that column of so many. */
struct panel_answer track_click(const struct scene *scene, int x, int width);

#endif
