/*
 * The objects that variables of the program refer to, the latest first, as on a stack: see
 * heap/objects_state.h.
 */
#include "heap/objects_state.h"

#include <assert.h>

void object_hold(struct objects *objects, uint32_t entry)
{
	struct objects_state *state = state_of(objects);
	struct object *object = at(objects, entry);

	if (object->by_program++ > 0)
		return;
	assert(object->held_next == NONE && object->held_prev == NONE);
	object->held_next = state->held_first;
	if (state->held_first != NONE)
		at(objects, state->held_first)->held_prev = entry;
	state->held_first = entry;
}

void object_unhold(struct objects *objects, uint32_t entry)
{
	struct object *object = at(objects, entry);

	assert(object->by_program > 0);
	if (--object->by_program > 0)
		return;
	assert(object->held_prev == NONE ? state_of(objects)->held_first == entry
					 : at(objects, object->held_prev)->held_next == entry);
	if (object->held_prev == NONE)
		state_of(objects)->held_first = object->held_next;
	else
		at(objects, object->held_prev)->held_next = object->held_next;
	if (object->held_next != NONE)
		at(objects, object->held_next)->held_prev = object->held_prev;
	object->held_next = object->held_prev = NONE;
}
