/* The tour, and where a trace opens by itself. */
#include "show.h"

#include <stdio.h>
#include <string.h>

static const char trace[] =
	"a 0 90\nmark one\na 1 90\na 2 90\na 3 90\nmark two\nnote Two is here.\nf 1\nf 2\nf 3\nmark three\na 4 90\n";

static const struct view_stop stops[] = {
	{.words = "First words.", .to = "one"},
	{.words = "Second words.", .from = "one", .to = "two", .seconds = 1},
	{.words = "Third words.", .to = "three", .inspects = true},
	{.words = "Last words.", .from = "start", .to = "end", .seconds = 2},
	{0},
};

static const struct view_config touring = {.tour = stops};

static void begin(struct show *show)
{
	show_begin(show, CLASSIC, trace, &touring);
	look_ahead(show);
	view_start_tour(show->view);
}

static void a_tour_goes_from_stop_to_stop_by_itself(void **state)
{
	struct show show;

	begin(&show);
	assert_shows(&show, "TOUR 1 of 4  First words.");
	assert_int_equal(position_of(&show), 2);
	pass(&show, 1000);
	assert_shows(&show, "First words."); /* as long as it takes to read */
	pass(&show, 1000);
	assert_shows(&show, "TOUR 2 of 4  Second words.");
	assert_shows(&show, "PLAY");
	pass(&show, 1200);
	assert_int_equal(position_of(&show), 7); /* with the caption after the mark */
	assert_shows(&show, "Two is here.");
	assert_shows(&show, "PAUSE");
	pass(&show, 2000);
	assert_shows(&show, "Third words.");
	assert_shows(&show, "Inspect");
	pass(&show, 2000);
	assert_shows(&show, "Last words.");
	assert_shows_not(&show, "Inspect");
	pass(&show, 2500); /* a caption on the way does not hold it */
	assert_int_equal(position_of(&show), player_length(show.stage.player));
	pass(&show, 60000);
	assert_shows(&show, "Last words.");
	assert_true(view_next_tick(show.view, show.now) == UINT64_MAX);
	show_finish(&show);
}

static void space_and_backspace_go_to_the_stops(void **state)
{
	struct show show;

	begin(&show);
	press(&show, "Space");
	assert_shows(&show, "Second words.");
	press(&show, "Space"); /* arrives at once */
	assert_int_equal(position_of(&show), 7);
	assert_shows(&show, "Second words.");
	press(&show, "Space");
	assert_shows(&show, "Third words.");
	press(&show, "Backspace Backspace Backspace");
	assert_shows(&show, "First words.");
	assert_int_equal(position_of(&show), 2);
	show_finish(&show);
}

static void a_clicker_goes_to_the_stops(void **state)
{
	struct show show;

	begin(&show);
	press(&show, "PgDn PgDn PgDn");
	assert_shows(&show, "Third words.");
	press(&show, "PgUp");
	assert_shows(&show, "Second words.");
	assert_shows(&show, "TOUR 2 of 4");
	show_finish(&show);
}

static void after_the_last_stop_space_stays(void **state)
{
	struct show show;

	begin(&show);
	for (unsigned i = 0; i < 12; i++)
		press(&show, "Space");
	uint64_t position = position_of(&show);
	assert_shows(&show, "this was the last stop; Esc ends the tour");
	press(&show, "Space");
	assert_int_equal(position_of(&show), position);
	assert_shows(&show, "TOUR");
	show_finish(&show);
}

static void any_other_key_takes_over(void **state)
{
	struct show show;

	begin(&show);
	press(&show, ".");
	assert_shows_not(&show, "TOUR");
	assert_int_equal(position_of(&show), 3);
	pass(&show, 5000);
	assert_int_equal(position_of(&show), 3);
	press(&show, "W Space Esc");
	assert_shows_not(&show, "TOUR");
	assert_shows(&show, "PAUSE");
	show_finish(&show);
}

static void every_size_has_room_for_the_words(void **state)
{
	struct show show;

	begin(&show);
	for (int width = 20; width < 200; width += 13)
		for (int height = 8; height < 60; height += 7) {
			canvas_resize(&show.canvas, width, height);
			assert_shows(&show, "TOUR 1 of 4");
		}
	show_finish(&show);
}

static void without_a_tour_a_message_says_where_one_is(void **state)
{
	struct show show;

	show_init(&show, CLASSIC, &(struct view_config){0});
	press(&show, "W");
	assert_shows(&show, "arenascope demo");
	show_finish(&show);
}

