/* The look of the screen, and whether the view or the terminal has the mouse. */
#ifndef VIEW_APPEARANCE_H
#define VIEW_APPEARANCE_H

#include "canvas/theme.h"
#include "panels/panel.h"

#include <stdbool.h>

struct view;

struct appearance {
	const struct theme *theme;
	int colors; /* that the terminal shows; 0: none */
	enum color_by color_by;
	bool is_expert;
	bool no_mouse; /* the terminal keeps the mouse */
};

void appearance_init(struct appearance *appearance, bool is_lecture);
void view_change_colors(struct view *view); /* to the next way of colouring maps */
void view_toggle_expert(struct view *view);
void view_next_theme(struct view *view);
void view_toggle_mouse(struct view *view);

#endif
