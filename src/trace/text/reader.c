/*
 * Reads the text form, a superset of the malloc lab's: docs/trace-format.md.  One pass over the
 * bytes; a line costs some tens of nanoseconds.
 */
#include "base/error.h"
#include "base/suggestion.h"
#include "trace/readers/reader.h"

#include "trace/record.h"
#include "trace/text/parts.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

const char text_expected_event[] =
	"expected an event (a, r, f, m, u, use, note, mark, new, ref, unref, weak, collect, gc, "
	"enter, leave, when)";

#define MEANT_MAX 32u     /* bytes of a word that may be a slip */
#define LETTERS   "arfmu" /* of the kinds before EVENT_NOTE */

/* A number, -1 for NULL where a pointer is handed in, ? for unknown. */
static int take_object(struct scanner *scanner, struct event *event)
{
	uint64_t number = 0;

	scanner_skip_blanks(scanner);
	size_t length = scanner_word_length(scanner);
	if (length == 1 && *scanner->at == '?') {
		scanner->at++;
		return 0;
	}
	bool takes_pointer = event->kind == EVENT_FREE || event->kind == EVENT_REALLOCATE;
	if (takes_pointer && scanner_word_is(scanner, length, "-1")) {
		scanner->at += 2;
		return 0;
	}
	const char *begin = scanner->at;
	if (!scanner_take_number(scanner, &number))
		return scanner_complain(scanner, "expected an ID, which is a number");
	if (number >= OBJECT_NONE) {
		scanner->at = begin;
		return scanner_complain(scanner, "expected an ID below 4294967295");
	}
	event->object = (uint32_t)number;
	return 0;
}

/*
 * After the words of an event: attributes, a comment, the end of the line.  Feeds the event, and
 * its text if it has one.
 */
static int finish_event(struct scanner *scanner, struct event *event, const char *name,
	size_t name_length)
{
	for (;;) {
		scanner_skip_blanks(scanner);
		if (scanner_is_at_line_end(scanner) || *scanner->at == '#')
			break;
		if (text_take_attribute(scanner, event) < 0)
			return -1;
	}
	const char *text;
	size_t length;
	bool has_comment = scanner->at < scanner->end && *scanner->at == '#';
	if (scanner_take_text(scanner, &text, &length) < 0)
		return -1;
	scanner_feed(scanner, event, name, name_length);
	if (has_comment)
		feed_comment(scanner->feed, text + 1, length - 1, true);
	return 0;
}

/* The rest of the line is its text. */
static int read_note_or_mark(struct scanner *scanner, struct event *event)
{
	const char *text;
	size_t length;

	if (scanner->at < scanner->end && is_blank(*scanner->at))
		scanner->at++;
	if (scanner_take_text(scanner, &text, &length) < 0)
		return -1;
	scanner_feed(scanner, event, text, length);
	return 0;
}

/* EVENT_KIND_COUNT: the word, `length` bytes, is no event. */
static enum event_kind find_kind(const struct scanner *scanner, size_t length)
{
	static const char letters[] = LETTERS;

	if (length == 1) {
		const char *letter = memchr(letters, *scanner->at, EVENT_NOTE);
		return letter ? (enum event_kind)(letter - letters) : EVENT_KIND_COUNT;
	}
	for (unsigned kind = EVENT_NOTE; kind < EVENT_KIND_COUNT; kind++)
		if (scanner_word_is(scanner, length, event_kind_letter((enum event_kind)kind)))
			return (enum event_kind)kind;
	return EVENT_KIND_COUNT;
}

/* How the events with words of their own are written; NULL: any words will do. */
static const char *const forms[EVENT_KIND_COUNT] = {
	[EVENT_ALLOCATE] = "a ID SIZE",
	[EVENT_REALLOCATE] = "r ID SIZE",
	[EVENT_FREE] = "f ID",
	[EVENT_MAP] = "m ID SIZE",
	[EVENT_UNMAP] = "u ID",
	[EVENT_NOTE] = "note WORDS",
	[EVENT_MARK] = "mark NAME",
	[EVENT_NEW] = "new ID SIZE",
	[EVENT_REF] = "ref FROM TO",
	[EVENT_UNREF] = "unref FROM TO",
	[EVENT_WEAK] = "weak ID TO",
	[EVENT_ENTER] = "enter NAME",
	[EVENT_USE] = "use read ID [+OFFSET] [BYTES]",
	[EVENT_WHEN] = "when ID unref FROM TO",
};

