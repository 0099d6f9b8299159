/*
 * The heap as a map scaled to the window, the scale written; its free list in order; what the
 * program mapped beside it.  A small heap is drawn unit by unit, so that blocks, their borders and
 * their objects are seen; a large one by how much of each cell is in use. Holes that the last
 * search looked at in vain carry a question mark.
 */
#include "view/look.h"
#include "view/who.h"

#include "base/units.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define COUNTED	     4096u	/* heaps up to this size have decimal offsets, as counted by hand */
#define DRAWN_EXACTLY 65536u	/* larger ones are never drawn block by block */
#define LIST_SHOWN   64u

#define ZOOM_LEAST 64u	/* bytes of the heap that are seen at least */

struct heap_panel {
	struct panel panel;
	char remark[128];
	unsigned zoom;	/* a window of 1/2, 1/4, … of the heap; 0: all of it */
	uint64_t from;	/* where it begins */
};

static uint64_t window_of(const struct region *region, unsigned zoom)
{
	uint64_t window = zoom < 64 ? region->size >> zoom : 0;

	return window < ZOOM_LEAST ? (region->size < ZOOM_LEAST ? region->size : ZOOM_LEAST) : window & ~UINT64_C(15);
}

/* The window stays where it is while what is chosen is in it; else that is its middle. */
static void place_window(struct heap_panel *self, const struct scene *scene, const struct engine *engine)
{
	uint64_t address = scene->selection->address;
	struct region region;

	if (self->zoom == 0 || engine->ops->region_count(engine) == 0)
		return;
	engine->ops->region(engine, 0, &region);
	uint64_t window = window_of(&region, self->zoom), last = region.base + region.size - window;
	if (address - region.base < region.size && (self->from < region.base || address - self->from >= window)) {
		uint64_t into = address - region.base;
		self->from = region.base + ((into > window / 2 ? into - window / 2 : 0) & ~UINT64_C(15));
	}
	if (self->from > last)
		self->from = region.base + ((last - region.base) & ~UINT64_C(15));
	if (self->from < region.base)
		self->from = region.base;
}

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
	place_window(self, scene, engine);
	if (totals.reserved == 0)
		snprintf(self->remark, sizeof(self->remark), "nothing yet");
	else if (totals.free_spans == 0)
		snprintf(self->remark, sizeof(self->remark), "%s, nothing free", units_bytes(&size, totals.reserved));
	else if (totals.free_spans == 1)
		snprintf(self->remark, sizeof(self->remark), "%s, %s free in one hole",
			units_bytes(&size, totals.reserved), units_bytes(&free, totals.available));
	else
		snprintf(self->remark, sizeof(self->remark), "%s, %s free in %" PRIu64 " holes, largest %s",
			units_bytes(&size, totals.reserved), units_bytes(&free, totals.available), totals.free_spans,
			units_bytes(&largest, totals.largest_free));
}

static void remark(const struct panel *panel, char *ret_remark, size_t size)
{
	snprintf(ret_remark, size, "%s", ((const struct heap_panel *)panel)->remark);
}

/* How many holes, from the front of the list, the last search looked at and passed over. */
static uint32_t passed_over(const struct scene *scene)
{
	uint64_t looked = 0;
	bool found = false;

	for (size_t i = 0; scene->log && i < scene->log->count; i++) {
		const struct decision *decision = &scene->log->items[i];
		if (decision->kind == DECISION_SEARCHED)
			looked = decision->d == FIT_FIRST || decision->a == decision->b ? decision->a : 0;
		found = found || decision->kind == DECISION_HOLE_CHOSEN;
		if (decision->kind == DECISION_HOLE_MADE)
			return 0;	/* the list has changed since */
		if (decision->kind == DECISION_JOINED_ALL)
			looked = 0;	/* likewise, but there may be another search */
		if (decision->kind == DECISION_HOLE_CHOSEN && decision->c != FIT_FIRST)
			return 0;	/* what was passed over does not lie in front of it */
	}
	return (uint32_t)(found && looked > 0 ? looked - 1 : looked);
}

/* The span that a person chose; false while events are followed, and when it is elsewhere. */
static bool chosen_span(const struct scene *scene, const struct engine *engine, struct span *ret_span)
{
	return !scene->selection->follow && look_span(engine, scene->selection->address, ret_span);
}

