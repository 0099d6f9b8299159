/* See signs.h. A section is a name and its signs, which flow into as many columns as fit. */
#include "view/signs.h"

#include "base/utf8.h"

#include <string.h>

#define NAME_WIDTH 9  /* of a section; where the area is narrow it has a line of its own */
#define COLUMN     27 /* a sign and its words */
#define SIGN_WIDTH 3
#define NARROW     60

struct sign {
	const char *text; /* NULL: the glyph */
	int glyph, level;
	enum role role;
	unsigned marks;
	const char *words;
};

struct section {
	const char *name;
	struct sign signs[12];
};

#define GLYPH(id, level, role, words) \
	{ \
		NULL, id, level, role, 0, words \
	}
#define TEXT(text, role, words) \
	{ \
		text, 0, 0, role, 0, words \
	}

static const struct section sections[] = {
	{"Pools", {GLYPH(GLYPH_FULL, 0, ROLE_FULL, "full"),
			  GLYPH(GLYPH_FILL, 4, ROLE_LIVE, "part used, by height"),
			  GLYPH(GLYPH_FILL, 1, ROLE_PINNED, "pins its arena"),
			  GLYPH(GLYPH_FREE, 0, ROLE_FREE, "empty, still held"),
			  GLYPH(GLYPH_VIRGIN, 0, ROLE_VIRGIN, "never used"),
			  GLYPH(GLYPH_LOST, 0, ROLE_WASTE, "lost to alignment"),
			  {"A", 0, 0, ROLE_TEXT, CELL_UNDERLINE, "serves its class next"}}},
	{"Arenas", {TEXT("F", ROLE_TEXT, "full: no free pool"),
			   TEXT("U1", ROLE_TEXT, "gives the next pool"),
			   TEXT("U2", ROLE_TEXT, "2nd of usable_arenas"),
			   TEXT("p", ROLE_PINNED, "pinned by few objects"),
			   TEXT("K", ROLE_TEXT, "empty, kept for later")}},
	{"Blocks", {GLYPH(GLYPH_BLOCK, 0, ROLE_LIVE, "in use"),
			   TEXT("1", ROLE_FREE, "free, handed out next"),
			   TEXT("o", ROLE_FREE, "free, in the chain"),
			   GLYPH(GLYPH_VIRGIN, 0, ROLE_VIRGIN, "never used"),
			   GLYPH(GLYPH_HEADER, 0, ROLE_HEADER, "header of the pool"),
			   GLYPH(GLYPH_WASTE, 0, ROLE_WASTE, "too short for a block")}},
	{"Heap", {GLYPH(GLYPH_FULL, 0, ROLE_LIVE, "in use"),
			 GLYPH(GLYPH_EDGE, 0, ROLE_LIVE, "a block ends"),
			 GLYPH(GLYPH_SEVERAL, 0, ROLE_LIVE, "several blocks end"),
			 GLYPH(GLYPH_HOLE, 0, ROLE_FREE, "free: a hole"),
			 GLYPH(GLYPH_BOOK, 0, ROLE_HEADER, "header of a block"),
			 GLYPH(GLYPH_WASTE, 0, ROLE_WASTE, "padding"),
			 TEXT("?", ROLE_CHANGED, "a hole that was checked")}},
	{"Event", {GLYPH(GLYPH_ALLOCATED, 0, ROLE_HOT_ALLOC, "handed out by it"),
			  GLYPH(GLYPH_FREED, 0, ROLE_HOT_FREE, "freed by it"),
			  GLYPH(GLYPH_BAD, 0, ROLE_BAD, "a mistake, or refused"),
			  GLYPH(GLYPH_POINTER, 0, ROLE_PLAYHEAD, "its place, or selected")}},
	{"Time", {GLYPH(GLYPH_BAR, 0, ROLE_CURVE, "live bytes"),
			 GLYPH(GLYPH_FREE, 0, ROLE_CURVE_2, "held bytes"),
			 GLYPH(GLYPH_PLAYHEAD, 0, ROLE_PLAYHEAD, "you are here"),
			 GLYPH(GLYPH_MARK, 0, ROLE_MARK, "a mark"),
			 TEXT("^", ROLE_CURVE, "the peak of live bytes"),
			 GLYPH(GLYPH_BAD, 0, ROLE_BAD, "a fault")}},
	{"Chains", {GLYPH(GLYPH_ARROW, 0, ROLE_QUIET, "the next in the list"),
			   GLYPH(GLYPH_V_LINE, 0, ROLE_MARK, "said about the program")}},
};

/* The area, scrolled. */
struct page {
	struct canvas *canvas;
	struct area area;
	int first_line;
};

static void put_text(const struct page *page, int x, int line, enum role role, unsigned marks,
	const char *text)
{
	int y = line - page->first_line;

	if (y >= 0 && y < page->area.height)
		area_text(page->canvas, page->area, x, y, role, marks, text);
}

static void put_sign(const struct page *page, int x, int line, const struct sign *sign)
{
	if (sign->text)
		put_text(page, x, line, sign->role, sign->marks | CELL_BOLD, sign->text);
	else
		area_put(page->canvas, page->area, x, line - page->first_line,
			glyph_of(page->canvas->charset, (enum glyph)sign->glyph, sign->level),
			sign->role, sign->marks);
	put_text(page, x + SIGN_WIDTH, line, ROLE_TEXT, 0, sign->words);
}

/* Returns the line after the section. */
static int put_section(const struct page *page, int line, const struct section *section)
{
	bool is_narrow = page->area.width < NARROW;
	int left = is_narrow ? 3 : 1 + NAME_WIDTH;
	int columns = (page->area.width - left) / COLUMN, n = 0;

	columns = columns < 1 ? 1 : columns;
	put_text(page, 1, line, ROLE_TITLE, CELL_BOLD, section->name);
	line += is_narrow;
	for (const struct sign *sign = section->signs; sign->words; sign++, n++)
		put_sign(page, left + n % columns * COLUMN, line + n / columns, sign);
	return line + (n + columns - 1) / columns;
}

int signs_draw(struct canvas *canvas, struct area area, int first_line)
{
	const struct page page = {canvas, area, first_line};
	bool is_airy = area.height >= 30;
	int line = 0;

	put_text(&page, 1, line++, ROLE_TEXT, 0,
		"The more ink, the more is in use. Grey and dots are free, but held.");
	for (size_t i = 0; i < sizeof(sections) / sizeof(*sections); i++)
		line = put_section(&page, line + is_airy, &sections[i]);
	put_text(&page, 1, line + is_airy, ROLE_TEXT, 0,
		"An object is one allocation, from malloc to free; a block is its place.");
	return line + is_airy + 1;
}
