/*
 * Whether people can read the words and distinguish the colours, in every theme, with 8, 16, 256
 * and true colours. Contrast is that of WCAG 2.1. Distances are CIEDE2000, with normal sight and
 * without one kind of cone, by Machado, Oliveira and Fernandes (2009), severity 1. The first 16
 * colours belong to the terminal: those of xterm, the Linux console (VGA), GNOME and Solarized are
 * tested.
 */
#include "canvas/theme.h"
#include "support.h"

#include <math.h>
#include <string.h>

#define TRUE_COLOR (1 << 24)
#define PI         3.14159265358979323846

struct color {
	double red, green, blue; /* linear, 0 to 1 */
};

struct lab {
	double l, a, b;
};

enum { SIGHTS = 4, PALETTES = 4 };

static const double sights[SIGHTS][3][3] = {
	{{1, 0, 0}, {0, 1, 0}, {0, 0, 1}},
	{{0.152286, 1.052583, -0.204868}, {0.114503, 0.786281, 0.099216},
		{-0.003882, -0.048116, 1.051998}},
	{{0.367322, 0.860646, -0.227968}, {0.280085, 0.672501, 0.047413},
		{-0.011820, 0.042940, 0.968881}},
	{{1.255528, -0.076749, -0.178779}, {-0.078411, 0.930809, 0.147602},
		{0.004733, 0.691367, 0.303900}},
};
static const char *const sight_names[SIGHTS] = {"normal", "protan", "deutan", "tritan"};

static const int32_t palettes[PALETTES][16] = {
	{0x000000, 0xCD0000, 0x00CD00, 0xCDCD00, 0x0000EE, 0xCD00CD, 0x00CDCD, 0xE5E5E5, 0x7F7F7F,
		0xFF0000, 0x00FF00, 0xFFFF00, 0x5C5CFF, 0xFF00FF, 0x00FFFF, 0xFFFFFF},
	{0x000000, 0xAA0000, 0x00AA00, 0xAA5500, 0x0000AA, 0xAA00AA, 0x00AAAA, 0xAAAAAA, 0x555555,
		0xFF5555, 0x55FF55, 0xFFFF55, 0x5555FF, 0xFF55FF, 0x55FFFF, 0xFFFFFF},
	{0x171421, 0xC01C28, 0x26A269, 0xA2734C, 0x12488B, 0xA347BA, 0x2AA1B3, 0xD0CFCC, 0x5E5C64,
		0xF66151, 0x33D17A, 0xE9AD0C, 0x2A7BDE, 0xC061CB, 0x33C7DE, 0xFFFFFF},
	{0x073642, 0xDC322F, 0x859900, 0xB58900, 0x268BD2, 0xD33682, 0x2AA198, 0xEEE8D5, 0x002B36,
		0xCB4B16, 0x586E75, 0x657B83, 0x839496, 0x6C71C4, 0x93A1A1, 0xFDF6E3},
};
static const char *const palette_names[PALETTES] = {"xterm", "Linux console", "GNOME", "Solarized"};

static double linear(int32_t byte)
{
	double value = (byte & 255) / 255.0;

	return value <= 0.04045 ? value / 12.92 : pow((value + 0.055) / 1.055, 2.4);
}

static struct color color_of_rgb(int32_t rgb)
{
	return (struct color){linear(rgb >> 16), linear(rgb >> 8), linear(rgb)};
}

/* The colour of a number in the palette of 256. */
static struct color color_of(int32_t number, int palette)
{
	static const int32_t levels[] = {0, 95, 135, 175, 215, 255};

	if (number < 16)
		return color_of_rgb(palettes[palette][number]);
	if (number >= 232)
		return color_of_rgb((8 + 10 * (number - 232)) * 0x010101);
	number -= 16;
	return color_of_rgb(
		levels[number / 36] << 16 | levels[number / 6 % 6] << 8 | levels[number % 6]);
}

static double within(double value)
{
	return value < 0 ? 0 : value > 1 ? 1 : value;
}

