/* The cache, compared with a naive one: an array in which keys are moved to the front. */
#include "workload/lru.h"

#include "bench.h"
#include "support.h"

#include <string.h>

#define CAPACITY_MAX 64u

struct naive {
	uint64_t keys[CAPACITY_MAX]; /* the newest first */
	unsigned count, capacity;
};

/* Whether the key is there; moves it to the front, or adds it there. */
static bool naive_ask(struct naive *naive, uint64_t key)
{
	unsigned at = 0;

	while (at < naive->count && naive->keys[at] != key)
		at++;
	bool is_there = at < naive->count;
	if (!is_there)
		at = naive->count < naive->capacity ? naive->count++ : naive->count - 1;
	memmove(naive->keys + 1, naive->keys, at * sizeof(*naive->keys));
	naive->keys[0] = key;
	return is_there;
}

static void assert_same_order(const struct lru *lru, const struct naive *naive)
{
	const struct lru_entry *entry = lru->newest;
	uint64_t bytes = 0;

	assert_int_equal(lru->count, naive->count);
	for (unsigned i = 0; i < naive->count; i++, entry = entry->older) {
		assert_int_equal(entry->key, naive->keys[i]);
		assert_true(entry->newer ? entry->newer->older == entry : i == 0);
		bytes += entry->size;
	}
	assert_null(entry);
	assert_int_equal(lru->bytes, bytes);
}

static void keys_and_order_are_those_of_a_naive_cache(void **state)
{
	for (unsigned capacity = 1; capacity <= CAPACITY_MAX; capacity = capacity * 2 + 1) {
		struct dice dice;
		struct bench bench;
		struct naive naive = {.capacity = capacity};
		unsigned hits = 0, expected = 0;

		dice_init(&dice, capacity);
		bench_begin(&bench);
		struct lru *lru = lru_new(bench.memory, capacity);
		for (unsigned i = 0; i < 100000; i++) {
			uint64_t key = dice_roll(&dice, 2 * capacity + 1);
			struct lru_entry *entry = lru_get(lru, key);
			hits += entry != NULL;
			if (!entry) {
				entry = lru_put(lru, key, 1 + dice_roll(&dice, 50));
				*(unsigned char *)entry->value = (unsigned char)key;
			}
			assert_int_equal(*(unsigned char *)lru->newest->value, key);
			expected += naive_ask(&naive, key);
			if (i % 97 == 0)
				assert_same_order(lru, &naive);
		}
		assert_int_equal(hits, expected);
		assert_same_order(lru, &naive);
		assert_int_equal(lru->evicted, 100000 - hits - capacity);
		lru_free(lru);
		bench_end(&bench);
	}
}

struct dropped {
	const void *values[8];
	unsigned count;
};

static void take_down(void *user, void *value, const char *who)
{
	struct dropped *dropped = user;

	dropped->values[dropped->count++] = value;
}

static void kept_values_are_dropped_by_their_owner(void **state)
{
	static char values[3];
	struct dropped dropped = {0};
	struct bench bench;

	bench_begin(&bench);
	struct lru *lru = lru_new(bench.memory, 2);
	lru->drop = take_down;
	lru->dropper = &dropped;
	lru_keep(lru, 10, &values[0], 1);
	lru_keep(lru, 11, &values[1], 1);
	assert_ptr_equal(lru_get(lru, 10)->value, &values[0]);
	lru_keep(lru, 12, &values[2], 1);
	assert_null(lru_get(lru, 11));
	lru_free(lru);
	assert_int_equal(dropped.count, 3);
	assert_ptr_equal(dropped.values[0], &values[1]);
	assert_ptr_equal(dropped.values[1], &values[0]);
	assert_ptr_equal(dropped.values[2], &values[2]);
	bench_end(&bench);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(keys_and_order_are_those_of_a_naive_cache),
		cmocka_unit_test(kept_values_are_dropped_by_their_owner),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
