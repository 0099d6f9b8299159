/* The player: however a position is reached, the state is the same. */
#include "base/error.h"
#include "base/options.h"
#include "base/text.h"
#include "engines/pymalloc/decisions.h"
#include "player/player.h"
#include "player/runs.h"
#include "shorthand.h"
#include "support.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char *const engines[] = {"pymalloc", "heap"};

static struct trace *random_trace(unsigned events, uint64_t seed)
{
	struct text text = {0};
	struct trace *trace = NULL;
	struct error err;
	struct dice dice;

	dice_init(&dice, seed);
	for (unsigned i = 0; i < events; i++) {
		unsigned kind = (unsigned)dice_roll(&dice, 100);
		unsigned id = (unsigned)dice_roll(&dice, 2000);
		unsigned size = (unsigned)dice_roll(&dice, 600);
		if (kind == 0)
			text_add(&text, "note n%u\n", i);
		else
			text_add(&text,
				kind < 50   ? "a %u %u\n"
				: kind < 90 ? "f %u\n"
					    : "r %u %u\n",
				id, size);
	}
	if (trace_open_memory(&trace, text.bytes, text.length, "random", 0, &err) < 0)
		fail_msg("%s", err.text);
	text_finish(&text);
	return trace;
}

/* Objects that refer to each other, and a collector that runs by itself. */
static struct trace *random_objects(unsigned events, uint64_t seed)
{
	struct text text = {0};
	struct trace *trace = NULL;
	struct error err;
	struct dice dice;

	dice_init(&dice, seed);
	text_add(&text, "gc thresholds 40 3 2\n");
	for (unsigned i = 1; i < events; i++) {
		unsigned kind = (unsigned)dice_roll(&dice, 100);
		unsigned one = (unsigned)dice_roll(&dice, 300),
			 other = (unsigned)dice_roll(&dice, 300);
		if (kind < 40)
			text_add(&text, "new %u %u%s%s\n", one, other + 1, kind < 35 ? " gc" : "",
				kind < 8    ? " finalizer"
				: kind < 12 ? " finalizer=resurrects"
					    : "");
		else if (kind < 70)
			text_add(&text, "ref %u %u\n", one, other);
		else if (kind < 90)
			text_add(&text, "unref - %u\n", one);
		else if (kind < 95)
			text_add(&text, "weak %u %u callback=%u\n", one, other,
				(one + other) % 300);
		else if (kind < 99)
			text_add(&text, "unref %u %u\n", one, other);
		else
			text_add(&text, "collect %u\n", one % 3);
	}
	assert_int_equal(trace_open_memory(&trace, text.bytes, text.length, "objects", 0, &err), 0);
	text_finish(&text);
	return trace;
}

static struct player *player_for(struct trace *trace, const char *engine, size_t budget)
{
	const struct player_config config = {.engine = engine, .budget = budget};
	struct player *player = NULL;
	struct error err;

	assert_int_equal(player_new(&player, trace, &config, &err), 0);
	return player;
}

/* Compares the bytes of the states, in snapshots of their flats. */
static void assert_same_state(struct player *one, struct player *other)
{
	struct flat *flats[8], *others[8];
	size_t n = heap_flats((struct heap *)(uintptr_t)player_heap(one), flats, 8);

	heap_flats((struct heap *)(uintptr_t)player_heap(other), others, 8);
	for (size_t i = 0; i < n; i++)
		assert_true(flat_equal(flats[i], others[i]));
	assert_memory_equal(player_metrics(one), player_metrics(other), sizeof(struct metrics));
}

static void seek_to_n_equals_n_steps(void **state)
{
	for (size_t e = 0; e < 4; e++) {
		const char *engine = engines[e % 2];
		struct trace *trace =
			e < 2 ? random_trace(30000, 7 + e) : random_objects(30000, 7 + e);
		struct player *walker = player_for(trace, engine, 0);
		struct player *jumper = player_for(trace, engine, 1 << 20);
		struct dice dice;

		dice_init(&dice, 17);
		for (unsigned i = 0; i < 40; i++) {
			uint64_t target = dice_roll(&dice, 30001);
			player_seek(jumper, target);
			player_survey(jumper, dice_roll(&dice, 2000));
			/* The walker only ever plays forwards from the start. */
			if (player_position(walker) > target) {
				player_free(walker);
				walker = player_for(trace, engine, 0);
			}
			while (player_position(walker) < target)
				player_step(walker);
			assert_int_equal(player_position(jumper), target);
			assert_same_state(walker, jumper);
		}
		player_free(walker);
		player_free(jumper);
		trace_close(trace);
	}
}

