/*
 * The heap as a map scaled to the window, the scale written; and its free list in order.  A small heap is drawn unit by unit, so that
 * blocks and their borders are seen; a large one by how much of each cell is in use.
 */
#include "view/look.h"

#include "base/text.h"
#include "base/units.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

struct heap_panel {
	struct panel panel;
	uint64_t cell;	/* bytes, as drawn last */
	char remark[96];
};

static bool is_useful(const struct scene *scene)
{
	return look_heap(player_heap(scene->player));
}

static void update(struct panel *panel, const struct scene *scene)
{
	struct heap_panel *self = (struct heap_panel *)panel;
	const struct engine *engine = look_heap(player_heap(scene->player));
	struct totals totals;
	struct units size, free, largest;

	engine->ops->totals(engine, &totals);
	snprintf(self->remark, sizeof(self->remark), "%s, %s free in %" PRIu64 " hole%s, largest %s",
		units_bytes(&size, totals.reserved), units_bytes(&free, totals.available), totals.free_spans,
		totals.free_spans == 1 ? "" : "s", units_bytes(&largest, totals.largest_free));
}

static void remark(const struct panel *panel, char *ret_remark, size_t size)
{
	snprintf(ret_remark, size, "%s", ((const struct heap_panel *)panel)->remark);
}

/* Bytes a cell stands for, so that the whole region fits: 1, 2, 4, 8… */
static uint64_t scale(uint64_t bytes, int cells)
{
	uint64_t cell = 1;

	while (cells > 0 && (bytes + cell - 1) / cell > (uint64_t)cells)
		cell *= 2;
	return cell;
}

struct map {
	const struct scene *scene;
	struct canvas *canvas;
	struct area area;	/* the map alone */
	uint64_t base;
	uint64_t cell;
	int label;	/* columns of the offset in front of each row */
};

static void put_cell(const struct map *map, uint64_t number, uint32_t glyph, enum role role, unsigned marks)
{
	int columns = map->area.width - map->label;

	area_put(map->canvas, map->area, map->label + (int)(number % (uint64_t)columns),
		(int)(number / (uint64_t)columns), glyph, role, marks);
}

static enum role span_role(const struct map *map, const struct span *span)
{
	switch (span->state) {
	case SPAN_USED:
		return look_hot(map->scene, span->base, span->size, ROLE_LIVE);
	case SPAN_FREE:
		return look_hot(map->scene, span->base, span->size, ROLE_FREE);
	case SPAN_VIRGIN:
		return ROLE_VIRGIN;
	case SPAN_HEADER:
		return ROLE_HEADER;
	case SPAN_WASTE:
		return ROLE_WASTE;
	}
	return ROLE_TEXT;
}

/* Unit by unit: the header, the payload, and an edge where the next block begins. */
static bool draw_span(const struct span *span, void *user)
{
	const struct map *map = user;
	enum charset charset = map->canvas->charset;
	enum role role = span_role(map, span);
	uint64_t first = (span->base - map->base) / map->cell;
	uint64_t end = (span->base + span->size - map->base) / map->cell;

	for (uint64_t i = first; i < end; i++) {
		uint64_t at = map->base + i * map->cell;
		if (span->state == SPAN_WASTE)
			put_cell(map, i, glyph_of(charset, GLYPH_WASTE, 0), role, 0);
		else if (span->state == SPAN_FREE)
			put_cell(map, i, glyph_of(charset, role == ROLE_HOT_FREE ? GLYPH_FREED : GLYPH_HOLE, 0), role, 0);
		else if (at + map->cell <= span->payload)
			put_cell(map, i, 'h', role == ROLE_LIVE ? ROLE_HEADER : role, 0);
		else if (role == ROLE_HOT_ALLOC)
			put_cell(map, i, glyph_of(charset, GLYPH_ALLOCATED, 0), role, 0);
		else if (i + 1 == end)
			put_cell(map, i, glyph_of(charset, GLYPH_EDGE, 0), role, 0);
		else
			put_cell(map, i, glyph_of(charset, GLYPH_FULL, 0), role, 0);
	}
	return true;
}

/* By how much of each cell is in use. */
static void draw_cells(const struct map *map, const struct engine *engine, uint64_t size)
{
	enum charset charset = map->canvas->charset;

	for (uint64_t i = 0; i * map->cell < size; i++) {
		uint64_t from = map->base + i * map->cell;
		uint64_t bytes = size - i * map->cell < map->cell ? size - i * map->cell : map->cell;
		uint64_t used = engine->ops->used_between(engine, from, from + bytes);
		enum role hot = look_hot(map->scene, from, bytes, ROLE_TEXT);
		uint32_t glyph;
		enum role role = ROLE_LIVE;

		if (used == 0) {
			glyph = glyph_of(charset, GLYPH_HOLE, 0);
			role = ROLE_FREE;
		} else if (used == bytes) {
			glyph = glyph_of(charset, GLYPH_FULL, 0);
			role = ROLE_FULL;
		} else {
			glyph = glyph_of(charset, GLYPH_FILL, (int)(used * 8 / bytes));
		}
		if (hot != ROLE_TEXT) {
			role = hot;
			glyph = glyph_of(charset, hot == ROLE_HOT_ALLOC ? GLYPH_ALLOCATED : GLYPH_FREED, 0);
		}
		put_cell(map, i, glyph, role, 0);
	}
}