struct map {
	const struct scene *scene;
	const struct heap *heap;
	struct canvas *canvas;
	struct area area;	/* the map alone */
	struct region region;
	uint64_t base, size;	/* what is seen of it */
	uint64_t cell;	/* bytes */
	int label;	/* columns of the offset in front of each row */
	int columns;	/* cells of a row */
	int pitch;	/* lines from one row to the next: 3 in a lecture, two of them cells */
	uint32_t passed_over;
	struct span chosen;	/* size 0: none */
};

/* ---- the map ------------------------------------------------------------------------------- */

/*
 * Rows of round lengths, so that offsets can be read off: fifties or tens in small heaps, sixteens
 * in large ones.
 */
static int round_columns(int columns, bool is_counted)
{
	int unit = !is_counted ? 16 : columns >= 50 ? 50 : 10;

	return columns >= unit ? columns / unit * unit : columns;
}

static int rows_for(const struct map *map)
{
	uint64_t row = map->cell * (uint64_t)map->columns;

	return (int)((map->size + row - 1) / row);
}

/* The smallest cell of 1, 2, 4, 8… bytes with which the whole region fits. */
static void lay_out(struct map *map)
{
	bool is_counted = map->region.size <= COUNTED;

	map->label = map->area.width >= 40 ? (is_counted ? 6 : 9) : 0;
	map->columns = round_columns(map->area.width - map->label, is_counted);
	if (map->columns < 1)
		map->columns = 1;
	uint64_t cells = (uint64_t)map->columns * (uint64_t)(map->area.height > 0 ? map->area.height : 1);
	for (map->cell = 1; (map->size + map->cell - 1) / map->cell > cells; map->cell *= 2)
		;
	map->pitch = map->scene->lecture && rows_for(map) * 3 <= map->area.height ? 3 : 1;
}

/* Lines that the map takes. */
static int lines_of(const struct map *map)
{
	return rows_for(map) * map->pitch;
}

/*
 * The cells of what was chosen are reversed; of a chosen block that is reversed already, the signs
 * stand out upright.
 */
static void put_cell(const struct map *map, uint64_t number, uint32_t glyph, enum role role, unsigned marks)
{
	uint64_t from = map->base + number * map->cell;

	if (map->chosen.size > 0 && from < map->chosen.base + map->chosen.size && map->chosen.base < from + map->cell)
		marks ^= CELL_REVERSE;
	int x = map->label + (int)(number % (uint64_t)map->columns);
	int y = (int)(number / (uint64_t)map->columns) * map->pitch;
	area_put(map->canvas, map->area, x, y, glyph, role, marks);
	if (map->pitch > 1)	/* the number of an object stands in the upper line alone */
		area_put(map->canvas, map->area, x, y + 1, glyph < '0' || glyph > '9' ? glyph : ' ',
			role, marks);
}

/* Clears *user where a span does not begin on a cell's border. */
struct grid {
	const struct map *map;
	bool fits;
};

static bool check_border(const struct span *span, void *user)
{
	struct grid *grid = user;

	grid->fits = (span->base - grid->map->base) % grid->map->cell == 0;
	return grid->fits;
}

/* The cells of a span, as far as they are seen. */
static void cells_of(const struct map *map, const struct span *span, uint64_t *ret_first, uint64_t *ret_end)
{
	uint64_t end = span->base + span->size - map->base;

	*ret_first = span->base > map->base ? (span->base - map->base) / map->cell : 0;
	*ret_end = (end < map->size ? end : map->size) / map->cell;
}

static bool spans_fit_cells(const struct map *map, const struct engine *engine)
{
	struct grid grid = {map, true};

	if (map->cell == 1)
		return true;
	if (map->size > DRAWN_EXACTLY)
		return false;
	engine->ops->spans(engine, map->base, map->base + map->size, check_border, &grid);
	return grid.fits;
}

static void put_free(const struct map *map, const struct span *span, uint64_t first, uint64_t end)
{
	enum charset charset = map->canvas->charset;
	enum role role = look_hot(map->scene, span->base, span->size, ROLE_FREE);
	const struct effect *effect = map->scene->effect;
	uint64_t freed = effect ? effect->old_address - span->base : 0;

	for (uint64_t i = first; i < end; i++) {
		uint64_t at = map->base + i * map->cell - span->base;
		/* Of a hole that was joined, only the part that was the block is new. */
		bool is_hot = role == ROLE_HOT_FREE && at + map->cell > freed && at < freed + effect->old_given;
		if (is_hot)
			put_cell(map, i, glyph_of(charset, GLYPH_FREED, 0), ROLE_HOT_FREE, 0);
		else if (span->order && span->order <= map->passed_over)
			put_cell(map, i, '?', ROLE_CHANGED, 0);
		else
			put_cell(map, i, glyph_of(charset, GLYPH_HOLE, 0), ROLE_FREE, 0);
	}
}

