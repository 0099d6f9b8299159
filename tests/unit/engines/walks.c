/* The engine of docs/engines.md, checked against its contract; and its callbacks. */
#include "base/error.h"
#include "engine/contract.h"
#include "heap/heap.h"
#include "heap/space.h"
#include "support.h"

#include <string.h>

#define BLOCKS 300u

extern const struct engine_ops engine_cells;

struct stage {
	struct space space;
	struct engine *engine;
};

static void begin(struct stage *stage)
{
	struct error err;

	space_init(&stage->space);
	if (contract_new(&stage->engine, &engine_cells, NULL, &stage->space.pages, NULL,
		    CONTRACT_ALL, &err) < 0)
		fail_msg("%s", err.text);
}

static void end(struct stage *stage)
{
	engine_free(stage->engine);
	space_finish(&stage->space);
}

static void must_hold(struct stage *stage)
{
	contract_end(stage->engine);
	if (contract_broken(stage->engine))
		fail_msg("%s", contract_broken(stage->engine));
	contract_begin(stage->engine);
}

static void the_example_keeps_its_contract(void **state)
{
	static uint64_t addresses[BLOCKS];
	struct stage stage;
	struct dice dice;
	unsigned refused = 0, moved = 0;

	begin(&stage);
	dice_init(&dice, 60);
	for (unsigned i = 0; i < 1500; i++) {
		uint64_t *address = &addresses[dice_roll(&dice, BLOCKS)];
		const struct request request = {.size = dice_roll(&dice, 70)};
		struct placement placement;
		enum outcome outcome;
		if (*address && dice_roll(&dice, 3) == 0)
			outcome = engine_reallocate(stage.engine, *address, &request, &placement);
		else if (*address)
			outcome = engine_release(stage.engine, *address);
		else
			outcome = engine_allocate(stage.engine, &request, &placement);
		refused += outcome == OUTCOME_NO_MEMORY;
		moved += outcome == OUTCOME_PLACED && *address && *address != placement.address;
		if (outcome == OUTCOME_PLACED)
			*address = placement.address;
		else if (outcome == OUTCOME_RELEASED)
			*address = 0;
		must_hold(&stage);
	}
	assert_int_equal(engine_release(stage.engine, 12345), OUTCOME_INVALID);
	assert_true(refused > 0);
	assert_int_equal(moved, 0); /* a request larger than a cell fits into none */
	end(&stage);
}

static void its_figures_are_counted(void **state)
{
	struct stage stage;
	struct placement placement;
	struct totals totals;

	begin(&stage);
	for (unsigned i = 0; i < 3; i++)
		engine_allocate(stage.engine, &(struct request){.size = 10}, &placement);
	engine_totals(stage.engine, &totals);
	assert_int_equal(totals.reserved, 256 * 64);
	assert_int_equal(totals.blocks, 3 * 64);
	assert_int_equal(totals.available, 253 * 64);
	assert_int_equal(totals.blocks_live, 3);
	assert_int_equal(totals.free_spans, 253);
	assert_int_equal(totals.largest_free, 64);
	uint64_t from = placement.address + 10; /* from within the last one; the rest is free */
	assert_int_equal(engine_used_between(stage.engine, from, from + 100), 54);
	end(&stage);
}

/* Says of its region that a byte more is used, or that it is longer, than its cells say. */
static void region_of_more_use(const struct engine *engine, size_t at, struct region *ret_region)
{
	engine_cells.region(engine, at, ret_region);
	ret_region->used++;
}

static void region_that_is_longer(const struct engine *engine, size_t at, struct region *ret_region)
{
	engine_cells.region(engine, at, ret_region);
	ret_region->size++;
}

