/*
 * A cell of a map for the share of it that is in use: its sign, its role, and the tint of what is
 * held.
 */
#ifndef PANELS_SHARE_H
#define PANELS_SHARE_H

#include "canvas/legend.h"
#include "panels/panel.h"

/*
 * used, size: both in bytes or both in blocks. empty: the sign of an unused cell, which differs
 * between maps; full and partly used cells look the same in all. Coloured by fill, a partly used
 * cell has the digit of its tenths.
 */
struct cell share_cell(enum charset charset, uint64_t used, uint64_t size, enum glyph empty,
	enum color_by by);

/* For a partly used cell that is coloured by fill. */
#define SHARE_TENTHS \
	{ \
		GLYPH_NUMBERS, 0, ROLE_LIVE, "tenths used" \
	}

#endif
