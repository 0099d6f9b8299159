/*
 * What finalisers and callbacks do: see heap/objects_state.h. Each deed is done once. One whose
 * objects are gone or dying by then, or whose reference is not there, is passed over, as a program
 * would find it so.
 */
#include "heap/objects_state.h"

#include "heap/decisions.h"

#include <assert.h>
#include <string.h>

static uint32_t take_unused(struct objects *objects)
{
	struct objects_state *state = state_of(objects);
	uint32_t number = state->free_deed;

	state->ndeeds++;
	if (number == NONE) {
		number = (uint32_t)objects->deeds.count;
		flat_grow(&objects->deeds, 1);
	} else {
		state->free_deed = deed_at(objects, number)->next;
	}
	return number;
}

/* The first of the object's. */
static struct deed take_first(struct objects *objects, uint32_t entry)
{
	struct objects_state *state = state_of(objects);
	uint32_t number = at(objects, entry)->deed;
	const struct deed deed = *deed_at(objects, number);

	assert(state->ndeeds > 0);
	at(objects, entry)->deed = deed.next;
	*deed_at(objects, number) = (struct deed){.from = NONE, .next = state->free_deed};
	state->free_deed = number;
	state->ndeeds--;
	return deed;
}

/* Grows with the deeds that the object has. */
void deed_add(struct objects *objects, uint32_t entry, const struct event *event)
{
	uint32_t number = take_unused(objects), last = at(objects, entry)->deed;
	uint32_t from = object_find(objects, event->other);
	uint32_t to = object_find(objects, event->object);

	*deed_at(objects, number) = (struct deed){.from = from,
		.from_born = from == NONE ? 0 : at(objects, from)->born,
		.to = to,
		.to_born = at(objects, to)->born,
		.makes = event->size != 0,
		.owner = entry,
		.next = NONE};
	if (last == NONE) {
		at(objects, entry)->deed = number;
		return;
	}
	while (deed_at(objects, last)->next != NONE)
		last = deed_at(objects, last)->next;
	deed_at(objects, last)->next = number;
}

/* It is the object that was meant, and nothing has begun to free it. */
static bool is_there(const struct objects *objects, uint32_t entry, uint32_t born)
{
	const struct object *object = at(objects, entry);

	return object->serial != NONE && object->born == born && object->count > 0 &&
	       !(object->flags & DYING);
}

static bool can_be_done(const struct objects *objects, const struct deed *deed)
{
	if (!is_there(objects, deed->to, deed->to_born) ||
		(deed->from != NONE && !is_there(objects, deed->from, deed->from_born)))
		return false;
	if (deed->makes)
		return true;
	return deed->from == NONE ? at(objects, deed->to)->by_program > 0
				  : reference_find(objects, deed->from, deed->to) != NONE;
}

static void make(struct objects *objects, uint32_t from, uint32_t to)
{
	at(objects, to)->count++;
	if (from == NONE)
		object_hold(objects, to);
	else
		reference_add(objects, from, to);
}

static void drop(struct objects *objects, uint32_t from, uint32_t to)
{
	if (from == NONE) {
		struct object *object = at(objects, to);
		object_unhold(objects, to);
		objects->listener->dropped(objects->listener->user, object->id, object->by_program);
		object_let_go_of(objects, to, OBJECT_NONE);
		return;
	}
	object_drop_reference(objects, from, to);
}

bool deeds_do(struct objects *objects, uint32_t entry)
{
	bool has_done = false;

	while (at(objects, entry)->deed != NONE) {
		const struct deed deed = take_first(objects, entry);
		if (!can_be_done(objects, &deed))
			continue;
		tell(objects, &decision_deed, at(objects, entry)->id, deed.makes,
			at(objects, deed.to)->id,
			deed.from == NONE ? OBJECT_NONE : at(objects, deed.from)->id);
		(deed.makes ? make : drop)(objects, deed.from, deed.to);
		has_done = true;
	}
	return has_done;
}

void deeds_forget(struct objects *objects, uint32_t entry)
{
	while (at(objects, entry)->deed != NONE)
		take_first(objects, entry);
}
