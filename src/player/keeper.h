/* Writes the index of what a survey has found, in parts that are each soon done. */
#ifndef PLAYER_KEEPER_H
#define PLAYER_KEEPER_H

#include "player/checkpoints.h"
#include "player/index.h"
#include "player/survey.h"

struct keeper {
	const struct index_place *place; /* borrowed; NULL: nothing is to be kept, or all is */
	struct index_writer *writer;     /* NULL before the first part */
	uint64_t position;               /* of the last checkpoint that was looked at */
	size_t stride;                   /* every so many are written: all have no room */
};

/*
 * Writes the next part; the survey is done, and its replay is of no further use. false: nothing is
 * left to write, or it cannot be written.
 */
bool keeper_write(struct keeper *keeper, struct survey *survey, struct checkpoints *checkpoints);

/* Ends without an index, unless there is one already. */
void keeper_stop(struct keeper *keeper);

#endif
