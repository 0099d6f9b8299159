/*
 * What a C program does with a pointer: the fault of the last event, and what the heap says of it,
 * as text in and text out.
 */
#include "base/error.h"
#include "base/options.h"
#include "base/text.h"
#include "heap/heap.h"
#include "support.h"
#include "trace/trace.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

static struct heap *heap_with(const char *engine, const char *const options[][2])
{
	struct options *values = options_new();
	struct heap *heap = NULL;
	struct error err;
	size_t count;
	const struct engine_ops *const *engines = engine_list(&count);

	for (size_t i = 0; i < count; i++)
		options_add_table(values, engines[i]->options);
	for (; (*options)[0]; options++)
		assert_int_equal(options_set(values, (*options)[0], (*options)[1], &err), 0);
	assert_int_equal(heap_new(&heap, engine, values, &err), 0);
	options_free(values);
	return heap;
}

/* "use-after-free: use-stale 1 0, use-of-other 2 32" */
static void play(struct heap *heap, const char *lines, struct text *out)
{
	static struct decision_log log;
	struct trace *trace = NULL;
	struct effect effect;
	struct event event;
	struct error err;

	assert_int_equal(trace_open_memory(&trace, lines, strlen(lines), "test", 0, &err), 0);
	for (uint64_t i = 0; trace_get(trace, i, &event); i++) {
		heap_apply(heap, i, &event, &log, &effect);
		if (heap_check(heap, &err) < 0)
			fail_msg("event %" PRIu64 ": %s", i, err.text);
	}
	text_add(out, "%s:", fault_name(effect.fault));
	for (size_t i = 0; i < log.count; i++)
		text_add(out, "%s %s %" PRIu64, i ? "," : "", log.items[i].kind->name,
			log.items[i].a);
	trace_close(trace);
	heap_free(heap);
}

static void assert_use(const char *lines, const char *expected)
{
	static const char *const options[][2] = {{"heap-size", "96"}, {"heap-header", "8"},
		{"heap-align", "8"}, {NULL}};
	struct text out = {0};

	play(heap_with("heap", options), lines, &out);
	/* what ends in an address ends before it */
	if (strncmp(text_of(&out), expected, strlen(expected)) != 0)
		fail_msg("%s is not %s", text_of(&out), expected);
	text_finish(&out);
}

static void what_is_within_a_live_object_is_no_fault(void **state)
{
	assert_use("a 1 20\nuse read 1\n", "none: use-inside 1");
	assert_use("a 1 20\nuse write 1 +16 4\n", "none: use-inside 1");
	assert_use("a 1 20\nuse hit 1\n", "none:");
	assert_use("use miss\n", "none:");
}

static void what_is_beyond_an_end_is_named(void **state)
{
	assert_use("a 1 20\nuse write 1 +17 4\n", "out-of-bounds: use-after 1, use-of-words");
	assert_use("a 1 24\nuse read 1 +24 4\n", "out-of-bounds: use-after 1, use-of-hole");
	assert_use("a 1 24\na 2 24\nuse write 1 +32 4\n",
		"out-of-bounds: use-after 1, use-of-other 2");
	assert_use("a 1 20\nuse write 1 -4 4\n", "out-of-bounds: use-before 1, use-of-words");
	assert_use("a 1 20\nuse read 1 -5000 4\n", "out-of-bounds: use-before 1, use-unmapped");
	assert_use("a 1 20\nuse read 1 +5000 4\n", "out-of-bounds: use-after 1, use-unmapped");
}

/* pymalloc over a heap: the span is that of the layer that has the address. */
static void what_is_there_is_found_in_any_layer(void **state)
{
	static const char *const options[][2] = {{NULL}};
	static const char *const cases[][2] = {
		{"a 1 600\na 2 600\nf 2\nuse read 1 +700 4\n", "use-after 1, use-of-hole"},
		{"a 1 600\nuse write 1 -4 4\n", "use-before 1, use-of-words"},
		{"a 1 20\na 2 20\nf 2\nuse read 1 +40 4\n", "use-after 1, use-of-hole"},
		{"a 1 20\na 2 600\nuse read 1 +1099511627776 4\n", "use-after 1, use-unmapped"},
	};
	struct text out = {0};

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		text_clear(&out);
		play(heap_with("pymalloc", options), cases[i][0], &out);
		if (!strstr(text_of(&out), cases[i][1]))
			fail_msg("%s is not %s", text_of(&out), cases[i][1]);
	}
	text_finish(&out);
}