/* Arenas at recorded addresses are part of the state. */
static void recorded_arenas_are_where_they_were_however_one_gets_there(void **state)
{
	struct options *options = options_new();
	const struct player_config config = {.engine = "pymalloc",
		.options = options,
		.budget = 1 << 20};
	struct player *walker = NULL, *jumper = NULL;
	struct trace *trace = NULL;
	struct text text = {0};
	struct error err;
	struct dice dice;

	dice_init(&dice, 5);
	for (unsigned i = 0; i < 20000; i++) {
		unsigned id = (unsigned)dice_roll(&dice, 6000),
			 place = (unsigned)dice_roll(&dice, 30);
		if (dice_roll(&dice, 100) == 0)
			text_add(&text, "m ? 262144 domain=arena at=0x7f%02x34567000\n", place);
		else if (dice_roll(&dice, 200) == 0)
			text_add(&text, "u ? domain=arena at=0x7f%02x34567000\n", place);
		else
			text_add(&text, dice_roll(&dice, 3) ? "a %u 400\n" : "f %u\n", id);
	}
	assert_int_equal(trace_open_memory(&trace, text.bytes, text.length, "arenas", 0, &err), 0);
	options_add_table(options, engine_find("pymalloc")->options);
	assert_int_equal(options_set(options, "python", "3.8", &err), 0);
	assert_int_equal(options_set(options, "arenas", "recorded", &err), 0);
	assert_int_equal(player_new(&walker, trace, &config, &err), 0);
	assert_int_equal(player_new(&jumper, trace, &config, &err), 0);
	unsigned nrecorded = 0;
	for (uint64_t target = 0; target < 20000; target += 487) {
		player_seek(jumper, 20000 - target);
		player_seek(jumper, target);
		while (player_position(walker) < target)
			player_step(walker);
		assert_same_state(walker, jumper);
		const struct engine *pymalloc = heap_layer(player_heap(jumper), 0);
		for (size_t i = 0; i < engine_region_count(pymalloc); i++) {
			struct region region;
			engine_region(pymalloc, i, &region);
			nrecorded += (uint32_t)region.base == 0x34567000;
		}
	}
	assert_true(nrecorded > 100);
	player_free(walker);
	player_free(jumper);
	trace_close(trace);
	text_finish(&text);
	options_free(options);
}

static void n_steps_forward_and_back_restore_the_bytes(void **state)
{
	for (size_t e = 0; e < 2; e++) {
		struct trace *trace = random_trace(8000, 70 + e);
		struct player *moved = player_for(trace, engines[e], 0);
		struct player *still = player_for(trace, engines[e], 0);

		player_seek(moved, 5000);
		player_seek(still, 5000);
		for (unsigned i = 0; i < 300; i++)
			assert_true(player_step(moved));
		for (unsigned i = 0; i < 300; i++)
			assert_true(player_step_back(moved));
		assert_same_state(moved, still);
		for (unsigned i = 0; i < 700; i++)
			assert_true(player_step_back(moved));
		player_seek(still, 4300);
		assert_same_state(moved, still);
		player_free(moved);
		player_free(still);
		trace_close(trace);
	}
}

static void the_last_event_is_known_with_its_reasons_after_any_move(void **state)
{
	struct trace *trace = trace_of("a0:16 a1:32 f0 a2:16");
	struct player *player = player_for(trace, "pymalloc", 0);
	const struct decision_log *log;
	struct event event;
	struct effect effect;

	assert_false(player_last(player, &event, &effect, &log));
	player_seek(player, 4);
	player_step_back(player);
	assert_true(player_last(player, &event, &effect, &log));
	assert_int_equal(event.kind, EVENT_FREE);
	assert_int_equal(effect.outcome, OUTCOME_RELEASED);
	assert_int_equal(log->items[0].kind, &decision_block_pushed);
	player_free(player);
	trace_close(trace);
}