static void its_check_compares_the_spans_with_the_region(void **state)
{
	static const struct {
		void (*region)(const struct engine *engine, size_t at, struct region *ret_region);
		const char *words;
	} table[] = {{region_of_more_use, "bytes are used"}, {region_that_is_longer, "a gap"}};

	for (size_t i = 0; i < sizeof(table) / sizeof(*table); i++) {
		struct engine_ops ops = engine_cells;
		struct space space;
		struct engine *engine;
		struct error err;
		space_init(&space);
		assert_int_equal(engine_new(&engine, &ops, NULL, &space.pages, NULL, &err), 0);
		assert_int_equal(engine->ops->check(engine, &err), 0);
		ops.region = table[i].region;
		assert_int_equal(engine->ops->check(engine, &err), -1);
		assert_non_null(strstr(err.text, table[i].words));
		engine_free(engine);
		space_finish(&space);
	}
}

static void it_logs_what_it_decides(void **state)
{
	struct stage stage;
	struct placement placement;
	struct decision_log log = {0};

	begin(&stage);
	stage.engine->log = &log;
	engine_allocate(stage.engine, &(struct request){.size = 10}, &placement);
	engine_allocate(stage.engine, &(struct request){.size = 65}, &placement);
	assert_string_equal(log.items[0].kind->name, "cell-taken");
	assert_int_equal(log.items[0].a, placement.address);
	assert_string_equal(log.items[1].kind->name, "too-large");
	engine_release(stage.engine, placement.address);
	assert_string_equal(log.items[2].kind->name, "cell-freed");
	assert_int_equal(log.items[2].a, 0);
	log.count = 0;
	for (unsigned i = 0; i < 257; i++)
		engine_allocate(stage.engine, &(struct request){.size = 1}, &placement);
	assert_string_equal(log.items[255].kind->name, "cell-taken");
	assert_int_equal(log.count + log.lost, 257);
	log.count = 0;
	engine_allocate(stage.engine, &(struct request){.size = 1}, &placement);
	assert_string_equal(log.items[0].kind->name, "no-cell");
	end(&stage);
}

static void a_refusal_happens_without_a_word_of_the_engine(void **state)
{
	struct event event = {.kind = EVENT_ALLOCATE, .size = 65, .text = TEXT_NONE};
	struct heap *heap;
	struct effect effect;
	struct error err;

	if (heap_new(&heap, "cells", NULL, &err) < 0)
		fail_msg("%s", err.text);
	heap_apply(heap, 0, &event, NULL, &effect);
	assert_int_equal(effect.happened, HAPPENED_NO_MEMORY);
	event.size = 64;
	heap_apply(heap, 1, &event, NULL, &effect);
	assert_int_equal(effect.happened, 0);
	heap_free(heap);
}

static void a_realloc_says_whether_it_stays(void **state)
{
	struct stage stage;
	struct placement placement, moved;
	struct decision_log log = {0};

	begin(&stage);
	engine_allocate(stage.engine, &(struct request){.size = 10}, &placement);
	stage.engine->log = &log;
	engine_reallocate(stage.engine, placement.address, &(struct request){.size = 64}, &moved);
	assert_int_equal(moved.address, placement.address);
	assert_int_equal(log.count, 1);
	assert_ptr_equal(log.items[0].kind, &decision_fits_block);
	assert_int_equal(log.items[0].a, 64);
	assert_int_equal(log.items[0].b, 64);
	engine_reallocate(stage.engine, placement.address, &(struct request){.size = 65}, &moved);
	assert_true(log.count > 1);
	assert_ptr_equal(log.items[1].kind, &decision_moves);
	assert_int_equal(log.items[1].a, 65);
	assert_int_equal(log.items[1].c, 64);
	end(&stage);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_example_keeps_its_contract),
		cmocka_unit_test(its_figures_are_counted),
		cmocka_unit_test(its_check_compares_the_spans_with_the_region),
		cmocka_unit_test(it_logs_what_it_decides),
		cmocka_unit_test(a_refusal_happens_without_a_word_of_the_engine),
		cmocka_unit_test(a_realloc_says_whether_it_stays),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
