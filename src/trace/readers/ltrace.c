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
 * the log does not say.  With -i the address before a call is that of its caller.  posix_memalign
 * does not show its address: it is left out.
 */
#include "trace/readers/calls.h"
#include "trace/readers/import.h"
#include "trace/readers/prefix.h"
#include "trace/readers/reader.h"
#include "trace/readers/stacks.h"

#include <string.h>

struct ltrace {
	struct calls_begun begun;
	struct stacks stacks;
};

static void put_event(struct import *import, struct ltrace *log, const struct prefix *prefix,
	struct event *event)
{
	event->site = stacks_caller(&log->stacks, prefix->caller, import->feed);
	event->thread = import_thread(import, prefix->thread);
	if (prefix->has_time)
		import_set_time(import, event, prefix->time);
	import_event(import, event);
}

/* A call that has returned; inner: what a call of malloc inside of it has returned. */
static bool end_call(struct import *import, struct ltrace *log, const struct prefix *prefix,
	const struct call_text *call, uint64_t inner)
{
	struct call_begun *outer = calls_newest(&log->begun, prefix->thread);
	struct event event;

	if (!call_to_event(call, &event) || event.kind == EVENT_FREE)
		return false;
	if (outer)
		outer->inner = event.address;
	if (inner && inner == event.address)
		return false;
	put_event(import, log, prefix, &event);
	return true;
}

/* A free that has begun; delete may have begun the same. */
static bool begin_free(struct import *import, struct ltrace *log, const struct prefix *prefix,
	struct event *event)
{
	const struct call_begun *outer = calls_newest(&log->begun, prefix->thread);
	struct event same;

	if (outer && call_to_event(&outer->call, &same) && same.kind == EVENT_FREE &&
		same.address == event->address)
		return false;
	put_event(import, log, prefix, event);
	return true;
}

static bool read_line(struct import *import, void *context)
{
	struct ltrace *log = context;
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
		if (!calls_resume(&log->begun, prefix.thread, name, &resumed) ||
			!call_take_resumed_result(after, &resumed.call))
			return false;
		return (call_to_event(&resumed.call, &event) && event.kind == EVENT_FREE) ||
		       end_call(import, log, &prefix, &resumed.call, resumed.inner);
	}
	if (!call_take(at, &call))
		return false;
	bool is_free = call_to_event(&call, &event) && event.kind == EVENT_FREE;
	bool is_read = is_free        ? begin_free(import, log, &prefix, &event)
		       : call.is_half ? true
				      : end_call(import, log, &prefix, &call, 0);
	if (call.is_half)
		calls_begin(&log->begun, prefix.thread, &call);
	return is_read;
}

static int read(struct feed *feed, struct source *source, struct error *err)
{
	struct ltrace log = {0};

	(void)err;
	stacks_init(&log.stacks);
	import_log(feed, source, read_line, &log);
	calls_begun_finish(&log.begun);
	stacks_finish(&log.stacks);
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
