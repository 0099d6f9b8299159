/*
 * Counts, lists and indices of the counted objects against each other: see heap/objects.h. Links
 * are followed only within bounds, and no further than there are objects, whatever the state is.
 */
#include "heap/objects_state.h"

#include "base/error.h"
#include "base/xalloc.h"
#include "flat/index.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

/* What was counted on the way. */
struct objects_census {
	uint32_t *referred;  /* by entry: references to it */
	uint32_t references; /* in the lists of their objects */
	uint32_t live, tracked, listed;
	uint32_t weak, weak_listed; /* weak references that refer to something */
	uint32_t deeds;             /* of the objects */
	uint32_t held;              /* by variables of the program */
};

static bool is_live(const struct objects *objects, uint32_t entry)
{
	return entry >= LISTS && entry < objects->entries.count &&
	       at(objects, entry)->serial != NONE;
}

/* How many references are the first between their two objects. */
static size_t count_pairs(const struct objects *objects)
{
	size_t pairs = 0;

	for (uint32_t i = 0; i < objects->references.count; i++)
		pairs += reference_at(objects, i)->from != NONE &&
			 reference_at(objects, i)->twin_prev == NONE;
	return pairs;
}

/* The first of several references between the same two is indexed, the others are linked to it. */
static bool is_indexed(const struct objects *objects, uint32_t number)
{
	const struct reference *reference = reference_at(objects, number);
	uint32_t before = reference->twin_prev, after = reference->twin_next;
	uint32_t first = reference_find(objects, reference->from, reference->to);

	if (after != NONE && (after >= objects->references.count ||
				     reference_at(objects, after)->twin_prev != number))
		return false;
	if (before == NONE)
		return first == number && (after != NONE || reference->twin_last == number);
	if (first == NONE || before >= objects->references.count || reference->twin_last != NONE)
		return false;
	const struct reference *twin = reference_at(objects, before);
	return twin->from == reference->from && twin->to == reference->to &&
	       twin->twin_next == number && twin->serial < reference->serial &&
	       (after != NONE || reference_at(objects, first)->twin_last == number);
}

/* The references of an object, which know each other and follow in the order they were made. */
static int check_references(const struct objects *objects, uint32_t entry,
	struct objects_census *found, struct error *err)
{
	const struct object *object = at(objects, entry);
	uint32_t before = NONE, n = 0;

	for (uint32_t i = object->first; i != NONE; n++) {
		if (i >= objects->references.count || n == objects->references.count)
			return error_set(err, "object %" PRIu32 ": its references do not end",
				object->id);
		const struct reference *reference = reference_at(objects, i);
		if (reference->from != entry || reference->prev != before ||
			!is_live(objects, reference->to))
			return error_set(err, "object %" PRIu32 ": a reference is linked wrongly",
				object->id);
		if (reference->serial >= state_of(objects)->references_made ||
			(before != NONE &&
				reference->serial <= reference_at(objects, before)->serial))
			return error_set(err, "object %" PRIu32 ": its references are out of order",
				object->id);
		if (!is_indexed(objects, i))
			return error_set(err, "object %" PRIu32 ": a reference is not found",
				object->id);
		found->referred[reference->to]++;
		found->references++;
		before = i;
		i = reference->next;
	}
	if (object->last != before || object->refers != n)
		return error_set(err, "object %" PRIu32 " does not know how many it refers to",
			object->id);
	return 0;
}

/* The weak references to an object; what a weak reference itself refers to. */
static int check_weak(const struct objects *objects, uint32_t entry, struct objects_census *found,
	struct error *err)
{
	const struct object *object = at(objects, entry);
	uint32_t before = NONE, n = 0;

	for (uint32_t weak = object->weak_first; weak != NONE; n++) {
		if (!is_live(objects, weak) || n == objects->entries.count)
			return error_set(err, "object %" PRIu32 ": its weak references do not end",
				object->id);
		if (at(objects, weak)->referent != entry || !(at(objects, weak)->flags & WEAK) ||
			at(objects, weak)->weak_prev != before)
			return error_set(err,
				"object %" PRIu32 ": what refers weakly to it does not",
				object->id);
		before = weak;
		weak = at(objects, weak)->weak_next;
	}
	found->weak_listed += n;
	found->weak += object->referent != NONE;
	if (object->referent == NONE && (object->weak_next != NONE || object->weak_prev != NONE))
		return error_set(err, "object %" PRIu32 " is linked as if it referred weakly",
			object->id);
	if (!(object->flags & WEAK) && (object->referent != NONE || object->callback != NONE))
		return error_set(err,
			"object %" PRIu32 " is not a weak reference, but refers as one",
			object->id);
	if (object->callback != NONE &&
		(object->callback < LISTS || object->callback >= objects->entries.count ||
			object->callback_serial >= state_of(objects)->serials))
		return error_set(err, "object %" PRIu32 ": its callback has no object", object->id);
	return 0;
}

