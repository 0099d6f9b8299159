/*
 * glibc's malloc by example: calls as text, and the places of their blocks, as offsets of the
 * payload from the first break. tests/oracle compares the engine with the real library; these are
 * the cases that explain it, and the changes between its releases.
 */
#include "base/error.h"
#include "base/options.h"
#include "base/text.h"
#include "engine/walks.h"
#include "heap/heap.h"
#include "support.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct heap *heap_of(const char *release, const char *option, const char *value)
{
	struct options *options = options_new();
	struct heap *heap = NULL;
	struct error err;

	options_add_table(options, engine_find("glibc")->options);
	assert_int_equal(options_set(options, "glibc", release, &err), 0);
	if (option)
		assert_int_equal(options_set(options, option, value, &err), 0);
	assert_int_equal(heap_new(&heap, "glibc", options, &err), 0);
	options_free(options);
	return heap;
}

/* "m1:24" malloc, "c1:24" calloc, "r1:24" realloc, "a1:64:24" aligned to 64, "f1" free; "@1": by thread 1. */
static struct event event_of(const char *call)
{
	struct event event = {.text = TEXT_NONE, .flags = 0};
	char *rest;

	event.kind = *call == 'f' ? EVENT_FREE : *call == 'r' ? EVENT_REALLOCATE : EVENT_ALLOCATE;
	event.call = *call == 'c' ? CALL_CALLOC : CALL_MALLOC;
	event.object = (uint32_t)strtoul(call + 1, &rest, 10);
	if (*call == 'a')
		event.alignment = strtoull(rest + 1, &rest, 10);
	if (*rest == ':')
		event.size = strtoull(rest + 1, &rest, 10);
	if (*rest == '@')
		event.thread = (uint32_t)strtoul(rest + 1, &rest, 10);
	assert_int_equal(*rest, '\0');
	return event;
}

/* Plays calls; returns the places of the blocks: "1:2a0 2:2c0", a map as "3:map". */
static char *placed(struct heap *heap, const char *calls, struct decision_log *log)
{
	char *words = strdup(calls), *next = NULL;
	struct text text = {0};

	for (char *call = strtok_r(words, " ", &next); call; call = strtok_r(NULL, " ", &next)) {
		const struct event event = event_of(call);
		struct effect effect;
		struct region first, at;
		struct error err;
		size_t place;

		heap_apply(heap, 0, &event, log, &effect);
		if (heap_check(heap, &err) < 0)
			fail_msg("%s: %s", call, err.text);
		if (effect.outcome != OUTCOME_PLACED)
			continue;
		engine_region(heap_layer(heap, 0), 0, &first);
		engine_region_at(heap_layer(heap, 0), effect.address, &place, &at);
		text_add(&text, "%s%" PRIu32 ":", text.length ? " " : "", event.object);
		if (at.kind == REGION_MAPPING)
			text_add(&text, "map");
		else
			text_add(&text, "%" PRIx64, effect.address - first.base);
	}
	free(words);
	return text.bytes;
}

static void assert_placed(const char *release, const char *calls, const char *expected)
{
	struct heap *heap = heap_of(release, NULL, NULL);
	char *places = placed(heap, calls, NULL);

	assert_text_equal(places, expected);
	free(places);
	heap_free(heap);
}

/* The names of the decisions of the last call. */
static void assert_decided(const char *release, const char *calls, const char *expected)
{
	struct heap *heap = heap_of(release, NULL, NULL);
	struct decision_log *log = calloc(1, sizeof(*log));
	struct text names = {0};

	free(placed(heap, calls, log));
	for (size_t i = 0; i < log->count; i++)
		text_add(&names, "%s%s", i ? " " : "", log->items[i].kind->name);
	assert_text_equal(text_of(&names), expected);
	text_finish(&names);
	free(log);
	heap_free(heap);
}

