/*
 * A run to the nearest event that matches a stop, in slices, so that the caller can do other things
 * in between. The samples of the survey (player.h) say where there can be no match: those events
 * are skipped. A run that nothing can match takes no time once the survey has seen the trace.
 */
#ifndef PLAYER_RUNS_H
#define PLAYER_RUNS_H

#include "player/player.h"

struct run {
	const struct stop *stops; /* borrowed */
	size_t nstops;
	bool is_back;
	int hit;         /* index of the stop that matched; -1: none yet, or none at all */
	uint64_t origin; /* the position where it began */
	/* matches beyond this position, in the direction of the run, do not matter */
	bool is_bounded;
	uint64_t bound;
	/*
	 * backwards: the positions from `at` on are searched, or are being searched up to `end`
	 * from a checkpoint at `begin`, with the last match so far at `found`
	 */
	uint64_t at, begin, end, found;
	bool is_inside;
};

void run_begin(struct run *ret_run, const struct player *player, const struct stop *stops,
	size_t nstops, bool is_back);

/*
 * Works for about n events. true: there is more to do, and the player may be anywhere. false: it
 * has ended, at the event that matched; where none did (hit is -1) the player is anywhere.
 */
bool run_slice(struct run *run, struct player *player, uint64_t n);

/* Events searched or skipped so far, and in the worst case. */
void run_progress(const struct run *run, const struct player *player, uint64_t *ret_done,
	uint64_t *ret_all);

#endif
