/*
 * A cache with as many frames as its capacity, under one of several rules of replacement: which key
 * makes room when all frames are taken. All rules are asked for the same keys.
 *
 *	frame    a key with its value, which is one block
 *	order    from the oldest to the newest; a rule may move a frame to its end
 *
 * A rule is one file with its own `const struct workload`, as fifo_frames.c.
 */
#ifndef WORKLOAD_FRAMES_H
#define WORKLOAD_FRAMES_H

#include "workload/workload.h"

#define FRAMES_DEFAULTS \
	"--operations 2000 --capacity 40 --requests random --keys zipf --zipf 0.9 --universe 200 " \
	"--sizes 64 --spread uniform"

struct frame {
	void *value;
	uint64_t size;
	uint64_t key;
	uint64_t found; /* hits since it came, or was spared */
	uint64_t next;  /* the request that asks for the key again; UINT64_MAX: none does */
};

struct frames {
	struct memory *memory; /* borrowed */
	struct frame *order;   /* one block, with room for all; the oldest first */
	size_t count;
	size_t capacity;
};

/* What a full cache does. */
struct frames_rule {
	const char *words; /* "evicts …", a caption */
	bool by_use;       /* a hit makes its key the newest */
	/* The frame that makes room; may move frames before. The cache is full. */
	size_t (*victim)(struct frames *frames);
};

/* The frame is the newest from now on, as if it had not been found. */
void frames_spare(struct frames *frames, size_t at);

/* The oldest. */
size_t frames_oldest(struct frames *frames);

/* Each operation costs as much as there are frames. -1 and err: --requests is no list of keys. */
int frames_run(struct run *run, const struct frames_rule *rule, struct error *err);

#endif
