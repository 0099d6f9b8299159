/* See utf8.h. */
#include "base/utf8.h"

#include <stdbool.h>
#include <string.h>

/* The length in bytes of the sequence that begins with this byte; 0: not a first byte. */
static unsigned length_of(unsigned char first)
{
	if (first < 0x80)
		return 1;
	if (first < 0xC2 || first >= 0xF5)
		return 0;
	return first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4;
}

uint32_t utf8_next(const char **at, size_t length)
{
	static const uint32_t smallest[] = {0, 0, 0x80, 0x800, 0x10000};
	const unsigned char *bytes = (const unsigned char *)*at;

	if (length == 0)
		return UTF8_BAD;
	unsigned n = length_of(bytes[0]);
	uint32_t code = n == 1 ? bytes[0] : bytes[0] & (0xFFu >> (n + 1));

	if (n == 0 || n > length) {
		*at += 1;
		return UTF8_BAD;
	}
	for (unsigned i = 1; i < n; i++) {
		if ((bytes[i] & 0xC0) != 0x80) {
			*at += 1;
			return UTF8_BAD;
		}
		code = code << 6 | (bytes[i] & 0x3F);
	}
	if (code < smallest[n] || code > 0x10FFFF || (code >= 0xD800 && code < 0xE000)) {
		*at += 1;
		return UTF8_BAD;
	}
	*at += n;
	return code;
}

size_t utf8_put(char out[5], uint32_t code)
{
	size_t n = 0;

	if (code > 0x10FFFF || (code >= 0xD800 && code < 0xE000))
		code = UTF8_BAD;
	if (code < 0x80) {
		out[n++] = (char)code;
	} else if (code < 0x800) {
		out[n++] = (char)(0xC0 | code >> 6);
		out[n++] = (char)(0x80 | (code & 0x3F));
	} else if (code < 0x10000) {
		out[n++] = (char)(0xE0 | code >> 12);
		out[n++] = (char)(0x80 | (code >> 6 & 0x3F));
		out[n++] = (char)(0x80 | (code & 0x3F));
	} else {
		out[n++] = (char)(0xF0 | code >> 18);
		out[n++] = (char)(0x80 | (code >> 12 & 0x3F));
		out[n++] = (char)(0x80 | (code >> 6 & 0x3F));
		out[n++] = (char)(0x80 | (code & 0x3F));
	}
	out[n] = '\0';
	return n;
}

size_t utf8_cells(const char *text)
{
	size_t left = strlen(text);
	size_t cells = 0;

	while (left > 0) {
		const char *at = text;
		cells += (size_t)utf8_width(utf8_next(&at, left));
		left -= (size_t)(at - text);
		text = at;
	}
	return cells;
}
