/*
 * See objects.h. The functions of the collector carry the names and the order of CPython's own, so
 * that one can be read beside the other: gc_collect_main() is collect(), and so on.
 *
 * The lists of the collector are rings through `next` and `prev`, each with a head that is an entry
 * without an object. Invariant: count = by_program + references to it (+ what an event holds on to
 * while it is applied).
 */
#include "heap/objects.h"

#include "heap/decisions.h"
#include "base/error.h"
#include "base/xalloc.h"
#include "flat/index.h"

#include <assert.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#define NONE UINT32_MAX

/* Heads of lists, the first entries.  The generations have their own numbers. */
enum { LIST_UNREACHABLE = GENERATIONS, LIST_FINAL, LIST_CALLBACKS, LISTS };

enum {
	TRACKED = 1 << 0,     /* in a list of the collector */
	COLLECTABLE = 1 << 1, /* born so that the collector may know it */
	WEAK = 1 << 2,
	HAS_FINALIZER = 1 << 3,
	RESURRECTS = 1 << 4, /* its finaliser will */
	FINALIZED = 1 << 5,
	CANDIDATE = 1 << 6,
	TENTATIVE = 1 << 7, /* a candidate with nothing left, so far */
	DYING = 1 << 8,
};

struct object {
	uint64_t size;
	uint32_t id; /* of a free entry: the next free one */
	uint32_t count;
	uint32_t by_program;
	uint32_t first, last; /* its references, in order; NONE: it has none */
	uint32_t next, prev;  /* in a list of the collector */
	uint32_t generation;
	uint32_t gc_refs;
	uint32_t collection;
	uint32_t referent;   /* of a weak reference; NONE: gone */
	uint32_t weak_first; /* weak references to it, the latest first */
	uint32_t weak_next, weak_prev;
	/* of a weak reference: who lets go of it, and the serial that one has; NONE: nobody */
	uint32_t told;
	uint32_t told_serial;
	uint32_t serial; /* by it callbacks know the object again; NONE: not live */
	uint32_t flags;
	uint32_t refers; /* references it has */
	uint32_t reserved;
};

struct reference {
	uint32_t from, to;
	uint32_t next, prev; /* of the same `from`; of a free one: the next free one */
	uint32_t serial;     /* references made before */
};

struct scalars {
	struct collector collector;
	uint32_t free_entry;
	uint32_t free_reference;
	uint32_t nreferences;
	uint32_t serials; /* given so far */
	uint32_t references_made;
	uint32_t collecting;
};

static struct scalars *scalars_of(const struct objects *objects)
{
	return objects->scalars.data;
}

static struct object *at(const struct objects *objects, uint32_t entry)
{
	return flat_at(&objects->entries, struct object, entry);
}

static struct reference *reference_at(const struct objects *objects, uint32_t number)
{
	return flat_at(&objects->references, struct reference, number);
}

static void tell(struct objects *objects, const struct decision_kind *kind, uint64_t a, uint64_t b,
	uint64_t c, uint64_t d)
{
	decision_add(objects->log, kind, a, b, c, d);
}

/* ---- life ---------------------------------------------------------------------------------- */

void objects_init(struct objects *objects)
{
	*objects = (struct objects){.listener = NULL};
	flat_add(&objects->flat, &objects->scalars, sizeof(struct scalars));
	flat_add(&objects->flat, &objects->entries, sizeof(struct object));
	flat_add(&objects->flat, &objects->by_id, sizeof(struct index_bucket));
	flat_add(&objects->flat, &objects->references, sizeof(struct reference));
	flat_add(&objects->flat, &objects->by_ends, sizeof(struct index_bucket));
}

void objects_finish(struct objects *objects)
{
	flat_finish(&objects->flat);
	array_finish(&objects->dying);
	array_finish(&objects->waiting);
}

static void list_init(struct objects *objects, uint32_t list)
{
	at(objects, list)->next = at(objects, list)->prev = list;
}

/* Programs without counted objects pay nothing. */
static void begin(struct objects *objects)
{
	static const uint32_t thresholds[GENERATIONS] = {700, 10, 10};

	if (objects_are_there(objects))
		return;
	flat_grow(&objects->scalars, 1);
	struct scalars *scalars = scalars_of(objects);
	scalars->free_entry = scalars->free_reference = NONE;
	scalars->collector.enabled = 1;
	memcpy(scalars->collector.thresholds, thresholds, sizeof(thresholds));
	index_grow(&objects->by_id);
	index_grow(&objects->by_ends);
	flat_grow(&objects->entries, LISTS);
	for (uint32_t list = 0; list < LISTS; list++) {
		at(objects, list)->serial = NONE;
		list_init(objects, list);
	}
}

