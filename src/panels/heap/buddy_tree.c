/*
 * See buddy_tree.h. The number of columns is a power of two, or a multiple of the number of the
 * smallest blocks, so that halves begin at columns as long as they are at least one column wide.
 * The contents of a column of a row are added up first and drawn afterwards: so rows of sizes below
 * a column can be drawn as well, by the share of the column that such blocks take. In a lecture
 * rows are as high as there is room for.
 *
 * Where there are more sizes than lines, rows that have nothing are left out first, the smallest
 * sizes before others, then those that only contain split blocks, then the smallest sizes; but
 * never the row of the event. So the rows are a ladder without a gap wherever that is possible: a
 * class counts the cuts on it.
 */
#include "panels/heap/buddy_tree.h"

#include "base/units.h"
#include "canvas/legend.h"
#include "engines/buddy.h"
#include "panels/highlight.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define LEVELS_MAX  48u
#define COLUMNS_MAX 192u
#define LINES_MAX   5 /* of a row */
#define BLOCKS_MAX  4096u
#define LABEL       8 /* "512 KiB " */
#define COUNTS      8 /* " 12 free" */

/* The contents of one column in the row of one size. */
struct bit {
	uint64_t used; /* in grains */
	bool is_free, is_split, is_chosen, is_padding;
	enum role hot; /* ROLE_TEXT: the event changed nothing here */
};

struct level {
	uint64_t size; /* of a block */
	bool has_blocks;
	bool has_split; /* a block of this size was cut */
	bool is_hot;
	struct bit bits[COLUMNS_MAX];
};

/* How the width is divided. */
struct widths {
	int label; /* the size of a row, and a blank */
	int columns;
	bool has_counts; /* of free blocks */
};

struct plan {
	const struct buddy_drawing *tree;
	struct widths widths;
	uint64_t grains; /* per byte, so that a column has a whole number of them */
	uint64_t cell;   /* grains per column */
	unsigned count;  /* levels */
	struct level levels[LEVELS_MAX];
	int row_of[LEVELS_MAX]; /* -1: left out */
	int rows;
	int lines; /* of a row */
	unsigned left_out;
};

bool buddy_tree_fits(const struct engine *engine)
{
	struct totals totals;

	if (!engine_halves(engine) || engine_region_count(engine) != 1)
		return false;
	engine_totals(engine, &totals);
	return totals.blocks_live + totals.free_spans <= BLOCKS_MAX;
}

/* ---- contents ------------------------------------------------------------------------------ */

static uint64_t smallest_of(const struct buddy_drawing *tree)
{
	return tree->region.size >> (engine_list_count(tree->engine) - 1);
}

/* As many columns as fit in that width. */
static int columns_for(const struct buddy_drawing *tree, int width)
{
	uint64_t blocks = tree->size / smallest_of(tree);
	int most = width < (int)COLUMNS_MAX ? width : (int)COLUMNS_MAX, columns = 1;

	if (blocks > 0 && blocks <= (uint64_t)most)
		return most / (int)blocks * (int)blocks;
	while (columns * 2 <= most && (uint64_t)columns * 2 <= tree->size)
		columns *= 2;
	return columns;
}

/* In a narrow drawing, twice the columns are worth more than the counts. */
static struct widths widths_for(const struct buddy_drawing *tree, int width)
{
	struct widths roomy = {LABEL, columns_for(tree, width - LABEL - COUNTS), true};
	struct units largest;

	units_bytes(&largest, tree->size);
	int label = (int)strlen(largest.text) + 2;
	const struct widths tight = {label < LABEL ? label : LABEL,
		columns_for(tree, width - (label < LABEL ? label : LABEL)), false};
	return width < LEGEND_NARROW && tight.columns > roomy.columns ? tight : roomy;
}

/* The row for blocks of a size; those larger than the window are in the first row. */
static unsigned level_of(const struct plan *plan, uint64_t size)
{
	unsigned level = 0;

	while (level + 1 < plan->count && plan->levels[level].size > size)
		level++;
	return level;
}

