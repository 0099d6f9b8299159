/* See map.h. */
#include "panels/heap/map.h"

#include "base/units.h"
#include "panels/heap/landmarks.h"
#include "panels/highlight.h"
#include "panels/kinds.h"
#include "panels/share.h"
#include "story/places.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define LOOKED_AT   64u /* spans in a cell of which nothing is in use */
#define LABEL_LEAST 6
#define HEX_LABEL   9
#define PREFIXED    0x1000000u /* offsets in larger regions have more than six digits */

/*
 * The columns of a row, rounded down to a length that makes offsets easy to read: fifties or tens
 * in small heaps, sixteens in others.
 */
static int round_columns(int columns, bool is_small)
{
	int unit = !is_small ? 16 : columns >= 50 ? 50 : 10;

	return columns >= unit ? columns / unit * unit : columns;
}

int map_rows(const struct heap_map *map)
{
	uint64_t row = map->cell * (uint64_t)map->columns;

	return (int)((map->size + row - 1) / row);
}

int map_label(const struct heap_map *map)
{
	struct units units;

	if (map->area.width < 40)
		return 0;
	if (offsets_are_hex(map->engine))
		return HEX_LABEL;
	int digits = (int)strlen(units_count(&units, map->region.size));
	return digits + 1 > LABEL_LEAST ? digits + 1 : LABEL_LEAST;
}

int map_card_columns(const struct heap_map *map)
{
	return map->card % map->cell == 0 ? (int)(map->card / map->cell) * map->wide : 0;
}

void map_lay_out(struct heap_map *map, int wide)
{
	int room = map->area.width - map->label, card;

	map->wide = wide;
	map->columns = round_columns(room / wide, map->is_small);
	if (map->columns < 1)
		map->columns = 1;
	card = map_card_columns(map);
	if (card > 0 && card <= room)
		map->columns = room / card * card / wide;
}

int map_lines(const struct heap_map *map)
{
	return map_rows(map) * map->pitch;
}

static bool is_chosen(const struct heap_map *map, uint64_t number)
{
	uint64_t from = map->base + number * map->cell;

	return map->chosen.size > 0 && from < map->chosen.base + map->chosen.size &&
	       map->chosen.base < from + map->cell;
}

/* The place of a cell on the screen, within the area. */
static void place_of(const struct heap_map *map, uint64_t number, int *ret_x, int *ret_y)
{
	*ret_x = map->label + (int)(number % (uint64_t)map->columns) * map->wide;
	*ret_y = (int)(number / (uint64_t)map->columns) * map->pitch;
}

/*
 * A chosen cell in use has a sign that leaves room for the tint around it. The edge of a block is
 * in the last column of a wide cell.
 */
static void put_cell(const struct heap_map *map, uint64_t number, uint32_t glyph, enum role role,
	unsigned marks)
{
	enum charset charset = map->canvas->charset;
	uint32_t full = glyph_of(charset, GLYPH_FULL, 0);
	bool is_end = glyph == glyph_of(charset, GLYPH_EDGE, 0) ||
		      glyph == glyph_of(charset, GLYPH_SEVERAL, 0);
	int height = map->pitch > 1 ? map->pitch - 1 : 1, x, y;

	marks |= CELL_HELD;
	if (is_chosen(map, number)) {
		marks |= CELL_CHOSEN;
		full = glyph_of(charset, GLYPH_BLOCK, 0);
		glyph = glyph == glyph_of(charset, GLYPH_FULL, 0) ? full : glyph;
	}
	place_of(map, number, &x, &y);
	for (int line = 0; line < height; line++)
		for (int column = 0; column < map->wide; column++)
			area_put(map->canvas, map->area, x + column, y + line,
				is_end && column + 1 < map->wide ? full : glyph, role, marks);
}

/* The sign of what the event changed. */
static enum glyph hot_glyph(enum role role)
{
	return role == ROLE_BAD         ? GLYPH_BAD
	       : role == ROLE_HOT_ALLOC ? GLYPH_ALLOCATED
					: GLYPH_FREED;
}

/* A character over a row of cells: the one in that column, from the first of a cell on. */
static void put_character(const struct heap_map *map, uint64_t number, int column, char character,
	enum role role)
{
	unsigned chosen = is_chosen(map, number) ? CELL_CHOSEN : 0;
	int x, y;

	place_of(map, number + (uint64_t)(column / map->wide), &x, &y);
	area_put(map->canvas, map->area, x + column % map->wide, y, (uint32_t)character, role,
		CELL_BOLD | CELL_HELD | chosen);
}