static double cube(double t)
{
	return t > 0.008856 ? cbrt(t) : 7.787 * t + 16.0 / 116;
}

static struct lab lab_of(struct color c, int sight)
{
	const double(*m)[3] = sights[sight];
	double r = within(m[0][0] * c.red + m[0][1] * c.green + m[0][2] * c.blue);
	double g = within(m[1][0] * c.red + m[1][1] * c.green + m[1][2] * c.blue);
	double b = within(m[2][0] * c.red + m[2][1] * c.green + m[2][2] * c.blue);
	double x = cube((0.4124564 * r + 0.3575761 * g + 0.1804375 * b) / 0.95047);
	double y = cube(0.2126729 * r + 0.7151522 * g + 0.0721750 * b);
	double z = cube((0.0193339 * r + 0.1191920 * g + 0.9503041 * b) / 1.08883);

	return (struct lab){116 * y - 16, 500 * (x - y), 200 * (y - z)};
}

static double hue_of(double a, double b)
{
	double hue = a == 0 && b == 0 ? 0 : atan2(b, a) * 180 / PI;

	return hue < 0 ? hue + 360 : hue;
}

static double cosine(double degrees)
{
	return cos(degrees * PI / 180);
}

/* Sharma, Wu and Dalal (2005). */
static double ciede2000(struct lab one, struct lab two)
{
	double c = (hypot(one.a, one.b) + hypot(two.a, two.b)) / 2, c7 = pow(c, 7);
	double g = 0.5 * (1 - sqrt(c7 / (c7 + pow(25, 7))));
	double a1 = (1 + g) * one.a, a2 = (1 + g) * two.a;
	double c1 = hypot(a1, one.b), c2 = hypot(a2, two.b), h1 = hue_of(a1, one.b),
	       h2 = hue_of(a2, two.b);
	double turn = c1 * c2 == 0 ? 0 : h2 - h1;

	turn += turn > 180 ? -360 : turn < -180 ? 360 : 0;
	double hue = c1 * c2 == 0 ? h1 + h2 : (h1 + h2) / 2;
	if (c1 * c2 != 0 && fabs(h1 - h2) > 180)
		hue += hue < 180 ? 180 : -180;
	double dl = two.l - one.l, dc = c2 - c1, dh = 2 * sqrt(c1 * c2) * sin(turn / 2 * PI / 180);
	double l = (one.l + two.l) / 2 - 50, cm = (c1 + c2) / 2, cm7 = pow(cm, 7);
	double t = 1 - 0.17 * cosine(hue - 30) + 0.24 * cosine(2 * hue) +
		   0.32 * cosine(3 * hue + 6) - 0.20 * cosine(4 * hue - 63);
	double sl = 1 + 0.015 * l * l / sqrt(20 + l * l), sc = 1 + 0.045 * cm,
	       sh = 1 + 0.015 * cm * t;
	double bend = 60 * exp(-pow((hue - 275) / 25, 2));
	double rt = -2 * sqrt(cm7 / (cm7 + pow(25, 7))) * sin(bend * PI / 180);

	dl /= sl;
	dc /= sc;
	dh /= sh;
	return sqrt(dl * dl + dc * dc + dh * dh + rt * dc * dh);
}

static void distances_are_those_of_the_published_test_data(void **state)
{
	static const struct {
		struct lab one, two;
		double distance;
	} data[] = {
		{{50, 2.6772, -79.7751}, {50, 0, -82.7485}, 2.0425},
		{{50, 2.5, 0}, {50, 0, -2.5}, 4.3065},
		{{60.2574, -34.0099, 36.2677}, {60.4626, -34.1751, 39.4387}, 1.2644},
		{{22.7233, 20.0904, -46.6940}, {23.0331, 14.9730, -42.5619}, 2.0373},
		{{2.0776, 0.0795, -1.1350}, {0.9033, -0.0636, -0.5514}, 0.9082},
	};

	for (size_t i = 0; i < sizeof(data) / sizeof(*data); i++)
		assert_true(fabs(ciede2000(data[i].one, data[i].two) - data[i].distance) < 0.0001);
}

