/* The next event, one decision at a time. */
#include "show.h"

static void an_event_is_stepped_into_one_decision_at_a_time(void **state)
{
	struct show show;

	show_init(&show, HEAP, &(struct view_config){0});
	press(&show, "s"); /* a caption has no decisions */
	assert_int_equal(position_of(&show), 1);
	press(&show, "s");
	assert_shows(&show, "NEXT  malloc(96)  decision 1 of 3");
	assert_shows(&show, "why  First fit checked the only hole for 96 B.");
	assert_shows_not(&show, "It was split");
	assert_shows(&show, "200 B free in one hole"); /* memory is as it was before */
	assert_int_equal(position_of(&show), 1);
	press(&show, "s s");
	assert_shows(&show, "decision 3 of 3");
	assert_shows(&show, "It was split: 96 B for the block; 104 B");
	assert_int_equal(position_of(&show), 1);
	press(&show, "s");
	assert_int_equal(position_of(&show), 2);
	assert_shows(&show, "malloc(96) → heap +0");
	assert_shows(&show, "104 B free in one hole");
	press(&show, "S"); /* and back into it, from the end */
	assert_int_equal(position_of(&show), 1);
	assert_shows(&show, "decision 3 of 3");
	press(&show, "S S S");
	assert_shows_not(&show, "decision");
	assert_int_equal(position_of(&show), 1);
	press(&show, "S S");
	assert_int_equal(position_of(&show), 0);
	assert_shows(&show, "already at the start");
	show_finish(&show);
}

static void any_other_move_is_of_whole_events(void **state)
{
	struct show show;

	show_init(&show, CLASSIC, &(struct view_config){0});
	press(&show, ". s s");
	assert_shows(&show, "decision 2 of");
	press(&show, ".");
	assert_shows_not(&show, "decision");
	assert_int_equal(position_of(&show), 2);
	press(&show, "s s");
	assert_shows(&show, "NEXT  malloc(96)  decision 2 of");
	press(&show, ",");
	assert_shows_not(&show, "decision");
	assert_int_equal(position_of(&show), 1);
	press(&show, "G s");
	assert_shows(&show, "already at the end");
	show_finish(&show);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_event_is_stepped_into_one_decision_at_a_time),
		cmocka_unit_test(any_other_move_is_of_whole_events),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
