/*
 * A run of all rivals on one trace to the nearest event that matches a stop in any of them. One
 * rival after another searches (runs.h), each only as far as another one has found a match.
 */
#ifndef PLAYER_RIVAL_RUNS_H
#define PLAYER_RIVAL_RUNS_H

#include "player/rivals.h"
#include "player/runs.h"

struct rival_run {
	struct rivals *rivals;    /* borrowed */
	const struct stop *stops; /* borrowed */
	size_t nstops;
	bool is_back;
	uint64_t origin;  /* where it began */
	size_t at;        /* the rival whose turn it is; their number: all have searched */
	bool has_begun;   /* its run has */
	struct run run;   /* that of the rival */
	int hit;          /* index of the stop that matched; -1: none yet, or none at all */
	uint64_t nearest; /* the position of that match */
	unsigned whose;   /* the rivals in which it does: a bit of each */
};

/* From the position of the first rival. */
void rival_run_begin(struct rival_run *ret_run, struct rivals *rivals, const struct stop *stops,
	size_t nstops, bool is_back);

/*
 * Works for about n events. true: there is more to do; rivals may be anywhere, and nothing else
 * moves them meanwhile. false: it has ended, with the first rival at the match; without a match,
 * the first is anywhere.
 */
bool rival_run_slice(struct rival_run *run, uint64_t n);

/* Events searched or skipped so far, and in the worst case. */
void rival_run_progress(const struct rival_run *run, uint64_t *ret_done, uint64_t *ret_all);

#endif
