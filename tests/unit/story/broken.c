/*
 * The sentences for an engine that breaks its contract: a toy replaces the heap (the one of the
 * library is not linked where the name is defined), and returns the same block for every request.
 */
#include "base/error.h"
#include "engine/contract.h"
#include "heap/heap.h"
#include "story/narration.h"
#include "support.h"

struct toy {
	struct engine engine;
	struct flat_array state; /* uint64_t: the base, blocks handed out */
};

static uint64_t *state_of(const struct engine *engine)
{
	return ((const struct toy *)engine)->state.data;
}

static int init(struct engine *engine, const struct options *options, struct error *err)
{
	struct toy *toy = (struct toy *)engine;

	flat_add(&engine->flat, &toy->state, sizeof(uint64_t));
	flat_grow(&toy->state, 2);
	state_of(engine)[0] = engine->pages->map(engine->pages, 64, 64);
	return 0;
}

static enum outcome allocate(struct engine *engine, const struct request *request,
	struct placement *ret)
{
	*ret = (struct placement){state_of(engine)[0], 64, 0};
	state_of(engine)[1]++;
	return OUTCOME_PLACED;
}

static enum outcome release(struct engine *engine, uint64_t address)
{
	return OUTCOME_RELEASED;
}

static enum outcome reallocate(struct engine *engine, uint64_t address,
	const struct request *request, struct placement *ret)
{
	return allocate(engine, request, ret);
}

static size_t region_count(const struct engine *engine)
{
	return 1;
}

static void region(const struct engine *engine, size_t at, struct region *ret)
{
	*ret = (struct region){.name = "toy", .base = state_of(engine)[0], .size = 64, .used = 64};
}

static void spans(const struct engine *engine, uint64_t from, uint64_t to, span_visit *visit,
	void *user)
{
	const struct span span = {.state = SPAN_USED,
		.base = state_of(engine)[0],
		.size = 64,
		.payload = state_of(engine)[0]};

	visit(&span, user);
}

static uint64_t used_between(const struct engine *engine, uint64_t from, uint64_t to)
{
	return to - from;
}

static void totals(const struct engine *engine, struct totals *ret)
{
	*ret = (struct totals){.reserved = 64,
		.blocks = 64,
		.regions = 1,
		.blocks_live = state_of(engine)[1]};
}

static int check(const struct engine *engine, struct error *err)
{
	return 0;
}

extern const struct engine_ops engine_heap;
const struct engine_ops engine_heap = {
	.name = "heap",
	.summary = "everybody gets the same block",
	.state_size = sizeof(struct toy),
	.init = init,
	.allocate = allocate,
	.release = release,
	.reallocate = reallocate,
	.region_count = region_count,
	.region = region,
	.spans = spans,
	.used_between = used_between,
	.totals = totals,
	.check = check,
};

static void apply(struct heap *heap, const char *kinds, struct event *ret_event,
	struct effect *ret_effect, struct decision_log *log)
{
	for (uint32_t at = 0; kinds[at]; at++) {
		*ret_event =
			(struct event){.kind = kinds[at] == 'a' ? EVENT_ALLOCATE : EVENT_REALLOCATE,
				.size = 20,
				.object = kinds[at] == 'a' ? at : 0,
				.text = TEXT_NONE};
		ret_event->flags = kinds[at] == 'r' ? EVENT_SEEN_BEFORE : 0;
		heap_apply(heap, at, ret_event, log, ret_effect);
	}
}

static struct heap *heap_under(const char *level)
{
	struct options *options = options_new();
	struct heap *heap = NULL;

	options_add_table(options, heap_options);
	assert_int_equal(options_set(options, "check", level, NULL), 0);
	assert_int_equal(heap_new(&heap, "heap", options, NULL), 0);
	options_free(options);
	return heap;
}

