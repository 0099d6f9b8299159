/*
 * Figures: what is live, held and idle, how many arenas are kept by how little and by whose blocks,
 * and why the rest does not go back (report/holdings.h); where every byte held went, adding up, as
 * a bar as well; fragmentation; faults by kind.
 *
 * The figures are in sections, one below the other, in as many columns as fit side by side. A
 * section that fits a column is not split. A line counts what does not fit, and up and down scroll
 * to it.
 */
#include "panels/panel.h"

#include "base/units.h"
#include "canvas/legend.h"
#include "player/scope.h"
#include "report/holdings.h"
#include "report/pinners.h"

#include <inttypes.h>
#include <stdio.h>

#define LAYERS_MAX 4u
#define FIELDS_MAX 16u
#define NAME_WIDTH 18
#define COLUMN     35
#define BAR_LEAST  12 /* rows from which there are a bar and its legend */
#define BAR_ROWS   2
#define PIECES     4u    /* of the bar */
#define SLICE      2000u /* blocks looked at before the screen is shown again */
#define PINNERS    4u    /* callers that are shown */

struct info_panel {
	struct panel panel;
	struct metrics metrics;
	struct fragmentation fragmentation;
	struct whereabouts whereabouts[LAYERS_MAX];
	const char *names[LAYERS_MAX];
	const char *parts[LAYERS_MAX][PART_COUNT]; /* what each is called there */
	size_t layers;
	struct holdings holdings;
	struct keeping keeping;
	struct pinning_size sizes[PINNING_SIZES_MAX];
	size_t nsizes;
	struct pinners pinners; /* found while no key is pressed, where callers are recorded */
	uint64_t given_up;      /* bytes that malloc_trim() gave back, and are not held */
	uint64_t position;      /* for which they are looked for, and the life of its scene */
	unsigned life;
	int first; /* the line at the top, where not all lines fit */
};

static void update(struct panel *panel, const struct scene *scene)
{
	struct info_panel *self = (struct info_panel *)panel;
	const struct heap *heap = player_heap(scene->player);
	struct heap_sums sums;

	if (!panel->shown)
		return;
	if (self->position != player_position(scene->player) || self->life != scene->life)
		pinners_finish(&self->pinners);
	self->position = player_position(scene->player);
	self->life = scene->life;
	self->metrics = *player_metrics(scene->player);
	heap_sums(heap, &sums);
	self->given_up = sums.given_up;
	holdings_of(heap, &self->holdings);
	if (scope_of(player_trace(scene->player)) != SCOPE_ALL)
		holdings_hide_holes(&self->holdings);
	keeping_of(heap, &self->keeping);
	self->nsizes = self->keeping.pinned > 0 ? pinning_sizes_of(heap, self->sizes) : 0;
	fragmentation_of(heap, &self->metrics, &self->fragmentation);
	self->layers = heap_layer_count(heap) < LAYERS_MAX ? heap_layer_count(heap) : LAYERS_MAX;
	for (size_t i = 0; i < self->layers; i++) {
		self->names[i] = engine_name(heap_layer(heap, i));
		for (unsigned part = 0; part < PART_COUNT; part++)
			self->parts[i][part] = part_name_of((enum part)part, heap_layer(heap, i));
		whereabouts_of(heap, i, &self->whereabouts[i]);
	}
}

/* While the trace plays, nothing is looked up, since the next event may change it. */
static bool tick(struct panel *panel, const struct scene *scene)
{
	struct info_panel *self = (struct info_panel *)panel;
	struct trace *trace = player_trace(scene->player);

	if (scene->playing || !scene->symbols || trace_site_count(trace) == 0 ||
		self->keeping.pinned == 0 || self->pinners.is_done)
		return false;
	return pinners_find(&self->pinners, player_heap(scene->player), trace, scene->symbols,
		SLICE);
}

static void finish(struct panel *panel)
{
	pinners_finish(&((struct info_panel *)panel)->pinners);
}

