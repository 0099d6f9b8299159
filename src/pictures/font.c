/* See font.h. */
#include "pictures/font.h"

#define BOX 0x25A1u

static const struct font_sign *find(uint32_t code)
{
	size_t low = 0, high = font_sign_count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;
		if (font_signs[middle].code < code)
			low = middle + 1;
		else
			high = middle;
	}
	return low < font_sign_count && font_signs[low].code == code ? &font_signs[low] : NULL;
}

const uint16_t *font_rows(uint32_t code)
{
	const struct font_sign *sign = find(code);

	return sign ? sign->rows : find(BOX)->rows;
}
