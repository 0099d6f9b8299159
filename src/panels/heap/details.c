/* See details.h. */
#include "panels/heap/details.h"

#include "base/units.h"
#include "base/utf8.h"
#include "canvas/legend.h"
#include "panels/heap/landmarks.h"
#include "panels/heap/window.h"
#include "panels/highlight.h"
#include "panels/kinds.h"
#include "panels/share.h"
#include "story/callers.h"
#include "story/names.h"
#include "story/places.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define LIST_SHOWN  64u
#define TALL        9  /* rows with which a narrow heap has a legend of two */
#define KINDS_SHOWN 8u /* kinds in a legend */

/* Whether there are regions of a single block near the selection. */
static bool has_lone(const struct engine *engine)
{
	struct region region;

	for (size_t i = 0; i < engine_region_count(engine) && i < HEAP_REGIONS_MAX; i++) {
		engine_region(engine, i, &region);
		if (region.kind == REGION_MAPPING)
			return true;
	}
	return false;
}

/* What cells and their letters mean, in the order in which they are explained. */
enum sign_set { OF_BLOCKS = 1u, OF_KINDS = 2u, OF_SHARES = 4u };

#define USED(role, words, sign) \
	{ \
		{0, 0, role, words, sign}, OF_BLOCKS | OF_KINDS | OF_SHARES \
	}

static const struct {
	struct legend_entry entry;
	unsigned sets; /* enum sign_set bits: the maps that have it */
} signs[] = {
	{{GLYPH_FULL, 0, ROLE_LIVE, "object", 0}, OF_BLOCKS},
	{{GLYPH_FULL, 0, ROLE_LIVE, "in use", 0}, OF_KINDS},
	{{GLYPH_FULL, 0, ROLE_LIVE, "all in use", 0}, OF_SHARES},
	{{GLYPH_FILL, 4, ROLE_LIVE, "part of it", 0}, OF_KINDS | OF_SHARES},
	{{GLYPH_BAD, 0, ROLE_BAD, "damaged", 0}, OF_BLOCKS | OF_KINDS | OF_SHARES},
	{{0, 0, ROLE_CHANGED, "checked", '?'}, OF_BLOCKS | OF_SHARES},
	USED_SIGNS(USED),
	{{GLYPH_HOLE, 0, ROLE_FREE, "free", 0}, OF_BLOCKS | OF_KINDS | OF_SHARES},
	{{GLYPH_ALLOCATED, 0, ROLE_HOT_ALLOC, "new", 0}, OF_BLOCKS | OF_KINDS | OF_SHARES},
	{{GLYPH_FREED, 0, ROLE_HOT_FREE, "freed", 0}, OF_BLOCKS | OF_KINDS | OF_SHARES},
	{{GLYPH_SEVERAL, 0, ROLE_LIVE, "several", 0}, OF_KINDS | OF_SHARES},
	{{GLYPH_BOOK, 0, ROLE_HEADER, "header", 0}, OF_BLOCKS | OF_KINDS},
	{{GLYPH_WASTE, 0, ROLE_WASTE, "padding", 0}, OF_BLOCKS | OF_KINDS},
	{{GLYPH_WAITING, 0, ROLE_WASTE, "waits for others", 0}, OF_BLOCKS},
	{{GLYPH_FREE, 0, ROLE_FREE, "empty", 0}, OF_BLOCKS},
	{{GLYPH_EDGE, 0, ROLE_LIVE, "a block ends", 0}, OF_BLOCKS | OF_KINDS},
};

#define SIGNS (sizeof(signs) / sizeof(*signs))

struct entries {
	struct legend_entry items[SIGNS + KINDS_SHOWN + 2];
	size_t count;
	/* where a free chunk begins, if its neighbours need not be joined with it; sign 0: none */
	struct legend_entry capital;
};

/* Adds the kinds of free memory that are in an area. */
static void add_kinds(const struct heap_map *map, struct area seen, struct entries *entries)
{
	const struct free_kind *kinds = engine_kinds(map->engine);

	for (unsigned i = 0; kinds && kinds[i].name && i < KINDS_SHOWN; i++) {
		const struct cell cell = kind_cell(map->engine, i + 1, map->canvas->charset);
		struct legend_entry entry = {0, 0, (enum role)cell.role, kinds[i].name,
			kind_capital(cell.glyph)};
		bool begins = legend_is_seen(map->canvas, seen, &entry);
		if (begins && entry.sign != cell.glyph && !entries->capital.sign) {
			entries->capital = entry;
			entries->capital.words = "begins";
		}
		entry.sign = cell.glyph;
		if (begins || legend_is_seen(map->canvas, seen, &entry))
			entries->items[entries->count++] = entry;
	}
}

