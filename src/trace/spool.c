/* See spool.h. */
#include "trace/spool.h"

#include "base/error.h"
#include "base/temporary.h"
#include "trace/decompression.h"
#include "trace/head.h"
#include "trace/readers/reader.h"
#include "trace/trace_state.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

static int open_spool(struct error *err)
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

int spool_read(struct trace *trace, const struct trace_reader *reader, unsigned flags,
	struct error *err)
{
	struct feed *feed = NULL;
	struct error reason, placed;
	int result = -1, fd = open_spool(err);
	size_t at;

	if (fd < 0 || feed_new(&feed, trace, fd, err) < 0)
		goto out;
	if (reader->read(feed, (const char *)trace->bytes.at, trace->bytes.length, &reason) < 0) {
		error_set(&placed, "%s:%s", trace->name, reason.text);
		if (!(flags & TRACE_SALVAGE)) {
			*err = placed;
			goto out;
		}
		trace_set_damage(trace, placed.text);
	}
	if (trace->hint.form && !feed_has_events(feed) && trace->skipped > 0) {
		error_set(err, "%s: not one of its lines is an event as %s writes it", trace->name,
			reader->name);
		goto out;
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

/* A line that is known to be cut is none, even if it looks like one. */
static int drop_last_line(struct trace *trace, int fd, struct error *err)
{
	const unsigned char *at = trace->bytes.at;
	const unsigned char *newline =
		trace->bytes.length ? memrchr(at, '\n', trace->bytes.length) : NULL;

	if (ftruncate(fd, newline ? newline + 1 - at : 0) < 0)
		return error_set(err, "temporary file: %s", strerror(errno));
	return take_place(trace, fd, err);
}

int spool_unpack(struct trace *trace, unsigned flags, struct error *err)
{
	int fd = open_spool(err);
	enum unpacked how;
	int result = -1;

	if (fd < 0)
		return -1;
	if (unpack_file(trace->bytes.at, trace->bytes.length, fd, &how, err) < 0)
		goto out;
	if (how == UNPACKED_DAMAGED) {
		error_set(err, "%s: damaged gzip or zstd data", trace->name);
		if (!(flags & TRACE_SALVAGE))
			goto out;
		trace_set_damage(trace, err->text);
	}
	trace->is_truncated = how == UNPACKED_CUT;
	result = take_place(trace, fd, err);
	if (result == 0 && how != UNPACKED_WHOLE && !head_is_binary(&trace->bytes))
		result = drop_last_line(trace, fd, err);
out:
	close(fd);
	return result;
}
