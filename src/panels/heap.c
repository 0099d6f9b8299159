/*
 * The heap as a map scaled to the window, the scale written; its free list in order; what the
 * program mapped beside it.  A small heap is drawn unit by unit, so that blocks, their borders and
 * their objects are seen; a large one by how much of each cell is in use. Holes that the last
 * search looked at in vain carry a question mark.
 *
 * A heap may have several regions (one that was recorded has). Then each is a strip of the map,
 * below a line that says where it lies and how much was left out before it; where there is no room
 * for all, those around what is chosen. Regions of a single block are told in a line instead.
 *
 * Where a layer above lets only so much pass, its gauge stands above the map. A heap that is split
 * in halves is drawn as the tree it is (tree.h).
 */
#include "engines/budget.h"

#include "base/units.h"
#include "canvas/legend.h"
#include "engines/freelist/decisions.h"
#include "panels/buddy_tree.h"
#include "panels/highlight.h"
#include "panels/panel.h"
#include "panels/share.h"
#include "story/callers.h"
#include "story/places.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define COUNTED       4096u /* heaps up to this size have decimal offsets, as counted by hand */
#define PREFIXED      0x1000000u /* offsets in larger ones have more than six digits */
#define DRAWN_EXACTLY 65536u     /* larger ones are never drawn block by block */
#define LIST_SHOWN    64u

#define STRIPS_MAX  24u
#define REGIONS_MAX 256u /* that are looked at, around what is chosen */
#define ZOOM_LEAST  64u  /* bytes of the heap that are seen at least */

struct heap_panel {
	struct panel panel;
	char remark[128];
	unsigned zoom; /* a window of 1/2, 1/4, … of the heap; 0: all of it */
	uint64_t from; /* where it begins */
};

static uint64_t window_of(const struct region *region, unsigned zoom)
{
	uint64_t window = zoom < 64 ? region->size >> zoom : 0;

	return window < ZOOM_LEAST ? (region->size < ZOOM_LEAST ? region->size : ZOOM_LEAST)
				   : window & ~UINT64_C(15);
}

/* The one that is chosen, or in which the last event took place; else the first. */
static size_t chosen_region(const struct scene *scene, const struct engine *engine,
	struct region *ret_region)
{
	size_t at;

	if (engine_region_at(engine, scene->selection->address, &at, ret_region))
		return at;
	engine_region(engine, 0, ret_region);
	return 0;
}

/* The window stays where it is while what is chosen is in it; else that is its middle. */
static void place_window(struct heap_panel *self, const struct scene *scene,
	const struct engine *engine)
{
	uint64_t address = scene->selection->address;
	struct region region;

	if (self->zoom == 0 || engine_region_count(engine) == 0)
		return;
	chosen_region(scene, engine, &region);
	uint64_t window = window_of(&region, self->zoom), last = region.base + region.size - window;
	if (address - region.base < region.size &&
		(self->from < region.base || address - self->from >= window)) {
		uint64_t into = address - region.base;
		self->from =
			region.base + ((into > window / 2 ? into - window / 2 : 0) & ~UINT64_C(15));
	}
	if (self->from > last)
		self->from = region.base + ((last - region.base) & ~UINT64_C(15));
	if (self->from < region.base)
		self->from = region.base;
}

static bool is_useful(const struct scene *scene)
{
	return free_list_layer(player_heap(scene->player));
}

static void update(struct panel *panel, const struct scene *scene)
{
	struct heap_panel *self = (struct heap_panel *)panel;
	const struct engine *engine = free_list_layer(player_heap(scene->player));
	struct totals totals;
	struct units size, free, largest;

	engine_totals(engine, &totals);
	place_window(self, scene, engine);
	if (totals.reserved == 0)
		snprintf(self->remark, sizeof(self->remark), "nothing yet");
	else if (totals.free_spans == 0)
		snprintf(self->remark, sizeof(self->remark), "%s, nothing free",
			units_bytes(&size, totals.reserved));
	else if (totals.free_spans == 1)
		snprintf(self->remark, sizeof(self->remark), "%s, %s free in one hole",
			units_bytes(&size, totals.reserved), units_bytes(&free, totals.available));
	else
		snprintf(self->remark, sizeof(self->remark),
			"%s, %s free in %" PRIu64 " holes, largest %s",
			units_bytes(&size, totals.reserved), units_bytes(&free, totals.available),
			totals.free_spans, units_bytes(&largest, totals.largest_free));
}

static void remark(const struct panel *panel, char *ret_remark, size_t size)
{
	snprintf(ret_remark, size, "%s", ((const struct heap_panel *)panel)->remark);
}

/*
 * What this event decided; NULL where it is over, since the next one is told decision by decision.
 */
static const struct decision_log *log_of(const struct scene *scene)
{
	return scene->decided ? NULL : scene->log;
}

