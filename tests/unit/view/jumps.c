/* Steps, jumps, marks and runs to breakpoints. */
#include "show.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static void keys_step_and_say_where_it_ends(void **state)
{
	struct show show;

	show_init(&show, CLASSIC, &(struct view_config){0});
	press(&show, ",");
	assert_shows(&show, "already at the start");
	press(&show, ". . .");
	assert_int_equal(position_of(&show), 3);
	press(&show, ", Left");
	assert_int_equal(position_of(&show), 1);
	press(&show, "G .");
	assert_shows(&show, "already at the end");
	press(&show, "'");
	assert_int_equal(position_of(&show), 1);
	show_finish(&show);
}

static void commands_go_where_they_say(void **state)
{
	static const struct {
		const char *command;
		uint64_t position;
	} table[] = {
		{"seek 4", 5},
		{"3", 4},
		{"+2", 6},
		{"-1", 5},
		{"100%", 11},
		{"50%", 5},
		{"99.7%", 10},
		{"9.1%", 1},
		{"0.5%", 0},
		{"seek middle", 4},
		{"seek end", 11},
		{"seek start", 0},
		{"99999999", 11},
		{"-5", 6},
		{"-20", 0},
		{"step", 1},
		{"until fault", 11},
		{"until-back object 1", 7},
		{"until-back size > 400", 5},
		{"until live < 700", 7},
		{"goto 1", 2},
		{"goto peak", 6},
		{"goto fault", 11},
		{"previous-fault", 11},
		{"peak", 6},
		{"next-fault", 11},
	};
	struct show show;
	struct error err;

	show_init(&show, CLASSIC, &(struct view_config){0});
	for (size_t i = 0; i < sizeof(table) / sizeof(*table); i++) {
		assert_int_equal(view_command(show.view, table[i].command, &err), 0);
		if (position_of(&show) != table[i].position)
			fail_msg("%s: at %d", table[i].command, (int)position_of(&show));
	}
	show_finish(&show);
}

static void a_time_is_gone_to_where_there_are_times(void **state)
{
	static const struct {
		const char *command;
		uint64_t position;
	} table[] = {
		{"seek 0s", 0},
		{"seek 100ns", 1},
		{"seek 2ms", 4},
		{"1999us", 3},
		{"seek 1h", 0},
		{"+1ms", 4},
		{"-1ms", 3},
		{"seek 4ms", 5},
		{"seek 0:01", 6},
		{"-1s", 0},
	};
	struct show show;

	show_begin(&show, HEAP,
		"a 0 8 time=100\na 1 8 time=1000000\nnote n\na 2 8 time=2000000\nf 0 time=3000000\n"
		"f 1 time=9000000\n",
		&(struct view_config){0});
	for (size_t i = 0; i < sizeof(table) / sizeof(*table); i++) {
		struct error err = {0};
		if (strcmp(table[i].command, "seek 1h") ==
			0) { /* hours are not accepted; the position stays */
			assert_int_equal(view_command(show.view, table[i].command, &err), -1);
			continue;
		}
		assert_int_equal(view_command(show.view, table[i].command, &err), 0);
		if (position_of(&show) != table[i].position)
			fail_msg("%s: at %d", table[i].command, (int)position_of(&show));
	}
	show_finish(&show);
}

