/*
 * One pool: its blocks in order, the chain of free ones with links numbered as they will be handed out, the part never carved, the
 * header's fields by name.
 */
#include "view/look.h"

#include "base/text.h"
#include "base/units.h"

#include <inttypes.h>
#include <stdio.h>


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

static void update(struct panel *panel, const struct scene *scene)
{
	struct pool_panel *self = (struct pool_panel *)panel;
	const struct engine *engine;
	struct page page;
	char name[32];

	snprintf(self->title, sizeof(self->title), "no pool chosen");
	if (!find_pool(scene, &engine, &page))
		return;
	look_page_name(engine, page.base, name, sizeof(name));
	if (page.state == PAGE_VIRGIN || page.state == PAGE_LOST)
		snprintf(self->title, sizeof(self->title), "%s %s", name,
			page.state == PAGE_VIRGIN ? "never carved" : "lost to alignment");
	else if (page.state == PAGE_FREE)
		snprintf(self->title, sizeof(self->title), "%s empty (was class %" PRIu32 ")", name, page.size_class);
	else
		snprintf(self->title, sizeof(self->title), "%s  class %" PRIu32 " = %" PRIu32 " B  %" PRIu32 "/%" PRIu32
			" used", name, page.size_class, page.block_size, page.used, page.blocks);
}

static void remark(const struct panel *panel, char *ret_remark, size_t size)
{
	snprintf(ret_remark, size, "%s", ((const struct pool_panel *)panel)->title);
}

/* What a visit over the pool's spans draws into. */
struct drawing {
	const struct scene *scene;
	struct canvas *canvas;
	struct area area;
	int x, y;
	int cell;	/* columns a block takes */
	int first_x;
	const struct page *page;
	bool numbered;
	uint32_t chain[CHAIN_SHOWN];	/* blocks, by place in the chain */
	uint32_t chain_length;
	uint32_t virgin;
	uint64_t waste;
};

static uint32_t block_of(const struct drawing *drawing, const struct span *span)
{
	const struct page *page = drawing->page;

	return page->block_size ? (uint32_t)((span->base - page->base - page->first_block) / page->block_size) : 0;
}

static void put_block(struct drawing *drawing, uint32_t glyph, enum role role, uint32_t block)
{
	if (drawing->x + drawing->cell > drawing->area.width) {
		drawing->x = drawing->first_x;
		drawing->y += drawing->numbered ? 3 : 1;
	}
	if (drawing->y + (drawing->numbered ? 1 : 0) >= drawing->area.height) {
		drawing->y = drawing->area.height;
		return;
	}
	if (drawing->numbered) {
		area_print(drawing->canvas, drawing->area, drawing->x, drawing->y, ROLE_QUIET, "%3" PRIu32, block);
		for (int i = 0; i < 3; i++)
			area_put(drawing->canvas, drawing->area, drawing->x + i, drawing->y + 1, glyph, role, 0);
	} else {
		area_put(drawing->canvas, drawing->area, drawing->x, drawing->y, glyph, role, 0);
	}
	drawing->x += drawing->cell;
}

static uint32_t order_sign(const struct drawing *drawing, uint32_t order)
{
	(void)drawing;
	return order >= 1 && order <= 9 ? '0' + order : 'o';
}

static bool draw_span(const struct span *span, void *user)
{
	struct drawing *drawing = user;
	enum charset charset = drawing->canvas->charset;
	enum role hot = look_hot(drawing->scene, span->base, span->size, ROLE_TEXT);
	uint32_t block = block_of(drawing, span);

	switch (span->state) {
	case SPAN_HEADER:
		break;
	case SPAN_USED:
		put_block(drawing,
			glyph_of(charset, hot == ROLE_HOT_ALLOC ? GLYPH_ALLOCATED : GLYPH_BLOCK, 0),
			hot == ROLE_TEXT ? ROLE_LIVE : hot, block);
		break;
	case SPAN_FREE:
		if (span->order >= 1 && span->order <= CHAIN_SHOWN)
			drawing->chain[span->order - 1] = block;
		drawing->chain_length++;
		put_block(drawing, order_sign(drawing, span->order), hot == ROLE_TEXT ? ROLE_FREE : hot, block);
		break;
	case SPAN_VIRGIN:
		drawing->virgin++;
		put_block(drawing, glyph_of(charset, GLYPH_VIRGIN, 0), ROLE_VIRGIN, block);
		break;
	case SPAN_WASTE:
		drawing->waste = span->size;
		break;
	}
	return true;
}

