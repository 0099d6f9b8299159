/*
 * The layers of a stack have each other's bytes: what the program asked for is what it has of the
 * engines together, and what the system gave is what the engines hold, less what they have of each
 * other, so that what the layers keep, what the program has and its own maps are what the system
 * gave. At every event of random traces and of three others, one recorded from a Python. What the
 * survey keeps of each moment, over time, is the same.
 */
#include "heap/layers.h"

#include "base/error.h"
#include "base/options.h"
#include "base/text.h"
#include "dice.h"
#include "player/player.h"
#include "player/rival_words.h"
#include "support.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define EVENTS  4000u
#define OBJECTS 300u
#define MOMENTS 40u /* of a long trace */

/* Blocks of many sizes; some are mapped by the program itself. */
static struct trace *random_trace(unsigned seed)
{
	static const unsigned sizes[] = {16, 100, 500, 2000, 9000, 200000};
	struct text text = {0};
	struct trace *trace = NULL;
	struct error err;
	struct dice dice;

	dice_init(&dice, seed);
	for (unsigned i = 0; i < EVENTS; i++) {
		unsigned id = (unsigned)dice_roll(&dice, OBJECTS);
		unsigned most = sizes[dice_roll(&dice, dice_roll(&dice, 30) ? 4 : 6)];
		bool is_map = id % 50 == 0;
		text_add(&text,
			dice_roll(&dice, 2) ? (is_map ? "m %u %u\n" : "a %u %u\n")
					    : (is_map ? "u %u\n" : "f %u\n"),
			id, (unsigned)dice_roll(&dice, most) + 1);
	}
	assert_int_equal(trace_open_memory(&trace, text.bytes, text.length, "t", 0, &err), 0);
	text_finish(&text);
	return trace;
}

static struct options *all_options(void)
{
	struct options *options = options_new();
	size_t count;
	const struct engine_ops *const *engines = engine_list(&count);

	for (size_t i = 0; i < count; i++)
		if (engines[i]->options)
			options_add_table(options, engines[i]->options);
	return options;
}

static void assert_adds_up(const struct heap *heap, const struct metrics *metrics,
	const char *engine, uint64_t at)
{
	struct layer layers[LAYER_ROWS_MAX];
	size_t n = layers_of(heap, layers), system = n - 1;
	uint64_t asked = 0, holds = 0, above = 0, keeps = 0;

	assert_int_equal(n, heap_layer_count(heap) + 2);
	for (size_t i = 1; i < system; i++) {
		asked += layers[i].asked - layers[i].above;
		holds += layers[i].holds;
		above += layers[i].above;
		keeps += layer_keeps(&layers[i]);
		if (layers[i].asked + layer_keeps(&layers[i]) != layers[i].holds)
			fail_msg("%s at %" PRIu64 ": %s is asked for more than it holds", engine,
				at, layers[i].name);
		if (layers[i].most_bytes > layer_keeps(&layers[i]) ||
			layers[i].books > layer_keeps(&layers[i]))
			fail_msg("%s at %" PRIu64 ": %s keeps less than a part of it", engine, at,
				layers[i].name);
		if (i == 1 ? layers[i].above > 0 : layers[i].above > holds - layers[i].holds)
			fail_msg("%s at %" PRIu64 ": %s serves more than is above it: %" PRIu64
				 " of %" PRIu64,
				engine, at, layers[i].name, layers[i].above,
				holds - layers[i].holds);
	}
	if (asked != layers[0].asked || layers[0].asked != metrics->live_bytes)
		fail_msg("%s at %" PRIu64 ": the program has %" PRIu64 ", of the engines %" PRIu64
			 ", live are %" PRIu64,
			engine, at, layers[0].asked, asked, metrics->live_bytes);
	if (holds - above != metrics->reserved ||
		layers[system].holds != metrics->reserved + layers[system].maps)
		fail_msg("%s at %" PRIu64 ": the system gave %" PRIu64 ", the engines hold %" PRIu64
			 ", of each other %" PRIu64 "; stats has %" PRIu64,
			engine, at, layers[system].holds, holds, above, metrics->reserved);
	if (layers[0].holds + keeps + layers[system].maps != layers[system].holds)
		fail_msg("%s at %" PRIu64 ": the shares do not add up to what the system gave",
			engine, at);
}

