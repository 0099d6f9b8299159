/*
 * See trace.h.  Every trace ends up as bytes in the binary form: a binary file mapped as it is, or
 * the spool that another form was written to when it was opened.
 *
 *	bytes.c, pipe.c   the bytes of a file
 *	spool.c, feed.c   other forms, by their readers (readers/), into a spool
 *	head.c, chunks.c  the binary form: its head, and a table of its chunks
 *	texts.c, sites.c  notes, marks, comments; call sites
 *	growth.c          a trace that is followed while it is written
 */
#include "trace/trace.h"

#include "base/error.h"
#include "base/xalloc.h"
#include "trace/decompression.h"
#include "trace/head.h"
#include "trace/info.h"
#include "trace/pipe.h"
#include "trace/readers/reader.h"
#include "trace/spool.h"
#include "trace/trace_state.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* ---- opening -------------------------------------------------------------------------------- */

struct trace *trace_new(const char *name)
{
	struct trace *trace = xcalloc(1, sizeof(*trace));

	trace->name = xstrdup(name);
	trace->format = "";
	info_init(&trace->info);
	return trace;
}

void trace_close(struct trace *trace)
{
	if (!trace)
		return;
	bytes_release(&trace->bytes);
	chunks_finish(&trace->chunks);
	texts_finish(&trace->texts);
	sites_finish(&trace->sites);
	info_finish(&trace->info);
	if (trace->growth.is_followed)
		close(trace->growth.fd);
	free(trace->growth.path);
	free(trace->damage);
	free(trace->name);
	free(trace);
}

void trace_set_damage(struct trace *trace, const char *damage)
{
	if (!trace->damage)
		trace->damage = xstrdup(damage);
}

static int open_binary(struct trace *trace, unsigned flags, struct error *err)
{
	struct error reason;
	size_t at;

	trace->format = "binary";
	if (head_take(&trace->bytes, trace->name, &trace->info, &at, &trace->is_truncated, err) < 0)
		return -1;
	trace->chunks.care = flags & TRACE_SALVAGE ? CHUNKS_CHECKED : CHUNKS_BY_HEADS;
	if (chunks_scan(trace, at, &reason) == 0)
		return 0;
	if (!(flags & TRACE_SALVAGE)) {
		*err = reason;
		return -1;
	}
	trace_set_damage(trace, reason.text);
	return 0;
}

/* The bytes are in place: finds out what they are. */
static int open_bytes(struct trace *trace, unsigned flags, struct error *err)
{
	const struct bytes *bytes = &trace->bytes;

	if (bytes->length > 0 && is_packed(bytes->at, bytes->length) &&
		spool_unpack(trace, flags, err) < 0)
		return -1;
	if (bytes->length == 0)
		return error_set(err, "%s: the file is empty", trace->name);
	if (head_is_binary(bytes))
		return open_binary(trace, flags, err);

	const struct trace_reader *reader = reader_choose(trace, err);
	if (!reader)
		return -1;
	trace->format = reader->name;
	return spool_read(trace, reader, flags, err);
}

static int take_file(struct trace *trace, int fd, unsigned flags, struct error *err)
{
	struct stat status;

	if (fstat(fd, &status) < 0)
		return error_set(err, "%s: %s", trace->name, strerror(errno));
	if (S_ISDIR(status.st_mode))
		return error_set(err, "%s: is a directory", trace->name);
	return S_ISREG(status.st_mode) ? bytes_map(&trace->bytes, fd, trace->name, err)
				       : pipe_read(trace, fd, flags, err);
}

int trace_open(struct trace **ret_trace, const char *path, unsigned flags, struct error *err)
{
	return trace_open_as(ret_trace, path, NULL, flags, err);
}

int trace_open_as(struct trace **ret_trace, const char *path, const struct trace_hint *hint,
	unsigned flags, struct error *err)
{
	bool is_stdin = strcmp(path, "-") == 0;
	int fd = is_stdin ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC);

	if (fd < 0)
		return error_set(err, "%s: %s", path, strerror(errno));
	struct trace *trace = trace_new(is_stdin ? "standard input" : path);
	if (hint)
		trace->hint = *hint;
	int result = take_file(trace, fd, flags, err);
	if (result == 0)
		result = open_bytes(trace, flags, err);
	if (!is_stdin)
		close(fd);
	if (result < 0) {
		trace_close(trace);
		return -1;
	}
	*ret_trace = trace;
	return 0;
}

