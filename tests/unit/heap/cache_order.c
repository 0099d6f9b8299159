/* The cache of a program, as its events say: which objects it keeps, in which order. */
#include "base/error.h"
#include "heap/heap.h"
#include "base/text.h"
#include "dice.h"
#include "support.h"
#include "trace/trace.h"

#include <inttypes.h>
#include <string.h>

/*
 * "3 2 1; 1 hit, 2 misses, 0 evictions, 0 left": from the newest on; and the same list from the
 * other end.
 */
static void describe(const struct heap *heap, struct text *out)
{
	struct cache_item newest[64], oldest[64];
	struct cache_figures cache;

	if (!heap_cache(heap, &cache)) {
		text_add(out, "no cache");
		return;
	}
	size_t n = heap_cached(heap, false, newest, 64);
	assert_int_equal(heap_cached(heap, true, oldest, 64), n);
	assert_int_equal(n, cache.count);
	for (size_t i = 0; i < n; i++) {
		assert_int_equal(newest[i].object, oldest[n - 1 - i].object);
		text_add(out, "%" PRIu32 "%s", newest[i].object, i + 1 < n ? " " : "");
	}
	text_add(out,
		"; hits %" PRIu64 ", misses %" PRIu64 ", evictions %" PRIu64 ", left %" PRIu64,
		cache.hits, cache.misses, cache.evictions, cache.left);
}

static void assert_cache(const char *lines, const char *expected)
{
	struct trace *trace = NULL;
	struct text text = {0};
	struct event event;
	struct effect effect;
	struct heap *heap;
	struct error err;

	assert_int_equal(trace_open_memory(&trace, lines, strlen(lines), "lines", 0, &err), 0);
	assert_int_equal(heap_new(&heap, "heap", NULL, &err), 0);
	for (uint64_t i = 0; trace_get(trace, i, &event); i++) {
		heap_apply(heap, i, &event, NULL, &effect);
		assert_int_equal(heap_check(heap, &err), 0);
	}
	describe(heap, &text);
	assert_text_equal(text_of(&text), expected);
	text_finish(&text);
	heap_free(heap);
	trace_close(trace);
}

#define FOUR "a 1 8\na 2 8\na 3 8\na 4 8\nuse keep 1\nuse keep 2\nuse keep 3\nuse keep 4\n"

static void without_its_events_there_is_no_cache(void **state)
{
	assert_cache("a 1 8\nuse read 1\n", "no cache");
}

static void what_is_kept_is_the_newest(void **state)
{
	assert_cache(FOUR, "4 3 2 1; hits 0, misses 0, evictions 0, left 0");
	assert_cache(FOUR "use keep 2\n", "2 4 3 1; hits 0, misses 0, evictions 0, left 0");
}

static void a_hit_makes_its_object_the_newest(void **state)
{
	assert_cache(FOUR "use hit 1\n", "1 4 3 2; hits 1, misses 0, evictions 0, left 0");
	assert_cache(FOUR "use hit 3\n", "3 4 2 1; hits 1, misses 0, evictions 0, left 0");
	assert_cache(FOUR "use hit 4\n", "4 3 2 1; hits 1, misses 0, evictions 0, left 0");
}

static void what_is_found_stays_where_it_is(void **state)
{
	assert_cache(FOUR "use found 1\n", "4 3 2 1; hits 1, misses 0, evictions 0, left 0");
	assert_cache(FOUR "use found 3\nuse found 3\n",
		"4 3 2 1; hits 2, misses 0, evictions 0, left 0");
	assert_cache("a 1 8\nuse found 1\n", "1; hits 1, misses 0, evictions 0, left 0");
}

static void what_is_spared_is_the_newest_and_was_not_found(void **state)
{
	assert_cache(FOUR "use found 1\nuse spare 1\n",
		"1 4 3 2; hits 1, misses 0, evictions 0, left 0");
	assert_cache(FOUR "use spare 2\nuse evict 1\n",
		"2 4 3; hits 0, misses 0, evictions 1, left 0");
}

static void a_miss_changes_no_order(void **state)
{
	assert_cache(FOUR "use miss\nuse miss key=7\n",
		"4 3 2 1; hits 0, misses 2, evictions 0, left 0");
}

static void a_hit_of_an_object_that_was_not_kept_says_that_it_is_there(void **state)
{
	assert_cache("a 1 8\na 2 8\nuse hit 1\nuse hit 2\n",
		"2 1; hits 2, misses 0, evictions 0, left 0");
}

