/*
 * One pool: its header, its blocks in order, the chain of free ones numbered as they will be handed
 * out, the part never carved, the tail too short for a block; the owner of the chosen block and the
 * header's fields by name.
 *
 * Blocks are drawn as large as there is room for: numbered, spaced, or one cell each.  Where even
 * that is too much, the part around the chosen block is shown.
 */
#include "view/look.h"
#include "view/who.h"

#include "base/text.h"
#include "base/units.h"
#include "base/utf8.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define FIELDS_MAX  12
#define FIELD_WIDTH 28	/* name and value; two columns of fields need twice that */
#define FIELDS_LEAST 4	/* rows of fields that are worth it */
#define TAIL_WIDTH  2	/* "|x" behind the last block */

struct pool_panel {
	struct panel panel;
	char title[80];
};

static bool is_useful(const struct scene *scene)
{
	return look_arenas(player_heap(scene->player));
}

static bool find_pool(const struct scene *scene, const struct engine **ret_engine, struct page *ret_page)
{
	uint32_t number;
	size_t at;

	*ret_engine = look_arenas(player_heap(scene->player));
	return look_page(*ret_engine, scene->selection->page, &at, &number, ret_page);
}

static bool holds_blocks(const struct page *page)
{
	return page->state == PAGE_USED || page->state == PAGE_FULL;
}

/* The header's members; none where they would distract. */
static size_t fields_of(const struct scene *scene, const struct engine *engine, const struct page *page,
	struct field fields[FIELDS_MAX])
{
	return engine->ops->fields && !scene->lecture ? engine->ops->fields(engine, page->base, fields, FIELDS_MAX) : 0;
}

static void update(struct panel *panel, const struct scene *scene)
{
	struct pool_panel *self = (struct pool_panel *)panel;
	const struct engine *engine;
	struct page page;
	char name[32];

	self->title[0] = '\0';
	if (!find_pool(scene, &engine, &page))
		return;
	look_page_name(engine, page.base, name, sizeof(name));
	char class[24] = "";
	if (page.size_class != PAGE_NO_CLASS)
		snprintf(class, sizeof(class), "class %" PRIu32 ": ", page.size_class);
	if (holds_blocks(&page))
		snprintf(self->title, sizeof(self->title), "%s  %s%" PRIu32 " B  %" PRIu32 "/%" PRIu32 " used%s", name,
			class, page.block_size, page.used, page.blocks, page.is_head ? "  serves next" : "");
	else
		snprintf(self->title, sizeof(self->title), "%s  %s", name,
			page.state == PAGE_VIRGIN ? "never carved"
			: page.state == PAGE_LOST ? "lost to alignment"
						  : "empty");
}

static void remark(const struct panel *panel, char *ret_remark, size_t size)
{
	snprintf(ret_remark, size, "%s", ((const struct pool_panel *)panel)->title);
}

/* ---- how the blocks are arranged ----------------------------------------------------------- */

enum block_style { STYLE_LARGE, STYLE_NUMBERED, STYLE_SPACED, STYLE_DENSE, STYLE_COUNT };

static const struct {
	int cell, row, end;	/* columns of a block; rows of a row of blocks, and of the last one */
} styles[STYLE_COUNT] = {
	[STYLE_LARGE] = {9, 4, 3},	/* for a lecture */
	[STYLE_NUMBERED] = {5, 3, 2},
	[STYLE_SPACED] = {2, 1, 1},
	[STYLE_DENSE] = {1, 1, 1},
};

struct arrangement {
	enum block_style style;
	int x;	/* where each row of blocks begins */
	int per_row;
	int rows;	/* of the panel, that blocks take */
	uint32_t first, shown;	/* blocks */
	bool has_owner, has_fields, has_legend;
	int field_columns;
};

/* Blocks have their numbers above them, and are large enough for more than a sign. */
static bool is_numbered(enum block_style style)
{
	return style <= STYLE_NUMBERED;
}

static int per_row_of(enum block_style style, int width)
{
	int columns = (width - 3 - TAIL_WIDTH) / styles[style].cell;

	return columns > 1 ? columns : 1;
}

static int rows_of(enum block_style style, int width, uint32_t blocks)
{
	int per_row = per_row_of(style, width);
	int lines = (int)((blocks + (uint32_t)per_row - 1) / (uint32_t)per_row);

	return lines > 0 ? (lines - 1) * styles[style].row + styles[style].end : 0;
}

