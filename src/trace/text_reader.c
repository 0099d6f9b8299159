/*
 * Reads the text form, a superset of the malloc lab's: docs/trace-format.md.  One pass over the
 * bytes; a line costs some tens of nanoseconds.
 */
#include "base/error.h"
#include "trace/chunk.h"
#include "trace/info.h"
#include "trace/readers/reader.h"
#include "trace/record.h"
#include "trace/sites.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

struct scanner {
	const char *at;
	const char *end;      /* of everything */
	uint64_t line;        /* number, from 1 */
	uint64_t header_line; /* where the header's last integer stands */
	struct feed *feed;
	struct error *err;
};

static bool is_blank(char c)
{
	return c == ' ' || c == '\t';
}

static bool is_line_end(const struct scanner *scanner)
{
	return scanner->at == scanner->end || *scanner->at == '\n' ||
	       (*scanner->at == '\r' &&
		       (scanner->at + 1 == scanner->end || scanner->at[1] == '\n'));
}

static void skip_blanks(struct scanner *scanner)
{
	while (scanner->at < scanner->end && is_blank(*scanner->at))
		scanner->at++;
}

/* The rest of the line, without CR; moves past its newline. */
static void take_line(struct scanner *scanner, const char **ret_text, size_t *ret_length)
{
	const char *newline = memchr(scanner->at, '\n', (size_t)(scanner->end - scanner->at));
	const char *end = newline ? newline : scanner->end;

	*ret_text = scanner->at;
	*ret_length = (size_t)(end - scanner->at);
	if (*ret_length > 0 && end[-1] == '\r')
		--*ret_length;
	scanner->at = newline ? newline + 1 : scanner->end;
	scanner->line++;
}

/* A word's length from here: up to a blank, a line's end or a #. */
static size_t word_length(const struct scanner *scanner)
{
	const char *at = scanner->at;

	while (at < scanner->end && !is_blank(*at) && *at != '\n' && *at != '\r' && *at != '#')
		at++;
	return (size_t)(at - scanner->at);
}

static int complain(const struct scanner *scanner, const char *what)
{
	size_t length = word_length(scanner);
	char word[33];
	size_t n = 0;

	for (; n < length && n < sizeof(word) - 1; n++) {
		char c = scanner->at[n];
		word[n] = c >= ' ' && c < 0x7F ? c : '?';
	}
	word[n] = '\0';
	if (n == 0)
		return error_set(scanner->err, "%" PRIu64 ": %s, but the line ends", scanner->line,
			what);
	return error_set(scanner->err, "%" PRIu64 ": %s, not '%s'", scanner->line, what, word);
}

/* The rest of the line as a text that can be kept. */
static int take_text(struct scanner *scanner, const char **ret_text, size_t *ret_length)
{
	uint64_t line = scanner->line;

	take_line(scanner, ret_text, ret_length);
	if (memchr(*ret_text, '\0', *ret_length))
		return error_set(scanner->err,
			"%" PRIu64 ": a text is expected, and there is a zero byte in it", line);
	if (*ret_length > TEXT_BYTES_MAX)
		return error_set(scanner->err,
			"%" PRIu64 ": a text of at most %u bytes is expected, not of %zu", line,
			TEXT_BYTES_MAX, *ret_length);
	return 0;
}

static int take_comment(struct scanner *scanner)
{
	const char *text;
	size_t length;

	scanner->at++;
	if (take_text(scanner, &text, &length) < 0)
		return -1;
	feed_comment(scanner->feed, text, length, false);
	return 0;
}

/* Decimal or 0x; false, and nothing consumed, when there is none or it does not fit. */
static bool take_number(struct scanner *scanner, uint64_t *ret_number)
{
	const char *at = scanner->at;
	uint64_t number = 0;

	if (scanner->end - at > 2 && at[0] == '0' && (at[1] | 0x20) == 'x') {
		at += 2;
		const char *first = at;
		for (; at < scanner->end; at++) {
			unsigned digit = (unsigned)(*at - '0');
			if (digit > 9)
				digit = (unsigned)((*at | 0x20) - 'a') < 6
						? (unsigned)((*at | 0x20) - 'a') + 10
						: 16;
			if (digit > 15)
				break;
			if (number >> 60)
				return false;
			number = number << 4 | digit;
		}
		if (at == first)
			return false;
	} else {
		const char *first = at;
		for (; at < scanner->end && (unsigned)(*at - '0') < 10; at++) {
			uint64_t digit = (uint64_t)(*at - '0');
			if (number > (UINT64_MAX - digit) / 10)
				return false;
			number = number * 10 + digit;
		}
		if (at == first)
			return false;
	}
	if (at < scanner->end && !is_blank(*at) && *at != '\n' && *at != '\r' && *at != '#')
		return false;
	*ret_number = number;
	scanner->at = at;
	return true;
}