/* What + is: a collection moves objects, and makes none. */
static const char *words_of_new(const struct scene *scene)
{
	const struct moved *moved;

	if (!scene->event || player_moved(scene->player, &moved) == 0)
		return "new";
	return scene->event->kind == EVENT_NEW ? "new, moved" : "moved";
}

/*
 * Draws the legend from (x, y) on: what is in use, the kinds of free memory, and all other signs
 * above it. Returns how many rows it has.
 */
static int draw_legend(const struct heap_map *map, struct area area, int x, int y, int rows)
{
	unsigned set = engine_kinds(map->engine) ? OF_KINDS : map->is_exact ? OF_BLOCKS : OF_SHARES;
	const struct area seen = {area.x, area.y, area.width, y};
	struct entries entries = {.count = 0};

	for (size_t i = 0; i < SIGNS; i++) {
		if (signs[i].entry.glyph == GLYPH_BAD) /* after what is in use */
			add_kinds(map, seen, &entries);
		struct legend_entry entry = signs[i].entry;
		if (entry.glyph == GLYPH_FILL && map->scene->color_by == COLOR_BY_FILL)
			entry = (struct legend_entry)SHARE_TENTHS;
		if (entry.glyph == GLYPH_ALLOCATED)
			entry.words = words_of_new(map->scene);
		if ((signs[i].sets & set) && legend_is_seen(map->canvas, seen, &entry))
			entries.items[entries.count++] = entry;
	}
	if (entries.capital.sign)
		entries.items[entries.count++] = entries.capital;
	entries.count += landmarks_entry(map, seen, &entries.items[entries.count]);
	if (map->scene->legend)
		legend_keep(map->scene->legend, entries.items, entries.count);
	return map->scene->legend
		       ? 0
		       : legend_draw(map->canvas, area, x, y, rows, entries.items, entries.count);
}

/* "1 cell = 4 B"; of cells that are drawn wide "3 columns = 1 B", since a column is none. */
static void name_scale(const struct heap_map *map, char *words, size_t size)
{
	struct units units;

	if (map->wide > 1)
		snprintf(words, size, "%d columns = %s", map->wide, units_bytes(&units, map->cell));
	else
		snprintf(words, size, "1 cell = %s", units_bytes(&units, map->cell));
}

/* Returns how many rows it has, of that many at most. */
static int draw_scale(const struct heap_map *map, struct area area, int y, int rows)
{
	struct legend *common = map->scene->legend;
	struct units units, whole;
	char scale[40];

	if (common) {
		name_scale(map, common->scales[common->map], sizeof(common->scales[0]));
		return draw_legend(map, area, 0, y, 0);
	}
	name_scale(map, scale, sizeof(scale));
	int x = area_text(map->canvas, area, 1, y, ROLE_QUIET, 0, scale) + 2;

	if (map->size < map->region.size)
		x = area_print(map->canvas, area, x, y, ROLE_TITLE, "%s of %s",
			    units_bytes(&units, map->size), units_bytes(&whole, map->region.size)) +
		    2;
	return draw_legend(map, area, x, y, rows);
}

/* The only list of holes, if the heap has exactly one. */
static bool look_only_list(const struct engine *engine, size_t *ret_at, struct list *ret_list)
{
	*ret_at = 0;
	if (!engine_has_lists(engine) || engine_list_count(engine) != 1)
		return false;
	engine_list_at(engine, 0, ret_list);
	return true;
}

static const char *name_place(const struct engine *engine, uint64_t address, char *name,
	size_t size)
{
	struct region region = {.size = 0};
	size_t at;

	engine_region_at(engine, address, &at, &region);
	return name_in_region(engine, &region, address - region.base, name, size);
}

/* "+20: 15 B", or "+20:15" where it is brief */
static void name_hole(const struct engine *engine, const struct list_entry *hole, bool is_checked,
	bool is_brief, char *words, size_t size)
{
	char place[40];
	struct units bytes;
	const char *mark = is_checked ? "?" : "";

	name_place(engine, hole->address, place, sizeof(place));
	if (is_brief)
		snprintf(words, size, "%s%s:%s", mark, place, units_count(&bytes, hole->size));
	else
		snprintf(words, size, "%s%s: %s", mark, place, units_bytes(&bytes, hole->size));
}

/* The holes of the only list that are drawn, and how. */
struct hole_list {
	const struct heap_map *map;
	const struct engine *engine;
	struct list list;
	struct list_entry entries[LIST_SHOWN];
	size_t count; /* of entries */
	bool is_brief;
};

static int name_entry(const struct hole_list *self, size_t i, char *words, size_t size)
{
	const struct list_entry *entry = &self->entries[i];
	bool is_checked = checked_has(&self->map->checked, entry->address, i);

	name_hole(self->engine, entry, is_checked, self->is_brief, words, size);
	return (int)strlen(words);
}

