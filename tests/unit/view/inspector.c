/* From a map down to a block, and its page in the inspector. */
#include "show.h"

#include "base/text.h"

#include <stdlib.h>
#include <string.h>

static void enter_goes_down_to_a_block_and_escape_back(void **state)
{
	struct show show;

	show_init(&show, CLASSIC, &(struct view_config){0});
	press(&show, ". .");
	screen_of(&show);
	press(&show, "Enter Enter");
	assert_shows(&show, "─ Pool A00.p00");
	press(&show, "Enter");
	screen_of(&show);
	pass(&show, 3);
	assert_shows(&show, "allocated  event 1, just now: malloc(96), thread 0");
	assert_shows(&show, "freed      event 9, in 8 events: free(object 0)");
	press(&show, "j Enter");
	screen_of(&show);
	pass(&show, 3);
	assert_int_equal(position_of(&show), 10);
	assert_shows(&show, "freed      event 9, just now: free(object 0)");
	press(&show, "'");
	assert_int_equal(position_of(&show), 2);
	press(&show, "h");
	assert_shows(&show, "pinned by  1 block of 96 B in all");
	press(&show, "h");
	assert_shows(&show, "in 1 of its 64 pools");
	press(&show, "Esc");
	assert_shows(&show, "─ Pool A00.p00");
	press(&show, "Esc Esc");
	assert_shows(&show, "What happened");
	show_finish(&show);
}

static void q_closes_the_inspector_and_quits_after_it(void **state)
{
	static const char lines[] = "a 1 32\na 2 48\nnote Press I to see it.\nf 1\n";
	struct show show;

	show_begin(&show, "--engine heap", lines, &(struct view_config){.lecture = true});
	press(&show, ". I");
	assert_shows(&show, "q close");
	assert_true(view_key(show.view, "q"));
	assert_shows_not(&show, "q close");
	assert_false(view_key(show.view, "q"));
	show_finish(&show);

	show_begin(&show, "--engine heap", lines, &(struct view_config){0});
	press(&show, ". I Space");
	assert_true(view_is_playing(show.view));
	assert_shows(&show, "q close");
	assert_true(view_key(show.view, "q"));
	assert_shows(&show, "q quit");
	assert_true(view_is_playing(show.view));
	assert_false(view_key(show.view, "q"));
	show_finish(&show);
}

static void the_inspector_rests_when_there_is_nothing_to_look_up(void **state)
{
	struct show show;

	show_init(&show, CLASSIC, &(struct view_config){0});
	press(&show, "2 I l l"); /* a block is looked up, but at the start there is none */
	screen_of(&show);
	press(&show, "f g");
	screen_of(&show);
	pass(&show, 10);
	assert_true(view_next_tick(show.view, show.now) > 0);
	show_finish(&show);
}

/* As after a release of no pointer, which has no place. */
static void without_a_selection_it_opens_at_the_block_that_keeps_the_heap(void **state)
{
	static const char lines[] = "a 1 32\na 2 48\nf 1\nf -1\n";
	struct show show;

	show_begin(&show, HEAP, lines, &(struct view_config){0});
	press(&show, "G I");
	screen_of(&show);
	pass(&show, 3);
	assert_shows(&show, "─ Inspector");
	assert_shows(&show, "malloc(48)");
	show_finish(&show);
}

static void the_key_that_opens_it_goes_back(void **state)
{
	static const struct {
		const char *keys, *title, *other; /* other: a title that is not there */
	} cases[] = {
		{"m", "─ Heap", "─ Figures"},
		{"i", "─ Figures", "─ Heap"},
		{"m z", "─ Heap", "─ Events"},
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct show show;
		show_init(&show, HEAP, &(struct view_config){0});
		press(&show, "G ,");
		press(&show, cases[i].keys);
		screen_of(&show);
		press(&show, "I");
		assert_shows(&show, "─ Inspector");
		press(&show, "I");
		assert_shows_not(&show, "─ Inspector");
		assert_shows(&show, cases[i].title);
		assert_shows_not(&show, cases[i].other);
		show_finish(&show);
	}
}

static void a_hole_tells_who_made_it(void **state)
{
	struct show show;

	show_init(&show, HEAP, &(struct view_config){0});
	press(&show, "G ,");
	screen_of(&show);
	press(&show, "I");
	screen_of(&show);
	pass(&show, 3);
	assert_shows(&show, "made by    event 9, just now: free(object 0), thread 0");
	assert_shows(&show, "object 0            96 B  events 1 to 9");
	show_finish(&show);
}

static void a_block_that_a_collection_copied_says_so(void **state)
{
	static const char lines[] =
		"new 1 32\nnew 2 32\ncollect 0\nnew 3 32\ncollect 0\nunref - 1\ncollect 0\n";
	struct show show;

	show_begin(&show, "--engine generational --eden 128 --survivor 64 --old 128", lines,
		&(struct view_config){0});
	look_ahead(&show);
	press(&show, ". I l z"); /* object 1, in Eden */
	screen_of(&show);
	pass(&show, 3);
	assert_shows(&show, "moves on   event 2, in 2 events: gc.collect(0), thread 0");
	assert_shows(&show, "age        0 events of 2 in this place");
	press(&show, ". . .");
	screen_of(&show);
	pass(&show, 3);
	assert_shows(&show, "object 1            32 B  events 0 to 2, moved");
	show_finish(&show);
}

