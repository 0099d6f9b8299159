/* See transcript.h. */
#include "view/transcript.h"

#include "base/units.h"
#include "panels/comparison/comparison.h"
#include "story/question.h"
#include "story/narration.h"
#include "view/flat_rows.h"
#include "view/question.h"
#include "view/status.h"
#include "view/view_state.h"

#include <string.h>

#define PLACE_WIDTH  100 /* columns for which the position is put into words */
#define PAGE_WIDTH   160 /* of what lies on top: all of it at once */
#define PAGE_HEIGHT  400
#define BOX_FIRST    0x2500u /* the signs with which boxes and rules are drawn */
#define BOX_LAST     0x257Fu
#define POINTER_SIGN "►"

void transcript_finish(struct transcript *transcript)
{
	text_finish(&transcript->message);
	text_finish(&transcript->caption);
	text_finish(&transcript->overlay);
	text_finish(&transcript->compared);
}

/* Appends the rows of the area as lines, without boxes and without rows that are empty. */
static void add_rows(const struct canvas *canvas, struct area area, struct text *out)
{
	struct canvas plain = *canvas;
	struct text rows = {0};

	canvas_init(&plain, area.width, area.height, canvas->charset);
	for (int y = 0; y < area.height; y++)
		for (int x = 0; x < area.width; x++) {
			struct cell cell = *canvas_at(canvas, area.x + x, area.y + y);
			bool is_box = cell.glyph >= BOX_FIRST && cell.glyph <= BOX_LAST;
			cell.glyph = is_box ? ' ' : cell.glyph;
			plain.cells[y * area.width + x] = cell;
		}
	canvas_dump_area(&plain, (struct area){0, 0, area.width, area.height}, 0, &rows);
	flat_rows_add(text_of(&rows), out);
	text_finish(&rows);
	canvas_finish(&plain);
}

static bool has_line(const struct text *lines, const char *line, size_t length)
{
	for (const char *at = text_of(lines); *at;) {
		size_t n = strcspn(at, "\n");
		if (n == length && memcmp(at, line, n) == 0)
			return true;
		at += n + (at[n] == '\n');
	}
	return false;
}

/* Of a list in which something is chosen, appends that line only. */
static void add_new_lines(const struct text *before, const struct text *now, struct text *out)
{
	bool has_choice = strstr(text_of(now), POINTER_SIGN) && before->length > 0;

	for (const char *line = text_of(now); *line;) {
		size_t length = strcspn(line, "\n");
		bool is_chosen = strncmp(line, POINTER_SIGN, strlen(POINTER_SIGN)) == 0;
		if (!has_line(before, line, length) && (!has_choice || is_chosen))
			text_add(out, "%.*s\n", (int)length, line);
		line += length + (line[length] == '\n');
	}
}

/*
 * What lies on top: a list, help, a question. Lines that were there before are not said again, and
 * a line that is typed is shown by the terminal.
 */
static void tell_overlay(struct view *view, struct text *out)
{
	struct transcript *transcript = &view->transcript;
	struct text now = {0};
	struct canvas page;
	char sign;

	if (view->overlay.mode && !view_typed(view, &sign)) {
		canvas_init(&page, PAGE_WIDTH, PAGE_HEIGHT, CHARSET_UTF8);
		view->overlay.mode->draw(view, &page);
		add_rows(&page, (struct area){0, 0, PAGE_WIDTH, PAGE_HEIGHT}, &now);
		canvas_finish(&page);
		add_new_lines(&transcript->overlay, &now, out);
	}
	text_finish(&transcript->overlay);
	transcript->overlay = now;
}

static void add_decision(const struct decision_step *step, struct text *out)
{
	const char *line = text_of(&step->narration.why);

	for (unsigned i = 1; i < step->shown; i++)
		line += strcspn(line, "\n") + 1;
	text_add(out, "decision %u of %u: %.*s\n", step->shown, step->narration.lines,
		(int)strcspn(line, "\n"), line);
}

/* The last event: its call, its result, and what it changed. */
static void add_event(struct view *view, struct text *out)
{
	const struct latest *latest = &view->latest;
	struct narration narration = {0};

	if (!latest->has_event)
		return;
	narrate(&narration, player_heap(view->player), player_trace(view->player), &latest->event,
		&latest->effect, latest->log, view->appearance.is_expert);
	text_add(out, ": %s", latest->event.kind == EVENT_NOTE ? "caption: " : "");
	text_add_visible(out, text_of(&narration.what));
	if (narration.so.length > 0) {
		text_add(out, "%s ", out->bytes[out->length - 1] == '.' ? "" : ".");
		text_add_visible(out, text_of(&narration.so));
	}
	narration_finish(&narration);
}