/* ---- entries and references ---------------------------------------------------------------- */

static uint32_t find(const struct objects *objects, uint32_t id)
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

static uint32_t add_entry(struct objects *objects, uint32_t id)
{
	struct scalars *scalars = scalars_of(objects);
	uint32_t entry = scalars->free_entry;

	if (entry == NONE) {
		entry = (uint32_t)objects->entries.count;
		flat_grow(&objects->entries, 1);
	} else {
		scalars->free_entry = at(objects, entry)->id;
	}
	index_make_room(&objects->by_id, ++scalars->collector.counted);
	struct object *object = at(objects, entry);
	memset(object, 0, sizeof(*object));
	object->id = id;
	object->first = object->last = NONE;
	object->generation = GENERATION_NONE;
	object->referent = object->weak_first = object->weak_next = object->weak_prev = NONE;
	object->told = NONE;
	object->serial = scalars->serials++;
	index_put(&objects->by_id, index_hash(id), entry);
	return entry;
}

static void remove_entry(struct objects *objects, uint32_t entry)
{
	struct scalars *scalars = scalars_of(objects);
	struct object *object = at(objects, entry);

	index_remove(&objects->by_id, index_hash(object->id), entry);
	memset(object, 0, sizeof(*object));
	object->id = scalars->free_entry;
	object->serial = NONE;
	scalars->free_entry = entry;
	scalars->collector.counted--;
}

static uint32_t hash_of_ends(uint32_t from, uint32_t to)
{
	return index_hash((uint64_t)from << 32 | to);
}

static void add_reference(struct objects *objects, uint32_t from, uint32_t to)
{
	struct scalars *scalars = scalars_of(objects);
	struct object *object = at(objects, from);
	uint32_t number = scalars->free_reference;

	if (number == NONE) {
		number = (uint32_t)objects->references.count;
		flat_grow(&objects->references, 1);
	} else {
		scalars->free_reference = reference_at(objects, number)->next;
	}
	index_make_room(&objects->by_ends, ++scalars->nreferences);
	struct reference *reference = reference_at(objects, number);
	reference->from = from;
	reference->to = to;
	reference->next = NONE;
	reference->prev = object->last;
	reference->serial = scalars->references_made++;
	if (object->last == NONE)
		object->first = number;
	else
		reference_at(objects, object->last)->next = number;
	object->last = number;
	object->refers++;
	index_put(&objects->by_ends, hash_of_ends(from, to), number);
}

static void remove_reference(struct objects *objects, uint32_t number)
{
	struct scalars *scalars = scalars_of(objects);
	struct reference *reference = reference_at(objects, number);
	struct object *object = at(objects, reference->from);

	index_remove(&objects->by_ends, hash_of_ends(reference->from, reference->to), number);
	object->refers--;
	if (reference->prev == NONE)
		object->first = reference->next;
	else
		reference_at(objects, reference->prev)->next = reference->next;
	if (reference->next == NONE)
		object->last = reference->prev;
	else
		reference_at(objects, reference->next)->prev = reference->prev;
	memset(reference, 0, sizeof(*reference));
	reference->from = NONE;
	reference->next = scalars->free_reference;
	scalars->free_reference = number;
	scalars->nreferences--;
}

/* Of several references the one that was made first; NONE: there is none. */
static uint32_t find_reference(const struct objects *objects, uint32_t from, uint32_t to)
{
	uint32_t hash = hash_of_ends(from, to), number, found = NONE;

	for (size_t cell = index_first(&objects->by_ends, hash);
		index_slot(&objects->by_ends, &cell, hash, &number);
		cell = index_next(&objects->by_ends, cell)) {
		const struct reference *reference = reference_at(objects, number);
		if (reference->from == from && reference->to == to &&
			(found == NONE || reference->serial < reference_at(objects, found)->serial))
			found = number;
	}
	return found;
}

/* ---- lists of the collector ---------------------------------------------------------------- */

static bool list_is_empty(const struct objects *objects, uint32_t list)
{
	return at(objects, list)->next == list;
}

static void list_append(struct objects *objects, uint32_t list, uint32_t entry)
{
	struct object *head = at(objects, list), *object = at(objects, entry);

	object->next = list;
	object->prev = head->prev;
	at(objects, head->prev)->next = entry;
	head->prev = entry;
}

static void list_remove(struct objects *objects, uint32_t entry)
{
	struct object *object = at(objects, entry);

	at(objects, object->prev)->next = object->next;
	at(objects, object->next)->prev = object->prev;
}

