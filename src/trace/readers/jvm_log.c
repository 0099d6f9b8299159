/*
 * Reads the log of a Java virtual machine's serial collector, -Xlog:gc*,gc+heap=debug: before and
 * after each collection it says where each space lies and how far it is filled,
 *
 *	[2.6s][debug][gc,heap] GC(0)   eden space 4096K,  97% used [0xff00, 0xff3e, 0xff40)
 *
 * A space becomes a block from its base up to its top, for an engine that shows what was recorded:
 * Eden, the two survivor spaces and the old generation, in the order in which they lie, and which
 * of them fill and empty.  The causes of collections and their pauses are notes and marks; the call
 * sites name the spaces.  What is in a space the log does not say.
 *
 *	base   a space is known by it: the survivors, "from" and "to", change their names
 *	top    the end of what is filled
 *
 * Knowledge: HotSpot's ContiguousSpace::print_on(), and logs of JDK 17.
 */
#include "trace/info.h"
#include "trace/readers/import.h"
#include "trace/readers/reader.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SPACES_MAX 8u

/* As the log calls them, and we do; sites are numbered from 1 in this order. */
static const struct {
	const char *word, *name;
} kinds[] = {
	{" eden space ", "Eden"},
	{" from space ", "survivor"},
	{" to   space ", "survivor"},
	{" the space ", "old"},
};

#define KINDS (sizeof(kinds) / sizeof(*kinds))

struct spaces {
	struct space {
		uint64_t base, top;
		uint32_t site;
	} items[SPACES_MAX];
	unsigned count;
};

/* What stands behind "GC(12) ", and the number; NULL: the line is about no collection. */
static const char *after_number(const char *line, unsigned long *ret_number)
{
	const char *at = strstr(line, "] GC(");
	char *end;

	if (*line != '[' || !at)
		return NULL;
	*ret_number = strtoul(at + 5, &end, 10);
	return end[0] == ')' && end[1] == ' ' ? end + 2 : NULL;
}

/* "[0x00000000ff000000, 0x00000000ff3e7f00, " behind "used": the base and the top. */
static bool take_bounds(const char *words, struct space *ret_space)
{
	const char *at = strstr(words, "used [0x");
	uint32_t kind = 0;
	char *end;

	while (kind < KINDS && !strstr(words, kinds[kind].word))
		kind++;
	if (!at || kind == KINDS)
		return false;
	ret_space->site = kind + 1;
	ret_space->base = strtoull(at + 6, &end, 16);
	if (end[0] != ',' || end[1] != ' ')
		return false;
	ret_space->top = strtoull(end + 2, &end, 16);
	return *end == ',' && ret_space->top >= ret_space->base;
}

static void set_time(struct import *import, struct event *event)
{
	double seconds;

	if (sscanf(import->line, "[%lfs]", &seconds) == 1 && seconds >= 0 && seconds < 1e9)
		import_set_time(import, event, (uint64_t)(seconds * 1e9));
}

static void put_block(struct import *import, enum event_kind kind, const struct space *space)
{
	struct event event = {.kind = (uint8_t)kind,
		.object = OBJECT_NONE,
		.text = TEXT_NONE,
		.address = space->base,
		.size = kind == EVENT_FREE ? 0 : space->top - space->base,
		.site = space->site,
		.thread = import_thread(import, 0)};

	set_time(import, &event);
	import_event(import, &event);
}

/* The space is filled up to another top than it was. */
static void put_space(struct import *import, struct spaces *spaces, const struct space *now)
{
	struct space *space = NULL;

	for (unsigned i = 0; i < spaces->count; i++)
		if (spaces->items[i].base == now->base)
			space = &spaces->items[i];
	if (!space && spaces->count < SPACES_MAX) {
		space = &spaces->items[spaces->count++];
		*space = (struct space){now->base, now->base, now->site};
	}
	if (!space || space->top == now->top)
		return;
	if (space->top > space->base)
		put_block(import, EVENT_FREE, space);
	if (now->top > now->base)
		put_block(import, EVENT_ALLOCATE, now);
	space->top = now->top;
}

static void put_words(struct import *import, enum event_kind kind, const char *words)
{
	struct event event = {.kind = (uint8_t)kind, .object = OBJECT_NONE, .text = TEXT_NONE};

	feed_event(import->feed, &event, words, strlen(words));
}

/* false: the line is about none of that. */
static bool read_line(struct import *import, void *context)
{
	struct spaces *spaces = context;
	unsigned long number;
	const char *words = after_number(import->line, &number);
	struct space space;
	char mark[64];

	if (!words)
		return false;
	if (take_bounds(words, &space)) {
		put_space(import, spaces, &space);
		return true;
	}
	if (strncmp(words, "Pause ", 6) != 0)
		return false;
	if (strstr(import->line, "[gc,start")) {
		snprintf(mark, sizeof(mark), "GC(%lu)", number);
		put_words(import, EVENT_MARK, mark);
	}
	put_words(import, EVENT_NOTE, words);
	return true;
}

static int read(struct feed *feed, struct source *source, struct error *err)
{
	static const char play[] = "--engine recorded --recorded-chunks none";
	struct spaces spaces = {.count = 0};

	info_take(feed_info(feed), "play", strlen("play"), play, strlen(play));
	for (uint64_t i = 0; i < KINDS; i++) {
		uint64_t address = i + 1;
		feed_name(feed, address, kinds[i].name);
		feed_site(feed, &address, 1);
	}
	import_log(feed, source, read_line, &spaces);
	return 0;
}

static bool is_line(const char *line)
{
	unsigned long number;
	const char *words = after_number(line, &number);
	struct space space;

	return words && take_bounds(words, &space);
}

static bool recognises(const char *bytes, size_t length)
{
	return import_recognises(bytes, length, is_line);
}

const struct trace_reader reader_jvm_log = {
	.name = "jvm_log",
	.recognises = recognises,
	.read = read,
};
