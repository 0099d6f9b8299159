/*
 * Counted objects: which objects die at which event, as text in and text out. tests/oracle/objects
 * compares them with real ones.
 */
#include "base/error.h"
#include "base/options.h"
#include "base/text.h"
#include "heap/decisions.h"
#include "heap/heap.h"
#include "trace/trace.h"
#include "support.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

/* The number of operands shown of a decision; those of engines are not shown. */
static const struct {
	const struct decision_kind *kind;
	unsigned operands;
} listed[] = {
	{&decision_count_up, 2},
	{&decision_count_down, 2},
	{&decision_finalized, 1},
	{&decision_resurrected, 2},
	{&decision_weak_made, 2},
	{&decision_weak_cleared, 2},
	{&decision_callback, 3},
	{&decision_died, 1},
	{&decision_collect_due, 3},
	{&decision_collect_put_off, 2},
	{&decision_collect, 2},
	{&decision_subtracted, 4},
	{&decision_rescued, 2},
	{&decision_unreachable, 1},
	{&decision_survived, 2},
	{&decision_cleared, 1},
	{&decision_collected, 2},
	{&decision_work, 2},
	{&decision_marked, 3},
	{&decision_cycle_over, 1},
	{&decision_gc_set, 1},
	{&decision_frozen, 1},
	{&decision_unfrozen, 1},
	{&decision_others, 1},
	{&decision_deed_noted, 4},
	{&decision_deed, 4},
};

static unsigned operands_of(const struct decision_kind *kind)
{
	for (size_t i = 0; i < sizeof(listed) / sizeof(*listed); i++)
		if (listed[i].kind == kind)
			return listed[i].operands;
	return 0;
}

static void tell(struct text *told, const struct decision *decision)
{
	const uint64_t numbers[] = {decision->a, decision->b, decision->c, decision->d};
	unsigned operands = operands_of(decision->kind);

	if (operands == 0)
		return;
	text_add(told, "  %s", decision->kind->name);
	for (unsigned i = 0; i < operands; i++)
		text_add(told, numbers[i] == OBJECT_NONE ? " -" : " %" PRIu64, numbers[i]);
	text_add(told, "\n");
}

static struct heap *heap_with(const char *collector)
{
	struct options *options = options_new();
	struct heap *heap = NULL;
	struct error err;

	options_add_table(options, heap_options);
	assert_int_equal(options_set(options, "collector", collector, &err), 0);
	assert_int_equal(heap_new(&heap, "budget", options, &err), 0);
	options_free(options);
	return heap;
}

/*
 * Plays the lines; the decisions of the last event, one per line, or its fault, must be as
 * expected.
 */
static void assert_last_in(const char *collector, const char *lines, const char *expected)
{
	struct heap *heap = heap_with(collector);
	struct trace *trace = NULL;
	struct text told = {0};
	struct decision_log log = {0};
	struct error err;
	struct event event;

	if (trace_open_memory(&trace, lines, strlen(lines), "test", 0, &err) < 0)
		fail_msg("%s", err.text);
	for (uint64_t i = 0; trace_get(trace, i, &event); i++) {
		bool is_last = i + 1 == trace_length(trace);
		struct effect effect;
		heap_apply(heap, i, &event, &log, &effect);
		for (size_t j = 0; is_last && j < log.count; j++)
			tell(&told, &log.items[j]);
		if (is_last && effect.fault != FAULT_NONE)
			text_add(&told, "  %s", fault_name(effect.fault));
		else if (effect.fault != FAULT_NONE)
			fail_msg("event %" PRIu64 ": %s", i, fault_words(effect.fault));
		if (heap_check(heap, &err) < 0)
			fail_msg("event %" PRIu64 ": %s", i, err.text);
	}
	assert_text_equal(text_of(&told), expected);
	text_finish(&told);
	heap_free(heap);
	trace_close(trace);
}

static void assert_last(const char *lines, const char *expected)
{
	assert_last_in("3.9", lines, expected);
}

static void assert_generation(const char *lines, uint32_t object, uint32_t generation)
{
	struct trace *trace = NULL;
	struct heap *heap = NULL;
	struct counted counted;
	struct effect effect;
	struct error err;
	struct event event;

	assert_int_equal(trace_open_memory(&trace, lines, strlen(lines), "test", 0, &err), 0);
	assert_int_equal(heap_new(&heap, "budget", NULL, &err), 0);
	for (uint64_t i = 0; trace_get(trace, i, &event); i++)
		heap_apply(heap, i, &event, NULL, &effect);
	assert_true(heap_counted(heap, object, &counted));
	assert_int_equal(counted.generation, generation);
	heap_free(heap);
	trace_close(trace);
}

static void an_object_lives_while_something_refers_to_it(void **state)
{
	assert_last("new 1 10\nref - 1\nunref - 1\n", "  count-down 1 1\n");
	assert_last("new 1 10\nref - 1\nunref - 1\nunref - 1\n", "  count-down 1 0\n  died 1\n");
	assert_last("new 1 10 gc\nnew 2 10\nref 1 2\nunref - 2\n", "  count-down 2 1\n");
	assert_last("new 1 10 gc\nnew 2 10\nref 1 2\nunref - 2\nunref 1 2\n",
		"  count-down 2 0\n  died 2\n");
}

/* An object is gone when everything that it kept alive is gone, in the order of its references. */
static void what_dies_lets_go_of_what_it_refers_to(void **state)
{
	assert_last("new 1 10\nnew 2 10\nnew 3 10\nnew 4 10\nref 1 2\nref 1 3\nref 2 4\nref 1 4\n"
		    "unref - 2\nunref - 3\nunref - 4\nunref - 1\n",
		"  count-down 1 0\n  count-down 2 0\n  count-down 4 1\n  died 2\n  count-down 3 0\n  died 3\n"
		"  count-down 4 0\n  died 4\n  died 1\n");
	assert_last("new 1 10\nnew 2 10\nref 1 2\nref 1 2\nunref - 2\nunref - 1\n",
		"  count-down 1 0\n  count-down 2 1\n  count-down 2 0\n  died 2\n  died 1\n");
}

