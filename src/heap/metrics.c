/* See metrics.h. */
#include "heap/metrics.h"

#include "base/error.h"
#include "base/progress.h"
#include "heap/heap_state.h"

#include <inttypes.h>

#define SLICE 4096u /* events between two reports of progress */

/*
 * Mostly there is one or none, and a branch on it mispredicts: so the first is counted without a
 * test.
 */
static void count_happenings(struct metrics *metrics, uint32_t happened)
{
	metrics->happenings[happened ? __builtin_ctz(happened) : 0] += happened != 0;
	for (happened &= happened - 1; happened;) {
		metrics->happenings[__builtin_ctz(happened)]++;
		happened &= happened - 1;
	}
}

static void count_repeats(struct metrics *metrics, const struct heap *heap)
{
	for (unsigned bit = 0; bit < HAPPENING_COUNT; bit++)
		metrics->happenings[bit] += heap->repeats[bit];
}

void metrics_add(struct metrics *metrics, const struct event *event, const struct effect *effect,
	const struct heap *heap)
{
	const struct heap_state *state = state_of(heap);
	uint64_t live_bytes = state->live_bytes, held = held_of(heap);

	metrics->events++;
	metrics->kinds[event->kind]++;
	metrics->faults[effect->fault]++;
	count_happenings(metrics, effect->happened);
	if (heap->has_repeats)
		count_repeats(metrics, heap);
	if (effect->outcome == OUTCOME_PLACED) {
		metrics->allocated_bytes += effect->size;
		metrics->moves +=
			effect->old_address != 0 && effect->old_address != effect->address;
	}

	metrics->live = state->live;
	metrics->live_bytes = live_bytes;
	metrics->given_bytes = state->given_bytes;
	metrics->reserved = held;
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

static bool is_broken(const struct effect *effect)
{
	return effect->fault == FAULT_BROKEN || effect->fault == FAULT_PLUGIN;
}

void metrics_play(struct metrics *metrics, struct heap *heap, struct trace *trace, uint64_t from,
	uint64_t end, struct error *err)
{
	const struct event *events;
	size_t n;

	for (uint64_t at = from; at < end && (events = trace_borrow(trace, at, &n));) {
		progress_say("playing", "events", at - from, end - from);
		n = n < SLICE ? n : SLICE;
		n = n < end - at ? n : (size_t)(end - at);
		for (size_t i = 0; i < n; i++, at++) {
			struct effect effect;
			heap_expect(heap, &events[i], n - i);
			heap_apply(heap, at, &events[i], NULL, &effect);
			metrics_add(metrics, &events[i], &effect, heap);
			if (err && !err->text[0] && is_broken(&effect))
				error_set(err, "event %" PRIu64 ": %s", at, heap_broken(heap));
		}
	}
}
