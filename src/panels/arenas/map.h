/*
 * The drawing of arenas at each scale: pools as tiles, bars and cells (pools.c), and many arenas as
 * cells, with a histogram (overview.c). What both need to know of a pool is in look.c.
 */
#ifndef PANELS_ARENAS_MAP_H
#define PANELS_ARENAS_MAP_H

#include "panels/arenas/scale.h"
#include "panels/panel.h"

/* Signs that the legend explains only where they were drawn. */
enum arenas_sign {
	SIGN_FULL = 1 << 0,
	SIGN_USED = 1 << 1,
	SIGN_PINS = 1 << 2,
	SIGN_EMPTY = 1 << 3,
	SIGN_NEVER = 1 << 4,
	SIGN_LOST = 1 << 5,
	SIGN_CLASS = 1 << 6,
	SIGN_TENTHS = 1 << 7,
	SIGN_FIRST = 1 << 8,   /* "U1": of usable_arenas */
	SIGN_NO_POOL = 1 << 9, /* "F" */
	SIGN_KEPT = 1 << 10,   /* "K" */
	SIGN_PINNED = 1 << 11, /* "p" */
	SIGN_SECOND = 1 << 12  /* "U2" */
};

struct arenas_drawing {
	const struct scene *scene;
	struct canvas *canvas;
	struct area area;
	const struct engine *engine;
	struct scale scale;
	size_t count;   /* arenas */
	uint32_t pools; /* of an arena */
	unsigned signs; /* enum arenas_sign bits of what was drawn */
};

/* An arena that is drawn. */
struct arena {
	size_t at;
	struct region region;
	bool is_pinned;
};
struct arena arena_of(const struct arenas_drawing *drawing, size_t at);

/* ---- look.c -------------------------------------------------------------------------------- */

/* How much of a pool, or of several, is in use, and what it is drawn as. */
struct pool_look {
	enum role role;
	enum glyph glyph;      /* VIRGIN, LOST, FREE, FILL or FULL */
	uint64_t used, blocks; /* FILL: of them */
	unsigned marks;        /* HELD, CHOSEN */
	uint32_t sign;         /* instead of the glyph, where there is one cell; 0: none */
	bool is_marked;        /* the event, or a person's choice, is there */
};
struct pool_look pool_look_of(const struct arenas_drawing *drawing, const struct arena *arena,
	const struct page *page);

/* Adds the sign of a look that is drawn to those that the legend explains. */
void note_sign(struct arenas_drawing *drawing, const struct pool_look *look);

/* Eighths of `rows` rows in use: at least one for anything alive, and all only for what is full. */
int fill_eighths(uint64_t used, uint64_t blocks, int rows);

/* "►A01p U1", or without its state where the label is short; y: the row of its name. */
void draw_label(struct arenas_drawing *drawing, int x, int y, const struct arena *arena);

/* The share in use behind an arena, ending before the column. */
void draw_share(const struct arenas_drawing *drawing, int end, int y, const struct region *region);

/* ---- pools.c ------------------------------------------------------------------------------- */

/* An arena at (x, y), at a scale of blocks, bars, cells or groups. */
void draw_arena(struct arenas_drawing *drawing, int x, int y, const struct arena *arena);

/* "0       8       16" above the pools, and the mark above the pool of the event. */
void draw_ruler(const struct arenas_drawing *drawing, int x, int y);

/* The arena of the selection below the map, as bars, with a title. */
void draw_chosen_arena(struct arenas_drawing *drawing, int y, int rows);

/* ---- overview.c ---------------------------------------------------------------------------- */

/* All arenas, one or more in a cell; returns the row after them. */
int draw_arenas(struct arenas_drawing *drawing, int y);

/* How many arenas there are by the share of them that is in use, in rows of HISTOGRAM_ROWS. */
void draw_histogram(const struct arenas_drawing *drawing, int y);

#endif
