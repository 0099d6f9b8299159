/*
 * What a trace says of the memory that its events had: whether a program was recorded with its
 * addresses, and which engine is that program's allocator. Any other engine plays such a trace as a
 * simulation: the heap that it shows never was.
 */
#ifndef PLAYER_ORIGIN_H
#define PLAYER_ORIGIN_H

#include "heap/heap.h"
#include "trace/trace.h"

enum origin {
	ORIGIN_WRITTEN, /* by hand, or by a tool that knows no addresses: any engine is as true */
	/* a program with the allocator of C; also a Python of which no more was recorded */
	ORIGIN_C,
	ORIGIN_PYTHON, /* with requests to its own allocators */
};

/* By the first events (trace/beginning.h). */
enum origin origin_of(struct trace *trace);

/* The program was recorded, and the heap is not that of its allocator. */
bool origin_is_simulated(struct trace *trace, const struct heap *heap);

#endif
