/* What each kind of event does to the heap, and what is wrong with it: see heap/heap.h. */
#include "heap/entries.h"

#include "heap/decisions.h"

#include <assert.h>
#include <string.h>

static void tell_old(struct effect *effect, const struct live *live)
{
	assert(live->address != 0 && live->layer != LAYER_NOWHERE);
	effect->old_address = live->address;
	effect->old_size = live->size;
	effect->old_given = live->given;
	effect->born = live->born;
}

static void tell_new(struct effect *effect, const struct live *live)
{
	assert(live->address != 0 && live->given >= live->size && live->object == effect->object);
	effect->outcome = OUTCOME_PLACED;
	effect->layer = live->layer;
	effect->address = live->address;
	effect->size = live->size;
	effect->given = live->given;
}

void fault_tell(struct effect *effect, enum fault fault)
{
	if (effect->fault == FAULT_NONE)
		effect->fault = fault;
}

enum fault fault_of_refusal(const struct heap *heap, const struct event *event,
	enum outcome outcome)
{
	if (outcome == OUTCOME_NO_ANSWER)
		return FAULT_NO_ANSWER;
	if (!engine_is_as_recorded(heap->layers[0]))
		return FAULT_NO_MEMORY;
	return event->address ? FAULT_OVERLAP : FAULT_NO_ADDRESS;
}

/* What has happened in the layers since they were cleared. */
static uint32_t happened_in(const struct heap *heap)
{
	uint32_t happened = 0;

	for (size_t i = 0; i < heap->nlayers; i++)
		happened |= heap->layers[i]->happened;
	return happened;
}

static void count_repeats(struct heap *heap, uint32_t happened)
{
	if (happened && !heap->has_repeats)
		memset(heap->repeats, 0, sizeof(heap->repeats));
	heap->has_repeats |= happened != 0;
	for (; happened; happened &= happened - 1)
		heap->repeats[__builtin_ctz(happened)]++;
}

/* One of several releases of an event: what happens at more than one of them is counted. */
static enum outcome release_one_of_many(struct heap *heap, uint32_t entry)
{
	uint32_t before = take_happened(heap);
	enum outcome outcome = release_block(heap, entry);
	count_repeats(heap, happened_in(heap) & before);
	heap->layers[0]->happened |= before;
	return outcome;
}

/* Removes the object, whether mapped, placed or nowhere. */
static void drop(struct heap *heap, uint32_t entry)
{
	unsigned layer = entry_of(heap, entry)->layer;

	if (layer == LAYER_MAPPED) {
		mapping_remove(heap, entry);
		return;
	}
	if (layer != LAYER_NOWHERE)
		release_block(heap, entry);
	entry_remove(heap, entry);
}

/* Asks the engines for a block for the event's object, which is not known. */
static void place_new(const struct application *now)
{
	struct heap *heap = now->heap;
	struct request request = request_of(now->event);
	struct placement placement = {0};
	request.is_realloc = now->effect->fault == FAULT_REALLOC_NULL;
	enum outcome outcome = engine_allocate(heap->layers[0], &request, &placement);
	uint32_t entry = entry_add(heap, now->event->object);
	assert(outcome == OUTCOME_PLACED || outcome == OUTCOME_NO_MEMORY ||
		outcome == OUTCOME_NO_ANSWER || (outcome == OUTCOME_NOTHING && request.size == 0));

	entry_of(heap, entry)->born = now->number;
	if (now->event->size == 0)
		fault_tell(now->effect, FAULT_SIZE_ZERO);
	if (outcome != OUTCOME_PLACED) {
		entry_of(heap, entry)->layer = LAYER_NOWHERE;
		now->effect->outcome = outcome;
		if (outcome != OUTCOME_NOTHING)
			now->effect->fault = fault_of_refusal(heap, now->event, outcome);
		return;
	}
	entry_place(heap, entry, &placement, now->event->size, now->number);
	tell_new(now->effect, entry_of(heap, entry));
}

/* The call failed when it was recorded, or its object is not known. */
static bool is_without_effect(const struct application *now)
{
	const struct event *event = now->event;

	if (event->flags & EVENT_FAILED) {
		fault_tell(now->effect, FAULT_FAILED_CALL);
		return true;
	}
	return event->object == OBJECT_NONE;
}

