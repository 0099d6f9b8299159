/* Playing as time passes. */
#include "show.h"
#include "view/presentation.h"

#include <string.h>

static void playing_takes_its_time_from_ticks(void **state)
{
	struct show show;

	show_init(&show, CLASSIC, &(struct view_config){.speed.events = 10});
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

/* A text of that many events. */
static void text_of_many(struct text *text, unsigned events)
{
	for (unsigned i = 0; i < events; i++)
		text_add(text, i % 2 ? "f %u\n" : "a %u 16\n", i / 2);
}

/* The number of events in a frame of 16 ms at full speed. */
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
	show_begin(&show, CLASSIC, text_of(&many), &(struct view_config){.speed.events = 262144});
	look_ahead(&show);
	press(&show, "Space");
	view_tick(show.view, show.now);
	assert_int_equal(events_of_a_frame(&show), 4194);
	assert_int_equal(events_of_a_frame(&show), 4194); /* no cost has been reported */
	view_report_cost(show.view, 8388 * 5000, 250000);
	assert_int_equal(events_of_a_frame(&show), 1550); /* 5 us each: half of a frame */
	view_report_cost(show.view, 1550 * 100000, 250000);
	assert_int_equal(events_of_a_frame(&show), 500); /* it continues, whatever they cost */
	for (unsigned i = 0; i < 30; i++)
		view_report_cost(show.view, events_of_a_frame(&show) * 10, 250000);
	assert_in_range(events_of_a_frame(&show), 4194, 4195);
	show_finish(&show);
	text_finish(&many);
}

static void a_long_trace_plays_in_a_minute_and_a_short_one_slowly(void **state)
{
	static const struct {
		unsigned events;
		const char *keys;
		const char *words;
	} table[] = {
		{60000, "", "1,000 events/s, 1:00 min left"},
		{60000, ">", "2,000 events/s: the whole trace in 30 s"},
		{60000, "> > <", "2,000 events/s, 30 s left"},
		{60000, "> Backspace", "1,000 events/s: the whole trace in 1:00 min"},
		{60000, ": s p e e d Space 2 0 s Enter", "3,000 events/s, 20 s left"},
		{60000, ": s p e e d Space 1 0 0 0 0 0 0 Enter", "1,000,000 events/s, 0 s left"},
		{60000, "5", "1,000 events/s, 30 s left"},
		{400, "", "8 events/s, 50 s left"},
		{400, ": s p e e d Space 1 : 0 0 Enter", "6.67 events/s, 1:00 min left"},
	};

	for (size_t i = 0; i < sizeof(table) / sizeof(*table); i++) {
		struct text many = {0};
		struct show show;
		text_of_many(&many, table[i].events);
		show_begin(&show, CLASSIC, text_of(&many), &(struct view_config){0});
		canvas_resize(&show.canvas, 120, 24);
		look_ahead(&show);
		if (*table[i].keys)
			press(&show, table[i].keys);
		assert_shows(&show, table[i].words);
		show_finish(&show);
		text_finish(&many);
	}
}

static void what_plays_says_when_it_ends(void **state)
{
	struct text many = {0};
	struct show show;

	text_of_many(&many, 60000);
	show_begin(&show, CLASSIC, text_of(&many), &(struct view_config){0});
	press(&show, "Space");
	pass(&show, 1);
	pass(&show, 3000);
	assert_in_range(position_of(&show), 2900, 3000);
	assert_shows(&show, "  57 s left");
	press(&show, "Space");
	assert_shows(&show, "  1,000 events/s");
	press(&show, "R Space");
	pass(&show, 1001);
	assert_shows(&show, "  2 s left");
	show_finish(&show);
	text_finish(&many);
}

/* The number after the word in the text; -1: the word is not there. */
static long number_after(const char *text, const char *word)
{
	const char *at = strstr(text, word);
	long number = 0;

	if (!at)
		return -1;
	for (at += strlen(word); (*at >= '0' && *at <= '9') || *at == ','; at++)
		number = *at == ',' ? number : number * 10 + (*at - '0');
	return number;
}

