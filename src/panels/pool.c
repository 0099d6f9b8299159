/*
 * One pool: its header, its blocks in order, the chain of free ones numbered as they will be handed
 * out, the part never carved, the tail too short for a block; the owner of the chosen block and the
 * header's fields by name.
 *
 * Blocks are drawn as large as there is room for: with their owners, numbered, spaced, or one cell
 * each. Rows of blocks without numbers begin with one. Where even one cell each is too much, the
 * part around the chosen block is shown.
 */
#include "panels/panel.h"

#include "base/text.h"
#include "base/units.h"
#include "base/utf8.h"
#include "canvas/legend.h"
#include "panels/highlight.h"
#include "story/callers.h"
#include "story/names.h"
#include "story/places.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define FIELDS_MAX   12
#define FIELD_WIDTH  28  /* name and value; two columns of fields need twice that */
#define FIELD_APART  40  /* columns from one to the next, at most */
#define FIELDS_LEAST 2   /* rows of fields that are worth it */
#define TAIL_WIDTH   2   /* "|x" behind the last block */
#define MARGIN       3   /* " H|" before the first block */
#define MARGIN_SMALL 5   /* numbers reach to the left of such blocks */
#define NUMBERS      6   /* " H  0|" before the rows of blocks without numbers of their own */
#define NARROW       56  /* columns; with fewer, what stands below the blocks takes more lines */
#define OWNED        100 /* columns from which each block has its owner */

