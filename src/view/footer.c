#include "view/footer.h"

#include "base/text.h"
#include "base/units.h"
#include "view/hints.h"
#include "view/view_state.h"

#include <string.h>

#define CAPTION_INDENT 3

/* Errors have priority over it, and so do the keys for a paused script. */
static bool shows_caption(const struct view *view)
{
	return view->presentation.caption && view->presentation.script != VIEW_SCRIPT_PAUSED &&
	       !(view->message.text[0] && view->message.is_bad);
}

int footer_rows(const struct view *view, struct canvas *canvas)
{
	struct area none = {0, 0, canvas->width, 0};
	int most = canvas->height / 4;

	if (!shows_caption(view))
		return 1;
	int rows = area_wrap(canvas, none, CAPTION_INDENT, 0, CAPTION_INDENT, ROLE_TITLE,
		view->presentation.caption);
	return rows < most ? rows : most < 1 ? 1 : most;
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

void view_draw_footer(struct view *view, struct canvas *canvas)
{
	struct area line = footer_of(canvas);
	int room = line.width - 7;
	int x = 1;

	if (shows_caption(view)) {
		draw_caption(view, canvas);
		return;
	}
	if (view_shows_errand(view)) {
		draw_errand(view, canvas, line);
		return;
	}
	if (view->message.text[0]) {
		area_text(canvas, line, 1, 0, view->message.is_bad ? ROLE_BAD : ROLE_TITLE, 0,
			view->message.text);
		return;
	}
	for (const struct hint *hint = view_hints(view); hint->keys; hint++) {
		int width = (int)(strlen(hint->keys) + strlen(hint->words)) + 3;
		if (x + width > room)
			continue;
		x = area_text(canvas, line, x, 0, ROLE_KEY, 0, hint->keys) + 1;
		x = area_text(canvas, line, x, 0, ROLE_QUIET, 0, hint->words) + 2;
	}
	x = area_text(canvas, line, room, 0, ROLE_KEY, 0, "?") + 1;
	area_text(canvas, line, x, 0, ROLE_QUIET, 0, "help");
}
