/* Captions, and questions before their answers. */
#include "show.h"

#include "canvas/theme.h"

#include <stdio.h>
#include <string.h>

static const char quiz[] =
	"note Two of them.\na 0 96\na 1 96\nnote Which block is next?\nmark here\na 2 500\n"
	"note A block of 512.\nnote Is that all?\nnote It is.\n";

static void a_question_of_a_lecture_is_answered_decision_by_decision(void **state)
{
	struct show show;

	show_begin(&show, CLASSIC, quiz, &(struct view_config){.lecture = true});
	press(&show, "PgDn PgDn");
	assert_shows(&show, "NEXT   malloc(500)");
	press(&show, "s"); /* a mark comes first */
	press(&show, "s");
	assert_shows(&show, "decision 1 of");
	assert_shows(&show, "Which block is next?");
	assert_shows_not(&show, "block 0");
	show_finish(&show);
}

static void a_caption_with_a_question_mark_hides_its_answer(void **state)
{
	struct show show;

	show_begin(&show, CLASSIC, quiz, &(struct view_config){.lecture = true});
	look_ahead(&show);
	press(&show, "PgDn");
	assert_shows(&show, "Two of them.");
	assert_shows_not(&show, "NEXT");
	press(&show, "PgDn");
	assert_int_equal(position_of(&show), 4);
	assert_shows(&show, "Which block is next?");
	assert_shows(&show, "NEXT   malloc(500)");
	assert_shows(&show, "Space shows the answer");
	press(&show, "C");
	assert_shows(&show, "(the answer)");
	assert_shows_not(&show, "A block of 512.");
	press(&show, "Esc PgUp PgDn PgDn");
	assert_int_equal(position_of(&show), 6);
	assert_shows(&show, "Which block is next?");
	assert_shows(&show, "malloc(500) → A00.p01 block 0");
	press(&show, "PgDn");
	assert_shows(&show, "A block of 512.");
	press(&show, "PgDn"); /* there is nothing more to ask about */
	assert_shows(&show, "Is that all?");
	assert_shows_not(&show, "NEXT");
	press(&show, "w PgUp PgUp");
	assert_shows(&show, "Which block is next?");
	assert_shows_not(&show, "NEXT");
	press(&show, "PgDn");
	assert_shows(&show, "A block of 512.");
	show_finish(&show);
}

/* The request that is named would say it. */
static void a_question_for_what_the_next_request_says_hides_it(void **state)
{
	static const struct {
		const char *request, *answer, *named;
	} cases[] = {
		{"a 0 24", "24: two links and an int.", "NEXT   malloc(?)"},
		{"a 0 2048", "2,048, the size of a page.", "NEXT   malloc(?)"},
		{"a 0 16416", "16 KiB, for a table.", "NEXT   malloc(?)"},
		{"a 0 24 call=calloc", "24.", "NEXT   calloc(?)"},
		{"a 0 24\nr 0 240\nnote Now?\nr 0 24", "24.", "NEXT   realloc(object 0, ?)"},
		{"a 0 24", "240 are left.", "NEXT   malloc(24)"},
		{"a 0 24", "NO: 24 are too many.", "NEXT   malloc(24)"},
		{"a 24 9\nnote Now?\nf 24", "24.", "NEXT   free(object 24)"},
		{"a 0 9\nuse keep 0 key=7\nnote Now?\nuse evict 0 key=7", "KEY 7.",
			"NEXT   the cache evicts key ?"},
		{"a 0 9\nuse keep 0 key=7\nnote Now?\nuse spare 0 key=7", "KEY 7.",
			"NEXT   the cache ?"},
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		char trace[200];
		struct show show;
		bool is_second = strstr(cases[i].request, "note");
		snprintf(trace, sizeof(trace), "note How many?\n%s\nnote %s\n", cases[i].request,
			cases[i].answer);
		show_begin(&show, CLASSIC, trace, &(struct view_config){.lecture = true});
		press(&show, is_second ? "PgDn PgDn PgDn" : "PgDn");
		assert_shows(&show, cases[i].named);
		show_finish(&show);
	}
}

/* A picture of a mark that stands after an answer has the answer. */
static void a_mark_after_an_answer_keeps_it_on_the_screen(void **state)
{
	struct show show;

	show_begin(&show, "--engine heap --heap-size 40 --heap-header 0 --heap-align 1",
		"a 0 30\nnote Does it get 20 bytes?\na 1 20\nmark refused\nnote NO.\nmark later\n",
		&(struct view_config){.lecture = true});
	press(&show, "PgDn PgDn");
	assert_shows(&show, "OUT OF MEMORY");
	press(&show, ".");
	assert_int_equal(position_of(&show), 4);
	assert_shows(&show, "Does it get 20 bytes?");
	assert_shows(&show, "OUT OF MEMORY");
	press(&show, ". .");
	assert_int_equal(position_of(&show), 6);
	assert_shows_not(&show, "OUT OF MEMORY");
	show_finish(&show);
}

