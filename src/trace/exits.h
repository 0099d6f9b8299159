/*
 * The mark where a recorded program's own work ends: a Python begins to shut down, main() has
 * returned, or the program has called exit(). What comes after it is cleaning up, which hides what
 * the program kept.
 */
#ifndef TRACE_EXITS_H
#define TRACE_EXITS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct trace;

enum exit_kind { EXIT_SHUTDOWN, EXIT_RETURN, EXIT_CALL, EXIT_KIND_COUNT };

/* The mark's name. */
const char *exit_mark_name(enum exit_kind kind);

/* "before Python shuts down", "when main() returned": of what was live, or is shown. */
const char *exit_when(enum exit_kind kind);

/* The kind of a mark with that name, `length` bytes; false: it is another mark. */
bool exit_find_kind(const char *name, size_t length, enum exit_kind *ret_kind);

struct trace_exit {
	enum exit_kind kind;
	uint64_t position; /* just after the mark */
};

/*
 * Where the program's work ends that the trace ends with: a process may become another one by exec,
 * and a program may begin an interpreter again that it has shut down.
 * false: no mark says so. Grows with the marks.
 */
bool trace_find_exit(const struct trace *trace, struct trace_exit *ret_exit);

#endif