static void list_move(struct objects *objects, uint32_t list, uint32_t entry)
{
	list_remove(objects, entry);
	list_append(objects, list, entry);
}

/* All of a list to the end of another one. */
static void list_merge(struct objects *objects, uint32_t from, uint32_t to)
{
	struct object *source = at(objects, from), *target = at(objects, to);

	if (list_is_empty(objects, from))
		return;
	at(objects, target->prev)->next = source->next;
	at(objects, source->next)->prev = target->prev;
	at(objects, source->prev)->next = to;
	target->prev = source->prev;
	list_init(objects, from);
}

static void set_generation(struct objects *objects, uint32_t entry, uint32_t generation)
{
	struct object *object = at(objects, entry);
	uint32_t *sizes = scalars_of(objects)->collector.sizes;

	if (object->generation != GENERATION_NONE)
		sizes[object->generation]--;
	if (generation != GENERATION_NONE)
		sizes[generation]++;
	object->generation = generation;
}

static void track(struct objects *objects, uint32_t entry)
{
	at(objects, entry)->flags |= TRACKED;
	list_append(objects, 0, entry);
	set_generation(objects, entry, 0);
}

static void untrack(struct objects *objects, uint32_t entry)
{
	if (!(at(objects, entry)->flags & TRACKED))
		return;
	list_remove(objects, entry);
	at(objects, entry)->flags &= ~(unsigned)(TRACKED | CANDIDATE | TENTATIVE);
	set_generation(objects, entry, GENERATION_NONE);
}

/* ---- death --------------------------------------------------------------------------------- */

static void run_deaths(struct objects *objects, size_t base);

/* Somebody lets go of an object. */
static void let_go(struct objects *objects, uint32_t entry)
{
	size_t base = objects->dying.count;

	if (--at(objects, entry)->count > 0)
		return;
	*array_push(&objects->dying) = entry;
	run_deaths(objects, base);
}

/* The same, and it is told who. */
static void let_go_of(struct objects *objects, uint32_t entry, uint32_t from)
{
	struct object *object = at(objects, entry);

	tell(objects, &decision_count_down, object->id, object->count - 1, from, 0);
	let_go(objects, entry);
}

/* The weak reference does not refer any more. */
static void cut(struct objects *objects, uint32_t weak)
{
	struct object *object = at(objects, weak);

	if (object->referent == NONE)
		return;
	if (object->weak_prev == NONE)
		at(objects, object->referent)->weak_first = object->weak_next;
	else
		at(objects, object->weak_prev)->weak_next = object->weak_next;
	if (object->weak_next != NONE)
		at(objects, object->weak_next)->weak_prev = object->weak_prev;
	object->referent = object->weak_next = object->weak_prev = NONE;
}

static void clear_weak(struct objects *objects, uint32_t weak)
{
	struct object *object = at(objects, weak);

	tell(objects, &decision_weak_cleared, object->id, at(objects, object->referent)->id, 0, 0);
	cut(objects, weak);
}

/*
 * Whom a callback finds by a weak reference of its own; NONE when that one is gone, or was
 * unreachable.
 */
static uint32_t told_by(const struct objects *objects, uint32_t weak)
{
	const struct object *object = at(objects, weak);
	const struct object *told = at(objects, object->told);

	return told->serial == object->told_serial ? object->told : NONE;
}

/* The callback of a weak reference, which is held: who is told lets go of it. */
static void call_back(struct objects *objects, uint32_t weak)
{
	struct object *object = at(objects, weak);
	uint32_t told = told_by(objects, weak);
	uint32_t reference = told == NONE ? NONE : find_reference(objects, told, weak);

	tell(objects, &decision_callback, object->id,
		told == NONE ? OBJECT_NONE : at(objects, told)->id, reference != NONE, 0);
	object->told = NONE;
	if (reference == NONE)
		return;
	remove_reference(objects, reference);
	let_go_of(objects, weak, at(objects, told)->id);
}

/* Weak references to it are cleared, those by which callbacks would find it, too. */
static void cut_off(struct objects *objects, uint32_t entry)
{
	at(objects, entry)->serial = scalars_of(objects)->serials++;
}

/*
 * PyObject_ClearWeakRefs(): all are cleared, then the callbacks called, the latest weak reference's
 * first.
 */
static void clear_weak_references(struct objects *objects, uint32_t entry)
{
	size_t base = objects->waiting.count;

	cut_off(objects, entry);
	while (at(objects, entry)->weak_first != NONE) {
		uint32_t weak = at(objects, entry)->weak_first;
		clear_weak(objects, weak);
		if (at(objects, weak)->told == NONE)
			continue;
		at(objects, weak)->count++;
		*array_push(&objects->waiting) = weak;
	}
	for (size_t i = base; i < objects->waiting.count; i++)
		call_back(objects, objects->waiting.items[i]);
	while (objects->waiting.count > base)
		let_go(objects, objects->waiting.items[--objects->waiting.count]);
}