static void what_died_of_an_event_is_forgotten_at_the_start(void **state)
{
	static const char text[] = "new 0 10\nunref - 0\n";
	struct trace *trace = NULL;
	const struct live *died;
	struct error err;

	assert_int_equal(trace_open_memory(&trace, text, sizeof(text) - 1, "died", 0, &err), 0);
	struct player *player = player_for(trace, "heap", 0);
	player_seek(player, 2);
	assert_int_equal(heap_died(player_heap(player), &died), 1);
	player_seek(player, 0);
	assert_int_equal(heap_died(player_heap(player), &died), 0);
	player_free(player);
	trace_close(trace);
}

/* Of a request that freed several, all are known at the captions after it. */
static void what_died_at_a_request_is_known_at_the_captions_after_it(void **state)
{
	static const size_t ndied[] = {0, 0, 0, 0, 2, 2, 2, 0};
	static const char text[] =
		"new 0 10\nnew 1 10\nref 0 1\nunref - 1\nunref - 0\nnote Two.\nmark two\nnew 2 10\n";
	static const uint64_t way[] = {5, 6, 7, 8, 7, 6, 5, 4, 0, 7};
	struct trace *trace = NULL;
	const struct live *died;
	struct error err;

	assert_int_equal(trace_open_memory(&trace, text, sizeof(text) - 1, "died", 0, &err), 0);
	struct player *player = player_for(trace, "heap", 0);
	for (size_t i = 0; i < sizeof(way) / sizeof(*way); i++) {
		player_seek(player, way[i]);
		assert_int_equal(player_died(player, &died), way[i] ? ndied[way[i] - 1] : 0);
	}
	assert_int_equal(died[0].object + died[1].object, 1);
	player_free(player);
	trace_close(trace);
}

static void a_caption_leaves_what_the_request_before_it_did(void **state)
{
	static const uint64_t way[] = {3, 5, 4, 2, 1, 6, 5, 3, 4, 0, 4, 7, 6};
	static const char text[] =
		"note hello\na 0 16\na 1 32\nnote two\nmark here\nf 0\nnote one\n";
	struct trace *trace = NULL;
	struct error err;

	assert_int_equal(trace_open_memory(&trace, text, sizeof(text) - 1, "captions", 0, &err), 0);
	struct player *player = player_for(trace, "pymalloc", 0);
	const struct decision_log *log;
	struct stop note = {STOP_NOTE, 0};
	struct event event;
	struct effect effect;

	for (size_t i = 0; i < sizeof(way) / sizeof(*way); i++) {
		uint64_t position = way[i];
		if (position == player_position(player) + 1)
			player_step(player);
		else
			player_seek(player, position);
		assert_int_equal(player_last_request(player, &event, &effect, &log), position > 1);
		if (position <= 1)
			continue;
		assert_int_equal(event.kind, position > 5 ? EVENT_FREE : EVENT_ALLOCATE);
		assert_int_equal(event.object, position == 2 || position > 5 ? 0 : 1);
		assert_int_equal(effect.outcome, position > 5 ? OUTCOME_RELEASED : OUTCOME_PLACED);
		assert_true(log->count > 0);
		assert_true(player_last(player, &event, &effect, &log));
		assert_int_equal(log->count > 0, position == 2 || position == 3 || position == 6);
	}
	player_run_back(player, &note, 1);
	assert_int_equal(player_position(player), 4);
	assert_true(player_last_request(player, &event, &effect, &log));
	assert_int_equal(event.object, 1);
	player_free(player);
	trace_close(trace);
}

static void moves_end_at_the_ends(void **state)
{
	struct trace *trace = trace_of("a0:16 f0");
	struct player *player = player_for(trace, "heap", 0);

	assert_false(player_step_back(player));
	assert_true(player_seek(player, 99));
	assert_int_equal(player_position(player), 2);
	assert_false(player_step(player));
	assert_false(player_seek(player, 2));
	assert_true(player_seek(player, 0));
	assert_int_equal(player_advance(player, 10), 2);
	player_free(player);
	trace_close(trace);
}

static struct stop stop_of(const char *words)
{
	struct stop stop;
	struct error err;

	if (stop_parse(&stop, words, &err) < 0)
		fail_msg("%s", err.text);
	return stop;
}

/* Lines of a trace, or its shorthand. */
static struct trace *trace_for(const char *words)
{
	struct trace *trace = NULL;
	struct error err;