/* Up to the event `last`, at so many moments. */
static void play_to(const char *engine, struct trace *trace, uint64_t last, uint64_t moments)
{
	struct options *given = all_options(), *options = NULL;
	uint64_t at = 0;
	struct metrics metrics = {0};
	struct error err = {0};
	const char *name = NULL;
	struct heap *heap;

	if (rival_parse(engine, given, &name, &options, &err) < 0 ||
		heap_new(&heap, name, options, &err) < 0)
		fail_msg("%s: %s", engine, err.text);
	for (uint64_t i = 1; i <= moments; i++) {
		uint64_t end = last * i / moments;
		metrics_play(&metrics, heap, trace, at, end, &err);
		at = end;
		assert_adds_up(heap, &metrics, engine, at);
	}
	heap_free(heap);
	options_free(options);
	options_free(given);
}

/* At every event. */
static void play(const char *engine, struct trace *trace)
{
	play_to(engine, trace, trace_length(trace), trace_length(trace));
}

static struct trace *open_trace(const char *name)
{
	const char *tests = getenv("ARENASCOPE_TESTS");
	struct trace *trace = NULL;
	struct error err;
	char path[1024];

	snprintf(path, sizeof(path), "%s/../traces/%s", tests ? tests : "tests", name);
	if (trace_open(&trace, path, 0, &err) < 0)
		fail_msg("%s", err.text);
	return trace;
}

static void what_each_layer_has_of_the_one_below_adds_up(void **state)
{
	static const char *const engines[] = {"pymalloc", "pymalloc:3.8", "pymalloc:below=glibc",
		"pymalloc:arenas=heap", "budget", "glibc", "heap:first", "buddy", "pool"};

	for (size_t i = 0; i < sizeof(engines) / sizeof(*engines); i++) {
		struct trace *trace = random_trace((unsigned)i + 1);
		play(engines[i], trace);
		trace_close(trace);
	}
}

static void it_does_at_every_event_of_three_traces(void **state)
{
	static const struct {
		const char *trace, *engine;
		uint64_t last; /* of a long one */
	} cases[] = {
		{"recorded/python-dict.trace", "pymalloc:below=glibc", 30000},
		{"recorded/ls.trace", "glibc", UINT64_MAX},
		{"lessons/size-classes.rep", "pymalloc:3.8", UINT64_MAX},
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct trace *trace = open_trace(cases[i].trace);
		uint64_t length = trace_length(trace);
		uint64_t last = cases[i].last < length ? cases[i].last : length;
		play_to(cases[i].engine, trace, last, last);
		trace_close(trace);
	}
}

/* Where the arenas and blocks were is in the trace, and an engine plays just that. */
static void it_does_in_a_python_that_was_recorded(void **state)
{
	static const char *const engines[] = {"recorded", "recorded:arenas=recorded",
		"pymalloc:arenas=recorded", "pymalloc:below=glibc"};

	for (size_t i = 0; i < sizeof(engines) / sizeof(*engines); i++) {
		struct trace *trace = open_trace("recorded/python-dict.trace");
		play_to(engines[i], trace, trace_length(trace), MOMENTS);
		trace_close(trace);
	}
}

/* What the player has at a position is what the sample of the event before it has. */
static void assert_sampled(struct player *player, const struct sample *sample)
{
	struct layer layers[LAYER_ROWS_MAX];
	size_t n;

	player_seek(player, sample->position);
	n = layers_of(player_heap(player), layers);
	for (size_t i = 0; i < LAYER_ROWS_MAX; i++) {
		assert_int_equal(sample->layers[i].asked, i < n ? layers[i].asked : 0);
		assert_int_equal(sample->layers[i].holds, i < n ? layers[i].holds : 0);
	}
}

static struct player *survey(struct trace *trace, uint64_t slice)
{
	const struct player_config config = {.engine = "pymalloc"};
	struct player *player = NULL;
	struct error err;

	if (player_new(&player, trace, &config, &err) < 0)
		fail_msg("%s", err.text);
	while (player_survey(player, slice))
		;
	return player;
}

