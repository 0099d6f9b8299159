#include "view/status.h"

#include "base/text.h"
#include "base/units.h"
#include "base/utf8.h"
#include "view/speed.h"
#include "view/view_state.h"

#include <stdio.h>
#include <string.h>

#define SMALL_LECTURE 12 /* rows of a screen that has no status line in a lecture */
#define OVER          " over "
#define WORDY         50 /* columns from which "event" is written */

/* For a trace whose file is still read: how far. */
static void describe_reading(const struct view *view, char *words, size_t size)
{
	struct units units;
	uint64_t done, total;

	if (!trace_is_being_read(player_trace(view->player), &done, &total))
		return;
	snprintf(words, size, "  reading %s",
		total ? units_percent(&units, done, total) : units_bytes(&units, done));
}

/* For a trace that grows, or has grown: the position relative to its end. */
static void describe_live(const struct view *view, bool is_narrow, char *words, size_t size)
{
	uint64_t here = view_shown_position(view), length = player_length(view->player);
	uint64_t lag = length > here ? length - here : 0;
	bool is_catching_up = view_is_catching_up(view);
	struct units units;

	if (view->growth.is_returning)
		snprintf(words, size, "  %srereading",
			is_narrow               ? ""
			: view_is_growing(view) ? "live, "
						: "ended, ");
	else if (!view_is_growing(view) && !is_catching_up)
		snprintf(words, size, "  ended");
	else if (view_is_growing(view) && view->growth.is_followed && !is_catching_up)
		snprintf(words, size, "%s", is_narrow ? "" : "  following");
	else
		snprintf(words, size, "  %s%s%s behind",
			is_narrow               ? ""
			: view_is_growing(view) ? "live, "
						: "ended, ",
			units_count(&units, lag),
			is_narrow  ? ""
			: lag == 1 ? " event"
				   : " events");
}

/* A script plays it, at the pace of its own waits. */
static bool plays_script(const struct view *view)
{
	return view->presentation.script == VIEW_SCRIPT_PLAYS;
}

/* The speed and the time that the rest takes; only one of them where there is little room. */
static void describe_speed(const struct view *view, int width, char *words, size_t size)
{
	bool is_wide = width >= 100;
	uint64_t left = view_time_left(view);
	bool has_rest = left > 0 && !view_is_growing(view) && (is_wide || view->playback.is_on);
	bool has_speed = is_wide || !has_rest;
	struct text text = {0};
	struct units units;

	if (plays_script(view) && !view->playback.is_on) {
		snprintf(words + strlen(words), size - strlen(words), "  film");
		return;
	}
	if (has_speed)
		speed_add_words(view_speed(view), &text);
	if (has_rest)
		text_add(&text, "%s%s left", has_speed ? ", " : "", units_wait(&units, left));
	snprintf(words + strlen(words), size - strlen(words), "  %s", text_of(&text));
	text_finish(&text);
}

static const char *name_state(const struct view *view)
{
	if (plays_script(view) && !view->playback.is_backwards)
		return "PLAY ";
	if (view->playback.is_on)
		return view->playback.is_backwards ? "BACK " : "PLAY ";
	if (view->growth.is_followed && view_is_growing(view))
		return "LIVE ";
	return view->lecture.is_on ? "LECTURE" : "PAUSE";
}

int view_status_rows(const struct view *view, const struct canvas *canvas)
{
	return view->lecture.is_on && canvas->height <= SMALL_LECTURE ? 0 : 1;
}

void view_add_place(const struct view *view, int width, struct text *words)
{
	uint64_t position = view_shown_position(view), read = player_length(view->player);
	uint64_t length = position > read ? position : read;
	bool is_last = position > 0 && position == length && !view_is_growing(view);
	struct units here, all;

	if (position == 0)
		text_add(words, "start");
	else if (!is_last || width >= WORDY)
		text_add(words, "%s%s", width >= WORDY ? "event " : "",
			units_count(&here, position - 1));
	if (is_last && width >= WORDY)
		text_add(words, ", the last");
	else if (width >= 30)
		text_add(words, "%s of %s", is_last ? "last" : "", units_count(&all, length));
}

