/*
 * Reads the traces of wee_alloc's tests, which are elements of a Rust vector:
 *
 *	Alloc(80),
 *	Free(0),     of the first Alloc; once more it changes nothing
 *
 * There are no addresses.  A reallocation was made a Free and an Alloc.
 */
#include "trace/readers/import.h"
#include "trace/readers/reader.h"
#include "trace/text/scanner.h"

#include <string.h>

struct wee_alloc {
	ARRAY(bool) are_live; /* by the number of the Alloc */
};

/* "Alloc(80)," or "Free(0),"; false: the line is neither. */
static bool take_line(const char *line, bool *ret_is_free, uint64_t *ret_number)
{
	const char *at = line + strspn(line, " \t["), *end = line + strlen(line);

	*ret_is_free = strncmp(at, "Free(", 5) == 0;
	if (!*ret_is_free && strncmp(at, "Alloc(", 6) != 0)
		return false;
	at = scanner_take_decimal(strchr(at, '(') + 1, end, ret_number);
	return at && *at == ')' && at[1 + strspn(at + 1, ", \t];")] == '\0';
}

static bool read_line(struct import *import, void *context)
{
	struct wee_alloc *trace = context;
	bool is_free = false;
	uint64_t number = 0;

	if (!take_line(import->line, &is_free, &number))
		return false;
	struct event event = {.object = (uint32_t)trace->are_live.count, .text = TEXT_NONE};
	if (is_free) {
		if (number >= trace->are_live.count || !trace->are_live.items[number])
			return false;
		trace->are_live.items[number] = false;
		event.kind = EVENT_FREE;
		event.object = (uint32_t)number;
	} else {
		if (trace->are_live.count == OBJECT_NONE)
			return false;
		*array_push(&trace->are_live) = true;
		event.kind = EVENT_ALLOCATE;
		event.size = number;
	}
	feed_event(import->feed, &event, NULL, 0);
	return true;
}

static int read(struct feed *feed, struct source *source, struct error *err)
{
	struct wee_alloc trace = {0};

	(void)err;
	import_log(feed, source, read_line, &trace);
	array_finish(&trace.are_live);
	return 0;
}

static bool is_line(const char *line)
{
	bool is_free;
	uint64_t number;

	return take_line(line, &is_free, &number);
}

static bool recognises(const char *bytes, size_t length)
{
	return import_recognises(bytes, length, is_line);
}

const struct trace_reader reader_wee_alloc = {
	.name = "wee_alloc",
	.recognises = recognises,
	.read = read,
};
