/*
 * Every arena with its pools, coloured by state. There is one row for each arena, with the number
 * of its pools in each state where there is room; or tiles of 16 by 4 pools where they show more
 * arenas. The pool of the last event is hot.
 */
#include "panels/panel.h"

#include "base/units.h"
#include "canvas/legend.h"
#include "panels/highlight.h"
#include "panels/share.h"
#include "story/places.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define LABEL        8  /* "►A01 U12" */
#define LABEL_LONG   11 /* "►A1001 U700": with hundreds of arenas */
#define PERCENT      5
#define COUNT        7 /* columns for a number of pools */
#define COUNT_LEAST  8 /* an arena of fewer pools gets no counts */
#define TILE_COLUMNS 16
#define TILE_ROWS    4
#define TILE_WIDTH   (TILE_COLUMNS + 3)
#define TILE_HEIGHT  (TILE_ROWS + 2)

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

/* Pools that hold blocks, that held some, and that never have. */
static const struct {
	enum page_state state;
	const char *name;
} counted[] = {{PAGE_FULL, "full"}, {PAGE_USED, "part"}, {PAGE_FREE, "empty"},
	{PAGE_VIRGIN, "never"}};

#define COUNTED (sizeof(counted) / sizeof(*counted))

/* ---- layout -------------------------------------------------------------------------------- */

struct arenas_plan {
	bool tiles;
	bool ruler;
	bool last_line; /* for the legend, or for the number of arenas not shown */
	int label;      /* rows: columns before the first pool */
	bool counts;    /* rows: the number of pools in each state is shown */
	uint32_t pools; /* in an arena */
	uint32_t share; /* rows: pools that share a cell */
	size_t columns; /* arenas side by side */
	size_t first, shown;
};

/* The first arena on the screen, so that the selected one is visible; whole rows of arenas. */
static size_t first_shown(const struct scene *scene, const struct engine *engine, size_t count,
	const struct arenas_plan *plan)
{
	struct region region;
	size_t at;

	if (count <= plan->shown || plan->shown == 0 ||
		!engine_region_at(engine, scene->selection->region, &at, &region))
		return 0;
	size_t last = (count - plan->shown + plan->columns - 1) / plan->columns * plan->columns;
	size_t first =
		at > plan->shown / 2 ? (at - plan->shown / 2) / plan->columns * plan->columns : 0;
	return first < last ? first : last;
}

static size_t arenas_in_tiles(struct area area)
{
	int columns = area.width / TILE_WIDTH, rows = (area.height - 1) / TILE_HEIGHT;

	return columns > 0 && rows > 0 ? (size_t)columns * (size_t)rows : 0;
}

static void lay_out_rows(struct arenas_plan *plan, size_t count, struct area area)
{
	if (count > 100)
		plan->label = LABEL_LONG;
	int room = area.width - plan->label - PERCENT;
	while (room > 0 && (plan->pools + plan->share - 1) / plan->share > (uint32_t)room)
		plan->share++;
	plan->ruler = plan->share == 1 && area.height > 3;
	plan->counts = plan->ruler && plan->pools >= COUNT_LEAST &&
		       room >= (int)(plan->pools + COUNTED * COUNT);
	int rows = area.height - plan->ruler;
	plan->last_line = rows > 0 && (rows > (int)count || (rows < (int)count && rows > 3));
	plan->shown = rows > plan->last_line ? (size_t)(rows - plan->last_line) : 0;
}

static void lay_out(struct arenas_plan *plan, const struct scene *scene,
	const struct engine *engine, struct area area)
{
	size_t count = engine_region_count(engine);
	struct region region = {0};

	if (count > 0)
		engine_region(engine, 0, &region);
	*plan = (struct arenas_plan){.columns = 1,
		.share = 1,
		.label = LABEL,
		.pools = region.pages ? region.pages : 1};
	lay_out_rows(plan, count, area);
	size_t in_tiles = arenas_in_tiles(area);
	if (plan->shown < count && in_tiles > plan->shown) {
		*plan = (struct arenas_plan){.tiles = true,
			.last_line = true,
			.pools = plan->pools,
			.shown = in_tiles,
			.columns = (size_t)(area.width / TILE_WIDTH)};
	}
	plan->first = first_shown(scene, engine, count, plan);
}

