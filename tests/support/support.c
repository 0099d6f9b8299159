/* See support.h. */
#include "support.h"

#include <dirent.h>
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

/* The whole file; the caller frees it. NULL: there is none. */
static char *read_all(const char *path)
{
	FILE *file = fopen(path, "r");
	size_t length = 0, room = 1 << 20;
	char *bytes = malloc(room);

	if (!file || !bytes) {
		free(bytes);
		return NULL;
	}
	length = fread(bytes, 1, room - 1, file);
	assert_true(length < room - 1);
	bytes[length] = '\0';
	fclose(file);
	return bytes;
}

/* The lines that differ, as diff prints them: a golden may be long. */
static void print_difference(const char *path, const char *actual)
{
	char command[1200];

	fflush(NULL);
	snprintf(command, sizeof(command), "diff '%s' - >&2", path);
	FILE *diff = popen(command, "w");
	if (!diff)
		return;
	fputs(actual, diff);
	pclose(diff);
}

void assert_golden(const char *actual, const char *name)
{
	char path[1000];

	snprintf(path, sizeof(path), "%s/%s", getenv("ARENASCOPE_TESTS"), name);
	if (getenv("ARENASCOPE_UPDATE")) {
		FILE *file = fopen(path, "w");
		assert_non_null(file);
		assert_true(fputs(actual, file) >= 0);
		assert_int_equal(fclose(file), 0);
		return;
	}
	char *expected = read_all(path);
	bool is_same = expected && strcmp(actual, expected) == 0;
	free(expected);
	if (is_same)
		return;
	print_difference(path, actual);
	fail_msg("tests/%s differs; if it should: ARENASCOPE_UPDATE=1, and run the test", name);
}

size_t open_files(void)
{
	DIR *folder = opendir("/proc/self/fd");
	size_t count = 0;

	assert_non_null(folder);
	while (readdir(folder))
		count++;
	closedir(folder);
	return count;
}
