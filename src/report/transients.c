/* See transients.h. A block that a realloc has left may be old: it is none. */
#include "report/transients.h"

#include "report/lives.h"
#include "trace/trace.h"

#include <stdlib.h>

#define PART 1000u  /* of the events before the position */
#define MOST 10000u /* events */

static int by_object(const void *one, const void *other)
{
	const struct transient *a = one, *b = other;

	return (a->object > b->object) - (a->object < b->object);
}

static struct transient *find(const struct transients *transients, uint32_t object)
{
	const struct transient wanted = {.object = object};

	return transients->items.count == 0
		       ? NULL
		       : bsearch(&wanted, transients->items.items, transients->items.count,
				 sizeof(wanted), by_object);
}

/* Those that were made since. */
static void find_made(struct transients *transients, struct trace *trace, const struct lives *lives,
	uint64_t since)
{
	struct lived lived;
	struct event event;

	for (size_t at = 0; lives_next(lives, &at, &lived);)
		if (lived.since >= since && trace_get(trace, lived.since, &event) &&
			event.kind == EVENT_ALLOCATE)
			*array_push(&transients->items) = (struct transient){lived.object, false};
	if (transients->items.count > 0)
		qsort(transients->items.items, transients->items.count, sizeof(struct transient),
			by_object);
}

void transients_find(struct transients *ret_transients, struct trace *trace,
	const struct lives *lives, uint64_t position)
{
	uint64_t part = position / PART, events = part < MOST ? part : MOST;
	struct transients transients = {.items = {0}};
	struct event event;

	if (events > 0)
		find_made(&transients, trace, lives, position - events);
	for (uint64_t at = position; transients.items.count > 0 && at < position + events &&
				     trace_get(trace, at, &event);
		at++) {
		struct transient *transient =
			event.kind == EVENT_FREE ? find(&transients, event.object) : NULL;
		if (transient)
			transient->is_freed = true;
	}
	*ret_transients = transients;
}

bool transients_has(const struct transients *transients, uint32_t object)
{
	const struct transient *transient = find(transients, object);

	return transient && transient->is_freed;
}

void transients_finish(struct transients *transients)
{
	array_finish(&transients->items);
}
