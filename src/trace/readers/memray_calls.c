/* See memray_calls.h. */
#include "trace/readers/memray_calls.h"

#include "trace/feed.h"
#include "trace/wire.h"

#include <string.h>

static const struct memray_call calls[] = {
	{"malloc", EVENT_ALLOCATE, CALL_MALLOC, DOMAIN_C, 6, 1},
	{"free", EVENT_FREE, CALL_FREE, DOMAIN_C, 5, 2},
	{"calloc", EVENT_ALLOCATE, CALL_CALLOC, DOMAIN_C, 8, 3},
	{"realloc", EVENT_ALLOCATE, CALL_REALLOC, DOMAIN_C, 7, 4},
	{"posix_memalign", EVENT_ALLOCATE, CALL_POSIX_MEMALIGN, DOMAIN_C, 9, 5},
	{"aligned_alloc", EVENT_ALLOCATE, CALL_ALIGNED_ALLOC, DOMAIN_C, 10, 6},
	{"memalign", EVENT_ALLOCATE, CALL_MEMALIGN, DOMAIN_C, 11, 7},
	{"valloc", EVENT_ALLOCATE, CALL_VALLOC, DOMAIN_C, 12, 8},
	{"pvalloc", EVENT_ALLOCATE, CALL_PVALLOC, DOMAIN_C, 13, 9},
	{"mmap", EVENT_MAP, CALL_MMAP, DOMAIN_C, 14, 10},
	{"munmap", EVENT_UNMAP, CALL_MUNMAP, DOMAIN_C, 15, 11},
	{"pymalloc_malloc", EVENT_ALLOCATE, CALL_MALLOC, DOMAIN_OBJ, 2, 12},
	{"pymalloc_calloc", EVENT_ALLOCATE, CALL_CALLOC, DOMAIN_OBJ, 3, 13},
	{"pymalloc_realloc", EVENT_ALLOCATE, CALL_REALLOC, DOMAIN_OBJ, 4, 14},
	{"pymalloc_free", EVENT_FREE, CALL_FREE, DOMAIN_OBJ, 1, 15},
};

#define KNOWN_CALLS (sizeof(calls) / sizeof(*calls))

const struct memray_call *memray_call_named(const char *name, size_t length)
{
	for (size_t i = 0; i < KNOWN_CALLS; i++)
		if (strlen(calls[i].name) == length && memcmp(calls[i].name, name, length) == 0)
			return &calls[i];
	return NULL;
}

void memray_calls_numbered(unsigned version,
	const struct memray_call *ret_calls[MEMRAY_CALL_NUMBERS])
{
	memset(ret_calls, 0, MEMRAY_CALL_NUMBERS * sizeof(*ret_calls));
	for (size_t i = 0; i < KNOWN_CALLS; i++)
		ret_calls[version < 12 ? calls[i].old_number : calls[i].number] = &calls[i];
}

void memray_mark_beginning(struct feed *feed)
{
	struct event event = {.kind = EVENT_MARK, .object = OBJECT_NONE, .text = TEXT_NONE};

	feed_event(feed, &event, TRACE_MARK_MEMRAY, strlen(TRACE_MARK_MEMRAY));
}
