/* See feed.h; each call costs the same, however much was fed. */
#include "trace/feed.h"

#include "base/arrays.h"
#include "base/error.h"
#include "base/text.h"
#include "base/xalloc.h"
#include "trace/record.h"
#include "trace/spool.h"
#include "trace/trace_state.h"
#include "trace/writer.h"

#include <stdlib.h>

#define SEEN_BITS (1u << 14) /* IDs in one page of the set of IDs seen */

struct feed {
	struct trace *trace;         /* borrowed */
	struct trace_writer *writer; /* of the spool */
	struct error error;          /* of the first write that failed */
	bool failed;
	bool has_events;
	uint32_t sites;
	/* bitmaps of the IDs brought to life so far, SEEN_BITS each; NULL: none of them */
	ARRAY(uint64_t *) seen;
	struct text text;
};

int feed_new(struct feed **ret_feed, struct trace *trace, int fd, struct error *err)
{
	struct feed *feed = xcalloc(1, sizeof(*feed));

	feed->trace = trace;
	if (trace_writer_new(&feed->writer, fd, "temporary file", TRACE_BINARY, NULL, err) < 0) {
		free(feed);
		return -1;
	}
	trace_writer_uncompressed(feed->writer);
	*ret_feed = feed;
	return 0;
}

void feed_abandon(struct feed *feed)
{
	if (!feed)
		return;
	trace_writer_abandon(feed->writer);
	for (size_t i = 0; i < feed->seen.count; i++)
		free(feed->seen.items[i]);
	array_finish(&feed->seen);
	text_finish(&feed->text);
	free(feed);
}

void feed_flush(struct feed *feed)
{
	if (trace_writer_flush(feed->writer, &feed->error) < 0)
		feed->failed = true;
}

int feed_finish(struct feed *feed, struct error *err)
{
	int result = trace_writer_finish(feed->writer, err);

	feed->writer = NULL;
	if (result == 0 && feed->failed) {
		*err = feed->error;
		result = -1;
	}
	feed_abandon(feed);
	return result;
}

/* Whether the object was brought to life before; from now on it was, if `now`. */
static bool was_seen(struct feed *feed, uint32_t object, bool now)
{
	size_t number = object / SEEN_BITS;
	uint64_t bit = UINT64_C(1) << (object % 64);

	if (!now && number >= feed->seen.count)
		return false;
	while (number >= feed->seen.count)
		*array_push(&feed->seen) = NULL;
	uint64_t **page = &feed->seen.items[number];
	if (!*page && !now)
		return false;
	if (!*page)
		*page = xcalloc(SEEN_BITS / 64, sizeof(uint64_t));
	uint64_t *word = &(*page)[object % SEEN_BITS / 64];
	bool seen = *word & bit;
	if (now)
		*word |= bit;
	return seen;
}

static void add(struct feed *feed, const struct event *event, const char *text)
{
	feed->has_events = true;
	feed->trace->has_counted |= event_is_counted(event);
	feed->trace->has_cache |= event_is_of_cache(event);
	if (trace_writer_add(feed->writer, event, text, &feed->error) < 0)
		feed->failed = true;
}

void feed_resolved(struct feed *feed, const struct event *event)
{
	add(feed, event, NULL);
}

void feed_event(struct feed *feed, struct event *event, const char *text, size_t length)
{
	if (event->object != OBJECT_NONE &&
		was_seen(feed, event->object,
			event_asks_for_memory(event) && !(event->flags & EVENT_FAILED)))
		event->flags |= EVENT_SEEN_BEFORE;
	if (text) {
		text_clear(&feed->text);
		text_add_bytes(&feed->text, text, length);
	}
	add(feed, event, text ? text_of(&feed->text) : NULL);
}

void feed_comment(struct feed *feed, const char *text, size_t length, bool trails)
{
	text_clear(&feed->text);
	text_add_bytes(&feed->text, text, length);
	if (trace_writer_comment(feed->writer, text_of(&feed->text), trails, &feed->error) < 0)
		feed->failed = true;
}

void feed_module(struct feed *feed, const struct trace_module *module)
{
	if (trace_writer_define_module(feed->writer, module, &feed->error) < 0)
		feed->failed = true;
}

void feed_name(struct feed *feed, uint64_t address, const char *words)
{
	if (trace_writer_define_name(feed->writer, address, words, &feed->error) < 0)
		feed->failed = true;
}

void feed_site(struct feed *feed, const uint64_t *frames, size_t count)
{
	feed->sites++;
	if (trace_writer_define(feed->writer, frames, count, &feed->error) < 0)
		feed->failed = true;
}

uint32_t feed_sites(const struct feed *feed)
{
	return feed->sites;
}

bool feed_has_events(const struct feed *feed)
{
	return feed->has_events;
}

struct trace_info *feed_info(struct feed *feed)
{
	return &feed->trace->info;
}

void feed_truncated(struct feed *feed)
{
	feed->trace->is_truncated = true;
}

void feed_line(struct feed *feed, uint64_t event, uint64_t line)
{
	line_numbers_add(&feed->trace->line_numbers, event, line);
}

void feed_skipped(struct feed *feed, uint64_t line)
{
	if (feed->trace->skipped++ == 0)
		feed->trace->line_numbers.skipped = line;
}

uint64_t feed_process(const struct feed *feed)
{
	return feed->trace->hint.process;
}

void feed_other_process(struct feed *feed, uint64_t process)
{
	uint64_t *known = feed->trace->other_processes;
	size_t i = 0;

	feed->trace->others++;
	while (i < TRACE_OTHERS_MAX && known[i] && known[i] != process)
		i++;
	if (i < TRACE_OTHERS_MAX)
		known[i] = process;
}