int trace_open_memory(struct trace **ret_trace, const void *bytes, size_t length, const char *name,
	unsigned flags, struct error *err)
{
	struct trace *trace = trace_new(name);

	trace->bytes.copy = xmalloc(length + 1);
	memcpy(trace->bytes.copy, bytes, length);
	trace->bytes.at = (const unsigned char *)trace->bytes.copy;
	trace->bytes.length = length;
	if (open_bytes(trace, flags, err) < 0) {
		trace_close(trace);
		return -1;
	}
	*ret_trace = trace;
	return 0;
}

/* ---- asking --------------------------------------------------------------------------------- */

uint64_t trace_length(const struct trace *trace)
{
	return trace->chunks.events;
}

const char *trace_name(const struct trace *trace)
{
	return trace->name;
}

const char *trace_format(const struct trace *trace)
{
	return trace->format;
}

const struct trace_info *trace_info(const struct trace *trace)
{
	return &trace->info;
}

bool trace_has_counted(const struct trace *trace)
{
	return trace->has_counted;
}

uint64_t trace_skipped(const struct trace *trace)
{
	return trace->skipped;
}

uint64_t trace_others(const struct trace *trace, const uint64_t **ret_processes)
{
	*ret_processes = trace->other_processes;
	return trace->others;
}

bool trace_is_truncated(const struct trace *trace)
{
	return trace->is_truncated;
}

const char *trace_damage(const struct trace *trace)
{
	return trace->damage;
}

int trace_check(const struct trace *trace, struct error *err)
{
	bool is_news = trace->damage && trace->chunks.care == CHUNKS_BY_HEADS;

	return is_news ? error_set(err, "%s", trace->damage) : 0;
}

size_t trace_read(struct trace *trace, uint64_t from, struct event *ret_events, size_t n)
{
	size_t copied = 0;

	if (from >= trace->chunks.events)
		return 0;
	for (size_t number = chunks_find(&trace->chunks, from);
		copied < n && number < trace->chunks.table.count; number++) {
		const struct event *events = chunks_events(trace, number);
		const struct chunk *chunk = &trace->chunks.table.items[number];
		size_t skip = (size_t)(from + copied - chunk->first);
		if (chunk->events <= skip) /* damage was found in it, or it has no events */
			continue;
		size_t count = chunk->events - skip;
		if (count > n - copied)
			count = n - copied;
		memcpy(ret_events + copied, events + skip, count * sizeof(*events));
		copied += count;
	}
	return copied;
}

bool trace_get(struct trace *trace, uint64_t at, struct event *ret_event)
{
	return trace_read(trace, at, ret_event, 1) == 1;
}

const struct sites *trace_sites(const struct trace *trace)
{
	return &trace->sites;
}

size_t trace_modules(const struct trace *trace, const struct trace_module **ret_modules)
{
	*ret_modules = trace->sites.modules.items;
	return trace->sites.modules.count;
}

uint32_t trace_site_count(const struct trace *trace)
{
	return (uint32_t)trace->sites.sites.count;
}

size_t trace_site(const struct trace *trace, uint32_t site, const uint64_t **ret_frames)
{
	return sites_frames(&trace->sites, site, ret_frames);
}

const char *trace_frame_name(const struct trace *trace, uint32_t site, size_t frame)
{
	return sites_frame_name(&trace->sites, site, frame);
}

void trace_name_frame(struct trace *trace, uint32_t site, size_t frame, const char *words)
{
	const uint64_t *frames;

	if (frame < trace_site(trace, site, &frames))
		sites_name_frame(&trace->sites, site, frame, words);
}

const struct trace_module *trace_module_at(const struct trace *trace, uint32_t site,
	uint64_t address)
{
	return sites_module(&trace->sites, site, address);
}
