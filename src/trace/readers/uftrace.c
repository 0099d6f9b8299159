/*
 * Reads what `uftrace replay` prints of a program recorded with -a, arguments and results:
 *
 *	   2.581 us [ 19212] |   malloc(24) = 0x55b1e5e08b60;
 *	            [ 19212] |   realloc(0x55b1e5e1b210, 2000) {
 *	   0.838 us [ 19212] |   } = 0x55b1e5e71fa0; / * realloc * /
 *
 * A call inside of which others are shown is in two halves, as in ltrace.c, and is the caller of
 * these. The number is of a thread. The durations do not say when a call was.
 */
#include "trace/readers/calls.h"
#include "trace/readers/functions.h"
#include "trace/readers/import.h"
#include "trace/readers/reader.h"
#include "trace/readers/stacks.h"
#include "trace/text/scanner.h"

#include <string.h>

struct uftrace {
	struct calls_begun begun;
	struct stacks stacks;
	struct functions functions;
};

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

static void put_event(struct import *import, struct uftrace *log, uint64_t thread,
	struct event *event)
{
	event->thread = import_thread(import, thread);
	uint32_t top = *stacks_top(&log->stacks, event->thread);
	event->site = stacks_site(&log->stacks, top, 0, import->feed, NULL, NULL);
	import_event(import, event);
}

/* Whether the line begins a call inside of which others are shown: "NAME(ARGUMENTS) {". */
static bool begins_call(const char *at)
{
	size_t length = strlen(at);

	return length > 0 && at[length - 1] == '{' && strchr(at, '(');
}

/* The thread's stack: a call in it has begun, or the newest one has ended. */
static void enter(struct import *import, struct uftrace *log, uint64_t thread, const char *at)
{
	uint32_t *top = stacks_top(&log->stacks, import_thread(import, thread));
	uint64_t number = functions_number(&log->functions, import->feed, at, strcspn(at, "("));

	*top = stacks_call(&log->stacks, *top, number);
}

static void leave(struct import *import, struct uftrace *log, uint64_t thread)
{
	uint32_t *top = stacks_top(&log->stacks, import_thread(import, thread));

	*top = stacks_return(&log->stacks, *top, 1);
}

/* A call that is whole, or the first half of one; false: it is not about memory. */
static bool read_call(struct import *import, struct uftrace *log, uint64_t thread, const char *at)
{
	struct call_text call;
	struct event event;
	bool begins = begins_call(at), is_whole = call_take(at, &call);
	bool is_event = is_whole && call_to_event(&call, &event);

	if (is_event)
		put_event(import, log, thread, &event);
	if (begins)
		enter(import, log, thread, at);
	if (!begins || is_event || !is_whole)
		return is_event;
	call.has_result = true;
	if (!call_to_event(&call, &event))
		return false;
	calls_begin(&log->begun, thread, &call);
	return true;
}

static bool read_line(struct import *import, void *context)
{
	struct uftrace *log = context;
	struct call_begun ended;
	struct event event;
	uint64_t thread;
	char name[CALL_NAME_BYTES];
	const char *at = take_thread(import->line, &thread);

	if (feed_process(import->feed) && !import_process(import, thread))
		return true;
	if (*at == '}')
		leave(import, log, thread);
	const char *result = take_end(at, name);
	if (!result)
		return read_call(import, log, thread, at);
	if (!calls_resume(&log->begun, thread, name, &ended) ||
		!call_take_result(result, &ended.call) || !call_to_event(&ended.call, &event))
		return false;
	put_event(import, log, thread, &event);
	return true;
}

static int read(struct feed *feed, struct source *source, struct error *err)
{
	struct uftrace log = {0};

	(void)err;
	stacks_init(&log.stacks);
	functions_init(&log.functions);
	import_log(feed, source, read_line, &log);
	calls_begun_finish(&log.begun);
	functions_finish(&log.functions);
	stacks_finish(&log.stacks);
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
