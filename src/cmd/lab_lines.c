/*
 * See lab_lines.h. Traces do not keep the lines of their events: the shortest beginning of the file
 * that has the event ends with its line.
 */
#include "cmd/lab_lines.h"

#include "base/error.h"
#include "base/xalloc.h"
#include "trace/trace.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define FILE_MAX (64u << 20) /* bytes; nobody looks up lines of a longer one */

/* What is looked for. */
struct wanted {
	bool (*has)(const struct trace *trace, uint64_t number);
	uint64_t number;
};

static bool has_event(const struct trace *trace, uint64_t number)
{
	return trace_length(trace) > number;
}

static bool has_left_out(const struct trace *trace, uint64_t number)
{
	return trace_skipped(trace) > number;
}

static bool begins_with_it(const char *bytes, size_t length, const struct wanted *wanted)
{
	struct trace *trace = NULL;
	struct error err;

	if (length == 0 || trace_open_memory(&trace, bytes, length, "", TRACE_SALVAGE, &err) < 0)
		return false;
	bool has = strcmp(trace_format(trace), "text") == 0 && wanted->has(trace, wanted->number);
	trace_close(trace);
	return has;
}

/* The end of the line in which a byte is. */
static size_t line_end(const char *bytes, size_t length, size_t at)
{
	const char *newline = memchr(bytes + at, '\n', length - at);

	return newline ? (size_t)(newline + 1 - bytes) : length;
}

static uint64_t find(const char *bytes, size_t length, const struct wanted *wanted)
{
	size_t without = 0, with = length; /* both end lines */
	uint64_t line = 1;

	if (memchr(bytes, '\0', length) || !begins_with_it(bytes, length, wanted))
		return 0;
	for (size_t end; (end = line_end(bytes, with, without + (with - without) / 2)) < with ||
			 (end = line_end(bytes, with, without)) < with;)
		if (begins_with_it(bytes, end, wanted))
			with = end;
		else
			without = end;
	for (size_t at = 0; at + 1 < with; at++)
		line += bytes[at] == '\n';
	return line;
}

static uint64_t find_in_file(const char *path, const struct wanted *wanted)
{
	FILE *file = fopen(path, "rb");
	char *bytes = file ? xmalloc(FILE_MAX) : NULL;
	size_t length = file ? fread(bytes, 1, FILE_MAX, file) : 0;
	uint64_t line = length > 0 ? find(bytes, length, wanted) : 0;

	free(bytes);
	if (file)
		fclose(file);
	return line;
}

uint64_t line_of_event(const char *path, uint64_t number)
{
	return find_in_file(path, &(struct wanted){has_event, number});
}

uint64_t line_left_out(const char *path)
{
	return find_in_file(path, &(struct wanted){has_left_out, 0});
}
