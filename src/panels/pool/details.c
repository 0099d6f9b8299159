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

#define COLUMN_MAX 40 /* most columns from one field to the next */

/* What fits into rows of an area. */
struct room {
	struct canvas *canvas;
	struct area area;
	int rows;
};

static bool fits(const struct room *room, const char *text)
{
	return area_wrap_rows(room->canvas, room->area, 1, 3, text) <= room->rows;
}

/* Draws from the row on; returns the row after it. */
static int draw_text(const struct room *room, int y, enum role role, const char *text)
{
	struct area area = room->area;

	area.height = y + room->rows < area.height ? y + room->rows : area.height;
	y = area_wrap(room->canvas, area, 1, y, 3, role, text);
	return y < area.height ? y : area.height;
}

/*
 * Adds as many links as fit: "chain of 3: 12 → 4 → 31 → end", "chain of 33: 12 → 4 → …". Returns
 * whether all that are known do.
 */
static bool add_chain(const struct chain *chain, const struct room *room, struct text *text)
{
	uint32_t known = chain->length < CHAIN_SHOWN ? chain->length : CHAIN_SHOWN;

	for (uint32_t shown = known;; shown--) {
		text_clear(text);
		if (chain->length == 0) {
			text_add(text, "chain empty");
			return true;
		}
		text_add(text, "chain of %" PRIu32 ": ", chain->length);
		for (uint32_t i = 0; i < shown; i++)
			text_add(text, "%" PRIu32 " → ", chain->blocks[i]);
		text_add(text, shown < chain->length ? "…" : "end");
		if (shown <= 1 || fits(room, text_of(text)))
			return shown == known;
	}
}

/* Blocks that were freed; those never used come after all others. */
static uint32_t free_blocks(const struct pool_drawing *drawing)
{
	return drawing->page->blocks - drawing->page->used - drawing->virgin;
}

/*
 * "22 never used  464 B tail". None is not named: where all blocks are chained at once, those that
 * were never handed out are in the chain, and are not told from the others.
 */
static void name_rest(const struct pool_drawing *drawing, char *words, size_t size)
{
	int length = 0;

	*words = '\0';
	if (drawing->virgin)
		length = snprintf(words, size, "%" PRIu32 " never used", drawing->virgin);
	if (drawing->tail)
		snprintf(words + length, size - (size_t)length, "%s%" PRIu64 " B tail",
			length ? "  " : "", drawing->tail);
}

/*
 * Returns the row after it. The blocks never used and the tail are to the right of the chain, or,
 * where it is longer than that and there are spare rows, below it.
 */
static int draw_chain(const struct pool_drawing *drawing, const struct chain *chain, int y,
	bool is_brief, int *spare)
{
	struct area area = drawing->area;
	struct text left = {0};
	char right[60];

	name_rest(drawing, right, sizeof(right));
	int beside = area.width - 2 - (int)strlen(right) - 2;
	bool is_beside = area.width >= NARROW || (is_brief && beside >= 16);
	struct room room = {drawing->canvas, area, 1};
	if (is_beside)
		room.area.width = beside + 1;
	if (chain->length == 0 && free_blocks(drawing) > 0) /* in a recorded pool */
		text_add(&left, "%" PRIu32 " free (order unknown)", free_blocks(drawing));
	else if (!add_chain(chain, &room, &left) && *spare > 0) {
		*spare -= is_beside;
		is_brief = is_beside = false;
		room = (struct room){drawing->canvas, area, 1 + *spare};
		add_chain(chain, &room, &left);
	}
	int end = y + 1;
	if (room.rows == 1)
		area_text(drawing->canvas, area, 1, y, ROLE_TEXT, 0, text_of(&left));
	else
		end = draw_text(&room, y, ROLE_TEXT, text_of(&left));
	*spare -= end - y - 1;
	text_finish(&left);
	if (is_beside)
		area_text(drawing->canvas, area, area.width - 1 - (int)strlen(right), y, ROLE_QUIET,
			0, right);
	else if (!is_brief)
		area_text(drawing->canvas, area, 1, end++, ROLE_QUIET, 0, right);
	return end;
}

