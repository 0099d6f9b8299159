/* See ink.h. */
#include "pictures/ink.h"

#define ALL_COLORS    (1 << 24)
#define DEFAULT_FRONT 0xD0D0D0u
#define DEFAULT_BACK  0x1C1C1Cu

struct ink ink_of(const struct theme *theme, enum role role, unsigned marks)
{
	const struct cell cell = {.glyph = 'x', .role = (uint8_t)role, .marks = (uint8_t)marks};
	struct look look = theme_cell_look(theme, &cell, ALL_COLORS);
	uint32_t front =
		look.foreground == COLOR_DEFAULT ? DEFAULT_FRONT : (uint32_t)look.foreground;
	uint32_t back = look.background == COLOR_DEFAULT ? DEFAULT_BACK : (uint32_t)look.background;
	bool is_reversed = look.marks & LOOK_REVERSE;

	return (struct ink){
		.front = is_reversed ? back : front,
		.back = is_reversed ? front : back,
		.is_bold = look.marks & CELL_BOLD,
		.is_underlined = look.marks & CELL_UNDERLINE,
	};
}