static int check_deeds(const struct objects *objects, uint32_t entry, struct objects_census *found,
	struct error *err)
{
	for (uint32_t i = at(objects, entry)->deed; i != NONE; i = deed_at(objects, i)->next) {
		if (i >= objects->deeds.count || found->deeds == objects->deeds.count)
			return error_set(err, "object %" PRIu32 ": its deeds do not end",
				at(objects, entry)->id);
		const struct deed *deed = deed_at(objects, i);
		if (deed->owner != entry || deed->to < LISTS ||
			deed->to >= objects->entries.count || deed->makes > 1 ||
			(deed->from != NONE &&
				(deed->from < LISTS || deed->from >= objects->entries.count)))
			return error_set(err, "object %" PRIu32 ": a deed is of no object",
				at(objects, entry)->id);
		found->deeds++;
	}
	return 0;
}

static int check_object(const struct objects *objects, uint32_t entry, struct objects_census *found,
	struct error *err)
{
	const struct object *object = at(objects, entry);

	if (object_find(objects, object->id) != entry)
		return error_set(err, "object %" PRIu32 " is not found", object->id);
	if (object->flags & (CANDIDATE | TENTATIVE | DYING))
		return error_set(err, "object %" PRIu32 " is between two states", object->id);
	if (object->serial >= state_of(objects)->serials || object->born > object->serial ||
		object->reserved != 0 ||
		object->collection > state_of(objects)->collector.collections)
		return error_set(err, "object %" PRIu32 " is younger than the latest", object->id);
	if (!(object->flags & TRACKED) != !(object->flags & COLLECTABLE) ||
		!(object->flags & TRACKED) != (object->generation == GENERATION_NONE))
		return error_set(err, "object %" PRIu32 " is tracked, and is not", object->id);
	found->live++;
	found->held += object->by_program > 0;
	found->tracked += (object->flags & TRACKED) != 0;
	if (check_references(objects, entry, found, err) < 0 ||
		check_deeds(objects, entry, found, err) < 0)
		return -1;
	return check_weak(objects, entry, found, err);
}

static int check_lists(const struct objects *objects, struct objects_census *found,
	struct error *err)
{
	for (uint32_t list = 0; list < LISTS; list++) {
		uint32_t n = 0, before = list;
		const struct object head = {.next = at(objects, list)->next,
			.prev = at(objects, list)->prev,
			.serial = NONE};
		if (memcmp(at(objects, list), &head, sizeof(head)) != 0)
			return error_set(err, "the head of list %" PRIu32 " is an object", list);
		for (uint32_t entry = at(objects, list)->next; entry != list; n++) {
			if (!is_live(objects, entry) || n > found->live)
				return error_set(err, "list %" PRIu32 " does not end", list);
			const struct object *object = at(objects, entry);
			if (object->prev != before)
				return error_set(err,
					"object %" PRIu32 " is not linked to both sides",
					object->id);
			if (object->generation != list || !(object->flags & TRACKED))
				return error_set(err,
					"object %" PRIu32 " is in another generation's list",
					object->id);
			before = entry;
			entry = object->next;
		}
		if (at(objects, list)->prev != before)
			return error_set(err, "list %" PRIu32 " is not a ring", list);
		if (list <= GENERATION_FROZEN ? n != state_of(objects)->collector.sizes[list]
					      : n != 0)
			return error_set(err, "list %" PRIu32 " has %" PRIu32 " objects", list, n);
		found->listed += n;
	}
	return 0;
}

/* Those that the program refers to, which are linked to both sides. */
static int check_held(const struct objects *objects, const struct objects_census *found,
	struct error *err)
{
	uint32_t n = 0, before = NONE;

	for (uint32_t i = LISTS; i < objects->entries.count; i++) {
		const struct object *object = at(objects, i);
		if (is_live(objects, i) && object->by_program == 0 &&
			(object->held_next != NONE || object->held_prev != NONE))
			return error_set(err,
				"object %" PRIu32 " is linked as if the program referred to it",
				object->id);
	}

	for (uint32_t i = state_of(objects)->held_first; i != NONE; n++) {
		if (!is_live(objects, i) || n == found->held || at(objects, i)->by_program == 0 ||
			at(objects, i)->held_prev != before)
			return error_set(err, "the program's objects are linked wrongly");
		before = i;
		i = at(objects, i)->held_next;
	}
	return n == found->held ? 0 : error_set(err, "the program refers to an object unseen");
}