static void while_it_flies_by_every_number_is_of_one_event(void **state)
{
	struct text many = {0};
	struct show show;

	text_of_many(&many, 20000);
	show_begin(&show, CLASSIC, text_of(&many), &(struct view_config){.speed.events = 2000});
	look_ahead(&show);
	press(&show, "Space");
	for (int frame = 0; frame < 40; frame++) {
		show.now += 16 * MILLISECOND;
		view_tick(show.view, show.now);
		const char *screen = screen_of(&show);
		assert_int_equal(number_after(screen, "  event "),
			number_after(screen, "What happened event "));
	}
	show_finish(&show);
	text_finish(&many);
}

static void playing_fast_comes_before_looking_ahead(void **state)
{
	struct show show;

	show_begin(&show, CLASSIC, show_trace + strcspn(show_trace, "\n") + 1,
		&(struct view_config){.speed.events = 200});
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

	show_init(&show, CLASSIC, &(struct view_config){.speed.events = 1000});
	press(&show, ". . . R Space");
	pass(&show, 100);
	assert_int_equal(position_of(&show), 0);
	assert_shows(&show, "PAUSE");
	show_finish(&show);
}

static void a_caption_stays_while_it_is_read(void **state)
{
	struct show show;

	show_init(&show, CLASSIC, &(struct view_config){.speed.events = 100});
	press(&show, "Space");
	pass(&show, 500);
	assert_int_equal(position_of(&show), 1);
	assert_shows(&show, "Watch where the first one goes.");
	pass(&show, 5000);
	assert_int_equal(position_of(&show), player_length(show.stage.player));
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

static void a_script_that_plays_is_a_film_and_not_a_pause(void **state)
{
	struct show show;

	show_init(&show, CLASSIC, &(struct view_config){0});
	view_set_script(show.view, VIEW_SCRIPT_PLAYS);
	assert_shows(&show, "PLAY");
	assert_shows(&show, "film");
	assert_shows_not(&show, "PAUSE");
	assert_shows_not(&show, "events/s");
	view_set_script(show.view, VIEW_SCRIPT_PAUSED);
	assert_shows(&show, "PAUSE");
	assert_shows(&show, "events/s");
	show_finish(&show);
}

static void a_film_has_its_captions_where_a_lecture_has_them(void **state)
{
	static const char text[] =
		"note Of the trace.\na 0 16\na 1 16\nnote And another.\na 2 16\n";
	struct show show;

	show_begin(&show, CLASSIC, text, &(struct view_config){.film = true});
	view_set_script(show.view, VIEW_SCRIPT_PLAYS);
	press(&show, ".");
	assert_shows(&show, "│ Of the trace.");
	view_show_caption(show.view, "Said first.");
	assert_shows(&show, "│ Said first.");
	assert_shows(&show, "pause");
	view_show_caption(show.view, "Said next, at the same event.");
	assert_shows(&show, "│ Said next, at the same event.");
	assert_shows_not(&show, "Said first.");
	assert_shows_not(&show, "Of the trace.");
	view_show_caption(show.view, "");
	press(&show, "F5");
	pass(&show, 20000);
	assert_int_equal(position_of(&show), 5);
	show_finish(&show);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_script_that_plays_is_a_film_and_not_a_pause),
		cmocka_unit_test(a_film_has_its_captions_where_a_lecture_has_them),
		cmocka_unit_test(playing_takes_its_time_from_ticks),
		cmocka_unit_test(a_frame_has_no_more_events_than_there_is_time_for),
		cmocka_unit_test(a_long_trace_plays_in_a_minute_and_a_short_one_slowly),
		cmocka_unit_test(what_plays_says_when_it_ends),
		cmocka_unit_test(while_it_flies_by_every_number_is_of_one_event),
		cmocka_unit_test(playing_fast_comes_before_looking_ahead),
		cmocka_unit_test(playing_backwards_ends_at_the_start),
		cmocka_unit_test(a_caption_stays_while_it_is_read),
		cmocka_unit_test(when_nothing_plays_nothing_wakes_it),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
