/*
 * Reads the log of a Java virtual machine whose collector is Serial or Parallel: -Xlog:gc* says
 * after each collection how far each space was filled before and after it, and how much was
 * committed to it,
 *
 *	[2.6s][info ][gc,heap] GC(0) DefNew: 17466K(19648K)->859K(19648K) Eden: 17466K(17472K)->0K(…
 *
 * and with gc+heap=debug before and after each where it lies as well, to the byte:
 *
 *	[2.6s][debug][gc,heap] GC(0)   eden space 4096K,  97% used [0xff00, 0xff3e, 0xff40)
 *
 * Each space is committed (a mapping of its domain), and filled up to its top (an allocation of its
 * domain, which is reallocated where the top moves).  The causes of collections and their pauses
 * are notes and marks, and so is what the log says of all spaces together.
 *
 *	state  of all spaces at a moment: one that the log describes, and the one that the events so
 *	       far have led to; their difference is what is fed
 *	base   a space is known by it: the survivors, "from" and "to", change their names. Where the
 *	       log has no addresses, it is known by its domain, and there is one survivor
 *
 * Knowledge: HotSpot's ContiguousSpace::print_on(), MutableSpace::print_on(), Metaspace::print_on()
 * and GenCollectedHeap::print_heap_change(), and logs of JDK 17 and 25.
 */
#include "trace/info.h"
#include "trace/readers/import.h"
#include "trace/readers/reader.h"

#include <assert.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define SPACES_MAX 8u
#define KIB        1024u
#define NAME_BYTES 32u /* "GC(12)" */
#define NOTE_BYTES 240u

/* Spaces as the lines with addresses call them. */
static const struct {
	const char *word;
	enum domain domain;
} spaces[] = {
	{"  eden space ", DOMAIN_EDEN},
	{"  from space ", DOMAIN_SURVIVOR},
	{"  to   space ", DOMAIN_SURVIVOR},
	{"   the space ", DOMAIN_OLD}, /* JDK 17 */
	{"  the  space ", DOMAIN_OLD}, /* JDK 25 */
	{"  object space ", DOMAIN_OLD},
};

/* Generations, which say what is reserved for their spaces. */
static const char *const generations[] = {
	" def new generation ",
	" tenured generation ",
	" DefNew ",
	" Tenured ",
	" PSYoungGen ",
	" ParOldGen ",
};

/* As the lines without addresses call them: "Eden: 17466K(17472K)->0K(17472K)". */
static const struct {
	const char *word;
	enum domain domain;
} changes[] = {
	{"Eden: ", DOMAIN_EDEN},
	{"From: ", DOMAIN_SURVIVOR},
	{"Tenured: ", DOMAIN_OLD},
	{"ParOldGen: ", DOMAIN_OLD},
	{"Metaspace: ", DOMAIN_META},
};

#define COUNT(array) (sizeof(array) / sizeof(*(array)))

struct space {
	uint64_t base; /* 0: not known */
	uint64_t committed, used;
	enum domain domain;
	uint32_t object, block; /* what it is in events: the mapping, and what fills it */
};

struct state {
	struct space items[SPACES_MAX];
	unsigned count;
	uint64_t reserved, meta_reserved; /* 0: the log does not say */
};

struct log {
	struct state now;           /* that the events so far have led to */
	struct state described;     /* by the lines that are now read */
	struct state before, after; /* a collection that is not over, of a log without addresses */
	struct event stamp;         /* the time of the last of them */
	char title[64];             /* "Before GC(3)" */
	bool has_addresses;
	uint32_t objects; /* so far */
};

/* ---- words of a line ------------------------------------------------------------------------ */

/* What follows the decorations, "[0.049s][debug][gc,heap     ] "; NULL: the line has none. */
static const char *after_decorations(const char *line)
{
	const char *at = line;

	while (*at == '[' && strchr(at, ']'))
		at = strchr(at, ']') + 1;
	return at > line && *at == ' ' ? at + 1 : NULL;
}

/* What follows "GC(12) ", and that name; NULL: the line is about no collection. */
static const char *after_number(const char *words, char ret_name[NAME_BYTES])
{
	unsigned long number;
	char *end;

	if (strncmp(words, "GC(", 3) != 0)
		return NULL;
	number = strtoul(words + 3, &end, 10);
	if (end[0] != ')' || end[1] != ' ')
		return NULL;
	snprintf(ret_name, NAME_BYTES, "GC(%lu)", number);
	return end + 2;
}

