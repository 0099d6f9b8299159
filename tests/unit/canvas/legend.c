/* Legends: what fits a row, and one for several maps. */
#include "canvas/legend.h"

#include "base/text.h"
#include "support.h"

#include <stdio.h>
#include <string.h>

#define WIDTH  60
#define HEIGHT 2

static const struct legend_entry lettered[] = {
	{GLYPH_FULL, 0, ROLE_TEXT, "dddd"},
	{GLYPH_FULL, 0, ROLE_TEXT, "ccc"},
	{GLYPH_FULL, 0, ROLE_TEXT, "bb"},
	{GLYPH_FULL, 0, ROLE_TEXT, "a"},
};

static void assert_shown(const struct canvas *canvas, const char *expected)
{
	struct text text = {0};

	canvas_dump(canvas, false, &text);
	assert_text_equal(text_of(&text), expected);
	text_finish(&text);
}

static void an_entry_that_does_not_fit_is_in_the_next_row_or_left_out(void **state)
{
	static const struct {
		int columns, rows, used;
		const char *drawn;
	} table[] = {
		{25, 1, 1, " # dddd  # ccc  # bb  # a\n\n"},
		{25, 2, 1, " # dddd  # ccc  # bb  # a\n\n"},
		{24, 1, 1, " # dddd  # ccc  # bb\n\n"},
		{24, 2, 2, " # dddd  # ccc  # bb\n # a\n"},
		{13, 1, 1, " # dddd  # bb\n\n"},
		{12, 1, 1, " # dddd  # a\n\n"},
		{13, 2, 2, " # dddd\n # ccc  # bb\n"},
		{6, 1, 1, " # ccc\n\n"},
		{4, 2, 2, "\n # a\n"},
		{3, 1, 1, "\n\n"},
	};

	for (size_t i = 0; i < sizeof(table) / sizeof(*table); i++) {
		struct canvas canvas;
		canvas_init(&canvas, WIDTH, HEIGHT, CHARSET_ASCII);
		int used = legend_draw(&canvas, (struct area){0, 0, table[i].columns, HEIGHT}, 1, 0,
			table[i].rows, lettered, sizeof(lettered) / sizeof(*lettered));
		assert_shown(&canvas, table[i].drawn);
		assert_int_equal(used, table[i].used);
		canvas_finish(&canvas);
	}
}

/*
 * Maps with a scale and signs each, in letters: f and g are two words for one sign, l is f with a
 * label.
 */
struct maps {
	const char *scales[LEGEND_MAPS], *signs[LEGEND_MAPS];
	size_t count;
	const char *drawn;
};

static struct legend_entry entry_of(char letter)
{
	static const struct legend_entry free_ = {GLYPH_FREE, 0, ROLE_FREE, "free"},
					 gap = {GLYPH_FREE, 0, ROLE_FREE, "gap"},
					 labelled = {GLYPH_FREE, 0, ROLE_FREE, "free", 0, "|:"},
					 used = {GLYPH_FULL, 0, ROLE_LIVE, "used"};

	return letter == 'f' ? free_ : letter == 'g' ? gap : letter == 'l' ? labelled : used;
}

static void keep(struct legend *legend, const struct maps *maps)
{
	for (size_t i = 0; i < LEGEND_MAPS && maps->scales[i]; i++) {
		legend->map = i;
		snprintf(legend->scales[i], sizeof(legend->scales[i]), "%s", maps->scales[i]);
		for (const char *letter = maps->signs[i]; *letter; letter++) {
			struct legend_entry entry = entry_of(*letter);
			legend_keep(legend, &entry, 1);
		}
	}
}

static void a_common_legend_names_maps_where_they_differ(void **state)
{
	static const struct maps table[] = {
		{{"1 = 4 B"}, {"fu"}, 1, " 1 = 4 B  : free  # used\n\n"},
		{{"1 = 4 B", "1 = 4 B"}, {"fu", "fu"}, 2, " 1 = 4 B  : free  # used\n\n"},
		{{"1 = 4 B", "1 = 8 B"}, {"f", "u"}, 2,
			" A: 1 = 4 B  B: 1 = 8 B  : free  # used\n\n"},
		{{"1 = 4 B", "", "1 = 4 B"}, {"f", "u", "f"}, 3, " 1 = 4 B  : free  # used\n\n"},
		{{"1 = 4 B", "1 = 8 B", "1 = 4 B", "1 = 2 B"}, {"f", "u", "g", "gu"}, 4,
			" A C: 1 = 4 B  B: 1 = 8 B  D: 1 = 2 B  : free (A)  # used\n"
			" : gap (C D)\n"},
		{{"", "", "", "1 = 2 B"}, {"f", "f", "g", "g"}, 4,
			" 1 = 2 B  : free (A B)  : gap (C D)\n\n"},
		{{"", ""}, {"u", "f"}, 2, " # used  : free\n\n"},
		{{"", ""}, {"lu", "fu"}, 2, " |: free  # used\n\n"},
		{{"", ""}, {"fu", "lu"}, 2, " |: free  # used\n\n"},
		/* the third map has no room, and is not shown */
		{{"1 = 4 B", "1 = 8 B", "1 = 2 B"}, {"f", "u", ""}, 2,
			" A: 1 = 4 B  B: 1 = 8 B  : free  # used\n\n"},
	};

	for (size_t i = 0; i < sizeof(table) / sizeof(*table); i++) {
		struct legend legend = {0};
		struct canvas canvas;
		canvas_init(&canvas, WIDTH, HEIGHT, CHARSET_ASCII);
		keep(&legend, &table[i]);
		legend_draw_common(&legend, table[i].count, &canvas,
			(struct area){0, 0, WIDTH, HEIGHT}, HEIGHT);
		assert_shown(&canvas, table[i].drawn);
		canvas_finish(&canvas);
	}
}

static void signs_beyond_what_a_legend_holds_are_left_out(void **state)
{
	struct legend legend = {0};
	char words[LEGEND_SIGNS + 1][8];

	for (size_t i = 0; i <= LEGEND_SIGNS; i++) {
		snprintf(words[i], sizeof(words[i]), "%zu", i);
		legend_keep(&legend, &(struct legend_entry){GLYPH_FULL, 0, ROLE_LIVE, words[i]}, 1);
	}
	assert_int_equal(legend.count, LEGEND_SIGNS);
	assert_string_equal(legend.items[LEGEND_SIGNS - 1].words, words[LEGEND_SIGNS - 1]);
	legend.map = 1; /* those that are there are known again */
	legend_keep(&legend, &(struct legend_entry){GLYPH_FULL, 0, ROLE_LIVE, "0"}, 1);
	assert_int_equal(legend.maps[0], 3);
	assert_int_equal(legend.maps[1], 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_entry_that_does_not_fit_is_in_the_next_row_or_left_out),
		cmocka_unit_test(a_common_legend_names_maps_where_they_differ),
		cmocka_unit_test(signs_beyond_what_a_legend_holds_are_left_out),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
