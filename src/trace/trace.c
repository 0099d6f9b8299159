/*
 * See trace.h.  Every trace ends up as bytes in the binary form: a binary file mapped as it is, or
 * the spool that another form was written to when it was opened.
 *
 *	bytes.c           the bytes of a file, mapped
 *	source.c          the bytes of another form, as they come: of a pipe, unpacked
 *	spool.c, feed.c   what readers (readers/) find in them, into a spool
 *	head.c, chunks.c  the binary form: its head, and a table of its chunks
 *	texts.c, sites.c  notes, marks, comments; call sites
 *	growth.c          a trace that is followed while it is written ...
 *	reader_thread.c   ... or while a thread reads it into the spool
 */
#include "trace/trace.h"

#include "base/error.h"
#include "base/xalloc.h"
#include "trace/head.h"
#include "trace/info.h"
#include "trace/readers/reader.h"
#include "trace/source.h"
#include "trace/spool.h"
#include "trace/trace_state.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define EARLY_BYTES (1u << 20) /* shorter files are read before anyone waits for them */

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
	lookahead_free(trace->lookahead);
	bytes_release(&trace->bytes);
	chunks_finish(&trace->chunks);
	texts_finish(&trace->texts);
	line_numbers_finish(&trace->line_numbers);
	sites_finish(&trace->sites);
	info_finish(&trace->info);
	growth_finish(&trace->growth);
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
	if (trace->chunks.care == CHUNKS_BY_HEADS)
		trace->chunks.heads = chunk_table_find(&trace->bytes, at);
	if (chunks_scan(trace, at, &reason) == 0)
		return 0;
	if (!(flags & TRACE_SALVAGE)) {
		*err = reason;
		return -1;
	}
	trace_set_damage(trace, reason.text);
	return 0;
}

/* The bytes that the source has, for forms that are read in any order. */
static int take_all(struct trace *trace, struct source *source, unsigned flags, struct error *err)
{
	struct error reason;

	if (source_take_all(source, &trace->bytes, err) < 0)
		return -1;
	trace->is_truncated = source_is_cut(source);
	if (source_check(source, &reason) == 0)
		return 0;
	if (!(flags & TRACE_SALVAGE)) {
		*err = reason;
		return -1;
	}
	trace_set_damage(trace, reason.text);
	return 0;
}

/* A log of the recorder: its lanes are read side by side. */
static int open_whole(struct trace *trace, const struct trace_reader *reader, unsigned flags,
	struct error *err)
{
	struct source *source = source_of_bytes(trace->bytes, trace->name);

	trace->bytes = (struct bytes){0};
	source->windows = WINDOW_OF_ALL;
	int result = spool_read(trace, reader, source, flags, err);
	source_free(source);
	return result;
}

/* A source that is read while the trace is shown is not the caller's any more. */
static int read_source(struct trace *trace, const struct trace_reader *reader,
	struct source **source, unsigned flags, struct error *err)
{
	bool is_short = (*source)->total > 0 && (*source)->total < EARLY_BYTES;
	struct source *taken = *source;

	if (!(flags & TRACE_OPEN_EARLY) || is_short)
		return spool_read(trace, reader, *source, flags, err);
	*source = NULL;
	return growth_read(trace, reader, taken, err);
}

/* Finds out what a source begins with, and reads it. */
static int open_source(struct trace *trace, struct source **source, unsigned flags,
	struct error *err)
{
	const struct trace_reader *reader = NULL;
	struct bytes begun = {0};
	const char *first;

	trace->is_salvaged = flags & TRACE_SALVAGE;
	source_begin(*source, &first, &begun.length);
	begun.at = (const unsigned char *)first;
	bool is_binary = head_is_binary(&begun);
	if (begun.length == 0 && source_check(*source, err) < 0)
		return -1;
	if (begun.length == 0)
		return error_set(err, "%s: the file %s", trace->name,
			source_is_cut(*source) ? "was cut off before anything could be unpacked"
					       : "is empty");
	if (!is_binary)
		reader = reader_choose(trace, first, begun.length, err);
	if (!is_binary && !reader)
		return -1;
	trace->format = reader ? reader->name : "binary";
	if (reader && reader->windows != WINDOW_OF_ALL) {
		(*source)->windows = reader->windows;
		return read_source(trace, reader, source, flags, err);
	}
	if (take_all(trace, *source, flags, err) < 0)
		return -1;
	return is_binary ? open_binary(trace, flags, err) : open_whole(trace, reader, flags, err);
}

/* The source of a file; NULL and err: it cannot be read. fd is taken over. */
static struct source *source_of_file(int fd, const char *name, struct error *err)
{
	struct bytes bytes = {0};
	struct stat status;
	int result = 0;