/* The block at the selection's address; 0 when that is elsewhere. */
static uint32_t chosen_block(const struct scene *scene, const struct page *page)
{
	uint64_t first = page->base + page->first_block;
	uint64_t address = scene->selection->address;

	if (address < first || address - first >= (uint64_t)page->blocks * page->block_size)
		return 0;
	return (uint32_t)((address - first) / page->block_size);
}

/* Too many blocks: the rows around the chosen one. */
static void cut(struct arrangement *plan, uint32_t blocks, uint32_t chosen)
{
	uint32_t step = plan->rows > 1 ? (uint32_t)plan->per_row : 1;
	uint32_t room = (uint32_t)(plan->per_row * plan->rows);
	uint32_t half = room / 2 / step * step;
	uint32_t last = (blocks - room + step - 1) / step * step;

	plan->first = chosen / step * step > half ? chosen / step * step - half : 0;
	if (plan->first > last)
		plan->first = last;
	plan->shown = blocks - plan->first < room ? blocks - plan->first : room;
}

static void arrange(struct arrangement *plan, const struct scene *scene, const struct page *page, struct area area,
	size_t nfields)
{
	*plan = (struct arrangement){.x = 3, .field_columns = area.width >= 2 * FIELD_WIDTH ? 2 : 1};
	int field_rows = ((int)nfields + plan->field_columns - 1) / plan->field_columns;
	/* What stands below the blocks, from all of it to nothing. */
	const struct {
		int rows;
		bool owner, fields, legend;
	} below[] = {
		{1 + 2 + 1 + field_rows + 1 + 1, true, true, true},
		{1 + 2 + 1 + field_rows, true, true, false},
		{1 + 2 + 1 + FIELDS_LEAST, true, true, false},
		{1 + 2, true, false, false},
		{1, false, false, false},
	};
	size_t nbelow = sizeof(below) / sizeof(*below), at = 0;

	enum block_style largest = scene->lecture ? STYLE_LARGE : STYLE_NUMBERED;
	/* In a lecture large blocks are worth more than what stands below them. */
	while (scene->lecture && largest < STYLE_NUMBERED &&
		rows_of(largest, area.width, page->blocks) + below[nbelow - 1].rows > area.height)
		largest++;
	plan->style = largest;
	plan->rows = rows_of(plan->style, area.width, page->blocks);
	while (at < nbelow && plan->rows + below[at].rows > area.height) {
		bool keeps_style = scene->lecture && at + 1 < nbelow;
		if (plan->style < STYLE_DENSE && at > 0 && !keeps_style)
			plan->style++;
		else
			at++;
		plan->rows = rows_of(plan->style, area.width, page->blocks);
	}
	while (at < nbelow && plan->style > largest &&
		rows_of(plan->style - 1, area.width, page->blocks) + below[at].rows <= area.height)
		plan->rows = rows_of(--plan->style, area.width, page->blocks);
	while (at > 0 && at < nbelow && plan->rows + below[at - 1].rows <= area.height)
		at--;
	plan->per_row = per_row_of(plan->style, area.width);
	plan->shown = page->blocks;
	if (at == nbelow) {	/* not even one cell each: the chain's line stays all the same */
		at--;
		plan->rows = area.height > 1 ? area.height - below[at].rows : 1;
		if (plan->per_row * plan->rows < (int)page->blocks)
			cut(plan, page->blocks, chosen_block(scene, page));
	}
	plan->has_owner = below[at].owner;
	plan->has_fields = below[at].fields;
	plan->has_legend = below[at].legend;
}

/* ---- blocks -------------------------------------------------------------------------------- */

struct drawing {
	const struct scene *scene;
	struct canvas *canvas;
	struct area area;
	const struct page *page;
	const struct arrangement *plan;
	uint32_t virgin;
	uint64_t tail;
};

static void block_at(const struct drawing *drawing, uint32_t block, int *ret_x, int *ret_y)
{
	const struct arrangement *plan = drawing->plan;
	uint32_t place = block - plan->first;

	*ret_x = plan->x + (int)(place % (uint32_t)plan->per_row) * styles[plan->style].cell;
	*ret_y = (int)(place / (uint32_t)plan->per_row) * styles[plan->style].row;
}

