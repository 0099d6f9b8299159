/* See landmarks.h. */
#include "panels/heap/landmarks.h"

#include "base/text.h"
#include "base/utf8.h"
#include "story/names.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define APART 1 /* blank columns before the next arrow */

/* The places in one cell of the screen. */
struct spot {
	int x, y;       /* of the cell, in the area of the map */
	char names[80]; /* "head, tail" */
};

/* Finds the cell; the end of the map is in the column after its last cell. */
static bool find_cell(const struct heap_map *map, const struct landmark *landmark,
	struct spot *ret_spot)
{
	uint64_t address = landmark->region + landmark->offset, columns = (uint64_t)map->columns;

	if (landmark->region != map->region.base || address < map->base ||
		address - map->base > map->size)
		return false;
	bool is_end = address - map->base == map->size;
	uint64_t number = (address - map->base - is_end) / map->cell;
	ret_spot->x = map->label + ((int)(number % columns) + is_end) * map->wide;
	ret_spot->y = (int)(number / columns) * map->pitch;
	if (ret_spot->x >= map->area.width)
		ret_spot->x = map->area.width - 1;
	snprintf(ret_spot->names, sizeof(ret_spot->names), "%s", landmark->name);
	return true;
}

static int compare_spots(const void *one, const void *other)
{
	const struct spot *a = one, *b = other;

	return a->y != b->y ? a->y - b->y : a->x - b->x;
}

/* The spots of the map from left to right, row by row; those in one cell are one. */
static size_t find_spots(const struct heap_map *map, struct spot spots[LANDMARKS_MAX])
{
	struct landmark landmarks[LANDMARKS_MAX];
	size_t n = engine_landmarks(map->engine, landmarks, LANDMARKS_MAX), count = 0, kept = 0;

	for (size_t i = 0; i < n; i++)
		count += find_cell(map, &landmarks[i], &spots[count]);
	if (count == 0)
		return 0;
	qsort(spots, count, sizeof(*spots), compare_spots);
	for (size_t i = 1; i < count; i++) {
		char names[sizeof(spots->names)];
		if (compare_spots(&spots[kept], &spots[i]) != 0) {
			spots[++kept] = spots[i];
			continue;
		}
		snprintf(names, sizeof(names), "%s, %s", spots[kept].names, spots[i].names);
		memcpy(spots[kept].names, names, sizeof(names));
	}
	return kept + 1;
}

/* Whether nothing is drawn in the columns [from, to) of a line of the map. */
static bool is_blank(const struct heap_map *map, int y, int from, int to)
{
	int line = map->area.y + y;

	if (from < 0 || to > map->area.width || map->area.x + to > map->canvas->width ||
		y >= map->area.height || line >= map->canvas->height)
		return false;
	for (int x = from; x < to; x++)
		if (canvas_at(map->canvas, map->area.x + x, line)->glyph != ' ')
			return false;
	return true;
}

/* The arrow, and the names after it as far as the next one, or else before it. */
static void draw_arrow(const struct heap_map *map, const struct spot *spot, int next)
{
	int y = spot->y + map->pitch - 1, length = (int)utf8_cells(spot->names);
	int after = spot->x + 1, before = spot->x - length;

	if (!is_blank(map, y, spot->x, spot->x + 1))
		return;
	area_put(map->canvas, map->area, spot->x, y, glyph_of(map->canvas->charset, GLYPH_THIS, 0),
		ROLE_MARK, 0);
	if (after + length <= next && is_blank(map, y, after, after + length))
		area_text(map->canvas, map->area, after, y, ROLE_TEXT, 0, spot->names);
	else if (is_blank(map, y, before - (before > 0), spot->x))
		area_text(map->canvas, map->area, before, y, ROLE_TEXT, 0, spot->names);
}

/* The sign of the cell stays. */
static void underline(const struct heap_map *map, const struct spot *spot)
{
	int x = map->area.x + spot->x, y = map->area.y + spot->y;

	if (spot->y >= map->area.height || x >= map->canvas->width || y >= map->canvas->height)
		return;
	const struct cell *cell = canvas_at(map->canvas, x, y);
	area_put(map->canvas, map->area, spot->x, spot->y, cell->glyph, (enum role)cell->role,
		cell->marks | CELL_UNDERLINE);
}

void landmarks_draw(const struct heap_map *map)
{
	struct spot spots[LANDMARKS_MAX];
	size_t n = find_spots(map, spots);
	/* between the rows of spaces there may be cards */
	bool has_line = map->pitch > 1 && !engine_has_spaces(map->engine);

	for (size_t i = 0; i < n; i++) {
		bool is_last = i + 1 == n || spots[i + 1].y != spots[i].y;
		if (has_line)
			draw_arrow(map, &spots[i],
				is_last ? map->area.width : spots[i + 1].x - APART);
		else
			underline(map, &spots[i]);
	}
}

static bool is_underlined(const struct canvas *canvas, struct area area)
{
	for (int y = area.y; y < area.y + area.height && y < canvas->height; y++)
		for (int x = area.x; x < area.x + area.width && x < canvas->width; x++)
			if (canvas_at(canvas, x, y)->marks & CELL_UNDERLINE)
				return true;
	return false;
}

/* The name that all of them have, as one alone has; else "pointer". */
static const char *common_name(const struct engine *engine)
{
	struct landmark landmarks[LANDMARKS_MAX];
	size_t n = engine_landmarks(engine, landmarks, LANDMARKS_MAX);

	for (size_t i = 1; i < n; i++)
		if (strcmp(landmarks[i].name, landmarks[0].name) != 0)
			return "pointer";
	return n ? landmarks[0].name : "pointer";
}

bool landmarks_entry(const struct heap_map *map, struct area seen, struct legend_entry *ret_entry)
{
	static const struct legend_entry arrow = {GLYPH_THIS, 0, ROLE_MARK, "pointer", 0, NULL};

	*ret_entry = arrow;
	if (legend_is_seen(map->canvas, seen, &arrow))
		return true;
	*ret_entry = (struct legend_entry){.role = ROLE_TEXT,
		.words = common_name(map->engine),
		.label = "_"};
	return is_underlined(map->canvas, seen);
}

void landmarks_list(const struct heap_map *map, struct area area, int y)
{
	struct landmark landmarks[LANDMARKS_MAX];
	size_t n = engine_landmarks(map->engine, landmarks, LANDMARKS_MAX);
	struct text remark = {0};
	struct region region;
	size_t at;
	char place[40];

	for (size_t i = 0; i < n; i++) {
		engine_region_at(map->engine, landmarks[i].region, &at, &region);
		text_add(&remark, "%s%s %s: %s", i ? "  " : "", landmarks[i].name,
			name_in_region(map->engine, &region, landmarks[i].offset, place,
				sizeof(place)),
			landmarks[i].words);
	}
	area_remark(map->canvas, area, 1, y, ROLE_QUIET, text_of(&remark));
	text_finish(&remark);
}
