/*
 * Belady's rule: the key that is asked for again last goes; of several that never are, the one that
 * came first. No other rule has fewer misses (L. A. Belady, "A study of replacement algorithms for a
 * virtual-storage computer", 1966). It has to know what will be asked, so that it is a bar to compare
 * others with, and no cache.
 */
#include "workload/frames.h"

static size_t victim(struct frames *frames)
{
	size_t last = 0;

	for (size_t at = 1; at < frames->count; at++)
		if (frames->order[at].next > frames->order[last].next)
			last = at;
	return last;
}

static const struct frames_rule rule = {
	.words = "evicts the key asked for again last",
	.victim = victim,
};

static int run_optimal(struct run *run, struct error *err)
{
	return frames_run(run, &rule, err);
}

const struct workload workload_optimal_frames = {
	.name = "optimal-frames",
	.group = "frames",
	.summary = "frames that know the future: the key asked for again last is evicted",
	.defaults = FRAMES_DEFAULTS,
	.engine = "heap",
	.run = run_optimal,
};
