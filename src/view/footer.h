/* The last line: what was said, a caption, or the keys of most use. */
#ifndef VIEW_FOOTER_H
#define VIEW_FOOTER_H

struct canvas;
struct view;

void view_draw_footer(struct view *view, struct canvas *canvas);
int footer_rows(const struct view *view, struct canvas *canvas); /* more than one: a long caption */

#endif
