/* A cell of a map by how much of it is in use: its sign and its role. */
#ifndef PANELS_SHARE_H
#define PANELS_SHARE_H

#include "canvas/legend.h"
#include "panels/panel.h"

/*
 * used: of `size`, both in bytes or in blocks.  Full cells and partly used ones look alike in every
 * map; what an empty one is, the map knows.  Coloured by fill, a cell in part use has the digit of
 * its tenths, and three roles set apart what is almost empty, half full and almost full.
 */
struct cell share_cell(enum charset charset, uint64_t used, uint64_t size, enum glyph empty,
	enum color_by by);

/* Of a cell in part use that is coloured by fill. */
#define SHARE_TENTHS \
	{ \
		GLYPH_NUMBERS, 0, ROLE_LIVE, "tenths used" \
	}

#endif
