/* Rivals on one trace: their names, and the events at which they differ. */
#include "player/rivals.h"

#include "base/error.h"
#include "base/options.h"
#include "base/text.h"
#include "player/rival_runs.h"
#include "shorthand.h"
#include "support.h"

#include <stdlib.h>
#include <string.h>

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

/* "heap of 1 KiB" for "heap:size=1024"; the message where the words are wrong. */
static void assert_called(const char *words, const char *expected)
{
	struct options *given = all_options(), *options = NULL;
	struct trace *trace = trace_of("a0:16");
	struct player *player = NULL;
	struct player_config config = {0};
	struct text name = {0};
	struct error err;

	if (rival_parse(words, given, &config.engine, &options, &err) == 0) {
		config.options = options;
		assert_int_equal(player_new(&player, trace, &config, &err), 0);
		rival_name(player_heap(player), options, &name);
	} else {
		text_add(&name, "%s", err.text);
	}
	assert_text_equal(text_of(&name), expected);
	text_finish(&name);
	player_free(player);
	trace_close(trace);
	options_free(options);
	options_free(given);
}

static void a_rival_is_an_engine_and_values_of_its_options(void **state)
{
	assert_called("heap", "heap");
	assert_called("pymalloc", "pymalloc 3.11 over heap");
	assert_called("3.8", "pymalloc 3.8 over heap");
	assert_called("classic", "pymalloc classic over heap");
	assert_called("pymalloc:3.13:heap", "pymalloc 3.13 over heap");
	assert_called("pymalloc:3.8:recorded:below", "pymalloc 3.8 as recorded over heap");
	assert_called("heap:size=1024", "heap of 1 KiB");
	assert_called("heap:heap-size=64K", "heap of 64 KiB");
	assert_called("region:monotonic:chunk=128", "region");
	assert_called("region:chunk", "region has no option or value 'chunk'");
	assert_called("heap:3.8", "heap has no option or value '3.8'");
}

static void another_python_has_arenas_of_its_own(void **state)
{
	struct options *given = all_options(), *options = NULL;
	const char *engine;
	struct error err;

	assert_int_equal(options_set(given, "python", "3.11", &err), 0);
	assert_int_equal(options_set(given, "arenas", "recorded", &err), 0);
	assert_int_equal(rival_parse("3.11", given, &engine, &options, &err), 0);
	assert_text_equal(options_text(options, "arenas"), "recorded");
	options_free(options);
	assert_int_equal(rival_parse("3.8", given, &engine, &options, &err), 0);
	assert_text_equal(options_text(options, "arenas"), "mmap");
	options_free(options);
	options_free(given);
}

struct duel {
	struct options *options, *own;
	struct trace *trace;
	struct player *first;
	struct rivals *rivals;
};

static void duel_init(struct duel *duel, const char *shorthand, const char *first,
	const char *others)
{
	struct player_config config = {0};
	struct error err;

	duel->options = all_options();
	duel->trace = trace_of(shorthand);
	if (rival_parse(first, duel->options, &config.engine, &duel->own, &err) < 0)
		fail_msg("%s", err.text);
	config.options = duel->own;
	if (player_new(&duel->first, duel->trace, &config, &err) < 0 ||
		rivals_new(&duel->rivals, duel->first, duel->own, others, &err) < 0)
		fail_msg("%s", err.text);
}

static void duel_finish(struct duel *duel)
{
	rivals_free(duel->rivals);
	player_free(duel->first);
	trace_close(duel->trace);
	options_free(duel->own);
	options_free(duel->options);
}

/* Scouts to the end, a little at a time. */
static const struct firsts *scout(struct duel *duel)
{
	while (rivals_scout(duel->rivals, 2))
		;
	return rivals_firsts(duel->rivals);
}

/* The players find the same event, and all of them are after it. */
static void assert_players_find(struct duel *duel, enum difference_kind weakest,
	enum difference_kind kind, uint64_t number)
{
	struct difference difference;
	bool found = false;

	for (bool done = false; !done;)
		found = rivals_run(duel->rivals, weakest, 2, &done);
	assert_int_equal(found, kind != DIFFERENCE_NONE);
	if (!found)
		return;
	rivals_difference(duel->rivals, &difference);
	assert_int_equal(difference.kind, kind);
	assert_int_equal(difference.number, number);
	for (size_t i = 0; i < rivals_count(duel->rivals); i++)
		assert_int_equal(player_position(rivals_player(duel->rivals, i)), number + 1);
}

/* The players look first, so that they have to let the scouts go ahead, or after them. */
static void assert_parts_from(const char *shorthand, const char *first, const char *others,
	enum difference_kind kind, uint64_t number, bool is_scouted)
{
	struct duel duel;

