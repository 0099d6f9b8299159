/* The region engine, compared with a plain stack of blocks. */
#include "base/error.h"
#include "base/options.h"
#include "heap/heap.h"
#include "support.h"

#define OBJECTS 40u
#define CHUNK   256u

static struct heap *region_of(const char *monotonic)
{
	struct options *options = options_new();
	struct heap *heap = NULL;
	struct error err;

	options_add_table(options, engine_find("region")->options);
	assert_int_equal(options_set(options, "chunk", "256", &err), 0);
	if (monotonic)
		assert_int_equal(options_set(options, monotonic, NULL, &err), 0);
	assert_int_equal(heap_new(&heap, "region", options, &err), 0);
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

/* What a region is: blocks in the order in which they were taken, and chunks in that of theirs. */
struct model {
	struct {
		uint32_t object;
		uint64_t size;
		unsigned chunk;
		bool is_free;
	} blocks[OBJECTS * 64];
	size_t count;
	uint64_t sizes[OBJECTS * 64], tops[OBJECTS * 64]; /* of chunks */
	unsigned chunks;
	bool is_live[OBJECTS];
	bool is_monotonic;
};

static void model_take(struct model *model, uint32_t object, uint64_t size)
{
	uint64_t bytes = (size + 7) / 8 * 8;

	if (model->chunks == 0 ||
		bytes > model->sizes[model->chunks - 1] - model->tops[model->chunks - 1]) {
		model->sizes[model->chunks] = bytes > CHUNK ? bytes : CHUNK;
		model->tops[model->chunks++] = 0;
	}
	model->tops[model->chunks - 1] += bytes;
	model->blocks[model->count].object = object;
	model->blocks[model->count].size = bytes;
	model->blocks[model->count].chunk = model->chunks - 1;
	model->blocks[model->count++].is_free = false;
	model->is_live[object] = true;
}

static void model_free(struct model *model, uint32_t object)
{
	bool has_live = false;
	size_t last = model->count - 1;

	for (size_t i = 0; i < model->count; i++) {
		bool is_it = model->blocks[i].object == object && !model->blocks[i].is_free;
		model->blocks[i].is_free |= is_it;
		has_live |= !model->blocks[i].is_free;
	}
	model->is_live[object] = false;
	if (model->is_monotonic ? has_live : !model->blocks[last].is_free)
		return;
	while (model->count > 0 && model->blocks[model->count - 1].is_free) {
		model->count--;
		model->tops[model->blocks[model->count].chunk] -= model->blocks[model->count].size;
	}
	while (model->chunks > 1 && model->tops[model->chunks - 1] == 0)
		model->chunks--;
}

static void assert_same(const struct heap *heap, const struct model *model)
{
	const struct engine *engine = heap_layer(heap, 0);
	uint64_t reserved = 0, used = 0, last = model->chunks - 1;
	struct totals totals;
	struct error err;

	for (unsigned i = 0; i < model->chunks; i++)
		reserved += model->sizes[i];
	for (size_t i = 0; i < model->count; i++)
		used += model->blocks[i].is_free ? 0 : model->blocks[i].size;
	engine_totals(engine, &totals);
	assert_int_equal(totals.regions, model->chunks);
	assert_int_equal(totals.reserved, reserved);
	assert_int_equal(totals.blocks, used);
	assert_int_equal(totals.available, model->sizes[last] - model->tops[last]);
	assert_int_equal(heap_check(heap, &err), 0);
}

static void compare(bool is_monotonic)
{
	static struct model model;
	struct heap *heap = region_of(is_monotonic ? "monotonic" : NULL);
	struct dice dice;

	model = (struct model){.is_monotonic = is_monotonic};
	dice_init(&dice, 3);
	for (unsigned at = 0; at < 3000; at++) {
		uint32_t object = (uint32_t)dice_roll(&dice, OBJECTS);
		uint64_t size = 1 + dice_roll(&dice, dice_roll(&dice, 20) ? 60 : 600);
		/* all that was made is freed now and then, so that the model has room */
		if (at % 200 > 150)
			for (object = OBJECTS - 1; object > 0 && !model.is_live[object];)
				object--;
		if (model.is_live[object]) {
			assert_int_equal(apply(heap, EVENT_FREE, object, 0).outcome,
				OUTCOME_RELEASED);
			model_free(&model, object);
		} else {
			assert_int_equal(apply(heap, EVENT_ALLOCATE, object, size).outcome,
				OUTCOME_PLACED);
			model_take(&model, object, size);
		}
		assert_same(heap, &model);
	}
	heap_free(heap);
}

static void random_events_agree_with_a_stack(void **state)
{
	compare(false);
}

static void a_monotonic_region_rewinds_when_all_is_freed(void **state)
{
	compare(true);
}

static void blocks_of_a_region_are_aligned_as_asked(void **state)
{
	struct heap *heap = region_of(NULL);
	struct event event = {.kind = EVENT_ALLOCATE,
		.object = 1,
		.size = 5,
		.alignment = 64,
		.text = TEXT_NONE};
	struct effect effect;
	struct error err;

	apply(heap, EVENT_ALLOCATE, 0, 3);
	heap_apply(heap, 1, &event, NULL, &effect);
	assert_int_equal(effect.outcome, OUTCOME_PLACED);
	assert_int_equal(effect.address % 64, 0);
	event.object = 2;
	event.alignment = 4096; /* more than a chunk has */
	heap_apply(heap, 2, &event, NULL, &effect);
	assert_int_equal(effect.outcome, OUTCOME_PLACED);
	assert_int_equal(effect.address % 4096, 0);
	event.object = 3;
	event.size = UINT64_MAX; /* more than there is, with or without an alignment */
	heap_apply(heap, 3, &event, NULL, &effect);
	assert_int_equal(effect.outcome, OUTCOME_NO_MEMORY);
	event.alignment = 0;
	heap_apply(heap, 4, &event, NULL, &effect);
	assert_int_equal(effect.outcome, OUTCOME_NO_MEMORY);
	assert_int_equal(heap_check(heap, &err), 0);
	heap_free(heap);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(random_events_agree_with_a_stack),
		cmocka_unit_test(a_monotonic_region_rewinds_when_all_is_freed),
		cmocka_unit_test(blocks_of_a_region_are_aligned_as_asked),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
