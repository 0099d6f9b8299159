/* See strips.h. */
#include "panels/heap/strips.h"

#include "base/units.h"
#include "panels/heap/card_title.h"
#include "story/places.h"

#include <inttypes.h>
#include <string.h>

#define PITCH_LEAST   3 /* of large cells */
#define PITCH_MAX     6
#define WIDE_MAX      3
#define WIDE_COLUMNS  50     /* least cells of a row, where cells are wide */
#define ADDRESSED     46     /* columns from which a title has an address */
#define COUNTED       4096u  /* bytes of the largest region that is counted by hand */
#define DRAWN_EXACTLY 65536u /* larger regions are not drawn block by block */

/*
 * Rows of cells as wide as a column. A line between them has their cards, where they have words, or
 * the names of places.
 */
static void lay_out_rows(struct heap_map *map)
{
	map_lay_out(map, 1);
	bool has_cards = card_title_fits(map) && map_rows(map) > 1;
	map->pitch = has_cards || map->has_lines ? 2 : 1;
}

static int height_of(const struct strips *strips)
{
	int lines = 0;

	for (size_t i = 0; i < strips->count; i++)
		lines += strips->has_titles + map_lines(&strips->maps[i]);
	return lines;
}

/* As high as fits: up to PITCH_MAX lines, the last of them blank. */
static int large_pitch(const struct heap_map *map, struct area area)
{
	int pitch = PITCH_MAX, least = map->has_lines ? 2 : PITCH_LEAST;

	while (pitch > least && map_rows(map) * pitch > area.height)
		pitch--;
	return map_rows(map) * pitch <= area.height ? pitch : 1;
}

/* In a lecture the cells of a small heap are as wide and as high as there is room for. */
static void make_large(struct heap_map *map, struct area area)
{
	for (int wide = WIDE_MAX; wide > 0; wide--) {
		map_lay_out(map, wide);
		map->pitch = large_pitch(map, area);
		if (wide == 1 || (map->is_small && map->columns >= WIDE_COLUMNS && map->pitch > 1))
			return;
	}
}

/* In a lecture the rows of all strips are as high as there is room for, unless cards have lines. */
static void raise_rows(struct strips *strips, int height)
{
	struct strips higher = *strips;

	for (size_t i = 0; i < strips->count; i++)
		if (!strips->maps[i].scene->lecture || strips->maps[i].card > 0)
			return;
	for (int pitch = PITCH_MAX; pitch >= PITCH_LEAST; pitch--) {
		for (size_t i = 0; i < higher.count; i++)
			higher.maps[i].pitch = pitch;
		if (height_of(&higher) > height)
			continue;
		*strips = higher;
		return;
	}
}

/* Whether they do not all fit, or a card is longer than a row. */
static bool are_too_large(const struct strips *strips, int height)
{
	for (size_t i = 0; i < strips->count; i++)
		if (map_card_columns(&strips->maps[i]) > strips->maps[i].columns)
			return true;
	return height_of(strips) > height;
}

/* The cells of each strip are twice as large. */
static void double_cells(struct strips *strips)
{
	for (size_t i = 0; i < strips->count; i++) {
		strips->maps[i].cell *= 2;
		lay_out_rows(&strips->maps[i]);
	}
}

/*
 * A line below each row for the names of places, where the cells need not be larger for it: not
 * where cards are between rows, nor where places come and go, as in free memory of several kinds;
 * and maps beside each other keep their rows at the same height.
 */
static void add_lines(struct strips *strips, int height)
{
	const struct heap_map *first = &strips->maps[0];
	struct strips added = *strips;

	if (engine_kinds(first->engine) || engine_has_spaces(first->engine) || first->scene->legend)
		return;
	for (size_t i = 0; i < added.count; i++)
		if (added.maps[i].has_names && added.maps[i].pitch < 2)
			added.maps[i].pitch = 2;
	if (height_of(&added) <= height)
		*strips = added;
}

