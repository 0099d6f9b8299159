/*
 * A font for pictures made of dots: Spleen 16x32 by Frederic Cambus (spleen.license), for the signs
 * that are not drawn as shapes; U+21C4 and U+21C5 are ours. scripts/embed-font makes it from
 * spleen-16x32.hex.
 */
#ifndef PICTURES_FONT_H
#define PICTURES_FONT_H

#include <stddef.h>
#include <stdint.h>

#define FONT_WIDTH  16
#define FONT_HEIGHT 32

struct font_sign {
	uint32_t code;
	uint16_t rows[FONT_HEIGHT]; /* top first; the highest bit is the left dot */
};

extern const struct font_sign font_signs[]; /* in order of their codes */
extern const size_t font_sign_count;

/* The dots of a code point; those of an empty box where the font does not have it. */
const uint16_t *font_rows(uint32_t code);

#endif
