/* See rows.h. */
#include "panels/bins/rows.h"

#include "base/utf8.h"
#include "panels/chain_pen.h"
#include "panels/highlight.h"
#include "panels/kinds.h"

#include <inttypes.h>
#include <stdio.h>

#define NAME_AT  1
#define WORDS_AT 11 /* after the name of a kind */
#define SIZE_END 7  /* the column after the size of a bin */
#define SIGNS_AT 8
#define SIGNS    8 /* the most of a bin */
#define CHAIN_AT 17
#define SHOWN    64u /* blocks of a bin that are looked up */

void bins_collect(struct bins *bins, const struct engine *engine, uint32_t thread, uint32_t arena)
{
	const struct free_kind *kinds = engine_kinds(engine);

	bins->engine = engine;
	bins->arena = arena;
	bins->nkinds = 0;
	bins->items.count = 0;
	for (size_t i = 0; kinds[i].name && bins->nkinds < BIN_KINDS_MAX; i++) {
		struct bin_kind kind = {.kind = i, .first = bins->items.count};
		size_t first;
		size_t n =
			engine_lists_of(engine, i, kinds[i].is_per_thread ? thread : arena, &first);
		if (n == 0)
			continue;
		for (size_t at = first; at < first + n; at++) {
			struct bin bin = {.at = at, .kind = i};
			engine_list_at(engine, at, &bin.list);
			if (bin.list.length > 0)
				*array_push(&bins->items) = bin;
		}
		kind.count = bins->items.count - kind.first;
		bins->kinds[bins->nkinds++] = kind;
	}
}

/* ---- drawing ------------------------------------------------------------------------------- */

struct drawing {
	const struct bins *bins;
	const struct scene *scene;
	struct canvas *canvas;
	struct area area;
	int y;
};

static const struct free_kind *kind_of(const struct drawing *drawing, const struct bin *bin)
{
	return &engine_kinds(drawing->bins->engine)[bin->kind];
}

static struct cell cell_of(const struct drawing *drawing, size_t kind)
{
	return kind_cell(drawing->bins->engine, (unsigned)kind + 1, drawing->canvas->charset);
}

/* Its blocks have one size, that of the bin. */
static bool has_one_size(const struct drawing *drawing, const struct bin *bin)
{
	return bin->list.size > 0 && kind_of(drawing, bin)->links != LINKS_SIZES;
}

static bool is_chosen(const struct drawing *drawing, const struct list_entry *entry)
{
	const struct selection *selection = drawing->scene->selection;

	return !selection->follow && selection->address - entry->address < entry->size;
}

/* "+193a0": from the start of its region; of another arena than the one shown "arena 2+193a0". */
static void name_block(const struct bins *bins, uint64_t address, char *name, size_t size)
{
	struct region region = {.base = 0};
	size_t at;

	engine_region_at(bins->engine, address, &at, &region);
	bool is_other = bins->arena != (region.kind == REGION_ARENA ? region.serial : 0);
	snprintf(name, size, "%s+%" PRIx64, is_other ? region.name : "", address - region.base);
}

/* How many entries at the front have the same size, of a list that is sorted. */
static size_t same_size(const struct list_entry *entries, size_t n)
{
	size_t same = 1;

	while (same < n && entries[same].size == entries[0].size)
		same++;
	return same;
}

/* "tttt···" */
static void draw_signs(const struct drawing *drawing, const struct bin *bin)
{
	const struct cell cell = cell_of(drawing, bin->kind);
	uint64_t length = bin->list.length;
	uint64_t places = bin->list.limit && bin->list.limit <= SIGNS ? bin->list.limit
			  : length < SIGNS                            ? length
								      : SIGNS;

	for (uint64_t i = 0; i < places; i++) {
		int x = SIGNS_AT + (int)i;
		if (i >= length)
			area_put(drawing->canvas, drawing->area, x, drawing->y,
				glyph_of(drawing->canvas->charset, GLYPH_VIRGIN, 0), ROLE_VIRGIN,
				0);
		else
			area_put(drawing->canvas, drawing->area, x, drawing->y,
				i + 1 == SIGNS && length > SIGNS ? '+' : cell.glyph,
				(enum role)cell.role, 0);
	}
}

