/* How long a call of the plug-in may take. */
#ifndef PLUGIN_RUNNER_CLOCK_H
#define PLUGIN_RUNNER_CLOCK_H

#include <signal.h>
#include <stdint.h>

extern struct run_clock {
	volatile sig_atomic_t is_inside; /* the plug-in's code runs */
	volatile sig_atomic_t ticks;     /* since it does */
	volatile sig_atomic_t left;      /* of all calls, with limit_calls() */
} run_clock;

/* How long a call may take; at least 4. */
void set_clock(unsigned milliseconds);

/* From here on it may take a tenth of that. */
void shorten_clock(void);

/* All calls from here on, together; 0: no end. */
void limit_calls(uint64_t milliseconds);

/* The handler of SIGPROF. */
void on_tick(int signal, siginfo_t *info, void *context);

/* A clock of processor time, so that a busy machine makes no loop of a slow call. */
void start_clock(void);

#endif
