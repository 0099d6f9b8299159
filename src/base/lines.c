/* See lines.h. */
#include "base/lines.h"

#include <errno.h>
#include <string.h>

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
	if (byte == EOF && ferror(lines->file))
		return error_set(err, "%s", strerror(errno));
	if (byte == EOF && length == 0) {
		lines->number--;
		return 0;
	}
	if (length > 0 && lines->text[length - 1] == '\r')
		length--;
	lines->text[length] = '\0';
	return 1;
}