/* "[0xfc00, 0xfd55, 0xfd56)": up to n addresses; how many there are. */
static unsigned take_addresses(const char *words, uint64_t *ret_addresses, unsigned n)
{
	const char *at = strchr(words, '[');
	unsigned count = 0;
	char *end;

	while (at && count < n && strncmp(at + 1 + (at[1] == ' '), "0x", 2) == 0) {
		ret_addresses[count++] = strtoull(at + 1, &end, 16);
		at = *end == ',' ? end : NULL;
	}
	return count;
}

/* "<word>17466K", of which the number is KiB; false: the word is not there. */
static bool take_kib(const char *words, const char *word, uint64_t *ret_bytes)
{
	const char *at = strstr(words, word);
	char *end;

	if (!at)
		return false;
	*ret_bytes = strtoull(at + strlen(word), &end, 10);
	if (*end != 'K' || *ret_bytes > UINT64_MAX / KIB)
		return false;
	*ret_bytes *= KIB;
	return true;
}

/* ---- states ---------------------------------------------------------------------------------- */

/* The number of a space, or -1. */
static int find_space(const struct state *state, enum domain domain, uint64_t base)
{
	for (unsigned i = 0; i < state->count; i++)
		if (state->items[i].domain == domain && state->items[i].base == base)
			return (int)i;
	return -1;
}

/* The first of that domain, or -1. */
static int find_domain(const struct state *state, enum domain domain)
{
	for (unsigned i = 0; i < state->count; i++)
		if (state->items[i].domain == domain)
			return (int)i;
	return -1;
}

/* One that is there already is said again; one too many is passed over. */
static void put_space(struct state *state, const struct space *space)
{
	int at = find_space(state, space->domain, space->base);

	if (at < 0 && state->count == SPACES_MAX)
		return;
	state->items[at < 0 ? state->count++ : (unsigned)at] = *space;
}

/* "  eden space 17472K,  99% used [0xfc00, 0xfd10, 0xfd11)" */
static bool take_space(const char *words, struct space *ret_space)
{
	uint64_t addresses[4];
	unsigned count = take_addresses(words, addresses, 4);

	for (unsigned i = 0; i < COUNT(spaces) && count >= 3; i++) {
		uint64_t base = addresses[0], top = addresses[1], end = addresses[count - 1];
		if (strncmp(words, spaces[i].word, strlen(spaces[i].word)) != 0)
			continue;
		*ret_space = (struct space){.base = base,
			.committed = end - base,
			.used = top - base,
			.domain = spaces[i].domain};
		return base > 0 && base <= top && top <= end;
	}
	return false;
}

/* " def new generation   total 19648K, used 17466K [0xfc00, 0xfd55, 0xfd56)" */
static bool take_generation(const char *words, uint64_t *ret_reserved)
{
	uint64_t addresses[3];

	for (unsigned i = 0; i < COUNT(generations); i++)
		if (strncmp(words, generations[i], strlen(generations[i])) == 0 &&
			take_addresses(words, addresses, 3) == 3 && addresses[2] >= addresses[0]) {
			*ret_reserved = addresses[2] - addresses[0];
			return true;
		}
	return false;
}

/* " Metaspace       used 125K, committed 320K, reserved 1114112K" */
static bool take_metaspace(const char *words, struct space *ret_space, uint64_t *ret_reserved)
{
	*ret_space = (struct space){.domain = DOMAIN_META};
	return strncmp(words, " Metaspace ", 11) == 0 &&
	       take_kib(words, " used ", &ret_space->used) &&
	       take_kib(words, "committed ", &ret_space->committed) &&
	       take_kib(words, "reserved ", ret_reserved) &&
	       ret_space->used <= ret_space->committed;
}

/* ---- events ---------------------------------------------------------------------------------- */

/* A call site stands for each space, so that reports have figures of each. */
static uint32_t site_of(enum domain domain)
{
	return (uint32_t)(domain - DOMAIN_SPACES) + 1;
}

static void put_event(struct import *import, const struct log *log, enum event_kind kind,
	const struct space *space)
{
	bool is_of_mapping = kind == EVENT_MAP || kind == EVENT_UNMAP;
	bool has_size = kind != EVENT_FREE && kind != EVENT_UNMAP;
	struct event event = {.kind = (uint8_t)kind,
		.object = is_of_mapping ? space->object : space->block,
		.text = TEXT_NONE,
		.domain = (uint8_t)space->domain,
		.address = space->base,
		.size = !has_size       ? 0
			: is_of_mapping ? space->committed
					: space->used,
		.time = log->stamp.time,
		.site = is_of_mapping ? SITE_NONE : site_of(space->domain),
		.flags = log->stamp.flags};

	feed_event(import->feed, &event, NULL, 0);
}

