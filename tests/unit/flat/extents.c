/* Extents, compared with a plain array that is searched from end to end. */
#include "flat/extents.h"

#include "support.h"

#include <string.h>

#define ROOM 400u /* number of addresses */

/* The lowest place in the plain array where so many addresses in a row are free. */
static uint64_t plain_gap(const struct extent *plain, uint64_t from, uint64_t bytes,
	uint64_t alignment)
{
	uint64_t at = (from + alignment - 1) / alignment * alignment;

	for (size_t i = 0; i < ROOM; i++)
		if (plain[i].size && i < at + bytes && at < i + plain[i].size) {
			at = (i + plain[i].size + alignment - 1) / alignment * alignment;
			i = (size_t)-1; /* one that begins earlier may be in the way now */
		}
	return at;
}

/* The extent after the address has its rank, and a gap from there on is where it is plainly. */
static void assert_ranks_and_gaps(const struct extents *extents, const struct extent *plain,
	uint64_t asked, struct dice *dice)
{
	uint64_t bytes = 1 + dice_roll(dice, 30), alignment = UINT64_C(1) << dice_roll(dice, 5);
	size_t rank = 0, after = asked;
	struct extent found;

	for (size_t i = 0; i < asked; i++)
		rank += plain[i].size > 0;
	while (after < ROOM && plain[after].size == 0)
		after++;
	if (after < ROOM) {
		extents_nth(extents, rank, &found);
		assert_int_equal(found.base, after);
	}
	assert_int_equal(extents_gap(extents, asked, bytes, alignment),
		plain_gap(plain, asked, bytes, alignment));
}

static void they_are_what_a_plain_array_has(void **state)
{
	struct flat flat = {0};
	struct extents extents;
	struct extent plain[ROOM] = {0}; /* by base; size 0: none */
	struct dice dice;
	size_t count = 0;

	extents_init(&extents, &flat);
	dice_init(&dice, 7);
	for (unsigned round = 0; round < 20000; round++) {
		struct extent extent = {1 + dice_roll(&dice, ROOM - 20), dice_roll(&dice, 12),
			(uint32_t)round};
		struct extent found = {0};
		if (dice_roll(&dice, 2)) {
			bool was = plain[extent.base].size > 0;
			assert_int_equal(extents_remove(&extents, extent.base), was);
			count -= was;
			plain[extent.base].size = 0;
		} else {
			uint64_t size = extent.size ? extent.size : 1;
			const struct extent *other = NULL;
			for (size_t i = 0; i < ROOM && !other; i++)
				if (plain[i].size && i < extent.base + size &&
					extent.base < i + plain[i].size)
					other = &plain[i];
			assert_int_equal(extents_add(&extents, &extent, &found), !other);
			if (other) {
				assert_int_equal(found.base, other->base);
				assert_int_equal(found.tag, other->tag);
			} else {
				extent.size = size;
				plain[extent.base] = extent;
				count++;
			}
		}
		assert_int_equal(extents_count(&extents), count);

		uint64_t asked = dice_roll(&dice, ROOM);
		size_t before = asked + 1, after = asked;
		while (before > 0 && plain[before - 1].size == 0)
			before--;
		while (after < ROOM && plain[after].size == 0)
			after++;
		assert_int_equal(extents_at_or_before(&extents, asked, &found), before > 0);
		if (before > 0)
			assert_int_equal(found.tag, plain[before - 1].tag);
		assert_int_equal(extents_at_or_after(&extents, asked, &found), after < ROOM);
		if (after < ROOM)
			assert_int_equal(found.tag, plain[after].tag);

		assert_ranks_and_gaps(&extents, plain, asked, &dice);
		if (round % 100 == 0)
			assert_int_equal(extents_check(&extents, NULL), 0);
	}
	flat_finish(&flat);
}

static void the_ends_of_the_address_space_are_in_it(void **state)
{
	struct flat flat = {0};
	struct extents extents;
	struct extent found;

	extents_init(&extents, &flat);
	assert_true(extents_add(&extents, &(struct extent){UINT64_MAX - 9, 10, 1}, &found));
	assert_true(extents_add(&extents, &(struct extent){0, 1, 2}, &found));
	assert_false(extents_add(&extents, &(struct extent){UINT64_MAX, 1, 3}, &found));
	assert_int_equal(found.tag, 1);
	assert_true(extents_at_or_before(&extents, UINT64_MAX, &found));
	assert_true(extents_at_or_after(&extents, 0, &found));
	assert_int_equal(found.tag, 2);
	flat_finish(&flat);
}

static void many_in_order_are_no_deep_tree(void **state)
{
	struct flat flat = {0};
	struct extents extents;
	struct extent found;

	extents_init(&extents, &flat);
	for (uint64_t i = 0; i < 200000; i++) /* a list would take minutes */
		assert_true(extents_add(&extents, &(struct extent){16 * i, 16, 0}, &found));
	for (uint64_t i = 0; i < 200000; i++)
		assert_true(extents_remove(&extents, 16 * i));
	assert_int_equal(extents_count(&extents), 0);
	flat_finish(&flat);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(they_are_what_a_plain_array_has),
		cmocka_unit_test(the_ends_of_the_address_space_are_in_it),
		cmocka_unit_test(many_in_order_are_no_deep_tree),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