/*
 * Only the loss of its last reference frees a counted object, and no other object has its identity
 * until then.
 */
static bool is_counted(const struct application *now)
{
	const struct objects *objects = &now->heap->objects;

	if (!objects_are_there(objects) || !objects_has(objects, now->event->object))
		return false;
	fault_tell(now->effect, FAULT_COUNTED);
	now->effect->outcome = OUTCOME_INVALID;
	return true;
}

static void apply_allocate(const struct application *now)
{
	if (is_without_effect(now))
		return;

	if (is_counted(now))
		return;

	uint32_t entry = entry_find(now->heap, now->event->object);
	if (entry != NO_ENTRY) {
		const struct live *live = entry_of(now->heap, entry);
		if (live->layer != LAYER_NOWHERE) {
			fault_tell(now->effect, FAULT_STILL_LIVE);
			tell_old(now->effect, live);
		}
		drop(now->heap, entry);
	}
	place_new(now);
}

/* The object is not live: what is wrong with an event that says it is. */
static enum fault fault_of_dead(const struct event *event, uint32_t entry)
{
	if (entry != NO_ENTRY)
		return FAULT_NEVER_PLACED;
	return event->flags & EVENT_SEEN_BEFORE ? FAULT_DOUBLE_FREE : FAULT_FREE_UNKNOWN;
}

/* Releases the block of an object that is live, and keeps the value of the pointer to it. */
static void free_entry(const struct application *now, uint32_t entry)
{
	struct heap *heap = now->heap;
	const struct live live = *entry_of(heap, entry);

	tell_old(now->effect, &live);
	now->effect->layer = live.layer;
	now->effect->outcome = OUTCOME_RELEASED;
	if (now->event->kind == EVENT_FREE && (now->event->flags & EVENT_SIZED) &&
		now->event->size != live.size)
		fault_tell(now->effect, FAULT_WRONG_SIZE);
	keep_pointer(heap, &live, now->event, now->number);
	if (now->effect->layer == LAYER_MAPPED) {
		mapping_remove(heap, entry);
		return;
	}
	if (release_block(heap, entry) != OUTCOME_RELEASED) {
		now->effect->outcome = OUTCOME_INVALID;
		fault_tell(now->effect, FAULT_INVALID);
	}
	entry_remove(heap, entry);
}

/*
 * A pointer that was freed before is freed again, and no address was recorded: as in C, it frees
 * the object that has its address now. false: none has.
 */
static bool free_stale(const struct application *now)
{
	struct heap *heap = now->heap;
	const struct pointer *pointer =
		now->event->address ? NULL : pointers_find(&heap->pointers, now->event->object);
	struct live live;

	if (!pointer || !entry_find_block(heap, pointer->address, &live) ||
		(objects_are_there(&heap->objects) && objects_has(&heap->objects, live.object)))
		return false;
	fault_tell(now->effect, FAULT_STALE_FREE);
	decide(heap->layers[0], &decision_stale_free, now->event->object, live.object, 0, 0);
	free_entry(now, entry_find(heap, live.object));
	return true;
}

/* A pointer is freed again, and its address is that of no object now. */
static void free_again(const struct application *now)
{
	struct engine *engine = now->heap->layers[0];
	const struct pointer *pointer = pointers_find(&now->heap->pointers, now->event->object);

	if (now->event->address)
		engine_misused(engine, &(struct misuse){.address = now->event->address,
					       .is_recorded = true,
					       .was_block = true});
	else if (pointer)
		engine_misused(engine,
			&(struct misuse){.address = pointer->address, .was_block = true});
}

/* A pointer of which the trace has only the address is freed. */
static void free_unknown(const struct application *now)
{
	if (now->event->address)
		engine_misused(now->heap->layers[0],
			&(struct misuse){.address = now->event->address, .is_recorded = true});
}