static void a_victim_leaves_from_anywhere(void **state)
{
	assert_cache(FOUR "use evict 1\n", "4 3 2; hits 0, misses 0, evictions 1, left 0");
	assert_cache(FOUR "use evict 3\n", "4 2 1; hits 0, misses 0, evictions 1, left 0");
	assert_cache(FOUR "use evict 4\nf 4\na 5 8\nuse keep 5\n",
		"5 3 2 1; hits 0, misses 0, evictions 1, left 0");
}

static void what_is_freed_or_dies_leaves(void **state)
{
	assert_cache(FOUR "f 2\nf 4\n", "3 1; hits 0, misses 0, evictions 0, left 2");
	assert_cache("new 1 8\nnew 2 8\nuse keep 1\nuse keep 2\nunref - 1\n",
		"2; hits 0, misses 0, evictions 0, left 1");
	assert_cache("a 1 8\nuse keep 1\nf 1\na 1 8\n", "; hits 0, misses 0, evictions 0, left 1");
}

static void what_is_not_live_does_not_come(void **state)
{
	assert_cache("a 1 8\nf 1\nuse keep 1\nuse keep 9\n", "no cache");
}

/* A cache of sixteen, by a plain array; the object at 0 is the newest. */
struct plain {
	uint32_t objects[16];
	size_t count;
};

static void plain_drop(struct plain *plain, size_t at)
{
	plain->count--;
	memmove(&plain->objects[at], &plain->objects[at + 1],
		(plain->count - at) * sizeof(*plain->objects));
}

static void plain_put(struct plain *plain, uint32_t object)
{
	memmove(&plain->objects[1], &plain->objects[0], plain->count * sizeof(*plain->objects));
	plain->objects[0] = object;
	plain->count++;
}

static void random_events_leave_the_order_of_a_plain_list(void **state)
{
	struct dice dice;
	struct plain plain = {.count = 0};
	uint32_t next = 1;
	struct effect effect;
	struct heap *heap;
	struct error err;

	dice_init(&dice, 17);
	assert_int_equal(heap_new(&heap, "heap", NULL, &err), 0);
	for (uint64_t i = 0; i < 20000; i++) {
		struct event event = {.kind = EVENT_USE, .text = TEXT_NONE, .other = USE_HIT};
		size_t at = plain.count ? (size_t)dice_roll(&dice, plain.count) : 0;
		bool is_new = plain.count == 0 || (dice_roll(&dice, 3) == 0 && plain.count < 16);
		uint32_t object = is_new ? next++ : plain.objects[at];
		if (is_new) {
			const struct event made = {.kind = EVENT_ALLOCATE,
				.object = object,
				.size = 16,
				.text = TEXT_NONE};
			heap_apply(heap, i, &made, NULL, &effect);
			event.other = USE_KEEP;
		} else if (dice_roll(&dice, 4) == 0) {
			event.other = USE_EVICT;
		}
		event.object = object;
		if (!is_new)
			plain_drop(&plain, at);
		if (event.other != USE_EVICT)
			plain_put(&plain, object);
		heap_apply(heap, i, &event, NULL, &effect);
		struct cache_item cached[16];
		size_t n = heap_cached(heap, false, cached, 16);
		assert_int_equal(n, plain.count);
		for (size_t j = 0; j < n; j++)
			assert_int_equal(cached[j].object, plain.objects[j]);
	}
	assert_int_equal(heap_check(heap, &err), 0);
	heap_free(heap);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(without_its_events_there_is_no_cache),
		cmocka_unit_test(what_is_kept_is_the_newest),
		cmocka_unit_test(a_hit_makes_its_object_the_newest),
		cmocka_unit_test(what_is_found_stays_where_it_is),
		cmocka_unit_test(what_is_spared_is_the_newest_and_was_not_found),
		cmocka_unit_test(a_miss_changes_no_order),
		cmocka_unit_test(a_hit_of_an_object_that_was_not_kept_says_that_it_is_there),
		cmocka_unit_test(a_victim_leaves_from_anywhere),
		cmocka_unit_test(what_is_freed_or_dies_leaves),
		cmocka_unit_test(what_is_not_live_does_not_come),
		cmocka_unit_test(random_events_leave_the_order_of_a_plain_list),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
