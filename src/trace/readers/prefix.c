/* See prefix.h. */
#include "trace/readers/prefix.h"

#include "trace/text/scanner.h"

#include <string.h>

#define SECOND 1000000000u /* nanoseconds */
#define DAY    86400u      /* seconds: a smaller number of them is the time since the last call */

static const char *skip_blanks(const char *at)
{
	return at + strspn(at, " \t");
}

/* ".541217": as nanoseconds. */
static const char *take_fraction(const char *at, uint64_t *ret_nanoseconds)
{
	uint64_t unit = SECOND / 10, sum = 0;

	for (at++; (unsigned)(*at - '0') < 10; at++, unit /= 10)
		sum += (uint64_t)(*at - '0') * unit;
	*ret_nanoseconds = sum;
	return at;
}

/* "23:51:23", "23:51:23.541217" or "1764373883.541217", and a blank; NULL: none of them. */
static const char *take_time(const char *at, struct prefix *prefix)
{
	const char *end = at + strlen(at);
	uint64_t seconds = 0, part = 0, fraction = 0;
	unsigned parts = 0;

	while ((at = scanner_take_decimal(at, end, &part))) {
		if (part > UINT32_MAX * 2ull)
			return NULL;
		seconds = seconds * 60 + part;
		parts++;
		if (*at != ':' || parts == 3)
			break;
		at++;
	}
	if (!at || parts == 2)
		return NULL;
	bool has_fraction = *at == '.';
	if (has_fraction)
		at = take_fraction(at, &fraction);
	if (*at != ' ' || (parts == 1 && !has_fraction))
		return NULL;
	prefix->has_time = parts == 3 || seconds > DAY;
	prefix->time = seconds * SECOND + fraction;
	return skip_blanks(at);
}

/* "[0x55916064c19b] ", with 0x or without, or "[????????????????] "; NULL: it is none. */
static const char *take_caller(const char *at, struct prefix *prefix)
{
	uint64_t caller = 0;

	if (*at != '[')
		return NULL;
	at += strncmp(at, "[0x", 3) == 0 ? 3 : 1;
	const char *after = scanner_take_hexadecimal(at, at + strlen(at), &caller);
	if (!after)
		after = at + strspn(at, "?");
	if (after == at || strncmp(after, "] ", 2) != 0)
		return NULL;
	prefix->caller = caller;
	return skip_blanks(after + 1);
}

const char *prefix_take(const char *line, struct prefix *ret_prefix)
{
	struct prefix prefix = {0};
	const char *end = line + strlen(line), *at = line, *after;
	bool is_named = strncmp(at, "[pid ", 5) == 0;
	uint64_t thread = 0;

	after = scanner_take_decimal(is_named ? skip_blanks(at + 5) : at, end, &thread);
	if (after && *after == (is_named ? ']' : ' ')) {
		prefix.thread = thread;
		at = skip_blanks(after + 1);
	}
	after = take_time(skip_blanks(at), &prefix);
	at = after ? after : at;
	after = take_caller(at, &prefix);
	*ret_prefix = prefix;
	return skip_blanks(after ? after : at); /* ltrace -n sets nested calls in */
}
