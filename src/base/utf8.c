/* See utf8.h. */
#include "base/utf8.h"

#include <stdbool.h>
#include <string.h>

/* Bytes of the sequence that a byte begins; 0: none does. */
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

struct range {
	uint32_t first, last;
};

static bool is_in(uint32_t code, const struct range *ranges, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (code >= ranges[i].first && code <= ranges[i].last)
			return true;
	return false;
}

/*
 * The blocks that matter for captions; what is missed is drawn one cell wide, and the grid stays
 * whole.
 */
int utf8_width(uint32_t code)
{
	static const struct range combining[] = {
		{0x0300, 0x036F}, {0x0483, 0x0489}, {0x0591, 0x05BD}, {0x0610, 0x061A}, {0x064B, 0x065F},
		{0x1AB0, 0x1AFF}, {0x1DC0, 0x1DFF}, {0x200B, 0x200F}, {0x202A, 0x202E}, {0x2060, 0x2064},
		{0x20D0, 0x20FF}, {0xFE00, 0xFE0F}, {0xFE20, 0xFE2F}, {0xFEFF, 0xFEFF},
	};
	static const struct range wide[] = {
		{0x1100, 0x115F}, {0x2E80, 0x303E}, {0x3041, 0xA4CF}, {0xAC00, 0xD7A3}, {0xF900, 0xFAFF},
		{0xFE30, 0xFE6F}, {0xFF00, 0xFF60}, {0xFFE0, 0xFFE6}, {0x1F300, 0x1F64F},
		{0x1F680, 0x1F6FF}, {0x1F900, 0x1F9FF}, {0x20000, 0x3FFFD},
	};

	if (code < 0x300)
		return 1;
	if (is_in(code, combining, sizeof(combining) / sizeof(*combining)))
		return 0;
	return is_in(code, wide, sizeof(wide) / sizeof(*wide)) ? 2 : 1;
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
