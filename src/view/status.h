/* The first line: the trace and the position. */
#ifndef VIEW_STATUS_H
#define VIEW_STATUS_H

struct canvas;
struct view;

void view_draw_status(struct view *view, struct canvas *canvas);

#endif
