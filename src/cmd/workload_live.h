/* A workload that is shown while it runs. */
#ifndef CMD_WORKLOAD_LIVE_H
#define CMD_WORKLOAD_LIVE_H

#include "cmd/cmd.h"

#include <stdint.h>

struct screen_wishes;
struct workload;

/*
 * Runs the workload in its own process, `rate` operations a second, and follows its trace until the
 * person quits, which ends it. settled, play: as for workload_run().
 */
int workload_live_show(const struct cmd_call *call, const struct workload *workload,
	const struct options *settled, const char *play, uint64_t rate,
	const struct screen_wishes *wishes, struct error *err);

#endif