	if (!strchr(words, '\n'))
		return trace_of(words);
	assert_int_equal(trace_open_memory(&trace, words, strlen(words), "lines", 0, &err), 0);
	return trace;
}

/* The positions of every stop, forwards; backwards they must be the same, in reverse. */
static void assert_stops(const char *shorthand, const char *engine, const char *words,
	const char *expected)
{
	struct trace *trace = trace_for(shorthand);
	struct player *player = player_for(trace, engine, 0);
	struct stop stop = stop_of(words);
	struct text there = {0};
	uint64_t back[64];
	size_t n = 0;
	bool done;

	while (player_run(player, &stop, 1, 0, &done) >= 0) {
		text_add(&there, "%s%d", there.length ? " " : "", (int)player_position(player));
		back[n++] = player_position(player);
	}
	assert_true(done);
	assert_text_equal(text_of(&there), expected);
	if (n > 0 && back[n - 1] == player_position(player))
		n--; /* it is on the last one */
	while (n-- > 0) {
		assert_int_equal(player_run_back(player, &stop, 1), 0);
		assert_int_equal(player_position(player), back[n]);
	}
	assert_int_equal(player_run_back(player, &stop, 1), -1);
	assert_int_equal(player_position(player), 0);
	text_finish(&there);
	player_free(player);
	trace_close(trace);
}

static void stops_are_found_forwards_and_backwards(void **state)
{
	assert_stops("a0:16 a1:600 a2:16 f0 f2", "pymalloc", "arena-mapped", "1");
	assert_stops("a0:16 a1:600 a2:16 f0 f2", "pymalloc", "pool-empty", "5");
	assert_stops("a0:16 a1:600 f0 a2:900", "pymalloc", "size > 512", "2 4");
	assert_stops("a0:16 a1:20 a2:16 f1", "pymalloc", "class 1", "2 4");
	assert_stops("a0:16 a1:20 f0 f1", "heap", "object 0", "1 3");
	assert_stops("a0:16 f0 f0 f9 a1:4", "heap", "fault", "3 4");
	assert_stops("a0:16 f0 f0 f9 a1:4", "heap", "double-free", "3");
	assert_stops("a0:16 a1:16 f0 f1", "heap", "coalesced", "4");
	assert_stops("a0:10 a1:10 f0 a2:15 a3:90", "heap", "live > 20", "4");
	assert_stops("a0:10 a1:10 f0 a2:5 a3:90", "heap", "peak", "1 2 5");
	assert_stops("a0:10 a1:10", "heap", "note", "");
}

static void what_dies_of_another_ones_event_is_stopped_at(void **state)
{
	static const char lines[] =
		"new 1 16 gc\nnew 2 700 gc\nref 1 2\nref 2 1\nunref - 1\nunref - 2\ncollect\n"
		"unref 1 2\n";

	assert_stops(lines, "pymalloc", "object 2", "2 3 4 6 7 8");
	assert_stops(lines, "pymalloc", "object 1", "1 3 4 5 7 8");
	assert_stops(lines, "pymalloc", "class 0", "1 7");
	assert_stops(lines, "pymalloc", "collected", "7");
	assert_stops("new 1 8 gc\nref - 1\ncollect\nunref - 1\n", "heap", "structure", "3");
	assert_stops(lines, "pymalloc", "died", "7");
	assert_stops(lines, "pymalloc", "fault", "8");
	assert_stops(lines, "pymalloc", "size > 1", "1 2");
}

static void running_back_over_checkpoints_finds_every_stop(void **state)
{
	enum { EVENTS = 20000 };
	static const char *const words[] = {"note", "arena", "peak", "size > 590"};

	for (size_t w = 0; w < sizeof(words) / sizeof(*words); w++) {
		struct trace *trace = random_trace(EVENTS, 90 + w);
		struct player *player = player_for(trace, "pymalloc", 1 << 20);
		struct stop stop = stop_of(words[w]);
		static uint64_t there[EVENTS];
		size_t n = 0;
		bool done;

		while (player_run(player, &stop, 1, 0, &done) >= 0)
			there[n++] = player_position(player);
		assert_true(n > 0);
		player_seek(player, EVENTS);
		if (there[n - 1] == EVENTS)
			n--;
		for (unsigned left = 60; n > 0 && left > 0; left--) {
			assert_int_equal(player_run_back(player, &stop, 1), 0);
			assert_int_equal(player_position(player), there[--n]);
		}
		player_free(player);
		trace_close(trace);
	}
}

