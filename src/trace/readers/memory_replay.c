/*
 * Reads the text form of Android's memory_replay: one call a line,
 *
 *	TID: malloc PTR SIZE          TID: realloc NEW OLD SIZE      TID: free PTR
 *	TID: calloc PTR COUNT SIZE    TID: memalign PTR ALIGN SIZE   TID: thread_done 0x0
 *
 * The times of its start and end, in nanoseconds, may follow.  A pointer of 0 is a call that
 * failed. Knowledge: Android's system/extras, memory_replay.
 */
#include "trace/readers/import.h"
#include "trace/readers/reader.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define LINE_BYTES 256u /* no line is that long */

/*
 * The call of a name, and which of the numbers after it is what: 1 for the second; 0, the pointer,
 * stands for none.
 */
static const struct {
	const char *name;
	enum event_kind kind;
	enum call call;
	unsigned numbers;
	unsigned size, count, alignment, old;
} calls[] = {
	{"malloc", EVENT_ALLOCATE, CALL_MALLOC, 2, .size = 1},
	{"calloc", EVENT_ALLOCATE, CALL_CALLOC, 3, .count = 1, .size = 2},
	{"memalign", EVENT_ALLOCATE, CALL_MEMALIGN, 3, .alignment = 1, .size = 2},
	{"realloc", EVENT_REALLOCATE, CALL_REALLOC, 3, .old = 1, .size = 2},
	{"free", EVENT_FREE, CALL_FREE, 1},
	{"thread_done", EVENT_NOTE, CALL_UNKNOWN, 1}, /* not an event of a trace */
};

#define CALLS_KNOWN (sizeof(calls) / sizeof(*calls))

/* Up to n numbers, decimal or 0x, separated by blanks; gives how many. */
static unsigned take_numbers(const char *at, uint64_t *numbers, unsigned n)
{
	unsigned taken = 0;

	while (taken < n) {
		char *end;
		at += strspn(at, " \t");
		if (*at < '0' || *at > '9')
			break;
		numbers[taken++] = strtoull(at, &end, 0);
		at = end;
	}
	return taken;
}

static void put_call(struct import *import, size_t call, uint64_t tid, const uint64_t *numbers,
	unsigned count)
{
	struct event event = {
		.kind = (uint8_t)calls[call].kind,
		.call = (uint8_t)calls[call].call,
		.address = numbers[0],
		.object = OBJECT_NONE,
		.text = TEXT_NONE,
		.thread = import_thread(import, tid),
	};

	if (calls[call].size)
		event.size = numbers[calls[call].size];
	if (calls[call].count &&
		__builtin_mul_overflow(event.size, numbers[calls[call].count], &event.size))
		event.size = UINT64_MAX;
	if (calls[call].old)
		event.old_address = numbers[calls[call].old];
	uint64_t alignment = calls[call].alignment ? numbers[calls[call].alignment] : 0;
	if ((alignment & (alignment - 1)) == 0)
		event.alignment = alignment;
	if (count > calls[call].numbers)
		import_set_time(import, &event, numbers[calls[call].numbers]);
	import_event(import, &event);
}

/* The call with this name, `length` bytes long; CALLS_KNOWN: there is none. */
static size_t find_call(const char *name, size_t length)
{
	size_t i = 0;

	while (i < CALLS_KNOWN &&
		(strlen(calls[i].name) != length || memcmp(calls[i].name, name, length) != 0))
		i++;
	return i;
}

/* false: the line is not one of this form. */
static bool read_line(struct import *import)
{
	char *after;
	uint64_t tid = strtoull(import->line, &after, 10);
	uint64_t numbers[5] = {0};

	if (import->line_length >= LINE_BYTES || after == import->line || *after++ != ':')
		return false;
	after += strspn(after, " \t");
	size_t length = strcspn(after, " \t"), call = find_call(after, length);
	if (call == CALLS_KNOWN)
		return false;
	unsigned count = take_numbers(after + length, numbers, 5);
	if (count < calls[call].numbers)
		return false;
	if (calls[call].kind == EVENT_NOTE)
		import_skip_line(import);
	else
		put_call(import, call, tid, numbers, count);
	return true;
}

static int read(struct feed *feed, struct source *source, struct error *err)
{
	struct import import;
	int result = 0;

	import_init(&import, feed, source);
	while (result == 0 && import_next_line(&import))
		if (import.line[0] != '\0' && !read_line(&import))
			result = import_refuse_line(&import,
				"expected a call such as \"123: malloc 0x1000 16\"", err);
	import_finish(&import);
	return result;
}

static bool recognises(const char *bytes, size_t length)
{
	const char *newline = memchr(bytes, '\n', length);
	size_t line_length = newline ? (size_t)(newline - bytes) : length;
	char line[LINE_BYTES], call[16];
	unsigned long long tid;

	if (line_length >= sizeof(line))
		return false;
	memcpy(line, bytes, line_length);
	line[line_length] = '\0';
	return sscanf(line, "%llu: %15s", &tid, call) == 2 &&
	       find_call(call, strlen(call)) < CALLS_KNOWN;
}

const struct trace_reader reader_memory_replay = {
	.name = "memory_replay",
	.recognises = recognises,
	.read = read,
};