/* The number of the object that lives there, where it has room between the block's borders. */
static void put_object(const struct map *map, const struct span *span, uint64_t first, uint64_t end, enum role role)
{
	uint64_t payload = span->payload > map->base ? (span->payload - map->base) / map->cell : 0;
	uint64_t from = payload > first ? payload : first;
	struct live live;
	char name[16];

	if (!heap_find_address(map->heap, span->payload, &live))
		return;
	int length = snprintf(name, sizeof(name), "%" PRIu32, live.object);
	if (end - from < (uint64_t)length + 2)
		return;
	from += (end - from - (uint64_t)length) / 2;
	for (int i = 0; i < length; i++)
		put_cell(map, from + (uint64_t)i, (uint32_t)name[i], role, CELL_REVERSE);
}

static void put_used(const struct map *map, const struct span *span, uint64_t first, uint64_t end)
{
	enum charset charset = map->canvas->charset;
	enum role role = look_hot(map->scene, span->base, span->size, ROLE_LIVE);
	bool is_cut = span->base + span->size > map->base + map->size;
	uint64_t asked = UINT64_MAX;	/* the address behind what was asked for: the rest is padding */
	struct live live;

	if (heap_find_address(map->heap, span->payload, &live))
		asked = live.address + (live.size ? live.size : 1);
	for (uint64_t i = first; i < end; i++) {
		if (map->base + (i + 1) * map->cell <= span->payload)
			put_cell(map, i, 'h', role == ROLE_LIVE ? ROLE_HEADER : role, 0);
		else if (map->base + i * map->cell >= asked)
			put_cell(map, i, glyph_of(charset, GLYPH_WASTE, 0), role == ROLE_LIVE ? ROLE_WASTE : role, 0);
		else if (role == ROLE_HOT_ALLOC)
			put_cell(map, i, glyph_of(charset, GLYPH_ALLOCATED, 0), role, 0);
		else
			put_cell(map, i, glyph_of(charset, i + 1 == end && !is_cut ? GLYPH_EDGE : GLYPH_FULL, 0), role,
				0);
	}
	put_object(map, span, first, end, role);
}

/* Unit by unit: the header, the payload, and an edge where the next block begins. */
static bool draw_span(const struct span *span, void *user)
{
	const struct map *map = user;
	uint64_t first, end;

	cells_of(map, span, &first, &end);
	if (span->state == SPAN_USED)
		put_used(map, span, first, end);
	else if (span->state == SPAN_FREE)
		put_free(map, span, first, end);
	else
		for (uint64_t i = first; i < end; i++)
			put_cell(map, i, glyph_of(map->canvas->charset, GLYPH_WASTE, 0), ROLE_WASTE, 0);
	return true;
}

static bool overlap(uint64_t base, uint64_t size, uint64_t from, uint64_t bytes)
{
	return base < from + bytes && from < base + size;
}

/* What the event did to any part of the cell. */
static enum role cell_hot(const struct map *map, uint64_t from, uint64_t bytes)
{
	const struct effect *effect = map->scene->effect;

	if (!effect || effect->outcome == OUTCOME_NO_MEMORY)
		return ROLE_TEXT;
	if (effect->address && overlap(effect->address, effect->given, from, bytes))
		return ROLE_HOT_ALLOC;
	if (effect->old_address && overlap(effect->old_address, effect->old_given, from, bytes))
		return ROLE_HOT_FREE;
	return ROLE_TEXT;
}

/* By how much of each cell is in use. */
static void draw_cells(const struct map *map, const struct engine *engine)
{
	enum charset charset = map->canvas->charset;

	for (uint64_t i = 0; i * map->cell < map->size; i++) {
		uint64_t from = map->base + i * map->cell;
		uint64_t bytes = map->size - i * map->cell < map->cell ? map->size - i * map->cell : map->cell;
		uint64_t used = engine->ops->used_between(engine, from, from + bytes);
		enum role hot = cell_hot(map, from, bytes);

		if (hot != ROLE_TEXT)
			put_cell(map, i,
				glyph_of(charset,
					hot == ROLE_HOT_ALLOC ? GLYPH_ALLOCATED : GLYPH_FREED, 0),
				hot, 0);
		else if (used == 0)
			put_cell(map, i, glyph_of(charset, GLYPH_HOLE, 0), ROLE_FREE, 0);
		else if (used == bytes)
			put_cell(map, i, glyph_of(charset, GLYPH_FULL, 0), ROLE_FULL, 0);
		else
			put_cell(map, i, glyph_of(charset, GLYPH_FILL, (int)(used * 8 / bytes)), ROLE_LIVE, 0);
	}
}