	duel_init(&duel, shorthand, first, others);
	if (is_scouted)
		scout(&duel);
	assert_players_find(&duel, DIFFERENCE_ANY, kind, number);
	const struct firsts *firsts = scout(&duel);
	assert_int_equal(firsts->any.kind, kind);
	if (kind == DIFFERENCE_NONE)
		assert_int_equal(firsts->scouted, trace_length(duel.trace));
	else
		assert_int_equal(firsts->any.number, number);
	duel_finish(&duel);
}

static void assert_parts(const char *shorthand, const char *first, const char *others,
	enum difference_kind kind, uint64_t number)
{
	assert_parts_from(shorthand, first, others, kind, number, true);
	assert_parts_from(shorthand, first, others, kind, number, false);
}

/* The first event at which the program gets something else, and what: of two engines. */
static void assert_answers(const char *shorthand, const char *first, const char *other,
	uint64_t number, enum answer one, enum answer two)
{
	struct duel duel;

	duel_init(&duel, shorthand, first, other);
	assert_players_find(&duel, DIFFERENCE_ANSWER, DIFFERENCE_ANSWER, number);
	const struct firsts *firsts = scout(&duel);
	assert_int_equal(firsts->answer.kind, DIFFERENCE_ANSWER);
	assert_int_equal(firsts->answer.number, number);
	assert_int_equal(deed_answer(&firsts->answer.deeds[0]), one);
	assert_int_equal(deed_answer(&firsts->answer.deeds[1]), two);
	duel_finish(&duel);
}

static void the_same_engine_twice_never_parts(void **state)
{
	assert_parts("a0:16 a1:600 r0:90 f1 a2:40 f0 f2", "heap", "heap", DIFFERENCE_NONE, 0);
	assert_parts("a0:16 a1:600 r0:90 f1 a2:40 f0 f2", "3.8", "3.8,3.8", DIFFERENCE_NONE, 0);
}

static void engines_part_where_they_place_a_block_differently(void **state)
{
	/* 17 and 30 B share a class of 32 B, but not where classes are 8 B apart. */
	assert_parts("a0:17 a1:30 f0", "classic", "3.8", DIFFERENCE_PLACE, 1);
	/* The same block of the same pool is the same place, however large pools are. */
	assert_parts("a0:17 a1:90 f0", "3.8", "3.11", DIFFERENCE_NONE, 0);
	assert_parts("a0:17 a1:17 f0", "heap:header=0:align=1", "heap:header=0:align=16",
		DIFFERENCE_PLACE, 1);
	/* Places count from the first block: what is before it differs, and nothing else. */
	assert_parts("a0:16 f0 a1:16 f1", "heap:header=0:align=16", "heap:header=8:align=16",
		DIFFERENCE_NONE, 0);
	assert_parts("a0:16 a1:16", "heap:header=0:align=16", "heap:header=8:align=16",
		DIFFERENCE_PLACE, 1);
	/* The third of three is also found. */
	assert_parts("a0:17 a1:30 f0", "3.8", "3.8,classic", DIFFERENCE_PLACE, 1);
}

static void engines_part_where_one_has_no_memory(void **state)
{
	assert_parts("a0:40 a1:40 a2:40", "heap:size=1024", "heap:size=100", DIFFERENCE_ANSWER, 1);
	assert_answers("a0:40 a1:40 a2:40", "heap:size=1024", "heap:size=100", 1, ANSWER_BLOCK,
		ANSWER_REFUSED);
}

static void a_crash_is_no_refusal(void **state)
{
	assert_answers("a0:20 a1:20", "pool:constructor=junk", "pool:zeros", 0, ANSWER_CRASHED,
		ANSWER_REFUSED);
	assert_answers("a0:20 a1:20", "pool:sets", "pool:constructor=junk", 0, ANSWER_BLOCK,
		ANSWER_CRASHED);
}

/* The heap of 100 refuses object 1. */
static void a_free_of_what_one_refused_has_nothing_to_free(void **state)
{
	struct difference difference;
	struct duel duel;

	duel_init(&duel, "a0:40 a1:40 f0 f1", "heap:size=1024", "heap:size=100");
	player_seek(duel.first, 4);
	assert_true(rivals_follow(duel.rivals, UINT64_MAX));
	rivals_difference(duel.rivals, &difference);
	assert_int_equal(difference.kind, DIFFERENCE_ANSWER);
	assert_int_equal(deed_answer(&difference.deeds[0]), ANSWER_FREED);
	assert_int_equal(deed_answer(&difference.deeds[1]), ANSWER_NONE_TO_FREE);
	duel_finish(&duel);
}

static void engines_part_where_one_moves_a_block(void **state)
{
	/* There is room after it: the heap grows in place, pymalloc takes a larger class. */
	assert_parts("a0:16 a1:16 r1:200", "3.8", "heap", DIFFERENCE_MOVE, 2);
}

