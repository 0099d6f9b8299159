/*
 * Captions that ask: one that ends in a question mark asks about the request after it, and what
 * that request does is the answer.
 */
#ifndef TRACE_CAPTIONS_H
#define TRACE_CAPTIONS_H

#include "trace/trace.h"

/* words: of a caption; NULL is none. */
bool caption_asks(const char *words);

/*
 * Whether the note asks about an event: one that another caption follows, or nothing, does not, and
 * nobody waits for its answer. Grows with the marks after it.
 */
bool caption_is_asked(struct trace *trace, const struct trace_mark *note);

/*
 * The first event from the position on that is not a mark, and its number; false: there is none.
 * Grows with the marks there.
 */
bool caption_next(struct trace *trace, uint64_t position, uint64_t *ret_number,
	struct event *ret_event);

#endif
