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
	assert_shows(&show,
		"First difference at event 7, malloc(20): A: never used before, B: where");
	press(&show, "d");
	assert_int_equal(position_of(&show), 8);
	assert_shows(&show, "This event: A: never used before, B: where object 1 was.");
	press(&show, "d");
	assert_int_equal(position_of(&show), 9);
	assert_shows(&show, "B: leaves it at");
	press(&show, "d");
	assert_shows(&show, "no further difference; stopped at the end");
	assert_shows(&show, "First difference at event 7 (d)");
	press(&show, "d");
	assert_int_equal(position_of(&show), 8);
	assert_shows(&show, "the first difference; ' goes back to the end");
	assert_shows_not(&show, "(d)");
	press(&show, "' g . .");
	assert_shows(&show, "This event: no difference. Usable bytes: A 96 B, B 104 B.");
	press(&show, "s");
	assert_shows(&show, "side by side shows whole events");
	press(&show, "Esc");
	assert_shows(&show, "Arenas");
	assert_int_equal(view_command(show.view, "compare oak", &err), -1);
	show_finish(&show);
}

/*
 * 17 B take 32 in halves and 17 in a heap; 16 B are refused by halves alone, which then have
 * nothing to free.
 */
static void answers_are_found_behind_other_differences(void **state)
{
	struct view_config config = {0};
	struct show show;

	show_begin(&show, "--engine buddy --buddy-size 64 --buddy-min 8",
		"a 0 7\na 1 8\na 2 17\na 3 8\na 4 8\nf 1\nf 3\na 5 16\nf 5\nnote The end.\n",
		&config);
	view_free(show.view);
	config.options = show.stage.options;
	show.view = view_new(show.stage.player, &config);
	assert_int_equal(view_command(show.view, "compare heap:heap-size=64:header=0:align=1",
				 &(struct error){0}),
		0);
	canvas_resize(&show.canvas, 180, 40);
	pass(&show, 5);
	assert_shows(&show, "First difference at event 0, malloc(7): A: takes 8 B, B: takes 7 B. "
			    "First different answer at event 7, malloc(16): A: out of memory, B: ");
	press(&show, "g d d");
	assert_int_equal(position_of(&show), 3);
	assert_shows(&show, "This event: A: takes 32 B, B: takes 17 B.");
	press(&show, "D");
	assert_int_equal(position_of(&show), 8);
	press(&show, "D");
	assert_int_equal(position_of(&show), 9);
	assert_shows(&show, "This event: A: nothing to free, B: frees it.");
	press(&show, "D");
	assert_shows(&show, "no further answer is different; stopped at the end");
	assert_shows(&show, "First different answer at event 7 (D), malloc(16): ");
	press(&show, "D");
	assert_int_equal(position_of(&show), 8);
	assert_shows(&show, "the first different answer; ' goes back to the end");
	press(&show, "g d");
	assert_int_equal(position_of(&show), 1);
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

/* Whether the words are bold where they come first on the screen. */
static bool is_bold(struct show *show, const char *words)
{
	const struct canvas *canvas = &show->canvas;
	int length = (int)strlen(words);

	for (int y = 0; y < canvas->height; y++)
		for (int x = 0; x + length <= canvas->width; x++) {
			int same = 0;
			while (same < length &&
				canvas_at(canvas, x + same, y)->glyph == (uint32_t)words[same])
				same++;
			if (same == length)
				return canvas_at(canvas, x, y)->marks & CELL_BOLD;
		}
	fail_msg("'%s' is not on the screen", words);
	return false;
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
	assert_shows(&show, "rounding 14 B  1 pool  headers 56 B");
	assert_shows(&show, "rounding 22 B  1 pool  headers 56 B");
	assert_shows_not(&show, "that A lacks");
	assert_true(is_bold(&show, "rounding 14 B"));
	assert_true(is_bold(&show, "rounding 22 B"));
	assert_false(is_bold(&show, "headers 56 B"));
	show_finish(&show);
}

/* Where the names are cut, what they share comes last: none of two titles says the other's. */
static void a_title_that_is_cut_begins_with_what_differs(void **state)
{
	struct view_config config = {0};
	struct show show;

	show_begin(&show, "--engine heap --heap-size 60 --heap-fit first --heap-order front",
		"a 0 10\n", &config);
	view_free(show.view);
	config.options = show.stage.options;
	show.view = view_new(show.stage.player, &config);
	assert_int_equal(view_command(show.view, "compare heap:order=address", &(struct error){0}),
		0);
	pass(&show, 5);
	assert_shows(&show, "A  order front, heap of 60 B");
	assert_shows(&show, "B  order address, heap of 60 B");
	canvas_resize(&show.canvas, 160, 40);
	assert_shows(&show, "A  heap of 60 B, first fit, order front");
	assert_shows(&show, "B  heap of 60 B, first fit, order address");
	canvas_resize(&show.canvas, 80, 24);
	assert_int_equal(view_command(show.view,
				 "compare heap:fit=best:header=0:align=1:heap-size=64,heap:fit="
				 "best:header=0:align=2:heap-size=64",
				 &(struct error){0}),
		0);
	pass(&show, 5);
	assert_shows(&show, "B  heap of 64 B, best fit");
	show_finish(&show);
}

/* The halves of 64 bytes beside a heap: 2 bytes in a column, so that blocks of 8 have numbers. */
static void halves_beside_a_heap_keep_their_numbers_padding_and_scale(void **state)
{
	struct view_config config = {0};
	struct show show;

	show_begin(&show, "--engine buddy --buddy-size 64 --buddy-min 8", "a 0 7\na 1 20\nf 0\n",
		&config);
	view_free(show.view);
	config.options = show.stage.options;
	show.view = view_new(show.stage.player, &config);
	assert_int_equal(view_command(show.view, "compare heap:heap-size=64:header=0:align=1",
				 &(struct error){0}),
		0);
	press(&show, ". .");
	pass(&show, 5);
	assert_shows(&show, "A: 1 column = 2 B  B: 1 cell = ");
	assert_shows(&show, "8 B █0█x");
	assert_shows_not(&show, "0 B  B:");
	press(&show, ".");
	pass(&show, 5);
	assert_shows(&show, "m merged");
	show_finish(&show);
}

/* A slab says how full it is in one row, and a full one has a blank before the mark of the next. */
static void slabs_say_in_a_row_how_full_they_are(void **state)
{
	struct view_config config = {0};
	struct show show;

	show_begin(&show, "--engine pool --block 32 --blocks 2", "a 0 1\na 1 1\na 2 1\n", &config);
	view_free(show.view);
	config.options = show.stage.options;
	show.view = view_new(show.stage.player, &config);
	assert_int_equal(view_command(show.view, "compare pool:slabs=0", &(struct error){0}), 0);
	canvas_resize(&show.canvas, 80, 28);
	press(&show, ".");
	pass(&show, 5);
	assert_shows(&show, "►S00     █  50%");
	press(&show, "G");
	pass(&show, 5);
	assert_shows(&show, "S00  F  █ 100%");
	canvas_resize(&show.canvas, 80, 24);
	assert_shows(&show, "100% ►S01");
	assert_shows_not(&show, "0 used");
	show_finish(&show);
}

/* In a narrow pane, the gauge says what was asked for and what is left. */
static void a_narrow_gauge_says_what_is_wanted_and_what_is_left(void **state)
{
	struct view_config config = {0};
	struct show show;

	show_begin(&show, "--engine budget --limit 100 --heap-size 200", "a 0 60\na 1 50\n",
		&config);
	view_free(show.view);
	config.options = show.stage.options;
	show.view = view_new(show.stage.player, &config);
	assert_int_equal(view_command(show.view, "compare heap", &(struct error){0}), 0);
	press(&show, "G");
	pass(&show, 5);
	assert_shows(&show, "50 B, 40 B left ");
	show_finish(&show);
}

/* Where not all reasons fit, those that tell the engines apart stay; the same of two stand once. */
static void reasons_that_all_share_make_room_for_the_others(void **state)
{
	static const char *const trace = "a 0 40\na 1 40\na 2 40\na 3 40\na 4 40\na 5 40\na 6 40\n"
					 "f 0\nf 1\nf 2\nf 3\nf 4\nf 5\na 7 200\n";
	struct view_config config = {0};
	struct show show;

	show_begin(&show, "--engine glibc --top-pad 0 --tcache-count 0", trace, &config);
	view_free(show.view);
	config.options = show.stage.options;
	show.view = view_new(show.stage.player, &config);
	assert_int_equal(view_command(show.view, "compare glibc:mxfast=0", &(struct error){0}), 0);
	press(&show, "G");
	pass(&show, 5);
	assert_shows(&show, "The next bin with a chunk is 18:");
	assert_shows(&show, "round up to a chunk of 0xd0."); /* A has room for all of its own */
	assert_int_equal(view_command(show.view, "compare glibc:2.31,glibc:mxfast=0",
				 &(struct error){0}),
		0);
	pass(&show, 5);
	assert_shows(&show, "A B: It was cut from the low end of");
	show_finish(&show);
}

/* Frees that are merged in one only: no block is elsewhere, and the free memory is not the same. */
static void holes_that_differ_are_said(void **state)
{
	static const char *const trace = "a 0 40\na 1 40\na 2 40\na 3 40\nf 0\nf 1\nf 2\na 4 200\n";
	struct view_config config = {0};
	struct show show;

	show_begin(&show, "--engine glibc --top-pad 0 --tcache-count 0", trace, &config);
	view_free(show.view);
	config.options = show.stage.options;
	show.view = view_new(show.stage.player, &config);
	assert_int_equal(view_command(show.view, "compare glibc:mxfast=0", &(struct error){0}), 0);
	press(&show, "g . . . .");
	pass(&show, 5);
	assert_shows(&show, "This event: no difference.");
	press(&show, ". . .");
	pass(&show, 5);
	assert_shows(&show, "This event: the same place. Holes: A 3, B 1.");
	show_finish(&show);
}

/* A block placed elsewhere is freed elsewhere; at a mark the panes show the request before it. */
static void what_is_freed_elsewhere_is_said_where(void **state)
{
	static const char *const trace =
		"a 0 40\na 1 16\na 2 20\na 3 16\nf 0\nf 2\na 4 20\nmark here\nf 4\n";
	struct view_config config = {0};
	struct show show;

	show_begin(&show, "--engine heap", trace, &config);
	view_free(show.view);
	config.options = show.stage.options;
	show.view = view_new(show.stage.player, &config);
	assert_int_equal(view_command(show.view, "compare heap:best", &(struct error){0}), 0);
	press(&show, "g . . . . . . . .");
	pass(&show, 5);
	assert_shows(&show, "A mark: nothing is placed or freed. Above is the request before it.");
	press(&show, ".");
	pass(&show, 5);
	assert_shows(&show, "This event: frees A: heap +16, B: heap +96.");
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
	assert_shows(&show, "First difference at event 1 (d), malloc(25): A: A00.p01 block 0, B: ");
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
	assert_shows(&show, "They never differ: the same requests are served, each where the same");
	assert_shows(&show, "Their addresses cannot be compared.");
	assert_int_equal(view_command(show.view, "compare 3.6", &(struct error){0}), 0);
	pass(&show, 5);
	assert_shows(&show,
		"They never differ: the same requests are served, each in the same place.");
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
		cmocka_unit_test(answers_are_found_behind_other_differences),
		cmocka_unit_test(a_place_has_one_name_in_every_pane_and_for_the_whole_trace),
		cmocka_unit_test(what_rounding_and_headers_cost_is_below_each_map),
		cmocka_unit_test(a_title_that_is_cut_begins_with_what_differs),
		cmocka_unit_test(halves_beside_a_heap_keep_their_numbers_padding_and_scale),
		cmocka_unit_test(slabs_say_in_a_row_how_full_they_are),
		cmocka_unit_test(reasons_that_all_share_make_room_for_the_others),
		cmocka_unit_test(a_narrow_gauge_says_what_is_wanted_and_what_is_left),
		cmocka_unit_test(holes_that_differ_are_said),
		cmocka_unit_test(what_is_freed_elsewhere_is_said_where),
		cmocka_unit_test(objects_that_the_first_lacks_are_counted),
		cmocka_unit_test(below_a_caption_the_first_difference_is_as_long_as_fits),
		cmocka_unit_test(engines_that_never_part_are_told_apart_by_kind),
		cmocka_unit_test(every_engine_stands_beside_every_other),
		cmocka_unit_test(an_engine_without_a_map_says_so),
		cmocka_unit_test(keys_to_faults_look_at_every_engine),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
