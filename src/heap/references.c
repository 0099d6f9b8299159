/* Which object refers to which: see heap/objects_state.h. */
#include "heap/objects_state.h"

#include "base/xalloc.h"
#include "flat/index.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

static uint32_t reference_hash(uint32_t from, uint32_t to)
{
	return index_hash((uint64_t)from << 32 | to);
}

/* A program may refer from one object to another many times: only the first of them is indexed. */
static void join_twins(struct objects *objects, uint32_t number)
{
	struct reference *reference = reference_at(objects, number);
	uint32_t first = reference_find(objects, reference->from, reference->to);

	reference->twin_next = reference->twin_prev = reference->twin_last = NONE;
	if (first == NONE) {
		reference->twin_last = number;
		index_put(&objects->by_ends, reference_hash(reference->from, reference->to),
			number);
		return;
	}
	uint32_t last = reference_at(objects, first)->twin_last;
	assert(first != number && reference_at(objects, last)->twin_next == NONE);
	reference_at(objects, last)->twin_next = number;
	reference->twin_prev = last;
	reference_at(objects, first)->twin_last = number;
}

static void leave_twins(struct objects *objects, uint32_t number)
{
	const struct reference *reference = reference_at(objects, number);
	uint32_t hash = reference_hash(reference->from, reference->to);
	uint32_t before = reference->twin_prev, after = reference->twin_next;

	if (before == NONE) {
		index_remove(&objects->by_ends, hash, number);
		if (after == NONE)
			return;
		index_put(&objects->by_ends, hash, after);
		reference_at(objects, after)->twin_prev = NONE;
		reference_at(objects, after)->twin_last = reference->twin_last;
		return;
	}
	assert(reference_at(objects, before)->twin_next == number);
	reference_at(objects, before)->twin_next = after;
	if (after == NONE) {
		uint32_t first = reference_find(objects, reference->from, reference->to);
		reference_at(objects, first)->twin_last = before;
	} else {
		reference_at(objects, after)->twin_prev = before;
	}
}

void reference_add(struct objects *objects, uint32_t from, uint32_t to)
{
	struct objects_state *state = state_of(objects);
	struct object *object = at(objects, from);
	uint32_t number = state->free_reference;

	assert(from >= LISTS && to >= LISTS && object->serial != NONE);
	assert(!(object->flags & (WEAK | DYING)));
	assert((object->first == NONE) == (object->last == NONE));
	if (number == NONE) {
		number = (uint32_t)objects->references.count;
		flat_grow(&objects->references, 1);
	} else {
		assert(reference_at(objects, number)->from == NONE);
		state->free_reference = reference_at(objects, number)->next;
		assert(state->free_reference != number);
	}
	index_make_room(&objects->by_ends, ++state->nreferences);
	struct reference *reference = reference_at(objects, number);
	reference->from = from;
	reference->to = to;
	reference->next = NONE;
	reference->prev = object->last;
	reference->serial = state->references_made++;
	assert(object->last == NONE || (reference_at(objects, object->last)->next == NONE &&
					       reference_at(objects, object->last)->from == from));
	if (object->last == NONE)
		object->first = number;
	else
		reference_at(objects, object->last)->next = number;
	object->last = number;
	object->refers++;
	join_twins(objects, number);
}

void reference_remove(struct objects *objects, uint32_t number)
{
	struct objects_state *state = state_of(objects);
	struct reference *reference = reference_at(objects, number);
	struct object *object = at(objects, reference->from);

	assert(reference->from != NONE && object->refers > 0 && state->nreferences > 0);
	assert(reference->prev == NONE ? object->first == number
				       : reference_at(objects, reference->prev)->next == number);
	assert(reference->next == NONE ? object->last == number
				       : reference_at(objects, reference->next)->prev == number);
	leave_twins(objects, number);
	object->refers--;
	if (reference->prev == NONE)
		object->first = reference->next;
	else
		reference_at(objects, reference->prev)->next = reference->next;
	if (reference->next == NONE)
		object->last = reference->prev;
	else
		reference_at(objects, reference->next)->prev = reference->prev;
	assert((object->first == NONE) == (object->refers == 0));
	memset(reference, 0, sizeof(*reference));
	reference->from = NONE;
	reference->next = state->free_reference;
	state->free_reference = number;
	state->nreferences--;
}

uint32_t reference_find(const struct objects *objects, uint32_t from, uint32_t to)
{
	uint32_t hash = reference_hash(from, to), number;

	for (size_t cell = index_first(&objects->by_ends, hash);
		index_slot(&objects->by_ends, &cell, hash, &number);
		cell = index_next(&objects->by_ends, cell)) {
		const struct reference *reference = reference_at(objects, number);
		if (reference->from == from && reference->to == to)
			return number;
	}
	return NONE;
}

size_t objects_references(const struct objects *objects, uint32_t object, size_t from,
	uint32_t *ret_objects, size_t n)
{
	uint32_t entry = object_find(objects, object);
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

void objects_visit(const struct objects *objects, uint32_t object,
	void (*visit)(void *user, uint32_t to), void *user)
{
	uint32_t entry = object_find(objects, object);

	for (uint32_t i = entry == NONE ? NONE : at(objects, entry)->first; i != NONE;
		i = reference_at(objects, i)->next)
		visit(user, at(objects, reference_at(objects, i)->to)->id);
}

size_t objects_referrers(const struct objects *objects, uint32_t object, uint32_t *ret_objects,
	size_t n)
{
	uint32_t entry = object_find(objects, object);
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
	if (entry == NONE || is_reached[entry])
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
	while (ntodo > 0) {
		uint32_t from = todo[--ntodo];
		reach(is_reached, todo, &ntodo, soft_referent(objects, from));
		for (uint32_t i = at(objects, from)->first; i != NONE;
			i = reference_at(objects, i)->next)
			reach(is_reached, todo, &ntodo, reference_at(objects, i)->to);
	}
	for (uint32_t entry = LISTS; entry < count; entry++)
		if (at(objects, entry)->serial != NONE && !is_reached[entry] && found++ < n)
			ret_objects[found - 1] = at(objects, entry)->id;
	free(is_reached);
	free(todo);
	return found;
}
