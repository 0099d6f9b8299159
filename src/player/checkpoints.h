/*
 * Copies of the state at positions of the trace, within a budget of memory: cheap places to seek
 * to. The longer the trace and the larger the state, the further apart they are. A few more are
 * kept near where a person steps back.
 */
#ifndef PLAYER_CHECKPOINTS_H
#define PLAYER_CHECKPOINTS_H

#include "base/arrays.h"
#include "player/replay.h"

struct snapshot;

struct checkpoint {
	uint64_t position;
	struct snapshot *snapshot;
};

#define NEAR_MAX 4u

struct checkpoints {
	size_t budget;    /* bytes */
	size_t bytes;     /* in use, of the budget */
	uint64_t spacing; /* the least number of events between two */
	/* regular ones so far, including those that are gone */
	uint64_t made;
	ARRAY(struct checkpoint) regular; /* by position */
	struct checkpoint near[NEAR_MAX]; /* the oldest is replaced */
	unsigned next_near;
};

void checkpoints_init(struct checkpoints *checkpoints, size_t budget);
void checkpoints_finish(struct checkpoints *checkpoints);

/* Keeps the state of position 0, for good. */
void checkpoints_add_start(struct checkpoints *checkpoints, const struct replay *replay);

/* Forgets all but that one: another trace begins at position 0. */
void checkpoints_restart(struct checkpoints *checkpoints);

/* Keeps a copy of the replay's state if one is due at its position. */
void checkpoints_offer(struct checkpoints *checkpoints, const struct replay *replay);

/* Keeps a copy among the few near ones. */
void checkpoints_add_near(struct checkpoints *checkpoints, const struct replay *replay);

/*
 * The last one at or before the position, borrowed until the next one is added; NULL only before
 * checkpoints_add_start().
 */
const struct checkpoint *checkpoints_before(const struct checkpoints *checkpoints,
	uint64_t position);

/* Puts the replay where the checkpoint is. */
void checkpoint_restore(const struct checkpoint *checkpoint, struct replay *replay);

#endif
