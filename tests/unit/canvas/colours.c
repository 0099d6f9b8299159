/*
 * Whether people can distinguish the colours: every two states of a pool or block, in every theme,
 * with 8, 16, 256 and true colours, with normal sight and without one kind of cone. Distances are
 * CIEDE2000; sight is by Machado, Oliveira and Fernandes (2009), severity 1. The first 16 colours
 * belong to the terminal: those of xterm and the Linux console are tested.
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

enum { SIGHTS = 4, PALETTES = 2 };

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
};

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

/* ---- themes -------------------------------------------------------------------------------- */

/*
 * The colour that distinguishes a cell: that of its sign, or of its background where the whole cell
 * is coloured.
 */
static const struct {
	enum role role;
	bool is_background;
} meanings[] = {
	{ROLE_LIVE, false},
	{ROLE_FULL, false},
	{ROLE_FREE, false},
	{ROLE_VIRGIN, false},
	{ROLE_WASTE, false},
	{ROLE_HOT_ALLOC, true},
	{ROLE_HOT_FREE, true},
};

#define MEANINGS (sizeof(meanings) / sizeof(*meanings))

static int32_t number_of(const struct theme *theme, size_t meaning, int colors)
{
	struct look look = theme_look(theme, meanings[meaning].role, colors);

	return meanings[meaning].is_background ? look.background : look.foreground;
}

/*
 * The smallest distance of any two states, with one kind of sight and any palette. Signs are
 * compared with backgrounds only if `across`.
 */
static double smallest_distance(const struct theme *theme, int colors, int sight, bool across)
{
	double smallest = 1000;

	for (int palette = 0; palette < PALETTES; palette++)
		for (size_t i = 0; i < MEANINGS; i++)
			for (size_t j = 0; j < i; j++) {
				if (!across &&
					meanings[i].is_background != meanings[j].is_background)
					continue;
				struct color one = color_of(number_of(theme, i, colors), palette);
				struct color two = color_of(number_of(theme, j, colors), palette);
				double distance = ciede2000(lab_of(one, sight), lab_of(two, sight));
				smallest = distance < smallest ? distance : smallest;
			}
	return smallest;
}

static void assert_apart(const struct theme *theme, int colors, int sight, bool across,
	double least)
{
	double distance = smallest_distance(theme, colors, sight, across);

	if (distance + 0.05 < least) /* as printed, with one decimal */
		fail_msg("%s with %d colours, %s: two are %.1f apart, less than %.1f",
			theme_name(theme), colors, sight_names[sight], distance, least);
}

/* docs/screen.md has these figures. */
static void states_are_told_apart_in_every_theme_by_every_eye(void **state)
{
	static const struct {
		const char *theme;
		double least;
	} promised[] = {
		{"neutral", 10.2},
		{"dark", 14.3},
		{"light", 13.1},
		{"high-contrast", 11.4},
		{"colour-blind", 17.0},
		{"projector-dark", 16.3},
		{"projector-light", 15.7},
	};

	for (size_t i = 0; i < sizeof(promised) / sizeof(*promised); i++)
		for (int sight = 0; sight < SIGHTS; sight++)
			assert_apart(theme_find(promised[i].theme), 256, sight, true,
				promised[i].least);
}

static void with_16_and_8_colours_no_two_states_are_alike(void **state)
{
	for (size_t i = 0; theme_names[i]; i++) {
		const struct theme *theme = theme_find(theme_names[i]);
		if (strcmp(theme_names[i], "mono") == 0)
			continue;
		assert_apart(theme, 16, 0, false, 20);
		assert_apart(theme, 8, 0, false, 20);
		for (int sight = 1; sight < SIGHTS; sight++) {
			assert_apart(theme, 16, sight, false, 6);
			assert_apart(theme, 8, sight, false, 5);
		}
	}
	for (int sight = 0; sight < SIGHTS; sight++)
		assert_apart(theme_find("colour-blind"), 16, sight, false, 12);
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

static double luminance(struct color color)
{
	return 0.2126 * color.red + 0.7152 * color.green + 0.0722 * color.blue;
}

static double contrast(int32_t foreground, int32_t background, int palette)
{
	double one = luminance(color_of(foreground, palette)) + 0.05;
	double other = luminance(color_of(background, palette)) + 0.05;

	return one > other ? one / other : other / one;
}

static void high_contrast_is_high(void **state)
{
	const struct theme *theme = theme_find("high-contrast");

	for (int role = 0; role < ROLE_CLASS_0; role++) {
		struct look look = theme_look(theme, (enum role)role, 256);
		bool is_text = role == ROLE_TEXT || role == ROLE_QUIET || role == ROLE_TITLE ||
			       role == ROLE_KEY || role == ROLE_STATUS;
		if (contrast(look.foreground, look.background, 0) < (is_text ? 7 : 4.5))
			fail_msg("%s has a contrast of only %.1f", role_name((enum role)role),
				contrast(look.foreground, look.background, 0));
	}
}

static void what_is_written_can_be_read_with_8_and_16_colours(void **state)
{
	static const enum role written[] = {ROLE_TEXT, ROLE_QUIET, ROLE_HOT_ALLOC, ROLE_HOT_FREE,
		ROLE_BAD};

	for (size_t i = 0; theme_names[i]; i++)
		for (int colors = 8; colors <= 16; colors += 8)
			for (size_t j = 0; j < sizeof(written) / sizeof(*written); j++) {
				struct look look =
					theme_look(theme_find(theme_names[i]), written[j], colors);
				if (look.foreground < 0 || look.background < 0)
					continue;
				for (int palette = 0; palette < PALETTES; palette++) {
					double is =
						contrast(look.foreground, look.background, palette);
					if (is < 2.9)
						fail_msg(
							"%s, %d colours: %s has a contrast of only %.1f",
							theme_names[i], colors,
							role_name(written[j]), is);
				}
			}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(distances_are_those_of_the_published_test_data),
		cmocka_unit_test(states_are_told_apart_in_every_theme_by_every_eye),
		cmocka_unit_test(with_16_and_8_colours_no_two_states_are_alike),
		cmocka_unit_test(true_colours_are_those_of_256),
		cmocka_unit_test(high_contrast_is_high),
		cmocka_unit_test(what_is_written_can_be_read_with_8_and_16_colours),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
