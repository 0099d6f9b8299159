/*
 * The layers through which a request goes, on one scale: what the program has, each engine of the
 * stack, the maps of the system.  Each layer gets more than it hands up; the rest is what it keeps,
 * and the row says what most of that is.  The last request is marked where it was served.
 *
 *	asked   bytes that the layer above has of this one, objects and arenas together
 *	holds   bytes that it has of the layer below
 *	keeps   what it holds beyond what is asked of it
 *
 * What Python keeps in free lists of its own (of dicts, tuples, lists, frames) is above the topmost
 * engine: a trace has blocks, in which those are live like any other.
 */
#include "panels/panel.h"

#include "base/units.h"
#include "canvas/legend.h"
#include "story/names.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define ROWS_MAX     6u /* the program, four engines, the system */
#define NAME_WIDTH   12
#define NUMBER_WIDTH 11 /* "1,023.0 KiB" */
#define SHARE_WIDTH  8  /* " of all" */
#define WIDE         76 /* from here on there is room for the bars beside the numbers */

struct layer_row {
	char name[24];
	char most[40];  /* what most of it is that it keeps; "" where it keeps nothing */
	uint64_t asked; /* bytes */
	uint64_t holds;
	uint64_t books; /* of what it keeps: headers, tails, rounding, alignment */
	bool is_passed; /* the last request came by */
	bool serves;    /* it was served here, or the system was asked for it */
};

struct layers_panel {
	struct panel panel;
	struct layer_row rows[ROWS_MAX];
	size_t count;
	char request[80]; /* "" where there was none */
};

static uint64_t keeps(const struct layer_row *row)
{
	return row->holds > row->asked ? row->holds - row->asked : 0;
}

/* ---- what there is -------------------------------------------------------------------------- */

/* The largest part of what the layer keeps, by its name. */
static void add_most(struct layer_row *row, const struct whereabouts *whereabouts)
{
	static const enum part kept[] = {PART_ROUNDING, PART_FREE, PART_UNUSED, PART_HEADERS,
		PART_TAILS, PART_ALIGNMENT};
	enum part most = PART_ROUNDING;
	struct units bytes;

	for (size_t i = 0; i < sizeof(kept) / sizeof(*kept); i++) {
		if (whereabouts->parts[kept[i]] > whereabouts->parts[most])
			most = kept[i];
		if (kept[i] != PART_FREE && kept[i] != PART_UNUSED)
			row->books += whereabouts->parts[kept[i]];
	}
	if (whereabouts->parts[most] > 0)
		snprintf(row->most, sizeof(row->most), "%s: %s", part_name(most),
			units_bytes(&bytes, whereabouts->parts[most]));
}

static struct layer_row *add_row(struct layers_panel *self, const char *name)
{
	struct layer_row *row = &self->rows[self->count++];

	*row = (struct layer_row){.asked = 0};
	snprintf(row->name, sizeof(row->name), "%s", name);
	return row;
}

static void add_engines(struct layers_panel *self, const struct heap *heap)
{
	for (size_t i = 0; i < heap_layer_count(heap); i++) {
		struct layer_row *row = add_row(self, engine_name(heap_layer(heap, i)));
		struct whereabouts whereabouts;
		whereabouts_of(heap, i, &whereabouts);
		row->asked = whereabouts.parts[PART_ASKED] + whereabouts.parts[PART_ABOVE];
		row->holds = whereabouts.held;
		add_most(row, &whereabouts);
	}
}

/* Maps: those of the engines, and those that the program made itself. */
static void add_system(struct layers_panel *self, const struct heap *heap)
{
	struct layer_row *row = add_row(self, "system");
	struct heap_sums sums;
	struct region region;
	struct units bytes;
	uint64_t mapped = 0;

	heap_sums(heap, &sums);
	for (size_t i = 0; i < heap_mapping_count(heap); i++) {
		heap_mapping(heap, i, &region);
		mapped += region.size;
	}
	row->asked = row->holds = sums.reserved + mapped;
	if (mapped > 0)
		snprintf(row->most, sizeof(row->most), "the program's own maps: %s",
			units_bytes(&bytes, mapped));
}

/* ---- the last request ----------------------------------------------------------------------- */

