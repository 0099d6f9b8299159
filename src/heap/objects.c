/* See objects.h: entries by identity, the events, and questions. */
#include "heap/objects_state.h"

#include "flat/index.h"
#include "heap/decisions.h"

#include <assert.h>
#include <string.h>

/* ---- life ---------------------------------------------------------------------------------- */

void objects_init(struct objects *objects)
{
	*objects = (struct objects){.listener = NULL};
	flat_add(&objects->flat, &objects->state, sizeof(struct objects_state));
	flat_add(&objects->flat, &objects->entries, sizeof(struct object));
	flat_add(&objects->flat, &objects->by_id, sizeof(struct index_bucket));
	flat_add(&objects->flat, &objects->references, sizeof(struct reference));
	flat_add(&objects->flat, &objects->by_ends, sizeof(struct index_bucket));
	flat_add(&objects->flat, &objects->deeds, sizeof(struct deed));
}

void objects_finish(struct objects *objects)
{
	flat_finish(&objects->flat);
	array_finish(&objects->dying);
	array_finish(&objects->waiting);
}

/* Programs without counted objects pay nothing. */
static void begin(struct objects *objects)
{
	if (objects_are_there(objects))
		return;
	flat_grow(&objects->state, 1);
	state_of(objects)->free_entry = state_of(objects)->free_reference = NONE;
	state_of(objects)->free_deed = state_of(objects)->held_first = NONE;
	index_grow(&objects->by_id);
	index_grow(&objects->by_ends);
	collector_init(objects);
}

/* ---- entries ------------------------------------------------------------------------------- */

uint32_t object_find(const struct objects *objects, uint32_t id)
{
	uint32_t hash = index_hash(id), entry;

	if (!objects_are_there(objects) || id == OBJECT_NONE)
		return NONE;
	for (size_t cell = index_first(&objects->by_id, hash);
		index_slot(&objects->by_id, &cell, hash, &entry);
		cell = index_next(&objects->by_id, cell))
		if (at(objects, entry)->id == id)
			return entry;
	return NONE;
}

uint32_t object_add(struct objects *objects, uint32_t id)
{
	struct objects_state *state = state_of(objects);
	uint32_t entry = state->free_entry;

	assert(object_find(objects, id) == NONE);
	if (entry == NONE) {
		entry = (uint32_t)objects->entries.count;
		flat_grow(&objects->entries, 1);
	} else {
		/* Only `id` of a free entry is set, which links it, and the serial of none. */
		assert(entry >= LISTS && at(objects, entry)->serial == NONE);
		assert(at(objects, entry)->count == 0 && at(objects, entry)->flags == 0);
		state->free_entry = at(objects, entry)->id;
		assert(state->free_entry != entry);
	}
	index_make_room(&objects->by_id, ++state->collector.counted);
	struct object *object = at(objects, entry);
	memset(object, 0, sizeof(*object));
	object->id = id;
	object->first = object->last = NONE;
	object->generation = GENERATION_NONE;
	object->referent = object->weak_first = object->weak_next = object->weak_prev = NONE;
	object->callback = object->deed = NONE;
	object->held_next = object->held_prev = NONE;
	object->serial = object->born = state->serials++;
	index_put(&objects->by_id, index_hash(id), entry);
	return entry;
}

void object_remove(struct objects *objects, uint32_t entry)
{
	struct objects_state *state = state_of(objects);
	struct object *object = at(objects, entry);

	/* Nothing refers to it, it refers to nothing, and no list has it. */
	assert(entry >= LISTS && object->count == 0 && object->by_program == 0);
	assert(object->first == NONE && object->last == NONE && object->refers == 0);
	assert(object->weak_first == NONE && object->referent == NONE && object->deed == NONE);
	assert(!(object->flags & TRACKED) && object->generation == GENERATION_NONE);
	assert(state->collector.counted > 0 && object_find(objects, object->id) == entry);
	index_remove(&objects->by_id, index_hash(object->id), entry);
	memset(object, 0, sizeof(*object));
	object->id = state->free_entry;
	object->serial = NONE;
	state->free_entry = entry;
	state->collector.counted--;
}

/* ---- events -------------------------------------------------------------------------------- */

static uint32_t bring_to_life(struct objects *objects, const struct event *event, unsigned flags)
{
	if (objects->is_traced)
		flags &= ~(unsigned)COLLECTABLE;
	if (flags & COLLECTABLE)
		collector_count_allocation(objects);
	uint32_t entry = object_add(objects, event->object);
	struct object *object = at(objects, entry);

	object->size = event->size;
	assert(object->count == 0 && object->flags == 0);
	object->count = 1;
	object_hold(objects, entry);
	object->flags = flags;
	if (flags & COLLECTABLE)
		collector_track(objects, entry);
	return entry;
}

