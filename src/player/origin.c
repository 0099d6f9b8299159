/* See origin.h. */
#include "player/origin.h"

#include "trace/beginning.h"

#include <string.h>

enum origin origin_of(struct trace *trace)
{
	struct trace_beginning beginning = trace_beginning(trace);

	if (!beginning.has_address)
		return ORIGIN_WRITTEN;
	if (beginning.has_objects)
		return ORIGIN_PYTHON;
	return beginning.domain == DOMAIN_C || *trace_info(trace)->python ? ORIGIN_C
									  : ORIGIN_WRITTEN;
}

bool origin_is_simulated(struct trace *trace, const struct heap *heap)
{
	const struct engine_ops *engine = heap_layer(heap, 0)->ops;
	enum origin origin = origin_of(trace);

	if (origin == ORIGIN_WRITTEN || engine->as_recorded)
		return false;
	return strcmp(engine->name, origin == ORIGIN_C ? "glibc" : "pymalloc") != 0;
}