/* The visible cells of a span. */
static void cells_of(const struct heap_map *map, const struct span *span, uint64_t *ret_first,
	uint64_t *ret_end)
{
	uint64_t end = span->base + span->size - map->base;

	*ret_first = span->base > map->base ? (span->base - map->base) / map->cell : 0;
	*ret_end = (end < map->size ? end : map->size) / map->cell;
}

/* The cell of free memory; of an engine that has kinds of it, that of its kind. */
static struct cell free_cell(const struct heap_map *map, const struct span *span)
{
	enum charset charset = map->canvas->charset;

	if (!span->kind)
		return (struct cell){glyph_of(charset, GLYPH_HOLE, 0), ROLE_FREE, 0};
	return kind_cell(map->engine, span->kind, charset);
}

static bool is_checked(const struct heap_map *map, const struct span *span)
{
	return span->state == SPAN_FREE && span->order &&
	       checked_has(&map->checked, span->base, span->order - 1);
}

static void put_free(const struct heap_map *map, const struct span *span, uint64_t first,
	uint64_t end)
{
	enum charset charset = map->canvas->charset;
	const struct cell cell = free_cell(map, span);
	enum role role = highlight_role(map->scene, span->base, span->size, ROLE_FREE);

	for (uint64_t i = first; i < end; i++) {
		bool begins = i == first && span->base >= map->base;
		/* In a hole that was joined, only the freed block is new. */
		bool is_hot = role == ROLE_HOT_FREE &&
			      highlight_freed(map->scene, map->base + i * map->cell, map->cell);
		if (is_hot)
			put_cell(map, i, glyph_of(charset, GLYPH_FREED, 0), ROLE_HOT_FREE, 0);
		else if (is_checked(map, span))
			put_cell(map, i, '?', ROLE_CHANGED, 0);
		else
			put_cell(map, i, begins ? kind_capital(cell.glyph) : cell.glyph,
				(enum role)cell.role, 0);
	}
}

static bool is_harmed(const struct heap_map *map, uint64_t cell)
{
	return highlight_part(map->scene, map->base + cell * map->cell, map->cell) == ROLE_BAD;
}

/* The role of a cell in a block; only the harmed bytes of one are bad. */
static enum role part_role(const struct heap_map *map, uint64_t cell, enum role role)
{
	if (role != ROLE_BAD)
		return role;
	role = highlight_part(map->scene, map->base + cell * map->cell, map->cell);
	return role == ROLE_BAD || role == ROLE_HOT_ALLOC ? role : ROLE_LIVE;
}

/*
 * Draws the number of the live object, where it fits between the borders of the block, and hides no
 * harmed bytes among others.
 */
static void put_object(const struct heap_map *map, const struct span *span, uint64_t first,
	uint64_t end, enum role role)
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
	for (uint64_t i = from; role == ROLE_BAD && i < from + (uint64_t)length; i++)
		if (is_harmed(map, i) && !(is_harmed(map, first) && is_harmed(map, end - 1)))
			return;
	for (int i = 0; i < length; i++)
		put_character(map, from, i, name[i], role == ROLE_LIVE ? ROLE_TEXT : role);
}

/* Draws a cell of header or padding, or of what no request gets. */
static void put_part(const struct heap_map *map, uint64_t at, enum glyph glyph, enum role hot)
{
	enum role role = glyph == GLYPH_BOOK   ? ROLE_HEADER
			 : glyph == GLYPH_FREE ? ROLE_FREE
					       : ROLE_WASTE;

	put_cell(map, at, glyph_of(map->canvas->charset, glyph, 0), hot != ROLE_LIVE ? hot : role,
		0);
}

static void put_used(const struct heap_map *map, const struct span *span, uint64_t first,
	uint64_t end)
{
	enum charset charset = map->canvas->charset;
	enum role all = highlight_role(map->scene, span->base, span->size, ROLE_LIVE);
	bool is_cut = span->base + span->size > map->base + map->size;
	/* the end of the requested bytes: the rest is padding */
	uint64_t asked = UINT64_MAX;
	struct live live;

	if (all == ROLE_HOT_FREE) /* something moved out of it, and this came */
		all = ROLE_LIVE;
	if (heap_find_address(map->heap, span->payload, &live))
		asked = live.address + live.size;
	for (uint64_t i = first; i < end; i++) {
		enum role role = part_role(map, i, all);
		if (map->base + (i + 1) * map->cell <= span->payload)
			put_part(map, i, GLYPH_BOOK, role);
		else if (map->base + i * map->cell >= asked)
			put_part(map, i, GLYPH_WASTE, role);
		else if (role == ROLE_HOT_ALLOC || role == ROLE_BAD)
			put_cell(map, i, glyph_of(charset, hot_glyph(role), 0), role, 0);
		else
			put_cell(map, i,
				glyph_of(charset, i + 1 == end && !is_cut ? GLYPH_EDGE : GLYPH_FULL,
					0),
				role, 0);
	}
	put_object(map, span, first, end, all);
}