#define TWO_IN_A_CYCLE "new 1 10 gc\nnew 2 10 gc\nref 1 2\nref 2 1\nunref - 1\nunref - 2\n"

static void a_cycle_is_leaked_by_counts_and_found_by_the_collector(void **state)
{
	assert_last(TWO_IN_A_CYCLE, "  count-down 2 1\n");
	assert_last(TWO_IN_A_CYCLE "collect\n",
		"  collect 2 2\n  subtracted 1 1 1 0\n  subtracted 2 1 1 0\n  unreachable 1\n  unreachable 2\n"
		"  survived 0 2\n  cleared 1\n  count-down 2 0\n  count-down 1 1\n  died 2\n  died 1\n  collected 2 "
		"2\n");
}

static void what_is_referred_to_from_outside_survives_with_all_it_refers_to(void **state)
{
	assert_last("new 1 10 gc\nnew 2 10 gc\nref 1 2\nref 2 1\nunref - 1\ncollect 0\n",
		"  collect 0 2\n  subtracted 1 1 1 0\n  subtracted 2 2 1 1\n  rescued 1 2\n  survived 2 1\n"
		"  collected 0 0\n");
}

/* The collector knows nothing of their references. */
static void a_cycle_through_what_is_not_tracked_stays(void **state)
{
	assert_last("new 1 10 gc\nnew 2 10\nref 1 2\nref 2 1\nunref - 1\nunref - 2\ncollect\n",
		"  collect 2 1\n  subtracted 1 1 0 1\n  survived 1 2\n  collected 2 0\n");
}

static void older_generations_are_not_looked_at(void **state)
{
	assert_last("new 9 10 gc\ncollect 0\n" TWO_IN_A_CYCLE "collect 0\n",
		"  collect 0 2\n  subtracted 1 1 1 0\n  subtracted 2 1 1 0\n  unreachable 1\n  unreachable 2\n"
		"  survived 0 1\n  cleared 1\n  count-down 2 0\n  count-down 1 1\n  died 2\n  died 1\n  collected 0 "
		"2\n");
}

static void a_collection_begins_when_a_count_is_over_its_threshold(void **state)
{
	assert_last("gc thresholds 2 1 1\nnew 1 9 gc\nnew 2 9 gc\nnew 3 9\n", "");
	assert_last("gc thresholds 2 1 1\nnew 1 9 gc\nnew 2 9 gc\nnew 3 9 gc\n",
		"  collect-due 0 3 2\n  collect 0 2\n  subtracted 1 1 0 1\n  subtracted 2 1 0 1\n  survived 2 1\n"
		"  collected 0 0\n");
	assert_last("gc thresholds 1 0 5\nnew 1 9 gc\nnew 2 9 gc\nnew 3 9 gc\nnew 4 9 gc\n",
		"  collect-due 1 1 0\n  collect 1 3\n  subtracted 1 1 0 1\n  subtracted 2 1 0 1\n  subtracted 3 1 0 "
		"1\n"
		"  survived 3 2\n  collected 1 0\n");
	assert_last("gc thresholds 1 5 5\nnew 1 9 gc\nunref - 1\nnew 2 9 gc\n", "");
	assert_last("gc thresholds 1 5 5\ngc off\nnew 1 9 gc\nnew 2 9 gc\nnew 3 9 gc\n", "");
	assert_last("gc thresholds 0 5 5\nnew 1 9 gc\nnew 2 9 gc\nnew 3 9 gc\n", "");
}

/* A full collection waits until new objects are a quarter of the old ones. */
static void a_full_collection_can_be_put_off(void **state)
{
#define MANY \
	"new 1 9 gc\nnew 2 9 gc\nnew 3 9 gc\nnew 4 9 gc\nnew 5 9 gc\nnew 6 9 gc\nnew 7 9 gc\n" \
	"new 8 9 gc\ncollect\ngc thresholds 1 100 0\ncollect 1\n"

	assert_last(MANY "new 9 9 gc\nnew 10 9 gc\n",
		"  collect-put-off 0 8\n  collect-due 0 2 1\n  collect 0 1\n  subtracted 9 1 0 1\n  survived 1 1\n"
		"  collected 0 0\n");
}

static void a_finaliser_is_called_once(void **state)
{
	assert_last("new 1 10 gc finalizer\nunref - 1\n",
		"  count-down 1 0\n  finalized 1\n  died 1\n");
	assert_last("new 1 10 gc finalizer=resurrects\nunref - 1\n",
		"  count-down 1 0\n  finalized 1\n  resurrected 1 0\n");
	assert_last("new 1 10 gc finalizer=resurrects\nunref - 1\nunref - 1\n",
		"  count-down 1 0\n  died 1\n");
	assert_last("new 1 10 gc finalizer\nref 1 1\nunref - 1\ncollect\n",
		"  collect 2 1\n  subtracted 1 1 1 0\n  unreachable 1\n  survived 0 2\n  finalized 1\n  cleared 1\n"
		"  count-down 1 1\n  died 1\n  collected 2 1\n");
	/* an object unknown to the collector has no place to record it */
	assert_last("new 1 10 finalizer=resurrects\nunref - 1\nunref - 1\n",
		"  count-down 1 0\n  finalized 1\n  died 1\n");
}