/* ---- distances ----------------------------------------------------------------------------- */

/* The colour by which a cell is told apart: of its sign, or of the background that it brings. */
struct meaning {
	enum role role;
	bool is_background;
};

static const struct meaning states[] = {
	{ROLE_LIVE, false}, {ROLE_FULL, false}, {ROLE_PINNED, false},
	{ROLE_FREE, false}, /* the last: with few colours it has that of text */
};

static const struct meaning labels[] = {
	{ROLE_HOT_ALLOC, true},
	{ROLE_HOT_FREE, true},
	{ROLE_BAD, true},
};

#define STATES (sizeof(states) / sizeof(*states))
#define LABELS (sizeof(labels) / sizeof(*labels))

static int32_t number_of(const struct theme *theme, struct meaning meaning, int colors)
{
	struct look look = theme_look(theme, meaning.role, colors);

	return meaning.is_background ? look.background : look.foreground;
}

/* Fails where two of the meanings look alike. */
static void assert_apart(const struct theme *theme, int colors, int sight,
	const struct meaning *meanings, size_t count, double least)
{
	double smallest = 1000;

	for (int palette = 0; palette < PALETTES; palette++)
		for (size_t i = 0; i < count; i++)
			for (size_t j = 0; j < i; j++) {
				int32_t one = number_of(theme, meanings[i], colors);
				int32_t other = number_of(theme, meanings[j], colors);
				double distance = ciede2000(lab_of(color_of(one, palette), sight),
					lab_of(color_of(other, palette), sight));
				smallest = distance < smallest ? distance : smallest;
			}
	if (smallest + 0.05 < least) /* as printed, with one decimal */
		fail_msg("%s with %d colours, %s: two are %.1f apart, less than %.1f",
			theme_name(theme), colors, sight_names[sight], smallest, least);
}

/* docs/screen.md has these figures. */
static void states_are_told_apart_in_every_theme_by_every_eye(void **state)
{
	static const struct {
		const char *theme;
		double least;
	} promised[] = {
		{"neutral", 12.5},
		{"dark", 14.2},
		{"light", 19.4},
		{"high-contrast", 22.8},
		{"colour-blind", 22.4},
		{"projector-dark", 14.2},
		{"projector-light", 19.4},
	};

	for (size_t i = 0; i < sizeof(promised) / sizeof(*promised); i++)
		for (int sight = 0; sight < SIGHTS; sight++) {
			const struct theme *theme = theme_find(promised[i].theme);
			assert_apart(theme, 256, sight, states, STATES, promised[i].least);
			assert_apart(theme, 256, sight, labels, LABELS, 29);
		}
}

static bool has_colors(const struct theme *theme)
{
	return theme_look(theme, ROLE_LIVE, 8).foreground != COLOR_DEFAULT;
}

/*
 * To normal sight: of six colours of the terminal's own no four are apart for every eye, and there
 * the signs of the states are what sets them apart.
 */
static void with_16_and_8_colours_states_are_told_apart_as_well(void **state)
{
	for (size_t i = 0; theme_names[i]; i++) {
		const struct theme *theme = theme_find(theme_names[i]);
		if (!has_colors(theme))
			continue;
		for (int colors = 8; colors <= 16; colors += 8) {
			assert_apart(theme, colors, 0, states, STATES - 1, 18);
			assert_apart(theme, colors, 0, labels, LABELS, 18);
		}
	}
}