static void add_owner(const struct pool_drawing *drawing, const struct live *live, bool with_age,
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
	if (ago > 0 && with_age)
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

/*
 * Draws the selected block and its object, in spare rows as well; where there is no room, without
 * its age. Returns the row after it.
 */
static int draw_owner(const struct pool_drawing *drawing, const struct chain *chain, int y,
	int rows, int spare)
{
	const struct scene *scene = drawing->scene;
	const struct page *page = drawing->page;
	struct text text = {0};
	struct live live;
	uint32_t block = pool_selected_block(scene, page);
	uint64_t address = page->base + page->first_block + (uint64_t)block * page->block_size;

	const struct room room = {drawing->canvas, drawing->area, rows + spare};
	bool is_live = heap_find_address(player_heap(scene->player), address, &live);
	for (int with_age = 1; with_age >= 0; with_age--) {
		text_clear(&text);
		text_add(&text, "block %" PRIu32 ": ", block);
		if (is_live)
			add_owner(drawing, &live, with_age, &text);
		else
			add_free(drawing, chain, block, &text);
		if (fits(&room, text_of(&text)))
			break;
	}
	int end = draw_text(&room, y, ROLE_TEXT, text_of(&text));
	text_finish(&text);
	return end > y + rows ? end : y + rows;
}

int pool_draw_fields(const struct field *fields, size_t count, struct canvas *canvas,
	struct area area, int y, int columns)
{
	int width = columns > 1 ? area.width / columns : area.width;

	width = width < COLUMN_MAX ? width : COLUMN_MAX;
	for (size_t i = 0; i < count; i++) {
		int x = (int)(i % (size_t)columns) * width, row = y + (int)(i / (size_t)columns);
		struct area column = {area.x + x, area.y, width, area.height};
		area_text(canvas, column, 1, row, ROLE_QUIET, 0, fields[i].name);
		area_text(canvas, column, 15, row, ROLE_TEXT, 0, fields[i].value);
	}
	return y + ((int)count + columns - 1) / columns;
}

static void run_fields(const struct field *fields, size_t count, struct canvas *canvas,
	struct area area, int y)
{
	int x = 1;

	for (size_t i = 0; i < count; i++) {
		if (x > 1 && x + pool_field_width(&fields[i]) > area.width) {
			x = 1;
			y++;
		}
		x = area_text(canvas, area, x, y, ROLE_QUIET, 0, fields[i].name);
		x = area_text(canvas, area, x + 1, y, ROLE_TEXT, 0, fields[i].value) + FIELD_APART;
	}
}

static int draw_fields(const struct pool_drawing *drawing, int y, const struct field *fields,
	size_t count)
{
	const struct pool_plan *plan = drawing->plan;

	bool is_run = plan->below == BELOW_RUN ||
		      (plan->below == BELOW_SOME_FIELDS && plan->field_columns == 1);

	if (!is_run)
		return pool_draw_fields(fields, count, drawing->canvas, drawing->area, y,
			plan->field_columns);
	run_fields(fields, count, drawing->canvas, drawing->area, y);
	return y;
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

/* The rows that nothing takes when chain and owner have as many as they must. */
static int spare_rows(const struct pool_drawing *drawing, int y, int chain, int owner,
	int field_rows)
{
	enum pool_below below = drawing->plan->below;
	int fields = below < BELOW_LEGEND ? 1 + field_rows : 0;
	int legend = drawing->scene->legend                          ? 0
		     : below == BELOW_ALL                            ? 2
		     : below == BELOW_LEGEND || below == BELOW_TIGHT ? 1
								     : 0;
	int spare = drawing->area.height - y - chain - owner - fields - legend;

	return spare > 0 ? spare : 0;
}

void pool_draw_details(const struct pool_drawing *drawing, const struct field *fields,
	size_t nfields)
{
	const struct pool_plan *plan = drawing->plan;
	bool is_brief = plan->below >= BELOW_BRIEF, is_wide = drawing->area.width >= NARROW;
	int owner = plan->below >= BELOW_CHAIN ? 0 : is_brief || is_wide ? 1 : 2;
	int y = plan->rows + is_apart(plan->below);
	int spare = spare_rows(drawing, y, is_brief || is_wide ? 1 : 2, owner,
		pool_field_rows(plan, drawing->area.width, fields, nfields));
	uint32_t free = free_blocks(drawing);
	struct chain chain;

	chain_read(drawing->engine, drawing->page, &chain);
	if (chain.length > 0 && chain.length < free) /* an engine may number the first alone */
		chain.length = free;
	y = draw_chain(drawing, &chain, y, is_brief, &spare);
	if (owner)
		y = draw_owner(drawing, &chain, y, owner, spare);
	if (plan->below < BELOW_LEGEND)
		y = draw_fields(drawing, y + 1, fields, nfields);
	if (plan->below == BELOW_ALL)
		draw_legend(drawing, y + 1);
	else if (plan->below == BELOW_LEGEND || plan->below == BELOW_TIGHT)
		draw_legend(drawing, y);
}
