/* See import.h. */
#include "trace/readers/import.h"

#include "base/error.h"
#include "trace/resolver.h"

#include <inttypes.h>
#include <string.h>

void import_init(struct import *import, struct feed *feed, const char *bytes, size_t length)
{
	memset(import, 0, sizeof(*import));
	import->feed = feed;
	import->at = bytes;
	import->end = bytes + length;
	import->resolver = resolver_new();
}

void import_finish(struct import *import)
{
	resolver_free(import->resolver);
	array_finish(&import->threads);
	import->resolver = NULL;
}

bool import_next_line(struct import *import)
{
	const char *at = import->at;

	if (at == import->end)
		return false;
	const char *newline = memchr(at, '\n', (size_t)(import->end - at));
	const char *stop = newline ? newline : import->end;
	size_t length = (size_t)(stop - at);
	if (length > 0 && stop[-1] == '\r')
		length--;
	size_t kept = length < IMPORT_LINE_BYTES ? length : IMPORT_LINE_BYTES - 1;
	memcpy(import->line, at, kept);
	import->line[kept] = '\0';
	import->line_length = length;
	import->line_number++;
	import->is_last = !newline;
	import->at = newline ? newline + 1 : stop;
	return true;
}

int import_refuse_line(struct import *import, const char *expected, struct error *err)
{
	if (!import->is_last || import->line_number == 1)
		return error_set(err, "%" PRIu64 ": %s", import->line_number, expected);
	feed_truncated(import->feed);
	return 0;
}

void import_skip_line(struct import *import)
{
	feed_skipped(import->feed);
}

uint32_t import_thread(struct import *import, uint64_t id)
{
	const uint64_t *threads = import->threads.items;
	size_t count = import->threads.count;

	if (count > 0 && threads[import->thread] == id)
		return import->thread;
	for (size_t i = count; i-- > 0;)
		if (threads[i] == id)
			return import->thread = (uint32_t)i;
	*array_push(&import->threads) = id;
	return import->thread = (uint32_t)count;
}

void import_set_time(struct import *import, struct event *event, uint64_t nanoseconds)
{
	if (!import->has_start)
		import->start = nanoseconds;
	import->has_start = true;
	event->time = nanoseconds > import->start ? nanoseconds - import->start : 0;
	event->flags |= EVENT_HAS_TIME;
}

void import_event(struct import *import, struct event *event)
{
	static const char why[] = " was not recorded: its address is given to another";
	struct event lost;

	if (resolver_lost(import->resolver, event, &lost)) {
		resolver_take(import->resolver, &lost);
		feed_event(import->feed, &lost, NULL, 0);
		feed_comment(import->feed, why, strlen(why), true);
	}
	resolver_take(import->resolver, event);
	feed_event(import->feed, event, NULL, 0);
}