/* Only objects to which the resurrected one refers stay alive with it. */
static void a_resurrected_object_keeps_what_it_refers_to(void **state)
{
	assert_last(
		"new 1 9 gc finalizer=resurrects\nnew 2 9 gc\nnew 3 9 gc\nref 1 2\nref 2 1\nref 3 1\nref 3 3\n"
		"unref - 1\nunref - 2\nunref - 3\ncollect\n",
		"  collect 2 3\n  subtracted 1 2 2 0\n  subtracted 2 1 1 0\n  subtracted 3 1 1 0\n"
		"  unreachable 1\n  unreachable 2\n  unreachable 3\n  survived 0 2\n  finalized 1\n"
		"  subtracted 1 3 2 1\n  subtracted 2 1 1 0\n  subtracted 3 1 1 0\n  rescued 2 1\n  unreachable 3\n"
		"  resurrected 1 2\n  resurrected 2 2\n"
		"  cleared 3\n  count-down 1 2\n  count-down 3 1\n  died 3\n  collected 2 1\n");
}

static void a_weak_reference_does_not_count_and_is_cleared(void **state)
{
	assert_last("new 1 10 gc\nweak 2 1\n", "  weak-made 2 1\n");
	assert_last("new 1 10 gc\nweak 2 1\nunref - 1\n",
		"  count-down 1 0\n  weak-cleared 2 1\n  died 1\n");
	assert_last("new 1 10 gc finalizer\nweak 2 1\nunref - 1\n",
		"  count-down 1 0\n  finalized 1\n  weak-cleared 2 1\n  died 1\n");
	/*
	 * cleared by the collector before the finaliser, which otherwise could hand out a finalised
	 * object
	 */
	assert_last("new 1 10 gc finalizer\nweak 2 1\nref 1 1\nunref - 1\ncollect\n",
		"  collect 2 2\n  subtracted 1 1 1 0\n  subtracted 2 1 0 1\n  unreachable 1\n  survived 1 2\n"
		"  weak-cleared 2 1\n  finalized 1\n  cleared 1\n  count-down 1 1\n  died 1\n  collected 2 1\n");
}

static void a_callback_makes_its_cache_let_go(void **state)
{
#define CACHE "new 1 9 gc\nnew 2 9 gc\nweak 3 2 callback=1\nref 1 3\nunref - 3\n"

	assert_last(CACHE "unref - 2\n",
		"  count-down 2 0\n  weak-cleared 3 2\n  callback 3 1 1\n  count-down 3 1\n  died 3\n  died 2\n");
	assert_last(CACHE "ref 2 2\nunref - 2\ncollect\n",
		"  collect 2 3\n  subtracted 1 1 0 1\n  subtracted 2 1 1 0\n  subtracted 3 1 1 0\n  rescued 3 1\n"
		"  unreachable 2\n  survived 2 2\n  weak-cleared 3 2\n  callback 3 1 1\n  count-down 3 1\n  died 3\n"
		"  cleared 2\n  count-down 2 1\n  died 2\n  collected 2 1\n");
	/* the cache died first: no callback is called */
	assert_last(CACHE "unref - 1\n",
		"  count-down 1 0\n  count-down 3 0\n  died 3\n  died 1\n");
	/* the reference is kept elsewhere, and the cache is gone */
	assert_last(CACHE "ref - 3\nunref - 1\nunref - 2\n",
		"  count-down 2 0\n  weak-cleared 3 2\n  callback 3 - 0\n  died 2\n");
	/* both are unreachable: a callback that is itself trash is not called */
	assert_last(CACHE "ref 2 1\nref 1 2\nunref - 1\nunref - 2\ncollect\n",
		"  collect 2 3\n  subtracted 1 1 1 0\n  subtracted 2 1 1 0\n  subtracted 3 1 1 0\n"
		"  unreachable 1\n  unreachable 2\n  unreachable 3\n  survived 0 2\n  weak-cleared 3 2\n"
		"  cleared 1\n  count-down 3 0\n  died 3\n  count-down 2 0\n  count-down 1 1\n  died 2\n  died 1\n"
		"  collected 2 3\n");
}

/*
 * The latest weak reference is called first; they are dropped when all were called, the earliest
 * first.
 */
static void callbacks_have_an_order(void **state)
{
	assert_last(
		"new 1 9 gc\nnew 2 9 gc\nweak 3 2 callback=1\nref 1 3\nunref - 3\nweak 4 2 callback=1\nref 1 4\n"
		"unref - 4\nunref - 2\n",
		"  count-down 2 0\n  weak-cleared 4 2\n  weak-cleared 3 2\n  callback 4 1 1\n  count-down 4 1\n"
		"  callback 3 1 1\n  count-down 3 1\n  died 3\n  died 4\n  died 2\n");
}

/*
 * A weak reference whose callback the collector has called is in the generation of the survivors.
 */
static void a_weak_reference_that_called_back_has_survived(void **state)
{
	assert_generation(
		"new 1 9 gc\nnew 2 9 gc\nref 2 2\nunref - 2\ncollect 0\ncollect 1\nweak 3 1\n", 3,
		0);
	assert_generation(
		"new 1 9 gc\nnew 2 9 gc\nref 2 2\nweak 3 2 callback=1\nunref - 2\ncollect 0\n", 3,
		1);
	assert_generation(
		"new 1 9 gc\ncollect 0\nnew 2 9 gc\nref 2 2\nweak 3 2 callback=1\nunref - 2\ncollect 1\n",
		3, 2);
}

/* A later object with the same number is a different one. */
static void a_callback_does_not_find_another_object(void **state)
{
	assert_last(
		"new 1 9 gc\nnew 2 9 gc\nweak 3 2 callback=1\nref 1 3\nunref - 1\nnew 1 9 gc\nref 1 3\nunref - 3\n"
		"unref - 2\n",
		"  count-down 2 0\n  weak-cleared 3 2\n  callback 3 - 0\n  died 2\n");
}

