/*
 * What a trace has of a Python's own allocators. A Python may also serve its objects otherwise: by
 * the C library (PYTHONMALLOC=malloc), or past the recorder (debug hooks).
 */
#ifndef TRACE_PYTHON_H
#define TRACE_PYTHON_H

#include <stdbool.h>

struct trace;

struct trace_python {
	bool has_requests; /* to the allocators of objects and of memory */
	bool has_arenas;   /* of pymalloc, at their addresses */
};

/*
 * By the first 65536 events, among which an interpreter that starts makes its first object and maps
 * its first arena. Reads them once, and those of a trace that grows until there are as many.
 */
struct trace_python trace_python(struct trace *trace);

/* The version is that of a build without the interpreter's lock, which has no pymalloc: "3.13.0t". */
bool python_is_free_threaded(const char *version);

#endif
