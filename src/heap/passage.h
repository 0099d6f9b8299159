/*
 * Many events one after the other, whose effects nobody looks at: what a replay, a survey and
 * statistics do. The state afterwards is byte for byte that of heap_apply() and metrics_add() for
 * each; plain allocations and frees only take a shorter way there.
 */
#ifndef HEAP_PASSAGE_H
#define HEAP_PASSAGE_H

#include "heap/metrics.h"

struct layer_bytes;

struct passage {
	uint64_t number;            /* of the first event */
	const struct event *events; /* borrowed */
	size_t n;
	size_t known; /* events that there are at `events`, at least n: to be fetched ahead */
};

/* Of several events: the highest figures after any of them, and what happened at them. */
struct extremes {
	uint64_t live_bytes, reserved;
	uint32_t happened; /* HAPPENED_ bits */
	uint32_t faults;   /* serious ones */
	/*
	 * NULL, or LAYER_ROWS_MAX layers (heap/layers.h), borrowed: they are taken after each event
	 * at which the system had given more than `given` bytes, which are then raised to that.
	 */
	struct layer_bytes *layers;
	uint64_t given;
};

/*
 * Applies the events without decisions and accounts for each. extremes, which may be NULL, are
 * raised. err, which may be NULL, receives the first failure of an engine or a plug-in, unless it
 * has one already.
 */
void heap_pass(struct heap *heap, struct metrics *metrics, const struct passage *passage,
	struct extremes *extremes, struct error *err);

#endif
