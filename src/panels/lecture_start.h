/*
 * The text of a lecture before its first caption: what the lesson is about, what the panels show,
 * and how to continue.
 */
#ifndef PANELS_LECTURE_START_H
#define PANELS_LECTURE_START_H

#include "canvas/canvas.h"
#include "panels/panel.h"

/* In a small area the parts that matter least are left out; none is cut while it is large enough
 * for how to continue. */
void lecture_start_draw(const struct scene *scene, struct canvas *canvas, struct area area);

#endif
