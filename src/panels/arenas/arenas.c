/*
 * Every arena with its pools, as large as there is room for (scale.h): blocks in tiles, bars,
 * cells, or many arenas in a cell. Ink is what is in use; a tint is what is held. The pool of the
 * event, or the chosen one, has a mark above it, and its arena one before it. Below the map are,
 * where there is room, the chosen arena alone, and the legend of the signs that are on the map.
 */
#include "panels/panel.h"

#include "base/units.h"
#include "canvas/legend.h"
#include "panels/arenas/map.h"
#include "story/places.h"

#include <assert.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define FIELDS_MAX   8u
#define CHOSEN_LEAST 4 /* rows left over that show the chosen arena: its title, numbers, bars */

struct arenas_panel {
	struct panel panel;
	size_t count;
	uint64_t mapped, peak;
	uint64_t pool_size; /* bytes; 0: an arena has only one pool, or none is mapped */
};

static bool is_useful(const struct scene *scene)
{
	return arena_layer(player_heap(scene->player));
}

static void update(struct panel *panel, const struct scene *scene)
{
	struct arenas_panel *self = (struct arenas_panel *)panel;
	const struct engine *engine = arena_layer(player_heap(scene->player));
	struct totals totals;

	engine_totals(engine, &totals);
	self->count = (size_t)totals.regions;
	self->mapped = totals.regions_total;
	self->peak = totals.regions_peak;
	struct region region = {0};
	if (self->count > 0)
		engine_region(engine, 0, &region);
	self->pool_size = region.pages > 1 ? region.page_size : 0;
}

static void remark(const struct panel *panel, char *ret_remark, size_t size)
{
	const struct arenas_panel *self = (const struct arenas_panel *)panel;

	struct units bytes;
	int n = snprintf(ret_remark, size, "%zu mapped, %" PRIu64 " at most, %" PRIu64 " returned",
		self->count, self->peak, self->mapped - self->count);

	if (self->pool_size > 0 && (size_t)n < size)
		snprintf(ret_remark + n, size - (size_t)n, "  pools of %s",
			units_bytes(&bytes, self->pool_size));
}

/* ---- layout -------------------------------------------------------------------------------- */

/* The number of pools of the arenas; some have fewer. */
static uint32_t pools_of(const struct engine *engine)
{
	struct region region = {.pages = 1};

	if (engine_region_count(engine) > 0)
		engine_region(engine, 0, &region);
	return region.pages ? region.pages : 1;
}

/*
 * The most arenas that a lesson will have, so that the map keeps its scale: as many as fit into the
 * most bytes that are ever held, once the survey knows them.
 */
static size_t arenas_in_lesson(const struct scene *scene, const struct engine *engine)
{
	struct region region = {.size = 0};

	if (engine_region_count(engine) > 0)
		engine_region(engine, 0, &region);
	return region.size
		       ? (size_t)(player_survey_metrics(scene->player)->peak_reserved / region.size)
		       : 0;
}

static struct arenas_drawing lay_out(const struct arenas_panel *self, const struct scene *scene,
	struct canvas *canvas, struct area area)
{
	const struct engine *engine = arena_layer(player_heap(scene->player));
	size_t reserved = scale_reserved(self->count, (size_t)self->peak);
	struct arenas_drawing drawing = {.scene = scene,
		.canvas = canvas,
		.area = area,
		.engine = engine,
		.count = self->count,
		.pools = pools_of(engine)};

	drawing.scale = scale_for(reserved, drawing.pools, area.width, area.height);
	if (scene->lecture && reserved < arenas_in_lesson(scene, engine)) {
		const struct scale steady = scale_for(arenas_in_lesson(scene, engine),
			drawing.pools, area.width, area.height);
		if (steady.kind <= SCALE_CELLS) /* else pools would share cells for nothing yet */
			drawing.scale = steady;
	}
	return drawing;
}

/* The place of an arena: those below each other follow each other in a column. */
static void place_of(const struct arenas_drawing *drawing, size_t at, int *ret_x, int *ret_y)
{
	const struct scale *scale = &drawing->scale;
	assert(drawing->count > 0 && scale->columns > 0);
	size_t rows = (drawing->count + scale->columns - 1) / scale->columns;

	*ret_x = (int)(at / rows) * scale_step(scale, drawing->pools);
	*ret_y = scale->has_ruler + (int)(at % rows) * scale_pitch(scale);
}

/* ---- drawing ------------------------------------------------------------------------------- */