static int take_size(struct scanner *scanner, struct event *event)
{
	skip_blanks(scanner);
	return take_number(scanner, &event->size)
		       ? 0
		       : complain(scanner, "a size in bytes is expected");
}

/* A number, -1 for NULL, ? for unknown. */
static int take_object(struct scanner *scanner, struct event *event)
{
	uint64_t number;

	skip_blanks(scanner);
	size_t length = word_length(scanner);
	if (length == 1 && *scanner->at == '?') {
		scanner->at++;
		return 0;
	}
	if (length == 2 && memcmp(scanner->at, "-1", 2) == 0) {
		scanner->at += 2;
		return 0;
	}
	const char *begin = scanner->at;
	if (!take_number(scanner, &number))
		return complain(scanner, "an ID is expected");
	if (number >= OBJECT_NONE) {
		scanner->at = begin;
		return complain(scanner, "an ID below 4294967295 is expected");
	}
	event->object = (uint32_t)number;
	return 0;
}

static bool take_word_of(const struct scanner *scanner, size_t length, unsigned count,
	const char *(*name)(unsigned i), uint8_t *ret_value)
{
	for (unsigned i = 0; i < count; i++)
		if (strlen(name(i)) == length && memcmp(name(i), scanner->at, length) == 0) {
			*ret_value = (uint8_t)i;
			return true;
		}
	return false;
}

static const char *domain_of(unsigned i)
{
	return domain_word((enum domain)i);
}

static const char *call_of(unsigned i)
{
	return call_name((enum call)i);
}

/* What may stand behind the words of an event. */
static const char *expected_attribute(uint8_t kind)
{
	if (kind == EVENT_NEW)
		return "an attribute (gc finalizer finalizer=resurrects at= call= domain= site= thread= time=) or a # "
		       "comment is expected";
	if (kind == EVENT_WEAK)
		return "an attribute (size= callback= at= call= domain= site= thread= time=) or a # comment is "
		       "expected";
	if (kind >= EVENT_NEW)
		return "an attribute (at= call= domain= site= thread= time=) or a # comment is expected";
	return "an attribute (align= at= call= domain= old= site= thread= time= failed) or a # comment is expected";
}

/* What a new object may be.  word, flags */
static const struct {
	const char *word;
	uint8_t flags;
} traits[] = {
	{"gc", EVENT_TRACKED},
	{"finalizer", EVENT_FINALIZER},
	{"finalizer=resurrects", EVENT_FINALIZER | EVENT_RESURRECTS},
};

static bool take_trait(struct scanner *scanner, struct event *event, size_t length)
{
	for (size_t i = 0; i < sizeof(traits) / sizeof(*traits); i++)
		if (strlen(traits[i].word) == length &&
			memcmp(traits[i].word, scanner->at, length) == 0) {
			event->flags |= traits[i].flags;
			scanner->at += length;
			return true;
		}
	return false;
}

/*
 * A number behind the word; 0 and nothing consumed when this is another word, 1 when there is one.
 */
static int take_after(struct scanner *scanner, const char *word, uint64_t max, uint64_t *ret_number)
{
	size_t length = strlen(word);

	if ((size_t)(scanner->end - scanner->at) < length || memcmp(scanner->at, word, length) != 0)
		return 0;
	scanner->at += length;
	const char *begin = scanner->at;
	if (take_number(scanner, ret_number) && *ret_number <= max)
		return 1;
	scanner->at = begin;
	return complain(scanner, max < UINT64_MAX ? "an ID below 4294967295 is expected"
						  : "a size in bytes is expected");
}

/* An attribute that only a new object or a weak reference has: 1; 0 when this is another one. */
static int take_counted(struct scanner *scanner, struct event *event, size_t length)
{
	uint64_t number;

	if (event->kind == EVENT_NEW)
		return take_trait(scanner, event, length);
	if (event->kind != EVENT_WEAK)
		return 0;
	int taken = take_after(scanner, "size=", UINT64_MAX, &event->size);
	if (taken != 0)
		return taken;
	taken = take_after(scanner, "callback=", OBJECT_NONE - 1, &number);
	if (taken == 1)
		event->told = (uint32_t)number;
	return taken;
}

