/* See map.h: arenas whose pools are tiles, bars, cells, or share cells. */
#include "panels/arenas/map.h"

#include "base/units.h"
#include "story/places.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define QUADRANTS 4 /* across a tile; it has twice as many rows of them as of cells */

static bool is_digit_at(const struct arenas_drawing *drawing, int x, int y)
{
	const struct area *area = &drawing->area;
	bool is_inside = x >= 0 && x < area->width && y >= 0 && y < area->height;
	const struct cell *cell =
		is_inside ? canvas_at(drawing->canvas, area->x + x, area->y + y) : NULL;

	return cell && cell->glyph >= '0' && cell->glyph <= '9';
}

/* The mark above a place. A number of the ruler that it would cut is left out. */
static void put_here(const struct arenas_drawing *drawing, int x, int y)
{
	bool is_cut = is_digit_at(drawing, x, y);

	for (int way = -1; is_cut && way <= 1; way += 2)
		for (int at = x + way; is_digit_at(drawing, at, y); at += way)
			area_put(drawing->canvas, drawing->area, at, y, ' ', ROLE_TEXT, 0);
	area_put(drawing->canvas, drawing->area, x, y,
		glyph_of(drawing->canvas->charset, GLYPH_HERE, 0), ROLE_PLAYHEAD, 0);
}

/* A sign in the rows of a pool, which are filled from below. */
static void put_column(const struct arenas_drawing *drawing, int x, int y,
	const struct pool_look *look)
{
	enum charset charset = drawing->canvas->charset;
	int rows = drawing->scale.rows, eighths = fill_eighths(look->used, look->blocks, rows);

	for (int row = 0; row < rows; row++) {
		int left = eighths - (rows - 1 - row) * 8;
		uint32_t sign = glyph_of(charset, look->glyph, 0);
		if (look->glyph == GLYPH_FILL)
			sign = left <= 0  ? ' '
			       : left < 8 ? glyph_of(charset, GLYPH_FILL, left)
					  : glyph_of(charset, GLYPH_FULL, 0);
		else if (row < rows - 1 && !(look->marks & CELL_HELD))
			sign = ' '; /* never carved, or lost: a sign in the lowest row */
		area_put(drawing->canvas, drawing->area, x, y + row, sign, look->role, look->marks);
	}
	if (look->is_marked && rows > 1)
		put_here(drawing, x, y - 1);
}

static void put_cell(const struct arenas_drawing *drawing, int x, int y,
	const struct pool_look *look)
{
	uint32_t sign = look->sign ? look->sign
				   : glyph_of(drawing->canvas->charset, look->glyph,
					     fill_eighths(look->used, look->blocks, 1));

	area_put(drawing->canvas, drawing->area, x, y, sign, look->role, look->marks);
}

/* ---- tiles --------------------------------------------------------------------------------- */

/* The quadrants of a tile in which a block lies, in the order of addresses. */
struct tile {
	uint64_t base, quadrant; /* bytes of one */
	int rows;                /* of quadrants */
	uint8_t inked[32 * QUADRANTS];
};

/* How many bytes of a block lie in the quadrant. */
static uint64_t covered(const struct tile *tile, const struct span *span, uint64_t quadrant)
{
	uint64_t from = tile->base + quadrant * tile->quadrant, to = from + tile->quadrant;

	from = from > span->base ? from : span->base;
	to = to < span->base + span->size ? to : span->base + span->size;
	return to > from ? to - from : 0;
}

/* A block inks the quadrants of which it has more than half, and the one that has most of it. */
static bool ink_block(const struct span *span, void *user)
{
	struct tile *tile = user;
	uint64_t first = (span->base - tile->base) / tile->quadrant, most = first;
	uint64_t last = (span->base + span->size - 1 - tile->base) / tile->quadrant;
	uint64_t end = (uint64_t)(tile->rows * QUADRANTS) - 1;

	if (span->state != SPAN_USED)
		return true;
	last = last < end ? last : end;
	for (uint64_t i = first; i <= last; i++) {
		uint64_t bytes = covered(tile, span, i);
		if (bytes > covered(tile, span, most))
			most = i;
		tile->inked[i] |= bytes * 2 > tile->quadrant;
	}
	if (most <= last)
		tile->inked[most] = 1;
	return true;
}

