/* What terminals answer when they are asked for their background. */
#include "term/background.h"

#include "support.h"

#include <string.h>

static void answers_are_read_in_every_width(void **state)
{
	static const struct {
		const char *text;
		int32_t color;
	} cases[] = {
		{"rgb:0000/0000/0000", 0x000000},
		{"rgb:ffff/ffff/ffff", 0xFFFFFF},
		{"rgb:0000/2b2b/3636", 0x002B36},
		{"rgb:fd/f6/e3", 0xFDF6E3},
		{"rgb:f/0/8", 0xFF0088},
		{"rgba:1e1e/1e1e/1e1e/ffff", 0x1E1E1E},
		{"", BACKGROUND_UNKNOWN},
		{"?", BACKGROUND_UNKNOWN},
		{"rgb:", BACKGROUND_UNKNOWN},
		{"rgb:ff/ff", BACKGROUND_UNKNOWN},
		{"rgb:ff/ff/", BACKGROUND_UNKNOWN},
		{"rgb:12345/0/0", BACKGROUND_UNKNOWN},
		{"#ffffff", BACKGROUND_UNKNOWN},
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++)
		assert_int_equal(background_of_answer(cases[i].text), cases[i].color);
}

static void an_answer_ends_with_a_bell_or_with_an_escape_and_a_backslash(void **state)
{
	static const char *const answers[] = {"rgb:ff/ff/ff\a", "rgb:ff/ff/ff\033\\",
		"a text much longer than any answer, which has no end, so that keys come through again"};

	for (size_t i = 0; i < sizeof(answers) / sizeof(*answers); i++) {
		struct background_answer answer;
		size_t taken = 0;
		background_begin(&answer, 0);
		while (background_goes_on(&answer, 0))
			background_take(&answer, (unsigned char)answers[i][taken++]);
		if (i < 2) {
			assert_int_equal(taken, strlen(answers[i]));
			assert_string_equal(answer.text, "rgb:ff/ff/ff");
		} else {
			assert_true(taken < 40);
		}
	}
}

/* An answer may be cut off on its way: what is typed later is no part of it. */
static void an_answer_without_an_end_is_over_after_a_while(void **state)
{
	struct background_answer answer = {0};

	assert_false(background_goes_on(&answer, 5));
	background_begin(&answer, 1000);
	background_take(&answer, 'r');
	assert_true(background_goes_on(&answer, 1000 + BACKGROUND_ANSWER_MOST));
	background_take(&answer, 'g');
	assert_false(background_goes_on(&answer, 1001 + BACKGROUND_ANSWER_MOST));
	assert_false(background_goes_on(&answer, 1000));
}

static void the_variable_has_the_background_last(void **state)
{
	assert_int_equal(background_of_colorfgbg("15;0"), 0x000000);
	assert_int_equal(background_of_colorfgbg("0;15"), 0xFFFFFF);
	assert_int_equal(background_of_colorfgbg("0;default;7"), 0xFFFFFF);
	assert_int_equal(background_of_colorfgbg("12;8"), 0x000000);
	assert_int_equal(background_of_colorfgbg("0;default"), BACKGROUND_UNKNOWN);
	assert_int_equal(background_of_colorfgbg("0;16"), BACKGROUND_UNKNOWN);
	assert_int_equal(background_of_colorfgbg("0;"), BACKGROUND_UNKNOWN);
	assert_int_equal(background_of_colorfgbg("7"), BACKGROUND_UNKNOWN);
	assert_int_equal(background_of_colorfgbg(NULL), BACKGROUND_UNKNOWN);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(answers_are_read_in_every_width),
		cmocka_unit_test(an_answer_ends_with_a_bell_or_with_an_escape_and_a_backslash),
		cmocka_unit_test(an_answer_without_an_end_is_over_after_a_while),
		cmocka_unit_test(the_variable_has_the_background_last),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