/* What calls are named elsewhere. */
static const struct {
	const char *name;
	enum event_kind kind;
} other_names[] = {
	{"alloc", EVENT_ALLOCATE},
	{"calloc", EVENT_ALLOCATE},
	{"delete", EVENT_FREE},
	{"free", EVENT_FREE},
	{"malloc", EVENT_ALLOCATE},
	{"realloc", EVENT_REALLOCATE},
};

/* The word without regard to capitals is a kind's, or a letter with the number that follows. */
static enum event_kind kind_meant(const char *word, size_t length)
{
	static const char letters[] = LETTERS;
	const char *letter = memchr(letters, word[0], EVENT_NOTE);

	if (letter && strspn(word + 1, "0123456789") == length - 1)
		return (enum event_kind)(letter - letters);
	for (size_t i = 0; i < sizeof(other_names) / sizeof(*other_names); i++)
		if (strcmp(word, other_names[i].name) == 0)
			return other_names[i].kind;
	for (unsigned kind = EVENT_NOTE; kind < EVENT_KIND_COUNT; kind++)
		if (strcmp(word, event_kind_letter((enum event_kind)kind)) == 0)
			return (enum event_kind)kind;
	return EVENT_KIND_COUNT;
}

/* Of a line of C, or of another program's log: "p = malloc(24);". */
static enum event_kind kind_called(const struct scanner *scanner)
{
	const char *newline = memchr(scanner->at, '\n', (size_t)(scanner->end - scanner->at));
	size_t length = (size_t)((newline ? newline : scanner->end) - scanner->at);
	enum event_kind kind = EVENT_KIND_COUNT;
	char call[16];

	for (size_t i = 0; i < sizeof(other_names) / sizeof(*other_names); i++) {
		int n = snprintf(call, sizeof(call), "%s(", other_names[i].name);
		if (memmem(scanner->at, length, call, (size_t)n))
			kind = other_names[i].kind; /* the last: "realloc" ends as "alloc" does */
	}
	return kind;
}

/* A word that is no event; where one is meant that is known, it is named. */
static int complain_of_event(const struct scanner *scanner, size_t length)
{
	char word[MEANT_MAX] = {0};
	struct suggestion nearest = {.word = word, .length = length};
	enum event_kind meant = kind_called(scanner);
	int result = scanner_complain(scanner, text_expected_event);

	if (length >= sizeof(word))
		return result;
	for (size_t i = 0; i < length; i++)
		word[i] = (char)tolower((unsigned char)scanner->at[i]);
	if (meant == EVENT_KIND_COUNT && length > 0)
		meant = kind_meant(word, length);
	if (meant != EVENT_KIND_COUNT)
		return forms[meant] ? scanner_add_form(scanner, forms[meant]) : result;
	for (unsigned kind = EVENT_NOTE; kind < EVENT_KIND_COUNT; kind++)
		suggestion_offer(&nearest, event_kind_letter((enum event_kind)kind));
	const char *name = suggestion_name(&nearest);
	if (!name || length < 3 || !scanner->err)
		return result;
	struct error complaint = *scanner->err;
	return error_set(scanner->err, "%s; did you mean '%s'?", complaint.text, name);
}

static int read_event(struct scanner *scanner, size_t length)
{
	enum event_kind kind = find_kind(scanner, length);
	struct event event = {.kind = (uint8_t)kind, .object = OBJECT_NONE, .text = TEXT_NONE};

	if (kind == EVENT_KIND_COUNT)
		return complain_of_event(scanner, length);
	scanner->at += length;
	if (event_is_note_or_mark(&event))
		return read_note_or_mark(scanner, &event);
	const char *name = NULL;
	size_t name_length = 0;
	if (event_has_text(&event) && text_take_name(scanner, &name, &name_length) < 0)
		return scanner_add_form(scanner, forms[kind]);
	if (event_has_own_words(&event)
			? text_take_own(scanner, &event) < 0
			: take_object(scanner, &event) < 0 ||
				  (kind_has_size(kind) && scanner_take_size(scanner, &event) < 0))
		return forms[kind] ? scanner_add_form(scanner, forms[kind]) : -1;
	return finish_event(scanner, &event, name, name_length);
}

/*
 * Some drivers of the malloc lab have operations of their own, as to write or to check the heap: a
 * letter that we do not know, in a file with their header.
 */
static bool is_foreign_letter(const struct scanner *scanner, size_t length)
{
	return length == 1 && feed_info(scanner->feed)->header_count > 0 &&
	       (unsigned)((*scanner->at | 0x20) - 'a') < 26 &&
	       !memchr(LETTERS, *scanner->at | 0x20, EVENT_NOTE);
}

/*
 * What nearly every line of a long trace is: a letter, an ID, where the kind has one a size, each
 * after one blank. false, and nothing taken, when the line is anything else.
 */
