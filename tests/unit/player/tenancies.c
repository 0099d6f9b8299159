/* The owners of some bytes: over the whole trace, wherever the player is. */
#include "player/tenancies.h"

#include "base/error.h"
#include "base/text.h"
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

/*
 * "object 0: 16 B, events 0 to 2; object 2: 16 B, events 3 on" for the bytes of an object at a
 * position.
 */
static void assert_past(const char *shorthand, const char *engine, uint64_t position,
	uint32_t object, const char *expected)
{
	const struct player_config config = {.engine = engine};
	struct trace *trace = trace_for(shorthand);
	const struct tenancy *tenancies;
	struct player *player;
	struct text text = {0};
	struct error err;
	struct live live;

	assert_int_equal(player_new(&player, trace, &config, &err), 0);
	player_seek(player, position);
	assert_true(heap_find(player_heap(player), object, &live));
	struct tenancies *past = tenancies_new(player, live.address, live.address + live.given);
	assert_true(tenancies_is_of(past, live.address, live.address + live.given));
	while (tenancies_run(past, 1))
		;
	assert_int_equal(tenancies_played(past), trace_length(trace));
	size_t count = tenancies_list(past, &tenancies);
	for (size_t i = 0; i < count; i++) {
		text_add(&text, "%sobject %" PRIu32 ": %" PRIu64 " B, events %" PRIu64,
			i ? "; " : "", tenancies[i].object, tenancies[i].size, tenancies[i].born);
		if (tenancies[i].freed == TENANCY_OPEN)
			text_add(&text, " on");
		else
			text_add(&text, " to %" PRIu64, tenancies[i].freed);
	}
	assert_text_equal(text_of(&text), expected);
	text_finish(&text);
	tenancies_free(past);
	player_free(player);
	trace_close(trace);
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
		"object 0: 16 B, events 0 to 1; object 1: 16 B, events 2 on");
	assert_past("a0:16 r0:100 a1:16", "pymalloc", 2, 0, "object 0: 100 B, events 1 on");
}

static void a_realloc_in_place_goes_on(void **state)
{
	assert_past("a0:10 r0:16 f0", "pymalloc", 1, 0, "object 0: 16 B, events 0 to 2");
}

static void parts_of_a_larger_block_count(void **state)
{
	/* First fit: 1 and 2 are where 0 was. */
	assert_past("a0:100 f0 a1:30 a2:30", "heap", 1, 0,
		"object 0: 100 B, events 0 to 1; object 1: 30 B, events 2 on; object 2: 30 B, events 3 on");
	assert_past("a0:100 f0 a1:30 a2:30", "heap", 4, 2,
		"object 0: 100 B, events 0 to 1; object 2: 30 B, events 3 on");
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

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_owner_is_found_before_and_after),
		cmocka_unit_test(a_realloc_that_moves_ends_one_tenancy_and_begins_another),
		cmocka_unit_test(a_realloc_in_place_goes_on),
		cmocka_unit_test(parts_of_a_larger_block_count),
		cmocka_unit_test(an_object_that_dies_of_another_ones_event_is_gone),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