/* ---- where a trace opens --------------------------------------------------------------------- */

#define HUNDRED "--engine heap --heap-header 0 --heap-align 1 --heap-size 100"

/* 70 bytes are idle after the third event; after the fourth all are, but then nothing is live. */
static const char emptying[] = "a 0 40\na 1 30\nf 0\nf 1\na 3 50\n";

static void a_trace_opens_where_most_bytes_are_idle(void **state)
{
	struct show show;

	show_begin(&show, HUNDRED, emptying, &(struct view_config){.opens_by_itself = true});
	assert_shows(&show, "Looking for the moment at which most bytes are held idle.");
	pass(&show, 5);
	assert_int_equal(position_of(&show), 3);
	assert_shows(&show, "g goes to the start");
	assert_shows(&show, "PAUSE");
	press(&show, "g");
	pass(&show, 50);
	assert_int_equal(position_of(&show), 0);
	show_finish(&show);
}

/* It shuts down before everything is idle, and the mark itself has happened. */
static void a_python_opens_before_it_shuts_down(void **state)
{
	struct show show;

	show_begin(&show, HUNDRED,
		"a 0 40\na 1 30\nf 0\nmark interpreter shuts down\nf 1\na 3 50\nf 3\n",
		&(struct view_config){.opens_by_itself = true});
	pass(&show, 5);
	assert_int_equal(position_of(&show), 4);
	assert_shows(&show, "opened before Python shuts down");
	press(&show, "G");
	pass(&show, 50);
	assert_int_equal(position_of(&show), 7);
	show_finish(&show);
}

/* Global objects are destroyed later. */
static void a_program_opens_when_main_returned(void **state)
{
	struct show show;

	show_begin(&show, HUNDRED, "a 0 40\na 1 30\nf 0\nmark main() returned\nf 1\n",
		&(struct view_config){.opens_by_itself = true});
	pass(&show, 5);
	assert_int_equal(position_of(&show), 4);
	assert_shows(&show, "opened when main() returned");
	show_finish(&show);
}

static void a_key_stays_at_the_start(void **state)
{
	struct show show;

	show_begin(&show, HUNDRED, emptying, &(struct view_config){.opens_by_itself = true});
	press(&show, "Tab");
	pass(&show, 50);
	assert_int_equal(position_of(&show), 0);
	show_finish(&show);
}

static void a_trace_with_captions_opens_at_its_start(void **state)
{
	struct show show;

	show_begin(&show, CLASSIC, show_trace, &(struct view_config){.opens_by_itself = true});
	pass(&show, 50);
	assert_int_equal(position_of(&show), 0);
	show_finish(&show);
}

/* A trace with a mistake in it is not passed over in silence, wherever it opens. */
static void a_trace_says_at_once_that_it_has_faults(void **state)
{
	static const struct {
		const char *trace, *words;
	} cases[] = {
		{"a 0 40\na 1 30\nf 0\nf 0\nf 1\n",
			"1 fault: ( and ) go there; opened where most bytes are held and not live"},
		{"f 7\nf 7\n", "2 faults: ( and ) go there"},
		{"a 0 40\nf 0\nf 0\nmark main() returned\n",
			"1 fault: ( and ) go there; opened when main() returned"},
		{"a 0 40\na 1 0\nf 0\n", "opened where most bytes are held and not live; g goes"},
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct show show;
		show_begin(&show, HUNDRED, cases[i].trace,
			&(struct view_config){.opens_by_itself = true});
		pass(&show, 50);
		assert_shows(&show, cases[i].words);
		show_finish(&show);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_tour_goes_from_stop_to_stop_by_itself),
		cmocka_unit_test(space_and_backspace_go_to_the_stops),
		cmocka_unit_test(a_clicker_goes_to_the_stops),
		cmocka_unit_test(after_the_last_stop_space_stays),
		cmocka_unit_test(any_other_key_takes_over),
		cmocka_unit_test(every_size_has_room_for_the_words),
		cmocka_unit_test(without_a_tour_a_message_says_where_one_is),
		cmocka_unit_test(a_trace_opens_where_most_bytes_are_idle),
		cmocka_unit_test(a_python_opens_before_it_shuts_down),
		cmocka_unit_test(a_program_opens_when_main_returned),
		cmocka_unit_test(a_key_stays_at_the_start),
		cmocka_unit_test(a_trace_with_captions_opens_at_its_start),
		cmocka_unit_test(a_trace_says_at_once_that_it_has_faults),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
