/* See spool.h. */
#include "trace/spool.h"

#include "base/error.h"
#include "base/progress.h"
#include "base/temporary.h"
#include "trace/head.h"
#include "trace/readers/reader.h"
#include "trace/trace_state.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

int spool_open(struct error *err)
{
	int fd = temporary_open_or_memory("arenascope-spool");

	return fd < 0 ? error_set(err, "cannot create a temporary file: %s", strerror(errno)) : fd;
}

/* The file takes the place of the trace's bytes. */
static int take_place(struct trace *trace, int fd, struct error *err)
{
	bytes_release(&trace->bytes);
	return bytes_map(&trace->bytes, fd, trace->name, err);
}

int spool_feed(struct feed *feed, struct trace *trace, const struct trace_reader *reader,
	struct source *source, struct error *err)
{
	struct error reason;

	int result = reader_read(reader, feed, source, &reason);
	if (result < 0)
		source_skip(source);
	if (source_check(source, err) < 0)
		return -1;
	if (result < 0)
		return error_set(err, "%s:%s", trace->name, reason.text);
	trace->is_truncated |= source_is_cut(source);
	if (!trace->hint.form || feed_has_events(feed) || trace->skipped == 0)
		return 0;
	return error_set(err, "%s: not one of its lines is an event as %s writes it", trace->name,
		reader->name);
}

static void say_progress(void *user)
{
	const struct source *source = user;

	progress_say("reading", "bytes", source->taken, source->total);
}

int spool_read(struct trace *trace, const struct trace_reader *reader, struct source *source,
	unsigned flags, struct error *err)
{
	struct feed *feed = NULL;
	struct error reason;
	int result = -1, fd = spool_open(err);
	size_t at;

	if (fd < 0 || feed_new(&feed, trace, fd, err) < 0)
		goto out;
	source->took_window = say_progress;
	source->user = source;
	if (spool_feed(feed, trace, reader, source, &reason) < 0) {
		if (!(flags & TRACE_SALVAGE)) {
			*err = reason;
			goto out;
		}
		trace_set_damage(trace, reason.text);
	}
	result = feed_finish(feed, err);
	feed = NULL;
	if (result == 0)
		result = take_place(trace, fd, err);
	if (result == 0)
		result = head_take(&trace->bytes, trace->name, &trace->info, &at,
			&trace->is_truncated, err);
	trace->chunks.care = CHUNKS_TRUSTED;
	if (result == 0)
		result = chunks_scan(trace, at, err);
out:
	feed_abandon(feed);
	if (fd >= 0)
		close(fd);
	return result;
}
