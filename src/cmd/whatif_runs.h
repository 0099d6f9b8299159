/*
 * One trace played in several ways, at the same time on as many cores as there are.
 *
 *	run     one way: an engine with options, or blocks that are elsewhere; and what playing the
 *	        trace came to
 *	parts   a run parts from the first one at the first event at which it puts a block in
 *	        another place, or only one of them has room for it
 */
#ifndef CMD_WHATIF_RUNS_H
#define CMD_WHATIF_RUNS_H

#include "base/options.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct error;
struct survivors;
struct trace;

#define NEVER_PARTS UINT64_MAX

struct whatif_run {
	const char *words; /* borrowed; as `--compare` takes them; NULL: the engine as given */
	/* Blocks that are left out, or made at once; borrowed; NULL: none is. */
	const struct survivors *survivors;
	bool is_together; /* they are made at once */
	bool is_played;   /* false: it cannot be played, and `failure` says why */
	char failure[200];
	uint64_t peak_held; /* bytes from the system: the most at once */
	uint64_t end_held;  /* at the end */
	uint64_t trimmable; /* of that, what malloc_trim(0) would return then */
	uint64_t end_live;  /* bytes that the program had asked for and not freed */
	uint64_t regions;   /* how often a region was taken from the system */
	uint64_t refused;   /* requests without memory */
	uint64_t parts;     /* number of the event, or NEVER_PARTS */
};

/*
 * Fills in every run; the first one, from which the others part, is played first. end: events that
 * are played. engine, options: of runs without words, and where words do not say otherwise. Where a
 * run parts is not looked for with survivors. -1 and err: the first run cannot be played, or a
 * process failed.
 */
int whatif_play(struct trace *trace, uint64_t end, const char *engine,
	const struct options *options, struct whatif_run *runs, size_t n, struct error *err);

#endif
