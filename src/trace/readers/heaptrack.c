/*
 * Reads heaptrack's file, unpacked or as it is written: what its library recorded (raw), or what
 * heaptrack_interpret made of that. A letter, then hexadecimal numbers:
 *
 *	v VERSION FORMAT    X COMMAND       c MILLISECONDS
 *	+ SIZE STACK POINTER, - POINTER     raw: an allocation, a free
 *	a SIZE STACK                        interpreted: the next kind of allocation
 *	+ KIND, - KIND                      interpreted: an allocation, a free of one of that kind
 *
 * Stacks are numbers, of the tables of heaptrack_stacks.h.
 *
 * A realloc is a free and an allocation.  An interpreted file has no addresses, and which block of
 * several of a kind is freed is not in it: here the oldest.  An allocation by the C++ library
 * before all others is there because heaptrack's own library brought that library in.
 */
#include "trace/info.h"
#include "trace/readers/heaptrack_stacks.h"
#include "trace/readers/import.h"
#include "trace/readers/reader.h"
#include "trace/text/scanner.h"

#include <string.h>

#define NUMBERS_MAX 3u
#define NO_BLOCK    UINT32_MAX

struct kind {
	uint64_t size;
	uint64_t stack;
	uint32_t oldest,
		newest; /* of the live blocks of the kind: indices of blocks, or NO_BLOCK */
};

struct block {
	uint32_t object;
	uint32_t next; /* of the kind, younger; or of the unused ones */
};

struct heaptrack {
	enum { UNDECIDED, RAW, INTERPRETED } form;
	ARRAY(struct kind) kinds;
	ARRAY(struct block) blocks;
	uint32_t unused; /* blocks, linked by next */
	uint32_t objects;
	uint64_t milliseconds; /* of the last c */
	bool has_time;
	struct heaptrack_stacks stacks;
};

/* Hexadecimal numbers to the end of the line; gives how many, or -1: there is something else. */
static int take_numbers(const char *at, uint64_t numbers[NUMBERS_MAX])
{
	const char *end = at + strlen(at);
	int count = 0;

	for (;;) {
		at += strspn(at, " ");
		if (!*at)
			return count;
		if (count == NUMBERS_MAX)
			return -1;
		at = scanner_take_hexadecimal(at, end, &numbers[count++]);
		if (!at || (*at && *at != ' '))
			return -1;
	}
}

static struct event event_of(struct import *import, const struct heaptrack *trace,
	enum event_kind kind)
{
	struct event event = {.kind = (uint8_t)kind, .object = OBJECT_NONE, .text = TEXT_NONE};

	if (trace->has_time)
		import_set_time(import, &event, trace->milliseconds * 1000000);
	return event;
}

static bool put_raw(struct import *import, struct heaptrack *trace, bool is_free, int count,
	const uint64_t *numbers)
{
	struct event event = event_of(import, trace, is_free ? EVENT_FREE : EVENT_ALLOCATE);

	if (count != (is_free ? 1 : 3))
		return false;
	event.address = numbers[is_free ? 0 : 2];
	event.size = is_free ? 0 : numbers[0];
	if (!is_free)
		event.site = heaptrack_stacks_site(&trace->stacks, import->feed, numbers[1]);
	import_event(import, &event);
	return true;
}

/* A new block of the kind, the youngest; gives its object. */
static uint32_t add_block(struct heaptrack *trace, struct kind *kind)
{
	uint32_t at = trace->unused;

	if (at != NO_BLOCK) {
		trace->unused = trace->blocks.items[at].next;
	} else {
		at = (uint32_t)trace->blocks.count;
		array_push(&trace->blocks);
	}
	trace->blocks.items[at] = (struct block){trace->objects++, NO_BLOCK};
	if (kind->oldest == NO_BLOCK)
		kind->oldest = at;
	else
		trace->blocks.items[kind->newest].next = at;
	kind->newest = at;
	return trace->blocks.items[at].object;
}

