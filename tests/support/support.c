/* See support.h. */
#include "support.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static size_t line_length(const char *text)
{
	return strcspn(text, "\n");
}

static void print_marked(const char *label, const char *text, const char *other)
{
	bool told = false;

	print_error("--- %s\n", label);
	while (*text) {
		size_t length = line_length(text);
		size_t other_length = line_length(other);
		bool differs = length != other_length || memcmp(text, other, length) != 0;

		print_error("%s%.*s\n", differs && !told ? "> " : "  ", (int)length, text);
		told = told || differs;
		text += length + (text[length] == '\n');
		other += other_length + (other[other_length] == '\n');
	}
}

void assert_text_at(const char *actual, const char *expected, const char *file, int line)
{
	if (strcmp(actual, expected) == 0)
		return;
	print_marked("expected", expected, actual);
	print_marked("actual", actual, expected);
	_fail(file, line);
}

void dice_init(struct dice *dice, uint64_t seed)
{
	const char *other = getenv("ARENASCOPE_SEED");
	dice->state = other ? strtoull(other, NULL, 0) : seed;
	if (dice->state == 0)
		dice->state = 0x9E3779B97F4A7C15u;
}

uint64_t dice_roll(struct dice *dice, uint64_t sides)
{
	dice->state ^= dice->state >> 12;
	dice->state ^= dice->state << 25;
	dice->state ^= dice->state >> 27;
	return ((dice->state * 0x2545F4914F6CDD1Du) >> 11) % sides;
}
