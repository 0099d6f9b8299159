/* How an event changes the figures: inline, since it comes after each event. See metrics.h. */
#ifndef HEAP_METRICS_COUNT_H
#define HEAP_METRICS_COUNT_H

#include "heap/heap_state.h"
#include "heap/metrics.h"

/*
 * Mostly there is one or none, and a branch on it mispredicts: so the first is counted without a
 * test.
 */
static inline void count_happenings(struct metrics *metrics, uint32_t happened)
{
	metrics->happenings[happened ? __builtin_ctz(happened) : 0] += happened != 0;
	for (happened &= happened - 1; happened;) {
		metrics->happenings[__builtin_ctz(happened)]++;
		happened &= happened - 1;
	}
}

/* Counts one more event. */
static inline void metrics_count(struct metrics *metrics, enum event_kind kind, enum fault fault,
	uint32_t happened)
{
	metrics->events++;
	metrics->kinds[kind]++;
	metrics->faults[fault]++;
	count_happenings(metrics, happened);
}

/* After each event: the figures that are the highest of all. held: bytes from the system. */
static inline void metrics_raise(struct metrics *metrics, const struct heap_state *state,
	uint64_t held)
{
	uint64_t live_bytes = state->live_bytes;

	if (live_bytes > metrics->peak_bytes) {
		metrics->peak_bytes = live_bytes;
		metrics->peak_at = metrics->events;
	}
	if (live_bytes > 0 && held > live_bytes && held - live_bytes > metrics->peak_idle) {
		metrics->peak_idle = held - live_bytes;
		metrics->idle_at = metrics->events;
	}
	if (state->live > metrics->peak_live)
		metrics->peak_live = state->live;
	if (held > metrics->peak_reserved)
		metrics->peak_reserved = held;
}

/* The figures that are those of the last event. */
static inline void metrics_take(struct metrics *metrics, const struct heap *heap)
{
	const struct heap_state *state = state_of(heap);

	metrics->live = state->live;
	metrics->live_bytes = state->live_bytes;
	metrics->given_bytes = state->given_bytes;
	metrics->reserved = held_of(heap);
}

#endif
