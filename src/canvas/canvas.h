/*
 * What panels draw on: a grid of cells, each a glyph and a role.  No colours, no terminal: a theme
 * turns roles into colours, and a term (or a test, or a file writer) turns cells into what a person
 * sees.
 *
 *	cell   one code point of width 1 (wide ones are replaced, combining ones dropped), a role
 *	       and marks
 *	role   what the cell means, not how it looks
 *	mark   on top of any role: bold, underlined, reversed; they carry no meaning alone
 *	area   a rectangle of a canvas; everything drawn outside it is cropped
 */
#ifndef CANVAS_CANVAS_H
#define CANVAS_CANVAS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* enumerator, name, letter in golden screens */
#define ROLES(R) \
	R(ROLE_TEXT, "text", ' ') \
	R(ROLE_QUIET, "quiet", 'q') /* frames, rulers, hints */ \
	R(ROLE_TITLE, "title", 't') \
	R(ROLE_STATUS, "status", 's') /* the top line */ \
	R(ROLE_KEY, "key", 'k')       /* a key's name in the footer or help */ \
	R(ROLE_LIVE, "live", 'l')     /* blocks in use, partly used pools */ \
	R(ROLE_FULL, "full", 'f') \
	R(ROLE_FREE, "free", 'r')     /* was used, is free */ \
	R(ROLE_VIRGIN, "virgin", 'v') /* never carved */ \
	R(ROLE_HEADER, "header", 'h') /* bookkeeping */ \
	R(ROLE_WASTE, "waste", 'w') \
	R(ROLE_HOT_ALLOC, "hot-alloc", '+') /* handed out by this event */ \
	R(ROLE_HOT_FREE, "hot-free", '-')   /* taken back by this event */ \
	R(ROLE_CHANGED, "changed", 'c')     /* otherwise touched by this event */ \
	R(ROLE_CURSOR, "cursor", 'u') \
	R(ROLE_BAD, "bad", '!') \
	R(ROLE_CURVE, "curve", 'g')     /* timeline: live bytes */ \
	R(ROLE_CURVE_2, "curve-2", 'G') /* timeline: reserved bytes */ \
	R(ROLE_PLAYHEAD, "playhead", 'p') \
	R(ROLE_MARK, "mark", 'm') \
	R(ROLE_CLASS_0, "class-0", '0') \
	R(ROLE_CLASS_1, "class-1", '1') \
	R(ROLE_CLASS_2, "class-2", '2') \
	R(ROLE_CLASS_3, "class-3", '3') \
	R(ROLE_CLASS_4, "class-4", '4') \
	R(ROLE_CLASS_5, "class-5", '5') \
	R(ROLE_CLASS_6, "class-6", '6') R(ROLE_CLASS_7, "class-7", '7')

enum role {
#define R(id, name, letter) id,
	ROLES(R) ROLE_COUNT
#undef R
};

const char *role_name(enum role role);
char role_letter(enum role role);

enum cell_mark { CELL_BOLD = 1 << 0, CELL_UNDERLINE = 1 << 1, CELL_REVERSE = 1 << 2 };

struct cell {
	uint32_t glyph; /* code point; never 0 */
	uint8_t role;   /* enum role */
	uint8_t marks;  /* CELL_ bits */
};

/* What a terminal can show; panels ask glyph() and never test this themselves. */
enum charset { CHARSET_UTF8, CHARSET_CP437, CHARSET_ASCII };

struct canvas {
	int width, height;
	enum charset charset;
	struct cell *cells; /* width * height, row by row */
};

struct area {
	int x, y, width, height;
};

/* Blank (spaces of ROLE_TEXT). */
void canvas_init(struct canvas *canvas, int width, int height, enum charset charset);
void canvas_finish(struct canvas *canvas);
void canvas_resize(struct canvas *canvas, int width, int height); /* blank afterwards */
void canvas_clear(struct canvas *canvas);
const struct cell *canvas_at(const struct canvas *canvas, int x, int y);

/*
 * x and y count from the area's corner; whatever falls outside the area or the canvas is dropped.
 */
