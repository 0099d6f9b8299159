/* Flat state: copies, sharing between checkpoints, comparison. */
#include "flat/flat.h"

#include "support.h"

#include <string.h>

struct fixture {
	struct flat flat;
	struct flat_array numbers;
	struct flat_array bytes;
	struct flat *all[1];
};

static int set_up(void **state)
{
	static struct fixture fixture;
	fixture = (struct fixture){0};
	flat_add(&fixture.flat, &fixture.numbers, sizeof(uint64_t));
	flat_add(&fixture.flat, &fixture.bytes, 1);
	fixture.all[0] = &fixture.flat;
	*state = &fixture;
	return 0;
}

static int tear_down(void **state)
{
	struct fixture *fixture = *state;
	flat_finish(&fixture->flat);
	return 0;
}

static void fill(struct fixture *fixture, size_t count, uint64_t seed)
{
	flat_set_count(&fixture->numbers, count);
	for (size_t i = 0; i < count; i++)
		*flat_at(&fixture->numbers, uint64_t, i) = i * seed;
}

static void grown_elements_are_zero_even_after_shrinking(void **state)
{
	struct fixture *fixture = *state;

	fill(fixture, 100, 3);
	flat_set_count(&fixture->numbers, 10);
	flat_grow(&fixture->numbers, 90);
	assert_int_equal(*flat_at(&fixture->numbers, uint64_t, 9), 27);
	for (size_t i = 10; i < 100; i++)
		assert_int_equal(*flat_at(&fixture->numbers, uint64_t, i), 0);
}

static void a_snapshot_restores_counts_and_bytes(void **state)
{
	struct fixture *fixture = *state;

	fill(fixture, 5000, 7);
	strcpy(flat_grow(&fixture->bytes, 6), "first");
	size_t bytes = 0;
	struct snapshot *snapshot = snapshot_new(fixture->all, 1, NULL, &bytes);
	assert_true(snapshot_matches(snapshot, fixture->all, 1));

	fill(fixture, 12000, 9);
	strcpy(flat_at(&fixture->bytes, char, 0), "other");
	assert_false(snapshot_matches(snapshot, fixture->all, 1));

	snapshot_restore(snapshot, fixture->all, 1);
	assert_true(snapshot_matches(snapshot, fixture->all, 1));
	assert_int_equal(fixture->numbers.count, 5000);
	assert_int_equal(*flat_at(&fixture->numbers, uint64_t, 4999), 4999 * 7);
	assert_string_equal(flat_at(&fixture->bytes, char, 0), "first");
	snapshot_free(snapshot, &bytes);
	assert_int_equal(bytes, 0);
}

static void unchanged_pages_are_shared_and_outlive_the_first_snapshot(void **state)
{
	struct fixture *fixture = *state;

	fill(fixture, 512 * 100, 5); /* 100 pages of 4096 bytes */
	size_t bytes = 0;
	struct snapshot *first = snapshot_new(fixture->all, 1, NULL, &bytes);
	size_t alone = bytes;

	*flat_at(&fixture->numbers, uint64_t, 512 * 50) += 1;
	struct snapshot *second = snapshot_new(fixture->all, 1, first, &bytes);
	assert_true(bytes - alone < alone / 50);

	snapshot_free(first, &bytes);
	fill(fixture, 10, 1);
	snapshot_restore(second, fixture->all, 1);
	assert_int_equal(*flat_at(&fixture->numbers, uint64_t, 512 * 50), 512 * 50 * 5 + 1);
	assert_int_equal(*flat_at(&fixture->numbers, uint64_t, 3), 15);
	snapshot_free(second, &bytes);
	assert_int_equal(bytes, 0);
}

static void equality_is_of_counts_and_bytes(void **state)
{
	struct fixture *fixture = *state;
	struct fixture other = {0};

	flat_add(&other.flat, &other.numbers, sizeof(uint64_t));
	flat_add(&other.flat, &other.bytes, 1);
	fill(fixture, 20, 2);
	fill(&other, 20, 2);
	assert_true(flat_equal(&fixture->flat, &other.flat));
	*flat_at(&other.numbers, uint64_t, 19) = 0;
	assert_false(flat_equal(&fixture->flat, &other.flat));
	fill(&other, 21, 2);
	assert_false(flat_equal(&fixture->flat, &other.flat));
	flat_finish(&other.flat);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(grown_elements_are_zero_even_after_shrinking,
			set_up, tear_down),
		cmocka_unit_test_setup_teardown(a_snapshot_restores_counts_and_bytes, set_up,
			tear_down),
		cmocka_unit_test_setup_teardown(
			unchanged_pages_are_shared_and_outlive_the_first_snapshot, set_up,
			tear_down),
		cmocka_unit_test_setup_teardown(equality_is_of_counts_and_bytes, set_up, tear_down),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
