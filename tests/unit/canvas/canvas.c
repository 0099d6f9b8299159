/* The canvas of panels: text, frames and cropping, and the three character sets. */
#include "base/text.h"
#include "base/utf8.h"
#include "canvas/canvas.h"
#include "support.h"

#include <string.h>

struct drawing {
	struct canvas canvas;
	struct area all;
	struct text text;
};

static struct drawing drawing_of(int width, int height, enum charset charset)
{
	struct drawing drawing = {.all = {0, 0, width, height}};

	canvas_init(&drawing.canvas, width, height, charset);
	return drawing;
}

static void assert_drawn(struct drawing *drawing, bool with_roles, const char *expected)
{
	text_clear(&drawing->text);
	canvas_dump(&drawing->canvas, with_roles, &drawing->text);
	assert_text_equal(text_of(&drawing->text), expected);
}

static void drawing_finish(struct drawing *drawing)
{
	canvas_finish(&drawing->canvas);
	text_finish(&drawing->text);
}

static void text_that_does_not_fit_ends_in_an_ellipsis(void **state)
{
	struct drawing d = drawing_of(8, 3, CHARSET_UTF8);

	assert_int_equal(area_text(&d.canvas, d.all, 0, 0, ROLE_TEXT, 0, "12345678"), 8);
	assert_int_equal(area_text(&d.canvas, d.all, 0, 1, ROLE_LIVE, 0, "123456789"), 8);
	assert_int_equal(area_print(&d.canvas, d.all, 6, 2, ROLE_FREE, "%d", 12345), 8);
	assert_drawn(&d, true,
		"12345678\n"
		"1234567…\n"
		"      1…\n"
		"-- roles\n"
		"\n"
		"llllllll\n"
		"      rr\n");
	drawing_finish(&d);
}

static void words_are_broken_at_spaces(void **state)
{
	struct drawing d = drawing_of(12, 4, CHARSET_UTF8);

	assert_int_equal(area_wrap(&d.canvas, d.all, 0, 0, 2, ROLE_TEXT,
				 "why the block went\nwhere it went"),
		4);
	assert_drawn(&d, false,
		"why the\n"
		"  block went\n"
		"  where it\n"
		"  went\n");
	drawing_finish(&d);
}

static void a_number_keeps_its_unit(void **state)
{
	struct drawing d = drawing_of(12, 5, CHARSET_UTF8);

	int y = area_wrap(&d.canvas, d.all, 0, 0, 0, ROLE_TEXT,
		"asked 232 of 240 B, 12 Bits. 1.02 KiB");
	assert_int_equal(y, 4);
	assert_drawn(&d, false,
		"asked 232 of\n"
		"240 B, 12\n"
		"Bits.\n"
		"1.02 KiB\n"
		"\n");
	drawing_finish(&d);
}

static void words_cut_by_the_end_of_the_area_say_so(void **state)
{
	struct drawing d = drawing_of(12, 3, CHARSET_ASCII);

	assert_int_equal(area_wrap(&d.canvas, d.all, 0, 0, 0, ROLE_TEXT,
				 "one two three four five six seven"),
		4);
	assert_drawn(&d, false,
		"one two\n"
		"three four\n"
		"five six ~\n");
	drawing_finish(&d);
}

static void words_that_fit_exactly_have_no_ellipsis(void **state)
{
	struct drawing d = drawing_of(7, 2, CHARSET_ASCII);

	assert_int_equal(area_wrap(&d.canvas, d.all, 0, 0, 0, ROLE_TEXT, "one two thr fou"), 2);
	assert_drawn(&d, false,
		"one two\n"
		"thr fou\n");
	drawing_finish(&d);
}

static void nothing_is_drawn_outside_the_area(void **state)
{
	struct drawing d = drawing_of(6, 4, CHARSET_ASCII);
	struct area area = {2, 1, 3, 2};

	area_fill(&d.canvas, d.all, '.', ROLE_TEXT);
	area_fill(&d.canvas, area, ' ', ROLE_TEXT);
	for (int y = -3; y < 6; y++)
		for (int x = -5; x < 9; x++)
			area_put(&d.canvas, area, x, y, '#', ROLE_TEXT, 0);
	area_text(&d.canvas, area, -1, 5, ROLE_TEXT, 0, "xxx");
	area_text(&d.canvas, (struct area){4, 3, 9, 9}, 0, 0, ROLE_TEXT, 0, "yyyyyyyyyy");
	assert_drawn(&d, false,
		"......\n"
		"..###.\n"
		"..###.\n"
		"....yy\n");
	drawing_finish(&d);
}

static void wide_signs_become_one_cell_and_combining_ones_none(void **state)
{
	struct drawing d = drawing_of(8, 1, CHARSET_UTF8);

	assert_int_equal(area_text(&d.canvas, d.all, 0, 0, ROLE_TEXT, 0,
				 "a\xE6\xBC\xA2"
				 "e\xCC\x81|"),
		4);
	for (int x = 0; x < 4; x++)
		assert_int_not_equal(canvas_at(&d.canvas, x, 0)->glyph, 0x6F22);
	assert_int_equal(canvas_at(&d.canvas, 2, 0)->glyph, 'e');
	assert_int_equal(canvas_at(&d.canvas, 3, 0)->glyph, '|');
	drawing_finish(&d);
}

