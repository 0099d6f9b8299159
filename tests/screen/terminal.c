/* The viewer in a real terminal. */
#include "base/error.h"
#include "trace/trace.h"
#include "support.h"
#include "vt.h"

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

static const char *program; /* the binary under test, from the command line */
static const char *lesson;  /* a trace */
static const char *steady;  /* a program to watch */

static struct vt *play(int width, int height, const char *const *env)
{
	const char *const argv[] = {program, "play", "--demo", "--at", "start", NULL};

	return vt_start(width, height, argv, env);
}

static void it_fills_the_screen_at_every_size(void **state)
{
	static const int sizes[][2] = {{40, 12}, {80, 24}, {120, 40}, {200, 60}};

	for (size_t i = 0; i < 4; i++) {
		struct vt *vt = play(sizes[i][0], sizes[i][1], NULL);
		assert_true(vt_wait_for(vt, "Nothing has happened yet"));
		assert_true(vt_wait_for(vt, "help"));
		vt_send(vt, "5");
		assert_true(vt_wait_for(vt, "9,6")); /* event 9,61x of 19,228 */
		assert_true(vt_wait_for(vt, "A03"));
		char *first = vt_row(vt, 0), *last = vt_row(vt, sizes[i][1] - 1);
		assert_non_null(strstr(first, "PAUSE"));
		assert_non_null(strstr(last, "?"));
		assert_true(vt_is_raw(vt));
		free(first);
		free(last);
		vt_send(vt, "q");
		assert_int_equal(vt_wait_end(vt), 0);
		vt_free(vt);
	}
}

static void states_have_colours_and_none_without(void **state)
{
	static const char *const no_color[] = {"NO_COLOR=1", NULL};
	struct vt *vt = play(120, 40, NULL);

	vt_send(vt, "5");
	assert_true(vt_wait_for(vt, "A00"));
	assert_true(vt_coloured_cells(vt) > 100);
	vt_free(vt);

	vt = play(120, 40, no_color);
	vt_send(vt, "5");
	assert_true(vt_wait_for(vt, "A00"));
	assert_int_equal(vt_coloured_cells(vt), 0);
	assert_false(vt_saw(vt, "38;5;"));
	vt_free(vt);
}

static void without_utf8_every_sign_is_ascii(void **state)
{
	static const char *const plain[] = {"LC_ALL=C", NULL};
	struct vt *vt = play(100, 30, plain);

	vt_send(vt, "5");
	assert_true(vt_wait_for(vt, "A00"));
	assert_int_equal(vt_wide_signs(vt), 0);
	vt_free(vt);
}

static void a_resize_is_laid_out_anew(void **state)
{
	struct vt *vt = play(80, 24, NULL);

	vt_send(vt, "5");
	assert_true(vt_wait_for(vt, "─ Arenas"));
	vt_resize(vt, 120, 40);
	assert_true(vt_wait_for(vt, "─ Arenas"));
	vt_resize(vt, 40, 12);
	assert_true(vt_wait_for(vt, "A03.p51: 1"));
	vt_resize(vt, 10, 3);
	assert_true(vt_wait_for(vt, "needs"));
	vt_resize(vt, 80, 24);
	assert_true(vt_wait_for(vt, "objects are live"));
	vt_send(vt, "q");
	assert_int_equal(vt_wait_end(vt), 0);
	vt_free(vt);
}

static void keys_move_in_time(void **state)
{
	struct vt *vt = play(80, 24, NULL);

	assert_true(vt_wait_for(vt, "start of"));
	vt_send(vt, "...");
	assert_true(vt_wait_for(vt, "event 2 of"));
	vt_send(vt, ",");
	assert_true(vt_wait_for(vt, "event 1 of"));
	vt_send(vt, "\033[C");
	assert_true(vt_wait_for(vt, "event 2 of"));
	vt_send(vt, "G");
	assert_true(vt_wait_for(vt, "event 19,228, the last"));
	vt_send(vt, ".");
	assert_true(vt_wait_for(vt, "already at the end"));
	vt_send(vt, ":1204\r");
	assert_true(vt_wait_for(vt, "event 1,204 of"));
	vt_send(vt, "'");
	assert_true(vt_wait_for(vt, "event 19,228, the last"));
	vt_send(vt, ":nonsense\r");
	assert_true(vt_wait_for(vt, "unknown command 'nonsense'"));
	vt_send(vt, "?");
	assert_true(vt_wait_for(vt, "What the signs mean"));
	vt_send(vt, "?");
	assert_true(vt_wait_for(vt, "Keys and commands"));
	vt_send(vt, "q");
	assert_true(vt_wait_for(vt, "event 19,228, the last"));
	vt_free(vt);
}

static void playing_moves_by_itself_and_stops(void **state)
{
	struct vt *vt = play(80, 24, NULL);

	vt_send(vt, ":seek 50\r:speed 4000\r ");
	assert_true(vt_wait_for(vt, "PLAY"));
	assert_true(vt_wait_for(vt,
		"Requests come in.")); /* a caption pauses playing until it can have been read */
	vt_send(vt, " ");
	assert_true(vt_wait_for(vt, "PAUSE"));
	vt_free(vt);
}

static void assert_restored(struct vt *vt)
{
	assert_false(vt_in_alternate_screen(vt));
	assert_true(vt_cursor_is_visible(vt));
	assert_true(vt_is_cooked(vt));
}

/* Rows of the one terminal are those of the other. */
static void assert_same_rows(struct vt *one, struct vt *other, int height)
{
	for (int i = 0; i < height; i++) {
		char *row = vt_row(one, i), *expected = vt_row(other, i);
		assert_string_equal(row, expected);
		free(row);
		free(expected);
	}
}

/* Sizes from 1x1 on and keys that move, faster than they can be shown; gives the number of keys. */
static unsigned long storm(struct vt *vt, struct dice *dice)
{
	static const char *const keys[] = {".", ",", "[", "]", "3"};
	unsigned long sent = 0;

	for (unsigned i = 0; i < 300; i++) {
		vt_resize(vt, 1 + (int)dice_roll(dice, 240), 1 + (int)dice_roll(dice, 80));
		if (dice_roll(dice, 2)) {
			vt_send(vt, keys[dice_roll(dice, 5)]);
			sent++;
		}
		if (dice_roll(dice, 4) == 0)
			vt_read_for(vt, 1);
	}
	return sent;
}