static void add_chain(const struct drawing *drawing, struct text *text)
{
	uint32_t shown = drawing->chain_length < 8 ? drawing->chain_length : 8;

	text_add(text, "chain ");
	for (uint32_t i = 0; i < shown; i++)
		text_add(text, "%s%" PRIu32, i ? " → " : "", drawing->chain[i]);
	if (drawing->chain_length > shown)
		text_add(text, " → … %" PRIu32 " in all", drawing->chain_length);
	else if (shown > 0)
		text_add(text, " → end");
	else
		text_add(text, "empty");
	text_add(text, "   %" PRIu32 " never used", drawing->virgin);
	if (drawing->waste)
		text_add(text, "   %" PRIu64 " B tail", drawing->waste);
}

static void draw_fields(const struct engine *engine, const struct page *page, struct canvas *canvas,
	struct area area, int y)
{
	struct field fields[12];
	size_t n = engine->ops->fields ? engine->ops->fields(engine, page->base, fields, 12) : 0;
	int columns = area.width >= 50 ? 2 : 1;
	int width = area.width / columns;

	for (size_t i = 0; i < n; i++) {
		int x = 1 + (int)(i % (size_t)columns) * width, row = y + (int)(i / (size_t)columns);
		area_text(canvas, area, x, row, ROLE_QUIET, 0, fields[i].name);
		area_text(canvas, area, x + 14, row, ROLE_TEXT, 0, fields[i].value);
	}
}

/* The object under the cursor, or of the event. */
static void draw_owner(const struct scene *scene, struct canvas *canvas, struct area area, int y)
{
	struct live live;
	struct units size, given, born;

	if (!heap_find_address(player_heap(scene->player), scene->selection->address, &live))
		return;
	area_print(canvas, area, 1, y, ROLE_TEXT, "object %" PRIu32 ": asked %s B, got %s B, since event %s", live.object,
		units_count(&size, live.size), units_count(&given, live.given), units_count(&born, live.born));
}

static void draw(const struct panel *panel, const struct scene *scene, struct canvas *canvas, struct area area)
{
	const struct engine *engine;
	struct page page;
	struct text chain = {0};

	(void)panel;
	if (!find_pool(scene, &engine, &page)) {
		area_wrap(canvas, area, 1, 0, 1, ROLE_QUIET,
			"The pool of the last event is shown here, block by block.");
		return;
	}
	if (page.state == PAGE_VIRGIN || page.state == PAGE_LOST || page.state == PAGE_FREE) {
		area_wrap(canvas, area, 1, 0, 1, ROLE_QUIET,
			page.state == PAGE_FREE ? "Empty: in its arena's list freepools. Any class may take it."
			: page.state == PAGE_VIRGIN
				? "Never carved: behind the arena's pool_address."
				: "Lost: the arena does not begin at a multiple of the pool size.");
		if (area.height > 6)
			draw_fields(engine, &page, canvas, area, 2);
		return;
	}

	struct drawing drawing = {.scene = scene, .canvas = canvas, .area = area, .page = &page, .first_x = 2};
	bool roomy = area.height >= 12 && area.width >= 36;
	int per_row = (area.width - 2) / 5;
	drawing.numbered = roomy && per_row > 0 && ((int)page.blocks + per_row - 1) / per_row * 3 <= area.height - 9;
	drawing.cell = drawing.numbered ? 5 : roomy && (int)page.blocks * 2 <= (area.height - 9) * (area.width - 3) ? 2 : 1;
	int reserved = roomy ? 8 : 1;
	drawing.area.height = area.height - reserved > 1 ? area.height - reserved : 1;
	drawing.x = drawing.first_x;
	area_put(canvas, area, 0, 0, glyph_of(canvas->charset, GLYPH_HEADER, 0), ROLE_HEADER, 0);
	engine->ops->spans(engine, page.base, page.base + page.size, draw_span, &drawing);

	add_chain(&drawing, &chain);
	int y = area.height - 1;
	if (roomy) {
		y = drawing.area.height + 1 < drawing.y + 3 ? drawing.area.height + 1 : drawing.y + (drawing.numbered ? 3 : 2);
		draw_owner(scene, canvas, area, y + 1);
		draw_fields(engine, &page, canvas, area, y + 3);
	}
	area_text(canvas, area, 1, y, ROLE_TEXT, 0, text_of(&chain));
	text_finish(&chain);
}

const struct panel_ops panel_pool = {
	.name = "pool",
	.title = "Pool",
	.letter = 'p',
	.priority = 3,
	.state_size = sizeof(struct pool_panel),
	.is_useful = is_useful,
	.update = update,
	.remark = remark,
	.draw = draw,
};