static void apply_new(struct objects *objects, const struct event *event)
{
	unsigned flags = (event->flags & EVENT_TRACKED ? COLLECTABLE : 0) |
			 (event->flags & EVENT_FINALIZER ? HAS_FINALIZER : 0) |
			 (event->flags & EVENT_RESURRECTS ? RESURRECTS : 0);

	bring_to_life(objects, event, flags);
}

static void apply_ref(struct objects *objects, const struct event *event)
{
	uint32_t to = object_find(objects, event->object);

	assert(at(objects, to)->count > 0 || objects->is_traced);
	assert(at(objects, to)->count < UINT32_MAX);
	at(objects, to)->count++;
	if (event->other == OBJECT_NONE)
		object_hold(objects, to);
	else
		reference_add(objects, object_find(objects, event->other), to);
	if (!objects->is_traced)
		tell(objects, &decision_count_up, event->object, at(objects, to)->count,
			event->other, 0);
}

static void apply_unref(struct objects *objects, const struct event *event)
{
	uint32_t to = object_find(objects, event->object);

	assert(at(objects, to)->count >= at(objects, to)->by_program);
	assert(event->other != OBJECT_NONE || at(objects, to)->by_program > 0);
	if (event->other != OBJECT_NONE) {
		object_drop_reference(objects, object_find(objects, event->other), to);
		return;
	}
	object_unhold(objects, to);
	object_let_go_of(objects, to, OBJECT_NONE);
}

/* Its referent is held while it is made; otherwise a collection that begins then could free it. */
static void apply_weak(struct objects *objects, const struct event *event)
{
	uint32_t to = object_find(objects, event->other);

	if (to == NONE) { /* a tracing engine dropped it to make room for this very reference */
		bring_to_life(objects, event, COLLECTABLE | WEAK);
		return;
	}
	at(objects, to)->count++;
	bool is_soft = (event->flags & EVENT_SOFT) && objects->is_traced;
	uint32_t entry = bring_to_life(objects, event, COLLECTABLE | WEAK | (is_soft ? SOFT : 0));
	struct object *weak = at(objects, entry), *object = at(objects, to);
	uint32_t callback = object_find(objects, event->callback);

	assert(to != entry && weak->weak_prev == NONE); /* it is the first one now */
	assert(object->weak_first == NONE || at(objects, object->weak_first)->weak_prev == NONE);
	weak->referent = to;
	weak->weak_next = object->weak_first;
	if (object->weak_first != NONE)
		at(objects, object->weak_first)->weak_prev = entry;
	object->weak_first = entry;
	if (callback != NONE) {
		weak->callback = callback;
		weak->callback_serial = at(objects, callback)->serial;
	}
	if (objects->is_traced)
		tell(objects, &decision_weak_traced, weak->id, object->id, is_soft, 0);
	else
		tell(objects, &decision_weak_made, weak->id, object->id, object->count - 1, 0);
	object_let_go(objects, to);
}

static void apply_collect(struct objects *objects, const struct event *event)
{
	collector_collect(objects, (uint32_t)event->size);
}

static void apply_gc(struct objects *objects, const struct event *event)
{
	struct collector *collector = &state_of(objects)->collector;

	switch ((enum gc_word)event->other) {
	case GC_OFF:
	case GC_ON:
		collector->enabled = event->other == GC_ON;
		break;
	case GC_THRESHOLDS:
		collector->thresholds[0] = (uint32_t)event->size;
		memcpy(&collector->thresholds[1], event->older, sizeof(event->older));
		break;
	case GC_FREEZE:
		collector_freeze(objects);
		return;
	case GC_UNFREEZE:
		collector_unfreeze(objects);
		return;
	case GC_OTHERS:
		collector_set_others(objects, (uint32_t)event->size);
		return;
	case GC_WORD_COUNT:
		return;
	}
	tell(objects, collector->is_incremental ? &decision_gc_set_increments : &decision_gc_set,
		event->other, collector->thresholds[0], collector->thresholds[1],
		collector->thresholds[2]);
}

static void apply_when(struct objects *objects, const struct event *event)
{
	tell(objects, &decision_deed_noted, event->callback, event->size, event->object,
		event->other);
	deed_add(objects, object_find(objects, event->callback), event);
}

static void (*const handlers[])(struct objects *objects, const struct event *event) = {
	[EVENT_NEW - EVENT_NEW] = apply_new,
	[EVENT_REF - EVENT_NEW] = apply_ref,
	[EVENT_UNREF - EVENT_NEW] = apply_unref,
	[EVENT_WEAK - EVENT_NEW] = apply_weak,
	[EVENT_COLLECT - EVENT_NEW] = apply_collect,
	[EVENT_GC - EVENT_NEW] = apply_gc,
	[EVENT_WHEN - EVENT_NEW] = apply_when, /* those between are not about objects alone */
};

