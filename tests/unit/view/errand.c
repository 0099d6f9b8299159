/* Work that lasts longer than a frame: keys are heard in between, and it can be cancelled. */
#include "show.h"

#include <stdlib.h>
#include <string.h>

#define EVENTS 60000u

/* Another player, which has not been at the end and left no checkpoints. */
static void forget_the_end(struct show *show, const struct view_config *config)
{
	view_free(show->view);
	player_free(show->stage.player);
	assert_int_equal(player_new(&show->stage.player, show->stage.trace,
				 &(struct player_config){.engine = options_text(show->stage.options,
								 "engine"),
					 .options = show->stage.options},
				 NULL),
		0);
	show->view = view_new(show->stage.player, config);
}

/* Allocations and frees in turn, and one fault if asked for; nothing has been surveyed. */
static void long_show_begin(struct show *show, const struct view_config *config, unsigned fault)
{
	struct text text = {0};

	for (unsigned i = 0; i < EVENTS - (fault > 0); i++)
		if (fault && i == fault)
			text_add(&text, "f 77777777\nf 77777777\n");
		else
			text_add(&text, i % 2 ? "f %u\n" : "a %u %u\n", i / 2,
				i == EVENTS / 2 ? 400 : 16);
	show_begin(show, CLASSIC, text_of(&text), config);
	text_finish(&text);
	forget_the_end(show, config);
}

/* One tick that comes that long after the last. */
static void tick(struct show *show, unsigned milliseconds)
{
	show->now += milliseconds * MILLISECOND;
	view_tick(show->view, show->now);
}

static void finish_work(struct show *show)
{
	while (view_is_busy(show->view))
		tick(show, 5);
}

static void assert_command(struct show *show, const char *command)
{
	struct error err;

	if (view_command(show->view, command, &err) < 0)
		fail_msg("%s: %s", command, err.text);
}

static void a_long_run_works_in_ticks_and_says_how_far_it_is(void **state)
{
	struct show show;
	unsigned ticks = 0;

	long_show_begin(&show, &(struct view_config){0}, 0);
	canvas_resize(&show.canvas, 120, 24);
	press(&show, ")");
	assert_true(view_is_busy(show.view));
	assert_int_equal(view_next_tick(show.view, show.now), 0);
	assert_shows(&show, "? help"); /* not worth a line yet */
	for (; view_is_busy(show.view) && ticks < 10; ticks++)
		tick(&show, 20);
	assert_int_equal(ticks, 10);
	assert_shows(&show, "no fault ahead so far: ");
	assert_shows(&show, " s left, ");
	assert_shows(&show, " events/s");
	assert_shows(&show, "Esc cancels");
	finish_work(&show);
	assert_shows(&show, "not found ahead: fault");
	assert_int_equal(position_of(&show), 0);
	show_finish(&show);
}

static void a_slice_takes_as_long_as_a_frame_allows(void **state)
{
	static const struct {
		unsigned milliseconds;
		uint64_t least, most; /* events in a tick after many of that length */
	} table[] = {{20, 64, 64}, {2, 8192, UINT64_MAX}};

	for (size_t i = 0; i < sizeof(table) / sizeof(*table); i++) {
		struct show show;
		uint64_t before = 0;

		long_show_begin(&show, &(struct view_config){0}, 0);
		press(&show, ")");
		for (unsigned ticks = 0; ticks < 5; ticks++) {
			before = player_surveyed(show.stage.player);
			tick(&show, table[i].milliseconds);
		}
		uint64_t slice = player_surveyed(show.stage.player) - before;
		assert_true(slice >= table[i].least && slice <= table[i].most);
		show_finish(&show);
	}
}

static void escape_cancels_and_the_position_stays(void **state)
{
	static const char *const runs[] = {"until size > 9000", "until-back size > 9000",
		"search elephant", "peak", "next-fault", "end", "until class 40", "100%"};
	static const char *const keys[] = {"Esc", "C-c", "Space"};

	for (size_t i = 0; i < sizeof(runs) / sizeof(*runs); i++) {
		struct show show;
		long_show_begin(&show, &(struct view_config){0}, 0);
		player_seek(show.stage.player, 30000);
		assert_command(&show, runs[i]);
		assert_true(view_is_busy(show.view));
		tick(&show, 1);
		tick(&show, 1);
		assert_true(view_is_busy(show.view));
		press(&show, keys[i % 3]);
		assert_false(view_is_busy(show.view));
		assert_int_equal(position_of(&show), 30000);
		assert_shows(&show, "cancelled; still at event 29,999");
		assert_shows(&show, "PAUSE");
		tick(&show, 1);
		assert_int_equal(position_of(&show), 30000);
		show_finish(&show);
	}
}

