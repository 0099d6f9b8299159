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