void area_put(struct canvas *canvas, struct area area, int x, int y, uint32_t glyph, enum role role,
	unsigned marks);

/*
 * UTF-8 text from x on; gives the column after it.  Text that does not fit ends in an ellipsis in
 * the last column of the area.
 */
int area_text(struct canvas *canvas, struct area area, int x, int y, enum role role, unsigned marks,
	const char *text);
int area_print(struct canvas *canvas, struct area area, int x, int y, enum role role,
	const char *format, ...) __attribute__((format(printf, 6, 7)));

/* Text that ends before the column `end`; nothing where that is 0: the column is left out. */
void area_text_right(struct canvas *canvas, struct area area, int end, int y, enum role role,
	unsigned marks, const char *text);

/*
 * A remark of parts with two blanks between them: a part that does not fit is left out whole, and
 * all behind it, for an ellipsis. Gives the column after it.
 */
int area_remark(struct canvas *canvas, struct area area, int x, int y, enum role role,
	const char *remark);

/*
 * Words broken at spaces over several lines from (x, y), later lines at `indent`, a number never
 * parted from its "KiB"; gives the line after the last. Where the area ends before the words do, an
 * ellipsis says so.
 */
int area_wrap(struct canvas *canvas, struct area area, int x, int y, int indent, enum role role,
	const char *text);

/* Rows that area_wrap() takes for a text; nothing is drawn. 0: the text is empty. */
int area_wrap_rows(struct canvas *canvas, struct area area, int x, int indent, const char *text);

/*
 * A caption from (3, 0) on, with a bar in front, so that it is seen to be said about the program
 * and not by it; gives the line after it, which may lie below the area.
 */
int area_caption(struct canvas *canvas, struct area area, const char *text);

void area_fill(struct canvas *canvas, struct area area, uint32_t glyph, enum role role);

/*
 * A frame with a title on its left and a remark on its right; gives the inside.  ROLE_QUIET,
 * focused: ROLE_TITLE.
 */
struct area area_frame(struct canvas *canvas, struct area area, const char *title,
	const char *remark, bool focused);

/*
 * Signs by meaning, in the canvas's charset: the table of docs/screen.md.  level: for GLYPH_FILL
 * 1…7 of 8 used.
 */
enum glyph {
	GLYPH_VIRGIN,
	GLYPH_FREE,
	GLYPH_FILL,
	GLYPH_FULL,
	GLYPH_LOST,
	GLYPH_BLOCK,
	GLYPH_ALLOCATED,
	GLYPH_FREED,
	GLYPH_HEADER,
	GLYPH_BOOK,
	GLYPH_WASTE,
	GLYPH_HOLE,
	GLYPH_EDGE,
	GLYPH_MIXED,
	GLYPH_DENSE,
	GLYPH_POINTER,
	GLYPH_ARROW,
	GLYPH_PLAYHEAD,
	GLYPH_MARK,
	GLYPH_BAD,
	GLYPH_H_LINE,
	GLYPH_V_LINE,
	GLYPH_TOP_LEFT,
	GLYPH_TOP_RIGHT,
	GLYPH_BOTTOM_LEFT,
	GLYPH_BOTTOM_RIGHT,
	GLYPH_ELLIPSIS,
	GLYPH_TRACK,
	GLYPH_TRACK_START,
	GLYPH_TRACK_END,
	GLYPH_BAR,
	GLYPH_SPLIT,
	GLYPH_COUNT,
};
uint32_t glyph_of(enum charset charset, enum glyph glyph, int level);

/*
 * The canvas as text, or an area of it: rows of UTF-8 ended by newlines, trailing blanks cut. More
 * planes may follow, a letter a cell: of its role, and of its marks.
 */
struct text;
enum canvas_plane { CANVAS_ROLES = 1 << 0, CANVAS_MARKS = 1 << 1 };
void canvas_dump(const struct canvas *canvas, bool with_roles, struct text *text);
void canvas_dump_area(const struct canvas *canvas, struct area area, unsigned planes,
	struct text *text);

/* b: bold, u: underlined, d: both, r: reversed; B, U, D: reversed as well. */
char mark_letter(unsigned marks);

#endif