static void only_captions_ask(void **state)
{
	struct show show;

	show_init(&show, CLASSIC, &(struct view_config){.lecture = true});
	press(&show, "PgDn");
	assert_shows(&show, "Watch where the first one goes.");
	press(&show, ".");
	assert_int_equal(position_of(&show), 2);
	assert_shows(&show, "malloc(96) → A00.p00 block 0");
	assert_shows_not(&show, "NEXT");
	press(&show, "L");
	assert_shows(&show, "usedpools");
	show_finish(&show);
}

static void the_keys_that_people_try_turn_its_pages(void **state)
{
	static const char *const keys[] = {"Space", "Enter", "Right", "PgDn"};

	for (size_t i = 0; i < sizeof(keys) / sizeof(*keys); i++) {
		struct show show;
		show_begin(&show, CLASSIC, quiz, &(struct view_config){.lecture = true});
		look_ahead(&show);
		press(&show, keys[i]);
		assert_shows(&show, "Two of them.");
		press(&show, keys[i]);
		assert_shows(&show, "Which block is next?");
		press(&show, keys[i]);
		assert_shows(&show, "malloc(500) → A00.p01 block 0");
		press(&show, keys[i]);
		assert_shows(&show, "A block of 512.");
		press(&show, "Left");
		assert_shows(&show, "Which block is next?");
		press(&show, "Backspace");
		assert_shows(&show, "Two of them.");
		show_finish(&show);
	}
}

static void assert_theme(const struct show *show, const char *name)
{
	assert_string_equal(theme_name(view_theme(show->view)), name);
}

static void on_a_light_terminal_it_is_light_and_so_is_what_is_around_it(void **state)
{
	struct show show;

	show_begin(&show, CLASSIC, quiz, &(struct view_config){.lecture = true});
	view_suit_theme(show.view, theme_find("light"));
	assert_theme(&show, "projector-light");
	press(&show, "L");
	assert_theme(&show, "light");
	press(&show, "L");
	assert_theme(&show, "projector-light");
	show_finish(&show);
}

static void a_theme_that_the_person_has_chosen_in_it_stays(void **state)
{
	struct show show;
	struct error err;

	show_begin(&show, CLASSIC, quiz, &(struct view_config){.lecture = true});
	view_suit_theme(show.view, theme_find("dark"));
	assert_int_equal(view_command(show.view, "theme high-contrast", &err), 0);
	press(&show, "L");
	assert_theme(&show, "high-contrast");
	show_finish(&show);
}

static void a_key_that_the_person_has_bound_keeps_its_action(void **state)
{
	struct show show;
	struct error err;

	show_begin(&show, CLASSIC, quiz, &(struct view_config){.lecture = true});
	assert_int_equal(view_command(show.view, "bind Right step", &err), 0);
	press(&show, "PgDn Right");
	assert_int_equal(position_of(&show), 2);
	show_finish(&show);
}

static void a_lecture_stops_at_a_caption(void **state)
{
	struct show show;

	show_init(&show, CLASSIC, &(struct view_config){.speed.events = 100, .lecture = true});
	press(&show, "F5");
	pass(&show, 9000);
	assert_int_equal(position_of(&show), 1);
	assert_shows(&show, "Space next");
	show_finish(&show);
}

/* The row of the screen that begins with the words; -1: there is none. */
static int row_of(struct show *show, const char *words)
{
	const char *line = screen_of(show);

	for (int row = 0; *line; row++) {
		if (strncmp(line, words, strlen(words)) == 0)
			return row;
		line += strcspn(line, "\n");
		line += *line == '\n';
	}
	return -1;
}

static void an_answer_that_does_not_fit_has_pages(void **state)
{
	struct show show;

	show_begin(&show, CLASSIC, quiz, &(struct view_config){.lecture = true});
	canvas_resize(&show.canvas, 40, 12);
	press(&show, "PgDn PgDn PgDn");
	assert_shows(&show, "page 1 of 3");
	assert_shows(&show, "malloc(500) → A00.p01 block 0");
	assert_shows_not(&show, "4 of 504 B are padding.");
	press(&show, "Space");
	assert_shows(&show, "page 2 of 3");
	assert_shows_not(&show, "malloc(500) →");
	press(&show, "Space");
	assert_shows(&show, "page 3 of 3");
	assert_shows(&show, "4 of 504 B are padding.");
	press(&show, "PgUp");
	assert_shows(&show, "page 2 of 3");
	assert_int_equal(position_of(&show), 6);
	press(&show, "Space Space");
	assert_shows(&show, "A block of 512.");
	assert_shows_not(&show, "page ");
	press(&show, "PgUp"); /* to the question */
	assert_int_equal(position_of(&show), 4);
	show_finish(&show);
}

