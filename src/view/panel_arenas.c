/*
 * Every arena with its pools, coloured by state: a row an arena, or tiles of 16 by 4 pools where there is room.  The pool of the last
 * event is hot; pools that serve the next request of their class are underlined.
 */
#include "view/look.h"

#include "base/units.h"

#include <inttypes.h>
#include <stdio.h>

#define LABEL	     8	/* "A01 U12 " */
#define PERCENT	     5
#define TILE_COLUMNS 16
#define TILE_ROWS    4
#define TILE_WIDTH   (TILE_COLUMNS + 3)
#define TILE_HEIGHT  (TILE_ROWS + 2)

struct arenas_panel {
	struct panel panel;
	size_t count;
	uint64_t mapped, peak;
};

static bool is_useful(const struct scene *scene)
{
	return look_arenas(player_heap(scene->player));
}

static void update(struct panel *panel, const struct scene *scene)
{
	struct arenas_panel *self = (struct arenas_panel *)panel;
	const struct engine *engine = look_arenas(player_heap(scene->player));
	struct totals totals;

	engine->ops->totals(engine, &totals);
	self->count = (size_t)totals.regions;
	self->mapped = totals.regions_total;
	self->peak = totals.regions_peak;
}

static void remark(const struct panel *panel, char *ret_remark, size_t size)
{
	const struct arenas_panel *self = (const struct arenas_panel *)panel;

	snprintf(ret_remark, size, "%zu mapped, %" PRIu64 " at most, %" PRIu64 " given back", self->count, self->peak,
		self->mapped - self->count);
}

/* A sign for one pool, by what maps are coloured by. */
static void draw_pool(struct canvas *canvas, struct area area, int x, int y, const struct scene *scene,
	const struct page *page)
{
	static const enum glyph glyphs[] = {
		[PAGE_VIRGIN] = GLYPH_VIRGIN,
		[PAGE_FREE] = GLYPH_FREE,
		[PAGE_USED] = GLYPH_FILL,
		[PAGE_FULL] = GLYPH_FULL,
		[PAGE_LOST] = GLYPH_LOST,
	};
	static const enum role roles[] = {
		[PAGE_VIRGIN] = ROLE_VIRGIN,
		[PAGE_FREE] = ROLE_FREE,
		[PAGE_USED] = ROLE_LIVE,
		[PAGE_FULL] = ROLE_FULL,
		[PAGE_LOST] = ROLE_WASTE,
	};
	bool holds_blocks = page->state == PAGE_USED || page->state == PAGE_FULL;
	int level = page->blocks ? (int)(((uint64_t)page->used * 8 + page->blocks - 1) / page->blocks) : 0;
	uint32_t glyph = glyph_of(canvas->charset, glyphs[page->state], level);
	enum role role = roles[page->state];
	unsigned marks = page->is_head && holds_blocks ? CELL_UNDERLINE : 0;

	if (scene->color_by == 1 && holds_blocks) {
		glyph = (uint32_t)"0123456789abcdefghijklmnopqrstuv"[page->size_class % 32];
		role = (enum role)(ROLE_CLASS_0 + page->size_class % 8);
	}
	role = look_hot(scene, page->base, page->size, role);
	if (!scene->selection->follow && scene->selection->page == page->base && page->base)
		marks |= CELL_REVERSE;
	area_put(canvas, area, x, y, glyph, role, marks);
}

static bool is_selected(const struct scene *scene, const struct region *region)
{
	return scene->selection->region - region->base < region->size;
}

static void draw_label(struct canvas *canvas, struct area area, int x, int y, const struct scene *scene,
	const struct region *region)
{
	if (is_selected(scene, region))
		area_put(canvas, area, x, y, glyph_of(canvas->charset, GLYPH_POINTER, 0), ROLE_PLAYHEAD, 0);
	area_print(canvas, area, x + 1, y, ROLE_TEXT, "%s", region->name);
	area_print(canvas, area, x + 5, y, ROLE_QUIET, "%s", region->state);
}