/* Calls the finaliser, if it is due; the object is held.  true: the program refers to it again. */
static bool finalize(struct objects *objects, uint32_t entry)
{
	struct object *object = at(objects, entry);

	if (!(object->flags & HAS_FINALIZER) ||
		((object->flags & FINALIZED) && (object->flags & COLLECTABLE)))
		return false;
	object->flags |= FINALIZED;
	tell(objects, &decision_finalized, object->id, 0, 0, 0);
	if (!(object->flags & RESURRECTS))
		return false;
	object->flags &= ~(unsigned)RESURRECTS;
	object->by_program++;
	object->count++;
	objects->happened |= HAPPENED_RESURRECTED;
	return true;
}

/*
 * subtype_dealloc(), up to where it lets go of what it refers to. false: its finaliser has
 * resurrected it.
 */
static bool begin_death(struct objects *objects, uint32_t entry)
{
	struct object *object = at(objects, entry);

	untrack(objects, entry);
	if (finalize(objects, entry)) {
		if (object->flags & COLLECTABLE)
			track(objects, entry);
		tell(objects, &decision_resurrected, object->id, object->generation, 1, 0);
		return false;
	}
	clear_weak_references(objects, entry);
	object->flags |= DYING;
	return true;
}

/* Its memory is given back. */
static void end_death(struct objects *objects, uint32_t entry)
{
	const struct object *object = at(objects, entry);
	uint32_t id = object->id;
	uint32_t *young = &scalars_of(objects)->collector.counts[0];

	if ((object->flags & COLLECTABLE) && *young > 0)
		--*young;
	cut(objects, entry);
	tell(objects, &decision_died, id, object->size, 0, 0);
	objects->happened |= HAPPENED_DIED;
	remove_entry(objects, entry);
	objects->listener->died(objects->listener->user, id);
}

/*
 * An object is gone when all is gone that dies of what it lets go of: so CPython's nested calls
 * would have it.
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
		remove_reference(objects, first);
		tell(objects, &decision_count_down, at(objects, to)->id, at(objects, to)->count - 1,
			at(objects, entry)->id, 0);
		if (--at(objects, to)->count == 0)
			*array_push(&objects->dying) = to;
	}
}

/* ---- the collector ------------------------------------------------------------------------- */

static void update_refs(struct objects *objects, uint32_t base)
{
	for (uint32_t entry = at(objects, base)->next; entry != base;
		entry = at(objects, entry)->next) {
		struct object *object = at(objects, entry);
		object->gc_refs = object->count;
		object->collection = scalars_of(objects)->collector.collections;
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
 * What a reachable object refers to is reachable; if it was put aside it comes back, to be looked
 * at again.
 */
static void visit_reachable(struct objects *objects, uint32_t young, uint32_t from, uint32_t entry,
	bool is_told)
{
	struct object *object = at(objects, entry);

	if (!(object->flags & CANDIDATE))
		return;
	if (is_told && object->gc_refs == 0)
		tell(objects, &decision_rescued, object->id, at(objects, from)->id, 0, 0);
	if (object->flags & TENTATIVE) {
		object->flags &= ~(unsigned)TENTATIVE;
		list_move(objects, young, entry);
		object->gc_refs = 1;
	} else if (object->gc_refs == 0) {
		object->gc_refs = 1;
	}
}

static void move_unreachable(struct objects *objects, uint32_t young, uint32_t unreachable,
	bool is_told)
{
	uint32_t next;

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
				is_told);
		object->flags &= ~(unsigned)CANDIDATE;
		next = object->next; /* now: others may have come behind it */
	}
	for (uint32_t entry = at(objects, unreachable)->next; entry != unreachable;
		entry = at(objects, entry)->next)
		at(objects, entry)->flags &= ~(unsigned)TENTATIVE;
}

static void deduce_unreachable(struct objects *objects, uint32_t base, uint32_t unreachable,
	bool is_told)
{
	update_refs(objects, base);
	subtract_refs(objects, base);
	if (is_told)
		tell_subtracted(objects, base);
	move_unreachable(objects, base, unreachable, is_told);
	for (uint32_t entry = at(objects, unreachable)->next; is_told && entry != unreachable;
		entry = at(objects, entry)->next)
		tell(objects, &decision_unreachable, at(objects, entry)->id, 0, 0, 0);
}

