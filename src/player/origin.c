/* See origin.h. */
#include "player/origin.h"

#include "trace/python.h"

#include <string.h>

#define FIRST_REQUEST \
	64u /* the first request is among these events: captions and mappings may precede it */

enum origin origin_of(struct trace *trace)
{
	struct event event;

	for (uint64_t at = 0; at < FIRST_REQUEST && trace_get(trace, at, &event); at++) {
		if (event.kind != EVENT_ALLOCATE)
			continue;
		if (!event.address)
			return ORIGIN_WRITTEN;
		if (*trace_info(trace)->python)
			return trace_python(trace).has_requests ? ORIGIN_PYTHON : ORIGIN_C;
		return event.domain == DOMAIN_C ? ORIGIN_C : ORIGIN_WRITTEN;
	}
	return ORIGIN_WRITTEN;
}

bool origin_is_simulated(struct trace *trace, const struct heap *heap)
{
	const struct engine_ops *engine = heap_layer(heap, 0)->ops;
	enum origin origin = origin_of(trace);

	if (origin == ORIGIN_WRITTEN || engine->as_recorded)
		return false;
	return strcmp(engine->name, origin == ORIGIN_C ? "glibc" : "pymalloc") != 0;
}
