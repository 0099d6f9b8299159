/*
 * See theme.h. There are three palettes, for dark, light and unknown backgrounds; a theme is a
 * palette with backgrounds of its own and a few other colours.
 *
 *	dark, light   blue, teal and orange of Okabe and Ito's families for what is in use, what is
 *	              full and what pins, moved to where all are apart for all kinds of sight; grey
 *	              on a tint for what is held and empty
 *	neutral       only colours with 3:1 on black and on white, and the one grey with 4.5:1
 *
 * With 16 and 8 colours hues are 1 to 6 only, since Solarized has greys at 8 to 14; what is dim is
 * text there, and black is never bold, since many terminals show bold black as grey. On a dark
 * background cyan is in use, so what was freed is black on white.
 */
#include "canvas/theme.h"

#include <assert.h>
#include <string.h>

#define D COLOR_DEFAULT

enum palette { DARK, LIGHT, NEUTRAL, PALETTES };

/* Backgrounds that belong to the theme. */
enum back { BACK_OWN, BACK_HELD, BACK_CHOSEN, BACK_BAR, BACK_CAPTION, BACKS };

struct ink {
	int16_t color;
	int16_t label; /* the background that it brings; D: `back` */
	uint8_t back;  /* enum back */
	uint8_t marks;
};

#define INK(color) \
	{ \
		color, D, BACK_OWN, 0 \
	}
#define BOLD(color) \
	{ \
		color, D, BACK_OWN, CELL_BOLD \
	}
#define ON(back, color) \
	{ \
		color, D, back, 0 \
	}
#define LABEL(color, back) \
	{ \
		color, back, BACK_OWN, CELL_BOLD \
	}
#define REVERSE(color) \
	{ \
		color, D, BACK_OWN, LOOK_REVERSE \
	}
#define LINED(color) \
	{ \
		color, D, BACK_OWN, CELL_BOLD | CELL_UNDERLINE \
	}

/* A role on a dark, on a light and on an unknown background. */
struct role_looks {
	struct ink rich[PALETTES]; /* of the cube */
	struct ink poor[PALETTES]; /* of 16 colours; with 8, 15 is 7 */
	uint8_t mono;              /* marks without colours */
};

