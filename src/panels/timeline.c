/*
 * Live bytes over the whole trace as a curve, with the held bytes as a shade above it, and a track
 * below with the position, marks, faults and the peak. Where there is room, also the unused share
 * of the held bytes, and a legend. The survey fills it in from the left.
 */
#include "panels/curve.h"
#include "panels/panel.h"
#include "panels/track.h"

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

struct heights {
	uint64_t live, held;
};

/* The highest values among the samples of a column. */
static struct heights column_heights(const struct scene *scene, int column, int columns)
{
	const struct sample *samples;
	size_t count = curve_samples(scene, column, columns, &samples);
	struct heights heights = {0, 0};

	for (size_t i = 0; i < count; i++) {
		if (samples[i].live_bytes > heights.live)
			heights.live = samples[i].live_bytes;
		if (samples[i].reserved > heights.held)
			heights.held = samples[i].reserved;
	}
	return heights;
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
		int live = curve_eighths(heights.live, full, area.height);
		int held = with_held ? curve_eighths(heights.held, full, area.height) : 0;
		for (int y = 0; y < area.height; y++) {
			int below = (area.height - 1 - y) * 8;
			curve_draw_cell(canvas, area, x, y, live - below, held - below);
		}
	}
}

/* Draws the unused share in eighths of the held bytes: a row of signs. */
static void draw_unused(const struct scene *scene, struct canvas *canvas, struct area area, int y)
{
	for (int x = 0; x < area.width; x++) {
		struct heights heights = column_heights(scene, x, area.width);
		uint64_t unused = heights.held > heights.live ? heights.held - heights.live : 0;
		int eighths = curve_eighths(unused, heights.held, 1);
		if (eighths > 0)
			area_put(canvas, area, x, y,
				eighths < 8 ? glyph_of(canvas->charset, GLYPH_FILL, eighths)
					    : glyph_of(canvas->charset, GLYPH_BAR, 0),
				ROLE_WASTE, 0);
	}
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
	track_draw(scene, canvas, (struct area){area.x, area.y + area.height - 1, area.width, 1});
}

static struct panel_answer click(struct panel *panel, const struct scene *scene, int x, int y)
{
	return track_click(scene, x, panel->area.width);
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