/* To normal sight: in a lesson the block that was freed must not look like those in use. */
static void a_block_that_an_event_changed_is_apart_from_those_in_use(void **state)
{
	static const struct meaning pairs[][2] = {
		{{ROLE_LIVE, false}, {ROLE_HOT_ALLOC, true}},
		{{ROLE_LIVE, false}, {ROLE_HOT_FREE, true}},
		{{ROLE_LIVE, false}, {ROLE_BAD, true}},
		{{ROLE_FULL, false}, {ROLE_HOT_ALLOC, true}},
		{{ROLE_FULL, false}, {ROLE_HOT_FREE, true}},
	};
	static const int depths[] = {8, 16, 256};

	for (size_t i = 0; theme_names[i]; i++)
		for (size_t d = 0; d < sizeof(depths) / sizeof(*depths); d++)
			for (size_t j = 0; j < sizeof(pairs) / sizeof(*pairs); j++)
				if (has_colors(theme_find(theme_names[i])))
					assert_apart(theme_find(theme_names[i]), depths[d], 0,
						pairs[j], 2, 16);
}

/* Every state has a sign of its own, so that no two rest on a colour. */
static void states_have_signs_of_their_own(void **state)
{
	static const enum glyph signs[] = {GLYPH_FULL, GLYPH_FREE, GLYPH_VIRGIN, GLYPH_LOST};

	for (enum charset charset = CHARSET_UTF8; charset <= CHARSET_ASCII; charset++)
		for (size_t i = 0; i < sizeof(signs) / sizeof(*signs); i++) {
			for (size_t j = 0; j < i; j++)
				assert_int_not_equal(glyph_of(charset, signs[i], 0),
					glyph_of(charset, signs[j], 0));
			for (int level = 1; level <= 7; level++)
				assert_int_not_equal(glyph_of(charset, signs[i], 0),
					glyph_of(charset, GLYPH_FILL, level));
		}
}

static void true_colours_are_those_of_256(void **state)
{
	for (size_t i = 0; theme_names[i]; i++)
		for (int role = 0; role < ROLE_COUNT; role++) {
			struct look few =
				theme_look(theme_find(theme_names[i]), (enum role)role, 256);
			struct look many =
				theme_look(theme_find(theme_names[i]), (enum role)role, TRUE_COLOR);
			if (few.foreground < 16)
				continue;
			struct color one = color_of(few.foreground, 0),
				     other = color_of_rgb(many.foreground);
			assert_true(one.red == other.red && one.green == other.green &&
				    one.blue == other.blue);
		}
}

/* ---- contrast ------------------------------------------------------------------------------ */

static double luminance(struct color color)
{
	return 0.2126 * color.red + 0.7152 * color.green + 0.0722 * color.blue;
}

static double contrast_of(struct color foreground, struct color background)
{
	double one = luminance(foreground) + 0.05, other = luminance(background) + 0.05;

	return one > other ? one / other : other / one;
}

/*
 * The least contrast that a role needs: 4.5 for what is read, 3 for signs and for the bold signs on
 * a label, 2 for the texture of what is empty, which its tint and its shape carry.
 */
static double needed(enum role role)
{
	static const enum role read[] = {ROLE_TEXT, ROLE_QUIET, ROLE_TITLE, ROLE_STATUS, ROLE_KEY,
		ROLE_CAPTION, ROLE_CHANGED, ROLE_CURSOR, ROLE_PLAYHEAD};

	if (role == ROLE_FREE || role == ROLE_CURVE_2)
		return 2;
	for (size_t i = 0; i < sizeof(read) / sizeof(*read); i++)
		if (read[i] == role)
			return 4.5;
	return 3;
}

/* 0xRRGGBB behind a theme that has no background of its own. */
static void assert_readable(const struct theme *theme, enum role role, unsigned marks, int colors,
	int palette, int32_t behind, double least)
{
	struct cell cell = {.glyph = 'x', .role = (uint8_t)role, .marks = (uint8_t)marks};
	struct look look = theme_cell_look(theme, &cell, colors);

	/* its own on its own: the terminal's business */
	if (look.foreground == COLOR_DEFAULT)
		return;
	double is = contrast_of(color_of(look.foreground, palette),
		look.background == COLOR_DEFAULT ? color_of_rgb(behind)
						 : color_of(look.background, palette));
	if (is + 0.05 < least)
		fail_msg(
			"%s, %d colours of %s: %s with marks '%c' has a contrast of %.1f, less than %.1f",
			theme_name(theme), colors, palette_names[palette], role_name(role),
			mark_letter(marks), is, least);
}

