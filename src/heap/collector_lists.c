/* See collector_lists.h. */
#include "heap/collector_lists.h"

#include <assert.h>

void list_init(struct objects *objects, uint32_t list)
{
	at(objects, list)->next = at(objects, list)->prev = list;
}

bool list_is_empty(const struct objects *objects, uint32_t list)
{
	return at(objects, list)->next == list;
}

void list_append(struct objects *objects, uint32_t list, uint32_t entry)
{
	struct object *head = at(objects, list), *object = at(objects, entry);

	assert(list < LISTS && entry >= LISTS && (object->flags & TRACKED));
	assert(at(objects, head->prev)->next == list); /* the ring is closed */
	object->next = list;
	object->prev = head->prev;
	at(objects, head->prev)->next = entry;
	head->prev = entry;
}

void list_remove(struct objects *objects, uint32_t entry)
{
	struct object *object = at(objects, entry);

	assert(entry >= LISTS && object->next != entry);
	assert(at(objects, object->prev)->next == entry &&
		at(objects, object->next)->prev == entry);
	at(objects, object->prev)->next = object->next;
	at(objects, object->next)->prev = object->prev;
}

void list_move(struct objects *objects, uint32_t list, uint32_t entry)
{
	list_remove(objects, entry);
	list_append(objects, list, entry);
}

void list_merge(struct objects *objects, uint32_t from, uint32_t to)
{
	struct object *source = at(objects, from), *target = at(objects, to);

	if (list_is_empty(objects, from))
		return;
	assert(from < LISTS && to < LISTS && from != to);
	assert(at(objects, source->prev)->next == from && at(objects, target->prev)->next == to);
	at(objects, target->prev)->next = source->next;
	at(objects, source->next)->prev = target->prev;
	at(objects, source->prev)->next = to;
	target->prev = source->prev;
	list_init(objects, from);
}

void set_generation(struct objects *objects, uint32_t entry, uint32_t generation)
{
	struct object *object = at(objects, entry);
	uint32_t *sizes = state_of(objects)->collector.sizes;

	assert(object->generation == GENERATION_NONE || sizes[object->generation] > 0);
	assert(generation <= GENERATION_NONE);
	if (object->generation != GENERATION_NONE)
		sizes[object->generation]--;
	if (generation != GENERATION_NONE)
		sizes[generation]++;
	object->generation = generation;
}

uint32_t list_size(const struct objects *objects, uint32_t list)
{
	uint32_t n = 0;

	for (uint32_t entry = at(objects, list)->next; entry != list;
		entry = at(objects, entry)->next)
		n++;
	return n;
}

uint32_t take_list(struct objects *objects, uint32_t list, uint32_t generation)
{
	uint32_t n = 0;

	for (uint32_t entry = at(objects, list)->next; entry != list;
		entry = at(objects, entry)->next, n++)
		set_generation(objects, entry, generation);
	return n;
}
