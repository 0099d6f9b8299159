/* The owners of some bytes: over the whole trace, wherever the player is. */
#include "player/tenancies.h"

#include "base/error.h"
#include "base/text.h"
#include "heap/heap.h"
#include "shorthand.h"
#include "support.h"

#include <inttypes.h>
#include <string.h>

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

/* A trace that is played, and who has had the bytes of an object at a position or at the end. */
struct past {
	struct trace *trace;
	struct player *player;
	struct tenancies *tenancies;
};

/* All of it is looked through. */
static void begin_past(struct past *past, const char *shorthand, const struct player_config *config,
	uint64_t position, uint32_t object)
{
	struct error err;
	struct live live;

	past->trace = trace_for(shorthand);
	assert_int_equal(player_new(&past->player, past->trace, config, &err), 0);
	player_seek(past->player,
		position < trace_length(past->trace) ? position : trace_length(past->trace));
	assert_true(heap_find(player_heap(past->player), object, &live));
	past->tenancies = tenancies_new(past->player, live.address, live.address + live.given);
	assert_true(tenancies_is_of(past->tenancies, live.address, live.address + live.given));
	while (tenancies_run(past->tenancies, 1))
		;
	assert_int_equal(tenancies_played(past->tenancies), trace_length(past->trace));
}

static void end_past(struct past *past)
{
	tenancies_free(past->tenancies);
	player_free(past->player);
	trace_close(past->trace);
}

/*
 * "object 0: 16 B, events 0 to 2; object 2: 16 B, events 3 on" for the bytes of an object at a
 * position; "moved at 3" where a collection or a realloc took it away.
 */
static void assert_past_with(const char *shorthand, const char *engine,
	const struct options *options, uint64_t position, uint32_t object, const char *expected)
{
	const struct player_config config = {.engine = engine, .options = options};
	const struct tenancy *tenancies;
	struct text text = {0};
	struct past past;

	begin_past(&past, shorthand, &config, position, object);
	size_t count = tenancies_list(past.tenancies, &tenancies);
	for (size_t i = 0; i < count; i++) {
		text_add(&text, "%sobject %" PRIu32 ": %" PRIu64 " B, events %" PRIu64,
			i ? "; " : "", tenancies[i].object, tenancies[i].size, tenancies[i].born);
		if (tenancies[i].freed == TENANCY_OPEN)
			text_add(&text, " on");
		else
			text_add(&text, "%s %" PRIu64,
				tenancies[i].has_moved ? ", moved at" : " to", tenancies[i].freed);
	}
	assert_text_equal(text_of(&text), expected);
	text_finish(&text);
	end_past(&past);
}

static void assert_past(const char *shorthand, const char *engine, uint64_t position,
	uint32_t object, const char *expected)
{
	assert_past_with(shorthand, engine, NULL, position, object, expected);
}

static void every_owner_is_found_before_and_after(void **state)
{
	/* pymalloc first hands out the block freed last. */
	assert_past("a0:16 a1:16 f0 a2:9 f2 a3:12", "pymalloc", 4, 2,
		"object 0: 16 B, events 0 to 2; object 2: 9 B, events 3 to 4; object 3: 12 B, events 5 on");
}

static void a_realloc_that_moves_ends_one_tenancy_and_begins_another(void **state)
{
	assert_past("a0:16 r0:100 a1:16", "pymalloc", 1, 0,
		"object 0: 16 B, events 0, moved at 1; object 1: 16 B, events 2 on");
	assert_past("a0:16 r0:100 a1:16", "pymalloc", 2, 0, "object 0: 100 B, events 1 on");
}

static void a_realloc_in_place_goes_on(void **state)
{
	assert_past("a0:10 r0:16 f0", "pymalloc", 1, 0, "object 0: 16 B, events 0 to 2");
}

/* The number of resizes before each position, and the last: "0 0 1@1 2@2 2@2". */
static void assert_resized(const char *shorthand, const char *engine, uint32_t object,
	const char *expected)
{
	const struct player_config config = {.engine = engine};
	const struct tenancy *tenancies;
	struct text text = {0};
	struct past past;

	begin_past(&past, shorthand, &config, UINT64_MAX, object);
	uint64_t length = trace_length(past.trace);
	size_t count = tenancies_list(past.tenancies, &tenancies);
	for (size_t i = 0; i < count; i++) {
		text_add(&text, "%sobject %" PRIu32 ":", i ? "; " : "", tenancies[i].object);
		for (uint64_t now = 0; now <= length; now++) {
			uint64_t last,
				n = tenancies_resized(past.tenancies, &tenancies[i], now, &last);
			text_add(&text, " %" PRIu64, n);
			if (n > 0)
				text_add(&text, "@%" PRIu64, last);
		}
	}
	assert_text_equal(text_of(&text), expected);
	text_finish(&text);
	end_past(&past);
}