static void after_a_storm_of_sizes_the_last_is_shown_as_ever(void **state)
{
	struct vt *vt = play(80, 24, NULL), *calm = play(80, 24, NULL);
	struct dice dice;

	dice_init(&dice, 1412);
	unsigned long keys = storm(vt, &dice);
	vt_resize(vt, 80, 24);
	vt_send(vt, "G");
	vt_send(calm, "G");
	assert_true(vt_wait_rest(vt, keys + 1));
	assert_true(vt_wait_rest(calm, 1));
	assert_same_rows(vt, calm, 24);
	vt_send(vt, "q");
	assert_int_equal(vt_wait_end(vt), 0);
	assert_restored(vt);
	vt_free(vt);
	vt_free(calm);
}

static void the_terminal_is_given_back_whatever_ends_it(void **state)
{
	static const int signals[] = {SIGTERM, SIGSEGV, SIGABRT, SIGBUS, SIGFPE, SIGQUIT};
	struct vt *vt = play(80, 24, NULL);

	assert_true(vt_wait_for(vt, "help"));
	assert_true(vt_in_alternate_screen(vt));
	assert_false(vt_cursor_is_visible(vt));
	assert_false(vt_is_cooked(vt));
	vt_send(vt, "q");
	assert_int_equal(vt_wait_end(vt), 0);
	assert_restored(vt);
	vt_free(vt);

	for (size_t i = 0; i < sizeof(signals) / sizeof(*signals); i++) {
		vt = play(80, 24, NULL);
		assert_true(vt_wait_for(vt, "help"));
		vt_signal(vt, signals[i]);
		int status = vt_wait_end(vt);
		assert_true(WIFSIGNALED(status));
		assert_int_equal(WTERMSIG(status), signals[i]);
		assert_restored(vt);
		vt_free(vt);
	}
}

static void the_mouse_clicks_and_drags_on_the_timeline(void **state)
{
	struct vt *vt = play(80, 24, NULL);

	assert_true(vt_wait_for(vt, "help"));
	vt_send(vt, "\033[<0;80;23M\033[<0;80;23m"); /* the last cell of the track */
	assert_true(vt_wait_for(vt, "event 19,228, the last"));
	vt_send(vt, "g\033[<0;80;23M\033[<0;80;23m,"); /* between keys, in one write */
	assert_true(vt_wait_for(vt, "event 19,227 of"));
	vt_send(vt, "\033[<0;80;23M\033[<0;80;23m\033[0n"); /* or together with an answer */
	assert_true(vt_wait_for(vt, "event 19,228, the last"));
	/* pressed, moved to the first cell, released */
	vt_send(vt, "\033[<0;70;23M\033[<32;1;23M\033[<0;1;23m");
	assert_true(vt_wait_for(vt, "start of"));
	vt_send(vt, "'"); /* to before all of that: only the press was a jump */
	assert_true(vt_wait_for(vt, "event 19,228, the last"));
	vt_send(vt, "'");
	assert_true(vt_wait_for(vt, "start of"));
	vt_send(vt, "\033[<65;10;23M"); /* the wheel, over the timeline */
	assert_true(vt_wait_for(vt, "event 0 of"));
	vt_free(vt);
}

static void what_is_pasted_presses_no_keys(void **state)
{
	struct vt *vt = play(80, 24, NULL);

	assert_true(vt_wait_for(vt, "help"));
	vt_send(vt, "\033[200~G rm -r q\033[201~..");
	assert_true(vt_wait_for(vt, "event 1 of"));
	vt_free(vt);
}

/* Home, End and Delete of tmux and PuTTY, where TERM is that of xterm. */
static void keys_of_other_terminals_do_what_they_say_or_nothing(void **state)
{
	struct vt *vt = play(80, 24, NULL);

	assert_true(vt_wait_for(vt, "help"));
	vt_send(vt, "\033[4~");
	assert_true(vt_wait_for(vt, ", the last"));
	vt_send(vt, "\033[1~");
	assert_true(vt_wait_for(vt, "start of"));
	vt_send(vt, "."); /* the caption */
	assert_true(vt_wait_for(vt, "event 0 of"));
	vt_send(vt, "\033[3~\033[33~\033[1;3P.");
	assert_true(vt_wait_for(vt, "event 1 of"));
	assert_false(vt_saw(vt, "is not bound"));
	vt_free(vt);
}

/* Whatever it is at, and also where a hang-up is ignored, as below nohup: then the keys end. */
static void a_hang_up_ends_it(void **state)
{
	static const char *const keys[] = {"", ":speed max\r ", ":seek 12", "/", "?",
		"/size>1000000000\r"};
	const char *const ignoring[] = {"/bin/sh", "-c", "trap '' HUP; exec \"$0\" play --demo",
		program, NULL};

	for (size_t i = 0; i < 2 * sizeof(keys) / sizeof(*keys); i++) {
		struct vt *vt = i % 2 ? vt_start(80, 24, ignoring, NULL) : play(80, 24, NULL);
		assert_true(vt_wait_for(vt, "help"));
		vt_send(vt, keys[i / 2]);
		vt_hang_up(vt);
		assert_int_not_equal(vt_wait_end(vt), -1);
		vt_free(vt);
	}
}

static void a_hang_up_in_a_storm_of_sizes_ends_it(void **state)
{
	struct vt *vt = play(80, 24, NULL);
	struct dice dice;

	dice_init(&dice, 1413);
	storm(vt, &dice);
	vt_hang_up(vt);
	assert_int_not_equal(vt_wait_end(vt), -1);
	vt_free(vt);
}

