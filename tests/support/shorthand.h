/* Traces for tests, in a few characters per event. */
#ifndef SHORTHAND_H
#define SHORTHAND_H

struct trace;

/*
 * "a0:16 a1:16 r0:40 f0 f1": the lines "a 0 16", "a 1 16" and so on. The caller closes the trace;
 * NULL and a message on stderr when the shorthand is malformed.
 */
struct trace *trace_of(const char *shorthand);

#endif
