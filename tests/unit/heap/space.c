/* The simulated address space, compared with a search for the lowest gap. */
#include "heap/space.h"

#include "support.h"

#define MAPPINGS 200u

/* Mappings in no order; size 0: unused. */
struct plain {
	uint64_t base[MAPPINGS];
	uint64_t size[MAPPINGS];
};

/* Whether a range overlaps a mapping; *ret_end is the end of that. */
static bool is_taken(const struct plain *plain, uint64_t base, uint64_t bytes, uint64_t *ret_end)
{
	for (size_t i = 0; i < MAPPINGS; i++)
		if (plain->size[i] && plain->base[i] < base + bytes &&
			base < plain->base[i] + plain->size[i]) {
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

	space_init(&space);
	assert_true(space.pages.grow(&space.pages, 1000, &base));
	assert_true(space.pages.grow(&space.pages, 24, &again));
	assert_int_equal(base, again);
	assert_int_equal(space_reserved(&space), 1024);
	space_finish(&space);
}

/* One byte decides, at either end; a break without bytes takes none. */
static void the_break_and_what_is_taken_keep_out_of_each_others_way(void **state)
{
	static const struct {
		uint64_t from, to; /* from the base of the break, of 8192 bytes */
		bool is_free;
	} cases[] = {
		{0, 4096, false},
		{4096, 12288, false},
		{8191, 8192, false},
		{8192, 12288, true},
		{UINT64_MAX - 4095, 0, true},
		{UINT64_MAX - 4095, 1, false},
		{UINT64_MAX - 4095, 12288, false},
	};
	struct space space;
	struct error err;
	uint64_t base = 0, again;

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		space_init(&space);
		assert_true(space.pages.grow(&space.pages, 8192, &base));
		assert_int_equal(space.pages.take(&space.pages, base + cases[i].from,
					 cases[i].to - cases[i].from, false),
			cases[i].is_free);
		assert_int_equal(space_check(&space, &err), 0);
		space_finish(&space);
	}
	space_init(&space);
	assert_true(space.pages.take(&space.pages, base + 8192, 4096, false));
	assert_true(space.pages.grow(&space.pages, 8192, &again));
	assert_false(space.pages.grow(&space.pages, 1, &again));
	space.pages.unmap(&space.pages, base + 8192, 4096);
	assert_true(space.pages.grow(&space.pages, 1, &again));
	assert_int_equal(space_check(&space, &err), 0);
	space_finish(&space);
}

static void what_is_too_large_is_refused_and_takes_nothing(void **state)
{
	static const uint64_t sizes[] = {0, UINT64_C(1) << 47, UINT64_MAX - 4095, UINT64_MAX};
	struct space space;
	uint64_t base = 7;

	space_init(&space);
	for (size_t i = 0; i < sizeof(sizes) / sizeof(*sizes); i++) {
		assert_int_equal(space.pages.map(&space.pages, sizes[i], 4096), 0);
		assert_true(sizes[i] == 0 || !space.pages.grow(&space.pages, sizes[i], &base));
	}
	assert_int_equal(base, 7);
	assert_int_equal(space_reserved(&space), 0);
	space_finish(&space);
}

#define REAL UINT64_C(0x7f1234567000)
#define MIB  (UINT64_C(1) << 20)

static void what_was_recorded_is_given_in_order_by_its_size(void **state)
{
	struct space space;

	space_init(&space);
	assert_int_equal(space.pages.map_recorded(&space.pages, MIB), 0);
	space_expect(&space, REAL, MIB);
	space_expect(&space, REAL + 9 * MIB, 16384);
	space_expect(&space, REAL - 4 * MIB, MIB);
	assert_int_equal(space.pages.map_recorded(&space.pages, MIB), REAL);
	assert_int_equal(space.pages.map_recorded(&space.pages, MIB), REAL - 4 * MIB);
	assert_int_equal(space.pages.map_recorded(&space.pages, MIB), 0);
	assert_int_equal(space_reserved(&space), 2 * MIB);
	space.pages.unmap(&space.pages, REAL, MIB);
	space.pages.unmap(&space.pages, REAL - 4 * MIB, MIB);
	assert_int_equal(space_reserved(&space), 0);
	space_finish(&space);
}

static void what_was_recorded_is_not_given_twice_nor_where_something_lies(void **state)
{
	static const uint64_t taken[] = {REAL, REAL - MIB + 1, REAL + MIB - 1, SPACE_BREAK,
		SPACE_BREAK - 1, 0, UINT64_MAX - 1000};
	struct space space;

	space_init(&space);
	space_expect(&space, REAL, MIB);
	assert_int_equal(space.pages.map_recorded(&space.pages, MIB), REAL);
	for (size_t i = 0; i < sizeof(taken) / sizeof(*taken); i++) {
		space_expect(&space, taken[i], MIB);
		assert_int_equal(space.pages.map_recorded(&space.pages, MIB), 0);
	}
	space_expect(&space, REAL - MIB, MIB);
	space_expect(&space, REAL + MIB, MIB);
	assert_int_equal(space.pages.map_recorded(&space.pages, MIB), REAL - MIB);
	assert_int_equal(space.pages.map_recorded(&space.pages, MIB), REAL + MIB);
	space_finish(&space);
}

static void what_the_program_gave_back_is_not_expected_any_more(void **state)
{
	struct space space;

	space_init(&space);
	space_expect(&space, REAL, MIB);
	space_expect(&space, REAL + MIB, MIB);
	space_expect_no_more(&space, REAL);
	space_expect_no_more(&space, REAL);
	assert_int_equal(space.pages.map_recorded(&space.pages, MIB), REAL + MIB);
	space_finish(&space);
}

