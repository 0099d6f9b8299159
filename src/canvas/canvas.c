/* See canvas.h. */
#include "canvas/canvas.h"

#include "base/text.h"
#include "base/utf8.h"
#include "base/xalloc.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define CAPTION_AT 3
#define REMARK_MIN 12 /* the least number of columns of a shortened remark that is still shown */

static const struct {
	const char *name;
	char letter;
} roles[] = {
#define ROLE(id, name, letter) [id] = {name, letter},
	ROLES(ROLE)
#undef ROLE
};

const char *role_name(enum role role)
{
	return roles[role].name;
}

char role_letter(enum role role)
{
	return roles[role].letter;
}

void canvas_init(struct canvas *canvas, int width, int height, enum charset charset)
{
	*canvas = (struct canvas){.charset = charset};
	canvas_resize(canvas, width, height);
}

void canvas_finish(struct canvas *canvas)
{
	free(canvas->cells);
	*canvas = (struct canvas){0};
}

void canvas_resize(struct canvas *canvas, int width, int height)
{
	canvas->width = width > 0 ? width : 0;
	canvas->height = height > 0 ? height : 0;
	canvas->cells = xreallocarray(canvas->cells, (size_t)canvas->width * (size_t)canvas->height,
		sizeof(struct cell));
	canvas_clear(canvas);
}

void canvas_clear(struct canvas *canvas)
{
	size_t n = (size_t)canvas->width * (size_t)canvas->height;

	for (size_t i = 0; i < n; i++)
		canvas->cells[i] = (struct cell){' ', ROLE_TEXT, 0};
}

const struct cell *canvas_at(const struct canvas *canvas, int x, int y)
{
	return &canvas->cells[y * canvas->width + x];
}

void area_put(struct canvas *canvas, struct area area, int x, int y, uint32_t glyph, enum role role,
	unsigned marks)
{
	if (x < 0 || y < 0 || x >= area.width || y >= area.height)
		return;
	x += area.x;
	y += area.y;
	if (x < 0 || y < 0 || x >= canvas->width || y >= canvas->height)
		return;
	canvas->cells[y * canvas->width + x] = (struct cell){glyph, (uint8_t)role, (uint8_t)marks};
}

/* Replacements in ASCII for the signs that texts use; any other becomes '?'. */
static uint32_t plain_sign(uint32_t code)
{
	static const struct {
		uint32_t code;
		char plain;
	} signs[] = {
		{0x2192, '>'},
		{0x2190, '<'},
		{0x2191, '^'},
		{0x2193, 'v'},
		{0x2026, '~'},
		{0x2013, '-'},
		{0x2014, '-'},
		{0x00B7, '.'},
		{0x2264, '<'},
		{0x2265, '>'},
		{0x00D7, 'x'},
		{0x2018, '\''},
		{0x2019, '\''},
		{0x201C, '"'},
		{0x201D, '"'},
		{0x25BA, '>'},
		{0x2502, '|'},
		{0x2500, '-'},
	};

	if (code < 0x7F)
		return code;
	for (size_t i = 0; i < sizeof(signs) / sizeof(*signs); i++)
		if (signs[i].code == code)
			return (uint32_t)signs[i].plain;
	return '?';
}

/* Signs of maps in words about them: CP437 has them. */
static bool is_in_cp437(uint32_t code)
{
	return code == 0x2502 || code == 0x00B7;
}

/* The sign that a cell shows for a code point; 0: nothing. */
static uint32_t cell_sign(enum charset charset, uint32_t code)
{
	if (code < ' ' || code == 0x7F)
		return ' ';
	switch (utf8_width(code)) {
	case 0:
		return 0;
	case 2:
		return '?';
	default:
		return charset == CHARSET_UTF8 || (charset == CHARSET_CP437 && is_in_cp437(code))
			       ? code
			       : plain_sign(code);
	}
}

int area_text(struct canvas *canvas, struct area area, int x, int y, enum role role, unsigned marks,
	const char *text)
{
	size_t left = strlen(text);

	while (left > 0) {
		const char *at = text;
		uint32_t sign = cell_sign(canvas->charset, utf8_next(&at, left));
		left -= (size_t)(at - text);
		text = at;
		if (sign == 0)
			continue;
		if (x == area.width - 1 && left > 0) {
			area_put(canvas, area, x, y, glyph_of(canvas->charset, GLYPH_ELLIPSIS, 0),
				role, marks);
			return area.width;
		}
		area_put(canvas, area, x++, y, sign, role, marks);
	}
	return x;
}

int area_print(struct canvas *canvas, struct area area, int x, int y, enum role role,
	const char *format, ...)
{
	char text[512];
	va_list args;

	va_start(args, format);
	vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	return area_text(canvas, area, x, y, role, 0, text);
}

void area_text_right(struct canvas *canvas, struct area area, int end, int y, enum role role,
	unsigned marks, const char *text)
{
	if (end > 0)
		area_text(canvas, area, end - (int)utf8_cells(text), y, role, marks, text);
}

