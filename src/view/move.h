/*
 * The one way to move: whatever a person does to change the position ends here. A long way is an
 * errand (errand.h), so the position may be another when the function returns. The panels follow at
 * the next refresh. As time passes, playback and growth move the player themselves.
 */
#ifndef VIEW_MOVE_H
#define VIEW_MOVE_H

#include "base/arrays.h"
#include "player/rival_runs.h"

struct comparison;
struct view;

/* A destination, and how to go there. */
struct target {
	uint64_t position; /* past the end means the end */
	/* not NULL: runs to the nearest match of them instead; copied */
	const struct stop *stops;
	size_t nstops;
	const char *what; /* a match of the stops in words, for messages; copied */
	bool is_back;     /* runs backwards */
	/* where no stop matches, the position stays; otherwise it goes to the start or the end */
	bool or_stay;
	/*
	 * not NULL: runs to the next event at which these engines differ instead; with stops, to
	 * the nearest match in any of them; borrowed
	 */
	struct comparison *comparison;
	bool is_about_answers; /* of them only what the program gets */
	bool is_jump;          /* the key for going back from a jump comes back here */
	bool keeps_followed;   /* a followed trace stays followed */
	/*
	 * Called on arrival, or NULL. hit: the index of the stop that matched, 0 for a difference;
	 * -1: nothing did.
	 */
	void (*arrived)(struct view *view, int hit);
};

struct move {
	uint64_t origin; /* position before the last jump */
	/* the last target that was gone to, or is; its stops and words are the copies here */
	struct target target;
	ARRAY(struct stop) stops;
	char what[80];
	struct run run;             /* to its stops */
	struct rival_run rival_run; /* to its stops, of engines side by side */
	uint64_t distance;          /* events of the way, when it began */
};

void move_finish(struct move *move);

/* Moves, and leaves the end of the trace if that was followed. */
void view_go_to(struct view *view, const struct target *target);
void view_jump(struct view *view, uint64_t position);
void view_step(struct view *view, bool back);
void view_return_from_jump(struct view *view);
void view_keep_origin(struct view *view); /* a jump begins that another module makes */

#endif