static void what_cannot_be_is_a_fault(void **state)
{
	assert_last("new 1 9\nref 1 2\n", "  no-object");
	assert_last("new 2 9\nref 1 2\n", "  no-object");
	assert_last("new 2 9\nunref 2 2\n", "  no-reference");
	assert_last("new 2 9\nnew 3 9\nref 2 3\nunref 3 2\n", "  no-reference");
	assert_last("new 2 9\nnew 3 9\nref 3 2\nunref - 2\nunref - 2\n", "  no-reference");
	assert_last("new 2 9\nunref - 2\nunref - 2\n", "  no-object");
	assert_last("new 2 9\nnew 2 9\n", "  still-live");
	assert_last("new 2 9\nf 2\n", "  counted");
	assert_last("new 2 9\na 2 5\n", "  counted");
	assert_last("new 2 9\nr 2 5\n", "  counted");
	assert_last("new 2 9\nm 2 5\n", "  counted");
	assert_last("a 2 9\nref - 2\n", "  no-object");
	assert_last("weak 1 2\n", "  no-object");
	assert_last("new 2 9\nweak 1 2 callback=3\n", "  no-object");
	assert_last("new 2 9\nweak 1 2\nref 1 2\n", "  weak-bound");
	assert_last("new 2 0\n", "  size-zero");
}

/* An ordinary block may have the number; it counts as freed, as with any allocation. */
static void a_new_object_takes_the_number_of_a_block(void **state)
{
	struct heap *heap = NULL;
	struct error err;
	struct effect effect;
	const struct event block = {.kind = EVENT_ALLOCATE,
		.object = 7,
		.size = 100,
		.text = TEXT_NONE};
	const struct event object = {.kind = EVENT_NEW, .object = 7, .size = 20, .text = TEXT_NONE};
	const struct event last = {.kind = EVENT_UNREF,
		.object = 7,
		.other = OBJECT_NONE,
		.text = TEXT_NONE};
	const struct live *died;

	assert_int_equal(heap_new(&heap, "heap", NULL, &err), 0);
	heap_apply(heap, 0, &block, NULL, &effect);
	heap_apply(heap, 1, &object, NULL, &effect);
	assert_int_equal(effect.fault, FAULT_STILL_LIVE);
	assert_int_equal(effect.outcome, OUTCOME_PLACED);
	uint64_t address = effect.address;
	heap_apply(heap, 2, &last, NULL, &effect);
	assert_int_equal(effect.outcome, OUTCOME_RELEASED);
	assert_int_equal(effect.old_address, address);
	assert_int_equal(effect.freed, 1);
	assert_int_equal(effect.freed_bytes, 20);
	assert_int_equal(heap_died(heap, &died), 1);
	assert_int_equal(died[0].object, 7);
	assert_int_equal(died[0].address, address);
	heap_apply(heap, 3, &block, NULL, &effect);
	assert_int_equal(heap_died(heap, &died), 0);
	heap_free(heap);
}

/* Each dies because of the one before: deeper than any call stack. */
static void a_long_chain_dies_at_once(void **state)
{
	enum { LENGTH = 200000 };
	struct heap *heap = NULL;
	struct error err;
	struct effect effect;
	struct event event = {.text = TEXT_NONE};

	assert_int_equal(heap_new(&heap, "pymalloc", NULL, &err), 0);
	for (uint32_t i = 0; i < LENGTH; i++) {
		event.kind = EVENT_NEW;
		event.object = i;
		event.size = 16;
		heap_apply(heap, i, &event, NULL, &effect);
		event.kind = EVENT_REF;
		event.other = i - 1;
		if (i > 0)
			heap_apply(heap, i, &event, NULL, &effect);
		event.kind = EVENT_UNREF;
		event.other = OBJECT_NONE;
		if (i > 0)
			heap_apply(heap, i, &event, NULL, &effect);
		assert_int_equal(effect.fault, FAULT_NONE);
	}
	event.object = 0;
	heap_apply(heap, LENGTH, &event, NULL, &effect);
	assert_int_equal(effect.freed, LENGTH);
	assert_int_equal(heap_check(heap, &err), 0);
	heap_free(heap);
}

static void what_is_known_of_an_object_can_be_asked(void **state)
{
	struct trace *trace = NULL;
	struct heap *heap = NULL;
	struct collector collector;
	struct counted counted;
	struct effect effect;
	struct error err;
	struct event event;
	uint32_t others[8];
	static const char lines[] =
		"new 1 10 gc\nnew 2 20\nref 1 2\nref 1 2\nref - 2\nref 1 1\nweak 5 1\ncollect 0\n"
		"new 6 30 gc finalizer\n";

	assert_int_equal(trace_open_memory(&trace, lines, strlen(lines), "test", 0, &err), 0);
	assert_int_equal(heap_new(&heap, "budget", NULL, &err), 0);
	assert_false(heap_collector(heap, &collector));
	assert_false(heap_counted(heap, 1, &counted));
	for (uint64_t i = 0; trace_get(trace, i, &event); i++)
		heap_apply(heap, i, &event, NULL, &effect);
	assert_true(heap_counted(heap, 1, &counted));
	assert_int_equal(counted.count, 2);
	assert_int_equal(counted.by_program, 1);
	assert_int_equal(counted.refers, 3);
	assert_int_equal(counted.generation, 1);
	assert_int_equal(counted.gc_refs, 1);
	assert_int_equal(counted.collection, 1);
	assert_true(heap_counted(heap, 2, &counted));
	assert_int_equal(counted.count, 4);
	assert_int_equal(counted.generation, GENERATION_NONE);
	assert_true(heap_counted(heap, 5, &counted));
	assert_true(counted.is_weak);
	assert_int_equal(counted.referent, 1);
	assert_int_equal(heap_references(heap, 1, 0, others, 8), 3);
	assert_int_equal(others[0], 2);
	assert_int_equal(others[2], 1);
	assert_int_equal(heap_references(heap, 1, 2, others, 8), 1);
	assert_int_equal(heap_referrers(heap, 1, others, 8), 2);
	assert_int_equal(others[0], 1);
	assert_int_equal(others[1], 5);
	assert_true(heap_collector(heap, &collector));
	assert_int_equal(collector.counted, 4);
	assert_int_equal(collector.counts[0], 1);
	assert_int_equal(collector.counts[1], 1);
	assert_int_equal(collector.sizes[0], 1);
	assert_int_equal(collector.sizes[1], 2);
	unsigned n = 0;
	for (uint32_t cursor = 0; heap_next_counted(heap, &cursor, &counted); n++)
		assert_true(counted.object != 3);
	assert_int_equal(n, 4);
	heap_free(heap);
	trace_close(trace);
}

