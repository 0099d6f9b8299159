/* See map.h. */
#include "panels/arenas/map.h"

#include "base/units.h"
#include "panels/highlight.h"
#include "story/places.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define STATE_AT 6 /* "U12" in "►A01p U12" */

struct arena arena_of(const struct arenas_drawing *drawing, size_t at)
{
	struct arena arena = {.at = at};

	engine_region(drawing->engine, at, &arena.region);
	arena.is_pinned = arena_is_pinned(drawing->engine, at, &arena.region);
	return arena;
}

void note_sign(struct arenas_drawing *drawing, const struct pool_look *look)
{
	drawing->signs |= look->role == ROLE_PINNED     ? SIGN_PINS
			  : look->role >= ROLE_CLASS_0  ? SIGN_CLASS
			  : look->sign                  ? SIGN_TENTHS
			  : look->glyph == GLYPH_FULL   ? SIGN_FULL
			  : look->glyph == GLYPH_FILL   ? SIGN_USED
			  : look->glyph == GLYPH_FREE   ? SIGN_EMPTY
			  : look->glyph == GLYPH_VIRGIN ? SIGN_NEVER
							: SIGN_LOST;
}

/* Coloured by class, or by fill, a pool has a letter or a digit. */
static void color_by(const struct arenas_drawing *drawing, const struct page *page,
	struct pool_look *look)
{
	if (drawing->scene->color_by == COLOR_BY_CLASS) {
		look->role = (enum role)(ROLE_CLASS_0 + page->size_class % 8);
		look->sign = (uint32_t) "0123456789abcdefghijklmnopqrstuv"[page->size_class % 32];
	} else if (drawing->scene->color_by == COLOR_BY_FILL && page->state == PAGE_USED) {
		look->sign = '0' + page->used * 10 / page->blocks;
	}
}

struct pool_look pool_look_of(const struct arenas_drawing *drawing, const struct arena *arena,
	const struct page *page)
{
	static const struct {
		enum glyph glyph;
		enum role role;
		unsigned marks;
	} states[] = {
		[PAGE_VIRGIN] = {GLYPH_VIRGIN, ROLE_VIRGIN, 0},
		[PAGE_FREE] = {GLYPH_FREE, ROLE_FREE, CELL_HELD},
		[PAGE_USED] = {GLYPH_FILL, ROLE_LIVE, CELL_HELD},
		[PAGE_FULL] = {GLYPH_FULL, ROLE_FULL, CELL_HELD},
		[PAGE_LOST] = {GLYPH_LOST, ROLE_WASTE, 0},
	};
	const struct scene *scene = drawing->scene;
	struct pool_look look = {.role = states[page->state].role,
		.glyph = states[page->state].glyph,
		.marks = states[page->state].marks,
		.used = page->used,
		.blocks = page->blocks};
	bool is_chosen = page->base && scene->selection->page == page->base;

	if (page->state == PAGE_USED && arena->is_pinned)
		look.role = ROLE_PINNED;
	if (page->state == PAGE_USED || page->state == PAGE_FULL)
		color_by(drawing, page, &look);
	look.is_marked =
		is_chosen || highlight_role(scene, page->base, page->size, ROLE_TEXT) != ROLE_TEXT;
	if (is_chosen)
		look.marks |= CELL_CHOSEN;
	return look;
}

int fill_eighths(uint64_t used, uint64_t blocks, int rows)
{
	int most = rows * 8;

	if (used == 0 || used >= blocks)
		return used == 0 ? 0 : most;
	int eighths = (int)((double)used / (double)blocks * most + 0.5);
	return eighths < 1 ? 1 : eighths < most ? eighths : most - 1;
}

/* The names of states are those of the engine; those that nothing explains are longer words. */
static unsigned sign_of_state(const char *state)
{
	return strcmp(state, "U1") == 0   ? SIGN_FIRST
	       : strcmp(state, "U2") == 0 ? SIGN_SECOND
	       : strcmp(state, "F") == 0  ? SIGN_NO_POOL
	       : strcmp(state, "K") == 0  ? SIGN_KEPT
					  : 0;
}

/* Of a slab beside those of other sizes: the size of its blocks, "64B". false: it is no such. */
static bool name_block_size(const struct arenas_drawing *drawing, const struct arena *arena,
	char *words, size_t size)
{
	struct page page = {.size_class = PAGE_NO_CLASS};

	if (arena->region.kind == REGION_SLAB)
		engine_page(drawing->engine, arena->at, 0, &page);
	if (page.size_class == PAGE_NO_CLASS)
		return false;
	snprintf(words, size, "%" PRIu32 "%s", page.block_size, page.block_size < 1000 ? "B" : "");
	return true;
}

void draw_label(struct arenas_drawing *drawing, int x, int y, const struct arena *arena)
{
	const struct region *region = &arena->region;
	char words[16];
	enum role role = arena->is_pinned ? ROLE_PINNED : ROLE_TEXT;

	if (drawing->scene->selection->region - region->base < region->size)
		area_put(drawing->canvas, drawing->area, x, y,
			glyph_of(drawing->canvas->charset, GLYPH_POINTER, 0), ROLE_PLAYHEAD, 0);
	int end = area_text(drawing->canvas, drawing->area, x + 1, y, role, 0, region->name);
	if (arena->is_pinned && end < x + drawing->scale.label) {
		area_put(drawing->canvas, drawing->area, end, y, 'p', role, 0);
		drawing->signs |= SIGN_PINNED;
	}
	int state = end + arena->is_pinned + 1 > x + STATE_AT ? end + arena->is_pinned + 1
							      : x + STATE_AT;
	if (name_block_size(drawing, arena, words, sizeof(words)))
		state = end + 1;
	else
		snprintf(words, sizeof(words), "%s", region->state);
	if (state + (int)strlen(words) <= x + drawing->scale.label) {
		area_text(drawing->canvas, drawing->area, state, y, ROLE_QUIET, 0, words);
		drawing->signs |= sign_of_state(words);
	}
}

void draw_share(const struct arenas_drawing *drawing, int end, int y, const struct region *region)
{
	struct units units;

	area_text_right(drawing->canvas, drawing->area, end, y, ROLE_TEXT, 0,
		units_percent(&units, region->used, region->size));
}