/* The columns that show any part of these bytes; false: they are outside the window. */
static bool columns_of(const struct plan *plan, uint64_t base, uint64_t size, int *ret_first,
	int *ret_last)
{
	uint64_t from = base > plan->tree->base ? base - plan->tree->base : 0;
	uint64_t end = base + size - plan->tree->base;

	if (base + size <= plan->tree->base || from >= plan->tree->size)
		return false;
	end = end < plan->tree->size ? end : plan->tree->size;
	*ret_first = (int)(from * plan->grains / plan->cell);
	*ret_last = (int)((end * plan->grains - 1) / plan->cell);
	return true;
}

/* The first column of which half or more is padding, in a block of several columns. */
static int first_padding(const struct plan *plan, const struct span *span, int last)
{
	struct live live;

	if (span->state != SPAN_USED || span->size * plan->grains < 2 * plan->cell ||
		!heap_find_address(player_heap(plan->tree->scene->player), span->payload, &live))
		return last + 1;
	uint64_t asked = live.address + (live.size ? live.size : 1) - plan->tree->base;
	uint64_t column = (asked * plan->grains + (plan->cell - 1) / 2) / plan->cell;
	/* always shows the object */
	uint64_t first = (span->base - plan->tree->base) * plan->grains / plan->cell;
	return (int)(column > first ? column : first + 1);
}

static bool add_block(const struct span *span, void *user)
{
	struct plan *plan = user;
	unsigned level = level_of(plan, span->size);
	const struct buddy_drawing *tree = plan->tree;
	enum role hot = highlight_role(tree->scene, span->base, span->size, ROLE_TEXT);
	int first, last;

	if (!columns_of(plan, span->base, span->size, &first, &last))
		return true;
	plan->levels[level].has_blocks = true;
	uint64_t grains = span->size * plan->grains;
	int padding = first_padding(plan, span, last);
	for (int x = first; x <= last; x++) {
		struct bit *bit = &plan->levels[level].bits[x];
		if (span->state == SPAN_USED)
			bit->used += grains < plan->cell ? grains : plan->cell;
		else
			bit->is_free = true;
		bit->is_padding = x >= padding;
		bit->is_chosen |= tree->chosen.size > 0 && span->base == tree->chosen.base;
		if (hot == ROLE_HOT_ALLOC)
			bit->hot = hot;
		plan->levels[level].is_hot |= hot != ROLE_TEXT;
		for (unsigned above = 0; above < level; above++)
			plan->levels[above].has_split = plan->levels[above].bits[x].is_split = true;
	}
	return true;
}

static void mark(struct plan *plan, uint64_t base, uint64_t size, enum role role)
{
	unsigned level = level_of(plan, size);
	int first, last;

	if (size > plan->tree->size || !columns_of(plan, base, size, &first, &last))
		return;
	plan->levels[level].is_hot = true;
	for (int x = first; x <= last; x++)
		plan->levels[level].bits[x].hot = role;
}

/* Marks the blocks that the event split, and the halves that it merged. */
static void mark_changes(struct plan *plan)
{
	const struct decision_log *log = plan->tree->scene->log;
	const struct effect *effect = plan->tree->scene->effect;

	if (plan->tree->scene->decision_step) /* the decisions shown are those of the next event */
		return;
	for (size_t i = 0; log && i < log->count; i++) {
		const struct decision *decision = &log->items[i];
		if (decision->kind == &decision_buddy_split) {
			mark(plan, decision->a, decision->b * 2, ROLE_CHANGED);
		} else if (decision->kind == &decision_buddy_merged) {
			mark(plan, decision->a, decision->c / 2, ROLE_CHANGED);
			mark(plan, decision->b, decision->c / 2, ROLE_CHANGED);
		}
	}
	if (effect && effect->old_address && effect->old_given &&
		effect->outcome == OUTCOME_RELEASED)
		mark(plan, effect->old_address, effect->old_given, ROLE_HOT_FREE);
}

