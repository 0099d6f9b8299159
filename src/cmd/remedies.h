/*
 * What a program could do by itself about the blocks that keep memory (report/keepers.h): the trace
 * is played without them, and with all of them made at once. Where most of what is held is live,
 * also without what one variable of a Python keeps, or the lines that
 * have most; and with that freed in the
 * end. Only what a play has shown is said.
 */
#ifndef CMD_REMEDIES_H
#define CMD_REMEDIES_H

#include "cmd/whatif_runs.h"

struct cmd_call;
struct report;

#define REMEDY_CALLERS_MAX 10u

enum remedy {
	REMEDY_WITHOUT,
	REMEDY_TOGETHER,
	REMEDY_OWNER,   /* without what a variable keeps, or a caller that has most */
	REMEDY_CLEARED, /* the same blocks are freed at the moment */
	REMEDY_COUNT
};

struct remedies {
	bool is_skipped;   /* a play would be worth it, and was not asked for */
	uint32_t variable; /* that keeps what REMEDY_OWNER is without, report/owners.h; 0: none */
	/*
	 * The callers without whose blocks REMEDY_OWNER is: those that the variable keeps. Without
	 * a variable it is without those of the lines that they are of.
	 */
	uint32_t owners[REMEDY_CALLERS_MAX];
	size_t nowners;
	struct whatif_run runs[REMEDY_COUNT];
};

/* How many of the first callers a report speaks of: the fewest that keep half of it, or one. */
size_t remedies_callers(const struct report *report);

/* Those of them whose blocks the program could do without: not pymalloc itself. Gives how many. */
size_t remedies_choose(const struct report *report, uint32_t ret_callers[REMEDY_CALLERS_MAX]);

/*
 * Plays the trace up to the moment of the report, where a tenth of what is held is at stake and the
 * engine places blocks by itself. -1 and err: a process failed.
 */
int remedies_play(struct remedies *ret_remedies, const struct cmd_call *call,
	const struct options *options, const struct report *report, struct error *err);

/* The same without a play, where that is not asked for. */
void remedies_skip(struct remedies *ret_remedies, const struct report *report);

/* Bytes that would be held less at the moment; 0: none, or it was not played. */
uint64_t remedies_saved(const struct remedies *remedies, enum remedy remedy,
	const struct report *report);

#endif