	if (fstat(fd, &status) < 0)
		result = error_set(err, "%s: %s", name, strerror(errno));
	else if (S_ISDIR(status.st_mode))
		result = error_set(err, "%s: is a directory", name);
	else if (!S_ISREG(status.st_mode))
		return source_of_pipe(fd, name);
	else
		result = bytes_map(&bytes, fd, name, err);
	close(fd);
	return result == 0 ? source_of_bytes(bytes, name) : NULL;
}

int trace_open(struct trace **ret_trace, const char *path, unsigned flags, struct error *err)
{
	return trace_open_as(ret_trace, path, NULL, flags, err);
}

int trace_open_as(struct trace **ret_trace, const char *path, const struct trace_hint *hint,
	unsigned flags, struct error *err)
{
	bool is_stdin = strcmp(path, "-") == 0;
	int fd = is_stdin ? fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 0)
			  : open(path, O_RDONLY | O_CLOEXEC);

	if (fd < 0)
		return error_set(err, "%s: %s", path, strerror(errno));
	struct trace *trace = trace_new(is_stdin ? "standard input" : path);
	if (hint)
		trace->hint = *hint;
	struct source *source = source_of_file(fd, trace->name, err);
	int result = source ? open_source(trace, &source, flags, err) : -1;
	source_free(source);
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

	struct bytes copied = {.length = length, .copy = xmalloc(length + 1)};

	memcpy(copied.copy, bytes, length);
	copied.at = (const unsigned char *)copied.copy;
	struct source *source = source_of_bytes(copied, trace->name);
	int result = open_source(trace, &source, flags, err);
	source_free(source);
	if (result < 0) {
		trace_close(trace);
		return -1;
	}
	*ret_trace = trace;
	return 0;
}

struct trace *trace_twin(const struct trace *trace)
{
	struct trace *twin = trace_new(trace->name);

	twin->format = trace->format;
	twin->bytes = (struct bytes){.at = trace->bytes.at, .length = trace->bytes.length};
	twin->has_counted = trace->has_counted;
	twin->has_cache = trace->has_cache;
	twin->chunks.events = trace->chunks.events;
	twin->chunks.care = trace->chunks.care;
	twin->chunks.sites = trace->chunks.sites;
	for (size_t i = 0; i < trace->chunks.table.count; i++)
		*array_push(&twin->chunks.table) = trace->chunks.table.items[i];
	return twin;
}

#define AHEAD_CHUNKS 4u /* fewer are decoded sooner than a thread begins */

void trace_read_ahead(struct trace *trace)
{
	if (!trace->lookahead && !trace_is_growing(trace) &&
		trace->chunks.table.count >= AHEAD_CHUNKS)
		trace->lookahead = lookahead_new(trace);
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

bool trace_has_cache(const struct trace *trace)
{
	return trace->has_cache;
}

bool trace_has_counted(const struct trace *trace)
{
	return trace->has_counted;
}

uint64_t trace_skipped(const struct trace *trace)
{
	return trace->skipped;
}

uint64_t trace_line(const struct trace *trace, uint64_t number)
{
	return number < trace_length(trace) ? line_numbers_find(&trace->line_numbers, number) : 0;
}

uint64_t trace_skipped_line(const struct trace *trace)
{
	return trace->line_numbers.skipped;
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
	bool is_news = trace->damage && !trace->is_salvaged;

	return is_news ? error_set(err, "%s", trace->damage) : 0;
}

const struct event *trace_borrow(struct trace *trace, uint64_t from, size_t *ret_n)
{
	*ret_n = 0;
	if (from >= trace->chunks.events)
		return NULL;
	for (size_t number = chunks_find(&trace->chunks, from); number < trace->chunks.table.count;
		number++) {
		const struct event *events = chunks_events(trace, number);
		const struct chunk *chunk = &trace->chunks.table.items[number];
		if (chunk->first + chunk->events <= from) /* damage was found, or it has none */
			continue;
		*ret_n = chunk->events - (size_t)(from - chunk->first);
		return events + (from - chunk->first);
	}
	return NULL;
}

size_t trace_read(struct trace *trace, uint64_t from, struct event *ret_events, size_t n)
{
	const struct event *events;
	size_t copied = 0, count;

	while (copied < n && (events = trace_borrow(trace, from + copied, &count))) {
		if (count > n - copied)
			count = n - copied;
		memcpy(ret_events + copied, events, count * sizeof(*events));
		copied += count;
	}
	return copied;
}

uint64_t trace_decodings(const struct trace *trace)
{
	return trace->chunks.decodings;
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