static void idle_sends_nothing_and_wakes_nobody(void **state)
{
	struct vt *vt = play(80, 24, NULL);

	assert_true(vt_wait_rest(vt, 0)); /* it has looked ahead to the end */
	vt_read_for(vt, 100);             /* it said so before it began to wait */
	unsigned long writes = vt_writes(vt), switches = vt_switches(vt);
	assert_int_equal(vt_read_for(vt, 1000), 0);
	assert_int_equal(vt_writes(vt), writes);
	assert_int_equal(vt_switches(vt), switches);
	vt_free(vt);
}

struct looked_at {
	int width, height;
	struct vt_cell *cells;
};

static void look_at(struct looked_at *ret, struct vt *vt, int width, int height)
{
	*ret = (struct looked_at){width, height,
		calloc((size_t)width * (size_t)height, sizeof(struct vt_cell))};
	for (int i = 0; i < width * height; i++)
		ret->cells[i] = vt_cell(vt, i / width, i % width);
}

static unsigned cells_changed(const struct looked_at *before, const struct looked_at *after)
{
	unsigned changed = 0;

	for (int i = 0; i < before->width * before->height; i++)
		changed += memcmp(&before->cells[i], &after->cells[i], sizeof(struct vt_cell)) != 0;
	return changed;
}

#define STEPS 40u

/*
 * A step sends only changes: up to three bytes a cell, and some for colours and moves; most steps
 * less than 4 KiB, in at most five writes. All of 200x60 would be many times that.
 */
static void assert_steps_are_cheap(int width, int height)
{
	struct vt *vt = play(width, height, NULL);
	struct looked_at before, after;
	unsigned large = 0;
	unsigned long keys = strlen(":seek 6000") + 1;

	vt_send(vt, ":seek 6000\r");
	assert_true(vt_wait_rest(vt, keys));
	for (unsigned step = 0; step < STEPS; step++) {
		unsigned long writes = vt_writes(vt) - vt_acks(vt);
		size_t before_it = vt_bytes(vt);
		look_at(&before, vt, width, height);
		vt_send(vt, step % 4 < 3 ? "." : ",");
		assert_true(vt_wait_rest(vt, ++keys));
		look_at(&after, vt, width, height);
		unsigned changed = cells_changed(&before, &after);
		size_t bytes = vt_bytes(vt) - before_it;
		assert_true(changed > 0);
		assert_true(bytes < 3 * changed + 2000);
		large += bytes >= 4096;
		assert_true(vt_writes(vt) - vt_acks(vt) - writes <= 5);
		free(before.cells);
		free(after.cells);
	}
	assert_true(large < STEPS / 2);
	vt_free(vt);
}

static void a_step_repaints_only_what_changed(void **state)
{
	assert_steps_are_cheap(80, 24);
	assert_steps_are_cheap(200, 60);
}

/* Two changes of colour for the blank between two blocks were most of what a frame sent. */
static void a_blank_between_blocks_changes_no_colour(void **state)
{
	struct vt *vt = play(200, 60, NULL);

	vt_send(vt, ":seek 6000\r");
	assert_true(vt_wait_for(vt, "event 6,000 of"));
	vt_send(vt, ":seek 9612\r"); /* a pool of 126 blocks */
	while (vt_read_for(vt, 100) > 0)
		;
	assert_true(vt_saw(vt, "■ ■ ■ ■"));
	assert_false(vt_saw(vt, "■\033[39m \033[38;5;33m■"));
	vt_free(vt);
}

/* Reads until nothing more comes. */
static void settle(struct vt *vt)
{
	while (vt_read_for(vt, 100) > 0)
		;
}

static void while_playing_fast_words_stand_until_it_pauses(void **state)
{
	struct vt *vt = play(200, 60, NULL);
	char *paused[60];

	vt_send(vt, ":seek 6000\r:speed 1000\r");
	assert_true(vt_wait_for(vt, "1,000 events/s"));
	settle(vt);
	vt_send(vt, " ");
	assert_true(vt_wait_for(vt, "PLAY"));
	size_t bytes = vt_read_for(vt, 1500);
	assert_true(bytes > 0 && bytes < 100000);
	vt_send(vt, " ");
	assert_true(vt_wait_for(vt, "PAUSE"));
	settle(vt);
	for (int row = 0; row < 60; row++)
		paused[row] = vt_row(vt, row);
	vt_send(vt, ","); /* away and back: all panels are drawn again */
	settle(vt);
	vt_send(vt, ".");
	settle(vt);
	for (int row = 0; row < 60; row++) {
		char *again = vt_row(vt, row);
		if (!strchr(again, '(')) /* the list of events now remembers one more */
			assert_string_equal(paused[row], again);
		free(again);
		free(paused[row]);
	}
	vt_free(vt);
}

/* Every block but the first damages the first. */
static const char failing[] = "#include \"memlib.h\"\n"
			      "static char *first;\n"
			      "int mm_init(void) { return 0; }\n"
			      "void *mm_malloc(size_t n)\n"
			      "{\n"
			      "	char *p = mem_sbrk((n + 15) / 16 * 16);\n"
			      "	if (!first)\n"
			      "		first = p;\n"
			      "	else\n"
			      "		first[8]++;\n"
			      "	return p;\n"
			      "}\n"
			      "void mm_free(void *p) { }\n";

static void write_file(const char *name, const char *text)
{
	FILE *file = fopen(name, "w");

	assert_non_null(file);
	fputs(text, file);
	fclose(file);
}

/* An allocator and a trace for it, in a folder of their own. */
struct handout {
	char folder[32], source[40], trace[40], engine[60];
};

static void write_handout(struct handout *handout, const char *source, const char *trace)
{
	snprintf(handout->folder, sizeof(handout->folder), "/tmp/arenascope-XXXXXX");
	assert_non_null(mkdtemp(handout->folder));
	snprintf(handout->source, sizeof(handout->source), "%s/mm.c", handout->folder);
	snprintf(handout->trace, sizeof(handout->trace), "%s/t.rep", handout->folder);
	snprintf(handout->engine, sizeof(handout->engine), "lab:%s", handout->source);
	write_file(handout->source, source);
	write_file(handout->trace, trace);
}

