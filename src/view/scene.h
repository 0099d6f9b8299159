/* What the panels may look at: the last event, the selection, and what the person has set. */
#ifndef VIEW_SCENE_H
#define VIEW_SCENE_H

#include "panels/panel.h"

struct view;

/* The last event that did something; see last_shown(). */
struct latest {
	bool has_event;
	struct event event;
	struct effect effect;
	const struct decision_log *log; /* of the player, borrowed */
};

struct scene view_scene(struct view *view);
/* The last event is looked up again, and the selection goes where it follows it. */
void view_update_scene(struct view *view);
void view_select(struct view *view, struct selection selection);
void view_select_level(struct view *view, enum inspect_level level);
void view_follow_event(struct view *view, bool on);

#endif