static int take_attribute(struct scanner *scanner, struct event *event)
{
	size_t length = word_length(scanner);
	const char *equals = memchr(scanner->at, '=', length);

	int taken = event_is_counted(event) ? take_counted(scanner, event, length) : 0;
	if (taken != 0)
		return taken < 0 ? -1 : 0;
	size_t key = equals ? (size_t)(equals - scanner->at) : length;
	const char *word = scanner->at;
	uint64_t number;

#define IS(name) (key == sizeof(name) - 1 && memcmp(word, name, key) == 0)
	if (!equals) {
		if (!IS("failed") || event_is_counted(event))
			return complain(scanner, expected_attribute(event->kind));
		event->flags |= EVENT_FAILED;
		scanner->at += length;
		return 0;
	}

	if (event_is_counted(event) && (IS("align") || IS("old")))
		return complain(scanner, expected_attribute(event->kind));
	scanner->at = equals + 1;
	size_t value = length - key - 1;
	if (IS("domain") || IS("call")) {
		bool known = IS("domain") ? take_word_of(scanner, value, DOMAIN_COUNT, domain_of,
						    &event->domain)
					  : take_word_of(scanner, value, CALL_COUNT, call_of,
						    &event->call);
		if (!known)
			return complain(scanner,
				IS("domain") ? "a domain (c, raw, mem, obj, arena) is expected"
					     : "a function's name is expected");
		scanner->at += value;
		return 0;
	}
	if (!take_number(scanner, &number))
		return complain(scanner, "a number is expected");
	if (IS("at")) {
		event->address = number;
	} else if (IS("align")) {
		if (number == 0 || (number & (number - 1)) != 0) {
			scanner->at = equals + 1;
			return complain(scanner, "a power of two is expected");
		}
		event->alignment = number;
	} else if (IS("thread")) {
		if (number > UINT32_MAX) {
			scanner->at = equals + 1;
			return complain(scanner, "a thread below 4294967296 is expected");
		}
		event->thread = (uint32_t)number;
	} else if (IS("site")) {
		if (number == SITE_NONE || number > feed_sites(scanner->feed)) {
			scanner->at = equals + 1;
			return complain(scanner, "a site that is defined above is expected");
		}
		event->site = (uint32_t)number;
	} else if (IS("time")) {
		event->time = number;
		event->flags |= EVENT_HAS_TIME;
	} else if (IS("old")) {
		event->old_address = number;
		event->flags |= EVENT_OLD_UNKNOWN;
	} else {
		scanner->at = word;
		return complain(scanner, "a known attribute is expected");
	}
	return 0;
#undef IS
}

/* What follows an event's words: attributes, a comment, the line's end.  Feeds the event. */
static int finish_event(struct scanner *scanner, struct event *event)
{
	for (;;) {
		skip_blanks(scanner);
		if (is_line_end(scanner) || *scanner->at == '#')
			break;
		if (take_attribute(scanner, event) < 0)
			return -1;
	}
	const char *text;
	size_t length;
	bool has_comment = scanner->at < scanner->end && *scanner->at == '#';
	if (take_text(scanner, &text, &length) < 0)
		return -1;
	feed_event(scanner->feed, event, NULL, 0);
	if (has_comment)
		feed_comment(scanner->feed, text + 1, length - 1, true);
	return 0;
}

static int read_event(struct scanner *scanner, enum event_kind kind)
{
	struct event event = {.kind = (uint8_t)kind, .object = OBJECT_NONE, .text = TEXT_NONE};

	scanner->at++;
	if (take_object(scanner, &event) < 0 ||
		(kind_has_size(kind) && take_size(scanner, &event) < 0))
		return -1;
	return finish_event(scanner, &event);
}

/* ---- counted objects ----------------------------------------------------------------------- */

/* An object; nothing else will do. */
static int take_id(struct scanner *scanner, uint32_t *ret_object)
{
	const char *begin;
	uint64_t number;

	skip_blanks(scanner);
	begin = scanner->at;
	if (!take_number(scanner, &number) || number >= OBJECT_NONE) {
		scanner->at = begin;
		return complain(scanner, "an ID below 4294967295 is expected");
	}
	*ret_object = (uint32_t)number;
	return 0;
}

