/*
 * Reads the log of glibc's mtrace(), one call a line; before it may be who called:
 *
 *	@ ./a.out:(main+0x12)[0x11b0] + 0x55f02a14c2a0 0x18
 *
 *	+ ADDRESS SIZE   an allocation; (nil): it failed
 *	- ADDRESS        a free
 *	< OLD            a reallocation, and then
 *	> NEW SIZE       what it returned
 *	! OLD SIZE       a reallocation that failed
 *	= Start, = End
 *
 * calloc appears with its product, aligned requests without alignment, free(NULL) not at all. A
 * reallocation that two threads do at once may take another's line: nothing in the log says whose a
 * line is.  Knowledge: glibc's mtrace, of its malloc.
 */
#include "trace/readers/calls.h"
#include "trace/readers/import.h"
#include "trace/readers/reader.h"

#include <string.h>

struct mtrace_line {
	char sign;
	uint64_t address, size;
};

static const char *skip_blanks(const char *at)
{
	return at + strspn(at, " \t");
}

/* What follows the caller: "@ FILE:(FUNCTION+OFFSET)[ADDRESS] ". */
static const char *skip_caller(const char *at)
{
	if (at[0] != '@' || at[1] != ' ')
		return at;
	const char *end = strchr(at, '[');

	while (end && (end = strchr(end, ']')) && end[1] != ' ')
		end++;
	return end ? skip_blanks(end + 1) : NULL;
}

static bool take_line(const char *at, struct mtrace_line *ret_line)
{
	struct mtrace_line line = {0};

	at = skip_caller(at);
	if (!at || !*at || !strchr("+-<>!=", *at) || at[1] != ' ')
		return false;
	line.sign = *at;
	if (line.sign == '=') {
		*ret_line = line;
		return strcmp(at, "= Start") == 0 || strcmp(at, "= End") == 0;
	}
	at = skip_blanks(at + 1);
	if (strncmp(at, "0x", 2) != 0 && strncmp(at, "(nil)", 5) != 0)
		return false;
	at = call_take_number(at, &line.address);
	if (at && strchr("+>!", line.sign))
		at = *at == ' ' ? call_take_number(skip_blanks(at), &line.size) : NULL;
	*ret_line = line;
	return at && !*skip_blanks(at);
}

static void put_event(struct import *import, enum event_kind kind, const struct mtrace_line *line,
	uint64_t old)
{
	struct event event = {
		.kind = (uint8_t)kind,
		.address = line->address,
		.old_address = old,
		.size = line->size,
		.object = OBJECT_NONE,
		.text = TEXT_NONE,
	};

	if (line->sign == '!') {
		event.address = 0;
		event.old_address = line->address;
		event.flags = EVENT_FAILED;
	}
	import_event(import, &event);
}

/* context: the address of the < that the line before was; 0: it was none. */
static bool read_line(struct import *import, void *context)
{
	struct mtrace_line line;
	uint64_t *old = context;

	if (!take_line(import->line, &line))
		return false;
	if (line.sign == '<') {
		*old = line.address;
		return true;
	}
	if (line.sign == '+')
		put_event(import, EVENT_ALLOCATE, &line, 0);
	else if (line.sign == '-')
		put_event(import, EVENT_FREE, &line, 0);
	else if (line.sign == '>')
		put_event(import, EVENT_REALLOCATE, &line, *old);
	else if (line.sign == '!')
		put_event(import, EVENT_REALLOCATE, &line, 0);
	*old = 0;
	return true;
}

static int read(struct feed *feed, struct source *source, struct error *err)
{
	uint64_t old = 0;

	(void)err;
	import_log(feed, source, read_line, &old);
	return 0;
}

static bool is_line(const char *at)
{
	struct mtrace_line line;

	return take_line(at, &line);
}

static bool recognises(const char *bytes, size_t length)
{
	return import_recognises(bytes, length, is_line);
}

const struct trace_reader reader_mtrace = {
	.name = "mtrace",
	.recognises = recognises,
	.read = read,
};