/* A heap of several segments of 64 MiB, of which any range has the sums of its spans. */
static void sums_of_any_range_are_those_of_its_spans(void **state)
{
	static const uint64_t cuts[] = {0, 0x2a0, 0x1000, 0x3fffff0, 0x4000000, 0x4000010,
		0x7fffff0, 0x8000000, 0x9000000, 0xbffffff, 0xc000001, 0xf000000};
	struct heap *heap = heap_of("2.36", "mmap-threshold", "1G");
	const struct engine *engine = heap_layer(heap, 0);
	struct region region;

	free(placed(heap,
		"m1:50000000 m2:24 m3:60000000 m4:70000 m5:90000000 m6:24 m7:60000000 f3 f5",
		NULL));
	engine_region(engine, 0, &region);
	assert_true(region.size > cuts[sizeof(cuts) / sizeof(*cuts) - 1]);
	for (size_t i = 0; i < sizeof(cuts) / sizeof(*cuts); i++)
		for (size_t j = i; j < sizeof(cuts) / sizeof(*cuts); j++)
			assert_int_equal(engine_used_between(engine, region.base + cuts[i],
						 region.base + cuts[j]),
				plain_used_between(engine, region.base + cuts[i],
					region.base + cuts[j]));
	heap_free(heap);
}

/* Of an engine whose only threads are 0 and another one. */
static size_t lists_with(uint32_t thread)
{
	struct heap *heap = heap_of("2.36", NULL, NULL);
	struct effect effect;

	for (uint32_t i = 0; i < 2; i++) {
		const struct event event = {.text = TEXT_NONE,
			.size = 24,
			.object = i,
			.thread = i * thread};
		heap_apply(heap, i, &event, NULL, &effect);
	}
	size_t lists = engine_list_count(heap_layer(heap, 0));
	heap_free(heap);
	return lists;
}

/* Otherwise each event of a check looks at hundreds of thousands of lists. */
static void a_thread_of_a_large_number_has_lists_for_itself_alone(void **state)
{
	assert_int_equal(lists_with(UINT32_MAX), lists_with(1));
	assert_int_equal(lists_with(4096), lists_with(1));
}

/* Only as many caches are made as threads are seen, whatever their numbers are. */
static void threads_may_have_any_number(void **state)
{
	static const uint32_t threads[] = {UINT32_MAX, 7, 1u << 31, 4095, 4096, UINT32_MAX - 1,
		5000};
	struct heap *heap = heap_of("2.36", NULL, NULL);
	uint64_t places[sizeof(threads) / sizeof(*threads)];
	struct event event = {.text = TEXT_NONE, .size = 24};
	struct effect effect;
	struct error err;

	for (uint32_t i = 0; i < 3 * sizeof(threads) / sizeof(*threads); i++) {
		uint32_t at = i % (sizeof(threads) / sizeof(*threads));
		event.thread = threads[at];
		event.object = i;
		event.kind = EVENT_ALLOCATE;
		heap_apply(heap, 0, &event, NULL, &effect);
		assert_int_equal(effect.outcome, OUTCOME_PLACED);
		if (i >= sizeof(threads) / sizeof(*threads)) /* of its own tcache */
			assert_int_equal(effect.address, places[at]);
		places[at] = effect.address;
		event.kind = EVENT_FREE;
		heap_apply(heap, 0, &event, NULL, &effect);
		if (heap_check(heap, &err) < 0)
			fail_msg("%s", err.text);
	}
	heap_free(heap);
}

static void the_tcache_comes_before_the_first_block(void **state)
{
	assert_placed("2.31", "m1:5", "1:2a0");
	assert_placed("2.36", "m1:5 m2:25", "1:2a0 2:2c0");
	assert_placed("2.36", "a1:64:5 m2:5", "1:40 2:330");
}

/* It is in nobody's way, serves, and is not a block that a program may free. */
static void under_a_small_threshold_the_tcache_is_a_mapping(void **state)
{
	static const struct {
		const char *threshold, *places;
	} cases[] = {{"0", "1:map 2:map 3:map 4:map"}, {"1", "1:map 2:map 3:map 4:map"},
		{"500", "1:10 2:30 3:290 4:290"}, {"656", "1:10 2:30 3:290 4:290"},
		{"657", "1:2a0 2:2c0 3:520 4:520"}};

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct heap *heap = heap_of("2.36", "mmap-threshold", cases[i].threshold);
		char *places = placed(heap, "m1:20 m2:600 m3:20 f3 m4:20", NULL);
		struct totals totals;
		assert_text_equal(places, cases[i].places);
		engine_totals(heap_layer(heap, 0), &totals);
		assert_int_equal(totals.blocks_live, 3);
		free(places);
		heap_free(heap);
	}
}