struct pool_panel {
	struct panel panel;
	char title[80];
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

/* The header's members; none where they would distract. */
static size_t fields_of(const struct scene *scene, const struct engine *engine,
	const struct page *page, struct field fields[FIELDS_MAX])
{
	return engine_has_fields(engine) && !scene->lecture
		       ? engine_fields(engine, page->base, fields, FIELDS_MAX)
		       : 0;
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
	page_name(engine, page.base, name, sizeof(name));
	char class[24] = "";
	if (page.size_class != PAGE_NO_CLASS)
		snprintf(class, sizeof(class), "  class %" PRIu32, page.size_class);
	if (holds_blocks(&page))
		snprintf(self->title, sizeof(self->title),
			"%s  %" PRIu32 "/%" PRIu32 " used  %" PRIu32 " B%s%s", name, page.used,
			page.blocks, page.block_size, class, page.is_head ? "  serves next" : "");
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

enum block_style {
	STYLE_LARGE,
	STYLE_OWNED,
	STYLE_NUMBERED,
	STYLE_SMALL,
	STYLE_SPACED,
	STYLE_DENSE,
	STYLE_COUNT
};

static const struct {
	/* columns of a block; rows of a row of blocks, and of the last one */
	int cell, row, end;
	int width; /* columns that are drawn */
} styles[STYLE_COUNT] = {
	[STYLE_LARGE] = {9, 4, 3, 7}, /* for a lecture */
	[STYLE_OWNED] = {11, 3, 3, 10},
	[STYLE_NUMBERED] = {5, 3, 2, 3},
	[STYLE_SMALL] = {4, 2, 2, 1},
	[STYLE_SPACED] = {2, 1, 1, 1},
	[STYLE_DENSE] = {1, 1, 1, 1},
};

/* What stands below the blocks. */
enum below { BELOW_ALL, BELOW_FIELDS, BELOW_SOME_FIELDS, BELOW_OWNER, BELOW_BRIEF, BELOW_CHAIN };

struct arrangement {
	enum block_style style;
	enum below below;
	int x; /* where each row of blocks begins */
	int per_row;
	int rows;              /* of the panel, that blocks take */
	uint32_t first, shown; /* blocks */
	int field_columns;
};

/* The first that fits is taken. */
struct choice {
	enum block_style style;
	enum below below;
};

static const struct choice choices[] = {
	{STYLE_OWNED, BELOW_ALL}, /* the legend explains its numbers */
	{STYLE_NUMBERED, BELOW_ALL},
	{STYLE_NUMBERED, BELOW_FIELDS},
	{STYLE_SMALL, BELOW_ALL},
	{STYLE_SMALL, BELOW_FIELDS},
	{STYLE_SPACED, BELOW_ALL},
	{STYLE_SPACED, BELOW_FIELDS},
	{STYLE_SPACED, BELOW_SOME_FIELDS},
	{STYLE_DENSE, BELOW_FIELDS},
	{STYLE_DENSE, BELOW_SOME_FIELDS},
	{STYLE_NUMBERED, BELOW_OWNER},
	{STYLE_SMALL, BELOW_OWNER},
	{STYLE_SPACED, BELOW_OWNER},
	{STYLE_SPACED, BELOW_BRIEF},
	{STYLE_DENSE, BELOW_OWNER},
	{STYLE_DENSE, BELOW_BRIEF},
	{STYLE_NUMBERED, BELOW_CHAIN},
	{STYLE_SMALL, BELOW_CHAIN},
	{STYLE_SPACED, BELOW_CHAIN},
	{STYLE_DENSE, BELOW_CHAIN},
};

/* Large blocks are worth more than what stands below them. */
static const struct choice lecture_choices[] = {
	{STYLE_LARGE, BELOW_ALL},
	{STYLE_LARGE, BELOW_OWNER},
	{STYLE_LARGE, BELOW_CHAIN},
	{STYLE_NUMBERED, BELOW_ALL},
	{STYLE_NUMBERED, BELOW_OWNER},
	{STYLE_NUMBERED, BELOW_CHAIN},
	{STYLE_SMALL, BELOW_ALL},
	{STYLE_SMALL, BELOW_OWNER},
	{STYLE_SMALL, BELOW_CHAIN},
	{STYLE_SPACED, BELOW_ALL},
	{STYLE_SPACED, BELOW_OWNER},
	{STYLE_SPACED, BELOW_CHAIN},
	{STYLE_DENSE, BELOW_CHAIN},
};

/* Blocks have their numbers above them. */
static bool is_numbered(enum block_style style)
{
	return style <= STYLE_SMALL;
}

/*
 * Several rows of blocks without numbers begin with the number of their first, so that it can be
 * counted from there.
 */
static void set_rows(struct arrangement *plan, int width, uint32_t blocks)
{
	int cell = styles[plan->style].cell;

	plan->x = plan->style == STYLE_SMALL ? MARGIN_SMALL : MARGIN;
	plan->per_row = (width - plan->x - TAIL_WIDTH) / cell;
	if (!is_numbered(plan->style) && plan->per_row < (int)blocks && width >= 24) {
		plan->x = NUMBERS;
		plan->per_row = (width - NUMBERS - TAIL_WIDTH) / cell / 4 * 4;
	}
	if (plan->per_row < 1)
		plan->per_row = 1;
	int lines = (int)((blocks + (uint32_t)plan->per_row - 1) / (uint32_t)plan->per_row);
	plan->rows =
		lines > 0 ? (lines - 1) * styles[plan->style].row + styles[plan->style].end : 0;
}

/* Rows of what stands below the blocks. */
static int rows_below(enum below below, int width, int field_rows)
{
	int texts = width < NARROW ? 4 : 2; /* the chain and the owner */

	switch (below) {
	case BELOW_ALL:
		return 1 + texts + 1 + field_rows + 1 + 1;
	case BELOW_FIELDS:
		return 1 + texts + 1 + field_rows;
	case BELOW_SOME_FIELDS:
		return 1 + texts + 1 + FIELDS_LEAST;
	case BELOW_OWNER:
		return 1 + texts;
	case BELOW_BRIEF:
		return 1 + 2;
	case BELOW_CHAIN:
		break;
	}
	return 1;
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

static void arrange(struct arrangement *plan, const struct scene *scene, const struct page *page,
	struct area area, size_t nfields)
{
	const struct choice *choice = scene->lecture ? lecture_choices : choices;
	size_t bytes = scene->lecture ? sizeof(lecture_choices) : sizeof(choices);
	const struct choice *end = choice + bytes / sizeof(*choice);
	int columns = area.width >= 2 * FIELD_WIDTH ? 2 : 1,
	    field_rows = ((int)nfields + columns - 1) / columns;

	*plan = (struct arrangement){.shown = page->blocks, .field_columns = columns};
	for (; choice < end; choice++) {
		plan->style = choice->style;
		plan->below = choice->below;
		set_rows(plan, area.width, page->blocks);
		if ((plan->style != STYLE_OWNED || area.width >= OWNED) &&
			plan->rows + rows_below(plan->below, area.width, field_rows) <= area.height)
			return;
	}
	/* Not even one cell each: the chain's line stays all the same. */
	plan->rows = area.height > 1 ? area.height - 1 : 1;
	if (plan->rows == 1) {
		plan->x = MARGIN;
		plan->per_row =
			area.width - MARGIN - TAIL_WIDTH > 1 ? area.width - MARGIN - TAIL_WIDTH : 1;
	}
	if (plan->per_row * plan->rows < (int)page->blocks)
		cut(plan, page->blocks, chosen_block(scene, page));
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

/* Where a number of three digits stands above the block. */
static int number_column(enum block_style style, int x)
{
	return style == STYLE_OWNED   ? x
	       : style == STYLE_SMALL ? x - 2
				      : x + (styles[style].width - 3) / 2;
}

/* Its number above it; all of its cells, or what is written in the first row of them. */
static void put_numbered(const struct drawing *drawing, uint32_t block, uint32_t sign,
	const char *label, enum role role, unsigned marks)
{
	enum block_style style = drawing->plan->style;
	bool is_small = style == STYLE_OWNED || style == STYLE_SMALL;
	int x, y;

	block_at(drawing, block, &x, &y);
	int left = number_column(style, x), width = is_small ? 1 : styles[style].width;
	area_print(drawing->canvas, drawing->area, left, y, ROLE_QUIET,
		style == STYLE_OWNED ? "%" PRIu32 : "%3" PRIu32, block);
	for (int row = 1; row < styles[style].end && (row == 1 || !is_small); row++)
		for (int i = 0; i < width; i++)
			area_put(drawing->canvas, drawing->area, x + i, y + row, label ? ' ' : sign,
				role, marks);
	if (!label)
		return;
	int digits = (int)strlen(label);
	left = style == STYLE_OWNED   ? x
	       : style == STYLE_SMALL ? x + 1 - digits
				      : left + (digits < 3);
	area_text(drawing->canvas, drawing->area, left, y + 1, role, marks, label);
}

static void put_block(const struct drawing *drawing, uint32_t block, uint32_t sign,
	const char *label, enum role role)
{
	const struct selection *selection = drawing->scene->selection;
	const struct page *page = drawing->page;
	uint64_t base = page->base + page->first_block + (uint64_t)block * page->block_size;
	unsigned marks = !selection->follow && selection->address - base < page->block_size
				 ? CELL_REVERSE
				 : 0;
	int x, y;

	if (block < drawing->plan->first || block - drawing->plan->first >= drawing->plan->shown)
		return;
	if (is_numbered(drawing->plan->style)) {
		put_numbered(drawing, block, sign, label, role, marks);
		return;
	}
	block_at(drawing, block, &x, &y);
	area_put(drawing->canvas, drawing->area, x, y, sign, role, marks);
}

/* Beside its sign the object, below it the event that it is from. */
static void put_owner(const struct drawing *drawing, uint32_t block, uint64_t address)
{
	struct live live;
	struct units born;
	char object[16];
	int x, y;

	if (drawing->plan->style != STYLE_OWNED ||
		!heap_find_address(player_heap(drawing->scene->player), address, &live))
		return;
	block_at(drawing, block, &x, &y);
	struct area cell = {drawing->area.x + x, drawing->area.y + y, styles[STYLE_OWNED].width, 3};
	snprintf(object, sizeof(object), "%" PRIu32, live.object);
	area_text(drawing->canvas, cell, 2, 1, ROLE_TEXT, 0, object);
	area_text(drawing->canvas, cell, 2, 2, ROLE_QUIET, 0, units_count(&born, live.born));
}

static void put_used(const struct drawing *drawing, uint32_t block, enum role hot)
{
	enum charset charset = drawing->canvas->charset;
	enum glyph glyph =
		hot == ROLE_HOT_ALLOC ? GLYPH_ALLOCATED
		: drawing->plan->style == STYLE_LARGE || drawing->plan->style == STYLE_NUMBERED
			? GLYPH_FULL
			: GLYPH_BLOCK;

	put_block(drawing, block, glyph_of(charset, glyph, 0), NULL,
		hot == ROLE_TEXT ? ROLE_LIVE : hot);
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
	uint32_t block =
		(uint32_t)((span->base - page->base - page->first_block) / page->block_size);
	enum role hot = highlight_role(drawing->scene, span->base, span->size, ROLE_TEXT);

	switch (span->state) {
	case SPAN_HEADER:
		break;
	case SPAN_USED:
		put_used(drawing, block, hot);
		put_owner(drawing, block, span->payload);
		break;
	case SPAN_FREE:
		put_free(drawing, block, span->order, hot);
		break;
	case SPAN_VIRGIN:
		drawing->virgin++;
		put_block(drawing, block, glyph_of(drawing->canvas->charset, GLYPH_VIRGIN, 0), NULL,
			ROLE_VIRGIN);
		break;
	case SPAN_WASTE:
		drawing->tail = span->size;
		break;
	}
	return true;
}

/* The number of the first block of each row. */
static void draw_numbers(const struct drawing *drawing)
{
	const struct arrangement *plan = drawing->plan;
	uint32_t bar = glyph_of(drawing->canvas->charset, GLYPH_V_LINE, 0);

	for (uint32_t i = 0; i < plan->shown; i += (uint32_t)plan->per_row) {
		int row = (int)(i / (uint32_t)plan->per_row);
		area_print(drawing->canvas, drawing->area, 1, row, ROLE_QUIET, "%4" PRIu32,
			plan->first + i);
		area_put(drawing->canvas, drawing->area, plan->x - 1, row, bar, ROLE_QUIET, 0);
	}
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

	if (plan->x == NUMBERS)
		draw_numbers(drawing);
	area_put(canvas, drawing->area, plan->x == NUMBERS ? NUMBERS - 1 : MARGIN - 1, row,
		plan->first == 0 ? bar : more, ROLE_QUIET, 0);
	if (plan->first == 0 && drawing->page->first_block > 0)
		area_put(canvas, drawing->area, 1, row, glyph_of(canvas->charset, GLYPH_HEADER, 0),
			ROLE_HEADER, 0);
	block_at(drawing, plan->first + plan->shown - 1, &x, &y);
	x += styles[plan->style].cell;
	y += row;
	if (plan->first + plan->shown < drawing->page->blocks) {
		area_put(canvas, drawing->area, x, y, more, ROLE_QUIET, 0);
		return;
	}
	area_put(canvas, drawing->area, x, y, bar, ROLE_QUIET, 0);
	if (drawing->tail)
		area_put(canvas, drawing->area, x + 1, y, glyph_of(canvas->charset, GLYPH_WASTE, 0),
			ROLE_WASTE, 0);
}

/* ---- below the blocks ---------------------------------------------------------------------- */

/* As many links as fit: "chain of 3: 12 → 4 → 31 → end", "chain of 33: 12 → 4 → …". */
static void add_chain(const struct chain *chain, int width, struct text *text)
{
	uint32_t known = chain->length < CHAIN_SHOWN ? chain->length : CHAIN_SHOWN;

	for (uint32_t shown = known;; shown--) {
		text_clear(text);
		if (chain->length == 0) {
			text_add(text, "chain empty");
			return;
		}
		text_add(text, "chain of %" PRIu32 ": ", chain->length);
		for (uint32_t i = 0; i < shown; i++)
			text_add(text, "%" PRIu32 " → ", chain->blocks[i]);
		text_add(text, shown < chain->length ? "…" : "end");
		if (shown <= 1 || (int)utf8_cells(text_of(text)) <= width)
			return;
	}
}

/*
 * Gives the row after it: what was never used, and the tail, stand right of the chain or below it.
 */
static int draw_chain(const struct drawing *drawing, const struct chain *chain, int y,
	bool is_brief)
{
	struct area area = drawing->area;
	struct text left = {0};
	char right[60];
	int x;

	snprintf(right, sizeof(right), "%" PRIu32 " never used", drawing->virgin);
	if (drawing->tail)
		snprintf(right + strlen(right), sizeof(right) - strlen(right),
			"  %" PRIu64 " B tail", drawing->tail);
	int room = area.width - 2 - (int)strlen(right) - 2;
	bool is_beside = area.width >= NARROW || (is_brief && room >= 16);
	uint32_t free = drawing->page->blocks - drawing->page->used - drawing->virgin;
	if (chain->length == 0 && free > 0) /* of a recorded pool */
		text_add(&left, "%" PRIu32 " free, their order is not known", free);
	else
		add_chain(chain, is_beside ? room : area.width - 2, &left);
	area_text(drawing->canvas, area, 1, y++, ROLE_TEXT, 0, text_of(&left));
	text_finish(&left);
	x = is_beside ? area.width - 1 - (int)strlen(right) : 1;
	if (is_beside)
		area_text(drawing->canvas, area, x, y - 1, ROLE_QUIET, 0, right);
	else if (!is_brief)
		area_text(drawing->canvas, area, x, y++, ROLE_QUIET, 0, right);
	return y;
}

static void add_owner(const struct drawing *drawing, const struct live *live, struct text *text)
{
	const struct scene *scene = drawing->scene;
	uint64_t ago = player_position(scene->player) - 1 - live->born;
	struct units size, born, age;
	char who[200];

	caller_name(who, sizeof(who), scene->symbols, player_trace(scene->player), live->born);
	text_add(text, "object %" PRIu32 ", asked %s of %" PRIu32 " B, since event %s",
		live->object, units_count(&size, live->size), drawing->page->block_size,
		units_count(&born, live->born));
	if (ago > 0)
		text_add(text, ", %s ago", units_count(&age, ago));
	text_add(text, "%s", who);
}

/* When a block that nobody has will be handed out. */
static void add_free(const struct drawing *drawing, const struct chain *chain, uint32_t block,
	struct text *text)
{
	uint32_t before = 0, known = chain->length < CHAIN_SHOWN ? chain->length : CHAIN_SHOWN;

	if (block >= drawing->page->blocks - drawing->virgin) {
		text_add(text, "never used");
		return;
	}
	while (before < known && chain->blocks[before] != block)
		before++;
	if (before == known)
		text_add(text, "free");
	else if (before == 0)
		text_add(text, "free, this pool hands it out next");
	else
		text_add(text, "free, handed out after %" PRIu32 " other%s", before,
			before == 1 ? "" : "s");
}

/* What the chosen block is, and whose.  Gives the row after it. */
static int draw_owner(const struct drawing *drawing, const struct chain *chain, int y,
	bool is_brief)
{
	const struct scene *scene = drawing->scene;
	const struct page *page = drawing->page;
	struct area area = drawing->area;
	struct text text = {0};
	struct live live;
	uint32_t block = chosen_block(scene, page);

	text_add(&text, "block %" PRIu32 ": ", block);
	if (heap_find_address(player_heap(scene->player), scene->selection->address, &live) &&
		live.address - page->base < page->size)
		add_owner(drawing, &live, &text);
	else
		add_free(drawing, chain, block, &text);
	int rows = is_brief || area.width >= NARROW ? 1 : 2;
	area.height = y + rows < area.height ? y + rows : area.height;
	area_wrap(drawing->canvas, area, 1, y, 3, ROLE_TEXT, text_of(&text));
	text_finish(&text);
	return y + rows;
}

static void draw_fields(const struct field *fields, size_t count, struct canvas *canvas,
	struct area area, int y, int columns)
{
	int width = columns > 1 ? area.width / columns : area.width;

	width = width < FIELD_APART ? width : FIELD_APART;
	for (size_t i = 0; i < count; i++) {
		int x = (int)(i % (size_t)columns) * width, row = y + (int)(i / (size_t)columns);
		struct area column = {area.x + x, area.y, width, area.height};
		area_text(canvas, column, 1, row, ROLE_QUIET, 0, fields[i].name);
		area_text(canvas, column, 15, row, ROLE_TEXT, 0, fields[i].value);
	}
}

#define OWNED_WORDS "used: the object, and the event it is from"

static const struct legend_entry legend[] = {
	{GLYPH_HEADER, 0, ROLE_HEADER, "header"},
	{GLYPH_BLOCK, 0, ROLE_LIVE, "used"}, /* or OWNED_WORDS */
	{GLYPH_NUMBERS, 0, ROLE_FREE, "free, next first"},
	{GLYPH_VIRGIN, 0, ROLE_VIRGIN, "never used"},
	{GLYPH_ALLOCATED, 0, ROLE_HOT_ALLOC, "new"},
	{GLYPH_FREED, 0, ROLE_HOT_FREE, "freed"},
	{GLYPH_WASTE, 0, ROLE_WASTE, "tail"},
};

static void draw_legend(const struct drawing *drawing, int y)
{
	struct legend_entry entries[sizeof(legend) / sizeof(*legend)];

	memcpy(entries, legend, sizeof(legend));
	if (drawing->plan->style == STYLE_OWNED)
		entries[1].words = OWNED_WORDS;
	legend_draw(drawing->canvas, drawing->area, y, entries, sizeof(legend) / sizeof(*legend));
}

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
		[PAGE_FREE] =
			"Empty: it waits in its arena's list freepools, and any class may take it.",
		[PAGE_USED] = "",
		[PAGE_FULL] = "",
		[PAGE_LOST] = "Lost: the arena does not begin at a multiple of the pool size.",
	};
	int y = area_wrap(canvas, area, 1, 0, 1, ROLE_QUIET, words[page->state]);

	if (page->state == PAGE_FREE)
		draw_fields(fields, nfields, canvas, area, y + 1,
			area.width >= 2 * FIELD_WIDTH ? 2 : 1);
}

static void draw(const struct panel *panel, const struct scene *scene, struct canvas *canvas,
	struct area area)
{
	const struct engine *engine;
	struct field fields[FIELDS_MAX];
	struct arrangement plan;
	struct chain chain;
	struct page page;

	if (!find_pool(scene, &engine, &page)) {
		area_wrap(canvas, area, 1, 0, 1, ROLE_QUIET,
			gave_arena_back(scene)
				? "This event gave the pool's arena back: the pool is gone."
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
	engine_spans(engine, page.base, page.base + page.size, draw_span, &drawing);
	draw_ends(&drawing);
	chain_read(engine, &page, &chain);
	bool is_brief = plan.below >= BELOW_BRIEF;
	int y = draw_chain(&drawing, &chain, plan.rows + (plan.below < BELOW_CHAIN), is_brief);
	if (plan.below < BELOW_CHAIN)
		y = draw_owner(&drawing, &chain, y, is_brief);
	if (plan.below < BELOW_OWNER) {
		draw_fields(fields, nfields, canvas, area, ++y, plan.field_columns);
		y += ((int)nfields + plan.field_columns - 1) / plan.field_columns;
	}
	if (plan.below == BELOW_ALL)
		draw_legend(&drawing, y + 1);
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
static struct panel_answer act(struct panel *panel, const struct scene *scene, enum action action)
{
	struct arrangement plan;
	struct page page;

	if (!find_blocks(panel, scene, &page, &plan))
		return ANSWER_IGNORED;
	int64_t by = action == ACTION_LEFT    ? -1
		     : action == ACTION_RIGHT ? 1
		     : action == ACTION_UP    ? -plan.per_row
		     : action == ACTION_DOWN  ? plan.per_row
					      : 0;
	int64_t block = (int64_t)chosen_block(scene, &page) + by;
	if (by == 0)
		return ANSWER_IGNORED;
	if (block < 0 || block >= (int64_t)page.blocks)
		return ANSWER_HANDLED;
	return answer_select_address(scene,
		page.base + page.first_block + (uint64_t)block * page.block_size);
}

static struct panel_answer click(struct panel *panel, const struct scene *scene, int x, int y)
{
	struct arrangement plan;
	struct page page;

	if (!find_blocks(panel, scene, &page, &plan))
		return ANSWER_IGNORED;
	/* where the number above the first block begins */
	x -= plan.style == STYLE_SMALL ? plan.x - 2 : plan.x;
	int column = x / styles[plan.style].cell;
	if (x < 0 || y < 0 || y >= plan.rows || column >= plan.per_row)
		return ANSWER_IGNORED;
	uint32_t place = (uint32_t)(y / styles[plan.style].row * plan.per_row + column);
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
