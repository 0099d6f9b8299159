/* See logs.h. */
#include "cmd/logs.h"

#include "base/error.h"
#include "base/mapping.h"
#include "base/replacement.h"
#include "base/text.h"
#include "base/xalloc.h"
#include "cmd/log_output.h"
#include "cmd/log_writer.h"
#include "trace/head.h"
#include "trace/info.h"

#include <errno.h>
#include <fcntl.h>
#include <glob.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

int logs_write(int log, const char *log_name, int fd, const char *name, const char *command,
	uint64_t limit, struct wire_log_summary *ret_summary, struct error *err)
{
	struct log_output output = {.err = err};
	const struct wire_sink sink = log_output_sink(&output);
	struct stat status;
	struct error at_end;
	const void *bytes = NULL;

	if (fstat(log, &status) < 0)
		return error_set(err, "%s: %s", name, strerror(errno));
	if (status.st_size > 0)
		bytes = mapping_new(log, (size_t)status.st_size);
	if (!bytes && status.st_size > 0)
		return error_set(err, "%s: %s", name, strerror(errno));
	struct wire_log *records = wire_log_new(&sink, limit);
	int result = bytes ? wire_log_extend(records, bytes, (size_t)status.st_size, err) : 0;
	if (result < 0)
		error_prefix(err, "%s", log_name);
	if (result == 0)
		result = log_output_begin(&output, wire_log_head(records), fd, name, command,
			TRACE_COMPLETE);
	if (result == 0)
		result = wire_log_give(records, UINT64_MAX);
	if (output.writer && trace_writer_finish(output.writer, &at_end) < 0 && result == 0)
		result = error_set(err, "%s", at_end.text);
	wire_log_summarise(records, ret_summary);
	wire_log_free(records);
	mapping_free(bytes, (size_t)status.st_size);
	return result;
}

int logs_replace(const char *path, const char *command, uint64_t limit,
	struct wire_log_summary *ret_summary, struct error *err)
{
	struct replacement new = {.fd = -1};
	int log = open(path, O_RDONLY | O_CLOEXEC);
	int result = -1;

	if (log < 0)
		error_set(err, "%s: %s", path, strerror(errno));
	else if (replacement_open(&new, path) < 0)
		error_set(err, "%s: %s", new.name, strerror(errno));
	else
		result = logs_write(log, path, new.fd, new.name, command, limit, ret_summary, err);
	if (result == 0 && replacement_finish(&new) < 0)
		result = error_set(err, "%s: %s", path, strerror(errno));
	replacement_close(&new);
	if (log >= 0)
		close(log);
	return result;
}

/* Writes the trace whose chunks are all there; log: its head says the rest. */
static int write_complete(int log, const struct bytes *draft, struct replacement *new,
	const char *command, uint64_t events, struct error *err)
{
	struct log_output output = {.err = err};
	const struct wire_sink sink = log_output_sink(&output);
	struct wire_log *records = wire_log_new(&sink, 0);
	struct trace_info info;
	char head[WIRE_HEAD];
	struct error at_end;
	bool is_cut = false;
	size_t at = 0;
	int result = pread(log, head, sizeof(head), 0) == sizeof(head) ? 0 : -1;

	info_init(&info);
	if (result < 0)
		error_set(err, "%s: %s", new->path, strerror(errno));
	if (result == 0)
		result = wire_log_extend(records, head, sizeof(head), err);
	if (result == 0)
		result = head_take(draft, new->path, &info, &at, &is_cut, err);
	if (result == 0)
		result = log_output_begin(&output, wire_log_head(records), new->fd, new->name,
			command, TRACE_COMPLETE);
	if (result == 0)
		result = trace_writer_append(output.writer, draft->at + at, draft->length - at,
			events, err);
	if (output.writer && trace_writer_finish(output.writer, &at_end) < 0 && result == 0)
		result = error_set(err, "%s", at_end.text);
	info_finish(&info);
	wire_log_free(records);
	return result;
}

int logs_complete(int log, int draft, const char *path, const char *command, uint64_t events,
	struct error *err)
{
	struct replacement new = {.fd = -1};
	struct bytes bytes = {0};
	int result = bytes_map(&bytes, draft, path, err);

	if (result == 0 && replacement_open(&new, path) < 0)
		result = error_set(err, "%s: %s", new.name, strerror(errno));
	if (result == 0)
		result = write_complete(log, &bytes, &new, command, events, err);
	if (result == 0 && replacement_finish(&new) < 0)
		result = error_set(err, "%s: %s", path, strerror(errno));
	replacement_close(&new);
	bytes_release(&bytes);
	return result;
}

/* ---- children -------------------------------------------------------------------------------- */

/* Whether the file is a log of this session, and its process has ended. */
static bool is_ended_child(const char *path, uint64_t session, bool *ret_is_ours)
{
	struct wire_head head;
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	bool is_ended = false;

	*ret_is_ours = fd >= 0 && log_writer_head(fd, &head) && head.session == session;
	if (*ret_is_ours)
		is_ended = log_writer(fd, &head) == 0;
	if (fd >= 0)
		close(fd);
	return is_ended;
}

/* Quotes the text for glob(). */
static char *plainly(const char *text, size_t length)
{
	struct text plain = {0};

	for (size_t i = 0; i < length; i++)
		text_add(&plain, "%s%c", strchr("*?[]\\", text[i]) ? "\\" : "", text[i]);
	return text_detach(&plain);
}

unsigned logs_replace_children(const char *pattern, uint64_t session, uint32_t without,
	unsigned *ret_running)
{
	const char *hole = strstr(pattern, "%p");
	char *before = plainly(pattern, (size_t)(hole - pattern)),
	     *after = plainly(hole + 2, strlen(hole + 2));
	char *words = xasprintf("%s*%s", before, after);
	char *own =
		xasprintf("%.*s%" PRIu32 "%s", (int)(hole - pattern), pattern, without, hole + 2);
	unsigned count = 0, running = 0;
	glob_t found;

	if (glob(words, GLOB_NOSORT, NULL, &found) == 0) {
		for (size_t i = 0; i < found.gl_pathc; i++) {
			struct wire_log_summary summary;
			struct error err;
			bool is_ours;
			if (strcmp(found.gl_pathv[i], own) == 0)
				continue;
			if (is_ended_child(found.gl_pathv[i], session, &is_ours))
				logs_replace(found.gl_pathv[i], NULL, 0, &summary, &err);
			else
				running += is_ours;
			count += is_ours;
		}
		globfree(&found);
	}
	free(before);
	free(after);
	free(words);
	free(own);
	*ret_running = running;
	return count;
}
