/* The view as a whole: what every size of screen shows, and what keys, commands and time do. */
#include "base/error.h"
#include "base/xalloc.h"
#include "view/view_state.h"
#include "stage.h"
#include "support.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define CLASSIC     "--engine pymalloc --python classic"
#define HEAP        "--engine heap --heap-header 0 --heap-align 1 --heap-size 200"
#define MILLISECOND UINT64_C(1000000)

static const char trace[] =
	"note Watch where the first one goes.\n"
	"a 0 96\na 1 96\nmark middle\na 2 500\na 3 90\nf 1\na 4 20\nr 2 30\nf 0\nf 0\n";

struct show {
	struct stage stage;
	struct view *view;
	struct canvas canvas;
	struct text screen;
	uint64_t now;
};

static void show_begin(struct show *show, const char *engine, const char *text,
	const struct view_config *config)
{
	*show = (struct show){.now = MILLISECOND};
	stage_init(&show->stage, engine, text);
	player_seek(show->stage.player, 0);
	show->view = view_new(show->stage.player, config);
	canvas_init(&show->canvas, 80, 24, CHARSET_UTF8);
}

static void look_ahead(struct show *show)
{
	while (view_next_tick(show->view, show->now) == 0)
		view_tick(show->view, show->now);
}

static void show_init(struct show *show, const char *engine, const struct view_config *config)
{
	show_begin(show, engine, trace, config);
	look_ahead(show);
}

static void show_finish(struct show *show)
{
	view_free(show->view);
	canvas_finish(&show->canvas);
	text_finish(&show->screen);
	stage_finish(&show->stage);
}

static const char *screen_of(struct show *show)
{
	text_clear(&show->screen);
	view_draw(show->view, &show->canvas);
	canvas_dump(&show->canvas, false, &show->screen);
	return text_of(&show->screen);
}

static void press(struct show *show, const char *keys)
{
	char copy[200], *rest = copy;

	snprintf(copy, sizeof(copy), "%s", keys);
	for (char *key = strsep(&rest, " "); key; key = strsep(&rest, " "))
		assert_true(view_key(show->view, key));
}

static void pass(struct show *show, unsigned milliseconds)
{
	for (unsigned i = 0; i < milliseconds; i++) {
		show->now += MILLISECOND;
		view_tick(show->view, show->now);
	}
}

static uint64_t position_of(const struct show *show)
{
	return player_position(show->stage.player);
}

static void assert_shows(struct show *show, const char *words)
{
	if (!strstr(screen_of(show), words))
		fail_msg("'%s' is not on the screen:\n%s", words, text_of(&show->screen));
}

static void assert_shows_not(struct show *show, const char *words)
{
	if (strstr(screen_of(show), words))
		fail_msg("\"%s\" is on the screen:\n%s", words, screen_of(show));
}

static void o_colours_maps_by_state_class_and_fill(void **state)
{
	struct show show;

	show_init(&show, CLASSIC, &(struct view_config){0});
	canvas_resize(&show.canvas, 120, 40);
	press(&show, "G a");
	assert_shows(&show, "used, by fill");
	press(&show, "o");
	assert_shows(&show, "maps coloured by class");
	assert_shows(&show, "size class, 0 to v");
	press(&show, "o");
	assert_shows(&show, "maps coloured by fill");
	assert_shows(&show, "tenths used");
	press(&show, "o");
	assert_shows(&show, "maps coloured by state");
	assert_shows(&show, "used, by fill");
	show_finish(&show);
}

static void every_size_shows_state_story_map_and_help(void **state)
{
	static const char *const engines[] = {CLASSIC, HEAP};

	for (size_t i = 0; i < 2; i++) {
		struct show show;
		show_init(&show, engines[i], &(struct view_config){0});
		view_command(show.view, "seek 2", &(struct error){0});
		for (int width = 20; width < 240; width += 7)
			for (int height = 5; height < 70; height++) {
				canvas_resize(&show.canvas, width, height);
				const char *screen = screen_of(&show);
				if (!strstr(screen, "PAUSE") || !strstr(screen, "? help") ||
					!strstr(screen, "malloc(96)") ||
					!strstr(screen, i == 0 ? "A00" : "█"))
					fail_msg("%dx%d lacks something:\n%s", width, height,
						screen);
			}
		show_finish(&show);
	}
}

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
					!strstr(screen, "They first") || !strstr(screen, "? help"))
					fail_msg("%dx%d lacks something:\n%s", width, height,
						screen);
				for (int i = 0; charset == CHARSET_ASCII && i < width * height; i++)
					assert_true(show.canvas.cells[i].glyph < 127);
			}
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
	assert_shows(&show, "v shows two engines");
	view_free(show.view);
	config.options = show.stage.options;
	show.view = view_new(show.stage.player, &config);
	press(&show, "v");
	assert_shows(&show, "B  heap");
	assert_shows(&show, "Nothing has happened yet.");
	pass(&show, 5);
	assert_shows(&show, "They first part at event 8, realloc(object 2, 30): A: moves it to");
	press(&show, "d");
	assert_int_equal(position_of(&show), 9);
	assert_shows(&show, "B: leaves it at");
	press(&show, "d");
	assert_shows(&show, "no event ahead is answered differently");
	press(&show, "g . .");
	assert_shows(&show, "This event: all take memory from the system.");
	press(&show, "s");
	assert_shows(&show, "side by side shows whole events");
	press(&show, "Esc");
	assert_shows(&show, "Arenas");
	assert_int_equal(view_command(show.view, "compare oak", &err), -1);
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
	assert_shows(&show, "They never part: they take memory at the same events");
	assert_int_equal(view_command(show.view, "compare 3.6", &(struct error){0}), 0);
	pass(&show, 5);
	assert_shows(&show, "They never part: every block lies in the same place.");
	press(&show, "G");
	assert_shows(&show, " │ The same for both.");
	assert_shows(&show, "malloc(96) → A00.p00 block 1");
	show_finish(&show);
}

static void enter_goes_down_to_a_block_and_escape_back(void **state)
{
	struct show show;

	show_init(&show, CLASSIC, &(struct view_config){0});
	press(&show, ". .");
	screen_of(&show);
	press(&show, "Enter Enter");
	assert_shows(&show, "─ Pool ─ A00.p00");
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
	assert_shows(&show, "─ Pool ─ A00.p00");
	press(&show, "Esc Esc");
	assert_shows(&show, "What happened");
	show_finish(&show);
}