static void the_text_keeps_its_place_when_the_answer_comes(void **state)
{
	struct show show;

	show_begin(&show, CLASSIC, quiz, &(struct view_config){.lecture = true});
	canvas_resize(&show.canvas, 80, 24);
	press(&show, "PgDn PgDn");
	int row = row_of(&show, " │ Which block is next?");
	assert_true(row > 0);
	press(&show, "PgDn");
	assert_shows(&show, "malloc(500) → A00.p01 block 0");
	assert_int_equal(row_of(&show, " │ Which block is next?"), row);
	show_finish(&show);
}

/* A caption stays above later events, but not as if it were about them; a question is. */
static void a_caption_above_later_events_is_called_an_earlier_one(void **state)
{
	struct show show;

	show_begin(&show, CLASSIC, quiz, &(struct view_config){.lecture = true});
	canvas_resize(&show.canvas, 80, 40);
	press(&show, "PgDn");
	assert_shows(&show, " │ Two of them.");
	press(&show, ".");
	assert_shows(&show, " │ Earlier (event 0): Two of them.");
	press(&show, ".");
	assert_shows(&show, " │ Earlier (event 0): Two of them.");
	press(&show, ".");
	assert_shows(&show, " │ Which block is next?");
	press(&show, ". .");
	assert_shows(&show, "malloc(500) → A00.p01 block 0");
	assert_shows(&show, " │ Which block is next?");
	show_finish(&show);
}

/* Where the story needs its rows, nothing is left of it; of a question its end, marked as one. */
static void a_caption_is_not_cut_without_a_sign(void **state)
{
	static const char trace[] =
		"note This is the first sentence, and a long one that takes the rows of the small "
		"screen of a lecture. This is its last one.\na 0 96\nnote This one comes before a "
		"question, and it is so long, on a screen as small as this one, that it takes all "
		"rows of it and does not stay above the answer. Is it asked?\na 1 500\n";
	struct show show;

	show_begin(&show, CLASSIC, trace, &(struct view_config){.lecture = true});
	canvas_resize(&show.canvas, 40, 12);
	press(&show, "PgDn .");
	assert_shows(&show, "malloc(96)");
	assert_shows_not(&show, "last one.");
	press(&show, ". .");
	assert_shows(&show, "malloc(500)");
	assert_shows(&show, " │ … Is it asked?");
	show_finish(&show);
}

/* The room for arenas that come later is kept only where each pool has a cell of its own. */
static void a_lecture_has_a_map_of_pools_before_there_are_many_arenas(void **state)
{
	struct text trace = {0};
	struct show show;

	text_add(&trace, "note One of them.\na 0 512\nnote Many.\n");
	for (unsigned i = 1; i < 1700; i++) /* four arenas */
		text_add(&trace, "a %u 512\n", i);
	show_begin(&show, CLASSIC, text_of(&trace), &(struct view_config){.lecture = true});
	canvas_resize(&show.canvas, 80, 24);
	look_ahead(&show);
	press(&show, "PgDn PgDn");
	assert_shows(&show, " 0.2%");
	assert_shows_not(&show, "1 cell = ");
	press(&show, "G");
	assert_shows(&show, "4 mapped");
	show_finish(&show);
	text_finish(&trace);
}

static void a_small_lecture_has_its_place_in_the_last_line(void **state)
{
	struct show show;

	show_begin(&show, CLASSIC, quiz, &(struct view_config){.lecture = true});
	canvas_resize(&show.canvas, 40, 12);
	press(&show, "PgDn");
	assert_shows_not(&show, "LECTURE");
	assert_shows(&show, "Space next  PgUp back   0 of 9  ? help");
	press(&show, "G");
	assert_shows(&show, "last of 9");
	show_finish(&show);
}

