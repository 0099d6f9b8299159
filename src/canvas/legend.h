/* The legend of a map. */
#ifndef CANVAS_LEGEND_H
#define CANVAS_LEGEND_H

#include "canvas/canvas.h"

/* One sign and its meaning. */
struct legend_entry {
	int glyph; /* enum glyph, or GLYPH_NUMBERS: "1 2" */
	int level; /* of GLYPH_FILL */
	enum role role;
	const char *words;
	uint32_t sign;     /* instead of the glyph; 0: the glyph */
	const char *label; /* "U1", instead of the sign; NULL: the sign */
};
#define GLYPH_NUMBERS GLYPH_COUNT

/*
 * Whether a cell of the area has the sign, in its role; headers and padding also in the event's. Of
 * GLYPH_FILL any level will do; of GLYPH_FULL also the other forms: the edge of a block, and a
 * chosen one.
 */
bool legend_is_seen(const struct canvas *canvas, struct area area,
	const struct legend_entry *entry);

/* One legend for several maps: of each sign, the maps that have it. */
#define LEGEND_SIGNS 48
#define LEGEND_MAPS  4
struct legend {
	struct legend_entry items[LEGEND_SIGNS]; /* their words are borrowed */
	unsigned maps[LEGEND_SIGNS];             /* a bit of each */
	size_t count;
	size_t map;                   /* the one that is drawn */
	char scales[LEGEND_MAPS][40]; /* "1 cell = 4 B"; empty: it has none */
};

/* Adds signs of the map that is drawn; signs beyond LEGEND_SIGNS are left out. */
void legend_keep(struct legend *legend, const struct legend_entry *entries, size_t count);

/*
 * Draws the scales and all signs in at most that many rows. A sign that has another meaning in
 * another map names its maps: "free (A)". Returns how many rows it has.
 */
int legend_draw_common(const struct legend *legend, size_t maps, struct canvas *canvas,
	struct area area, int rows);

/* Where a map is narrower, its legend may have two rows. */
#define LEGEND_NARROW 60

/*
 * Draws a legend from a column of a row on, in at most that many rows, with as many entries as fit.
 * Returns how many rows it has.
 */
int legend_draw(struct canvas *canvas, struct area area, int x, int y, int rows,
	const struct legend_entry *entries, size_t count);

#endif
