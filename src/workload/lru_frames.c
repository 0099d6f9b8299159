/* Least recently used: a hit makes its key the newest. */
#include "workload/frames.h"

static const struct frames_rule rule = {
	.words = "evicts the key unused for longest",
	.by_use = true,
	.victim = frames_oldest,
};

static int run_lru(struct run *run, struct error *err)
{
	return frames_run(run, &rule, err);
}

const struct workload workload_lru_frames = {
	.name = "lru-frames",
	.group = "frames",
	.summary = "frames, least recently used: the key unused for longest is evicted",
	.defaults = FRAMES_DEFAULTS,
	.engine = "heap",
	.run = run_lru,
};