/* gc.unfreeze() puts them behind what the oldest generation has: 3 is visited first. */
static void what_is_frozen_is_not_looked_at_and_comes_back_as_the_last(void **state)
{
	assert_generation(TWO_IN_A_CYCLE "gc freeze\n", 1, GENERATION_FROZEN);
	assert_last(TWO_IN_A_CYCLE "gc freeze\n", "  frozen 2\n");
	assert_last(TWO_IN_A_CYCLE "gc freeze\ncollect\n",
		"  collect 2 0\n  survived 0 2\n  collected 2 0\n");
	assert_last(TWO_IN_A_CYCLE "gc freeze\nnew 3 10 gc\ncollect\ngc unfreeze\n",
		"  unfrozen 2\n");
	assert_last(TWO_IN_A_CYCLE "gc freeze\nnew 3 10 gc\ncollect\ngc unfreeze\ncollect\n",
		"  collect 2 3\n  subtracted 3 1 0 1\n  subtracted 1 1 1 0\n  subtracted 2 1 1 0\n"
		"  unreachable 1\n  unreachable 2\n  survived 1 2\n  cleared 1\n  count-down 2 0\n"
		"  count-down 1 1\n  died 2\n  died 1\n  collected 2 2\n");
}

static void freezing_begins_the_counts_again(void **state)
{
	static const char lines[] = "gc thresholds 1 9 9\nnew 1 10 gc\n%snew 2 10 gc\n";
	char text[128];

	snprintf(text, sizeof(text), lines, "");
	assert_last(text, "  collect-due 0 2 1\n  collect 0 1\n  subtracted 1 1 0 1\n"
			  "  survived 1 1\n  collected 0 0\n");
	snprintf(text, sizeof(text), lines, "gc freeze\n");
	assert_last(text, "");
}

/* A quarter of those that survived the last collection must have come since. */
static void other_objects_of_the_process_put_a_full_collection_off(void **state)
{
	static const char lines[] =
		"%sgc thresholds 1 0 0\nnew 1 10 gc\nnew 2 10 gc\nnew 3 10 gc\nnew 4 10 gc\n"
		"new 5 10 gc\nnew 6 10 gc\n";
	char text[256];

	assert_last("gc others 100\n", "  others 100\n");
	snprintf(text, sizeof(text), lines, "");
	assert_last(text, "  collect-due 2 1 0\n  collect 2 5\n  subtracted 1 1 0 1\n"
			  "  subtracted 2 1 0 1\n  subtracted 3 1 0 1\n  subtracted 4 1 0 1\n"
			  "  subtracted 5 1 0 1\n  survived 5 2\n  collected 2 0\n");
	snprintf(text, sizeof(text), lines, "gc others 100\n");
	assert_last(text, "  collect-put-off 3 100\n  collect-due 0 2 1\n  collect 0 2\n"
			  "  subtracted 4 1 0 1\n  subtracted 5 1 0 1\n  survived 2 1\n"
			  "  collected 0 0\n");
}

static void from_3_12_on_the_new_object_is_a_candidate_of_the_collection_it_causes(void **state)
{
	static const char lines[] = "gc thresholds 1 9 9\nnew 1 10 gc\nnew 2 10 gc\n";

	assert_last_in("3.9", lines,
		"  collect-due 0 2 1\n  collect 0 1\n  subtracted 1 1 0 1\n  survived 1 1\n"
		"  collected 0 0\n");
	assert_last_in("3.12", lines,
		"  collect-due 0 2 1\n  collect 0 2\n  subtracted 1 1 0 1\n  subtracted 2 1 0 1\n"
		"  survived 2 1\n  collected 0 0\n");
}

#define THREE_NEW "new 3 10 gc\nnew 4 10 gc\nnew 5 10 gc\n"

static void a_cycle_of_increments_begins_with_what_variables_reach(void **state)
{
	assert_last_in("3.14.0",
		"new 1 10 gc\nnew 2 10 gc\nref 2 1\nunref - 1\n" THREE_NEW
		"gc others 10\ncollect 1\n",
		"  work 1 5\n  collect 1 0\n  marked 5 10 1\n");
}

