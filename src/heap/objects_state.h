/*
 * What the modules of the counted objects share; others see heap/objects.h.
 *
 *	objects.c           entries by identity, the events, questions
 *	references.c        which object refers to which
 *	variables.c         which objects the program refers to
 *	weak_references.c   weak references and their callbacks
 *	deeds.c             what finalisers and callbacks do
 *	deaths.c            counts that fall to 0, finalisers
 *	collector.c         generations, and when they are collected
 *	collector_region.c  what only a collection finds
 *	collector_lists.c   its lists
 *	increments.c        the collector of 3.14.0, which looks at parts
 *	objects_check.c     all of it against each other
 *
 * The lists of the collector are rings through `next` and `prev`, each with a head that is an entry
 * without an object. Invariant: count = by_program + references to it (+ references held while an
 * event is applied).
 */
#ifndef HEAP_OBJECTS_STATE_H
#define HEAP_OBJECTS_STATE_H

#include "heap/collector_rules.h"
#include "heap/decisions.h"
#include "heap/objects.h"

#define NONE UINT32_MAX

/* Heads of lists, the first entries.  The generations have their own numbers. */
enum {
	LIST_FROZEN = GENERATION_FROZEN,
	LIST_UNREACHABLE,
	LIST_FINAL,
	LIST_CALLBACKS,
	LIST_FINALIZED, /* those of LIST_UNREACHABLE whose turn was */
	LIST_REACHED,   /* marked, but what they refer to is not yet */
	LIST_INCREMENT,
	LISTS
};

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
	SOFT = 1 << 9, /* WEAK, and traced: it keeps its object while there is memory */
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
	uint32_t callback;
	uint32_t callback_serial;
	uint32_t serial; /* by it callbacks know the object again; NONE: not live */
	uint32_t flags;
	uint32_t refers; /* references it has */
	uint32_t deed;   /* the first that its finaliser does, or its callback; NONE: none */
	uint32_t born;   /* the serial that it had first: deeds know it by this one */
	/* if the program refers to it: the one before and after it, the latest first */
	uint32_t held_next, held_prev;
	uint32_t reserved;
};

/* Of a reference, whose ends are known by when they were born. */
struct deed {
	uint32_t from, from_born; /* NONE: the program */
	uint32_t to, to_born;
	uint32_t makes; /* 1: a reference; 0: drops one */
	uint32_t owner; /* whose finaliser or callback does it */
	uint32_t next;  /* of the same object; of a free one: the next free one */
};

struct reference {
	uint32_t from, to;
	uint32_t next, prev; /* of the same `from`; of a free one: the next free one */
	uint32_t serial;     /* references made before */
	/*
	 * of the same two objects, in the order they were made; the first one is in `by_ends` and
	 * knows the last
	 */
	uint32_t twin_next, twin_prev, twin_last;
};

struct objects_state {
	struct collector collector;
	uint32_t free_entry;
	uint32_t free_reference;
	uint32_t nreferences;
	uint32_t serials; /* given so far */
	uint32_t references_made;
	uint32_t collecting;
	uint32_t is_due; /* 1: a collection begins at the end of the event */
	uint32_t free_deed;
	uint32_t ndeeds;
	uint32_t held_first; /* the latest object that the program refers to; NONE: none */
};

static inline struct objects_state *state_of(const struct objects *objects)
{
	return objects->state.data;
}

static inline struct object *at(const struct objects *objects, uint32_t entry)
{
	return flat_at(&objects->entries, struct object, entry);
}

static inline struct reference *reference_at(const struct objects *objects, uint32_t number)
{
	return flat_at(&objects->references, struct reference, number);
}

static inline struct deed *deed_at(const struct objects *objects, uint32_t number)
{
	return flat_at(&objects->deeds, struct deed, number);
}

static inline void tell(struct objects *objects, const struct decision_kind *kind, uint64_t a,
	uint64_t b, uint64_t c, uint64_t d)
{
	decision_add(objects->log, kind, a, b, c, d);
}

