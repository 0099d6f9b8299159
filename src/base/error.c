/* See error.h. */
#include "base/error.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/* The text was cut off: removes a UTF-8 character that lost its last bytes. */
static void drop_half_a_sign(struct error *err)
{
	size_t end = sizeof(err->text) - 1, at = end;

	while (at > end - 3 && ((unsigned char)err->text[at - 1] & 0xC0) == 0x80)
		at--;
	unsigned char first = (unsigned char)err->text[at - 1];
	size_t length = first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : first >= 0xC0 ? 2 : 1;
	if (at - 1 + length > end)
		err->text[at - 1] = '\0';
}

int error_set(struct error *err, const char *format, ...)
{
	if (err) {
		va_list args;
		va_start(args, format);
		if (vsnprintf(err->text, sizeof(err->text), format, args) >= (int)sizeof(err->text))
			drop_half_a_sign(err);
		va_end(args);
	}
	return -1;
}

int error_prefix(struct error *err, const char *format, ...)
{
	if (!err)
		return -1;

	struct error old = *err;
	va_list args;
	va_start(args, format);
	vsnprintf(err->text, sizeof(err->text), format, args);
	va_end(args);

	size_t used = strlen(err->text);
	size_t room = sizeof(err->text) - used;
	if (snprintf(err->text + used, room, ": %s", old.text) >= (int)room)
		drop_half_a_sign(err);
	return -1;
}
