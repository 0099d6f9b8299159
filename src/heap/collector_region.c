/*
 * What a collection does with the objects that it looks at, its candidates: see
 * heap/objects_state.h. The functions have the names and the order of CPython's, so that the two
 * can be read side by side.
 */
#include "heap/objects_state.h"

#include "heap/collector_lists.h"
#include "heap/decisions.h"

#include <assert.h>

static void update_refs(struct objects *objects, uint32_t base)
{
	for (uint32_t entry = at(objects, base)->next; entry != base;
		entry = at(objects, entry)->next) {
		struct object *object = at(objects, entry);
		assert(object->count > 0 && (object->flags & TRACKED));
		object->gc_refs = object->count;
		object->collection = state_of(objects)->collector.collections;
		object->flags |= CANDIDATE;
	}
}

static void subtract_refs(struct objects *objects, uint32_t base)
{
	for (uint32_t entry = at(objects, base)->next; entry != base;
		entry = at(objects, entry)->next)
		for (uint32_t i = at(objects, entry)->first; i != NONE;
			i = reference_at(objects, i)->next) {
			struct object *to = at(objects, reference_at(objects, i)->to);
			/* CPython: "refcount is too small" */
			assert(!(to->flags & CANDIDATE) || to->gc_refs > 0);
			to->gc_refs -= (to->flags & CANDIDATE) != 0;
		}
}

static void tell_subtracted(struct objects *objects, uint32_t base)
{
	for (uint32_t entry = at(objects, base)->next; objects->log && entry != base;
		entry = at(objects, entry)->next) {
		const struct object *object = at(objects, entry);
		tell(objects, &decision_subtracted, object->id, object->count,
			object->count - object->gc_refs, object->gc_refs);
	}
}

/*
 * What a reachable object refers to is reachable; if it was set aside, it returns to the list to be
 * visited again.
 */
static void visit_reachable(struct objects *objects, uint32_t young, uint32_t from, uint32_t entry,
	bool is_logged)
{
	struct object *object = at(objects, entry);

	if (!(object->flags & CANDIDATE))
		return;
	if (is_logged && object->gc_refs == 0)
		tell(objects, &decision_rescued, object->id, at(objects, from)->id, 0, 0);
	assert(!(object->flags & TENTATIVE) || object->gc_refs == 0);
	if (object->flags & TENTATIVE) {
		object->flags &= ~(unsigned)TENTATIVE;
		list_move(objects, young, entry);
		object->gc_refs = 1;
	} else if (object->gc_refs == 0) {
		object->gc_refs = 1;
	}
}

static void move_unreachable(struct objects *objects, uint32_t young, uint32_t unreachable,
	bool is_logged)
{
	uint32_t next;

	assert(list_is_empty(objects, unreachable));
	for (uint32_t entry = at(objects, young)->next; entry != young; entry = next) {
		struct object *object = at(objects, entry);
		if (object->gc_refs == 0) {
			next = object->next;
			object->flags |= TENTATIVE;
			list_move(objects, unreachable, entry);
			continue;
		}
		for (uint32_t i = object->first; i != NONE; i = reference_at(objects, i)->next)
			visit_reachable(objects, young, entry, reference_at(objects, i)->to,
				is_logged);
		object->flags &= ~(unsigned)CANDIDATE;
		next = object->next; /* only now: more may have been appended */
	}
	for (uint32_t entry = at(objects, unreachable)->next; entry != unreachable;
		entry = at(objects, entry)->next)
		at(objects, entry)->flags &= ~(unsigned)TENTATIVE;
}

static void deduce_unreachable(struct objects *objects, uint32_t base, uint32_t unreachable,
	bool is_logged)
{
	update_refs(objects, base);
	subtract_refs(objects, base);
	if (is_logged)
		tell_subtracted(objects, base);
	move_unreachable(objects, base, unreachable, is_logged);
	for (uint32_t entry = at(objects, unreachable)->next; is_logged && entry != unreachable;
		entry = at(objects, entry)->next)
		tell(objects, &decision_unreachable, at(objects, entry)->id, 0, 0, 0);
}

/*
 * Clears a weak reference to an unreachable object. Its callback is due, unless it is unreachable
 * itself.
 */
static void clear_weak(struct objects *objects, uint32_t weak)
{
	weak_clear(objects, weak);
	if (at(objects, weak)->callback == NONE || (at(objects, weak)->flags & CANDIDATE))
		return;
	at(objects, weak)->count++;
	list_move(objects, LIST_CALLBACKS, weak);
}

/* Those that have callbacks. */
static void clear_called(struct objects *objects, uint32_t unreachable)
{
	uint32_t next;

	for (uint32_t entry = at(objects, unreachable)->next; entry != unreachable;
		entry = at(objects, entry)->next)
		for (uint32_t weak = at(objects, entry)->weak_first; weak != NONE; weak = next) {
			next = at(objects, weak)->weak_next;
			if (at(objects, weak)->callback != NONE)
				clear_weak(objects, weak);
		}
}

/* All weak references to unreachable objects, and those that are unreachable themselves. */
static void clear_weakrefs(struct objects *objects, uint32_t unreachable)
{
	for (uint32_t entry = at(objects, unreachable)->next; entry != unreachable;
		entry = at(objects, entry)->next) {
		if ((at(objects, entry)->flags & WEAK) && at(objects, entry)->referent != NONE)
			weak_clear(objects, entry);
		weak_cut_off(objects, entry);
		while (at(objects, entry)->weak_first != NONE)
			clear_weak(objects, at(objects, entry)->weak_first);
	}
}

/*
 * Weak references to unreachable objects are cleared before any finaliser is called, so that no
 * finalised object can be reached; with clears_late only those that have callbacks.
 */