/* Signs of a block in its three sizes: "███" for used, " 3 " for the third of the chain. */
static void put_block(const struct drawing *drawing, uint32_t block, uint32_t sign, const char *label, enum role role)
{
	const struct selection *selection = drawing->scene->selection;
	const struct page *page = drawing->page;
	uint64_t base = page->base + page->first_block + (uint64_t)block * page->block_size;
	unsigned marks = !selection->follow && selection->address - base < page->block_size ? CELL_REVERSE : 0;
	int x, y;

	if (block < drawing->plan->first || block - drawing->plan->first >= drawing->plan->shown)
		return;
	block_at(drawing, block, &x, &y);
	if (!is_numbered(drawing->plan->style)) {
		area_put(drawing->canvas, drawing->area, x, y, sign, role, marks);
		return;
	}
	int width = styles[drawing->plan->style].cell - 2, rows = styles[drawing->plan->style].end;
	area_print(drawing->canvas, drawing->area, x + (width - 3) / 2, y, ROLE_QUIET, "%3" PRIu32, block);
	for (int row = 1; row < rows; row++)
		for (int i = 0; i < width; i++)
			area_put(drawing->canvas, drawing->area, x + i, y + row, label ? ' ' : sign, role, marks);
	if (label)
		area_text(drawing->canvas, drawing->area, x + (width - 3) / 2 + (strlen(label) < 3), y + 1, role, marks,
			label);
}

static void put_used(const struct drawing *drawing, uint32_t block, enum role hot)
{
	enum charset charset = drawing->canvas->charset;
	enum glyph glyph = hot == ROLE_HOT_ALLOC ? GLYPH_ALLOCATED
		: is_numbered(drawing->plan->style) ? GLYPH_FULL
						    : GLYPH_BLOCK;

	put_block(drawing, block, glyph_of(charset, glyph, 0), NULL, hot == ROLE_TEXT ? ROLE_LIVE : hot);
}

static void put_free(const struct drawing *drawing, uint32_t block, uint32_t order, enum role hot)
{
	uint32_t sign = order >= 1 && order <= 9 ? '0' + order : 'o';
	char label[8];

	snprintf(label, sizeof(label), hot == ROLE_HOT_FREE ? "-%" PRIu32 "-" : "%" PRIu32, order);
	if (hot == ROLE_HOT_FREE)
		sign = glyph_of(drawing->canvas->charset, GLYPH_FREED, 0);
	put_block(drawing, block, sign, label, hot == ROLE_TEXT ? ROLE_FREE : hot);
}

static bool draw_span(const struct span *span, void *user)
{
	struct drawing *drawing = user;
	const struct page *page = drawing->page;
	uint32_t block = (uint32_t)((span->base - page->base - page->first_block) / page->block_size);
	enum role hot = look_hot(drawing->scene, span->base, span->size, ROLE_TEXT);

	switch (span->state) {
	case SPAN_HEADER:
		break;
	case SPAN_USED:
		put_used(drawing, block, hot);
		break;
	case SPAN_FREE:
		put_free(drawing, block, span->order, hot);
		break;
	case SPAN_VIRGIN:
		drawing->virgin++;
		put_block(drawing, block, glyph_of(drawing->canvas->charset, GLYPH_VIRGIN, 0), NULL, ROLE_VIRGIN);
		break;
	case SPAN_WASTE:
		drawing->tail = span->size;
		break;
	}
	return true;
}

/* "H|" before the blocks, "|x" behind them, or signs that there are more. */
static void draw_ends(const struct drawing *drawing)
{
	const struct arrangement *plan = drawing->plan;
	struct canvas *canvas = drawing->canvas;
	uint32_t bar = glyph_of(canvas->charset, GLYPH_V_LINE, 0);
	uint32_t more = glyph_of(canvas->charset, GLYPH_ELLIPSIS, 0);
	int row = is_numbered(plan->style);
	int x, y;

	if (plan->first == 0) {
		if (drawing->page->first_block > 0)
			area_put(canvas, drawing->area, 1, row, glyph_of(canvas->charset, GLYPH_HEADER, 0), ROLE_HEADER,
				0);
		area_put(canvas, drawing->area, 2, row, bar, ROLE_QUIET, 0);
	} else {
		area_put(canvas, drawing->area, 2, row, more, ROLE_QUIET, 0);
	}
	block_at(drawing, plan->first + plan->shown - 1, &x, &y);
	x += styles[plan->style].cell;
	y += row;
	if (plan->first + plan->shown < drawing->page->blocks) {
		area_put(canvas, drawing->area, x, y, more, ROLE_QUIET, 0);
		return;
	}
	area_put(canvas, drawing->area, x, y, bar, ROLE_QUIET, 0);
	if (drawing->tail)
		area_put(canvas, drawing->area, x + 1, y, glyph_of(canvas->charset, GLYPH_WASTE, 0), ROLE_WASTE, 0);
}

/* ---- below the blocks ---------------------------------------------------------------------- */