static void remove_handout(const struct handout *handout)
{
	unlink(handout->source);
	unlink(handout->trace);
	rmdir(handout->folder);
}

/* It has NULL for more than 100 bytes, and nothing else wrong. */
static const char refusing[] = "#include \"memlib.h\"\n"
			       "int mm_init(void) { return 0; }\n"
			       "void *mm_malloc(size_t n)\n"
			       "{\n"
			       "	return n > 100 ? 0 : mem_sbrk((n + 15) / 16 * 16);\n"
			       "}\n"
			       "void mm_free(void *p) { }\n";

static void an_allocator_that_fails_opens_where_it_failed_first(void **state)
{
	static const struct {
		const char *source, *event;
	} cases[] = {{failing, "event 1 of 6"}, {refusing, "event 3 of 6"}};

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct handout handout;
		write_handout(&handout, cases[i].source,
			"a 0 16\na 1 16\na 2 16\na 3 4000\nf 3\nf 1\n");
		const char *const argv[] = {program, "play", "--engine", handout.engine,
			handout.trace, NULL};
		struct vt *vt = vt_start(80, 24, argv, NULL);
		assert_true(vt_wait_for(vt, "opened at the allocator's first failure"));
		assert_true(vt_wait_for(vt, cases[i].event));
		vt_send(vt, "q");
		vt_wait_end(vt);
		vt_free(vt);
		remove_handout(&handout);
	}
}

static void an_allocator_that_does_well_says_so(void **state)
{
	static const char *const traces[] = {"a 0 16\na 1 16\nf 0\nf 1\n",
		"note Two blocks.\na 0 16\na 1 16\nf 0\nf 1\n"};

	for (size_t i = 0; i < sizeof(traces) / sizeof(*traces); i++) {
		struct handout handout;
		write_handout(&handout, refusing, traces[i]);
		const char *const argv[] = {program, "play", "--engine", handout.engine,
			handout.trace, NULL};
		struct vt *vt = vt_start(80, 24, argv, NULL);
		assert_true(vt_wait_for(vt, "your allocator has no fault in 4 requests"));
		vt_send(vt, "q");
		vt_wait_end(vt);
		vt_free(vt);
		remove_handout(&handout);
	}
}

/* The captions begin at the start, so it says what comes. */
static void an_allocator_that_fails_in_a_lesson_says_so(void **state)
{
	struct handout handout;
	write_handout(&handout, failing, "note Two blocks.\na 0 16\na 1 16\nf 1\n");
	const char *const argv[] = {program, "play", "--engine", handout.engine, handout.trace,
		NULL};
	struct vt *vt = vt_start(80, 24, argv, NULL);

	assert_true(
		vt_wait_for(vt, "your allocator fails in this trace: ) goes to the next fault"));
	assert_true(vt_wait_for(vt, "start of 4"));
	vt_send(vt, "q");
	vt_wait_end(vt);
	vt_free(vt);
	remove_handout(&handout);
}

/* Its call may take longer than the test waits for a frame. */
static void a_first_frame_comes_before_an_allocator_that_does_not_return(void **state)
{
	static const char loops[] = "int mm_init(void) { return 0; }\n"
				    "void *mm_malloc(unsigned long n) { for (;;) ; }\n"
				    "void mm_free(void *p) { }\n";
	struct handout handout;
	write_handout(&handout, loops, "a 0 16\na 1 16\n");
	const char *const argv[] = {program, "play", "--engine", handout.engine, "--plugin-time",
		"600000", handout.trace, NULL};
	struct vt *vt = vt_start(120, 24, argv, NULL);

	assert_true(vt_wait_for(vt, "the whole trace is played once"));
	vt_free(vt);
	remove_handout(&handout);
}

static void a_terminal_that_cannot_draw_gets_words(void **state)
{
	static const char *const dumb[] = {"TERM=dumb", NULL};
	const char *const argv[] = {program, "play", lesson, NULL};
	struct vt *vt = vt_start(120, 50, argv, dumb);

	assert_int_equal(vt_wait_end(vt), 0);
	assert_true(vt_saw(vt, "TERM is dumb, so printing as text"));
	assert_true(vt_saw(vt, "malloc(20)"));
	assert_false(vt_in_alternate_screen(vt));
	vt_free(vt);
}

static void control_z_stops_the_job_and_fg_brings_it_back(void **state)
{
	char command[600];
	const char *const argv[] = {"bash", "--norc", "--noprofile", "-i", NULL};
	struct vt *vt = vt_start(80, 24, argv, NULL);

	snprintf(command, sizeof(command), "PS1='ready> '; '%s' play --demo\n", program);
	vt_send(vt, command);
	assert_true(vt_wait_for(vt, "start of"));
	vt_send(vt, "\032");
	assert_true(vt_wait_for(vt, "ready>"));
	assert_false(vt_in_alternate_screen(vt));
	vt_resize(vt, 120, 40);
	vt_send(vt, "fg\n");
	assert_true(vt_wait_for(vt, "─ Arenas"));
	vt_send(vt, ".q");
	assert_true(vt_wait_for(vt, "ready>"));
	vt_free(vt);
}

/* The answer to a question may come after the last key: it is taken, and not left to the shell. */
static void an_answer_after_the_last_key_is_no_input_of_the_shell(void **state)
{
	char command[600];
	const char *const argv[] = {"bash", "--norc", "--noprofile", "-i", NULL};
	struct vt *vt = vt_start(80, 24, argv, NULL);

	vt_mute(vt);
	snprintf(command, sizeof(command), "PS1='rea''dy> '; '%s' play --demo\n", program);
	vt_send(vt, command);
	assert_true(vt_wait_for(vt, "start of"));
	vt_send(vt, "\032\033]11;rgb:ffff/ffff/ffff\033\\");
	assert_true(vt_wait_for(vt, "ready>"));
	vt_send(vt, "fg\n");
	assert_true(vt_wait_for(vt, "? help")); /* the last that is drawn */
	for (int i = 0; i < 100 && vt_cell(vt, 23, 66).background != 231; i++)
		vt_read_for(vt, 100);
	assert_int_equal(vt_cell(vt, 23, 66).background, 231);
	vt_send(vt, ".q\033]11;rgb:0000/0000/0000\033\\");
	assert_true(vt_wait_for(vt, "ready>"));
	vt_send(vt, "echo th''en\n");
	assert_true(vt_wait_for(vt, "then"));
	assert_false(vt_saw(vt, "rgb:"));
	vt_free(vt);
}

