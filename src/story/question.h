/*
 * The request that a caption asks about, as it is named before the answer is shown. An answer that
 * begins with the size of the request ("24: two links, …", "16 KiB, …") answers a question for that
 * size: it is hidden.
 */
#ifndef STORY_QUESTION_H
#define STORY_QUESTION_H

#include "heap/heap.h"
#include "trace/trace.h"

/*
 * As name_call() names it, or "malloc(?)". number: the event's in the trace. Returns the caller's
 * buffer. Grows with the captions before the answer.
 */
const char *name_question(const struct trace *trace, const struct heap *heap, uint64_t number,
	const struct event *event, char *buffer, size_t size);

#endif