static void from_2_43_on_the_tcache_is_made_when_it_is_filled(void **state)
{
	assert_placed("2.43", "m1:5 m2:5 f1 m3:5 m4:5", "1:10 2:30 3:10 4:350");
}

static void a_tcache_bin_is_a_stack_of_seven(void **state)
{
	assert_placed("2.36", "m1:24 m2:24 m3:24 f1 f2 f3 m4:24 m5:24 m6:24",
		"1:2a0 2:2c0 3:2e0 4:2e0 5:2c0 6:2a0");
	assert_decided("2.36", "m1:24 f1", "glibc-cache-put");
	assert_decided("2.36",
		"m1:24 m2:24 m3:24 m4:24 m5:24 m6:24 m7:24 m8:24 f1 f2 f3 f4 f5 f6 f7 f8",
		"glibc-cache-full glibc-fast-put");
}

static void calloc_takes_from_the_tcache_from_2_41_on(void **state)
{
	assert_placed("2.39", "m1:24 f1 c2:24 m3:24", "1:2a0 2:2c0 3:2a0");
	assert_placed("2.41", "m1:24 f1 c2:24 m3:24", "1:2a0 2:2a0 3:2c0");
}

#define NINE  "m1:200 m2:200 m3:200 m4:200 m5:200 m6:200 m7:200 m8:200 m9:24 "
#define EIGHT "f1 f2 f3 f4 f5 f6 f7 f8"

static void a_freed_chunk_goes_to_unsorted_and_from_2_41_on_to_its_small_bin(void **state)
{
	assert_decided("2.36", NINE EIGHT, "glibc-cache-full glibc-freed");
	assert_decided("2.36", NINE EIGHT " m10:2000", "glibc-size glibc-binned glibc-top-cut");
	assert_decided("2.41", NINE EIGHT " m10:2000", "glibc-size glibc-top-cut");
	/* Both cut a smaller request from it, and the rest becomes the last remainder. */
	assert_decided("2.36", NINE EIGHT " m10:60",
		"glibc-size glibc-binned glibc-bin-above glibc-split");
	assert_decided("2.41", NINE EIGHT " m10:60", "glibc-size glibc-bin-above glibc-split");
	assert_decided("2.41", NINE EIGHT " m10:60 m11:40",
		"glibc-size glibc-last-remainder glibc-split");
}

static void fast_chunks_merge_when_something_large_is_asked_for(void **state)
{
	const char *calls = "m1:24 m2:24 m3:24 m4:24 m5:24 m6:24 m7:24 m8:24 m9:24 m10:24 "
			    "f1 f2 f3 f4 f5 f6 f7 f8 f9 m11:2000";

	assert_decided("2.36", calls, "glibc-size glibc-consolidated glibc-binned glibc-top-cut");
	/* From 2.43 on there are none, and the tcache has room for 16. */
	assert_decided("2.43", calls, "glibc-size glibc-top-cut");
}

static void the_smallest_large_chunk_that_fits_serves(void **state)
{
	assert_placed("2.36", "m1:2000 m2:8 m3:1500 m4:8 m5:3000 m6:8 f1 f3 f5 m7:1400",
		"1:2a0 2:a80 3:aa0 4:1090 5:10b0 6:1c70 7:aa0");
}

static void realloc_grows_into_top_into_a_free_chunk_or_moves(void **state)
{
	assert_placed("2.36", "m1:100 r1:3000", "1:2a0 1:2a0");
	assert_placed("2.36", "m1:100 m2:2000 m3:8 f2 r1:1000 m4:8",
		"1:2a0 2:310 3:af0 1:2a0 4:690");
	assert_placed("2.36", "m1:100 m2:8 r1:3000", "1:2a0 2:310 1:330");
	assert_decided("2.36", "m1:100 r1:3000", "glibc-size glibc-grew-into-top");
	assert_decided("2.36", "m1:100 r1:104", "glibc-size");
	assert_decided("2.41", "m1:100 r1:104", "fits-block");
}

static void what_realloc_cuts_off_enters_the_tcache_up_to_2_41(void **state)
{
	assert_decided("2.41", "m1:100 m2:8 r1:8", "glibc-size glibc-shrunk glibc-cache-put");
	assert_decided("2.43", "m1:100 m2:8 r1:8", "glibc-size glibc-shrunk glibc-freed");
}

