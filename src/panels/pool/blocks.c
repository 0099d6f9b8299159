/* See drawing.h. */
#include "panels/pool/drawing.h"

#include "base/units.h"
#include "panels/highlight.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

static void block_at(const struct pool_drawing *drawing, uint32_t block, int *ret_x, int *ret_y)
{
	const struct pool_plan *plan = drawing->plan;
	uint32_t place = block - plan->first;

	*ret_x = plan->x +
		 (int)(place % (uint32_t)plan->per_row) * pool_style_sizes[plan->style].cell;
	*ret_y = (int)(place / (uint32_t)plan->per_row) * pool_style_sizes[plan->style].row;
}

/* The column in which a number of three digits begins above a block. */
static int number_column(enum pool_style style, int x)
{
	return style == STYLE_OWNED   ? x
	       : style == STYLE_SMALL ? x - 2
				      : x + (pool_style_sizes[style].width - 3) / 2;
}

/* Draws a block with its number above it; all of its cells, or only a label in their first row. */
static void put_numbered(const struct pool_drawing *drawing, uint32_t block, uint32_t sign,
	const char *label, enum role role, unsigned marks)
{
	enum pool_style style = drawing->plan->style;
	bool is_small = style == STYLE_OWNED || style == STYLE_SMALL;
	int x, y;

	block_at(drawing, block, &x, &y);
	int left = number_column(style, x), width = is_small ? 1 : pool_style_sizes[style].width;
	area_print(drawing->canvas, drawing->area, left, y, ROLE_QUIET,
		style == STYLE_OWNED ? "%" PRIu32 : "%3" PRIu32, block);
	for (int row = 1; row < pool_style_sizes[style].end && (row == 1 || !is_small); row++)
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

static void put_block(const struct pool_drawing *drawing, uint32_t block, uint32_t sign,
	const char *label, enum role role)
{
	const struct selection *selection = drawing->scene->selection;
	const struct page *page = drawing->page;
	uint64_t base = page->base + page->first_block + (uint64_t)block * page->block_size;
	unsigned marks = !selection->follow && selection->address - base < page->block_size
				 ? CELL_CHOSEN | CELL_HELD
				 : CELL_HELD;
	int x, y;

	if (block < drawing->plan->first || block - drawing->plan->first >= drawing->plan->shown)
		return;
	if (pool_style_is_numbered(drawing->plan->style)) {
		put_numbered(drawing, block, sign, label, role, marks);
		return;
	}
	block_at(drawing, block, &x, &y);
	area_put(drawing->canvas, drawing->area, x, y, sign, role, marks);
}

/* Draws the object beside the sign of the block, and the event that put it there below. */
static void put_owner(const struct pool_drawing *drawing, uint32_t block, uint64_t address)
{
	struct live live;
	struct units since;
	char object[16];
	int x, y;

	if (drawing->plan->style != STYLE_OWNED ||
		!heap_find_address(player_heap(drawing->scene->player), address, &live))
		return;
	block_at(drawing, block, &x, &y);
	struct area cell = {drawing->area.x + x, drawing->area.y + y,
		pool_style_sizes[STYLE_OWNED].width, 3};
	snprintf(object, sizeof(object), "%" PRIu32, live.object);
	area_text(drawing->canvas, cell, 2, 1, ROLE_TEXT, 0, object);
	area_text(drawing->canvas, cell, 2, 2, ROLE_QUIET, 0, units_count(&since, live.moved));
}

static void put_used(const struct pool_drawing *drawing, uint32_t block, enum role hot)
{
	enum charset charset = drawing->canvas->charset;
	enum glyph glyph =
		hot == ROLE_HOT_ALLOC ? GLYPH_ALLOCATED : pool_glyph_in_use(drawing->plan->style);

	put_block(drawing, block, glyph_of(charset, glyph, 0), NULL,
		hot == ROLE_TEXT || hot == ROLE_HOT_FREE ? drawing->in_use : hot);
}

static void put_free(const struct pool_drawing *drawing, uint32_t block, uint32_t order,
	enum role hot)
{
	bool is_freed = hot == ROLE_HOT_FREE, has_number = order >= 1 && order <= 9;
	uint32_t sign = has_number ? '0' + order
			: is_freed ? glyph_of(drawing->canvas->charset, GLYPH_FREED, 0)
				   : 'o';
	char label[8];

	snprintf(label, sizeof(label), is_freed ? "-%" PRIu32 "-" : "%" PRIu32, order);
	put_block(drawing, block, sign, label, hot == ROLE_TEXT ? ROLE_FREE : hot);
}

/* Draws that the program read or wrote in the block. */
static void put_use(const struct pool_drawing *drawing, uint32_t block, const struct span *span)
{
	struct used_bytes used;
	enum role role;

	if (!highlight_used(drawing->scene, &used))
		return;
	uint32_t sign = used_sign(&used, span->base, span->size, span->state == SPAN_USED,
		drawing->canvas->charset, &role);
	if (sign)
		put_block(drawing, block, sign, NULL, role);
}

static bool draw_span(const struct span *span, void *user)
{
	struct pool_drawing *drawing = user;
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
	case SPAN_WAITING: /* of regions; pools have none */
		drawing->tail = span->size;
		break;
	}
	put_use(drawing, block, span);
	return true;
}

/* Draws the number of the first block of each row. */
static void draw_numbers(const struct pool_drawing *drawing)
{
	const struct pool_plan *plan = drawing->plan;
	uint32_t bar = glyph_of(drawing->canvas->charset, GLYPH_V_LINE, 0);

	for (uint32_t i = 0; i < plan->shown; i += (uint32_t)plan->per_row) {
		int row = (int)(i / (uint32_t)plan->per_row);
		area_print(drawing->canvas, drawing->area, 1, row, ROLE_QUIET, "%4" PRIu32,
			plan->first + i);
		area_put(drawing->canvas, drawing->area, plan->x - 1, row, bar, ROLE_QUIET, 0);
	}
}

/* Draws "H|" before the blocks and "|x" after them, or signs that there are more. */
static void draw_ends(const struct pool_drawing *drawing)
{
	const struct pool_plan *plan = drawing->plan;
	struct canvas *canvas = drawing->canvas;
	uint32_t bar = glyph_of(canvas->charset, GLYPH_V_LINE, 0);
	uint32_t more = glyph_of(canvas->charset, GLYPH_ELLIPSIS, 0);
	int row = pool_style_is_numbered(plan->style);
	int x, y;

	if (plan->x == NUMBERS)
		draw_numbers(drawing);
	area_put(canvas, drawing->area, plan->x == NUMBERS ? NUMBERS - 1 : MARGIN - 1, row,
		plan->first == 0 ? bar : more, ROLE_QUIET, 0);
	if (plan->first == 0 && drawing->page->first_block > 0)
		area_put(canvas, drawing->area, 1, row, glyph_of(canvas->charset, GLYPH_HEADER, 0),
			ROLE_HEADER, 0);
	block_at(drawing, plan->first + plan->shown - 1, &x, &y);
	x += pool_style_sizes[plan->style].cell;
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

void pool_draw_blocks(struct pool_drawing *drawing)
{
	const struct page *page = drawing->page;

	engine_spans(drawing->engine, page->base, page->base + page->size, draw_span, drawing);
	draw_ends(drawing);
}
