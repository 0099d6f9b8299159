/*
 * One pool: its header, its blocks in order, the chain of free ones numbered in the order in which
 * they will be handed out, the part never carved, the tail too short for a block; the owner of the
 * selected block and the fields of the header by name.
 *
 * Blocks are drawn as large as there is room for (plan.h). Rows of blocks without numbers begin
 * with one.
 */
#include "panels/panel.h"

#include "panels/pool/drawing.h"
#include "story/names.h"
#include "story/places.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define TITLE_COLUMNS 7 /* "- Pool ", before the remark */

struct pool_panel {
	struct panel panel;
	char title[80];
	char brief[80]; /* the title where that is too long */
};

static bool is_useful(const struct scene *scene)
{
	return arena_layer(player_heap(scene->player));
}

static bool find_pool(const struct scene *scene, const struct engine **ret_engine,
	struct page *ret_page)
{
	uint32_t number;
	size_t at;

	*ret_engine = arena_layer(player_heap(scene->player));
	return page_find(*ret_engine, scene->selection->page, &at, &number, ret_page);
}

static bool holds_blocks(const struct page *page)
{
	return page->state == PAGE_USED || page->state == PAGE_FULL;
}

/* The members of the header; none where they would distract. */
static size_t fields_of(const struct scene *scene, const struct engine *engine,
	const struct page *page, struct field fields[FIELDS_MAX])
{
	return engine_has_fields(engine) && !scene->lecture
		       ? engine_fields(engine, page->base, fields, FIELDS_MAX)
		       : 0;
}

/* The colour of the blocks in use: that of the pool in the map of arenas. */
static enum role role_in_use(const struct engine *engine, const struct page *page)
{
	struct region region;
	size_t at;

	if (page->state == PAGE_FULL)
		return ROLE_FULL;
	if (engine_region_at(engine, page->base, &at, &region) &&
		arena_is_pinned(engine, at, &region))
		return ROLE_PINNED;
	return ROLE_LIVE;
}

static const char *name_state(const struct scene *scene, const struct page *page)
{
	static const char *const names[] = {
		[PAGE_VIRGIN] = "never carved",
		[PAGE_FREE] = "empty",
		[PAGE_USED] = "part used",
		[PAGE_FULL] = "full",
		[PAGE_LOST] = "lost to alignment",
	};

	if (page->state == PAGE_USED &&
		role_in_use(arena_layer(player_heap(scene->player)), page) == ROLE_PINNED)
		return "pins its arena";
	return names[page->state];
}

static void update(struct panel *panel, const struct scene *scene)
{
	struct pool_panel *self = (struct pool_panel *)panel;
	const struct engine *engine;
	struct page page;
	char name[32];

	self->title[0] = self->brief[0] = '\0';
	if (!find_pool(scene, &engine, &page))
		return;
	page_name(engine, page.base, name, sizeof(name));
	char class[24] = "";
	if (page.size_class != PAGE_NO_CLASS)
		snprintf(class, sizeof(class), "  class %" PRIu32, page.size_class);
	if (holds_blocks(&page)) {
		snprintf(self->title, sizeof(self->title),
			"%s %s  %" PRIu32 "/%" PRIu32 " in use  %" PRIu32 " B%s%s", name,
			name_state(scene, &page), page.used, page.blocks, page.block_size, class,
			page.is_head ? "  serves next" : "");
		snprintf(self->brief, sizeof(self->brief),
			"%s %s  %" PRIu32 "/%" PRIu32 "  %" PRIu32 " B", name,
			name_state(scene, &page), page.used, page.blocks, page.block_size);
	} else {
		snprintf(self->title, sizeof(self->title), "%s %s", name, name_state(scene, &page));
	}
}

/* The size of the blocks is there before words that can be missed. */
static void remark(const struct panel *panel, char *ret_remark, size_t size)
{
	const struct pool_panel *self = (const struct pool_panel *)panel;
	int room = panel->area.width - TITLE_COLUMNS;
	bool is_long = room > 0 && (int)strlen(self->title) > room;

	snprintf(ret_remark, size, "%s",
		is_long && *self->brief && (int)strlen(self->brief) <= room ? self->brief
									    : self->title);
}

static bool gave_arena_back(const struct scene *scene)
{
	return scene->effect && (scene->effect->happened & HAPPENED_ARENA_UNMAPPED);
}

/* The struct of the arena, below a pool that has little to show itself. */
static void draw_arena_object(const struct scene *scene, const struct page *page,
	struct canvas *canvas, struct area area, int y)
{
	const struct engine *engine = arena_layer(player_heap(scene->player));
	struct field fields[FIELDS_MAX];
	struct region region;
	size_t at;

	if (!engine_has_region_fields(engine) || scene->lecture || y + 1 >= area.height ||
		!engine_region_at(engine, page->base, &at, &region))
		return;
	size_t n = engine_region_fields(engine, at, fields, FIELDS_MAX);
	int x = area_text(canvas, area, 1, y, ROLE_TITLE, 0, region.name);
	area_text(canvas, area, x + 1, y, ROLE_QUIET, 0, "arena_object");
	pool_draw_fields(fields, n, canvas, area, y + 1, area.width >= 2 * FIELD_WIDTH ? 2 : 1);
}

