/*
 * CLOCK, or second chance: the hand goes over the keys as they came. One that was found since the
 * hand was there is spared, and its bit cleared; the first other one goes. At the latest it is the
 * key where the hand began. A key comes with its bit clear; many texts set it then, too.
 */
#include "workload/frames.h"

static size_t victim(struct frames *frames)
{
	while (frames->order[0].found > 0)
		frames_spare(frames, 0);
	return 0;
}

static const struct frames_rule rule = {
	.words = "spares keys found since they came or were spared, and evicts the first other one "
		 "(a new key's bit is clear; many texts set it)",
	.victim = victim,
};

static int run_clock(struct run *run, struct error *err)
{
	return frames_run(run, &rule, err);
}

const struct workload workload_clock_frames = {
	.name = "clock-frames",
	.group = "frames",
	.summary = "frames, second chance: the oldest key not found since is evicted",
	.defaults = FRAMES_DEFAULTS,
	.engine = "heap",
	.run = run_clock,
};
