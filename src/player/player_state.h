/* The state of a player, for player.c and for its runs to stops (runs.c). */
#ifndef PLAYER_PLAYER_STATE_H
#define PLAYER_PLAYER_STATE_H

#include "player/checkpoints.h"
#include "player/keeper.h"
#include "player/player.h"
#include "player/replay.h"
#include "player/survey.h"
#include "player/surveyor.h"

/* The effect of an event that was passed. */
struct passed {
	uint64_t position; /* after the event; 0: none yet */
	struct effect effect;
};

struct player {
	struct trace *trace; /* borrowed */
	struct replay replay;
	struct checkpoints checkpoints;
	struct survey survey;
	struct index *index; /* that the survey was taken from; NULL: none */
	struct keeper keeper;
	struct surveyor *surveyor; /* NULL: the survey runs in slices, or is done */
	bool wants_surveyor;       /* wherever it is possible */
	uint64_t revision;
	uint64_t searched;  /* the revision at which the search for a cause was over */
	uint64_t searching; /* the one at which it has begun */
	struct event event; /* the last one applied, at positions above 0 */
	struct effect effect;
	/* the last one before the position is known; captions and marks may follow it */
	bool has_request;
	struct event request;
	struct effect answer;
	struct decision_log log; /* of the request */
	ARRAY(struct live) died; /* at the request, and moved by a collector */
	ARRAY(struct moved) moved;
	/* those before the position, at position % PLAYER_RECENT */
	struct passed passed[PLAYER_RECENT];
	uint64_t held_before;        /* from the system, before the last event */
	struct player_config config; /* to play the same trace in the same way again */
	struct options *options;     /* the config's, own copy */
};

/* Applies the next event with its decisions in the log; false: the trace ends here. */
bool player_step_with_log(struct player *player);

/*
 * Goes to the position, from any other, or as far as the trace can be read. is_jump: a person stays
 * there, and may step back.
 */
void player_replay_to(struct player *player, uint64_t position, bool is_jump);

#endif
