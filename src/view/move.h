/*
 * The one way to move: whatever a person does to change the position ends here. The panels follow
 * at the next refresh. As time passes, playback and growth move the player themselves.
 */
#ifndef VIEW_MOVE_H
#define VIEW_MOVE_H

#include "player/player.h"

struct comparison;
struct view;

struct move {
	uint64_t origin; /* position before the last jump */
};

/* A destination, and how to go there. */
struct target {
	uint64_t position; /* past the end means the end */
	/* not NULL: runs to the nearest match of them instead; borrowed */
	const struct stop *stops;
	size_t nstops;
	bool is_back; /* runs backwards */
	/* where no stop matches, the position stays; otherwise it goes to the start or the end */
	bool or_stay;
	/* not NULL: runs to the next event at which these engines differ instead; borrowed */
	struct comparison *comparison;
	bool is_jump;        /* the key for going back from a jump comes back here */
	bool keeps_followed; /* a followed trace stays followed */
};

/*
 * Moves, and leaves the end of the trace if that was followed. Returns the index of the stop that
 * matched, 0 for a difference, or -1.
 */
int view_go_to(struct view *view, const struct target *target);
void view_jump(struct view *view, uint64_t position);
void view_step(struct view *view, bool back);
void view_return_from_jump(struct view *view);
void view_keep_origin(struct view *view); /* a jump begins that another module makes */

#endif