/* ---- drawing ------------------------------------------------------------------------------- */

/* Draws one pool, by the property that colours maps. */
static void draw_pool(struct canvas *canvas, struct area area, int x, int y,
	const struct scene *scene, const struct page *page)
{
	static const struct {
		enum glyph glyph;
		enum role role;
	} states[] = {
		[PAGE_VIRGIN] = {GLYPH_VIRGIN, ROLE_VIRGIN},
		[PAGE_FREE] = {GLYPH_FREE, ROLE_FREE},
		[PAGE_USED] = {GLYPH_FILL, ROLE_LIVE},
		[PAGE_FULL] = {GLYPH_FULL, ROLE_FULL},
		[PAGE_LOST] = {GLYPH_LOST, ROLE_WASTE},
	};
	bool holds_blocks = page->state == PAGE_USED || page->state == PAGE_FULL;
	int level = page->blocks
			    ? (int)(((uint64_t)page->used * 8 + page->blocks - 1) / page->blocks)
			    : 0;
	uint32_t glyph = glyph_of(canvas->charset, states[page->state].glyph, level);
	enum role role = states[page->state].role;
	unsigned marks = page->state == PAGE_VIRGIN || page->state == PAGE_LOST ? 0 : CELL_HELD;

	if (scene->color_by == COLOR_BY_CLASS && holds_blocks) {
		glyph = (uint32_t) "0123456789abcdefghijklmnopqrstuv"[page->size_class % 32];
		role = (enum role)(ROLE_CLASS_0 + page->size_class % 8);
	}
	if (scene->color_by == COLOR_BY_FILL && holds_blocks) {
		struct cell cell = share_cell(canvas->charset, page->used, page->blocks, GLYPH_FREE,
			COLOR_BY_FILL);
		glyph = cell.glyph;
		role = (enum role)cell.role;
	}
	role = highlight_role(scene, page->base, page->size, role);
	if (!scene->selection->follow && scene->selection->page == page->base && page->base)
		marks |= CELL_CHOSEN;
	area_put(canvas, area, x, y, glyph, role, marks);
}

static void draw_label(struct canvas *canvas, struct area area, int x, int y,
	const struct scene *scene, const struct region *region)
{
	if (scene->selection->region - region->base < region->size)
		area_put(canvas, area, x, y, glyph_of(canvas->charset, GLYPH_POINTER, 0),
			ROLE_PLAYHEAD, 0);
	int end = area_text(canvas, area, x + 1, y, ROLE_TEXT, 0, region->name);
	area_text(canvas, area, end < x + 5 ? x + 5 : end + 1, y, ROLE_QUIET, 0, region->state);
}

/* Whether the event or the cursor is at the page, so that it must be visible. */
static bool stands_out(const struct scene *scene, const struct page *page)
{
	return highlight_role(scene, page->base, page->size, ROLE_TEXT) != ROLE_TEXT ||
	       (!scene->selection->follow && scene->selection->page == page->base);
}

static void draw_counts(struct canvas *canvas, struct area area, int x, int y,
	const struct engine *engine, size_t at, uint32_t pages)
{
	uint32_t counts[PAGE_LOST + 1] = {0};

	for (uint32_t i = 0; i < pages; i++) {
		struct page page;
		engine_page(engine, at, i, &page);
		counts[page.state]++;
	}
	for (size_t i = 0; i < COUNTED; i++) {
		uint32_t count = counts[counted[i].state];
		area_print(canvas, area, x + (int)i * COUNT, y, count ? ROLE_TEXT : ROLE_QUIET,
			"%*" PRIu32, COUNT, count);
	}
}

/*
 * Draws pools that share a cell, where there is not a cell for each. The one that stands out
 * represents the cell, otherwise the fullest.
 */