static void draw_offsets(const struct map *map)
{
	uint64_t row = (uint64_t)map->columns * map->cell, start = map->base - map->region.base;

	for (int y = 0; y < rows_for(map); y++)
		area_print(map->canvas, map->area, 0, y * map->pitch, ROLE_QUIET,
			map->region.size <= COUNTED ? "%5" PRIu64 : "%8" PRIx64, start + (uint64_t)y * row);
}

/* ---- below the map ------------------------------------------------------------------------- */

static void draw_scale(const struct map *map, struct area area, int y, bool exact)
{
	static const struct legend_entry blocks[] = {
		{GLYPH_FULL, 0, ROLE_LIVE, "object"},
		{GLYPH_HOLE, 0, ROLE_FREE, "free"},
		{GLYPH_ALLOCATED, 0, ROLE_HOT_ALLOC, "new"},
		{GLYPH_FREED, 0, ROLE_HOT_FREE, "freed"},
	};
	static const struct legend_entry parts[] = {
		{GLYPH_FULL, 0, ROLE_LIVE, "object"},
		{GLYPH_WASTE, 0, ROLE_WASTE, "padding"},
		{GLYPH_HOLE, 0, ROLE_FREE, "free"},
		{GLYPH_ALLOCATED, 0, ROLE_HOT_ALLOC, "new"},
		{GLYPH_FREED, 0, ROLE_HOT_FREE, "freed"},
	};
	static const struct legend_entry fill[] = {
		{GLYPH_FULL, 0, ROLE_FULL, "all in use"},
		{GLYPH_FILL, 4, ROLE_LIVE, "part of it"},
		{GLYPH_HOLE, 0, ROLE_FREE, "free"},
		{GLYPH_ALLOCATED, 0, ROLE_HOT_ALLOC, "new"},
		{GLYPH_FREED, 0, ROLE_HOT_FREE, "freed"},
	};
	struct units units, whole;
	int x = area_print(map->canvas, area, 1, y, ROLE_QUIET, "1 cell = %s", units_bytes(&units, map->cell)) + 2;
	if (map->size < map->region.size)
		x = area_print(map->canvas, area, x, y, ROLE_TITLE, "%s of %s", units_bytes(&units, map->size),
			units_bytes(&whole, map->region.size)) + 2;
	x--;
	struct area rest = {area.x + x, area.y, area.width - x, area.height};

	if (exact && map->size < map->region.size)
		x = look_legend(map->canvas, rest, y, parts, sizeof(parts) / sizeof(*parts));
	else
		x = look_legend(map->canvas, rest, y, exact ? blocks : fill,
			exact ? sizeof(blocks) / sizeof(*blocks) : sizeof(fill) / sizeof(*fill));
	if (map->passed_over)
		area_text(map->canvas, rest, x, y, ROLE_CHANGED, 0, "? looked at");
}

/* "free list (2)  +20: 15 B → +80: 20 B → end" */
static void draw_list(const struct map *map, const struct engine *engine, struct area area)
{
	struct list_entry entries[LIST_SHOWN];
	struct canvas *canvas = map->canvas;
	struct list list;
	size_t at;

	if (!look_list(engine, "free list", &at, &list))
		return;
	size_t n = engine->ops->list_entries(engine, at, 0, entries, LIST_SHOWN);
	int x = area_print(canvas, area, 0, 0, ROLE_QUIET, "free list (%" PRIu64 ")  ", list.length);
	int y = 0;
	for (size_t i = 0; i < n; i++) {
		char entry[64];
		struct units size;
		bool is_hot = look_hot(map->scene, entries[i].address, entries[i].size, ROLE_TEXT) != ROLE_TEXT;
		bool is_passed = i < map->passed_over;

		snprintf(entry, sizeof(entry),
			map->region.size <= COUNTED ? "%s+%" PRIu64 ": %s" : "%s+0x%" PRIx64 ": %s",
			is_passed ? "?" : "", entries[i].address - map->region.base,
			units_bytes(&size, entries[i].size));
		if (x + (int)strlen(entry) + 4 > area.width) {
			x = 2;
			if (++y >= area.height) {
				area_put(canvas, area, area.width - 1, area.height - 1,
					glyph_of(canvas->charset, GLYPH_ELLIPSIS, 0), ROLE_QUIET, 0);
				return;
			}
		}
		x = area_text(canvas, area, x, y, is_hot || is_passed ? ROLE_CHANGED : ROLE_FREE, 0, entry);
		area_put(canvas, area, x + 1, y, glyph_of(canvas->charset, GLYPH_ARROW, 0), ROLE_QUIET, 0);
		x += 3;
	}
	area_text(canvas, area, x, y, ROLE_QUIET, 0, list.length > n ? "…" : n == 0 ? "empty" : "end");
}

