/*
 * Live bytes over the whole trace as a curve, with the held bytes as a shade above it, and a track
 * below with the position, marks, faults and the peak. Where there is room, also the unused share
 * of the held bytes, and a legend. The survey fills it in from the left.
 */
#include "panels/panel.h"

#include "base/units.h"
#include "canvas/legend.h"

#include <inttypes.h>
#include <stdio.h>

#define ROOMY      8  /* rows from which the unused share and a legend are shown */
#define HELD_LIMIT 4u /* held bytes are drawn unless they exceed this multiple of the live bytes */

struct timeline_panel {
	struct panel panel;
	char remark[96];
};

static void update(struct panel *panel, const struct scene *scene)
{
	struct timeline_panel *self = (struct timeline_panel *)panel;
	const struct metrics *metrics = player_survey_metrics(scene->player);
	uint64_t surveyed = player_surveyed(scene->player);
	struct units peak, at, held;

	if (surveyed == player_length(scene->player))
		snprintf(self->remark, sizeof(self->remark), "peak %s at event %s, peak held %s",
			units_bytes(&peak, metrics->peak_bytes),
			units_count(&at, metrics->peak_at ? metrics->peak_at - 1 : 0),
			units_bytes(&held, metrics->peak_reserved));
	else
		snprintf(self->remark, sizeof(self->remark), "scanning the trace: %s",
			units_percent(&peak, surveyed, player_length(scene->player)));
}

static void remark(const struct panel *panel, char *ret_remark, size_t size)
{
	snprintf(ret_remark, size, "%s", ((const struct timeline_panel *)panel)->remark);
}

/* The column of a position; a trace without events has one. */
static int column_of(uint64_t position, uint64_t length, int width)
{
	return length ? (int)((double)position / (double)length * (width - 1) + 0.5) : 0;
}

struct heights {
	uint64_t live, held;
};

/* The highest values among the samples of a column. */
static struct heights column_heights(const struct scene *scene, int column, int columns)
{
	const struct sample *samples;
	size_t count = player_samples(scene->player, &samples);
	uint64_t length = player_length(scene->player);
	uint64_t from = length * (uint64_t)column / (uint64_t)columns;
	uint64_t to = length * ((uint64_t)column + 1) / (uint64_t)columns;
	size_t low = 0, high = count;
	struct heights heights = {0, 0};

	while (low < high) { /* the first that ends after `from` */
		size_t middle = (low + high) / 2;
		if (samples[middle].position <= from)
			low = middle + 1;
		else
			high = middle;
	}
	for (; low < count; low++) {
		if (samples[low].live_bytes > heights.live)
			heights.live = samples[low].live_bytes;
		if (samples[low].reserved > heights.held)
			heights.held = samples[low].reserved;
		if (samples[low].position >= to)
			break;
	}
	return heights;
}

/* Bytes in eighths of a row; the least above 0 is one eighth. */
static int eighths_of(uint64_t bytes, uint64_t full, int rows)
{
	int eighths = full ? (int)((double)bytes / (double)full * rows * 8 + 0.5) : 0;

	return bytes > 0 && eighths == 0 ? 1 : eighths;
}

/*
 * Draws one cell of the curve: live bytes from below, partly filled at their edge, and held bytes
 * behind and above them as a tint and a shade.
 */
static void draw_cell(struct canvas *canvas, struct area area, int x, int y, int live, int held)
{
	enum charset charset = canvas->charset;

	unsigned marks = held > 4 ? CELL_HELD : 0;

	if (live >= 8)
		area_put(canvas, area, x, y, glyph_of(charset, GLYPH_BAR, 0), ROLE_CURVE, 0);
	else if (live > 0)
		area_put(canvas, area, x, y,
			charset == CHARSET_ASCII ? (live > 4 ? ':' : '.')
						 : glyph_of(charset, GLYPH_FILL, live),
			ROLE_CURVE, marks);
	else if (held >= 4)
		area_put(canvas, area, x, y, glyph_of(charset, GLYPH_FREE, 0), ROLE_CURVE_2, 0);
}

static void draw_curve(const struct scene *scene, struct canvas *canvas, struct area area)
{
	const struct metrics *metrics = player_survey_metrics(scene->player);
	bool with_held = metrics->peak_reserved <= HELD_LIMIT * metrics->peak_bytes;
	uint64_t full = with_held && metrics->peak_reserved > metrics->peak_bytes
				? metrics->peak_reserved
				: metrics->peak_bytes;

	for (int x = 0; x < area.width; x++) {
		struct heights heights = column_heights(scene, x, area.width);
		int live = eighths_of(heights.live, full, area.height);
		int held = with_held ? eighths_of(heights.held, full, area.height) : 0;
		for (int y = 0; y < area.height; y++) {
			int below = (area.height - 1 - y) * 8;
			draw_cell(canvas, area, x, y, live - below, held - below);
		}
	}
}

/* Draws the unused share in eighths of the held bytes: a row of signs. */
static void draw_unused(const struct scene *scene, struct canvas *canvas, struct area area, int y)
{
	for (int x = 0; x < area.width; x++) {
		struct heights heights = column_heights(scene, x, area.width);
		uint64_t unused = heights.held > heights.live ? heights.held - heights.live : 0;
		int eighths = eighths_of(unused, heights.held, 1);
		if (eighths > 0)
			area_put(canvas, area, x, y,
				eighths < 8 ? glyph_of(canvas->charset, GLYPH_FILL, eighths)
					    : glyph_of(canvas->charset, GLYPH_BAR, 0),
				ROLE_WASTE, 0);
	}
}