/* The members of a list belong to that generation now; gives how many there are. */
static uint32_t take_list(struct objects *objects, uint32_t list, uint32_t generation)
{
	uint32_t n = 0;

	for (uint32_t entry = at(objects, list)->next; entry != list;
		entry = at(objects, entry)->next, n++)
		set_generation(objects, entry, generation);
	return n;
}

/*
 * Weak references to unreachable objects are cleared before any finaliser is called, so that nobody
 * gets hold of one that was finalised; callbacks of weak references that are unreachable themselves
 * are not called.
 */
static void handle_weakrefs(struct objects *objects, uint32_t unreachable, uint32_t old)
{
	for (uint32_t entry = at(objects, unreachable)->next; entry != unreachable;
		entry = at(objects, entry)->next) {
		if ((at(objects, entry)->flags & WEAK) && at(objects, entry)->referent != NONE)
			clear_weak(objects, entry);
		cut_off(objects, entry);
		while (at(objects, entry)->weak_first != NONE) {
			uint32_t weak = at(objects, entry)->weak_first;
			clear_weak(objects, weak);
			if (at(objects, weak)->told == NONE ||
				(at(objects, weak)->flags & CANDIDATE))
				continue;
			at(objects, weak)->count++;
			list_move(objects, LIST_CALLBACKS, weak);
		}
	}
	while (!list_is_empty(objects, LIST_CALLBACKS)) {
		uint32_t weak = at(objects, LIST_CALLBACKS)->next;
		call_back(objects, weak);
		let_go(objects, weak);
		if (at(objects, LIST_CALLBACKS)->next == weak) {
			list_move(objects, old, weak);
			set_generation(objects, weak, old);
		}
	}
}

/* true: one or more were resurrected. */
static bool finalize_garbage(struct objects *objects, uint32_t collectable)
{
	bool resurrected = false;

	for (uint32_t entry = at(objects, collectable)->next; entry != collectable;
		entry = at(objects, entry)->next)
		resurrected |= finalize(objects, entry);
	return resurrected;
}

/* Those that a resurrected object refers to are reachable again, too. */
static void handle_resurrected(struct objects *objects, uint32_t unreachable, uint32_t final,
	uint32_t old, bool is_told)
{
	for (uint32_t entry = at(objects, unreachable)->next; entry != unreachable;
		entry = at(objects, entry)->next)
		at(objects, entry)->flags &= ~(unsigned)CANDIDATE;
	deduce_unreachable(objects, unreachable, final, is_told);
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
		tell(objects, &decision_cleared, at(objects, entry)->id, 0, 0, 0);
	while (at(objects, entry)->first != NONE) {
		uint32_t first = at(objects, entry)->first;
		uint32_t to = reference_at(objects, first)->to;
		remove_reference(objects, first);
		let_go_of(objects, to, at(objects, entry)->id);
	}
}

static void delete_garbage(struct objects *objects, uint32_t collectable, uint32_t old)
{
	while (!list_is_empty(objects, collectable)) {
		uint32_t entry = at(objects, collectable)->next;
		at(objects, entry)->count++;
		clear(objects, entry);
		let_go(objects, entry);
		if (at(objects, collectable)->next == entry) { /* it may die later */
			at(objects, entry)->flags &= ~(unsigned)CANDIDATE;
			list_move(objects, old, entry);
			set_generation(objects, entry, old);
		}
	}
}

static uint32_t list_size(const struct objects *objects, uint32_t list)
{
	uint32_t n = 0;

	for (uint32_t entry = at(objects, list)->next; entry != list;
		entry = at(objects, entry)->next)
		n++;
	return n;
}

/* gc_collect_main() */
static void collect(struct objects *objects, uint32_t generation)
{
	struct collector *collector = &scalars_of(objects)->collector;
	uint32_t young = generation,
		 old = generation + 1 < GENERATIONS ? generation + 1 : generation;

	scalars_of(objects)->collecting = 1;
	objects->happened |= HAPPENED_COLLECTED;
	collector->collections++;
	if (generation + 1 < GENERATIONS)
		collector->counts[generation + 1]++;
	for (uint32_t i = 0; i <= generation; i++)
		collector->counts[i] = 0;
	for (uint32_t i = 0; i < generation; i++)
		list_merge(objects, i, young);
	tell(objects, &decision_collect, generation, list_size(objects, young), 0, 0);

	deduce_unreachable(objects, young, LIST_UNREACHABLE, true);
	uint32_t survived = take_list(objects, young, old);
	if (generation + 2 == GENERATIONS)
		collector->pending += survived;
	if (young != old) {
		list_merge(objects, young, old);
	} else {
		collector->pending = 0;
		collector->long_lived = survived;
	}
	tell(objects, &decision_survived, survived, old, 0, 0);

	handle_weakrefs(objects, LIST_UNREACHABLE, old);
	bool resurrected = finalize_garbage(objects, LIST_UNREACHABLE);
	handle_resurrected(objects, LIST_UNREACHABLE, LIST_FINAL, old, resurrected);
	uint32_t cleared = list_size(objects, LIST_FINAL);
	delete_garbage(objects, LIST_FINAL, old);
	tell(objects, &decision_collected, generation, cleared, 0, 0);
	scalars_of(objects)->collecting = 0;
}

