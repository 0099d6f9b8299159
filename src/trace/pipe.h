/* Input that cannot be mapped: a pipe, a terminal. */
#ifndef TRACE_PIPE_H
#define TRACE_PIPE_H

struct error;
struct trace;

/*
 * Reads a pipe to its end into the trace's bytes, which are memory then. A pipe whose beginning is
 * not a trace might never end: that is an error as soon as it is known, unless flags has
 * TRACE_SALVAGE.  -1 and err: "NAME:LINE: what".
 */
int pipe_read(struct trace *trace, int fd, unsigned flags, struct error *err);

#endif