static void an_unknown_terminal_is_told(void **state)
{
	static const char *const odd[] = {"TERM=no-such-terminal", NULL};
	struct vt *vt = play(80, 24, odd);

	int status = vt_wait_end(vt);
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), 2);
	assert_true(vt_saw(vt, "TERM=no-such-terminal is not known"));
	vt_free(vt);
}

static void a_trace_on_standard_input_leaves_the_keys_to_the_terminal(void **state)
{
	char command[600];
	const char *const argv[] = {"sh", "-c", command, NULL};

	snprintf(command, sizeof(command), "'%s' play - < '%s'", program, lesson);
	struct vt *vt = vt_start(80, 24, argv, NULL);
	assert_true(vt_wait_for(vt, "start of 29"));
	vt_send(vt, "..");
	assert_true(vt_wait_for(vt, "event 1 of 29"));
	vt_send(vt, "q");
	assert_int_equal(vt_wait_end(vt), 0);
	vt_free(vt);
}

static void a_transcript_moves_no_cursor_and_takes_keys(void **state)
{
	const char *const argv[] = {program, "play", "--text", lesson, NULL};
	struct vt *vt = vt_start(100, 30, argv, NULL);

	assert_true(vt_wait_for(vt, "start of 29"));
	vt_send(vt, ".");
	assert_true(vt_wait_for(vt, "event 0 of 29: caption: "));
	vt_send(vt, ":sex\177ek 12\r");
	assert_true(vt_wait_for(vt, ":seek 12"));
	assert_true(vt_wait_for(vt, "event 12 of 29: "));
	vt_send(vt, "\033[5~\033");
	assert_true(vt_wait_for(vt, "already zoomed out"));
	assert_true(vt_is_raw(vt));
	assert_false(vt_in_alternate_screen(vt));
	assert_false(vt_saw(vt, "\033["));
	vt_send(vt, "q");
	assert_int_equal(vt_wait_end(vt), 0);
	assert_true(vt_is_cooked(vt));
	vt_free(vt);
}

/* ---- a trace that grows ---------------------------------------------------------------------- */

struct growing {
	char folder[64], path[96], other[96];
	int fd;
	struct trace_writer *writer;
};

static void begin_writing(struct growing *growing, const char *path, enum trace_written how)
{
	const struct trace_info info = {.written = how};
	struct error err;

	growing->fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
	assert_int_equal(trace_writer_new(&growing->writer, growing->fd, path, TRACE_BINARY, &info,
				 &err),
		0);
}

static void end_writing(struct growing *growing)
{
	trace_writer_finish(growing->writer, NULL);
	close(growing->fd);
}

static void grow(struct growing *growing, unsigned from, unsigned to)
{
	struct error err;

	for (; from < to; from++) {
		struct event event = {.kind = EVENT_ALLOCATE,
			.object = from,
			.size = 100,
			.text = TEXT_NONE};
		assert_int_equal(trace_writer_add(growing->writer, &event, NULL, &err), 0);
	}
	assert_int_equal(trace_writer_flush(growing->writer, &err), 0);
}

static void growing_init(struct growing *growing)
{
	snprintf(growing->folder, sizeof(growing->folder), "/tmp/arenascope-test-XXXXXX");
	assert_non_null(mkdtemp(growing->folder));
	snprintf(growing->path, sizeof(growing->path), "%s/growing.trace", growing->folder);
	snprintf(growing->other, sizeof(growing->other), "%s/final", growing->folder);
}

static void growing_finish(struct growing *growing)
{
	end_writing(growing);
	unlink(growing->path);
	rmdir(growing->folder);
}

static void a_growing_trace_is_awaited_followed_left_and_caught_up(void **state)
{
	struct growing growing;

	growing_init(&growing);
	const char *const argv[] = {program, "play", "--follow", growing.path, NULL};
	struct vt *vt = vt_start(100, 30, argv, NULL);
	assert_true(vt_wait_for(vt, "waiting for"));
	begin_writing(&growing, growing.path, TRACE_GROWING);
	assert_true(vt_wait_for(vt, "following"));
	grow(&growing, 0, 1000);
	assert_true(vt_wait_for(vt, "event 999 of 1,000  100%  following"));
	grow(&growing, 1000, 2000);
	assert_true(vt_wait_for(vt, "event 1,999 of 2,000  100%  following"));
	vt_send(vt, ",");
	assert_true(vt_wait_for(vt, "live, 1 event behind"));
	grow(&growing, 2000, 30000);
	assert_true(vt_wait_for(vt, "live, 28,001 events behind"));
	vt_send(vt, "F");
	assert_true(vt_wait_for(vt, "event 29,999 of 30,000  100%  following"));
	/* the recorder puts the final trace in its place */
	end_writing(&growing);
	begin_writing(&growing, growing.other, TRACE_COMPLETE);
	grow(&growing, 0, 30500);
	assert_int_equal(rename(growing.other, growing.path), 0);
	assert_true(vt_wait_for(vt, "event 30,499, the last  100%  ended"));
	while (vt_read_for(vt, 100) > 0)
		;
	assert_int_equal(vt_read_for(vt, 300), 0); /* and then nothing more comes */
	vt_send(vt, "q");
	assert_int_equal(vt_wait_end(vt), 0);
	vt_free(vt);
	growing_finish(&growing);
}

