/* See metrics.h. */
#include "heap/metrics.h"

#include "base/progress.h"
#include "heap/metrics_count.h"
#include "heap/passage.h"

#define SLICE 4096u /* events between two reports of progress */

static void count_repeats(struct metrics *metrics, const struct heap *heap)
{
	for (unsigned bit = 0; bit < HAPPENING_COUNT; bit++)
		metrics->happenings[bit] += heap->repeats[bit];
}

/* A line that was used just before is still there; the cache is as small as can be. */
static void count_lines(struct metrics *metrics, const struct event *event,
	const struct effect *effect)
{
	uint64_t from = effect->old_address + (uint64_t)event->offset;
	uint64_t first = from / CACHE_LINE,
		 last = (from + (event->size ? event->size - 1 : 0)) / CACHE_LINE;

	if (effect->fault != FAULT_NONE || event_is_of_cache(event) || last < first)
		return;
	metrics->lines += last - first + (metrics->last_line != first + 1);
	metrics->last_line = last + 1;
}

void metrics_add(struct metrics *metrics, const struct event *event, const struct effect *effect,
	const struct heap *heap)
{
	metrics_count(metrics, (enum event_kind)event->kind, effect->fault, effect->happened);
	if (heap->has_repeats)
		count_repeats(metrics, heap);
	if (event->kind == EVENT_USE)
		count_lines(metrics, event, effect);
	if (effect->outcome == OUTCOME_PLACED) {
		metrics->allocated_bytes += effect->size;
		metrics->moves +=
			effect->old_address != 0 && effect->old_address != effect->address;
	}
	metrics_raise(metrics, state_of(heap), held_of(heap));
	metrics_take(metrics, heap);
}

void metrics_play_part(struct metrics *metrics, struct heap *heap, struct trace *trace,
	uint64_t from, uint64_t end, uint64_t whole, struct error *err)
{
	struct passage passage = {.number = from};

	while (passage.number < end &&
		(passage.events = trace_borrow(trace, passage.number, &passage.known))) {
		progress_say("playing", "events", passage.number, whole);
		passage.n = passage.known < SLICE ? passage.known : SLICE;
		if (passage.n > end - passage.number)
			passage.n = (size_t)(end - passage.number);
		heap_pass(heap, metrics, &passage, NULL, err);
		passage.number += passage.n;
	}
}

void metrics_play(struct metrics *metrics, struct heap *heap, struct trace *trace, uint64_t from,
	uint64_t end, struct error *err)
{
	metrics_play_part(metrics, heap, trace, from, end, end, err);
}
