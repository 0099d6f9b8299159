/*
 * Recorded addresses compared with predicted ones: small Pythons by hand, and the differences
 * reported.
 */
#include "player/verifier.h"

#include "base/error.h"
#include "base/options.h"
#include "base/text.h"
#include "trace/beginning.h"
#include "support.h"

#include <inttypes.h>
#include <string.h>

static const char *const names[] = {
	[DIFFERS_PLACE] = "place",
	[DIFFERS_NOT_BELOW] = "not-below",
	[DIFFERS_BELOW] = "below",
	[DIFFERS_LIVE] = "live",
	[DIFFERS_UNKNOWN] = "unknown",
	[DIFFERS_FREED] = "freed",
	[DIFFERS_MAP_MISSING] = "map-missing",
	[DIFFERS_MAP_EXTRA] = "map-extra",
	[DIFFERS_UNMAP_MISSING] = "unmap-missing",
	[DIFFERS_UNMAP_EXTRA] = "unmap-extra",
};

static struct options *options_for(const char *python)
{
	struct options *options = options_new();
	struct error err;

	options_add_table(options, engine_find("pymalloc")->options);
	assert_int_equal(options_set(options, "python", python, &err), 0);
	assert_int_equal(options_set(options, "arenas", "recorded", &err), 0);
	assert_int_equal(options_set(options, "malloc", "below", &err), 0);
	return options;
}

/* Reports: the event, and the action of the engine. */
static void ignore_before(void *user, const struct difference *difference, const struct heap *heap)
{
	assert_non_null(heap);
	assert_true(difference->event < UINT64_MAX);
}

static void add_story(void *user, const struct difference *difference, const struct heap *heap,
	const struct event *event, const struct effect *effect, const struct decision_log *log)
{
	assert_non_null(heap);
	assert_true(log->count > 0 || effect->outcome != OUTCOME_PLACED);
	text_add(user, " %s:%" PRIu64, event_kind_letter((enum event_kind)event->kind),
		difference->event);
}

/* "2: place@8 live@9; a:8 a:9": allocators, the differences, and the events reported. */
static void assert_verified(const char *python, const char *words, const char *expected)
{
	struct options *options = options_for(python);
	struct text said = {0};
	const struct verifier_config config = {.options = options,
		.may_be_several = strcmp(python, "3.13") == 0,
		.max = 10};
	const struct verifier_listener listener = {ignore_before, add_story, &said};
	const struct difference *differences;
	struct verifier *verifier;
	struct trace *trace;
	struct error err;

	if (trace_open_memory(&trace, words, strlen(words), "words", 0, &err) < 0)
		fail_msg("%s", err.text);
	assert_int_equal(verifier_new(&verifier, trace, &config, &err), 0);
	verifier_run(verifier);
	text_add(&said, "%" PRIu64 ":", verifier_figures(verifier)->allocators);
	size_t count = verifier_differences(verifier, &differences);
	for (size_t i = 0; i < count; i++)
		text_add(&said, " %s@%" PRIu64, names[differences[i].kind], differences[i].event);
	assert_int_equal(verifier_figures(verifier)->differences, count);
	text_add(&said, ";");
	verifier_report(verifier, &listener);
	assert_text_equal(text_of(&said), expected);
	text_finish(&said);
	verifier_free(verifier);
	trace_close(trace);
	options_free(options);
}

/* Arenas of 3.8 and of 3.13, at their real places; blocks of 48 bytes follow a header of 48. */
#define SMALL "m 100 262144 domain=arena at=0x7f1234567000\n"
#define LARGE "m 100 1048576 domain=arena at=0x7f1200000000\n"
#define OTHER "m 101 1048576 domain=arena at=0x7f1300000000\n"