static void every_word_and_every_sign_can_be_read_on_black_and_on_white(void **state)
{
	static const int depths[] = {8, 16, 256};
	static const int32_t behind[] = {0x000000, 0xFFFFFF};

	for (size_t i = 0; theme_names[i]; i++)
		for (size_t d = 0; d < 3; d++)
			for (int palette = 0; palette < PALETTES; palette++)
				for (int role = 0; role < ROLE_COUNT; role++)
					for (size_t b = 0; b < 2; b++)
						assert_readable(theme_find(theme_names[i]),
							(enum role)role, 0, depths[d], palette,
							behind[b], needed((enum role)role));
}

/* Signs are drawn on the tints as well. */
static void signs_can_be_read_on_the_tints(void **state)
{
	static const enum role drawn[] = {ROLE_TEXT, ROLE_LIVE, ROLE_FULL, ROLE_PINNED, ROLE_HEADER,
		ROLE_WASTE, ROLE_CLASS_0, ROLE_CLASS_1, ROLE_CLASS_2, ROLE_CLASS_3, ROLE_CLASS_4,
		ROLE_CLASS_5, ROLE_CLASS_6, ROLE_CLASS_7, ROLE_KIND_0, ROLE_KIND_1, ROLE_KIND_2,
		ROLE_KIND_3, ROLE_KIND_4};

	for (size_t i = 0; theme_names[i]; i++)
		for (size_t j = 0; j < sizeof(drawn) / sizeof(*drawn); j++) {
			const struct theme *theme = theme_find(theme_names[i]);
			assert_readable(theme, drawn[j], CELL_HELD, 256, 0, 0, 3);
			assert_readable(theme, drawn[j], CELL_CHOSEN, 256, 0, 0, 3);
		}
}

static void high_contrast_is_high(void **state)
{
	const struct theme *theme = theme_find("high-contrast");

	for (int role = 0; role < ROLE_CLASS_0; role++)
		assert_readable(theme, (enum role)role, 0, 256, 0, 0,
			needed((enum role)role) == 4.5 ? 7 : 4.5);
}

/*
 * Dim is text with 8 and 16 colours: which grey can be read depends on the terminal. Black is not
 * bold, since many terminals show bold black as grey.
 */
static void with_8_and_16_colours_nothing_is_dim(void **state)
{
	for (size_t i = 0; theme_names[i]; i++)
		for (int colors = 8; colors <= 16; colors += 8) {
			for (int role = 0; role < ROLE_COUNT; role++) {
				struct cell cell = {'x', (uint8_t)role, CELL_BOLD};
				struct look bold =
					theme_cell_look(theme_find(theme_names[i]), &cell, colors);
				assert_true(bold.foreground != 0 || !(bold.marks & CELL_BOLD));
			}
			struct look text =
				theme_look(theme_find(theme_names[i]), ROLE_TEXT, colors);
			struct look quiet =
				theme_look(theme_find(theme_names[i]), ROLE_QUIET, colors);
			assert_int_equal(text.foreground, quiet.foreground);
			assert_int_equal(text.background, quiet.background);
			assert_true(text.background != COLOR_DEFAULT ||
				    text.foreground == COLOR_DEFAULT);
		}
}

/* ---- fills --------------------------------------------------------------------------------- */

/*
 * A pool that is an eighth full has an eighth of ink, chosen or not, on every background: a mark
 * changes what is behind the sign, and never exchanges the two.
 */