/*
 * Draws what is neither a block nor a hole; the event may have freed it all the same. A block that
 * waits for others has its sign from its free on.
 */
static void put_other(const struct heap_map *map, enum glyph glyph, uint64_t first, uint64_t end)
{
	for (uint64_t i = first; i < end; i++)
		if (glyph != GLYPH_WAITING &&
			highlight_freed(map->scene, map->base + i * map->cell, map->cell))
			put_cell(map, i, glyph_of(map->canvas->charset, GLYPH_FREED, 0),
				ROLE_HOT_FREE, 0);
		else
			put_part(map, i, glyph, ROLE_LIVE);
}

/* Draws a span unit by unit: the header, the payload, and an edge where the next block begins. */
static bool draw_span(const struct span *span, void *user)
{
	const struct heap_map *map = user;
	uint64_t first, end;

	cells_of(map, span, &first, &end);
	if (span->state == SPAN_USED)
		put_used(map, span, first, end);
	else if (span->state == SPAN_FREE || span->kind)
		put_free(map, span, first, end);
	else
		put_other(map,
			span->state == SPAN_HEADER    ? GLYPH_BOOK
			: span->state == SPAN_VIRGIN  ? GLYPH_FREE
			: span->state == SPAN_WAITING ? GLYPH_WAITING
						      : GLYPH_WASTE,
			first, end);
	return true;
}

/* The largest of the first free spans in a cell of which nothing is in use. */
struct largest {
	struct span span; /* size 0: none yet */
	unsigned left;    /* spans that are still looked at */
	bool begins;      /* a free one begins in the cell */
	uint64_t from, to;
};

static bool keep_larger(const struct span *span, void *user)
{
	struct largest *largest = user;
	struct span part = *span;

	largest->begins |= span->kind && span->base >= largest->from;
	if (part.base < largest->from) {
		part.size -= largest->from - part.base;
		part.base = largest->from;
	}
	if (part.base + part.size > largest->to)
		part.size = largest->to - part.base;
	if (part.size > largest->span.size)
		largest->span = part;
	return --largest->left > 0;
}

/* A cell of which nothing is in use: checked, or of its kind where the engine has kinds. */
static struct cell unused_cell(const struct heap_map *map, uint64_t from, uint64_t bytes)
{
	struct largest largest = {.left = LOOKED_AT, .from = from, .to = from + bytes};

	if (engine_kinds(map->engine) || map->checked.count > 0)
		engine_spans(map->engine, from, from + bytes, keep_larger, &largest);
	if (is_checked(map, &largest.span))
		return (struct cell){'?', ROLE_CHANGED, 0};
	if (largest.span.state != SPAN_HEADER || largest.span.size == 0) {
		struct cell cell = free_cell(map, &largest.span);
		cell.glyph = largest.begins ? kind_capital(cell.glyph) : cell.glyph;
		return cell;
	}
	return (struct cell){glyph_of(map->canvas->charset, GLYPH_BOOK, 0), ROLE_HEADER, 0};
}

/* A cell of which something is in use, in the colour of what is in use: only a pool can be full. */
static struct cell used_cell(const struct heap_map *map, uint64_t used, uint64_t bytes)
{
	struct cell cell =
		share_cell(map->canvas->charset, used, bytes, GLYPH_HOLE, map->scene->color_by);

	cell.role = ROLE_LIVE;
	return cell;
}

/* The blocks in use that end in a range, as far as they matter. */
struct ends {
	uint64_t to;
	unsigned count;
};

static bool count_end(const struct span *span, void *user)
{
	struct ends *ends = user;

	ends->count += span->state == SPAN_USED && span->base + span->size <= ends->to;
	return ends->count < 2;
}

/* A cell that is in use throughout: where one block ends in it, or several do, that is seen. */
static enum glyph full_glyph(const struct heap_map *map, uint64_t from, uint64_t bytes)
{
	struct ends ends = {.to = from + bytes};

	engine_spans(map->engine, from, from + bytes, count_end, &ends);
	return ends.count > 1 ? GLYPH_SEVERAL : ends.count == 1 ? GLYPH_EDGE : GLYPH_FULL;
}