static void another_process_writes_as_fast_as_it_can(void **state)
{
	enum { CHUNKS = 300, EVENTS = 2000 };
	struct growing growing;

	growing_init(&growing);
	begin_writing(&growing, growing.path, TRACE_GROWING);
	const char *const argv[] = {program, "play", "--follow", growing.path, NULL};
	struct vt *vt = vt_start(80, 24, argv, NULL);
	assert_true(vt_wait_for(vt, "following"));
	pid_t child = fork();
	if (child == 0) {
		for (unsigned i = 0; i < CHUNKS; i++)
			grow(&growing, i * EVENTS, i * EVENTS + EVENTS);
		_exit(0);
	}
	vt_send(vt, "EE"); /* keys are handled meanwhile */
	assert_true(vt_wait_for(vt, "plain wording"));
	assert_int_equal(waitpid(child, NULL, 0), child);
	assert_true(vt_wait_for(vt, "event 599,999 of 600,000  100%  following"));
	vt_send(vt, "5");
	assert_true(vt_wait_for(vt, "live, 300,000 events behind"));
	vt_send(vt, "F");
	assert_true(vt_wait_for(vt, "following"));
	vt_send(vt, "q");
	assert_int_equal(vt_wait_end(vt), 0);
	vt_free(vt);
	growing_finish(&growing);
}

/* ---- live ------------------------------------------------------------------------------------ */

struct watched {
	char folder[64], pipe[96], trace[96], output[110];
	int told; /* write end of the pipe that the program reads */
	struct vt *vt;
};

/* A program in a folder of its own, by a command with one more option, or NULL. */
static void watch_by(struct watched *watched, const char *command, const char *option,
	const char *what)
{
	snprintf(watched->folder, sizeof(watched->folder), "/tmp/arenascope-test-XXXXXX");
	assert_non_null(mkdtemp(watched->folder));
	snprintf(watched->pipe, sizeof(watched->pipe), "%s/pipe", watched->folder);
	snprintf(watched->trace, sizeof(watched->trace), "%s/its.trace", watched->folder);
	snprintf(watched->output, sizeof(watched->output), "%s.out", watched->trace);
	assert_int_equal(mkfifo(watched->pipe, 0600), 0);
	/* so that neither waits for the other */
	watched->told = open(watched->pipe, O_RDWR | O_CLOEXEC);
	const char *argv[11] = {program, command, "-o", watched->trace};
	size_t n = 4;
	if (option)
		argv[n++] = option;
	if (strcmp(command, "record") == 0) { /* else it says nothing while the program writes */
		argv[n++] = "--program-output";
		argv[n++] = watched->output;
	}
	argv[n++] = "--";
	argv[n++] = what;
	argv[n] = watched->pipe;
	watched->vt = vt_start(100, 30, argv, NULL);
}

static void watch(struct watched *watched, const char *what)
{
	watch_by(watched, "live", NULL, what);
}

static void tell(const struct watched *watched, const char *letter)
{
	assert_int_equal(write(watched->told, letter, 1), 1);
}

static void unwatch(struct watched *watched)
{
	vt_free(watched->vt);
	close(watched->told);
	unlink(watched->pipe);
	unlink(watched->trace);
	unlink(watched->output);
	assert_int_equal(rmdir(watched->folder), 0);
}

static void assert_events_at_least(const char *path, uint64_t events)
{
	struct trace *trace;
	struct error err;

	assert_int_equal(trace_open(&trace, path, 0, &err), 0);
	assert_true(trace_length(trace) >= events);
	assert_int_equal(trace_info(trace)->written, TRACE_COMPLETE);
	trace_close(trace);
}

static void a_program_is_watched_while_it_runs(void **state)
{
	struct watched watched;

	watch(&watched, steady);
	tell(&watched, "a");
	assert_true(vt_wait_for(watched.vt, "malloc(6001)"));
	assert_true(vt_wait_for(watched.vt, "LIVE"));
	assert_true(vt_wait_for(watched.vt, "999 of 1,000")); /* all have arrived */
	vt_send(watched.vt, ",");
	assert_true(vt_wait_for(watched.vt, "live, 1 event behind"));
	tell(&watched, "a");
	assert_true(vt_wait_for(watched.vt, "live, 1,001 events behind"));
	vt_send(watched.vt, "F");
	assert_true(vt_wait_for(watched.vt, "malloc(6002)"));
	assert_true(vt_wait_for(watched.vt, "following"));
	vt_send(watched.vt, "q");
	assert_true(vt_wait_for(watched.vt, "The program is still running"));
	vt_send(watched.vt, "x");
	tell(&watched, "a");
	assert_true(vt_wait_for(watched.vt, "malloc(6003)"));
	vt_send(watched.vt, "q");
	assert_true(vt_wait_for(watched.vt, "The program is still running"));
	vt_send(watched.vt, "q");
	int status = vt_wait_end(watched.vt);
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), 128 + SIGTERM);
	assert_restored(watched.vt);
	assert_true(vt_saw(watched.vt, "ended by signal 15"));
	assert_true(vt_saw(watched.vt, " events in ")); /* the recorder's summary */
	assert_true(vt_saw(watched.vt, "to watch it:"));
	assert_false(vt_saw(watched.vt, "the program's output")); /* nothing */
	assert_events_at_least(watched.trace, 3000);
	unwatch(&watched);
}

static void a_program_that_ends_is_shown_to_its_end(void **state)
{
	struct watched watched;

	watch(&watched, steady);
	tell(&watched, "a");
	tell(&watched, "e");
	assert_true(vt_wait_for(watched.vt, "ended"));
	vt_send(watched.vt, "q"); /* there is nothing to ask */
	int status = vt_wait_end(watched.vt);
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), 3);
	assert_true(vt_saw(watched.vt, "the program's output is in"));
	assert_true(vt_saw(watched.vt, "its.trace.out"));
	assert_false(vt_saw(watched.vt, "this is said by the program"));
	assert_events_at_least(watched.trace, 1000);
	unwatch(&watched);
}

/* Waits until the text is no longer in the row. */
static bool wait_without(struct vt *vt, int row, const char *text)
{
	bool is_there = true;

	for (int i = 0; is_there && i < 600; i++) {
		vt_read_for(vt, 50);
		char *line = vt_row(vt, row);
		is_there = strstr(line, text);
		free(line);
	}
	return !is_there;
}

