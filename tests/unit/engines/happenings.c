/*
 * What happens in each engine at each event, and what it decides, as text: "a1:16 pool-full:
 * slab-pool slab-popped" is a request, the names of happenings, and those of decisions.
 */
#include "base/error.h"
#include "base/options.h"
#include "base/text.h"
#include "heap/heap.h"
#include "shorthand.h"
#include "support.h"
#include "trace/trace.h"

#include <stdio.h>
#include <string.h>

#define OPTIONS_MAX 4

struct row {
	const char *engine;
	const char *options[OPTIONS_MAX][2];
	const char *requests;
	const char *expected; /* a line for each request */
};

static const struct row rows[] = {
	{"budget", {{"limit", "100"}},
		"a0:1 a1:60 a2:40 r1:70 r1:60 r1:61 r1:0 f0 a3:99 a4:1 a5:1 f9",
		"a0:1 split below: budget-allowed entered-below padded searched hole-chosen split left-below budget-spent\n"
		"a1:60 split below: budget-allowed entered-below padded searched hole-chosen split left-below budget-spent\n"
		"a2:40 oom: budget-exceeded\n"
		"r1:70 below: budget-allowed entered-below fits-block left-below budget-returned budget-spent\n"
		"r1:60 below: entered-below fits-block left-below budget-returned budget-spent\n"
		"r1:61 below: budget-allowed entered-below fits-block left-below budget-returned budget-spent\n"
		"r1:0 coalesced below: entered-below hole-made coalesced-after left-below budget-returned\n"
		"f0 coalesced below: entered-below hole-made coalesced-after left-below budget-returned\n"
		"a3:99 split below: budget-allowed entered-below padded searched hole-chosen split left-below budget-spent\n"
		"a4:1 split below: budget-allowed entered-below padded searched hole-chosen split left-below budget-spent\n"
		"a5:1 oom: budget-exceeded\n"
		"f9:\n"},
	{"budget", {{"limit", "100"}, {"trust-sizes", NULL}},
		"a0:40 f0:size=39 a1:100 a2:101 f1:size=100",
		"a0:40 split below: budget-allowed entered-below padded searched hole-chosen split left-below budget-spent\n"
		"f0:size=39 coalesced below: entered-below hole-made coalesced-after left-below budget-drifted\n"
		"a1:100 oom: budget-exceeded\n"
		"a2:101 oom: budget-exceeded\n"
		"f1:size=100:\n"},
	{"pool", {{"block", "16"}, {"blocks", "2"}, {"slabs", "2"}},
		"a0:1 a1:16 a2:17 a2:16 a3:16 a4:1 f1 f0 f2 f3",
		"a0:1 grew: slab-pool slab-mapped slab-popped\n"
		"a1:16 pool-full: slab-pool slab-popped\n"
		"a2:17 oom: slab-too-large\n"
		"a2:16 grew: slab-pool slab-mapped slab-popped\n"
		"a3:16 pool-full: slab-pool slab-popped\n"
		"a4:1 oom: slab-pool slab-exhausted\n"
		"f1 pool-unfull: slab-pushed\n"
		"f0: slab-pushed\n"
		"f2: slab-pushed\n"
		"f3 pool-empty: slab-pushed\n"},
	{"buddy", {{"buddy-size", "256"}, {"buddy-min", "16"}},
		"a0:16 a1:100 a2:200 a3:1 f0 f3 f1 a4:256",
		"a0:16 split: buddy-order buddy-found buddy-split buddy-split buddy-split buddy-split\n"
		"a1:100: buddy-order buddy-found\n"
		"a2:200 oom: buddy-order no-fit\n"
		"a3:1: buddy-order buddy-found\n"
		"f0: hole-made\n"
		"f3 coalesced: hole-made buddy-merged buddy-merged buddy-merged\n"
		"f1 coalesced: hole-made buddy-merged\n"
		"a4:256: buddy-order buddy-found\n"},
	{"heap", {{"heap-header", "0"}, {"heap-align", "1"}, {"heap-size", "100"}},
		"a0:40 a1:40 a2:20 a3:1 f1 a4:10 r4:40 r4:41 f0 f2 f4",
		"a0:40 split: searched hole-chosen split\n"
		"a1:40 split: searched hole-chosen split\n"
		"a2:20: searched hole-chosen exact-fit\n"
		"a3:1 oom: searched no-fit\n"
		"f1: hole-made\n"
		"a4:10 split: searched hole-chosen split\n"
		"r4:40: grew-in-place\n"
		"r4:41 oom: moves searched no-fit\n"
		"f0: hole-made\n"
		"f2: hole-made\n"
		"f4 coalesced: hole-made coalesced-before coalesced-after\n"},
	{"heap",
		{{"heap-header", "8"}, {"heap-align", "16"}, {"heap-coalesce", "demand"},
			{"heap-size", "112"}},
		"a0:20 a1:20 a2:20 f0 f1 a3:50 f2 f3",
		"a0:20 split: padded searched hole-chosen split\n"
		"a1:20 split: padded searched hole-chosen split\n"
		"a2:20: padded searched hole-chosen exact-fit\n"
		"f0: hole-made\n"
		"f1: hole-made\n"
		"a3:50 coalesced: padded searched joined-all searched hole-chosen exact-fit\n"
		"f2: hole-made\n"
		"f3: hole-made\n"},
	{"pymalloc", {{"python", "classic"}},
		"a0:500 a1:500 a2:500 a3:500 a4:500 a5:500 a6:500 a7:500 a8:500 f3 f8 f0 r1:600 r1:20 f1",
		"a0:500 arena-mapped pool-new: small usedpools-empty no-usable-arena arena-mapped pool-carved pool-initialised pool-linked\n"
		"a1:500: small usedpools-hit block-popped block-carved\n"
		"a2:500: small usedpools-hit block-popped block-carved\n"
		"a3:500: small usedpools-hit block-popped block-carved\n"
		"a4:500: small usedpools-hit block-popped block-carved\n"
		"a5:500: small usedpools-hit block-popped block-carved\n"
		"a6:500: small usedpools-hit block-popped block-carved\n"
		"a7:500 pool-full: small usedpools-hit block-popped pool-full\n"
		"a8:500 pool-new: small usedpools-empty arena-chosen pool-carved pool-initialised pool-linked\n"
		"f3 pool-unfull: block-pushed pool-unfull\n"
		"f8 pool-empty: block-pushed pool-empty arena-stays\n"
		"f0: block-pushed\n"
		"r1:600 split below: moves too-large entered-below padded searched hole-chosen split left-below block-pushed\n"
		"r1:20 coalesced below: stays-below entered-below shrunk hole-made coalesced-after left-below\n"
		"f1 coalesced below: in-no-arena entered-below hole-made coalesced-after left-below\n"},
	{"glibc", {{"glibc", "2.36"}},
		"a0:1 a1:24 a2:25 f0 a3:10 a4:2000 f4 a5:200000 f5 r3:100 f3",
		"a0:1 grew: glibc-size glibc-break-grew glibc-top-cut glibc-cache-made glibc-top-cut\n"
		"a1:24: glibc-size glibc-top-cut\n"
		"a2:25: glibc-size glibc-top-cut\n"
		"f0: glibc-cache-put\n"
		"a3:10: glibc-size glibc-cache-hit\n"
		"a4:2000: glibc-size glibc-top-cut\n"
		"f4: glibc-into-top\n"
		"a5:200000 grew: glibc-size glibc-mapped\n"
		"f5: glibc-threshold glibc-unmapped\n"
		"r3:100: glibc-size glibc-moves glibc-top-cut glibc-cache-put\n"
		"f3: glibc-cache-put\n"},
	{"generational", {{"eden", "256"}, {"survivor", "128"}, {"old", "512"}, {"tenure", "1"}},
		"a0:100 a1:100 f0 a2:100 a3:100 f1 a4:300 a5:600",
		"a0:100: bumped\n"
		"a1:100: bumped\n"
		"f0: garbage\n"
		"a2:100 collected: eden-full minor copied survivors-swapped paused bumped\n"
		"a3:100: bumped\n"
		"f1: garbage\n"
		"a4:300: too-large-for-eden bumped\n"
		"a5:600 oom collected: too-large-for-eden major slid slid paused heap-full\n"},
};

