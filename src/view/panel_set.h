/* The panels, one of each kind, on the screen or not. */
#ifndef VIEW_PANEL_SET_H
#define VIEW_PANEL_SET_H

#include "panels/panel.h"

struct view;

struct panel_set {
	struct panel *items[PANELS_MAX];
	size_t count;
};

void panel_set_init(struct panel_set *panels);
void panel_set_finish(struct panel_set *panels);
struct panel *view_panel(const struct view *view, const struct panel_ops *ops);
/* Panels forget what they remember, which was of another trace or another engine. */
void view_forget_in_panels(struct view *view);

#endif
