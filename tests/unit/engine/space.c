/* The simulated address space, against a plain search for the lowest gap. */
#include "engine/space.h"

#include "support.h"

#define MAPPINGS 200u

/* Mappings in no order; size 0: not there. */
struct plain {
	uint64_t base[MAPPINGS];
	uint64_t size[MAPPINGS];
};

/* Whether a range runs into a mapping; where that one ends. */
static bool is_taken(const struct plain *plain, uint64_t base, uint64_t bytes, uint64_t *ret_end)
{
	for (size_t i = 0; i < MAPPINGS; i++)
		if (plain->size[i] && plain->base[i] < base + bytes && base < plain->base[i] + plain->size[i]) {
			*ret_end = plain->base[i] + plain->size[i];
			return true;
		}
	return false;
}

static uint64_t lowest_gap(const struct plain *plain, uint64_t bytes, uint64_t alignment)
{
	uint64_t base = SPACE_MAPS, end;

	while (is_taken(plain, base, bytes, &end))
		base = (end + alignment - 1) / alignment * alignment;
	return base;
}

static void a_mapping_gets_the_lowest_gap_that_is_large_enough(void **state)
{
	struct space space;
	struct plain plain = {0};
	struct dice dice;
	uint64_t mapped = 0;

	(void)state;
	space_init(&space);
	dice_init(&dice, 3);
	for (unsigned i = 0; i < 20000; i++) {
		size_t at = (size_t)dice_roll(&dice, MAPPINGS);
		if (plain.size[at]) {
			space.pages.unmap(&space.pages, plain.base[at], plain.size[at]);
			mapped -= plain.size[at];
			plain.size[at] = 0;
		} else {
			uint64_t bytes = 4096 * (1 + dice_roll(&dice, 8));
			uint64_t alignment = UINT64_C(4096) << dice_roll(&dice, 4);
			uint64_t base = space.pages.map(&space.pages, bytes, alignment);
			assert_int_equal(base, lowest_gap(&plain, bytes, alignment));
			assert_int_equal(base % alignment, 0);
			plain.base[at] = base;
			plain.size[at] = bytes;
			mapped += bytes;
		}
		assert_int_equal(space_reserved(&space), mapped);
	}
	space_finish(&space);
}

static void the_break_grows_in_place(void **state)
{
	struct space space;
	uint64_t base = 0, again = 0;

	(void)state;
	space_init(&space);
	assert_true(space.pages.grow(&space.pages, 1000, &base));
	assert_true(space.pages.grow(&space.pages, 24, &again));
	assert_int_equal(base, again);
	assert_int_equal(space_reserved(&space), 1024);
	space_finish(&space);
}

static void what_is_too_large_is_refused_and_takes_nothing(void **state)
{
	static const uint64_t sizes[] = {0, UINT64_C(1) << 47, UINT64_MAX - 4095, UINT64_MAX};
	struct space space;
	uint64_t base = 7;

	(void)state;
	space_init(&space);
	for (size_t i = 0; i < sizeof(sizes) / sizeof(*sizes); i++) {
		assert_int_equal(space.pages.map(&space.pages, sizes[i], 4096), 0);
		assert_true(sizes[i] == 0 || !space.pages.grow(&space.pages, sizes[i], &base));
	}
	assert_int_equal(base, 7);
	assert_int_equal(space_reserved(&space), 0);
	space_finish(&space);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_mapping_gets_the_lowest_gap_that_is_large_enough),
		cmocka_unit_test(the_break_grows_in_place),
		cmocka_unit_test(what_is_too_large_is_refused_and_takes_nothing),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