static const struct role_looks looks[ROLE_COUNT] = {
	[ROLE_TEXT] = {{INK(252), INK(235), INK(D)}, {INK(7), INK(0), INK(D)}, 0},
	[ROLE_QUIET] = {{INK(247), INK(241), INK(243)}, {INK(7), INK(0), INK(D)}, 0},
	[ROLE_TITLE] = {{BOLD(255), BOLD(16), BOLD(D)}, {BOLD(15), BOLD(0), BOLD(D)}, CELL_BOLD},
	[ROLE_STATUS] = {{ON(BACK_BAR, 255), ON(BACK_BAR, 16), REVERSE(D)},
		{REVERSE(7), REVERSE(0), REVERSE(D)}, LOOK_REVERSE},
	[ROLE_KEY] = {{BOLD(255), BOLD(16), BOLD(D)}, {BOLD(15), LINED(0), BOLD(D)}, CELL_BOLD},
	[ROLE_CAPTION] = {{ON(BACK_CAPTION, 230), ON(BACK_CAPTION, 16), BOLD(D)},
		{BOLD(15), BOLD(0), BOLD(D)}, CELL_BOLD},
	[ROLE_LIVE] = {{INK(33), INK(27), INK(33)}, {INK(6), INK(4), INK(D)}, 0},
	[ROLE_FULL] = {{INK(43), INK(23), INK(28)}, {INK(2), INK(0), INK(D)}, 0},
	[ROLE_PINNED] = {{BOLD(215), BOLD(130), BOLD(163)}, {BOLD(3), BOLD(1), BOLD(D)}, CELL_BOLD},
	[ROLE_FREE] = {{ON(BACK_HELD, 245), ON(BACK_HELD, 245), INK(243)}, {INK(7), INK(0), INK(D)},
		0},
	[ROLE_VIRGIN] = {{INK(244), INK(243), INK(243)}, {INK(7), INK(0), INK(D)}, 0},
	[ROLE_HEADER] = {{INK(250), INK(238), INK(243)}, {INK(7), INK(0), INK(D)}, 0},
	[ROLE_WASTE] = {{INK(250), INK(238), INK(243)}, {INK(7), INK(0), INK(D)}, 0},
	[ROLE_HOT_ALLOC] = {{LABEL(16, 227), LABEL(16, 220), LABEL(16, 220)},
		{LABEL(0, 3), LABEL(0, 3), LABEL(0, 3)}, CELL_BOLD | LOOK_REVERSE},
	[ROLE_HOT_FREE] = {{LABEL(16, 123), LABEL(16, 117), LABEL(16, 117)},
		{LABEL(0, 7), LABEL(0, 6), LABEL(0, 6)}, CELL_UNDERLINE | LOOK_REVERSE},
	[ROLE_CHANGED] = {{LINED(252), LINED(235), LINED(D)}, {LINED(7), LINED(0), LINED(D)},
		CELL_BOLD | CELL_UNDERLINE},
	[ROLE_CURSOR] = {{REVERSE(252), REVERSE(235), REVERSE(D)},
		{REVERSE(7), REVERSE(0), REVERSE(D)}, LOOK_REVERSE},
	[ROLE_BAD] = {{LABEL(231, 160), LABEL(231, 160), LABEL(231, 160)},
		{LABEL(15, 1), LABEL(15, 1), LABEL(15, 1)}, CELL_BOLD | LOOK_REVERSE},
	[ROLE_CURVE] = {{INK(33), INK(27), INK(33)}, {INK(6), INK(4), INK(D)}, 0},
	[ROLE_CURVE_2] = {{ON(BACK_HELD, 245), ON(BACK_HELD, 245), INK(243)},
		{INK(7), INK(0), INK(D)}, 0},
	[ROLE_PLAYHEAD] = {{BOLD(255), BOLD(16), BOLD(D)}, {BOLD(15), LINED(0), BOLD(D)},
		CELL_BOLD},
	[ROLE_MARK] = {{BOLD(219), BOLD(163), BOLD(163)}, {BOLD(7), BOLD(0), BOLD(D)}, CELL_BOLD},
	[ROLE_CLASS_0] = {{INK(33), INK(27), INK(33)}, {INK(6), INK(4), INK(D)}, 0},
	[ROLE_CLASS_1] = {{INK(208), INK(130), INK(166)}, {INK(2), INK(1), INK(D)}, 0},
	[ROLE_CLASS_2] = {{INK(35), INK(28), INK(29)}, {INK(3), INK(0), INK(D)}, 0},
	[ROLE_CLASS_3] = {{INK(170), INK(127), INK(163)}, {INK(7), INK(4), INK(D)}, 0},
	[ROLE_CLASS_4] = {{INK(178), INK(94), INK(136)}, {INK(6), INK(1), INK(D)}, 0},
	[ROLE_CLASS_5] = {{INK(44), INK(23), INK(31)}, {INK(2), INK(0), INK(D)}, 0},
	[ROLE_CLASS_6] = {{INK(167), INK(160), INK(160)}, {INK(3), INK(4), INK(D)}, 0},
	[ROLE_CLASS_7] = {{INK(141), INK(93), INK(98)}, {INK(7), INK(1), INK(D)}, 0},
	[ROLE_KIND_0] = {{INK(229), INK(94), INK(136)}, {INK(3), INK(1), INK(D)}, 0},
	[ROLE_KIND_1] = {{INK(137), INK(52), INK(166)}, {INK(3), INK(1), INK(D)}, 0},
	[ROLE_KIND_2] = {{INK(219), INK(127), INK(163)}, {INK(7), INK(0), INK(D)}, 0},
	[ROLE_KIND_3] = {{INK(43), INK(23), INK(29)}, {INK(2), INK(4), INK(D)}, 0},
	[ROLE_KIND_4] = {{INK(148), INK(17), INK(98)}, {INK(2), INK(4), INK(D)}, 0},
};