/* The object of the kind's oldest block, which is none from now on; OBJECT_NONE: it has none. */
static uint32_t take_block(struct heaptrack *trace, struct kind *kind)
{
	uint32_t at = kind->oldest;

	if (at == NO_BLOCK)
		return OBJECT_NONE;
	struct block *block = &trace->blocks.items[at];
	kind->oldest = block->next;
	block->next = trace->unused;
	trace->unused = at;
	return block->object;
}

static bool put_interpreted(struct import *import, struct heaptrack *trace, bool is_free,
	uint64_t number)
{
	if (number >= trace->kinds.count || trace->objects == OBJECT_NONE)
		return false;
	struct kind *kind = &trace->kinds.items[number];
	struct event event = event_of(import, trace, is_free ? EVENT_FREE : EVENT_ALLOCATE);
	event.object = is_free ? take_block(trace, kind) : add_block(trace, kind);
	event.size = is_free ? 0 : kind->size;
	if (event.object == OBJECT_NONE)
		return false;
	if (!is_free)
		event.site = heaptrack_stacks_site(&trace->stacks, import->feed, kind->stack);
	feed_event(import->feed, &event, NULL, 0);
	return true;
}

/* One of + and -. */
static bool read_call(struct import *import, struct heaptrack *trace, char sign, int count,
	const uint64_t *numbers)
{
	if (trace->form == UNDECIDED && sign == '+')
		trace->form = count == 3 ? RAW : INTERPRETED;
	if (trace->form == INTERPRETED)
		return count == 1 && put_interpreted(import, trace, sign == '-', numbers[0]);
	return put_raw(import, trace, sign == '-', count, numbers);
}

static bool read_line(struct import *import, void *context)
{
	struct heaptrack *trace = context;
	uint64_t numbers[NUMBERS_MAX] = {0};
	const char *line = import->line;

	if (line[0] == '\0' || line[1] != ' ')
		return line[0] == 'A' && line[1] == '\0'; /* heaptrack was attached */
	if (strchr("+-ac", line[0])) {
		int count = take_numbers(line + 2, numbers);
		if (count < 1)
			return false;
		if (line[0] == 'c') {
			trace->milliseconds = numbers[0] < UINT32_MAX * 1000ull ? numbers[0] : 0;
			trace->has_time = true;
		} else if (line[0] == 'a') {
			*array_push(&trace->kinds) =
				(struct kind){numbers[0], numbers[1], NO_BLOCK, NO_BLOCK};
		} else {
			return read_call(import, trace, line[0], count, numbers);
		}
		return true;
	}
	if (line[0] == 'X')
		info_take(feed_info(import->feed), "program", 7, line + 2, strlen(line + 2));
	if (strchr("vxsitm", line[0]))
		return heaptrack_stacks_take(&trace->stacks, import->feed, line);
	return strchr("XIRS#", line[0]) != NULL;
}

/* Its blocks are the C library's, which is mostly glibc. Interpreted, they have no addresses. */
static int read(struct feed *feed, struct source *source, struct error *err)
{
	static const char play[] = "--engine glibc";
	struct heaptrack trace = {.unused = NO_BLOCK};

	(void)err;
	info_take(feed_info(feed), "play", strlen("play"), play, strlen(play));
	heaptrack_stacks_init(&trace.stacks);
	import_log(feed, source, read_line, &trace);
	array_finish(&trace.kinds);
	array_finish(&trace.blocks);
	heaptrack_stacks_finish(&trace.stacks);
	return 0;
}

/* "v VERSION FORMAT" is the first line; in old files there is no format. */
static bool recognises(const char *bytes, size_t length)
{
	const char *newline = memchr(bytes, '\n', length);
	size_t first = newline ? (size_t)(newline - bytes) : 0;
	uint64_t numbers[NUMBERS_MAX];
	char line[64];

	if (first < 3 || first >= sizeof(line))
		return false;
	memcpy(line, bytes, first);
	line[first] = '\0';
	int count = take_numbers(line + 2, numbers);
	return line[0] == 'v' && line[1] == ' ' && (count == 1 || count == 2);
}

const struct trace_reader reader_heaptrack = {
	.name = "heaptrack",
	.recognises = recognises,
	.read = read,
};
