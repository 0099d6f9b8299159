/*
 * The whole address space: the regions of every layer and the mappings of the program. A run is a
 * sequence of adjacent ones: a line that describes it, then its cells. A cell is one arena, or a
 * part of a heap shaded by the share in use. Gaps between runs are left out, with a mark that gives
 * their size.
 */
#include "panels/panel.h"

#include "base/arrays.h"
#include "base/units.h"
#include "panels/highlight.h"
#include "panels/share.h"
#include "story/places.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define LABEL 16 /* "►7f0000000000   " */

struct holding {
	struct region region;
	const struct engine *engine; /* NULL: mapped by the program */
	uint32_t inside;             /* regions of other layers inside it */
};

struct space_panel {
	struct panel panel;
	ARRAY(struct holding) holdings;
	char remark[96];
};

static int by_base(const void *one, const void *other)
{
	const struct region *a = &((const struct holding *)one)->region,
			    *b = &((const struct holding *)other)->region;

	/* If two begin at the same address, the larger contains the other. */
	if (a->base == b->base)
		return (a->size < b->size) - (a->size > b->size);
	return (a->base > b->base) - (a->base < b->base);
}

/* Arenas that come from a heap are inside its region, and are shown as part of it. */
static void drop_nested(struct space_panel *self)
{
	size_t kept = 0;

	for (size_t i = 0; i < self->holdings.count; i++) {
		struct holding *outer = kept ? &self->holdings.items[kept - 1] : NULL;
		const struct holding *holding = &self->holdings.items[i];
		if (outer && holding->region.base - outer->region.base < outer->region.size)
			outer->inside++;
		else
			self->holdings.items[kept++] = *holding;
	}
	self->holdings.count = kept;
}

static void update(struct panel *panel, const struct scene *scene)
{
	struct space_panel *self = (struct space_panel *)panel;
	const struct heap *heap = player_heap(scene->player);
	uint64_t held = 0, used = 0;
	struct units size, percent;

	if (!panel->shown)
		return;
	self->holdings.count = 0;
	for (size_t layer = 0; layer < heap_layer_count(heap); layer++) {
		const struct engine *engine = heap_layer(heap, layer);
		for (size_t i = 0; i < engine_region_count(engine); i++) {
			struct holding holding = {.engine = engine};
			engine_region(engine, i, &holding.region);
			*array_push(&self->holdings) = holding;
		}
	}
	for (size_t i = 0; i < heap_mapping_count(heap); i++) {
		struct holding holding = {0};
		heap_mapping(heap, i, &holding.region);
		*array_push(&self->holdings) = holding;
	}
	if (self->holdings.count > 0)
		qsort(self->holdings.items, self->holdings.count, sizeof(*self->holdings.items),
			by_base);
	drop_nested(self);
	for (size_t i = 0; i < self->holdings.count; i++) {
		held += self->holdings.items[i].region.size;
		used += self->holdings.items[i].region.used;
	}
	snprintf(self->remark, sizeof(self->remark), "%zu region%s, %s, %s in blocks",
		self->holdings.count, self->holdings.count == 1 ? "" : "s",
		units_bytes(&size, held), units_percent(&percent, used, held));
}

static void finish(struct panel *panel)
{
	array_finish(&((struct space_panel *)panel)->holdings);
}

static void remark(const struct panel *panel, char *ret_remark, size_t size)
{
	snprintf(ret_remark, size, "%s", ((const struct space_panel *)panel)->remark);
}

/* ---- runs ---------------------------------------------------------------------------------- */

static bool is_cell_each(const struct holding *holding)
{
	return holding->engine && holding->region.pages > 0;
}

/*
 * The end of the run that begins with the holding: adjacent holdings that are drawn in the same
 * way.
 */
static size_t run_end(const struct space_panel *self, size_t begin)
{
	const struct holding *items = self->holdings.items;
	size_t end = begin + 1;

	while (end < self->holdings.count && is_cell_each(&items[begin]) &&
		is_cell_each(&items[end]) &&
		items[end].region.base == items[end - 1].region.base + items[end - 1].region.size)
		end++;
	return end;
}

static int columns_of(struct area area)
{
	int columns = area.width - LABEL - 1;

	return columns >= 64 ? columns / 16 * 16 : columns > 1 ? columns : 1;
}

/* A heap has one cell for each 4 KiB, up to one row, and at least one. */
static int heap_cells(const struct holding *holding, int columns)
{
	uint64_t pages = (holding->region.size + 4095) >> 12;

	if (pages == 0 || columns < 1)
		return 1;
	return pages < (uint64_t)columns ? (int)pages : columns;
}

static int rows_of_run(const struct space_panel *self, size_t begin, size_t end, int columns)
{
	return is_cell_each(&self->holdings.items[begin])
		       ? ((int)(end - begin) + columns - 1) / columns
		       : 1;
}

static bool holds(const struct holding *holding, uint64_t address)
{
	return address - holding->region.base < holding->region.size;
}

/* ---- drawing ------------------------------------------------------------------------------- */

