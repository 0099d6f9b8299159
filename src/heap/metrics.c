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

void metrics_add(struct metrics *metrics, const struct event *event, const struct effect *effect,
	const struct heap *heap)
{
	metrics_count(metrics, (enum event_kind)event->kind, effect->fault, effect->happened);
	if (heap->has_repeats)
		count_repeats(metrics, heap);
	if (effect->outcome == OUTCOME_PLACED) {
		metrics->allocated_bytes += effect->size;
		metrics->moves +=
			effect->old_address != 0 && effect->old_address != effect->address;
	}
	metrics_raise(metrics, state_of(heap), held_of(heap));
	metrics_take(metrics, heap);
}

void metrics_play(struct metrics *metrics, struct heap *heap, struct trace *trace, uint64_t from,
	uint64_t end, struct error *err)
{
	struct passage passage = {.number = from};

	while (passage.number < end &&
		(passage.events = trace_borrow(trace, passage.number, &passage.known))) {
		progress_say("playing", "events", passage.number - from, end - from);
		passage.n = passage.known < SLICE ? passage.known : SLICE;
		if (passage.n > end - passage.number)
			passage.n = (size_t)(end - passage.number);
		heap_pass(heap, metrics, &passage, NULL, err);
		passage.number += passage.n;
	}
}
