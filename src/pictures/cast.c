/* See cast.h. */
#include "pictures/cast.h"

#include "base/text.h"
#include "base/utf8.h"
#include "base/xalloc.h"
#include "canvas/theme.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#define SECOND     UINT64_C(1000000000)
#define ALL_COLORS (1 << 24)

struct cast {
	struct text *out;          /* borrowed */
	struct canvas shown;       /* the cells of the last frame */
	const struct theme *theme; /* of the last frame; NULL: there was none */
};

struct cast *cast_new(struct text *out, int width, int height, const char *title)
{
	struct cast *cast = xcalloc(1, sizeof(*cast));

	cast->out = out;
	canvas_init(&cast->shown, width, height, CHARSET_UTF8);
	text_add(out, "{\"version\":2,\"width\":%d,\"height\":%d,\"title\":", width, height);
	text_add_json(out, title);
	text_add(out, "}\n");
	return cast;
}

void cast_free(struct cast *cast)
{
	if (!cast)
		return;
	canvas_finish(&cast->shown);
	free(cast);
}

static bool is_same(const struct cell *one, const struct cell *other)
{
	return one->glyph == other->glyph && one->role == other->role && one->marks == other->marks;
}

/* A full block has its colour as background as well. */
static bool has_same_look(const struct cell *one, const struct cell *other)
{
	return one->role == other->role && one->marks == other->marks &&
	       (one->glyph == FULL_BLOCK) == (other->glyph == FULL_BLOCK);
}

static void add_color(struct text *bytes, int32_t color, int code)
{
	if (color == COLOR_DEFAULT)
		text_add(bytes, ";%d", code + 1);
	else
		text_add(bytes, ";%d;2;%d;%d;%d", code, (int)(color >> 16 & 255),
			(int)(color >> 8 & 255), (int)(color & 255));
}

static void add_look(struct text *bytes, const struct cell *cell, const struct theme *theme)
{
	struct look look = theme_cell_look(theme, cell, ALL_COLORS);

	text_add(bytes, "\033[0%s%s%s", look.marks & CELL_BOLD ? ";1" : "",
		look.marks & CELL_UNDERLINE ? ";4" : "", look.marks & LOOK_REVERSE ? ";7" : "");
	add_color(bytes, look.foreground, 38);
	add_color(bytes, look.background, 48);
	text_add(bytes, "m");
}

/* Appends the cells that differ from those shown; all: every cell. */
static void add_cells(struct text *bytes, struct cast *cast, const struct canvas *canvas, bool all)
{
	const struct cell *pen = NULL; /* the cell whose look is set */
	char sign[5];

	for (int y = 0; y < canvas->height; y++) {
		int column = -1; /* where the cursor is in this row */
		for (int x = 0; x < canvas->width; x++) {
			const struct cell *cell = canvas_at(canvas, x, y);
			if (!all && is_same(cell, canvas_at(&cast->shown, x, y)))
				continue;
			if (column != x)
				text_add(bytes, "\033[%d;%dH", y + 1, x + 1);
			if (!pen || !has_same_look(pen, cell))
				add_look(bytes, cell, cast->theme);
			pen = cell;
			text_add_bytes(bytes, sign, utf8_put(sign, cell->glyph));
			column = x + 1;
		}
	}
}

static void begin_line(struct cast *cast, uint64_t nanoseconds, const char *kind)
{
	text_add(cast->out, "[%" PRIu64 ".%06" PRIu64 ",\"%s\",", nanoseconds / SECOND,
		nanoseconds % SECOND / 1000, kind);
}

void cast_add(struct cast *cast, const struct canvas *canvas, const struct theme *theme,
	uint64_t nanoseconds)
{
	bool is_resized =
		canvas->width != cast->shown.width || canvas->height != cast->shown.height;
	bool is_new = is_resized || cast->theme != theme;
	struct text bytes = {0};

	if (is_resized) {
		begin_line(cast, nanoseconds, "r");
		text_add(cast->out, "\"%dx%d\"]\n", canvas->width, canvas->height);
		canvas_resize(&cast->shown, canvas->width, canvas->height);
	}
	if (!cast->theme)
		text_add(&bytes, "\033[?25l");
	cast->theme = theme;
	add_cells(&bytes, cast, canvas, is_new);
	if (bytes.length > 0) {
		begin_line(cast, nanoseconds, "o");
		text_add_json(cast->out, text_of(&bytes));
		text_add(cast->out, "]\n");
		memcpy(cast->shown.cells, canvas->cells,
			(size_t)canvas->width * (size_t)canvas->height * sizeof(*canvas->cells));
	}
	text_finish(&bytes);
}