static void what_was_freed_is_used_at_its_old_address(void **state)
{
	assert_use("a 1 20\nf 1\nuse read 1\n", "use-after-free: use-stale 1, use-of-hole");
	assert_use("a 1 20\nf 1\na 2 8\nuse write 1\n",
		"use-after-free: use-stale 1, use-of-other 2");
	assert_use("use read 7\n", "no-object:");
}

static void a_stale_pointer_frees_the_object_that_has_its_address(void **state)
{
	assert_use("a 1 20\nf 1\nf 1\n", "double-free:");
	assert_use("a 1 20\nf 1\na 2 20\nf 1\n", "stale-free: stale-free 1");
	assert_use("a 1 20\nf 1\na 2 20\nf 1\nf 2\n", "double-free:");
	assert_use("a 1 20\nf 1\na 2 20\nf 1\na 3 20\nf 2\n", "stale-free: stale-free 2");
	/* a recorded free has the address itself */
	assert_use("a 1 20 at=0x10\nf 1 at=0x10\na 2 20 at=0x10\nf 1 at=0x10\n", "double-free:");
}

static void a_wrong_size_is_a_fault_with_any_engine(void **state)
{
	assert_use("a 1 20\nf 1 size=20\n", "none:");
	assert_use("a 1 20\nf 1 size=24\n", "wrong-size:");
}

static void assert_left(const char *trusts, const char *lines, uint64_t left)
{
	const char *const options[][2] = {{"limit", "100"}, {trusts, NULL}, {NULL}};
	struct heap *heap = heap_with("budget", options);
	struct trace *trace = NULL;
	struct effect effect;
	struct event event;
	struct error err;
	struct field fields[2];

	assert_int_equal(trace_open_memory(&trace, lines, strlen(lines), "test", 0, &err), 0);
	for (uint64_t i = 0; trace_get(trace, i, &event); i++)
		heap_apply(heap, i, &event, NULL, &effect);
	assert_int_equal(heap_check(heap, &err), 0);
	assert_int_equal(engine_fields(heap_layer(heap, 0), 0, fields, 2), 2);
	assert_int_equal(strtoull(fields[1].value, NULL, 10), left);
	trace_close(trace);
	heap_free(heap);
}

static void a_counter_that_trusts_sizes_drifts(void **state)
{
	assert_left("trust-sizes", "a 1 40\nf 1 size=40\n", 100);
	assert_left("trust-sizes", "a 1 40\nf 1\n", 100);
	assert_left("trust-sizes", "a 1 40\nf 1 size=80\n", 140);
	assert_left("trust-sizes", "a 1 40\nf 1 size=80\na 2 120\n", 20);
	assert_left("trust-sizes", "a 1 40\nf 1 size=10\n", 70);
	assert_left(NULL, "a 1 40\nf 1 size=80\n", 100);
}

static void a_pool_that_was_not_constructed_serves_nothing(void **state)
{
	static const char *const zeros[][2] = {{"constructor", "zeros"}, {NULL}};
	static const char *const junk[][2] = {{"constructor", "junk"}, {NULL}};
	struct text out = {0};

	play(heap_with("pool", zeros), "a 1 20\n", &out);
	assert_string_equal(text_of(&out), "no-memory: slab-unset-zeros 20");
	text_clear(&out);
	play(heap_with("pool", junk), "a 1 0\n", &out);
	assert_string_equal(text_of(&out), "no-memory: slab-unset-junk 0");
	text_finish(&out);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_within_a_live_object_is_no_fault),
		cmocka_unit_test(what_is_beyond_an_end_is_named),
		cmocka_unit_test(what_is_there_is_found_in_any_layer),
		cmocka_unit_test(what_was_freed_is_used_at_its_old_address),
		cmocka_unit_test(a_stale_pointer_frees_the_object_that_has_its_address),
		cmocka_unit_test(a_wrong_size_is_a_fault_with_any_engine),
		cmocka_unit_test(a_counter_that_trusts_sizes_drifts),
		cmocka_unit_test(a_pool_that_was_not_constructed_serves_nothing),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
