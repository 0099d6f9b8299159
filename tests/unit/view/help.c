/* A page of help in columns, at the widths of screens. */
#include "view/help.h"

#include "base/text.h"
#include "support.h"

static const char page[] = "keys\n"
			   "\tSpace\tplay\tplays, or pauses\n"
			   "\ta key that is long\tlong-action\tdoes this, that and what is left\n"
			   "terms\n"
			   "\tword\twhat it means\n";

static void assert_help(int width, const char *text, int first, int lines, const char *expected)
{
	struct text drawn = {0};
	struct canvas canvas;

	canvas_init(&canvas, width, 6, CHARSET_ASCII);
	assert_int_equal(help_draw(&canvas, (struct area){0, 0, width, 6}, text, first), lines);
	canvas_dump(&canvas, false, &drawn);
	assert_text_equal(text_of(&drawn), expected);
	text_finish(&drawn);
	canvas_finish(&canvas);
}

static void a_page_has_as_many_columns_as_there_is_room_for(void **state)
{
	assert_help(100, page, 0, 5,
		" keys\n"
		"  Space               play         plays, or pauses\n"
		"  a key that is long  long-action  does this, that and what is left\n"
		" terms\n"
		"  word                what it means\n"
		"\n");
	assert_help(60, page, 0, 5,
		" keys\n"
		"  Space               plays, or pauses\n"
		"  a key that is long  does this, that and what is left\n"
		" terms\n"
		"  word                what it means\n"
		"\n");
	assert_help(36, page, 0, 6,
		" keys\n"
		"  Space         plays, or pauses\n"
		"  a key that is does this, that and\n"
		"                what is left\n"
		" terms\n"
		"  word          what it means\n");
	assert_help(36, page, 3, 6,
		"                what is left\n"
		" terms\n"
		"  word          what it means\n"
		"\n"
		"\n"
		"\n");
}

/* Words that are all short have a column of their width. */
static void a_column_is_not_wider_than_its_words(void **state)
{
	static const char small[] = "\tG\tgoes to the end of it all\n\tgg\tgoes to the start\n";

	assert_help(100, small, 0, 2,
		"  G   goes to the end of it all\n"
		"  gg  goes to the start\n"
		"\n"
		"\n"
		"\n"
		"\n");
	assert_help(30, small, 0, 3,
		"  G   goes to the end of it\n"
		"      all\n"
		"  gg  goes to the start\n"
		"\n"
		"\n"
		"\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_page_has_as_many_columns_as_there_is_room_for),
		cmocka_unit_test(a_column_is_not_wider_than_its_words),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
