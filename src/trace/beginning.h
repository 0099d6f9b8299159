/*
 * What the first events of a trace say of its program: whether it was recorded with addresses, and
 * what there is of a Python's own allocators. A Python may also serve its objects otherwise: by the
 * C library (PYTHONMALLOC=malloc), or past the recorder (debug hooks).
 */
#ifndef TRACE_BEGINNING_H
#define TRACE_BEGINNING_H

#include "trace/event.h"

#include <stdbool.h>

struct trace;

struct trace_beginning {
	bool has_request;
	bool has_address;   /* of the first request */
	enum domain domain; /* the same */
	bool has_objects;   /* requests to a Python's allocators of objects and of memory */
	bool has_arenas;    /* of pymalloc, at their addresses */
};

/*
 * By the first 65536 events, among which an interpreter that starts makes its first object and maps
 * its first arena. Reads them once, and those of a trace that grows until there are as many.
 */
struct trace_beginning trace_beginning(struct trace *trace);

/* pymalloc maps an arena, at a known address; the pieces of a Python's stack are smaller. */
bool event_maps_arena(const struct event *event);

/* The version is that of a build without the interpreter's lock and pymalloc: "3.13.0t". */
bool python_is_free_threaded(const char *version);

/* Before 3.8, whose allocators the recorder does not know: of these it has the requests of C. */
bool python_is_too_old(const char *version);

#endif