uint32_t objects_apply(struct objects *objects, const struct event *event,
	const struct objects_listener *listener, struct decision_log *log)
{
	begin(objects);
	assert(objects->dying.count == 0 && objects->waiting.count == 0);
	objects->listener = listener;
	objects->log = log;
	objects->happened = 0;
	handlers[event->kind - EVENT_NEW](objects, event);
	collector_begin_late(objects);
	objects->log = NULL;
	assert(objects->dying.count == 0 && objects->waiting.count == 0);
	assert(!state_of(objects)->collecting);
	return objects->happened;
}

static enum fault fault_of_reference(const struct objects *objects, const struct event *event)
{
	uint32_t to = object_find(objects, event->object),
		 from = object_find(objects, event->other);

	if (to == NONE || (from == NONE && event->other != OBJECT_NONE))
		return FAULT_NO_OBJECT;
	if (from != NONE && (at(objects, from)->flags & WEAK))
		return FAULT_WEAK_BOUND;
	if (event->kind == EVENT_REF)
		return FAULT_NONE;
	bool is_there = from == NONE ? at(objects, to)->by_program > 0
				     : reference_find(objects, from, to) != NONE;
	return is_there ? FAULT_NONE : FAULT_NO_REFERENCE;
}

static enum fault fault_of_weak(const struct objects *objects, const struct event *event)
{
	uint32_t to = object_find(objects, event->other);

	if (objects_has(objects, event->object))
		return FAULT_STILL_LIVE;
	if (to == NONE ||
		(event->callback != OBJECT_NONE && !objects_has(objects, event->callback)))
		return FAULT_NO_OBJECT;
	return FAULT_NONE;
}

/* Whether there is a reference to drop is only known when it is done. */
static enum fault fault_of_deed(const struct objects *objects, const struct event *event)
{
	uint32_t from = object_find(objects, event->other);

	if (!objects_has(objects, event->callback) || !objects_has(objects, event->object) ||
		(from == NONE && event->other != OBJECT_NONE))
		return FAULT_NO_OBJECT;
	return from != NONE && (at(objects, from)->flags & WEAK) ? FAULT_WEAK_BOUND : FAULT_NONE;
}

enum fault objects_fault(const struct objects *objects, const struct event *event)
{
	if (event->kind == EVENT_NEW)
		return objects_has(objects, event->object) ? FAULT_STILL_LIVE : FAULT_NONE;
	if (event->kind == EVENT_WEAK)
		return fault_of_weak(objects, event);
	if (event->kind == EVENT_REF || event->kind == EVENT_UNREF)
		return fault_of_reference(objects, event);
	if (event->kind == EVENT_WHEN)
		return fault_of_deed(objects, event);
	return FAULT_NONE;
}

/* ---- asking -------------------------------------------------------------------------------- */

void objects_forget(struct objects *objects)
{
	flat_empty(&objects->flat);
}

bool objects_has(const struct objects *objects, uint32_t object)
{
	return object_find(objects, object) != NONE;
}

static void describe(const struct objects *objects, uint32_t entry, struct counted *ret_counted)
{
	const struct object *object = at(objects, entry);

	assert(entry >= LISTS && object->serial != NONE);
	assert(object->count > 0 || objects->is_traced);
	*ret_counted = (struct counted){
		.object = object->id,
		.count = object->count,
		.by_program = object->by_program,
		.refers = object->refers,
		.generation = object->generation,
		.gc_refs = object->gc_refs,
		.collection = object->collection,
		.referent =
			object->referent == NONE ? OBJECT_NONE : at(objects, object->referent)->id,
		.size = object->size,
		.is_weak = object->flags & WEAK,
		.is_soft = object->flags & SOFT,
		.has_finalizer = object->flags & HAS_FINALIZER,
		.is_finalized = object->flags & FINALIZED,
	};
}

bool objects_counted(const struct objects *objects, uint32_t object, struct counted *ret_counted)
{
	uint32_t entry = object_find(objects, object);

	if (entry == NONE)
		return false;
	describe(objects, entry, ret_counted);
	return true;
}

bool objects_next(const struct objects *objects, uint32_t *cursor, struct counted *ret_counted)
{
	uint32_t entry = *cursor < LISTS ? LISTS : *cursor;

	while (entry < objects->entries.count && at(objects, entry)->serial == NONE)
		entry++;
	if (entry >= objects->entries.count)
		return false;
	describe(objects, entry, ret_counted);
	*cursor = entry + 1;
	return true;
}

bool objects_collector(const struct objects *objects, struct collector *ret_collector)
{
	if (!objects_are_there(objects))
		return false;
	*ret_collector = state_of(objects)->collector;
	return true;
}
