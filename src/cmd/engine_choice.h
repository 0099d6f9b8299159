/* The choice of the engine that plays a trace, and of its options. */
#ifndef CMD_ENGINE_CHOICE_H
#define CMD_ENGINE_CHOICE_H

#include "base/options.h"

struct error;
struct trace;

/*
 * Sets the options that were not typed: to `info play` of the trace, or to what its events imply: a
 * recorded Python is played in its pymalloc, any other recorded program in the allocator that it
 * had. -1 and err: the trace asks for an engine or option that does not exist, or that would run a
 * program.
 */
int engine_choice_default(struct options *options, struct trace *trace, struct error *err);

/*
 * Finds the engine that the options name, borrowed from them, and sets the values after its name
 * ("pool:1024"). -1 and err: there is none of that name.
 */
int engine_choice_find(struct options *options, const char **ret_engine, struct error *err);

#endif
