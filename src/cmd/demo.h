/*
 * The trace of `play --demo`, made part of the program when it is built: traces/lessons/demo.rep.
 */
#ifndef CMD_DEMO_H
#define CMD_DEMO_H

#include <stddef.h>

extern const unsigned char demo_trace[];
extern const size_t demo_trace_length;

#endif