/* How many holes, from the front of the list, the last search looked at and passed over. */
static uint32_t passed_over(const struct scene *scene)
{
	const struct decision_log *log = log_of(scene);
	uint64_t looked = 0;
	bool found = false;

	for (size_t i = 0; log && i < log->count; i++) {
		const struct decision *decision = &log->items[i];
		if (decision->kind == &decision_searched)
			looked = decision->d == FIT_FIRST || decision->a == decision->b
					 ? decision->a
					 : 0;
		found = found || decision->kind == &decision_hole_chosen;
		if (decision->kind == &decision_hole_made)
			return 0; /* the list has changed since */
		if (decision->kind == &decision_joined_all)
			looked = 0; /* likewise, but there may be another search */
		if (decision->kind == &decision_hole_chosen && decision->c != FIT_FIRST)
			return 0; /* what was passed over does not lie in front of it */
	}
	return (uint32_t)(found && looked > 0 ? looked - 1 : looked);
}

/* The span that a person chose; false while events are followed, and when it is elsewhere. */
static bool chosen_span(const struct scene *scene, const struct engine *engine,
	struct span *ret_span)
{
	return !scene->selection->follow && span_find(engine, scene->selection->address, ret_span);
}

struct map {
	const struct scene *scene;
	const struct heap *heap;
	struct canvas *canvas;
	struct area area; /* the map alone */
	struct region region;
	uint64_t base, size; /* what is seen of it */
	uint64_t cell;       /* bytes */
	int label;           /* columns of the offset in front of each row */
	int columns;         /* cells of a row */
	int pitch;           /* lines from one row to the next: 3 in a lecture, two of them cells */
	bool is_counted;     /* offsets are decimal */
	/* rows are so many cells long: of a real heap, whose blocks begin at multiples of 16 */
	bool is_sixteens;
	uint32_t passed_over;
	struct span chosen; /* size 0: none */
	unsigned *signs;    /* SIGN_ bits of what the legend has to explain */
};

enum { SIGN_HEADER = 1u, SIGN_PADDING = 2u };

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

/*
 * How a map of so many bytes, numbered as in the region, stands in its area; the cells have their
 * size already.
 */
static void lay_out_rows(struct map *map)
{
	map->label = map->area.width >= 40 ? (map->is_counted ? 6 : 9) : 0;
	map->columns =
		round_columns(map->area.width - map->label, map->is_counted && !map->is_sixteens);
	if (map->columns < 1)
		map->columns = 1;
}

/* Lines that the map takes. */
static int lines_of(const struct map *map)
{
	return rows_for(map) * map->pitch;
}

/* All strips, from top to bottom. */
struct strips {
	struct map maps[STRIPS_MAX];
	size_t regions[STRIPS_MAX]; /* which ones of the heap */
	size_t count;
	size_t above, below; /* more of them that are not shown */
	bool has_titles;     /* a line above each */
	int lines;
	bool exact;     /* every span begins at a cell's border */
	unsigned signs; /* SIGN_ bits that were drawn */
};

static int height_of(const struct strips *strips)
{
	int lines = 0;

	for (size_t i = 0; i < strips->count; i++)
		lines += strips->has_titles + rows_for(&strips->maps[i]);
	return lines;
}

/* The smallest cells of 1, 2, 4, 8… bytes with which all strips fit. */
static void lay_out(struct strips *strips, struct area area)
{
	int height = area.height > 0 ? area.height : 1;

	bool is_counted = true;

	for (size_t i = 0; i < strips->count; i++)
		is_counted &= strips->maps[i].region.size <= COUNTED;
	for (size_t i = 0; i < strips->count; i++) {
		strips->maps[i].is_counted = is_counted;
		lay_out_rows(&strips->maps[i]);
	}
	for (; height_of(strips) > height;)
		for (size_t i = 0; i < strips->count; i++)
			strips->maps[i].cell *= 2;
	strips->lines = 0;
	for (size_t i = 0; i < strips->count; i++) {
		struct map *map = &strips->maps[i];
		map->pitch = strips->count == 1 && map->scene->lecture &&
					     rows_for(map) * 3 <= area.height
				     ? 3
				     : 1;
		map->area.y = area.y + strips->lines + strips->has_titles;
		int left = area.y + area.height - map->area.y;
		map->area.height = lines_of(map) < left ? lines_of(map) : left;
		strips->lines += strips->has_titles + lines_of(map);
	}
}

/*
 * The cells of what was chosen are reversed; of a chosen block that is reversed already, the signs
 * stand out upright.
 */