static void put_words(struct import *import, enum event_kind kind, const char *words)
{
	struct event event = {.kind = (uint8_t)kind, .object = OBJECT_NONE, .text = TEXT_NONE};

	feed_event(import->feed, &event, words, strlen(words));
}

/* Fills the space up to another top than it has. */
static void move_top(struct import *import, struct log *log, struct space *space, uint64_t used)
{
	uint64_t before = space->used;

	space->used = used;
	if (used == before)
		return;
	if (before == 0)
		space->block = log->objects++;
	put_event(import, log,
		used == 0     ? EVENT_FREE
		: before == 0 ? EVENT_ALLOCATE
			      : EVENT_REALLOCATE,
		space);
}

static void commit(struct import *import, struct log *log, struct space *space, uint64_t committed)
{
	if (space->committed == committed)
		return;
	space->committed = committed;
	put_event(import, log, EVENT_MAP, space);
}

/* What becomes less, so that there is room for what becomes more. */
static void shrink(struct import *import, struct log *log, const struct state *told)
{
	struct state *now = &log->now;

	for (unsigned i = 0; i < now->count; i++) {
		struct space *space = &now->items[i];
		int at = find_space(told, space->domain, space->base);
		uint64_t used = at < 0 ? 0 : told->items[at].used,
			 committed = at < 0 ? 0 : told->items[at].committed;
		if (used < space->used)
			move_top(import, log, space, used);
		if (committed > 0 && committed < space->committed)
			commit(import, log, space, committed);
		if (committed > 0)
			continue;
		put_event(import, log, EVENT_UNMAP, space);
		*space = now->items[--now->count];
		i--;
	}
}

/* The space so far that was told; it is made if it is new. */
static struct space *space_now(struct log *log, const struct space *told)
{
	struct state *now = &log->now;
	int at = find_space(now, told->domain, told->base);

	if (at >= 0)
		return &now->items[at];
	assert(now->count < SPACES_MAX);
	now->items[now->count] = (struct space){.base = told->base,
		.domain = told->domain,
		.object = log->objects++};
	return &now->items[now->count++];
}

static void grow(struct import *import, struct log *log, const struct state *told)
{
	for (unsigned i = 0; i < told->count; i++)
		commit(import, log, space_now(log, &told->items[i]), told->items[i].committed);
	for (unsigned i = 0; i < told->count; i++)
		move_top(import, log, space_now(log, &told->items[i]), told->items[i].used);
}

/* "After GC(3): the heap has 859K used, 63360K committed, 65536K reserved; the metaspace …" */
static void say_state(struct import *import, const struct log *log, const struct state *told)
{
	int meta = find_domain(told, DOMAIN_META);
	uint64_t used = 0, committed = 0;
	char words[NOTE_BYTES];

	for (unsigned i = 0; i < told->count; i++) {
		bool is_meta = told->items[i].domain == DOMAIN_META;
		used += is_meta ? 0 : told->items[i].used;
		committed += is_meta ? 0 : told->items[i].committed;
	}
	int length = snprintf(words, sizeof(words),
		"%s: the heap has %" PRIu64 "K used, %" PRIu64 "K committed", log->title,
		used / KIB, committed / KIB);
	if (told->reserved)
		length += snprintf(words + length, sizeof(words) - (size_t)length,
			", %" PRIu64 "K reserved", told->reserved / KIB);
	if (meta >= 0)
		length += snprintf(words + length, sizeof(words) - (size_t)length,
			"; the metaspace %" PRIu64 "K used, %" PRIu64 "K committed",
			told->items[meta].used / KIB, told->items[meta].committed / KIB);
	if (meta >= 0 && told->meta_reserved)
		snprintf(words + length, sizeof(words) - (size_t)length, ", %" PRIu64 "K reserved",
			told->meta_reserved / KIB);
	put_words(import, EVENT_NOTE, words);
}

/* The events that lead from the state so far to the one that was told. */
static void feed_state(struct import *import, struct log *log, struct state *told)
{
	if (told->count > 0) {
		shrink(import, log, told);
		grow(import, log, told);
		say_state(import, log, told);
	}
	*told = (struct state){.count = 0};
}

/* ---- lines ----------------------------------------------------------------------------------- */

static void set_time(struct import *import, struct log *log)
{
	double seconds;

	log->stamp.flags = 0;
	if (sscanf(import->line, "[%lfs]", &seconds) == 1 && seconds >= 0 && seconds < 1e9)
		import_set_time(import, &log->stamp, (uint64_t)(seconds * 1e9));
}

