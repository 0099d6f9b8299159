/*
 * See svg.h. Neighbours of one colour are one path, and a full cell beside another one rectangle:
 * edges inside it would show as seams when the picture is scaled. Words are cut where two blanks
 * part them, and each piece is stretched to its cells, so that columns stay straight in any font.
 */
#include "pictures/svg.h"

#include "base/text.h"
#include "base/utf8.h"
#include "pictures/ink.h"
#include "pictures/shapes.h"

#include <stdio.h>
#include <string.h>

#define BASELINE 15

/* One row of an area. */
struct row {
	const struct cell *cells;
	int width;
	const struct theme *theme;
};

/* Two cells have the same class in front. */
static bool is_same_front(const struct cell *one, const struct cell *other)
{
	return one->role == other->role;
}

static bool is_same_ground(const struct cell *one, const struct cell *other)
{
	return one->role == other->role && (one->marks & (CELL_HELD | CELL_CHOSEN)) ==
						   (other->marks & (CELL_HELD | CELL_CHOSEN));
}

static void add_class(struct text *out, const struct cell *cell)
{
	text_add(out, "%s", role_name((enum role)cell->role));
}

/* A ground is a tint, or that of the role. */
static const char *ground_of(const struct theme *theme, const struct cell *cell)
{
	enum role role = (enum role)cell->role;

	if (ink_of(theme, role, cell->marks).back == ink_of(theme, role, 0).back)
		return role_name(role);
	return cell->marks & CELL_CHOSEN ? "chosen" : "held";
}

/* Units to the numbers of the picture, with as few digits as are needed. */
static void add_units(struct text *out, int units, int cell)
{
	char number[24];
	int hundredths = units * cell * 100 / SHAPE_UNITS;
	size_t length = (size_t)snprintf(number, sizeof(number), "%d.%02d", hundredths / 100,
		hundredths % 100);

	while (number[length - 1] == '0')
		length--;
	text_add_bytes(out, number, number[length - 1] == '.' ? length - 1 : length);
}

/* ---- grounds ------------------------------------------------------------------------------- */

static void add_grounds(struct text *out, const struct row *row)
{
	uint32_t ground = ink_of(row->theme, ROLE_TEXT, 0).back;

	for (int x = 0, end; x < row->width; x = end) {
		const struct cell *cell = &row->cells[x];
		for (end = x + 1; end < row->width && is_same_ground(&row->cells[end], cell); end++)
			;
		if (ink_of(row->theme, (enum role)cell->role, cell->marks).back == ground)
			continue;
		text_add(out, "<rect class=\"%s-b\" x=\"%d\" width=\"%d\" height=\"%d\"/>",
			ground_of(row->theme, cell), x * SVG_CELL_WIDTH, (end - x) * SVG_CELL_WIDTH,
			SVG_CELL_HEIGHT);
	}
}

/* ---- shapes -------------------------------------------------------------------------------- */

static void add_rectangle(struct text *out, int x, int cells, const struct shape *shape)
{
	int left = x * SHAPE_UNITS + shape->left,
	    right = (x + cells - 1) * SHAPE_UNITS + shape->right;

	text_add(out, "M");
	add_units(out, left, SVG_CELL_WIDTH);
	text_add(out, " ");
	add_units(out, shape->top, SVG_CELL_HEIGHT);
	text_add(out, "h");
	add_units(out, right - left, SVG_CELL_WIDTH);
	text_add(out, "v");
	add_units(out, shape->bottom - shape->top, SVG_CELL_HEIGHT);
	text_add(out, "H");
	add_units(out, left, SVG_CELL_WIDTH);
	text_add(out, "z");
}

static bool is_as_wide_as_the_cell(const struct shape *shape)
{
	return shape->left == 0 && shape->right == SHAPE_UNITS;
}

/* Adds the sign at x, and those of the same kind after it; returns the column after them. */
static int add_signs(struct text *out, const struct row *row, int x, const struct shapes *shapes)
{
	const struct cell *cell = &row->cells[x];
	int end = x + 1;

	while (end < row->width && row->cells[end].glyph == cell->glyph &&
		is_same_front(&row->cells[end], cell))
		end++;
	for (size_t i = 0; i < shapes->count; i++) {
		const struct shape *shape = &shapes->items[i];
		if (is_as_wide_as_the_cell(shape))
			add_rectangle(out, x, end - x, shape);
		else
			for (int at = x; at < end; at++)
				add_rectangle(out, at, 1, shape);
	}
	return end;
}

static void add_shapes(struct text *out, const struct row *row)
{
	const struct cell *open = NULL; /* the cell whose path is open */
	unsigned quarters = 0;
	struct shapes shapes;

	for (int x = 0; x < row->width;) {
		const struct cell *cell = &row->cells[x];
		if (!shapes_of(cell->glyph, &shapes)) {
			x++;
			continue;
		}
		if (!open || !is_same_front(open, cell) || quarters != shapes.quarters) {
			text_add(out, open ? "\"/><path class=\"" : "<path class=\"");
			add_class(out, cell);
			if (shapes.quarters < SHAPE_OPAQUE)
				text_add(out, "\" fill-opacity=\".%u", shapes.quarters * 25);
			text_add(out, "\" d=\"");
			open = cell;
			quarters = shapes.quarters;
		}
		x = add_signs(out, row, x, &shapes);
	}
	if (open)
		text_add(out, "\"/>");
}