/* Begins the next line; where there is none, an ellipsis shows that there is more. */
static int wrap_line(struct canvas *canvas, struct area area, int x, int y, enum role role)
{
	int last = area.width - 1;

	if (y == area.height - 1)
		area_put(canvas, area, x < last ? x : last, y,
			glyph_of(canvas->charset, GLYPH_ELLIPSIS, 0), role, 0);
	return y + 1;
}

/*
 * Length of " KiB" after a number, so that the line does not break between them; 0 where there is
 * no unit.
 */
static size_t unit_after(const char *number, size_t length)
{
	static const char *const units[] = {"B", "KiB", "MiB", "GiB", "TiB"};

	if (length == 0 || number[length - 1] < '0' || number[length - 1] > '9' ||
		number[length] != ' ')
		return 0;
	for (size_t i = 0; i < sizeof(units) / sizeof(*units); i++) {
		size_t unit = strlen(units[i]);
		const char *after = number + length + 1;
		if (strncmp(after, units[i], unit) == 0 && strcspn(after, " \n.,;:)") == unit)
			return 1 + unit;
	}
	return 0;
}

int area_wrap(struct canvas *canvas, struct area area, int x, int y, int indent, enum role role,
	const char *text)
{
	char word[256];

	for (;;) {
		text += strspn(text, " ");
		size_t length = strcspn(text, " \n");
		if (length == 0 && *text == '\0')
			return y + 1;
		if (length == 0) { /* a newline */
			text++;
			if (*text == '\0')
				return y + 1;
			y = wrap_line(canvas, area, x, y, role);
			x = indent;
			continue;
		}
		length += unit_after(text, length);
		/* what follows the unit, such as a full stop */
		length += strcspn(text + length, " \n");
		snprintf(word, sizeof(word), "%.*s", (int)length, text);
		text += length;
		int cells = (int)utf8_cells(word);
		if (x > indent && x + cells > area.width) {
			y = wrap_line(canvas, area, x, y, role);
			x = indent;
		}
		x = area_text(canvas, area, x, y, role, 0, word);
		if (*text == ' ' && x < area.width) /* what is emphasised does not break here */
			area_put(canvas, area, x, y, ' ', role, 0);
		x++;
	}
}

int area_wrap_rows(struct canvas *canvas, struct area area, int x, int indent, const char *text)
{
	area.height = 0;
	return *text ? area_wrap(canvas, area, x, 0, indent, ROLE_TEXT, text) : 0;
}

void area_fill(struct canvas *canvas, struct area area, uint32_t glyph, enum role role)
{
	for (int y = 0; y < area.height; y++)
		for (int x = 0; x < area.width; x++)
			area_put(canvas, area, x, y, glyph, role, 0);
}

int area_caption_rows(struct canvas *canvas, struct area area, const char *text)
{
	return area_wrap_rows(canvas, area, CAPTION_AT, CAPTION_AT, text);
}

int area_caption(struct canvas *canvas, struct area area, const char *text)
{
	int rows = area_caption_rows(canvas, area, text);
	int end = rows < area.height ? rows : area.height;

	area_fill(canvas, (struct area){area.x + 2, area.y, area.width - 2, end}, ' ',
		ROLE_CAPTION);
	for (int y = 0; y < end; y++)
		area_put(canvas, area, 1, y, glyph_of(canvas->charset, GLYPH_V_LINE, 0), ROLE_MARK,
			0);
	return area_wrap(canvas, area, CAPTION_AT, 0, CAPTION_AT, ROLE_CAPTION, text);
}

/*
 * Length in bytes of the whole parts that leave room for an ellipsis; 0: not even the first one
 * does.
 */
static size_t parts_that_fit(const char *remark, int room)
{
	const char *at = remark, *end = remark;

	for (int cells = 0; *at && cells + 2 <= room; cells++) {
		if (strncmp(at, "  ", 2) == 0 || strncmp(at, ", ", 2) == 0)
			end = at;
		utf8_next(&at, strlen(at));
	}
	return (size_t)(end - remark);
}

/* Shortens the remark to the room. */
static void fit_remark(char *ret, size_t size, const char *remark, int room)
{
	size_t fit = (int)utf8_cells(remark) <= room ? 0 : parts_that_fit(remark, room);

	if (fit > 0)
		snprintf(ret, size, "%.*s …", (int)fit, remark);
	else
		snprintf(ret, size, "%s", remark);
}

int area_remark(struct canvas *canvas, struct area area, int x, int y, enum role role,
	const char *remark)
{
	char words[256];

	fit_remark(words, sizeof(words), remark, area.width - x);
	return area_text(canvas, area, x, y, role, 0, words);
}

struct area area_title(struct canvas *canvas, struct area area, const char *title,
	const char *remark, bool focused)
{
	uint32_t line = glyph_of(canvas->charset, GLYPH_H_LINE, 0);

	for (int x = 0; x < area.width; x++)
		area_put(canvas, area, x, 0, line, ROLE_QUIET, 0);
	area_put(canvas, area, 1, 0, ' ', ROLE_QUIET, 0);
	int x = area_text(canvas, area, 2, 0, ROLE_TITLE,
		focused ? CELL_BOLD | CELL_UNDERLINE : CELL_BOLD, title);
	area_put(canvas, area, x++, 0, ' ', ROLE_QUIET, 0);
	if (remark[0] && x + 8 < area.width) {
		x = area_remark(canvas, area, x, 0, ROLE_TEXT, remark);
		area_put(canvas, area, x, 0, ' ', ROLE_QUIET, 0);
	}
	return (struct area){area.x, area.y + 1, area.width, area.height - 1};
}