static int take_new(struct scanner *scanner, struct event *event)
{
	return take_id(scanner, &event->object) < 0 ? -1 : take_size(scanner, event);
}

/* Who refers, - for the program itself; and to what. */
static int take_reference(struct scanner *scanner, struct event *event)
{
	skip_blanks(scanner);
	event->other = OBJECT_NONE;
	if (word_length(scanner) == 1 && *scanner->at == '-')
		scanner->at++;
	else if (take_id(scanner, &event->other) < 0)
		return -1;
	return take_id(scanner, &event->object);
}

static int take_weak(struct scanner *scanner, struct event *event)
{
	event->size = WEAK_SIZE;
	event->told = OBJECT_NONE;
	return take_id(scanner, &event->object) < 0 ? -1 : take_id(scanner, &event->other);
}

static int take_generation(struct scanner *scanner, struct event *event)
{
	skip_blanks(scanner);
	const char *begin = scanner->at;

	event->size = GENERATIONS - 1;
	if (is_line_end(scanner) || (unsigned)(*begin - '0') > 9)
		return 0;
	if (take_number(scanner, &event->size) && event->size < GENERATIONS)
		return 0;
	scanner->at = begin;
	return complain(scanner, "a generation (0, 1, 2) is expected");
}

static const char *gc_word_of(unsigned i)
{
	return gc_word((enum gc_word)i);
}

static int take_gc(struct scanner *scanner, struct event *event)
{
	uint64_t numbers[GENERATIONS];
	uint8_t word;

	skip_blanks(scanner);
	if (!take_word_of(scanner, word_length(scanner), GC_WORD_COUNT, gc_word_of, &word))
		return complain(scanner, "on, off or thresholds is expected");
	scanner->at += word_length(scanner);
	event->other = word;
	if (word != GC_THRESHOLDS)
		return 0;
	for (unsigned i = 0; i < GENERATIONS; i++) {
		skip_blanks(scanner);
		const char *begin = scanner->at;
		if (!take_number(scanner, &numbers[i]) || numbers[i] > INT32_MAX) {
			scanner->at = begin;
			return complain(scanner, "three thresholds below 2147483648 are expected");
		}
	}
	event->size = numbers[0];
	event->older[0] = (uint32_t)numbers[1];
	event->older[1] = (uint32_t)numbers[2];
	return 0;
}

static int (*const counted[])(struct scanner *scanner, struct event *event) = {
	[EVENT_NEW - EVENT_NEW] = take_new,
	[EVENT_REF - EVENT_NEW] = take_reference,
	[EVENT_UNREF - EVENT_NEW] = take_reference,
	[EVENT_WEAK - EVENT_NEW] = take_weak,
	[EVENT_COLLECT - EVENT_NEW] = take_generation,
	[EVENT_GC - EVENT_NEW] = take_gc,
};
static_assert(sizeof(counted) / sizeof(*counted) == EVENT_KIND_COUNT - EVENT_NEW,
	"every kind is read");

static int read_counted(struct scanner *scanner, enum event_kind kind)
{
	struct event event = {.kind = (uint8_t)kind, .object = OBJECT_NONE, .text = TEXT_NONE};

	scanner->at += strlen(event_kind_letter(kind));
	return counted[kind - EVENT_NEW](scanner, &event) < 0 ? -1 : finish_event(scanner, &event);
}

static int read_text(struct scanner *scanner, enum event_kind kind, size_t word)
{
	struct event event = {.kind = (uint8_t)kind, .object = OBJECT_NONE, .text = TEXT_NONE};
	const char *text;
	size_t length;

	scanner->at += word;
	if (scanner->at < scanner->end && is_blank(*scanner->at))
		scanner->at++;
	if (take_text(scanner, &text, &length) < 0)
		return -1;
	feed_event(scanner->feed, &event, text, length);
	return 0;
}

static int read_info(struct scanner *scanner)
{
	scanner->at += strlen("info");
	skip_blanks(scanner);
	const char *key = scanner->at;
	size_t key_length = word_length(scanner);
	const char *text;
	size_t length;

	scanner->at += key_length;
	if (scanner->at < scanner->end && is_blank(*scanner->at))
		scanner->at++;
	if (take_text(scanner, &text, &length) < 0)
		return -1;
	if (!info_take(feed_info(scanner->feed), key, key_length, text, length)) {
		scanner->line--;
		scanner->at = key;
		return complain(scanner,
			"info about program, python, recorder, play or dropped is expected");
	}
	return 0;
}

