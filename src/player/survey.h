/*
 * One run over the whole trace in small slices, apart from the player's own position: it collects
 * the samples of the timeline, finds peaks and faults, and leaves checkpoints.
 */
#ifndef PLAYER_SURVEY_H
#define PLAYER_SURVEY_H

#include "base/arrays.h"
#include "player/checkpoints.h"
#include "player/replay.h"

struct survey {
	struct replay replay;
	bool is_open;    /* there is more of the trace */
	uint64_t bucket; /* events in a sample */
	ARRAY(struct sample) samples;
};

/* -1: it is still to be finished. */
int survey_init(struct survey *survey, struct trace *trace, const struct player_config *config,
	struct error *err);
void survey_finish(struct survey *survey);

/* Another trace has taken the place of the surveyed one: from its start, which is a checkpoint. */
void survey_restart(struct survey *survey, const struct checkpoint *start);

/* Up to n events; false when all of the trace is surveyed. */
bool survey_run(struct survey *survey, struct checkpoints *checkpoints, uint64_t n);

#endif