/* The entry of an identity; NONE: no counted object has it. */
uint32_t object_find(const struct objects *objects, uint32_t id);

/* Add an entry, without references; remove one that is not linked anywhere. */
uint32_t object_add(struct objects *objects, uint32_t id);
void object_remove(struct objects *objects, uint32_t entry);

/* A reference between two entries; the count of `to` is the caller's to change. */
void reference_add(struct objects *objects, uint32_t from, uint32_t to);
void reference_remove(struct objects *objects, uint32_t number);

/* Of several references the one that was made first; NONE: there is none. */
uint32_t reference_find(const struct objects *objects, uint32_t from, uint32_t to);

/*
 * A variable of the program refers to the object; or one no longer does. Its count is the caller's
 * to change.
 */
void object_hold(struct objects *objects, uint32_t entry);
void object_unhold(struct objects *objects, uint32_t entry);

/* The object that a soft reference keeps, and whether one keeps an object; NONE, false: none. */
uint32_t soft_referent(const struct objects *objects, uint32_t entry);
bool soft_keeps(const struct objects *objects, uint32_t entry);

/* The weak reference refers to nothing from now on, if it still does; weak_clear() says so. */
void weak_cut(struct objects *objects, uint32_t weak);
void weak_clear(struct objects *objects, uint32_t weak);

/* Calls the callback of a weak reference, which is held. */
void weak_call_back(struct objects *objects, uint32_t weak);

/* Callbacks do not find the object any longer. */
void weak_cut_off(struct objects *objects, uint32_t entry);

/* PyObject_ClearWeakRefs(): clears all that refer to the object, then calls their callbacks. */
void weak_clear_all(struct objects *objects, uint32_t entry);

/*
 * Drops one reference to the object, which dies with the last. The _of form also logs the object
 * that dropped it.
 */
void object_let_go(struct objects *objects, uint32_t entry);
void object_let_go_of(struct objects *objects, uint32_t entry, uint32_t from);

/*
 * Drops the first of the references between two objects. The one that refers is held meanwhile, as
 * by the statement of the program that does it.
 */
void object_drop_reference(struct objects *objects, uint32_t from, uint32_t to);

/* Calls the finaliser if it is due; the object is held. true: it did something. */
bool object_finalize(struct objects *objects, uint32_t entry);

/* Adds a deed to those of the object; the last is done last. */
void deed_add(struct objects *objects, uint32_t entry, const struct event *event);

/* Does the deeds of an object, which is held, and forgets them. true: there was one. */
bool deeds_do(struct objects *objects, uint32_t entry);
void deeds_forget(struct objects *objects, uint32_t entry);

/* The collector's lists, empty: the first entries. */
void collector_init(struct objects *objects);

/* The youngest generation gets the object; or it is in no list any longer, if it was in one. */
void collector_track(struct objects *objects, uint32_t entry);
void collector_untrack(struct objects *objects, uint32_t entry);

/* gc.collect(generation), or one that is due. */
void collector_collect(struct objects *objects, uint32_t generation);

/* The same by rules that are incremental: heap/increments.c says what the generations are. */
void collector_collect_part(struct objects *objects, uint32_t generation);

/*
 * The objects of a list are the candidates: the reachable ones go to the generation `to`, whose
 * list may be the same one, and the others die. `generation` is for the decisions. Returns how many
 * were reachable at first.
 */
uint32_t collector_collect_region(struct objects *objects, uint32_t from, uint32_t to,
	uint32_t generation);

/* _PyObject_GC_Alloc(): a new object is counted, which may begin a collection. */
void collector_count_allocation(struct objects *objects);

/* At the end of an event: a collection that is due and begins late. */
void collector_begin_late(struct objects *objects);

/* gc.freeze(): no collection looks at the objects that there are; gc.unfreeze(). */
void collector_freeze(struct objects *objects);
void collector_unfreeze(struct objects *objects);

/* The process has so many more objects in its oldest generation, which were collected just now. */
void collector_set_others(struct objects *objects, uint32_t others);

#endif
