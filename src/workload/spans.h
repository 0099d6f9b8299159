/*
 * How a run went over time: what was counted in each of SPANS equal parts of its operations.
 *
 *	figure   a kind of number that a span has: the most that was there, or how many there were
 */
#ifndef WORKLOAD_SPANS_H
#define WORKLOAD_SPANS_H

#include <stdint.h>

#define SPANS 60u

/* enumerator, name, whether it is a sum over the span; otherwise it is the most at any operation */
#define SPAN_FIGURES(F) \
	F(SPAN_LIVE, "live bytes", 0) /* asked for */ \
	F(SPAN_HITS, "hits", 1) \
	F(SPAN_MISSES, "misses", 1) \
	F(SPAN_EVICTIONS, "evictions", 1) \
	F(SPAN_SAVED, "saved bytes", 0)    /* by compression, in the entries that are kept */ \
	F(SPAN_PAUSES, "pauses, nodes", 1) /* that a collector looked at: it stops the program */ \
	F(SPAN_TIME, "compression, ns", 1) /* of the processor; with --time */

enum span_figure {
#define F(id, name, sum) id,
	SPAN_FIGURES(F) SPAN_FIGURE_COUNT
#undef F
};

struct spans {
	uint64_t figures[SPAN_FIGURE_COUNT][SPANS];
};

const char *span_name(enum span_figure figure); /* "live bytes" */

/* The number of the operation, from 1 to planned; the figure then, or what it grew by. */
void spans_note(struct spans *spans, enum span_figure figure, uint64_t operation, uint64_t planned,
	uint64_t value);

#endif
