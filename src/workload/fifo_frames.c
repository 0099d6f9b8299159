/* First in, first out: the key that came first goes first, however often it was found. */
#include "workload/frames.h"

static const struct frames_rule rule = {
	.words = "evicts the key that came first",
	.victim = frames_oldest,
};

static int run_fifo(struct run *run, struct error *err)
{
	return frames_run(run, &rule, err);
}

const struct workload workload_fifo_frames = {
	.name = "fifo-frames",
	.group = "frames",
	.summary = "frames, first in first out: the key that came first is evicted",
	.defaults = FRAMES_DEFAULTS,
	.engine = "heap",
	.run = run_fifo,
};
