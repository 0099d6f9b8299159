/* Who asked for a block, where the trace knows call sites. */
#ifndef STORY_CALLERS_H
#define STORY_CALLERS_H

#include "base/text.h"
#include "heap/heap.h"
#include "symbols/symbols.h"

/*
 * "asked for by parse_row (csv.c:88)" of a request; of a free who had asked, and when, and who
 * frees. Nothing is added when nothing is known.
 */
void caller_tell(struct text *out, struct symbols *symbols, struct trace *trace,
	const struct event *event, const struct effect *effect);

/*
 * " by parse_row (csv.c:88)" for the block that the event brought to life; "" when it is not known.
 */
void caller_name(char *buffer, size_t size, struct symbols *symbols, struct trace *trace,
	uint64_t born);

#endif