/* "mapped by the program (2)  map 12: 128 KiB  map 40: 1 MiB" */
static void draw_mappings(const struct map *map, struct area area, int y)
{
	size_t count = heap_mapping_count(map->heap);
	int x = area_print(map->canvas, area, 0, y, ROLE_QUIET, "mapped by the program (%zu)  ", count);

	for (size_t i = 0; i < count && x < area.width; i++) {
		struct region region;
		struct units size;
		heap_mapping(map->heap, i, &region);
		bool is_hot = look_hot(map->scene, region.base, region.size, ROLE_TEXT) != ROLE_TEXT;
		x = area_print(map->canvas, area, x, y, is_hot ? ROLE_HOT_ALLOC : ROLE_TEXT, "%s: %s", region.name,
			units_bytes(&size, region.size)) + 2;
	}
}

/* "+30: object 2, asked 30 B of 30 B, since event 4", "+60: a hole of 25 B" */
static void draw_chosen(const struct map *map, struct area area, int y)
{
	struct units size, given, born;
	struct live live;
	char at[40], who[200];

	snprintf(at, sizeof(at), map->region.size <= COUNTED ? "+%" PRIu64 : "+0x%" PRIx64,
		map->chosen.base - map->region.base);
	if (map->chosen.state == SPAN_USED && heap_find_address(map->heap, map->chosen.payload, &live)) {
		who_name(who, sizeof(who), map->scene->symbols, player_trace(map->scene->player), live.born);
		area_print(map->canvas, area, 1, y, ROLE_TEXT,
			"%s: object %" PRIu32 ", asked %s B, has %s B, since event %s%s", at,
			live.object, units_count(&size, live.size),
			units_count(&given, map->chosen.size), units_count(&born, live.born), who);
	} else {
		area_print(map->canvas, area, 1, y, ROLE_TEXT, "%s: %s of %s B", at,
			map->chosen.state == SPAN_FREE ? "a hole" : "unusable space",
			units_count(&size, map->chosen.size));
	}
}

/* Rows below the map, by how much room there is. */
struct below {
	int scale, list, chosen, mappings;
};

static void lay_out_all(struct map *map, struct below *below, const struct heap_panel *self,
	const struct scene *scene, const struct engine *engine, struct area area)
{
	const struct heap *heap = player_heap(scene->player);
	struct region region;

	engine->ops->region(engine, 0, &region);
	*map = (struct map){.scene = scene, .heap = heap, .area = area, .region = region, .base = region.base,
		.size = region.size ? region.size : 1, .passed_over = passed_over(scene)};
	if (self->zoom > 0 && self->from >= region.base) {
		map->base = self->from;
		map->size = window_of(&region, self->zoom);
	}
	*below = (struct below){
		.scale = area.height >= 5,
		.list = area.height >= 8 ? 2 : area.height >= 3,
		.chosen = area.height >= 3 && chosen_span(scene, engine, &map->chosen),
		.mappings = area.height >= 5 && heap_mapping_count(heap) > 0,
	};
	map->area.height -= below->scale + below->list + below->chosen + below->mappings;
	lay_out(map);
}

