/* See map.h: arenas that are cells. */
#include "panels/arenas/map.h"

#include "base/units.h"
#include "panels/share.h"

#include <inttypes.h>
#include <stdio.h>

#define TENTHS      10
#define TENTH_WIDTH 7 /* columns of a tenth in the histogram, of which five are its bar */
#define BAR_WIDTH   5
#define BAR_ROWS    2

/* Several arenas as one cell. */
struct group {
	uint64_t used, size;
	size_t arenas, pinned;
	bool is_marked; /* the selection is in one of them */
};

static struct group group_of(const struct arenas_drawing *drawing, size_t from)
{
	struct group group = {0};

	for (size_t i = from; i < from + drawing->scale.share && i < drawing->count; i++) {
		struct arena arena = arena_of(drawing, i);
		group.used += arena.region.used;
		group.size += arena.region.size;
		group.arenas++;
		group.pinned += arena.is_pinned;
		group.is_marked |=
			drawing->scene->selection->region - arena.region.base < arena.region.size;
	}
	return group;
}

static void put_group(struct arenas_drawing *drawing, int x, int y, const struct group *group)
{
	struct cell cell = share_cell(drawing->canvas->charset, group->used, group->size,
		GLYPH_FREE, drawing->scene->color_by);
	bool is_pinned = cell.role == ROLE_LIVE && group->pinned * 2 >= group->arenas;

	drawing->signs |= is_pinned                ? SIGN_PINS
			  : cell.role == ROLE_FULL ? SIGN_FULL
			  : cell.role == ROLE_FREE ? SIGN_EMPTY
						   : SIGN_USED;
	area_put(drawing->canvas, drawing->area, x, y, cell.glyph,
		is_pinned ? ROLE_PINNED : (enum role)cell.role,
		cell.marks | (group->is_marked ? CELL_CHOSEN : 0));
}

/* One row of cells: the name of its first arena, and the share of all that is in use. */
static void draw_row(struct arenas_drawing *drawing, size_t from, int y)
{
	struct arena first = arena_of(drawing, from);
	struct region row = {.used = 0};
	bool is_marked = false;
	int x = drawing->scale.label;

	for (uint32_t i = 0; i < drawing->scale.columns && from < drawing->count;
		i++, from += drawing->scale.share) {
		struct group group = group_of(drawing, from);
		put_group(drawing, x++, y, &group);
		row.used += group.used;
		row.size += group.size;
		is_marked |= group.is_marked;
	}
	area_text(drawing->canvas, drawing->area, 1, y, ROLE_TEXT, 0, first.region.name);
	if (is_marked)
		area_put(drawing->canvas, drawing->area, 0, y,
			glyph_of(drawing->canvas->charset, GLYPH_POINTER, 0), ROLE_PLAYHEAD, 0);
	draw_share(drawing, drawing->scale.label + (int)drawing->scale.columns + SHARE, y, &row);
}

int draw_arenas(struct arenas_drawing *drawing, int y)
{
	size_t per_row = (size_t)drawing->scale.share * drawing->scale.columns;

	for (size_t i = 0; i < drawing->count; i += per_row)
		draw_row(drawing, i, y++);
	return y;
}

void draw_histogram(const struct arenas_drawing *drawing, int y)
{
	size_t counts[TENTHS] = {0}, most = 1;
	struct units units;

	for (size_t i = 0; i < drawing->count; i++) {
		struct region region;
		engine_region(drawing->engine, i, &region);
		uint64_t tenth = region.size ? region.used * TENTHS / region.size : 0;
		tenth = tenth < TENTHS ? tenth : TENTHS - 1;
		counts[tenth]++;
		most = counts[tenth] > most ? counts[tenth] : most;
	}
	area_text(drawing->canvas, drawing->area, 1, y, ROLE_QUIET, 0, "arenas");
	area_text(drawing->canvas, drawing->area, 1, y + BAR_ROWS + 1, ROLE_QUIET, 0, "% used");
	for (int i = 0; i < TENTHS; i++) {
		int x = 8 + i * TENTH_WIDTH;
		int eighths = fill_eighths(counts[i], most, BAR_ROWS);
		area_text_right(drawing->canvas, drawing->area, x + BAR_WIDTH, y, ROLE_TEXT, 0,
			units_count(&units, counts[i]));
		area_print(drawing->canvas, drawing->area, x, y + BAR_ROWS + 1, ROLE_QUIET, "%d",
			i * 100 / TENTHS);
		for (int row = 0; row < BAR_ROWS; row++)
			for (int column = 0; column < BAR_WIDTH; column++) {
				int left = eighths - (BAR_ROWS - 1 - row) * 8;
				if (left > 0)
					area_put(drawing->canvas, drawing->area, x + column,
						y + 1 + row,
						left < 8 ? glyph_of(drawing->canvas->charset,
								   GLYPH_FILL, left)
							 : glyph_of(drawing->canvas->charset,
								   GLYPH_FULL, 0),
						ROLE_LIVE, 0);
			}
	}
}