struct area area_frame(struct canvas *canvas, struct area area, const char *title,
	const char *remark, bool focused)
{
	enum role role = focused ? ROLE_TITLE : ROLE_QUIET;
	int right = area.width - 1, bottom = area.height - 1;
	uint32_t horizontal = glyph_of(canvas->charset, GLYPH_H_LINE, 0);
	uint32_t vertical = glyph_of(canvas->charset, GLYPH_V_LINE, 0);

	for (int x = 1; x < right; x++) {
		area_put(canvas, area, x, 0, horizontal, role, 0);
		area_put(canvas, area, x, bottom, horizontal, role, 0);
	}
	for (int y = 1; y < bottom; y++) {
		area_put(canvas, area, 0, y, vertical, role, 0);
		area_put(canvas, area, right, y, vertical, role, 0);
	}
	area_put(canvas, area, 0, 0, glyph_of(canvas->charset, GLYPH_TOP_LEFT, 0), role, 0);
	area_put(canvas, area, right, 0, glyph_of(canvas->charset, GLYPH_TOP_RIGHT, 0), role, 0);
	area_put(canvas, area, 0, bottom, glyph_of(canvas->charset, GLYPH_BOTTOM_LEFT, 0), role, 0);
	area_put(canvas, area, right, bottom, glyph_of(canvas->charset, GLYPH_BOTTOM_RIGHT, 0),
		role, 0);

	struct area line = {area.x + 2, area.y, area.width - 4, 1};
	int end = 0;
	if (title && *title && line.width > 2) {
		area_put(canvas, line, 0, 0, ' ', role, 0);
		end = area_text(canvas, line, 1, 0, ROLE_TITLE, focused ? CELL_BOLD : 0, title);
		area_put(canvas, line, end, 0, ' ', role, 0);
	}
	/* keeps some of the line on its left, and a blank on each side */
	int room = line.width - end - 4;
	char words[256];
	fit_remark(words, sizeof(words), remark ? remark : "", room);
	int cells = (int)utf8_cells(words);
	if (cells > 0 && (cells <= room || room >= REMARK_MIN)) {
		cells = cells < room ? cells : room;
		struct area place = {line.x + line.width - cells - 1, line.y, cells, 1};
		area_put(canvas, line, line.width - cells - 2, 0, ' ', role, 0);
		area_text(canvas, place, 0, 0, ROLE_QUIET, 0, words);
		area_put(canvas, line, line.width - 1, 0, ' ', role, 0);
	}
	return (struct area){area.x + 1, area.y + 1, area.width - 2, area.height - 2};
}

char mark_letter(unsigned marks)
{
	return " budhijkCBUDCBUD"[marks % CELL_MARKS];
}

/* The sign of the cell in a plane; 0 is the plane of glyphs. */
static uint32_t sign_in(const struct cell *cell, unsigned plane)
{
	if (plane == CANVAS_ROLES)
		return (uint32_t)role_letter(cell->role);
	if (plane == CANVAS_MARKS)
		return (uint32_t)mark_letter(cell->marks);
	return cell->glyph;
}

static void dump_plane(const struct canvas *canvas, struct area area, unsigned plane,
	struct text *text)
{
	for (int y = area.y; y < area.y + area.height; y++) {
		size_t keep = text->length;
		for (int x = area.x; x < area.x + area.width; x++) {
			char bytes[5];
			size_t n = utf8_put(bytes, sign_in(canvas_at(canvas, x, y), plane));
			text_add_bytes(text, bytes, n);
			if (bytes[0] != ' ')
				keep = text->length;
		}
		text->length = keep;
		text_add_bytes(text, "\n", 1);
	}
}

static struct area on_canvas(const struct canvas *canvas, struct area area)
{
	if (area.x + area.width > canvas->width)
		area.width = canvas->width - area.x;
	if (area.y + area.height > canvas->height)
		area.height = canvas->height - area.y;
	return area;
}

void canvas_dump_area(const struct canvas *canvas, struct area area, unsigned planes,
	struct text *text)
{
	area = on_canvas(canvas, area);
	dump_plane(canvas, area, 0, text);
	if (planes & CANVAS_ROLES) {
		text_add(text, "-- roles\n");
		dump_plane(canvas, area, CANVAS_ROLES, text);
	}
	if (planes & CANVAS_MARKS) {
		text_add(text, "-- marks\n");
		dump_plane(canvas, area, CANVAS_MARKS, text);
	}
}

void canvas_dump(const struct canvas *canvas, bool with_roles, struct text *text)
{
	struct area whole = {0, 0, canvas->width, canvas->height};

	canvas_dump_area(canvas, whole, with_roles ? CANVAS_ROLES : 0, text);
}