static int take_address(struct scanner *scanner, uint64_t *ret_address, const char *what)
{
	skip_blanks(scanner);
	return take_number(scanner, ret_address) ? 0 : complain(scanner, what);
}

/* "site N FRAME...": sites are numbered in the order of their lines. */
static int read_site(struct scanner *scanner)
{
	uint64_t frames[SITE_FRAMES_MAX], number;
	size_t count = 0, length;
	const char *text;
	char what[64];

	scanner->at += strlen("site");
	skip_blanks(scanner);
	text = scanner->at;
	snprintf(what, sizeof(what), "number %u is expected: sites are numbered from 1",
		feed_sites(scanner->feed) + 1);
	if (!take_number(scanner, &number))
		return complain(scanner, what);
	if (number != (uint64_t)feed_sites(scanner->feed) + 1) {
		scanner->at = text;
		return complain(scanner, what);
	}
	for (skip_blanks(scanner); count == 0 || !(is_line_end(scanner) || *scanner->at == '#');
		skip_blanks(scanner)) {
		if (count == SITE_FRAMES_MAX)
			return complain(scanner, "at most 32 addresses are expected");
		if (take_address(scanner, &frames[count++], "an address is expected") < 0)
			return -1;
	}
	feed_site(scanner->feed, frames, count);
	if (scanner->at < scanner->end && *scanner->at == '#')
		return take_comment(scanner);
	take_line(scanner, &text, &length);
	return 0;
}

/* Hexadecimal digits, two a byte; - when it is not known. */
static int take_build_id(struct scanner *scanner, char ret_id[2 * MODULE_BUILD_ID_MAX + 1])
{
	skip_blanks(scanner);
	size_t length = word_length(scanner);
	bool is_known = length != 1 || *scanner->at != '-';
	bool is_sound =
		length > 0 && length <= 2 * MODULE_BUILD_ID_MAX && (!is_known || length % 2 == 0);

	for (size_t i = 0; is_known && i < length; i++)
		is_sound &= (scanner->at[i] >= '0' && scanner->at[i] <= '9') ||
			    (scanner->at[i] >= 'a' && scanner->at[i] <= 'f');
	if (!is_sound)
		return complain(scanner, "a build-id in hexadecimal digits, or -, is expected");
	memcpy(ret_id, scanner->at, is_known ? length : 0);
	ret_id[is_known ? length : 0] = '\0';
	scanner->at += length;
	return 0;
}

/* "module BASE START END BUILD-ID PATH" */
static int read_module(struct scanner *scanner)
{
	char build_id[2 * MODULE_BUILD_ID_MAX + 1], path[MODULE_PATH_MAX + 1];
	struct trace_module module = {.path = path, .build_id = build_id};
	const char *text;
	size_t length;

	scanner->at += strlen("module");
	if (take_address(scanner, &module.base, "the address it was shifted by is expected") < 0 ||
		take_address(scanner, &module.start, "the address of its start is expected") < 0 ||
		take_address(scanner, &module.end, "the address of its end is expected") < 0)
		return -1;
	if (module.end < module.start)
		return error_set(scanner->err, "%" PRIu64 ": the module ends before it starts",
			scanner->line);
	if (take_build_id(scanner, build_id) < 0)
		return -1;
	skip_blanks(scanner);
	if (is_line_end(scanner))
		return complain(scanner, "the path of the module is expected");
	uint64_t line = scanner->line;
	if (take_text(scanner, &text, &length) < 0)
		return -1;
	if (length > MODULE_PATH_MAX)
		return error_set(scanner->err,
			"%" PRIu64 ": a path of at most %u bytes is expected", line,
			MODULE_PATH_MAX);
	memcpy(path, text, length);
	path[length] = '\0';
	feed_module(scanner->feed, &module);
	return 0;
}

/* "name ADDRESS WORDS" */
static int read_name(struct scanner *scanner)
{
	char words[FRAME_NAME_MAX + 1];
	uint64_t address, line = scanner->line;
	const char *text;
	size_t length;

	scanner->at += strlen("name");
	if (take_address(scanner, &address, "an address is expected") < 0)
		return -1;
	skip_blanks(scanner);
	if (take_text(scanner, &text, &length) < 0)
		return -1;
	if (length > FRAME_NAME_MAX)
		return error_set(scanner->err,
			"%" PRIu64 ": a name of at most %u bytes is expected", line,
			FRAME_NAME_MAX);
	memcpy(words, text, length);
	words[length] = '\0';
	feed_name(scanner->feed, address, words);
	return 0;
}

