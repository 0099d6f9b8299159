/* The colours of a cell in a picture: those of its role in a theme, as red, green and blue. */
#ifndef PICTURES_INK_H
#define PICTURES_INK_H

#include "canvas/theme.h"

#include <stdbool.h>

struct ink {
	uint32_t front, back; /* 0xRRGGBB */
	bool is_bold, is_underlined;
};

/*
 * The ink of a role with marks, CELL_ bits. Where a theme leaves a colour to the terminal, a
 * picture has light on dark.
 */
struct ink ink_of(const struct theme *theme, enum role role, unsigned marks);

#endif