/* A line of the description of all spaces: each begins with a blank, the metaspace is the last. */
static bool read_description(struct import *import, struct log *log, const char *words)
{
	struct space space;
	uint64_t reserved;

	if (take_space(words, &space)) {
		put_space(&log->described, &space);
		log->has_addresses = true;
	} else if (take_generation(words, &reserved)) {
		log->described.reserved += reserved;
	} else if (take_metaspace(words, &space, &reserved)) {
		put_space(&log->described, &space);
		log->described.meta_reserved = reserved;
		feed_state(import, log, &log->described);
	} else {
		return false;
	}
	return true;
}

/* "Eden: 17466K(17472K)->0K(17472K)": the state before the collection, and that after it. */
static bool read_change(struct log *log, const char *words)
{
	bool has_any = false;

	for (unsigned i = 0; i < COUNT(changes); i++) {
		struct space before = {.domain = changes[i].domain}, after = before;
		const char *at = strstr(words, changes[i].word);
		char at_first[64];
		if (!at)
			continue;
		snprintf(at_first, sizeof(at_first), "%s", at + strlen(changes[i].word));
		if (!take_kib(at_first, "", &before.used) ||
			!take_kib(at_first, "(", &before.committed) ||
			!take_kib(at_first, "->", &after.used))
			continue;
		const char *arrow = strstr(at_first, "->");
		if (!take_kib(arrow, "(", &after.committed) || before.used > before.committed ||
			after.used > after.committed)
			continue;
		put_space(&log->before, &before);
		put_space(&log->after, &after);
		has_any = true;
	}
	return has_any;
}

/* Of a log without addresses: what a collection changed, when it is over. */
static void feed_change(struct import *import, struct log *log, const char *name)
{
	if (log->has_addresses) {
		log->before = log->after = (struct state){.count = 0};
		return;
	}
	snprintf(log->title, sizeof(log->title), "Before %s", name);
	feed_state(import, log, &log->before);
	snprintf(log->title, sizeof(log->title), "After %s", name);
	feed_state(import, log, &log->after);
}

/* The cause of a collection, or, when it is over, how long it took. */
static void read_pause(struct import *import, struct log *log, const char *name, const char *words)
{
	if (strstr(import->line, "[gc,start"))
		put_words(import, EVENT_MARK, name);
	else
		feed_change(import, log, name);
	put_words(import, EVENT_NOTE, words);
}

/* "Heap before GC invocations=0 (full 0):", or of all that is over "Heap". */
static bool read_title(struct log *log, const char *name, const char *words)
{
	bool is_before = strncasecmp(words, "Heap before GC", 14) == 0,
	     is_after = strncasecmp(words, "Heap after GC", 13) == 0;

	if (!is_before && !is_after && strcmp(words, "Heap") != 0)
		return false;
	snprintf(log->title, sizeof(log->title), "%s%s",
		is_before  ? "Before "
		: is_after ? "After "
			   : "At exit",
		name);
	return true;
}

/* false: the line is about none of that. */
static bool read_line(struct import *import, void *context)
{
	struct log *log = context;
	const char *words = after_decorations(import->line), *after;
	char name[NAME_BYTES] = "";

	if (!words)
		return false;
	after = after_number(words, name);
	words = after ? after : words;
	set_time(import, log);
	if (*words == ' ')
		return read_description(import, log, words);
	feed_state(import, log, &log->described);
	if (*name && strncmp(words, "Pause ", 6) == 0) {
		read_pause(import, log, name, words);
		return true;
	}
	return read_title(log, name, words) || (*name && read_change(log, words));
}

static int read(struct feed *feed, struct source *source, struct error *err)
{
	static const char play[] = "--engine spaces";
	struct log log = {.objects = 0};

	info_take(feed_info(feed), "play", strlen("play"), play, strlen(play));
	for (uint64_t i = DOMAIN_SPACES; i < DOMAIN_COUNT; i++) {
		uint64_t address = site_of((enum domain)i);
		feed_name(feed, address, domain_name((enum domain)i));
		feed_site(feed, &address, 1);
	}
	import_log(feed, source, read_line, &log);
	return 0;
}

static bool is_line(const char *line)
{
	const char *words = after_decorations(line), *after;
	char name[NAME_BYTES];
	struct log log = {.objects = 0};
	struct space space;

	if (!words)
		return false;
	after = after_number(words, name);
	if (take_space(after ? after : words, &space))
		return true;
	return after && read_change(&log, after) && find_domain(&log.after, DOMAIN_EDEN) >= 0;
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