static void draw(const struct panel *panel, const struct scene *scene, struct canvas *canvas, struct area area)
{
	const struct heap *heap = player_heap(scene->player);
	const struct engine *engine = look_heap(heap);
	struct below below;
	struct map map;

	if (engine->ops->region_count(engine) == 0) {
		area_wrap(canvas, area, 1, 0, 1, ROLE_QUIET, "The heap is empty: nothing was asked of it yet.");
		return;
	}
	lay_out_all(&map, &below, (const struct heap_panel *)panel, scene, engine, area);
	map.canvas = canvas;
	bool exact = spans_fit_cells(&map, engine);
	if (exact)
		engine->ops->spans(engine, map.base, map.base + map.size, draw_span, &map);
	else
		draw_cells(&map, engine);
	if (map.label)
		draw_offsets(&map);

	int y = lines_of(&map);
	if (below.scale)
		draw_scale(&map, area, y++, exact);
	if (below.chosen)
		draw_chosen(&map, area, y++);
	if (below.list)
		draw_list(&map, engine,
			(struct area){area.x + 1, area.y + y, area.width - 1, area.height - y - below.mappings});
	if (below.mappings)
		draw_mappings(&map, (struct area){area.x + 1, area.y, area.width - 1, area.height}, area.height - 1);
}

/* Half as much of the heap around what is chosen, or twice; ignored at the ends, where other maps go on. */
static enum panel_result zoom(struct heap_panel *self, const struct scene *scene, const struct engine *engine, int by)
{
	struct region region;
	struct below below;
	struct map map;

	engine->ops->region(engine, 0, &region);
	lay_out_all(&map, &below, self, scene, engine, self->panel.area);
	if ((by < 0 && self->zoom == 0) || (by > 0 && (map.cell == 1 || map.size <= ZOOM_LEAST)))
		return PANEL_IGNORED;
	self->zoom = by == 0 ? 0 : self->zoom + (unsigned)by;
	uint64_t window = window_of(&region, self->zoom), address = scene->selection->address;
	uint64_t into = address - region.base < region.size ? address - region.base : 0;
	self->from = region.base + ((into > window / 2 ? into - window / 2 : 0) & ~UINT64_C(15));
	place_window(self, scene, engine);
	return PANEL_HANDLED;
}

/* Chooses a block or hole: the neighbours, or what lies a row further. */
static enum panel_result act(struct panel *panel, const struct scene *scene, enum action action)
{
	const struct engine *engine = look_heap(player_heap(scene->player));
	struct selection *selection = scene->selection;
	struct below below;
	struct map map;
	struct span span;

	if (engine->ops->region_count(engine) == 0)
		return PANEL_IGNORED;
	if (action == ACTION_CLOSER || action == ACTION_FARTHER || action == ACTION_FIT)
		return zoom((struct heap_panel *)panel, scene, engine,
			action == ACTION_CLOSER ? 1 : action == ACTION_FARTHER ? -1 : 0);
	if (action != ACTION_LEFT && action != ACTION_RIGHT && action != ACTION_UP && action != ACTION_DOWN)
		return PANEL_IGNORED;
	lay_out_all(&map, &below, (const struct heap_panel *)panel, scene, engine, panel->area);
	uint64_t row = (uint64_t)map.columns * map.cell;
	uint64_t to = map.region.base;
	if (look_span(engine, selection->address, &span))
		to = action == ACTION_LEFT    ? span.base - 1
			: action == ACTION_RIGHT ? span.base + span.size
			: action == ACTION_UP	 ? selection->address - row
						 : selection->address + row;
	if (!look_span(engine, to, &span))
		return PANEL_HANDLED;
	selection->follow = false;
	selection->address = action == ACTION_UP || action == ACTION_DOWN ? to : span.base;
	return PANEL_HANDLED | PANEL_MOVED_SELECTION;
}

static enum panel_result click(struct panel *panel, const struct scene *scene, int x, int y)
{
	const struct engine *engine = look_heap(player_heap(scene->player));
	struct below below;
	struct map map;
	struct span span;

	if (engine->ops->region_count(engine) == 0)
		return PANEL_IGNORED;
	lay_out_all(&map, &below, (const struct heap_panel *)panel, scene, engine, panel->area);
	if (x < map.label || x >= map.label + map.columns || y < 0 || y >= lines_of(&map))
		return PANEL_IGNORED;
	uint64_t row = (uint64_t)(y / map.pitch);
	uint64_t at = map.base + (row * (uint64_t)map.columns + (uint64_t)(x - map.label)) * map.cell;
	if (!look_span(engine, at, &span))
		return PANEL_IGNORED;
	scene->selection->follow = false;
	scene->selection->address = at;
	return PANEL_HANDLED | PANEL_MOVED_SELECTION;
}

const struct panel_ops panel_heap = {
	.name = "heap",
	.title = "Heap",
	.letter = 'm',
	.state_size = sizeof(struct heap_panel),
	.is_map = true,
	.is_useful = is_useful,
	.update = update,
	.remark = remark,
	.draw = draw,
	.act = act,
	.click = click,
};
