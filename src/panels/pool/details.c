/* See drawing.h: the lines below the blocks. */
#include "panels/pool/drawing.h"

#include "base/text.h"
#include "base/units.h"
#include "base/utf8.h"
#include "canvas/legend.h"
#include "panels/highlight.h"
#include "story/callers.h"
#include "story/places.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define FIELD_APART 40 /* most columns from one field to the next */

/* Adds as many links as fit: "chain of 3: 12 → 4 → 31 → end", "chain of 33: 12 → 4 → …". */
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
 * Returns the row after it. The blocks never used and the tail are to the right of the chain or
 * below it.
 */
static int draw_chain(const struct pool_drawing *drawing, const struct chain *chain, int y,
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
	if (chain->length == 0 && free > 0) /* in a recorded pool */
		text_add(&left, "%" PRIu32 " free (order unknown)", free);
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

static void add_owner(const struct pool_drawing *drawing, const struct live *live,
	struct text *text)
{
	const struct scene *scene = drawing->scene;
	uint64_t ago = player_position(scene->player) - 1 - live->moved;
	struct units size, since, age;
	char caller[200];

	caller_name_of(caller, sizeof(caller), scene->symbols, player_trace(scene->player), live);
	text_add(text, "object %" PRIu32 ", asked %s of %" PRIu32 " B, since event %s",
		live->object, units_count(&size, live->size), drawing->page->block_size,
		units_count(&since, live->moved));
	if (ago > 0)
		text_add(text, ", %s ago", units_count(&age, ago));
	text_add(text, "%s", caller);
}

/* Adds when a free block will be handed out. */
static void add_free(const struct pool_drawing *drawing, const struct chain *chain, uint32_t block,
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

/* Draws the selected block and its object. Returns the row after it. */
static int draw_owner(const struct pool_drawing *drawing, const struct chain *chain, int y,
	bool is_brief)
{
	const struct scene *scene = drawing->scene;
	const struct page *page = drawing->page;
	struct area area = drawing->area;
	struct text text = {0};
	struct live live;
	uint32_t block = pool_selected_block(scene, page);
	uint64_t address = page->base + page->first_block + (uint64_t)block * page->block_size;

	text_add(&text, "block %" PRIu32 ": ", block);
	if (heap_find_address(player_heap(scene->player), address, &live))
		add_owner(drawing, &live, &text);
	else
		add_free(drawing, chain, block, &text);
	int rows = is_brief || area.width >= NARROW ? 1 : 2;
	area.height = y + rows < area.height ? y + rows : area.height;
	area_wrap(drawing->canvas, area, 1, y, 3, ROLE_TEXT, text_of(&text));
	text_finish(&text);
	return y + rows;
}

int pool_draw_fields(const struct field *fields, size_t count, struct canvas *canvas,
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
	return y + ((int)count + columns - 1) / columns;
}

#define OWNED_WORDS "used: the object, and the event it is from"

#define USED(role, words, sign) \
	{ \
		0, 0, role, words, sign \
	}

/* Draws the meanings of the signs that are on the blocks. */
static void draw_legend(const struct pool_drawing *drawing, int y)
{
	enum pool_style style = drawing->plan->style;
	const struct legend_entry entries[] = {
		USED_SIGNS(USED),
		{GLYPH_BAD, 0, ROLE_BAD, "damaged"},
		{GLYPH_HEADER, 0, ROLE_HEADER, "header"},
		{pool_glyph_in_use(style), 0, drawing->in_use,
			style == STYLE_OWNED ? OWNED_WORDS : "used"},
		{GLYPH_NUMBERS, 0, ROLE_FREE, "free, next first"},
		{0, 0, ROLE_FREE, "free, later", 'o'},
		{GLYPH_VIRGIN, 0, ROLE_VIRGIN, "never used"},
		{GLYPH_ALLOCATED, 0, ROLE_HOT_ALLOC, "new"},
		{GLYPH_FREED, 0, ROLE_HOT_FREE, "freed"},
		{GLYPH_WASTE, 0, ROLE_WASTE, "tail"},
	};
	struct legend_entry seen[sizeof(entries) / sizeof(*entries)];
	struct area blocks = drawing->area;
	size_t n = 0;

	blocks.height = drawing->plan->rows;
	for (size_t i = 0; i < sizeof(entries) / sizeof(*entries); i++)
		if (legend_is_seen(drawing->canvas, blocks, &entries[i]))
			seen[n++] = entries[i];
	if (drawing->scene->legend)
		legend_keep(drawing->scene->legend, seen, n);
	else
		legend_draw(drawing->canvas, drawing->area, 1, y, 1, seen, n);
}

/* Whether a blank row parts the blocks from the lines below them. */
static bool is_apart(enum pool_below below)
{
	return below != BELOW_TIGHT && below != BELOW_CHAIN;
}

void pool_draw_details(const struct pool_drawing *drawing, const struct field *fields,
	size_t nfields)
{
	const struct pool_plan *plan = drawing->plan;
	bool is_brief = plan->below >= BELOW_BRIEF;
	struct chain chain;

	chain_read(drawing->engine, drawing->page, &chain);
	int y = draw_chain(drawing, &chain, plan->rows + is_apart(plan->below), is_brief);
	if (plan->below < BELOW_CHAIN)
		y = draw_owner(drawing, &chain, y, is_brief);
	if (plan->below < BELOW_LEGEND)
		y = pool_draw_fields(fields, nfields, drawing->canvas, drawing->area, y + 1,
			plan->field_columns);
	if (plan->below == BELOW_ALL)
		draw_legend(drawing, y + 1);
	else if (plan->below == BELOW_LEGEND || plan->below == BELOW_TIGHT)
		draw_legend(drawing, y);
}