/* Runs in slices; the survey may know everything, or nothing. */
static uint64_t run_in_slices(struct player *player, const struct stop *stop, bool is_back)
{
	struct run run;

	run_begin(&run, player, stop, 1, is_back);
	while (run_slice(&run, player, 700))
		assert_int_equal(run.hit >= 0, run.found > 0);
	return run.hit < 0 ? UINT64_MAX : player_position(player);
}

/* A match beyond the bound is none, and no slice goes further. */
static void a_run_goes_no_further_than_its_bound(void **state)
{
	struct trace *trace = random_trace(20000, 9);
	struct stop stop = stop_of("size > 590");
	struct player *player = player_for(trace, "pymalloc", 1 << 20);
	bool done;

	for (uint64_t from = 10; from < 19000; from += 1234) {
		struct run run;
		player_seek(player, from);
		assert_true(player_run(player, &stop, 1, 0, &done) >= 0);
		uint64_t there = player_position(player);
		for (uint64_t bound = there - 1; bound <= there; bound++) {
			player_seek(player, from);
			run_begin(&run, player, &stop, 1, false);
			run.is_bounded = true;
			run.bound = bound;
			while (run_slice(&run, player, 700))
				assert_true(player_position(player) <= bound);
			assert_true(player_position(player) <= bound);
			assert_int_equal(run.hit, bound < there ? -1 : 0);
		}
	}
	player_free(player);
	trace_close(trace);
}

static void runs_in_slices_find_what_whole_ones_find(void **state)
{
	static const char *const words[] = {"fault", "double-free", "size > 590", "class 5",
		"pool-empty", "arena-mapped", "oom", "live > 200K", "peak", "note", "structure"};

	for (size_t w = 0; w < 2 * sizeof(words) / sizeof(*words); w++) {
		struct trace *trace = random_trace(20000, 40 + w);
		struct player *one = player_for(trace, "pymalloc", 1 << 20);
		struct player *other = player_for(trace, "pymalloc", 1 << 20);
		struct stop stop = stop_of(words[w / 2]);
		struct dice dice;
		bool done;

		dice_init(&dice, w);
		while (w % 2 && player_survey(other, 1000))
			;
		for (unsigned i = 0; i < 20; i++) {
			uint64_t from = dice_roll(&dice, 20000);
			player_seek(one, from);
			player_seek(other, from);
			uint64_t there =
				i % 2 ? player_run_back(one, &stop, 1) < 0 ? UINT64_MAX
									   : player_position(one)
				: player_run(one, &stop, 1, 0, &done) < 0 ? UINT64_MAX
									  : player_position(one);
			assert_int_equal(run_in_slices(other, &stop, i % 2), there);
		}
		player_free(one);
		player_free(other);
		trace_close(trace);
	}
}

static void a_long_way_is_gone_in_slices(void **state)
{
	for (size_t e = 0; e < sizeof(engines) / sizeof(*engines); e++) {
		struct trace *trace = random_trace(20000, 8);
		struct player *player = player_for(trace, engines[e], 1 << 20);
		struct player *other = player_for(trace, engines[e], 1 << 20);
		struct dice dice;

		dice_init(&dice, e);
		for (unsigned i = 0; i < 30; i++) {
			uint64_t position = dice_roll(&dice, 20001), slices = 1;
			uint64_t distance = player_distance(player, position);
			for (; player_approach(player, position, 100); slices++)
				assert_true(slices <= distance / 100 + 1);
			player_seek(other, position);
			assert_int_equal(player_position(player), position);
			assert_int_equal(player_distance(player, position), 0);
			assert_memory_equal(player_metrics(player), player_metrics(other),
				sizeof(struct metrics));
		}
		player_free(player);
		player_free(other);
		trace_close(trace);
	}
}

static void what_is_no_stop_is_told(void **state)
{
	static const char *const wrong[] = {"", "arenas", "class", "class x", "size 512",
		"live > lots", "object > 3 4"};
	struct stop stop;
	struct error err;

	for (size_t i = 0; i < sizeof(wrong) / sizeof(*wrong); i++)
		assert_int_equal(stop_parse(&stop, wrong[i], &err), -1);
}