static void bad_commands_are_told_and_change_nothing(void **state)
{
	static const struct {
		const char *command, *words;
	} table[] = {
		{"fly", "unknown command 'fly' (? lists them)"},
		{"sek 5", "unknown command 'sek'; did you mean 'seek'?"},
		{"stpe", "unknown command 'stpe'; did you mean 'step'?"},
		{"step 5", "'step': unexpected word '5'"},
		{"seek", "seek: a target is needed: event number, +5, -5, 50%, 1.5s, mark,"},
		{"seek 2s", "seek: this trace has no times"},
		{"until-back tomorrow", "tomorrow"},
		{"mouse maybe", "mouse: 'maybe' is not 'on' or 'off'"},
		{"seek 99999999999999999999", "99999999999999999999 is too large"},
		{"seek nowhere", "seek: 'nowhere'"},
		{"seek 100.5%", "seek: '100.5%' is more than 100%"},
		{"999%", "'999%' is more than 100%, which is the trace's end"},
		{"theme pink", "theme: unknown theme 'pink'"},
		{"speed fast", "speed: 'fast'"},
		{"speed -1", "speed: '-1'"},
		{"speed nan", "speed: 'nan'"},
		{"show nothing",
			"unknown panel 'nothing'; choose one of arenas, pool, usedpools, heap, bins, objects,"},
		{"theme pink", "unknown theme 'pink'; choose one of neutral, dark, light,"},
		{"theme drak", "theme: unknown theme 'drak'; did you mean 'dark'? One of neutral,"},
		{"show poool", "unknown panel 'poool'; did you mean 'pool'? One of arenas,"},
		{"show", "a panel is needed: one of arenas, pool,"},
		{"keys", "keys: on or off?"},
		{"break", "a condition is needed: one of arena-mapped,"},
		{"until fualt", "unknown condition 'fualt'; did you mean 'fault'? One of"},
		{"break tomorrow", "tomorrow"},
	};
	struct show show;

	show_init(&show, CLASSIC, &(struct view_config){0});
	press(&show, ". .");
	for (size_t i = 0; i < sizeof(table) / sizeof(*table); i++) {
		struct error err = {0};
		assert_int_equal(view_command(show.view, table[i].command, &err), -1);
		if (!strstr(err.text, table[i].words))
			fail_msg("%s: %s", table[i].command, err.text);
		assert_int_equal(position_of(&show), 2);
	}
	show_finish(&show);
}

static void seeking_past_the_end_goes_there_and_says_so(void **state)
{
	static const char *const commands[] = {"seek 999", "seek +18446744073709551615",
		"18446744073709551615"};
	struct show show;

	show_init(&show, CLASSIC, &(struct view_config){0});
	for (size_t i = 0; i < sizeof(commands) / sizeof(*commands); i++) {
		press(&show, "g .");
		assert_int_equal(view_command(show.view, commands[i], NULL), 0);
		assert_int_equal(position_of(&show), player_length(show.stage.player));
		assert_shows(&show, "the trace ends earlier");
		press(&show, "g");
		assert_int_equal(view_command(show.view, "seek end", NULL), 0);
		assert_null(strstr(screen_of(&show), "the trace ends earlier"));
	}
	show_finish(&show);
}

static void breakpoints_stop_runs_in_both_directions(void **state)
{
	struct show show;

	show_init(&show, CLASSIC, &(struct view_config){0});
	press(&show, "c");
	assert_shows(&show, "no breakpoints set");
	press(&show, ": b r e a k Space o b j e c t Space 1 Enter");
	assert_shows(&show, "breakpoint 1: object 1");
	press(&show, "c");
	assert_int_equal(position_of(&show), 3);
	press(&show, "c");
	assert_int_equal(position_of(&show), 7);
	press(&show, "r");
	assert_int_equal(position_of(&show), 3);
	show_finish(&show);
}

/* Each message of breakpoints: of those there are, of none, of those that were cleared. */
static void breakpoints_say_what_became_of_them(void **state)
{
	struct show show;

	show_init(&show, CLASSIC, &(struct view_config){0});
	press(&show, "c");
	assert_string_equal(view_message(show.view),
		"no breakpoints set; try  :break arena-mapped");
	assert_int_equal(view_command(show.view, "break object 1", NULL), 0);
	assert_string_equal(view_message(show.view),
		"breakpoint 1: object 1; c runs forward to it, r back");
	press(&show, "B");
	assert_string_equal(view_message(show.view), "breakpoints: object 1");
	press(&show, "c");
	assert_string_equal(view_message(show.view), "stopped at a breakpoint");
	press(&show, "c c");
	assert_string_equal(view_message(show.view), "no breakpoint ahead; stopped at the end");
	assert_int_equal(view_command(show.view, "break off", NULL), 0);
	assert_string_equal(view_message(show.view), "breakpoints cleared");
	press(&show, "B");
	assert_string_equal(view_message(show.view),
		"breakpoints: none (:break arena-mapped sets one)");
	press(&show, "g c");
	assert_string_equal(view_message(show.view),
		"no breakpoints set; try  :break arena-mapped");
	show_finish(&show);
}

