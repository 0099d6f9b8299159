#include "story/question.h"

#include "story/names.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define DIGITS_MAX 20 /* of 64 bits */

/* The first caption after the event; "": there is none. */
static const char *find_answer(const struct trace *trace, uint64_t number)
{
	const struct trace_mark *notes;
	size_t count = trace_notes(trace, &notes), at = 0;

	while (at < count && notes[at].position <= number)
		at++;
	return at < count ? notes[at].name : "";
}

/* Whether the words begin with the size: "1,024: …", or "16 KiB, …", rounded down. */
static bool begins_with(const char *words, uint64_t size)
{
	static const char *const units[] = {" KiB", " MiB", " GiB"};
	size_t length = strspn(words, "0123456789,"), digits = 0;
	uint64_t value = 0;

	for (size_t i = 0; i < length; i++)
		if (words[i] != ',') {
			value = value * 10 + (uint64_t)(words[i] - '0');
			digits++;
		}
	if (digits == 0 || digits > DIGITS_MAX)
		return false;
	for (size_t i = 0; i < sizeof(units) / sizeof(*units); i++)
		if (strncmp(words + length, units[i], strlen(units[i])) == 0)
			return value == size >> (10 * (i + 1));
	return value == size;
}

/* The last place of the number in the text; NULL: it is written in another way. */
static char *find_number(char *text, const char *number)
{
	char *found = NULL;

	for (char *at = strstr(text, number); at; at = strstr(at + 1, number))
		found = at;
	return found;
}

/* Of a victim: not which one it is. A key that is spared does not say that it is. */
static const char *name_victim(const struct event *event, char *buffer, size_t size)
{
	snprintf(buffer, size, "the cache %s", event->other == USE_EVICT ? "evicts key ?" : "?");
	return buffer;
}

const char *name_question(const struct trace *trace, const struct heap *heap, uint64_t number,
	const struct event *event, char *buffer, size_t size)
{
	char digits[DIGITS_MAX + 1];

	if (event_is_of_cache(event) && (event->other == USE_EVICT || event->other == USE_SPARE))
		return name_victim(event, buffer, size);
	name_call_of(heap, event, buffer, size);
	if (!event_asks_for_memory(event) || !begins_with(find_answer(trace, number), event->size))
		return buffer;
	snprintf(digits, sizeof(digits), "%" PRIu64, event->size);
	char *hidden = find_number(buffer, digits);
	if (hidden) {
		char *rest = hidden + strlen(digits);
		*hidden = '?';
		memmove(hidden + 1, rest, strlen(rest) + 1);
	}
	return buffer;
}