/* ---- rows ---------------------------------------------------------------------------------- */

/* Leaves the row out, if there are too many. */
static void leave_out(struct plan *plan, unsigned level, unsigned *excess)
{
	if (*excess == 0 || plan->row_of[level] < 0 || plan->levels[level].is_hot)
		return;
	plan->row_of[level] = -1;
	plan->left_out++;
	--*excess;
}

static void choose_rows(struct plan *plan, int height)
{
	unsigned excess = plan->count > (unsigned)height ? plan->count - (unsigned)height : 0;

	plan->left_out = 0;
	for (unsigned i = 0; i < plan->count; i++)
		plan->row_of[i] = 0;
	for (unsigned i = plan->count; i-- > 0;)
		if (!plan->levels[i].has_blocks && !plan->levels[i].has_split)
			leave_out(plan, i, &excess);
	for (unsigned i = 0; i < plan->count; i++)
		if (!plan->levels[i].has_blocks)
			leave_out(plan, i, &excess);
	for (unsigned i = plan->count; i-- > 0;)
		leave_out(plan, i, &excess);
	plan->rows = 0;
	for (unsigned i = 0; i < plan->count; i++)
		if (plan->row_of[i] == 0)
			plan->row_of[i] = plan->rows++;
	plan->lines = plan->tree->scene->lecture && plan->rows > 0 ? height / plan->rows : 1;
	plan->lines = plan->lines > LINES_MAX ? LINES_MAX : plan->lines > 1 ? plan->lines : 1;
}

static uint64_t common_divisor(uint64_t a, uint64_t b)
{
	return b ? common_divisor(b, a % b) : a;
}

static void make_plan(struct plan *plan, const struct buddy_drawing *tree, int width)
{
	uint64_t smallest = smallest_of(tree);

	*plan = (struct plan){.tree = tree, .widths = widths_for(tree, width)};
	uint64_t columns = (uint64_t)plan->widths.columns,
		 common = common_divisor(tree->size, columns);
	plan->grains = columns / common;
	plan->cell = tree->size / common;
	for (uint64_t size = tree->size; size >= smallest && plan->count < LEVELS_MAX; size /= 2)
		plan->levels[plan->count++].size = size;
	engine_spans(tree->engine, tree->base, tree->base + tree->size, add_block, plan);
	mark_changes(plan);
}

/* ---- drawing ------------------------------------------------------------------------------- */

/*
 * The sign and role for a column of a row; its position in the node shows where the node begins and
 * ends.
 */
static enum glyph glyph_at(const struct plan *plan, const struct level *level, int x,
	enum role *ret_role)
{
	const struct bit *bit = &level->bits[x];
	uint64_t at = (uint64_t)x * plan->cell, size = level->size * plan->grains;
	bool is_wide = size >= 2 * plan->cell;
	bool is_first = is_wide && at % size == 0,
	     is_last = is_wide && (at + plan->cell) % size == 0;
	enum role role = bit->hot == ROLE_CHANGED ? ROLE_CHANGED : ROLE_QUIET;

	*ret_role = bit->hot == ROLE_TEXT ? ROLE_WASTE : bit->hot;
	if (bit->is_padding)
		return GLYPH_WASTE;
	if (bit->hot == ROLE_HOT_ALLOC)
		return GLYPH_ALLOCATED;
	if (bit->used > 0) {
		*ret_role = ROLE_LIVE;
		return bit->used < plan->cell ? GLYPH_FILL : is_last ? GLYPH_EDGE : GLYPH_FULL;
	}
	if (bit->hot == ROLE_HOT_FREE)
		return GLYPH_FREED;
	if (bit->is_free) {
		*ret_role = bit->hot == ROLE_CHANGED ? ROLE_CHANGED : ROLE_FREE;
		return is_first ? GLYPH_V_LINE : GLYPH_HOLE;
	}
	*ret_role = role;
	if (bit->is_split)
		return is_first ? GLYPH_TRACK_START : is_last ? GLYPH_TRACK_END : GLYPH_SPLIT;
	return bit->hot == ROLE_CHANGED ? GLYPH_MERGED : GLYPH_COUNT;
}

