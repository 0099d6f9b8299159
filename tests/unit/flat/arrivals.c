/*
 * Arrivals compared with a list that is walked: every question after each random change, both ways
 * round, with few items and with so many that the slots are given out again and become more.
 */
#include "flat/arrivals.h"

#include "base/error.h"
#include "dice.h"
#include "support.h"

#include <string.h>

#define ITEMS   6000u
#define CHANGES 30000u

/* The items as they came. */
struct model {
	struct arrival {
		uint32_t item, slot;
		int32_t size;
	} list[ITEMS];
	uint32_t count;
	uint32_t start; /* so many of them are below the start, in the order of slots */
	bool starts_anywhere;
};

/* The arrival of a rank. */
static struct arrival *nth(struct model *model, const struct arrivals *arrivals, uint32_t rank)
{
	return &model->list[arrivals->is_newest_first ? model->count - 1 - rank : rank];
}

static uint32_t rank_of_start(const struct model *model, const struct arrivals *arrivals)
{
	if (model->starts_anywhere)
		return 0;
	return arrivals->is_newest_first ? model->count - model->start : model->start;
}

static uint32_t first_from(struct model *model, const struct arrivals *arrivals, uint32_t rank,
	int32_t size)
{
	for (; rank < model->count; rank++)
		if (nth(model, arrivals, rank)->size >= size)
			return nth(model, arrivals, rank)->slot;
	return ARRIVALS_NONE;
}

static void assert_agree(struct model *model, const struct arrivals *arrivals, struct dice *dice)
{
	int32_t size = (int32_t)dice_roll(dice, 300) + 1, largest = 0;

	assert_int_equal(arrivals_count(arrivals), model->count);
	for (uint32_t i = 0; i < model->count; i++)
		largest = model->list[i].size > largest ? model->list[i].size : largest;
	assert_int_equal(arrivals_largest(arrivals), largest);
	assert_int_equal(arrivals_first(arrivals, size), first_from(model, arrivals, 0, size));
	assert_int_equal(arrivals_rank_of_start(arrivals), rank_of_start(model, arrivals));
	assert_int_equal(arrivals_first_from_start(arrivals, size),
		first_from(model, arrivals, rank_of_start(model, arrivals), size));
	assert_int_equal(arrivals_nth(arrivals, model->count), ARRIVALS_NONE);
	if (model->count == 0)
		return;
	uint32_t rank = dice_roll(dice, model->count);
	uint32_t slot = nth(model, arrivals, rank)->slot;
	assert_int_equal(arrivals_nth(arrivals, rank), slot);
	assert_int_equal(arrivals_rank(arrivals, slot), rank);
	assert_int_equal(arrivals_item(arrivals, slot), nth(model, arrivals, rank)->item);
	assert_int_equal(arrivals_first_after(arrivals, slot, size),
		first_from(model, arrivals, rank + 1, size));
}

static void add(struct model *model, struct arrivals *arrivals, uint32_t item, int32_t size)
{
	struct arrival *new = &model->list[model->count++];

	if (arrivals_make_room(arrivals)) {
		uint32_t n = 0;
		for (uint32_t slot = 0; slot < arrivals_end(arrivals); slot++)
			if (arrivals_item(arrivals, slot))
				model->list[n++].slot = slot;
		assert_int_equal(n, model->count - 1);
	}
	*new = (struct arrival){item, arrivals_add(arrivals, item, size), size};
}

static void remove_one(struct model *model, struct arrivals *arrivals, uint32_t at)
{
	arrivals_remove(arrivals, model->list[at].slot);
	model->count--;
	model->start -= at < model->start;
	memmove(&model->list[at], &model->list[at + 1],
		(model->count - at) * sizeof(model->list[0]));
}

static void set_start(struct model *model, struct arrivals *arrivals, uint32_t at, bool is_after)
{
	bool is_above = is_after != arrivals->is_newest_first;

	(is_after ? arrivals_start_after : arrivals_start_at)(arrivals, model->list[at].slot);
	model->starts_anywhere = false;
	model->start = at + is_above;
}

static void play(bool is_newest_first, uint32_t most, uint64_t seed)
{
	static struct model model;
	struct arrivals arrivals = {0};
	struct flat flat = {0};
	struct dice dice;
	struct error err;

	dice_init(&dice, seed);
	arrivals_init(&arrivals, &flat, is_newest_first);
	model.count = model.start = 0;
	model.starts_anywhere = true;
	for (uint32_t i = 0; i < CHANGES; i++) {
		int32_t size = (int32_t)dice_roll(&dice, 290) + 1;
		uint32_t at = model.count ? dice_roll(&dice, model.count) : 0;
		unsigned kind = dice_roll(&dice, 20);
		if (model.count == 0 || (kind < 9 && model.count < most)) {
			add(&model, &arrivals, i + 1, dice_roll(&dice, 50) ? size : INT32_MAX);
		} else if (kind < 16) {
			remove_one(&model, &arrivals, at);
		} else if (kind < 18) {
			arrivals_resize(&arrivals, model.list[at].slot, size);
			model.list[at].size = size;
		} else {
			set_start(&model, &arrivals, at, kind == 18);
		}
		assert_agree(&model, &arrivals, &dice);
		if (i % 500 == 0 && arrivals_check(&arrivals, &err) < 0)
			fail_msg("after %u changes: %s", i, err.text);
	}
	flat_finish(&flat);
}

static void every_question_is_answered_as_by_a_walk(void **state)
{
	play(false, 20, 1);
	play(true, 20, 2);
	play(false, 600, 3);
	play(true, 600, 4);
}

static void slots_become_more_as_items_do(void **state)
{
	static struct model model;
	struct arrivals arrivals = {0};
	struct flat flat = {0};
	struct dice dice;
	struct error err;

	dice_init(&dice, 5);
	arrivals_init(&arrivals, &flat, true);
	model.starts_anywhere = true;
	for (uint32_t i = 0; i < ITEMS; i++) {
		add(&model, &arrivals, i + 1, (int32_t)dice_roll(&dice, 290) + 1);
		if (i % 97 == 0) {
			remove_one(&model, &arrivals, dice_roll(&dice, model.count));
			assert_agree(&model, &arrivals, &dice);
		}
	}
	while (model.count > 10)
		remove_one(&model, &arrivals, dice_roll(&dice, model.count));
	assert_agree(&model, &arrivals, &dice);
	assert_int_equal(arrivals_check(&arrivals, &err), 0);
	flat_finish(&flat);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_question_is_answered_as_by_a_walk),
		cmocka_unit_test(slots_become_more_as_items_do),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
