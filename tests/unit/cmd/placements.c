/*
 * The output of placements for arenas. Its source is included, since a command exports only its
 * struct cmd.
 */
#include "cmd/placements.c"

#include "support.h"
#include "engines/pymalloc/decisions.h"

/* Nothing is printed here. */
int cmd_print(const char *bytes, size_t length, struct error *err)
{
	return 0;
}

static void arenas_are_told_in_the_order_they_came_and_went(void **state)
{
	struct decision_log log = {
		.count = 3,
		.items = {{&decision_arena_mapped, 4, 0, 0, 0}, {&decision_small, 8, 0, 8, 0},
			{&decision_arena_unmapped, 2, 0, 0, 0}},
	};
	struct text out = {0};
	struct error err;

	assert_int_equal(add_arenas(&out, 17, &log, &err), 0);
	assert_text_equal(text_of(&out), "17 +arena 4\n17 -arena 2\n");
	text_finish(&out);
}

static void decisions_that_were_cut_are_an_error_since_an_arena_may_be_among_them(void **state)
{
	struct decision_log log = {.count = 1,
		.lost = 3,
		.items = {{&decision_arena_mapped, 4, 0, 0, 0}}};
	struct text out = {0};
	struct error err;

	assert_int_equal(add_arenas(&out, 17, &log, &err), -1);
	assert_string_equal(err.text,
		"event 17: 3 of its decisions were cut, perhaps arenas that were mapped or unmapped");
	text_finish(&out);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(arenas_are_told_in_the_order_they_came_and_went),
		cmocka_unit_test(
			decisions_that_were_cut_are_an_error_since_an_arena_may_be_among_them),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