/* Pools that share a cell when there is less room than pools: the fullest speaks for them. */
static void draw_row(struct canvas *canvas, struct area area, int y, const struct scene *scene,
	const struct engine *engine, size_t at)
{
	struct region region;
	struct units units;
	int room = area.width - LABEL - PERCENT;
	uint32_t share = 1;

	engine->ops->region(engine, at, &region);
	while (room > 0 && (region.pages + share - 1) / share > (uint32_t)room)
		share++;
	draw_label(canvas, area, 0, y, scene, &region);
	for (uint32_t i = 0; i < region.pages; i += share) {
		struct page best, page;
		engine->ops->page(engine, at, i, &best);
		for (uint32_t j = i + 1; j < i + share && j < region.pages; j++) {
			engine->ops->page(engine, at, j, &page);
			bool is_hot = look_hot(scene, page.base, page.size, ROLE_TEXT) != ROLE_TEXT;
			if (is_hot || (page.used > best.used &&
					look_hot(scene, best.base, best.size, ROLE_TEXT) == ROLE_TEXT))
				best = page;
		}
		draw_pool(canvas, area, LABEL + (int)(i / share), y, scene, &best);
	}
	area_print(canvas, area, LABEL + (int)((region.pages + share - 1) / share), y, ROLE_TEXT, "%5s",
		units_percent(&units, region.used, region.size));
}

static void draw_tile(struct canvas *canvas, struct area area, int x, int y, const struct scene *scene,
	const struct engine *engine, size_t at)
{
	struct region region;
	struct units units;

	engine->ops->region(engine, at, &region);
	draw_label(canvas, area, x, y, scene, &region);
	area_print(canvas, area, x + TILE_COLUMNS - 4, y, ROLE_TEXT, "%5s",
		units_percent(&units, region.used, region.size));
	for (uint32_t i = 0; i < region.pages; i++) {
		struct page page;
		engine->ops->page(engine, at, i, &page);
		draw_pool(canvas, area, x + 1 + (int)(i % TILE_COLUMNS), y + 1 + (int)(i / TILE_COLUMNS), scene, &page);
	}
}

/* The first of `shown` that keeps the chosen one in sight. */
static size_t first_shown(const struct scene *scene, const struct engine *engine, size_t count, size_t shown)
{
	struct region region;
	size_t at;

	if (count <= shown || shown == 0 || !look_region(engine, scene->selection->region, &at, &region))
		return 0;
	size_t first = at > shown / 2 ? at - shown / 2 : 0;
	return first + shown > count ? count - shown : first;
}

static void draw_ruler(struct canvas *canvas, struct area area)
{
	for (int i = 0; i < 64; i += 8)
		area_print(canvas, area, LABEL + i, 0, ROLE_QUIET, "%d", i);
	area_print(canvas, area, LABEL + 62, 0, ROLE_QUIET, "63  used");
}

static void draw_legend(struct canvas *canvas, struct area area, int y, const struct scene *scene)
{
	enum charset charset = canvas->charset;
	int x = 1;

	area_put(canvas, area, x, y, glyph_of(charset, GLYPH_FULL, 0), ROLE_FULL, 0);
	x = area_text(canvas, area, x + 2, y, ROLE_QUIET, 0, "full  ");
	area_put(canvas, area, x, y, glyph_of(charset, GLYPH_FILL, 2), ROLE_LIVE, 0);
	area_put(canvas, area, x + 1, y, glyph_of(charset, GLYPH_FILL, 6), ROLE_LIVE, 0);
	x = area_text(canvas, area, x + 3, y, ROLE_QUIET, 0, "used, by fill  ");
	area_put(canvas, area, x, y, glyph_of(charset, GLYPH_FREE, 0), ROLE_FREE, 0);
	x = area_text(canvas, area, x + 2, y, ROLE_QUIET, 0, "empty  ");
	area_put(canvas, area, x, y, glyph_of(charset, GLYPH_VIRGIN, 0), ROLE_VIRGIN, 0);
	x = area_text(canvas, area, x + 2, y, ROLE_QUIET, 0, "never carved  ");
	if (scene->color_by == 1)
		area_text(canvas, area, x, y, ROLE_QUIET, 0, "0-v: its class");
	else
		area_text(canvas, area, x, y, ROLE_QUIET, 0, "F full arena  U1 serves next");
}

