/* The ring engine, compared with a queue of blocks on an array of bytes. */
#include "base/error.h"
#include "base/options.h"
#include "heap/heap.h"
#include "support.h"

#include <string.h>

#define OBJECTS 40u
#define BYTES   512u
#define UNITS   (BYTES / 8)

static struct heap *ring_of(const char *size)
{
	struct options *options = options_new();
	struct heap *heap = NULL;
	struct error err;

	options_add_table(options, engine_find("ring")->options);
	assert_int_equal(options_set(options, "ring-size", size, &err), 0);
	assert_int_equal(heap_new(&heap, "ring", options, &err), 0);
	options_free(options);
	return heap;
}

static struct effect apply(struct heap *heap, enum event_kind kind, uint32_t object, uint64_t size,
	uint64_t alignment)
{
	struct event event = {.kind = (uint8_t)kind,
		.object = object,
		.size = size,
		.alignment = alignment,
		.text = TEXT_NONE};
	struct effect effect;

	heap_apply(heap, 0, &event, NULL, &effect);
	return effect;
}

/*
 * What a ring is, unit by unit of 8 bytes: whose it is, or that it was skipped. A queue has the
 * blocks from the oldest on.
 */
struct model {
	uint32_t owner[UNITS]; /* a number of the queue + 1; 0: free */
	struct {
		uint32_t object;
		unsigned at, units, skipped; /* skipped: units before the wrap, at the end */
		bool is_free;
	} queue[4096];
	unsigned first, end, head;
};

static bool is_free_run(const struct model *model, unsigned at, unsigned units)
{
	if (at + units > UNITS)
		return false;
	for (unsigned i = at; i < at + units; i++)
		if (model->owner[i])
			return false;
	return true;
}

/* The unit at which the object is placed, or UNITS. */
static unsigned model_take(struct model *model, uint32_t object, uint64_t size)
{
	unsigned units = (unsigned)((size + 7) / 8), at = model->head, skipped = 0;
	unsigned oldest = model->first < model->end ? model->queue[model->first].at : 0;

	if (!is_free_run(model, at, units)) {
		/* from the base, if the head is not there already, and the tail is not above it */
		if (at < oldest || !is_free_run(model, 0, units) || (at == 0 && oldest == 0))
			return UNITS;
		skipped = UNITS - at;
		at = 0;
	}
	for (unsigned i = UNITS - skipped; i < UNITS; i++)
		model->owner[i] = UINT32_MAX;
	for (unsigned i = at; i < at + units; i++)
		model->owner[i] = model->end + 1;
	model->queue[model->end].object = object;
	model->queue[model->end].at = at;
	model->queue[model->end].units = units;
	model->queue[model->end].skipped = skipped;
	model->queue[model->end++].is_free = false;
	model->head = at + units;
	return at;
}

static void model_free(struct model *model, uint32_t object)
{
	for (unsigned i = model->first; i < model->end; i++)
		model->queue[i].is_free |= model->queue[i].object == object;
	while (model->first < model->end && model->queue[model->first].is_free) {
		unsigned at = model->queue[model->first].at;
		for (unsigned i = at; i < at + model->queue[model->first].units; i++)
			model->owner[i] = 0;
		model->first++;
		/* the tail wraps as the head did */
		unsigned skipped =
			model->first < model->end ? model->queue[model->first].skipped : 0;
		for (unsigned i = UNITS - skipped; i < UNITS; i++)
			model->owner[i] = 0;
	}
	if (model->first == model->end)
		*model = (struct model){.head = 0};
}

static void random_events_agree_with_a_queue(void **state)
{
	static struct model model;
	struct heap *heap = ring_of("512");
	bool is_live[OBJECTS] = {false};
	unsigned placed = 0, refused = 0;
	struct totals totals;
	struct dice dice;
	struct error err;

	dice_init(&dice, 11);
	model = (struct model){.head = 0};
	for (unsigned step = 0; step < 20000; step++) {
		/* mostly the oldest goes, as in a queue */
		uint32_t object = (uint32_t)dice_roll(&dice, OBJECTS);
		if (dice_roll(&dice, 3) == 0 && model.first < model.end)
			object = model.queue[model.first].object;
		if (model.end > 4000) /* all go, so that the model has room */
			for (object = 0; object < OBJECTS - 1 && !is_live[object];)
				object++;
		if (is_live[object]) {
			assert_int_equal(apply(heap, EVENT_FREE, object, 0, 0).outcome,
				OUTCOME_RELEASED);
			model_free(&model, object);
			is_live[object] = false;
		} else {
			uint64_t size = 1 + dice_roll(&dice, dice_roll(&dice, 20) ? 60 : 400);
			struct effect effect = apply(heap, EVENT_ALLOCATE, object, size, 0);
			unsigned at = model_take(&model, object, size);
			struct region region;
			is_live[object] = effect.outcome == OUTCOME_PLACED;
			assert_int_equal(is_live[object], at < UNITS);
			placed += is_live[object];
			refused += !is_live[object];
			engine_region(heap_layer(heap, 0), 0, &region);
			if (is_live[object])
				assert_int_equal(effect.address - region.base, at * 8);
		}
		unsigned available = 0;
		for (unsigned i = 0; i < UNITS; i++)
			available += model.owner[i] == 0;
		engine_totals(heap_layer(heap, 0), &totals);
		if (totals.regions)
			assert_int_equal(totals.available, available * 8);
		assert_int_equal(heap_check(heap, &err), 0);
	}
	assert_true(placed > 3000 && refused > 300);
	heap_free(heap);
}

static void requests_are_aligned_and_bounded(void **state)
{
	struct heap *heap = ring_of("4096");
	struct error err;

	assert_int_equal(apply(heap, EVENT_ALLOCATE, 0, 5000, 0).outcome, OUTCOME_NO_MEMORY);
	assert_int_equal(apply(heap, EVENT_ALLOCATE, 0, UINT64_MAX, 0).outcome, OUTCOME_NO_MEMORY);
	apply(heap, EVENT_ALLOCATE, 1, 3, 0);
	struct effect effect = apply(heap, EVENT_ALLOCATE, 2, 5, 256);
	assert_int_equal(effect.outcome, OUTCOME_PLACED);
	assert_int_equal(effect.address % 256, 0);
	apply(heap, EVENT_FREE, 1, 0, 0);
	apply(heap, EVENT_FREE, 2, 0, 0);
	assert_int_equal(apply(heap, EVENT_ALLOCATE, 3, 4096, 0).outcome, OUTCOME_PLACED);
	assert_int_equal(apply(heap, EVENT_ALLOCATE, 4, 1, 0).outcome, OUTCOME_NO_MEMORY);
	assert_int_equal(heap_check(heap, &err), 0);
	heap_free(heap);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(random_events_agree_with_a_queue),
		cmocka_unit_test(requests_are_aligned_and_bounded),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
