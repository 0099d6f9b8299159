/*
 * Reads what `memray parse` prints of a file of memray:
 *
 *	CONTEXT_SWITCH tid=1
 *	MEMORY_RECORD time=1757101101880 memory=1024
 *	ALLOCATION address=0x1000 size=1024 allocator=malloc native_frame_id=1
 *	ALLOCATION address=0x1000 size=0 allocator=free native_frame_id=0
 *
 * among much that is about code.  Times are of memory records, some milliseconds apart. A realloc
 * is a free and an allocation.  Of an aggregated file nothing can be read: it has sums.
 */
#include "trace/readers/import.h"
#include "trace/readers/calls.h"
#include "trace/readers/memray_calls.h"
#include "trace/readers/reader.h"

#include <string.h>

struct memray {
	uint64_t thread;       /* of the records that follow */
	uint64_t milliseconds; /* of the last memory record; 0: none yet */
};

/* "NAME=" among the line's words; gives what follows, or NULL. */
static const char *find_field(const char *line, const char *name)
{
	size_t length = strlen(name);

	for (const char *at = line; (at = strchr(at, ' ')) && *++at;)
		if (strncmp(at, name, length) == 0 && at[length] == '=')
			return at + length + 1;
	return NULL;
}

static bool take_field(const char *line, const char *name, uint64_t *ret_number)
{
	const char *at = find_field(line, name), *after;

	after = at ? call_take_number(at, ret_number) : NULL;
	return after && (*after == ' ' || *after == '\0');
}

static bool is_record(const char *line, const char *name)
{
	size_t length = strlen(name);

	return strncmp(line, name, length) == 0 && (line[length] == ' ' || line[length] == '\0');
}

static bool take_allocation(const char *line, struct event *ret_event)
{
	struct event event = {.object = OBJECT_NONE, .text = TEXT_NONE};
	const char *name = find_field(line, "allocator");
	const struct memray_call *call = name ? memray_call_named(name, strcspn(name, " ")) : NULL;

	if (!(is_record(line, "ALLOCATION") || is_record(line, "ALLOCATION_WITH_NATIVE")) ||
		!call || !take_field(line, "address", &event.address) ||
		!take_field(line, "size", &event.size))
		return false;
	event.kind = (uint8_t)call->kind;
	event.call = (uint8_t)call->call;
	event.domain = (uint8_t)call->domain;
	if (event_ends_object(&event))
		event.size = 0;
	*ret_event = event;
	return true;
}

static bool read_line(struct import *import, void *context)
{
	static const char *const others[] = {"HEADER", "THREAD", "CODE_OBJECT", "FRAME_PUSH",
		"FRAME_POP", "FRAME_ID", "NATIVE_FRAME_ID", "OBJECT_RECORD", "MEMORY_MAP_START",
		"SEGMENT_HEADER", "SEGMENT", "TRAILER"};
	struct memray *memray = context;
	struct event event;

	if (take_allocation(import->line, &event)) {
		event.thread = import_thread(import, memray->thread);
		if (memray->milliseconds)
			import_set_time(import, &event, memray->milliseconds * 1000000);
		import_event(import, &event);
		return true;
	}
	if (is_record(import->line, "CONTEXT_SWITCH"))
		return take_field(import->line, "tid", &memray->thread);
	if (is_record(import->line, "MEMORY_RECORD")) {
		uint64_t time = 0;
		if (!take_field(import->line, "time", &time) || time > UINT64_MAX / 1000000)
			return false;
		memray->milliseconds = time;
		return true;
	}
	for (size_t i = 0; i < sizeof(others) / sizeof(*others); i++)
		if (is_record(import->line, others[i]))
			return true;
	return false;
}

static int read(struct feed *feed, struct source *source, struct error *err)
{
	struct memray memray = {0};

	(void)err;
	memray_mark_beginning(feed);
	import_log(feed, source, read_line, &memray);
	return 0;
}

static bool is_line(const char *line)
{
	struct event event;

	return take_allocation(line, &event) ||
	       (is_record(line, "CONTEXT_SWITCH") && find_field(line, "tid"));
}

static bool recognises(const char *bytes, size_t length)
{
	return import_recognises(bytes, length, is_line);
}

const struct trace_reader reader_memray_parse = {
	.name = "memray_parse",
	.recognises = recognises,
	.read = read,
};
