/*
 * See leftovers.h. The last request that was served at the address of a chunk's payload made the
 * block that it was: one reading of the events finds them all.
 */
#include "report/leftovers.h"

#include "base/progress.h"
#include "base/xalloc.h"
#include "heap/heap.h"
#include "trace/trace.h"

#include <stdlib.h>

#define BATCH 256u
#define LEAD  8u /* bytes of a span before its payload, where no block shows it */

struct chunk {
	uint64_t address; /* of its payload; before all are found, of its span */
	uint64_t bytes, keeps;
	uint32_t caller;
	bool is_known; /* the caller is */
};

struct chunks {
	ARRAY(struct chunk) items;
	const struct free_kind *kinds; /* of the layer that is visited */
	uint64_t lead;
	uint64_t below;  /* free bytes since the last block, or chunk that does not merge */
	uint32_t *index; /* a hash of addresses: chunk + 1, 0: none */
	size_t room;     /* a power of two */
};

/* ---- the chunks ------------------------------------------------------------------------------ */

static bool add_span(const struct span *span, void *user)
{
	struct chunks *chunks = user;

	if (span->state == SPAN_USED && span->payload > span->base)
		chunks->lead = span->payload - span->base;
	if (span->state != SPAN_FREE || !span->kind) {
		chunks->below = 0;
	} else if (chunks->kinds[span->kind - 1].merging == MERGES_AT_ONCE) {
		chunks->below += span->size;
	} else {
		*array_push(&chunks->items) = (struct chunk){.address = span->base,
			.bytes = span->size,
			.keeps = chunks->below};
		chunks->below = 0;
	}
	return true;
}

static void add_layer(struct chunks *chunks, const struct engine *engine)
{
	size_t first = chunks->items.count;
	struct region region;

	chunks->kinds = engine_kinds(engine);
	chunks->lead = LEAD;
	for (size_t i = 0; chunks->kinds && i < engine_region_count(engine); i++) {
		engine_region(engine, i, &region);
		chunks->below = 0;
		if (region.kind != REGION_MAPPING)
			engine_spans(engine, region.base, region.base + region.size, add_span,
				chunks);
	}
	for (size_t i = first; i < chunks->items.count; i++)
		chunks->items.items[i].address += chunks->lead;
}

/* The cell of the address, or the one where it would be. */
static uint32_t *cell_of(const struct chunks *chunks, uint64_t address)
{
	uint64_t hash = address * UINT64_C(0x9E3779B97F4A7C15);

	for (size_t at = (size_t)(hash >> 24);; at++) {
		uint32_t *cell = &chunks->index[at & (chunks->room - 1)];
		if (*cell == 0 || chunks->items.items[*cell - 1].address == address)
			return cell;
	}
}

static void make_index(struct chunks *chunks)
{
	for (chunks->room = 64; chunks->room < chunks->items.count * 2;)
		chunks->room *= 2;
	chunks->index = xcalloc(chunks->room, sizeof(*chunks->index));
	for (size_t i = 0; i < chunks->items.count && i < UINT32_MAX; i++)
		*cell_of(chunks, chunks->items.items[i].address) = (uint32_t)i + 1;
}

/* ---- the requests ---------------------------------------------------------------------------- */

static void read_requests(struct chunks *chunks, struct trace *trace, const struct callers *callers,
	uint64_t position)
{
	struct event events[BATCH];
	size_t n;

	for (uint64_t at = 0; at < position; at += n) {
		progress_say("finding whose the free chunks were", "events", at, position);
		n = trace_read(trace, at, events, BATCH);
		if (n == 0)
			return;
		for (size_t i = 0; i < n && at + i < position; i++) {
			const struct event *event = &events[i];
			uint32_t number = event->address && event_asks_for_memory(event)
						  ? *cell_of(chunks, event->address)
						  : 0;
			if (number == 0)
				continue;
			struct chunk *chunk = &chunks->items.items[number - 1];
			chunk->caller = callers_of_site(callers, event->site);
			chunk->is_known = true;
		}
	}
}

/* ---- the callers ----------------------------------------------------------------------------- */

static int more_free(const void *one, const void *other)
{
	const struct leftover *a = one, *b = other;

	if (a->bytes + a->keeps != b->bytes + b->keeps)
		return a->bytes + a->keeps < b->bytes + b->keeps ? 1 : -1;
	return a->caller < b->caller ? -1 : 1;
}

static void add_up(struct leftovers *leftovers, const struct chunks *chunks, uint32_t ncallers)
{
	struct leftover *sums = xcalloc(ncallers, sizeof(*sums));

	for (size_t i = 0; i < chunks->items.count; i++) {
		const struct chunk *chunk = &chunks->items.items[i];
		if (!chunk->is_known)
			continue;
		sums[chunk->caller].chunks++;
		sums[chunk->caller].bytes += chunk->bytes;
		sums[chunk->caller].keeps += chunk->keeps;
		leftovers->bytes += chunk->bytes;
	}
	for (uint32_t i = 0; i < ncallers; i++)
		if (sums[i].chunks > 0)
			*array_push(&leftovers->items) =
				(struct leftover){i, sums[i].chunks, sums[i].bytes, sums[i].keeps};
	if (leftovers->items.count > 0)
		qsort(leftovers->items.items, leftovers->items.count, sizeof(*sums), more_free);
	free(sums);
}

void leftovers_find(struct leftovers *ret_leftovers, struct trace *trace,
	const struct callers *callers, const struct heap *heap, uint64_t position)
{
	struct leftovers leftovers = {.bytes = 0};
	struct chunks chunks = {.room = 0};

	for (size_t i = 0; i < heap_layer_count(heap); i++)
		add_layer(&chunks, heap_layer(heap, i));
	if (chunks.items.count > 0) {
		make_index(&chunks);
		read_requests(&chunks, trace, callers, position);
		add_up(&leftovers, &chunks, callers_count(callers));
	}
	free(chunks.index);
	array_finish(&chunks.items);
	*ret_leftovers = leftovers;
}

void leftovers_finish(struct leftovers *leftovers)
{
	array_finish(&leftovers->items);
}
