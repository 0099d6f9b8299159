/* The callers of allocations and frees, where the trace has call sites. */
#ifndef STORY_CALLERS_H
#define STORY_CALLERS_H

#include "base/text.h"
#include "heap/heap.h"
#include "symbols/symbols.h"

/*
 * Appends the caller of a request: "asked for by parse_row (csv.c:88)"; of a free also the caller
 * and the event of the allocation. Appends nothing when the trace does not say.
 */
void caller_add(struct text *out, struct symbols *symbols, struct trace *trace,
	const struct event *event, const struct effect *effect);

/* " by parse_row (csv.c:88)" for the allocation at event `born`; "" when the trace does not say. */
void caller_name(char *buffer, size_t size, struct symbols *symbols, struct trace *trace,
	uint64_t born);

/*
 * The event whose caller asked for the block as it is now: a realloc that moved it, or the one that
 * made it. An event that made a collector move it says nothing of it.
 */
uint64_t caller_event(struct trace *trace, const struct live *live);

/* The caller of that event, as caller_name() has it; reads no event of a trace without callers. */
void caller_name_of(char *buffer, size_t size, struct symbols *symbols, struct trace *trace,
	const struct live *live);

#endif