/* ---- words --------------------------------------------------------------------------------- */

static bool is_word(const struct cell *cell)
{
	struct shapes shapes;

	return cell->glyph != ' ' && !shapes_of(cell->glyph, &shapes);
}

/* The cells belong to one piece of text: one class, one weight. */
static bool is_same_words(const struct row *row, const struct cell *one, const struct cell *other)
{
	return is_same_front(one, other) && one->marks == other->marks;
}

/* The column after the piece of text that begins at x: it ends before two blanks. */
static int end_of_piece(const struct row *row, int x)
{
	int end = x + 1;

	while (end < row->width && is_same_words(row, &row->cells[end], &row->cells[x])) {
		if (is_word(&row->cells[end]))
			end++;
		else if (row->cells[end].glyph == ' ' && end + 1 < row->width &&
			 is_word(&row->cells[end + 1]) &&
			 is_same_words(row, &row->cells[end + 1], &row->cells[x]))
			end += 2;
		else
			break;
	}
	return end;
}

static void add_piece(struct text *out, const struct row *row, int x, int end)
{
	const struct cell *cell = &row->cells[x];
	struct ink ink = ink_of(row->theme, (enum role)cell->role, cell->marks);
	char word[5];

	text_add(out, "<text class=\"");
	add_class(out, cell);
	text_add(out, "%s%s\" x=\"%d\" y=\"%d\" textLength=\"%d\">", ink.is_bold ? " b" : "",
		ink.is_underlined ? " u" : "", x * SVG_CELL_WIDTH, BASELINE,
		(end - x) * SVG_CELL_WIDTH);
	for (; x < end; x++) {
		utf8_put(word, row->cells[x].glyph);
		text_add_markup(out, word);
	}
	text_add(out, "</text>");
}

static void add_pieces(struct text *out, const struct row *row)
{
	for (int x = 0; x < row->width;) {
		int end = x + 1;
		if (is_word(&row->cells[x])) {
			end = end_of_piece(row, x);
			add_piece(out, row, x, end);
		}
		x = end;
	}
}

void svg_add_row(struct text *out, const struct canvas *canvas, struct area area, int row,
	const struct theme *theme)
{
	const struct row cells = {canvas_at(canvas, area.x, area.y + row), area.width, theme};

	add_grounds(out, &cells);
	add_shapes(out, &cells);
	add_pieces(out, &cells);
}

/* ---- a picture ----------------------------------------------------------------------------- */

void svg_note_roles(struct svg_roles *roles, const struct canvas *canvas, struct area area)
{
	roles->is_used[ROLE_TEXT] = true; /* the ground of every picture */
	for (int y = area.y; y < area.y + area.height; y++)
		for (int x = area.x; x < area.x + area.width; x++)
			roles->is_used[canvas_at(canvas, x, y)->role] = true;
}

void svg_add_rules(struct text *out, const struct theme *theme, const struct svg_roles *roles)
{
	text_add(out,
		"text{font:16.6px \"DejaVu Sans Mono\",Menlo,Consolas,monospace;white-space:pre}"
		"rect,path{shape-rendering:crispEdges}"
		".b{font-weight:bold}.u{text-decoration:underline}\n");
	for (int role = 0; role < ROLE_COUNT; role++) {
		if (roles && !roles->is_used[role])
			continue;
		struct ink ink = ink_of(theme, (enum role)role, 0);
		const char *name = role_name((enum role)role);
		text_add(out, ".%s{fill:#%06x}.%s-b{fill:#%06x}\n", name, ink.front, name,
			ink.back);
	}
	text_add(out, ".held-b{fill:#%06x}.chosen-b{fill:#%06x}\n",
		ink_of(theme, ROLE_LIVE, CELL_HELD).back,
		ink_of(theme, ROLE_LIVE, CELL_CHOSEN).back);
}

void svg_begin(struct text *out, int width, int height, const struct theme *theme,
	const struct svg_roles *roles, const char *title)
{
	width *= SVG_CELL_WIDTH;
	height *= SVG_CELL_HEIGHT;
	text_add(out,
		"<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%d\" height=\"%d\" viewBox=\"0 0 %d %d\" role=\"img\">\n<title>",
		width, height, width, height);
	text_add_markup(out, title);
	text_add(out, "</title>\n<style>\n");
	svg_add_rules(out, theme, roles);
	text_add(out, "</style>\n<rect class=\"text-b\" width=\"%d\" height=\"%d\"/>\n", width,
		height);
}

void svg_end(struct text *out)
{
	text_add(out, "</svg>\n");
}
