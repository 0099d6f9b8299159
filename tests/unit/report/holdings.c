/* What is held and not live has causes that add up to it, in every engine, at every moment. */
#include "report/holdings.h"

#include "base/error.h"
#include "base/options.h"
#include "base/text.h"
#include "dice.h"
#include "player/rival_words.h"
#include "support.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define EVENTS  6000u
#define OBJECTS 400u

/* Allocations of many sizes, most of which are freed again; some are mapped alone. */
static struct trace *random_trace(unsigned seed)
{
	static const unsigned sizes[] = {16, 48, 100, 500, 2000, 9000, 200000};
	struct text text = {0};
	struct trace *trace = NULL;
	struct error err;
	struct dice dice;

	dice_init(&dice, seed);
	for (unsigned i = 0; i < EVENTS; i++) {
		unsigned id = (unsigned)dice_roll(&dice, OBJECTS);
		unsigned most = sizes[dice_roll(&dice, dice_roll(&dice, 30) ? 4 : 7)];
		text_add(&text, dice_roll(&dice, 2) ? "a %u %u\n" : "f %u\n", id,
			(unsigned)dice_roll(&dice, most) + 1);
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
	struct holdings holdings;
	uint64_t sum = 0;

	holdings_of(heap, &holdings);
	for (unsigned i = 0; i < CAUSE_COUNT; i++)
		sum += holdings.causes[i];
	assert_int_equal(holdings.held, metrics->reserved);
	assert_int_equal(holdings.live, metrics->live_bytes);
	if (holdings.live + sum != holdings.held)
		fail_msg("%s at %" PRIu64 ": %" PRIu64 " live, %" PRIu64 " in causes, %" PRIu64
			 " held",
			engine, at, holdings.live, sum, holdings.held);
}

static void causes_add_up_to_what_is_held_and_not_live(void **state)
{
	static const char *const engines[] = {"pymalloc", "pymalloc:3.8", "pymalloc:below=glibc",
		"pymalloc:arenas=heap", "glibc", "heap:first", "buddy", "pool"};
	struct options *given = all_options();
	struct error err = {0};

	for (size_t i = 0; i < sizeof(engines) / sizeof(*engines); i++) {
		struct trace *trace = random_trace((unsigned)i + 1);
		struct options *options = NULL;
		struct metrics metrics = {0};
		const char *engine = NULL;
		struct heap *heap;
		assert_int_equal(rival_parse(engines[i], given, &engine, &options, &err), 0);
		assert_int_equal(heap_new(&heap, engine, options, &err), 0);
		for (uint64_t at = 0; at < EVENTS; at += 500) {
			metrics_play(&metrics, heap, trace, at, at + 500, &err);
			assert_adds_up(heap, &metrics, engines[i], at);
		}
		heap_free(heap);
		options_free(options);
		trace_close(trace);
	}
	options_free(given);
}

/* Of a trace in the text form, played to its end by a Python 3.8. */
static size_t pinning_sizes_after(const struct text *text,
	struct pinning_size ret_sizes[PINNING_SIZES_MAX])
{
	struct options *given = all_options(), *options = NULL;
	struct error err = {0};
	struct metrics metrics = {0};
	struct trace *trace = NULL;
	const char *engine = NULL;
	struct heap *heap;