/* Nothing is pending, so only what was made in the meantime is looked at. */
static void an_increment_passes_over_what_its_cycle_has_visited(void **state)
{
	static const char lines[] =
		"new 1 10 gc\nref 1 1\ncollect 1\nunref - 1\nnew 2 10 gc\nref 2 2\n"
		"unref - 2\nnew 3 10 gc\nnew 4 10 gc\n%s";
	char text[400];

	snprintf(text, sizeof(text), lines, "collect 1\n");
	assert_last_in("3.14.0", text,
		"  work 1 2\n  marked 2 0 0\n  collect 1 1\n  subtracted 2 1 1 0\n"
		"  unreachable 2\n  survived 0 2\n  cleared 2\n  count-down 2 1\n  died 2\n"
		"  collected 1 1\n  cycle-over 3\n");
	assert_last_in("3.13", text,
		"  collect 1 3\n  subtracted 2 1 1 0\n  subtracted 3 1 0 1\n"
		"  subtracted 4 1 0 1\n  unreachable 2\n  survived 2 2\n  cleared 2\n"
		"  count-down 2 1\n  died 2\n  collected 1 1\n");
}

/* assert_last_in() checks the heap after each event. */
static void more_other_objects_than_a_number_holds_are_as_many_as_it_holds(void **state)
{
#define FROZEN "gc others 2147483647\ngc freeze\n"
	assert_last_in("3.14.0", FROZEN FROZEN FROZEN "gc others 1\ngc unfreeze\ncollect 1\n",
		"  work 1 0\n  collect 1 0\n  marked 0 0 1\n");
#undef FROZEN
}

/* Weak reference 3 is to 2, which is one to object 1: its callback is called when 2 dies. */
static void a_weak_reference_to_a_weak_reference_is_cleared_with_it(void **state)
{
	static const char lines[] = "new 1 10 gc\nnew 4 10 gc\nweak 2 1\n"
				    "weak 3 2 callback=4\nref 4 3\nunref - 3\n%s";
	char text[200];

	snprintf(text, sizeof(text), lines, "unref - 1\n");
	assert_last(text, "  count-down 1 0\n  weak-cleared 2 1\n  died 1\n");
	snprintf(text, sizeof(text), lines, "unref - 2\n");
	assert_last(text,
		"  count-down 2 0\n  weak-cleared 3 2\n  callback 3 4 1\n  count-down 3 1\n"
		"  died 3\n  died 2\n");
}

/* Objects 1 and 2 are a cycle; 1 is the first pending one, and reaches 2. */
static void an_increment_takes_a_pending_object_with_all_that_it_reaches(void **state)
{
	assert_last_in("3.14.0",
		"new 1 10 gc\nnew 2 10 gc\nref 1 2\nref 2 1\ncollect\nunref - 1\nunref - 2\n"
		"gc thresholds 0 2 0\ncollect 1\ngc others 100\nnew 3 10 gc\nref 3 3\nunref - 3\n"
		"new 4 10 gc\ncollect 1\n",
		"  work 1 5\n  marked 1 0 0\n  collect 1 3\n  subtracted 3 1 1 0\n"
		"  subtracted 1 1 1 0\n  subtracted 2 1 1 0\n  unreachable 3\n  unreachable 1\n"
		"  unreachable 2\n  survived 0 2\n  cleared 3\n  count-down 3 1\n  died 3\n"
		"  cleared 1\n  count-down 2 0\n  count-down 1 1\n  died 2\n  died 1\n"
		"  collected 1 3\n  cycle-over 1\n");
}

/* Of the three made meanwhile two are held by variables, and were marked; 1 to 3 are pending. */
static void what_was_marked_is_work_that_an_increment_need_not_do(void **state)
{
	assert_last_in("3.14.0",
		"gc thresholds 0 2 0\nnew 1 10 gc\nnew 2 10 gc\nnew 3 10 gc\ncollect\n"
		"ref 1 1\nunref - 1\nref 2 2\nunref - 2\nref 3 3\nunref - 3\ncollect 1\n"
		"new 4 10 gc\nnew 5 10 gc\nnew 6 10 gc\nref 6 6\nunref - 6\ncollect 1\n",
		"  work 1 3\n  marked 2 0 0\n  collect 1 1\n  subtracted 6 1 1 0\n"
		"  unreachable 6\n  survived 0 2\n  cleared 6\n  count-down 6 1\n  died 6\n"
		"  collected 1 1\n");
}

/* A tenth of them over the second threshold, which is at least 2: of these, 60 / 10 / 2. */
static void an_increment_has_work_for_a_share_of_all_objects(void **state)
{
	struct text text = {0};

	text_add(&text, "gc thresholds 0 1 0\n");
	for (unsigned i = 1; i <= 60; i++)
		text_add(&text, "new %u 10 gc\n", i);
	text_add(&text, "collect 1\n");
	assert_last_in("3.14.0", text_of(&text), "  work 1 63\n  collect 1 0\n  marked 60 0 1\n");
	text_finish(&text);
}

/* Those that the collection before made pending, and the young one. */
static void a_full_collection_between_increments_looks_at_all_objects(void **state)
{
	assert_last_in("3.14.0", "new 1 10 gc\nnew 2 10 gc\ncollect\nnew 3 10 gc\ncollect\n",
		"  collect 2 3\n  subtracted 1 1 0 1\n  subtracted 2 1 0 1\n"
		"  subtracted 3 1 0 1\n  survived 3 2\n  collected 2 0\n  cycle-over 3\n");
}

#define RESURRECTING_PAIR \
	"new 1 10 gc finalizer=resurrects\nnew 2 10 gc\nref 2 1\nref 2 2\nweak 3 1\n" \
	"unref - 1\nunref - 2\ncollect\n"

/* Object 2 refers to the resurrected one, and not the other way round. */
static void one_resurrected_object_keeps_all_of_them_in_3_8(void **state)
{
	assert_last_in("3.8", RESURRECTING_PAIR "unref 2 1\n", "  count-down 1 1\n");
	assert_last_in("3.9", RESURRECTING_PAIR "unref 2 1\n", "  no-object");
}

