/* The trace of `demo`, traces/lessons/demo.rep, embedded when the program is built. */
#ifndef CMD_DEMO_H
#define CMD_DEMO_H

#include "view/view.h"

#include <stddef.h>

extern const unsigned char demo_trace[];
extern const size_t demo_trace_length;

extern const struct view_stop demo_tour[];

#endif
