/* How all of it looks, and whose the mouse is. */
#ifndef VIEW_APPEARANCE_H
#define VIEW_APPEARANCE_H

#include "canvas/theme.h"
#include "panels/panel.h"

#include <stdbool.h>

struct view;

struct appearance {
	const struct theme *theme;
	enum color_by color_by;
	bool is_expert;
	bool no_mouse; /* it is the terminal's */
};

void appearance_init(struct appearance *appearance, bool is_lecture);
void view_change_colors(struct view *view); /* of maps: to the next way */
void view_toggle_expert(struct view *view);
void view_next_theme(struct view *view);
void view_toggle_mouse(struct view *view);

#endif
