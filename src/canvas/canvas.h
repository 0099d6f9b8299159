/*
 * What panels draw on: a grid of cells, each a glyph and a role. It has no colours and knows no
 * terminal: a theme turns roles into colours, and a term (or a test, or a file writer) turns cells
 * into what a person sees.
 *
 *	cell   one code point of width 1 (wide ones are replaced, combining ones dropped), a role
 *	       and marks
 *	role   what the cell means, not how it looks
 *	mark   added to any role: bold, underlined, on the tint of what is held or of what a person
 *	       has chosen. It never changes the colour of the sign, so that a fill keeps its look
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
	R(ROLE_STATUS, "status", 's')   /* the top line */ \
	R(ROLE_KEY, "key", 'k')         /* the name of a key in the footer or help */ \
	R(ROLE_CAPTION, "caption", 'n') /* said about the program, not by it */ \
	R(ROLE_LIVE, "live", 'l')       /* blocks in use, partly used pools */ \
	R(ROLE_FULL, "full", 'f') \
	R(ROLE_PINNED, "pinned", 'i') /* the few blocks that keep an arena from going back */ \
	R(ROLE_FREE, "free", 'r')     /* used before, now free */ \
	R(ROLE_VIRGIN, "virgin", 'v') /* never carved */ \
	R(ROLE_HEADER, "header", 'h') /* bookkeeping */ \
	R(ROLE_WASTE, "waste", 'w') \
	R(ROLE_HOT_ALLOC, "hot-alloc", '+') /* handed out by this event */ \
	R(ROLE_HOT_FREE, "hot-free", '-')   /* freed by this event */ \
	R(ROLE_CHANGED, "changed", 'c')     /* changed by this event in another way */ \
	R(ROLE_CURSOR, "cursor", 'u') \
	R(ROLE_BAD, "bad", '!') \
	R(ROLE_CURVE, "curve", 'g')     /* timeline: live bytes */ \
	R(ROLE_CURVE_2, "curve-2", 'G') /* timeline: held bytes */ \
	R(ROLE_PLAYHEAD, "playhead", 'p') \
	R(ROLE_MARK, "mark", 'm') \
	R(ROLE_CLASS_0, "class-0", '0') \
	R(ROLE_CLASS_1, "class-1", '1') \
	R(ROLE_CLASS_2, "class-2", '2') \
	R(ROLE_CLASS_3, "class-3", '3') \
	R(ROLE_CLASS_4, "class-4", '4') \
	R(ROLE_CLASS_5, "class-5", '5') \
	R(ROLE_CLASS_6, "class-6", '6') \
	R(ROLE_CLASS_7, "class-7", '7') \
	R(ROLE_KIND_0, "kind-0", 'T') /* kinds of free memory: glibc's tcache */ \
	R(ROLE_KIND_1, "kind-1", 'F') /* fast bins */ \
	R(ROLE_KIND_2, "kind-2", 'U') /* unsorted */ \
	R(ROLE_KIND_3, "kind-3", 'S') /* small bins */ \
	R(ROLE_KIND_4, "kind-4", 'L') /* large bins */

enum role {
#define R(id, name, letter) id,
	ROLES(R) ROLE_COUNT
#undef R
};

const char *role_name(enum role role);
char role_letter(enum role role);

/*
 * HELD: what the allocator holds, in use or not, in a map. CHOSEN: what a person has chosen, in a
 * map or a table; it wins over HELD.
 */
enum cell_mark {
	CELL_BOLD = 1 << 0,
	CELL_UNDERLINE = 1 << 1,
	CELL_HELD = 1 << 2,
	CELL_CHOSEN = 1 << 3,
	CELL_MARKS = 1 << 4 /* the number of combinations */
};

struct cell {
	uint32_t glyph; /* code point; never 0 */
	uint8_t role;   /* enum role */
	uint8_t marks;  /* CELL_ bits */
};

#define FULL_BLOCK 0x2588u /* the sign that fills its cell */

/* The character set of the terminal; panels call glyph() and never test this themselves. */
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
 * x and y are relative to the corner of the area; anything outside the area or the canvas is
 * dropped.
 */
