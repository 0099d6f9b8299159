/* The state that panels may read: the last event, the selection, and the settings of the person. */
#ifndef VIEW_SCENE_H
#define VIEW_SCENE_H

#include "panels/panel.h"

struct view;

/* The last event that had an effect; see last_shown(). */
struct latest {
	bool has_event;
	struct event event;
	struct effect effect;
	const struct decision_log *log; /* borrowed from the player */
};

struct scene view_scene(struct view *view);
/* Looks up the last event again, and moves the selection if that follows events. */
void view_update_scene(struct view *view);
void view_select(struct view *view, struct selection selection);
void view_select_level(struct view *view, enum inspect_level level);
void view_follow_event(struct view *view, bool on);

#endif