static void handle_weakrefs(struct objects *objects, uint32_t unreachable, uint32_t old)
{
	if (objects->rules->clears_late)
		clear_called(objects, unreachable);
	else
		clear_weakrefs(objects, unreachable);
	while (!list_is_empty(objects, LIST_CALLBACKS)) {
		uint32_t weak = at(objects, LIST_CALLBACKS)->next;
		assert((at(objects, weak)->flags & WEAK) && at(objects, weak)->count > 0);
		weak_call_back(objects, weak);
		object_let_go(objects, weak);
		if (at(objects, LIST_CALLBACKS)->next == weak) {
			list_move(objects, old, weak);
			set_generation(objects, weak, old);
		}
	}
}

/*
 * true: a finaliser did something. Objects may die of it, so that always the first is taken, and
 * put aside.
 */
static bool finalize_garbage(struct objects *objects, uint32_t collectable)
{
	bool has_done = false;

	while (!list_is_empty(objects, collectable)) {
		uint32_t entry = at(objects, collectable)->next;
		list_move(objects, LIST_FINALIZED, entry);
		at(objects, entry)->count++;
		has_done |= object_finalize(objects, entry);
		object_let_go(objects, entry);
	}
	list_merge(objects, LIST_FINALIZED, collectable);
	return has_done;
}

/* check_garbage() of 3.8: one that can be reached again keeps all of them. */
static void handle_resurrected_all(struct objects *objects, uint32_t unreachable, uint32_t final,
	uint32_t old)
{
	bool is_kept = false;

	update_refs(objects, unreachable);
	subtract_refs(objects, unreachable);
	for (uint32_t entry = at(objects, unreachable)->next; entry != unreachable;
		entry = at(objects, entry)->next) {
		is_kept |= at(objects, entry)->gc_refs > 0;
		at(objects, entry)->flags &= ~(unsigned)CANDIDATE;
	}
	if (!is_kept) {
		list_merge(objects, unreachable, final);
		return;
	}
	take_list(objects, unreachable, old);
	for (uint32_t entry = at(objects, unreachable)->next; entry != unreachable;
		entry = at(objects, entry)->next)
		tell(objects, &decision_resurrected, at(objects, entry)->id, old,
			at(objects, entry)->by_program > 0 ? 1 : 2, 0);
	list_merge(objects, unreachable, old);
}

/* The objects that a resurrected object refers to are reachable again as well. */
static void handle_resurrected(struct objects *objects, uint32_t unreachable, uint32_t final,
	uint32_t old, bool is_logged)
{
	for (uint32_t entry = at(objects, unreachable)->next; entry != unreachable;
		entry = at(objects, entry)->next)
		at(objects, entry)->flags &= ~(unsigned)CANDIDATE;
	deduce_unreachable(objects, unreachable, final, is_logged);
	take_list(objects, unreachable, old);
	for (uint32_t entry = at(objects, unreachable)->next; entry != unreachable;
		entry = at(objects, entry)->next)
		tell(objects, &decision_resurrected, at(objects, entry)->id, old,
			at(objects, entry)->by_program > 0, 0);
	list_merge(objects, unreachable, old);
}

/* tp_clear() */
static void clear(struct objects *objects, uint32_t entry)
{
	if (at(objects, entry)->first != NONE)
		tell(objects, &decision_cleared, at(objects, entry)->id, at(objects, entry)->count,
			0, 0);
	while (at(objects, entry)->first != NONE) {
		uint32_t first = at(objects, entry)->first;
		uint32_t to = reference_at(objects, first)->to;
		reference_remove(objects, first);
		object_let_go_of(objects, to, at(objects, entry)->id);
	}
}

static void delete_garbage(struct objects *objects, uint32_t collectable, uint32_t old)
{
	while (!list_is_empty(objects, collectable)) {
		uint32_t entry = at(objects, collectable)->next;
		at(objects, entry)->count++;
		clear(objects, entry);
		object_let_go(objects, entry);
		if (at(objects, collectable)->next == entry) { /* it may die later */
			at(objects, entry)->flags &= ~(unsigned)CANDIDATE;
			list_move(objects, old, entry);
			set_generation(objects, entry, old);
		}
	}
}

/* gc_collect_region() */
uint32_t collector_collect_region(struct objects *objects, uint32_t from, uint32_t to,
	uint32_t generation)
{
	assert(list_is_empty(objects, LIST_UNREACHABLE) && list_is_empty(objects, LIST_FINAL));
	assert(list_is_empty(objects, LIST_CALLBACKS));
	deduce_unreachable(objects, from, LIST_UNREACHABLE, true);
	uint32_t survived = take_list(objects, from, to);
	if (from != to)
		list_merge(objects, from, to);
	tell(objects, &decision_survived, survived, to, objects->rules->is_incremental, 0);

	handle_weakrefs(objects, LIST_UNREACHABLE, to);
	bool has_done = finalize_garbage(objects, LIST_UNREACHABLE);
	if (objects->rules->resurrects_all)
		handle_resurrected_all(objects, LIST_UNREACHABLE, LIST_FINAL, to);
	else
		handle_resurrected(objects, LIST_UNREACHABLE, LIST_FINAL, to, has_done);
	if (objects->rules->clears_late)
		clear_weakrefs(objects, LIST_FINAL);
	uint32_t cleared = list_size(objects, LIST_FINAL);
	delete_garbage(objects, LIST_FINAL, to);
	tell(objects, &decision_collected, generation, cleared, 0, 0);
	assert(list_is_empty(objects, LIST_UNREACHABLE) && list_is_empty(objects, LIST_FINAL));
	assert(list_is_empty(objects, LIST_CALLBACKS));
	return survived;
}
