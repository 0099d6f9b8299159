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
#include "base/xalloc.h"
#include "trace/readers/calls.h"
#include "trace/readers/import.h"
#include "trace/readers/reader.h"
#include "trace/readers/stacks.h"

#include <stdlib.h>
#include <string.h>

struct mtrace_line {
	char sign;
	uint64_t address, size;
	uint64_t caller;  /* from the start of its file on, or in memory without one; 0: none */
	const char *file; /* of file_length bytes, in the line; 0: none */
	size_t file_length;
};

/* A file of code: where it lay is not in the log, so that each has a range of its own. */
#define MODULE_BYTES (UINT64_C(1) << 40)
#define MODULES_MAX  1024u

struct mtrace {
	uint64_t old;          /* the address of the < that the line before was; 0: it was none */
	ARRAY(char *) modules; /* their paths; the first lies at MODULE_BYTES */
	struct stacks stacks;
};

static const char *skip_blanks(const char *at)
{
	return at + strspn(at, " \t");
}

/*
 * What follows the caller, "@ FILE:(FUNCTION+OFFSET)[ADDRESS] ", of which all but the address may be
 * missing; old libraries leave out the @ then, too. A file's name may have any bytes in it, but for
 * "] ".
 */
static const char *take_caller(const char *at, struct mtrace_line *line)
{
	if (at[0] == '@' && at[1] == ' ')
		at += 2;
	else if (at[0] != '[')
		return at;
	const char *end = strchr(at, '[');

	while (end && (end = strchr(end, ']')) && end[1] != ' ')
		end++;
	if (!end)
		return NULL;
	const char *begin = memrchr(at, '[', (size_t)(end - at));
	const char *colon = memrchr(at, ':', (size_t)(begin - at));
	if (call_take_number(begin + 1, &line->caller) != end)
		line->caller = 0;
	line->file = at;
	line->file_length = colon ? (size_t)(colon - line->file) : 0;
	return skip_blanks(end + 1);
}

static bool take_line(const char *at, struct mtrace_line *ret_line)
{
	struct mtrace_line line = {0};

	at = take_caller(at, &line);
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

/* ---- call sites ------------------------------------------------------------------------------ */

/* The start of a file; 0: there are too many. Grows with the files. */
static uint64_t module_base(struct mtrace *log, struct feed *feed, const char *file, size_t length)
{
	size_t i = 0;

	while (i < log->modules.count && (strncmp(log->modules.items[i], file, length) != 0 ||
						 log->modules.items[i][length] != '\0'))
		i++;
	if (i == MODULES_MAX)
		return 0;
	uint64_t base = (i + 1) * MODULE_BYTES;

	if (i == log->modules.count) {
		char *path = *array_push(&log->modules) = xstrndup(file, length);
		feed_module(feed, &(struct trace_module){.path = path,
					  .build_id = "",
					  .base = base,
					  .start = base,
					  .end = base + MODULE_BYTES});
	}
	return base;
}

static uint32_t site_of(struct mtrace *log, struct feed *feed, const struct mtrace_line *line)
{
	uint64_t address = line->caller;

	if (address != 0 && line->file_length > 0) {
		uint64_t base = module_base(log, feed, line->file, line->file_length);
		if (base == 0 || address >= MODULE_BYTES)
			return SITE_NONE;
		address += base;
	}
	return stacks_caller(&log->stacks, address, feed);
}

/* ---- lines ----------------------------------------------------------------------------------- */

static void put_event(struct import *import, struct mtrace *log, enum event_kind kind,
	const struct mtrace_line *line, uint64_t old)
{
	struct event event = {
		.kind = (uint8_t)kind,
		.address = line->address,
		.old_address = old,
		.size = line->size,
		.site = site_of(log, import->feed, line),
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

static bool read_line(struct import *import, void *context)
{
	struct mtrace_line line;
	struct mtrace *log = context;

	if (!take_line(import->line, &line))
		return false;
	if (line.sign == '<') {
		log->old = line.address;
		return true;
	}
	if (line.sign == '+')
		put_event(import, log, EVENT_ALLOCATE, &line, 0);
	else if (line.sign == '-')
		put_event(import, log, EVENT_FREE, &line, 0);
	else if (line.sign == '>')
		put_event(import, log, EVENT_REALLOCATE, &line, log->old);
	else if (line.sign == '!')
		put_event(import, log, EVENT_REALLOCATE, &line, 0);
	log->old = 0;
	return true;
}

static int read(struct feed *feed, struct source *source, struct error *err)
{
	struct mtrace log = {0};

	(void)err;
	stacks_init(&log.stacks);
	import_log(feed, source, read_line, &log);
	for (size_t i = 0; i < log.modules.count; i++)
		free(log.modules.items[i]);
	array_finish(&log.modules);
	stacks_finish(&log.stacks);
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