static void draw_share(struct canvas *canvas, struct area area, int x, int y,
	const struct scene *scene, const struct region *part, bool is_chosen)
{
	struct cell cell =
		share_cell(canvas->charset, part->used, part->size, GLYPH_FREE, scene->color_by);
	enum role role = highlight_role(scene, part->base, part->size, (enum role)cell.role);

	area_put(canvas, area, x, y, cell.glyph, role, cell.marks | (is_chosen ? CELL_CHOSEN : 0));
}

static void draw_heap(struct canvas *canvas, struct area area, int y, const struct scene *scene,
	const struct holding *holding, int columns)
{
	int cells = heap_cells(holding, columns);

	for (int i = 0; i < cells; i++) {
		struct region part = holding->region;
		part.base =
			holding->region.base + holding->region.size * (uint64_t)i / (uint64_t)cells;
		uint64_t end = holding->region.base +
			       holding->region.size * ((uint64_t)i + 1) / (uint64_t)cells;
		part.size = end - part.base;
		part.used = holding->engine ? engine_used_between(holding->engine, part.base,
						      part.base + part.size)
					    : part.size;
		draw_share(canvas, area, LABEL + i, y, scene, &part, false);
	}
}

/* "7f0000000000  A00 to A63: 64 arenas, 16 MiB, 71% used" */
static void draw_title(struct canvas *canvas, struct area area, int y,
	const struct space_panel *self, size_t begin, size_t end, int columns, bool is_chosen)
{
	const struct holding *first = &self->holdings.items[begin];
	uint64_t size = 0, used = 0;
	struct units bytes, percent;
	char name[48];

	for (size_t i = begin; i < end; i++) {
		size += self->holdings.items[i].region.size;
		used += self->holdings.items[i].region.used;
	}
	if (end - begin > 1)
		snprintf(name, sizeof(name), "%s to %s: %zu arenas", first->region.name,
			self->holdings.items[end - 1].region.name, end - begin);
	else
		snprintf(name, sizeof(name), "%s%s", first->region.name,
			first->engine ? "" : ", mapped by the program");
	if (is_chosen)
		area_put(canvas, area, 0, y, glyph_of(canvas->charset, GLYPH_POINTER, 0),
			ROLE_PLAYHEAD, 0);
	area_print(canvas, area, 1, y, ROLE_QUIET, "%12" PRIx64, first->region.base);
	int x = area_print(canvas, area, LABEL, y, ROLE_TEXT, "%s, %s, %s used", name,
		units_bytes(&bytes, size), units_percent(&percent, used, size));
	if (first->inside > 0)
		x = area_print(canvas, area, x, y, ROLE_QUIET, ", %" PRIu32 " arena%s in it",
			first->inside, first->inside == 1 ? "" : "s");
	uint64_t cell = first->region.size /
			(uint64_t)(is_cell_each(first) ? 1 : heap_cells(first, columns));
	if (cell < size)
		area_print(canvas, area, x, y, ROLE_QUIET, ", 1 cell = %s",
			units_bytes(&bytes, cell));
}

static void draw_gap(struct canvas *canvas, struct area area, int y, uint64_t bytes)
{
	uint32_t mark = glyph_of(canvas->charset, GLYPH_VIRGIN, 0);
	struct units units;

	for (int i = 0; i < 3; i++)
		area_put(canvas, area, 10 + i, y, mark, ROLE_VIRGIN, 0);
	area_print(canvas, area, LABEL, y, ROLE_QUIET, "%s not held, left out",
		units_bytes(&units, bytes));
}

static uint64_t gap_before(const struct space_panel *self, size_t at)
{
	const struct region *before = at ? &self->holdings.items[at - 1].region : NULL;

	return before ? self->holdings.items[at].region.base - (before->base + before->size) : 0;
}

/* A row of runs in the panel. One walk serves drawing, clicks and scrolling. */
struct run_row {
	size_t begin, end; /* of the run */
	/* the first row of its cells, from the top of the panel, before scrolling */
	int cells_at;
	int title_at;
	int below; /* the row after it */
};

/* Advances to the row of the next run; false after the last. */
static bool next_run(const struct space_panel *self, int columns, struct run_row *row)
{
	size_t begin = row->end;
	int y = row->below;

	if (begin >= self->holdings.count)
		return false;
	row->begin = begin;
	row->end = run_end(self, begin);
	if (gap_before(self, begin) > 0)
		y++;
	row->title_at = y;
	row->cells_at = y + 1;
	row->below = row->cells_at + rows_of_run(self, row->begin, row->end, columns);
	return true;
}

static bool run_holds(const struct space_panel *self, const struct run_row *row, uint64_t address)
{
	const struct region *first = &self->holdings.items[row->begin].region;
	const struct region *last = &self->holdings.items[row->end - 1].region;

	return address - first->base < last->base + last->size - first->base;
}

/* The rows by which the panel is scrolled, so that the selected run is visible. */
static int scroll_of(const struct space_panel *self, const struct scene *scene, struct area area)
{
	struct run_row row = {0};
	int chosen = 0;

	while (next_run(self, columns_of(area), &row))
		if (run_holds(self, &row, scene->selection->address))
			chosen = row.below;
	int all = row.below;
	int scroll = chosen > area.height ? chosen - area.height / 2 : 0;
	int last = all > area.height ? all - area.height : 0;

	return scroll < last ? scroll : last;
}

