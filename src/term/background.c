/* See background.h. */
#include "term/background.h"

#include <stdlib.h>
#include <string.h>

void background_begin(struct background_answer *answer, uint64_t now)
{
	*answer = (struct background_answer){.is_read = true, .begun = now};
}

bool background_goes_on(struct background_answer *answer, uint64_t now)
{
	if (now > answer->begun + BACKGROUND_ANSWER_MOST)
		answer->is_read = false;
	return answer->is_read;
}

/* An answer ends with a bell, or with an escape and a backslash; one without an end is too long. */
bool background_take(struct background_answer *answer, uint32_t letter)
{
	bool ends = letter == '\a' || letter == '\\';

	if (!ends && letter >= ' ' && letter < 0x7F)
		answer->text[answer->length++] = (char)letter;
	if (answer->length + 1 == sizeof(answer->text))
		ends = true;
	answer->text[answer->length] = '\0';
	answer->is_read = !ends;
	return ends;
}

/* One to four hexadecimal digits as a byte; -1: there are none. */
static int32_t read_part(const char **at)
{
	static const int32_t most[] = {0, 0xF, 0xFF, 0xFFF, 0xFFFF};
	size_t digits = strspn(*at, "0123456789abcdefABCDEF");
	char *end;

	if (digits == 0 || digits > 4)
		return -1;
	int32_t value = (int32_t)strtol(*at, &end, 16);
	*at = end;
	return value * 255 / most[digits];
}

int32_t background_of_answer(const char *text)
{
	int32_t color = 0;

	if (strncmp(text, "rgb:", 4) != 0 && strncmp(text, "rgba:", 5) != 0)
		return BACKGROUND_UNKNOWN;
	text = strchr(text, ':');
	for (int part = 0; part < 3; part++) {
		if (*text != (part == 0 ? ':' : '/'))
			return BACKGROUND_UNKNOWN;
		text++;
		int32_t byte = read_part(&text);
		if (byte < 0)
			return BACKGROUND_UNKNOWN;
		color = color << 8 | byte;
	}
	return color;
}

int32_t background_of_colorfgbg(const char *value)
{
	const char *last = value ? strrchr(value, ';') : NULL;
	char *end;

	if (!last)
		return BACKGROUND_UNKNOWN;
	unsigned long number = strtoul(last + 1, &end, 10);
	if (end == last + 1 || *end != '\0' || number > 15)
		return BACKGROUND_UNKNOWN;
	return number == 7 || number > 8 ? 0xFFFFFF : 0x000000;
}
