/* Counts, lists and indices of the counted objects against each other: see heap/objects.h. */
#include "heap/objects_state.h"

#include "base/error.h"
#include "base/xalloc.h"
#include "flat/index.h"

#include <inttypes.h>
#include <stdlib.h>

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

	if (object_find(objects, object->id) != entry)
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