#define CHANGES_MAX 6u

struct theme {
	const char *name;
	enum palette palette;
	int16_t backs[BACKS]; /* own, held, chosen, bar, caption; D: none */
	/* roles that have another colour than in the palette; ends with ROLE_TEXT, 0 */
	struct {
		enum role role;
		int16_t color;
	} changes[CHANGES_MAX + 1];
};

static const struct theme themes[] = {
	{"neutral", NEUTRAL, {D, D, D, D, D}, {{0}}},
	{"dark", DARK, {234, 237, 53, 238, 236}, {{0}}},
	{"light", LIGHT, {231, 254, 229, 252, 230}, {{0}}},
	{"high-contrast", DARK, {16, 236, 53, 238, 236},
		{{ROLE_QUIET, 252}, {ROLE_LIVE, 39}, {ROLE_FULL, 231}, {ROLE_FREE, 247},
			{ROLE_CURVE, 39}, {ROLE_CURVE_2, 247}}},
	{"colour-blind", DARK, {234, 237, 53, 238, 236}, {{ROLE_FULL, 231}, {ROLE_PINNED, 208}}},
	{"projector-dark", DARK, {16, 236, 53, 238, 236}, {{ROLE_QUIET, 250}}},
	{"projector-light", LIGHT, {231, 254, 229, 252, 230}, {{ROLE_QUIET, 238}}},
	{"mono", NEUTRAL, {D, D, D, D, D}, {{0}}},
};

#define THEMES (sizeof(themes) / sizeof(*themes))

const char *const theme_names[] = {
	"neutral",
	"dark",
	"light",
	"high-contrast",
	"colour-blind",
	"projector-dark",
	"projector-light",
	"mono",
	NULL,
};

static_assert(sizeof(theme_names) / sizeof(*theme_names) == THEMES + 1, "every theme is listed");

const struct theme *theme_find(const char *name)
{
	for (size_t i = 0; i < THEMES; i++)
		if (strcmp(themes[i].name, name) == 0)
			return &themes[i];
	return NULL;
}

const char *theme_name(const struct theme *theme)
{
	return theme->name;
}

const struct theme *theme_for_lecture(const struct theme *theme)
{
	if (strcmp(theme->name, "mono") == 0)
		return theme;
	return theme_find(theme->palette == LIGHT ? "projector-light" : "projector-dark");
}

/* Of two colours with the same contrast to it, black and white: 1.05 × 0.05 = (0.179 + 0.05)². */
#define MIDDLE 0.179

static double linear(int32_t byte)
{
	double value = (byte & 255) / 255.0;

	/* the curve of sRGB to three digits, without its power of 2.4 */
	return value * (0.0125 + value * (0.6822 + value * 0.3053));
}

const struct theme *theme_for_background(int32_t background, int colors)
{
	if (background < 0)
		return theme_find(colors >= 256 ? "neutral" : "dark");
	double luminance = 0.2126 * linear(background >> 16) + 0.7152 * linear(background >> 8) +
			   0.0722 * linear(background);
	return theme_find(luminance > MIDDLE ? "light" : "dark");
}

/* The red, green and blue of a colour of the cube or of the greys. */
static int32_t direct(int32_t color)
{
	static const int32_t levels[] = {0, 95, 135, 175, 215, 255};

	if (color < 16) /* a colour of the terminal, or its default */
		return color;
	if (color >= 232)
		return (8 + 10 * (color - 232)) * 0x010101;
	color -= 16;
	return levels[color / 36] << 16 | levels[color / 6 % 6] << 8 | levels[color % 6];
}

static bool is_mono(const struct theme *theme, int colors)
{
	return colors == 0 || strcmp(theme->name, "mono") == 0;
}

