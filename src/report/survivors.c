/* See survivors.h. */
#include "report/survivors.h"

#include "base/progress.h"
#include "base/xalloc.h"
#include "heap/malloc_trim.h"
#include "trace/trace.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#define FLATS_MAX 12u
#define BITS      64u
#define MARKS     200u /* most events in a row that are no requests */

static int by_position(const void *one, const void *other)
{
	const struct survivor *a = one, *b = other;

	return (a->position > b->position) - (a->position < b->position);
}

/* The event that made it its caller's, as one that asks for what it has by now. */
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

static bool is_among_others(const struct heap *heap, const struct live *live)
{
	struct region region;
	size_t at;

	return live->layer < heap_layer_count(heap) &&
	       engine_region_at(heap_layer(heap, live->layer), live->address, &at, &region) &&
	       region.kind != REGION_MAPPING;
}

static bool is_request(const struct event *event)
{
	return event_asks_for_memory(event) || event->kind == EVENT_FREE;
}

static uint32_t thread_before(struct trace *trace, uint64_t position)
{
	struct event event;

	for (unsigned i = 0; i < MARKS && position > 0; i++)
		if (trace_get(trace, --position, &event) && is_request(&event))
			return event.thread;
	return 0;
}

/* That of the first request of the program, which may have been others before: a shell. */
static uint32_t first_thread(struct trace *trace, uint64_t moment)
{
	const struct trace_mark *marks;
	size_t count = trace_marks(trace, &marks);
	uint64_t begin = 0;
	struct event event;

	for (size_t i = 0; i < count && marks[i].position < moment; i++)
		if (strncmp(marks[i].name, TRACE_MARK_EXEC, strlen(TRACE_MARK_EXEC)) == 0)
			begin = marks[i].position;
	for (uint64_t at = begin; at < moment && at < begin + MARKS; at++)
		if (trace_get(trace, at, &event) && is_request(&event))
			return event.thread;
	return 0;
}

void survivors_find(struct survivors *ret_survivors, struct trace *trace, const struct heap *heap,
	const struct lives *lives, uint64_t moment, const struct selection *selection,
	enum survivors_which which)
{
	struct survivors survivors = {.moment = moment,
		.thread = thread_before(trace, moment),
		.first = first_thread(trace, moment)};
	struct lived lived;
	struct live live;
	size_t kept = 0;

	for (size_t at = 0; lives_next(lives, &at, &lived);) {
		if (!selection_has(selection, lived.object) ||
			!heap_find(heap, lived.object, &live))
			continue;
		bool is_mapped = !is_among_others(heap, &live);
		if (is_mapped && which == SURVIVORS_AMONG_OTHERS)
			continue;
		*array_push(&survivors.items) = (struct survivor){.position = lived.since,
			.copy = OBJECT_NONE,
			.request = {.size = live.size, .object = lived.object},
			.is_mapped = is_mapped};
		if (lived.object >= survivors.objects)
			survivors.objects = lived.object + 1;
	}
	if (survivors.items.count > 0)
		qsort(survivors.items.items, survivors.items.count, sizeof(struct survivor),
			by_position);
	for (size_t i = 0; i < survivors.items.count; i++) {
		struct survivor survivor = survivors.items.items[i];
		progress_say("reading their requests", "blocks", i, survivors.items.count);
		if (!read_request(&survivor, trace))
			continue;
		if (lives->objects + kept < OBJECT_NONE)
			survivor.copy = (uint32_t)(lives->objects + kept);
		survivors.items.items[kept++] = survivor;
	}
	survivors.items.count = kept;
	*ret_survivors = survivors;
}

void survivors_finish(struct survivors *survivors)
{
	array_finish(&survivors->items);
}

/* The event's object, as its thread would. */
static void release(struct heap *heap, uint64_t at, const struct event *event)
{
	const struct event freeing = {
		.kind = EVENT_FREE,
		.domain = event->domain,
		.flags = event->flags & (EVENT_HAS_TIME | EVENT_SEEN_BEFORE),
		.object = event->object,
		.thread = event->thread,
		.time = event->time,
		.text = TEXT_NONE,
	};
	struct effect effect;
	struct live live;

	if (heap_find(heap, event->object, &live))
		heap_apply(heap, at, &freeing, NULL, &effect);
}

/* One thread makes and frees them: that of a request may have ended. */
static struct event done_now(const struct survivors *survivors, size_t at, uint32_t thread)
{
	struct event event = survivors->items.items[at].request;

	event.thread = thread;
	return event;
}

static void copy_all(const struct survivors *survivors, struct heap *heap, uint32_t thread)
{
	struct effect effect;

	for (size_t i = 0; i < survivors->items.count; i++) {
		struct event request = done_now(survivors, i, thread);
		request.object = survivors->items.items[i].copy;
		if (request.object != OBJECT_NONE)
			heap_apply(heap, survivors->moment, &request, NULL, &effect);
	}
}

