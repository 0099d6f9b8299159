/* Counts that fall to 0, and the deaths that follow: see heap/objects_state.h. */
#include "heap/objects_state.h"

#include "heap/decisions.h"

#include <assert.h>

static void run_deaths(struct objects *objects, size_t base);

/* It is called once in the life of an object of the collector, and each time for others. */
static bool finalizer_is_due(const struct object *object)
{
	return (object->flags & HAS_FINALIZER) &&
	       !((object->flags & FINALIZED) && (object->flags & COLLECTABLE));
}

/* What decision_count_down has of an object that a finaliser may keep alive. */
static uint64_t due_at_0(const struct object *object)
{
	return finalizer_is_due(object) ? 2 : 0;
}

void object_let_go(struct objects *objects, uint32_t entry)
{
	size_t base = objects->dying.count;

	assert(entry >= LISTS && at(objects, entry)->count > at(objects, entry)->by_program);
	if (--at(objects, entry)->count > 0 || objects->is_traced)
		return;
	*array_push(&objects->dying) = entry;
	run_deaths(objects, base);
}

/* The same, with a decision that names the object that dropped it. */
void object_let_go_of(struct objects *objects, uint32_t entry, uint32_t from)
{
	struct object *object = at(objects, entry);

	tell(objects, objects->is_traced ? &decision_dropped : &decision_count_down, object->id,
		object->count - 1, from,
		objects->is_traced ? soft_keeps(objects, entry) : due_at_0(object));
	object_let_go(objects, entry);
}

/* A finaliser that the drop calls may let the program drop `from` as well. */
void object_drop_reference(struct objects *objects, uint32_t from, uint32_t to)
{
	at(objects, from)->count++;
	reference_remove(objects, reference_find(objects, from, to));
	object_let_go_of(objects, to, at(objects, from)->id);
	object_let_go(objects, from);
}

bool object_finalize(struct objects *objects, uint32_t entry)
{
	struct object *object = at(objects, entry);

	if (!finalizer_is_due(object))
		return false;
	object->flags |= FINALIZED;
	tell(objects, &decision_finalized, object->id, 0, 0, 0);
	bool resurrects = object->flags & RESURRECTS;
	if (resurrects) {
		object->flags &= ~(unsigned)RESURRECTS;
		object_hold(objects, entry);
		object->count++;
		objects->happened |= HAPPENED_RESURRECTED;
	}
	bool has_done = deeds_do(objects, entry);
	return resurrects || has_done;
}

/*
 * subtype_dealloc(), up to where it drops its references. false: its finaliser has resurrected it.
 */
static bool begin_death(struct objects *objects, uint32_t entry)
{
	struct object *object = at(objects, entry);

	assert(object->count == 0 && object->by_program == 0);
	collector_untrack(objects, entry);
	object->count++; /* PyObject_CallFinalizerFromDealloc() holds it */
	object_finalize(objects, entry);
	if (--object->count > 0) {
		objects->happened |= HAPPENED_RESURRECTED;
		if (object->flags & COLLECTABLE)
			collector_track(objects, entry);
		tell(objects, &decision_resurrected, object->id, object->generation, 1, 0);
		return false;
	}
	weak_clear_all(objects, entry);
	assert(object->count == 0 && object->weak_first == NONE); /* callbacks do not revive it */
	object->flags |= DYING;
	return true;
}

/* Frees its memory. */
static void end_death(struct objects *objects, uint32_t entry)
{
	const struct object *object = at(objects, entry);
	uint32_t id = object->id;
	uint32_t *young = &state_of(objects)->collector.counts[0];
	assert((object->flags & DYING) && object->first == NONE);

	if ((object->flags & COLLECTABLE) && *young > 0)
		--*young;
	weak_cut(objects, entry);
	deeds_forget(objects, entry);
	tell(objects, &decision_died, id, object->size, 0, 0);
	objects->happened |= HAPPENED_DIED;
	object_remove(objects, entry);
	objects->listener->died(objects->listener->user, id);
}

/*
 * An object is freed once everything that dies with its references is freed: the order of CPython's
 * nested calls.
 */
static void run_deaths(struct objects *objects, size_t base)
{
	while (objects->dying.count > base) {
		uint32_t entry = objects->dying.items[objects->dying.count - 1];
		if (!(at(objects, entry)->flags & DYING) && !begin_death(objects, entry)) {
			objects->dying.count--;
			continue;
		}
		uint32_t first = at(objects, entry)->first;
		if (first == NONE) {
			objects->dying.count--;
			end_death(objects, entry);
			continue;
		}
		uint32_t to = reference_at(objects, first)->to;
		assert(at(objects, to)->count > at(objects, to)->by_program);
		reference_remove(objects, first);
		tell(objects, &decision_count_down, at(objects, to)->id, at(objects, to)->count - 1,
			at(objects, entry)->id, due_at_0(at(objects, to)));
		if (--at(objects, to)->count == 0)
			*array_push(&objects->dying) = to;
	}
}