static void mark_request(struct layers_panel *self, const struct scene *scene)
{
	const struct effect *effect = scene->effect;

	self->request[0] = '\0';
	if (!scene->event || event_is_note_or_mark(scene->event) ||
		(effect->outcome != OUTCOME_PLACED && effect->outcome != OUTCOME_RELEASED &&
			effect->outcome != OUTCOME_NO_MEMORY))
		return;
	name_call(scene->event, self->request, sizeof(self->request));
	size_t served = 1 + (size_t)effect->layer, system = self->count - 1;
	served = served < system ? served : system;
	for (size_t i = 0; i < served; i++)
		self->rows[i].is_passed = true;
	self->rows[served].serves = true;
	if (effect->happened & (HAPPENED_ARENA_MAPPED | HAPPENED_ARENA_UNMAPPED | HAPPENED_GREW))
		self->rows[system].serves = true;
}

static void update(struct panel *panel, const struct scene *scene)
{
	struct layers_panel *self = (struct layers_panel *)panel;
	const struct heap *heap = player_heap(scene->player);
	struct heap_sums sums;

	if (!panel->shown)
		return;
	self->count = 0;
	heap_sums(heap, &sums);
	struct layer_row *program = add_row(self, "program");
	program->asked = program->holds = sums.live_bytes;
	add_engines(self, heap);
	add_system(self, heap);
	mark_request(self, scene);
}

static void remark(const struct panel *panel, char *ret_remark, size_t size)
{
	const struct layers_panel *self = (const struct layers_panel *)panel;
	struct units asked, held;

	if (self->count > 0)
		snprintf(ret_remark, size, "%s asked for, %s given",
			units_bytes(&asked, self->rows[0].asked),
			units_bytes(&held, self->rows[self->count - 1].holds));
}

/* ---- drawing -------------------------------------------------------------------------------- */

/* Cells of a bar for the bytes, at least one for anything. */
static int cells_of(uint64_t bytes, uint64_t whole, int width)
{
	int cells = whole ? (int)((double)bytes / (double)whole * width + 0.5) : 0;

	return bytes > 0 && cells == 0 ? 1 : cells < width ? cells : width;
}

static int put_cells(struct canvas *canvas, struct area area, int x, int y, int n, enum glyph glyph,
	enum role role)
{
	struct area cells = {area.x + x, area.y + y, n, 1};

	area_fill(canvas, cells, glyph_of(canvas->charset, glyph, 0), role);
	return x + n;
}

/* In use, the books, what is idle; together as long as what the layer holds. */
static void draw_bar(const struct layer_row *row, uint64_t whole, struct canvas *canvas,
	struct area area, int x, int y, int width)
{
	int all = cells_of(row->holds, whole, width);
	int used = cells_of(row->asked, whole, width), books = cells_of(row->books, whole, width);

	used = used < all ? used : all;
	books = books < all - used ? books : all - used;
	x = put_cells(canvas, area, x, y, used, GLYPH_FULL, ROLE_LIVE);
	x = put_cells(canvas, area, x, y, books, GLYPH_HEADER, ROLE_HEADER);
	put_cells(canvas, area, x, y, all - used - books, GLYPH_HOLE, ROLE_FREE);
}

/* Columns of the bars, which are before the numbers; 0: there is no room for them. */
static int bar_width(struct area area)
{
	int numbers = 3 * (NUMBER_WIDTH + 1) + SHARE_WIDTH;

	return area.width < WIDE ? 0 : area.width - NAME_WIDTH - numbers - 1;
}

static int numbers_begin(struct area area)
{
	int bar = bar_width(area);

	return NAME_WIDTH + (bar > 0 ? bar + 1 : 0);
}

static void draw_number(struct canvas *canvas, struct area area, int end, int y, uint64_t bytes)
{
	struct units units;

	area_text_right(canvas, area, end, y, ROLE_TEXT, 0, units_bytes(&units, bytes));
}

/* The sign of the last request: it came by (│), or was served here (►). */
static void draw_request(const struct layer_row *row, struct canvas *canvas, struct area area,
	int y)
{
	if (row->serves)
		area_put(canvas, area, 0, y, glyph_of(canvas->charset, GLYPH_POINTER, 0),
			ROLE_HOT_ALLOC, 0);
	else if (row->is_passed)
		area_put(canvas, area, 0, y, glyph_of(canvas->charset, GLYPH_V_LINE, 0),
			ROLE_HOT_ALLOC, 0);
}

