/*
 * Reads the log of ltrace: calls of functions, one a line, or in two halves where threads call at
 * the same time:
 *
 *	malloc(24)                                  = 0x55f9bb19c2a0
 *	29921 a.out->realloc(0x7f6f60000b70, 100000 <unfinished ...>
 *	29921 <... realloc resumed> )               = 0x7f6f60000b70
 *
 * A free counts from its first half, since the block is another's as soon as it has begun; all else
 * from its second. C++'s new calls malloc, and both may be in the log: one event.  The numbers
 * before the calls are of threads, and a process that was forked has another one; which is which
 * the log does not say.  posix_memalign does not show its address: it is left out.
 */
#include "trace/readers/calls.h"
#include "trace/readers/import.h"
#include "trace/readers/prefix.h"
#include "trace/readers/reader.h"

#include <string.h>

static void put_event(struct import *import, const struct prefix *prefix, struct event *event)
{
	event->thread = import_thread(import, prefix->thread);
	if (prefix->has_time)
		import_set_time(import, event, prefix->time);
	import_event(import, event);
}

/* A call that has returned; inner: what a call of malloc inside of it has returned. */
static bool end_call(struct import *import, const struct calls_begun *begun,
	const struct prefix *prefix, const struct call_text *call, uint64_t inner)
{
	struct call_begun *outer = calls_newest(begun, prefix->thread);
	struct event event;

	if (!call_to_event(call, &event) || event.kind == EVENT_FREE)
		return false;
	if (outer)
		outer->inner = event.address;
	if (inner && inner == event.address)
		return false;
	put_event(import, prefix, &event);
	return true;
}

/* A free that has begun; delete may have begun the same. */
static bool begin_free(struct import *import, const struct calls_begun *begun,
	const struct prefix *prefix, struct event *event)
{
	const struct call_begun *outer = calls_newest(begun, prefix->thread);
	struct event same;

	if (outer && call_to_event(&outer->call, &same) && same.kind == EVENT_FREE &&
		same.address == event->address)
		return false;
	put_event(import, prefix, event);
	return true;
}

static bool read_line(struct import *import, void *context)
{
	struct calls_begun *begun = context;
	struct call_begun resumed;
	struct call_text call;
	struct prefix prefix;
	struct event event;
	char name[CALL_NAME_BYTES];
	const char *at = prefix_take(import->line, &prefix);

	if (feed_process(import->feed) && !import_process(import, prefix.thread))
		return true;
	const char *after = call_take_resumed(at, name);
	if (after) {
		if (!calls_resume(begun, prefix.thread, name, &resumed) ||
			!call_take_resumed_result(after, &resumed.call))
			return false;
		return (call_to_event(&resumed.call, &event) && event.kind == EVENT_FREE) ||
		       end_call(import, begun, &prefix, &resumed.call, resumed.inner);
	}
	if (!call_take(at, &call))
		return false;
	bool is_free = call_to_event(&call, &event) && event.kind == EVENT_FREE;
	bool is_read = is_free        ? begin_free(import, begun, &prefix, &event)
		       : call.is_half ? true
				      : end_call(import, begun, &prefix, &call, 0);
	if (call.is_half)
		calls_begin(begun, prefix.thread, &call);
	return is_read;
}

static int read(struct feed *feed, struct source *source, struct error *err)
{
	struct calls_begun begun = {0};

	(void)err;
	import_log(feed, source, read_line, &begun);
	calls_begun_finish(&begun);
	return 0;
}

/* A call of a function that we know, with blanks after its commas and before its =. */
static bool is_line(const char *line)
{
	struct prefix prefix;
	struct call_text call;
	struct event event;
	const char *at = prefix_take(line, &prefix);

	if (!call_take(at, &call) || strchr(line, ';'))
		return false;
	if (call.is_half) {
		call.has_result = true;
		return call_to_event(&call, &event);
	}
	return call_to_event(&call, &event) && strstr(line, " = ") != NULL;
}

static bool recognises(const char *bytes, size_t length)
{
	return import_recognises(bytes, length, is_line);
}

const struct trace_reader reader_ltrace = {
	.name = "ltrace",
	.recognises = recognises,
	.read = read,
};