/* The last event changed or checked it. */
static enum role role_of_entry(const struct hole_list *self, size_t i)
{
	const struct list_entry *hole = &self->entries[i];
	bool is_hot =
		checked_has(&self->map->checked, hole->address, i) ||
		highlight_role(self->map->scene, hole->address, hole->size, ROLE_TEXT) != ROLE_TEXT;

	return is_hot ? ROLE_CHANGED : ROLE_TEXT;
}

static int name_list(const struct hole_list *self, bool is_short, char *name, size_t size)
{
	uint64_t length = self->list.length;

	return is_short ? snprintf(name, size, "%" PRIu64 " hole%s  ", length,
				  length == 1 ? "" : "s")
			: snprintf(name, size, "%s (%" PRIu64 ")  ", self->list.name, length);
}

/* Whether all of it is in one row, after its short name or the long one. Grows with the row. */
static bool fits_row(const struct hole_list *self, bool is_short, int width)
{
	char words[80];
	int columns = name_list(self, is_short, words, sizeof(words));
	size_t i = 0;

	while (i < self->count && columns <= width)
		columns += name_entry(self, i++, words, sizeof(words)) + (self->is_brief ? 1 : 3);
	return i == self->list.length && columns + (self->is_brief ? -1 : 3) <= width;
}

/* In a heap whose offsets are short, where the usual form is cut and this one is not. */
static bool should_be_brief(struct hole_list *self, struct area area)
{
	bool is_cut = area.height == 1 && !fits_row(self, true, area.width);

	self->is_brief = true;
	return is_cut && !offsets_are_hex(self->engine) && fits_row(self, true, area.width);
}

/* Where the name of the list leaves no room for the first hole, or for the last that fits. */
static bool should_be_short(const struct hole_list *self, struct area area)
{
	char name[80], entry[80] = "";
	int length = name_list(self, false, name, sizeof(name));

	if (self->count > 0)
		length += name_entry(self, 0, entry, sizeof(entry));
	return area.height == 1 &&
	       (length + 4 > area.width ||
		       (!fits_row(self, false, area.width) && fits_row(self, true, area.width)));
}

/* Draws the text before the holes: their number, and the name of their list where there is room. */
static int draw_list_name(const struct hole_list *self, struct canvas *canvas, struct area area)
{
	char name[80];

	name_list(self, self->is_brief || should_be_short(self, area), name, sizeof(name));
	return area_text(canvas, area, 0, 0, ROLE_QUIET, 0, name);
}

/* "4 holes  +0:30→+35:12→+52:20→+77:23": in a single row that has no room for more. */
static void draw_brief_list(const struct hole_list *self, struct area area)
{
	struct canvas *canvas = self->map->canvas;
	int x = draw_list_name(self, canvas, area);

	for (size_t i = 0; i < self->count; i++) {
		char entry[80];
		name_entry(self, i, entry, sizeof(entry));
		if (i > 0)
			area_put(canvas, area, x++, 0, glyph_of(canvas->charset, GLYPH_ARROW, 0),
				ROLE_QUIET, 0);
		x = area_text(canvas, area, x, 0, role_of_entry(self, i), 0, entry);
	}
}

/* "free list (2)  +20: 15 B → +80: 20 B → end" */
static void draw_list(const struct heap_map *map, const struct engine *engine, struct area area)
{
	struct hole_list self = {.map = map, .engine = engine};
	struct canvas *canvas = map->canvas;
	size_t at;

	if (!look_only_list(engine, &at, &self.list))
		return;
	self.count = engine_list_entries(engine, at, 0, self.entries, LIST_SHOWN);
	self.is_brief = should_be_brief(&self, area);
	if (self.is_brief) {
		draw_brief_list(&self, area);
		return;
	}
	int x = draw_list_name(&self, canvas, area), y = 0;
	for (size_t i = 0; i < self.count; i++) {
		char entry[80];
		int length = name_entry(&self, i, entry, sizeof(entry));
		if (x + length + 4 > area.width) {
			if (y + 1 >= area.height) {
				area_put(canvas, area, x < area.width ? x : area.width - 1, y,
					glyph_of(canvas->charset, GLYPH_ELLIPSIS, 0), ROLE_QUIET,
					0);
				return;
			}
			x = 2;
			y++;
		}
		x = area_text(canvas, area, x, y, role_of_entry(&self, i), 0, entry);
		area_put(canvas, area, x + 1, y, glyph_of(canvas->charset, GLYPH_ARROW, 0),
			ROLE_QUIET, 0);
		x += 3;
	}
	const char *end = self.list.length > self.count ? "…" : self.count == 0 ? "empty" : "end";
	if (x + (int)utf8_cells(end) > area.width && y + 1 < area.height) {
		x = 2;
		y++;
	}
	area_text(canvas, area, x, y, ROLE_QUIET, 0, end);
}

