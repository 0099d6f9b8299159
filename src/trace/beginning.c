/* See beginning.h. */
#include "trace/beginning.h"

#include "trace/trace_state.h"

#include <stdio.h>
#include <string.h>

#define FIRST_EVENTS 65536u
#define BATCH        256u
#define ARENA_MIN    (256u << 10) /* of any CPython */

bool event_maps_arena(const struct event *event)
{
	return event->kind == EVENT_MAP && event->domain == DOMAIN_ARENA &&
	       event->size >= ARENA_MIN && event->address;
}

static void look_at(struct trace_beginning *beginning, const struct event *event)
{
	bool is_request = event->kind == EVENT_ALLOCATE || event->kind == EVENT_REALLOCATE;

	if (event->kind == EVENT_ALLOCATE && !beginning->has_request) {
		beginning->has_request = true;
		beginning->has_address = event->address != 0;
		beginning->domain = (enum domain)event->domain;
	}
	beginning->has_objects |=
		is_request && (event->domain == DOMAIN_MEM || event->domain == DOMAIN_OBJ);
	beginning->has_arenas |= event_maps_arena(event);
}

static bool is_settled(const struct trace_beginning *beginning)
{
	return beginning->has_request && beginning->has_objects && beginning->has_arenas;
}

struct trace_beginning trace_beginning(struct trace *trace)
{
	struct trace_beginning *beginning = &trace->beginning;
	struct event events[BATCH];
	size_t n;

	while (!is_settled(beginning) && trace->beginning_read < FIRST_EVENTS &&
		(n = trace_read(trace, trace->beginning_read, events, BATCH)) > 0) {
		for (size_t i = 0; i < n; i++)
			look_at(beginning, &events[i]);
		trace->beginning_read += n;
	}
	return *beginning;
}

bool python_is_free_threaded(const char *version)
{
	size_t length = strlen(version);

	return length > 0 && version[length - 1] == 't';
}

bool python_is_too_old(const char *version)
{
	unsigned major, minor;

	return sscanf(version, "%u.%u", &major, &minor) == 2 &&
	       (major < 3 || (major == 3 && minor < 8));
}
