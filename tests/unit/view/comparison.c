/* Engines side by side. */
#include "engine/engine.h"
#include "show.h"

#include <stdio.h>
#include <string.h>

static void side_by_side_shows_every_engine_at_every_size(void **state)
{
	struct view_config config = {0};
	struct error err;
	struct show show;

	show_init(&show, CLASSIC, &config);
	view_free(show.view);
	config.options = show.stage.options;
	show.view = view_new(show.stage.player, &config);
	assert_int_equal(view_command(show.view, "compare heap,3.11", &err), 0);
	view_command(show.view, "seek 2", &err);
	pass(&show, 5);
	for (enum charset charset = CHARSET_UTF8; charset <= CHARSET_ASCII; charset++)
		for (int width = 20; width < 240; width += 11)
			for (int height = 8; height < 70; height += 3) {
				show.canvas.charset = charset;
				canvas_resize(&show.canvas, width, height);
				const char *screen = screen_of(&show);
				if (!strstr(screen, "A  pymalloc") || !strstr(screen, "B  heap") ||
					!strstr(screen, "C  pymalloc") ||
					!strstr(screen, "First diff") || !strstr(screen, "? help"))
					fail_msg("%dx%d lacks something:\n%s", width, height,
						screen);
				for (int i = 0; charset == CHARSET_ASCII && i < width * height; i++)
					assert_true(show.canvas.cells[i].glyph < 127);
			}
	show_finish(&show);
}

/* The smallest height of a screen of that width on which bars compare what engines hold. */
static int first_height_with_bars(struct show *show, int width)
{
	for (int height = 8; height < 80; height++) {
		canvas_resize(&show->canvas, width, height);
		if (strstr(screen_of(show), "\n B heap"))
			return height;
	}
	return 0;
}

static void bars_stand_where_there_is_room(void **state)
{
	struct view_config config = {0};
	struct show show;

	show_init(&show, CLASSIC, &config);
	view_free(show.view);
	config.options = show.stage.options;
	show.view = view_new(show.stage.player, &config);
	press(&show, "v");
	pass(&show, 5);
	assert_int_equal(first_height_with_bars(&show, 58), 0);
	assert_int_equal(first_height_with_bars(&show, 59), 37);
	assert_int_equal(first_height_with_bars(&show, 200), 37);
	show_finish(&show);
}

static void side_by_side_follows_every_move_and_finds_differences(void **state)
{
	struct view_config config = {0};
	struct error err;
	struct show show;

	show_init(&show, CLASSIC, &config);
	press(&show, "v");
	assert_shows(&show, "nothing to compare with");
	press(&show, "d");
	assert_shows(&show, "press v to compare two engines");
	view_free(show.view);
	config.options = show.stage.options;
	show.view = view_new(show.stage.player, &config);
	press(&show, "v");
	assert_shows(&show, "B  heap");
	assert_shows(&show, "Nothing has happened yet.");
	pass(&show, 5);
	assert_shows(&show, "First difference at event 8, realloc(object 2, 30): A: moves it");
	press(&show, "d");
	assert_int_equal(position_of(&show), 9);
	assert_shows(&show, "B: leaves it at");
	press(&show, "d");
	assert_shows(&show, "no further difference; stopped at the end");
	assert_shows(&show, "d goes there.");
	press(&show, "d");
	assert_int_equal(position_of(&show), 9);
	assert_shows(&show, "the first difference; ' goes back to the end");
	assert_shows_not(&show, "d goes there.");
	press(&show, "' g . .");
	assert_shows(&show, "This event: all take memory from the system.");
	press(&show, "s");
	assert_shows(&show, "side by side shows whole events");
	press(&show, "Esc");
	assert_shows(&show, "Arenas");
	assert_int_equal(view_command(show.view, "compare oak", &err), -1);
	show_finish(&show);
}

