/* The last line: a message, a caption, or the most useful keys. */
#ifndef VIEW_FOOTER_H
#define VIEW_FOOTER_H

struct canvas;
struct view;

void view_draw_footer(struct view *view, struct canvas *canvas);
/* more than one for a long caption */
int footer_rows(const struct view *view, struct canvas *canvas);

#endif
