/* Signs by meaning in the three character sets; see canvas.h. */
#include "canvas/canvas.h"

static const uint32_t glyphs[GLYPH_COUNT][3] = {
	/*                       UTF-8   CP437   ASCII */
	[GLYPH_VIRGIN] = {0x00B7, 0x00B7, '.'},
	[GLYPH_FREE] = {0x2591, 0x2591, ':'},
	[GLYPH_FILL] = {0x2581, 0x2584, '1'}, /* by level; see below */
	[GLYPH_FULL] = {0x2588, 0x2588, '#'},
	[GLYPH_LOST] = {0x00D7, 'x', 'x'},
	[GLYPH_BLOCK] = {0x25A0, 0x25A0, '#'},
	[GLYPH_ALLOCATED] = {'+', '+', '+'},
	[GLYPH_FREED] = {'-', '-', '-'},
	[GLYPH_HEADER] = {'H', 'H', 'H'},
	[GLYPH_BOOK] = {'h', 'h', 'h'},
	[GLYPH_WASTE] = {'x', 'x', 'x'},
	[GLYPH_WAITING] = {'w', 'w', 'w'},
	[GLYPH_MERGED] = {'m', 'm', 'm'},
	[GLYPH_HOLE] = {0x00B7, 0x00B7, '.'},
	[GLYPH_EDGE] = {0x258C, 0x258C, '|'},
	[GLYPH_SEVERAL] = {0x258A, 0x2261, '&'},
	[GLYPH_MIXED] = {0x2584, 0x2584, '='},
	[GLYPH_DENSE] = {0x2592, 0x2592, '%'},
	[GLYPH_POINTER] = {0x25BA, 0x25BA, '>'},
	[GLYPH_HERE] = {0x25BC, 0x25BC, 'v'},
	[GLYPH_THIS] = {0x25B2, 0x25B2, '^'},
	[GLYPH_ARROW] = {0x2192, '>', '>'},
	[GLYPH_PLAYHEAD] = {0x25CF, '*', '@'},
	[GLYPH_MARK] = {'M', 'M', 'M'},
	[GLYPH_BAD] = {'!', '!', '!'},
	[GLYPH_H_LINE] = {0x2500, 0x2500, '-'},
	[GLYPH_V_LINE] = {0x2502, 0x2502, '|'},
	[GLYPH_TOP_LEFT] = {0x250C, 0x250C, '+'},
	[GLYPH_TOP_RIGHT] = {0x2510, 0x2510, '+'},
	[GLYPH_BOTTOM_LEFT] = {0x2514, 0x2514, '+'},
	[GLYPH_BOTTOM_RIGHT] = {0x2518, 0x2518, '+'},
	[GLYPH_ELLIPSIS] = {0x2026, '~', '~'},
	[GLYPH_TRACK] = {0x2500, 0x2500, '-'},
	[GLYPH_TRACK_START] = {0x251C, 0x251C, '|'},
	[GLYPH_TRACK_END] = {0x2524, 0x2524, '|'},
	[GLYPH_BAR] = {0x2588, 0x2588, '#'},
	[GLYPH_SPLIT] = {0x2500, 0x2500, '_'},
	[GLYPH_BOTH_WAYS] = {0x21C4, '=', '='},
	[GLYPH_SKIP] = {0x21C5, '^', '^'},
};

uint32_t glyph_of(enum charset charset, enum glyph glyph, int level)
{
	uint32_t sign = glyphs[glyph][charset];

	if (glyph != GLYPH_FILL)
		return sign;
	level = level < 1 ? 1 : level > 7 ? 7 : level;
	if (charset == CHARSET_CP437)
		return level < 5 ? 0x2584 : 0x2593;
	return sign + (uint32_t)level - 1;
}

uint32_t glyph_quadrants(enum charset charset, unsigned inked)
{
	static const uint32_t signs[16] = {' ', 0x2598, 0x259D, 0x2580, 0x2596, 0x258C, 0x259E,
		0x259B, 0x2597, 0x259A, 0x2590, 0x259C, 0x2584, 0x2599, 0x259F, 0x2588};
	/* the console has halves only */
	static const uint32_t halves[16] = {' ', 0x2580, 0x2580, 0x2580, 0x2584, 0x258C, 0x2588,
		0x2588, 0x2584, 0x2588, 0x2590, 0x2588, 0x2584, 0x2588, 0x2588, 0x2588};

	switch (charset) {
	case CHARSET_UTF8:
		return signs[inked % 16];
	case CHARSET_CP437:
		return halves[inked % 16];
	case CHARSET_ASCII:
		break;
	}
	/* the left and the lower half are also an edge and a level, which have signs already */
	return inked == 0x5 ? '|' : inked == 0xC ? '4' : inked ? '#' : ' ';
}
