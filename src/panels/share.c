/* See share.h. */
#include "panels/share.h"

#define LEVELS 8u /* of GLYPH_FILL */

static struct cell cell_by_fill(uint64_t used, uint64_t size)
{
	return (struct cell){.glyph = '0' + (uint32_t)(used * 10 / size),
		.role = used * 4 < size       ? ROLE_WASTE
			: used * 4 < 3 * size ? ROLE_LIVE
					      : ROLE_FULL};
}

struct cell share_cell(enum charset charset, uint64_t used, uint64_t size, enum glyph empty,
	enum color_by by)
{
	if (used == 0)
		return (struct cell){.glyph = glyph_of(charset, empty, 0), .role = ROLE_FREE};
	if (used >= size)
		return (struct cell){.glyph = glyph_of(charset, GLYPH_FULL, 0), .role = ROLE_FULL};
	if (by == COLOR_BY_FILL)
		return cell_by_fill(used, size);
	return (struct cell){.glyph = glyph_of(charset, GLYPH_FILL, (int)(used * LEVELS / size)),
		.role = ROLE_LIVE};
}
