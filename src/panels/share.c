/* See share.h. */
#include "panels/share.h"

#define LEVELS 8u /* of GLYPH_FILL */

static struct cell held_cell(uint32_t glyph, enum role role)
{
	return (struct cell){.glyph = glyph, .role = (uint8_t)role, .marks = CELL_HELD};
}

struct cell share_cell(enum charset charset, uint64_t used, uint64_t size, enum glyph empty,
	enum color_by by)
{
	if (used == 0)
		return held_cell(glyph_of(charset, empty, 0), ROLE_FREE);
	if (used >= size)
		return held_cell(glyph_of(charset, GLYPH_FULL, 0), ROLE_FULL);
	if (by == COLOR_BY_FILL)
		return held_cell('0' + (uint32_t)(used * 10 / size), ROLE_LIVE);
	/*
	 * glyph_of() has at least one eighth for anything alive, and the top only for what is full
	 */
	return held_cell(glyph_of(charset, GLYPH_FILL, (int)(used * LEVELS / size)), ROLE_LIVE);
}