static void what_memalign_cuts_off_is_merged_from_2_39_on(void **state)
{
	assert_decided("2.36", "m1:40 a2:64:100",
		"glibc-size glibc-top-cut glibc-leader glibc-cache-put glibc-trailer "
		"glibc-cache-put");
	assert_decided("2.39", "m1:40 a2:64:100",
		"glibc-size glibc-top-cut glibc-leader glibc-freed glibc-trailer glibc-into-top");
	/* And an aligned chunk of the tcache serves. */
	assert_placed("2.39", "a1:64:100 f1 a2:64:100", "1:40 2:40");
	assert_placed("2.36", "m9:8 a1:64:100 f1 a2:64:100", "9:2a0 1:2c0 2:3c0");
}

/* Of exactly the size that memalign looks for: into the tcache, out again, and then cut. */
static void an_aligned_block_may_be_cut_from_a_chunk_that_went_through_the_tcache(void **state)
{
	assert_decided("2.36",
		"m1:304 m2:304 m3:304 m4:304 m5:304 m6:304 m7:304 m8:304 m9:24 f1 f2 f3 f4 f5 f6 "
		"f7 f8 m10:304 m11:304 m12:304 m13:304 m14:304 m15:304 m16:304 a17:64:200",
		"glibc-size glibc-exact glibc-cache-hit glibc-leader glibc-cache-put "
		"glibc-trailer glibc-cache-put");
}

static void a_map_that_goes_moves_the_threshold(void **state)
{
	assert_placed("2.36", "m1:200000 f1 m2:200000", "1:map 2:2a0");
	assert_placed("2.36", "m1:200000 r1:100 r1:300000", "1:map 1:map 1:map");

	struct heap *heap = heap_of("2.36", "mmap-threshold", "128K");
	char *places = placed(heap, "m1:200000 f1 m2:200000", NULL);
	assert_text_equal(places, "1:map 2:map");
	free(places);
	heap_free(heap);
}

static uint64_t address_after(struct heap *heap, const char *call)
{
	const struct event event = event_of(call);
	struct effect effect;

	heap_apply(heap, 0, &event, NULL, &effect);
	assert_int_equal(effect.outcome, OUTCOME_PLACED);
	return effect.address;
}

/* mremap(): and nothing is given back before there is a place for more. */
static void a_map_shrinks_where_it_is_and_grows_elsewhere(void **state)
{
	struct heap *heap = heap_of("2.36", NULL, NULL);
	uint64_t first = address_after(heap, "m1:400000");

	assert_int_equal(address_after(heap, "r1:200000"), first);
	uint64_t grown = address_after(heap, "r1:500000");
	assert_true(grown + 500000 <= first || first + 200000 <= grown);
	heap_free(heap);
}

static void top_shrinks_when_it_is_longer_than_the_threshold(void **state)
{
	assert_decided("2.36", "m1:100000 m2:100000 f2", "glibc-into-top glibc-trimmed");
	/* The bytes beyond top_pad are less than a page here. */
	assert_decided("2.36", "m1:100000 f1", "glibc-into-top");
	/* One block at the top keeps the heap long. */
	assert_decided("2.36", "m1:100000 m2:100000 m3:8 m4:30000 f2",
		"glibc-freed glibc-top-kept glibc-not-trimmed");
}

/* "2a8 size 0000000000000021 0x20 + P: in use before it", from the heap's start; a line a word. */
static void assert_words(const struct heap *heap, uint64_t offset, const char *expected)
{
	const struct engine *engine = heap_layer(heap, 0);
	struct memory_word words[16];
	struct text text = {0};
	struct region region;

	engine_region(engine, 0, &region);
	size_t n = engine_words(engine, region.base + offset, words, 16);
	for (size_t i = 0; i < n; i++) {
		text_add(&text, "%" PRIx64 " %s ", words[i].address - region.base, words[i].name);
		if (words[i].is_known)
			text_add(&text, "%016" PRIx64 " ", words[i].value);
		text_add(&text, "%s\n", words[i].words);
	}
	assert_text_equal(text_of(&text), expected);
	text_finish(&text);
}

