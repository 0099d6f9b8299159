/* What caches, lists and collectors count, compared with a heap that plays their traces. */
#include "base/error.h"
#include "heap/metrics.h"
#include "trace/trace.h"
#include "workload/workload.h"
#include "trial.h"
#include "support.h"

/* The figures of a heap that plays the trace. */
static void play(const struct trial *trial, struct metrics *ret_metrics,
	struct cache_figures *ret_cache)
{
	struct heap *heap;
	struct error err;

	*ret_metrics = (struct metrics){0};
	assert_int_equal(heap_new(&heap, "heap", NULL, &err), 0);
	metrics_play(ret_metrics, heap, trial->trace, 0, trace_length(trial->trace), NULL);
	assert_int_equal(heap_check(heap, &err), 0);
	if (!heap_cache(heap, ret_cache))
		*ret_cache = (struct cache_figures){0};
	heap_free(heap);
}

/* What a cache counts of itself is what its events say, and what it keeps in the end is nothing. */
static void the_events_of_caches_say_what_they_count(void **state)
{
	static const char *const names[] = {"lru", "weak-cache", "collecting-cache",
		"uncollected-cache", "zlib-cache", "lz4-cache"};
	static const char *const words[] = {"operations", "700", NULL};

	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
		struct cache_figures cache;
		struct metrics metrics;
		struct trial trial;
		uint64_t hits = 0, evictions = 0;
		trial_init(&trial, workload_find(names[i]), words);
		play(&trial, &metrics, &cache);
		assert_int_equal(cache.hits, trial.tally.hits);
		assert_int_equal(cache.hits + cache.misses, trial.tally.lookups);
		assert_int_equal(cache.count, 0);
		for (size_t span = 0; span < SPANS; span++) {
			hits += trial.tally.spans.figures[SPAN_HITS][span];
			evictions += trial.tally.spans.figures[SPAN_EVICTIONS][span];
		}
		assert_int_equal(hits, cache.hits);
		assert_int_equal(evictions, cache.evictions);
		trial_finish(&trial);
	}
}

/* An array's elements share lines; linked ones are in a line each, or in two. */
static void walks_through_links_touch_more_lines(void **state)
{
	static const char *const words[] = {"operations", "2000", NULL};
	struct cache_figures cache;
	struct metrics array, linked;
	struct trial trial;

	trial_init(&trial, workload_find("array-list"), words);
	play(&trial, &array, &cache);
	assert_int_equal(trial.tally.walks, 20);
	trial_finish(&trial);
	trial_init(&trial, workload_find("linked-list"), words);
	play(&trial, &linked, &cache);
	assert_int_equal(trial.tally.walks, 20);
	assert_true(linked.lines > 3 * array.lines);
	trial_finish(&trial);
}

/* With the collector off it never stops, and everything that was evicted stays. */
static void a_collector_that_is_off_costs_memory_and_no_pauses(void **state)
{
	static const char *const words[] = {"operations", "1500", NULL};
	struct trial on, off;

	trial_init(&on, workload_find("collecting-cache"), words);
	trial_init(&off, workload_find("uncollected-cache"), words);
	assert_true(on.tally.collections > 0 && on.tally.longest_pause > 0);
	assert_int_equal(off.tally.collections, 0);
	assert_int_equal(off.tally.longest_pause, 0);
	assert_true(off.tally.peak_live > 4 * on.tally.peak_live);
	trial_finish(&on);
	trial_finish(&off);
}

/* zlib packs tighter; what is saved is counted page by page; time is measured when it is wished. */
static void compression_says_what_it_saves(void **state)
{
	static const char *const untimed[] = {"operations", "100", NULL};
	struct trial zlib, lz4;

	trial_init(&zlib, workload_find("zlib-cache"), untimed);
	trial_init(&lz4, workload_find("lz4-cache"), untimed);
	assert_int_equal(zlib.tally.packed + zlib.tally.unpacked, 100);
	assert_int_equal(zlib.tally.packed_from, zlib.tally.packed * 1024);
	assert_true(zlib.tally.packed_to < lz4.tally.packed_to);
	assert_true(lz4.tally.packed_to < lz4.tally.packed_from);
	assert_int_equal(zlib.tally.pack_time, 0);
	assert_int_equal(zlib.tally.unpack_time, 0);
	trial_finish(&zlib);
	trial_finish(&lz4);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_events_of_caches_say_what_they_count),
		cmocka_unit_test(walks_through_links_touch_more_lines),
		cmocka_unit_test(a_collector_that_is_off_costs_memory_and_no_pauses),
		cmocka_unit_test(compression_says_what_it_saves),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