static void the_inspector_rests_when_there_is_nothing_to_look_up(void **state)
{
	struct show show;

	show_init(&show, CLASSIC, &(struct view_config){0});
	press(&show, "2 I l l"); /* a block is looked up, but nothing lies there at the start */
	screen_of(&show);
	press(&show, "f g");
	screen_of(&show);
	pass(&show, 10);
	assert_true(view_next_tick(show.view, show.now) > 0);
	show_finish(&show);
}

/* Any key but those that ask or quit, clicks and the wheel anywhere, on screens of any size. */
static void play_at_random(struct show *show, struct dice *dice)
{
	static const int sizes[][2] = {{80, 24}, {120, 40}, {200, 60}, {40, 12}, {60, 18}, {20, 5},
		{19, 4}};
	static const char *const keys[] = {".", ",", "}", "{", "]", "c", "r", "g", "G", "0", "4",
		"7", "'", "M", "Up", "Down", "h", "l", "PgUp", "PgDn", "Tab", "S-Tab", "Enter",
		"Esc", "a", "p", "u", "m", "e", "i", "I", "z", "f", "o", "E", "T", "v", "d", "L",
		"w", "+", "-", "=", "n", "*", "#", "b", "B", "Space", "R"};
	uint64_t what = dice_roll(dice, 10);

	if (what == 0) {
		const int *size = sizes[dice_roll(dice, sizeof(sizes) / sizeof(*sizes))];
		canvas_resize(&show->canvas, size[0], size[1]);
	} else if (what < 3) {
		view_mouse(show->view, (enum mouse_kind)dice_roll(dice, MOUSE_WHEEL_DOWN + 1),
			(int)dice_roll(dice, (uint64_t)show->canvas.width),
			(int)dice_roll(dice, (uint64_t)show->canvas.height));
	} else {
		view_key(show->view, keys[dice_roll(dice, sizeof(keys) / sizeof(*keys))]);
	}
	view_draw(show->view, &show->canvas);
}

/* Whatever was done, it comes to rest: nothing is looked up for ever. */
static void whatever_is_pressed_the_view_goes_on_and_rests(void **state)
{
	static const char *const engines[] = {CLASSIC, HEAP, "--engine pymalloc --arenas heap"};

	for (uint64_t seed = 0; seed < 12; seed++) {
		struct view_config config = {.lecture = seed % 4 == 3};
		struct dice dice;
		struct show show;
		show_init(&show, engines[seed % 3], &config);
		view_free(show.view);
		config.options = show.stage.options;
		show.view = view_new(show.stage.player, &config);
		dice_init(&dice, seed);
		for (unsigned i = 0; i < 300; i++) {
			play_at_random(&show, &dice);
			if (i % 10 == 0)
				pass(&show, 3);
		}
		for (unsigned i = 0; i < 100 && view_next_tick(show.view, show.now) == 0; i++)
			pass(&show, 1);
		assert_true(view_next_tick(show.view, show.now) > 0);
		show_finish(&show);
	}
}

static void assert_hides(struct show *show, const char *words)
{
	if (strstr(screen_of(show), words))
		fail_msg("'%s' is in\n%s", words, text_of(&show->screen));
}

static void an_event_is_stepped_into_one_decision_at_a_time(void **state)
{
	struct show show;

	show_init(&show, HEAP, &(struct view_config){0});
	press(&show, "s"); /* a caption decides nothing */
	assert_int_equal(position_of(&show), 1);
	press(&show, "s");
	assert_shows(&show, "NEXT  malloc(96)  decision 1 of 3");
	assert_shows(&show, "why  First fit had one hole to look at, for 96 B.");
	assert_hides(&show, "It was split");
	assert_shows(&show, "200 B free in one hole"); /* memory is as it was before */
	assert_int_equal(position_of(&show), 1);
	press(&show, "s s");
	assert_shows(&show, "decision 3 of 3");
	assert_shows(&show, "It was split: 96 B for the block, 104 B stay free");
	assert_int_equal(position_of(&show), 1);
	press(&show, "s");
	assert_int_equal(position_of(&show), 2);
	assert_shows(&show, "malloc(96) → heap +0");
	assert_shows(&show, "104 B free in one hole");
	press(&show, "S"); /* and back in, from behind */
	assert_int_equal(position_of(&show), 1);
	assert_shows(&show, "decision 3 of 3");
	press(&show, "S S S");
	assert_hides(&show, "decision");
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
	assert_hides(&show, "decision");
	assert_int_equal(position_of(&show), 2);
	press(&show, "s s");
	assert_shows(&show, "NEXT  malloc(96)  decision 2 of");
	press(&show, ",");
	assert_hides(&show, "decision");
	assert_int_equal(position_of(&show), 1);
	press(&show, "G s");
	assert_shows(&show, "already at the end");
	show_finish(&show);
}

static const char quiz[] =
	"note Two of them.\na 0 96\na 1 96\nnote Which block is next?\nmark here\na 2 500\n"
	"note A block of 512.\nnote Is that all?\nnote It is.\n";

static void a_question_of_a_lecture_is_answered_decision_by_decision(void **state)
{
	struct show show;

	show_init(&show, CLASSIC, &(struct view_config){.lecture = true});
	press(&show, "PgDn .");
	assert_shows(&show, "Which block will it get?");
	press(&show, "s");
	assert_shows(&show, "decision 1 of");
	assert_hides(&show, "Which block will it get?");
	assert_hides(&show, "block 0");
	show_finish(&show);
	show_begin(&show, CLASSIC, quiz, &(struct view_config){.lecture = true});
	press(&show, "PgDn PgDn");
	assert_shows(&show, "NEXT   malloc(500)");
	press(&show, "s"); /* a mark comes first */
	press(&show, "s");
	assert_shows(&show, "decision 1 of");
	assert_shows(&show, "Which block is next?");
	assert_hides(&show, "block 0");
	show_finish(&show);
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
	assert_shows_not(&show, "Which block will it get?");
	assert_shows(&show, "PgDn shows the answer");
	press(&show, "PgUp PgDn PgDn");
	assert_int_equal(position_of(&show), 6);
	assert_shows(&show, "Which block is next?");
	assert_shows(&show, "malloc(500) → A00.p01 block 0");
	press(&show, "PgDn");
	assert_shows(&show, "A block of 512.");
	press(&show, "PgDn"); /* nothing comes that could be asked about */
	assert_shows(&show, "Is that all?");
	assert_shows_not(&show, "NEXT");
	press(&show, "w PgUp PgUp");
	assert_shows(&show, "Which block is next?");
	assert_shows_not(&show, "NEXT");
	press(&show, "PgDn");
	assert_shows(&show, "A block of 512.");
	show_finish(&show);
}