static void words_of_a_chunk_are_as_in_memory(void **state)
{
	struct heap *heap = heap_of("2.36", NULL, NULL);

	free(placed(heap, "m1:24 m2:2000 m3:8 m4:24 f2 f4 f1", NULL));
	/* The heap begins at 0x10000000: its first page is 0x10000. */
	assert_words(heap, 0x2a0,
		"290 prev_size data of the chunk before\n"
		"298 size 0000000000000021 0x20 + P: in use before it\n"
		"2a0 next 0000000010010ac0 +ac0, xor-ed with its page\n"
		"2a8 key a random number: it is cached\n"
		"2b8 size 00000000000007e1 0x7e0 + P: in use before it\n");
	assert_words(heap, 0x2c0,
		"2b0 prev_size data of the chunk before\n"
		"2b8 size 00000000000007e1 0x7e0 + P: in use before it\n"
		"2c0 fd next: the head of the bin\n"
		"2c8 bk previous: the head of the bin\n"
		"a90 prev_size 00000000000007e0 this chunk's size\n"
		"a98 size 0000000000000020 0x20: free before it\n");
	assert_words(heap, 0xaa0,
		"a90 prev_size 00000000000007e0 0x7e0, free, before it\n"
		"a98 size 0000000000000020 0x20: free before it\n"
		"ab8 size 0000000000000021 0x20 + P: in use before it\n");
	heap_free(heap);
}

/* "heap 21000, 2b0 used": the regions in their order. */
static void add_regions(struct text *text, const struct engine *engine)
{
	for (size_t i = 0; i < engine_region_count(engine); i++) {
		struct region region;
		engine_region(engine, i, &region);
		text_add(text, "\t%s %" PRIx64 ", %" PRIx64 " used\n", region.name, region.size,
			region.used);
	}
}

/* After each call: what was decided, each with its first operand, and the regions. */
static void assert_course(struct heap *heap, const char *const *calls, const char *expected)
{
	struct decision_log *log = calloc(1, sizeof(*log));
	struct text text = {0};

	for (; *calls; calls++) {
		free(placed(heap, *calls, log));
		text_add(&text, "%s", *calls);
		for (size_t i = 0; i < log->count; i++)
			text_add(&text, " %s %" PRIx64, log->items[i].kind->name, log->items[i].a);
		text_add(&text, "\n");
		add_regions(&text, heap_layer(heap, 0));
	}
	assert_text_equal(text_of(&text), expected);
	text_finish(&text);
	free(log);
}

/*
 * An arena of a thread goes on in a further heap, whose predecessor ends in two headers; when all
 * that the further one has is free again, it goes. placed() checks the heap after each call.
 */
static void a_thread_goes_into_a_further_heap_and_back(void **state)
{
	static const char *const calls[] = {"m1:30000000@1", "m2:30000000@1", "m3:30000000@1",
		"m4:7000000@1", "f4@1", "f3@1", "m5:30000000@1", NULL};
	struct heap *heap = heap_of("2.36", "mmap-threshold", "1G");

	free(placed(heap, "m0:24", NULL));
	assert_course(heap, calls,
		"m1:30000000@1 glibc-size 1c9c380 glibc-arena-new 1 glibc-top-cut "
		"7f00000008d0 glibc-cache-made 7f00000008d0 glibc-heap-grew 1c7c000 "
		"glibc-top-cut 7f0000000b60\n"
		"\theap 21000, 20 used\n"
		"\tarena 1 1c9d000, 1c9c390 used\n"
		"m2:30000000@1 glibc-size 1c9c380 glibc-heap-grew 1c9d000 "
		"glibc-top-cut 7f0001c9cef0\n"
		"\theap 21000, 20 used\n"
		"\tarena 1 393a000, 3938720 used\n"
		"m3:30000000@1 glibc-size 1c9c380 glibc-heap-grew 1cbd000 glibc-freed "
		"7f0003939280 glibc-top-cut 7f0004000030\n"
		"\theap 21000, 20 used\n"
		"\tarena 1 393a000, 3938720 used\n"
		"\tarena 1 1cbd000, 1c9c390 used\n"
		"m4:7000000@1 glibc-size 6acfc0 glibc-binned 1 glibc-heap-grew 68d000 "
		"glibc-top-cut 7f0005c9c3c0\n"
		"\theap 21000, 20 used\n"
		"\tarena 1 393a000, 3938720 used\n"
		"\tarena 1 234a000, 2349360 used\n"
		"f4@1 glibc-into-top 7f0005c9c3c0 glibc-trimmed 68d000\n"
		"\theap 21000, 20 used\n"
		"\tarena 1 393a000, 3938720 used\n"
		"\tarena 1 1cbd000, 1c9c390 used\n"
		"f3@1 glibc-into-top 7f0004000030 glibc-heap-gone d80 "
		"glibc-not-trimmed d80\n"
		"\theap 21000, 20 used\n"
		"\tarena 1 393a000, 3938720 used\n"
		"m5:30000000@1 glibc-size 1c9c380 glibc-heap-grew 1cbd000 glibc-freed "
		"7f0003939280 glibc-top-cut 7f0004000030\n"
		"\theap 21000, 20 used\n"
		"\tarena 1 393a000, 3938720 used\n"
		"\tarena 1 1cbd000, 1c9c390 used\n");
	heap_free(heap);
}