/* As many links as fit: "chain 12 → 4 → 31 → end", "chain 12 → 4 → … 33 free". */
static void add_chain(const struct chain *chain, int width, struct text *text)
{
	uint32_t known = chain->length < CHAIN_SHOWN ? chain->length : CHAIN_SHOWN;

	for (uint32_t shown = known;; shown--) {
		text_clear(text);
		text_add(text, "chain ");
		for (uint32_t i = 0; i < shown; i++)
			text_add(text, "%" PRIu32 " → ", chain->blocks[i]);
		if (shown < chain->length)
			text_add(text, "… %" PRIu32 " free", chain->length);
		else
			text_add(text, shown ? "end" : "empty");
		if (shown <= 1 || (int)utf8_cells(text_of(text)) <= width)
			return;
	}
}

static void draw_chain(const struct drawing *drawing, const struct chain *chain, int y)
{
	struct area area = drawing->area;
	struct text left = {0};
	char right[60];

	snprintf(right, sizeof(right), "%" PRIu32 " never used", drawing->virgin);
	if (drawing->tail)
		snprintf(right + strlen(right), sizeof(right) - strlen(right), "  %" PRIu64 " B tail", drawing->tail);
	int room = area.width - 2 - (int)strlen(right) - 2;
	bool has_right = room >= 16;
	uint32_t free = drawing->page->blocks - drawing->page->used - drawing->virgin;
	if (chain->length == 0 && free > 0)	/* of a recorded pool */
		text_add(&left, "%" PRIu32 " free, their order is not known", free);
	else
		add_chain(chain, has_right ? room : area.width - 2, &left);
	area_text(drawing->canvas, area, 1, y, ROLE_TEXT, 0, text_of(&left));
	if (has_right)
		area_text(drawing->canvas, area, area.width - 1 - (int)strlen(right), y, ROLE_QUIET, 0, right);
	text_finish(&left);
}

/* What the chosen block is, and whose. */
static void draw_owner(const struct drawing *drawing, const struct chain *chain, int y)
{
	const struct scene *scene = drawing->scene;
	const struct page *page = drawing->page;
	struct live live;
	struct units size, born;
	uint32_t block = chosen_block(scene, page);
	char who[200];

	if (heap_find_address(player_heap(scene->player), scene->selection->address, &live) &&
		live.address - page->base < page->size) {
		who_name(who, sizeof(who), scene->symbols, player_trace(scene->player), live.born);
		area_print(drawing->canvas, drawing->area, 1, y, ROLE_TEXT,
			"block %" PRIu32 "  object %" PRIu32 ": asked %s of %" PRIu32
			" B, since event %s%s",
			block, live.object, units_count(&size, live.size), page->block_size,
			units_count(&born, live.born), who);
	} else {
		area_print(drawing->canvas, drawing->area, 1, y, ROLE_TEXT, "block %" PRIu32 "  %s", block,
			block >= page->blocks - drawing->virgin	  ? "never used"
			: chain->length && chain->blocks[0] == block ? "free: this pool hands it out next"
								  : "free");
	}
}

static void draw_fields(const struct field *fields, size_t count, struct canvas *canvas, struct area area, int y,
	int columns)
{
	int width = columns > 1 ? area.width / columns : area.width;

	for (size_t i = 0; i < count; i++) {
		int x = (int)(i % (size_t)columns) * width, row = y + (int)(i / (size_t)columns);
		struct area column = {area.x + x, area.y, width, area.height};
		area_text(canvas, column, 1, row, ROLE_QUIET, 0, fields[i].name);
		area_text(canvas, column, 15, row, ROLE_TEXT, 0, fields[i].value);
	}
}

static const struct legend_entry legend[] = {
	{GLYPH_HEADER, 0, ROLE_HEADER, "header"},
	{GLYPH_BLOCK, 0, ROLE_LIVE, "used"},
	{GLYPH_NUMBERS, 0, ROLE_FREE, "free, next first"},
	{GLYPH_VIRGIN, 0, ROLE_VIRGIN, "never used"},
	{GLYPH_ALLOCATED, 0, ROLE_HOT_ALLOC, "new"},
	{GLYPH_FREED, 0, ROLE_HOT_FREE, "freed"},
	{GLYPH_WASTE, 0, ROLE_WASTE, "tail"},
};

/* ---- the panel ----------------------------------------------------------------------------- */

static bool gave_arena_back(const struct scene *scene)
{
	return scene->effect && (scene->effect->happened & HAPPENED_ARENA_UNMAPPED);
}

