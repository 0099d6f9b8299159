/*
 * See lecture_sheet.h. The sheet is drawn whole on a canvas of its own, of which a page shows some
 * rows. Of a caption above a story that does not fit, only the question stays: all of it was on the
 * screen before the story.
 */
#include "panels/lecture_sheet.h"

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

static int draw_story(const struct lecture_sheet *sheet, struct canvas *canvas, struct area area,
	int y)
{
	const char *parts[] = {sheet->why, sheet->so, sheet->who};

	y = area_wrap(canvas, area, 1, y, INDENT, sheet->is_bad ? ROLE_BAD : ROLE_TITLE,
		sheet->what);
	for (size_t i = 0; i < sizeof(parts) / sizeof(*parts); i++)
		if (parts[i] && *parts[i])
			y = area_wrap(canvas, area, INDENT, y, INDENT, ROLE_TEXT, parts[i]);
	return y;
}

/* Returns the row after the last. is_airy: with a blank row below the caption. */
static int draw_all(const struct lecture_sheet *sheet, const char *caption, bool is_airy,
	struct canvas *canvas, struct area area)
{
	int y = *caption ? area_caption(canvas, area, caption) : 0;

	y += is_airy && y > 0 && (sheet->asked || sheet->what);
	if (sheet->asked) {
		int x = area_text(canvas, area, 1, y, ROLE_CURSOR, CELL_BOLD, " NEXT ");
		return area_wrap(canvas, area, x + 2, y, INDENT, ROLE_TITLE, sheet->asked);
	}
	return sheet->what ? draw_story(sheet, canvas, area, y) : y;
}

static int count_rows(const struct lecture_sheet *sheet, const char *caption, bool is_airy,
	int width)
{
	struct canvas none = {0};

	return draw_all(sheet, caption, is_airy, &none, (struct area){0, 0, width, 0});
}

/* How a sheet is fitted into a height. */
struct fitting {
	const char *caption; /* all of it, or its last sentence */
	bool is_airy;
	int rows;
};

static struct fitting fit(const struct lecture_sheet *sheet, int width, int height)
{
	const char *caption = sheet->caption ? sheet->caption : "";
	struct fitting fittings[] = {{caption, true, 0}, {caption, false, 0},
		{last_sentence(caption), false, 0}};
	size_t n = sheet->what ? 3 : 2, i = 0;

	for (; i < n; i++) {
		fittings[i].rows =
			count_rows(sheet, fittings[i].caption, fittings[i].is_airy, width);
		if (fittings[i].rows <= height)
			return fittings[i];
	}
	return fittings[n - 1];
}

int lecture_sheet_rows(const struct lecture_sheet *sheet, int width)
{
	return count_rows(sheet, sheet->caption ? sheet->caption : "", true, width);
}

static int pages_of(int rows, int height)
{
	return rows > height && height > 0 ? (rows + height - 1) / height : 1;
}

int lecture_sheet_pages(const struct lecture_sheet *sheet, int width, int height)
{
	return pages_of(fit(sheet, width, height).rows, height);
}

void lecture_sheet_draw(const struct lecture_sheet *sheet, struct canvas *canvas, struct area area,
	int page)
{
	struct fitting fitting = fit(sheet, area.width, area.height);
	int pages = pages_of(fitting.rows, area.height);
	int from = (page < pages ? page : pages - 1) * area.height;
	struct canvas whole;

	canvas_init(&whole, area.width, fitting.rows, canvas->charset);
	draw_all(sheet, fitting.caption, fitting.is_airy, &whole,
		(struct area){0, 0, whole.width, whole.height});
	for (int y = 0; y < area.height && from + y < whole.height; y++)
		for (int x = 0; x < whole.width; x++) {
			const struct cell *cell = canvas_at(&whole, x, from + y);
			area_put(canvas, area, x, y, cell->glyph, cell->role, cell->marks);
		}
	canvas_finish(&whole);
}