static bool take_plain(struct scanner *scanner, struct event *event)
{
	const char *at = scanner->at, *end = scanner->end;
	uint64_t object;

	if (end - at < 4 || at[1] != ' ' || (*at != 'a' && *at != 'f' && *at != 'r'))
		return false;
	event->kind = *at == 'a' ? EVENT_ALLOCATE : *at == 'f' ? EVENT_FREE : EVENT_REALLOCATE;
	at = scanner_take_decimal(at + 2, end, &object);
	if (!at || object >= OBJECT_NONE)
		return false;
	event->object = (uint32_t)object;
	if (event->kind != EVENT_FREE) {
		if (at == end || *at != ' ')
			return false;
		at = scanner_take_decimal(at + 1, end, &event->size);
	}
	if (!at || at == end || *at != '\n')
		return false;
	scanner->at = at + 1;
	scanner->line++;
	return true;
}

static int read_line(struct scanner *scanner)
{
	const char *text;
	size_t length;

	scanner_skip_blanks(scanner);
	if (scanner_is_at_line_end(scanner)) {
		scanner_take_line(scanner, &text, &length);
		return 0;
	}
	if (*scanner->at == '#')
		return scanner_take_comment(scanner);
	length = scanner_word_length(scanner);
	int result = length > 1 ? text_read_definition(scanner, length) : 1;
	if (result <= 0)
		return result;
	if ((unsigned)(*scanner->at - '0') < 10)
		return text_read_header(scanner);
	if (is_foreign_letter(scanner, length)) {
		feed_skipped(scanner->feed, scanner->line);
		scanner_take_line(scanner, &text, &length);
		return 0;
	}
	return read_event(scanner, length);
}

static int read_window(struct scanner *scanner)
{
	while (scanner->at < scanner->end) {
		struct event event = {.object = OBJECT_NONE, .text = TEXT_NONE};
		const char *line = scanner->at;
		if (take_plain(scanner, &event)) {
			scanner_feed(scanner, &event, NULL, 0);
			continue;
		}
		bool is_first = scanner->line == 1;
		if (read_line(scanner) == 0)
			continue;
		/*
		 * A last line without its newline was cut off while it was written: a recorder was
		 * killed.
		 */
		if (!is_first && !memchr(line, '\n', (size_t)(scanner->end - line))) {
			feed_truncated(scanner->feed);
			return 0;
		}
		return -1;
	}
	return 0;
}

/* Editors of Windows begin a file with it. */
static void skip_byte_order_mark(struct scanner *scanner)
{
	static const char mark[] = "\xEF\xBB\xBF";
	size_t length = sizeof(mark) - 1;

	if ((size_t)(scanner->end - scanner->at) >= length &&
		memcmp(scanner->at, mark, length) == 0)
		scanner->at += length;
}

static int read(struct feed *feed, struct source *source, struct error *err)
{
	struct scanner scanner = {.line = 1, .feed = feed, .err = err};
	bool is_start = true;
	int result = 0;

	while (result == 0 && source_more(source)) {
		scanner.at = source->at;
		scanner.end = source->end;
		if (is_start)
			skip_byte_order_mark(&scanner);
		is_start = false;
		result = read_window(&scanner);
	}
	return result;
}

/* A line "a 1…": what else is in a log, as a program's output, hardly begins so. */
static bool is_event_of_block(const struct scanner *scanner)
{
	return scanner->end - scanner->at > 2 && memchr(LETTERS, *scanner->at, EVENT_NOTE) &&
	       is_blank(scanner->at[1]) && (unsigned)(scanner->at[2] - '0') < 10;
}

/* Of digits and blanks, or empty, or a comment. */
static bool comes_before_events(const char *line, size_t length)
{
	size_t i = 0;

	while (i < length && (is_blank(line[i]) || (unsigned)(line[i] - '0') < 10))
		i++;
	return i == length || line[i] == '#';
}

static bool recognises(const char *bytes, size_t length)
{
	return !memchr(bytes, '\0', length < 4096 ? length : 4096);
}

bool text_is_begun(const char *bytes, size_t length)
{
	struct scanner scanner = {.at = bytes, .end = bytes + length, .line = 1};
	const char *line = bytes;
	size_t line_length = 0;

	if (!recognises(bytes, length))
		return false;
	skip_byte_order_mark(&scanner);
	while (scanner.at < scanner.end && comes_before_events(line, line_length)) {
		scanner_skip_blanks(&scanner);
		if (is_event_of_block(&scanner))
			return true;
		scanner_take_line(&scanner, &line, &line_length);
	}
	return false;
}

const struct trace_reader reader_text = {
	.name = "text",
	.recognises = recognises,
	.read = read,
};