/* A heap that has grown past what is counted by hand is beside one that has not. */
static void a_place_has_one_name_in_every_pane_and_for_the_whole_trace(void **state)
{
	struct view_config config = {0};
	struct show show;

	show_begin(&show, "--engine heap --heap-header 0 --heap-align 1",
		"a 0 3000\na 1 40\na 2 90000\na 3 40\n", &config);
	view_free(show.view);
	config.options = show.stage.options;
	show.view = view_new(show.stage.player, &config);
	assert_int_equal(view_command(show.view, "compare heap:best,buddy", &(struct error){0}), 0);
	canvas_resize(&show.canvas, 160, 40);
	press(&show, ". .");
	pass(&show, 5);
	assert_shows(&show, "│ malloc(40) → heap +3,000 ");
	assert_shows(&show, "││ malloc(40) → heap +3,000 ");
	assert_shows(&show, "││ malloc(40) → heap +4,096 ");
	assert_shows_not(&show, "0x");
	press(&show, ". .");
	pass(&show, 5);
	assert_shows(&show, "│ malloc(40) → heap +93,040 ");
	assert_shows(&show, "││ malloc(40) → heap +93,040 ");
	assert_shows(&show, "││ malloc(40) → heap +4,160 ");
	assert_shows_not(&show, "0x");
	show_finish(&show);
}

/* 17 bytes take 32 in the one and 24 in the other, and 513 a header of 8 in the heap below both. */
static void what_rounding_and_headers_cost_is_below_each_map(void **state)
{
	struct view_config config = {0};
	struct show show;

	show_begin(&show, CLASSIC, "a 0 17\na 1 513\n", &config);
	view_free(show.view);
	config.options = show.stage.options;
	show.view = view_new(show.stage.player, &config);
	assert_int_equal(view_command(show.view, "compare 3.8", &(struct error){0}), 0);
	press(&show, "G");
	pass(&show, 5);
	assert_shows(&show, "rounding 14 B  headers 56 B");
	assert_shows(&show, "rounding 22 B  headers 56 B");
	assert_shows_not(&show, "that A lacks");
	show_finish(&show);
}

/* What one was refused lives on in the other, since the trace cannot free it. */
static void objects_that_the_first_lacks_are_counted(void **state)
{
	struct view_config config = {0};
	struct show show;

	show_begin(&show, "--engine heap --heap-size 64", "a 0 40\na 1 40\nf 0\n", &config);
	view_free(show.view);
	config.options = show.stage.options;
	show.view = view_new(show.stage.player, &config);
	assert_int_equal(view_command(show.view, "compare pool:block=40:blocks=2",
				 &(struct error){0}),
		0);
	press(&show, "G");
	pass(&show, 5);
	assert_shows(&show, "1 object that A lacks  rounding 0 B");
	show_finish(&show);
}

/* Of a caption of two lines and a long difference, the difference is cut to what fits. */
static void below_a_caption_the_first_difference_is_as_long_as_fits(void **state)
{
	static const char *const trace =
		"a 0 17\na 1 25\n"
		"note One caption that is so long that it takes two lines of eighty columns, as many do.\n"
		"note A short one.\n";
	struct view_config config = {0};
	struct show show;

	show_begin(&show, CLASSIC, trace, &config);
	view_free(show.view);
	config.options = show.stage.options;
	show.view = view_new(show.stage.player, &config);
	assert_int_equal(view_command(show.view, "compare 3.8", &(struct error){0}), 0);
	press(&show, "g . . .");
	pass(&show, 5);
	assert_shows(&show, " First difference at event 1.\n");
	press(&show, ".");
	assert_shows(&show, "First difference at event 1, malloc(25): A: A00.p01 block 0, B: ");
	show_finish(&show);
}

static void engines_that_never_part_are_told_apart_by_kind(void **state)
{
	struct view_config config = {0};
	struct show show;

	show_begin(&show, CLASSIC, "a 0 96\na 1 96\nnote The same for both.\n", &config);
	look_ahead(&show);
	view_free(show.view);
	config.options = show.stage.options;
	show.view = view_new(show.stage.player, &config);
	press(&show, "v");
	pass(&show, 5);
	assert_shows(&show, "They take memory at the same events, and the same requests fail.");
	assert_int_equal(view_command(show.view, "compare 3.6", &(struct error){0}), 0);
	pass(&show, 5);
	assert_shows(&show, "They never differ: every block is in the same place.");
	press(&show, "G");
	assert_shows(&show, " │ The same for both.");
	assert_shows(&show, "malloc(96) → A00.p00 block 1");
	show_finish(&show);
}