/* Once an allocator fails, only the first fault is red: the rest are mostly its consequences. */
static void draw_faults(const struct scene *scene, struct canvas *canvas, struct area area)
{
	const uint64_t *faults = player_survey_metrics(scene->player)->faults;
	bool has_failed = faults[FAULT_PLUGIN] + faults[FAULT_BROKEN] > 0, is_first = true;
	const struct sample *samples;
	size_t count = player_samples(scene->player, &samples);
	uint64_t length = player_length(scene->player);
	int first = -1;

	for (size_t i = 0; i < count; i++) {
		int x = column_of(samples[i].position, length, area.width);
		if (!samples[i].faults || x == first)
			continue;
		area_put(canvas, area, x, 0, glyph_of(canvas->charset, GLYPH_BAD, 0),
			is_first || !has_failed ? ROLE_BAD : ROLE_TITLE, 0);
		first = is_first ? x : first;
		is_first = false;
	}
}

/* Where a tracing engine stopped the program to collect. */
static void draw_pauses(const struct scene *scene, struct canvas *canvas, struct area area)
{
	const struct sample *samples;
	size_t count = player_samples(scene->player, &samples);
	uint64_t length = player_length(scene->player);

	if (!engine_is_tracing(heap_layer(player_heap(scene->player), 0)))
		return;
	for (size_t i = 0; i < count; i++)
		if (samples[i].happened & HAPPENED_COLLECTED)
			area_put(canvas, area, column_of(samples[i].position, length, area.width),
				0, 'c', ROLE_CURVE, 0);
}

static void draw_track(const struct scene *scene, struct canvas *canvas, struct area area)
{
	const struct metrics *metrics = player_survey_metrics(scene->player);
	const struct trace_mark *marks;
	uint64_t length = player_length(scene->player);
	uint64_t position = player_position(scene->player);
	size_t count = trace_marks(player_trace(scene->player), &marks);

	for (int x = 0; x < area.width; x++) {
		enum glyph glyph = x == 0                ? GLYPH_TRACK_START
				   : x == area.width - 1 ? GLYPH_TRACK_END
							 : GLYPH_TRACK;
		area_put(canvas, area, x, 0, glyph_of(canvas->charset, glyph, 0), ROLE_QUIET, 0);
	}
	if (metrics->peak_at)
		area_put(canvas, area, column_of(metrics->peak_at, length, area.width), 0, '^',
			ROLE_CURVE, 0);
	for (size_t i = 0; i < count; i++)
		area_put(canvas, area, column_of(marks[i].position + 1, length, area.width), 0,
			glyph_of(canvas->charset, GLYPH_MARK, 0), ROLE_MARK, 0);
	for (size_t i = 0; i < scene->nmarks; i++)
		area_put(canvas, area, column_of(scene->marks[i], length, area.width), 0,
			glyph_of(canvas->charset, GLYPH_MARK, 0), ROLE_MARK, 0);
	draw_pauses(scene, canvas, area);
	draw_faults(scene, canvas, area);
	area_put(canvas, area, column_of(position, length, area.width), 0,
		glyph_of(canvas->charset, GLYPH_PLAYHEAD, 0), ROLE_PLAYHEAD, 0);
}

static const struct legend_entry legend[] = {
	{GLYPH_BAR, 0, ROLE_CURVE, "live"},
	{GLYPH_FREE, 0, ROLE_CURVE_2, "held bytes"},
	{GLYPH_FILL, 4, ROLE_WASTE, "unused share"},
	{GLYPH_PLAYHEAD, 0, ROLE_PLAYHEAD, "here"},
	{GLYPH_MARK, 0, ROLE_MARK, "mark"},
	{GLYPH_BAD, 0, ROLE_BAD, "fault"},
};

static void draw(const struct panel *panel, const struct scene *scene, struct canvas *canvas,
	struct area area)
{
	if (area.height < 1)
		return;
	bool is_roomy = area.height >= ROOMY;
	struct area curve = {area.x, area.y + is_roomy, area.width, area.height - 1 - 2 * is_roomy};
	if (area.height > 1)
		draw_curve(scene, canvas, curve);
	if (is_roomy) {
		legend_draw(canvas, area, 1, 0, 1, legend, sizeof(legend) / sizeof(*legend));
		draw_unused(scene, canvas, area, area.height - 2);
	}
	draw_track(scene, canvas, (struct area){area.x, area.y + area.height - 1, area.width, 1});
}

static struct panel_answer click(struct panel *panel, const struct scene *scene, int x, int y)
{
	int width = panel->area.width;

	if (width < 2 || x < 0)
		return ANSWER_IGNORED;
	return answer_go((uint64_t)((double)player_length(scene->player) * x / (width - 1) + 0.5));
}

const struct panel_ops panel_timeline = {
	.name = "timeline",
	.title = "Live bytes over time",
	.state_size = sizeof(struct timeline_panel),
	.update = update,
	.remark = remark,
	.draw = draw,
	.click = click,
};