static void assert_referent(const char *collector, const char *lines, uint32_t weak,
	uint32_t referent)
{
	struct heap *heap = heap_with(collector);
	struct trace *trace = NULL;
	struct counted counted;
	struct effect effect;
	struct error err;
	struct event event;

	assert_int_equal(trace_open_memory(&trace, lines, strlen(lines), "test", 0, &err), 0);
	for (uint64_t i = 0; trace_get(trace, i, &event); i++)
		heap_apply(heap, i, &event, NULL, &effect);
	assert_true(heap_counted(heap, weak, &counted));
	assert_int_equal(counted.referent, referent);
	heap_free(heap);
	trace_close(trace);
}

static void a_weak_reference_to_a_resurrected_object_lives_on_in_3_15(void **state)
{
	assert_referent("3.9", RESURRECTING_PAIR, 3, OBJECT_NONE);
	assert_referent("3.15", RESURRECTING_PAIR, 3, 1);
}

static void a_finaliser_drops_what_another_object_refers_to(void **state)
{
	assert_last("new 1 10 gc finalizer\nwhen 1 unref - 1\n", "  deed-noted 1 0 1 -\n");
	assert_last("new 1 10 gc finalizer\nnew 2 10 gc\nnew 3 10 gc\nref 2 3\nunref - 3\n"
		    "when 1 unref 2 3\nunref - 1\n",
		"  count-down 1 0\n  finalized 1\n  deed 1 0 3 2\n  count-down 3 0\n  died 3\n"
		"  died 1\n");
}

static void a_finaliser_keeps_another_object_alive(void **state)
{
	assert_last("new 1 10 gc finalizer\nnew 2 10 gc\nref 1 2\nref 2 1\nwhen 1 ref - 2\n"
		    "unref - 1\nunref - 2\ncollect\n",
		"  collect 2 2\n  subtracted 1 1 1 0\n  subtracted 2 1 1 0\n  unreachable 1\n"
		"  unreachable 2\n  survived 0 2\n  finalized 1\n  deed 1 1 2 -\n"
		"  subtracted 1 1 1 0\n  subtracted 2 2 1 1\n  rescued 1 2\n  resurrected 2 2\n"
		"  resurrected 1 2\n  collected 2 0\n");
}

/* As a generator does when it is closed: the other one dies of it, and not of the collector. */
static void what_a_finaliser_drops_in_a_collection_dies_before_it_is_cleared(void **state)
{
	assert_last("new 1 10 gc finalizer\nnew 2 10 gc\nref 1 2\nref 2 1\nwhen 1 unref 1 2\n"
		    "unref - 1\nunref - 2\ncollect\n",
		"  collect 2 2\n  subtracted 1 1 1 0\n  subtracted 2 1 1 0\n  unreachable 1\n"
		"  unreachable 2\n  survived 0 2\n  finalized 1\n  deed 1 0 2 1\n"
		"  count-down 2 0\n  count-down 1 2\n  died 2\n  died 1\n"
		"  collected 2 0\n");
}

static void a_callback_does_what_the_trace_says(void **state)
{
	assert_last("new 1 10 gc\nnew 2 10 gc\nnew 3 10 gc\nref 2 3\nunref - 3\n"
		    "weak 4 1 callback=2\nwhen 4 unref 2 3\nunref - 1\n",
		"  count-down 1 0\n  weak-cleared 4 1\n  callback 4 2 0\n  deed 4 0 3 2\n"
		"  count-down 3 0\n  died 3\n  died 1\n");
}

static void another_program_begins_without_objects_and_frames(void **state)
{
	assert_last("new 1 10 gc\nweak 2 1\nref 1 1\nlibc exec 0x1000\nunref - 1\n", "  no-object");
	assert_last("new 1 10 gc\nlibc exec 0x1000\nnew 1 20 gc\nunref - 1\n",
		"  count-down 1 0\n  died 1\n");
	assert_last("enter f\nnew 1 10\nlibc exec 0x1000\nleave\n", "  no-frame");
}

#define DROPPED_BY_A_FINALISER \
	"enter f\nnew 1 10\nnew 2 10 finalizer thread=2\nwhen 2 unref - 1\n%sunref - 2 thread=2\n" \
	"%sleave\n"

/* Otherwise the frame would drop another object of the same number when it is left. */
static void a_finaliser_drops_the_variable_of_a_frame(void **state)
{
	char text[256];

	snprintf(text, sizeof(text), DROPPED_BY_A_FINALISER, "", "");
	assert_last(text, "");
	snprintf(text, sizeof(text), DROPPED_BY_A_FINALISER, "", "new 1 10 thread=2\n");
	assert_last(text, "");
	snprintf(text, sizeof(text), DROPPED_BY_A_FINALISER, "", "new 1 10 thread=2\nref - 1\n");
	assert_last(text, "  count-down 1 1\n");
	/* Where a variable of no frame refers to it, it is that one. */
	snprintf(text, sizeof(text), DROPPED_BY_A_FINALISER, "ref - 1 thread=2\n", "");
	assert_last(text, "  count-down 1 0\n  died 1\n");
	snprintf(text, sizeof(text), DROPPED_BY_A_FINALISER, "ref - 1\n", "");
	assert_last(text, "  count-down 1 0\n  died 1\n");
}

/* A statement such as `del b.a` holds b until it is done. */
static void who_drops_a_reference_dies_after_what_it_referred_to(void **state)
{
	assert_last("new 1 10 gc finalizer\nnew 2 10 gc\nref 2 1\nunref - 1\nwhen 1 unref - 2\n"
		    "unref 2 1\n",
		"  count-down 1 0\n  finalized 1\n  deed 1 0 2 -\n  count-down 2 1\n"
		"  died 1\n  died 2\n");
}