static void draw_row(struct canvas *canvas, struct area area, int y, const struct scene *scene,
	const struct engine *engine, size_t at, const struct arenas_plan *plan)
{
	struct region region;
	struct units units;
	int x = plan->label;

	engine_region(engine, at, &region);
	draw_label(canvas, area, 0, y, scene, &region);
	for (uint32_t i = 0; i < region.pages; i += plan->share) {
		struct page best, page;
		engine_page(engine, at, i, &best);
		for (uint32_t j = i + 1; j < i + plan->share && j < region.pages; j++) {
			engine_page(engine, at, j, &page);
			if (!stands_out(scene, &best) &&
				(page.used > best.used || stands_out(scene, &page)))
				best = page;
		}
		draw_pool(canvas, area, x++, y, scene, &best);
	}
	x = area_print(canvas, area, x, y, ROLE_TEXT, "%5s",
		units_percent(&units, region.used, region.size));
	if (plan->counts)
		draw_counts(canvas, area, x, y, engine, at, region.pages);
}

static void draw_tile(struct canvas *canvas, struct area area, int x, int y,
	const struct scene *scene, const struct engine *engine, size_t at)
{
	struct region region;
	struct units units;

	engine_region(engine, at, &region);
	draw_label(canvas, area, x, y, scene, &region);
	area_print(canvas, area, x + TILE_COLUMNS - 4, y, ROLE_TEXT, "%5s",
		units_percent(&units, region.used, region.size));
	for (uint32_t i = 0; i < region.pages; i++) {
		struct page page;
		engine_page(engine, at, i, &page);
		draw_pool(canvas, area, x + 1 + (int)(i % TILE_COLUMNS),
			y + 1 + (int)(i / TILE_COLUMNS), scene, &page);
	}
}

static void draw_ruler(struct canvas *canvas, struct area area, const struct arenas_plan *plan)
{
	uint32_t last = plan->pools - 1;

	for (uint32_t i = 0; i + 2 < last; i += 8)
		area_print(canvas, area, plan->label + (int)i, 0, ROLE_QUIET, "%" PRIu32, i);
	int at = plan->label + (int)last - (last >= 10);
	int x = area_print(canvas, area, at, 0, ROLE_QUIET, "%" PRIu32 " used", last);
	for (size_t i = 0; plan->counts && i < COUNTED; i++)
		area_print(canvas, area, x + (int)i * COUNT, 0, ROLE_QUIET, "%*s", COUNT,
			counted[i].name);
}

static void draw_last_line(struct canvas *canvas, struct area area, const struct scene *scene,
	size_t count, const struct arenas_plan *plan)
{
	static const struct {
		size_t count;
		struct legend_entry entries[4];
	} legends[COLOR_BY_COUNT] = {
		[COLOR_BY_STATE] = {4, {{GLYPH_FULL, 0, ROLE_FULL, "full"},
					       {GLYPH_FILL, 4, ROLE_LIVE, "used, by fill"},
					       {GLYPH_FREE, 0, ROLE_FREE, "empty"},
					       {GLYPH_VIRGIN, 0, ROLE_VIRGIN, "never carved"}}},
		[COLOR_BY_CLASS] = {3,
			{{GLYPH_NUMBERS, 0, ROLE_CLASS_1, "the pool's size class, 0 to v"},
				{GLYPH_FREE, 0, ROLE_FREE, "empty"},
				{GLYPH_VIRGIN, 0, ROLE_VIRGIN, "never carved"}}},
		[COLOR_BY_FILL] = {4, {{GLYPH_FULL, 0, ROLE_FULL, "full"}, SHARE_TENTHS,
					      {GLYPH_FREE, 0, ROLE_FREE, "empty"},
					      {GLYPH_VIRGIN, 0, ROLE_VIRGIN, "never carved"}}},
	};
	static const char states[] = "F full arena  U1 serves next";
	int y = area.height - 1;
	size_t above = plan->first,
	       below = count > plan->first + plan->shown ? count - plan->first - plan->shown : 0;

	if (above + below > 0) {
		area_print(canvas, area, 1, y, ROLE_QUIET,
			"%zu more arenas: %zu above, %zu below; arrows go there", above + below,
			above, below);
		return;
	}
	int x = 0;
	if (plan->share > 1)
		x = area_print(canvas, area, 1, y, ROLE_QUIET, "1 cell = %" PRIu32 " pools",
			    plan->share) +
		    1;
	area = (struct area){area.x + x, area.y, area.width - x, area.height};
	x = legend_draw(canvas, area, y, legends[scene->color_by].entries,
		legends[scene->color_by].count);
	if (x + (int)strlen(states) <= area.width)
		area_text(canvas, area, x, y, ROLE_QUIET, 0, states);
}

