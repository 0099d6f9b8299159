/* See lines.h. */
#include "base/lines.h"

#include <errno.h>
#include <string.h>

#define BYTE_ORDER_MARK "\xef\xbb\xbf" /* editors of Windows put it before the first line */

static void drop_byte_order_mark(struct lines *lines)
{
	size_t length = strlen(BYTE_ORDER_MARK);

	if (lines->number == 1 && strncmp(lines->text, BYTE_ORDER_MARK, length) == 0)
		memmove(lines->text, lines->text + length, strlen(lines->text + length) + 1);
}

int lines_next(struct lines *lines, struct error *err)
{
	size_t length = 0;
	int byte;

	lines->number++;
	while ((byte = getc_unlocked(lines->file)) != EOF && byte != '\n') {
		if (byte == '\0')
			return error_set(err, "a byte 0: this is not a text file");
		if (length == LINE_BYTES_MAX)
			return error_set(err, "a line of more than %d bytes", LINE_BYTES_MAX);
		lines->text[length++] = (char)byte;
	}
	if (byte == EOF && ferror(lines->file)) {
		lines->number = 0;
		return error_set(err, "%s", strerror(errno));
	}
	if (byte == EOF && length == 0) {
		lines->number--;
		return 0;
	}
	if (length > 0 && lines->text[length - 1] == '\r')
		length--;
	lines->text[length] = '\0';
	drop_byte_order_mark(lines);
	return 1;
}

int lines_refuse(const struct lines *lines, const char *name, struct error *err)
{
	return lines->number > 0 ? error_prefix(err, "%s:%u", name, lines->number)
				 : error_prefix(err, "%s", name);
}