/* The allocators, from the first to the one below all; returns how many cells the first takes. */
static int name_engines(const struct view *view, struct text *names)
{
	const struct heap *heap = player_heap(view->player);

	if (view->simulation.engine)
		text_add(names, "%s", view->simulation.engine);
	for (size_t i = 0; !view->simulation.engine && i < heap_layer_count(heap); i++)
		text_add(names, "%s%s", i ? OVER : "", engine_name(heap_layer(heap, i)));
	const char *below = strstr(text_of(names), OVER);
	return (int)(utf8_cells(text_of(names)) - (below ? utf8_cells(below) : 0));
}

/*
 * The trace and its allocators; where not all fit, only the first allocator, and without the trace
 * where that one would be cut. On a narrow screen the trace stays if even that is in vain. names,
 * first: of name_engines().
 */
static void draw_subject(const struct view *view, struct canvas *canvas, struct area line, int x,
	const struct text *names, int first)
{
	const char *path = trace_name(player_trace(view->player)), *slash = strrchr(path, '/');
	const char *name = slash ? slash + 1 : path;
	bool is_in_vain = canvas->width < WORDY && x + first > line.width;
	if (is_in_vain || x + (int)utf8_cells(name) + 2 + first <= line.width)
		x = area_text(canvas, line, x, 0, ROLE_STATUS, 0, name) + 2;
	bool fits = x + (int)utf8_cells(text_of(names)) <= line.width;
	const char *below = strstr(text_of(names), OVER);
	int length = fits || !below ? (int)names->length : (int)(below - text_of(names));
	area_print(canvas, line, x, 0, ROLE_STATUS, "%.*s", length, text_of(names));
}

/* What stands at the right: the position, what is read or comes in, and the speed. */
static void describe_position(const struct view *view, int width, bool has_speed, struct text *ret)
{
	uint64_t position = view_shown_position(view), read = player_length(view->player);
	uint64_t length = position > read ? position : read;
	struct units percent;
	char more[80] = "";

	if (view->growth.is_read && width >= 50)
		describe_reading(view, more, sizeof(more));
	else if (view->growth.is_live && width >= 50)
		describe_live(view, width < 70, more, sizeof(more));
	if (has_speed && width >= (view->growth.is_live ? 100 : 70) && !view->lecture.is_on &&
		!view->presentation.is_picture)
		describe_speed(view, width, more, sizeof(more));
	text_clear(ret);
	view_add_place(view, width, ret);
	if (view->lecture.is_on)
		text_add(ret, "%s", plays_script(view) ? "  film" : "");
	else
		text_add(ret, "  %s%s", units_percent(&percent, position, length), more);
}

/* Where the position begins. */
static int start_of(const struct text *position, int width)
{
	int start = width - (int)utf8_cells(text_of(position)) - 1;

	return start > 8 ? start : 8;
}

void view_draw_status(struct view *view, struct canvas *canvas)
{
	struct area line = {0, 0, canvas->width, 1}, left = line;
	const char *state = view->presentation.is_picture ? "" : name_state(view);
	int x = *state ? 1 + (int)strlen(state) + 2 : 1;
	struct text right = {0}, names = {0};
	int first = name_engines(view, &names);

	describe_position(view, canvas->width, true, &right);
	if (x + first >= start_of(&right, canvas->width) && !view->playback.is_on)
		describe_position(view, canvas->width, false, &right);
	int start = start_of(&right, canvas->width);
	area_fill(canvas, line, ' ', ROLE_STATUS);
	left.width = start > 8 ? start - 1 : 8;
	area_text(canvas, left, 1, 0, ROLE_STATUS, CELL_BOLD, state);
	draw_subject(view, canvas, left, x, &names, first);
	area_text(canvas, line, start, 0, ROLE_STATUS, 0, text_of(&right));
	text_finish(&names);
	text_finish(&right);
}