/* Where the heap has no room for a free chunk, it ends in the headers alone. */
static void a_heap_that_is_full_ends_in_two_headers(void **state)
{
	static const char *const to_the_end[] = {"m1:30000000@1", "m2:30003424@1", "m3:30000000@1",
		"f3@1", NULL};
	struct heap *heap = heap_of("2.36", "mmap-threshold", "1G");

	free(placed(heap, "m0:24", NULL));
	assert_course(heap, to_the_end,
		"m1:30000000@1 glibc-size 1c9c380 glibc-arena-new 1 glibc-top-cut "
		"7f00000008d0 glibc-cache-made 7f00000008d0 glibc-heap-grew 1c7c000 "
		"glibc-top-cut 7f0000000b60\n"
		"\theap 21000, 20 used\n"
		"\tarena 1 1c9d000, 1c9c390 used\n"
		"m2:30003424@1 glibc-size 1c9d0e0 glibc-heap-grew 1c9d000 "
		"glibc-top-cut 7f0001c9cef0\n"
		"\theap 21000, 20 used\n"
		"\tarena 1 393a000, 3939480 used\n"
		"m3:30000000@1 glibc-size 1c9c380 glibc-heap-grew 1cbd000 "
		"glibc-top-cut 7f0004000030\n"
		"\theap 21000, 20 used\n"
		"\tarena 1 393a000, 3939480 used\n"
		"\tarena 1 1cbd000, 1c9c390 used\n"
		"f3@1 glibc-into-top 7f0004000030 glibc-heap-gone 20 glibc-not-trimmed 20\n"
		"\theap 21000, 20 used\n"
		"\tarena 1 393a000, 3939480 used\n");
	heap_free(heap);
}

static void words_of_large_chunks_have_the_skip_list(void **state)
{
	struct heap *heap = heap_of("2.31", NULL, NULL);

	free(placed(heap, "m1:1100 m2:8 m3:1080 m4:8 m5:24 f1 f3 m6:3000 f5", NULL));
	assert_words(heap, 0x2a0,
		"290 prev_size data of the chunk before\n"
		"298 size 0000000000000461 0x460 + P: in use before it\n"
		"2a0 fd 0000000010000710 next: +710\n"
		"2a8 bk previous: the head of the bin\n"
		"2b0 fd_nextsize 0000000010000710 next smaller size: +710\n"
		"2b8 bk_nextsize 0000000010000710 next larger size: +710\n"
		"6f0 prev_size 0000000000000460 this chunk's size\n"
		"6f8 size 0000000000000020 0x20: free before it\n");
	/* Before 2.32 links of stacks are plain. */
	assert_words(heap, 0xb80,
		"b70 prev_size data of the chunk before\n"
		"b78 size 0000000000000021 0x20 + P: in use before it\n"
		"b80 next 0000000000000000 the last\n"
		"b88 key the address of its tcache\n"
		"b98 size 0000000000000bc1 0xbc0 + P: in use before it\n");
	heap_free(heap);
}

/* "tcache 64, fast 9, ...": the kinds of lists of a thread and an arena, and how many. */
static void assert_kinds(const char *release, uint32_t owner, const char *expected)
{
	struct heap *heap = heap_of(release, NULL, NULL);
	struct text text = {0};

	free(placed(heap, "m1:24", NULL));
	const struct engine *engine = heap_layer(heap, 0);
	const struct free_kind *kinds = engine_kinds(engine);
	for (size_t i = 0; kinds[i].name; i++) {
		struct list list;
		size_t first, n = engine_lists_of(engine, i, owner, &first);
		if (n == 0)
			continue;
		engine_list_at(engine, first + n - 1, &list);
		text_add(&text, "%s%s %zu, the last is %s", text.length ? "; " : "", kinds[i].name,
			n, list.name);
	}
	assert_text_equal(text_of(&text), expected);
	text_finish(&text);
	heap_free(heap);
}