static void the_survey_finds_what_playing_finds(void **state)
{
	struct trace *trace = random_trace(20000, 3);
	struct player *player = player_for(trace, "pymalloc", 0);
	const struct sample *samples;
	uint64_t highest = 0;
	uint32_t faults = 0;

	while (player_survey(player, 777))
		;
	assert_int_equal(player_surveyed(player), 20000);
	size_t n = player_samples(player, &samples);
	assert_true(n <= 4096);
	for (size_t i = 0; i < n; i++) {
		highest = samples[i].live_bytes > highest ? samples[i].live_bytes : highest;
		faults += samples[i].faults;
	}
	assert_int_equal(samples[n - 1].position, 20000);
	player_seek(player, 20000);
	assert_memory_equal(player_metrics(player), player_survey_metrics(player),
		sizeof(struct metrics));
	assert_int_equal(highest, player_metrics(player)->peak_bytes);
	uint64_t serious = 0;
	for (unsigned fault = 0; fault < FAULT_COUNT; fault++)
		serious += fault_is_serious((enum fault)fault)
				   ? player_metrics(player)->faults[fault]
				   : 0;
	assert_int_equal(faults, serious);
	player_free(player);
	trace_close(trace);
}

/* ---- following ----------------------------------------------------------------------------- */

static void write_events(struct trace *from, uint64_t at, uint64_t end, struct trace_writer *writer)
{
	struct event event;
	struct error err;

	for (; at < end && trace_get(from, at, &event); at++)
		assert_int_equal(trace_writer_add(writer, &event, trace_text(from, event.text),
					 &err),
			0);
	assert_int_equal(trace_writer_flush(writer, &err), 0);
}

static struct trace_writer *writer_to(const char *path, int *ret_fd)
{
	struct trace_writer *writer;
	struct error err;

	*ret_fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	assert_int_equal(trace_writer_new(&writer, *ret_fd, path, TRACE_BINARY, NULL, &err), 0);
	return writer;
}

static void assert_same_samples(const struct player *one, const struct player *other)
{
	const struct sample *samples, *others;
	size_t n = player_samples(one, &samples);

	assert_int_equal(n, player_samples(other, &others));
	assert_memory_equal(samples, others, n * sizeof(*samples));
}

static void following_to_the_end_is_opening_at_the_end(void **state)
{
	enum { EVENTS = 30000 };

	for (size_t e = 0; e < 2; e++) {
		char folder[] = "/tmp/arenascope-test-XXXXXX", path[64], other[64];
		struct trace *whole = random_trace(EVENTS, 40 + e),
			     *next = random_trace(EVENTS / 2, 50), *trace;
		struct player *at_once = player_for(whole, engines[e], 0);
		enum trace_news news;
		struct error err;
		struct dice dice;
		int fd;

		assert_non_null(mkdtemp(folder));
		snprintf(path, sizeof(path), "%s/trace", folder);
		snprintf(other, sizeof(other), "%s/other", folder);
		struct trace_writer *writer = writer_to(path, &fd);
		assert_int_equal(trace_follow(&trace, path, &err), 0);
		struct player *player = player_for(trace, engines[e], 1 << 20);
		dice_init(&dice, 99);
		for (uint64_t at = 0; at < EVENTS;) {
			uint64_t piece = dice_roll(&dice, 2500);
			write_events(whole, at, at + piece, writer);
			at = at + piece < EVENTS ? at + piece : EVENTS;
			assert_int_equal(player_refresh(player, &news, &err), 0);
			assert_int_equal(player_length(player), at);
			player_survey(player, dice_roll(&dice, 3000));
			if (dice_roll(&dice, 4) == 0)
				player_seek(player, dice_roll(&dice, at + 1));
			while (player_approach(player, at, 1 + dice_roll(&dice, 900)))
				assert_true(player_position(player) < at);
			assert_int_equal(player_position(player), at);
		}
		while (player_survey(player, 500) || player_survey(at_once, 700))
			;
		player_seek(at_once, EVENTS);
		assert_same_state(player, at_once);
		assert_same_samples(player, at_once);

		/* Another trace takes the name: nothing of the earlier one remains. */
		player_free(at_once);
		at_once = player_for(next, engines[e], 0);
		trace_writer_finish(writer, NULL);
		close(fd);
		writer = writer_to(other, &fd);
		write_events(next, 0, EVENTS / 2, writer);
		assert_int_equal(rename(other, path), 0);
		assert_int_equal(player_refresh(player, &news, &err), 0);
		assert_int_equal(news, TRACE_REPLACED);
		assert_int_equal(player_position(player), 0);
		assert_int_equal(player_surveyed(player), 0);
		assert_same_state(player, at_once);
		player_seek(player, 9000);
		player_seek(at_once, 9000);
		assert_same_state(player, at_once);
		while (player_survey(player, 500) || player_survey(at_once, 700))
			;
		player_seek(player, EVENTS);
		player_seek(at_once, EVENTS);
		assert_same_state(player, at_once);
		assert_same_samples(player, at_once);

		player_free(player);
		player_free(at_once);
		trace_writer_finish(writer, NULL);
		close(fd);
		trace_close(trace);
		trace_close(whole);
		trace_close(next);
		unlink(path);
		rmdir(folder);
	}
}

