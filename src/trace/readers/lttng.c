/*
 * Reads what babeltrace2 prints of a trace of LTTng with its wrapper of the C library:
 *
 *	[23:53:46.297032650] (+0.000001290) host lttng_ust_libc:realloc: { cpu_id = 0 },
 *	    { vpid = 21006, vtid = 21006 }, { in_ptr = 0x556550C8EEA0, size = 2000, ptr = 0x55... }
 *
 * on one line.  The process and the thread are there if they were recorded as context.
 */
#include "trace/readers/import.h"
#include "trace/readers/reader.h"
#include "trace/readers/calls.h"
#include "trace/text/scanner.h"

#include <string.h>

static const char provider[] = "lttng_ust_libc:";

/* The fields of an event by the call; NULL: there is no such field. */
static const struct {
	const char *name;
	enum event_kind kind;
	enum call call;
	const char *address, *size, *count, *alignment, *old;
} events[] = {
	{"malloc", EVENT_ALLOCATE, CALL_MALLOC, "ptr", "size"},
	{"calloc", EVENT_ALLOCATE, CALL_CALLOC, "ptr", "size", "nmemb"},
	{"realloc", EVENT_REALLOCATE, CALL_REALLOC, "ptr", "size", .old = "in_ptr"},
	{"free", EVENT_FREE, CALL_FREE, "ptr"},
	{"memalign", EVENT_ALLOCATE, CALL_MEMALIGN, "ptr", "size", .alignment = "alignment"},
	{"posix_memalign", EVENT_ALLOCATE, CALL_POSIX_MEMALIGN, "out_ptr", "size",
		.alignment = "alignment"},
};

#define EVENTS (sizeof(events) / sizeof(*events))

/* "NAME = NUMBER" among the fields; true as well where name is NULL. */
static bool take_field(const char *fields, const char *name, uint64_t *ret_number)
{
	for (const char *at = fields; name && (at = strstr(at, name)); at++) {
		const char *after = at + strlen(name);
		if (at > fields && at[-1] == ' ' && strncmp(after, " = ", 3) == 0)
			return call_take_number(after + 3, ret_number) != NULL;
	}
	return !name;
}

/* The event on the line, and its fields; false: there is none. */
static bool take_event(const char *line, struct event *ret_event, const char **ret_fields)
{
	const char *at = strstr(line, provider), *fields = at ? strchr(at, '{') : NULL;
	uint64_t count = 1;
	size_t i = 0;

	if (!fields)
		return false;
	at += strlen(provider);
	for (i = 0; i < EVENTS; i++)
		if (strncmp(at, events[i].name, strlen(events[i].name)) == 0 &&
			at[strlen(events[i].name)] == ':')
			break;
	struct event event = {.object = OBJECT_NONE, .text = TEXT_NONE};
	if (i == EVENTS || !strchr(fields, '}') ||
		!take_field(fields, events[i].address, &event.address) ||
		!take_field(fields, events[i].size, &event.size) ||
		!take_field(fields, events[i].count, &count) ||
		!take_field(fields, events[i].alignment, &event.alignment) ||
		!take_field(fields, events[i].old, &event.old_address))
		return false;
	event.kind = (uint8_t)events[i].kind;
	event.call = (uint8_t)events[i].call;
	if (__builtin_mul_overflow(event.size, count, &event.size))
		event.size = UINT64_MAX;
	if (event.alignment & (event.alignment - 1))
		event.alignment = 0;
	*ret_event = event;
	*ret_fields = fields;
	return true;
}

/* "[23:53:46.297032650]" at the start, as nanoseconds of the day. */
static bool take_time(const char *line, uint64_t *ret_nanoseconds)
{
	unsigned digits = 0;
	uint64_t hours = 0, minutes = 0, seconds = 0, nanoseconds = 0;
	const char *end = line + strlen(line);
	const char *at = *line == '[' ? scanner_take_decimal(line + 1, end, &hours) : NULL;

	at = at && *at == ':' ? scanner_take_decimal(at + 1, end, &minutes) : NULL;
	at = at && *at == ':' ? scanner_take_decimal(at + 1, end, &seconds) : NULL;
	digits = at && *at == '.' ? (unsigned)strspn(at + 1, "0123456789") : 0;
	if (digits != 9 || hours > 23 || minutes > 59 || seconds > 60)
		return false;
	scanner_take_decimal(at + 1, end, &nanoseconds);
	*ret_nanoseconds = ((hours * 60 + minutes) * 60 + seconds) * 1000000000 + nanoseconds;
	return true;
}

static bool read_line(struct import *import, void *context)
{
	struct event event;
	const char *fields;
	uint64_t time, process = 0, thread = 0;

	(void)context;
	if (!take_event(import->line, &event, &fields))
		return false;
	take_field(fields, "vpid", &process);
	take_field(fields, "vtid", &thread);
	if (!import_process(import, process))
		return true;
	event.thread = import_thread(import, thread);
	if (take_time(import->line, &time))
		import_set_time(import, &event, time);
	import_event(import, &event);
	return true;
}

static bool is_line(const char *line)
{
	struct event event;
	const char *fields;

	return line[0] == '[' && take_event(line, &event, &fields);
}

static bool recognises(const char *bytes, size_t length)
{
	return import_recognises(bytes, length, is_line);
}

const struct trace_reader reader_lttng = {
	.name = "lttng",
	.recognises = recognises,
	.read_line = read_line,
};
