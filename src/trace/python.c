/* See python.h. */
#include "trace/python.h"

#include "trace/trace_state.h"

#include <string.h>

#define FIRST_EVENTS 65536u
#define BATCH        256u
/* Of the smallest arena that a CPython maps; the pieces of its stack of frames are smaller. */
#define ARENA_MIN (256u << 10)

static void look_at(struct trace_python *python, const struct event *event)
{
	bool is_request = event->kind == EVENT_ALLOCATE || event->kind == EVENT_REALLOCATE;

	python->has_requests |=
		is_request && (event->domain == DOMAIN_MEM || event->domain == DOMAIN_OBJ);
	python->has_arenas |= event->kind == EVENT_MAP && event->domain == DOMAIN_ARENA &&
			      event->size >= ARENA_MIN && event->address;
}

struct trace_python trace_python(struct trace *trace)
{
	struct trace_python *python = &trace->python;
	struct event events[BATCH];
	size_t n;

	while (!(python->has_requests && python->has_arenas) &&
		trace->python_looked < FIRST_EVENTS &&
		(n = trace_read(trace, trace->python_looked, events, BATCH)) > 0) {
		for (size_t i = 0; i < n; i++)
			look_at(python, &events[i]);
		trace->python_looked += n;
	}
	return *python;
}

bool python_is_free_threaded(const char *version)
{
	size_t length = strlen(version);

	return length > 0 && version[length - 1] == 't';
}