/* One of which there is no copy stays. */
static void release_those(const struct survivors *survivors, struct heap *heap,
	enum survivors_fate fate, uint32_t thread, bool are_mapped)
{
	size_t count = survivors->items.count;

	for (size_t i = 0; i < count; i++) {
		size_t at = survivors->is_backwards ? count - 1 - i : i;
		const struct survivor *survivor = &survivors->items.items[at];
		struct event event = done_now(survivors, at, thread);
		if (survivor->is_mapped == are_mapped &&
			(fate == SURVIVORS_FREED || survivor->copy != OBJECT_NONE))
			release(heap, survivors->moment, &event);
	}
}

static void release_all(const struct survivors *survivors, struct heap *heap,
	enum survivors_fate fate, uint32_t thread)
{
	release_those(survivors, heap, fate, thread, false);
	release_those(survivors, heap, fate, thread, true);
}

/* Bytes of arenas in which no block is. */
static uint64_t empty_arenas(const struct heap *heap)
{
	uint64_t bytes = 0;
	struct region region;

	for (size_t layer = 0; layer < heap_layer_count(heap); layer++) {
		const struct engine *engine = heap_layer(heap, layer);
		for (size_t i = 0; i < engine_region_count(engine); i++) {
			engine_region(engine, i, &region);
			if (region.kind == REGION_ARENA && region.used == 0)
				bytes += region.size;
		}
	}
	return bytes;
}

static struct aftermath try_by(const struct survivors *survivors, struct heap *heap,
	enum survivors_fate fate, uint32_t thread)
{
	struct flat *flats[FLATS_MAX];
	size_t nflats = heap_flats(heap, flats, FLATS_MAX), bytes = 0;
	struct snapshot *before = snapshot_new(flats, nflats, NULL, &bytes);
	struct heap_sums sums;

	if (fate == SURVIVORS_COPIED)
		copy_all(survivors, heap, thread);
	release_all(survivors, heap, fate, thread);
	heap_sums(heap, &sums);
	struct aftermath aftermath = {.held = sums.reserved, .empty = empty_arenas(heap)};
	aftermath.trimmable = malloc_trim_left(heap, &aftermath.stays);
	snapshot_restore(before, flats, nflats);
	snapshot_free(before, &bytes);
	return aftermath;
}

struct aftermath survivors_try(const struct survivors *survivors, struct heap *heap,
	enum survivors_fate fate)
{
	struct aftermath last = try_by(survivors, heap, fate, survivors->thread);

	if (survivors->thread == survivors->first)
		return last;
	struct aftermath first = try_by(survivors, heap, fate, survivors->first);
	return first.held > last.held ? first : last;
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

static bool is_made(const struct rehearsal *rehearsal, uint32_t object)
{
	return object < rehearsal->survivors->objects &&
	       (rehearsal->made[object / BITS] >> object % BITS & 1) != 0;
}

static void set_made(struct rehearsal *rehearsal, uint32_t object)
{
	assert(object < rehearsal->survivors->objects);
	rehearsal->made[object / BITS] |= UINT64_C(1) << object % BITS;
}

/* One whose number an object still has, itself before a realloc or another, gets one of its own. */
static void make_all(struct rehearsal *rehearsal, struct heap *heap, uint64_t at)
{
	const struct survivors *survivors = rehearsal->survivors;
	struct effect effect;
	struct live live;

	for (size_t i = 0; i < survivors->items.count; i++) {
		struct event request = survivors->items.items[i].request;
		if (!heap_find(heap, request.object, &live))
			set_made(rehearsal, request.object);
		else if (survivors->items.items[i].copy != OBJECT_NONE)
			request.object = survivors->items.items[i].copy;
		else
			continue;
		heap_apply(heap, at, &request, NULL, &effect);
	}
}

bool rehearsal_apply(struct rehearsal *rehearsal, struct heap *heap, uint64_t at,
	const struct event *event)
{
	const struct survivors *survivors = rehearsal->survivors;

	if (rehearsal->next < survivors->items.count &&
		at == survivors->items.items[rehearsal->next].position) {
		const struct survivor *survivor = &survivors->items.items[rehearsal->next];
		if (rehearsal->is_together && rehearsal->next == 0)
			make_all(rehearsal, heap, at);
		rehearsal->next++;
		bool is_apart = !rehearsal->is_together || survivor->copy != OBJECT_NONE;
		if (is_apart && !is_made(rehearsal, event->object)) {
			release(heap, at, event); /* what it was before a realloc */
			set_made(rehearsal, event->object);
		}
	}
	return is_made(rehearsal, event->object);
}
