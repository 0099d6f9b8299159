/* Which engine plays a trace, and with which options. */
#ifndef CMD_ENGINE_CHOICE_H
#define CMD_ENGINE_CHOICE_H

#include "base/options.h"

struct error;
struct trace;

/*
 * Sets the options that were not typed to what the trace asks for in its `info play`, or to what
 * its events imply (a recorded Python, a program that is not one). -1 and err: it asks for
 * something that does not exist, or that would run a program.
 */
int engine_choice_default(struct options *options, struct trace *trace, struct error *err);

/*
 * The engine that the options name, borrowed from them; values after its name ("pool:1024") are
 * set. -1 and err: there is none of that name.
 */
int engine_choice_settle(struct options *options, const char **ret_engine, struct error *err);

#endif