static const struct {
	enum arenas_sign sign;
	struct legend_entry entry;
} signs[] = {
	{SIGN_FULL, {GLYPH_FULL, 0, ROLE_FULL, "full"}},
	{SIGN_USED, {GLYPH_FILL, 4, ROLE_LIVE, "part used"}},
	{SIGN_CLASS, {GLYPH_NUMBERS, 0, ROLE_CLASS_1, "size class, 0 to v"}},
	{SIGN_TENTHS, {GLYPH_NUMBERS, 0, ROLE_LIVE, "tenths used"}},
	{SIGN_PINS, {GLYPH_FILL, 1, ROLE_PINNED, "pins its arena"}},
	{SIGN_EMPTY, {GLYPH_FREE, 0, ROLE_FREE, "empty, held"}},
	{SIGN_NEVER, {GLYPH_VIRGIN, 0, ROLE_VIRGIN, "never carved"}},
	{SIGN_LOST, {GLYPH_LOST, 0, ROLE_WASTE, "lost to alignment"}},
	{SIGN_NO_POOL, {.label = "F", .role = ROLE_QUIET, .words = "no free pool"}},
	{SIGN_FIRST, {.label = "U1", .role = ROLE_QUIET, .words = "gives the next pool"}},
	{SIGN_SECOND, {.label = "U2", .role = ROLE_QUIET, .words = "after it, and so on"}},
	{SIGN_KEPT, {.label = "K", .role = ROLE_QUIET, .words = "kept empty"}},
	{SIGN_PINNED, {.label = "p", .role = ROLE_PINNED, .words = "pinned"}},
};

/* "1 cell = 4 pools", and what is on the map. */
static void draw_legend(const struct arenas_drawing *drawing, int free_rows)
{
	struct legend_entry entries[sizeof(signs) / sizeof(*signs)];
	struct area area = drawing->area;
	const struct scale *scale = &drawing->scale;
	struct canvas none = {0};
	size_t count = 0;
	char cell[40] = "";

	if (scale->share > 1 || scale->kind == SCALE_ARENAS)
		snprintf(cell, sizeof(cell), "1 cell = %" PRIu32 " %s%s", scale->share,
			scale->kind == SCALE_ARENAS ? "arena" : "pool",
			scale->share == 1 ? "" : "s");
	for (size_t i = 0; i < sizeof(signs) / sizeof(*signs); i++)
		if (drawing->signs & signs[i].sign)
			entries[count++] = signs[i].entry;
	struct legend *common = drawing->scene->legend;
	if (common) {
		snprintf(common->scales[common->map], sizeof(common->scales[0]), "%s", cell);
		legend_keep(common, entries, count);
		return;
	}
	int x = *cell ? 1 + (int)strlen(cell) + 2 : 1;
	int most = free_rows > 0 ? 2 : 1;
	int y = area.height - legend_draw(&none, area, x, 0, most, entries, count);
	area_text(drawing->canvas, area, 1, y, ROLE_QUIET, 0, cell);
	legend_draw(drawing->canvas, area, x, y, most, entries, count);
}

/* Returns the row after the map. */
static int draw_map(struct arenas_drawing *drawing)
{
	int end = 0, x, y;

	if (drawing->scale.kind == SCALE_ARENAS)
		return draw_arenas(drawing, 0);
	for (size_t i = 0; i < drawing->count; i++) {
		struct arena arena = arena_of(drawing, i);
		place_of(drawing, i, &x, &y);
		if (drawing->scale.has_ruler && y == 1) /* the first of its column */
			draw_ruler(drawing, x, 0);
		draw_arena(drawing, x, y, &arena);
		y += scale_pitch(&drawing->scale);
		end = y > end ? y : end;
	}
	return end;
}

/* Rows that the map leaves show the chosen arena; it is one of several then, and drawn small. */
static bool has_room_for_chosen(const struct arenas_drawing *drawing, int left)
{
	return drawing->scale.kind >= SCALE_CELLS && drawing->count > 1 && left >= CHOSEN_LEAST &&
	       !drawing->scene->lecture;
}

/*
 * Says that nothing is mapped; beside another engine also the members that this one has before its
 * first pool, which the panel of the pool has otherwise.
 */
static void draw_nothing(const struct scene *scene, const struct engine *engine,
	struct canvas *canvas, struct area area)
{
	struct field fields[FIELDS_MAX];
	int y = area_wrap(canvas, area, 1, 0, 1, ROLE_QUIET,
		strcmp(engine_name(engine), "pymalloc") == 0
			? "No arena is mapped now. The next request of 1 to 512 bytes maps one."
			: "Nothing is mapped here now.");
	size_t n = scene->legend && engine_has_fields(engine)
			   ? engine_fields(engine, 0, fields, FIELDS_MAX)
			   : 0;

	for (size_t i = 0; i < n && y < area.height; i++, y++) {
		int x = area_text(canvas, area, 1, y, ROLE_QUIET, 0, fields[i].name);
		area_text(canvas, area, x + 2, y, ROLE_TEXT, 0, fields[i].value);
	}
}

