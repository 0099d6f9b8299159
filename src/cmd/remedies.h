/*
 * What a program could do by itself about the blocks that keep memory (report/keepers.h): the
 * trace is played without them, and with all of them made at once; and at the moment they are
 * freed, or copied. Where most of what is held is live, also without what one variable of a
 * Python keeps, the lines to whose blocks no variable leads, or that which may be a leak, or
 * those that have most. Only what a play has shown is said.
 *
 *	collectable  Python's own blocks to which no variable of a module leads: gc.collect() frees
 *	             those that are in CPython's free lists or in cycles
 *	root         what the interpreter, or a library, has, and no variable: nobody can make it
 *	             earlier, or copy it
 */
#ifndef CMD_REMEDIES_H
#define CMD_REMEDIES_H

#include "cmd/whatif_runs.h"
#include "report/survivors.h"

struct cmd_call;
struct report;

#define REMEDY_CALLERS_MAX 10u

enum remedy {
	REMEDY_WITHOUT,
	REMEDY_TOGETHER,
	REMEDY_OWNER, /* without what a variable keeps, or a caller that has most */
	REMEDY_COUNT
};

/* What is done with blocks at the moment; the first two with those of the keepers. */
enum remedy_now {
	REMEDY_FREED,
	REMEDY_COPIED,
	REMEDY_CLEARED, /* those of REMEDY_OWNER are freed */
	REMEDY_WIDELY,  /* and small blocks of which the census cannot tell whose they are */
	REMEDY_NOW_COUNT
};

#define REMEDY_VARIABLES 3u

/* A variable that has much beside the first one, and what is held when that is freed, alone. */
struct further {
	uint32_t variable;
	struct aftermath freed;
};

struct remedies {
	bool is_skipped;   /* a play would be worth it, and was not asked for */
	uint32_t variable; /* that keeps what REMEDY_OWNER is without, report/owners.h; 0: none */
	/*
	 * The callers that made most of the blocks without which REMEDY_OWNER is, those with most
	 * first: of these the variable keeps those that are selected. Without a variable it is
	 * without all of the lines that the callers are of.
	 */
	uint32_t owners[REMEDY_CALLERS_MAX];
	size_t nowners;
	struct selection selection; /* that the variable keeps */
	bool are_owners_collectable, are_keepers_collectable;
	uint32_t root; /* the owner that keeps most of what the keepers' blocks do, so; 0: none */
	bool is_all_root; /* nine tenths of it */
	struct whatif_run runs[REMEDY_COUNT];
	struct aftermath now[REMEDY_NOW_COUNT];   /* held: 0 where it was not tried */
	struct further further[REMEDY_VARIABLES]; /* those with most first */
	size_t nfurther;
};

/* How many of the first callers a report speaks of: the fewest that keep half of it, or one. */
size_t remedies_callers(const struct report *report);

/* Those of them whose blocks the program could do without: not pymalloc itself. Gives how many. */
size_t remedies_choose(const struct report *report, uint32_t ret_callers[REMEDY_CALLERS_MAX]);

/*
 * Tries them at the moment of the report, where a tenth of what is held is at stake and the engine
 * places blocks by itself. plays: the trace is played up to it as well; otherwise only what is
 * collectable, or a root's, is freed, which needs no play. -1 and err: a process failed. To be
 * finished.
 */
int remedies_try(struct remedies *ret_remedies, const struct cmd_call *call,
	const struct options *options, const struct report *report, bool plays, struct error *err);

void remedies_finish(struct remedies *remedies);

/* Bytes that would be held less at the moment; 0: none, or it was not played. */
uint64_t remedies_saved(const struct remedies *remedies, enum remedy remedy,
	const struct report *report);

#endif