static void a_broken_contract_is_a_fault_that_is_told(void **state)
{
	struct heap *heap = heap_under("answers");
	struct narration told = {0};
	struct decision_log log = {0};
	struct event event;
	struct effect effect;

	apply(heap, "a", &event, &effect, &log);
	assert_int_equal(effect.fault, FAULT_NONE);
	assert_null(heap_broken(heap));
	apply(heap, "aa", &event, &effect, &log);
	assert_int_equal(effect.fault, FAULT_BROKEN);
	assert_int_equal(effect.outcome, OUTCOME_NO_MEMORY);
	narrate(&told, heap, NULL, &event, &effect, &log, false);
	assert_text_equal(text_of(&told.what),
		"malloc(20) → BROKEN CONTRACT: the engine's answer is impossible");
	assert_text_equal(text_of(&told.why),
		"The engine broke its contract: heap: the block at 0x7f0000000000 (64 bytes) overlaps the live one at 0x7f0000000000 (64 bytes).\n");
	assert_text_equal(text_of(&told.brief), "the engine broke its contract");
	narration_finish(&told);
	heap_free(heap);
}

static void what_it_says_of_itself_is_told_beside_what_it_did(void **state)
{
	struct heap *heap = heap_under("all");
	struct narration told = {0};
	struct decision_log log = {0};
	struct event event;
	struct effect effect;

	apply(heap, "ar", &event, &effect, &log); /* it counts the moved block as another */
	assert_int_equal(effect.fault, FAULT_BROKEN);
	assert_int_equal(effect.outcome, OUTCOME_PLACED);
	narrate(&told, heap, NULL, &event, &effect, &log, false);
	assert_text_equal(text_of(&told.what), "realloc(object 0, 20) → toy +0, where it was. "
					       "BROKEN CONTRACT: the engine contradicts itself.");
	assert_text_equal(text_of(&told.why),
		"The engine broke its contract: heap: totals: 2 blocks of 64 bytes, live are 1 of 64.\n");
	narration_finish(&told);
	heap_free(heap);
}

/* Whether the heap, and not its engine, says that it is broken at a caption. */
static bool is_heap_broken(struct heap *heap)
{
	struct event event = {.kind = EVENT_NOTE, .object = OBJECT_NONE, .text = TEXT_NONE};
	struct effect effect;

	heap_apply(heap, 1, &event, NULL, &effect);
	assert_int_equal(effect.fault == FAULT_BROKEN, heap_broken(heap) != NULL);
	return heap_broken(heap) && !contract_broken(heap_layer(heap, 0));
}

/* Of the heap's own arrays one word is another meanwhile: as after going back to before a fault. */
static void what_is_whole_again_is_not_called_broken(void **state)
{
	struct heap *heap = heap_under("all");
	struct flat *flats[16];
	struct event event;
	struct effect effect;
	unsigned broken = 0;

	apply(heap, "a", &event, &effect, NULL);
	heap_flats(heap, flats, 16);
	const struct flat *own = flats[0];
	for (size_t i = 0; i < own->narrays; i++) {
		if (own->arrays[i]->count == 0)
			continue;
		unsigned char *word = own->arrays[i]->data;
		*word ^= 1;
		broken += is_heap_broken(heap);
		*word ^= 1;
		assert_false(is_heap_broken(heap));
	}
	assert_true(broken > 0);
	heap_free(heap);
}

static void without_a_contract_nobody_minds(void **state)
{
	struct heap *heap = heap_under("off");
	struct decision_log log = {0};
	struct event event;
	struct effect effect;

	apply(heap, "aar", &event, &effect, &log);
	assert_int_equal(effect.fault, FAULT_NONE);
	assert_null(heap_broken(heap));
	heap_free(heap);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_broken_contract_is_a_fault_that_is_told),
		cmocka_unit_test(what_it_says_of_itself_is_told_beside_what_it_did),
		cmocka_unit_test(what_is_whole_again_is_not_called_broken),
		cmocka_unit_test(without_a_contract_nobody_minds),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