/* Where there is room for one panel only, it is the one that the caption speaks of. */
static void a_panel_that_a_caption_names_is_on_the_screen(void **state)
{
	static const char *const
		pools = "note Look at the panel Arenas.\na 0 96\nnote And now?\na 1 96\n",
		*const cache =
			"note Keys come.\na 0 9\nuse keep 0 key=7\nnote The panel Cache has it.\nf 0\n"
			"note The panel Caches is none.\n";
	struct show show;

	for (int height = 12; height < 30; height++) {
		show_begin(&show, CLASSIC, pools, &(struct view_config){.lecture = true});
		canvas_resize(&show.canvas, 40, height);
		assert_shows(&show, "─ Arenas");
		press(&show, "PgDn PgDn"); /* its first caption is the lecture's subject */
		assert_shows(&show, "─ Arenas");
		assert_shows(&show, "A00");
		show_finish(&show);
	}
	show_begin(&show, HEAP, cache, &(struct view_config){.lecture = true});
	canvas_resize(&show.canvas, 40, 12);
	press(&show, "PgDn");
	assert_shows(&show, "free list");
	press(&show, "PgDn");
	assert_shows(&show, "─ Cache");
	assert_shows(&show, "key 7");
	press(&show, "PgDn");
	assert_shows(&show, "free list");
	show_finish(&show);
}

static void captions_do_not_pass_behind_a_panel(void **state)
{
	struct show show;

	show_begin(&show, CLASSIC, quiz, &(struct view_config){.lecture = true});
	canvas_resize(&show.canvas, 40, 12);
	press(&show, "PgDn PgDn");
	assert_shows(&show, "Which block is next?");
	uint64_t position = position_of(&show);
	press(&show, "z");
	assert_shows_not(&show, "Which block is next?");
	press(&show, "PgDn");
	assert_shows(&show, "captions are hidden; Esc shows them");
	assert_int_equal(position_of(&show), position);
	press(&show, "Esc PgDn");
	assert_shows(&show, "malloc(500) →");
	show_finish(&show);
}

static unsigned count_dots(const char *from, const char *to)
{
	unsigned dots = 0;

	for (const char *at = from; (at = strstr(at, "·")) && at < to; at++)
		dots++;
	return dots;
}

/* In a lecture a byte may have several columns: then the scale is in columns. */
static void the_scale_is_that_of_the_map_at_any_size(void **state)
{
	static const struct {
		int width, height;
	} sizes[] = {{40, 12}, {60, 16}, {80, 24}, {120, 40}, {200, 60}};

	for (size_t i = 0; i < sizeof(sizes) / sizeof(*sizes); i++) {
		struct show show;
		unsigned columns = 1, bytes = 0, row = 0;
		show_begin(&show, "--engine heap --heap-header 0 --heap-align 1 --heap-size 100",
			"note All is free.\na 0 20\n", &(struct view_config){.lecture = true});
		press(&show, "PgDn");
		canvas_resize(&show.canvas, sizes[i].width, sizes[i].height);
		const char *screen = screen_of(&show), *first = strstr(screen, "    0 ");
		const char *second = strstr(first, "\n   ");
		while (second && (sscanf(second, "\n%u ", &row) != 1 || row == 0))
			second = strstr(second + 1, "\n   ");
		const char *scale = strstr(screen, " columns = ");
		if (scale)
			assert_int_equal(sscanf(scale - 1, "%u columns = %u B", &columns, &bytes),
				2);
		else
			assert_int_equal(sscanf(strstr(screen, "1 cell ="), "1 cell = %u B",
						 &bytes),
				1);
		assert_int_equal(count_dots(first, strchr(first, '\n')) * bytes / columns,
			row > 0 ? row : 100);
		show_finish(&show);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_question_of_a_lecture_is_answered_decision_by_decision),
		cmocka_unit_test(a_caption_with_a_question_mark_hides_its_answer),
		cmocka_unit_test(a_question_for_what_the_next_request_says_hides_it),
		cmocka_unit_test(a_mark_after_an_answer_keeps_it_on_the_screen),
		cmocka_unit_test(only_captions_ask),
		cmocka_unit_test(the_keys_that_people_try_turn_its_pages),
		cmocka_unit_test(on_a_light_terminal_it_is_light_and_so_is_what_is_around_it),
		cmocka_unit_test(a_theme_that_the_person_has_chosen_in_it_stays),
		cmocka_unit_test(a_key_that_the_person_has_bound_keeps_its_action),
		cmocka_unit_test(a_lecture_stops_at_a_caption),
		cmocka_unit_test(an_answer_that_does_not_fit_has_pages),
		cmocka_unit_test(the_text_keeps_its_place_when_the_answer_comes),
		cmocka_unit_test(a_caption_above_later_events_is_called_an_earlier_one),
		cmocka_unit_test(a_caption_is_not_cut_without_a_sign),
		cmocka_unit_test(a_lecture_has_a_map_of_pools_before_there_are_many_arenas),
		cmocka_unit_test(a_small_lecture_has_its_place_in_the_last_line),
		cmocka_unit_test(a_panel_that_a_caption_names_is_on_the_screen),
		cmocka_unit_test(captions_do_not_pass_behind_a_panel),
		cmocka_unit_test(the_scale_is_that_of_the_map_at_any_size),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