/* A pool is a stack, and a heap takes the lowest hole. */
static void engines_of_two_kinds_part_where_they_reuse_other_memory(void **state)
{
	assert_parts("a0:16 a1:16 a2:16 f0 f1 a3:16", "heap", "3.8", DIFFERENCE_FORMER, 5);
	assert_parts("a0:16 a1:16 a2:16 f1 f0 a3:16", "heap", "3.8", DIFFERENCE_NONE, 0);
	/* one has a pool for each size, and the other takes the hole */
	assert_parts("a0:100 a1:100 f0 a2:40", "heap", "3.8", DIFFERENCE_FORMER, 3);
	/* of three, two of one kind */
	assert_parts("a0:16 a1:16 a2:16 f0 f1 a3:16", "3.8", "3.8,heap", DIFFERENCE_FORMER, 5);
}

static void memory_from_the_system_is_no_difference(void **state)
{
	/* For 6,000 B the heap grows; so does the one below pymalloc, to 8,000. */
	assert_parts("a0:16 a1:500 a2:500 a3:500 a4:500 a5:500 a6:500 a7:500 a8:500 a9:500", "heap",
		"3.8", DIFFERENCE_NONE, 0);
	assert_parts("a0:16 f0", "3.8", "3.11", DIFFERENCE_NONE, 0);
}

static void engines_of_two_kinds_part_where_one_takes_more_bytes(void **state)
{
	/* what a header takes is not compared */
	assert_parts("a0:32 a1:17", "heap:header=0:align=1", "3.8", DIFFERENCE_BYTES, 1);
	assert_parts("a0:32 a1:17", "heap:header=8:align=16", "3.8", DIFFERENCE_NONE, 0);
	assert_parts("a0:64 a1:17", "buddy:size=256:min=4", "heap:header=0:align=1",
		DIFFERENCE_BYTES, 1);
}

static void a_stronger_difference_hides_a_weaker_one(void **state)
{
	/* object 3 is in other memory, and takes more bytes in one; the second is also refused */
	assert_parts("a0:16 a1:16 a2:16 f0 f1 a3:10", "heap:header=0:align=1", "3.8",
		DIFFERENCE_FORMER, 5);
	assert_parts("a0:17", "heap:header=0:align=1", "3.8,heap:size=8", DIFFERENCE_ANSWER, 0);
}

static void a_later_answer_is_found_behind_the_first_difference(void **state)
{
	struct duel duel;

	duel_init(&duel, "a0:7 a1:8 a2:17 a3:8 a4:8 f1 f3 a5:16", "buddy:size=64:min=4",
		"heap:size=64:header=0:align=1");
	const struct firsts *firsts = scout(&duel);
	assert_int_equal(firsts->any.kind, DIFFERENCE_BYTES);
	assert_int_equal(firsts->any.number, 0);
	assert_int_equal(firsts->answer.number, 7);
	assert_players_find(&duel, DIFFERENCE_ANY, DIFFERENCE_BYTES, 0);
	assert_players_find(&duel, DIFFERENCE_ANY, DIFFERENCE_BYTES, 2);
	assert_players_find(&duel, DIFFERENCE_ANSWER, DIFFERENCE_ANSWER, 7);
	duel_finish(&duel);
}

static void a_rival_is_held_against_the_first_of_its_kind(void **state)
{
	/*
	 * First fit takes the hole of 100 B, best fit the one of 40; pymalloc beside them has
	 * neither.
	 */
	assert_parts("a0:100 a1:16 a2:40 a3:16 f0 f2 a4:40", "heap:first", "heap:best",
		DIFFERENCE_PLACE, 6);
	assert_parts("a0:100 a1:16 a2:40 a3:16 f0 f2 a4:40", "3.8", "heap:first,heap:best",
		DIFFERENCE_PLACE, 6);
}

static void rivals_follow_the_first(void **state)
{
	struct duel duel;

	duel_init(&duel, "a0:16 a1:16 a2:16 f0 a3:16", "heap", "3.8,3.11");
	player_seek(duel.first, 4);
	assert_false(rivals_follow(duel.rivals, 1));
	assert_true(player_position(rivals_player(duel.rivals, 2)) < 4);
	while (!rivals_follow(duel.rivals, 1))
		;
	assert_int_equal(player_position(rivals_player(duel.rivals, 2)), 4);
	player_step_back(duel.first);
	assert_true(rivals_follow(duel.rivals, UINT64_MAX));
	assert_int_equal(player_position(rivals_player(duel.rivals, 1)), 3);
	duel_finish(&duel);
}

