/*
 * The panel that has the keys, the panel in the largest place, and whether that fills the screen.
 */
#ifndef VIEW_FOCUS_H
#define VIEW_FOCUS_H

#include "panels/panel.h"

struct view;

struct focus {
	const struct panel_ops *panel;
	/* the panel that had the keys before the inspector */
	const struct panel_ops *inspected_from;
	bool inspected_alone;
	const struct panel_ops *inspected_main; /* what main was then */
	const struct panel_ops *main;           /* in the largest place; NULL: the usual panel */
	bool is_alone;                          /* it fills the screen */
	bool inspects_there; /* where an errand ends: on its way there was nothing to inspect */
};

void focus_init(struct focus *focus, bool has_arenas);
bool view_is_focused(const struct view *view, enum panel_id id);
void view_focus(struct view *view, const struct panel_ops *panel); /* if it is on the screen */
void view_cycle_focus(struct view *view, bool back);
void view_toggle_alone(struct view *view);
void view_share_screen(struct view *view); /* puts every panel in its usual place */
void view_inspect(struct view *view);
void view_inspect_there(struct view *view);
/* It does not arrive. */
void view_inspect_nowhere(struct view *view); /* if that was asked for on the way */
/* Whether keys go to the inspector, and not to a tour, a script, decisions or a comparison. */
bool view_is_inspecting(const struct view *view);
void view_leave_inspector(struct view *view);
void view_zoom_in(struct view *view);
void view_zoom_out(struct view *view);
void view_zoom_farther(struct view *view); /* up to the whole space */
int view_show(struct view *view, const char *panel, struct error *err);

#endif