static void apply_free(const struct application *now)
{
	struct heap *heap = now->heap;
	const struct event *event = now->event;
	uint32_t entry = event->object == OBJECT_NONE ? NO_ENTRY : entry_find(heap, event->object);

	if (event->object == OBJECT_NONE && event->address == 0) {
		engine_release_null(heap->layers[0]);
		fault_tell(now->effect, FAULT_FREE_NULL);
		return;
	}
	if (event->flags & EVENT_FAILED) {
		fault_tell(now->effect, FAULT_FAILED_CALL);
		return;
	}
	if (entry == NO_ENTRY && free_stale(now))
		return;
	if (entry == NO_ENTRY || entry_of(heap, entry)->layer == LAYER_NOWHERE) {
		fault_tell(now->effect, fault_of_dead(event, entry));
		now->effect->outcome = OUTCOME_INVALID;
		if (now->effect->fault == FAULT_DOUBLE_FREE)
			free_again(now);
		else if (now->effect->fault == FAULT_FREE_UNKNOWN)
			free_unknown(now);
		if (entry != NO_ENTRY)
			entry_remove(heap, entry);
		return;
	}
	if (is_counted(now))
		return;

	free_entry(now, entry);
}

static void reallocate_live(const struct application *now, uint32_t entry)
{
	struct heap *heap = now->heap;
	const struct request request = request_of(now->event);
	struct placement placement = {0};

	tell_old(now->effect, entry_of(heap, entry));
	enum outcome outcome =
		engine_reallocate(heap->layers[0], now->effect->old_address, &request, &placement);
	now->effect->outcome = outcome;
	now->effect->layer = entry_of(heap, entry)->layer;
	if (request.size == 0)
		fault_tell(now->effect, FAULT_REALLOC_ZERO);
	switch (outcome) {
	case OUTCOME_PLACED: {
		bool moved = placement.address != now->effect->old_address;
		uint64_t since = moved ? now->number : entry_of(heap, entry)->moved;
		entry_unplace(heap, entry);
		entry_place(heap, entry, &placement, request.size, since);
		tell_new(now->effect, entry_of(heap, entry));
		break;
	}
	case OUTCOME_RELEASED:
		entry_unplace(heap, entry);
		entry_remove(heap, entry);
		break;
	case OUTCOME_NO_MEMORY:
	case OUTCOME_NO_ANSWER:
		now->effect->fault = fault_of_refusal(heap, now->event, outcome);
		break;
	case OUTCOME_INVALID:
	case OUTCOME_NOTHING:
		fault_tell(now->effect, FAULT_INVALID);
		break;
	}
}

/* A pointer that was freed before is resized, and its address is that of no object now. */
static void reallocate_again(const struct application *now)
{
	struct heap *heap = now->heap;
	const struct pointer *pointer = pointers_find(&heap->pointers, now->event->object);
	struct live live;

	if (pointer && !entry_find_block(heap, pointer->address, &live))
		engine_misused(heap->layers[0], &(struct misuse){.address = pointer->address,
							.was_block = true,
							.is_resize = true,
							.size = now->event->size});
}

static void apply_reallocate(const struct application *now)
{
	const struct event *event = now->event;

	if (is_without_effect(now) || is_counted(now))
		return;

	uint32_t entry = entry_find(now->heap, event->object);
	if (entry != NO_ENTRY && entry_is_placed(now->heap, entry)) {
		reallocate_live(now, entry);
		return;
	}
	bool was_refused = entry != NO_ENTRY && entry_of(now->heap, entry)->layer == LAYER_NOWHERE;
	bool is_new =
		entry == NO_ENTRY && !(event->flags & (EVENT_SEEN_BEFORE | EVENT_OLD_UNKNOWN));
	fault_tell(now->effect, was_refused ? FAULT_NEVER_PLACED
				: is_new    ? FAULT_REALLOC_NULL
					    : FAULT_REALLOC_UNKNOWN);
	if (now->effect->fault == FAULT_REALLOC_UNKNOWN)
		reallocate_again(now);
	if (entry != NO_ENTRY)
		drop(now->heap, entry);
	place_new(now);
}

