/* See c_calls.h. */
#include "player/c_calls.h"

#include <string.h>

void c_calls_finish(struct c_calls *calls)
{
	array_finish(&calls->arenas);
	array_finish(&calls->is_in_c);
}

/* ---- arenas -------------------------------------------------------------------------------- */

static size_t count_to(const struct c_calls *calls, uint64_t address)
{
	size_t low = 0, high = calls->arenas.count;

	while (low < high) {
		size_t middle = (low + high) / 2;
		if (calls->arenas.items[middle].base <= address)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

static bool is_in_arena(const struct c_calls *calls, uint64_t address)
{
	size_t n = count_to(calls, address);

	return n > 0 && address - calls->arenas.items[n - 1].base < calls->arenas.items[n - 1].size;
}

static void add_arena(struct c_calls *calls, uint64_t base, uint64_t size)
{
	size_t at = count_to(calls, base);

	array_push(&calls->arenas);
	struct c_region *arena = &calls->arenas.items[at];
	memmove(arena + 1, arena, (calls->arenas.count - at - 1) * sizeof(*arena));
	*arena = (struct c_region){base, size};
}

static void drop_arena(struct c_calls *calls, uint64_t base)
{
	size_t n = count_to(calls, base);

	if (n == 0 || calls->arenas.items[n - 1].base != base)
		return;
	struct c_region *arena = &calls->arenas.items[n - 1];
	memmove(arena, arena + 1, (calls->arenas.count - n) * sizeof(*arena));
	calls->arenas.count--;
}

static void take_arena(struct c_calls *calls, const struct event *event)
{
	if (event->domain != DOMAIN_ARENA || (event->flags & EVENT_FAILED))
		return;
	if (event->kind == EVENT_MAP)
		add_arena(calls, event->address, event->size);
	else
		drop_arena(calls, event->address);
}

/* ---- requests ------------------------------------------------------------------------------ */

static uint8_t *is_in_c(struct c_calls *calls, uint32_t object)
{
	while (calls->is_in_c.count <= object)
		*array_push(&calls->is_in_c) = 0;
	return &calls->is_in_c.items[object];
}

static bool take_request(struct c_calls *calls, struct event *call)
{
	bool is_now = !is_in_arena(calls, call->address);

	if (call->object == OBJECT_NONE) /* it failed, or is a free of an unknown pointer */
		return call->kind != EVENT_FREE || is_now;
	uint8_t *is_in = is_in_c(calls, call->object);
	bool was = *is_in;
	if (call->flags & EVENT_FAILED)
		return was;
	if (call->kind == EVENT_FREE) {
		*is_in = 0;
		return was;
	}
	*is_in = is_now;
	if (call->kind == EVENT_REALLOCATE && !was && !(call->flags & EVENT_OLD_UNKNOWN)) {
		call->kind = EVENT_ALLOCATE;
		call->flags &= (uint8_t)~EVENT_SEEN_BEFORE;
	}
	return is_now;
}

bool c_calls_take(struct c_calls *calls, const struct event *event, struct event *ret_call)
{
	*ret_call = *event;
	switch ((enum event_kind)event->kind) {
	case EVENT_ALLOCATE:
	case EVENT_REALLOCATE:
	case EVENT_FREE:
		/* Python asks for a byte where its caller asks for none. */
		if (event->domain != DOMAIN_C && event->kind != EVENT_FREE && event->size == 0)
			ret_call->size = 1;
		ret_call->domain = DOMAIN_C;
		return take_request(calls, ret_call);
	case EVENT_MAP:
	case EVENT_UNMAP:
		take_arena(calls, event);
		return false;
	case EVENT_LIBC:
		if (event->other == LIBC_EXEC)
			calls->arenas.count = 0;
		return true;
	case EVENT_NOTE:
	case EVENT_MARK:
	case EVENT_NEW:
	case EVENT_REF:
	case EVENT_UNREF:
	case EVENT_WEAK:
	case EVENT_COLLECT:
	case EVENT_GC:
	case EVENT_ENTER:
	case EVENT_LEAVE:
	case EVENT_USE:
	case EVENT_WHEN:
	case EVENT_KIND_COUNT:
		break;
	}
	return false;
}