/* gc_collect_generations(): the oldest generation that is due, and the younger ones with it. */
static void collect_generations(struct objects *objects)
{
	const struct collector *collector = &scalars_of(objects)->collector;

	for (uint32_t i = GENERATIONS; i-- > 0;) {
		if (collector->counts[i] <= collector->thresholds[i])
			continue;
		if (i + 1 == GENERATIONS && collector->pending < collector->long_lived / 4) {
			tell(objects, &decision_collect_put_off, collector->pending,
				collector->long_lived, 0, 0);
			continue;
		}
		tell(objects, &decision_collect_due, i, collector->counts[i],
			collector->thresholds[i], 0);
		collect(objects, i);
		break;
	}
}

/* _PyObject_GC_Alloc(): the new object is counted, but not in a list yet. */
static void count_allocation(struct objects *objects)
{
	struct collector *collector = &scalars_of(objects)->collector;

	collector->counts[0]++;
	if (collector->counts[0] > collector->thresholds[0] && collector->enabled &&
		collector->thresholds[0] && !scalars_of(objects)->collecting)
		collect_generations(objects);
}

/* ---- events -------------------------------------------------------------------------------- */

static uint32_t bring_to_life(struct objects *objects, const struct event *event, unsigned flags)
{
	if (flags & COLLECTABLE)
		count_allocation(objects);
	uint32_t entry = add_entry(objects, event->object);
	struct object *object = at(objects, entry);

	object->size = event->size;
	object->count = object->by_program = 1;
	object->flags = flags;
	if (flags & COLLECTABLE)
		track(objects, entry);
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
	uint32_t to = find(objects, event->object);

	at(objects, to)->count++;
	if (event->other == OBJECT_NONE)
		at(objects, to)->by_program++;
	else
		add_reference(objects, find(objects, event->other), to);
	tell(objects, &decision_count_up, event->object, at(objects, to)->count, event->other, 0);
}

static void apply_unref(struct objects *objects, const struct event *event)
{
	uint32_t to = find(objects, event->object);

	if (event->other == OBJECT_NONE)
		at(objects, to)->by_program--;
	else
		remove_reference(objects, find_reference(objects, find(objects, event->other), to));
	let_go_of(objects, to, event->other);
}

/* What it refers to is held while it is made: else a collection that begins then could free it. */
static void apply_weak(struct objects *objects, const struct event *event)
{
	uint32_t to = find(objects, event->other);

	at(objects, to)->count++;
	uint32_t entry = bring_to_life(objects, event, COLLECTABLE | WEAK);
	struct object *weak = at(objects, entry), *object = at(objects, to);
	uint32_t told = find(objects, event->told);

	weak->referent = to;
	weak->weak_next = object->weak_first;
	if (object->weak_first != NONE)
		at(objects, object->weak_first)->weak_prev = entry;
	object->weak_first = entry;
	if (told != NONE) {
		weak->told = told;
		weak->told_serial = at(objects, told)->serial;
	}
	tell(objects, &decision_weak_made, weak->id, object->id, object->count - 1, 0);
	let_go(objects, to);
}

static void apply_collect(struct objects *objects, const struct event *event)
{
	collect(objects, (uint32_t)event->size);
}

static void apply_gc(struct objects *objects, const struct event *event)
{
	struct collector *collector = &scalars_of(objects)->collector;

	if (event->other == GC_THRESHOLDS) {
		collector->thresholds[0] = (uint32_t)event->size;
		memcpy(&collector->thresholds[1], event->older, sizeof(event->older));
	} else {
		collector->enabled = event->other == GC_ON;
	}
	tell(objects, &decision_gc_set, event->other, collector->thresholds[0],
		collector->thresholds[1], collector->thresholds[2]);
}