/* The real Python mapped an arena: for an engine that shows it, or one that may need it soon. */
static void apply_arena_map(const struct application *now)
{
	struct engine *engine = now->heap->layers[0];
	const struct event *event = now->event;

	if (event->flags & EVENT_FAILED)
		return;
	if (engine_follows_arenas(engine))
		engine_mapped(engine, event->address, event->size);
	else if (engine->takes_recorded)
		space_expect(&now->heap->space, event->address, event->size);
}

static void apply_arena_unmap(const struct application *now)
{
	struct engine *engine = now->heap->layers[0];

	if (now->event->flags & EVENT_FAILED)
		return;
	if (engine_follows_arenas(engine))
		engine_unmapped(engine, now->event->address);
	else
		space_expect_no_more(&now->heap->space, now->event->address);
}

/* The virtual machine committed memory to a space of its heap, and the engine shows it. */
static bool is_of_space(const struct application *now)
{
	return event_is_of_space(now->event) && !(now->event->flags & EVENT_FAILED) &&
	       engine_follows_spaces(now->heap->layers[0]);
}

/* The address of the program's own mapping; 0: no room. */
static uint64_t place_mapping(struct heap *heap, const struct event *event, uint64_t bytes)
{
	struct page_source *pages = &heap->space.pages;

	if (bytes == 0)
		return 0;
	if (!engine_is_as_recorded(heap->layers[0]))
		return pages->map(pages, bytes, MAPPING_UNIT);
	return pages->take(pages, event->address, bytes, false) ? event->address : 0;
}

static void apply_map(const struct application *now)
{
	struct heap *heap = now->heap;
	uint64_t size = now->event->size;

	if (now->event->domain == DOMAIN_ARENA) {
		apply_arena_map(now);
		return;
	}
	if (is_of_space(now)) {
		engine_commit(heap->layers[0], now->event->domain, now->event->address, size);
		return;
	}
	if (is_without_effect(now) || is_counted(now))
		return;

	uint32_t entry = entry_find(heap, now->event->object);
	if (entry != NO_ENTRY) {
		fault_tell(now->effect, FAULT_STILL_LIVE);
		drop(heap, entry);
	}
	uint64_t bytes = size > UINT64_MAX - MAPPING_UNIT
				 ? 0
				 : (size + MAPPING_UNIT - 1) / MAPPING_UNIT * MAPPING_UNIT;
	uint64_t base = place_mapping(heap, now->event, bytes);
	if (base == 0) {
		now->effect->outcome = OUTCOME_NO_MEMORY;
		fault_tell(now->effect, size ? fault_of_refusal(heap, now->event, OUTCOME_NO_MEMORY)
					     : FAULT_SIZE_ZERO);
		return;
	}

	entry = mapping_add(heap, now->event->object, base, size, bytes, now->number);
	decide(heap->layers[0], &decision_mapped, base, bytes, 0, 0);
	tell_new(now->effect, entry_of(heap, entry));
}

static void apply_unmap(const struct application *now)
{
	struct heap *heap = now->heap;

	if (now->event->domain == DOMAIN_ARENA) {
		apply_arena_unmap(now);
		return;
	}
	if (is_of_space(now)) {
		engine_commit(heap->layers[0], now->event->domain, now->event->address, 0);
		return;
	}
	if (now->event->flags & EVENT_FAILED) {
		fault_tell(now->effect, FAULT_FAILED_CALL);
		return;
	}

	uint32_t entry =
		now->event->object == OBJECT_NONE ? NO_ENTRY : entry_find(heap, now->event->object);
	if (entry == NO_ENTRY || entry_of(heap, entry)->layer != LAYER_MAPPED) {
		fault_tell(now->effect, FAULT_FREE_UNKNOWN);
		now->effect->outcome = OUTCOME_INVALID;
		return;
	}
	tell_old(now->effect, entry_of(heap, entry));
	decide(heap->layers[0], &decision_unmapped, now->effect->old_address,
		now->effect->old_given, 0, 0);
	now->effect->outcome = OUTCOME_RELEASED;
	now->effect->layer = LAYER_MAPPED;
	mapping_remove(heap, entry);
}

/* ---- counted objects ----------------------------------------------------------------------- */