/* A background of the theme. Fewer colours than 256 have no tints, only what is behind all. */
static int32_t back_of(const struct theme *theme, enum back back, int colors)
{
	static const int16_t poor[PALETTES] = {[DARK] = 0, [LIGHT] = 15, [NEUTRAL] = D};

	if (colors < 256)
		return poor[theme->palette] == 15 && colors < 16 ? 7 : poor[theme->palette];
	int32_t color = theme->backs[back];
	return colors > 256 ? direct(color) : color;
}

static int32_t color_of(const struct theme *theme, enum role role, int32_t color, int colors)
{
	if (colors < 256)
		return color == 15 && colors < 16 ? 7 : color;
	for (size_t i = 0; theme->changes[i].role != ROLE_TEXT; i++)
		if (theme->changes[i].role == role)
			color = theme->changes[i].color;
	return colors > 256 ? direct(color) : color;
}

static unsigned marks_for(int32_t color, unsigned marks, int colors)
{
	return color == 0 && colors < 256 ? marks & ~(unsigned)CELL_BOLD : marks;
}

struct look theme_look(const struct theme *theme, enum role role, int colors)
{
	if (is_mono(theme, colors))
		return (struct look){D, D, looks[role].mono};
	const struct ink *ink = colors < 256 ? &looks[role].poor[theme->palette]
					     : &looks[role].rich[theme->palette];
	return (struct look){
		.foreground = color_of(theme, role, ink->color, colors),
		.background = ink->label != D ? color_of(theme, ROLE_TEXT, ink->label, colors)
					      : back_of(theme, (enum back)ink->back, colors),
		.marks = marks_for(ink->color, ink->marks, colors),
	};
}

static bool looks_like(const struct theme *one, const struct theme *other, int colors)
{
	for (int role = 0; role < ROLE_COUNT; role++) {
		struct look a = theme_look(one, (enum role)role, colors);
		struct look b = theme_look(other, (enum role)role, colors);
		if (a.foreground != b.foreground || a.background != b.background ||
			a.marks != b.marks)
			return false;
	}
	return true;
}

const struct theme *theme_next(const struct theme *theme, int colors)
{
	size_t at = (size_t)(theme - themes);

	for (size_t i = 1; i < THEMES; i++) {
		const struct theme *next = &themes[(at + i) % THEMES];
		if (!looks_like(theme, next, colors))
			return next;
	}
	return theme;
}

/* A pool in use is filled with it, from below. */
static bool is_of_fill(enum role role)
{
	return role == ROLE_LIVE || role == ROLE_PINNED ||
	       (role >= ROLE_CLASS_0 && role <= ROLE_CLASS_7);
}

struct look theme_cell_look(const struct theme *theme, const struct cell *cell, int colors)
{
	struct look look = theme_look(theme, (enum role)cell->role, colors);
	bool is_chosen = cell->marks & CELL_CHOSEN, has_colors = !is_mono(theme, colors);
	int32_t own = back_of(theme, BACK_OWN, colors), held = back_of(theme, BACK_HELD, colors);
	int32_t tint = back_of(theme, is_chosen ? BACK_CHOSEN : BACK_HELD, colors);
	unsigned marks = look.marks | (cell->marks & (CELL_BOLD | CELL_UNDERLINE));
	/* a role that brings its own background keeps it */
	bool takes_tint =
		has_colors && tint != own && (look.background == own || look.background == held);
	/* a line below each blank row of a pool would look like a column of dashes */
	bool is_blank_of_fill = cell->glyph == ' ' && is_of_fill((enum role)cell->role);

	if (is_chosen && !takes_tint && !is_blank_of_fill)
		marks |= CELL_UNDERLINE;
	if (takes_tint && (cell->marks & (CELL_CHOSEN | CELL_HELD)))
		look.background = tint;
	if (has_colors && cell->glyph == FULL_BLOCK && look.foreground != D && colors >= 256)
		look.background = look.foreground;
	look.marks = marks_for(look.foreground, marks, colors);
	return look;
}
