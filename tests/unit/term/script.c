/*
 * Scripts with times, by a clock that the test moves: when lines run, and the effect of a person's
 * keys meanwhile.
 */
#include "../view/stage.h"
#include "base/error.h"
#include "term/script.h"
#include "view/view.h"
#include "support.h"

#include <stdio.h>
#include <string.h>

#define MILLISECOND UINT64_C(1000000)

static const char trace[] = "a 0 16\na 1 16\na 2 16\nnote A caption.\nf 0\nf 1\nf 2\nf 2\n";

struct film {
	struct stage stage;
	struct view *view;
	struct canvas canvas;
	struct script *script;
	FILE *file;
	struct text screen;
	uint64_t now;
	struct error err;
	int result; /* of the last run of the script */
};

static void show(void *user)
{
	struct film *film = user;

	view_draw(film->view, &film->canvas);
}

/* A screen that a person watches, and its loop. */
static void play(struct film *film)
{
	static const struct script_stage stage = {.show = show};

	if (film->result > 0)
		film->result = script_run(film->script, &stage, film, film->now, &film->err);
	view_tick(film->view, film->now);
}

static void pass(struct film *film, unsigned milliseconds)
{
	for (unsigned i = 0; i < milliseconds; i += 10) {
		film->now += 10 * MILLISECOND;
		play(film);
	}
}

static void film_init(struct film *film, char *lines)
{
	*film = (struct film){.now = MILLISECOND, .result = 1};
	stage_init(&film->stage, "--engine heap --heap-size 200", trace);
	player_seek(film->stage.player, 0);
	film->view = view_new(film->stage.player, &(struct view_config){0});
	canvas_init(&film->canvas, 80, 24, CHARSET_UTF8);
	film->file = fmemopen(lines, strlen(lines), "r");
	film->script = script_new(film->view, film->file, "film");
	play(film);
}

static void film_finish(struct film *film)
{
	script_free(film->script);
	fclose(film->file);
	view_free(film->view);
	canvas_finish(&film->canvas);
	text_finish(&film->screen);
	stage_finish(&film->stage);
}

static void assert_shows(struct film *film, const char *words)
{
	text_clear(&film->screen);
	view_draw(film->view, &film->canvas);
	canvas_dump(&film->canvas, false, &film->screen);
	if (!strstr(text_of(&film->screen), words))
		fail_msg("'%s' is not in\n%s", words, text_of(&film->screen));
}

static uint64_t position_of(const struct film *film)
{
	return player_position(film->stage.player);
}

static void what_follows_a_wait_is_done_when_it_is_over(void **state)
{
	char lines[] = "say one\nstep\nwait 2s\nsay two\nstep\nwait 500ms\nstep\n";
	struct film film;

	film_init(&film, lines);
	assert_int_equal(position_of(&film), 1);
	assert_shows(&film, "│ one");
	pass(&film, 1980);
	assert_int_equal(position_of(&film), 1);
	pass(&film, 20);
	assert_int_equal(position_of(&film), 2);
	assert_shows(&film, "│ two");
	assert_int_equal(film.result, 1);
	pass(&film, 500);
	assert_int_equal(position_of(&film), 3);
	assert_int_equal(film.result, 0); /* it has ended, and the view stays */
	assert_false(view_has_quit(film.view));
	film_finish(&film);
}

static void at_counts_from_the_beginning(void **state)
{
	char lines[] = "at 1s step\nat 0:03 step\nat 2s step\n";
	struct film film;

	film_init(&film, lines);
	assert_int_equal(position_of(&film), 0);
	pass(&film, 1000);
	assert_int_equal(position_of(&film), 1);
	pass(&film, 1980);
	assert_int_equal(position_of(&film), 1);
	pass(&film, 20); /* the time of the third line was over by then */
	assert_int_equal(position_of(&film), 3);
	assert_int_equal(film.result, 0);
	film_finish(&film);
}

