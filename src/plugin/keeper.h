/*
 * The keeper: a process of ours between arenascope and those that work on somebody else's code. It
 * holds one end of the lifeline, whose other end only arenascope has, and ends everything below it
 * when that is closed, however arenascope ended.
 */
#ifndef PLUGIN_KEEPER_H
#define PLUGIN_KEEPER_H

#include <stdbool.h>
#include <sys/types.h>

struct keeper {
	pid_t child;     /* 0: it has ended */
	bool has_spaces; /* the child is the first process of its own namespaces */
	int signals;     /* a descriptor that hears of the child's end */
};

/* Forks: 0 in the child, which has the signal mask of before; -1: it cannot. */
pid_t keeper_fork(struct keeper *ret_keeper);

enum kept { KEPT_ENDED, KEPT_ALONE, KEPT_STOPPED, KEPT_LATE };

/*
 * Waits until the child has ended (*ret_status as of waitpid), arenascope is gone, a signal says to
 * stop, or the milliseconds are over; -1: there is no limit.
 */
enum kept keeper_wait(struct keeper *keeper, int lifeline, int milliseconds, int *ret_status);

/* Kills the child and all that it started, and waits for their end. */
void keeper_end(struct keeper *keeper);

#endif
