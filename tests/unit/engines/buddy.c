/* The buddy engine, compared with stacks of addresses that are searched. */
#include "base/error.h"
#include "base/options.h"
#include "heap/heap.h"
#include "support.h"

#include <string.h>

#define OBJECTS 300u
#define ORDERS  14u /* 16 B … 128 KiB, of which eight pages of units are kept */
#define BLOCKS  1100u

static struct heap *buddies(const char *size, const char *smallest)
{
	struct options *options = options_new();
	struct heap *heap = NULL;
	struct error err;

	options_add_table(options, engine_find("buddy")->options);
	assert_int_equal(options_set(options, "buddy-size", size, &err), 0);
	assert_int_equal(options_set(options, "buddy-min", smallest, &err), 0);
	assert_int_equal(heap_new(&heap, "buddy", options, &err), 0);
	options_free(options);
	return heap;
}

static struct effect apply(struct heap *heap, enum event_kind kind, uint32_t object, uint64_t size)
{
	struct event event = {.kind = (uint8_t)kind,
		.object = object,
		.size = size,
		.text = TEXT_NONE};
	struct effect effect;

	heap_apply(heap, 0, &event, NULL, &effect);
	return effect;
}

static uint64_t base_of(const struct heap *heap)
{
	struct region region;

	engine_region(heap_layer(heap, 0), 0, &region);
	return region.base;
}

static void halves_are_split_off_until_the_block_is_just_large_enough(void **state)
{
	struct heap *heap = buddies("64", "4");
	uint64_t base = base_of(heap);

	assert_int_equal(apply(heap, EVENT_ALLOCATE, 0, 7).address, base);
	assert_int_equal(apply(heap, EVENT_ALLOCATE, 1, 5).address, base + 8);
	assert_int_equal(apply(heap, EVENT_ALLOCATE, 2, 17).address, base + 32);
	assert_int_equal(apply(heap, EVENT_ALLOCATE, 3, 17).outcome, OUTCOME_NO_MEMORY);
	assert_int_equal(apply(heap, EVENT_ALLOCATE, 4, 16).address, base + 16);
	assert_int_equal(apply(heap, EVENT_ALLOCATE, 5, 1).outcome, OUTCOME_NO_MEMORY);
	heap_free(heap);
}

static void only_buddies_are_merged(void **state)
{
	struct heap *heap = buddies("32", "8");

	for (uint32_t i = 0; i < 4; i++)
		apply(heap, EVENT_ALLOCATE, i, 8);
	apply(heap, EVENT_FREE, 1, 0);
	apply(heap, EVENT_FREE, 2, 0);
	/* They are neighbours, but not buddies. */
	assert_int_equal(apply(heap, EVENT_ALLOCATE, 5, 16).outcome, OUTCOME_NO_MEMORY);
	apply(heap, EVENT_FREE, 0, 0);
	assert_int_equal(apply(heap, EVENT_ALLOCATE, 6, 16).address, base_of(heap));
	heap_free(heap);
}

static size_t bytes_of_state(struct heap *heap)
{
	return flat_bytes(&heap_layer(heap, 0)->flat);
}

static void what_is_kept_grows_with_what_is_used(void **state)
{
	struct heap *heap = buddies("64M", "16");
	struct error err;

	for (uint32_t i = 0; i < 1000; i++)
		apply(heap, EVENT_ALLOCATE, i, 16);
	assert_true(bytes_of_state(heap) < 1 << 20);
	for (uint32_t i = 1000; i < 200000; i++)
		apply(heap, EVENT_ALLOCATE, i, 16);
	assert_in_range(bytes_of_state(heap), 3 << 20, 6 << 20);
	assert_int_equal(heap_check(heap, &err), 0);
	heap_free(heap);
}

/* ---- the model ----------------------------------------------------------------------------- */

struct model {
	uint64_t free[ORDERS][BLOCKS]; /* offsets, the newest last */
	size_t count[ORDERS];
	uint64_t at[OBJECTS];
	size_t order[OBJECTS];
	bool live[OBJECTS];
};

static size_t order_of(uint64_t size)
{
	size_t order = 0;

	while (UINT64_C(16) << order < size)
		order++;
	return order;
}