static void draw_without_blocks(const struct page *page, const struct field *fields, size_t nfields,
	struct canvas *canvas, struct area area)
{
	static const char *const words[] = {
		[PAGE_VIRGIN] = "Never carved: it lies behind the arena's pool_address.",
		[PAGE_FREE] = "Empty: it waits in its arena's list freepools, and any class may take it.",
		[PAGE_USED] = "",
		[PAGE_FULL] = "",
		[PAGE_LOST] = "Lost: the arena does not begin at a multiple of the pool size.",
	};
	int y = area_wrap(canvas, area, 1, 0, 1, ROLE_QUIET, words[page->state]);

	if (page->state == PAGE_FREE)
		draw_fields(fields, nfields, canvas, area, y + 1, area.width >= 2 * FIELD_WIDTH ? 2 : 1);
}

static void draw(const struct panel *panel, const struct scene *scene, struct canvas *canvas, struct area area)
{
	const struct engine *engine;
	struct field fields[FIELDS_MAX];
	struct arrangement plan;
	struct chain chain;
	struct page page;

	(void)panel;
	if (!find_pool(scene, &engine, &page)) {
		area_wrap(canvas, area, 1, 0, 1, ROLE_QUIET,
			gave_arena_back(scene) ? "This event gave the pool's arena back: the pool is gone."
					       : "The pool of the last event is shown here, block by block.");
		return;
	}
	size_t nfields = fields_of(scene, engine, &page, fields);
	if (!holds_blocks(&page)) {
		draw_without_blocks(&page, fields, nfields, canvas, area);
		return;
	}

	arrange(&plan, scene, &page, area, nfields);
	struct drawing drawing = {scene, canvas, area, &page, &plan, 0, 0};
	engine->ops->spans(engine, page.base, page.base + page.size, draw_span, &drawing);
	draw_ends(&drawing);
	look_chain(engine, &page, &chain);
	int y = plan.rows + plan.has_owner;
	draw_chain(&drawing, &chain, y);
	if (plan.has_owner)
		draw_owner(&drawing, &chain, ++y);
	if (plan.has_fields) {
		draw_fields(fields, nfields, canvas, area, y += 2, plan.field_columns);
		y += ((int)nfields + plan.field_columns - 1) / plan.field_columns;
	}
	if (plan.has_legend)
		look_legend(canvas, area, y + 1, legend, sizeof(legend) / sizeof(*legend));
}

/* The pool that is shown and where its blocks stand; false when there is none that has any. */
static bool find_blocks(const struct panel *panel, const struct scene *scene, struct page *ret_page,
	struct arrangement *ret_plan)
{
	const struct engine *engine;
	struct field fields[FIELDS_MAX];

	if (!find_pool(scene, &engine, ret_page) || !holds_blocks(ret_page))
		return false;
	arrange(ret_plan, scene, ret_page, panel->area, fields_of(scene, engine, ret_page, fields));
	return true;
}

/* Moves the chosen block. */
static enum panel_result act(struct panel *panel, const struct scene *scene, enum action action)
{
	struct selection *selection = scene->selection;
	struct arrangement plan;
	struct page page;

	if (!find_blocks(panel, scene, &page, &plan))
		return PANEL_IGNORED;
	int64_t by = action == ACTION_LEFT ? -1 : action == ACTION_RIGHT ? 1 : action == ACTION_UP ? -plan.per_row
		: action == ACTION_DOWN ? plan.per_row : 0;
	int64_t block = (int64_t)chosen_block(scene, &page) + by;
	if (by == 0)
		return PANEL_IGNORED;
	if (block < 0 || block >= (int64_t)page.blocks)
		return PANEL_HANDLED;
	selection->follow = false;
	selection->address = page.base + page.first_block + (uint64_t)block * page.block_size;
	return PANEL_HANDLED | PANEL_MOVED_SELECTION;
}

static enum panel_result click(struct panel *panel, const struct scene *scene, int x, int y)
{
	struct selection *selection = scene->selection;
	struct arrangement plan;
	struct page page;

	if (!find_blocks(panel, scene, &page, &plan))
		return PANEL_IGNORED;
	int column = (x - plan.x) / styles[plan.style].cell;
	if (x < plan.x || y < 0 || y >= plan.rows || column >= plan.per_row)
		return PANEL_IGNORED;
	uint32_t place = (uint32_t)(y / styles[plan.style].row * plan.per_row + column);
	if (place >= plan.shown)
		return PANEL_IGNORED;
	selection->follow = false;
	selection->address = page.base + page.first_block + (uint64_t)(plan.first + place) * page.block_size;
	return PANEL_HANDLED | PANEL_MOVED_SELECTION;
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
