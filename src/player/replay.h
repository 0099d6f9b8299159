/*
 * A heap at a position of a trace, and the figures up to there. The player has one for the position
 * of the person, the survey has one that runs ahead.
 */
#ifndef PLAYER_REPLAY_H
#define PLAYER_REPLAY_H

#include "heap/passage.h"
#include "player/player.h"

#define REPLAY_FLATS 12u

struct replay {
	struct trace *trace; /* borrowed */
	struct heap *heap;
	uint64_t position;
	struct flat flat;
	struct flat_array metrics;        /* one struct metrics */
	struct flat *flats[REPLAY_FLATS]; /* everything that is state */
	size_t nflats;
	const struct event *batch; /* borrowed: events from `batch_at` on */
	uint64_t batch_at;
	size_t batch_count;
	uint64_t decodings; /* of the trace, when it was borrowed */
};

int replay_init(struct replay *replay, struct trace *trace, const struct player_config *config,
	struct error *err);
void replay_finish(struct replay *replay);

/*
 * Prepares another replay of the trace that the player plays, from the start, with the same engine
 * and options; false when that fails. The caller finishes it.
 */
bool player_replay_again(const struct player *player, struct replay *ret_replay);

static inline struct metrics *replay_metrics(const struct replay *replay)
{
	return replay->metrics.data;
}

/* The events that were read ahead are no longer valid. */
static inline void replay_forget_batch(struct replay *replay)
{
	replay->batch_count = 0;
}

/* The next event, not yet applied; borrowed until the next call. NULL at the end. */
const struct event *replay_next(struct replay *replay);

/* Applies the next event; there must be one. log: NULL, or where its decisions go. */
void replay_step(struct replay *replay, struct decision_log *log, struct effect *ret_effect);

/*
 * Applies events up to the position, or as far as the trace can be read, without decisions.
 * extremes, which may be NULL, are raised by theirs.
 */
void replay_run(struct replay *replay, uint64_t position, struct extremes *extremes);

/* Size of the state in bytes. */
size_t replay_bytes(const struct replay *replay);

#endif
