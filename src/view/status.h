/* The first line: the trace and the position. */
#ifndef VIEW_STATUS_H
#define VIEW_STATUS_H

struct canvas;
struct text;
struct view;

/* 0 in a lecture on a small screen, whose last line has the place. */
int view_status_rows(const struct view *view, const struct canvas *canvas);
/* Appends "event 14 of 42", or fewer words where there are so few columns. */
void view_add_place(const struct view *view, int width, struct text *words);

void view_draw_status(struct view *view, struct canvas *canvas);

#endif
