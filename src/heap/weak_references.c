/* Weak references and their callbacks: see heap/objects_state.h. */
#include "heap/objects_state.h"

#include "heap/decisions.h"

#include <assert.h>

/* Unlinks the weak reference from its referent. */
void weak_cut(struct objects *objects, uint32_t weak)
{
	struct object *object = at(objects, weak);

	if (object->referent == NONE)
		return;
	assert(object->flags & WEAK);
	assert(object->weak_prev == NONE ? at(objects, object->referent)->weak_first == weak
					 : at(objects, object->weak_prev)->weak_next == weak);
	assert(object->weak_next == NONE || at(objects, object->weak_next)->weak_prev == weak);
	if (object->weak_prev == NONE)
		at(objects, object->referent)->weak_first = object->weak_next;
	else
		at(objects, object->weak_prev)->weak_next = object->weak_next;
	if (object->weak_next != NONE)
		at(objects, object->weak_next)->weak_prev = object->weak_prev;
	object->referent = object->weak_next = object->weak_prev = NONE;
}

uint32_t soft_referent(const struct objects *objects, uint32_t entry)
{
	const struct object *object = at(objects, entry);

	return (object->flags & SOFT) ? object->referent : NONE;
}

/* Grows with the weak references to the object. */
bool soft_keeps(const struct objects *objects, uint32_t entry)
{
	uint32_t weak = at(objects, entry)->weak_first;

	while (weak != NONE && !(at(objects, weak)->flags & SOFT))
		weak = at(objects, weak)->weak_next;
	return weak != NONE;
}

uint32_t objects_softly(const struct objects *objects, uint32_t object)
{
	uint32_t entry = object_find(objects, object);
	uint32_t to = entry == NONE ? NONE : soft_referent(objects, entry);

	return to == NONE ? OBJECT_NONE : at(objects, to)->id;
}

bool objects_have_soft(const struct objects *objects)
{
	for (uint32_t entry = 0; entry < objects->entries.count; entry++)
		if (at(objects, entry)->serial != NONE && soft_referent(objects, entry) != NONE)
			return true;
	return false;
}

void weak_clear(struct objects *objects, uint32_t weak)
{
	struct object *object = at(objects, weak);

	assert((object->flags & WEAK) && object->referent != NONE);
	tell(objects, &decision_weak_cleared, object->id, at(objects, object->referent)->id,
		(object->flags & SOFT) != 0, 0);
	weak_cut(objects, weak);
}

/*
 * The object that a callback reaches through its own weak reference; NONE when it is gone or was
 * unreachable.
 */
static uint32_t callback_of(const struct objects *objects, uint32_t weak)
{
	const struct object *object = at(objects, weak);
	const struct object *callback = at(objects, object->callback);

	return callback->serial == object->callback_serial ? object->callback : NONE;
}

/* Tells that it was dropped while its callback holds it, which is one of its count. */
static void tell_dropped(struct objects *objects, uint32_t weak, uint32_t from)
{
	const struct object *object = at(objects, weak);

	assert(object->count > 1);
	if (objects->is_traced) /* there, only references are counted */
		tell(objects, &decision_dropped, object->id, object->count - 2, from,
			soft_keeps(objects, weak));
	else
		tell(objects, &decision_count_down, object->id, object->count - 1, from, 1);
}

/* Calls the callback of a weak reference, which is held: the listener drops the reference. */
void weak_call_back(struct objects *objects, uint32_t weak)
{
	struct object *object = at(objects, weak);
	uint32_t callback = callback_of(objects, weak);
	uint32_t reference = callback == NONE ? NONE : reference_find(objects, callback, weak);
	/* It was cleared, and is held. */
	assert(object->referent == NONE && object->callback != NONE && object->count > 0);

	tell(objects, &decision_callback, object->id,
		callback == NONE ? OBJECT_NONE : at(objects, callback)->id, reference != NONE, 0);
	object->callback = NONE;
	if (reference != NONE) {
		reference_remove(objects, reference);
		tell_dropped(objects, weak, at(objects, callback)->id);
		object_let_go(objects, weak);
	}
	deeds_do(objects, weak);
}

/* Clears weak references to it, including those through which callbacks would find it. */
void weak_cut_off(struct objects *objects, uint32_t entry)
{
	at(objects, entry)->serial = state_of(objects)->serials++;
}

/*
 * PyObject_ClearWeakRefs(): all are cleared, then the callbacks called, the latest weak reference's
 * first.
 */
void weak_clear_all(struct objects *objects, uint32_t entry)
{
	size_t base = objects->waiting.count;

	weak_cut_off(objects, entry);
	while (at(objects, entry)->weak_first != NONE) {
		uint32_t weak = at(objects, entry)->weak_first;
		weak_clear(objects, weak);
		if (at(objects, weak)->callback == NONE)
			continue;
		at(objects, weak)->count++;
		*array_push(&objects->waiting) = weak;
	}
	for (size_t i = base; i < objects->waiting.count; i++)
		weak_call_back(objects, objects->waiting.items[i]);
	assert(at(objects, entry)->weak_first == NONE);
	while (objects->waiting.count > base)
		object_let_go(objects, objects->waiting.items[--objects->waiting.count]);
}