/*
 * A line with a name, a value, and the whole that the value is part of; a line without a value
 * begins a section, or is indented and has the column to itself.
 */
struct figure_line {
	char name[64], value[44], part[12];
};

#define LINES_MAX 160

struct pen {
	struct figure_line lines[LINES_MAX];
	int count;
};

static void figure(struct pen *pen, const char *name, const char *value, const char *part)
{
	if (pen->count == LINES_MAX)
		return;
	struct figure_line *line = &pen->lines[pen->count++];
	snprintf(line->name, sizeof(line->name), "%s", name);
	snprintf(line->value, sizeof(line->value), "%s", value);
	snprintf(line->part, sizeof(line->part), "%s", part);
}

static void bytes(struct pen *pen, const char *name, uint64_t value, uint64_t whole)
{
	struct units units, percent;

	figure(pen, name, units_bytes(&units, value),
		whole ? units_percent(&percent, value, whole) : "");
}

static void count(struct pen *pen, const char *name, uint64_t value)
{
	struct units units;

	figure(pen, name, units_count(&units, value), "");
}

static void fragmentation_figure(struct pen *pen, const struct figure_info *info, double value)
{
	char words[16];

	if (info->is_ratio)
		snprintf(words, sizeof(words), "%.2f", value);
	else
		snprintf(words, sizeof(words), "%.0f%%", value * 100);
	figure(pen, info->brief, words, "");
}

static void draw_figures(struct pen *pen, const struct info_panel *self, unsigned from, unsigned to)
{
	for (unsigned i = from; i < to; i++)
		fragmentation_figure(pen, figure_info((enum figure)i),
			self->fragmentation.figures[i]);
}

/* Draws where every byte of a layer went; the parts add up to the bytes it holds. */
static void draw_layer(struct pen *pen, const char *name, const char *const parts[PART_COUNT],
	const struct whereabouts *whereabouts)
{
	if (whereabouts->held == 0)
		return;
	figure(pen, name, "", "");
	bytes(pen, "  holds", whereabouts->held, 0);
	for (unsigned part = 0; part < PART_COUNT; part++) {
		char indented[24];
		snprintf(indented, sizeof(indented), "  %s", parts[part]);
		if (whereabouts->parts[part] > 0)
			bytes(pen, indented, whereabouts->parts[part], whereabouts->held);
	}
}

/* Draws, for each size class, the bytes held beyond those requested, and their share. */
static void draw_classes(struct pen *pen, const struct heap *heap)
{
	struct class_waste waste;
	bool has_title = false;

	for (size_t class = 0; class_waste_of(heap, class, &waste); class ++) {
		char name[24];
		if (waste.held == 0)
			continue;
		if (!has_title)
			figure(pen, "waste by class", "", "");
		has_title = true;
		snprintf(name, sizeof(name), "  %2zu %4" PRIu32 " B", class, waste.class.size);
		bytes(pen, name, waste.waste, waste.held);
	}
}

/* Draws the fields by which an engine describes itself as a whole. */
static void draw_own_fields(struct pen *pen, const struct engine *engine)
{
	struct field fields[FIELDS_MAX];
	size_t n = engine_has_fields(engine) ? engine_fields(engine, 0, fields, FIELDS_MAX) : 0;

	if (n > 0)
		figure(pen, engine_name(engine), "", "");
	for (size_t i = 0; i < n; i++) {
		char name[24];
		snprintf(name, sizeof(name), "  %s", fields[i].name);
		figure(pen, name, fields[i].value, "");
	}
}

/* Why bytes are held that are not live, as reports say it: the causes add up to what is idle. */
static void draw_causes(struct pen *pen, const struct holdings *holdings)
{
	if (holdings->held <= holdings->live)
		return;
	figure(pen, "why held", "", "");
	for (unsigned cause = 0; cause < CAUSE_COUNT; cause++) {
		char indented[24];
		snprintf(indented, sizeof(indented), " %s", cause_name((enum cause)cause));
		if (holdings->causes[cause] > 0)
			bytes(pen, indented, holdings->causes[cause], holdings->held);
	}
}

