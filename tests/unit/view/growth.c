/* A trace that grows, and one that replaces it. */
#include "show.h"

#include "trace/exits.h"
#include "trace/wire.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

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
	assert_shows(&live.show, "event 999 of 1,000  100%  following");
	for (unsigned i = 1; i < 10; i++) {
		grow(&live, i * 1000, i * 1000 + 1000);
		pass(&live.show, 50);
		assert_int_equal(position_of(&live.show), i * 1000 + 1000);
	}
	assert_shows(&live.show, "event 9,999 of 10,000  100%  following");
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
		snprintf(words, sizeof(words), "live, %u,%03u events behind", behind / 1000,
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
	assert_shows(&live.show, "live, 10 events behind");
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
	assert_true(slices > 1); /* keys are handled in between */
	pass(&live.show, 50);
	assert_shows(&live.show, "following");
	live_finish(&live);
}

/* As the recorder does at the end: the trace in its exact order takes the name. */
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
	assert_shows(&live.show, "event 1,199, the last  100%  ended");
	while (view_next_tick(live.show.view, live.show.now) == 0)
		pass(&live.show, 1);
	/* nothing more can come */
	assert_true(view_next_tick(live.show.view, live.show.now) == UINT64_MAX);
	/* an ordinary trace now: it plays, from the current position */
	press(&live.show, "R Space Space"); /* the first ends following */
	pass(&live.show, 2000);
	assert_true(position_of(&live.show) < 1200);
	live_finish(&live);
}

/* What it kept is no longer there at its end. */
static void of_a_python_the_end_is_before_it_shut_down(void **state)
{
	struct event mark = {.kind = EVENT_MARK};
	struct live_show live;
	struct error err;

	live_init(&live, &following);
	end_writing(&live);
	begin_writing(&live, live.other, TRACE_COMPLETE);
	grow(&live, 0, 1100);
	assert_int_equal(trace_writer_add(live.writer, &mark, TRACE_MARK_SHUTDOWN, &err), 0);
	grow(&live, 1100, 1200);
	assert_int_equal(rename(live.other, live.path), 0);
	pass(&live.show, 200);
	assert_int_equal(position_of(&live.show), 1101);
	assert_shows(&live.show, "this is before Python shuts down");
	press(&live.show, "G");
	pass(&live.show, 200);
	assert_int_equal(position_of(&live.show), 1201);
	live_finish(&live);
}

/* It is larger than one slice; the position is not lost. */
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

/* The event in the status row; what a person sees. */
static uint64_t shown(struct live_show *live)
{
	const char *at = strstr(screen_of(&live->show), "event ");
	uint64_t number = 0;

	assert_non_null(at);
	for (at += strlen("event "); (*at >= '0' && *at <= '9') || *at == ','; at++)
		if (*at != ',')
			number = number * 10 + (uint64_t)(*at - '0');
	return number;
}

/* A key at each of 50 moments around the end of the program. */
static void a_key_counts_from_the_event_that_is_shown(void **state)
{
	enum { EVENTS = 120000, LAST = EVENTS - 20, MOMENTS = 50, BEFORE = 5 };
	static const struct {
		const char *keys;
		int moves;
	} cases[] = {{"Space", 0}, {",", -1}, {", , ,", -3}, {", .", 0}, {"{ ' ", 0}};

	for (unsigned moment = 0; moment < MOMENTS; moment++) {
		const size_t n = moment % (sizeof(cases) / sizeof(*cases));
		struct live_show live;
		live_init(&live, &following);
		grow(&live, 1000, LAST);
		while (position_of(&live.show) < LAST)
			pass(&live.show, 16);
		screen_of(&live.show);
		for (unsigned i = 0; i < moment; i++) {
			if (i == BEFORE)
				put_final(&live, EVENTS);
			pass(&live.show, i < BEFORE ? 16 : 1);
			screen_of(&live.show);
		}
		if (moment <= BEFORE)
			put_final(&live, EVENTS);
		const uint64_t before = shown(&live);
		press(&live.show, cases[n].keys);
		const uint64_t expected = before + (uint64_t)(int64_t)cases[n].moves;
		if (shown(&live) != expected)
			fail_msg("moment %u, %s: %s", moment, cases[n].keys, screen_of(&live.show));
		for (unsigned i = 0; i < 60; i++)
			pass(&live.show, 16);
		if (shown(&live) != expected)
			fail_msg("moment %u, %s: %s", moment, cases[n].keys, screen_of(&live.show));
		assert_int_equal(position_of(&live.show), expected + 1);
		live_finish(&live);
	}
}