/* So many threads, each with lists and an arena of its own. */
static void every_list_is_of_a_thread_or_an_arena(void **state)
{
	static const char *const releases[] = {"2.31", "2.36", "2.41"};

	for (size_t r = 0; r < 3; r++) {
		struct heap *heap = heap_of(releases[r], NULL, NULL);
		const struct engine *engine = heap_layer(heap, 0);
		const struct free_kind *kinds = engine_kinds(engine);
		for (uint32_t threads = 1; threads <= 3; threads++) {
			struct event event = event_of("m1:24");
			struct effect effect;
			size_t lists = 0, first;
			event.object = threads;
			event.thread = threads - 1;
			heap_apply(heap, 0, &event, NULL, &effect);
			for (uint32_t owner = 0; owner < threads; owner++)
				for (size_t i = 0; kinds[i].name; i++)
					lists += engine_lists_of(engine, i, owner, &first);
			assert_int_equal(engine_list_count(engine), lists);
		}
		heap_free(heap);
	}
}

static void lists_belong_to_kinds_and_kinds_to_threads_and_arenas(void **state)
{
	assert_kinds("2.36", 0,
		"tcache 64, the last is tcache[0x410]; fast 9, the last is fast[0xa0]; "
		"unsorted 1, the last is unsorted; small 62, the last is small[0x3f0]; "
		"large 63, the last is large[0x80000]");
	assert_kinds("2.43", 0,
		"tcache 64, the last is tcache[0x410]; unsorted 1, the last is unsorted; "
		"small 62, the last is small[0x3f0]; large 63, the last is large[0x80000]");
	assert_kinds("2.36", 1, "");
}

static void memalign_cuts_a_chunk_that_came_through_the_tcache(void **state)
{
	/* The eighth freed chunk is in unsorted, of exactly the size that is looked for. */
	assert_placed("2.36",
		"m1:600 m2:600 m3:600 m4:600 m5:600 m6:600 m7:600 m8:600 m9:24 "
		"f1 f2 f3 f4 f5 f6 f7 f8 "
		"m10:600 m11:600 m12:600 m13:600 m14:600 m15:600 m16:600 a17:128:424",
		"1:2a0 2:500 3:760 4:9c0 5:c20 6:e80 7:10e0 8:1340 9:15a0 10:10e0 11:e80 12:c20 "
		"13:9c0 14:760 15:500 16:2a0 17:1380");
}

/* "1:2a0 2:0" as offsets from the break where the recorded blocks went; 0: nowhere. */
static void assert_followed(const char *calls, uint32_t object, uint64_t offset, uint64_t size,
	const char *after, const char *expected)
{
	struct heap *heap = heap_of("2.36", "first-break", "0x55550000");
	struct event event = {.kind = EVENT_ALLOCATE,
		.object = object,
		.size = size,
		.address = 0x55550000 + offset,
		.text = TEXT_NONE};
	struct text text = {0};
	struct effect effect;
	struct error err;

	free(placed(heap, calls, NULL));
	heap_follow(heap, 0, &event, &effect);
	if (heap_check(heap, &err) < 0)
		fail_msg("%s", err.text);
	text_add(&text, "%" PRIx64 " ", effect.address ? effect.address - 0x55550000 : 0);
	char *places = placed(heap, after, NULL);
	text_add(&text, "%s", places);
	assert_text_equal(text_of(&text), expected);
	free(places);
	text_finish(&text);
	heap_free(heap);
}

