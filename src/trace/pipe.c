/* See pipe.h. */
#include "trace/pipe.h"

#include "base/error.h"
#include "base/text.h"
#include "trace/decompression.h"
#include "trace/head.h"
#include "trace/readers/reader.h"
#include "trace/spool.h"
#include "trace/trace_state.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#define EARLY_BYTES (64u << 10) /* by which it is known whether to wait for the rest */
#define LINE_BYTES  (4u << 20)  /* no line of a trace is that long */

/* The first lines are read for trial; nothing is known where no line has ended. */
static int try_lines(struct trace *trial, const struct trace_reader *reader, bool *ret_is_known,
	struct error *err)
{
	const unsigned char *newline = memrchr(trial->bytes.at, '\n', trial->bytes.length);

	if (!newline && trial->bytes.length > LINE_BYTES)
		return error_set(err, "%s:1: line too long for a trace", trial->name);
	*ret_is_known = newline;
	if (!newline)
		return 0;
	trial->bytes.length = (size_t)(newline + 1 - trial->bytes.at);
	return spool_read(trial, reader, 0, err);
}

/*
 * What has come of a pipe must be the beginning of a trace: what is none might never end.  Grows
 * with the bytes that have come; without a newline among them it runs again for each piece, up to
 * LINE_BYTES.
 */
static int judge_beginning(const struct trace *trace, const struct text *begun, bool *ret_is_known,
	struct error *err)
{
	struct trace *trial = trace_new(trace->name);
	int result = 0;

	trial->bytes.at = (const unsigned char *)text_of(begun);
	trial->bytes.length = begun->length;
	trial->hint = trace->hint;
	*ret_is_known = true;
	if (!is_packed(trial->bytes.at, trial->bytes.length) && !head_is_binary(&trial->bytes)) {
		const struct trace_reader *reader = reader_choose(trial, err);
		if (!reader)
			result = -1;
		else if (reader != &reader_recording)
			result = try_lines(trial, reader, ret_is_known, err);
	}
	trace_close(trial);
	return result;
}

int pipe_read(struct trace *trace, int fd, unsigned flags, struct error *err)
{
	bool is_known = flags & TRACE_SALVAGE; /* which takes what it gets */
	struct text all = {0};
	char piece[65536];
	ssize_t n;

	while ((n = read(fd, piece, sizeof(piece))) != 0) {
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0) {
			text_finish(&all);
			return error_set(err, "%s: %s", trace->name, strerror(errno));
		}
		text_add_bytes(&all, piece, (size_t)n);
		if (!is_known && all.length >= EARLY_BYTES &&
			judge_beginning(trace, &all, &is_known, err) < 0) {
			text_finish(&all);
			return -1;
		}
	}
	trace->bytes.length = all.length;
	trace->bytes.copy = text_detach(&all);
	trace->bytes.at = (const unsigned char *)trace->bytes.copy;
	return 0;
}