static void a_lecture_asks_before_it_shows(void **state)
{
	struct show show;

	show_init(&show, CLASSIC, &(struct view_config){.lecture = true});
	press(&show, "PgDn");
	assert_shows(&show, "Watch where the first one goes.");
	press(&show, ".");
	assert_int_equal(position_of(&show), 1);
	assert_shows(&show, "NEXT   malloc(96)");
	assert_shows(&show, "Which block will it get?");
	press(&show, ".");
	assert_int_equal(position_of(&show), 2);
	assert_shows(&show, "malloc(96) → A00.p00 block 0");
	press(&show, ".");
	assert_int_equal(position_of(&show), 2);
	assert_shows(&show, "Which block will it get?");
	press(&show, ",");
	assert_shows(&show, "Watch where the first one goes.");
	press(&show, "w .");
	assert_int_equal(position_of(&show), 2);
	press(&show, "g w . PgUp .");
	assert_int_equal(position_of(&show), 1);
	press(&show, "L");
	assert_shows(&show, "usedpools");
	show_finish(&show);
}

static void tiny_screens_say_what_they_need(void **state)
{
	struct show show;

	show_init(&show, CLASSIC, &(struct view_config){0});
	for (int width = 1; width < 24; width++)
		for (int height = 1; height < 6; height++) {
			canvas_resize(&show.canvas, width, height);
			screen_of(&show);
		}
	canvas_resize(&show.canvas, 19, 4);
	assert_shows(&show, "20x5");
	show_finish(&show);
}

static void ascii_is_ascii_at_every_size(void **state)
{
	struct show show;

	show_init(&show, CLASSIC, &(struct view_config){0});
	show.canvas.charset = CHARSET_ASCII;
	for (int width = 20; width < 220; width += 13)
		for (int height = 5; height < 65; height += 3) {
			canvas_resize(&show.canvas, width, height);
			view_draw(show.view, &show.canvas);
			for (int i = 0; i < width * height; i++)
				assert_true(show.canvas.cells[i].glyph >= ' ' &&
					    show.canvas.cells[i].glyph < 127);
		}
	show_finish(&show);
}

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

static void playing_takes_its_time_from_ticks(void **state)
{
	struct show show;

	show_init(&show, CLASSIC, &(struct view_config){.speed = 10});
	press(&show, ". Space");
	pass(&show, 1);
	pass(&show, 500);
	assert_int_equal(position_of(&show), 1 + 5);
	assert_shows(&show, "PLAY");
	press(&show, "Space");
	pass(&show, 5000);
	assert_int_equal(position_of(&show), 1 + 5);
	press(&show, "R Space");
	pass(&show, 301);
	assert_int_equal(position_of(&show), 1 + 2);
	show_finish(&show);
}

/* As many events as text. */
static void text_of_many(struct text *text, unsigned events)
{
	for (unsigned i = 0; i < events; i++)
		text_add(text, i % 2 ? "f %u\n" : "a %u 16\n", i / 2);
}

/* A frame of 16 ms at full speed: how many events it has. */
static uint64_t events_of_a_frame(struct show *show)
{
	uint64_t before = position_of(show);

	show->now += 16 * MILLISECOND;
	view_tick(show->view, show->now);
	return position_of(show) - before;
}

static void a_frame_has_no_more_events_than_there_is_time_for(void **state)
{
	struct text many = {0};
	struct show show;

	text_of_many(&many, 200000);
	show_begin(&show, CLASSIC, text_of(&many), &(struct view_config){.speed = SPEED_MAX});
	look_ahead(&show);
	press(&show, "Space");
	view_tick(show.view, show.now);
	assert_int_equal(events_of_a_frame(&show), 4194);
	assert_int_equal(events_of_a_frame(&show), 4194); /* nobody has told what they cost */
	view_tell_cost(show.view, 8388 * 1000, 250000);
	assert_int_equal(events_of_a_frame(&show), 500); /* 1 us each: half a millisecond */
	view_tell_cost(show.view, 500 * 20000, 250000);
	assert_int_equal(events_of_a_frame(&show), 500); /* it goes on, whatever they cost */
	for (unsigned i = 0; i < 30; i++)
		view_tell_cost(show.view, events_of_a_frame(&show) * 10, 250000);
	assert_int_equal(events_of_a_frame(&show), 4194);
	show_finish(&show);
	text_finish(&many);
}

static void playing_fast_comes_before_looking_ahead(void **state)
{
	struct show show;

	show_begin(&show, CLASSIC, trace + strcspn(trace, "\n") + 1,
		&(struct view_config){.speed = 200});
	press(&show, "Space");
	pass(&show, 20);
	assert_true(position_of(&show) > 2);
	assert_int_equal(player_surveyed(show.stage.player), 0);
	assert_true(view_next_tick(show.view, show.now) > 0);
	press(&show, "Space");
	look_ahead(&show);
	assert_int_equal(player_surveyed(show.stage.player), player_length(show.stage.player));
	show_finish(&show);
}

static void playing_backwards_ends_at_the_start(void **state)
{
	struct show show;

	show_init(&show, CLASSIC, &(struct view_config){.speed = 1000});
	press(&show, ". . . R Space");
	pass(&show, 100);
	assert_int_equal(position_of(&show), 0);
	assert_shows(&show, "PAUSE");
	show_finish(&show);
}

static void a_caption_stays_while_it_is_read(void **state)
{
	struct show show;

	show_init(&show, CLASSIC, &(struct view_config){.speed = 100});
	press(&show, "Space");
	pass(&show, 500);
	assert_int_equal(position_of(&show), 1);
	assert_shows(&show, "Watch where the first one goes.");
	pass(&show, 5000);
	assert_int_equal(position_of(&show), player_length(show.stage.player));
	show_finish(&show);
}

static void a_lecture_stops_at_a_caption(void **state)
{
	struct show show;

	show_init(&show, CLASSIC, &(struct view_config){.speed = 100, .lecture = true});
	press(&show, "Space");
	pass(&show, 9000);
	assert_int_equal(position_of(&show), 1);
	assert_shows(&show, "PgDn next");
	show_finish(&show);
}