/*
 * Shows in the margin that there are other arenas above or below, where no line says so; unless the
 * margin points at the selected one.
 */
static void draw_more(struct canvas *canvas, struct area area, int y, const char *sign)
{
	if (area.y + y < canvas->height && area.x < canvas->width &&
		canvas_at(canvas, area.x, area.y + y)->glyph == ' ')
		area_text(canvas, area, 0, y, ROLE_QUIET, 0, sign);
}

static void draw(const struct panel *panel, const struct scene *scene, struct canvas *canvas,
	struct area area)
{
	const struct arenas_panel *self = (const struct arenas_panel *)panel;
	const struct engine *engine = arena_layer(player_heap(scene->player));
	struct arenas_plan plan;

	if (self->count == 0) {
		area_wrap(canvas, area, 1, 0, 1, ROLE_QUIET,
			strcmp(engine_name(engine), "pymalloc") == 0
				? "No arena yet. The next request of 1 to 512 bytes will map one."
				: "Nothing is mapped here now.");
		return;
	}
	lay_out(&plan, scene, engine, area);
	for (size_t i = plan.first; i < self->count && i < plan.first + plan.shown; i++) {
		size_t place = i - plan.first;
		if (plan.tiles)
			draw_tile(canvas, area, (int)(place % plan.columns) * TILE_WIDTH,
				(int)(place / plan.columns) * TILE_HEIGHT, scene, engine, i);
		else
			draw_row(canvas, area, plan.ruler + (int)place, scene, engine, i, &plan);
	}
	if (!plan.last_line && plan.first > 0)
		draw_more(canvas, area, 0, "↑");
	if (!plan.last_line && plan.first + plan.shown < self->count)
		draw_more(canvas, area, area.height - 1, "↓");
	if (plan.ruler)
		draw_ruler(canvas, area, &plan);
	if (plan.last_line)
		draw_last_line(canvas, area, scene, self->count, &plan);
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
	else if (action != ACTION_UP && action != ACTION_DOWN && action != ACTION_LEFT &&
		 action != ACTION_RIGHT)
		return ANSWER_IGNORED;
	return choose(scene, engine, at, number);
}

static struct panel_answer click(struct panel *panel, const struct scene *scene, int x, int y)
{
	const struct engine *engine = arena_layer(player_heap(scene->player));
	struct arenas_plan plan;
	size_t at;
	int64_t number;

	lay_out(&plan, scene, engine, panel->area);
	if (x < 0 || y < plan.ruler)
		return ANSWER_IGNORED;
	if (plan.tiles) {
		at = plan.first + (size_t)(y / TILE_HEIGHT) * plan.columns +
		     (size_t)(x / TILE_WIDTH);
		int column = x % TILE_WIDTH - 1, row = y % TILE_HEIGHT - 1;
		number = column >= 0 && column < TILE_COLUMNS && row >= 0 && row < TILE_ROWS
				 ? row * TILE_COLUMNS + column
				 : -1;
		if ((size_t)(x / TILE_WIDTH) >= plan.columns)
			return ANSWER_IGNORED;
	} else {
		at = plan.first + (size_t)(y - plan.ruler);
		number = (int64_t)(x - plan.label) * plan.share;
	}
	if (at >= engine_region_count(engine) || at >= plan.first + plan.shown || number < 0 ||
		number >= plan.pools)
		return ANSWER_IGNORED;
	return choose(scene, engine, at, (uint32_t)number);
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