static void control_characters_never_reach_a_cell(void **state)
{
	struct drawing d = drawing_of(8, 1, CHARSET_UTF8);

	area_text(&d.canvas, d.all, 0, 0, ROLE_TEXT, 0, "a\033[2Jb\tc");
	for (int x = 0; x < 8; x++)
		assert_true(canvas_at(&d.canvas, x, 0)->glyph >= ' ');
	drawing_finish(&d);
}

static void a_frame_has_its_title_left_and_its_remark_right(void **state)
{
	struct drawing d = drawing_of(30, 3, CHARSET_UTF8);

	struct area inside = area_frame(&d.canvas, d.all, "Pool", "class 5", false);
	assert_int_equal(inside.x, 1);
	assert_int_equal(inside.width, 28);
	assert_int_equal(inside.height, 1);
	assert_drawn(&d, false,
		"┌─ Pool ─────────── class 5 ─┐\n"
		"│                            │\n"
		"└────────────────────────────┘\n");
	drawing_finish(&d);
}

static void a_remark_of_one_letter_is_shown(void **state)
{
	struct drawing d = drawing_of(16, 2, CHARSET_ASCII);

	area_title(&d.canvas, (struct area){0, 0, 16, 1}, "Pool", "7", false);
	area_title(&d.canvas, (struct area){0, 1, 16, 1}, "Pool", "", false);
	assert_drawn(&d, false,
		"- Pool 7 -------\n"
		"- Pool ---------\n");
	drawing_finish(&d);
}

static void parts_of_a_remark_that_do_not_fit_are_left_out_whole(void **state)
{
	struct drawing d = drawing_of(36, 2, CHARSET_UTF8);

	area_frame(&d.canvas, d.all, "Pool", "A03.p51  2/16 used  240 B  class 14", false);
	assert_drawn(&d, false,
		"┌─ Pool ──── A03.p51  2/16 used … ─┐\n"
		"└──────────────────────────────────┘\n");
	drawing_finish(&d);
}

static void a_remark_that_does_not_fit_is_cut(void **state)
{
	struct drawing d = drawing_of(30, 2, CHARSET_ASCII);

	area_frame(&d.canvas, d.all, "usedpools", "10 of 32 classes have a pool", false);
	assert_drawn(&d, false,
		"+- usedpools - 10 of 32 cl~ -+\n"
		"+----------------------------+\n");
	drawing_finish(&d);
}

static void every_sign_exists_in_every_character_set(void **state)
{
	for (int glyph = 0; glyph < GLYPH_COUNT; glyph++)
		for (int level = 1; level <= 7; level++) {
			char bytes[5];
			size_t length =
				utf8_put(bytes, glyph_of(CHARSET_UTF8, (enum glyph)glyph, level));
			bytes[length] = '\0';
			assert_int_equal(utf8_cells(bytes), 1);
			assert_true(glyph_of(CHARSET_CP437, (enum glyph)glyph, level) >= ' ');
			uint32_t plain = glyph_of(CHARSET_ASCII, (enum glyph)glyph, level);
			assert_true(plain > ' ' && plain < 127);
		}
}

static void ascii_has_other_signs_for_what_is_free_and_what_was_freed(void **state)
{
	assert_int_not_equal(glyph_of(CHARSET_ASCII, GLYPH_FREE, 0),
		glyph_of(CHARSET_ASCII, GLYPH_FREED, 0));
}

static void ascii_draws_arrows_and_ellipses_in_texts_as_ascii(void **state)
{
	struct drawing d = drawing_of(40, 1, CHARSET_ASCII);

	area_text(&d.canvas, d.all, 0, 0, ROLE_TEXT, 0, "12 → 4 … “x” · × ≤ é");
	for (int x = 0; x < 40; x++)
		assert_true(canvas_at(&d.canvas, x, 0)->glyph < 127);
	drawing_finish(&d);
}

static void a_resized_canvas_is_blank(void **state)
{
	struct drawing d = drawing_of(4, 1, CHARSET_UTF8);

	area_text(&d.canvas, d.all, 0, 0, ROLE_LIVE, 0, "live");
	canvas_resize(&d.canvas, 2, 2);
	assert_drawn(&d, true, "\n\n-- roles\n\n\n");
	drawing_finish(&d);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(text_that_does_not_fit_ends_in_an_ellipsis),
		cmocka_unit_test(words_are_broken_at_spaces),
		cmocka_unit_test(a_number_keeps_its_unit),
		cmocka_unit_test(words_cut_by_the_end_of_the_area_say_so),
		cmocka_unit_test(words_that_fit_exactly_have_no_ellipsis),
		cmocka_unit_test(nothing_is_drawn_outside_the_area),
		cmocka_unit_test(wide_signs_become_one_cell_and_combining_ones_none),
		cmocka_unit_test(control_characters_never_reach_a_cell),
		cmocka_unit_test(a_frame_has_its_title_left_and_its_remark_right),
		cmocka_unit_test(a_remark_of_one_letter_is_shown),
		cmocka_unit_test(a_remark_that_does_not_fit_is_cut),
		cmocka_unit_test(parts_of_a_remark_that_do_not_fit_are_left_out_whole),
		cmocka_unit_test(every_sign_exists_in_every_character_set),
		cmocka_unit_test(ascii_has_other_signs_for_what_is_free_and_what_was_freed),
		cmocka_unit_test(ascii_draws_arrows_and_ellipses_in_texts_as_ascii),
		cmocka_unit_test(a_resized_canvas_is_blank),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