static void what_is_as_predicted_does_not_differ(void **state)
{
	assert_verified("3.8", "note Nothing yet.\n", "1:;");
	assert_verified("3.8",
		SMALL "a 1 48 domain=obj at=0x7f1234567030\n"
		      "a 2 600 domain=obj at=0x5550\n"
		      "a 3 48 at=0x5560\n"
		      "a 4 48 domain=raw at=0x5570\n"
		      "r 2 10 domain=obj at=0x5550\n"
		      "r 1 512 domain=obj at=0x7f1234568030\n"
		      "f 1 domain=obj at=0x7f1234568030\n"
		      "u 100 domain=arena at=0x7f1234567000\n"
		      "f 2 domain=obj at=0x5550\n",
		"1:;");
}

/* The second program has the same arena at the same place, and its first block again. */
static void another_program_begins_with_nothing(void **state)
{
	assert_verified("3.8",
		SMALL "a 1 48 domain=obj at=0x7f1234567030\n"
		      "a 2 48 domain=obj at=0x7f1234567060\n"
		      "f 2 domain=obj at=0x7f1234567060\n"
		      "f 1 domain=obj at=0x7f1234567030\n"
		      "u 100 domain=arena at=0x7f1234567000\n"
		      "mark exec: python3 again\n"
		      "libc exec 0x5000\n"
		      "m 101 262144 domain=arena at=0x7f1234567000\n"
		      "a 3 48 domain=obj at=0x7f1234567030\n",
		"1:;");
	assert_verified("3.8",
		SMALL "a 1 48 domain=obj at=0x7f1234567030\n"
		      "f 1 domain=obj at=0x7f1234567030\n"
		      "mark exec: python3 again\n"
		      "libc exec 0x5000\n"
		      "m 101 262144 domain=arena at=0x7f1234567000\n"
		      "a 3 48 domain=obj at=0x7f1234567060\n",
		"1: place@6; a:6");
	/* It was another Python, with rules of its own. */
	assert_verified("3.8",
		"info python 3.8.18\n" SMALL "a 1 48 domain=obj at=0x7f1234567060\n"
		"mark the program was Python 3.13.0\n"
		"f 1 domain=obj at=0x7f1234567060\n"
		"mark exec: python3 again\n"
		"libc exec 0x5000\n"
		"m 101 262144 domain=arena at=0x7f1234567000\n"
		"a 3 48 domain=obj at=0x7f1234567030\n",
		"1:;");
}

static void every_kind_of_difference_is_found(void **state)
{
	static const struct {
		const char *events, *expected;
	} cases[] = {
		{"a 2 48 domain=obj at=0x7f1234567090\n", "1: place@2; a:2"},
		{"a 2 48 domain=obj at=0x5550\n", "1: below@2; a:2"},
		{"a 2 600 domain=obj at=0x7f1234567060\n", "1: not-below@2; a:2"},
		{"a 1 48 domain=obj at=0x7f1234567030\n", "1: live@2; a:2"},
		{"f ? domain=obj at=0x7f1234567060\n", "1: unknown@2; f:2"},
		{"r 2 48 domain=obj old=0x7f1234567090 at=0x7f1234567060\n", "1: unknown@2; r:2"},
		{"f 1 domain=obj at=0x7f1234567060\nu 100 domain=arena at=0x7f1234567000\n",
			"1: freed@2; f:2"},
		{"m 101 262144 domain=arena at=0x7f1334567000\na 2 48 domain=obj at=0x7f1234567060\n",
			"1: map-missing@3; a:3"},
		{"u 100 domain=arena at=0x7f1234567000\n", "1: unmap-missing@2; u:2"},
		{"f 1 domain=obj at=0x7f1234567030\na 2 600 domain=obj at=0x5550\n",
			"1: unmap-extra@2; f:2"},
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct text words = {0};
		text_add(&words, "%sa 1 48 domain=obj at=0x7f1234567030\n%s", SMALL,
			cases[i].events);
		assert_verified("3.8", text_of(&words), cases[i].expected);
		text_finish(&words);
	}
	assert_verified("3.8", "a 1 48 domain=obj at=0x7f1234567030\n" SMALL,
		"1: map-extra@0; a:0");
}

