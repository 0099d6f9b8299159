/*
 * The one way to move: all that a person does to change the position ends here. The panels follow
 * when the view settles. Time moves the player by itself (playback, growth).
 */
#ifndef VIEW_MOVE_H
#define VIEW_MOVE_H

#include "player/player.h"

struct view;

struct move {
	uint64_t origin; /* of the last jump */
};

/* Where to go, and how. */
struct target {
	uint64_t position;        /* past the end means the end */
	const struct stop *stops; /* not NULL: runs to the nearest of them instead; borrowed */
	size_t nstops;
	bool is_back; /* runs backwards */
	bool or_stay; /* where no stop matches, the position stays; otherwise it is start or end */
	bool is_jump; /* the key that returns from a jump comes back here */
};

/*
 * Moves, and leaves the trace's end if that was followed. Gives the index of the stop that matched,
 * or -1.
 */
int view_go_to(struct view *view, const struct target *target);
void view_jump(struct view *view, uint64_t position);
void view_step(struct view *view, bool back);
void view_return_from_jump(struct view *view);
void view_keep_origin(struct view *view); /* a jump begins that this module does not make */
/* What follows a move, for who had to move the player: side by side, engines go in lock step. */
void view_arrive(struct view *view, uint64_t from, bool is_jump);

#endif
