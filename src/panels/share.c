/* See share.h. */
#include "panels/share.h"

#define LEVELS 8u /* of GLYPH_FILL */

struct cell share_cell(enum charset charset, uint64_t used, uint64_t size, enum glyph empty)
{
	if (used == 0)
		return (struct cell){.glyph = glyph_of(charset, empty, 0), .role = ROLE_FREE};
	if (used >= size)
		return (struct cell){.glyph = glyph_of(charset, GLYPH_FULL, 0), .role = ROLE_FULL};
	return (struct cell){.glyph = glyph_of(charset, GLYPH_FILL, (int)(used * LEVELS / size)),
		.role = ROLE_LIVE};
}