/* Finds the smallest cells of 1, 2, 4, 8… bytes with which all strips fit. */
static void lay_out(struct strips *strips, struct area area)
{
	int height = area.height > 0 ? area.height : 1, label = 0;
	const struct heap_map *first = &strips->maps[0];
	/* in a heap that is counted by hand; maps beside others, and spaces, need the room */
	bool has_room = (int)strips->count * (strips->has_titles + 2) <= height;
	bool has_lines = has_room && !first->scene->legend && !engine_has_spaces(first->engine);
	bool is_small = true;

	for (size_t i = 0; i < strips->count; i++) {
		int own = map_label(&strips->maps[i]);
		label = own > label ? own : label;
		is_small &= strips->maps[i].region.size <= COUNTED &&
			    !offsets_are_hex(strips->maps[i].engine);
	}
	for (size_t i = 0; i < strips->count; i++) {
		strips->maps[i].label = label;
		strips->maps[i].is_small = is_small;
		strips->maps[i].has_lines = has_lines && is_small && strips->maps[i].has_names;
		while (strips->maps[i].cell < strips->maps[i].scene->least_cell)
			strips->maps[i].cell *= 2;
		lay_out_rows(&strips->maps[i]);
	}
	while (are_too_large(strips, height))
		double_cells(strips);
	add_lines(strips, height);
	if (strips->count > 1)
		raise_rows(strips, height);
	strips->lines = 0;
	for (size_t i = 0; i < strips->count; i++) {
		struct heap_map *map = &strips->maps[i];
		if (strips->count == 1 && map->scene->lecture && map->card == 0)
			make_large(map, area);
		map->area.y = area.y + strips->lines + strips->has_titles;
		int left = area.y + area.height - map->area.y;
		map->area.height = map_lines(map) < left ? map_lines(map) : left;
		strips->lines += strips->has_titles + map_lines(map);
	}
}

/* Whether every span begins at the border of a cell. */
struct grid {
	const struct heap_map *map;
	bool fits;
};

static bool check_border(const struct span *span, void *user)
{
	struct grid *grid = user;

	grid->fits = (span->base - grid->map->base) % grid->map->cell == 0;
	return grid->fits;
}

static bool spans_fit_cells(const struct strips *strips, const struct engine *engine)
{
	uint64_t size = 0;

	for (size_t i = 0; i < strips->count; i++)
		size += strips->maps[i].size;
	if (strips->maps[0].cell > 1 && size > DRAWN_EXACTLY)
		return false;
	for (size_t i = 0; i < strips->count && strips->maps[i].cell > 1; i++) {
		const struct heap_map *map = &strips->maps[i];
		struct grid grid = {map, true};
		engine_spans(engine, map->base, map->base + map->size, check_border, &grid);
		if (!grid.fits)
			return false;
	}
	return true;
}

/*
 * Chooses the regions that are strips: all of several blocks, or as many around the selected one as
 * fit.
 */
static void choose_strips(struct strips *strips, const struct scene *scene,
	const struct engine *engine, int height)
{
	size_t found[HEAP_REGIONS_MAX], count = 0, middle = 0, all = engine_region_count(engine);
	size_t most = height >= 2 ? (size_t)height / 2 : 1;
	struct region region;
	size_t chosen = selected_region(scene, engine, &region);
	size_t from = chosen > HEAP_REGIONS_MAX / 2 ? chosen - HEAP_REGIONS_MAX / 2 : 0;

	for (size_t i = from; i < all && i < from + HEAP_REGIONS_MAX; i++) {
		engine_region(engine, i, &region);
		if (region.kind == REGION_MAPPING)
			continue;
		middle += i < chosen;
		found[count++] = i;
	}
	if (count == 0)
		found[count++] = chosen;
	most = most < STRIPS_MAX ? most : STRIPS_MAX;
	strips->count = count < most ? count : most;
	strips->above = middle < strips->count / 2 ? 0 : middle - strips->count / 2;
	if (strips->above > count - strips->count)
		strips->above = count - strips->count;
	strips->below = count - strips->count - strips->above;
	memcpy(strips->regions, &found[strips->above], strips->count * sizeof(*found));
}

/* Whether the engine goes by a place in the region. */
static bool has_landmark(const struct engine *engine, const struct region *region)
{
	struct landmark landmarks[LANDMARKS_MAX];
	size_t n = engine_landmarks(engine, landmarks, LANDMARKS_MAX);

	for (size_t i = 0; i < n; i++)
		if (landmarks[i].region == region->base)
			return true;
	return false;
}

void strips_lay_out(struct strips *strips, const struct heap_window *window,
	const struct scene *scene, const struct engine *engine, const struct span *chosen,
	struct area area)
{
	struct heap_map map = {.scene = scene,
		.heap = player_heap(scene->player),
		.engine = engine,
		.area = area,
		.cell = 1,
		.checked = checked_of(scene, engine),
		.chosen = *chosen};