static void what_was_cut_off_does_not_differ(void **state)
{
	assert_verified("3.8", SMALL, "1:;");
	assert_verified("3.8",
		SMALL "a 1 48 domain=obj at=0x7f1234567030\nf 1 domain=obj at=0x7f1234567030\n",
		"1:;");
}

/* Pieces of Python's stack come from the same function. */
static void mappings_of_another_size_are_no_arenas(void **state)
{
	assert_verified("3.13",
		LARGE "a 1 48 domain=obj at=0x7f1200000030\n"
		      "m 7 16384 domain=arena at=0x7f1100000000\n"
		      "a 2 48 domain=obj at=0x7f1200000060\n"
		      "u 7 domain=arena at=0x7f1100000000\n",
		"1:;");
}

static void an_arena_that_nobody_needs_is_of_a_new_allocator(void **state)
{
	static const char words[] = LARGE "a 1 48 domain=obj at=0x7f1200000030\n" OTHER
					  "a 2 48 domain=obj at=0x7f1300000030\n"
					  "a 3 48 domain=obj at=0x7f1200000060\n"
					  "a 4 48 domain=obj at=0x7f1300000060\n"
					  "r 4 200 domain=obj at=0x7f1300004030\n"
					  "f 1 domain=obj at=0x7f1200000030\n"
					  "f 2 domain=obj at=0x7f1300000030\n"
					  "a 5 40 domain=obj at=0x7f1300000030\n";

	assert_verified("3.13", words, "2:;");
	assert_verified("3.11", words,
		"1: map-missing@3 place@4 place@5 place@6 freed@8 place@9; a:3 a:4 a:5 r:6 f:8 a:9");
}

/* Without a common lock the maps of two threads may both precede either block. */
static void arenas_of_two_threads_are_not_mixed_up(void **state)
{
	assert_verified("3.13",
		LARGE "a 1 48 domain=obj at=0x7f1200000030\n"
		      "m 101 1048576 domain=arena at=0x7f1300000000 thread=1\n"
		      "m 102 1048576 domain=arena at=0x7f1400000000 thread=2\n"
		      "a 3 48 domain=obj at=0x7f1400000030 thread=2\n"
		      "a 2 48 domain=obj at=0x7f1300000030 thread=1\n"
		      "a 4 48 domain=obj at=0x7f1400000060 thread=2\n"
		      "a 5 48 domain=obj at=0x7f1200000060\n",
		"3:;");
}

static void an_allocator_that_ends_gives_back_what_is_in_use(void **state)
{
	static const char begin[] = LARGE "a 1 48 domain=obj at=0x7f1200000030\n" OTHER
					  "a 2 48 domain=obj at=0x7f1300000030\n"
					  "u 101 domain=arena at=0x7f1300000000\n";
	struct text words = {0};

	text_add(&words, "%sa 3 48 domain=obj at=0x7f1200000060\n", begin);
	assert_verified("3.13", text_of(&words), "2:;");
	/* Its place may be in use again. */
	text_add(&words, "%sa 4 48 domain=obj at=0x7f1300000030\n", OTHER);
	assert_verified("3.13", text_of(&words), "3:;");
	text_finish(&words);
	/* Nothing can be placed at its address. */
	text_add(&words, "%sa 3 48 domain=obj at=0x7f1300000060\n", begin);
	assert_verified("3.13", text_of(&words), "2: below@5; a:5");
	text_finish(&words);
	text_add(&words, "%sr 2 48 domain=obj at=0x7f1300000060\n", begin);
	assert_verified("3.13", text_of(&words), "2: below@5; r:5");
	text_finish(&words);
}

/*
 * Arenas at odd places that overlap, blocks in them or not, threads, other domains: nothing can be
 * relied on.
 */
