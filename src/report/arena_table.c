/* See arena_table.h. */
#include "report/arena_table.h"

#define FIRST_OBJECTS 16u
#define OBJECT_BYTES  48u /* of struct arena_object, where pointers have 8 bytes */

static bool has_its_size(const struct event *event)
{
	uint64_t first = (uint64_t)FIRST_OBJECTS * OBJECT_BYTES, times = event->size / first;

	return event->size > 0 && event->size % first == 0 && (times & (times - 1)) == 0;
}

static bool may_be_table(const struct event *event)
{
	return (event->kind == EVENT_ALLOCATE || event->kind == EVENT_REALLOCATE) &&
	       event->domain == DOMAIN_RAW && !(event->flags & EVENT_FAILED) && has_its_size(event);
}

static bool is_arena(const struct event *event)
{
	return event->kind == EVENT_MAP && event->domain == DOMAIN_ARENA &&
	       !(event->flags & EVENT_FAILED);
}

bool arena_table_seen(struct arena_table *table, const struct event *event, uint32_t *ret_object)
{
	bool is_seen = table->is_awaited && event->thread == table->thread && is_arena(event);

	if (event_is_note_or_mark(event))
		return false;
	if (is_seen)
		*ret_object = table->object;
	if (may_be_table(event))
		*table = (struct arena_table){event->object, event->thread, true};
	else if (event->thread == table->thread)
		table->is_awaited = false;
	return is_seen;
}