/* Arenas that a few objects keep. */
static void draw_keeping(struct pen *pen, const struct keeping *keeping)
{
	struct units pinned, all;

	if (keeping->arenas < 2)
		return;
	char words[40];
	snprintf(words, sizeof(words), "%s of %s", units_count(&pinned, keeping->pinned),
		units_count(&all, keeping->arenas));
	figure(pen, "pinned arenas", words, "");
	if (keeping->pinned > 0) {
		bytes(pen, "  held by them", keeping->pinned_bytes, 0);
		bytes(pen, "  in objects", keeping->pinning_bytes, keeping->pinned_bytes);
		count(pen, "  below 1 %", keeping->below_one);
	}
}

/* The blocks that pin arenas by their size, and in how many arenas they are. */
static void draw_pinning(struct pen *pen, const struct info_panel *self)
{
	struct units blocks, arenas;
	char name[24];

	if (self->keeping.arenas < 2 || self->nsizes == 0)
		return;
	figure(pen, "pinned: blocks, arenas", "", "");
	for (size_t i = 0; i < self->nsizes; i++) {
		snprintf(name, sizeof(name), "  of %" PRIu32 " B", self->sizes[i].size);
		figure(pen, name, units_count(&blocks, self->sizes[i].blocks),
			units_count(&arenas, self->sizes[i].arenas));
	}
}

/* Who made the blocks that pin arenas: the caller first, then how many of which size, how old. */
static void draw_pinners(struct pen *pen, const struct info_panel *self, const struct scene *scene)
{
	const struct pinners *pinners = &self->pinners;
	struct units count, size;
	char name[80], value[44];

	figure(pen, "who pins them", "", "");
	for (size_t i = 0; i < pinners->items.count && i < PINNERS; i++) {
		const struct pinner *pinner = &pinners->items.items[i];
		snprintf(name, sizeof(name), " %s",
			pinner->site == SITE_NONE ? "a caller that is not recorded"
						  : symbols_site(scene->symbols, pinner->site));
		figure(pen, name, "", "");
		snprintf(name, sizeof(name), "   %s x %s", units_count(&count, pinner->blocks),
			units_bytes(&size, pinner->size));
		snprintf(value, sizeof(value), "in %s arena%s", units_count(&count, pinner->arenas),
			pinner->arenas == 1 ? "" : "s");
		figure(pen, name, value, "");
		snprintf(value, sizeof(value), "%s ago",
			units_count(&count, self->position - 1 - pinner->oldest));
		figure(pen, "   the oldest", value, "");
	}
	if (pinners->items.count > PINNERS) {
		snprintf(name, sizeof(name), " and %zu more of other sizes or callers",
			pinners->items.count - PINNERS);
		figure(pen, name, "", "");
	}
}

static void collect(struct pen *pen, const struct info_panel *self, const struct scene *scene)
{
	const struct heap *heap = player_heap(scene->player);
	const struct metrics *metrics = &self->metrics;
	bool is_log = engine_follows_spaces(heap_layer(heap, 0)); /* a virtual machine's */

	pen->count = 0;
	bytes(pen, is_log ? "used" : "live", metrics->live_bytes, 0);
	bytes(pen, is_log ? "committed" : "held", metrics->reserved, 0);
	if (metrics->reserved > metrics->live_bytes)
		bytes(pen, "idle", metrics->reserved - metrics->live_bytes, metrics->reserved);
	if (self->given_up > 0)
		bytes(pen, "given back", self->given_up, 0);
	draw_keeping(pen, &self->keeping);
	if (self->pinners.is_done)
		draw_pinners(pen, self, scene);
	else
		draw_pinning(pen, self);
	draw_causes(pen, &self->holdings);
	count(pen, is_log ? "filled spaces" : "objects", metrics->live);
	bytes(pen, "peak so far", metrics->peak_bytes, 0);
	draw_figures(pen, self, 0, FIGURE_SCATTER);
	for (size_t i = 0; i < self->layers; i++)
		draw_layer(pen, self->names[i], self->parts[i], &self->whereabouts[i]);
	for (unsigned fault = 1; fault < FAULT_COUNT; fault++)
		if (fault_is_serious((enum fault)fault) && metrics->faults[fault] > 0)
			count(pen, fault_name((enum fault)fault), metrics->faults[fault]);
	for (size_t i = 0; i < self->layers; i++)
		draw_own_fields(pen, heap_layer(heap, i));
	/* Only where there is room. */
	draw_figures(pen, self, FIGURE_SCATTER, FIGURE_COUNT);
	draw_classes(pen, heap);
}

