/*
 * A survey in a thread of its own, beside the person who plays: nothing of the two is shared but
 * the bytes of the trace, and what the thread hands over now and then under a lock.
 */
#ifndef PLAYER_SURVEYOR_H
#define PLAYER_SURVEYOR_H

#include "player/checkpoints.h"
#include "player/survey.h"

struct surveyor;

/*
 * Starts at the beginning of the trace, which is borrowed and must neither grow nor be closed
 * before surveyor_free(). The keeper is borrowed as well, and nobody's but the thread's until then:
 * it writes the index if there is a place for one. The engine must not run code of others. -1 and
 * err: there is no thread.
 */
int surveyor_new(struct surveyor **ret_surveyor, struct trace *trace,
	const struct player_config *config, struct keeper *keeper, struct error *err);

/* Stops the thread, which takes a few milliseconds. */
void surveyor_free(struct surveyor *surveyor);

/*
 * Takes what is new: the samples and metrics become those of the survey, the checkpoints are added
 * to the others. false: it has come to the end, and all of it was taken.
 */
bool surveyor_poll(struct surveyor *surveyor, struct survey *survey,
	struct checkpoints *checkpoints);

#endif
