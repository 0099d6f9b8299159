/*
 * Free chunks that merge with nothing, those of fast bins and tcaches of the C library: by the
 * callers whose blocks they were last. Such a chunk is what one block has left, whole.
 */
#ifndef REPORT_LEFTOVERS_H
#define REPORT_LEFTOVERS_H

#include "base/arrays.h"
#include "report/callers.h"

struct heap;
struct trace;

struct leftover {
	uint32_t caller;
	uint64_t chunks, bytes;
	uint64_t keeps; /* free bytes right below them, which the chunks keep where they are */
};

struct leftovers {
	ARRAY(struct leftover) items; /* those that are or keep most first */
	uint64_t bytes;               /* of all of them */
};

/*
 * Of a heap at the position. The blocks are found by the addresses that were recorded: without them
 * there are none, nor is a chunk whose block is not in the trace. Grows with the spans of the heap,
 * and with the events where there are such chunks. To be finished.
 */
void leftovers_find(struct leftovers *ret_leftovers, struct trace *trace,
	const struct callers *callers, const struct heap *heap, uint64_t position);
void leftovers_finish(struct leftovers *leftovers);

#endif
