/* The pool engine, compared with stacks of addresses. */
#include "base/error.h"
#include "base/options.h"
#include "heap/heap.h"
#include "support.h"

#include <string.h>

#define OBJECTS 400u
#define BLOCKS  4096u
#define POOLS   3u

static struct heap *pool_with(const char *const words[][2])
{
	struct options *options = options_new();
	struct heap *heap = NULL;
	struct error err;

	options_add_table(options, engine_find("pool")->options);
	for (size_t i = 0; words[i][0]; i++)
		assert_int_equal(options_set(options, words[i][0], words[i][1], &err), 0);
	assert_int_equal(heap_new(&heap, "pool", options, &err), 0);
	options_free(options);
	return heap;
}

static struct effect apply(struct heap *heap, char kind, uint32_t object, uint64_t size)
{
	struct event event = {.object = object, .size = size, .text = TEXT_NONE};
	struct effect effect;

	event.kind = kind == 'a' ? EVENT_ALLOCATE : kind == 'f' ? EVENT_FREE : EVENT_REALLOCATE;
	heap_apply(heap, 0, &event, NULL, &effect);
	return effect;
}

static void blocks_are_handed_out_from_the_end_that_was_asked_for(void **state)
{
	static const char *const low[][2] = {{"block", "16"}, {"blocks", "4"}, {NULL}};
	static const char *const high[][2] = {{"block", "16"}, {"blocks", "4"},
		{"first-block", "high"}, {NULL}};
	struct heap *one = pool_with(low), *other = pool_with(high);

	uint64_t base = apply(one, 'a', 0, 1).address;
	assert_int_equal(apply(one, 'a', 1, 16).address, base + 16);
	assert_int_equal(apply(other, 'a', 0, 1).address, base + 48);
	assert_int_equal(apply(other, 'a', 1, 16).address, base + 32);
	heap_free(one);
	heap_free(other);
}

static void what_was_freed_last_is_handed_out_first(void **state)
{
	static const char *const words[][2] = {{"block", "16"}, {"blocks", "4"}, {NULL}};
	struct heap *heap = pool_with(words);

	uint64_t base = apply(heap, 'a', 0, 1).address;
	for (uint32_t i = 1; i < 4; i++)
		apply(heap, 'a', i, 1);
	assert_int_equal(apply(heap, 'a', 4, 1).outcome, OUTCOME_NO_MEMORY);
	apply(heap, 'f', 2, 0);
	apply(heap, 'f', 0, 0);
	assert_int_equal(apply(heap, 'a', 5, 1).address, base);
	assert_int_equal(apply(heap, 'a', 6, 1).address, base + 32);
	heap_free(heap);
}

static void what_does_not_fit_is_refused(void **state)
{
	static const char *const words[][2] = {{"block", "24"}, {"pools", "2"}, {NULL}};
	struct heap *heap = pool_with(words);
	struct event aligned = {.kind = EVENT_ALLOCATE,
		.object = 9,
		.size = 8,
		.alignment = 32,
		.text = TEXT_NONE};
	struct effect effect;

	assert_int_equal(apply(heap, 'a', 0, 24).given, 24);
	assert_int_equal(apply(heap, 'a', 1, 25).given, 48);
	assert_int_equal(apply(heap, 'a', 2, 49).outcome, OUTCOME_NO_MEMORY);
	heap_apply(heap, 0, &aligned, NULL, &effect);
	assert_int_equal(effect.outcome, OUTCOME_NO_MEMORY);
	aligned.object = 10;
	aligned.alignment = 16;
	heap_apply(heap, 0, &aligned, NULL, &effect);
	assert_int_equal(effect.outcome, OUTCOME_PLACED);
	assert_int_equal(effect.address % 16, 0);
	assert_int_equal(effect.given, 48);
	heap_free(heap);
}

/*
 * ---- the model: a stack of free addresses per pool --------------------------------------------
 */

struct model {
	uint64_t free[POOLS][BLOCKS];
	size_t nfree[POOLS];
	size_t slabs[POOLS];
	uint64_t next_base; /* base of the next slab */
	uint64_t block;
	size_t npools, blocks, slabs_max;
	bool is_high_first;
	uint64_t live[OBJECTS]; /* address, 0: none */
	size_t pool[OBJECTS];
};