/* Draws each cell by the share of it that is in use. */
static void draw_cells(const struct heap_map *map)
{
	enum charset charset = map->canvas->charset;

	for (uint64_t i = 0; i * map->cell < map->size; i++) {
		uint64_t from = map->base + i * map->cell;
		uint64_t bytes = map->size - i * map->cell < map->cell ? map->size - i * map->cell
								       : map->cell;
		uint64_t used = engine_used_between(map->engine, from, from + bytes);
		enum role hot = highlight_part(map->scene, from, bytes);

		struct cell cell =
			used ? used_cell(map, used, bytes) : unused_cell(map, from, bytes);
		if (hot == ROLE_HOT_FREE && used == bytes)
			hot = ROLE_TEXT;
		if (hot == ROLE_TEXT && cell.glyph == glyph_of(charset, GLYPH_FULL, 0))
			cell.glyph = glyph_of(charset, full_glyph(map, from, bytes), 0);
		if (hot != ROLE_TEXT)
			put_cell(map, i, glyph_of(charset, hot_glyph(hot), 0), hot, 0);
		else
			put_cell(map, i, cell.glyph, (enum role)cell.role, 0);
	}
}

/* Draws the number of the live object over the cells that it has all of. */
static bool draw_number(const struct span *span, void *user)
{
	const struct heap_map *map = user;
	enum role role = highlight_role(map->scene, span->base, span->size, ROLE_LIVE);
	uint64_t first, end;

	cells_of(map, span, &first, &end);
	first += span->base > map->base && (span->base - map->base) % map->cell > 0;
	if (span->state == SPAN_USED && first < end)
		put_object(map, span, first, end, role == ROLE_HOT_FREE ? ROLE_LIVE : role);
	return true;
}

/* Draws a sign over a cell; the number of an object stays. */
static void put_over(const struct heap_map *map, uint64_t number, uint32_t sign, enum role role)
{
	int height = map->pitch > 1 ? map->pitch - 1 : 1, x, y;

	place_of(map, number, &x, &y);
	for (int i = 0; i < height * map->wide; i++) {
		struct area area = {map->area.x + x + i % map->wide,
			map->area.y + y + i / map->wide, 1, 1};
		if (area.x >= map->canvas->width || area.y >= map->area.y + map->area.height)
			continue;
		const struct cell *cell = canvas_at(map->canvas, area.x, area.y);
		bool is_number = cell->glyph >= '0' && cell->glyph <= '9';
		area_put(map->canvas, area, 0, 0, is_number ? cell->glyph : sign, role,
			cell->marks);
	}
}

/* Draws what the program read or wrote. */
static void draw_use(const struct heap_map *map)
{
	enum charset charset = map->canvas->charset;
	struct used_bytes used;
	struct span span;

	if (!highlight_used(map->scene, &used))
		return;
	for (uint64_t i = 0; i * map->cell < map->size; i++) {
		uint64_t from = map->base + i * map->cell;
		if (from >= used.to || from + map->cell <= used.from)
			continue;
		bool is_block = span_find(map->engine, from, &span) && span.state != SPAN_FREE &&
				span.state != SPAN_VIRGIN;
		enum role role;
		uint32_t sign = used_sign(&used, from, map->cell, is_block, charset, &role);
		put_over(map, i, sign, role);
	}
}

static void draw_offsets(const struct heap_map *map)
{
	uint64_t row = (uint64_t)map->columns * map->cell, start = map->base - map->region.base;

	bool is_hex = offsets_are_hex(map->engine);
	const char *hex = map->region.size <= PREFIXED ? "%#8" PRIx64 : "%8" PRIx64;
	struct units units;

	/* Hexadecimal offsets have a prefix, unless there is no room for it. */
	for (int y = 0; y < map_rows(map); y++, start += row) {
		if (is_hex)
			area_print(map->canvas, map->area, 0, y * map->pitch, ROLE_QUIET, hex,
				start);
		else
			area_print(map->canvas, map->area, 0, y * map->pitch, ROLE_QUIET, "%*s",
				map->label - 1, units_count(&units, start));
	}
}

void map_draw(const struct heap_map *map)
{
	struct heap_map drawn = *map; /* the walk needs one that it can change */

	if (map->is_exact)
		engine_spans(map->engine, map->base, map->base + map->size, draw_span, &drawn);
	else
		draw_cells(map);
	if (!map->is_exact && map->is_small)
		engine_spans(map->engine, map->base, map->base + map->size, draw_number, &drawn);
	draw_use(map);
	if (map->label)
		draw_offsets(map);
	landmarks_draw(map);
}
