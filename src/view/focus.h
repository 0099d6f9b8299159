/* Which panel has the keys, which has the largest place, and whether it has the screen. */
#ifndef VIEW_FOCUS_H
#define VIEW_FOCUS_H

#include "panels/panel.h"

struct view;

struct focus {
	const struct panel_ops *panel;
	const struct panel_ops *inspected_from; /* it had the keys before the inspector */
	bool inspected_alone;
	const struct panel_ops *main; /* in the largest place; NULL: the usual one */
	bool is_alone;                /* it has the screen */
};

void focus_init(struct focus *focus, bool has_arenas);
bool view_is_focused(const struct view *view, enum panel_id id);
void view_focus(struct view *view, const struct panel_ops *panel); /* where it is */
void view_cycle_focus(struct view *view, bool back);
void view_toggle_alone(struct view *view);
void view_share_screen(struct view *view); /* every panel has its usual place */
void view_inspect(struct view *view);
void view_zoom_in(struct view *view);
void view_zoom_out(struct view *view);
void view_zoom_farther(struct view *view); /* out to the whole space */
int view_show(struct view *view, const char *panel, struct error *err);

#endif
