/*
 * Traces that are followed while they are written: trace_follow(), trace_refresh().  A trace is
 * mapped once more when its file has grown, and the chunks that have come are scanned; nothing
 * that was scanned before is looked at again.
 */
#include "base/error.h"
#include "base/xalloc.h"
#include "trace/head.h"
#include "trace/reader_thread.h"
#include "trace/trace_state.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* Whether a writer of a growing trace holds the lock. */
static bool is_held(int fd)
{
	struct flock lock = {.l_type = F_RDLCK, .l_whence = SEEK_SET};

	return fcntl(fd, F_OFD_GETLK, &lock) < 0 || lock.l_type != F_UNLCK;
}

void growth_finish(struct growth *growth)
{
	if (growth->is_followed && !growth->reading)
		close(growth->fd);
	reading_free(growth->reading);
	free(growth->path);
}

/* Called before the size of the file is read: without a writer nothing is added to that size. */
static void see_whether_it_grows(struct trace *trace)
{
	if (trace->growth.reading) {
		trace->growth.is_growing = !reading_is_over(trace->growth.reading);
		return;
	}
	switch (trace->info.written) {
	case TRACE_WRITTEN_UNKNOWN:
		trace->growth.is_growing = !trace->growth.was_replaced;
		break;
	case TRACE_GROWING:
		trace->growth.is_growing = is_held(trace->growth.fd);
		break;
	case TRACE_COMPLETE:
		trace->growth.is_growing = false;
		break;
	}
}

/* Maps the file as long as it is now, and takes the chunks that are complete. */
static int take_more(struct trace *trace, struct error *err)
{
	struct bytes longer;

	if (bytes_map(&longer, trace->growth.fd, trace->name, err) < 0)
		return -1;
	if (longer.length < trace->chunks.scanned) {
		bytes_release(&longer);
		return error_set(err, "%s: was truncated while being followed", trace->name);
	}
	bytes_release(&trace->bytes);
	trace->bytes = longer;
	trace->is_truncated = false;
	if (chunks_scan(trace, trace->chunks.scanned, err) < 0)
		return -1;
	trace->is_truncated = trace->is_truncated && !trace->growth.is_growing;
	return 0;
}

static int take_followed(struct trace *trace, struct error *err)
{
	struct stat status;

	if (fstat(trace->growth.fd, &status) < 0)
		return error_set(err, "%s: %s", trace->name, strerror(errno));
	if (!S_ISREG(status.st_mode))
		return error_set(err, "%s: not a regular file, so it cannot be followed",
			trace->name);
	if (bytes_map(&trace->bytes, trace->growth.fd, trace->name, err) < 0)
		return -1;
	if (head_is_cut(&trace->bytes))
		return 1;
	if (!head_is_binary(&trace->bytes))
		return error_set(err,
			"%s: only a binary trace can be followed; `arenascope convert` makes one",
			trace->name);
	trace->format = "binary";
	if (head_take(&trace->bytes, trace->name, &trace->info, &trace->chunks.scanned,
		    &trace->is_truncated, err) < 0)
		return -1;
	see_whether_it_grows(trace);
	return take_more(trace, err);
}

static int follow(struct trace **ret_trace, const char *path, bool is_sliced, struct error *err)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);

	if (fd < 0 && errno == ENOENT)
		return 1;
	if (fd < 0)
		return error_set(err, "%s: %s", path, strerror(errno));
	struct trace *trace = trace_new(path);
	trace->growth.is_followed = true;
	trace->growth.fd = fd;
	trace->growth.path = xstrdup(path);
	trace->chunks.is_sliced = is_sliced;
	trace->chunks.care = CHUNKS_CHECKED;
	int result = take_followed(trace, err);
	if (result != 0) {
		trace_close(trace);
		return result;
	}
	*ret_trace = trace;
	return 0;
}

int trace_follow(struct trace **ret_trace, const char *path, struct error *err)
{
	int result = follow(ret_trace, path, false, err);

	if (result == 0)
		(*ret_trace)->chunks.is_sliced = true;
	return result;
}

int growth_read(struct trace *trace, const struct trace_reader *reader, struct source *source,
	struct error *err)
{
	struct growth *growth = &trace->growth;

	if (reading_new(&growth->reading, trace, reader, source, err) < 0)
		return -1;
	growth->is_followed = true;
	growth->fd = reading_spool(growth->reading);
	trace->chunks.is_sliced = true;
	trace->chunks.care = CHUNKS_TRUSTED;
	if (bytes_map(&trace->bytes, growth->fd, trace->name, err) < 0 ||
		head_take(&trace->bytes, trace->name, &trace->info, &trace->chunks.scanned,
			&trace->is_truncated, err) < 0)
		return -1;
	reading_take_info(growth->reading, trace);
	see_whether_it_grows(trace);
	return take_more(trace, err);
}

/* All was read: the trace is one like any other. */
static int end_reading(struct trace *trace, struct error *err)
{
	struct growth *growth = &trace->growth;
	int result = reading_take_end(growth->reading, trace, err);

	reading_free(growth->reading);
	*growth = (struct growth){.fd = -1};
	trace->info.written = TRACE_COMPLETE;
	return trace->is_salvaged ? 0 : result;
}

bool trace_is_being_read(const struct trace *trace, uint64_t *ret_done, uint64_t *ret_total)
{
	if (!trace->growth.reading)
		return false;
	reading_progress(trace->growth.reading, ret_done, ret_total);
	return true;
}

/* Another file has the name, or this one has become shorter: the recording was restarted. */
static bool has_a_successor(const struct trace *trace)
{
	struct stat ours, theirs;

	if (trace->growth.reading)
		return false;
	if (stat(trace->growth.path, &theirs) < 0 || fstat(trace->growth.fd, &ours) < 0)
		return false;
	return ours.st_dev != theirs.st_dev || ours.st_ino != theirs.st_ino ||
	       (uint64_t)ours.st_size < trace->chunks.scanned;
}

/* 1: the successor is not there yet, or its head is not whole. */
static int become_successor(struct trace *trace, struct error *err)
{
	struct trace *successor = NULL;
	int result = follow(&successor, trace->growth.path, true, err);

	if (result != 0)
		return result;
	assert(successor);
	struct trace before = *trace;
	*trace = *successor;
	trace->chunks.decodings = before.chunks.decodings + 1; /* no event is borrowed any more */
	*successor = before;
	trace_close(successor);
	trace->growth.was_replaced = true;
	see_whether_it_grows(trace);
	return 0;
}

int trace_refresh(struct trace *trace, enum trace_news *ret_news, struct error *err)
{
	struct stat status;

	*ret_news = TRACE_AS_BEFORE;
	if (!trace->growth.is_followed)
		return 0;
	if (has_a_successor(trace)) {
		int result = become_successor(trace, err);
		if (result == 0)
			*ret_news = TRACE_REPLACED;
		return result < 0 ? -1 : 0;
	}
	see_whether_it_grows(trace);
	if (fstat(trace->growth.fd, &status) < 0)
		return error_set(err, "%s: %s", trace->name, strerror(errno));
	if ((uint64_t)status.st_size == trace->bytes.length && !trace->chunks.has_more)
		return trace->growth.reading && !trace->growth.is_growing ? end_reading(trace, err)
									  : 0;
	uint64_t before = trace->chunks.events;
	int result = take_more(trace, err);
	if (trace->chunks.events > before)
		*ret_news = TRACE_GREW;
	return result;
}

bool trace_is_growing(const struct trace *trace)
{
	return trace->growth.is_growing || trace->growth.reading || trace->chunks.has_more;
}
