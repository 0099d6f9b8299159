/*
 * Reads what `uftrace replay` prints of a program recorded with -a, arguments and results:
 *
 *	   2.581 us [ 19212] |   malloc(24) = 0x55b1e5e08b60;
 *	            [ 19212] |   realloc(0x55b1e5e1b210, 2000) {
 *	   0.838 us [ 19212] |   } = 0x55b1e5e71fa0; / * realloc * /
 *
 * A call inside of which others are shown is in two halves, as in ltrace.c. The number is of a
 * thread. The durations do not say when a call was.
 */
#include "trace/readers/calls.h"
#include "trace/readers/import.h"
#include "trace/readers/reader.h"
#include "trace/text/scanner.h"

#include <string.h>

/* "DURATION us [ THREAD] | " before a call; gives what follows, and thread 0 without it. */
static const char *take_thread(const char *line, uint64_t *ret_thread)
{
	const char *bar = strstr(line, "] |"), *open = strchr(line, '[');

	*ret_thread = 0;
	if (!bar || !open || open > bar)
		return line + strspn(line, " ");
	const char *end = line + strlen(line);
	if (!scanner_take_decimal(open + 1 + strspn(open + 1, " "), end, ret_thread))
		*ret_thread = 0;
	return bar + 3 + strspn(bar + 3, " ");
}

/* The name in "} = RESULT; / * NAME * /", and where its result is; NULL: it is no such line. */
static const char *take_end(const char *at, char ret_name[CALL_NAME_BYTES])
{
	const char *comment = strstr(at, "/* ");
	size_t length = comment ? strcspn(comment + 3, " ") : 0;

	if (*at != '}' || length == 0 || length >= CALL_NAME_BYTES)
		return NULL;
	memcpy(ret_name, comment + 3, length);
	ret_name[length] = '\0';
	return at + 1;
}

static void put_event(struct import *import, uint64_t thread, struct event *event)
{
	event->thread = import_thread(import, thread);
	import_event(import, event);
}

/* A call that is whole, or the first half of one; false: it is not about memory. */
static bool read_call(struct import *import, struct calls_begun *begun, uint64_t thread,
	const char *at)
{
	struct call_text call;
	struct event event;
	const char *after = call_take(at, &call);

	if (!after)
		return false;
	bool begins = !call.has_result && *(after + strspn(after, " ")) == '{';
	bool is_event = call_to_event(&call, &event);
	if (is_event)
		put_event(import, thread, &event);
	if (!begins || is_event)
		return is_event;
	call.has_result = true;
	if (!call_to_event(&call, &event))
		return false;
	calls_begin(begun, thread, &call);
	return true;
}

static bool read_line(struct import *import, void *context)
{
	struct calls_begun *begun = context;
	struct call_begun ended;
	struct event event;
	uint64_t thread;
	char name[CALL_NAME_BYTES];
	const char *at = take_thread(import->line, &thread);

	if (feed_process(import->feed) && !import_process(import, thread))
		return true;
	const char *result = take_end(at, name);
	if (!result)
		return read_call(import, begun, thread, at);
	if (!calls_resume(begun, thread, name, &ended) || !call_take_result(result, &ended.call) ||
		!call_to_event(&ended.call, &event))
		return false;
	put_event(import, thread, &event);
	return true;
}

static int read(struct feed *feed, struct source *source, struct error *err)
{
	struct calls_begun begun = {0};

	(void)err;
	import_log(feed, source, read_line, &begun);
	calls_begun_finish(&begun);
	return 0;
}

/* A call of a function that we know, and a semicolon at the end of the line. */
static bool is_line(const char *line)
{
	struct call_text call;
	struct event event;
	uint64_t thread;
	const char *after = call_take(take_thread(line, &thread), &call);

	return after && strcmp(after, ";") == 0 && call_to_event(&call, &event);
}

static bool recognises(const char *bytes, size_t length)
{
	return import_recognises(bytes, length, is_line);
}

const struct trace_reader reader_uftrace = {
	.name = "uftrace",
	.recognises = recognises,
	.read = read,
};