static void (*const handlers[])(struct objects *objects, const struct event *event) = {
	[EVENT_NEW - EVENT_NEW] = apply_new,
	[EVENT_REF - EVENT_NEW] = apply_ref,
	[EVENT_UNREF - EVENT_NEW] = apply_unref,
	[EVENT_WEAK - EVENT_NEW] = apply_weak,
	[EVENT_COLLECT - EVENT_NEW] = apply_collect,
	[EVENT_GC - EVENT_NEW] = apply_gc,
};
static_assert(sizeof(handlers) / sizeof(*handlers) == EVENT_KIND_COUNT - EVENT_NEW,
	"every kind is handled");

uint32_t objects_apply(struct objects *objects, const struct event *event,
	const struct objects_listener *listener, struct decision_log *log)
{
	begin(objects);
	objects->listener = listener;
	objects->log = log;
	objects->happened = 0;
	handlers[event->kind - EVENT_NEW](objects, event);
	objects->log = NULL;
	return objects->happened;
}

static enum fault fault_of_reference(const struct objects *objects, const struct event *event)
{
	uint32_t to = find(objects, event->object), from = find(objects, event->other);

	if (to == NONE || (from == NONE && event->other != OBJECT_NONE))
		return FAULT_NO_OBJECT;
	if (from != NONE && (at(objects, from)->flags & WEAK))
		return FAULT_WEAK_BOUND;
	if (event->kind == EVENT_REF)
		return FAULT_NONE;
	bool is_there = from == NONE ? at(objects, to)->by_program > 0
				     : find_reference(objects, from, to) != NONE;
	return is_there ? FAULT_NONE : FAULT_NO_REFERENCE;
}

static enum fault fault_of_weak(const struct objects *objects, const struct event *event)
{
	uint32_t to = find(objects, event->other);

	if (objects_has(objects, event->object))
		return FAULT_STILL_LIVE;
	if (to == NONE || (event->told != OBJECT_NONE && !objects_has(objects, event->told)))
		return FAULT_NO_OBJECT;
	return at(objects, to)->flags & WEAK ? FAULT_WEAK_BOUND : FAULT_NONE;
}

enum fault objects_fault(const struct objects *objects, const struct event *event)
{
	if (event->kind == EVENT_NEW)
		return objects_has(objects, event->object) ? FAULT_STILL_LIVE : FAULT_NONE;
	if (event->kind == EVENT_WEAK)
		return fault_of_weak(objects, event);
	if (event->kind == EVENT_REF || event->kind == EVENT_UNREF)
		return fault_of_reference(objects, event);
	return FAULT_NONE;
}

/* ---- asking -------------------------------------------------------------------------------- */

bool objects_has(const struct objects *objects, uint32_t object)
{
	return find(objects, object) != NONE;
}

static void describe(const struct objects *objects, uint32_t entry, struct counted *ret_counted)
{
	const struct object *object = at(objects, entry);

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
		.has_finalizer = object->flags & HAS_FINALIZER,
		.is_finalized = object->flags & FINALIZED,
	};
}

