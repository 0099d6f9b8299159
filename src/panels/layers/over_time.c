/*
 * What each layer holds over the whole trace (heap/layers.h), from the program at the top to the
 * system. All curves have one scale, so that what a layer keeps is how much higher its curve is
 * than those above it. A column is one moment, at which the system had given the most of the
 * moments it stands for.
 *
 * A curve with several rows also shows what was asked of its layer, with the rest as a shade.
 */
#include "panels/layers/over_time.h"

#include "base/units.h"
#include "canvas/legend.h"
#include "panels/curve.h"
#include "panels/track.h"

#include <stdio.h>

#define NAME_WIDTH   12
#define NUMBER_WIDTH 11 /* "1,023.0 KiB" */
#define WIDE         60 /* from here on there is room for the numbers */
#define ROOMY        3  /* rows of a curve from which one of them is blank */

struct over_time_panel {
	struct panel panel;
	char remark[64];
};

/* ---- what there is -------------------------------------------------------------------------- */

/* The sample of the column at which the system had given the most; NULL: not surveyed yet. */
static const struct sample *column_sample(const struct scene *scene, int column, int columns,
	size_t system)
{
	const struct sample *samples, *most = NULL;
	size_t count = curve_samples(scene, column, columns, &samples);

	for (size_t i = 0; i < count; i++)
		if (!most || samples[i].layers[system].holds > most->layers[system].holds)
			most = &samples[i];
	return most;
}

/*
 * The most that each layer held, of all samples, a few thousand at most, and of this moment: a
 * sample is one moment of many, and may not be reached by the survey yet.
 */
static void find_peaks(const struct scene *scene, const struct layer *here, size_t layers,
	uint64_t ret_peaks[LAYER_ROWS_MAX])
{
	const struct sample *samples;
	size_t count = player_samples(scene->player, &samples);

	for (size_t layer = 0; layer < layers; layer++) {
		ret_peaks[layer] = here[layer].holds;
		for (size_t i = 0; i < count; i++)
			if (samples[i].layers[layer].holds > ret_peaks[layer])
				ret_peaks[layer] = samples[i].layers[layer].holds;
	}
}

static void update(struct panel *panel, const struct scene *scene)
{
	struct over_time_panel *self = (struct over_time_panel *)panel;
	uint64_t surveyed = player_surveyed(scene->player);
	struct units share;

	self->remark[0] = '\0';
	if (surveyed < player_length(scene->player))
		snprintf(self->remark, sizeof(self->remark), "scanning the trace: %s",
			units_percent(&share, surveyed, player_length(scene->player)));
}

static void remark(const struct panel *panel, char *ret_remark, size_t size)
{
	snprintf(ret_remark, size, "%s", ((const struct over_time_panel *)panel)->remark);
}

/* ---- drawing -------------------------------------------------------------------------------- */

/* Where the curves are, between names and numbers. */
static struct area curves_of(struct area area)
{
	int numbers = area.width >= WIDE ? 2 * (NUMBER_WIDTH + 1) : 0;

	return (struct area){area.x + NAME_WIDTH, area.y, area.width - NAME_WIDTH - numbers,
		area.height};
}

static void draw_curve(const struct scene *scene, struct canvas *canvas, struct area area,
	size_t layer, size_t system, uint64_t full)
{
	for (int x = 0; x < area.width; x++) {
		const struct sample *sample = column_sample(scene, x, area.width, system);
		if (!sample)
			return;
		const struct layer_bytes *bytes = &sample->layers[layer];
		bool is_split = area.height > 1 && bytes->asked < bytes->holds;
		int holds = curve_eighths(bytes->holds, full, area.height);
		int asked = is_split ? curve_eighths(bytes->asked, full, area.height) : holds;
		for (int y = 0; y < area.height; y++) {
			int below = (area.height - 1 - y) * 8;
			curve_draw_cell(canvas, area, x, y, asked - below,
				is_split ? holds - below : 0);
		}
	}
}

static void draw_number(struct canvas *canvas, struct area area, int end, int y, uint64_t bytes)
{
	struct units units;

	area_text_right(canvas, area, end, y, ROLE_TEXT, 0, units_bytes(&units, bytes));
}

