/*
 * Reads the log of Mozilla's logalloc library, of all processes of a browser:
 *
 *	PROCESS THREAD malloc(32)=0x7f0c5d100040
 *	PROCESS THREAD posix_memalign(256,240)=0x7f0c5d100100
 *	PROCESS THREAD free(0x7f0c5d100040)
 *
 * In a munged log, addresses are slots (#7) that are used again, and processes and threads are
 * small numbers; in an older one there are no threads.  posix_memalign has no pointer among its
 * arguments, and its result is the address.
 */
#include "trace/readers/calls.h"
#include "trace/readers/import.h"
#include "trace/readers/reader.h"
#include "trace/text/scanner.h"

#include <string.h>

struct logalloc_line {
	uint64_t process, thread;
	struct event event;
};

/* The call without the # of its slots; false: it is too long. */
static bool drop_hashes(const char *at, char *ret_call, size_t room, bool *ret_has_slots)
{
	size_t n = 0;

	for (; *at && n + 1 < room; at++) {
		*ret_has_slots |= *at == '#';
		if (*at != '#')
			ret_call[n++] = *at;
	}
	ret_call[n] = '\0';
	return !*at;
}

static bool take_line(const char *line, struct logalloc_line *ret_line, bool *ret_has_slots)
{
	struct logalloc_line found = {0};
	struct call_text call;
	char text[256];
	bool has_slots = false;
	const char *end = line + strlen(line);
	const char *at = scanner_take_decimal(line, end, &found.process);
	const char *after_thread =
		at && *at == ' ' ? scanner_take_decimal(at + 1, end, &found.thread) : NULL;

	at = after_thread ? after_thread : at;
	if (!at || *at != ' ' || strchr(at + 1, ' ') ||
		!drop_hashes(at + 1, text, sizeof(text), &has_slots))
		return false;
	const char *after = call_take(text, &call);
	if (!after || *after)
		return false;
	bool is_posix = strcmp(call.name, "posix_memalign") == 0;
	if (is_posix)
		strcpy(call.name, "memalign");
	if (!call_to_event(&call, &found.event))
		return false;
	if (is_posix)
		found.event.call = CALL_POSIX_MEMALIGN;
	*ret_line = found;
	*ret_has_slots = has_slots;
	return true;
}

static bool read_line(struct import *import, void *context)
{
	struct logalloc_line line;
	bool has_slots = false;

	(void)context;
	if (!take_line(import->line, &line, &has_slots))
		return false;
	if (!import_process(import, line.process))
		return true;
	line.event.thread = import_thread(import, line.thread);
	import->has_slots |= has_slots;
	import_event(import, &line.event);
	return true;
}

static bool is_line(const char *line)
{
	struct logalloc_line found;
	bool has_slots;

	return take_line(line, &found, &has_slots);
}

static bool recognises(const char *bytes, size_t length)
{
	return import_recognises(bytes, length, is_line);
}

const struct trace_reader reader_logalloc = {
	.name = "logalloc",
	.recognises = recognises,
	.read_line = read_line,
};
