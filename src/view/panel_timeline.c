/*
 * Live bytes over the whole trace as a curve, and a track below it with the position, marks and faults.  The survey fills it in from
 * the left.
 */
#include "view/look.h"

#include "base/units.h"

#include <inttypes.h>
#include <stdio.h>

struct timeline_panel {
	struct panel panel;
	bool is_surveyed;
	char remark[96];
};

static void update(struct panel *panel, const struct scene *scene)
{
	struct timeline_panel *self = (struct timeline_panel *)panel;
	const struct metrics *metrics = player_survey_metrics(scene->player);
	uint64_t surveyed = player_surveyed(scene->player);
	struct units peak, at, held;

	self->is_surveyed = surveyed == player_length(scene->player);
	if (self->is_surveyed)
		snprintf(self->remark, sizeof(self->remark), "peak %s at event %s, held at most %s",
			units_bytes(&peak, metrics->peak_bytes),
			units_count(&at, metrics->peak_at ? metrics->peak_at - 1 : 0),
			units_bytes(&held, metrics->peak_reserved));
	else
		snprintf(self->remark, sizeof(self->remark), "looking ahead: %s",
			units_percent(&peak, surveyed, player_length(scene->player)));
}

static void remark(const struct panel *panel, char *ret_remark, size_t size)
{
	snprintf(ret_remark, size, "%s", ((const struct timeline_panel *)panel)->remark);
}

/* The columns of a position; lengths of 0 have one. */
static int column_of(uint64_t position, uint64_t length, int width)
{
	return length ? (int)((double)position / (double)length * (width - 1) + 0.5) : 0;
}

/* The highest values of the samples that a column stands for. */
static void column_values(const struct scene *scene, int column, int columns, uint64_t *ret_live, uint32_t *ret_faults)
{
	const struct sample *samples;
	size_t count = player_samples(scene->player, &samples);
	uint64_t length = player_length(scene->player);
	uint64_t from = length * (uint64_t)column / (uint64_t)columns;
	uint64_t to = length * ((uint64_t)column + 1) / (uint64_t)columns;
	size_t low = 0, high = count;

	*ret_live = 0;
	*ret_faults = 0;
	while (low < high) {	/* the first that ends after `from` */
		size_t middle = (low + high) / 2;
		if (samples[middle].position <= from)
			low = middle + 1;
		else
			high = middle;
	}
	for (; low < count; low++) {
		if (samples[low].live_bytes > *ret_live)
			*ret_live = samples[low].live_bytes;
		*ret_faults += samples[low].faults;
		if (samples[low].position >= to)
			break;
	}
}

/* Heights in eighths of a row, drawn from the bottom. */
static void draw_curve(const struct scene *scene, struct canvas *canvas, struct area area)
{
	uint64_t peak = player_survey_metrics(scene->player)->peak_bytes;

	for (int x = 0; x < area.width; x++) {
		uint64_t live;
		uint32_t faults;
		column_values(scene, x, area.width, &live, &faults);
		int eighths = peak ? (int)((double)live / (double)peak * area.height * 8 + 0.5) : 0;
		if (live > 0 && eighths == 0)
			eighths = 1;
		for (int y = 0; y < area.height; y++) {
			int level = eighths - (area.height - 1 - y) * 8;
			if (level >= 8)
				area_put(canvas, area, x, y, glyph_of(canvas->charset, GLYPH_BAR, 0), ROLE_CURVE, 0);
			else if (level > 0)
				area_put(canvas, area, x, y,
					canvas->charset == CHARSET_ASCII ? '.' : glyph_of(canvas->charset, GLYPH_FILL, level),
					ROLE_CURVE, 0);
		}
	}
}

static void draw_track(const struct scene *scene, struct canvas *canvas, struct area area)
{
	const struct trace_mark *marks;
	struct trace *trace = player_trace(scene->player);
	uint64_t length = player_length(scene->player);
	size_t count = trace_marks(trace, &marks);

	for (int x = 0; x < area.width; x++) {
		uint64_t live;
		uint32_t faults;
		enum glyph glyph = x == 0 ? GLYPH_TRACK_START : x == area.width - 1 ? GLYPH_TRACK_END : GLYPH_TRACK;
		area_put(canvas, area, x, 0, glyph_of(canvas->charset, glyph, 0), ROLE_QUIET, 0);
		column_values(scene, x, area.width, &live, &faults);
		if (faults)
			area_put(canvas, area, x, 0, glyph_of(canvas->charset, GLYPH_BAD, 0), ROLE_BAD, 0);
	}
	for (size_t i = 0; i < count; i++)
		area_put(canvas, area, column_of(marks[i].position + 1, length, area.width), 0,
			glyph_of(canvas->charset, GLYPH_MARK, 0), ROLE_MARK, 0);
	area_put(canvas, area, column_of(player_position(scene->player), length, area.width), 0,
		glyph_of(canvas->charset, GLYPH_PLAYHEAD, 0), ROLE_PLAYHEAD, 0);
}

static void draw(const struct panel *panel, const struct scene *scene, struct canvas *canvas, struct area area)
{
	(void)panel;
	if (area.height > 1)
		draw_curve(scene, canvas, (struct area){area.x, area.y, area.width, area.height - 1});
	draw_track(scene, canvas, (struct area){area.x, area.y + area.height - 1, area.width, 1});
}

static enum panel_result click(struct panel *panel, const struct scene *scene, int x, int y)
{
	int width = panel->area.width;

	(void)y;
	if (width < 2)
		return PANEL_IGNORED;
	player_seek(scene->player, (uint64_t)((double)player_length(scene->player) * x / (width - 1) + 0.5));
	return PANEL_HANDLED | PANEL_SOUGHT;
}

const struct panel_ops panel_timeline = {
	.name = "timeline",
	.title = "Live bytes over time",
	.priority = 4,
	.state_size = sizeof(struct timeline_panel),
	.update = update,
	.remark = remark,
	.draw = draw,
	.click = click,
};