static void another_engine_begins_from_the_start(void **state)
{
	struct trace *trace = random_trace(9000, 5);
	struct player *player = player_for(trace, "heap", 0),
		      *fresh = player_for(trace, "pymalloc", 0);
	const struct player_config config = {.engine = "pymalloc"}, wrong = {.engine = "nothing"};
	struct error err;

	player_seek(player, 8000);
	while (player_survey(player, 1000))
		;
	assert_int_equal(player_renew(player, &wrong, &err), -1);
	assert_int_equal(player_position(player), 8000);
	uint64_t revision = player_revision(player);
	assert_int_equal(player_renew(player, &config, &err), 0);
	assert_true(player_revision(player) > revision);
	assert_int_equal(player_position(player), 0);
	assert_int_equal(player_surveyed(player), 0);
	assert_same_state(player, fresh);
	player_seek(player, 8000);
	player_seek(fresh, 8000);
	assert_same_state(player, fresh);
	while (player_survey(player, 1000) || player_survey(fresh, 1000))
		;
	assert_same_samples(player, fresh);
	player_free(player);
	player_free(fresh);
	trace_close(trace);
}

/* Events are lent by the trace, which decodes others in their place when they are read. */
static void events_that_others_read_meanwhile_change_nothing(void **state)
{
	struct trace *trace = random_trace(150000, 11);
	struct player *player = player_for(trace, "pymalloc", 0),
		      *alone = player_for(trace, "pymalloc", 0);
	struct event event;

	for (uint64_t at = 0; player_advance(player, 777) > 0; at += 50021) {
		for (uint64_t other = 0; other < 150000; other += 16384)
			assert_true(trace_get(trace, (at + other) % 150000, &event));
		player_step(player);
	}
	player_seek(alone, 150000);
	assert_int_equal(player_position(player), 150000);
	assert_same_state(player, alone);
	player_free(player);
	player_free(alone);
	trace_close(trace);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(seek_to_n_equals_n_steps),
		cmocka_unit_test(recorded_arenas_are_where_they_were_however_one_gets_there),
		cmocka_unit_test(n_steps_forward_and_back_restore_the_bytes),
		cmocka_unit_test(the_last_event_is_known_with_its_reasons_after_any_move),
		cmocka_unit_test(what_died_of_an_event_is_forgotten_at_the_start),
		cmocka_unit_test(what_died_at_a_request_is_known_at_the_captions_after_it),
		cmocka_unit_test(a_caption_leaves_what_the_request_before_it_did),
		cmocka_unit_test(moves_end_at_the_ends),
		cmocka_unit_test(stops_are_found_forwards_and_backwards),
		cmocka_unit_test(what_dies_of_another_ones_event_is_stopped_at),
		cmocka_unit_test(running_back_over_checkpoints_finds_every_stop),
		cmocka_unit_test(runs_in_slices_find_what_whole_ones_find),
		cmocka_unit_test(a_run_goes_no_further_than_its_bound),
		cmocka_unit_test(a_long_way_is_gone_in_slices),
		cmocka_unit_test(what_is_no_stop_is_told),
		cmocka_unit_test(the_survey_finds_what_playing_finds),
		cmocka_unit_test(following_to_the_end_is_opening_at_the_end),
		cmocka_unit_test(another_engine_begins_from_the_start),
		cmocka_unit_test(events_that_others_read_meanwhile_change_nothing),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