/* A trace in which two heaps of different sizes run out of memory, each at its own events. */
#define REFUSED "a0:40 a1:30 a2:20 f0 f1 a3:70 f2 a4:10 a5:60 f4 a6:5 a7:90"

/* The engines that have a fault at the event before the position: a bit of each. */
static unsigned faulty_at(struct rivals *rivals, uint64_t position)
{
	const struct decision_log *log;
	struct effect effect;
	struct event event;
	unsigned whose = 0;

	for (size_t i = 0; i < rivals_count(rivals); i++) {
		struct player *player = rivals_player(rivals, i);
		player_seek(player, position);
		if (player_last(player, &event, &effect, &log) && effect.fault == FAULT_NO_MEMORY)
			whose |= 1u << i;
	}
	return whose;
}

/* The nearest position with a fault of any engine, found event by event; 0: there is none. */
static uint64_t nearest_fault(struct rivals *rivals, uint64_t from, bool is_back)
{
	uint64_t length = player_length(rivals_player(rivals, 0));

	for (uint64_t at = from; is_back ? at > 1 : at < length;) {
		at = is_back ? at - 1 : at + 1;
		if (faulty_at(rivals, at))
			return at;
	}
	return 0;
}

static void assert_nearest_fault(struct duel *duel, uint64_t from, bool is_back, uint64_t slice)
{
	const struct stop fault = {STOP_FAULT, 0};
	uint64_t expected = nearest_fault(duel->rivals, from, is_back);
	struct rival_run run;

	player_seek(duel->first, from);
	rival_run_begin(&run, duel->rivals, &fault, 1, is_back);
	while (rival_run_slice(&run, slice))
		;
	assert_int_equal(run.hit, expected ? 0 : -1);
	if (!expected)
		return;
	assert_int_equal(player_position(duel->first), expected);
	assert_int_equal(run.whose, faulty_at(duel->rivals, expected));
}

static void a_run_stops_where_any_of_them_does(void **state)
{
	struct duel duel;

	duel_init(&duel, REFUSED, "heap:size=100:header=0:align=1",
		"heap:size=70:header=0:align=1,heap:size=90:header=0:align=1");
	assert_true(faulty_at(duel.rivals, 3));
	for (uint64_t from = 0; from <= player_length(duel.first); from++)
		for (uint64_t slice = 1; slice <= 64; slice *= 4) {
			assert_nearest_fault(&duel, from, false, slice);
			assert_nearest_fault(&duel, from, true, slice);
		}
	duel_finish(&duel);
}

static void there_are_at_most_four(void **state)
{
	struct trace *trace = trace_of("a0:16");
	struct options *options = all_options();
	struct player *player;
	struct rivals *rivals;
	struct error err;

	assert_int_equal(player_new(&player, trace, NULL, &err), 0);
	assert_int_equal(rivals_new(&rivals, player, options, "heap,heap,heap,heap", &err), -1);
	assert_text_equal(err.text, "at most 4 engines fit side by side");
	assert_int_equal(rivals_new(&rivals, player, options, "heap,oak", &err), -1);
	assert_ptr_equal(strstr(err.text,
				 "unknown engine or preset 'oak'; choose one of pymalloc classic"),
		err.text);
	assert_int_equal(rivals_new(&rivals, player, options, "heap,hepa", &err), -1);
	assert_ptr_equal(
		strstr(err.text,
			"unknown engine or preset 'hepa'; did you mean 'heap'? One of pymalloc"),
		err.text);
	player_free(player);
	options_free(options);
	trace_close(trace);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_rival_is_an_engine_and_values_of_its_options),
		cmocka_unit_test(another_python_has_arenas_of_its_own),
		cmocka_unit_test(the_same_engine_twice_never_parts),
		cmocka_unit_test(engines_part_where_they_place_a_block_differently),
		cmocka_unit_test(engines_part_where_one_has_no_memory),
		cmocka_unit_test(a_crash_is_no_refusal),
		cmocka_unit_test(a_free_of_what_one_refused_has_nothing_to_free),
		cmocka_unit_test(engines_part_where_one_moves_a_block),
		cmocka_unit_test(engines_of_two_kinds_part_where_they_reuse_other_memory),
		cmocka_unit_test(memory_from_the_system_is_no_difference),
		cmocka_unit_test(engines_of_two_kinds_part_where_one_takes_more_bytes),
		cmocka_unit_test(a_stronger_difference_hides_a_weaker_one),
		cmocka_unit_test(a_later_answer_is_found_behind_the_first_difference),
		cmocka_unit_test(a_rival_is_held_against_the_first_of_its_kind),
		cmocka_unit_test(rivals_follow_the_first),
		cmocka_unit_test(a_run_stops_where_any_of_them_does),
		cmocka_unit_test(there_are_at_most_four),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