static uint64_t free_blocks(const struct buddy_drawing *tree, uint64_t size)
{
	size_t count = engine_list_count(tree->engine), at = 0;
	struct list list;

	while (at + 1 < count && tree->region.size >> (count - 1 - at) < size)
		at++;
	engine_list_at(tree->engine, at, &list);
	return list.length;
}

/* A line of a row; what is no block is in the middle one alone. */
static void draw_line(const struct plan *plan, const struct level *level, int y, bool is_middle,
	struct canvas *canvas, struct area area)
{
	for (int x = 0; x < plan->widths.columns; x++) {
		const struct bit *bit = &level->bits[x];
		bool is_block = bit->used > 0 || bit->is_free || bit->is_padding;
		enum role role;
		enum glyph glyph = glyph_at(plan, level, x, &role);
		if (glyph < GLYPH_COUNT && (is_block || is_middle))
			area_put(canvas, area, plan->widths.label + x, y,
				glyph_of(canvas->charset, glyph, (int)(bit->used * 8 / plan->cell)),
				role, bit->is_chosen ? CELL_CHOSEN : 0);
	}
}

/* The line of a row that has its labels. */
static int middle_of(const struct plan *plan, int row)
{
	return row * plan->lines + (plan->lines - 1) / 2;
}

static void draw_level(const struct plan *plan, const struct level *level, int row,
	struct canvas *canvas, struct area area)
{
	struct units size;
	uint64_t free = free_blocks(plan->tree, level->size);
	int left = plan->widths.label, right = left + plan->widths.columns + 1;
	int y = middle_of(plan, row);

	units_bytes(&size, level->size);
	area_text(canvas, area, left - 1 - (int)strlen(size.text), y, ROLE_QUIET, 0, size.text);
	for (int line = row * plan->lines; line < (row + 1) * plan->lines; line++)
		draw_line(plan, level, line, line == y, canvas, area);
	if (free > 0 && plan->widths.has_counts)
		area_print(canvas, area, right, y, ROLE_QUIET, "%" PRIu64 " free", free);
}

/* The object number, in the middle of its block where there is room. */
struct labels {
	const struct plan *plan;
	struct canvas *canvas;
	struct area area;
};

static bool add_label(const struct span *span, void *user)
{
	const struct labels *labels = user;
	const struct plan *plan = labels->plan;
	unsigned level = level_of(plan, span->size);
	int first, last, row = plan->row_of[level];
	struct live live;
	char name[16];

	if (span->state != SPAN_USED || row < 0 ||
		!columns_of(plan, span->base, span->size, &first, &last) ||
		!heap_find_address(player_heap(plan->tree->scene->player), span->payload, &live))
		return true;
	int length = snprintf(name, sizeof(name), "%" PRIu32, live.object);
	if (last - first + 1 < length + 2)
		return true;
	bool is_new = plan->levels[level].bits[first].hot == ROLE_HOT_ALLOC;
	area_text(labels->canvas, labels->area,
		plan->widths.label + first + (last - first + 1 - length) / 2, middle_of(plan, row),
		is_new ? ROLE_HOT_ALLOC : ROLE_TEXT, CELL_BOLD | CELL_HELD, name);
	return true;
}

