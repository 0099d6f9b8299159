/*
 * Least frequently used: the key that was found the fewest times since it came goes; of several the
 * one that came first. What was found often and is no longer asked for stays.
 */
#include "workload/frames.h"

static size_t victim(struct frames *frames)
{
	size_t least = 0;

	for (size_t at = 1; at < frames->count; at++)
		if (frames->order[at].found < frames->order[least].found)
			least = at;
	return least;
}

static const struct frames_rule rule = {
	.words = "evicts the key found the fewest times",
	.victim = victim,
};

static int run_lfu(struct run *run, struct error *err)
{
	return frames_run(run, &rule, err);
}

const struct workload workload_lfu_frames = {
	.name = "lfu-frames",
	.group = "frames",
	.summary = "frames, least frequently used: the key found the fewest times is evicted",
	.defaults = FRAMES_DEFAULTS,
	.engine = "heap",
	.run = run_lfu,
};