/* Before the past has been looked through, only the event just played is known to be the last. */
static void a_caller_that_may_not_be_the_last_says_so(void **state)
{
	static const char lines[] =
		"name 0x20 put (buf.c:22)\nname 0x40 work (buf.c:52)\nsite 1 0x20\nsite 2 0x40\n"
		"a 1 60 site=1\nr 1 59 site=2\n# a caption\na 3 500 site=1\n";
	struct show show;

	show_begin(&show, CLASSIC, lines, &(struct view_config){0});
	press(&show, ". . I l z");
	assert_shows(&show, "resized    event 1, just now: realloc(object 1, 59)");
	assert_shows(&show, "from       work (buf.c:52)");
	assert_shows(&show, "freed      looking through the trace: 0%");
	press(&show, "f .");
	assert_shows(&show, "resized    looking through the trace: 0%");
	assert_shows(&show, "from       put (buf.c:22), if it was not resized since");
	pass(&show, 3);
	assert_shows(&show, "resized    event 1, 1 event ago: realloc(object 1, 59)");
	assert_shows(&show, "from       work (buf.c:52)");
	show_finish(&show);
}

/*
 * A block that moved at event 2 and stays where it is at events 3 and 4, each at a line of its own;
 * `at`: where it is recorded, or "".
 */
static void assert_resized_at_the_last_caller(const char *engine, const char *at)
{
	struct text lines = {0};
	struct show show;

	text_add(&lines,
		"name 0x10 make (buf.c:5)\nname 0x20 put (buf.c:22)\nname 0x30 trim (buf.c:40)\n"
		"name 0x40 work (buf.c:52)\nsite 1 0x10\nsite 2 0x20\nsite 3 0x30\nsite 4 0x40\n"
		"a 1 16 site=1%s\na 2 16 site=1%s\nr 1 60 site=2%s\nr 1 58 site=3%s\n"
		"r 1 59 site=4%s\na 3 500 site=1%s\n",
		at[0] ? " at=0x10000010" : "", at[0] ? " at=0x10000030" : "", at, at, at,
		at[0] ? " at=0x10002000" : "");
	show_begin(&show, engine, text_of(&lines), &(struct view_config){0});
	look_ahead(&show);
	canvas_resize(&show.canvas, 100, 40);
	press(&show, ". . . I l z");
	screen_of(&show);
	pass(&show, 3);
	assert_shows(&show, "moved here event 2, just now: realloc(object 1, 60)");
	assert_shows(&show, "from       put (buf.c:22)");
	assert_shows_not(&show, "resized");
	press(&show, ".");
	screen_of(&show);
	pass(&show, 3);
	assert_shows(&show, "resized    event 3, just now: realloc(object 1, 58)");
	assert_shows(&show, "from       trim (buf.c:40)");
	assert_shows_not(&show, "realloc in this place");
	press(&show, ".");
	screen_of(&show);
	press(&show, "f .");
	screen_of(&show);
	pass(&show, 3);
	assert_shows(&show, "moved here event 2, 3 events ago: realloc(object 1, 60)");
	assert_shows(&show, "resized    event 4, 1 event ago: realloc(object 1, 59)");
	assert_shows(&show, "           its 2nd realloc in this place");
	assert_shows(&show, "from       work (buf.c:52)");
	assert_shows_not(&show, "put (buf.c:22)");
	show_finish(&show);
	text_finish(&lines);
}

static void a_block_resized_in_place_is_of_its_last_realloc(void **state)
{
	assert_resized_at_the_last_caller(CLASSIC, "");
	assert_resized_at_the_last_caller("--engine heap", "");
	assert_resized_at_the_last_caller("--engine glibc", "");
	assert_resized_at_the_last_caller("--engine recorded", " at=0x10001000");
}

/* Unaligned arenas begin with a piece that no pool can have. */
static void from_the_map_it_opens_at_the_arena_that_the_fewest_blocks_pin(void **state)
{
	struct text lines = {0};
	struct show show;

	for (unsigned i = 0; i < 63 * 7 * 2; i++)
		text_add(&lines, "a %u 512\n", i);
	for (unsigned i = 63 * 7 * 2; i-- > 0;)
		if (i % 300 != 0)
			text_add(&lines, "f %u\n", i);
	show_begin(&show, CLASSIC " --arena-bases unaligned", text_of(&lines),
		&(struct view_config){0});
	look_ahead(&show);
	press(&show, "G I");
	assert_shows(&show, "arena A01 ► pool p21 ► block 0");
	assert_shows(&show, "pinned by  1 block of 512 B in all");
	assert_shows_not(&show, "shrink");
	show_finish(&show);
	text_finish(&lines);
}

