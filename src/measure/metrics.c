/* See metrics.h. */
#include "arenascope/metrics.h"

/* Mostly there is one or none: nobody could guess which, so the first is counted without asking. */
static void count_happenings(struct metrics *metrics, uint32_t happened)
{
	metrics->happenings[happened ? __builtin_ctz(happened) : 0] += happened != 0;
	for (happened &= happened - 1; happened;) {
		metrics->happenings[__builtin_ctz(happened)]++;
		happened &= happened - 1;
	}
}

void metrics_add(struct metrics *metrics, const struct event *event, const struct effect *effect,
	const struct heap *heap)
{
	struct heap_sums sums;

	metrics->events++;
	metrics->kinds[event->kind]++;
	metrics->faults[effect->fault]++;
	count_happenings(metrics, effect->happened);
	if (effect->outcome == OUTCOME_PLACED) {
		metrics->allocated_bytes += effect->size;
		metrics->moves += effect->old_address != 0 && effect->old_address != effect->address;
	}

	heap_sums(heap, &sums);
	metrics->live = sums.live;
	metrics->live_bytes = sums.live_bytes;
	metrics->given_bytes = sums.given_bytes;
	metrics->reserved = sums.reserved;
	if (sums.live_bytes > metrics->peak_bytes) {
		metrics->peak_bytes = sums.live_bytes;
		metrics->peak_at = metrics->events;
	}
	if (sums.live > metrics->peak_live)
		metrics->peak_live = sums.live;
	if (sums.reserved > metrics->peak_reserved)
		metrics->peak_reserved = sums.reserved;
}