/* Other mappings are where no real program has any, so recorded addresses stay free. */
static void beside_recorded_mappings_others_lie_aside(void **state)
{
	struct space space;

	space_init(&space);
	assert_int_equal(space.pages.map(&space.pages, 4096, 4096), SPACE_MAPS);
	space_expect(&space, SPACE_MAPS + 4096, MIB);
	assert_int_equal(space.pages.map(&space.pages, 4096, 4096), SPACE_ASIDE);
	assert_int_equal(space.pages.map_recorded(&space.pages, MIB), SPACE_MAPS + 4096);
	assert_int_equal(space.pages.map(&space.pages, 8192, 4096), SPACE_ASIDE + 4096);
	space.pages.unmap(&space.pages, SPACE_ASIDE, 4096);
	assert_int_equal(space.pages.map(&space.pages, 4096, 4096), SPACE_ASIDE);
	assert_int_equal(space.pages.map(&space.pages, 4096, 4096), SPACE_ASIDE + 12288);
	space_finish(&space);
}

/* Pages of a break of 16 pages and of a mapping of 16, one by one; '.': held, 'x': given up. */
static void assert_given_up(const struct space *space, uint64_t base, const char *pages)
{
	uint64_t all = 0;
	struct error err;

	for (size_t i = 0; pages[i]; i++) {
		uint64_t at = base + i * 4096;
		uint64_t given_up = space_given_up(space, at, at + 4096);
		assert_int_equal(given_up, pages[i] == 'x' ? 4096 : 0);
		assert_int_equal(space_given_up(space, at + 1, at + 4096), 0);
		all += given_up;
	}
	assert_int_equal(space_given_up(space, base, base + 16 * 4096), all);
	assert_int_equal(space_check(space, &err), 0);
}

static void pages_that_are_given_up_are_not_held_until_somebody_writes_there(void **state)
{
	struct space space;
	uint64_t base;

	space_init(&space);
	assert_true(space.pages.grow(&space.pages, 16 * 4096, &base));
	space_give_up(&space, base + 2 * 4096, 10 * 4096);
	assert_given_up(&space, base, "..xxxxxxxxxx....");
	assert_int_equal(space_reserved(&space), 6 * 4096);
	space_touch(&space, base + 4 * 4096 + 4095, 1);
	assert_given_up(&space, base, "..xx.xxxxxxx....");
	space_touch(&space, base + 6 * 4096 - 1, 4098);
	assert_given_up(&space, base, "..xx....xxxx....");
	space_touch(&space, base, 4096);
	space_give_up(&space, base + 3 * 4096, 6 * 4096);
	assert_given_up(&space, base, "..xxxxxxxxxx....");
	assert_int_equal(space_all_given_up(&space), 10 * 4096);
	space_touch(&space, base, 16 * 4096);
	assert_given_up(&space, base, "................");
	assert_int_equal(space_reserved(&space), 16 * 4096);
	space_finish(&space);
}

/* They are not subtracted twice. */
static void pages_that_are_given_up_go_with_the_memory_they_are_in(void **state)
{
	struct space space;
	uint64_t base, heap;

	space_init(&space);
	assert_true(space.pages.grow(&space.pages, 16 * 4096, &base));
	space_give_up(&space, base + 8 * 4096, 8 * 4096);
	assert_true(space.pages.shrink(&space.pages, 5 * 4096));
	assert_given_up(&space, base, "........xxx");
	assert_int_equal(space_reserved(&space), 8 * 4096);
	assert_true(space.pages.shrink(&space.pages, 11 * 4096));

	heap = space.pages.map(&space.pages, 16 * 4096, 4096);
	space.pages.set_backed(&space.pages, heap + 8 * 4096, 8 * 4096, false);
	space_give_up(&space, heap + 4 * 4096, 4 * 4096);
	assert_given_up(&space, heap, "....xxxx........");
	assert_int_equal(space_reserved(&space), 4 * 4096);
	space.pages.set_backed(&space.pages, heap + 6 * 4096, 2 * 4096, false);
	assert_given_up(&space, heap, "....xx..........");
	assert_int_equal(space_reserved(&space), 4 * 4096);
	space.pages.set_backed(&space.pages, heap + 6 * 4096, 10 * 4096, true);
	space.pages.unmap(&space.pages, heap, 16 * 4096);
	assert_int_equal(space_all_given_up(&space), 0);
	assert_int_equal(space_reserved(&space), 0);
	space_finish(&space);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_mapping_gets_the_lowest_gap_that_is_large_enough),
		cmocka_unit_test(the_break_grows_in_place),
		cmocka_unit_test(the_break_and_what_is_taken_keep_out_of_each_others_way),
		cmocka_unit_test(what_is_too_large_is_refused_and_takes_nothing),
		cmocka_unit_test(what_was_recorded_is_given_in_order_by_its_size),
		cmocka_unit_test(what_was_recorded_is_not_given_twice_nor_where_something_lies),
		cmocka_unit_test(what_the_program_gave_back_is_not_expected_any_more),
		cmocka_unit_test(beside_recorded_mappings_others_lie_aside),
		cmocka_unit_test(pages_that_are_given_up_are_not_held_until_somebody_writes_there),
		cmocka_unit_test(pages_that_are_given_up_go_with_the_memory_they_are_in),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