static void a_mark_never_changes_the_ink_of_a_fill(void **state)
{
	static const int depths[] = {0, 8, 16, 256, TRUE_COLOR};
	static const unsigned marks[] = {CELL_HELD, CELL_CHOSEN, CELL_HELD | CELL_CHOSEN};

	for (size_t i = 0; theme_names[i]; i++)
		for (size_t d = 0; d < sizeof(depths) / sizeof(*depths); d++)
			for (int eighths = 1; eighths <= 8; eighths++)
				for (size_t m = 0; m < sizeof(marks) / sizeof(*marks); m++) {
					const struct theme *theme = theme_find(theme_names[i]);
					struct cell cell = {.glyph = glyph_of(CHARSET_UTF8,
								    eighths < 8 ? GLYPH_FILL
										: GLYPH_FULL,
								    eighths),
						.role = eighths < 8 ? ROLE_LIVE : ROLE_FULL};
					struct look plain =
						theme_cell_look(theme, &cell, depths[d]);
					cell.marks = (uint8_t)marks[m];
					struct look marked =
						theme_cell_look(theme, &cell, depths[d]);
					assert_int_equal(marked.foreground, plain.foreground);
					assert_false(marked.marks & LOOK_REVERSE);
					assert_true(eighths == 8 ||
						    marked.background != marked.foreground ||
						    marked.foreground == COLOR_DEFAULT);
					assert_true(!(marks[m] & CELL_CHOSEN) || eighths == 8 ||
						    marked.marks & CELL_UNDERLINE ||
						    marked.background != plain.background);
				}
}

/* Where there is no tint, words and their blanks are underlined; blank rows of a pool are not. */
static void blank_rows_of_a_chosen_pool_have_no_dashes(void **state)
{
	static const int depths[] = {0, 8, 16};
	const struct theme *dark = theme_find("dark");
	struct cell pool = {' ', ROLE_LIVE, CELL_HELD | CELL_CHOSEN};
	struct cell word = {' ', ROLE_TEXT, CELL_CHOSEN};

	for (size_t d = 0; d < sizeof(depths) / sizeof(*depths); d++) {
		assert_false(theme_cell_look(dark, &pool, depths[d]).marks & CELL_UNDERLINE);
		assert_true(theme_cell_look(dark, &word, depths[d]).marks & CELL_UNDERLINE);
	}
	struct look tinted = theme_cell_look(dark, &pool, 256);
	pool.marks = CELL_HELD;
	assert_int_not_equal(tinted.background, theme_cell_look(dark, &pool, 256).background);
}

static void a_background_is_dark_or_light_by_its_luminance(void **state)
{
	static const struct {
		int32_t background;
		int colors;
		const char *theme;
	} cases[] = {
		{0x000000, 256, "dark"},
		{0xFFFFFF, 256, "light"},
		{0x002B36, 256, "dark"}, /* Solarized's */
		{0xFDF6E3, 16, "light"},
		{0x300A24, 8, "dark"}, /* Ubuntu's aubergine */
		{0x0000AA, 256, "dark"},
		{0x00AA00, 256, "light"},
		{-1, 256, "neutral"},
		{-1, 16, "dark"},
		{-1, 8, "dark"},
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++)
		assert_string_equal(theme_name(theme_for_background(cases[i].background,
					    cases[i].colors)),
			cases[i].theme);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(distances_are_those_of_the_published_test_data),
		cmocka_unit_test(states_are_told_apart_in_every_theme_by_every_eye),
		cmocka_unit_test(with_16_and_8_colours_states_are_told_apart_as_well),
		cmocka_unit_test(a_block_that_an_event_changed_is_apart_from_those_in_use),
		cmocka_unit_test(states_have_signs_of_their_own),
		cmocka_unit_test(true_colours_are_those_of_256),
		cmocka_unit_test(every_word_and_every_sign_can_be_read_on_black_and_on_white),
		cmocka_unit_test(signs_can_be_read_on_the_tints),
		cmocka_unit_test(high_contrast_is_high),
		cmocka_unit_test(with_8_and_16_colours_nothing_is_dim),
		cmocka_unit_test(a_mark_never_changes_the_ink_of_a_fill),
		cmocka_unit_test(blank_rows_of_a_chosen_pool_have_no_dashes),
		cmocka_unit_test(a_background_is_dark_or_light_by_its_luminance),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