static void add_nonsense(struct dice *dice, struct text *words)
{
	static const char *const domains[] = {"obj", "obj", "obj", "mem", "raw", "c"};
	static const unsigned sizes[] = {1048576, 1048576, 1048576, 262144, 16384};
	uint64_t arena =
		UINT64_C(0x7f1200000000) + dice_roll(dice, 12) * 0x80000 + dice_roll(dice, 2) * 16;
	uint64_t block = arena + dice_roll(dice, 3) * 16384 + 48 + dice_roll(dice, 4) * 48;
	unsigned id = (unsigned)dice_roll(dice, 20), thread = (unsigned)dice_roll(dice, 3);
	const char *domain = domains[dice_roll(dice, 6)];

	switch (dice_roll(dice, 10)) {
	case 0:
	case 1:
		text_add(words, "m ? %u domain=arena at=0x%" PRIx64 " thread=%u\n",
			sizes[dice_roll(dice, 5)], arena, thread);
		break;
	case 2:
		text_add(words, "u ? domain=arena at=0x%" PRIx64 " thread=%u\n", arena, thread);
		break;
	case 3:
	case 4:
	case 5:
		text_add(words, "a %u %u domain=%s at=0x%" PRIx64 " thread=%u\n", id,
			33 + (unsigned)dice_roll(dice, 700), domain, block, thread);
		break;
	case 6:
	case 7:
		text_add(words, "f %u domain=%s at=0x%" PRIx64 " thread=%u\n", id, domain, block,
			thread);
		break;
	case 8:
		text_add(words, "r %u %u domain=%s at=0x%" PRIx64 " thread=%u\n", id,
			(unsigned)dice_roll(dice, 700), domain, block, thread);
		break;
	case 9:
		text_add(words, "r %u 40 domain=%s old=0x%" PRIx64 " at=0x%" PRIx64 "\n", id,
			domain, block, arena);
		break;
	}
}

static void nonsense_differs_and_harms_nobody(void **state)
{
	struct options *options = options_for("3.13");
	struct dice dice;

	dice_init(&dice, 19);
	for (unsigned i = 0; i < 400; i++) {
		const struct verifier_config config = {.options = options,
			.may_be_several = i % 2,
			.max = i % 3 * 50};
		struct text words = {0}, stories = {0};
		const struct verifier_listener listener = {ignore_before, add_story, &stories};
		struct verifier *verifier;
		struct trace *trace;
		struct error err;

		for (unsigned event = 0; event < 150; event++)
			add_nonsense(&dice, &words);
		assert_int_equal(trace_open_memory(&trace, words.bytes, words.length, "nonsense", 0,
					 &err),
			0);
		assert_int_equal(verifier_new(&verifier, trace, &config, &err), 0);
		verifier_run(verifier);
		assert_true(verifier_figures(verifier)->differences > 0);
		verifier_report(verifier, &listener);
		verifier_free(verifier);
		trace_close(trace);
		text_finish(&words);
		text_finish(&stories);
	}
	options_free(options);
}

/* Of which Pythons the allocator is recorded, and which have no pymalloc. */
static void a_python_is_known_by_its_version(void **state)
{
	static const struct {
		const char *version;
		bool is_too_old, is_free_threaded;
	} cases[] = {{"2.7.18", true, false}, {"3.7.17", true, false}, {"3.8.0", false, false},
		{"3.13.1", false, false}, {"3.13.1t", false, true}, {"4.0", false, false},
		{"", false, false}, {"unknown", false, false}};

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++)
		if (python_is_too_old(cases[i].version) != cases[i].is_too_old ||
			python_is_free_threaded(cases[i].version) != cases[i].is_free_threaded)
			fail_msg("Python '%s'", cases[i].version);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_python_is_known_by_its_version),
		cmocka_unit_test(what_is_as_predicted_does_not_differ),
		cmocka_unit_test(another_program_begins_with_nothing),
		cmocka_unit_test(every_kind_of_difference_is_found),
		cmocka_unit_test(what_was_cut_off_does_not_differ),
		cmocka_unit_test(mappings_of_another_size_are_no_arenas),
		cmocka_unit_test(an_arena_that_nobody_needs_is_of_a_new_allocator),
		cmocka_unit_test(arenas_of_two_threads_are_not_mixed_up),
		cmocka_unit_test(an_allocator_that_ends_gives_back_what_is_in_use),
		cmocka_unit_test(nonsense_differs_and_harms_nobody),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