static struct heap *heap_of(const struct row *row)
{
	struct options *options = options_new();
	struct heap *heap = NULL;
	struct error err;
	size_t count;
	const struct engine_ops *const *engines = engine_list(&count);

	for (size_t i = 0; i < count; i++)
		options_add_table(options, engines[i]->options);
	for (size_t i = 0; i < OPTIONS_MAX && row->options[i][0]; i++)
		assert_int_equal(options_set(options, row->options[i][0], row->options[i][1], &err),
			0);
	assert_int_equal(heap_new(&heap, row->engine, options, &err), 0);
	options_free(options);
	return heap;
}

static void add_effect(struct text *text, const struct effect *effect,
	const struct decision_log *log)
{
	for (unsigned bit = 0; bit < HAPPENING_COUNT; bit++)
		if (effect->happened >> bit & 1)
			text_add(text, " %s", happening_name((enum happening_bit)bit));
	text_add(text, "%s", effect->happened >> HAPPENING_COUNT ? " something-else:" : ":");
	for (size_t i = 0; i < log->count; i++)
		text_add(text, " %s", log->items[i].kind->name);
	text_add(text, "\n");
}

static void each_event_says_what_happens_in_it(void **state)
{
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		struct trace *trace = trace_of(rows[i].requests);
		struct heap *heap = heap_of(&rows[i]);
		const char *request = rows[i].requests;
		struct text text = {0};
		struct event event;

		assert_non_null(trace);
		for (uint64_t at = 0; trace_read(trace, at, &event, 1) == 1; at++) {
			struct decision_log log = {0};
			struct effect effect;
			struct error err;
			heap_apply(heap, at, &event, &log, &effect);
			if (heap_check(heap, &err) < 0)
				fail_msg("%s", err.text);
			text_add(&text, "%.*s", (int)strcspn(request, " "), request);
			request += strcspn(request, " ");
			request += *request == ' ';
			add_effect(&text, &effect, &log);
		}
		if (strcmp(text_of(&text), rows[i].expected) != 0)
			fail_msg("%s, %s:\n%s", rows[i].engine, rows[i].requests, text_of(&text));
		text_finish(&text);
		heap_free(heap);
		trace_close(trace);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(each_event_says_what_happens_in_it)};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