static void draw(const struct panel *panel, const struct scene *scene, struct canvas *canvas,
	struct area area)
{
	const struct space_panel *self = (const struct space_panel *)panel;
	int columns = columns_of(area), scroll = scroll_of(self, scene, area);
	struct run_row row = {0};

	if (self->holdings.count == 0)
		area_wrap(canvas, area, 1, 0, 1, ROLE_QUIET,
			"Nothing is held yet: nothing has been allocated.");
	while (next_run(self, columns, &row)) {
		uint64_t gap = gap_before(self, row.begin);
		if (row.below <= scroll)
			continue;
		if (gap > 0 && row.title_at > scroll)
			draw_gap(canvas, area, row.title_at - scroll - 1, gap);
		if (row.title_at >= scroll)
			draw_title(canvas, area, row.title_at - scroll, self, row.begin, row.end,
				columns, run_holds(self, &row, scene->selection->address));
		if (!is_cell_each(&self->holdings.items[row.begin])) {
			draw_heap(canvas, area, row.cells_at - scroll, scene,
				&self->holdings.items[row.begin], columns);
			continue;
		}
		for (size_t i = row.begin; i < row.end; i++) {
			int place = (int)(i - row.begin),
			    y = row.cells_at + place / columns - scroll;
			if (y >= 0)
				draw_share(canvas, area, LABEL + place % columns, y, scene,
					&self->holdings.items[i].region,
					holds(&self->holdings.items[i], scene->selection->address));
		}
	}
}

/* ---- selection ----------------------------------------------------------------------------- */

static struct panel_answer choose(const struct scene *scene, const struct holding *holding,
	uint64_t address)
{
	struct selection selection = *scene->selection;
	struct page page;

	selection.follow = false;
	selection.region = holding->region.base;
	selection.address = address;
	if (is_cell_each(holding)) {
		size_t at;
		uint32_t number;
		page_find(holding->engine, holding->region.base + holding->region.size / 2, &at,
			&number, &page);
		engine_page(holding->engine, at, 0, &page);
		selection.page = page.base;
		selection.address = page.base + page.first_block;
	}
	return answer_select(selection);
}

static size_t chosen_holding(const struct space_panel *self, const struct scene *scene)
{
	for (size_t i = 0; i < self->holdings.count; i++)
		if (holds(&self->holdings.items[i], scene->selection->address))
			return i;
	return 0;
}

static struct panel_answer act(struct panel *panel, const struct scene *scene, enum action action)
{
	struct space_panel *self = (struct space_panel *)panel;
	size_t at = chosen_holding(self, scene), columns = (size_t)columns_of(panel->area);
	size_t count = self->holdings.count, from = at;

	if (count == 0)
		return ANSWER_IGNORED;
	if (action == ACTION_LEFT && at > 0)
		at--;
	else if (action == ACTION_RIGHT && at + 1 < count)
		at++;
	else if (action == ACTION_UP)
		at = at >= columns && is_cell_each(&self->holdings.items[at - columns])
			     ? at - columns
		     : at > 0 ? at - 1
			      : 0;
	else if (action == ACTION_DOWN)
		at = at + columns < run_end(self, at) ? at + columns
		     : run_end(self, at) < count      ? run_end(self, at)
						      : at;
	if (at == from)
		return ANSWER_IGNORED;
	return choose(scene, &self->holdings.items[at], self->holdings.items[at].region.base);
}

static struct panel_answer click(struct panel *panel, const struct scene *scene, int x, int y)
{
	struct space_panel *self = (struct space_panel *)panel;
	int columns = columns_of(panel->area);
	struct run_row row = {0};

	y += scroll_of(self, scene, panel->area);
	while (next_run(self, columns, &row)) {
		const struct holding *first = &self->holdings.items[row.begin];
		if (y < row.title_at || y >= row.below)
			continue;
		int64_t place =
			y == row.title_at ? 0 : (int64_t)(y - row.cells_at) * columns + x - LABEL;
		if (y > row.title_at && (x < LABEL || x >= LABEL + columns))
			return ANSWER_IGNORED;
		if (is_cell_each(first))
			return place >= (int64_t)(row.end - row.begin)
				       ? ANSWER_IGNORED
				       : choose(scene, first + place, first[place].region.base);
		int cells = heap_cells(first, columns);
		uint64_t into = first->region.size * (uint64_t)(place < cells ? place : 0) /
				(uint64_t)cells;
		return place >= cells ? ANSWER_IGNORED
				      : choose(scene, first, first->region.base + into);
	}
	return ANSWER_IGNORED;
}

const struct panel_ops panel_space = {
	.name = "space",
	.title = "Space",
	.state_size = sizeof(struct space_panel),
	.is_map = true,
	.update = update,
	.finish = finish,
	.remark = remark,
	.draw = draw,
	.act = act,
	.click = click,
};