static int draw_legend(const struct plan *plan, struct canvas *canvas, struct area area, int y,
	int rows)
{
	static const struct legend_entry start = {GLYPH_V_LINE, 0, ROLE_FREE, "free"};
	static const struct legend_entry entries[] = {
		{GLYPH_TRACK_START, 0, ROLE_QUIET, "split"},
		{GLYPH_TRACK_START, 0, ROLE_CHANGED, "split"}, /* by this event */
		{GLYPH_FULL, 0, ROLE_LIVE, "object"},
		{GLYPH_HOLE, 0, ROLE_FREE, "free"},
		{GLYPH_ALLOCATED, 0, ROLE_HOT_ALLOC, "new"},
		{GLYPH_FREED, 0, ROLE_HOT_FREE, "freed"},
		{GLYPH_MERGED, 0, ROLE_CHANGED, "merged"},
		{GLYPH_WASTE, 0, ROLE_WASTE, "padding"},
		{GLYPH_EDGE, 0, ROLE_LIVE, "a block ends"},
	};
	struct legend_entry seen[sizeof(entries) / sizeof(*entries)];
	const struct area above = {area.x, area.y, area.width, y};
	const struct buddy_drawing *tree = plan->tree;
	struct units units, whole;
	struct legend *common = tree->scene->legend;
	char scale[sizeof(common->scales[0])] = "1 column";
	size_t n = 0;

	for (size_t i = 0; i < sizeof(entries) / sizeof(*entries); i++)
		if (legend_is_seen(canvas, above, &entries[i])) {
			if (n > 0 && strcmp(seen[n - 1].words, entries[i].words) == 0)
				continue;
			seen[n] = entries[i];
			if (seen[n].role == ROLE_FREE && legend_is_seen(canvas, above, &start))
				seen[n].label = "│·";
			n++;
		}
	if (plan->grains > 1)
		snprintf(scale, sizeof(scale), "%" PRIu64 " columns", plan->grains);
	snprintf(scale + strlen(scale), sizeof(scale) - strlen(scale), " = %s",
		units_bytes(&units, plan->cell));
	if (common) {
		snprintf(common->scales[common->map], sizeof(scale), "%s", scale);
		legend_keep(common, seen, n);
		return 0;
	}
	int x = area_text(canvas, area, 1, y, ROLE_QUIET, 0, scale) + 2;

	if (tree->size < tree->region.size)
		x = area_print(canvas, area, x, y, ROLE_TITLE, "%s of %s",
			    units_bytes(&units, tree->size),
			    units_bytes(&whole, tree->region.size)) +
		    2;
	if (plan->left_out > 0)
		x = area_print(canvas, area, x, y, ROLE_CHANGED, "%u size%s hidden", plan->left_out,
			    plan->left_out == 1 ? "" : "s") +
		    2;
	return legend_draw(canvas, area, x, y, rows, seen, n);
}

/* Rows for the legend, at most. */
static int legend_rows(struct area area)
{
	return area.height < 5 ? 0 : area.width < LEGEND_NARROW && area.height >= 9 ? 2 : 1;
}

int buddy_tree_draw(const struct buddy_drawing *tree, struct canvas *canvas, struct area area)
{
	struct plan plan;
	bool is_common = tree->scene->legend; /* its legend is elsewhere */
	int legend = is_common ? 0 : legend_rows(area);

	make_plan(&plan, tree, area.width);
	choose_rows(&plan, area.height - legend > 1 ? area.height - legend : 1);
	for (unsigned i = 0; i < plan.count; i++)
		if (plan.row_of[i] >= 0)
			draw_level(&plan, &plan.levels[i], plan.row_of[i], canvas, area);
	struct labels labels = {&plan, canvas, area};
	engine_spans(tree->engine, tree->base, tree->base + tree->size, add_label, &labels);
	int lines = plan.rows * plan.lines;
	return lines + (legend || is_common ? draw_legend(&plan, canvas, area, lines, legend) : 0);
}

bool buddy_tree_address(const struct buddy_drawing *tree, struct area area, int x,
	uint64_t *ret_address)
{
	const struct widths widths = widths_for(tree, area.width);
	int column = x - widths.label;

	if (column < 0 || column >= widths.columns)
		return false;
	*ret_address = tree->base + (uint64_t)column * tree->size / (uint64_t)widths.columns;
	return true;
}
