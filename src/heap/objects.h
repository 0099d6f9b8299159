/*
 * Objects that live as long as something refers to them: reference counts, and the collector that
 * finds what counts cannot, as CPython 3.8 to 3.15 have them.
 *
 *	object      made by `new` or `weak`; it is in the heap under the same identity
 *	reference   from one object to another, or from the program (its variables) to one; they are
 *	            ordered by age, and an object drops its references in that order
 *	tracked     known to the collector, and in one of its three generations
 *	deed        a reference that a finaliser, or the callback of a weak reference, makes or
 *	            drops when it is called; the trace says it before
 *	candidate   a tracked object of the generations that are being collected
 *	gc_refs     of a candidate: its count, minus the references to it from candidates. What is
 *	            left comes from outside: it is reachable, and so is all that it refers to. The
 *	            other candidates are not.
 *
 * Sources: Modules/gcmodule.c and Objects/{object,typeobject,weakrefobject}.c of 3.8 to 3.13; PEP
 * 442 (finalisers). An object here is like an instance with its references in __slots__. What is
 * otherwise than in CPython:
 *
 *	tuples and dicts of plain values, which it does not track any more, have no counterpart
 *	deallocators that are nested more than 50 deep are not put off ("trashcan"): the same
 *	objects die, in an
 *	order that may differ where such a tree has branches
 *
 * What differs between releases is in heap/collector_rules.h.
 *
 * Flat state, like an engine's. Deaths are reported one by one, as they happen.
 */
#ifndef HEAP_OBJECTS_H
#define HEAP_OBJECTS_H

#include "base/arrays.h"
#include "heap/heap.h"

struct objects {
	struct flat flat;
	/* struct collector, none before the first event that needs it */
	struct flat_array state;
	struct flat_array entries;    /* struct object; the first ones are heads of lists */
	struct flat_array by_id;      /* index: identity → entry */
	struct flat_array references; /* struct reference; free ones are linked */
	struct flat_array by_ends;    /* index: who refers to whom → reference */
	struct flat_array deeds;      /* struct deed; free ones are linked */
	/* within one event: a chain, each referred to by the one before */
	ARRAY(uint32_t) dying;
	ARRAY(uint32_t) waiting; /* weak references whose callbacks are due */
	const struct objects_listener *listener;
	struct decision_log *log;
	uint32_t happened;
	/*
	 * an engine finds out what can be reached: nothing dies of its count, which may be 0, and
	 * the collector knows no object; set before the first event
	 */
	bool is_traced;
	const struct collector_rules *rules; /* the same; borrowed */
};

struct objects_listener {
	/* called for each object that dies, in order; it must release the object's block */
	void (*died)(void *user, uint32_t object);
	/* a finaliser or callback lets the program drop the object, and so many of its references
	 * are left; called before anything dies of it */
	void (*dropped)(void *user, uint32_t object, uint32_t left);
	void *user;
};

void objects_init(struct objects *objects);
void objects_finish(struct objects *objects);

/*
 * What is wrong with an event of a counted object; FAULT_NONE when it can be applied. Changes
 * nothing.
 */
enum fault objects_fault(const struct objects *objects, const struct event *event);

/*
 * Applies an event without a fault. The memory for a new object or weak reference has already been
 * allocated, as in CPython: the collector frees only after that. log may be NULL. Returns HAPPENED_
 * bits.
 */
uint32_t objects_apply(struct objects *objects, const struct event *event,
	const struct objects_listener *listener, struct decision_log *log);

/*
 * is_traced: the engine dropped these objects, which nothing else refers to. Weak references to
 * them are cleared, and their callbacks called.
 */
void objects_drop(struct objects *objects, const uint32_t *dead, size_t n,
	struct decision_log *log);

/* There are none, as at the start; their blocks are the caller's to release. */
void objects_forget(struct objects *objects);

bool objects_has(const struct objects *objects, uint32_t object);

/* True once an event of counted objects was applied. */
static inline bool objects_are_there(const struct objects *objects)
{
	return objects->state.count > 0;
}

/* See heap_counted() and the functions after it in heap.h. */
bool objects_counted(const struct objects *objects, uint32_t object, struct counted *ret_counted);
bool objects_next(const struct objects *objects, uint32_t *cursor, struct counted *ret_counted);
size_t objects_references(const struct objects *objects, uint32_t object, size_t from,
	uint32_t *ret_objects, size_t n);
/* Visits the objects that an object refers to, in order. */
void objects_visit(const struct objects *objects, uint32_t object,
	void (*visit)(void *user, uint32_t to), void *user);
/* Of a soft reference the object that it refers to; OBJECT_NONE: it is none, or was cleared. */
uint32_t objects_softly(const struct objects *objects, uint32_t object);
/* Whether some soft reference was not cleared. Grows with the objects. */
bool objects_have_soft(const struct objects *objects);
size_t objects_referrers(const struct objects *objects, uint32_t object, uint32_t *ret_objects,
	size_t n);
size_t objects_out_of_reach(const struct objects *objects, uint32_t *ret_objects, size_t n);
bool objects_collector(const struct objects *objects, struct collector *ret_collector);

/* Counts, lists and indices against the references there are. */
int objects_check(const struct objects *objects, struct error *err);

#endif