static void put_cell(const struct map *map, uint64_t number, uint32_t glyph, enum role role,
	unsigned marks)
{
	uint64_t from = map->base + number * map->cell;

	if (map->chosen.size > 0 && from < map->chosen.base + map->chosen.size &&
		map->chosen.base < from + map->cell)
		marks ^= CELL_REVERSE;
	int x = map->label + (int)(number % (uint64_t)map->columns);
	int y = (int)(number / (uint64_t)map->columns) * map->pitch;
	area_put(map->canvas, map->area, x, y, glyph, role, marks);
	if (map->pitch > 1) /* the number of an object stands in the upper line alone */
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
static void cells_of(const struct map *map, const struct span *span, uint64_t *ret_first,
	uint64_t *ret_end)
{
	uint64_t end = span->base + span->size - map->base;

	*ret_first = span->base > map->base ? (span->base - map->base) / map->cell : 0;
	*ret_end = (end < map->size ? end : map->size) / map->cell;
}

static bool spans_fit_cells(const struct strips *strips, const struct engine *engine)
{
	uint64_t size = 0;

	for (size_t i = 0; i < strips->count; i++)
		size += strips->maps[i].size;
	if (strips->maps[0].cell > 1 && size > DRAWN_EXACTLY)
		return false;
	for (size_t i = 0; i < strips->count && strips->maps[i].cell > 1; i++) {
		const struct map *map = &strips->maps[i];
		struct grid grid = {map, true};
		engine_spans(engine, map->base, map->base + map->size, check_border, &grid);
		if (!grid.fits)
			return false;
	}
	return true;
}

static void put_free(const struct map *map, const struct span *span, uint64_t first, uint64_t end)
{
	enum charset charset = map->canvas->charset;
	enum role role = highlight_role(map->scene, span->base, span->size, ROLE_FREE);

	for (uint64_t i = first; i < end; i++) {
		/* Of a hole that was joined, only the part that was the block is new. */
		bool is_hot = role == ROLE_HOT_FREE &&
			      highlight_freed(map->scene, map->base + i * map->cell, map->cell);
		if (is_hot)
			put_cell(map, i, glyph_of(charset, GLYPH_FREED, 0), ROLE_HOT_FREE, 0);
		else if (span->order && span->order <= map->passed_over)
			put_cell(map, i, '?', ROLE_CHANGED, 0);
		else
			put_cell(map, i, glyph_of(charset, GLYPH_HOLE, 0), ROLE_FREE, 0);
	}
}

/* The number of the object that lives there, where it has room between the block's borders. */
static void put_object(const struct map *map, const struct span *span, uint64_t first, uint64_t end,
	enum role role)
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

/* A cell of a block that is not the program's: header or padding. */
static void put_part(const struct map *map, uint64_t at, unsigned sign, enum role hot)
{
	bool is_header = sign == SIGN_HEADER;
	enum role role = hot != ROLE_LIVE ? hot : is_header ? ROLE_HEADER : ROLE_WASTE;

	put_cell(map, at, glyph_of(map->canvas->charset, is_header ? GLYPH_BOOK : GLYPH_WASTE, 0),
		role, 0);
	*map->signs |= sign;
}

static void put_used(const struct map *map, const struct span *span, uint64_t first, uint64_t end)
{
	enum charset charset = map->canvas->charset;
	enum role role = highlight_role(map->scene, span->base, span->size, ROLE_LIVE);
	bool is_cut = span->base + span->size > map->base + map->size;
	/* the address behind what was asked for: the rest is padding */
	uint64_t asked = UINT64_MAX;
	struct live live;

	if (heap_find_address(map->heap, span->payload, &live))
		asked = live.address + (live.size ? live.size : 1);
	for (uint64_t i = first; i < end; i++) {
		if (map->base + (i + 1) * map->cell <= span->payload)
			put_part(map, i, SIGN_HEADER, role);
		else if (map->base + i * map->cell >= asked)
			put_part(map, i, SIGN_PADDING, role);
		else if (role == ROLE_HOT_ALLOC)
			put_cell(map, i, glyph_of(charset, GLYPH_ALLOCATED, 0), role, 0);
		else
			put_cell(map, i,
				glyph_of(charset, i + 1 == end && !is_cut ? GLYPH_EDGE : GLYPH_FULL,
					0),
				role, 0);
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
	else if (span->state == SPAN_HEADER)
		for (uint64_t i = first; i < end; i++)
			put_part(map, i, SIGN_HEADER, ROLE_LIVE);
	else
		for (uint64_t i = first; i < end; i++)
			put_part(map, i, SIGN_PADDING, ROLE_LIVE);
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

	if (!effect || effect->outcome == OUTCOME_NO_MEMORY || map->scene->decided)
		return ROLE_TEXT;
	if (effect->address && overlap(effect->address, effect->given, from, bytes))
		return ROLE_HOT_ALLOC;
	if (highlight_freed(map->scene, from, bytes))
		return ROLE_HOT_FREE;
	return ROLE_TEXT;
}

/* By how much of each cell is in use. */
static void draw_cells(const struct map *map, const struct engine *engine)
{
	enum charset charset = map->canvas->charset;

	for (uint64_t i = 0; i * map->cell < map->size; i++) {
		uint64_t from = map->base + i * map->cell;
		uint64_t bytes = map->size - i * map->cell < map->cell ? map->size - i * map->cell
								       : map->cell;
		uint64_t used = engine_used_between(engine, from, from + bytes);
		enum role hot = cell_hot(map, from, bytes);

		struct cell cell =
			share_cell(charset, used, bytes, GLYPH_HOLE, map->scene->color_by);
		if (hot != ROLE_TEXT)
			put_cell(map, i,
				glyph_of(charset,
					hot == ROLE_HOT_ALLOC ? GLYPH_ALLOCATED : GLYPH_FREED, 0),
				hot, 0);
		else
			put_cell(map, i, cell.glyph, (enum role)cell.role, 0);
	}
}

static void draw_offsets(const struct map *map)
{
	uint64_t row = (uint64_t)map->columns * map->cell, start = map->base - map->region.base;

	/* Where they are hexadecimal they say so, unless there is no room for it. */
	const char *format = map->is_counted                ? "%5" PRIu64
			     : map->region.size <= PREFIXED ? "%#8" PRIx64
							    : "%8" PRIx64;

	for (int y = 0; y < rows_for(map); y++)
		area_print(map->canvas, map->area, 0, y * map->pitch, ROLE_QUIET, format,
			start + (uint64_t)y * row);
}

/* "heap 2: 7f1200000000, 64 KiB, 71% used; 12.3 TiB left out before it" */
static void draw_strip_title(const struct strips *strips, size_t at, struct canvas *canvas,
	const struct engine *engine)
{
	const struct map *map = &strips->maps[at];
	const struct region *region = &map->region;
	struct area area = {map->area.x, map->area.y - 1, map->area.width, 1};
	struct units size, percent, gap;
	int x = area_text(canvas, area, 1, 0, ROLE_TITLE, 0, region->name);

	x = area_print(canvas, area, x, 0, ROLE_QUIET, ": 0x%" PRIx64 ", %s, %s used", region->base,
		units_bytes(&size, region->size),
		units_percent(&percent, region->used, region->size));
	if (at == 0 && strips->above > 0) {
		area_print(canvas, area, x, 0, ROLE_QUIET, "; %zu more above", strips->above);
	} else if (at + 1 == strips->count && strips->below > 0) {
		area_print(canvas, area, x, 0, ROLE_QUIET, "; %zu more below", strips->below);
	} else if (strips->regions[at] > 0) {
		struct region before;
		engine_region(engine, strips->regions[at] - 1, &before);
		if (region->base > before.base + before.size)
			area_print(canvas, area, x, 0, ROLE_QUIET, "; %s left out before it",
				units_bytes(&gap, region->base - before.base - before.size));
	}
}

/* ---- below the map ------------------------------------------------------------------------- */

/* What the signs of blocks mean; those of headers and padding where there are some. */
static int draw_signs(const struct map *map, struct area area, int y)
{
	static const struct {
		struct legend_entry entry;
		unsigned sign; /* 0: always told */
	} all[] = {
		{{GLYPH_FULL, 0, ROLE_LIVE, "object"}, 0},
		{{GLYPH_HOLE, 0, ROLE_FREE, "free"}, 0},
		{{GLYPH_BOOK, 0, ROLE_HEADER, "header"}, SIGN_HEADER},
		{{GLYPH_WASTE, 0, ROLE_WASTE, "padding"}, SIGN_PADDING},
		{{GLYPH_ALLOCATED, 0, ROLE_HOT_ALLOC, "new"}, 0},
		{{GLYPH_FREED, 0, ROLE_HOT_FREE, "freed"}, 0},
	};
	struct legend_entry told[sizeof(all) / sizeof(*all)];
	size_t n = 0;

	for (size_t i = 0; i < sizeof(all) / sizeof(*all); i++)
		if (!all[i].sign || (*map->signs & all[i].sign))
			told[n++] = all[i].entry;
	return legend_draw(map->canvas, area, y, told, n);
}

static void draw_scale(const struct map *map, struct area area, int y, bool exact)
{
	const struct legend_entry fill[] = {
		{GLYPH_FULL, 0, ROLE_FULL, "all in use"},
		map->scene->color_by == COLOR_BY_FILL
			? (struct legend_entry)SHARE_TENTHS
			: (struct legend_entry){GLYPH_FILL, 4, ROLE_LIVE, "part of it"},
		{GLYPH_HOLE, 0, ROLE_FREE, "free"},
		{GLYPH_ALLOCATED, 0, ROLE_HOT_ALLOC, "new"},
		{GLYPH_FREED, 0, ROLE_HOT_FREE, "freed"},
	};
	struct units units, whole;
	int x = area_print(map->canvas, area, 1, y, ROLE_QUIET, "1 cell = %s",
			units_bytes(&units, map->cell)) +
		2;
	if (map->size < map->region.size)
		x = area_print(map->canvas, area, x, y, ROLE_TITLE, "%s of %s",
			    units_bytes(&units, map->size), units_bytes(&whole, map->region.size)) +
		    2;
	x--;
	struct area rest = {area.x + x, area.y, area.width - x, area.height};

	if (exact)
		x = draw_signs(map, rest, y);
	else
		x = legend_draw(map->canvas, rest, y, fill, sizeof(fill) / sizeof(*fill));
	if (map->passed_over)
		area_text(map->canvas, rest, x, y, ROLE_CHANGED, 0, "? looked at");
}

/* The one list of holes, where the heap has one. */
static bool look_only_list(const struct engine *engine, size_t *ret_at, struct list *ret_list)
{
	*ret_at = 0;
	if (engine_list_count(engine) != 1)
		return false;
	engine_list_at(engine, 0, ret_list);
	return true;
}

/* "+20", "+0x1f40"; with several regions "heap 2+0x40" */
static const char *name_offset(const struct engine *engine, uint64_t address, char *name,
	size_t size)
{
	struct region region = {.size = 0};
	size_t at;

	engine_region_at(engine, address, &at, &region);
	snprintf(name, size, region.size <= COUNTED ? "%s+%" PRIu64 : "%s+0x%" PRIx64,
		engine_region_count(engine) > 1 ? region.name : "", address - region.base);
	return name;
}

/* "+20: 15 B" */
static void name_hole(const struct engine *engine, const struct list_entry *hole, bool is_passed,
	char *words, size_t size)
{
	char place[40];
	struct units bytes;

	snprintf(words, size, "%s%s: %s", is_passed ? "?" : "",
		name_offset(engine, hole->address, place, sizeof(place)),
		units_bytes(&bytes, hole->size));
}

/*
 * What stands before the holes: how many there are, and in which list where there is room for that,
 * too.
 */
static int draw_list_name(const struct engine *engine, const struct list *list,
	const struct list_entry *first, struct canvas *canvas, struct area area)
{
	char name[64], entry[80] = "";

	int length = snprintf(name, sizeof(name), "%s (%" PRIu64 ")  ", list->name, list->length);
	if (first)
		name_hole(engine, first, false, entry, sizeof(entry));
	if (area.height == 1 && length + (int)strlen(entry) + 4 > area.width)
		snprintf(name, sizeof(name), "%" PRIu64 " hole%s  ", list->length,
			list->length == 1 ? "" : "s");
	return area_text(canvas, area, 0, 0, ROLE_QUIET, 0, name);
}

/* "free list (2)  +20: 15 B → +80: 20 B → end" */
static void draw_list(const struct map *map, const struct engine *engine, struct area area)
{
	struct list_entry entries[LIST_SHOWN];
	struct canvas *canvas = map->canvas;
	struct list list;
	size_t at;

	if (!look_only_list(engine, &at, &list))
		return;
	size_t n = engine_list_entries(engine, at, 0, entries, LIST_SHOWN);
	int x = draw_list_name(engine, &list, n ? entries : NULL, canvas, area);
	int y = 0;
	for (size_t i = 0; i < n; i++) {
		char entry[80];
		bool is_hot = highlight_role(map->scene, entries[i].address, entries[i].size,
				      ROLE_TEXT) != ROLE_TEXT;
		bool is_passed = i < map->passed_over;

		name_hole(engine, &entries[i], is_passed, entry, sizeof(entry));
		if (x + (int)strlen(entry) + 4 > area.width) {
			if (y + 1 >= area.height) {
				area_put(canvas, area, x < area.width ? x : area.width - 1, y,
					glyph_of(canvas->charset, GLYPH_ELLIPSIS, 0), ROLE_QUIET,
					0);
				return;
			}
			x = 2;
			y++;
		}
		x = area_text(canvas, area, x, y, is_hot || is_passed ? ROLE_CHANGED : ROLE_FREE, 0,
			entry);
		area_put(canvas, area, x + 1, y, glyph_of(canvas->charset, GLYPH_ARROW, 0),
			ROLE_QUIET, 0);
		x += 3;
	}
	area_text(canvas, area, x, y, ROLE_QUIET, 0,
		list.length > n ? "…"
		: n == 0        ? "empty"
				: "end");
}

/* "mapped by the program (2)  map 12: 128 KiB  map 40: 1 MiB" */
static void draw_mappings(const struct map *map, struct area area, int y)
{
	size_t count = heap_mapping_count(map->heap);
	int x = area_print(map->canvas, area, 0, y, ROLE_QUIET, "mapped by the program (%zu)  ",
		count);

	for (size_t i = 0; i < count && x < area.width; i++) {
		struct region region;
		struct units size;
		heap_mapping(map->heap, i, &region);
		bool is_hot = highlight_role(map->scene, region.base, region.size, ROLE_TEXT) !=
			      ROLE_TEXT;
		x = area_print(map->canvas, area, x, y, is_hot ? ROLE_HOT_ALLOC : ROLE_TEXT,
			    "%s: %s", region.name, units_bytes(&size, region.size)) +
		    2;
	}
}

/* "for one block each  mapped 1: 196 KiB  mapped 2: 140 KiB" */
static void draw_lone(const struct map *map, const struct engine *engine, struct area area, int y)
{
	int x = area_text(map->canvas, area, 1, y, ROLE_QUIET, 0, "for one block each ") + 1;

	for (size_t i = 0; i < engine_region_count(engine) && i < REGIONS_MAX && x < area.width;
		i++) {
		struct region region;
		struct units size;
		engine_region(engine, i, &region);
		if (region.kind != REGION_MAPPING)
			continue;
		enum role role = highlight_role(map->scene, region.base, region.size, ROLE_TEXT);
		bool is_chosen =
			map->chosen.size > 0 && map->chosen.base - region.base < region.size;
		char words[60];
		snprintf(words, sizeof(words), "%s: %s", region.name,
			units_bytes(&size, region.size));
		x = area_text(map->canvas, area, x, y, role, is_chosen ? CELL_REVERSE : 0, words) +
		    2;
	}
}

/* "+30: object 2, asked 30 B of 30 B, since event 4", "+60: a hole of 25 B" */
static void draw_chosen(const struct map *map, const struct engine *engine, struct area area, int y)
{
	struct units size, given, born;
	struct live live;
	char at[40], who[200];

	name_offset(engine, map->chosen.base, at, sizeof(at));
	if (map->chosen.state == SPAN_USED &&
		heap_find_address(map->heap, map->chosen.payload, &live)) {
		caller_name(who, sizeof(who), map->scene->symbols, player_trace(map->scene->player),
			live.born);
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
	int scale, list, chosen, mappings, lone;
};

/*
 * Which regions are strips: all of several blocks, or those around the chosen one for which there
 * is room.
 */
static void choose_strips(struct strips *strips, const struct scene *scene,
	const struct engine *engine, int height)
{
	size_t found[REGIONS_MAX], count = 0, middle = 0, all = engine_region_count(engine);
	size_t most = height >= 2 ? (size_t)height / 2 : 1;
	struct region region;
	size_t chosen = chosen_region(scene, engine, &region);
	size_t from = chosen > REGIONS_MAX / 2 ? chosen - REGIONS_MAX / 2 : 0;

	for (size_t i = from; i < all && i < from + REGIONS_MAX; i++) {
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

/* Whether regions of a single block lie near what is chosen. */
static bool has_lone(const struct engine *engine)
{
	struct region region;

	for (size_t i = 0; i < engine_region_count(engine) && i < REGIONS_MAX; i++) {
		engine_region(engine, i, &region);
		if (region.kind == REGION_MAPPING)
			return true;
	}
	return false;
}

static void lay_out_all(struct strips *strips, struct below *below, const struct heap_panel *self,
	const struct scene *scene, const struct engine *engine, struct area area)
{
	const struct heap *heap = player_heap(scene->player);
	struct map map = {.scene = scene,
		.heap = heap,
		.area = area,
		.cell = 1,
		.passed_over = passed_over(scene),
		.is_sixteens = engine_is_as_recorded(engine)};

	*below = (struct below){
		.scale = area.height >= 5,
		.list = area.height >= 8 ? 2 : area.height >= 3,
		.chosen = area.height >= 3 && chosen_span(scene, engine, &map.chosen),
		.mappings = area.height >= 5 && heap_mapping_count(heap) > 0,
		.lone = area.height >= 5 && has_lone(engine),
	};
	struct area room = area;
	room.height -= below->scale + below->list + below->chosen + below->mappings + below->lone;
	choose_strips(strips, scene, engine, room.height);
	strips->signs = 0;
	if (self->zoom > 0) {
		strips->regions[0] = chosen_region(scene, engine, &map.region);
		strips->count = 1;
		strips->above = strips->below = 0;
	}
	strips->has_titles = engine_region_count(engine) > 1 && room.height > 1;
	for (size_t i = 0; i < strips->count; i++) {
		engine_region(engine, strips->regions[i], &map.region);
		map.base = map.region.base;
		map.size = map.region.size ? map.region.size : 1;
		strips->maps[i] = map;
	}
	if (self->zoom > 0 && self->from >= map.region.base) {
		strips->maps[0].base = self->from;
		strips->maps[0].size = window_of(&map.region, self->zoom);
	}
	lay_out(strips, room);
}

static void draw_strip(struct strips *strips, size_t at, const struct engine *engine,
	struct canvas *canvas)
{
	struct map *map = &strips->maps[at];

	map->canvas = canvas;
	map->signs = &strips->signs;
	if (strips->has_titles)
		draw_strip_title(strips, at, canvas, engine);
	if (strips->exact)
		engine_spans(engine, map->base, map->base + map->size, draw_span, map);
	else
		draw_cells(map, engine);
	if (map->label)
		draw_offsets(map);
}

/* ---- the gauge ----------------------------------------------------------------------------- */

/* The layer that has one; NULL: there is none, or no room for it. */
static const struct engine *gauge_of(const struct scene *scene, struct area area)
{
	const struct heap *heap = player_heap(scene->player);

	for (size_t i = 0; area.height >= 4 && i < heap_layer_count(heap); i++)
		if (engine_has_gauge(heap_layer(heap, i)))
			return heap_layer(heap, i);
	return NULL;
}

/* What the map has, below the gauge. */
static struct area below_gauge(const struct scene *scene, struct area area)
{
	bool has_gauge = gauge_of(scene, area);

	return (struct area){area.x, area.y + has_gauge, area.width, area.height - has_gauge};
}

/* What the event did to it: bytes that it spent, gave back, or would have needed. */
static uint64_t change_of(const struct scene *scene, const struct decision_kind *kind)
{
	const struct decision_log *log = log_of(scene);

	for (size_t i = 0; log && i < log->count; i++)
		if (log->items[i].kind == kind)
			return log->items[i].a;
	return 0;
}

struct stick {
	uint64_t spent, came, went, wanted; /* bytes: all that is spent, and what the event did */
};

/* However little it is, it is seen. */
static uint64_t at_least(uint64_t bytes, uint64_t place)
{
	return bytes > 0 && bytes < place ? place : bytes;
}

/* What a place of the stick shows; those behind the limit are what would not fit. */
static enum glyph glyph_at(const struct stick *stick, uint64_t at, enum role *ret_role)
{
	*ret_role = ROLE_BAD;
	if (at >= stick->spent && at < stick->spent + stick->wanted)
		return GLYPH_BAD;
	*ret_role = ROLE_HOT_ALLOC;
	if (at < stick->spent && at + stick->came >= stick->spent)
		return GLYPH_ALLOCATED;
	*ret_role = ROLE_HOT_FREE;
	if (at >= stick->spent && at < stick->spent + stick->went)
		return GLYPH_FREED;
	*ret_role = at < stick->spent ? ROLE_LIVE : ROLE_FREE;
	return at < stick->spent ? GLYPH_FULL : GLYPH_HOLE;
}

/* columns; with fewer only what is spent, or is too much, is told in figures */
#define GAUGE_IN_FULL 66

/*
 * "budget ██████████++·····│ 75 of 100 B spent, 25 left"; "█████████████!!!│!! 26 B more do not
 * fit"
 */
static void draw_gauge(const struct scene *scene, struct canvas *canvas, struct area area)
{
	const struct engine *engine = gauge_of(scene, area);
	int width = area.width / 3 < 40 ? area.width / 3 : 40, beyond = width / 4;
	struct units spent, limit, left, more;
	struct gauge gauge;

	if (!engine)
		return;
	engine_gauge(engine, &gauge);
	uint64_t place = width > 0 ? gauge.limit / (uint64_t)width * 3 / 2 + 1 : 1;
	uint64_t wanted = change_of(scene, &decision_budget_exceeded);
	const struct stick stick = {gauge.spent,
		at_least(change_of(scene, &decision_budget_spent), place),
		at_least(change_of(scene, &decision_budget_returned), place),
		at_least(wanted, place)};
	int x = area_text(canvas, area, 1, 0, ROLE_QUIET, 0, engine_name(engine)) + 1;
	for (int i = 0; i < width + beyond; i++) {
		uint64_t at = (uint64_t)((double)gauge.limit * (i + 0.5) / width);
		enum role role;
		enum glyph glyph = glyph_at(&stick, at, &role);
		if (i >= width && glyph != GLYPH_BAD)
			break;
		area_put(canvas, area, x + i + (i >= width), 0, glyph_of(canvas->charset, glyph, 0),
			role, 0);
	}
	area_put(canvas, area, x + width, 0, glyph_of(canvas->charset, GLYPH_V_LINE, 0), ROLE_QUIET,
		0);
	x += width + (wanted ? beyond : 0) + 3;
	bool is_narrow = area.width < GAUGE_IN_FULL;
	units_bytes(&limit, gauge.limit);
	units_bytes(&left, gauge.limit - gauge.spent);
	if (wanted)
		area_print(canvas, area, x, 0, ROLE_BAD,
			is_narrow ? "%s more" : "%s more: of %s only %s left",
			units_bytes(&more, wanted), limit.text, left.text);
	else
		area_print(canvas, area, x, 0, ROLE_TEXT,
			is_narrow ? "%s spent" : "%s of %s spent, %s left",
			units_bytes(&spent, gauge.spent), limit.text, left.text);
}

/* ---- the whole panel ----------------------------------------------------------------------- */

/* The window begins where a block of its size would. */
static struct buddy_tree tree_of(const struct heap_panel *self, const struct scene *scene,
	const struct engine *engine)
{
	struct buddy_tree tree = {.scene = scene, .engine = engine};

	engine_region(engine, 0, &tree.region);
	tree.base = tree.region.base;
	tree.size = tree.region.size;
	if (self->zoom > 0 && self->from >= tree.region.base) {
		tree.size = window_of(&tree.region, self->zoom);
		tree.base += (self->from - tree.region.base) / tree.size * tree.size;
	}
	if (!chosen_span(scene, engine, &tree.chosen))
		tree.chosen.size = 0;
	return tree;
}

static void draw_tree(const struct heap_panel *self, const struct scene *scene,
	const struct engine *engine, struct canvas *canvas, struct area area)
{
	const struct buddy_tree tree = tree_of(self, scene, engine);
	const struct map map = {.scene = scene,
		.heap = player_heap(scene->player),
		.canvas = canvas,
		.region = tree.region,
		.chosen = tree.chosen};
	bool has_mappings = area.height >= 5 && heap_mapping_count(map.heap) > 0;
	bool has_chosen = area.height >= 3 && tree.chosen.size > 0;
	struct area room = area;

	room.height -= has_mappings + has_chosen;
	int y = buddy_tree_draw(&tree, canvas, room);
	if (has_chosen)
		draw_chosen(&map, engine, area, y);
	if (has_mappings)
		draw_mappings(&map, (struct area){area.x + 1, area.y, area.width - 1, area.height},
			area.height - 1);
}

static void draw(const struct panel *panel, const struct scene *scene, struct canvas *canvas,
	struct area area)
{
	const struct heap *heap = player_heap(scene->player);
	const struct engine *engine = free_list_layer(heap);
	struct strips strips;
	struct below below;

	draw_gauge(scene, canvas, area);
	area = below_gauge(scene, area);
	if (engine_region_count(engine) == 0) {
		area_wrap(canvas, area, 1, 0, 1, ROLE_QUIET,
			"The heap is empty: nothing was asked of it yet.");
		return;
	}
	if (buddy_tree_fits(engine)) {
		draw_tree((const struct heap_panel *)panel, scene, engine, canvas, area);
		return;
	}
	lay_out_all(&strips, &below, (const struct heap_panel *)panel, scene, engine, area);
	strips.exact = spans_fit_cells(&strips, engine);
	for (size_t i = 0; i < strips.count; i++)
		draw_strip(&strips, i, engine, canvas);

	const struct map *map = &strips.maps[0];
	int y = strips.lines;
	if (below.scale)
		draw_scale(map, area, y++, strips.exact);
	if (below.chosen)
		draw_chosen(map, engine, area, y++);
	if (below.lone)
		draw_lone(map, engine, area, y++);
	if (below.list)
		draw_list(map, engine,
			(struct area){area.x + 1, area.y + y, area.width - 1,
				area.height - y - below.mappings});
	if (below.mappings)
		draw_mappings(map, (struct area){area.x + 1, area.y, area.width - 1, area.height},
			area.height - 1);
}

/*
 * Half as much of the heap around what is chosen, or twice; ignored at the ends, where other maps
 * go on.
 */
static struct panel_answer zoom(struct heap_panel *self, const struct scene *scene,
	const struct engine *engine, int by)
{
	struct strips strips;
	struct region region;
	struct below below;

	chosen_region(scene, engine, &region);
	lay_out_all(&strips, &below, self, scene, engine, below_gauge(scene, self->panel.area));
	const struct map *map = &strips.maps[0];
	if ((by < 0 && self->zoom == 0) || (by > 0 && (map->cell == 1 || map->size <= ZOOM_LEAST)))
		return ANSWER_IGNORED;
	self->zoom = by == 0 ? 0 : self->zoom + (unsigned)by;
	uint64_t window = window_of(&region, self->zoom), address = scene->selection->address;
	uint64_t into = address - region.base < region.size ? address - region.base : 0;
	self->from = region.base + ((into > window / 2 ? into - window / 2 : 0) & ~UINT64_C(15));
	place_window(self, scene, engine);
	return ANSWER_HANDLED;
}

/* The strip in which the address is seen; NULL: in none. */
static const struct map *strip_with(const struct strips *strips, uint64_t address)
{
	for (size_t i = 0; i < strips->count; i++)
		if (address - strips->maps[i].region.base < strips->maps[i].region.size)
			return &strips->maps[i];
	return NULL;
}

/* What lies a step from the address, or at the near end of the next region in that direction. */
static uint64_t step_from(const struct engine *engine, const struct map *map, uint64_t address,
	const struct span *span, enum action action)
{
	uint64_t row = (uint64_t)map->columns * map->cell;
	bool is_back = action == ACTION_LEFT || action == ACTION_UP;
	uint64_t to = action == ACTION_LEFT    ? span->base - 1
		      : action == ACTION_RIGHT ? span->base + span->size
		      : action == ACTION_UP    ? address - row
					       : address + row;
	struct region region;
	size_t at, count = engine_region_count(engine);

	if (to - map->region.base < map->region.size ||
		!engine_region_at(engine, address, &at, &region))
		return to;
	if (is_back ? at == 0 : at + 1 == count)
		return to;
	engine_region(engine, is_back ? at - 1 : at + 1, &region);
	return is_back ? region.base + region.size - 1 : region.base;
}

/* Chooses a block or hole: the neighbours, or what lies a row further. */
static struct panel_answer act(struct panel *panel, const struct scene *scene, enum action action)
{
	const struct engine *engine = free_list_layer(player_heap(scene->player));
	uint64_t chosen = scene->selection->address;
	struct strips strips;
	struct below below;
	struct span span;

	if (engine_region_count(engine) == 0)
		return ANSWER_IGNORED;
	if (action == ACTION_CLOSER || action == ACTION_FARTHER || action == ACTION_FIT)
		return zoom((struct heap_panel *)panel, scene, engine,
			action == ACTION_CLOSER    ? 1
			: action == ACTION_FARTHER ? -1
						   : 0);
	if (action != ACTION_LEFT && action != ACTION_RIGHT && action != ACTION_UP &&
		action != ACTION_DOWN)
		return ANSWER_IGNORED;
	lay_out_all(&strips, &below, (const struct heap_panel *)panel, scene, engine,
		below_gauge(scene, panel->area));
	const struct map *map = strip_with(&strips, chosen);
	uint64_t to = strips.maps[0].region.base;
	if (map && span_find(engine, chosen, &span))
		to = step_from(engine, map, chosen, &span, action);
	if (!span_find(engine, to, &span))
		return ANSWER_HANDLED;
	return answer_select_address(scene,
		action == ACTION_UP || action == ACTION_DOWN ? to : span.base);
}

static struct panel_answer click(struct panel *panel, const struct scene *scene, int x, int y)
{
	const struct engine *engine = free_list_layer(player_heap(scene->player));
	struct strips strips;
	struct below below;
	struct span span;
	uint64_t address;

	if (engine_region_count(engine) == 0)
		return ANSWER_IGNORED;
	if (buddy_tree_fits(engine)) {
		const struct buddy_tree tree =
			tree_of((const struct heap_panel *)panel, scene, engine);
		if (!buddy_tree_address(&tree, panel->area, x, &address) || y < 0)
			return ANSWER_IGNORED;
		return answer_select_address(scene, address);
	}
	lay_out_all(&strips, &below, (const struct heap_panel *)panel, scene, engine,
		below_gauge(scene, panel->area));
	for (size_t i = 0; i < strips.count; i++) {
		const struct map *map = &strips.maps[i];
		int line = y - (map->area.y - panel->area.y);
		if (line < 0 || line >= lines_of(map) || x < map->label ||
			x >= map->label + map->columns)
			continue;
		uint64_t row = (uint64_t)(line / map->pitch);
		uint64_t at =
			map->base +
			(row * (uint64_t)map->columns + (uint64_t)(x - map->label)) * map->cell;
		if (!span_find(engine, at, &span) || at - map->region.base >= map->region.size)
			return ANSWER_IGNORED;
		return answer_select_address(scene, at);
	}
	return ANSWER_IGNORED;
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
