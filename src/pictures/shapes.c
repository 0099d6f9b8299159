/* See shapes.h. */
#include "pictures/shapes.h"

#define U      SHAPE_UNITS
#define EIGHTH (U / 8)
#define HALF   (U / 2)

/* A line of a box: as thick as it is wide in a cell that is twice as high. */
#define LINE_LEFT   11
#define LINE_RIGHT  13
#define LINE_TOP    12
#define LINE_BOTTOM 13

static void add(struct shapes *shapes, unsigned left, unsigned top, unsigned right, unsigned bottom)
{
	shapes->items[shapes->count++] =
		(struct shape){(uint8_t)left, (uint8_t)top, (uint8_t)right, (uint8_t)bottom};
}

/* U+2580 to U+2595: halves, eighths from below and from the left, shades. */
static void add_block(struct shapes *shapes, uint32_t glyph)
{
	if (glyph == 0x2580)
		add(shapes, 0, 0, U, HALF);
	else if (glyph <= 0x2588)
		add(shapes, 0, U - EIGHTH * (glyph - 0x2580), U, U);
	else if (glyph <= 0x258F)
		add(shapes, 0, 0, EIGHTH * (0x2590 - glyph), U);
	else if (glyph == 0x2590)
		add(shapes, HALF, 0, U, U);
	else if (glyph == 0x2594)
		add(shapes, 0, 0, U, EIGHTH);
	else if (glyph == 0x2595)
		add(shapes, U - EIGHTH, 0, U, U);
	else
		add(shapes, 0, 0, U, U);
	if (glyph >= 0x2591 && glyph <= 0x2593)
		shapes->quarters = glyph - 0x2590;
}

/* Bits from the upper left one, two a row, in that many rows. */
static void add_tiles(struct shapes *shapes, unsigned bits, unsigned rows)
{
	unsigned height = U / rows;

	for (unsigned i = 0; i < 2 * rows; i++)
		if (bits >> i & 1)
			add(shapes, i % 2 * HALF, i / 2 * height, (i % 2 + 1) * HALF,
				(i / 2 + 1) * height);
}

static unsigned quadrants_of(uint32_t glyph)
{
	static const uint8_t bits[] = {4, 8, 1, 13, 9, 7, 11, 2, 6, 14}; /* from U+2596 on */

	return bits[glyph - 0x2596];
}

/* In order of their bits; without none, the two halves, and all. */
static unsigned sextants_of(uint32_t glyph)
{
	unsigned bits = glyph - 0x1FB00 + 1;

	bits += bits >= 0x15;
	bits += bits >= 0x2A;
	return bits;
}

enum arm { LEFT = 1, RIGHT = 2, UP = 4, DOWN = 8 };

static const struct {
	uint32_t glyph;
	unsigned arms;
} lines[] = {
	{0x2500, LEFT | RIGHT},
	{0x2502, UP | DOWN},
	{0x250C, RIGHT | DOWN},
	{0x2510, LEFT | DOWN},
	{0x2514, RIGHT | UP},
	{0x2518, LEFT | UP},
	{0x251C, UP | DOWN | RIGHT},
	{0x2524, UP | DOWN | LEFT},
	{0x252C, LEFT | RIGHT | DOWN},
	{0x2534, LEFT | RIGHT | UP},
	{0x253C, LEFT | RIGHT | UP | DOWN},
	{0x2574, LEFT},
	{0x2575, UP},
	{0x2576, RIGHT},
	{0x2577, DOWN},
};

static bool add_lines(struct shapes *shapes, uint32_t glyph)
{
	for (size_t i = 0; i < sizeof(lines) / sizeof(*lines); i++) {
		unsigned arms = lines[i].arms;
		if (lines[i].glyph != glyph)
			continue;
		if (arms & (LEFT | RIGHT))
			add(shapes, arms & LEFT ? 0 : LINE_LEFT, LINE_TOP,
				arms & RIGHT ? U : LINE_RIGHT, LINE_BOTTOM);
		if (arms & (UP | DOWN))
			add(shapes, LINE_LEFT, arms & UP ? 0 : LINE_TOP, LINE_RIGHT,
				arms & DOWN ? U : LINE_BOTTOM);
		return true;
	}
	return false;
}

bool shapes_of(uint32_t glyph, struct shapes *ret_shapes)
{
	struct shapes shapes = {.quarters = SHAPE_OPAQUE};

	if (glyph >= 0x2580 && glyph <= 0x2595)
		add_block(&shapes, glyph);
	else if (glyph >= 0x2596 && glyph <= 0x259F)
		add_tiles(&shapes, quadrants_of(glyph), 2);
	else if (glyph >= 0x1FB00 && glyph <= 0x1FB3B)
		add_tiles(&shapes, sextants_of(glyph), 3);
	else if (glyph == 0x25A0)
		add(&shapes, 2, 7, U - 2, U - 7);
	else if (!add_lines(&shapes, glyph))
		return false;
	*ret_shapes = shapes;
	return true;
}
