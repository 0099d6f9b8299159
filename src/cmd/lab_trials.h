/* Trials of one allocator with many traces, side by side. */
#ifndef CMD_LAB_TRIALS_H
#define CMD_LAB_TRIALS_H

#include "cmd/lab_trial.h"

#include <stddef.h>

struct error;
struct plugin;

struct trials {
	const char *const *paths; /* of the traces; borrowed */
	size_t count;
	struct trial *all; /* shared with the processes that make them */
};

/*
 * Makes them in as many processes as there are processors; plugin: the allocator, which is compiled
 * already. -1 and err: no process could be made.
 */
int trials_run(struct trials *ret_trials, const struct trial_setting *setting,
	struct plugin *plugin, const char *const *paths, size_t count, struct error *err);
void trials_finish(struct trials *trials);

#endif