static void when_nothing_plays_nothing_wakes_it(void **state)
{
	struct show show;

	show_init(&show, CLASSIC, &(struct view_config){0});
	screen_of(&show);
	assert_true(view_next_tick(show.view, show.now) == UINT64_MAX);
	pass(&show, 10);
	assert_false(view_is_stale(show.view));
	press(&show, "Space");
	assert_true(view_next_tick(show.view, show.now) < UINT64_MAX);
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
		{"seek middle", 4},
		{"seek end", 11},
		{"seek start", 0},
		{"99999999", 11},
		{"999%", 11},
		{"-5", 6},
		{"-20", 0},
		{"step", 1},
		{"until fault", 11},
		{"until-back object 1", 7},
		{"until-back size > 400", 5},
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
			0) { /* hours are not taken; where it is stays */
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
		{"fly", "there is no command 'fly' (? lists them)"},
		{"sek 5", "there is no command 'sek'; did you mean 'seek'?"},
		{"stpe", "there is no command 'stpe'; did you mean 'step'?"},
		{"step 5", "'step' takes no more words; '5' is one"},
		{"seek", "seek where? An event's number, +5, -5, 50%, 1.5s, a mark, peak,"},
		{"seek 2s", "seek: the events of this trace have no times"},
		{"until-back tomorrow", "tomorrow"},
		{"mouse maybe", "mouse: 'maybe' is neither on nor off"},
		{"seek 99999999999999999999", "99999999999999999999 is too large"},
		{"seek nowhere", "seek: 'nowhere'"},
		{"theme pink", "theme: 'pink'"},
		{"speed fast", "speed: 'fast'"},
		{"speed -1", "speed: '-1'"},
		{"speed nan", "speed: 'nan'"},
		{"show nothing",
			"no panel 'nothing'; there are arenas, pool, usedpools, heap, objects,"},
		{"theme pink", "is none of neutral, dark, light,"},
		{"break", ""},
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
		assert_shows(&show, "the trace ends before that");
		press(&show, "g");
		assert_int_equal(view_command(show.view, "seek end", NULL), 0);
		assert_null(strstr(screen_of(&show), "the trace ends before that"));
	}
	show_finish(&show);
}

