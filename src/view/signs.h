/* The page that explains every sign on the screen, as it is drawn there. */
#ifndef VIEW_SIGNS_H
#define VIEW_SIGNS_H

#include "canvas/canvas.h"

struct view;

/* Draws the page from that line on; returns how many lines it has at this width. */
int signs_draw(struct view *view, struct canvas *canvas, struct area area, int first_line);

#endif
