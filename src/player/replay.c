/* See replay.h. */
#include "player/replay.h"

#include "base/error.h"
#include "flat/flat.h"

#define BATCH 256u

static bool asks_for_memory(const struct event *event)
{
	return event_asks_for_memory(event) && event->kind != EVENT_MAP;
}

/* Without recorded places, an engine that shows them would have nothing to show. */
int player_accepts(const char *engine, struct trace *trace, struct error *err)
{
	const struct engine_ops *ops = engine_find(engine);
	struct event events[BATCH];
	bool has_requests = false;
	uint64_t at = 0;
	size_t n;

	if (!ops || !ops->as_recorded)
		return 0;
	while ((n = trace_read(trace, at, events, BATCH)) > 0) {
		for (size_t i = 0; i < n; i++) {
			bool asks = asks_for_memory(&events[i]);
			if (asks && (events[i].address || event_is_of_space(&events[i])))
				return 0;
			has_requests |= asks;
		}
		at += n;
	}
	if (!has_requests)
		return 0;
	return error_set(err, "%s: --engine %s needs a trace with addresses, and this one has none",
		trace_name(trace), engine);
}

int replay_init(struct replay *replay, struct trace *trace, const struct player_config *config,
	struct error *err)
{
	const char *engine = config->engine;

	if (!engine) {
		size_t count;
		engine = engine_list(&count)[0]->name;
	}
	*replay = (struct replay){.trace = trace};
	if (player_accepts(engine, trace, err) < 0 ||
		heap_new(&replay->heap, engine, config->options, err) < 0)
		return -1;
	flat_add(&replay->flat, &replay->metrics, sizeof(struct metrics));
	flat_grow(&replay->metrics, 1);
	struct heap_sums sums;
	heap_sums(replay->heap, &sums);
	replay_metrics(replay)->reserved = sums.reserved;
	replay_metrics(replay)->peak_reserved = sums.reserved;
	replay->nflats = heap_flats(replay->heap, replay->flats, REPLAY_FLATS - 1);
	replay->flats[replay->nflats++] = &replay->flat;
	return 0;
}

void replay_finish(struct replay *replay)
{
	heap_free(replay->heap);
	flat_finish(&replay->flat);
	replay->heap = NULL;
}

const struct event *replay_next(struct replay *replay)
{
	if (replay->position - replay->batch_at >= replay->batch_count ||
		replay->decodings != trace_decodings(replay->trace)) {
		replay->batch_at = replay->position;
		replay->batch = trace_borrow(replay->trace, replay->position, &replay->batch_count);
		replay->decodings = trace_decodings(replay->trace);
		if (!replay->batch)
			return NULL;
	}
	return &replay->batch[replay->position - replay->batch_at];
}

void replay_step(struct replay *replay, struct decision_log *log, struct effect *ret_effect)
{
	const struct event *event = replay_next(replay);

	heap_expect(replay->heap, event,
		replay->batch_count - (size_t)(replay->position - replay->batch_at));
	heap_apply(replay->heap, replay->position, event, log, ret_effect);
	metrics_add(replay_metrics(replay), event, ret_effect, replay->heap);
	replay->position++;
}

void replay_run(struct replay *replay, uint64_t position, struct extremes *extremes)
{
	struct passage passage;

	while (replay->position < position && (passage.events = replay_next(replay))) {
		passage.number = replay->position;
		passage.known = replay->batch_count - (size_t)(replay->position - replay->batch_at);
		passage.n = passage.known;
		if (passage.n > position - replay->position)
			passage.n = (size_t)(position - replay->position);
		heap_pass(replay->heap, replay_metrics(replay), &passage, extremes, NULL);
		replay->position += passage.n;
	}
}

size_t replay_bytes(const struct replay *replay)
{
	size_t bytes = 0;

	for (size_t i = 0; i < replay->nflats; i++)
		bytes += flat_bytes(replay->flats[i]);
	return bytes;
}