/* "free list  +20: 15 → +80: 20 → end" */
static void draw_list(const struct scene *scene, const struct engine *engine, const struct region *region,
	struct canvas *canvas, struct area area)
{
	struct list_entry entries[64];
	struct list list;
	size_t at;

	if (!look_list(engine, "free list", &at, &list))
		return;
	size_t n = engine->ops->list_entries(engine, at, 0, entries, 64);
	int x = area_print(canvas, area, 0, 0, ROLE_QUIET, "free list (%" PRIu64 ") ", list.length);
	int y = 0;
	for (size_t i = 0; i < n; i++) {
		char entry[64];
		struct units size;
		uint64_t offset = entries[i].address - region->base;
		bool is_hot = look_hot(scene, entries[i].address, entries[i].size, ROLE_TEXT) != ROLE_TEXT;

		snprintf(entry, sizeof(entry), region->size <= 4096 ? "+%" PRIu64 ": %s" : "+0x%" PRIx64 ": %s", offset,
			units_bytes(&size, entries[i].size));
		if (x + (int)strlen(entry) + 4 > area.width) {
			x = 2;
			if (++y >= area.height) {
				area_put(canvas, area, area.width - 1, area.height - 1,
					glyph_of(canvas->charset, GLYPH_ELLIPSIS, 0), ROLE_QUIET, 0);
				return;
			}
		}
		x = area_text(canvas, area, x, y, is_hot ? ROLE_CHANGED : ROLE_FREE, 0, entry);
		area_put(canvas, area, x + 1, y, glyph_of(canvas->charset, GLYPH_ARROW, 0), ROLE_QUIET, 0);
		x += 3;
	}
	area_text(canvas, area, x, y, ROLE_QUIET, 0, list.length > n ? "…" : n == 0 ? "empty" : "end");
}

static void draw_offsets(const struct map *map, uint64_t size)
{
	int columns = map->area.width - map->label;
	uint64_t row = (uint64_t)columns * map->cell;

	for (int y = 0; (uint64_t)y * row < size && y < map->area.height; y++) {
		if (size <= 4096)
			area_print(map->canvas, map->area, 0, y, ROLE_QUIET, "%6" PRIu64, (uint64_t)y * row);
		else
			area_print(map->canvas, map->area, 0, y, ROLE_QUIET, "%8" PRIx64, (uint64_t)y * row);
	}
}

static void draw(const struct panel *panel, const struct scene *scene, struct canvas *canvas, struct area area)
{
	const struct engine *engine = look_heap(player_heap(scene->player));
	struct region region;
	struct units units;

	(void)panel;
	if (engine->ops->region_count(engine) == 0) {
		area_wrap(canvas, area, 1, 0, 1, ROLE_QUIET, "The heap is empty: nothing was asked of it yet.");
		return;
	}
	engine->ops->region(engine, 0, &region);

	int list_rows = area.height >= 8 ? 2 : area.height >= 4 ? 1 : 0;
	int scale_rows = area.height >= 5;
	struct map map = {.scene = scene, .canvas = canvas, .area = area, .base = region.base};
	map.label = area.width >= 40 ? (region.size <= 4096 ? 7 : 9) : 0;
	map.area.height -= list_rows + scale_rows;
	map.cell = scale(region.size, map.area.height * (area.width - map.label));

	/* The smallest piece must be a cell at least, or edges could not be told. */
	if (map.cell <= 8 && region.size <= 65536)
		engine->ops->spans(engine, region.base, region.base + region.size, draw_span, &map);
	else
		draw_cells(&map, engine, region.size);
	if (map.label)
		draw_offsets(&map, region.size);

	uint64_t columns = (uint64_t)(area.width - map.label);
	int rows = (int)((region.size + map.cell * columns - 1) / (map.cell * columns));
	if (scale_rows)
		area_print(canvas, area, 1, rows, ROLE_QUIET, "1 cell = %s   %s", units_bytes(&units, map.cell),
			map.cell <= 8 ? "+ new  - freed  h header" : "height: how much of it is in use");
	if (list_rows) {
		struct area list = {area.x + 1, area.y + rows + scale_rows, area.width - 1, area.height - rows - scale_rows};
		draw_list(scene, engine, &region, canvas, list);
	}
}

static int wanted_height(const struct panel *panel, int width)
{
	(void)panel;
	(void)width;
	return 10;
}

const struct panel_ops panel_heap = {
	.name = "heap",
	.title = "Heap",
	.letter = 'm',
	.priority = 2,
	.state_size = sizeof(struct heap_panel),
	.is_useful = is_useful,
	.update = update,
	.wanted_height = wanted_height,
	.remark = remark,
	.draw = draw,
};