static void a_recorder_says_how_far_it_is_and_whether_it_records(void **state)
{
	struct watched watched;

	watch_by(&watched, "record", "--start-paused", steady);
	assert_true(vt_wait_for(watched.vt, "arenascope: 0 events, 0 a second, 0 B live"));
	assert_true(vt_wait_for(watched.vt, " (not recording)"));
	vt_signal(watched.vt, SIGUSR2);
	assert_true(wait_without(watched.vt, 0, "(not recording)"));
	tell(&watched, "a");
	assert_true(vt_wait_for(watched.vt, "arenascope: 1,000 events"));
	vt_signal(watched.vt, SIGUSR2);
	assert_true(vt_wait_for(watched.vt, " (paused)"));
	tell(&watched, "e");
	int status = vt_wait_end(watched.vt);
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), 3);
	assert_events_at_least(watched.trace, 1000);
	unwatch(&watched);
}

static void what_cannot_be_recorded_is_told_without_a_viewer(void **state)
{
	struct watched watched;

	watch(&watched, "/no/such/program");
	int status = vt_wait_end(watched.vt);
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), 127);
	assert_true(vt_saw(watched.vt, "/no/such/program: No such file"));
	assert_int_equal(access(watched.trace, F_OK), -1);
	unwatch(&watched);
}

static void the_program_does_not_outlive_its_viewer(void **state)
{
	struct watched watched;
	struct trace *trace = NULL;
	struct error err;

	watch(&watched, steady);
	tell(&watched, "a");
	assert_true(vt_wait_for(watched.vt, "malloc(6001)"));
	assert_int_equal(trace_follow(&trace, watched.trace, &err), 0);
	vt_signal(watched.vt, SIGKILL);
	vt_wait_end(watched.vt);
	for (unsigned tries = 0; trace_info(trace)->written != TRACE_COMPLETE && tries < 1000;
		tries++) {
		enum trace_news news;
		vt_read_for(watched.vt, 10);
		assert_int_equal(trace_refresh(trace, &news, &err), 0);
	}
	/* the recorder has seen it end */
	assert_int_equal(trace_info(trace)->written, TRACE_COMPLETE);
	trace_close(trace);
	unwatch(&watched);
}

/* Each frame ends in a question to the terminal; the answer is not a key. */
static void a_frame_asks_and_the_answer_presses_nothing(void **state)
{
	struct vt *vt = play(80, 24, NULL);

	assert_true(vt_wait_for(vt, "help"));
	vt_send(vt, ":"); /* a prompt, which would take an answer as text */
	vt_send(vt, "step");
	assert_true(vt_wait_for(vt, ":step"));
	assert_true(vt_saw(vt, "\033[?2026l\033[5n"));
	vt_send(vt, "\033[0n\r");
	assert_true(vt_wait_for(vt, "event 0 of"));
	vt_send(vt, "q");
	assert_int_equal(vt_wait_end(vt), 0);
	vt_free(vt);
}

static void the_mouse_can_be_left_to_the_terminal(void **state)
{
	/* its modes are separate, see docs/screen.md */
	static const char *const tmux[] = {"TERM=tmux-256color", NULL};
	struct vt *vt = play(80, 24, tmux);

	assert_true(vt_wait_for(vt, "help"));
	assert_true(vt_saw(vt, "\033[?1002h"));
	assert_false(vt_saw(vt, "\033[?1002l"));
	vt_send(vt, "\\");
	assert_true(vt_wait_for(vt, "mouse off: the terminal selects text"));
	assert_true(vt_saw(vt, "\033[?1002l"));
	vt_send(vt, ":mouse on\r");
	vt_send(vt, "5");
	assert_true(vt_wait_for(vt, "50%"));
	vt_send(vt, "q");
	assert_int_equal(vt_wait_end(vt), 0);
	assert_restored(vt);
	vt_free(vt);
}

static void a_light_background_gets_a_theme_for_it(void **state)
{
	static const char *const light[] = {"COLORFGBG=0;15", NULL},
				 *const odd[] = {"COLORFGBG=0;default", NULL};
	static const char *const chosen[] = {"COLORFGBG=0;15", NULL};
	struct vt *vt = play(80, 24, light);

	assert_true(vt_wait_for(vt, "help"));
	vt_send(vt, "T");
	assert_true(vt_wait_for(vt, "theme: high-contrast")); /* which comes after light */
	vt_free(vt);

	vt = play(80, 24, odd);
	assert_true(vt_wait_for(vt, "help"));
	vt_send(vt, "T");
	assert_true(vt_wait_for(vt, "theme: dark")); /* after neutral */
	vt_free(vt);

	const char *const argv[] = {program, "play", "--theme", "mono", "--demo", NULL};
	vt = vt_start(80, 24, argv, chosen);
	assert_true(vt_wait_for(vt, "help"));
	assert_int_equal(vt_coloured_cells(vt), 0);
	vt_free(vt);
}

/* The answer may come late, and while a prompt is open: it is not typed into that. */
static void a_terminal_is_asked_for_its_background(void **state)
{
	struct vt *vt = play(80, 24, NULL);

	assert_true(vt_wait_for(vt, "help"));
	assert_true(vt_saw(vt, "\033]11;?\007"));
	vt_send(vt, ":step");
	assert_true(vt_wait_for(vt, ":step"));
	vt_send(vt, "\033]11;rgb:ffff/ffff/ffff\033\\\r");
	assert_true(vt_wait_for(vt, "event 0 of"));
	assert_int_equal(vt_cell(vt, 23, 66).background, 231);
	vt_send(vt, "T");
	assert_true(vt_wait_for(vt, "theme: high-contrast")); /* which comes after light */
	vt_send(vt, "\033]11;rgb:0000/0000/0000\007.");       /* a person has chosen one now */
	assert_true(vt_wait_for(vt, "event 1 of"));
	assert_int_equal(vt_cell(vt, 23, 66).background, 16);
	vt_free(vt);
}

/* ---- films ---------------------------------------------------------------------------------- */