static void draw_without_blocks(const struct scene *scene, const struct page *page,
	const struct field *fields, size_t nfields, struct canvas *canvas, struct area area)
{
	static const char *const words[] = {
		[PAGE_VIRGIN] = "Never carved: it is beyond the arena's pool_address.",
		[PAGE_FREE] =
			"Empty: it is in its arena's freepools list, where any size class can take it.",
		[PAGE_USED] = "",
		[PAGE_FULL] = "",
		[PAGE_LOST] =
			"Lost to alignment: the arena does not start at a multiple of the pool size.",
	};
	int y = area_wrap(canvas, area, 1, 0, 1, ROLE_QUIET, words[page->state]);

	if (page->state == PAGE_FREE)
		y = pool_draw_fields(fields, nfields, canvas, area, y + 1,
			area.width >= 2 * FIELD_WIDTH ? 2 : 1);
	draw_arena_object(scene, page, canvas, area, y + 1);
}

/* Without a pool: the members that an allocator has before its first, and why none is shown. */
static void draw_without_pool(const struct scene *scene, const struct engine *engine,
	struct canvas *canvas, struct area area)
{
	struct field fields[FIELDS_MAX];
	size_t n = engine_has_fields(engine) ? engine_fields(engine, 0, fields, FIELDS_MAX) : 0;
	int y = pool_draw_fields(fields, n, canvas, area, 0, 1);

	area_wrap(canvas, area, 1, n > 0 ? y + 1 : y, 1, ROLE_QUIET,
		gave_arena_back(scene)
			? "This event returned the pool's arena to the system: the pool is gone."
			: "This panel shows the pool of the last event, block by block.");
}

static void draw(const struct panel *panel, const struct scene *scene, struct canvas *canvas,
	struct area area)
{
	const struct engine *engine;
	struct field fields[FIELDS_MAX];
	struct pool_plan plan;
	struct page page;

	if (!find_pool(scene, &engine, &page)) {
		draw_without_pool(scene, engine, canvas, area);
		return;
	}
	size_t nfields = fields_of(scene, engine, &page, fields);
	if (!holds_blocks(&page)) {
		draw_without_blocks(scene, &page, fields, nfields, canvas, area);
		return;
	}

	pool_plan_make(&plan, scene, &page, area, fields, nfields);
	struct pool_drawing drawing = {.scene = scene,
		.canvas = canvas,
		.area = area,
		.engine = engine,
		.page = &page,
		.plan = &plan,
		.in_use = role_in_use(engine, &page)};
	pool_draw_blocks(&drawing);
	pool_draw_details(&drawing, fields, nfields);
}

/* The pool that is shown, and the plan of its blocks; false when there is no pool with blocks. */
static bool find_blocks(const struct panel *panel, const struct scene *scene, struct page *ret_page,
	struct pool_plan *ret_plan)
{
	const struct engine *engine;
	struct field fields[FIELDS_MAX];

	if (!find_pool(scene, &engine, ret_page) || !holds_blocks(ret_page))
		return false;
	size_t nfields = fields_of(scene, engine, ret_page, fields);
	pool_plan_make(ret_plan, scene, ret_page, panel->area, fields, nfields);
	return true;
}

/* Selects another block. */
static struct panel_answer act(struct panel *panel, const struct scene *scene, enum action action)
{
	struct pool_plan plan;
	struct page page;

	if (!find_blocks(panel, scene, &page, &plan))
		return ANSWER_IGNORED;
	int64_t by = action == ACTION_LEFT    ? -1
		     : action == ACTION_RIGHT ? 1
		     : action == ACTION_UP    ? -plan.per_row
		     : action == ACTION_DOWN  ? plan.per_row
					      : 0;
	int64_t block = (int64_t)pool_selected_block(scene, &page) + by;
	if (by == 0 || block < 0 || block >= (int64_t)page.blocks)
		return ANSWER_IGNORED;
	return answer_select_address(scene,
		page.base + page.first_block + (uint64_t)block * page.block_size);
}

static struct panel_answer click(struct panel *panel, const struct scene *scene, int x, int y)
{
	struct pool_plan plan;
	struct page page;

	if (!find_blocks(panel, scene, &page, &plan))
		return ANSWER_IGNORED;
	/* the column in which the number above the first block begins */
	x -= plan.style == STYLE_SMALL ? plan.x - 2 : plan.x;
	int column = x / pool_style_sizes[plan.style].cell;
	if (x < 0 || y < 0 || y >= plan.rows || column >= plan.per_row)
		return ANSWER_IGNORED;
	uint32_t place = (uint32_t)(y / pool_style_sizes[plan.style].row * plan.per_row + column);
	if (place >= plan.shown)
		return ANSWER_IGNORED;
	return answer_select_address(scene,
		page.base + page.first_block + (uint64_t)(plan.first + place) * page.block_size);
}

const struct panel_ops panel_pool = {
	.name = "pool",
	.title = "Pool",
	.letter = 'p',
	.state_size = sizeof(struct pool_panel),
	.is_read = true,
	.is_map = true,
	.is_useful = is_useful,
	.update = update,
	.remark = remark,
	.draw = draw,
	.act = act,
	.click = click,
};