static void a_survey_keeps_the_layers_of_every_event(void **state)
{
	struct trace *trace = random_trace(1);
	struct player *player = survey(trace, 100);
	const struct sample *samples;
	size_t count = player_samples(player, &samples);

	assert_int_equal(count, EVENTS);
	for (size_t i = 0; i < count; i++)
		assert_sampled(player, &samples[i]);
	player_free(player);
	trace_close(trace);
}

/* Of a long trace a sample has one moment of its events, whatever the slices are. */
static void samples_of_many_events_have_one_moment_each(void **state)
{
	struct trace *trace = open_trace("recorded/python-dict.trace");
	struct player *player = survey(trace, 100), *other = survey(trace, 7777);
	const struct sample *samples, *others;
	size_t count = player_samples(player, &samples);

	assert_int_equal(player_samples(other, &others), count);
	assert_true(count < trace_length(trace));
	assert_memory_equal(samples, others, count * sizeof(*samples));
	for (size_t i = 0; i < count; i++) {
		uint64_t asked = 0, keeps = 0, given = 0;
		for (size_t j = 1; j < LAYER_ROWS_MAX; j++) {
			const struct layer_bytes *layer = &samples[i].layers[j];
			assert_true(layer->asked <= layer->holds);
			keeps += layer->holds - layer->asked;
			given = layer->holds ? layer->holds : given;
			asked += layer->asked;
		}
		assert_true(asked >= samples[i].layers[0].asked);
		assert_true(given <= samples[i].reserved);
		assert_true(samples[i].layers[0].holds <= samples[i].live_bytes);
		assert_int_equal(samples[i].layers[0].holds + keeps, given);
	}
	player_free(player);
	player_free(other);
	trace_close(trace);
}

/*
 * Blocks that are there for one event only, each a map of its own, among many small ones; of which
 * the program itself makes every other.
 */
static struct trace *trace_of_short_lives(void)
{
	struct text text = {0};
	struct trace *trace = NULL;
	struct error err;

	for (unsigned i = 0; i < 30000; i++) {
		text_add(&text, "a %u %u\n", i % 100, 16 + i % 500);
		if (i % 1009 == 500)
			text_add(&text, i % 2 ? "a 200 %u\nf 200\n" : "m 200 %u\nu 200\n",
				1000000 + i * 10);
		if (i % 100 == 99)
			for (unsigned j = 0; j < 100; j++)
				text_add(&text, "f %u\n", j);
	}
	assert_int_equal(trace_open_memory(&trace, text.bytes, text.length, "t", 0, &err), 0);
	text_finish(&text);
	return trace;
}

static uint64_t system_has(const struct sample *sample)
{
	size_t at = LAYER_ROWS_MAX;

	while (--at > 0 && sample->layers[at].holds == 0)
		;
	return sample->layers[at].holds;
}

/* However short it was, and wherever in the events for which a sample stands. */
static void a_sample_has_the_moment_at_which_the_system_had_given_the_most(void **state)
{
	struct trace *trace = trace_of_short_lives();
	struct player *player = survey(trace, 100), *other = survey(trace, 7777);
	const struct sample *samples, *others;
	size_t count = player_samples(player, &samples), at = 0;
	uint64_t most = 0;

	assert_true(count < trace_length(trace) / 4);
	assert_int_equal(player_samples(other, &others), count);
	assert_memory_equal(samples, others, count * sizeof(*samples));
	for (uint64_t position = 1; position <= trace_length(trace); position++) {
		struct layer layers[LAYER_ROWS_MAX];
		player_seek(player, position);
		size_t system = layers_of(player_heap(player), layers) - 1;
		most = layers[system].holds > most ? layers[system].holds : most;
		if (position < samples[at].position)
			continue;
		assert_int_equal(system_has(&samples[at++]), most);
		most = 0;
	}
	assert_int_equal(at, count);
	player_free(player);
	player_free(other);
	trace_close(trace);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_each_layer_has_of_the_one_below_adds_up),
		cmocka_unit_test(it_does_at_every_event_of_three_traces),
		cmocka_unit_test(it_does_in_a_python_that_was_recorded),
		cmocka_unit_test(a_survey_keeps_the_layers_of_every_event),
		cmocka_unit_test(samples_of_many_events_have_one_moment_each),
		cmocka_unit_test(a_sample_has_the_moment_at_which_the_system_had_given_the_most),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