static bool was_refused(const struct heap *heap, uint32_t object)
{
	uint32_t entry = object == OBJECT_NONE ? NO_ENTRY : entry_find(heap, object);

	return entry != NO_ENTRY && entry_of(heap, entry)->layer == LAYER_NOWHERE;
}

static bool is_faulty(const struct application *now)
{
	const struct event *event = now->event;
	enum fault fault = objects_fault(&now->heap->objects, event);

	if (fault == FAULT_NONE)
		return false;
	if (fault == FAULT_NO_OBJECT &&
		(was_refused(now->heap, event->object) || was_refused(now->heap, event->other)))
		fault = FAULT_NEVER_PLACED;
	fault_tell(now->effect, fault);
	now->effect->outcome = OUTCOME_INVALID;
	return true;
}

void entry_bury(const struct application *now, uint32_t entry, const struct live *live)
{
	struct effect *effect = now->effect;
	bool is_asked_for = live->object == now->event->object || effect->freed == 0;

	if (is_asked_for && !event_asks_for_memory(now->event)) {
		tell_old(effect, live);
		effect->layer = live->layer;
	}
	*array_push(&now->heap->died) = *live;
	if (effect->freed++ > 0)
		count_repeats(now->heap, HAPPENED_DIED);
	effect->freed_bytes += live->size;
	entry_remove(now->heap, entry);
}

/* A counted object died: releases its block. */
static void bury(void *user, uint32_t object)
{
	const struct application *now = user;
	struct heap *heap = now->heap;
	uint32_t entry = entry_find(heap, object);
	assert(entry != NO_ENTRY &&
		entry_is_placed(heap, entry)); /* every counted object has a block */
	const struct live live = *entry_of(heap, entry);

	if (release_one_of_many(heap, entry) != OUTCOME_RELEASED)
		fault_tell(now->effect, FAULT_INVALID);
	entry_bury(now, entry, &live);
}

/*
 * A finaliser does not see the variables of frames: one of them is gone only if every reference of
 * the program's was in a frame.
 */
static void drop_variable(void *user, uint32_t object, uint32_t left)
{
	const struct application *now = user;
	struct frames *frames = &now->heap->frames;

	if (frames_count_locals(frames, object) > left)
		frames_drop_local(frames, now->event->thread, object);
}

/* Makes and drops references, or runs the collector; releases the objects that die. */
static void apply_to_objects(const struct application *now)
{
	struct heap *heap = now->heap;
	const struct objects_listener listener = {bury, drop_variable, (void *)(uintptr_t)now};
	struct effect *effect = now->effect;

	heap->layers[0]->happened |=
		objects_apply(&heap->objects, now->event, &listener, heap->layers[0]->log);
	if (effect->freed > 0 && effect->outcome == OUTCOME_NOTHING)
		effect->outcome = OUTCOME_RELEASED;
}

/* A tracing engine hears of a reference that was made. */
static void inform_of_reference(struct heap *heap, uint32_t from, uint32_t to)
{
	engine_stored(heap->layers[0], entry_of(heap, entry_find(heap, from))->address,
		entry_of(heap, entry_find(heap, to))->address);
}

/* A tracing engine hears of references that are made, and collects. */
static void inform_engine(const struct application *now)
{
	struct heap *heap = now->heap;
	const struct event *event = now->event;

	if (event->kind == EVENT_REF && event->other != OBJECT_NONE)
		inform_of_reference(heap, event->other, event->object);
	if (event->kind == EVENT_COLLECT)
		engine_collect(heap->layers[0], (unsigned)event->size);
	if (now->effect->freed > 0)
		now->effect->outcome = OUTCOME_RELEASED;
}

static void apply_counted(const struct application *now)
{
	struct heap *heap = now->heap;
	const struct event *event = now->event;
	bool is_traced = heap->objects.is_traced;

	if (is_faulty(now))
		return;
	if (event->kind == EVENT_UNREF && event->other == OBJECT_NONE)
		frames_drop_local(&heap->frames, event->thread, event->object);
	if (!is_traced || event->kind == EVENT_REF || event->kind == EVENT_UNREF)
		apply_to_objects(now);
	if (event->kind == EVENT_REF && event->other == OBJECT_NONE)
		frames_add_local(&heap->frames, event->thread, event->object);
	if (is_traced)
		inform_engine(now);
}

