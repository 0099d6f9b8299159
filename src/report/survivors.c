/* See survivors.h. */
#include "report/survivors.h"

#include "base/progress.h"
#include "base/xalloc.h"
#include "trace/trace.h"

#include <assert.h>
#include <stdlib.h>

#define BITS 64u

static int by_position(const void *one, const void *other)
{
	const struct survivor *a = one, *b = other;

	return (a->position > b->position) - (a->position < b->position);
}

/* The event that made it, as one that asks for what it has by now. */
static bool read_request(struct survivor *survivor, struct trace *trace)
{
	struct event event;

	if (!trace_get(trace, survivor->position, &event) || !event_asks_for_memory(&event) ||
		event_makes_counted(&event))
		return false;
	event.kind = EVENT_ALLOCATE;
	event.size = survivor->request.size;
	survivor->request = event;
	return true;
}

/* A block that is mapped alone keeps nothing but itself. */
static bool is_among_others(const struct heap *heap, const struct live *live)
{
	struct region region;
	size_t at;

	return live->layer < heap_layer_count(heap) &&
	       engine_region_at(heap_layer(heap, live->layer), live->address, &at, &region) &&
	       region.kind != REGION_MAPPING;
}

void survivors_find(struct survivors *ret_survivors, struct trace *trace, const struct heap *heap,
	const struct lives *lives, const uint32_t *callers, size_t n)
{
	bool *is_chosen = xcalloc(lives->count, sizeof(*is_chosen));
	struct survivors survivors = {.objects = 0};
	struct lived lived;
	struct live live;
	size_t kept = 0;

	for (size_t i = 0; i < n; i++)
		is_chosen[callers[i]] = true;
	for (size_t at = 0; lives_next(lives, &at, &lived);) {
		if (!is_chosen[lived.caller] || !heap_find(heap, lived.object, &live) ||
			!is_among_others(heap, &live))
			continue;
		*array_push(&survivors.items) = (struct survivor){.position = live.born,
			.request = {.size = live.size, .object = lived.object}};
		if (lived.object >= survivors.objects)
			survivors.objects = lived.object + 1;
	}
	if (survivors.items.count > 0)
		qsort(survivors.items.items, survivors.items.count, sizeof(struct survivor),
			by_position);
	for (size_t i = 0; i < survivors.items.count; i++) {
		progress_say("reading their requests", "blocks", i, survivors.items.count);
		if (read_request(&survivors.items.items[i], trace))
			survivors.items.items[kept++] = survivors.items.items[i];
	}
	survivors.items.count = kept;
	free(is_chosen);
	*ret_survivors = survivors;
}

void survivors_finish(struct survivors *survivors)
{
	array_finish(&survivors->items);
}

/* ---- rehearsals ---------------------------------------------------------------------------- */

void rehearsal_begin(struct rehearsal *rehearsal, const struct survivors *survivors,
	bool is_together)
{
	*rehearsal = (struct rehearsal){
		.survivors = survivors,
		.is_together = is_together,
		.made = xcalloc(survivors->objects / BITS + 1, sizeof(*rehearsal->made)),
	};
}

void rehearsal_end(struct rehearsal *rehearsal)
{
	free(rehearsal->made);
}

static void set_made(struct rehearsal *rehearsal, uint32_t object)
{
	assert(object < rehearsal->survivors->objects);
	rehearsal->made[object / BITS] |= UINT64_C(1) << object % BITS;
}

/* One whose number another object still has is made when the trace makes it. */
static void make_all(struct rehearsal *rehearsal, struct heap *heap, uint64_t at)
{
	const struct survivors *survivors = rehearsal->survivors;
	struct effect effect;
	struct live live;

	for (size_t i = 0; i < survivors->items.count; i++) {
		const struct event *request = &survivors->items.items[i].request;
		if (heap_find(heap, request->object, &live))
			continue;
		heap_apply(heap, at, request, NULL, &effect);
		set_made(rehearsal, request->object);
	}
}

bool rehearsal_apply(struct rehearsal *rehearsal, struct heap *heap, uint64_t at,
	const struct event *event)
{
	const struct survivors *survivors = rehearsal->survivors;
	uint32_t object = event->object;

	if (rehearsal->next < survivors->items.count &&
		at == survivors->items.items[rehearsal->next].position) {
		if (rehearsal->is_together && rehearsal->next == 0)
			make_all(rehearsal, heap, at);
		if (!rehearsal->is_together)
			set_made(rehearsal, object);
		rehearsal->next++;
	}
	return object < survivors->objects &&
	       (rehearsal->made[object / BITS] >> object % BITS & 1) != 0;
}
