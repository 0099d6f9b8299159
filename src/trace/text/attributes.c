/* The attributes of an event in the text form: words after those that it must have. */
#include "trace/text/parts.h"

#include <string.h>

static const char *domain_of(unsigned i)
{
	return domain_word((enum domain)i);
}

static const char *call_of(unsigned i)
{
	return call_name((enum call)i);
}

/* What may follow the words of an event. */
static const char *expected_attribute(const struct event *event)
{
	if (event->kind == EVENT_NEW)
		return "expected an attribute (gc finalizer finalizer=resurrects at= call= domain= site= thread= time=) or a # comment";
	if (event->kind == EVENT_WEAK)
		return "expected an attribute (size= callback= at= call= domain= site= thread= time=) or a # comment";
	if (event_is_of_cache(event))
		return "expected an attribute (key= at= call= domain= site= thread= time=) or a # comment";
	if (event_has_own_words(event))
		return "expected an attribute (at= call= domain= site= thread= time=) or a # comment";
	if (event->kind == EVENT_FREE)
		return "expected an attribute (size= at= call= domain= site= thread= time= failed) or a # comment";
	return "expected an attribute (align= at= call= domain= old= site= thread= time= failed) or a # comment";
}

/* ---- with a number: taken into the event; NULL, or the complaint when it makes no sense ----- */

static const char *set_address(const struct scanner *scanner, struct event *event, uint64_t number)
{
	event->address = number;
	return NULL;
}

static const char *set_alignment(const struct scanner *scanner, struct event *event,
	uint64_t number)
{
	event->alignment = number;
	return number == 0 || (number & (number - 1)) != 0 ? "expected a power of two" : NULL;
}

static const char *set_thread(const struct scanner *scanner, struct event *event, uint64_t number)
{
	event->thread = (uint32_t)number;
	return number > UINT32_MAX ? "expected a thread below 4294967296" : NULL;
}

static const char *set_site(const struct scanner *scanner, struct event *event, uint64_t number)
{
	event->site = (uint32_t)number;
	return number == SITE_NONE || number > feed_sites(scanner->feed)
		       ? "expected a site defined above"
		       : NULL;
}

static const char *set_time(const struct scanner *scanner, struct event *event, uint64_t number)
{
	event->time = number;
	event->flags |= EVENT_HAS_TIME;
	return NULL;
}

static const char *set_old(const struct scanner *scanner, struct event *event, uint64_t number)
{
	event->old_address = number;
	event->flags |= EVENT_OLD_UNKNOWN;
	return NULL;
}

static const char *set_key(const struct scanner *scanner, struct event *event, uint64_t number)
{
	if (!event_is_of_cache(event))
		return "only hit, miss, keep and evict have a key";
	event->key = number;
	return number > INT64_MAX ? "expected a key below 2^63" : NULL;
}

static const struct attribute {
	const char *word;
	bool is_of_blocks; /* kinds with words of their own have none */
	const char *(*set)(const struct scanner *scanner, struct event *event, uint64_t number);
} attributes[] = {
	{"at", false, set_address},
	{"thread", false, set_thread},
	{"time", false, set_time},
	{"site", false, set_site},
	{"key", false, set_key},
	{"align", true, set_alignment},
	{"old", true, set_old},
};

static const struct attribute *find_attribute(const struct scanner *scanner, size_t length)
{
	for (size_t i = 0; i < sizeof(attributes) / sizeof(*attributes); i++)
		if (scanner_word_is(scanner, length, attributes[i].word))
			return &attributes[i];
	return NULL;
}

/* domain=WORD or call=WORD: 1; 0 when the key is neither. */
static int take_named(struct scanner *scanner, struct event *event, const char *equals,
	size_t value)
{
	size_t key = (size_t)(equals - scanner->at);
	bool is_domain = scanner_word_is(scanner, key, "domain");

	if (!is_domain && !scanner_word_is(scanner, key, "call"))
		return 0;
	scanner->at = equals + 1;
	bool is_known =
		is_domain ? scanner_take_word_of(scanner, value, DOMAIN_COUNT, domain_of,
				    &event->domain)
			  : scanner_take_word_of(scanner, value, CALL_COUNT, call_of, &event->call);
	if (!is_known)
		return scanner_complain(scanner,
			is_domain ? "expected a domain (c, raw, mem, obj, arena or meta)"
				  : "expected a function name");
	scanner->at += value;
	return 1;
}

static int take_number_of(struct scanner *scanner, struct event *event,
	const struct attribute *attribute, const char *equals)
{
	const char *word = scanner->at;
	uint64_t number = 0;

	scanner->at = equals + 1;
	if (!scanner_take_number(scanner, &number))
		return scanner_complain(scanner, "expected a number");
	if (!attribute) {
		scanner->at = word;
		return scanner_complain(scanner, "expected a known attribute");
	}
	const char *expected = attribute->set(scanner, event, number);
	if (!expected)
		return 0;
	scanner->at = equals + 1;
	return scanner_complain(scanner, expected);
}

int text_take_attribute(struct scanner *scanner, struct event *event)
{
	size_t length = scanner_word_length(scanner);
	const char *equals = memchr(scanner->at, '=', length);
	bool has_own = event_has_own_words(event);

	int taken = has_own || event->kind == EVENT_FREE
			    ? text_take_counted_attribute(scanner, event, length)
			    : 0;
	if (taken != 0)
		return taken < 0 ? -1 : 0;
	if (!equals) {
		if (!scanner_word_is(scanner, length, "failed") || has_own)
			return scanner_complain(scanner, expected_attribute(event));
		event->flags |= EVENT_FAILED;
		scanner->at += length;
		return 0;
	}
	size_t key = (size_t)(equals - scanner->at);
	const struct attribute *attribute = find_attribute(scanner, key);
	if (attribute && attribute->is_of_blocks && has_own)
		return scanner_complain(scanner, expected_attribute(event));
	taken = attribute ? 0 : take_named(scanner, event, equals, length - key - 1);
	if (taken != 0)
		return taken < 0 ? -1 : 0;
	return take_number_of(scanner, event, attribute, equals);
}
