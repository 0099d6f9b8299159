/* The budget engine, compared with a simple counter. */
#include "base/error.h"
#include "base/options.h"
#include "heap/heap.h"
#include "support.h"

#include <string.h>

#define OBJECTS 300u

static struct heap *budget_of(const char *limit)
{
	struct options *options = options_new();
	struct heap *heap = NULL;
	struct error err;

	options_add_table(options, engine_find("budget")->options);
	assert_int_equal(options_set(options, "limit", limit, &err), 0);
	assert_int_equal(heap_new(&heap, "budget", options, &err), 0);
	options_free(options);
	return heap;
}

static enum outcome apply(struct heap *heap, enum event_kind kind, uint32_t object, uint64_t size)
{
	struct event event = {.kind = (uint8_t)kind,
		.object = object,
		.size = size,
		.text = TEXT_NONE};
	struct effect effect;

	heap_apply(heap, 0, &event, NULL, &effect);
	return effect.outcome;
}

static void assert_gauge(const struct heap *heap, const char *spent, const char *left,
	const char *gauge)
{
	const struct engine *engine = heap_layer(heap, 0);
	struct field fields[4];

	assert_int_equal(engine_fields(engine, 0, fields, 4), 4);
	assert_string_equal(fields[0].value, spent);
	assert_string_equal(fields[1].value, left);
	assert_string_equal(fields[3].value, gauge);
}

static void allocations_lower_what_is_left_and_frees_raise_it(void **state)
{
	struct heap *heap = budget_of("100");

	assert_int_equal(apply(heap, EVENT_ALLOCATE, 0, 40), OUTCOME_PLACED);
	assert_int_equal(apply(heap, EVENT_ALLOCATE, 1, 35), OUTCOME_PLACED);
	assert_gauge(heap, "75", "25", "[##########....]");
	assert_int_equal(apply(heap, EVENT_ALLOCATE, 2, 26), OUTCOME_NO_MEMORY);
	assert_int_equal(apply(heap, EVENT_REALLOCATE, 1, 61), OUTCOME_NO_MEMORY);
	assert_int_equal(apply(heap, EVENT_REALLOCATE, 1, 60), OUTCOME_PLACED);
	assert_gauge(heap, "100", "0", "[##############]");
	assert_int_equal(apply(heap, EVENT_FREE, 0, 0), OUTCOME_RELEASED);
	assert_gauge(heap, "60", "40", "[########......]");
	heap_free(heap);
}

static void a_million_random_events_agree_with_a_counter(void **state)
{
	struct heap *heap = budget_of("20000");
	static uint64_t sizes[OBJECTS];
	static bool live[OBJECTS];
	uint64_t left = 20000;
	struct dice dice;
	struct error err;

	dice_init(&dice, 8);
	for (unsigned at = 0; at < 1000000; at++) {
		uint32_t object = (uint32_t)dice_roll(&dice, OBJECTS);
		uint64_t size = 1 + dice_roll(&dice, 300);
		if (!live[object]) {
			live[object] = size <= left;
			assert_int_equal(apply(heap, EVENT_ALLOCATE, object, size),
				live[object] ? OUTCOME_PLACED : OUTCOME_NO_MEMORY);
			left -= live[object] ? size : 0;
			sizes[object] = size;
		} else if (dice_roll(&dice, 4) == 0) {
			bool fits = size <= left + sizes[object];
			assert_int_equal(apply(heap, EVENT_REALLOCATE, object, size),
				fits ? OUTCOME_PLACED : OUTCOME_NO_MEMORY);
			if (fits) {
				left += sizes[object] - size;
				sizes[object] = size;
			}
		} else {
			assert_int_equal(apply(heap, EVENT_FREE, object, 0), OUTCOME_RELEASED);
			left += sizes[object];
			live[object] = false;
		}
		struct gauge gauge;
		engine_gauge(heap_layer(heap, 0), &gauge);
		assert_int_equal(gauge.limit - gauge.spent, left);
		if (at % 10000 == 0 && heap_check(heap, &err) < 0)
			fail_msg("event %u: %s", at, err.text);
	}
	heap_free(heap);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(allocations_lower_what_is_left_and_frees_raise_it),
		cmocka_unit_test(a_million_random_events_agree_with_a_counter),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