void area_put(struct canvas *canvas, struct area area, int x, int y, uint32_t glyph, enum role role,
	unsigned marks);

/*
 * Draws UTF-8 text from x on; returns the column after it. Text that does not fit ends with an
 * ellipsis in the last column of the area.
 */
int area_text(struct canvas *canvas, struct area area, int x, int y, enum role role, unsigned marks,
	const char *text);
int area_print(struct canvas *canvas, struct area area, int x, int y, enum role role,
	const char *format, ...) __attribute__((format(printf, 6, 7)));

/*
 * Draws text that ends just before the column `end`. end 0: the column is left out, and nothing is
 * drawn.
 */
void area_text_right(struct canvas *canvas, struct area area, int end, int y, enum role role,
	unsigned marks, const char *text);

/*
 * Draws a remark whose parts are separated by two blanks. From the first part that does not fit,
 * all are replaced by an ellipsis. Returns the column after it.
 */
int area_remark(struct canvas *canvas, struct area area, int x, int y, enum role role,
	const char *remark);

/*
 * Draws text from (x, y), wrapped at spaces, later lines at `indent`; a number stays on one line
 * with its "KiB". Returns the line after the last. Where the area ends before the text does, an
 * ellipsis shows it.
 */
int area_wrap(struct canvas *canvas, struct area area, int x, int y, int indent, enum role role,
	const char *text);

/* The number of rows that area_wrap() needs for a text; nothing is drawn. 0: the text is empty. */
int area_wrap_rows(struct canvas *canvas, struct area area, int x, int indent, const char *text);

/*
 * Draws a caption from (3, 0) on, with a bar before it, which marks it as said about the program
 * and not by it. Returns the line after it, which may be below the area.
 */
int area_caption(struct canvas *canvas, struct area area, const char *text);
/* The rows that it needs. */
int area_caption_rows(struct canvas *canvas, struct area area, const char *text);

void area_fill(struct canvas *canvas, struct area area, uint32_t glyph, enum role role);

/*
 * Draws the title of what is below: a line with words in it, "─ Pool 2 of 63 blocks ─────".
 * Returns the area below it.
 */
struct area area_title(struct canvas *canvas, struct area area, const char *title,
	const char *remark, bool focused);

/*
 * Draws a frame with a title on its left and a remark on its right; returns the inside. The role is
 * ROLE_QUIET, or ROLE_TITLE when focused.
 */
struct area area_frame(struct canvas *canvas, struct area area, const char *title,
	const char *remark, bool focused);

/*
 * Signs by meaning, in the character set of the canvas: the table of docs/screen.md. level: for
 * GLYPH_FILL, 1 to 7 eighths in use.
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
	GLYPH_WAITING, /* not in use, and not available yet */
	GLYPH_MERGED,  /* with its buddy */
	GLYPH_HOLE,
	GLYPH_EDGE,
	GLYPH_SEVERAL, /* blocks that end in one cell */
	GLYPH_MIXED,
	GLYPH_DENSE,
	GLYPH_POINTER,
	GLYPH_HERE, /* above a place */
	GLYPH_THIS, /* below a place */
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
	GLYPH_BOTH_WAYS,
	GLYPH_SKIP,
	GLYPH_COUNT,
};
uint32_t glyph_of(enum charset charset, enum glyph glyph, int level);

/* The sign with ink in some quarters of its cell: 1 upper left, 2 upper right, 4 and 8 below. */
uint32_t glyph_quadrants(enum charset charset, unsigned inked);

/*
 * Appends the canvas, or an area of it, as text: rows of UTF-8 ended by newlines, without trailing
 * blanks. Further planes may follow, with one letter per cell: its role, or its marks.
 */
struct text;
enum canvas_plane { CANVAS_ROLES = 1 << 0, CANVAS_MARKS = 1 << 1 };
void canvas_dump(const struct canvas *canvas, bool with_roles, struct text *text);
void canvas_dump_area(const struct canvas *canvas, struct area area, unsigned planes,
	struct text *text);

/*
 * b: bold, u: underlined, d: both; h, i, j, k: the same on the tint of what is held. Capitals, and
 * C for h to k as well as for nothing else: chosen.
 */
char mark_letter(unsigned marks);

#endif
