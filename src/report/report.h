/*
 * What a program keeps at a moment, why, who made it, and how that came: the figures of a report,
 * from one play of the trace and one reading of its events. The same figures are in statistics
 * (heap/metrics.h) and on the screen.
 */
#ifndef REPORT_REPORT_H
#define REPORT_REPORT_H

#include "base/arrays.h"
#include "report/keepers.h"
#include "report/kernel.h"
#include "report/leftovers.h"
#include "report/owners.h"

struct error;
struct options;
struct trace;

#define TRIM_STEPS 16u

/* What malloc_trim(0) would have returned at a position. */
struct trim {
	uint64_t bytes, position;
};

struct report {
	struct trace *trace; /* borrowed */
	/* the recording began, or was paused, while the program ran: holes may be in use */
	bool is_partial;
	uint64_t position; /* events before the moment */
	struct heap *heap; /* as it was then */
	struct metrics metrics;
	struct fragmentation fragmentation;
	struct holdings holdings;
	uint64_t given_up;  /* bytes that malloc_trim() gave back, and are not held */
	uint64_t trimmable; /* bytes that malloc_trim(0) would return */
	uint64_t stays;     /* bytes that it would leave at the ends of threads' arenas */
	bool is_over;       /* the program's own work is done: nothing called here helps it */
	struct trim best;   /* before that, of TRIM_STEPS - 1 even steps; 0 bytes: none of them */
	struct keeping keeping;
	struct symbols *symbols;
	struct callers *callers;
	struct lives lives;
	struct keepers keepers;
	struct leftovers leftovers; /* where they matter; otherwise none */
	struct owners owners;       /* of a recorded Python; none where the trace has no census */
	bool *handed_on; /* by caller: its live blocks may be objects of others; NULL: of none */
	ARRAY(struct kernel_mark) kernel; /* up to the moment */
	uint64_t frees_from;              /* the position from which on nearly only frees came */
	uint64_t last_frees;              /* bytes that are no longer live since then */
	uint64_t last_requests;           /* that came among them */
};

/*
 * Plays the trace up to the position. *ret_report is zeroed, and to be finished also on failure. -1
 * and err: the engine does not start.
 */
int report_make(struct report *ret_report, struct trace *trace, const char *engine,
	const struct options *options, uint64_t position, struct error *err);
void report_finish(struct report *report);

/* The live blocks of this caller may be objects of others. */
bool report_is_handed_on(const struct report *report, uint32_t caller);

/* Bytes that the program has mapped by itself, in no other figure. Grows with the callers. */
uint64_t report_mapped(const struct report *report);

/* Bytes that are held and not live. */
uint64_t report_idle(const struct report *report);

/* Of these, without those of which it is not known whether they are free. */
uint64_t report_known_idle(const struct report *report);

/*
 * Most of what is held, and known, is live: the program has it, and no block keeps what it does not
 * have.
 */
bool report_is_mostly_live(const struct report *report);

#endif
