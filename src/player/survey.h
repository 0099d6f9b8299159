/*
 * One run over the whole trace in small slices, independent of the position of the player: it
 * collects the samples of the timeline, finds peaks and faults, and leaves checkpoints.
 */
#ifndef PLAYER_SURVEY_H
#define PLAYER_SURVEY_H

#include "base/arrays.h"
#include "player/checkpoints.h"
#include "player/keeper.h"
#include "player/replay.h"

struct survey {
	struct replay replay;
	bool is_open;    /* there are events that it has not seen */
	uint64_t bucket; /* events in a sample */
	ARRAY(struct sample) samples;
	bool is_stored; /* it is an index's or a surveyor's: its metrics are `stored` */
	struct metrics stored;
};

/* -1 and err: the survey must still be finished with survey_finish(). */
int survey_init(struct survey *survey, struct trace *trace, const struct player_config *config,
	struct error *err);
void survey_finish(struct survey *survey);

/* Begins again at the start, where the checkpoints have the state. */
void survey_restart(struct survey *survey, struct checkpoints *checkpoints);

/* Takes what a surveyor has found so far, in place of a run. */
void survey_set(struct survey *survey, const struct metrics *metrics, const struct sample *samples,
	size_t count);

/*
 * Takes what an index of the whole trace has in place of a run; replay.position and its heap stay
 * where they are.
 */
void survey_take(struct survey *survey, const struct index *index);

/* Writes what the survey has found into the index, if there is a place for one. */
void survey_keep(struct survey *survey, struct keeper *keeper);

/* How far it is, and the metrics there. */
uint64_t survey_position(const struct survey *survey);
const struct metrics *survey_metrics(const struct survey *survey);

/*
 * Surveys up to n events; false when the whole trace is surveyed. Checkpoints are left with the
 * keeper if it has a place for an index, and otherwise among `checkpoints`, unless that is NULL.
 */
bool survey_run(struct survey *survey, struct keeper *keeper, struct checkpoints *checkpoints,
	uint64_t n);

#endif