/* From 3000 events on the heap is chosen. */
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

struct renewal {
	struct live_show *live;
	const struct options *options;
};

static bool renew_with_options(void *user, struct player_config *ret_config)
{
	const struct renewal *renewal = user;

	if (trace_length(renewal->live->show.stage.trace) < 3000)
		return false;
	*ret_config = (struct player_config){.engine = "heap", .options = renewal->options};
	return true;
}

/* Without options there is nothing that another engine could be compared with. */
static void the_options_of_a_trace_that_says_more_are_those_of_its_rivals(void **state)
{
	struct live_show live;
	struct stage other;
	struct view_config config = following;

	stage_init(&other, "--engine heap --heap-fit best", "a 0 1\n");
	struct renewal renewal = {&live, other.options};
	config.renew = renew_with_options;
	config.renewer = &renewal;
	live_init(&live, &config);
	press(&live.show, ": c o m p a r e Space h e a p Enter");
	assert_shows(&live.show, "compare: nothing to compare with here");
	grow(&live, 1000, 3000);
	pass(&live.show, 100);
	press(&live.show, ": c o m p a r e Space h e a p Enter");
	assert_shows(&live.show, "compare: works on complete traces only");
	live_finish(&live);
	stage_finish(&other);
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
	assert_shows(&live.show, "The program is still running. q stops it");
	assert_true(view_key(live.show.view, ",")); /* continues, and does not step */
	assert_shows(&live.show, "following");
	assert_int_equal(position_of(&live.show), 1000);
	press(&live.show, ": q u i t");
	assert_true(view_key(live.show.view, "Enter"));
	assert_shows(&live.show, "The program is still running");
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
	assert_shows(&live.show, "expected the start of a chunk here");
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
	assert_shows(&show,
		"this trace is complete; use play --follow for one still being written");
	assert_int_equal(position_of(&show), 0);
	show_finish(&show);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_comes_is_shown_as_it_comes),
		cmocka_unit_test(who_moves_leaves_and_f_catches_up),
		cmocka_unit_test(keys_that_do_not_move_stay_with_it),
		cmocka_unit_test(space_pauses_and_plays_what_arrives),
		cmocka_unit_test(a_long_way_is_gone_in_slices),
		cmocka_unit_test(the_final_trace_is_followed_to_its_end),
		cmocka_unit_test(of_a_python_the_end_is_before_it_shut_down),
		cmocka_unit_test(a_large_final_trace_is_returned_into),
		cmocka_unit_test(the_final_trace_keeps_the_position),
		cmocka_unit_test(a_key_counts_from_the_event_that_is_shown),
		cmocka_unit_test(a_trace_that_says_more_is_played_otherwise),
		cmocka_unit_test(the_options_of_a_trace_that_says_more_are_those_of_its_rivals),
		cmocka_unit_test(what_was_looked_up_is_forgotten_when_the_engine_changes),
		cmocka_unit_test(the_inspector_goes_on_with_a_trace_that_grows),
		cmocka_unit_test(quitting_asks_while_the_program_runs),
		cmocka_unit_test(damage_ends_following_and_is_told),
		cmocka_unit_test(every_size_says_that_it_is_live),
		cmocka_unit_test(a_trace_that_does_not_grow_cannot_be_followed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
