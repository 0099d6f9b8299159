/*
 * Reads what valgrind --trace-malloc=yes prints, among its other words and those of the program:
 *
 *	--16797-- malloc(24) = 0x4A42040
 *	--16797-- realloc(0x4A42120,2000) = 0x4A42240
 *	--16797-- realloc(0x0,33)malloc(33) = 0x4A42AB0
 *	--16797-- memalign(al 64, size 100) = 0x4A42B80
 *	--16797-- free(0x4A42040)
 *
 * The number is of a process; threads are not shown.  A realloc that is a malloc or a free shows
 * that one behind itself, and that one counts.
 */
#include "trace/readers/calls.h"
#include "trace/readers/import.h"
#include "trace/readers/reader.h"
#include "trace/text/scanner.h"

#include <string.h>

/* "--PID-- ", or with --time-stamp=yes "--00:00:00:01.234 PID-- "; gives what follows, or NULL. */
static const char *take_process(const char *line, uint64_t *ret_process)
{
	if (strncmp(line, "--", 2) != 0)
		return NULL;
	const char *at = line + 2, *end = line + strlen(line);
	const char *blank = at + strspn(at, "0123456789:.");

	if (*blank == ' ')
		at = blank + 1;
	at = scanner_take_decimal(at, end, ret_process);
	return at && strncmp(at, "-- ", 3) == 0 ? at + 3 : NULL;
}

static bool take_event(const char *at, struct event *ret_event)
{
	struct call_text call;
	const char *after = call_take(at, &call);

	while (after && *after && !call.has_result)
		after = call_take(after, &call);
	return after && call_to_event(&call, ret_event);
}

static bool read_line(struct import *import, void *context)
{
	uint64_t process = 0;
	const char *at = take_process(import->line, &process);
	struct event event;

	(void)context;
	if (!at || !take_event(at, &event))
		return false;
	if (import_process(import, process))
		import_event(import, &event);
	return true;
}

static bool is_line(const char *line)
{
	uint64_t process;
	const char *at = take_process(line, &process);
	struct event event;

	return at && take_event(at, &event);
}

static bool recognises(const char *bytes, size_t length)
{
	return import_recognises(bytes, length, is_line);
}

const struct trace_reader reader_valgrind = {
	.name = "valgrind",
	.recognises = recognises,
	.read_line = read_line,
};