/* Plays a script of these lines, in a file that is removed once it is playing. */
static struct vt *play_film(const char *lines)
{
	char path[] = "/tmp/arenascope-film-XXXXXX";
	int fd = mkstemp(path);
	const char *const argv[] = {program, "play", "--script", path, lesson, NULL};

	assert_true(fd >= 0);
	assert_int_equal(write(fd, lines, strlen(lines)), strlen(lines));
	close(fd);
	struct vt *vt = vt_start(80, 24, argv, NULL);
	assert_true(vt_wait_for(vt, "┤")); /* the end of the track: it has drawn */
	unlink(path);
	return vt;
}

static void a_script_with_times_is_a_film_that_a_person_can_pause(void **state)
{
	struct vt *vt = play_film("say one\nwait 1ms\nstep\nsay two\nwait 60min\nsay never\n");

	assert_true(vt_wait_for(vt, "│ two"));
	assert_false(vt_saw(vt, "\033[5n")); /* a recording of the terminal has no questions */
	vt_send(vt, " ");
	assert_true(vt_wait_for(vt, "Space continue the script"));
	vt_send(vt, "..");
	assert_true(vt_wait_for(vt, "event 2 of"));
	vt_send(vt, " ");
	assert_true(vt_wait_for(vt, "│ two"));
	assert_true(vt_wait_for(vt, "event 0 of"));
	vt_send(vt, "q");
	assert_int_equal(vt_wait_end(vt), 0);
	assert_restored(vt);
	vt_free(vt);
}

static void after_a_film_the_viewer_stays_unless_it_quits(void **state)
{
	struct vt *vt = play_film("say one\nwait 1ms\nsay\nend\n");

	assert_true(vt_wait_for(vt, "Remember:")); /* the last caption */
	assert_true(vt_wait_for(vt, "Space next"));
	vt_send(vt, "g");
	assert_true(vt_wait_for(vt, "start of"));
	vt_send(vt, "q");
	assert_int_equal(vt_wait_end(vt), 0);
	vt_free(vt);

	vt = play_film("settle\nwait 100ms\nquit\n");
	assert_int_equal(vt_wait_end(vt), 0);
	assert_restored(vt);
	vt_free(vt);
}

static void a_wrong_line_of_a_film_gives_the_terminal_back_first(void **state)
{
	struct vt *vt = play_film("wait 100ms\nstep\nfly\n");

	int status = vt_wait_end(vt);
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), 1);
	assert_restored(vt);
	assert_true(vt_saw(vt, ":3: unknown command 'fly'"));
	vt_free(vt);
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(it_fills_the_screen_at_every_size),
		cmocka_unit_test(states_have_colours_and_none_without),
		cmocka_unit_test(without_utf8_every_sign_is_ascii),
		cmocka_unit_test(a_resize_is_laid_out_anew),
		cmocka_unit_test(keys_move_in_time),
		cmocka_unit_test(after_a_storm_of_sizes_the_last_is_shown_as_ever),
		cmocka_unit_test(playing_moves_by_itself_and_stops),
		cmocka_unit_test(the_terminal_is_given_back_whatever_ends_it),
		cmocka_unit_test(the_mouse_clicks_and_drags_on_the_timeline),
		cmocka_unit_test(what_is_pasted_presses_no_keys),
		cmocka_unit_test(keys_of_other_terminals_do_what_they_say_or_nothing),
		cmocka_unit_test(a_hang_up_ends_it),
		cmocka_unit_test(a_hang_up_in_a_storm_of_sizes_ends_it),
		cmocka_unit_test(idle_sends_nothing_and_wakes_nobody),
		cmocka_unit_test(a_step_repaints_only_what_changed),
		cmocka_unit_test(a_blank_between_blocks_changes_no_colour),
		cmocka_unit_test(while_playing_fast_words_stand_until_it_pauses),
		cmocka_unit_test(an_allocator_that_fails_opens_where_it_failed_first),
		cmocka_unit_test(an_allocator_that_fails_in_a_lesson_says_so),
		cmocka_unit_test(an_allocator_that_does_well_says_so),
		cmocka_unit_test(a_first_frame_comes_before_an_allocator_that_does_not_return),
		cmocka_unit_test(a_terminal_that_cannot_draw_gets_words),
		cmocka_unit_test(control_z_stops_the_job_and_fg_brings_it_back),
		cmocka_unit_test(an_answer_after_the_last_key_is_no_input_of_the_shell),
		cmocka_unit_test(an_unknown_terminal_is_told),
		cmocka_unit_test(a_trace_on_standard_input_leaves_the_keys_to_the_terminal),
		cmocka_unit_test(a_transcript_moves_no_cursor_and_takes_keys),
		cmocka_unit_test(a_growing_trace_is_awaited_followed_left_and_caught_up),
		cmocka_unit_test(another_process_writes_as_fast_as_it_can),
		cmocka_unit_test(a_program_is_watched_while_it_runs),
		cmocka_unit_test(a_program_that_ends_is_shown_to_its_end),
		cmocka_unit_test(a_recorder_says_how_far_it_is_and_whether_it_records),
		cmocka_unit_test(what_cannot_be_recorded_is_told_without_a_viewer),
		cmocka_unit_test(the_program_does_not_outlive_its_viewer),
		cmocka_unit_test(a_frame_asks_and_the_answer_presses_nothing),
		cmocka_unit_test(the_mouse_can_be_left_to_the_terminal),
		cmocka_unit_test(a_light_background_gets_a_theme_for_it),
		cmocka_unit_test(a_terminal_is_asked_for_its_background),
		cmocka_unit_test(a_script_with_times_is_a_film_that_a_person_can_pause),
		cmocka_unit_test(after_a_film_the_viewer_stays_unless_it_quits),
		cmocka_unit_test(a_wrong_line_of_a_film_gives_the_terminal_back_first),
	};

	if (argc < 4)
		return 2;
	program = argv[1];
	lesson = argv[2];
	steady = argv[3];
	return cmocka_run_group_tests(tests, NULL, NULL);
}