static void add_question(const struct view *view, struct text *out)
{
	uint64_t number;
	struct event next;
	char call[100];

	if (!view_is_asking(view) || !view_next_request(view, &number) ||
		!trace_get(player_trace(view->player), number, &next))
		return;
	text_add(out, " Next is %s; Space shows the answer.",
		name_question(player_trace(view->player), player_heap(view->player), number, &next,
			call, sizeof(call)));
}

/* After a jump, the state of memory in one sentence. */
static void add_headline(const struct view *view, struct text *out)
{
	struct headline headline = {0};

	headline_write(&headline, view->player, PLACE_WIDTH);
	text_add(out, " ");
	for (const char *at = text_of(&headline.held); *at; at++)
		if (*at != HEADLINE_BOLD)
			text_add_bytes(out, at, 1);
	headline_finish(&headline);
}

static void tell_place(struct view *view, struct text *out)
{
	struct transcript *transcript = &view->transcript;
	const struct decision_step *step = view_decision_step(view);
	uint64_t position = view_shown_position(view), before = transcript->position;
	unsigned decisions = step ? step->shown : 0;
	bool has_moved = !transcript->has_begun || position != before;
	bool has_jumped = !transcript->has_begun || position > before + 1 || position + 1 < before;

	if (step && (has_moved || decisions != transcript->decisions))
		add_decision(step, out);
	else if (has_moved || view_is_asking(view) != transcript->was_asking ||
		 (transcript->decisions && !step)) {
		view_add_place(view, PLACE_WIDTH, out);
		add_event(view, out);
		add_question(view, out);
		if (has_jumped && position > 0)
			add_headline(view, out);
		text_add(out, "\n");
	}
	transcript->position = position;
	transcript->decisions = decisions;
	transcript->was_asking = view_is_asking(view);
}

/* Engines side by side: where they differ first, and at this event. */
static void tell_comparison(struct view *view, struct text *out)
{
	struct transcript *transcript = &view->transcript;
	struct text now = {0};

	if (view->side_by_side.is_shown)
		comparison_add_words(view->side_by_side.comparison, &now);
	if (now.length == 0) {
		text_finish(&now);
		return;
	}
	add_new_lines(&transcript->compared, &now, out);
	text_finish(&transcript->compared);
	transcript->compared = now;
}

static void tell_playing(struct view *view, struct text *out)
{
	struct transcript *transcript = &view->transcript;

	if (view->playback.is_on != transcript->was_playing)
		text_add(out, "%s\n", view->playback.is_on ? "playing" : "paused");
	transcript->was_playing = view->playback.is_on;
}

/* Appends the words if they differ from those before, which they replace. */
static void tell_words(struct text *before, const char *words, const char *prefix, struct text *out)
{
	if (strcmp(text_of(before), words) == 0)
		return;
	text_clear(before);
	text_add(before, "%s", words);
	if (*words)
		text_add(out, "%s%s\n", prefix, words);
}

static void tell_stop(struct view *view, struct text *out)
{
	const struct tour *tour = &view->tour;
	size_t stop = tour->is_on ? tour->at + 1 : 0;

	if (stop != view->transcript.stop && stop > 0)
		text_add(out, "tour %zu of %zu: %s\n", stop, tour->count,
			tour->stops[tour->at].words);
	view->transcript.stop = stop;
}

/* The panel that has the keys: its title, or all of it once it fills the screen. */
static void tell_panel(struct view *view, const struct canvas *canvas, struct text *out)
{
	struct transcript *transcript = &view->transcript;
	const struct panel_ops *ops = view->focus.panel;
	bool is_new = transcript->has_begun && ops != transcript->panel;
	bool is_alone = view->focus.is_alone;
	struct area area;

	if (ops && (is_new || is_alone != transcript->was_alone) &&
		view_place(view, ops->name, &area)) {
		text_add(out, "panel ");
		area.height = is_alone ? area.height : 1;
		add_rows(canvas, area, out);
	}
	transcript->panel = ops;
	transcript->was_alone = is_alone;
}

void view_tell_changes(struct view *view, const struct canvas *canvas, struct text *out)
{
	struct transcript *transcript = &view->transcript;

	tell_stop(view, out);
	tell_playing(view, out);
	tell_place(view, out);
	tell_comparison(view, out);
	tell_panel(view, canvas, out);
	tell_words(&transcript->caption,
		view->presentation.caption ? view->presentation.caption : "", "caption: ", out);
	tell_words(&transcript->message, view->message.text, view->message.is_bad ? "error: " : "",
		out);
	tell_overlay(view, out);
	transcript->has_begun = true;
}