static void draw(const struct panel *panel, const struct scene *scene, struct canvas *canvas,
	struct area area)
{
	const struct arenas_panel *self = (const struct arenas_panel *)panel;
	const struct engine *engine = arena_layer(player_heap(scene->player));

	if (self->count == 0) {
		draw_nothing(scene, engine, canvas, area);
		return;
	}
	struct arenas_drawing drawing = lay_out(self, scene, canvas, area);
	int y = draw_map(&drawing), left = area.height - y - drawing.scale.has_legend;
	if (drawing.scale.histogram && left >= drawing.scale.histogram) {
		draw_histogram(&drawing, y);
		y += drawing.scale.histogram;
		left -= drawing.scale.histogram;
	}
	if (has_room_for_chosen(&drawing, left)) {
		draw_chosen_arena(&drawing, y, left);
		left = 0;
	}
	if (drawing.scale.has_legend || scene->legend)
		draw_legend(&drawing, left);
}

/* ---- selection ----------------------------------------------------------------------------- */

static struct panel_answer choose(const struct scene *scene, const struct engine *engine, size_t at,
	uint32_t number)
{
	struct selection selection = *scene->selection;
	struct region region;
	struct page page;

	engine_region(engine, at, &region);
	engine_page(engine, at, number, &page);
	selection.follow = false;
	selection.region = region.base;
	selection.page = page.base;
	selection.address = page.base + page.first_block;
	return answer_select(selection);
}

/* Selects another pool; up and down go to another arena. */
static struct panel_answer act(struct panel *panel, const struct scene *scene, enum action action)
{
	const struct engine *engine = arena_layer(player_heap(scene->player));
	size_t count = engine_region_count(engine), at = 0;
	struct region region;
	struct page page;
	uint32_t number = 0;

	if (count == 0)
		return ANSWER_IGNORED;
	if (!page_find(engine, scene->selection->page, &at, &number, &page) &&
		!engine_region_at(engine, scene->selection->region, &at, &region))
		at = 0;
	engine_region(engine, at, &region);
	if (action == ACTION_UP && at > 0)
		at--;
	else if (action == ACTION_DOWN && at + 1 < count)
		at++;
	else if (action == ACTION_LEFT && number > 0)
		number--;
	else if (action == ACTION_RIGHT && number + 1 < region.pages)
		number++;
	else
		return ANSWER_IGNORED;
	return choose(scene, engine, at, number);
}

/* The pool of an arena that is drawn at those columns and rows from its corner; negative: none. */
static int64_t pool_at(const struct arenas_drawing *drawing, int x, int y)
{
	const struct scale *scale = &drawing->scale;
	uint32_t per_row = drawing->pools / scale->fold;
	int64_t number;

	x -= scale->label;
	if (x < 0 || y < 0)
		return -1;
	if (scale->kind == SCALE_BLOCKS)
		number = x / TILE_WIDTH >= (int)per_row
				 ? -1
				 : (int64_t)(y / (scale->rows + 1)) * per_row + x / TILE_WIDTH;
	else
		number = (int64_t)x * scale->share;
	return number < drawing->pools ? number : -1;
}

static struct panel_answer click(struct panel *panel, const struct scene *scene, int x, int y)
{
	const struct arenas_panel *self = (const struct arenas_panel *)panel;
	int left, top;

	if (self->count == 0 || x < 0 || y < 0)
		return ANSWER_IGNORED;
	const struct arenas_drawing drawing = lay_out(self, scene, NULL, panel->area);
	if (drawing.scale.kind == SCALE_ARENAS) {
		int cell = x - drawing.scale.label;
		size_t at =
			((size_t)y * drawing.scale.columns + (size_t)cell) * drawing.scale.share;
		bool is_cell = cell >= 0 && cell < (int)drawing.scale.columns && at < self->count;
		return is_cell ? choose(scene, drawing.engine, at, 0) : ANSWER_IGNORED;
	}
	for (size_t i = 0; i < drawing.count; i++) {
		place_of(&drawing, i, &left, &top);
		if (y < top || y >= top + scale_pitch(&drawing.scale) || x < left ||
			x >= left + scale_width(&drawing.scale, drawing.pools))
			continue;
		int64_t number = pool_at(&drawing, x - left, y - top);
		struct region region;
		engine_region(drawing.engine, i, &region);
		return number >= 0 && number < region.pages
			       ? choose(scene, drawing.engine, i, (uint32_t)number)
			       : ANSWER_IGNORED;
	}
	return ANSWER_IGNORED;
}

const struct panel_ops panel_arenas = {
	.name = "arenas",
	.title = "Arenas",
	.letter = 'a',
	.state_size = sizeof(struct arenas_panel),
	.is_map = true,
	.is_useful = is_useful,
	.update = update,
	.remark = remark,
	.draw = draw,
	.act = act,
	.click = click,
};
