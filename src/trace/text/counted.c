/*
 * Events of counted objects, of the C library and of uses in the text form: their words, and the
 * attributes only they have.
 */
#include "trace/text/parts.h"

#include <string.h>

/* The traits of a new object. */
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
		if (scanner_word_is(scanner, length, traits[i].word)) {
			event->flags |= traits[i].flags;
			scanner->at += length;
			return true;
		}
	return false;
}

/*
 * A number after the word; 0 and nothing taken when this is another word, 1 when there is one.
 */
static int take_after(struct scanner *scanner, const char *word, uint64_t max, uint64_t *ret_number)
{
	size_t length = strlen(word);

	if ((size_t)(scanner->end - scanner->at) < length || memcmp(scanner->at, word, length) != 0)
		return 0;
	scanner->at += length;
	const char *begin = scanner->at;
	if (scanner_take_number(scanner, ret_number) && *ret_number <= max)
		return 1;
	scanner->at = begin;
	return scanner_complain(scanner,
		max < UINT64_MAX ? "expected an ID below 4294967295" : "expected a size in bytes");
}

int text_take_counted_attribute(struct scanner *scanner, struct event *event, size_t length)
{
	uint64_t number = 0;

	if (event->kind == EVENT_FREE) {
		int sized = take_after(scanner, "size=", UINT64_MAX, &event->size);
		event->flags |= sized == 1 ? EVENT_SIZED : 0;
		return sized;
	}
	if (event->kind == EVENT_NEW)
		return take_trait(scanner, event, length);
	if (event->kind != EVENT_WEAK)
		return 0;
	if (scanner_word_is(scanner, length, "soft")) {
		event->flags |= EVENT_SOFT;
		scanner->at += length;
		return 1;
	}
	int taken = take_after(scanner, "size=", UINT64_MAX, &event->size);
	if (taken != 0)
		return taken;
	taken = take_after(scanner, "callback=", OBJECT_NONE - 1, &number);
	if (taken == 1)
		event->callback = (uint32_t)number;
	return taken;
}

static int take_new(struct scanner *scanner, struct event *event)
{
	return scanner_take_id(scanner, &event->object) < 0 ? -1
							    : scanner_take_size(scanner, event);
}

/* The object that refers, - for the program itself; and the one it refers to. */
static int take_reference(struct scanner *scanner, struct event *event)
{
	scanner_skip_blanks(scanner);
	event->other = OBJECT_NONE;
	if (scanner_word_length(scanner) == 1 && *scanner->at == '-')
		scanner->at++;
	else if (scanner_take_id(scanner, &event->other) < 0)
		return -1;
	return scanner_take_id(scanner, &event->object);
}

static int take_weak(struct scanner *scanner, struct event *event)
{
	event->size = WEAK_SIZE;
	event->callback = OBJECT_NONE;
	return scanner_take_id(scanner, &event->object) < 0
		       ? -1
		       : scanner_take_id(scanner, &event->other);
}

static int take_generation(struct scanner *scanner, struct event *event)
{
	scanner_skip_blanks(scanner);
	const char *begin = scanner->at;

	event->size = GENERATIONS - 1;
	if (scanner_is_at_line_end(scanner) || (unsigned)(*begin - '0') > 9)
		return 0;
	if (scanner_take_number(scanner, &event->size) && event->size < GENERATIONS)
		return 0;
	scanner->at = begin;
	return scanner_complain(scanner, "expected a generation (0, 1 or 2)");
}

/* Whose finaliser, or callback; then as the event that it is like. */
static int take_when(struct scanner *scanner, struct event *event)
{
	uint32_t owner;

	if (scanner_take_id(scanner, &owner) < 0)
		return -1;
	event->callback = owner;
	scanner_skip_blanks(scanner);
	size_t length = scanner_word_length(scanner);
	event->size = scanner_word_is(scanner, length, event_kind_letter(EVENT_REF));
	if (event->size == 0 && !scanner_word_is(scanner, length, event_kind_letter(EVENT_UNREF)))
		return scanner_complain(scanner, "expected ref or unref");
	scanner->at += length;
	return take_reference(scanner, event);
}

static const char *gc_word_of(unsigned i)
{
	return gc_word((enum gc_word)i);
}

/* A number below 2^31. */
static int take_small(struct scanner *scanner, uint64_t *ret_number, const char *expected)
{
	scanner_skip_blanks(scanner);
	const char *begin = scanner->at;

	if (scanner_take_number(scanner, ret_number) && *ret_number <= INT32_MAX)
		return 0;
	scanner->at = begin;
	return scanner_complain(scanner, expected);
}

