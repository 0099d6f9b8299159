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
	static struct placing placing;
	struct text expected = {0};
	struct decision_log log = {.take = note_arena, .user = &placing};

	/* as many as one event may take, and not only as many as are kept for a person */
	for (unsigned i = 0; i < 2 * DECISIONS_MAX; i++) {
		decision_add(&log, &decision_arena_mapped, i, 0, 0, 0);
		decision_add(&log, &decision_small, 8, 0, 8, 0);
		decision_add(&log, &decision_arena_unmapped, i, 0, 0, 0);
		text_add(&expected, "17 +arena %u\n17 -arena %u\n", i, i);
	}
	assert_int_equal(log.count + log.lost, 0);
	add_arenas(&placing, 17);
	add_arenas(&placing, 18); /* nothing is left to say */
	assert_text_equal(text_of(&placing.out), text_of(&expected));
	text_finish(&placing.out);
	array_finish(&placing.changes);
	text_finish(&expected);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(arenas_are_told_in_the_order_they_came_and_went),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