static void a_mark_of_ones_own_stands_on_the_timeline(void **state)
{
	struct show show;
	int marks = 0;

	show_init(&show, CLASSIC, &(struct view_config){0});
	press(&show, "8 M g");
	screen_of(&show);
	for (int x = 0; x < show.canvas.width; x++)
		marks += canvas_at(&show.canvas, x, show.canvas.height - 2)->glyph == 'M';
	assert_int_equal(marks, 2); /* the mark of the trace and this one */
	press(&show, "]");
	assert_int_equal(position_of(&show), 4);
	press(&show, "]");
	assert_int_equal(position_of(&show), 8);
	press(&show, "[");
	assert_int_equal(position_of(&show), 4);
	show_finish(&show);
}

static void a_named_mark_is_kept_beside_the_trace(void **state)
{
	char path[] = "/tmp/arenascope-marks-XXXXXX";
	const struct view_config config = {.marks = path};
	struct show show;
	struct error err;
	int fd = mkstemp(path);

	assert_true(fd >= 0);
	close(fd);
	show_init(&show, CLASSIC, &config);
	press(&show, "8 M 5");
	assert_int_equal(view_command(show.view, "mark before the free", &err), 0);
	assert_int_equal(view_command(show.view, "w", &err), 0);
	assert_shows(&show, "2 marks written to /tmp/arenascope-marks-");
	show_finish(&show);
	show_init(&show, CLASSIC, &config);
	assert_int_equal(view_command(show.view, "seek before the free", &err), 0);
	assert_int_equal(position_of(&show), 5);
	press(&show, "]");
	assert_int_equal(position_of(&show), 8);
	press(&show, "M"); /* cleared */
	assert_int_equal(view_command(show.view, "write", &err), 0);
	assert_shows(&show, "1 mark written");
	press(&show, "5 M");
	assert_int_equal(view_command(show.view, "write", &err), 0);
	assert_shows(&show, "no mark is left");
	assert_int_equal(access(path, F_OK), -1);
	assert_int_equal(view_command(show.view, "write", &err), 0);
	assert_shows(&show, "no mark of yours to write");
	assert_int_equal(access(path, F_OK), -1);
	show_finish(&show);
	show_init(&show, CLASSIC, &(struct view_config){0});
	assert_int_equal(view_command(show.view, "w", &err), -1);
	assert_string_equal(err.text, "write: this trace has no file to keep marks beside");
	show_finish(&show);
}

/* Somebody may have another file of that name, or one that cannot be read now. */
static void a_file_that_is_not_marks_stays_as_it_is(void **state)
{
	static const char words[] = "5 here\nshopping: milk\n";
	char path[] = "/tmp/arenascope-marks-XXXXXX", found[sizeof(words)] = "";
	const struct view_config config = {.marks = path};
	struct show show;
	struct error err;
	int fd = mkstemp(path);

	assert_true(fd >= 0);
	assert_int_equal(write(fd, words, sizeof(words) - 1), sizeof(words) - 1);
	show_init(&show, CLASSIC, &config);
	assert_shows(&show, ":2: not a mark; write: POSITION NAME");
	press(&show, "M");
	assert_int_equal(view_command(show.view, "w", &err), -1);
	assert_non_null(strstr(err.text, "write: the file stays as it is: /tmp/arenascope-marks-"));
	assert_int_equal(pread(fd, found, sizeof(words), 0), sizeof(words) - 1);
	assert_string_equal(found, words);
	show_finish(&show);
	unlink(path);
	close(fd);
	assert_int_equal(mkdir(path, 0700), 0);
	show_init(&show, CLASSIC, &config);
	assert_shows(&show, "marks-");
	assert_int_equal(view_command(show.view, "w", &err), -1);
	show_finish(&show);
	rmdir(path);
}

