/* See trace_name.h. */
#include "cmd/trace_name.h"

#include "base/error.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>

#define NAMES_MAX 10000u

static const struct {
	const char *ending;
	enum trace_form form;
} endings[] = {
	{".bin", TRACE_BINARY},
	{".rep", TRACE_TEXT},
	{".text", TRACE_TEXT},
	{".trace", TRACE_BINARY},
	{".txt", TRACE_TEXT},
};

static bool ends_in(const char *text, const char *ending)
{
	size_t length = strlen(text), end = strlen(ending);

	return length >= end && strcmp(text + length - end, ending) == 0;
}

bool trace_name_form(const char *path, enum trace_form *ret_form)
{
	if (strcmp(path, "-") == 0) {
		*ret_form = TRACE_TEXT;
		return true;
	}
	for (size_t i = 0; i < sizeof(endings) / sizeof(*endings); i++)
		if (ends_in(path, endings[i].ending)) {
			*ret_form = endings[i].form;
			return true;
		}
	return false;
}

int trace_name_create(char *path, size_t size, const char *program, struct error *err)
{
	const char *slash = strrchr(program, '/');
	const char *base = slash ? slash + 1 : program;
	int fd = -1;

	for (unsigned number = 1; fd < 0 && number < NAMES_MAX; number++) {
		if (number == 1)
			snprintf(path, size, "%s.trace", base);
		else
			snprintf(path, size, "%s.%u.trace", base, number);
		fd = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
		if (fd < 0 && errno != EEXIST)
			break;
	}
	return fd < 0 ? error_set(err, "%s: %s", path, strerror(errno)) : fd;
}