static const char an_event_is_expected[] =
	"an event (a, r, f, m, u, note, mark, new, ref, unref, weak, collect, gc) is expected";

/* Four or two bare integers may stand before the first event, on lines of their own or on one. */
static int read_header(struct scanner *scanner)
{
	struct trace_info *info = feed_info(scanner->feed);
	uint64_t number;
	const char *text;
	size_t length;

	while (!is_line_end(scanner)) {
		if (feed_has_events(scanner->feed) || info->header_count == 4 ||
			!take_number(scanner, &number))
			return complain(scanner, an_event_is_expected);
		info->header[info->header_count++] = number;
		scanner->header_line = scanner->line;
		skip_blanks(scanner);
		if (scanner->at < scanner->end && *scanner->at == '#')
			return take_comment(scanner);
	}
	take_line(scanner, &text, &length);
	return 0;
}

static int check_header(const struct scanner *scanner)
{
	unsigned count = feed_info(scanner->feed)->header_count;

	if (count % 2 == 0)
		return 0;
	return error_set(scanner->err, "%" PRIu64 ": a header has two or four integers, not %u",
		scanner->header_line, count);
}

static bool has_word(const struct scanner *scanner, const char *word)
{
	size_t length = strlen(word);

	return word_length(scanner) == length && memcmp(scanner->at, word, length) == 0;
}

static int read_line(struct scanner *scanner)
{
	const char *text;
	size_t length;

	skip_blanks(scanner);
	if (is_line_end(scanner)) {
		take_line(scanner, &text, &length);
		return 0;
	}
	if (*scanner->at == '#')
		return take_comment(scanner);
	if (has_word(scanner, "info"))
		return read_info(scanner);
	if (has_word(scanner, "site"))
		return read_site(scanner);
	if (has_word(scanner, "name"))
		return read_name(scanner);
	if (has_word(scanner, "module"))
		return read_module(scanner);
	if ((unsigned)(*scanner->at - '0') < 10)
		return read_header(scanner);
	if (!feed_has_events(scanner->feed) && check_header(scanner) < 0)
		return -1;

	bool is_letter = scanner->at + 1 < scanner->end && is_blank(scanner->at[1]);
	if (is_letter && *scanner->at == 'a')
		return read_event(scanner, EVENT_ALLOCATE);
	if (is_letter && *scanner->at == 'f')
		return read_event(scanner, EVENT_FREE);
	if (is_letter && *scanner->at == 'r')
		return read_event(scanner, EVENT_REALLOCATE);
	if (is_letter && *scanner->at == 'm')
		return read_event(scanner, EVENT_MAP);
	if (is_letter && *scanner->at == 'u')
		return read_event(scanner, EVENT_UNMAP);
	if (has_word(scanner, "note"))
		return read_text(scanner, EVENT_NOTE, strlen("note"));
	if (has_word(scanner, "mark"))
		return read_text(scanner, EVENT_MARK, strlen("mark"));
	for (unsigned kind = EVENT_NEW; kind < EVENT_KIND_COUNT; kind++)
		if (has_word(scanner, event_kind_letter((enum event_kind)kind)))
			return read_counted(scanner, (enum event_kind)kind);
	return complain(scanner, an_event_is_expected);
}

static int read(struct feed *feed, const char *bytes, size_t length, struct error *err)
{
	struct scanner scanner = {.at = bytes,
		.end = bytes + length,
		.line = 1,
		.feed = feed,
		.err = err};

	while (scanner.at < scanner.end) {
		const char *line = scanner.at;
		if (read_line(&scanner) == 0)
			continue;
		/*
		 * A last line without its newline was cut off while it was written: a recorder was
		 * killed.
		 */
		if (line != bytes && !memchr(line, '\n', (size_t)(scanner.end - line))) {
			feed_truncated(feed);
			return 0;
		}
		return -1;
	}
	return check_header(&scanner);
}

static bool recognises(const char *bytes, size_t length)
{
	return !memchr(bytes, '\0', length);
}

const struct trace_reader reader_text = {
	.name = "text",
	.recognises = recognises,
	.read = read,
};
