/* See placements.h. */
#include "heap/placements.h"

#include "heap/prefetch.h"
#include "heap/run.h"

#define HAPPENED_ARENAS (HAPPENED_ARENA_MAPPED | HAPPENED_ARENA_UNMAPPED)

/* Applies the event if it is of the run. */
static inline bool place(struct run *run, const struct event *event, placement_visit *visit,
	void *user)
{
	if (event->kind == EVENT_FREE)
		return run_free(run, event);
	const struct live *live = event->kind == EVENT_ALLOCATE ? run_allocate(run, event) : NULL;
	if (live)
		visit(user, run->number, event, live->address);
	return live;
}

size_t heap_place(struct heap *heap, const struct passage *passage, placement_visit *visit,
	void *user)
{
	const struct event *event = passage->events, *end = event + passage->n;

	if (!run_is_possible(heap) || !short_way_begin(heap))
		return 0;
	struct run run = run_from(heap, passage->number);
	const struct event *prefetch_end = event + events_to_prefetch(heap, passage->known);
	for (; event < end && !(run.engine->happened & HAPPENED_ARENAS); event++) {
		if (event < prefetch_end)
			prefetch_from(heap, event);
		if (!place(&run, event, visit, user))
			break;
		run.number++;
	}
	return (size_t)(event - passage->events);
}
