/*
 * See lecture_sheet.h. The sheet is drawn whole on a canvas of its own, of which a page shows some
 * rows. Of a caption above a story that does not fit, only the question stays, behind an ellipsis,
 * and of an earlier one nothing: all of it was on the screen before the story. Where that makes it
 * one page, the reasons are one text instead of a line each.
 */
#include "panels/lecture_sheet.h"

#include "base/text.h"

#include <string.h>

#define INDENT 3

/* The last sentence of a caption: its question. */
static const char *last_sentence(const char *caption)
{
	const char *last = caption;

	for (const char *at = caption; at[0] && at[1]; at++)
		if (strchr(".!?:", at[0]) && at[1] == ' ' && at[2])
			last = at + 2;
	return last;
}

/* How a sheet is fitted into a height. */
struct fitting {
	const char *caption; /* all of it, its last sentence, or nothing */
	bool is_cut;         /* it is the last of several sentences */
	bool is_airy;        /* with a blank row below the caption */
	bool runs_on;        /* reasons and what has changed are one text */
	int rows;
};

static int draw_story(const struct lecture_sheet *sheet, bool runs_on, struct canvas *canvas,
	struct area area, int y)
{
	const char *why = runs_on ? sheet->run_on : sheet->why;
	const char *parts[] = {why, runs_on ? NULL : sheet->so, sheet->who};

	y = area_wrap(canvas, area, 1, y, INDENT, sheet->is_bad ? ROLE_BAD : ROLE_TITLE,
		sheet->what);
	for (size_t i = 0; i < sizeof(parts) / sizeof(*parts); i++)
		if (parts[i] && *parts[i])
			y = area_wrap(canvas, area, INDENT, y, INDENT, ROLE_TEXT, parts[i]);
	return y;
}

/* Returns the row after the last. */
static int draw_all(const struct lecture_sheet *sheet, const struct fitting *fitting,
	struct canvas *canvas, struct area area)
{
	struct text caption = {0};

	text_add(&caption, "%s%s", fitting->is_cut ? "… " : "", fitting->caption);
	int y = caption.length > 0 ? area_caption(canvas, area, text_of(&caption)) : 0;
	text_finish(&caption);

	y += fitting->is_airy && y > 0 && (sheet->asked || sheet->what);
	if (sheet->asked) {
		int x = area_text(canvas, area, 1, y, ROLE_CURSOR, CELL_BOLD, " NEXT ");
		return area_wrap(canvas, area, x + 2, y, INDENT, ROLE_TITLE, sheet->asked);
	}
	return sheet->what ? draw_story(sheet, fitting->runs_on, canvas, area, y) : y;
}

static int count_rows(const struct lecture_sheet *sheet, const struct fitting *fitting, int width)
{
	struct canvas none = {0};

	return draw_all(sheet, fitting, &none, (struct area){0, 0, width, 0});
}

static const char *caption_of(const struct lecture_sheet *sheet)
{
	return sheet->caption ? sheet->caption : "";
}

static int pages_of(int rows, int height)
{
	return rows > height && height > 0 ? (rows + height - 1) / height : 1;
}

/* The first that needs the fewest pages. One text is read with less ease: if it is one page. */
static struct fitting fit(const struct lecture_sheet *sheet, int width, int height)
{
	const char *caption = caption_of(sheet);
	const char *rest = sheet->is_earlier ? "" : last_sentence(caption);
	bool is_cut = *rest && rest != caption;
	const struct fitting fittings[] = {{caption, false, true, false, 0},
		{caption, false, false, false, 0}, {rest, is_cut, false, false, 0},
		{caption, false, false, true, 0}, {rest, is_cut, false, true, 0}};
	size_t n = !sheet->what ? 2 : !sheet->run_on ? 3 : 5;
	struct fitting best = {0};
	int least = 0;

	for (size_t i = 0; i < n && least != 1; i++) {
		struct fitting fitting = fittings[i];
		fitting.rows = count_rows(sheet, &fitting, width);
		int pages = pages_of(fitting.rows, height);
		if (i == 0 || pages == 1 || (pages < least && !fitting.runs_on)) {
			best = fitting;
			least = pages;
		}
	}
	return best;
}

int lecture_sheet_rows(const struct lecture_sheet *sheet, int width)
{
	const struct fitting whole = {caption_of(sheet), false, true, false, 0};

	return count_rows(sheet, &whole, width);
}

int lecture_sheet_rows_in(const struct lecture_sheet *sheet, int width, int height)
{
	return fit(sheet, width, height).rows;
}

int lecture_sheet_pages(const struct lecture_sheet *sheet, int width, int height)
{
	return pages_of(fit(sheet, width, height).rows, height);
}

/* The first row of a page; the last page is full, so it may begin with rows of the one before. */
static int first_row(int rows, int height, int page)
{
	int last = rows > height ? rows - height : 0;

	return page * height < last ? page * height : last;
}

void lecture_sheet_draw(const struct lecture_sheet *sheet, struct canvas *canvas, struct area area,
	int page)
{
	struct fitting fitting = fit(sheet, area.width, area.height);
	int from = first_row(fitting.rows, area.height, page);
	struct canvas whole;

	canvas_init(&whole, area.width, fitting.rows, canvas->charset);
	draw_all(sheet, &fitting, &whole, (struct area){0, 0, whole.width, whole.height});
	for (int y = 0; y < area.height && from + y < whole.height; y++)
		for (int x = 0; x < whole.width; x++) {
			const struct cell *cell = canvas_at(&whole, x, from + y);
			area_put(canvas, area, x, y, cell->glyph, cell->role, cell->marks);
		}
	canvas_finish(&whole);
}
