/*
 * `arenascope repair`: finishes the logs of recordings that nobody finished, since the recorder was
 * killed, or a child outlived it.
 */
#include "base/error.h"
#include "base/units.h"
#include "cmd/cmd.h"
#include "cmd/log_writer.h"
#include "cmd/logs.h"
#include "cmd/output.h"
#include "trace/trace.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* What is no log is a trace, or cannot be read. */
static int look_at_trace(const char *path, struct error *err)
{
	struct trace *trace = NULL;

	if (trace_open(&trace, path, 0, err) < 0)
		return -1;
	bool is_cut = trace_is_truncated(trace);
	trace_close(trace);
	if (is_cut)
		return error_set(err,
			"%s: its end is missing; arenascope convert %s OUTPUT keeps the rest", path,
			path);
	printf("%s: a trace already\n", path);
	return 0;
}

static bool is_link(const char *path)
{
	struct stat status;

	return lstat(path, &status) == 0 && S_ISLNK(status.st_mode);
}

static int repair_log(const char *path, int fd, const struct wire_head *head, struct error *err)
{
	struct wire_log_summary summary;
	char target[PATH_MAX]; /* what a symbolic link leads to */
	struct units events;
	uint32_t writer = log_writer(fd, head);

	if (writer)
		return error_set(err,
			"%s: process %" PRIu32 " still writes it; it can be played meanwhile", path,
			writer);
	if (is_link(path) && !realpath(path, target))
		return error_set(err, "%s: %s", path, strerror(errno));
	if (logs_replace(is_link(path) ? target : path, NULL, 0, &summary, err) < 0)
		return -1;
	printf("%s: %s %s\n", path, units_count(&events, summary.events),
		summary.events == 1 ? "event" : "events");
	return 0;
}

static int repair(const char *path, struct error *err)
{
	struct wire_head head;
	struct stat status;
	char magic[sizeof(head.magic)];
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK), result = -1;

	if (fd < 0)
		return error_set(err, "%s: %s", path, strerror(errno));
	if (fstat(fd, &status) == 0 && !S_ISREG(status.st_mode))
		error_set(err, "%s: not a file", path);
	else if (log_writer_head(fd, &head))
		result = repair_log(path, fd, &head, err);
	else if (pread(fd, magic, sizeof(magic), 0) == sizeof(magic) &&
		 wire_log_recognises(magic, sizeof(magic)))
		error_set(err, "%s: a log that is cut in its head: nothing is left of it", path);
	else
		result = look_at_trace(path, err);
	close(fd);
	return result;
}

static int run(const struct cmd_call *call, struct error *err)
{
	int status = EXIT_FINE;

	if (call->nwords == 0) {
		error_set(err, "repair: no trace given");
		return EXIT_USAGE;
	}
	for (int i = 0; i < call->nwords; i++) {
		if (repair(call->words[i], err) == 0)
			continue;
		status = cmd_complain(EXIT_TROUBLE, err);
		err->text[0] = '\0'; /* it has been said */
	}
	return status;
}

const struct cmd cmd_repair = {
	.name = "repair",
	.summary = "finish recordings whose recorder was killed, or whose child lived on",
	.usage = "TRACE...",
	.words = INT_MAX,
	.words_needed = 1,
	.details =
		"A recording that nobody finished is a log: it opens like any trace, but is large, and\n"
		"is put into order each time.  This writes the trace beside it, and then in its place.\n"
		"A log that is still written is left alone, and so is a trace.\n",
	.run = run,
};
