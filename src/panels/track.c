/* See track.h. */
#include "panels/track.h"

/* The column of a position; a trace without events has one. */
static int column_of(uint64_t position, uint64_t length, int width)
{
	return length ? (int)((double)position / (double)length * (width - 1) + 0.5) : 0;
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

void track_draw(const struct scene *scene, struct canvas *canvas, struct area area)
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

struct panel_answer track_click(const struct scene *scene, int x, int width)
{
	if (width < 2 || x < 0)
		return ANSWER_IGNORED;
	return answer_go((uint64_t)((double)player_length(scene->player) * x / (width - 1) + 0.5));
}