/* "mapped by the program (2)  map 12: 128 KiB  map 40: 1 MiB" */
static void draw_mappings(const struct heap_map *map, struct area area, int y)
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

/* "one-block regions  mapped 1: 196 KiB  mapped 2: 140 KiB" */
static void draw_lone(const struct heap_map *map, const struct engine *engine, struct area area,
	int y)
{
	int x = area_text(map->canvas, area, 1, y, ROLE_QUIET, 0, "one-block regions ") + 1;

	for (size_t i = 0;
		i < engine_region_count(engine) && i < HEAP_REGIONS_MAX && x < area.width; i++) {
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
		x = area_text(map->canvas, area, x, y, role, is_chosen ? CELL_CHOSEN : 0, words) +
		    2;
	}
}

/* "+30: object 2, asked 30 B of 30 B, since event 4", "+60: a hole of 25 B" */
static void draw_chosen(const struct heap_map *map, const struct engine *engine, struct area area,
	int y)
{
	struct units size, given, born;
	struct live live;
	char at[40], caller[200];

	name_place(engine, map->chosen.base, at, sizeof(at));
	if (map->chosen.state == SPAN_USED &&
		heap_find_address(map->heap, map->chosen.payload, &live)) {
		caller_name(caller, sizeof(caller), map->scene->symbols,
			player_trace(map->scene->player), live.born);
		area_print(map->canvas, area, 1, y, ROLE_TEXT,
			"%s: object %" PRIu32 ", asked %s B, has %s B, since event %s%s", at,
			live.object, units_count(&size, live.size),
			units_count(&given, map->chosen.size), units_count(&born, live.born),
			caller);
	} else if (map->chosen.kind) {
		area_print(map->canvas, area, 1, y, ROLE_TEXT, "%s: %s%s, %s B", at,
			map->chosen.state == SPAN_FREE ? "free, " : "",
			engine_kinds(engine)[map->chosen.kind - 1].name,
			units_count(&size, map->chosen.size));
	} else {
		area_print(map->canvas, area, 1, y, ROLE_TEXT, "%s: %s of %s B", at,
			map->chosen.state == SPAN_FREE      ? "a hole"
			: map->chosen.state == SPAN_WAITING ? "waits for others: a block"
							    : "unusable space",
			units_count(&size, map->chosen.size));
	}
}

struct heap_details heap_details_for_tree(const struct scene *scene, const struct engine *engine,
	struct area area)
{
	struct heap_details details = {
		.has_mappings =
			area.height >= 5 && heap_mapping_count(player_heap(scene->player)) > 0,
	};

	if (area.height < 3 || !selected_span(scene, engine, &details.chosen))
		details.chosen.size = 0;
	return details;
}

struct heap_details heap_details_for(const struct scene *scene, const struct engine *engine,
	struct area area)
{
	struct heap_details details = heap_details_for_tree(scene, engine, area);
	struct landmark landmark;

	details.scale = area.height >= 4;
	/* a small map of counted objects has no room for their numbers */
	details.scale_yields = area.height < 5 && !trace_has_counted(player_trace(scene->player));
	if ((area.width < LEGEND_NARROW || engine_has_spaces(engine)) && area.height >= TALL)
		details.scale = 2;
	if (scene->legend)
		details.scale = 0;
	details.has_lone = area.height >= 5 && has_lone(engine);
	/* the panel of bins, and the tops of spaces, say where theirs are */
	details.names = area.height >= TALL && !scene->legend && !engine_kinds(engine) &&
			!engine_has_spaces(engine) && engine_landmarks(engine, &landmark, 1) > 0;
	if (engine_has_lists(engine) && !engine_kinds(engine))
		details.list = area.height >= 8 ? 2 : area.height >= 3;
	return details;
}

int heap_details_rows(const struct heap_details *details)
{
	return details->scale + details->names + details->list + (details->chosen.size > 0) +
	       details->has_mappings + details->has_lone;
}

void heap_details_draw(const struct heap_details *details, const struct heap_map *map,
	const struct engine *engine, struct area area, int y)
{
	struct area indented = {area.x + 1, area.y, area.width - 1, area.height};

	int left = area.height - y - heap_details_rows(details);
	bool is_free = left > 0 && map->cell > 0 && !details->list; /* the list takes them */
	int scale = details->scale + (is_free ? left : 0);
	if (scale || (map->scene->legend && map->cell > 0)) /* a tree has its own */
		y += draw_scale(map, area, y, scale);
	if (details->names)
		landmarks_list(map, area, y++);
	if (details->chosen.size > 0)
		draw_chosen(map, engine, area, y++);
	if (details->has_lone)
		draw_lone(map, engine, area, y++);
	if (details->list)
		draw_list(map, engine,
			(struct area){indented.x, area.y + y, indented.width,
				area.height - y - details->has_mappings});
	if (details->has_mappings)
		draw_mappings(map, indented, area.height - 1);
}
