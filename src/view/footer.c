#include "view/footer.h"

#include "base/text.h"
#include "base/units.h"
#include "view/hints.h"
#include "view/status.h"
#include "view/view_state.h"

#include <stdio.h>
#include <string.h>

#define CAPTION_INDENT 3
#define TOUR_INDENT    14 /* after "TOUR 1 of 6" */

/*
 * Errors have priority over it, and so do the keys for a paused script; in a lecture it is where
 * captions are.
 */
static bool shows_caption(const struct view *view)
{
	return view->presentation.caption && !view_has_lecture_text(view) &&
	       view->presentation.script != VIEW_SCRIPT_PAUSED &&
	       !(view->message.text[0] && view->message.is_bad);
}

static int wrapped_rows(struct canvas *canvas, int indent, const char *words)
{
	struct area none = {0, 0, canvas->width, 0};
	int rows = area_wrap_rows(canvas, none, indent, indent, words);
	int most = canvas->height / 4;

	return rows < most ? rows : most < 1 ? 1 : most;
}

/* The words of the tour stand above the keys. */
static int tour_rows(const struct view *view, struct canvas *canvas)
{
	const struct tour *tour = &view->tour;

	return tour->is_on ? wrapped_rows(canvas, TOUR_INDENT, tour->stops[tour->at].words) : 0;
}

int footer_rows(const struct view *view, struct canvas *canvas)
{
	return shows_caption(view)
		       ? wrapped_rows(canvas, CAPTION_INDENT, view->presentation.caption)
		       : 1 + tour_rows(view, canvas);
}

static void draw_tour(const struct view *view, struct canvas *canvas)
{
	const struct tour *tour = &view->tour;
	int rows = tour_rows(view, canvas);
	struct area area = {0, canvas->height - 1 - rows, canvas->width, rows};
	char place[20];

	if (rows == 0)
		return;
	area_fill(canvas, area, ' ', ROLE_TITLE);
	snprintf(place, sizeof(place), "TOUR %zu of %zu", tour->at + 1, tour->count);
	area_text(canvas, area, 1, 0, ROLE_MARK, CELL_BOLD, place);
	area_wrap(canvas, area, TOUR_INDENT, 0, TOUR_INDENT, ROLE_TITLE,
		tour->stops[tour->at].words);
}

/* The bar before it marks it as said about the program and not by it, as everywhere. */
static void draw_caption(const struct view *view, struct canvas *canvas)
{
	int rows = footer_rows(view, canvas);
	struct area area = {0, canvas->height - rows, canvas->width, rows};

	area_fill(canvas, area, ' ', ROLE_TEXT);
	for (int y = 0; y < rows; y++)
		area_put(canvas, area, 1, y, glyph_of(canvas->charset, GLYPH_V_LINE, 0), ROLE_MARK,
			0);
	area_wrap(canvas, area, CAPTION_INDENT, 0, CAPTION_INDENT, ROLE_TITLE,
		view->presentation.caption);
}

/* "no fault ahead so far: 31%, 21.5 s left, 3,200,000 events/s   Esc cancels" */
static void draw_errand(const struct view *view, struct canvas *canvas, struct area line)
{
	int room = line.width - (int)sizeof("Esc cancels") - 1;
	struct errand_report report;
	struct units percent, left, rate;
	struct text words = {0};

	view_report_errand(view, &report);
	text_add(&words, "%s: %s", view->errand.what,
		units_percent(&percent, report.done, report.all));
	if (report.rate > 0)
		text_add(&words, ", %s left, %s events/s", units_wait(&left, report.left),
			units_count(&rate, report.rate));
	area_text(canvas, (struct area){line.x, line.y, room, 1}, 1, 0, ROLE_TITLE, 0,
		text_of(&words));
	int x = area_text(canvas, line, room + 1, 0, ROLE_KEY, 0, "Esc") + 1;
	area_text(canvas, line, x, 0, ROLE_QUIET, 0, "cancels");
	text_finish(&words);
}

/* "page 1 of 2", where the text of a lecture has more than fits. Returns the column after it. */
static int draw_pages(const struct view *view, struct canvas *canvas, struct area line)
{
	const struct panel *panel = view_panel(view, panel_of(PANEL_LECTURE));
	char pages[40] = "";

	if (panel->shown)
		panel->ops->remark(panel, pages, sizeof(pages));
	return *pages ? area_text(canvas, line, 1, 0, ROLE_MARK, CELL_BOLD, pages) + 2 : 1;
}

/* Columns that a hint takes, with the blanks after it. */
static int hint_width(const struct hint *hint)
{
	return (int)(strlen(hint->keys) + strlen(hint->words)) + 3;
}

/*
 * The position, where no status line has it and the first hint leaves room. Returns the column
 * before it.
 */
static int draw_event(const struct view *view, struct canvas *canvas, struct area line, int x,
	int room)
{
	struct text place = {0};

	if (view_status_rows(view, canvas) > 0)
		return room;
	view_add_place(view, line.width, &place);
	int at = room - (int)place.length - 2;
	bool fits = at >= x + hint_width(view_hints(view));
	if (fits)
		area_text(canvas, line, at, 0, ROLE_TITLE, 0, text_of(&place));
	text_finish(&place);
	return fits ? at : room;
}

static void draw_hints(const struct view *view, struct canvas *canvas, struct area line)
{
	int room = line.width - 7, x = draw_pages(view, canvas, line);
	int end = draw_event(view, canvas, line, x, room);

	if (view->presentation.is_picture)
		return;
	for (const struct hint *hint = view_hints(view); hint->keys; hint++) {
		if (x + hint_width(hint) > end)
			continue;
		x = area_text(canvas, line, x, 0, ROLE_KEY, 0, hint->keys) + 1;
		x = area_text(canvas, line, x, 0, ROLE_QUIET, 0, hint->words) + 2;
	}
	x = area_text(canvas, line, room, 0, ROLE_KEY, 0, "?") + 1;
	area_text(canvas, line, x, 0, ROLE_QUIET, 0, "help");
}

void view_draw_footer(struct view *view, struct canvas *canvas)
{
	struct area line = footer_of(canvas);

	if (shows_caption(view)) {
		draw_caption(view, canvas);
		return;
	}
	draw_tour(view, canvas);
	if (view_shows_errand(view)) {
		draw_errand(view, canvas, line);
		return;
	}
	if (view->message.text[0]) {
		area_text(canvas, line, 1, 0, view->message.is_bad ? ROLE_BAD : ROLE_TITLE, 0,
			view->message.text);
		return;
	}
	draw_hints(view, canvas, line);
}