bool objects_counted(const struct objects *objects, uint32_t object, struct counted *ret_counted)
{
	uint32_t entry = find(objects, object);

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

size_t objects_references(const struct objects *objects, uint32_t object, size_t from,
	uint32_t *ret_objects, size_t n)
{
	uint32_t entry = find(objects, object);
	size_t count = 0;

	for (uint32_t i = entry == NONE ? NONE : at(objects, entry)->first; i != NONE && count < n;
		i = reference_at(objects, i)->next) {
		if (from > 0)
			from--;
		else
			ret_objects[count++] = at(objects, reference_at(objects, i)->to)->id;
	}
	return count;
}

size_t objects_referrers(const struct objects *objects, uint32_t object, uint32_t *ret_objects,
	size_t n)
{
	uint32_t entry = find(objects, object);
	size_t count = 0;

	for (size_t i = 0; entry != NONE && i < objects->references.count && count < n; i++) {
		const struct reference *reference = reference_at(objects, (uint32_t)i);
		if (reference->from != NONE && reference->to == entry)
			ret_objects[count++] = at(objects, reference->from)->id;
	}
	for (uint32_t weak = entry == NONE ? NONE : at(objects, entry)->weak_first;
		weak != NONE && count < n; weak = at(objects, weak)->weak_next)
		ret_objects[count++] = at(objects, weak)->id;
	return count;
}

static void reach(uint8_t *is_reached, uint32_t *todo, size_t *ntodo, uint32_t entry)
{
	if (is_reached[entry])
		return;
	is_reached[entry] = 1;
	todo[(*ntodo)++] = entry;
}

size_t objects_out_of_reach(const struct objects *objects, uint32_t *ret_objects, size_t n)
{
	size_t count = objects->entries.count, ntodo = 0, found = 0;
	uint8_t *is_reached = xcalloc(count + 1, sizeof(*is_reached));
	uint32_t *todo = xcalloc(count + 1, sizeof(*todo));

	for (uint32_t entry = LISTS; entry < count; entry++)
		if (at(objects, entry)->serial != NONE && at(objects, entry)->by_program > 0)
			reach(is_reached, todo, &ntodo, entry);
	while (ntodo > 0)
		for (uint32_t i = at(objects, todo[--ntodo])->first; i != NONE;
			i = reference_at(objects, i)->next)
			reach(is_reached, todo, &ntodo, reference_at(objects, i)->to);
	for (uint32_t entry = LISTS; entry < count; entry++)
		if (at(objects, entry)->serial != NONE && !is_reached[entry] && found++ < n)
			ret_objects[found - 1] = at(objects, entry)->id;
	free(is_reached);
	free(todo);
	return found;
}

bool objects_collector(const struct objects *objects, struct collector *ret_collector)
{
	if (!objects_are_there(objects))
		return false;
	*ret_collector = scalars_of(objects)->collector;
	return true;
}

/* ---- checking ------------------------------------------------------------------------------ */

static int check_lists(const struct objects *objects, uint32_t *tracked, struct error *err)
{
	for (uint32_t list = 0; list < LISTS; list++) {
		uint32_t n = 0;
		for (uint32_t entry = at(objects, list)->next; entry != list;
			entry = at(objects, entry)->next, n++) {
			const struct object *object = at(objects, entry);
			if (at(objects, object->next)->prev != entry ||
				at(objects, object->prev)->next != entry)
				return error_set(err,
					"object %" PRIu32 " is not linked to both sides",
					object->id);
			if (object->generation != list || !(object->flags & TRACKED))
				return error_set(err,
					"object %" PRIu32 " is in another generation's list",
					object->id);
		}
		if (list < GENERATIONS ? n != scalars_of(objects)->collector.sizes[list] : n != 0)
			return error_set(err, "list %" PRIu32 " has %" PRIu32 " objects", list, n);
		*tracked += n;
	}
	return 0;
}

static int check_object(const struct objects *objects, uint32_t entry, const uint32_t *referred,
	struct error *err)
{
	const struct object *object = at(objects, entry);

	if (find(objects, object->id) != entry)
		return error_set(err, "object %" PRIu32 " is not found", object->id);
	if (object->count == 0 || object->count != object->by_program + referred[entry])
		return error_set(err,
			"object %" PRIu32 ": its count is %" PRIu32 ", and %" PRIu32 " refer to it",
			object->id, object->count, object->by_program + referred[entry]);
	for (uint32_t weak = object->weak_first; weak != NONE; weak = at(objects, weak)->weak_next)
		if (at(objects, weak)->referent != entry || !(at(objects, weak)->flags & WEAK))
			return error_set(err,
				"object %" PRIu32 ": what refers weakly to it does not",
				object->id);
	if (object->flags & (CANDIDATE | TENTATIVE | DYING))
		return error_set(err, "object %" PRIu32 " is between two states", object->id);
	return 0;
}

int objects_check(const struct objects *objects, struct error *err)
{
	uint32_t tracked = 0, live = 0, references = 0;
	int result = 0;

	if (!objects_are_there(objects))
		return 0;
	uint32_t *referred = xcalloc(objects->entries.count, sizeof(*referred));
	uint32_t *refers = xcalloc(objects->entries.count, sizeof(*refers));
	for (size_t i = 0; i < objects->references.count; i++) {
		const struct reference *reference = reference_at(objects, (uint32_t)i);
		if (reference->from == NONE)
			continue;
		references++;
		referred[reference->to]++;
		refers[reference->from]++;
	}
	for (uint32_t entry = LISTS; result == 0 && entry < objects->entries.count; entry++) {
		if (at(objects, entry)->serial == NONE)
			continue;
		live++;
		tracked += (at(objects, entry)->flags & TRACKED) != 0;
		result = check_object(objects, entry, referred, err);
		if (result == 0 && at(objects, entry)->refers != refers[entry])
			result = error_set(err,
				"object %" PRIu32 " does not know how many it refers to",
				at(objects, entry)->id);
	}
	uint32_t listed = 0;
	if (result == 0)
		result = check_lists(objects, &listed, err);
	if (result == 0 && (live != scalars_of(objects)->collector.counted || listed != tracked ||
				   references != scalars_of(objects)->nreferences))
		result = error_set(err, "the objects do not add up");
	free(referred);
	free(refers);
	return result;
}