/* An engine of recorded addresses refuses this trace, and those that run code want a file. */
static bool takes_any_trace(const struct engine_ops *engine)
{
	return !engine->as_recorded && !engine->runs_code;
}

static void every_engine_stands_beside_every_other(void **state)
{
	struct view_config config = {0};
	const struct engine_ops *const *engines;
	size_t count, shown = 0;
	struct error err;
	struct show show;
	char command[80];

	show_init(&show, HEAP, &config);
	view_free(show.view);
	config.options = show.stage.options;
	show.view = view_new(show.stage.player, &config);
	canvas_resize(&show.canvas, 120, 60);
	engines = engine_list(&count);
	for (size_t i = 0; i < count; i++) {
		if (!takes_any_trace(engines[i]))
			continue;
		snprintf(command, sizeof(command), "compare %s", engines[i]->name);
		if (view_command(show.view, command, &err) < 0)
			fail_msg("%s: %s", command, err.text);
		pass(&show, 5);
		for (unsigned at = 0; at < 10; at += 3) {
			snprintf(command, sizeof(command), "seek %u", at);
			view_command(show.view, command, &err);
			snprintf(command, sizeof(command), "B  %s", engines[i]->name);
			assert_shows(&show, command);
		}
		shown++;
	}
	assert_true(shown >= 8);
	show_finish(&show);
}

static void an_engine_without_a_map_says_so(void **state)
{
	struct view_config config = {0};
	struct error err;
	struct show show;

	show_init(&show, HEAP, &config);
	view_free(show.view);
	config.options = show.stage.options;
	show.view = view_new(show.stage.player, &config);
	view_command(show.view, "compare mapless", &err);
	pass(&show, 5);
	assert_shows(&show, "B  mapless");
	assert_shows(&show, "This engine shows no map");
	show_finish(&show);
}

/* The heap of 100 bytes refuses event 1, that of 150 event 2; the captions are the same in both. */
static void keys_to_faults_look_at_every_engine(void **state)
{
	struct view_config config = {0};
	struct error err;
	struct show show;

	show_begin(&show, "--engine heap --heap-size 150 --heap-header 0 --heap-align 1",
		"a 0 60\na 1 60\na 2 60\nnote The end.\n", &config);
	view_free(show.view);
	config.options = show.stage.options;
	show.view = view_new(show.stage.player, &config);
	assert_int_equal(view_command(show.view, "compare heap:heap-size=100", &err), 0);
	press(&show, "g )");
	assert_int_equal(position_of(&show), 2);
	assert_shows(&show, "stopped at fault in B");
	press(&show, ")");
	assert_int_equal(position_of(&show), 3);
	assert_shows(&show, "stopped at fault");
	assert_shows_not(&show, "fault in");
	press(&show, ")");
	assert_int_equal(position_of(&show), 3);
	assert_shows(&show, "not found ahead in any engine: fault");
	press(&show, "(");
	assert_int_equal(position_of(&show), 2);
	assert_int_equal(view_command(show.view, "until note", &err), 0);
	assert_shows_not(&show, "in any engine");
	press(&show, "v (");
	assert_int_equal(position_of(&show), 3);
	press(&show, "(");
	assert_shows(&show, "not found before: fault");
	show_finish(&show);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(side_by_side_shows_every_engine_at_every_size),
		cmocka_unit_test(bars_stand_where_there_is_room),
		cmocka_unit_test(side_by_side_follows_every_move_and_finds_differences),
		cmocka_unit_test(a_place_has_one_name_in_every_pane_and_for_the_whole_trace),
		cmocka_unit_test(what_rounding_and_headers_cost_is_below_each_map),
		cmocka_unit_test(objects_that_the_first_lacks_are_counted),
		cmocka_unit_test(below_a_caption_the_first_difference_is_as_long_as_fits),
		cmocka_unit_test(engines_that_never_part_are_told_apart_by_kind),
		cmocka_unit_test(every_engine_stands_beside_every_other),
		cmocka_unit_test(an_engine_without_a_map_says_so),
		cmocka_unit_test(keys_to_faults_look_at_every_engine),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
