/* How long a call of the plug-in may take. */
#ifndef PLUGIN_RUNNER_CLOCK_H
#define PLUGIN_RUNNER_CLOCK_H

#include <signal.h>

/* The handler of SIGPROF. */
void on_tick(int signal, siginfo_t *info, void *context);

/* A clock of processor time, so that a busy machine makes no loop of a slow call. */
void start_clock(void);

#endif