/* Draws "+193a0 → +17e00 +2"; blocks of several sizes have them: "850 +0aaa0". */
static void draw_chain(const struct drawing *drawing, const struct bin *bin)
{
	static const enum glyph arrows[] = {[LINKS_NONE] = GLYPH_ARROW,
		[LINKS_STACK] = GLYPH_ARROW,
		[LINKS_RING] = GLYPH_BOTH_WAYS,
		[LINKS_SIZES] = GLYPH_SKIP};
	const struct engine *engine = drawing->bins->engine;
	enum links links = kind_of(drawing, bin)->links;
	struct list_entry entries[SHOWN];
	size_t n = engine_list_entries(engine, bin->at, 0, entries, SHOWN), same;
	struct chain_pen pen = {drawing->canvas, drawing->area, CHAIN_AT, drawing->y, 0,
		bin->list.length, arrows[links]};

	for (size_t i = 0; i < n; i += same) {
		char words[96], times[24] = "", size[24] = "", name[40];
		same = links == LINKS_SIZES ? same_size(&entries[i], n - i) : 1;
		name_block(drawing->bins, entries[i].address, name, sizeof(name));
		if (!has_one_size(drawing, bin))
			snprintf(size, sizeof(size), "%" PRIx64 " ", entries[i].size);
		if (same > 1)
			snprintf(times, sizeof(times), "x%zu ", same);
		snprintf(words, sizeof(words), "%s%s%s", size, times, name);
		enum role role = highlight_role(drawing->scene, entries[i].address, entries[i].size,
			i == 0 ? (enum role)cell_of(drawing, bin->kind).role : ROLE_TEXT);
		if (!chain_pen_link(&pen, same, role,
			    (i == 0 ? CELL_BOLD : 0u) |
				    (is_chosen(drawing, &entries[i]) ? CELL_UNDERLINE : 0u),
			    words))
			return;
	}
	chain_pen_end(&pen);
}

/* Whether the selected block is among the first of the bin. */
static bool has_chosen(const struct drawing *drawing, const struct bin *bin)
{
	struct list_entry entries[SHOWN];
	size_t n = engine_list_entries(drawing->bins->engine, bin->at, 0, entries, SHOWN);

	for (size_t i = 0; i < n; i++)
		if (is_chosen(drawing, &entries[i]))
			return true;
	return false;
}

/* "►    40  ttttttt  +1b9f0 → +19bf0 +5" */
static void draw_bin(const struct drawing *drawing, const struct bin *bin)
{
	char size[24];

	if (has_chosen(drawing, bin))
		area_put(drawing->canvas, drawing->area, 0, drawing->y,
			glyph_of(drawing->canvas->charset, GLYPH_POINTER, 0), ROLE_PLAYHEAD, 0);
	if (bin->list.size) {
		snprintf(size, sizeof(size), "%" PRIx64, bin->list.size);
		area_text_right(drawing->canvas, drawing->area, SIZE_END, drawing->y, ROLE_TEXT, 0,
			size);
	}
	draw_signs(drawing, bin);
	draw_chain(drawing, bin);
}

/* Where the next word of a kind in a few lines goes. */
struct line_pen {
	int x, y, rows; /* rows: the most that it may take */
};

/* Puts a word, two blanks after the one before it; false: there is no row for it. */
static bool put_word(const struct drawing *drawing, struct line_pen *pen, enum role role,
	const char *word)
{
	int gap = pen->x > WORDS_AT ? 2 : 0, width = (int)utf8_cells(word);
	int others = pen->y + 1 < pen->rows ? 0 : 5; /* room to count those that do not fit */

	if (pen->x + gap + width + others > drawing->area.width) {
		if (pen->y + 1 >= pen->rows)
			return false;
		pen->y++;
		pen->x = WORDS_AT;
		gap = 0;
	}
	pen->x = area_text(drawing->canvas, drawing->area, pen->x + gap, drawing->y + pen->y, role,
		0, word);
	return true;
}

/* "20:4": a size and how many; of a bin with several sizes each size. */
static bool put_bin(const struct drawing *drawing, const struct bin *bin, struct line_pen *pen)
{
	const struct cell cell = cell_of(drawing, bin->kind);
	struct list_entry entries[SHOWN];
	char word[48];

	if (has_one_size(drawing, bin)) {
		snprintf(word, sizeof(word), "%" PRIx64 ":%" PRIu64, bin->list.size,
			bin->list.length);
		return put_word(drawing, pen, (enum role)cell.role, word);
	}
	size_t n = engine_list_entries(drawing->bins->engine, bin->at, 0, entries, SHOWN), same;
	for (size_t i = 0; i < n; i += same) {
		same = same_size(&entries[i], n - i);
		snprintf(word, sizeof(word), same > 1 ? "%" PRIx64 ":%zu" : "%" PRIx64,
			entries[i].size, same);
		if (!put_word(drawing, pen, (enum role)cell.role, word))
			return false;
	}
	return true;
}

/* "tcache    20:4  30:2  40:7  +3" in at most that many rows; gives how many it takes. */
static int draw_brief(const struct drawing *drawing, const struct bin_kind *kind, int rows)
{
	struct line_pen pen = {WORDS_AT, 0, rows};

	if (kind->count == 0)
		area_text(drawing->canvas, drawing->area, pen.x, drawing->y, ROLE_QUIET, 0,
			"empty");
	for (size_t i = 0; i < kind->count; i++)
		if (!put_bin(drawing, &drawing->bins->items.items[kind->first + i], &pen)) {
			area_print(drawing->canvas, drawing->area, pen.x + 2, drawing->y + pen.y,
				ROLE_QUIET, "+%zu", kind->count - i);
			break;
		}
	return pen.y + 1;
}