static void draw_titles(struct canvas *canvas, struct area area, uint64_t full, bool has_shades)
{
	static const struct legend_entry entries[] = {
		{GLYPH_BAR, 0, ROLE_CURVE, "asked for"},
		{GLYPH_FREE, 0, ROLE_CURVE_2, "held"},
	};
	struct units units;
	int x;

	area_text(canvas, area, 1, 0, ROLE_QUIET, 0, "over time");
	x = area_print(canvas, area, NAME_WIDTH, 0, ROLE_QUIET, "0 to %s",
		units_bytes(&units, full));
	if (area.width < WIDE)
		return;
	if (has_shades)
		legend_draw(canvas, area, x + 2, 0, 1, entries, sizeof(entries) / sizeof(*entries));
	area_text_right(canvas, area, area.width - NUMBER_WIDTH - 1, 0, ROLE_QUIET, 0, "here");
	area_text_right(canvas, area, area.width, 0, ROLE_QUIET, 0, "most");
}

int layers_over_time_rows(size_t count)
{
	return 1 + (int)count + 1; /* titles, a row each, the track */
}

/* What the rows of the panel are for. */
struct rows {
	bool has_titles, has_track;
	size_t layers; /* as many as are drawn, topmost first */
	int each;      /* rows of a curve */
};

/*
 * Every layer has its row first, then come the titles, which say what the numbers are, and the
 * track; where there are more layers than rows, the last one says so.
 */
static struct rows share_rows(int height, size_t count)
{
	int all = (int)count;
	struct rows rows = {.has_titles = height > all, .has_track = height > all + 1, .each = 1};

	rows.layers = height < all ? (size_t)height - 1 : count;
	if (rows.has_track)
		rows.each = (height - 2) / all;
	return rows;
}

static void draw_layers(const struct scene *scene, struct canvas *canvas, struct area area,
	const struct rows *rows)
{
	uint64_t peaks[LAYER_ROWS_MAX], full = 0;
	struct layer layers[LAYER_ROWS_MAX];
	size_t count = layers_of(player_heap(scene->player), layers);
	struct area curves = curves_of(area);
	int gap = rows->each >= ROOMY; /* a blank row between curves */
	int y = rows->has_titles;

	find_peaks(scene, layers, count, peaks);
	for (size_t i = 0; i < count; i++)
		full = peaks[i] > full ? peaks[i] : full;
	if (rows->has_titles)
		draw_titles(canvas, area, full, rows->each > 1);
	for (size_t i = 0; i < rows->layers; i++, y += rows->each) {
		int last = y + rows->each - 1;
		area_text(canvas, area, 1, last, ROLE_TEXT, 0, layers[i].name);
		draw_curve(scene, canvas,
			(struct area){curves.x, area.y + y + gap, curves.width, rows->each - gap},
			i, count - 1, full);
		if (area.width < WIDE)
			continue;
		draw_number(canvas, area, area.width - NUMBER_WIDTH - 1, last, layers[i].holds);
		draw_number(canvas, area, area.width, last, peaks[i]);
	}
	if (rows->has_track)
		track_draw(scene, canvas, (struct area){curves.x, area.y + y, curves.width, 1});
	else if (rows->layers < count)
		area_print(canvas, area, 1, y, ROLE_QUIET, "%zu more layers%s",
			count - rows->layers, scene->is_picture ? "" : ": z has room for all");
}

void layers_over_time_draw(const struct scene *scene, struct canvas *canvas, struct area area)
{
	size_t count = heap_layer_count(player_heap(scene->player)) + 2;

	if (area.height < 1 || curves_of(area).width < 1)
		return;
	const struct rows rows = share_rows(area.height, count);
	draw_layers(scene, canvas, area, &rows);
}

static void draw(const struct panel *panel, const struct scene *scene, struct canvas *canvas,
	struct area area)
{
	layers_over_time_draw(scene, canvas, area);
}

static struct panel_answer click(struct panel *panel, const struct scene *scene, int x, int y)
{
	struct area curves = curves_of(panel->area);

	return x < NAME_WIDTH + curves.width ? track_click(scene, x - NAME_WIDTH, curves.width)
					     : ANSWER_IGNORED;
}

const struct panel_ops panel_layers_over_time = {
	.name = "layers-over-time",
	.title = "Layers over time",
	.state_size = sizeof(struct over_time_panel),
	.update = update,
	.remark = remark,
	.draw = draw,
	.click = click,
};