/* Object 2 has died meanwhile, and its number is another object's; 3 is not referred to. */
static void a_deed_that_cannot_be_done_is_passed_over(void **state)
{
	assert_last("new 1 10 gc finalizer\nnew 2 10 gc\nnew 3 10\nwhen 1 ref - 2\n"
		    "when 1 unref 1 3\nunref - 2\nnew 2 10 gc\nunref - 1\n",
		"  count-down 1 0\n  finalized 1\n  died 1\n");
	assert_last("new 1 10 gc finalizer\nwhen 1 ref - 2\n", "  no-object");
	assert_last("new 1 10\nweak 2 1\nwhen 2 ref 2 1\n", "  weak-bound");
}

static void assert_out_of_reach(const char *lines, size_t expected, uint32_t first)
{
	struct trace *trace = NULL;
	struct heap *heap = NULL;
	struct effect effect;
	struct error err;
	struct event event;
	uint32_t lost[4] = {0};

	assert_int_equal(trace_open_memory(&trace, lines, strlen(lines), "test", 0, &err), 0);
	assert_int_equal(heap_new(&heap, "budget", NULL, &err), 0);
	assert_int_equal(heap_out_of_reach(heap, lost, 4), 0);
	for (uint64_t i = 0; trace_get(trace, i, &event); i++)
		heap_apply(heap, i, &event, NULL, &effect);
	assert_int_equal(heap_out_of_reach(heap, lost, 1), expected);
	assert_int_equal(lost[0], first);
	assert_int_equal(lost[1], 0);
	heap_free(heap);
	trace_close(trace);
}

static void what_the_program_cannot_reach_is_known(void **state)
{
	assert_out_of_reach("new 1 10 gc\nnew 2 10\nref 1 2\nunref - 2\n", 0, 0);
	assert_out_of_reach(TWO_IN_A_CYCLE, 2, 1);
	assert_out_of_reach(TWO_IN_A_CYCLE "new 3 5\nref 2 3\nunref - 3\nnew 4 5\n", 3, 1);
	assert_out_of_reach(TWO_IN_A_CYCLE "collect\n", 0, 0);
	assert_out_of_reach("new 9 9\nweak 8 9\nnew 5 4 gc\nref 5 5\nweak 4 5\nunref - 5\n", 1, 5);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_object_lives_while_something_refers_to_it),
		cmocka_unit_test(what_dies_lets_go_of_what_it_refers_to),
		cmocka_unit_test(a_cycle_is_leaked_by_counts_and_found_by_the_collector),
		cmocka_unit_test(what_is_referred_to_from_outside_survives_with_all_it_refers_to),
		cmocka_unit_test(a_cycle_through_what_is_not_tracked_stays),
		cmocka_unit_test(older_generations_are_not_looked_at),
		cmocka_unit_test(a_collection_begins_when_a_count_is_over_its_threshold),
		cmocka_unit_test(a_full_collection_can_be_put_off),
		cmocka_unit_test(a_finaliser_is_called_once),
		cmocka_unit_test(a_resurrected_object_keeps_what_it_refers_to),
		cmocka_unit_test(a_weak_reference_does_not_count_and_is_cleared),
		cmocka_unit_test(a_callback_makes_its_cache_let_go),
		cmocka_unit_test(callbacks_have_an_order),
		cmocka_unit_test(a_weak_reference_that_called_back_has_survived),
		cmocka_unit_test(a_callback_does_not_find_another_object),
		cmocka_unit_test(what_cannot_be_is_a_fault),
		cmocka_unit_test(a_new_object_takes_the_number_of_a_block),
		cmocka_unit_test(a_long_chain_dies_at_once),
		cmocka_unit_test(what_is_known_of_an_object_can_be_asked),
		cmocka_unit_test(what_is_frozen_is_not_looked_at_and_comes_back_as_the_last),
		cmocka_unit_test(freezing_begins_the_counts_again),
		cmocka_unit_test(other_objects_of_the_process_put_a_full_collection_off),
		cmocka_unit_test(
			from_3_12_on_the_new_object_is_a_candidate_of_the_collection_it_causes),
		cmocka_unit_test(a_cycle_of_increments_begins_with_what_variables_reach),
		cmocka_unit_test(an_increment_passes_over_what_its_cycle_has_visited),
		cmocka_unit_test(more_other_objects_than_a_number_holds_are_as_many_as_it_holds),
		cmocka_unit_test(a_weak_reference_to_a_weak_reference_is_cleared_with_it),
		cmocka_unit_test(an_increment_takes_a_pending_object_with_all_that_it_reaches),
		cmocka_unit_test(what_was_marked_is_work_that_an_increment_need_not_do),
		cmocka_unit_test(an_increment_has_work_for_a_share_of_all_objects),
		cmocka_unit_test(a_full_collection_between_increments_looks_at_all_objects),
		cmocka_unit_test(one_resurrected_object_keeps_all_of_them_in_3_8),
		cmocka_unit_test(a_weak_reference_to_a_resurrected_object_lives_on_in_3_15),
		cmocka_unit_test(a_finaliser_drops_what_another_object_refers_to),
		cmocka_unit_test(a_finaliser_keeps_another_object_alive),
		cmocka_unit_test(what_a_finaliser_drops_in_a_collection_dies_before_it_is_cleared),
		cmocka_unit_test(a_callback_does_what_the_trace_says),
		cmocka_unit_test(another_program_begins_without_objects_and_frames),
		cmocka_unit_test(a_finaliser_drops_the_variable_of_a_frame),
		cmocka_unit_test(who_drops_a_reference_dies_after_what_it_referred_to),
		cmocka_unit_test(a_deed_that_cannot_be_done_is_passed_over),
		cmocka_unit_test(what_the_program_cannot_reach_is_known),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
