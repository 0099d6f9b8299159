/* The heap above the engines: faults, as text in and text out. */
#include "heap/heap.h"

#include "base/error.h"
#include "base/options.h"
#include "base/text.h"
#include "trace/trace.h"
#include "support.h"

#include <inttypes.h>
#include <string.h>

/* "KIND OBJECT: outcome fault" per line, for a trace in the text format. */
static void assert_told(const char *lines, const char *expected)
{
	struct trace *trace = NULL;
	struct heap *heap = NULL;
	struct text told = {0};
	struct error err;
	struct event event;

	if (trace_open_memory(&trace, lines, strlen(lines), "test", 0, &err) < 0)
		fail_msg("%s", err.text);
	assert_int_equal(heap_new(&heap, "heap", NULL, &err), 0);
	for (uint64_t i = 0; trace_get(trace, i, &event); i++) {
		struct effect effect;
		heap_apply(heap, i, &event, NULL, &effect);
		text_add(&told, "%s: %s %s\n", event_kind_letter((enum event_kind)event.kind),
			outcome_name(effect.outcome), fault_name(effect.fault));
		assert_int_equal(heap_check(heap, &err), 0);
	}
	assert_text_equal(text_of(&told), expected);
	text_finish(&told);
	heap_free(heap);
	trace_close(trace);
}

static void a_good_trace_has_no_faults(void **state)
{
	assert_told("a 0 10\nr 0 20\nf 0\n", "a: placed none\nr: placed none\nf: released none\n");
}

static void every_imperfection_is_told_at_its_event(void **state)
{
	assert_told("f -1\n", "f: nothing free-null\n");
	assert_told("f ? at=0x1234\n", "f: invalid free-unknown\n");
	assert_told("f 3\n", "f: invalid free-unknown\n");
	assert_told("a 0 8\nf 0\nf 0\n",
		"a: placed none\nf: released none\nf: invalid double-free\n");
	assert_told("a 0 8\na 0 8\n", "a: placed none\na: placed still-live\n");
	assert_told("a 0 8 failed\n", "a: nothing failed-call\n");
	assert_told("a 0 0\n", "a: placed size-zero\n");
	assert_told("r 5 10\n", "r: placed realloc-null\n");
	assert_told("r 5 10 old=0x99\n", "r: placed realloc-unknown\n");
	assert_told("a 0 8\nr 0 0\n", "a: placed none\nr: released realloc-zero\n");
	assert_told("a 0 8\nr 0 16 failed\nf 0\n",
		"a: placed none\nr: nothing failed-call\nf: released none\n");
	assert_told("a 0 99999999999999999\nf 0\n",
		"a: no-memory no-memory\nf: invalid never-placed\n");
	assert_told("u 4\n", "u: invalid free-unknown\n");
	assert_told("m 4 8192\nu 4\n", "m: placed none\nu: released none\n");
	assert_told("r 5 0\n", "r: placed realloc-null\n");
	assert_told("a 0 99999999999999999\nr 0 8\nf 0\n",
		"a: no-memory no-memory\nr: placed never-placed\nf: released none\n");
	assert_told("a 0 8\nu 0\nf 0\n",
		"a: placed none\nu: invalid free-unknown\nf: released none\n");
	assert_told("m 4 8192\na 4 10\nu 4\n",
		"m: placed none\na: placed still-live\nu: invalid free-unknown\n");
	assert_told("m 4 8192\nm 4 4096\nu 4\nu 4\n",
		"m: placed none\nm: placed still-live\nu: released none\nu: invalid free-unknown\n");
	assert_told("m 4 8192\nr 4 10\nf 4\n",
		"m: placed none\nr: placed realloc-unknown\nf: released none\n");
	assert_told("m 4 8192\nu 4 failed\nu 4\n",
		"m: placed none\nu: nothing failed-call\nu: released none\n");
	assert_told("a 0 8\nf 0 failed\nf 0\n",
		"a: placed none\nf: nothing failed-call\nf: released none\n");
	assert_told("note x\nmark y\n", "note: nothing none\nmark: nothing none\n");
}

static void an_object_is_found_by_any_address_in_its_block(void **state)
{
	struct heap *heap = NULL;
	struct error err;
	struct effect effect;
	struct live live;
	const struct event event = {.kind = EVENT_ALLOCATE,
		.object = 7,
		.size = 100,
		.text = TEXT_NONE};

	assert_int_equal(heap_new(&heap, "pymalloc", NULL, &err), 0);
	heap_apply(heap, 42, &event, NULL, &effect);
	assert_true(heap_find_address(heap, effect.address + 60, &live));
	assert_int_equal(live.object, 7);
	assert_int_equal(live.size, 100);
	assert_int_equal(live.given, 112);
	assert_int_equal(live.born, 42);
	assert_false(heap_find_address(heap, effect.address + 112, &live));
	heap_free(heap);
}

static void a_mapping_is_found_by_any_address_in_it(void **state)
{
	struct heap *heap = NULL;
	struct error err;
	struct effect effect;
	struct live live;
	struct region region;
	const struct event event = {.kind = EVENT_MAP,
		.object = 9,
		.size = 5000,
		.text = TEXT_NONE};

	assert_int_equal(heap_new(&heap, "pymalloc", NULL, &err), 0);
	heap_apply(heap, 0, &event, NULL, &effect);
	assert_true(heap_find_address(heap, effect.address + 8191, &live));
	assert_int_equal(live.object, 9);
	assert_false(heap_find_address(heap, effect.address + 8192, &live));
	assert_int_equal(heap_mapping_count(heap), 1);
	heap_mapping(heap, 0, &region);
	assert_int_equal(region.base, effect.address);
	assert_int_equal(region.size, 8192);
	heap_free(heap);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_good_trace_has_no_faults),
		cmocka_unit_test(every_imperfection_is_told_at_its_event),
		cmocka_unit_test(an_object_is_found_by_any_address_in_its_block),
		cmocka_unit_test(a_mapping_is_found_by_any_address_in_it),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
