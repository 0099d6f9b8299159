/* The ranges that a process has mapped: compared with an array of pages. */
#include "trace/mappings.h"

#include "dice.h"
#include "support.h"

#include <string.h>

#define PAGES 64u

static void random_mappings_are_those_of_an_array(void **state)
{
	struct mappings mappings = {0};
	uint32_t owner[PAGES] = {0}, next = 1; /* 0: not mapped */
	struct dice dice;

	dice_init(&dice, 7);
	for (unsigned round = 0; round < 20000; round++) {
		uint64_t start = dice_roll(&dice, PAGES), end = start + 1 + dice_roll(&dice, 8);
		struct mapping taken, range = {start, end > PAGES ? PAGES : end};
		bool is_owned = owner[range.start] != 0;
		for (uint64_t i = range.start; i < range.end; i++)
			is_owned = is_owned && owner[i] == owner[range.start];
		assert_int_equal(mappings_contain(&mappings, range), is_owned);
		while (mappings_take(&mappings, range, &taken)) {
			uint32_t id = owner[taken.start];
			assert_true(id != 0);
			for (uint64_t i = 0; i < PAGES; i++) {
				bool is_in = i >= taken.start && i < taken.end;
				assert_int_equal(owner[i] == id, is_in);
				owner[i] = is_in ? 0 : owner[i];
			}
		}
		for (uint64_t i = range.start; i < range.end; i++) {
			assert_int_equal(owner[i], 0);
			owner[i] = next;
		}
		next++;
		mappings_add(&mappings, range);
	}
	mappings_finish(&mappings);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(random_mappings_are_those_of_an_array),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
