/*
 * Whether the order of events in a trace is possible: no byte may belong to two objects at once.
 * Bytes are checked in grains of 8, the alignment of small blocks in tcmalloc.
 *
 * usage: overlap TRACE; prints the first error, or the number of events checked
 */
#include "base/error.h"
#include "base/xalloc.h"
#include "trace/trace.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#define GRAIN 8u

struct grain {
	uint64_t number; /* address / GRAIN + 1; 0: never used */
	uint32_t object; /* + 1; 0: free */
};

static struct grain *grains;
static size_t room = 1u << 16, used;
static struct object {
	uint64_t address, size;
} * objects;
static size_t nobjects;
static unsigned long wrong;

static struct grain *find(uint64_t number)
{
	for (size_t at = (size_t)(number * 0x9E3779B97F4A7C15u >> 30);; at++) {
		struct grain *grain = &grains[at & (room - 1)];
		if (grain->number == number || grain->number == 0)
			return grain;
	}
}

static struct grain *place(uint64_t number)
{
	struct grain *grain = find(number);

	if (grain->number)
		return grain;
	if (++used * 2 > room) {
		struct grain *old = grains;
		size_t count = room;
		room *= 2;
		grains = xcalloc(room, sizeof(*grains));
		for (size_t i = 0; i < count; i++)
			if (old[i].number)
				*find(old[i].number) = old[i];
		free(old);
		grain = find(number);
	}
	grain->number = number;
	return grain;
}

static void mark(const struct object *object, uint32_t owner, uint64_t event)
{
	for (uint64_t at = object->address / GRAIN; at * GRAIN < object->address + object->size;
		at++) {
		struct grain *grain = place(at + 1);
		if (owner && grain->object && wrong++ < 5)
			printf("event %" PRIu64 ": %#" PRIx64 " is given to %u while it is %u's\n",
				event, at * GRAIN, owner - 1, grain->object - 1);
		grain->object = owner;
	}
}

static void take(const struct event *event, uint64_t number)
{
	static const struct object nothing;

	if (event->object == OBJECT_NONE || (event->flags & EVENT_FAILED) ||
		event->domain == DOMAIN_ARENA || event->kind == EVENT_NOTE ||
		event->kind == EVENT_MARK)
		return;
	while (event->object >= nobjects) {
		objects = xreallocarray(objects, nobjects * 2 + 64, sizeof(*objects));
		for (size_t i = nobjects; i < nobjects * 2 + 64; i++)
			objects[i] = nothing;
		nobjects = nobjects * 2 + 64;
	}
	mark(&objects[event->object], 0, number);
	objects[event->object] = nothing;
	if (event->kind == EVENT_FREE || event->kind == EVENT_UNMAP)
		return;
	objects[event->object] = (struct object){event->address, event->size ? event->size : 1};
	mark(&objects[event->object], event->object + 1, number);
}

int main(int argc, char **argv)
{
	struct trace *trace;
	struct error err;
	struct event events[256];
	uint64_t at = 0;

	if (argc != 2)
		return 2;
	if (trace_open(&trace, argv[1], 0, &err) < 0) {
		fprintf(stderr, "%s\n", err.text);
		return 1;
	}
	grains = xcalloc(room, sizeof(*grains));
	for (size_t n; (n = trace_read(trace, at, events, 256)) > 0; at += n)
		for (size_t i = 0; i < n; i++)
			take(&events[i], at + i);
	if (wrong)
		printf("%lu bytes' grains were given out twice\n", wrong);
	else
		printf("%" PRIu64 " events in an order that can have happened\n", at);
	trace_close(trace);
	free(grains);
	free(objects);
	return wrong != 0;
}
