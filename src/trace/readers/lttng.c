/*
 * Reads what babeltrace2 prints of a trace of LTTng with its wrapper of the C library:
 *
 *	[23:53:46.297032650] (+0.000001290) host lttng_ust_libc:realloc: { cpu_id = 0 },
 *	    { vpid = 21006, vtid = 21006 }, { in_ptr = 0x556550C8EEA0, size = 2000, ptr = 0x55... }
 *
 * on one line.  The process, the thread and the caller (ip) are there if they were recorded as
 * context, and the files of the program if lttng_ust_statedump and lttng_ust_lib were recorded:
 *
 *	lttng_ust_statedump:bin_info: ... { baddr = 0x7F03637FA000, memsz = 1974096, path = "/usr/lib/
 *	    x86_64-linux-gnu/libc.so.6", is_pic = 1, has_build_id = 1, has_debug_link = 1 }
 *	lttng_ust_statedump:build_id: ... { baddr = 0x7F03637FA000, _build_id_length = 20,
 *	    build_id = [ [0] = 0x66, [1] = 0x8, ... ] }
 */
#include "base/xalloc.h"
#include "trace/readers/calls.h"
#include "trace/readers/import.h"
#include "trace/readers/reader.h"
#include "trace/readers/stacks.h"
#include "trace/text/scanner.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define BUILD_ID_BYTES 64u

struct lttng {
	struct stacks stacks;
	/* a file of the program that was not fed yet: its build id is on the next line; path NULL:
	 * none */
	struct trace_module module;
	char *path;
	char build_id[2 * BUILD_ID_BYTES + 1];
};

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

/* ---- files of the program -------------------------------------------------------------------- */

static void feed_pending(struct lttng *log, struct feed *feed)
{
	if (!log->path)
		return;
	log->module.path = log->path;
	log->module.build_id = log->build_id;
	feed_module(feed, &log->module);
	free(log->path);
	log->path = NULL;
}

/* The fields of bin_info, or of a library that was loaded later. */
static bool take_file(struct lttng *log, struct feed *feed, const char *fields)
{
	const char *path = strstr(fields, "path = \""), *end = path ? strchr(path + 8, '"') : NULL;
	uint64_t base = 0, size = 0, is_relocated = 1;

	if (!end || !take_field(fields, "baddr", &base) || !take_field(fields, "memsz", &size) ||
		base + size <= base)
		return false;
	take_field(fields, "is_pic", &is_relocated);
	feed_pending(log, feed);
	log->path = xstrndup(path + 8, (size_t)(end - path) - 8);
	log->build_id[0] = '\0';
	log->module = (struct trace_module){
		.base = is_relocated ? base : 0,
		.start = base,
		.end = base + size,
	};
	return true;
}

/* The fields of build_id, which follow those of its file. */
static bool take_build_id(struct lttng *log, const char *fields)
{
	const char *at = strstr(fields, "build_id = [ ");
	uint64_t base = 0, byte = 0;
	size_t count = 0;

	if (!at || !log->path || !take_field(fields, "baddr", &base) || base != log->module.start)
		return false;
	for (at += 13; count < BUILD_ID_BYTES && (at = strstr(at, "] = ")) && at[4]; count++) {
		at = call_take_number(at + 4, &byte);
		if (!at || byte > UINT8_MAX)
			break;
		snprintf(log->build_id + 2 * count, 3, "%02x", (unsigned)byte);
	}
	return true;
}

/* Of the process that is read; false: the line is not about a file. */
static bool take_module(struct import *import, struct lttng *log)
{
	const char *line = import->line, *fields = strstr(line, "{ baddr = ");
	uint64_t process = 0;

	if (!fields)
		return false;
	take_field(line, "vpid", &process);
	if (strstr(line, "lttng_ust_statedump:build_id:"))
		return !import_process(import, process) || take_build_id(log, fields);
	if (strstr(line, "lttng_ust_statedump:bin_info:") || strstr(line, "lttng_ust_lib:load:"))
		return !import_process(import, process) || take_file(log, import->feed, fields);
	return false;
}

/* ---- lines ----------------------------------------------------------------------------------- */

static bool read_line(struct import *import, void *context)
{
	struct lttng *log = context;
	struct event event;
	const char *fields;
	uint64_t time, process = 0, thread = 0, caller = 0;

	if (!take_event(import->line, &event, &fields))
		return take_module(import, log);
	take_field(fields, "vpid", &process);
	take_field(fields, "vtid", &thread);
	take_field(fields, "ip", &caller);
	if (!import_process(import, process))
		return true;
	feed_pending(log, import->feed);
	event.site = stacks_caller(&log->stacks, caller, import->feed);
	event.thread = import_thread(import, thread);
	if (take_time(import->line, &time))
		import_set_time(import, &event, time);
	import_event(import, &event);
	return true;
}

static int read(struct feed *feed, struct source *source, struct error *err)
{
	struct lttng log = {0};

	(void)err;
	stacks_init(&log.stacks);
	import_log(feed, source, read_line, &log);
	free(log.path);
	stacks_finish(&log.stacks);
	return 0;
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
	.read = read,
};
