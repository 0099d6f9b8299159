/*
 * Objects that an engine traces (objects.h, is_traced): what becomes of those that it dropped.
 * Finalisers are not called.
 */
#include "heap/objects_state.h"

#include "heap/decisions.h"

#include <assert.h>

/* Drops what a dead object refers to, and clears what refers weakly to it. */
static void cut(struct objects *objects, uint32_t entry)
{
	while (at(objects, entry)->first != NONE) {
		uint32_t first = at(objects, entry)->first, to = reference_at(objects, first)->to;
		reference_remove(objects, first);
		assert(at(objects, to)->count > 0);
		at(objects, to)->count--;
	}
	weak_cut_off(objects, entry);
	while (at(objects, entry)->weak_first != NONE) {
		uint32_t weak = at(objects, entry)->weak_first;
		weak_clear(objects, weak);
		if (at(objects, weak)->callback != NONE)
			*array_push(&objects->waiting) = weak;
	}
	weak_cut(objects, entry);
	at(objects, entry)->flags |= DYING;
}

/* A weak reference that died itself has no callback. */
static void call_back(struct objects *objects, uint32_t weak)
{
	if (at(objects, weak)->flags & DYING)
		return;
	at(objects, weak)->count++;
	weak_call_back(objects, weak);
	at(objects, weak)->count--;
}

void objects_drop(struct objects *objects, const uint32_t *dead, size_t n, struct decision_log *log)
{
	assert(objects->is_traced && objects->waiting.count == 0);
	objects->log = log;
	for (size_t i = 0; i < n; i++)
		cut(objects, object_find(objects, dead[i]));
	for (size_t i = 0; i < objects->waiting.count; i++)
		call_back(objects, objects->waiting.items[i]);
	objects->waiting.count = 0;
	for (size_t i = 0; i < n; i++)
		object_remove(objects, object_find(objects, dead[i]));
	objects->log = NULL;
}
