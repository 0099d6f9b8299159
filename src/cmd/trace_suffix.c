/* See trace_suffix.h. */
#include "cmd/trace_suffix.h"

#include <string.h>

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

bool form_of_name(const char *path, enum trace_form *ret_form)
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