/* Unused entries are empty, and linked for reuse. */
static int check_unused(const struct objects *objects, const struct objects_census *found,
	struct error *err)
{
	size_t entries = objects->entries.count - LISTS - found->live;
	size_t references = objects->references.count - found->references;
	size_t deeds = objects->deeds.count - found->deeds;

	for (uint32_t i = state_of(objects)->free_entry; i != NONE; entries--) {
		if (i < LISTS || i >= objects->entries.count || is_live(objects, i) || entries == 0)
			return error_set(err, "the list of unused objects is wrong");
		const struct object empty = {.id = at(objects, i)->id, .serial = NONE};
		if (memcmp(at(objects, i), &empty, sizeof(empty)) != 0)
			return error_set(err, "an unused object is not empty");
		i = at(objects, i)->id;
	}
	for (uint32_t i = state_of(objects)->free_reference; i != NONE; references--) {
		if (i >= objects->references.count || references == 0)
			return error_set(err, "the list of unused references is wrong");
		const struct reference empty = {.from = NONE,
			.next = reference_at(objects, i)->next};
		if (memcmp(reference_at(objects, i), &empty, sizeof(empty)) != 0)
			return error_set(err, "an unused reference is not empty");
		i = reference_at(objects, i)->next;
	}
	for (uint32_t i = state_of(objects)->free_deed; i != NONE; deeds--) {
		if (i >= objects->deeds.count || deeds == 0)
			return error_set(err, "the list of unused deeds is wrong");
		const struct deed empty = {.from = NONE, .next = deed_at(objects, i)->next};
		if (memcmp(deed_at(objects, i), &empty, sizeof(empty)) != 0)
			return error_set(err, "an unused deed is not empty");
		i = deed_at(objects, i)->next;
	}
	return entries || references || deeds
		       ? error_set(err, "an object is neither used nor unused")
		       : 0;
}

/* The state of a collector of increments; of others it is 0. */
static int check_increments(const struct collector *collector, const struct collector_rules *rules,
	struct error *err)
{
	bool is_right = rules->is_incremental
				? collector->is_marked <= 1 && collector->is_turned <= 1 &&
					  collector->others_visited <= collector->others
				: !collector->is_marked && !collector->is_turned &&
					  !collector->others_visited;

	is_right &= collector->is_incremental == rules->is_incremental;
	return is_right ? 0 : error_set(err, "the increments of the collector do not add up");
}

static int check_counts(const struct objects *objects, const struct objects_census *found,
	struct error *err)
{
	const struct objects_state *state = state_of(objects);

	for (uint32_t entry = LISTS; entry < objects->entries.count; entry++) {
		const struct object *object = at(objects, entry);
		uint32_t referred = object->by_program + found->referred[entry];
		bool is_kept = object->count > 0 || objects->is_traced;
		if (is_live(objects, entry) && (!is_kept || object->count != referred))
			return error_set(err,
				"object %" PRIu32 ": its count is %" PRIu32 ", and %" PRIu32
				" refer to it",
				object->id, object->count, referred);
	}
	if (found->live != state->collector.counted || found->listed != found->tracked ||
		found->references != state->nreferences || found->deeds != state->ndeeds ||
		found->weak != found->weak_listed || state->collecting || state->is_due ||
		state->collector.enabled > 1)
		return error_set(err, "the objects do not add up");
	return 0;
}

static int check_all(const struct objects *objects, struct objects_census *found, struct error *err)
{
	const struct objects_state *state = state_of(objects);

	if (objects->entries.count < LISTS)
		return error_set(err, "the collector has no lists");
	if (index_check(&objects->by_id, state->collector.counted, objects->entries.count, err) <
			0 ||
		index_check(&objects->by_ends, count_pairs(objects), objects->references.count,
			err) < 0)
		return -1;
	for (uint32_t entry = LISTS; entry < objects->entries.count; entry++)
		if (is_live(objects, entry) && check_object(objects, entry, found, err) < 0)
			return -1;
	if (check_increments(&state->collector, objects->rules, err) < 0 ||
		check_lists(objects, found, err) < 0 || check_held(objects, found, err) < 0 ||
		check_unused(objects, found, err) < 0)
		return -1;
	return check_counts(objects, found, err);
}

int objects_check(const struct objects *objects, struct error *err)
{
	struct objects_census found = {0};

	if (!objects_are_there(objects))
		return 0;
	found.referred = xcalloc(objects->entries.count, sizeof(*found.referred));
	int result = check_all(objects, &found, err);
	free(found.referred);
	return result;
}