/* The number of lines of the section that begins there; 1 where none does. */
static int section_length(const struct pen *pen, int at)
{
	int end = at + 1;

	while (!pen->lines[at].value[0] && pen->lines[at].name[0] != ' ' && end < pen->count &&
		pen->lines[end].name[0] == ' ')
		end++;
	return end - at;
}

struct figure_spot {
	int column, row;
};

/* Places the lines from `first` on, down one column after the other; returns how many are shown. */
static int place_lines(const struct pen *pen, int first, bool whole_sections, struct area area,
	struct figure_spot spots[LINES_MAX])
{
	int columns = area.width / COLUMN > 1 ? area.width / COLUMN : 1, shown = 0;
	struct figure_spot at = {0, 0};

	for (int i = first; i < pen->count; i++, at.row++) {
		int length = whole_sections ? section_length(pen, i) : 1;
		if (at.row >= area.height ||
			(at.row > 0 && at.row + length > area.height && length <= area.height))
			at = (struct figure_spot){at.column + 1, 0};
		spots[i] = at;
		shown += at.column < columns;
	}
	return shown;
}

/*
 * Whether there is room, to the right of the last column or in a separate line, for the number of
 * lines not shown.
 */
static bool has_margin(struct area area)
{
	return area.width > COLUMN && area.width % COLUMN >= 9;
}

/*
 * Places the lines within the area, which becomes smaller by the margin; returns how many are
 * shown, and the first of them.
 */
static int arrange(const struct info_panel *self, const struct pen *pen, struct area *area,
	int *ret_first, struct figure_spot spots[LINES_MAX])
{
	*ret_first = 0;
	if (place_lines(pen, 0, true, *area, spots) == pen->count)
		return pen->count;
	if (place_lines(pen, 0, false, *area, spots) == pen->count)
		return pen->count;
	if (!has_margin(*area) && area->height > 2)
		area->height--;
	int rows = area->height * (area->width / COLUMN > 1 ? area->width / COLUMN : 1);
	int last = pen->count > rows ? pen->count - rows : 0;
	*ret_first = self->first < last ? self->first : last;
	return place_lines(pen, *ret_first, false, *area, spots);
}

static void draw_line(const struct figure_line *line, struct canvas *canvas, struct area area,
	struct figure_spot spot)
{
	int x = spot.column * COLUMN,
	    width = area.width - x < COLUMN - 1 ? area.width - x : COLUMN - 1;
	struct area column = {area.x + x, area.y, width, area.height};

	bool is_title = !line->value[0] && line->name[0] != ' ';
	area_text(canvas, column, 1, spot.row, is_title ? ROLE_TITLE : ROLE_QUIET, 0, line->name);
	area_text(canvas, column, NAME_WIDTH, spot.row, ROLE_TEXT, 0, line->value);
	area_text(canvas, column, NAME_WIDTH + 10, spot.row, ROLE_QUIET, 0, line->part);
}

/* The area of the figures: where there is room, a bar is above them. */
static struct area below_bar(struct area area)
{
	if (area.height < BAR_LEAST)
		return area;
	return (struct area){area.x, area.y + BAR_ROWS, area.width, area.height - BAR_ROWS};
}