static void draw_kind(const struct drawing *drawing, const struct bin_kind *kind, bool is_brief,
	int rows)
{
	const struct free_kind *about = &engine_kinds(drawing->bins->engine)[kind->kind];
	struct drawing row = *drawing;

	area_text(row.canvas, row.area, NAME_AT, row.y, ROLE_TITLE, 0, about->name);
	if (is_brief) {
		draw_brief(&row, kind, rows);
		return;
	}
	area_text(row.canvas, row.area, WORDS_AT, row.y, ROLE_QUIET, 0, about->words);
	for (size_t at = 0; at < kind->count; at++) {
		row.y++;
		draw_bin(&row, &row.bins->items.items[kind->first + at]);
	}
}

/* ---- layout -------------------------------------------------------------------------------- */

struct kind_rows {
	bool is_brief;
	int rows; /* 0: it is empty, and named in a line with the other empty ones */
};

/* The kind with the most bins that are rows; -1: none is left. */
static int longest_kind(const struct bins *bins, const struct kind_rows layout[BIN_KINDS_MAX])
{
	int longest = -1;

	for (size_t i = 0; i < bins->nkinds; i++)
		if (!layout[i].is_brief &&
			(longest < 0 || bins->kinds[i].count > bins->kinds[longest].count))
			longest = (int)i;
	return longest;
}

/* Empty kinds give their rows to one line for all of them; gives how many rows that saves. */
static int join_empty(const struct bins *bins, struct kind_rows layout[BIN_KINDS_MAX])
{
	int empty = 0;

	for (size_t i = 0; i < bins->nkinds; i++) {
		if (bins->kinds[i].count > 0)
			continue;
		layout[i].rows = 0;
		empty++;
	}
	return empty > 0 ? empty - 1 : 0;
}

/*
 * The empty kinds share one row, always: what is below the bins needs the others. While there are
 * too many rows, the kind with the most bins becomes one line; then rows that are left over go to
 * the lines, as many as each needs.
 */
static void lay_out(const struct bins *bins, const struct scene *scene, struct area area,
	struct kind_rows ret_layout[BIN_KINDS_MAX])
{
	struct canvas nowhere = {.charset = CHARSET_UTF8};
	const struct drawing measured = {bins, scene, &nowhere, {0, 0, area.width, 0}, 0};
	int rows = (int)(bins->nkinds + bins->items.count), longest;

	for (size_t i = 0; i < bins->nkinds; i++)
		ret_layout[i] = (struct kind_rows){bins->kinds[i].count == 0,
			1 + (int)bins->kinds[i].count};
	rows -= join_empty(bins, ret_layout);
	while (rows > area.height && (longest = longest_kind(bins, ret_layout)) >= 0) {
		ret_layout[longest] = (struct kind_rows){true, 1};
		rows -= (int)bins->kinds[longest].count;
	}
	for (size_t i = 0; i < bins->nkinds && rows < area.height; i++) {
		if (!ret_layout[i].is_brief || ret_layout[i].rows == 0)
			continue;
		ret_layout[i].rows = draw_brief(&measured, &bins->kinds[i], 1 + area.height - rows);
		rows += ret_layout[i].rows - 1;
	}
}

int bins_at_row(const struct bins *bins, const struct scene *scene, struct area area, int row)
{
	struct kind_rows layout[BIN_KINDS_MAX];
	int y = 0;

	lay_out(bins, scene, area, layout);
	for (size_t i = 0; i < bins->nkinds; y += layout[i++].rows) {
		const struct bin_kind *kind = &bins->kinds[i];
		if (row < y || row >= y + layout[i].rows || kind->count == 0)
			continue;
		return (int)kind->first + (row > y && !layout[i].is_brief ? row - y - 1 : 0);
	}
	return -1;
}

/* "empty     fast, unsorted": the kinds that have no rows of their own. */
static int draw_empty(const struct drawing *drawing, const struct kind_rows layout[BIN_KINDS_MAX])
{
	int x = WORDS_AT;

	for (size_t i = 0; i < drawing->bins->nkinds; i++) {
		size_t kind = drawing->bins->kinds[i].kind;
		if (layout[i].rows > 0)
			continue;
		x = area_print(drawing->canvas, drawing->area, x, drawing->y, ROLE_QUIET, "%s%s",
			x > WORDS_AT ? ", " : "", engine_kinds(drawing->bins->engine)[kind].name);
	}
	if (x > WORDS_AT)
		area_text(drawing->canvas, drawing->area, NAME_AT, drawing->y, ROLE_QUIET, 0,
			"empty");
	return x > WORDS_AT;
}

int bins_draw(const struct bins *bins, const struct scene *scene, struct canvas *canvas,
	struct area area)
{
	struct drawing drawing = {bins, scene, canvas, area, 0};
	struct kind_rows layout[BIN_KINDS_MAX];

	lay_out(bins, scene, area, layout);
	for (size_t i = 0; i < bins->nkinds && drawing.y < area.height; i++) {
		if (layout[i].rows == 0)
			continue;
		draw_kind(&drawing, &bins->kinds[i], layout[i].is_brief, layout[i].rows);
		drawing.y += layout[i].rows;
	}
	return drawing.y + draw_empty(&drawing, layout);
}