static void resizes_in_place_are_counted_for_each_owner(void **state)
{
	assert_resized("a2:9 a0:10 r0:16 r0:16 f0 a1:9 r1:14", "pymalloc", 1,
		"object 0: 0 0 0 1@2 2@3 2@3 2@3 2@3; object 1: 0 0 0 0 0 0 0 1@6");
	/* One that moves is none. */
	assert_resized("a0:16 r0:100 r0:99", "pymalloc", 0, "object 0: 0 0 0 1@2");
	/* Two owners of parts of what another one had. */
	assert_resized("a0:100 r0:90 f0 a1:30 a2:30 r2:31 r1:29", "heap", 2,
		"object 0: 0 0 1@1 1@1 1@1 1@1 1@1 1@1; object 2: 0 0 0 0 0 0 1@5 1@5");
}

static void parts_of_a_larger_block_count(void **state)
{
	/* First fit: 1 and 2 are where 0 was. */
	assert_past("a0:100 f0 a1:30 a2:30", "heap", 1, 0,
		"object 0: 100 B, events 0 to 1; object 1: 30 B, events 2 on; object 2: 30 B, events 3 on");
	assert_past("a0:100 f0 a1:30 a2:30", "heap", 4, 2,
		"object 0: 100 B, events 0 to 1; object 2: 30 B, events 3 on");
}

static void a_stale_free_ends_the_tenancy_of_the_object_that_is_there(void **state)
{
	assert_past("a 0 16\nf 0\na 1 16\nf 0\na 2 16\n", "pymalloc", 3, 1,
		"object 0: 16 B, events 0 to 1; object 1: 16 B, events 2 to 3; object 2: 16 B, events 4 on");
}

static void an_object_that_dies_of_another_ones_event_is_gone(void **state)
{
	static const char lines[] =
		"new 1 16 gc\nnew 2 16 gc\nref 1 2\nref 2 1\nunref - 1\nunref - 2\ncollect\n"
		"a 3 16\na 4 16\n";

	/* 2 dies first, so 1 is freed last and its block handed out first. */
	assert_past(lines, "pymalloc", 2, 1,
		"object 1: 16 B, events 0 to 6; object 3: 16 B, events 7 on");
	assert_past(lines, "pymalloc", 2, 2,
		"object 2: 16 B, events 1 to 6; object 4: 16 B, events 8 on");
}

/* Eden of 128, survivors of 64, the old generation of 128 bytes. */
static void assert_past_of_generations(const char *lines, uint64_t position, uint32_t object,
	const char *expected)
{
	static const char *const sizes[][2] = {{"eden", "128"}, {"survivor", "64"}, {"old", "128"},
		{"tenure", "2"}};
	struct options *options = options_new();

	options_add_table(options, engine_find("generational")->options);
	options_add_table(options, heap_options);
	for (size_t i = 0; i < sizeof(sizes) / sizeof(*sizes); i++)
		assert_int_equal(options_set(options, sizes[i][0], sizes[i][1], NULL), 0);
	assert_past_with(lines, "generational", options, position, object, expected);
	options_free(options);
}

static void a_collection_that_copies_ends_tenancies_and_begins_others(void **state)
{
	static const char lines[] =
		"new 1 32\nnew 2 32\ncollect 0\nnew 3 32\ncollect 0\nunref - 2\ncollect 0\nnew 4 32\n";

	assert_past_of_generations(lines, 1, 1,
		"object 1: 32 B, events 0, moved at 2; object 3: 32 B, events 3, moved at 4; object 4: 32 B, events 7 on");
	assert_past_of_generations(lines, 2, 2, "object 2: 32 B, events 1, moved at 2");
	/* survivor 1, survivor 0, the old generation */
	assert_past_of_generations(lines, 3, 1,
		"object 1: 32 B, events 2, moved at 4; object 3: 32 B, events 6 on");
	assert_past_of_generations(lines, 5, 2,
		"object 2: 32 B, events 4 on"); /* old, and dropped */
	assert_past_of_generations(lines, 8, 1, "object 1: 32 B, events 6 on");
}

static void a_collection_that_moves_down_does_so_too(void **state)
{
	static const char lines[] =
		"new 1 32\nnew 2 32\nnew 3 32\ncollect\nunref - 1\nunref - 2\ncollect\n";

	assert_past_of_generations(lines, 4, 1,
		"object 1: 32 B, events 3 to 6; object 3: 32 B, events 6 on");
	assert_past_of_generations(lines, 4, 2, "object 2: 32 B, events 3 to 6");
	assert_past_of_generations(lines, 4, 3, "object 3: 32 B, events 3, moved at 6");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_owner_is_found_before_and_after),
		cmocka_unit_test(a_realloc_that_moves_ends_one_tenancy_and_begins_another),
		cmocka_unit_test(a_realloc_in_place_goes_on),
		cmocka_unit_test(resizes_in_place_are_counted_for_each_owner),
		cmocka_unit_test(parts_of_a_larger_block_count),
		cmocka_unit_test(a_stale_free_ends_the_tenancy_of_the_object_that_is_there),
		cmocka_unit_test(an_object_that_dies_of_another_ones_event_is_gone),
		cmocka_unit_test(a_collection_that_copies_ends_tenancies_and_begins_others),
		cmocka_unit_test(a_collection_that_moves_down_does_so_too),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
