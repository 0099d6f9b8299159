/*
 * A trace that grows is looked at again and again; one that has taken its place is gone through to
 * where the other was shown.
 */
#ifndef VIEW_GROWTH_H
#define VIEW_GROWTH_H

#include "view/view.h"

struct growth {
	bool is_live; /* the trace may grow */
	bool stops_program;
	bool is_followed; /* the position goes on with the trace's end */
	/* another trace has taken its place: on the way to `goal` in it */
	bool is_returning;
	uint64_t goal;
	uint64_t next_look;
	bool (*renew)(void *renewer, struct player_config *ret_config); /* or NULL */
	void *renewer;
};

void growth_init(struct growth *growth, const struct view_config *config);
bool view_is_growing(const struct view *view); /* more may come */
/* The program has ended, and all that it did is there, if perhaps not read yet. */
bool view_is_complete(const struct view *view);
const char *view_the_end(const struct view *view); /* in words */
/* Whether the trace is looked at again: a complete one never changes. */
bool view_looks_at_trace(const struct view *view);
void view_look_at_trace(struct view *view, uint64_t now);

/* On the way to the end that is followed, or back to where it was. */
bool view_is_behind(const struct view *view);
void view_catch_up(struct view *view); /* a slice of that way */
void view_end_return(struct view *view);
void view_follow_end(struct view *view);
void view_stop_following(struct view *view);
void view_leave_followed(struct view *view); /* and stop returning */

#endif
