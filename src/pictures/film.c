/*
 * See film.h. Every row of the screen is a list of shots: a row of the set, and the time for which
 * it is there. A shot is drawn as a reference to its row, made visible for that time.
 */
#include "pictures/film.h"

#include "base/arrays.h"
#include "base/text.h"
#include "base/xalloc.h"
#include "pictures/row_set.h"
#include "pictures/svg.h"

#include <assert.h>
#include <stdlib.h>

struct shot {
	uint32_t row;
	uint64_t from, until; /* milliseconds */
};

typedef ARRAY(struct shot) shots;

struct film {
	int width, height;
	const struct theme *theme; /* borrowed */
	struct row_set rows;
	struct svg_roles roles;
	shots *lines;    /* height of them */
	uint64_t length; /* milliseconds */
};

struct film *film_new(int width, int height, const struct theme *theme)
{
	struct film *film = xcalloc(1, sizeof(*film));

	film->width = width;
	film->height = height;
	film->theme = theme;
	film->lines = xcalloc((size_t)height, sizeof(*film->lines));
	return film;
}

void film_free(struct film *film)
{
	if (!film)
		return;
	for (int y = 0; y < film->height; y++)
		array_finish(&film->lines[y]);
	free(film->lines);
	row_set_finish(&film->rows);
	free(film);
}

void film_add(struct film *film, const struct canvas *canvas, struct area area,
	uint64_t milliseconds)
{
	struct text text = {0};

	assert(area.width == film->width && area.height == film->height);
	svg_note_roles(&film->roles, canvas, area);
	for (int y = 0; y < film->height; y++) {
		shots *line = &film->lines[y];
		text_clear(&text);
		svg_add_row(&text, canvas, area, y, film->theme);
		uint32_t row = row_set_add(&film->rows, text_of(&text));
		if (line->count == 0 || line->items[line->count - 1].row != row)
			*array_push(line) = (struct shot){row, film->length, 0};
		line->items[line->count - 1].until = film->length + milliseconds;
	}
	film->length += milliseconds;
	text_finish(&text);
}

static void add_seconds(struct text *out, uint64_t milliseconds)
{
	text_add(out, "%llu.%03llus", (unsigned long long)milliseconds / 1000,
		(unsigned long long)milliseconds % 1000);
}

static void add_share(struct text *out, uint64_t part, uint64_t whole)
{
	text_add(out, ";%.6f", (double)part / (double)whole);
}

static void add_shot(struct text *out, const struct film *film, const struct shot *shot, int y)
{
	bool begins = shot->from == 0, ends = shot->until == film->length;

	text_add(out, "<use href=\"#r%u\" y=\"%d\"%s>", shot->row, y * SVG_CELL_HEIGHT,
		begins ? "" : " visibility=\"hidden\"");
	if (!begins || !ends) {
		text_add(out,
			"<animate attributeName=\"visibility\" calcMode=\"discrete\" repeatCount=\"indefinite\" dur=\"");
		add_seconds(out, film->length);
		text_add(out, "\" values=\"%s%s\" keyTimes=\"0",
			begins ? "visible" : "hidden;visible", ends ? "" : ";hidden");
		if (!begins)
			add_share(out, shot->from, film->length);
		if (!ends)
			add_share(out, shot->until, film->length);
		text_add(out, "\"/>");
	}
	text_add(out, "</use>\n");
}

void film_write(const struct film *film, const char *title, struct text *out)
{
	svg_begin(out, film->width, film->height, film->theme, &film->roles, title);
	text_add(out, "<defs>\n");
	for (size_t i = 0; i < film->rows.rows.count; i++)
		text_add(out, "<g id=\"r%zu\">%s</g>\n", i, film->rows.rows.items[i]);
	text_add(out, "</defs>\n");
	for (int y = 0; y < film->height; y++)
		for (size_t i = 0; i < film->lines[y].count; i++)
			add_shot(out, film, &film->lines[y].items[i], y);
	svg_end(out);
}
