/*
 * The one way to move: whatever a person does to change the position ends here. The panels follow
 * at the next refresh. As time passes, playback and growth move the player themselves.
 */
#ifndef VIEW_MOVE_H
#define VIEW_MOVE_H

#include "player/player.h"

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
	bool is_jump; /* the key for going back from a jump comes back here */
};

/*
 * Moves, and leaves the end of the trace if that was followed. Returns the index of the stop that
 * matched, or -1.
 */
int view_go_to(struct view *view, const struct target *target);
void view_jump(struct view *view, uint64_t position);
void view_step(struct view *view, bool back);
void view_return_from_jump(struct view *view);
void view_keep_origin(struct view *view); /* a jump begins that this module does not make */
/* What follows a move, for who had to move the player: side by side, engines go in lock step. */
void view_arrive(struct view *view, uint64_t from, bool is_jump);

#endif