/*
 * Where the bytes of all layers went; those that a layer gave to the one above are counted there.
 */
static void draw_bar(const struct info_panel *self, struct canvas *canvas, struct area area)
{
	static const unsigned parts[PIECES] = {
		1u << PART_ASKED,
		1u << PART_ROUNDING | 1u << PART_HEADERS | 1u << PART_TAILS | 1u << PART_ALIGNMENT,
		1u << PART_FREE,
		1u << PART_UNUSED,
	};
	static const struct legend_entry pieces[PIECES] = {
		{GLYPH_FULL, 0, ROLE_LIVE, "asked for"},
		{GLYPH_DENSE, 0, ROLE_WASTE, "overhead"},
		{GLYPH_HOLE, 0, ROLE_FREE, "free"},
		{GLYPH_FREE, 0, ROLE_FREE, "unused"},
	};
	uint64_t sums[PIECES] = {0}, whole = 0, before = 0;
	int width = area.width - 2, from = 0;

	for (size_t i = 0; i < PIECES; i++)
		for (size_t layer = 0; layer < self->layers; layer++)
			for (unsigned part = 0; part < PART_COUNT; part++)
				if (parts[i] >> part & 1) {
					sums[i] += self->whereabouts[layer].parts[part];
					whole += self->whereabouts[layer].parts[part];
				}
	for (size_t i = 0; whole > 0 && i < PIECES; i++) {
		before += sums[i];
		int to = (int)((double)before / (double)whole * width + 0.5);
		to = sums[i] > 0 && to <= from ? from + 1 : to; /* nothing vanishes by rounding */
		for (int x = from; x < to; x++)
			area_put(canvas, area, 1 + x, 0,
				glyph_of(canvas->charset, (enum glyph)pieces[i].glyph, 0),
				pieces[i].role, CELL_HELD);
		from = to > from ? to : from;
	}
	legend_draw(canvas, area, 1, 1, 1, pieces, PIECES);
}

static void draw(const struct panel *panel, const struct scene *scene, struct canvas *canvas,
	struct area area)
{
	const struct info_panel *self = (const struct info_panel *)panel;
	struct figure_spot spots[LINES_MAX];
	struct area whole = area;
	struct pen pen;
	int first;

	area = below_bar(area);
	if (area.y > whole.y)
		draw_bar(self, canvas, whole);
	struct area left = area;
	collect(&pen, self, scene);
	int shown = arrange(self, &pen, &left, &first, spots);
	for (int i = first; i < first + shown; i++)
		draw_line(&pen.lines[i], canvas, left, spots[i]);
	if (shown < pen.count && left.height < area.height)
		area_print(canvas, area, 1, left.height, ROLE_QUIET, "%d more lines: j k",
			pen.count - shown);
	else if (shown < pen.count && has_margin(area))
		area_print(canvas, area, area.width - 8, area.height - 1, ROLE_QUIET, "%2d more",
			pen.count - shown);
}

/* Scrolls, where not all lines are shown. */
static struct panel_answer act(struct panel *panel, const struct scene *scene, enum action action)
{
	struct info_panel *self = (struct info_panel *)panel;
	struct figure_spot spots[LINES_MAX];
	struct area area = below_bar(panel->area);
	struct pen pen;
	int first;

	if (action != ACTION_UP && action != ACTION_DOWN)
		return ANSWER_IGNORED;
	collect(&pen, self, scene);
	int shown = arrange(self, &pen, &area, &first, spots);
	if (action == ACTION_DOWN)
		self->first = first + (first + shown < pen.count);
	else
		self->first = first > 0 ? first - 1 : 0;
	return ANSWER_HANDLED;
}

const struct panel_ops panel_info = {
	.name = "info",
	.title = "Figures",
	.letter = 'i',
	.state_size = sizeof(struct info_panel),
	.is_read = true,
	.update = update,
	.tick = tick,
	.finish = finish,
	.draw = draw,
	.act = act,
};