	choose_strips(strips, scene, engine, area.height);
	if (window->zoom > 0) {
		strips->regions[0] = selected_region(scene, engine, &map.region);
		strips->count = 1;
		strips->above = strips->below = 0;
	}
	strips->has_titles = engine_region_count(engine) > 1 && area.height > 1;
	for (size_t i = 0; i < strips->count; i++) {
		engine_region(engine, strips->regions[i], &map.region);
		map.base = map.region.base;
		map.size = map.region.size ? map.region.size : 1;
		map.card = window->zoom > 0 ? 0 : card_bytes(engine, &map.region);
		map.has_names = has_landmark(engine, &map.region);
		strips->maps[i] = map;
	}
	if (window->zoom > 0 && window->from >= map.region.base) {
		strips->maps[0].base = window->from;
		strips->maps[0].size = window_size(window, &map.region);
	}
	lay_out(strips, area);
}

static struct area title_area(const struct heap_map *map)
{
	return (struct area){map->area.x, map->area.y - 1, map->area.width, 1};
}

/* "heap 2: 7f1200000000, 64 KiB, 71% used; 12.3 TiB left out before it" */
static void draw_title(const struct strips *strips, size_t at, struct canvas *canvas,
	const struct engine *engine)
{
	const struct heap_map *map = &strips->maps[at];
	const struct region *region = &map->region;
	const struct area area = title_area(map);
	const char *more = area.width >= ADDRESSED ? " more" : "";
	struct units size, percent, gap;
	bool has_address = !region->is_aside && area.width >= ADDRESSED;
	int x = area_text(canvas, area, 1, 0, ROLE_TITLE, 0, region->name);

	if (has_address)
		x = area_print(canvas, area, x, 0, ROLE_QUIET, ": 0x%" PRIx64, region->base);
	x = area_print(canvas, area, x, 0, ROLE_QUIET, "%s %s, %s used", has_address ? "," : ":",
		units_bytes(&size, region->size),
		units_percent(&percent, region->used, region->size));
	x = card_title_name(map, canvas, area, x);
	if (at == 0 && strips->above > 0) {
		area_print(canvas, area, x, 0, ROLE_QUIET, "; %zu%s above", strips->above, more);
	} else if (at + 1 == strips->count && strips->below > 0) {
		area_print(canvas, area, x, 0, ROLE_QUIET, "; %zu%s below", strips->below, more);
	} else if (strips->regions[at] > 0) {
		struct region before;
		engine_region(engine, strips->regions[at] - 1, &before);
		if (!region->is_aside && region->base > before.base + before.size)
			area_print(canvas, area, x, 0, ROLE_QUIET, "; %s left out before it",
				units_bytes(&gap, region->base - before.base - before.size));
	}
}

void strips_draw(struct strips *strips, struct canvas *canvas)
{
	const struct engine *engine = strips->maps[0].engine;
	bool is_exact = spans_fit_cells(strips, engine);

	for (size_t i = 0; i < strips->count; i++) {
		struct heap_map *map = &strips->maps[i];
		map->canvas = canvas;
		map->is_exact = is_exact;
		if (!strips->has_titles)
			;
		else if (card_title_fits(map))
			card_title_draw(map, canvas, title_area(map));
		else
			draw_title(strips, i, canvas, engine);
		map_draw(map);
	}
}

const struct heap_map *strips_with(const struct strips *strips, uint64_t address)
{
	for (size_t i = 0; i < strips->count; i++)
		if (address - strips->maps[i].region.base < strips->maps[i].region.size)
			return &strips->maps[i];
	return NULL;
}

bool strips_address(const struct strips *strips, int x, int y, uint64_t *ret_address)
{
	for (size_t i = 0; i < strips->count; i++) {
		const struct heap_map *map = &strips->maps[i];
		int line = y - map->area.y, column = x - map->area.x - map->label;
		if (line < 0 || line >= map_lines(map) || column < 0 ||
			column >= map->columns * map->wide)
			continue;
		uint64_t row = (uint64_t)(line / map->pitch);
		*ret_address =
			map->base +
			(row * (uint64_t)map->columns + (uint64_t)(column / map->wide)) * map->cell;
		return *ret_address - map->region.base < map->region.size;
	}
	return false;
}