static void while_it_waits_playing_goes_on(void **state)
{
	char lines[] = "speed 10\nplay\nwait 250ms\npause\nwait 10s\nplay\nwait paused\nsay over\n";
	struct film film;

	film_init(&film, lines);
	pass(&film, 260);
	assert_int_equal(position_of(&film), 2);
	assert_false(view_is_playing(film.view));
	pass(&film, 9900);
	assert_int_equal(position_of(&film), 2);
	pass(&film, 200);
	assert_true(view_is_playing(film.view));
	pass(&film, 10000); /* a caption pauses it, then comes the end */
	assert_int_equal(position_of(&film), 8);
	assert_shows(&film, "│ over");
	film_finish(&film);
}

static void space_pauses_and_lets_go_on_from_where_it_was(void **state)
{
	char lines[] = "step\nsay here\nwait 1s\nstep\nwait 60min\n";
	struct film film;

	film_init(&film, lines);
	pass(&film, 500);
	assert_true(script_take_key(film.script, "Space", film.now));
	view_set_script(film.view, VIEW_SCRIPT_PAUSED);
	assert_shows(&film, "continue the script");
	pass(&film, 5000);
	assert_int_equal(position_of(&film), 1);
	assert_false(script_take_key(film.script, ".", film.now)); /* that key is for the view */
	assert_true(view_key(film.view, "."));
	assert_true(view_key(film.view, "."));
	assert_int_equal(position_of(&film), 3);
	assert_true(script_take_key(film.script, "Space", film.now));
	view_set_script(film.view, VIEW_SCRIPT_PLAYS);
	assert_int_equal(position_of(&film), 1);
	assert_shows(&film, "│ here");
	pass(&film, 480);
	assert_int_equal(position_of(&film), 1);
	pass(&film, 20);
	assert_int_equal(position_of(&film), 2);
	film_finish(&film);
}

static void any_other_key_pauses_it_and_does_what_it_does(void **state)
{
	char lines[] = "speed 10\nplay\nwait 10s\nend\n";
	struct film film;

	film_init(&film, lines);
	pass(&film, 100);
	assert_true(view_is_playing(film.view));
	assert_false(script_take_key(film.script, "?", film.now));
	assert_true(view_key(film.view, "?"));
	assert_false(view_is_playing(film.view));
	assert_shows(&film, "What the signs mean");
	assert_false(script_take_key(film.script, "Space", film.now)); /* it scrolls the help */
	assert_true(view_key(film.view, "Esc"));
	assert_true(script_take_key(film.script, "Space", film.now));
	assert_true(view_is_playing(film.view));
	film_finish(&film);
}

static void time_that_the_program_was_stopped_does_not_count(void **state)
{
	char lines[] = "wait 1s\nstep\n";
	struct film film;

	film_init(&film, lines);
	pass(&film, 500);
	film.now += 3600 * 1000 * MILLISECOND;
	script_skip_to(film.script, film.now);
	play(&film);
	assert_int_equal(position_of(&film), 0);
	pass(&film, 500);
	assert_int_equal(position_of(&film), 1);
	film_finish(&film);
}

static void quit_ends_it_there(void **state)
{
	char lines[] = "step\nquit\nstep\n";
	struct film film;

	film_init(&film, lines);
	assert_int_equal(film.result, 0);
	assert_int_equal(position_of(&film), 1);
	assert_true(view_has_quit(film.view));
	film_finish(&film);
}