static void draw_rows(struct canvas *canvas, struct area area, const struct scene *scene,
	const struct engine *engine, size_t count)
{
	int top = area.width >= LABEL + 64 + PERCENT && area.height > 3;
	int bottom = area.height > top + (int)count || area.height > 8;
	int rows = area.height - top - bottom;
	size_t shown = rows > 0 ? (size_t)rows : 0;
	size_t first = first_shown(scene, engine, count, shown);
	bool cut = count > shown;

	if (top)
		draw_ruler(canvas, area);
	for (size_t i = first; i < count && i < first + shown; i++)
		draw_row(canvas, area, top + (int)(i - first), scene, engine, i);
	if (cut && bottom)
		area_print(canvas, area, 1, area.height - 1, ROLE_QUIET, "%zu arenas more, %zu above (arrows move)",
			count - shown, first);
	else if (bottom)
		draw_legend(canvas, area, area.height - 1, scene);
}

static void draw_tiles(struct canvas *canvas, struct area area, const struct scene *scene,
	const struct engine *engine, size_t count)
{
	size_t columns = (size_t)(area.width / TILE_WIDTH);
	size_t rows = (size_t)((area.height - 1) / TILE_HEIGHT);
	size_t shown = columns * rows;
	size_t first = first_shown(scene, engine, count, shown) / columns * columns;

	for (size_t i = first; i < count && i < first + shown; i++)
		draw_tile(canvas, area, (int)((i - first) % columns) * TILE_WIDTH,
			(int)((i - first) / columns) * TILE_HEIGHT, scene, engine, i);
	if (count > shown)
		area_print(canvas, area, 1, area.height - 1, ROLE_QUIET, "%zu arenas more, %zu above (arrows move)",
			count - shown, first);
	else
		draw_legend(canvas, area, area.height - 1, scene);
}

static void draw(const struct panel *panel, const struct scene *scene, struct canvas *canvas, struct area area)
{
	const struct arenas_panel *self = (const struct arenas_panel *)panel;
	const struct engine *engine = look_arenas(player_heap(scene->player));

	if (self->count == 0)
		area_wrap(canvas, area, 1, 0, 1, ROLE_QUIET,
			"No arena is mapped. The first request of 1 to 512 bytes will map one.");
	else if (area.width >= 5 * TILE_WIDTH && area.height > TILE_HEIGHT)
		draw_tiles(canvas, area, scene, engine, self->count);
	else
		draw_rows(canvas, area, scene, engine, self->count);
}

static int wanted_height(const struct panel *panel, int width)
{
	const struct arenas_panel *self = (const struct arenas_panel *)panel;

	(void)width;
	return (int)self->count + 2;
}

/* Moves the chosen pool; up and down go to another arena. */
static enum panel_result act(struct panel *panel, const struct scene *scene, enum action action)
{
	const struct engine *engine = look_arenas(player_heap(scene->player));
	struct selection *selection = scene->selection;
	size_t count = engine->ops->region_count(engine), at = 0;
	struct region region;
	struct page page;
	uint32_t number = 0;

	(void)panel;
	if (count == 0)
		return PANEL_IGNORED;
	if (!look_page(engine, selection->page, &at, &number, &page) &&
		!look_region(engine, selection->region, &at, &region))
		at = 0;
	engine->ops->region(engine, at, &region);
	if (action == ACTION_UP && at > 0)
		at--;
	else if (action == ACTION_DOWN && at + 1 < count)
		at++;
	else if (action == ACTION_LEFT && number > 0)
		number--;
	else if (action == ACTION_RIGHT && number + 1 < region.pages)
		number++;
	else if (action != ACTION_UP && action != ACTION_DOWN && action != ACTION_LEFT && action != ACTION_RIGHT)
		return PANEL_IGNORED;
	engine->ops->region(engine, at, &region);
	engine->ops->page(engine, at, number, &page);
	selection->follow = false;
	selection->region = region.base;
	selection->page = page.base;
	selection->address = page.base;
	return PANEL_HANDLED | PANEL_MOVED_SELECTION;
}

const struct panel_ops panel_arenas = {
	.name = "arenas",
	.title = "Arenas",
	.letter = 'a',
	.priority = 1,
	.state_size = sizeof(struct arenas_panel),
	.is_useful = is_useful,
	.update = update,
	.wanted_height = wanted_height,
	.remark = remark,
	.draw = draw,
	.act = act,
};