static void a_list_has_captions_and_marks_to_jump_from(void **state)
{
	struct show show;

	show_init(&show, CLASSIC, &(struct view_config){0});
	press(&show, "8 M C");
	assert_shows(&show, "Captions and marks");
	assert_shows(&show, "0 │  Watch where the first one goes.");
	assert_shows(&show, "3 M  middle");
	assert_shows(&show, "7 M  (your mark)");
	press(&show, "k Enter");
	assert_int_equal(position_of(&show), 4);
	assert_shows(&show, "PAUSE");
	press(&show, "C g Enter");
	assert_int_equal(position_of(&show), 1);
	press(&show, "C j j j j Esc");
	assert_int_equal(position_of(&show), 1);
	show_finish(&show);
	show_begin(&show, CLASSIC, "a 0 90\n", &(struct view_config){0});
	press(&show, "C");
	assert_shows(&show, "no captions or marks in this trace");
	show_finish(&show);
}

static void a_mark_is_shown_with_the_caption_after_it(void **state)
{
	struct show show;

	show_begin(&show, CLASSIC,
		"a 0 90\nmark here\nnote These words.\nnote And then these.\na 1 90\nmark there\na 2 90\n",
		&(struct view_config){0});
	press(&show, "]");
	assert_int_equal(position_of(&show), 3);
	assert_shows(&show, "These words."); /* and not those of the next caption */
	press(&show, "]");
	assert_int_equal(position_of(&show), 6);
	press(&show, "[");
	assert_int_equal(position_of(&show), 3);
	press(&show, "[");
	assert_shows(&show, "no mark before");
	show_finish(&show);
}

/* Two arenas, large blocks, a mark, a free of each kind, and 210 events outside of any arena. */
static void add_winding_trace(struct text *lines)
{
	for (unsigned i = 0; i < 500; i++)
		text_add(lines, "a %u 512\n", i);
	text_add(lines, "a 1000 5000\nmark large\nf 20\na 1001 6000\nf 480\nf 1000\n");
	for (unsigned i = 0; i < 210; i++)
		text_add(lines, "a %u 700\n", 2000 + i);
	text_add(lines, "f 2000\nmark last\nf 481\nf 2001\n");
}

/* Without the list of events, which says of the outcomes only those that it has seen. */
static void a_position_looks_the_same_however_it_was_reached(void **state)
{
	struct text lines = {0};
	char *screens[800] = {0};
	struct show show;
	uint64_t first = 460, last = 0;

	add_winding_trace(&lines);
	show_begin(&show, CLASSIC, text_of(&lines), &(struct view_config){0});
	look_ahead(&show);
	canvas_resize(&show.canvas, 120, 32);
	view_command(show.view, "seek 459", &(struct error){0});
	for (uint64_t at = first; at < player_length(show.stage.player); at++) {
		screens[at] = strdup(screen_of(&show));
		last = at;
		press(&show, ".");
	}
	press(&show, ",");
	for (uint64_t at = last; at >= first; at--) {
		assert_int_equal(position_of(&show), at);
		assert_string_equal(screen_of(&show), screens[at]);
		free(screens[at]);
		press(&show, ",");
	}
	text_finish(&lines);
	show_finish(&show);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(keys_step_and_say_where_it_ends),
		cmocka_unit_test(commands_go_where_they_say),
		cmocka_unit_test(a_time_is_gone_to_where_there_are_times),
		cmocka_unit_test(bad_commands_are_told_and_change_nothing),
		cmocka_unit_test(seeking_past_the_end_goes_there_and_says_so),
		cmocka_unit_test(breakpoints_stop_runs_in_both_directions),
		cmocka_unit_test(breakpoints_say_what_became_of_them),
		cmocka_unit_test(a_mark_of_ones_own_stands_on_the_timeline),
		cmocka_unit_test(a_named_mark_is_kept_beside_the_trace),
		cmocka_unit_test(a_file_that_is_not_marks_stays_as_it_is),
		cmocka_unit_test(a_list_has_captions_and_marks_to_jump_from),
		cmocka_unit_test(a_mark_is_shown_with_the_caption_after_it),
		cmocka_unit_test(a_position_looks_the_same_however_it_was_reached),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
