/* Small numbers in place of any. */
#include "flat/numbering.h"
#include "support.h"

static void numbers_are_given_in_order_and_stay(void **state)
{
	static const uint64_t ids[] = {UINT64_MAX, 0, 7, UINT64_C(1) << 32, UINT32_MAX};
	struct numbering numbering;

	numbering_init(&numbering);
	for (uint32_t round = 0; round < 3; round++)
		for (uint32_t i = 0; i < 5; i++)
			assert_int_equal(numbering_of(&numbering, ids[i]), i);
	for (uint32_t i = 0; i < 3000; i++)
		assert_int_equal(numbering_of(&numbering, 1000 + (uint64_t)i * i), 5 + i);
	assert_int_equal(numbering_of(&numbering, 7), 2);
	assert_int_equal(numbering.ids.count, 3005);
	numbering_finish(&numbering);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(numbers_are_given_in_order_and_stay)};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