static void map_slab(struct model *model, size_t pool)
{
	uint64_t size = model->block << pool, base = (model->next_base + 4095) / 4096 * 4096;

	for (size_t i = 0; i < model->blocks; i++) {
		size_t block = model->is_high_first ? i : model->blocks - 1 - i;
		model->free[pool][model->nfree[pool]++] = base + block * size;
	}
	model->next_base = base + model->blocks * size;
	model->slabs[pool]++;
}

/* 0: out of memory. */
static uint64_t take(struct model *model, uint64_t size, size_t *ret_pool)
{
	size_t pool = 0;

	while (pool < model->npools && model->block << pool < size)
		pool++;
	if (pool == model->npools)
		return 0;
	if (model->nfree[pool] == 0) {
		if (model->slabs_max && model->slabs[pool] == model->slabs_max)
			return 0;
		map_slab(model, pool);
	}
	*ret_pool = pool;
	return model->free[pool][--model->nfree[pool]];
}

static void give_back(struct model *model, uint32_t object)
{
	size_t pool = model->pool[object];

	model->free[pool][model->nfree[pool]++] = model->live[object];
	model->live[object] = 0;
}

static void must_agree(struct model *model, const char *const words[][2], unsigned events)
{
	struct heap *heap = pool_with(words);
	struct dice dice;
	struct error err;

	dice_init(&dice, 31);
	for (unsigned at = 0; at < events; at++) {
		uint32_t object = (uint32_t)dice_roll(&dice, OBJECTS);
		uint64_t size = 1 + dice_roll(&dice, 2 * (model->block << (model->npools - 1)) - 1);
		size_t pool = model->pool[object];
		if (!model->live[object]) {
			uint64_t address = take(model, size, &model->pool[object]);
			struct effect effect = apply(heap, 'a', object, size);
			assert_int_equal(effect.address, address);
			model->live[object] = address;
		} else if (dice_roll(&dice, 4) == 0) {
			struct effect effect = apply(heap, 'r', object, size);
			if (size <= model->block << pool) {
				assert_int_equal(effect.address, model->live[object]);
				continue;
			}
			size_t new_pool = 0;
			uint64_t address = take(model, size, &new_pool);
			assert_int_equal(effect.address, address);
			if (address) {
				give_back(model, object);
				model->live[object] = address;
				model->pool[object] = new_pool;
			}
		} else {
			assert_int_equal(apply(heap, 'f', object, 0).outcome, OUTCOME_RELEASED);
			give_back(model, object);
		}
		if (at % 5000 == 0 && heap_check(heap, &err) < 0)
			fail_msg("event %u: %s", at, err.text);
	}
	heap_free(heap);
}

static uint64_t first_base(void)
{
	static const char *const words[][2] = {{NULL}};
	struct heap *heap = pool_with(words);
	uint64_t base = apply(heap, 'a', 0, 1).address;

	heap_free(heap);
	return base;
}

static void a_million_random_events_agree_with_stacks_of_addresses(void **state)
{
	static const char *const one[][2] = {{"block", "64"}, {"blocks", "150"}, {NULL}};
	static const char *const growing[][2] = {{"block", "24"}, {"blocks", "37"}, {"slabs", "0"},
		{"pools", "3"}, {"first-block", "high"}, {NULL}};
	static const char *const limited[][2] = {{"block", "40"}, {"blocks", "20"}, {"slabs", "3"},
		{"pools", "2"}, {NULL}};
	static struct model model;
	uint64_t base = first_base();

	model = (struct model){.next_base = base,
		.block = 64,
		.npools = 1,
		.blocks = 150,
		.slabs_max = 1};
	must_agree(&model, one, 400000);
	model = (struct model){.next_base = base,
		.block = 24,
		.npools = 3,
		.blocks = 37,
		.is_high_first = true};
	must_agree(&model, growing, 300000);
	model = (struct model){.next_base = base,
		.block = 40,
		.npools = 2,
		.blocks = 20,
		.slabs_max = 3};
	must_agree(&model, limited, 300000);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(blocks_are_handed_out_from_the_end_that_was_asked_for),
		cmocka_unit_test(what_was_freed_last_is_handed_out_first),
		cmocka_unit_test(what_does_not_fit_is_refused),
		cmocka_unit_test(a_million_random_events_agree_with_stacks_of_addresses),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