static void a_wrong_line_is_told_by_its_number(void **state)
{
	static const struct {
		const char *line, *message;
	} wrong[] = {
		{"wait", "film:2: wait: '' is not a time (examples: 2s, 500ms, 1:30)"},
		{"wait 5", "film:2: wait: '5' is not a time (examples: 2s, 500ms, 1:30)"},
		{"wait 1:75", "film:2: wait: '1:75' is not a time (examples: 2s, 500ms, 1:30)"},
		{"wait -1s", "film:2: wait: '-1s' is not a time (examples: 2s, 500ms, 1:30)"},
		{"at 1s", "film:2: at: needs a command, for example  at 1:30 play"},
		{"at noon step", "film:2: at: 'noon' is not a time (examples: 2s, 500ms, 1:30)"},
		{"dump", "film:2: dump works only in scripts that are played without a screen"},
		{"click there", "film:2: click: needs a position, for example  click 10 4"},
		{"click 10 4 5", "film:2: click: needs a position, for example  click 10 4"},
		{"wheel up 10 4 5",
			"film:2: wheel: needs a direction and a position, for example  wheel up 10 4"},
		{"wheel left 10 4",
			"film:2: wheel: needs a direction and a position, for example  wheel up 10 4"},
		{"tick 5s", "film:2: tick: '5s' is not a number of milliseconds"},
		{"tick -5", "film:2: tick: '-5' is not a number of milliseconds"},
		{"settle now", "film:2: settle takes nothing after it, not 'now'"},
		{"nonsense", "film:2: unknown command 'nonsense' (? lists them)"},
	};

	for (size_t i = 0; i < sizeof(wrong) / sizeof(*wrong); i++) {
		struct film film;
		char lines[80];
		snprintf(lines, sizeof(lines), "step\n%s\nstep\n", wrong[i].line);
		film_init(&film, lines);
		assert_int_equal(film.result, -1);
		assert_string_equal(film.err.text, wrong[i].message);
		assert_int_equal(position_of(&film), 1);
		film_finish(&film);
	}
}

static void a_screen_has_a_size_of_two_numbers_within_limits(void **state)
{
	static const struct {
		const char *words;
		int width, height; /* 0: it is none */
	} cases[] = {{"80x24", 80, 24}, {"1x1", 1, 1}, {"1000x1000", 1000, 1000}, {"1001x24", 0, 0},
		{"80x1001", 0, 0}, {"0x24", 0, 0}, {"80x0", 0, 0}, {"80x24x7", 0, 0}, {"80", 0, 0},
		{"-80x24", 0, 0}, {"80x24 ", 80, 24}, {"80x24 rows", 0, 0}, {"", 0, 0}};

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		int width = 0, height = 0;
		struct error err;
		int result = script_take_size(cases[i].words, &width, &height, &err);
		if (width != cases[i].width || height != cases[i].height)
			fail_msg("'%s' is %dx%d", cases[i].words, width, height);
		assert_int_equal(result, cases[i].width ? 0 : -1);
		if (result < 0 && !strstr(err.text, "is not a size such as 80x24"))
			fail_msg("%s", err.text);
	}
}

static void a_script_with_times_is_a_film_unless_it_prints(void **state)
{
	static const struct {
		const char *lines;
		bool is_film;
	} scripts[] = {
		{"step\nwait 1s\nstep\n", true},
		{"at 1s step\n", true},
		{"step\nkey .\n", false},
		{"# wait 1s\n", false},
		{"wait 1s\ndump\n", false},
		{"waiting\n", false},
		{"\n", false},
	};

	for (size_t i = 0; i < sizeof(scripts) / sizeof(*scripts); i++) {
		char lines[80];
		snprintf(lines, sizeof(lines), "%s", scripts[i].lines);
		FILE *file = fmemopen(lines, strlen(lines), "r");
		assert_int_equal(script_is_timed(file), scripts[i].is_film);
		assert_int_equal(ftell(file), 0);
		fclose(file);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_follows_a_wait_is_done_when_it_is_over),
		cmocka_unit_test(at_counts_from_the_beginning),
		cmocka_unit_test(while_it_waits_playing_goes_on),
		cmocka_unit_test(space_pauses_and_lets_go_on_from_where_it_was),
		cmocka_unit_test(any_other_key_pauses_it_and_does_what_it_does),
		cmocka_unit_test(time_that_the_program_was_stopped_does_not_count),
		cmocka_unit_test(quit_ends_it_there),
		cmocka_unit_test(a_wrong_line_is_told_by_its_number),
		cmocka_unit_test(a_screen_has_a_size_of_two_numbers_within_limits),
		cmocka_unit_test(a_script_with_times_is_a_film_unless_it_prints),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
