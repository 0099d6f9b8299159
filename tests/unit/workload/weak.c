/* The cache of weak references, compared with a table of owners. */
#include "workload/weak.h"

#include "bench.h"
#include "support.h"

#include <string.h>

#define OWNERS 40u
#define KEYS   60u

/* The number of owners that hold the object of this key. */
static unsigned holders_of(struct cached_object *const *held, uint64_t key)
{
	unsigned count = 0;

	for (unsigned i = 0; i < OWNERS; i++)
		count += held[i] && held[i]->key == key;
	return count;
}

static void assert_finds_what_is_held(struct bench *bench, struct weak_cache *cache,
	struct cached_object *const *held)
{
	unsigned living = 0;

	for (uint64_t key = 0; key < KEYS; key++) {
		unsigned holders = holders_of(held, key);
		struct cached_object *object = weak_get(cache, key);
		assert_int_equal(object != NULL, holders > 0);
		if (!object)
			continue;
		living++;
		assert_int_equal(object->references, holders + 1);
		object_drop(bench->memory, object, "test");
	}
	assert_int_equal(cache->count, living);
}

static void an_object_is_found_as_long_as_anybody_holds_it(void **state)
{
	struct cached_object *held[OWNERS] = {NULL};
	struct bench bench;
	struct dice dice;
	unsigned hits = 0, expected = 0;

	dice_init(&dice, 5);
	bench_begin(&bench);
	struct weak_cache *cache = weak_new(bench.memory, false);
	for (unsigned i = 0; i < 100000; i++) {
		struct cached_object **owner = &held[dice_roll(&dice, OWNERS)];
		uint64_t key = dice_roll(&dice, KEYS);

		object_drop(bench.memory, *owner, "test");
		*owner = NULL;
		expected += holders_of(held, key) > 0;
		*owner = weak_get(cache, key);
		hits += *owner != NULL;
		if (!*owner)
			*owner = weak_put(cache, key, 1 + (uint32_t)dice_roll(&dice, 60));
		if (i % 101 == 0)
			assert_finds_what_is_held(&bench, cache, held);
	}
	assert_int_equal(hits, expected);
	for (unsigned i = 0; i < OWNERS; i++)
		object_drop(bench.memory, held[i], "test");
	assert_int_equal(cache->count, 0);
	assert_int_equal(cache->bytes, 0);
	weak_free(cache);
	bench_end(&bench);
}

static void objects_outlive_their_cache(void **state)
{
	struct bench bench;

	bench_begin(&bench);
	struct weak_cache *cache = weak_new(bench.memory, false);
	struct cached_object *one = weak_put(cache, 1, 10), *two = weak_put(cache, 2, 10);
	object_drop(bench.memory, one, "test");
	weak_free(cache);
	assert_int_equal(two->key, 2);
	object_drop(bench.memory, two, "test");
	bench_end(&bench);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_object_is_found_as_long_as_anybody_holds_it),
		cmocka_unit_test(objects_outlive_their_cache),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