static void apply_enter(const struct application *now)
{
	frames_enter(&now->heap->frames, now->event->thread, now->event->text,
		(enum frame_word)now->event->other, now->number);
}

/* The variables of the frame go, the oldest first. */
static void apply_leave(const struct application *now)
{
	struct frames *frames = &now->heap->frames;
	uint32_t thread = now->event->thread, object;

	if (!frames_top(frames, thread)) {
		fault_tell(now->effect, FAULT_NO_FRAME);
		now->effect->outcome = OUTCOME_INVALID;
		return;
	}
	while ((object = frames_drop_oldest(frames, thread)) != OBJECT_NONE) {
		const struct event unref = {.kind = EVENT_UNREF,
			.object = object,
			.other = OBJECT_NONE,
			.thread = thread,
			.text = TEXT_NONE};
		const struct application drop = {now->heap, now->number, &unref, now->effect};
		apply_to_objects(&drop);
	}
	frames_leave(frames, thread);
}

static void apply_new(const struct application *now)
{
	struct heap *heap = now->heap;

	if (is_faulty(now))
		return;
	uint32_t entry = entry_find(heap, now->event->object);
	if (entry != NO_ENTRY) {
		if (entry_of(heap, entry)->layer != LAYER_NOWHERE)
			fault_tell(now->effect, FAULT_STILL_LIVE);
		drop(heap, entry);
	}
	place_new(now);
	if (now->effect->outcome != OUTCOME_PLACED)
		return;
	apply_to_objects(now);
	frames_add_local(&heap->frames, now->event->thread, now->event->object);
	uint32_t softly = objects_softly(&heap->objects, now->event->object);
	if (softly != OBJECT_NONE && engine_is_tracing(heap->layers[0]))
		inform_of_reference(heap, now->event->object, softly);
}

static void apply_nothing(const struct application *now)
{
}

/*
 * Another program begins: what is still live goes with the memory of the one before, and with the
 * variables of its methods.
 */
static void drop_all(struct heap *heap)
{
	for (uint32_t entry = 0; entry < heap->entries.count; entry++)
		if (entry_of(heap, entry)->address != 0 && entry_is_placed(heap, entry)) {
			release_one_of_many(heap, entry);
			entry_remove(heap, entry);
		}
	objects_forget(&heap->objects);
	frames_forget(&heap->frames);
}

/* The C library may be simulated at any layer. */
static void apply_library(const struct application *now)
{
	struct heap *heap = now->heap;

	if (now->event->other == LIBC_EXEC)
		drop_all(heap);
	for (size_t i = 0; i < heap->nlayers; i++)
		if (engine_has_library(heap->layers[i]))
			engine_library(heap->layers[i], (enum libc_word)now->event->other,
				now->event->size);
	if (now->event->other == LIBC_TRIM)
		malloc_trim_apply(heap);
}

void (*const heap_handlers[])(const struct application *now) = {
	[EVENT_ALLOCATE] = apply_allocate,
	[EVENT_REALLOCATE] = apply_reallocate,
	[EVENT_FREE] = apply_free,
	[EVENT_MAP] = apply_map,
	[EVENT_UNMAP] = apply_unmap,
	[EVENT_NOTE] = apply_nothing,
	[EVENT_MARK] = apply_nothing,
	[EVENT_NEW] = apply_new,
	[EVENT_REF] = apply_counted,
	[EVENT_UNREF] = apply_counted,
	[EVENT_WEAK] = apply_new,
	[EVENT_COLLECT] = apply_counted,
	[EVENT_GC] = apply_counted,
	[EVENT_LIBC] = apply_library,
	[EVENT_ENTER] = apply_enter,
	[EVENT_LEAVE] = apply_leave,
	[EVENT_USE] = apply_use,
	[EVENT_WHEN] = apply_counted,
};
static_assert(sizeof(heap_handlers) / sizeof(*heap_handlers) == EVENT_KIND_COUNT,
	"every kind of event is handled");