static void other_keys_are_heard_meanwhile(void **state)
{
	struct show show;

	long_show_begin(&show, &(struct view_config){0}, 0);
	press(&show, ")");
	tick(&show, 1);
	press(&show, "?");
	assert_shows(&show, "other keys: back");
	tick(&show, 1);
	press(&show, "Esc"); /* closes the page */
	assert_true(view_is_busy(show.view));
	press(&show, "T z E Tab");
	assert_true(view_is_busy(show.view));
	finish_work(&show);
	assert_shows(&show, "not found ahead: fault");
	show_finish(&show);
}

static void steps_count_from_where_a_jump_goes(void **state)
{
	struct show show;

	long_show_begin(&show, &(struct view_config){0}, 0);
	press(&show, ". . G");
	assert_true(view_is_busy(show.view));
	tick(&show, 1);
	press(&show, ". , , ,"); /* the first one has no future */
	assert_true(view_is_busy(show.view));
	finish_work(&show);
	assert_int_equal(position_of(&show), EVENTS - 3);
	show_finish(&show);

	long_show_begin(&show, &(struct view_config){0}, 0);
	press(&show, ". . 9");
	assert_true(view_is_busy(show.view));
	press(&show, "5"); /* another jump takes its place */
	assert_true(view_is_busy(show.view));
	finish_work(&show);
	assert_int_equal(position_of(&show), EVENTS / 2);
	press(&show, "'");
	finish_work(&show);
	assert_int_equal(position_of(&show), 2);
	show_finish(&show);
}

/* From an empty start: nothing can be inspected on the way. */
static void the_inspector_opens_where_a_jump_arrives(void **state)
{
	struct show show;

	long_show_begin(&show, &(struct view_config){0}, 0);
	assert_command(&show, "seek 50000");
	assert_true(view_is_busy(show.view));
	press(&show, "I");
	assert_shows(&show, "the inspector opens where this arrives");
	finish_work(&show);
	tick(&show, 5);
	assert_shows(&show, "pinned by  1 block of 16 B in all");
	show_finish(&show);
}

static void the_inspector_stays_closed_where_a_jump_is_cancelled(void **state)
{
	struct show show;

	long_show_begin(&show, &(struct view_config){0}, 0);
	assert_command(&show, "seek 50000");
	press(&show, "I Esc");
	tick(&show, 5);
	assert_shows(&show, "cancelled; still at the start");
	show_finish(&show);
}

static void another_run_begins_where_the_cancelled_one_did(void **state)
{
	struct show show;

	long_show_begin(&show, &(struct view_config){0}, 0);
	player_seek(show.stage.player, 100);
	assert_command(&show, "until size > 9000");
	tick(&show, 1);
	assert_true(position_of(&show) > 8000);
	press(&show, "n"); /* there is no search to repeat */
	assert_true(view_is_busy(show.view));
	assert_command(&show, "until size > 10");
	assert_false(view_is_busy(show.view));
	assert_int_equal(position_of(&show), 101);
	show_finish(&show);
}

static void what_the_survey_knows_is_answered_at_once(void **state)
{
	static const struct {
		const char *command;
		uint64_t position;
	} table[] = {
		{"next-fault", 50001},
		{"next-fault", 50002},
		{"next-fault", 50003},
		{"next-fault", 50003},
		{"previous-fault", 50002},
		{"peak", EVENTS / 2 + 1},
		{"next-fault", 50001},
		{"until oom", EVENTS},
		{"previous-fault", 50003},
		{"until-back oom", 0},
		{"until live > 300", EVENTS / 2 + 1},
		{"until live > 3000", EVENTS},
		{"until-back live > 300", EVENTS / 2 + 1},
		{"until-back live > 300", 0},
	};
	struct show show;

	long_show_begin(&show, &(struct view_config){0}, 50000);
	look_ahead(&show);
	for (size_t i = 0; i < sizeof(table) / sizeof(*table); i++) {
		assert_command(&show, table[i].command);
		assert_false(view_is_busy(show.view));
		if (position_of(&show) != table[i].position)
			fail_msg("%s: at %d", table[i].command, (int)position_of(&show));
	}
	show_finish(&show);
}