/* Where top is too short it grows to the end of the block, by 128 KiB more, and to whole pages. */
static void the_heap_grows_as_far_as_a_recorded_block_needs(void **state)
{
	static const struct {
		uint64_t offset, reserved;
	} blocks[] = {{0x300, 0x21000}, {0x20f00, 0x21000}, {0x30000, 0x51000},
		{0x1000010, 0x1021000}};

	for (size_t i = 0; i < sizeof(blocks) / sizeof(*blocks); i++) {
		struct heap *heap = heap_of("2.36", "first-break", "0x55550000");
		struct event event = {.kind = EVENT_ALLOCATE,
			.object = 2,
			.size = 24,
			.address = 0x55550000 + blocks[i].offset,
			.text = TEXT_NONE};
		struct effect effect;
		struct totals totals;
		free(placed(heap, "m1:24", NULL));
		heap_follow(heap, 0, &event, &effect);
		assert_int_equal(effect.address, event.address);
		engine_totals(heap_layer(heap, 0), &totals);
		assert_int_equal(totals.reserved, blocks[i].reserved);
		heap_free(heap);
	}
}

static void a_block_goes_where_it_was_recorded(void **state)
{
	/* Into top: what is before it stays free, and serves the next request of its size. */
	assert_followed("m1:24", 2, 0x2e0, 24, "m3:24 m4:24", "2e0 3:2c0 4:300");
	assert_followed("m1:24", 2, 0x30000, 24, "m3:24", "30000 3:2c0");
	/* A chunk of a tcache, not its head; one of a fast bin; one end of a free chunk. */
	assert_followed("m1:24 m2:24 m3:24 f1 f2 f3", 4, 0x2c0, 20, "m5:24 m6:24",
		"2c0 5:2e0 6:2a0");
	assert_followed("m1:2000 m2:24 f1", 3, 0x400, 24, "m4:24 m5:24", "400 4:2a0 5:2c0");
	/* In use, or too near to what is. */
	assert_followed("m1:24 m2:24", 3, 0x2c0, 24, "m4:24", "0 4:2e0");
	assert_followed("m1:24", 3, 0x2d0, 24, "m4:24", "0 4:2c0");
	/* A mapping. */
	assert_followed("m1:24", 2, 0x7fffaaab0010 - 0x55550000, 24, "m3:24", "7fff55560010 3:2c0");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_tcache_comes_before_the_first_block),
		cmocka_unit_test(the_heap_grows_as_far_as_a_recorded_block_needs),
		cmocka_unit_test(under_a_small_threshold_the_tcache_is_a_mapping),
		cmocka_unit_test(from_2_43_on_the_tcache_is_made_when_it_is_filled),
		cmocka_unit_test(a_tcache_bin_is_a_stack_of_seven),
		cmocka_unit_test(calloc_takes_from_the_tcache_from_2_41_on),
		cmocka_unit_test(a_freed_chunk_goes_to_unsorted_and_from_2_41_on_to_its_small_bin),
		cmocka_unit_test(fast_chunks_merge_when_something_large_is_asked_for),
		cmocka_unit_test(the_smallest_large_chunk_that_fits_serves),
		cmocka_unit_test(realloc_grows_into_top_into_a_free_chunk_or_moves),
		cmocka_unit_test(what_realloc_cuts_off_enters_the_tcache_up_to_2_41),
		cmocka_unit_test(what_memalign_cuts_off_is_merged_from_2_39_on),
		cmocka_unit_test(
			an_aligned_block_may_be_cut_from_a_chunk_that_went_through_the_tcache),
		cmocka_unit_test(a_map_that_goes_moves_the_threshold),
		cmocka_unit_test(a_map_shrinks_where_it_is_and_grows_elsewhere),
		cmocka_unit_test(top_shrinks_when_it_is_longer_than_the_threshold),
		cmocka_unit_test(words_of_a_chunk_are_as_in_memory),
		cmocka_unit_test(a_thread_goes_into_a_further_heap_and_back),
		cmocka_unit_test(a_heap_that_is_full_ends_in_two_headers),
		cmocka_unit_test(words_of_large_chunks_have_the_skip_list),
		cmocka_unit_test(every_list_is_of_a_thread_or_an_arena),
		cmocka_unit_test(lists_belong_to_kinds_and_kinds_to_threads_and_arenas),
		cmocka_unit_test(memalign_cuts_a_chunk_that_came_through_the_tcache),
		cmocka_unit_test(a_block_goes_where_it_was_recorded),
		cmocka_unit_test(a_thread_of_a_large_number_has_lists_for_itself_alone),
		cmocka_unit_test(threads_may_have_any_number),
		cmocka_unit_test(sums_of_any_range_are_those_of_its_spans),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
