/* See c_calls.h. */
#include "player/c_calls.h"

#include "base/xalloc.h"

#include <stdlib.h>
#include <string.h>

#define PAGE_OBJECTS (1u << 15)

void c_calls_finish(struct c_calls *calls)
{
	array_finish(&calls->arenas);
	for (size_t i = 0; i < calls->pages.count; i++)
		free(calls->pages.items[i]);
	array_finish(&calls->pages);
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

/* In a damaged trace objects have any number: a large one must not cost an array up to it. */
static bool is_in_c(const struct c_calls *calls, uint32_t object)
{
	size_t page = object / PAGE_OBJECTS, at = object % PAGE_OBJECTS;

	return page < calls->pages.count && calls->pages.items[page] &&
	       (calls->pages.items[page][at / 8] >> at % 8 & 1);
}

static void set_in_c(struct c_calls *calls, uint32_t object, bool is_in)
{
	size_t page = object / PAGE_OBJECTS, at = object % PAGE_OBJECTS;

	if (is_in_c(calls, object) == is_in)
		return;
	while (calls->pages.count <= page)
		*array_push(&calls->pages) = NULL;
	if (!calls->pages.items[page])
		calls->pages.items[page] = xcalloc(PAGE_OBJECTS / 8, 1);
	calls->pages.items[page][at / 8] ^= (uint8_t)(1u << at % 8);
}

static bool take_request(struct c_calls *calls, struct event *call)
{
	bool is_now = !is_in_arena(calls, call->address);

	if (call->object == OBJECT_NONE) /* it failed, or is a free of an unknown pointer */
		return call->kind != EVENT_FREE || is_now;
	bool was = is_in_c(calls, call->object);
	if (call->flags & EVENT_FAILED)
		return was;
	if (call->kind == EVENT_FREE) {
		set_in_c(calls, call->object, false);
		return was;
	}
	set_in_c(calls, call->object, is_now);
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