static void breakpoints_stop_runs_in_both_directions(void **state)
{
	struct show show;

	show_init(&show, CLASSIC, &(struct view_config){0});
	press(&show, "c");
	assert_shows(&show, "no breakpoints are set");
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

static void a_prompt_is_edited_recalled_and_left(void **state)
{
	struct show show;

	show_init(&show, CLASSIC, &(struct view_config){0});
	press(&show, ": 1 2 Backspace Enter");
	assert_int_equal(position_of(&show), 2);
	press(&show, ": 7 Esc .");
	assert_int_equal(position_of(&show), 3);
	press(&show, ": Up Enter");
	assert_int_equal(position_of(&show), 2);
	press(&show, ": Backspace ."); /* an empty prompt is left by it */
	assert_int_equal(position_of(&show), 3);
	show_finish(&show);
}

static void tab_completes_a_command_as_far_as_it_is_certain(void **state)
{
	static const struct {
		const char *keys, *prompt;
	} table[] = {
		{": s e e Tab", ":seek "},
		{": s h o w - u Tab", ":show-usedpools "},
		{": p e r Tab", ":percent-"},
		{": x Tab", ":x"},
		{": Tab", ":"},
	};
	struct show show;

	show_init(&show, CLASSIC, &(struct view_config){0});
	for (size_t i = 0; i < sizeof(table) / sizeof(*table); i++) {
		char last[100] = "";
		press(&show, table[i].keys);
		view_draw(show.view, &show.canvas);
		for (int x = 0; canvas_at(&show.canvas, x, 23)->role != ROLE_CURSOR; x++)
			last[x] = (char)canvas_at(&show.canvas, x, 23)->glyph;
		assert_string_equal(last, table[i].prompt);
		press(&show, "Esc");
	}
	show_finish(&show);
}

static void a_search_finds_captions_calls_and_marks(void **state)
{
	struct show show;
	struct error err;

	show_init(&show, CLASSIC, &(struct view_config){0});
	view_command(show.view, "search MIDDLE", &err);
	assert_int_equal(position_of(&show), 4);
	view_command(show.view, "search malloc(90)", &err);
	assert_int_equal(position_of(&show), 6);
	view_command(show.view, "search elephant", &err);
	assert_int_equal(position_of(&show), 6);
	assert_shows(&show, "not found ahead: elephant");
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
	assert_shows(&show, "live, as asked");
	assert_shows(&show, "more lines: j k");
	press(&show, "j");
	assert_null(strstr(screen_of(&show), "live, as asked"));
	assert_shows(&show, "held for it");
	for (unsigned i = 0; i < 60; i++)
		press(&show, "j");
	assert_shows(&show, "waste by class");
	for (unsigned i = 0; i < 60; i++)
		press(&show, "k");
	assert_shows(&show, "live, as asked");
	show_finish(&show);
}

/* "g" before each: from the start. */
static void a_search_knows_objects_sizes_addresses_and_callers(void **state)
{
	static const struct {
		const char *words;
		uint64_t position, next; /* of the first found, and the one after it */
	} table[] = {
		{"object 2", 3, 6},
		{"size 64", 2, 4},
		{"size > 64", 3, 3},
		{"size > 1K", 0, 0},
		{"0x10000009", 1, 5},
		{"address 0x10000009", 1, 5},
		{"0x20000000", 0, 0},
		{"class 5", 0, 0},
		{"parse_row", 1, 1},
		{"PARSE", 1, 4},
		{"csv.c:9", 4, 4},
		{"live > 100", 3, 3},
	};
	static const char words[] =
		"name 0x10 parse_row (csv.c:8)\nname 0x20 main (main.c:3)\nname 0x30 parse_header (csv.c:9)\n"
		"site 1 0x10\nsite 2 0x20\nsite 3 0x30\n"
		"a 0 16 site=1\na 1 64 site=2\na 2 70 site=2\na 3 64 site=3\nf 0\nf 2\n";
	struct show show;

	show_begin(&show, HEAP, words, &(struct view_config){0});
	for (size_t i = 0; i < sizeof(table) / sizeof(*table); i++) {
		struct error err = {0};
		struct text command = {0};
		text_add(&command, "search %s", table[i].words);
		player_seek(show.stage.player, 0);
		assert_int_equal(view_command(show.view, text_of(&command), &err), 0);
		if (position_of(&show) != table[i].position)
			fail_msg("%s: at %d", table[i].words, (int)position_of(&show));
		press(&show, "n");
		if (position_of(&show) != table[i].next)
			fail_msg("%s, again: at %d", table[i].words, (int)position_of(&show));
		press(&show, "N");
		text_finish(&command);
	}
	show_finish(&show);
}

static void the_mouse_is_given_to_the_terminal_and_back(void **state)
{
	struct show show;
	struct error err;

	show_init(&show, CLASSIC, &(struct view_config){0});
	assert_true(view_wants_mouse(show.view));
	press(&show, "\\");
	assert_false(view_wants_mouse(show.view));
	assert_shows(&show, "the mouse is the terminal's");
	assert_int_equal(view_command(show.view, "mouse on", &err), 0);
	assert_true(view_wants_mouse(show.view));
	assert_int_equal(view_command(show.view, "mouse off", &err), 0);
	assert_false(view_wants_mouse(show.view));
	assert_int_equal(view_command(show.view, "mouse", &err), 0);
	assert_true(view_wants_mouse(show.view));
	show_finish(&show);
}

static void every_key_is_survived_at_the_start_and_at_the_end(void **state)
{
	static const char *const engines[] = {CLASSIC, HEAP};

	for (size_t e = 0; e < 2; e++)
		for (unsigned i = 1; i < ACTION_COUNT; i++) {
			struct show show;
			struct error err;
			if (i == ACTION_QUIT)
				continue;
			show_init(&show, engines[e], &(struct view_config){0});
			view_command(show.view, action_info((enum action)i)->name, &err);
			screen_of(&show);
			press(&show, "Esc Esc G");
			view_command(show.view, action_info((enum action)i)->name, &err);
			pass(&show, 40);
			screen_of(&show);
			show_finish(&show);
		}
}

static void every_place_can_be_clicked(void **state)
{
	struct show show;

	show_init(&show, CLASSIC, &(struct view_config){0});
	press(&show, "G");
	canvas_resize(&show.canvas, 120, 40);
	screen_of(&show);
	for (int kind = MOUSE_CLICK; kind <= MOUSE_WHEEL_DOWN; kind++)
		for (int y = -1; y < 41; y++)
			for (int x = -1; x < 121; x += 3)
				view_mouse(show.view, (enum mouse_kind)kind, x, y);
	screen_of(&show);
	show_finish(&show);
}

static void a_click_on_the_timeline_goes_there_and_a_drag_stays_with_it(void **state)
{
	struct show show;

	show_init(&show, CLASSIC, &(struct view_config){0});
	screen_of(&show);
	view_mouse(show.view, MOUSE_CLICK, 79, 22);
	assert_int_equal(position_of(&show), 11);
	view_mouse(show.view, MOUSE_DRAG, 0, 22);
	assert_int_equal(position_of(&show), 0);
	view_mouse(show.view, MOUSE_DRAG, 40, 3); /* over the arenas */
	assert_int_equal(position_of(&show), 0);
	view_mouse(show.view, MOUSE_CLICK, 79, 22);
	press(&show, "'");
	assert_int_equal(position_of(&show), 0);
	show_finish(&show);
}

static void a_click_on_a_pool_shows_it(void **state)
{
	struct show show;

	show_init(&show, CLASSIC, &(struct view_config){0});
	press(&show, "G");
	assert_shows(&show, "A00");
	view_mouse(show.view, MOUSE_CLICK, 9, 3);
	assert_shows(&show, "Pool ─ A00.p01");
	view_mouse(show.view, MOUSE_CLICK, 8, 3);
	assert_shows(&show, "Pool ─ A00.p00");
	show_finish(&show);
}

static void under_the_help_clicks_do_nothing_and_the_wheel_scrolls(void **state)
{
	struct show show;

	show_init(&show, CLASSIC, &(struct view_config){0});
	press(&show, ". ?");
	screen_of(&show);
	view_mouse(show.view, MOUSE_CLICK, 79, 22);
	assert_int_equal(position_of(&show), 1);
	assert_shows(&show, " time ");
	view_mouse(show.view, MOUSE_WHEEL_DOWN, 5, 5);
	screen_of(&show);
	assert_null(strstr(text_of(&show.screen), " time "));
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
	assert_int_equal(marks, 2); /* the trace's and this one */
	press(&show, "]");
	assert_int_equal(position_of(&show), 4);
	press(&show, "]");
	assert_int_equal(position_of(&show), 8);
	press(&show, "[");
	assert_int_equal(position_of(&show), 4);
	show_finish(&show);
}

static void help_scrolls_to_its_end_and_no_further(void **state)
{
	struct show show;

	show_init(&show, CLASSIC, &(struct view_config){0});
	press(&show, "?");
	assert_shows(&show, "play, pause");
	for (int i = 0; i < 40; i++) {
		press(&show, "PgDn");
		screen_of(&show);
	}
	assert_shows(&show, "largest hole / free bytes of the heap");
	press(&show, "g");
	assert_shows(&show, "play, pause");
	press(&show, "q .");
	assert_int_equal(position_of(&show), 1);
	show_finish(&show);
}

/* ---- a trace that grows ---------------------------------------------------------------------- */

struct live_show {
	struct show show;
	char folder[64], path[96], other[96];
	int fd;
	struct trace_writer *writer;
};

static void begin_writing(struct live_show *live, const char *path, enum trace_written how)
{
	const struct trace_info info = {.written = how};
	struct error err;

	live->fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	assert_int_equal(trace_writer_new(&live->writer, live->fd, path, TRACE_BINARY, &info, &err),
		0);
}

static void end_writing(struct live_show *live)
{
	trace_writer_finish(live->writer, NULL);
	close(live->fd);
}

/* Allocations of 100 bytes, as one chunk. */
static void grow(struct live_show *live, unsigned from, unsigned to)
{
	struct error err;

	for (; from < to; from++) {
		struct event event = {.kind = EVENT_ALLOCATE,
			.object = from,
			.size = 100,
			.text = TEXT_NONE};
		assert_int_equal(trace_writer_add(live->writer, &event, NULL, &err), 0);
	}
	assert_int_equal(trace_writer_flush(live->writer, &err), 0);
}

static void live_init(struct live_show *live, const struct view_config *config)
{
	struct error err;

	*live = (struct live_show){.show = {.now = MILLISECOND}};
	snprintf(live->folder, sizeof(live->folder), "/tmp/arenascope-test-XXXXXX");
	assert_non_null(mkdtemp(live->folder));
	snprintf(live->path, sizeof(live->path), "%s/trace", live->folder);
	snprintf(live->other, sizeof(live->other), "%s/other", live->folder);
	begin_writing(live, live->path, TRACE_GROWING);
	grow(live, 0, 1000);
	assert_int_equal(trace_follow(&live->show.stage.trace, live->path, &err), 0);
	assert_int_equal(player_new(&live->show.stage.player, live->show.stage.trace, NULL, &err),
		0);
	live->show.view = view_new(live->show.stage.player, config);
	canvas_init(&live->show.canvas, 80, 24, CHARSET_UTF8);
	pass(&live->show, 1);
}

static void live_finish(struct live_show *live)
{
	show_finish(&live->show);
	end_writing(live);
	unlink(live->path);
	rmdir(live->folder);
}

static const struct view_config following = {.live = true, .following = true};

static void what_comes_is_shown_as_it_comes(void **state)
{
	struct live_show live;

	live_init(&live, &following);
	assert_shows(&live.show, "LIVE");
	assert_shows(&live.show, "event 999 / 999  100%  following");
	for (unsigned i = 1; i < 10; i++) {
		grow(&live, i * 1000, i * 1000 + 1000);
		pass(&live.show, 50);
		assert_int_equal(position_of(&live.show), i * 1000 + 1000);
	}
	assert_shows(&live.show, "event 9,999 / 9,999  100%  following");
	assert_shows(&live.show, "malloc(100)");
	live_finish(&live);
}

static void who_moves_leaves_and_f_catches_up(void **state)
{
	static const char *const moves[] = {",", "g", "5", "{"};

	for (size_t i = 0; i < sizeof(moves) / sizeof(*moves); i++) {
		struct live_show live;
		live_init(&live, &following);
		press(&live.show, moves[i]);
		uint64_t here = position_of(&live.show);
		assert_true(here < 1000);
		grow(&live, 1000, 3000);
		pass(&live.show, 100);
		assert_int_equal(position_of(&live.show), here);
		char words[60];
		unsigned behind = 3000 - (unsigned)here;
		snprintf(words, sizeof(words), "live, %u,%03u behind", behind / 1000,
			behind % 1000);
		assert_shows(&live.show, "PAUSE");
		assert_shows(&live.show, words);
		press(&live.show, "F");
		assert_int_equal(position_of(&live.show), 3000);
		assert_shows(&live.show, "following");
		press(&live.show, "'"); /* back to where it was before the jump, and stays */
		pass(&live.show, 100);
		assert_int_equal(position_of(&live.show), here);
		live_finish(&live);
	}
}

static void keys_that_do_not_move_stay_with_it(void **state)
{
	struct live_show live;
	struct error err;

	live_init(&live, &following);
	press(&live.show, "Tab z z E o T G . ? Esc");
	assert_int_equal(view_command(live.show.view, "speed 100", &err), 0);
	grow(&live, 1000, 1500);
	pass(&live.show, 100);
	assert_int_equal(position_of(&live.show), 1500);
	assert_int_equal(view_command(live.show.view, "seek 7", &err), 0);
	grow(&live, 1500, 1600);
	pass(&live.show, 100);
	assert_int_equal(position_of(&live.show), 8);
	assert_int_equal(view_command(live.show.view, "follow", &err), 0);
	assert_int_equal(position_of(&live.show), 1600);
	assert_shows(&live.show, "LIVE");
	view_mouse(live.show.view, MOUSE_CLICK, 0, 22); /* on the timeline */
	assert_int_equal(position_of(&live.show), 0);
	pass(&live.show, 100);
	assert_int_equal(position_of(&live.show), 0);
	live_finish(&live);
}

static void space_pauses_and_plays_what_arrives(void **state)
{
	struct live_show live;

	live_init(&live, &following);
	press(&live.show, "Space");
	grow(&live, 1000, 1010);
	pass(&live.show, 100);
	assert_int_equal(position_of(&live.show), 1000);
	assert_shows(&live.show, "PAUSE");
	assert_shows(&live.show, "live, 10 behind");
	press(&live.show, "Space"); /* 8 a second */
	assert_shows(&live.show, "PLAY");
	pass(&live.show, 5000);
	assert_int_equal(position_of(&live.show), 1010);
	assert_shows(&live.show, "PLAY"); /* it waits at the end */
	grow(&live, 1010, 1014);
	pass(&live.show, 3000);
	assert_int_equal(position_of(&live.show), 1014);
	live_finish(&live);
}

static void a_long_way_is_gone_in_slices(void **state)
{
	enum { EVENTS = 400000, SLICES = 200 };
	struct live_show live;
	unsigned slices = 0;

	live_init(&live, &following);
	press(&live.show, "g");
	grow(&live, 1000, EVENTS);
	press(&live.show, "F");
	while (position_of(&live.show) < EVENTS && slices < SLICES) {
		assert_true(view_next_tick(live.show.view, live.show.now) <= 50 * MILLISECOND);
		assert_shows(&live.show, "LIVE");
		pass(&live.show, 16);
		slices++;
	}
	assert_int_equal(position_of(&live.show), EVENTS);
	assert_true(slices > 1); /* keys are taken in between */
	pass(&live.show, 50);
	assert_shows(&live.show, "following");
	live_finish(&live);
}

/* The recorder's last act: the trace in its exact order takes the name. */
static void put_final(struct live_show *live, unsigned events)
{
	end_writing(live);
	begin_writing(live, live->other, TRACE_COMPLETE);
	grow(live, 0, events);
	assert_int_equal(rename(live->other, live->path), 0);
}

static void the_final_trace_is_followed_to_its_end(void **state)
{
	struct live_show live;

	live_init(&live, &following);
	put_final(&live, 1200);
	pass(&live.show, 100);
	assert_int_equal(position_of(&live.show), 1200);
	assert_shows(&live.show, "PAUSE");
	assert_shows(&live.show, "event 1,199 / 1,199  100%  ended");
	while (view_next_tick(live.show.view, live.show.now) == 0)
		pass(&live.show, 1);
	/* nothing more can come */
	assert_true(view_next_tick(live.show.view, live.show.now) == UINT64_MAX);
	press(&live.show, "R Space"); /* an ordinary trace now: it plays, from where it is */
	pass(&live.show, 2000);
	assert_true(position_of(&live.show) < 1200);
	live_finish(&live);
}

/* It is larger than what is taken at one look: nothing is lost of where it was. */
static void a_large_final_trace_is_returned_into(void **state)
{
	enum { EVENTS = 700000 };
	struct live_show live;

	live_init(&live, &following);
	grow(&live, 1000, EVENTS);
	while (position_of(&live.show) < EVENTS)
		pass(&live.show, 16);
	press(&live.show, ",");
	put_final(&live, EVENTS + 5);
	for (unsigned i = 0; i < 300; i++)
		pass(&live.show, 16);
	assert_int_equal(position_of(&live.show), EVENTS - 1);
	assert_int_equal(player_length(live.show.stage.player), EVENTS + 5);
	assert_shows(&live.show, "ended");
	live_finish(&live);
}

static void the_final_trace_keeps_the_position(void **state)
{
	static const unsigned lengths[] = {2000, 300};

	for (size_t i = 0; i < 2; i++) {
		struct live_show live;
		live_init(&live, &following);
		press(&live.show, "5");
		assert_int_equal(position_of(&live.show), 500);
		put_final(&live, lengths[i]);
		pass(&live.show, 100);
		assert_int_equal(position_of(&live.show), lengths[i] < 500 ? lengths[i] : 500);
		assert_shows(&live.show, "ended");
		live_finish(&live);
	}
}

/* With 3000 events it is known that the heap is meant. */
static bool renew_to_heap(void *user, struct player_config *ret_config)
{
	struct live_show *live = *(struct live_show **)user;

	if (trace_length(live->show.stage.trace) < 3000)
		return false;
	*ret_config = (struct player_config){.engine = "heap"};
	return true;
}

static void a_trace_that_says_more_is_played_otherwise(void **state)
{
	struct live_show live, *user = &live;
	struct view_config config = following;

	config.renew = renew_to_heap;
	config.renewer = &user;
	live_init(&live, &config);
	grow(&live, 1000, 2000);
	pass(&live.show, 50);
	assert_shows(&live.show, "pymalloc");
	press(&live.show, "5");
	grow(&live, 2000, 3000);
	pass(&live.show, 50);
	assert_shows(&live.show, "heap");
	assert_int_equal(position_of(&live.show), 1000);
	assert_null(strstr(screen_of(&live.show), "pymalloc"));
	press(&live.show, "F");
	assert_int_equal(position_of(&live.show), 3000);
	live_finish(&live);
}

static void what_was_looked_up_is_forgotten_when_the_engine_changes(void **state)
{
	struct live_show live, *user = &live;
	struct view_config config = following;

	config.renew = renew_to_heap;
	config.renewer = &user;
	live_init(&live, &config);
	screen_of(&live.show);
	press(&live.show, "I l l");
	screen_of(&live.show);
	pass(&live.show, 20);
	assert_shows(&live.show, "the 1st that lives");
	grow(&live, 1000, 3000);
	pass(&live.show, 100);
	screen_of(&live.show);
	pass(&live.show, 20);
	assert_shows(&live.show, "heap +");
	assert_shows(&live.show, "the 1st that lives");
	live_finish(&live);
}

static void the_inspector_goes_on_with_a_trace_that_grows(void **state)
{
	struct event event = {.kind = EVENT_FREE, .object = 999, .text = TEXT_NONE};
	struct live_show live;
	struct error err;

	live_init(&live, &following);
	screen_of(&live.show);
	press(&live.show, "I l l f");
	screen_of(&live.show);
	pass(&live.show, 20);
	assert_shows(&live.show, "freed      not yet, and the trace still grows");
	event.flags = EVENT_SEEN_BEFORE;
	assert_int_equal(trace_writer_add(live.writer, &event, NULL, &err), 0);
	grow(&live, 1000, 1010);
	pass(&live.show, 100);
	screen_of(&live.show);
	pass(&live.show, 20);
	assert_shows(&live.show, "object     1000, the 2nd that lives at this address");
	press(&live.show, "F : s e e k Space 9 9 9 Enter");
	screen_of(&live.show);
	pass(&live.show, 20);
	assert_shows(&live.show, "freed      event 1,000, in 1 event: free(object 999)");
	live_finish(&live);
}

static void quitting_asks_while_the_program_runs(void **state)
{
	struct view_config config = following;
	struct live_show live;

	config.stops_program = true;
	live_init(&live, &config);
	assert_true(view_key(live.show.view, "q"));
	assert_shows(&live.show, "The program still runs: q again stops it");
	assert_true(view_key(live.show.view, ",")); /* goes on, and is no step */
	assert_shows(&live.show, "following");
	assert_int_equal(position_of(&live.show), 1000);
	press(&live.show, ": q u i t");
	assert_true(view_key(live.show.view, "Enter"));
	assert_shows(&live.show, "The program still runs");
	assert_false(view_key(live.show.view, "q"));
	live_finish(&live);

	live_init(&live, &config);
	put_final(&live, 1200);
	pass(&live.show, 100);
	assert_false(view_key(live.show.view, "q"));
	live_finish(&live);
}

static void damage_ends_following_and_is_told(void **state)
{
	static const char rubbish[64] = "rubbish";
	struct live_show live;

	live_init(&live, &following);
	assert_int_equal(write(live.fd, rubbish, sizeof(rubbish)), sizeof(rubbish));
	pass(&live.show, 100);
	assert_shows(&live.show, "a chunk should begin here");
	assert_int_equal(position_of(&live.show), 1000);
	live_finish(&live);
}

static void every_size_says_that_it_is_live(void **state)
{
	struct live_show live;

	live_init(&live, &following);
	for (int width = 20; width < 240; width += 7)
		for (int height = 5; height < 70; height += 9) {
			canvas_resize(&live.show.canvas, width, height);
			assert_shows(&live.show, "LIVE");
			if (width >= 70)
				assert_shows(&live.show, "following");
		}
	live_finish(&live);
}

static void a_trace_that_does_not_grow_cannot_be_followed(void **state)
{
	struct show show;

	show_init(&show, CLASSIC, &(struct view_config){0});
	press(&show, "F");
	assert_shows(&show, "this trace does not grow; play --follow watches one that does");
	assert_int_equal(position_of(&show), 0);
	show_finish(&show);
}

static void a_typed_quit_quits(void **state)
{
	struct show show;

	show_init(&show, CLASSIC, &(struct view_config){0});
	press(&show, ": q u i t");
	assert_false(view_key(show.view, "Enter"));
	show_finish(&show);
}

/* Computes nothing, and counts how often it is asked to. */
struct counting_panel {
	struct panel panel;
	unsigned updates;
};

static void count_update(struct panel *panel, const struct scene *scene)
{
	((struct counting_panel *)panel)->updates++;
}

static const struct panel_ops counting_ops = {
	.name = "counting",
	.state_size = sizeof(struct counting_panel),
	.update = count_update,
};

/* In the place of a panel that no test here needs: the view frees it. */
static struct counting_panel *add_counting_panel(struct view *view)
{
	struct counting_panel *counting = xcalloc(1, sizeof(*counting));

	counting->panel.ops = &counting_ops;
	for (size_t i = 0; i < view->panels.count; i++)
		if (view->panels.items[i]->ops == panel_of(PANEL_OBJECTS)) {
			free(view->panels.items[i]);
			view->panels.items[i] = &counting->panel;
		}
	return counting;
}

static void a_key_refreshes_once(void **state)
{
	static const char *const places[] = {"seek start", "seek 5", "seek end"};
	unsigned refreshes = 0;
	struct error err;

	for (size_t place = 0; place < 3; place++)
		for (unsigned i = 1; i < ACTION_COUNT; i++) {
			const char *name = action_info((enum action)i)->name;
			struct show show;
			show_init(&show, CLASSIC, &(struct view_config){0});
			struct counting_panel *counting = add_counting_panel(show.view);
			view_command(show.view, places[place], &err);
			view_command(show.view, "break size > 90", &err);
			view_draw(show.view, &show.canvas);
			counting->updates = 0;
			view_command(show.view, name, &err);
			if (counting->updates > 1)
				fail_msg("%s refreshes %u times after %s", name, counting->updates,
					places[place]);
			refreshes += counting->updates;
			show_finish(&show);
		}
	assert_true(refreshes > 20);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(o_colours_maps_by_state_class_and_fill),
		cmocka_unit_test(every_size_shows_state_story_map_and_help),
		cmocka_unit_test(side_by_side_shows_every_engine_at_every_size),
		cmocka_unit_test(side_by_side_follows_every_move_and_finds_differences),
		cmocka_unit_test(engines_that_never_part_are_told_apart_by_kind),
		cmocka_unit_test(enter_goes_down_to_a_block_and_escape_back),
		cmocka_unit_test(the_inspector_rests_when_there_is_nothing_to_look_up),
		cmocka_unit_test(whatever_is_pressed_the_view_goes_on_and_rests),
		cmocka_unit_test(an_event_is_stepped_into_one_decision_at_a_time),
		cmocka_unit_test(any_other_move_is_of_whole_events),
		cmocka_unit_test(a_question_of_a_lecture_is_answered_decision_by_decision),
		cmocka_unit_test(a_hole_tells_who_made_it),
		cmocka_unit_test(a_caption_with_a_question_mark_hides_its_answer),
		cmocka_unit_test(a_lecture_asks_before_it_shows),
		cmocka_unit_test(tiny_screens_say_what_they_need),
		cmocka_unit_test(ascii_is_ascii_at_every_size),
		cmocka_unit_test(keys_step_and_say_where_it_ends),
		cmocka_unit_test(playing_takes_its_time_from_ticks),
		cmocka_unit_test(a_frame_has_no_more_events_than_there_is_time_for),
		cmocka_unit_test(playing_fast_comes_before_looking_ahead),
		cmocka_unit_test(playing_backwards_ends_at_the_start),
		cmocka_unit_test(a_caption_stays_while_it_is_read),
		cmocka_unit_test(a_lecture_stops_at_a_caption),
		cmocka_unit_test(when_nothing_plays_nothing_wakes_it),
		cmocka_unit_test(commands_go_where_they_say),
		cmocka_unit_test(a_time_is_gone_to_where_there_are_times),
		cmocka_unit_test(bad_commands_are_told_and_change_nothing),
		cmocka_unit_test(seeking_past_the_end_goes_there_and_says_so),
		cmocka_unit_test(breakpoints_stop_runs_in_both_directions),
		cmocka_unit_test(a_prompt_is_edited_recalled_and_left),
		cmocka_unit_test(tab_completes_a_command_as_far_as_it_is_certain),
		cmocka_unit_test(a_search_finds_captions_calls_and_marks),
		cmocka_unit_test(a_free_block_says_when_it_will_be_handed_out),
		cmocka_unit_test(figures_that_do_not_fit_are_scrolled_to),
		cmocka_unit_test(a_search_knows_objects_sizes_addresses_and_callers),
		cmocka_unit_test(the_mouse_is_given_to_the_terminal_and_back),
		cmocka_unit_test(every_key_is_survived_at_the_start_and_at_the_end),
		cmocka_unit_test(every_place_can_be_clicked),
		cmocka_unit_test(a_click_on_the_timeline_goes_there_and_a_drag_stays_with_it),
		cmocka_unit_test(a_click_on_a_pool_shows_it),
		cmocka_unit_test(under_the_help_clicks_do_nothing_and_the_wheel_scrolls),
		cmocka_unit_test(a_mark_of_ones_own_stands_on_the_timeline),
		cmocka_unit_test(help_scrolls_to_its_end_and_no_further),
		cmocka_unit_test(what_comes_is_shown_as_it_comes),
		cmocka_unit_test(who_moves_leaves_and_f_catches_up),
		cmocka_unit_test(keys_that_do_not_move_stay_with_it),
		cmocka_unit_test(space_pauses_and_plays_what_arrives),
		cmocka_unit_test(a_long_way_is_gone_in_slices),
		cmocka_unit_test(the_final_trace_is_followed_to_its_end),
		cmocka_unit_test(the_final_trace_keeps_the_position),
		cmocka_unit_test(a_large_final_trace_is_returned_into),
		cmocka_unit_test(a_trace_that_says_more_is_played_otherwise),
		cmocka_unit_test(what_was_looked_up_is_forgotten_when_the_engine_changes),
		cmocka_unit_test(the_inspector_goes_on_with_a_trace_that_grows),
		cmocka_unit_test(quitting_asks_while_the_program_runs),
		cmocka_unit_test(damage_ends_following_and_is_told),
		cmocka_unit_test(every_size_says_that_it_is_live),
		cmocka_unit_test(a_trace_that_does_not_grow_cannot_be_followed),
		cmocka_unit_test(a_typed_quit_quits),
		cmocka_unit_test(a_key_refreshes_once),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
