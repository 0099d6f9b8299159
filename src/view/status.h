/* The first line: what plays, and where it is. */
#ifndef VIEW_STATUS_H
#define VIEW_STATUS_H

struct canvas;
struct view;

void view_draw_status(struct view *view, struct canvas *canvas);

#endif