	assert_int_equal(trace_open_memory(&trace, text->bytes, text->length, "t", 0, &err), 0);
	assert_int_equal(rival_parse("pymalloc:3.8", given, &engine, &options, &err), 0);
	assert_int_equal(heap_new(&heap, engine, options, &err), 0);
	metrics_play(&metrics, heap, trace, 0, trace_length(trace), &err);
	size_t count = pinning_sizes_of(heap, ret_sizes);
	heap_free(heap);
	options_free(options);
	options_free(given);
	trace_close(trace);
	return count;
}

static void blocks_that_pin_arenas_are_counted_by_size(void **state)
{
	static const unsigned kept[] = {0, 500, 501, 1000};
	struct pinning_size sizes[PINNING_SIZES_MAX];
	struct text text = {0};
	size_t next = 0;

	/* 448 blocks of 512 bytes fill an arena */
	text_add(&text, "a 5000 32\n");
	for (unsigned i = 0; i < 3 * 448; i++)
		text_add(&text, "a %u 512\n", i);
	for (unsigned i = 0; i < 3 * 448; i++)
		if (next < 4 && kept[next] == i)
			next++;
		else
			text_add(&text, "f %u\n", i);
	assert_int_equal(pinning_sizes_after(&text, sizes), 2);
	assert_int_equal(sizes[0].size, 512);
	assert_int_equal(sizes[0].blocks, 4);
	assert_int_equal(sizes[0].arenas, 3);
	assert_int_equal(sizes[1].size, 32);
	assert_int_equal(sizes[1].blocks, 1);
	assert_int_equal(sizes[1].arenas, 1);
	text_finish(&text);
}

/* Of many sizes in an arena that is nearly empty those of most blocks, small ones first. */
static void the_sizes_that_pin_most_are_named(void **state)
{
	static const struct {
		unsigned size, kept;
	} kinds[] = {{32, 2}, {48, 3}, {64, 1}, {80, 5}, {96, 3}, {112, 1}};
	static const unsigned expected[PINNING_SIZES_MAX][2] = {
		{80, 5},
		{48, 3},
		{96, 3},
		{32, 2},
	};
	struct pinning_size sizes[PINNING_SIZES_MAX];
	struct text text = {0};

	for (unsigned i = 0; i < 400; i++)
		text_add(&text, "a %u 512\n", 1000 + i);
	for (unsigned i = 0; i < 6; i++)
		for (unsigned j = 0; j < 6; j++)
			text_add(&text, "a %u %u\n", 10 * i + j, kinds[i].size);
	for (unsigned i = 0; i < 400; i++)
		text_add(&text, "f %u\n", 1000 + i);
	for (unsigned i = 0; i < 6; i++)
		for (unsigned j = kinds[i].kept; j < 6; j++)
			text_add(&text, "f %u\n", 10 * i + j);
	assert_int_equal(pinning_sizes_after(&text, sizes), PINNING_SIZES_MAX);
	for (size_t i = 0; i < PINNING_SIZES_MAX; i++) {
		assert_int_equal(sizes[i].size, expected[i][0]);
		assert_int_equal(sizes[i].blocks, expected[i][1]);
		assert_int_equal(sizes[i].arenas, 1);
	}
	text_finish(&text);
}

/* At most 5 % of it is in use, and half of its pools or more have been. */
static void an_arena_is_pinned_that_was_used_and_is_nearly_empty(void **state)
{
	static const struct {
		unsigned pools, kept; /* pools of seven blocks of 512 bytes; blocks in use */
		bool is_pinned;
	} cases[] = {{31, 1, false}, {32, 1, true}, {32, 0, false}, {40, 25, true}, {40, 26, false},
		{64, 25, true}, {64, 26, false}};

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct pinning_size sizes[PINNING_SIZES_MAX];
		struct text text = {0};
		for (unsigned j = 0; j < cases[i].pools * 7; j++)
			text_add(&text, "a %u 512\n", j);
		for (unsigned j = cases[i].kept; j < cases[i].pools * 7; j++)
			text_add(&text, "f %u\n", j);
		assert_int_equal(pinning_sizes_after(&text, sizes), cases[i].is_pinned);
		assert_true(!cases[i].is_pinned || sizes[0].blocks == cases[i].kept);
		text_finish(&text);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(causes_add_up_to_what_is_held_and_not_live),
		cmocka_unit_test(blocks_that_pin_arenas_are_counted_by_size),
		cmocka_unit_test(the_sizes_that_pin_most_are_named),
		cmocka_unit_test(an_arena_is_pinned_that_was_used_and_is_nearly_empty),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