static void put_blocks(const struct arenas_drawing *drawing, int x, int y, const struct page *page,
	const struct pool_look *look)
{
	struct tile tile = {.base = page->base, .rows = drawing->scale.rows * 2};

	tile.quadrant = page->size / (uint64_t)(tile.rows * QUADRANTS);
	if (tile.quadrant == 0)
		tile.quadrant = 1;
	engine_spans(drawing->engine, page->base, page->base + page->size, ink_block, &tile);
	for (int row = 0; row < drawing->scale.rows; row++)
		for (int column = 0; column < 2; column++) {
			const uint8_t *upper = &tile.inked[2 * row * QUADRANTS + 2 * column];
			const uint8_t *lower = upper + QUADRANTS;
			unsigned inked = upper[0] | upper[1] << 1 | lower[0] << 2 | lower[1] << 3;
			area_put(drawing->canvas, drawing->area, x + column, y + row,
				glyph_quadrants(drawing->canvas->charset, inked), look->role,
				look->marks);
		}
}

static void put_tile(struct arenas_drawing *drawing, int x, int y, const struct page *page,
	const struct pool_look *look)
{
	if (page->state == PAGE_USED) {
		put_blocks(drawing, x, y, page, look);
		if (look->is_marked)
			put_here(drawing, x, y - 1);
		return;
	}
	put_column(drawing, x, y, look);
	struct pool_look beside = *look;
	beside.is_marked = false;
	if (look->marks & CELL_HELD)
		put_column(drawing, x + 1, y, &beside);
}

/* "25%", "521 obj.", "pin" below the name, where a tile has rows for them. */
static void draw_facts(struct arenas_drawing *drawing, int x, int y, const struct arena *arena,
	uint64_t objects)
{
	struct units units;
	char words[40];

	draw_label(drawing, x, y, arena);
	area_text(drawing->canvas, drawing->area, x + 1, y + 1, ROLE_TEXT, 0,
		units_percent(&units, arena->region.used, arena->region.size));
	snprintf(words, sizeof(words), "%s", units_count(&units, objects));
	area_text(drawing->canvas, drawing->area, x + 1, y + 2, ROLE_QUIET, 0, words);
	area_text(drawing->canvas, drawing->area, x + 1, y + 3, ROLE_QUIET, 0,
		arena->is_pinned ? "pin it" : "blocks");
}

static void draw_tiles(struct arenas_drawing *drawing, int x, int y, const struct arena *arena)
{
	uint32_t per_row = drawing->pools / drawing->scale.fold;
	uint64_t objects = 0;

	for (uint32_t i = 0; i < arena->region.pages; i++) {
		struct page page;
		engine_page(drawing->engine, arena->at, i, &page);
		struct pool_look look = pool_look_of(drawing, arena, &page);
		note_sign(drawing, &look);
		put_tile(drawing, x + drawing->scale.label + (int)(i % per_row) * TILE_WIDTH,
			y + (int)(i / per_row) * (drawing->scale.rows + 1), &page, &look);
		objects += page.used;
	}
	draw_facts(drawing, x, y, arena, objects);
}

/* ---- bars, cells, groups ------------------------------------------------------------------- */

static void draw_columns(struct arenas_drawing *drawing, int x, int y, const struct arena *arena)
{
	int lowest = y + drawing->scale.rows - 1, left = x + drawing->scale.label;

	for (uint32_t i = 0; i < arena->region.pages; i++) {
		struct page page;
		engine_page(drawing->engine, arena->at, i, &page);
		struct pool_look look = pool_look_of(drawing, arena, &page);
		note_sign(drawing, &look);
		if (drawing->scale.kind == SCALE_BARS)
			put_column(drawing, left + (int)i, y, &look);
		else
			put_cell(drawing, left + (int)i, y, &look);
	}
	draw_label(drawing, x, lowest, arena);
	draw_share(drawing, left + (int)drawing->pools + SHARE, lowest, &arena->region);
}

/* Whether pools that look so were never carved, or can never be. */
static bool is_unused(enum glyph glyph)
{
	return glyph == GLYPH_VIRGIN || glyph == GLYPH_LOST;
}

/*
 * Makes the sum of a pool and those before it look like no single one: in use if any of them is,
 * else empty and held if any is, else never carved, though some of it is lost to alignment.
 */
static void mix(struct pool_look *sum, enum glyph before, enum glyph added, bool is_pinned)
{
	if (sum->used > 0) {
		sum->glyph = GLYPH_FILL;
		sum->role = is_pinned ? ROLE_PINNED : ROLE_LIVE;
	} else if (is_unused(before) && is_unused(added)) {
		sum->glyph = GLYPH_VIRGIN;
		sum->role = ROLE_VIRGIN;
	} else {
		sum->glyph = GLYPH_FREE;
		sum->role = ROLE_FREE;
	}
}

