/*
 * A heap at a position of a trace, and the figures up to there: what the player moves by hand and
 * the survey runs ahead.
 */
#ifndef PLAYER_REPLAY_H
#define PLAYER_REPLAY_H

#include "player/player.h"

#define REPLAY_BATCH 256u
#define REPLAY_FLATS 12u

struct replay {
	struct trace *trace; /* borrowed */
	struct heap *heap;
	uint64_t position;
	struct flat flat;
	struct flat_array metrics;        /* one struct metrics */
	struct flat *flats[REPLAY_FLATS]; /* everything that is state */
	size_t nflats;
	struct event batch[REPLAY_BATCH]; /* events from `batch_at` on */
	uint64_t batch_at;
	size_t batch_count;
};

int replay_init(struct replay *replay, struct trace *trace, const struct player_config *config,
	struct error *err);
void replay_finish(struct replay *replay);

/* Another one, from the start, of what a player plays. */
bool player_replay_again(const struct player *player, struct replay *ret_replay);

static inline struct metrics *replay_metrics(const struct replay *replay)
{
	return replay->metrics.data;
}

/* Events that were read ahead are no longer valid. */
static inline void replay_forget_batch(struct replay *replay)
{
	replay->batch_count = 0;
}

/* The next event, without applying it; NULL at the end. */
const struct event *replay_next(struct replay *replay);

/* Applies the next event; there is one. */
void replay_step(struct replay *replay, struct decision_log *log, struct effect *ret_effect);

/* Applies events without decisions until the position. */
void replay_run(struct replay *replay, uint64_t position);

/* Bytes of the state. */
size_t replay_bytes(const struct replay *replay);

#endif