static int take_gc(struct scanner *scanner, struct event *event)
{
	uint64_t numbers[GENERATIONS];
	uint8_t word;

	scanner_skip_blanks(scanner);
	if (!scanner_take_word_of(scanner, scanner_word_length(scanner), GC_WORD_COUNT, gc_word_of,
		    &word))
		return scanner_complain(scanner,
			"expected on, off, thresholds, freeze, unfreeze or others");
	scanner->at += scanner_word_length(scanner);
	event->other = word;
	if (word == GC_OTHERS)
		return take_small(scanner, &event->size, "expected a number below 2147483648");
	if (word != GC_THRESHOLDS)
		return 0;
	for (unsigned i = 0; i < GENERATIONS; i++)
		if (take_small(scanner, &numbers[i], "expected three thresholds below 2147483648") <
			0)
			return -1;
	event->size = numbers[0];
	event->older[0] = (uint32_t)numbers[1];
	event->older[1] = (uint32_t)numbers[2];
	return 0;
}

static const char *libc_word_of(unsigned i)
{
	return libc_word((enum libc_word)i);
}

static int take_libc(struct scanner *scanner, struct event *event)
{
	uint8_t word;

	scanner_skip_blanks(scanner);
	if (!scanner_take_word_of(scanner, scanner_word_length(scanner), LIBC_WORD_COUNT,
		    libc_word_of, &word))
		return scanner_complain(scanner,
			"thread_end, break, malloc_trim or what mallopt sets is expected");
	scanner->at += scanner_word_length(scanner);
	event->other = word;
	if (!*libc_word_number((enum libc_word)word))
		return 0;
	scanner_skip_blanks(scanner);
	const char *begin = scanner->at;
	if (scanner_take_number(scanner, &event->size))
		return 0;
	scanner->at = begin;
	return scanner_complain(scanner, "expected a number");
}

int text_take_name(struct scanner *scanner, const char **ret_name, size_t *ret_length)
{
	scanner_skip_blanks(scanner);
	*ret_name = scanner->at;
	*ret_length = scanner_word_length(scanner);
	if (*ret_length == 0)
		return scanner_complain(scanner, "expected the name of a method");
	scanner->at += *ret_length;
	return 0;
}

static int take_enter(struct scanner *scanner, struct event *event)
{
	scanner_skip_blanks(scanner);
	size_t length = scanner_word_length(scanner);
	if (scanner_word_is(scanner, length, frame_word(FRAME_NATIVE))) {
		event->other = FRAME_NATIVE;
		scanner->at += length;
	}
	return 0;
}

static int take_leave(struct scanner *scanner, struct event *event)
{
	return 0;
}

/* +N or -N; without a sign there is no offset. */
static int take_offset(struct scanner *scanner, struct event *event)
{
	uint64_t number;

	scanner_skip_blanks(scanner);
	if (scanner->at == scanner->end || (*scanner->at != '+' && *scanner->at != '-'))
		return 0;
	bool is_before = *scanner->at == '-';
	const char *begin = scanner->at++;
	if (!scanner_take_number(scanner, &number) || number > INT64_MAX) {
		scanner->at = begin;
		return scanner_complain(scanner, "expected an offset in bytes");
	}
	event->offset = is_before ? -(int64_t)number : (int64_t)number;
	return 0;
}

static const char *use_word_of(unsigned i)
{
	return use_word((enum use_word)i);
}

static int take_use(struct scanner *scanner, struct event *event)
{
	uint8_t word;

	scanner_skip_blanks(scanner);
	if (!scanner_take_word_of(scanner, scanner_word_length(scanner), USE_WORD_COUNT,
		    use_word_of, &word))
		return scanner_complain(scanner,
			"expected read, write, hit, miss, keep, evict, found or spare");
	scanner->at += scanner_word_length(scanner);
	event->other = word;
	if (!use_names_object((enum use_word)word))
		return 0;
	if (scanner_take_id(scanner, &event->object) < 0 ||
		(!event_is_of_cache(event) && take_offset(scanner, event) < 0))
		return -1;
	event->size = 1;
	scanner_skip_blanks(scanner);
	if (scanner->at < scanner->end && (unsigned)(*scanner->at - '0') < 10)
		return scanner_take_size(scanner, event);
	return 0;
}

static int (*const own_words[])(struct scanner *scanner, struct event *event) = {
	[EVENT_NEW - EVENT_NEW] = take_new,
	[EVENT_REF - EVENT_NEW] = take_reference,
	[EVENT_UNREF - EVENT_NEW] = take_reference,
	[EVENT_WEAK - EVENT_NEW] = take_weak,
	[EVENT_COLLECT - EVENT_NEW] = take_generation,
	[EVENT_GC - EVENT_NEW] = take_gc,
	[EVENT_LIBC - EVENT_NEW] = take_libc,
	[EVENT_ENTER - EVENT_NEW] = take_enter,
	[EVENT_LEAVE - EVENT_NEW] = take_leave,
	[EVENT_USE - EVENT_NEW] = take_use,
	[EVENT_WHEN - EVENT_NEW] = take_when,
};
static_assert(sizeof(own_words) / sizeof(*own_words) == EVENT_KIND_COUNT - EVENT_NEW,
	"every kind is read");

int text_take_own(struct scanner *scanner, struct event *event)
{
	return own_words[event->kind - EVENT_NEW](scanner, event);
}