static void draw_row(const struct layer_row *row, uint64_t whole, struct canvas *canvas,
	struct area area, int y)
{
	int bar = bar_width(area), x = numbers_begin(area);
	struct units share;

	draw_request(row, canvas, area, y);
	area_text(canvas, area, 1, y, row->serves ? ROLE_TITLE : ROLE_TEXT, 0, row->name);
	if (bar > 0)
		draw_bar(row, whole, canvas, area, NAME_WIDTH, y, bar);
	draw_number(canvas, area, x += NUMBER_WIDTH, y, row->asked);
	draw_number(canvas, area, x += NUMBER_WIDTH + 1, y, row->holds);
	draw_number(canvas, area, x += NUMBER_WIDTH + 1, y, keeps(row));
	area_text_right(canvas, area, x + SHARE_WIDTH, y, ROLE_QUIET, 0,
		units_percent(&share, keeps(row), whole));
}

static void draw_titles(struct canvas *canvas, struct area area, int y, uint64_t whole)
{
	static const char *const titles[] = {"asked", "holds", "keeps"};
	int x = numbers_begin(area);
	struct units units;

	area_text(canvas, area, 1, y, ROLE_QUIET, 0, "layer");
	if (bar_width(area) > 0)
		area_print(canvas, area, NAME_WIDTH, y, ROLE_QUIET, "0 to %s",
			units_bytes(&units, whole));
	for (size_t i = 0; i < sizeof(titles) / sizeof(*titles); i++) {
		x += NUMBER_WIDTH + (i > 0);
		area_text_right(canvas, area, x, y, ROLE_QUIET, 0, titles[i]);
	}
	area_text_right(canvas, area, x + SHARE_WIDTH, y, ROLE_QUIET, 0, "of all");
}

static void draw_legend(struct canvas *canvas, struct area area, int y)
{
	static const struct legend_entry entries[] = {
		{GLYPH_FULL, 0, ROLE_LIVE, "asked for"},
		{GLYPH_HEADER, 0, ROLE_HEADER, "headers, rounding"},
		{GLYPH_HOLE, 0, ROLE_FREE, "held, and free"},
	};
	const int before = NAME_WIDTH - 1; /* a legend begins in column 1 */
	struct area below = {area.x + before, area.y, area.width - before, area.height};

	legend_draw(canvas, below, y, entries, sizeof(entries) / sizeof(*entries));
}

/* Below the rows, as many as there is room for: what most of each layer's rest is. */
static void draw_reasons(const struct layers_panel *self, struct canvas *canvas, struct area area,
	int y)
{
	for (size_t i = 1; i < self->count && y < area.height; i++) {
		const struct layer_row *row = &self->rows[i];
		if (!row->most[0])
			continue;
		area_text(canvas, area, 1, y, ROLE_QUIET, 0, row->name);
		area_text(canvas, area, NAME_WIDTH, y++, ROLE_TEXT, 0, row->most);
	}
}

static void draw(const struct panel *panel, const struct scene *scene, struct canvas *canvas,
	struct area area)
{
	const struct layers_panel *self = (const struct layers_panel *)panel;
	uint64_t whole = 0;
	int y = 0;

	for (size_t i = 0; i < self->count; i++)
		whole = self->rows[i].holds > whole ? self->rows[i].holds : whole;
	draw_titles(canvas, area, y++, whole);
	for (size_t i = 0; i < self->count && y < area.height; i++)
		draw_row(&self->rows[i], whole, canvas, area, y++);
	if (y < area.height && bar_width(area) > 0)
		draw_legend(canvas, area, y++);
	if (self->request[0] && y < area.height)
		area_print(canvas, area, 1, y++, ROLE_TEXT, "last: %s", self->request);
	draw_reasons(self, canvas, area, y + 1 < area.height ? y + 1 : y);
}

const struct panel_ops panel_layers = {
	.name = "layers",
	.title = "Layers",
	.state_size = sizeof(struct layers_panel),
	.is_read = true,
	.update = update,
	.remark = remark,
	.draw = draw,
};
