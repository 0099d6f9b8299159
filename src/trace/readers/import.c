/* See import.h. */
#include "trace/readers/import.h"

#include "base/error.h"
#include "trace/resolver.h"

#include <inttypes.h>
#include <string.h>

void import_init(struct import *import, struct feed *feed, struct source *source)
{
	memset(import, 0, sizeof(*import));
	import->feed = feed;
	import->source = source;
	import->resolver = resolver_new();
	numbering_init(&import->threads);
	import->process = feed_process(feed);
}

/* What still waits, in order. */
static void feed_waiting(struct import *import)
{
	uint64_t end = import->soon;

	for (uint64_t at = end > IMPORT_AHEAD ? end - IMPORT_AHEAD : 0; at < end; at++)
		import_event(import, &import->waiting[at % IMPORT_AHEAD]);
	import->soon = 0;
}

void import_finish(struct import *import)
{
	feed_waiting(import);
	resolver_free(import->resolver);
	numbering_finish(&import->threads);
	import->resolver = NULL;
}

bool import_next_line(struct import *import)
{
	struct source *source = import->source;

	if (source->at == source->end && !source_more(source))
		return false;
	const char *at = source->at;
	const char *newline = memchr(at, '\n', (size_t)(source->end - at));
	const char *stop = newline ? newline : source->end;
	size_t length = (size_t)(stop - at);
	if (length > 0 && stop[-1] == '\r')
		length--;
	size_t kept = length < IMPORT_LINE_BYTES ? length : IMPORT_LINE_BYTES - 1;
	memcpy(import->line, at, kept);
	import->line[kept] = '\0';
	import->line_length = length;
	import->line_number++;
	import->is_last = !newline;
	source->at = newline ? newline + 1 : stop;
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
	feed_skipped(import->feed, 0);
}

void import_log(struct feed *feed, struct source *source,
	bool (*read_line)(struct import *import, void *context), void *context)
{
	struct import import;

	import_init(&import, feed, source);
	while (import_next_line(&import)) {
		if (import.line[0] == '\0' || read_line(&import, context))
			continue;
		if (import.is_last && import.line_number > 1)
			feed_truncated(feed);
		else
			import_skip_line(&import);
	}
	import_finish(&import);
}

bool import_recognises(const char *bytes, size_t length, bool (*is_line)(const char *line))
{
	const char *end = bytes + length, *newline;
	char line[512];

	for (const char *at = bytes; (newline = memchr(at, '\n', (size_t)(end - at)));
		at = newline + 1) {
		size_t bytes_kept = (size_t)(newline - at);
		bytes_kept -= bytes_kept > 0 && newline[-1] == '\r';
		if (bytes_kept >= sizeof(line))
			continue;
		memcpy(line, at, bytes_kept);
		line[bytes_kept] = '\0';
		if (strlen(line) == bytes_kept && is_line(line))
			return true;
	}
	return false;
}

bool import_process(struct import *import, uint64_t id)
{
	if (import->process == 0)
		import->process = id;
	if (import->process == id)
		return true;
	feed_other_process(import->feed, id);
	return false;
}

uint32_t import_thread(struct import *import, uint64_t id)
{
	return numbering_of(&import->threads, id);
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
		feed_resolved(import->feed, &lost);
		feed_comment(import->feed, why, strlen(why), true);
	}
	resolver_take(import->resolver, event);
	if (import->has_slots)
		event->address = 0;
	feed_resolved(import->feed, event);
}

void import_soon(struct import *import, const struct event *event)
{
	struct event *place = &import->waiting[import->soon++ % IMPORT_AHEAD];

	if (import->soon > IMPORT_AHEAD)
		import_event(import, place);
	*place = *event;
	resolver_expect(import->resolver, event->address);
}
