/*
 * The entries by address, compared with a plain array: blocks come and go, look-ups pause for a
 * long time, states are restored.
 */
#include "heap/addresses.h"

#include "support.h"

#define ENTRIES 500u
#define PLACES  900u

struct model {
	uint64_t places[ENTRIES]; /* by entry; 0: nowhere */
	uint64_t changes;
};

static bool is_taken(const struct model *model, uint64_t place)
{
	for (uint32_t entry = 0; entry < ENTRIES; entry++)
		if (model->places[entry] == place)
			return true;
	return false;
}

static void change_at_random(struct model *model, struct addresses *addresses, struct dice *dice)
{
	uint32_t entry = (uint32_t)dice_roll(dice, ENTRIES);
	uint64_t place = 1 + dice_roll(dice, PLACES), old = model->places[entry];

	if (!old && is_taken(model, place))
		return;
	model->places[entry] = old ? 0 : place;
	addresses_note(addresses, model->changes++, !old, old ? old : place, entry);
}

/* Looks entries up as a heap does. */
static void know(const struct model *model, struct addresses *addresses)
{
	if (addresses_are_known(addresses, model->changes))
		return;
	addresses_begin(addresses, model->changes);
	for (uint32_t entry = 0; entry < ENTRIES; entry++)
		if (model->places[entry])
			addresses_add(addresses, model->places[entry], entry);
}

static unsigned count_at(const struct addresses *addresses, uint64_t place, uint32_t entry)
{
	unsigned count = 0;
	uint32_t found;
	size_t at;

	for (bool is = addresses_first(addresses, place, &at, &found); is;
		is = addresses_next(addresses, place, &at, &found))
		count += found == entry;
	return count;
}

static void assert_known(const struct model *model, struct addresses *addresses)
{
	size_t entries = 0;

	know(model, addresses);
	for (uint32_t entry = 0; entry < ENTRIES; entry++) {
		if (!model->places[entry])
			continue;
		assert_int_equal(count_at(addresses, model->places[entry], entry), 1);
		entries++;
	}
	assert_int_equal(addresses->entries, entries);
}

static void they_are_what_a_plain_array_has(void **state)
{
	struct model model = {0}, before = {0};
	struct addresses addresses;
	struct dice dice;

	addresses_init(&addresses);
	dice_init(&dice, 11);
	for (unsigned round = 0; round < 400; round++) {
		size_t changes = dice_roll(&dice, round % 20 == 0 ? 20000 : 100);
		for (size_t i = 0; i < changes; i++)
			change_at_random(&model, &addresses, &dice);
		assert_known(&model, &addresses);
		if (dice_roll(&dice, 3) == 0)
			before = model;
		if (dice_roll(&dice, 3) == 0)
			model = before;
	}
	addresses_finish(&addresses);
}

static void what_nobody_asks_for_is_not_kept(void **state)
{
	struct model model = {0};
	struct addresses addresses;
	struct dice dice;

	addresses_init(&addresses);
	dice_init(&dice, 12);
	for (unsigned i = 0; i < 100; i++)
		change_at_random(&model, &addresses, &dice);
	assert_false(addresses.is_kept);
	assert_known(&model, &addresses);
	for (unsigned i = 0; i < 1000; i++)
		change_at_random(&model, &addresses, &dice);
	assert_true(addresses_are_known(&addresses, model.changes));
	for (unsigned i = 0; i < 20000; i++)
		change_at_random(&model, &addresses, &dice);
	assert_false(addresses.is_kept);
	assert_known(&model, &addresses);
	addresses_finish(&addresses);
}

/*
 * A restored state continues in another way, with the same number of changes: it is a different
 * state.
 */
static void another_way_to_the_same_count_is_another_state(void **state)
{
	struct model model = {0};
	struct addresses addresses;

	addresses_init(&addresses);
	know(&model, &addresses);
	model.places[1] = 64;
	addresses_note(&addresses, model.changes++, true, 64, 1);
	assert_known(&model, &addresses);
	model = (struct model){0};
	model.places[2] = 128;
	addresses_note(&addresses, model.changes++, true, 128, 2);
	assert_known(&model, &addresses);
	assert_int_equal(count_at(&addresses, 64, 1), 0);
	addresses_finish(&addresses);
}

static void a_few_questions_in_each_state_on_the_way_back_are_not_worth_an_index(void **state)
{
	struct addresses addresses;
	unsigned refused = 0;

	addresses_init(&addresses);
	for (uint64_t changes = 1000; changes > 0; changes--)
		for (unsigned question = 0; question < 4; question++)
			assert_false(addresses_are_worth_it(&addresses, changes));
	for (uint64_t changes = 1; !addresses_are_worth_it(&addresses, changes); changes++)
		assert_true(++refused < 20);
	addresses_finish(&addresses);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(they_are_what_a_plain_array_has),
		cmocka_unit_test(what_nobody_asks_for_is_not_kept),
		cmocka_unit_test(
			a_few_questions_in_each_state_on_the_way_back_are_not_worth_an_index),
		cmocka_unit_test(another_way_to_the_same_count_is_another_state),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