/* Of the chunk of 20,016 bytes at 0x290 of the heap four pages are whole, and of top 27. */
static void a_heap_of_the_c_library_says_what_trimming_would_return(void **state)
{
	static const char trace[] = "a 0 20000\na 1 2000\nf 0\n";
	struct show show;

	show_begin(&show, "--engine glibc", trace, &(struct view_config){0});
	press(&show, "G I h");
	assert_shows(&show, "malloc_trim(0) would return 124 KiB");
	show_finish(&show);
	show_begin(&show, "--engine heap", trace, &(struct view_config){0});
	press(&show, "G I h");
	assert_shows(&show, "its end");
	assert_shows_not(&show, "malloc_trim");
	show_finish(&show);
}

static void a_free_block_says_when_it_will_be_handed_out(void **state)
{
	struct show show;

	show_init(&show, CLASSIC, &(struct view_config){0});
	press(&show, "G , p z"); /* object 0 was freed, and 1 before it */
	assert_shows(&show, "block 0: free, this pool hands it out next");
	press(&show, "l");
	assert_shows(&show, "block 1: free, handed out after 1 other");
	press(&show, "l");
	assert_shows(&show, "block 2: object 3, asked 90 of 96 B, since event 5, ");
	press(&show, "l l l l l");
	assert_shows(&show, "block 7: never used");
	show_finish(&show);
}

static void figures_that_do_not_fit_are_scrolled_to(void **state)
{
	struct show show;

	show_init(&show, CLASSIC, &(struct view_config){0});
	canvas_resize(&show.canvas, 40, 12);
	press(&show, "G i z");
	assert_shows(&show, " live ");
	assert_shows(&show, "more lines: j k");
	press(&show, "j");
	assert_null(strstr(screen_of(&show), " live "));
	assert_shows(&show, " held ");
	for (unsigned i = 0; i < 60; i++)
		press(&show, "j");
	assert_shows(&show, "waste by class");
	for (unsigned i = 0; i < 60; i++)
		press(&show, "k");
	assert_shows(&show, " live ");
	show_finish(&show);
}

/* Two callers: of two names at three sites, in two pinned arenas. */
static void figures_say_who_pins_arenas(void **state)
{
	struct text lines = {0};
	struct show show;

	text_add(&lines, "name 0x10 keep (svc.c:8)\nname 0x20 load (svc.c:9)\n"
			 "name 0x30 keep (svc.c:8)\nsite 1 0x10\nsite 2 0x20\nsite 3 0x30\n");
	for (unsigned i = 0; i < 64 * 7 * 2; i++)
		text_add(&lines, "a %u 500 site=%u\n", i,
			i == 600       ? 2
			: i % 100 == 0 ? 1 + i / 100 % 2 * 2
				       : 2);
	for (unsigned i = 64 * 7 * 2; i-- > 0;)
		if (i % 100 != 0)
			text_add(&lines, "f %u\n", i);
	show_begin(&show, CLASSIC, text_of(&lines), &(struct view_config){0});
	look_ahead(&show);
	canvas_resize(&show.canvas, 80, 40);
	press(&show, "G i z");
	screen_of(&show);
	pass(&show, 3);
	assert_shows(&show, "who pins them");
	assert_shows(&show, "  keep (svc.c:8)");
	assert_shows(&show, "    8 x 500 B     in 2 arenas");
	assert_shows(&show, "    the oldest    1,782 ago");
	assert_shows(&show, "  load (svc.c:9)");
	assert_shows(&show, "    1 x 500 B     in 1 arena");
	press(&show, ",");
	screen_of(&show);
	pass(&show, 3);
	assert_shows(&show, "    the oldest    1,781 ago");
	show_finish(&show);
	text_finish(&lines);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(enter_goes_down_to_a_block_and_escape_back),
		cmocka_unit_test(q_closes_the_inspector_and_quits_after_it),
		cmocka_unit_test(the_inspector_rests_when_there_is_nothing_to_look_up),
		cmocka_unit_test(without_a_selection_it_opens_at_the_block_that_keeps_the_heap),
		cmocka_unit_test(the_key_that_opens_it_goes_back),
		cmocka_unit_test(a_hole_tells_who_made_it),
		cmocka_unit_test(a_block_that_a_collection_copied_says_so),
		cmocka_unit_test(a_caller_that_may_not_be_the_last_says_so),
		cmocka_unit_test(a_block_resized_in_place_is_of_its_last_realloc),
		cmocka_unit_test(from_the_map_it_opens_at_the_arena_that_the_fewest_blocks_pin),
		cmocka_unit_test(a_heap_of_the_c_library_says_what_trimming_would_return),
		cmocka_unit_test(a_free_block_says_when_it_will_be_handed_out),
		cmocka_unit_test(figures_that_do_not_fit_are_scrolled_to),
		cmocka_unit_test(figures_say_who_pins_arenas),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