static void what_is_found_late_is_gone_to(void **state)
{
	static const struct {
		const char *command;
		uint64_t position;
	} table[] = {
		{"next-fault", 50001},
		{"search malloc(400)", EVENTS / 2 + 1},
		{"until size > 300", EVENTS / 2 + 1},
		{"seek peak", EVENTS / 2 + 1},
		{"seek 40000", 40001},
	};

	for (size_t i = 0; i < sizeof(table) / sizeof(*table); i++) {
		struct show show;
		long_show_begin(&show, &(struct view_config){0}, 50000);
		assert_command(&show, table[i].command);
		assert_true(view_is_busy(show.view));
		finish_work(&show);
		if (position_of(&show) != table[i].position)
			fail_msg("%s: at %d", table[i].command, (int)position_of(&show));
		press(&show, "'");
		finish_work(&show);
		assert_int_equal(position_of(&show), 0);
		show_finish(&show);
	}
}

static void rivals_follow_a_long_way_in_ticks(void **state)
{
	struct view_config config = {0};
	struct show show;

	long_show_begin(&show, &config, 0);
	look_ahead(&show);
	view_free(show.view);
	config.options = show.stage.options;
	show.view = view_new(show.stage.player, &config);
	press(&show, "G");
	finish_work(&show);
	assert_command(&show, "compare classic");
	assert_shows(&show, "The other engines are on their way to this event: ");
	assert_int_equal(view_next_tick(show.view, show.now), 0);
	press(&show, "T");
	look_ahead(&show);
	assert_shows_not(&show, "on their way");
	assert_shows(&show, "This event: ");
	press(&show, "0 d");
	assert_true(view_is_busy(show.view));
	tick(&show, 1);
	press(&show, "Esc");
	assert_int_equal(position_of(&show), 0);
	press(&show, "d");
	finish_work(&show);
	assert_shows(&show, "no further difference; stopped at the end");
	show_finish(&show);
}

/* Each event waits for another process, as long as that likes: keys come between few of them. */
static void an_allocator_under_test_is_asked_little_between_two_keys(void **state)
{
	struct text engine = {0}, text = {0};
	struct show show;
	const struct view_config config = {.opens_by_itself = true};

	text_add(&engine, "--engine lab --lab %s/plugin/correct.c", getenv("ARENASCOPE_TESTS"));
	for (unsigned i = 0; i < 1500; i++)
		text_add(&text, i % 2 ? "f %u\n" : "a %u 16\n", i / 2);
	show_begin(&show, text_of(&engine), text_of(&text), &config);
	forget_the_end(&show, &config);
	screen_of(&show);
	for (unsigned ticks = 1; ticks < 5; ticks++) {
		tick(&show, 200); /* so long took the one before */
		assert_int_equal(player_surveyed(show.stage.player), 64 * ticks);
		assert_int_equal(view_next_tick(show.view, show.now), 0);
	}
	tick(&show, 1);
	assert_int_equal(player_surveyed(show.stage.player), 64 * 4 + 128);
	press(&show, "End");
	assert_true(view_is_busy(show.view));
	assert_in_range(player_surveyed(show.stage.player), 64 * 4 + 128, 64 * 6 + 128);
	finish_work(&show);
	assert_int_equal(position_of(&show), 1500);
	show_finish(&show);
	text_finish(&engine);
	text_finish(&text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_long_run_works_in_ticks_and_says_how_far_it_is),
		cmocka_unit_test(a_slice_takes_as_long_as_a_frame_allows),
		cmocka_unit_test(escape_cancels_and_the_position_stays),
		cmocka_unit_test(other_keys_are_heard_meanwhile),
		cmocka_unit_test(the_inspector_opens_where_a_jump_arrives),
		cmocka_unit_test(the_inspector_stays_closed_where_a_jump_is_cancelled),
		cmocka_unit_test(steps_count_from_where_a_jump_goes),
		cmocka_unit_test(another_run_begins_where_the_cancelled_one_did),
		cmocka_unit_test(what_the_survey_knows_is_answered_at_once),
		cmocka_unit_test(what_is_found_late_is_gone_to),
		cmocka_unit_test(rivals_follow_a_long_way_in_ticks),
		cmocka_unit_test(an_allocator_under_test_is_asked_little_between_two_keys),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
