/*
 * The layers through which a request goes (heap/layers.h), on one scale: each row says what is
 * asked of it, what it holds and keeps, and what most of that is. The last request is marked where
 * it was served.
 *
 * What Python keeps in free lists of its own (of dicts, tuples, lists, frames) is above the topmost
 * engine: a trace has blocks, in which those are live like any other.
 */
#include "panels/layers/over_time.h"
#include "panels/panel.h"

#include "base/units.h"
#include "canvas/legend.h"
#include "heap/layers.h"
#include "story/names.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define NAME_WIDTH   12
#define NUMBER_WIDTH 11 /* "1,023.0 KiB" */
#define SHARE_WIDTH  8  /* " of all" */
#define WIDE         76 /* from here on there is room for the bars beside the numbers */

struct layer_row {
	struct layer layer;
	char most[40];  /* what most of it is that it keeps; "" where it keeps nothing */
	bool is_passed; /* the last request came by */
	bool serves;    /* it was served here, or the system was asked for it */
};

struct layers_panel {
	struct panel panel;
	struct layer_row rows[LAYER_ROWS_MAX];
	size_t count;
	char request[80]; /* "" where there was none */
};

/* ---- what there is -------------------------------------------------------------------------- */

static void name_most(struct layer_row *row)
{
	const struct layer *layer = &row->layer;
	uint64_t size = layer->maps ? layer->maps : layer->most_bytes;
	struct units bytes;

	row->most[0] = '\0';
	if (size > 0)
		snprintf(row->most, sizeof(row->most), "%s: %s",
			layer->maps ? "the program's own maps" : layer->most,
			units_bytes(&bytes, size));
}

static void take_rows(struct layers_panel *self, const struct heap *heap)
{
	struct layer layers[LAYER_ROWS_MAX];

	self->count = layers_of(heap, layers);
	for (size_t i = 0; i < self->count; i++) {
		self->rows[i] = (struct layer_row){.layer = layers[i]};
		name_most(&self->rows[i]);
	}
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

	if (!panel->shown)
		return;
	take_rows(self, player_heap(scene->player));
	mark_request(self, scene);
}

static void remark(const struct panel *panel, char *ret_remark, size_t size)
{
	const struct layers_panel *self = (const struct layers_panel *)panel;
	struct units asked, held;

	if (self->count > 0)
		snprintf(ret_remark, size, "%s asked for, %s given",
			units_bytes(&asked, self->rows[0].layer.asked),
			units_bytes(&held, self->rows[self->count - 1].layer.holds));
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
static void draw_bar(const struct layer *layer, uint64_t whole, struct canvas *canvas,
	struct area area, int x, int y, int width)
{
	int all = cells_of(layer->holds, whole, width);
	int used = cells_of(layer->asked, whole, width),
	    books = cells_of(layer->books, whole, width);

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
	area_text(canvas, area, 1, y, row->serves ? ROLE_TITLE : ROLE_TEXT, 0, row->layer.name);
	if (bar > 0)
		draw_bar(&row->layer, whole, canvas, area, NAME_WIDTH, y, bar);
	draw_number(canvas, area, x += NUMBER_WIDTH, y, row->layer.asked);
	draw_number(canvas, area, x += NUMBER_WIDTH + 1, y, row->layer.holds);
	draw_number(canvas, area, x += NUMBER_WIDTH + 1, y, layer_keeps(&row->layer));
	area_text_right(canvas, area, x + SHARE_WIDTH, y, ROLE_QUIET, 0,
		units_percent(&share, layer_keeps(&row->layer), whole));
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

	legend_draw(canvas, below, 1, y, 1, entries, sizeof(entries) / sizeof(*entries));
}

/*
 * Below the rows, as many as there is room for: what most of each layer's rest is. Returns the row
 * after the last.
 */
static int draw_reasons(const struct layers_panel *self, struct canvas *canvas, struct area area,
	int y)
{
	for (size_t i = 1; i < self->count && y < area.height; i++) {
		const struct layer_row *row = &self->rows[i];
		if (!row->most[0])
			continue;
		area_text(canvas, area, 1, y, ROLE_QUIET, 0, row->layer.name);
		area_text(canvas, area, NAME_WIDTH, y++, ROLE_TEXT, 0, row->most);
	}
	return y;
}

/* In the rows that are left, if they are enough. */
static void draw_over_time(const struct layers_panel *self, const struct scene *scene,
	struct canvas *canvas, struct area area, int y)
{
	if (area.height - y < layers_over_time_rows(self->count))
		return;
	layers_over_time_draw(scene, canvas,
		(struct area){area.x, area.y + y, area.width, area.height - y});
}

static void draw(const struct panel *panel, const struct scene *scene, struct canvas *canvas,
	struct area area)
{
	const struct layers_panel *self = (const struct layers_panel *)panel;
	uint64_t whole = 0;
	int y = 0;

	for (size_t i = 0; i < self->count; i++)
		whole = self->rows[i].layer.holds > whole ? self->rows[i].layer.holds : whole;
	draw_titles(canvas, area, y++, whole);
	for (size_t i = 0; i < self->count && y < area.height; i++)
		draw_row(&self->rows[i], whole, canvas, area, y++);
	if (y < area.height && bar_width(area) > 0)
		draw_legend(canvas, area, y++);
	if (self->request[0] && y < area.height)
		area_print(canvas, area, 1, y++, ROLE_TEXT, "last: %s", self->request);
	y = draw_reasons(self, canvas, area, y + 1 < area.height ? y + 1 : y);
	draw_over_time(self, scene, canvas, area, y + 1);
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
