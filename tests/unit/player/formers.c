/* Whose memory it was. */
#include "player/formers.h"

#include "support.h"

static void assert_former(struct formers *formers, uint64_t address, uint64_t bytes,
	uint32_t object, uint32_t expected)
{
	assert_int_equal(formers_place(formers, address, bytes, object), expected);
	assert_int_equal(extents_check(&formers->extents, NULL), 0);
}

static void memory_is_of_the_object_that_had_it_last(void **state)
{
	struct formers formers;

	formers_init(&formers);
	assert_former(&formers, 100, 20, 1, OBJECT_NONE);
	assert_former(&formers, 120, 20, 2, OBJECT_NONE);
	assert_former(&formers, 100, 20, 3, 1);
	assert_former(&formers, 100, 20, 4, 3);
	formers_finish(&formers);
}

static void a_block_that_lies_over_several_got_that_of_the_lowest(void **state)
{
	struct formers formers;

	formers_init(&formers);
	assert_former(&formers, 100, 20, 1, OBJECT_NONE);
	assert_former(&formers, 130, 20, 2, OBJECT_NONE);
	assert_former(&formers, 110, 30, 3, 1);
	/* what it left of both is still theirs */
	assert_former(&formers, 100, 10, 4, 1);
	assert_former(&formers, 140, 10, 5, 2);
	/* a block whose first bytes were nobody's */
	assert_former(&formers, 90, 15, 6, 4);
	formers_finish(&formers);
}

static void a_smaller_block_leaves_both_ends_to_the_one_before(void **state)
{
	struct formers formers;

	formers_init(&formers);
	assert_former(&formers, 100, 60, 1, OBJECT_NONE);
	assert_former(&formers, 120, 20, 2, 1);
	assert_former(&formers, 140, 20, 3, 1);
	assert_former(&formers, 100, 20, 4, 1);
	assert_former(&formers, 120, 20, 5, 2);
	formers_finish(&formers);
}

static void a_block_of_no_bytes_takes_one(void **state)
{
	struct formers formers;

	formers_init(&formers);
	assert_former(&formers, 100, 0, 1, OBJECT_NONE);
	assert_former(&formers, 100, 0, 2, 1);
	assert_former(&formers, 101, 8, 3, OBJECT_NONE);
	formers_finish(&formers);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(memory_is_of_the_object_that_had_it_last),
		cmocka_unit_test(a_block_that_lies_over_several_got_that_of_the_lowest),
		cmocka_unit_test(a_smaller_block_leaves_both_ends_to_the_one_before),
		cmocka_unit_test(a_block_of_no_bytes_takes_one),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