static bool take(struct model *model, size_t order, uint64_t *ret_at)
{
	size_t larger = order;

	while (larger < ORDERS && model->count[larger] == 0)
		larger++;
	if (larger >= ORDERS)
		return false;
	*ret_at = model->free[larger][--model->count[larger]];
	while (larger-- > order)
		model->free[larger][model->count[larger]++] = *ret_at + (UINT64_C(16) << larger);
	return true;
}

static void give_back(struct model *model, uint64_t at, size_t order)
{
	for (size_t i = 0; i < model->count[order] && order + 1 < ORDERS;) {
		if (model->free[order][i] != (at ^ (UINT64_C(16) << order))) {
			i++;
			continue;
		}
		memmove(&model->free[order][i], &model->free[order][i + 1],
			(--model->count[order] - i) * sizeof(uint64_t));
		at &= ~(UINT64_C(16) << order);
		order++;
		i = 0;
	}
	model->free[order][model->count[order]++] = at;
}

static void a_million_random_events_agree_with_stacks(void **state)
{
	static struct model model;
	struct heap *heap = buddies("128K", "16");
	uint64_t base = base_of(heap);
	struct dice dice;
	struct error err;

	model = (struct model){0};
	model.count[ORDERS - 1] = 1;
	dice_init(&dice, 44);
	for (unsigned at = 0; at < 1000000; at++) {
		uint32_t object = (uint32_t)dice_roll(&dice, OBJECTS);
		uint64_t size = 1 + dice_roll(&dice, dice_roll(&dice, 12) == 0 ? 3000 : 200),
			 place = 0;
		if (!model.live[object]) {
			model.order[object] = order_of(size);
			model.live[object] = take(&model, model.order[object], &model.at[object]);
			struct effect effect = apply(heap, EVENT_ALLOCATE, object, size);
			assert_int_equal(effect.address,
				model.live[object] ? base + model.at[object] : 0);
		} else if (dice_roll(&dice, 5) == 0) {
			struct effect effect = apply(heap, EVENT_REALLOCATE, object, size);
			if (order_of(size) > model.order[object]) {
				bool fits = take(&model, order_of(size), &place);
				assert_int_equal(effect.address, fits ? base + place : 0);
				if (fits) {
					give_back(&model, model.at[object], model.order[object]);
					model.at[object] = place;
					model.order[object] = order_of(size);
				}
			} else {
				assert_int_equal(effect.address, base + model.at[object]);
			}
		} else {
			assert_int_equal(apply(heap, EVENT_FREE, object, 0).outcome,
				OUTCOME_RELEASED);
			give_back(&model, model.at[object], model.order[object]);
			model.live[object] = false;
		}
		if (at % 5000 == 0 && heap_check(heap, &err) < 0)
			fail_msg("event %u: %s", at, err.text);
	}
	heap_free(heap);
}

/* 2^22 blocks of the smallest size: as many as the option allows. */
static void the_largest_heap_has_a_list_for_each_order(void **state)
{
	struct heap *heap = buddies("16777216", "4");
	struct error err;

	for (uint32_t object = 0; object < 3; object++) {
		if (heap_check(heap, &err) < 0)
			fail_msg("%s", err.text);
		assert_int_equal(apply(heap, EVENT_ALLOCATE, object, object ? 4 << 20 : 4).outcome,
			OUTCOME_PLACED);
	}
	for (uint32_t object = 0; object < 3; object++)
		apply(heap, EVENT_FREE, object, 0);
	assert_int_equal(apply(heap, EVENT_ALLOCATE, 3, 16777216).address, base_of(heap));
	if (heap_check(heap, &err) < 0)
		fail_msg("%s", err.text);
	heap_free(heap);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(halves_are_split_off_until_the_block_is_just_large_enough),
		cmocka_unit_test(only_buddies_are_merged),
		cmocka_unit_test(what_is_kept_grows_with_what_is_used),
		cmocka_unit_test(the_largest_heap_has_a_list_for_each_order),
		cmocka_unit_test(a_million_random_events_agree_with_stacks),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