/* Several pools as one: the mean of them; full or empty only if all of them are. */
static struct pool_look group_of(const struct arenas_drawing *drawing, const struct arena *arena,
	uint32_t from)
{
	struct pool_look group = {0};
	uint32_t end = from + drawing->scale.share;

	for (uint32_t i = from; i < end && i < arena->region.pages; i++) {
		struct page page;
		engine_page(drawing->engine, arena->at, i, &page);
		struct pool_look look = pool_look_of(drawing, arena, &page);
		uint64_t used = (uint64_t)page.used * page.block_size;
		bool is_mixed = i > from && look.glyph != group.glyph;
		struct pool_look sum = group;
		if (i == from)
			sum = look;
		sum.used = group.used + used;
		sum.blocks = group.blocks + page.size;
		sum.marks |= look.marks;
		sum.is_marked |= look.is_marked;
		sum.sign = 0;
		if (is_mixed || look.glyph == GLYPH_FILL)
			mix(&sum, group.glyph, look.glyph, arena->is_pinned);
		group = sum;
	}
	return group;
}

static void draw_groups(struct arenas_drawing *drawing, int x, int y, const struct arena *arena)
{
	struct units units;
	int left = x + drawing->scale.label, cell = 0;

	for (uint32_t i = 0; i < arena->region.pages; i += drawing->scale.share) {
		struct pool_look look = group_of(drawing, arena, i);
		note_sign(drawing, &look);
		put_cell(drawing, left + cell++, y, &look);
	}
	draw_label(drawing, x, y, arena);
	units_whole_percent(&units, arena->region.used, arena->region.size);
	area_text_right(drawing->canvas, drawing->area,
		x + scale_width(&drawing->scale, drawing->pools), y, ROLE_QUIET, 0, units.text);
}

void draw_arena(struct arenas_drawing *drawing, int x, int y, const struct arena *arena)
{
	switch (drawing->scale.kind) {
	case SCALE_BLOCKS:
		draw_tiles(drawing, x, y, arena);
		break;
	case SCALE_BARS:
	case SCALE_CELLS:
		draw_columns(drawing, x, y, arena);
		break;
	case SCALE_GROUPS:
		draw_groups(drawing, x, y, arena);
		break;
	case SCALE_ARENAS:
		break;
	}
}

/* The number of the pool of the selection, in its arena; negative: in none. */
static int64_t chosen_pool(const struct arenas_drawing *drawing)
{
	struct page page;
	uint32_t number;
	size_t at;

	if (!page_find(drawing->engine, drawing->scene->selection->page, &at, &number, &page))
		return -1;
	return number;
}

void draw_ruler(const struct arenas_drawing *drawing, int x, int y)
{
	bool has_tiles = drawing->scale.kind == SCALE_BLOCKS;
	int step = has_tiles ? TILE_WIDTH : 1, left = x + drawing->scale.label;
	uint32_t across = drawing->pools / drawing->scale.fold, last = across - 1;
	int64_t chosen = chosen_pool(drawing);

	for (uint32_t i = 0; i + 2 < last; i += 8)
		area_print(drawing->canvas, drawing->area, left + (int)i * step, y, ROLE_QUIET,
			"%" PRIu32, i);
	int at = left + (int)last * step - (last >= 10);
	if (drawing->pools == 1) /* of one, no number is needed */
		area_text(drawing->canvas, drawing->area, at + 2, y, ROLE_QUIET, 0, "used");
	else
		area_print(drawing->canvas, drawing->area, at, y, ROLE_QUIET,
			has_tiles ? "%" PRIu32 : "%" PRIu32 " used", last);
	if (drawing->scale.rows == 1 && chosen >= 0 && drawing->scale.columns == 1)
		put_here(drawing, left + (int)chosen, y);
}

void draw_chosen_arena(struct arenas_drawing *drawing, int y, int rows)
{
	struct arenas_drawing below = *drawing;
	struct region region;
	struct units units;
	size_t at = 0;
	char title[40], remark[40];

	if (!engine_region_at(drawing->engine, drawing->scene->selection->region, &at, &region))
		at = 0;
	struct arena arena = arena_of(drawing, at);
	struct area rule = {drawing->area.x, drawing->area.y + y, drawing->area.width, 1};
	snprintf(title, sizeof(title), "Arena %s", arena.region.name);
	snprintf(remark, sizeof(remark), "%s used%s",
		units_percent(&units, arena.region.used, arena.region.size),
		arena.is_pinned ? ", pinned" : "");
	int width = drawing->area.width;
	below.scale = (struct scale){.kind = SCALE_BARS,
		.rows = rows - 2 < 8 ? rows - 2 : 8,
		.fold = 1,
		.share = 1,
		.columns = 1,
		.label = width >= LABEL_LONG + (int)drawing->pools + SHARE ? LABEL_LONG
									   : LABEL_SHORT};
	if (scale_width(&below.scale, drawing->pools) > width || below.scale.rows < 1)
		return;
	area_title(drawing->canvas, rule, title, remark, false);
	draw_ruler(&below, 0, y + 1);
	draw_arena(&below, 0, y + 2, &arena);
	drawing->signs |= below.signs;
}
