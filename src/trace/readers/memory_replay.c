/*
 * Reads the text form of Android's memory_replay: one call a line,
 *
 *	TID: malloc PTR SIZE          TID: realloc NEW OLD SIZE      TID: free PTR
 *	TID: calloc PTR COUNT SIZE    TID: memalign PTR ALIGN SIZE   TID: thread_done 0x0
 *
 * maybe with the times of its begin and end, in nanoseconds, behind it.  A pointer of 0 is a call
 * that failed.  Knowledge: Android's system/extras, memory_replay.
 */
#include "trace/readers/reader.h"

#include "base/arrays.h"
#include "base/error.h"
#include "trace/resolver.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define LINE_MAX_BYTES 256u

/*
 * What a call's name means, and which of the numbers behind it is what; 0, the pointer, stands for
 * none.
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
	{"thread_done", EVENT_NOTE, CALL_UNKNOWN, 1}, /* no event */
};

#define CALLS_KNOWN (sizeof(calls) / sizeof(*calls))

struct reading {
	struct feed *feed;
	struct resolver *resolver;
	ARRAY(uint64_t) threads; /* TIDs, in order of appearance */
	uint64_t start;          /* time of the first call */
	bool has_start;
};

static uint32_t thread_number(struct reading *reading, uint64_t tid)
{
	for (size_t i = reading->threads.count; i-- > 0;)
		if (reading->threads.items[i] == tid)
			return (uint32_t)i;
	*array_push(&reading->threads) = tid;
	return (uint32_t)reading->threads.count - 1;
}

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

static void put_call(struct reading *reading, size_t call, uint64_t tid, const uint64_t *numbers,
	unsigned count)
{
	struct event event = {
		.kind = (uint8_t)calls[call].kind,
		.call = (uint8_t)calls[call].call,
		.address = numbers[0],
		.object = OBJECT_NONE,
		.text = TEXT_NONE,
		.thread = thread_number(reading, tid),
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
	if (count > calls[call].numbers) {
		uint64_t time = numbers[calls[call].numbers];
		if (!reading->has_start)
			reading->start = time;
		reading->has_start = true;
		event.time = time > reading->start ? time - reading->start : 0;
		event.flags |= EVENT_HAS_TIME;
	}
	struct event lost;
	if (resolver_lost(reading->resolver, &event, &lost)) {
		static const char why[] = " was not recorded: its address is given to another";
		resolver_take(reading->resolver, &lost);
		feed_event(reading->feed, &lost, NULL, 0);
		feed_comment(reading->feed, why, strlen(why), true);
	}
	resolver_take(reading->resolver, &event);
	feed_event(reading->feed, &event, NULL, 0);
}

/* false: the line is none of this form. */
static bool read_line(struct reading *reading, const char *line)
{
	char *after;
	uint64_t tid = strtoull(line, &after, 10);
	uint64_t numbers[5] = {0};

	if (after == line || *after++ != ':')
		return false;
	after += strspn(after, " \t");
	size_t length = strcspn(after, " \t");
	for (size_t i = 0; i < CALLS_KNOWN; i++) {
		if (strlen(calls[i].name) != length || memcmp(calls[i].name, after, length) != 0)
			continue;
		unsigned count = take_numbers(after + length, numbers, 5);
		if (count < calls[i].numbers)
			return false;
		if (calls[i].kind != EVENT_NOTE)
			put_call(reading, i, tid, numbers, count);
		return true;
	}
	return false;
}

/* A line as a text of its own; false when it is too long to be one of these. */
static bool copy_line(char *to, const char *from, size_t length)
{
	if (length > 0 && from[length - 1] == '\r')
		length--;
	if (length >= LINE_MAX_BYTES)
		return false;
	memcpy(to, from, length);
	to[length] = '\0';
	return true;
}

static int read(struct feed *feed, const char *bytes, size_t length, struct error *err)
{
	struct reading reading = {.feed = feed, .resolver = resolver_new()};
	const char *at = bytes, *end = bytes + length;
	uint64_t number = 0;
	int result = 0;

	while (result == 0 && at < end) {
		char line[LINE_MAX_BYTES];
		const char *newline = memchr(at, '\n', (size_t)(end - at));
		const char *stop = newline ? newline : end;
		bool is_sound = copy_line(line, at, (size_t)(stop - at));

		number++;
		if (is_sound && line[0] == '\0')
			;
		else if (!is_sound || !read_line(&reading, line)) {
			if (newline || number == 1)
				result = error_set(err,
					"%" PRIu64
					": a call as in \"123: malloc 0x1000 16\" is expected",
					number);
			else
				feed_truncated(feed);
		}
		at = stop + 1;
	}
	resolver_free(reading.resolver);
	array_finish(&reading.threads);
	return result;
}

static bool recognises(const char *bytes, size_t length)
{
	char line[LINE_MAX_BYTES], call[16];
	const char *newline = memchr(bytes, '\n', length);
	unsigned long long tid;

	if (!copy_line(line, bytes, newline ? (size_t)(newline - bytes) : length) ||
		sscanf(line, "%llu: %15s", &tid, call) != 2)
		return false;
	for (size_t i = 0; i < CALLS_KNOWN; i++)
		if (strcmp(calls[i].name, call) == 0)
			return true;
	return false;
}

const struct trace_reader reader_memory_replay = {
	.name = "memory_replay",
	.recognises = recognises,
	.read = read,
};
