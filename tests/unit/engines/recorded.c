/* A recorded heap: the conclusions from its addresses, and the effect of wrong ones. */
#include "base/error.h"
#include "base/options.h"
#include "base/text.h"
#include "heap/heap.h"
#include "trace/trace.h"
#include "support.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

static struct heap *heap_with(const char *const words[][2])
{
	struct options *options = options_new();
	struct heap *heap = NULL;
	struct error err;
	size_t count;
	const struct engine_ops *const *engines = engine_list(&count);

	for (size_t i = 0; i < count; i++)
		options_add_table(options, engines[i]->options);
	options_add_table(options, heap_options);
	assert_int_equal(options_set(options, "check", "all", &err), 0);
	for (size_t i = 0; words && words[i][0]; i++)
		assert_int_equal(options_set(options, words[i][0], words[i][1], &err), 0);
	assert_int_equal(heap_new(&heap, "recorded", options, &err), 0);
	options_free(options);
	return heap;
}

struct stage {
	struct heap *heap;
	uint64_t number;
	struct effect effect;
};

static void play(struct stage *stage, const char *lines)
{
	struct trace *trace;
	struct event event;
	struct error err;

	if (trace_open_memory(&trace, lines, strlen(lines), "test", 0, &err) < 0)
		fail_msg("%s", err.text);
	for (uint64_t at = 0; trace_get(trace, at, &event); at++) {
		heap_apply(stage->heap, stage->number++, &event, NULL, &stage->effect);
		if (heap_broken(stage->heap))
			fail_msg("%s", heap_broken(stage->heap));
	}
	trace_close(trace);
}

static bool add_span(const struct span *span, void *user)
{
	static const char letters[] = {[SPAN_USED] = 'u',
		[SPAN_FREE] = '.',
		[SPAN_VIRGIN] = 'v',
		[SPAN_HEADER] = 'h',
		[SPAN_WASTE] = 'w'};

	text_add(user, " %c%" PRIu64, letters[span->state], span->size);
	return true;
}

/* "heap 0x10000: u32 .4064" for each region that is not only empty space. */
static void assert_shown(const struct heap *heap, const char *expected)
{
	struct text text = {0};

	for (size_t layer = 0; layer < heap_layer_count(heap); layer++) {
		const struct engine *engine = heap_layer(heap, layer);
		for (size_t i = 0; i < engine_region_count(engine); i++) {
			struct region region;
			engine_region(engine, i, &region);
			text_add(&text, "%s 0x%" PRIx64 ":", region.name, region.base);
			engine_spans(engine, region.base, region.base + region.size, add_span,
				&text);
			text_add(&text, "\n");
		}
	}
	assert_text_equal(text_of(&text), expected);
	text_finish(&text);
}

static void blocks_lie_where_the_trace_says_with_chunks_as_glibc_has_them(void **state)
{
	struct stage stage = {.heap = heap_with(NULL)};

	play(&stage, "a 0 24 at=0x102a0\na 1 25 at=0x102c0\na 2 0 at=0x102f0\n");
	assert_int_equal(stage.effect.address, 0x102f0);
	assert_int_equal(stage.effect.given, 24);
	assert_shown(stage.heap, "heap 0x10000: .664 u32 u48 u32 .3320\n");
	play(&stage, "f 1 at=0x102c0\n");
	assert_shown(stage.heap, "heap 0x10000: .664 u32 .48 u32 .3320\n");
	heap_free(stage.heap);
}

/* Stops at what happens, and the timeline, know of it. */
static void a_free_beside_a_hole_joins_them_and_a_realloc_is_no_free(void **state)
{
	static const struct {
		const char *lines;
		bool joins;
	} cases[] = {
		{"f 1 at=0x102c0\n", false},
		{"f 0 at=0x102a0\n", true},
		{"f 3 at=0x10320\n", true},
		{"f 1 at=0x102c0\nf 2 at=0x102f0\n", true},
		{"r 0 40 at=0x11000 old=0x102a0\n", false},
		{"r 1 24 at=0x102c0 old=0x102c0\n", false},
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct stage stage = {.heap = heap_with(NULL)};
		play(&stage, "a 0 24 at=0x102a0\na 1 40 at=0x102c0\na 2 40 at=0x102f0\n"
			     "a 3 24 at=0x10320\n");
		play(&stage, cases[i].lines);
		if (!(stage.effect.happened & HAPPENED_COALESCED) == cases[i].joins)
			fail_msg("%s", cases[i].lines);
		heap_free(stage.heap);
	}
}

static void what_is_too_small_for_a_chunk_is_waste_and_no_hole(void **state)
{
	struct stage stage = {.heap = heap_with(NULL)};
	const struct engine *engine = heap_layer(stage.heap, 0);
	struct totals totals;

	play(&stage, "a 0 24 at=0x10010\na 1 24 at=0x10040\n");
	assert_shown(stage.heap, "heap 0x10000: w8 u32 w16 u32 .4008\n");
	engine_totals(engine, &totals);
	assert_int_equal(totals.free_spans, 1);
	assert_int_equal(totals.available, 4008);
	assert_int_equal(totals.tails, 24);
	assert_int_equal(totals.headers, 16);
	heap_free(stage.heap);
}

static void without_chunks_a_block_takes_its_bytes_alone(void **state)
{
	static const char *const words[][2] = {{"recorded-chunks", "none"}, {NULL}};
	struct stage stage = {.heap = heap_with(words)};

	play(&stage, "a 0 32 at=0x10000\na 1 32 at=0x10020\na 2 0 at=0x10040\n");
	assert_shown(stage.heap, "heap 0x10000: u32 u32 u8 .4024\n");
	heap_free(stage.heap);
}

static void blocks_near_each_other_share_a_region_and_others_do_not(void **state)
{
	struct stage stage = {.heap = heap_with(NULL)};

	play(&stage, "a 0 24 at=0x10010\na 1 24 at=0x100010\n"); /* 960 KiB apart */
	assert_shown(stage.heap, "heap 0x10000: w8 u32 .983008 u32 .4056\n");
	play(&stage, "a 2 24 at=0x555500000010\n");
	assert_shown(stage.heap,
		"heap 0x10000: w8 u32 .983008 u32 .4056\nheap 2 0x555500000000: w8 u32 .4056\n");
	/* A block between two that are too far apart joins their regions. */
	play(&stage, "a 3 24 at=0x555500190010\n");
	play(&stage, "a 4 24 at=0x5555000c8010\n");
	assert_shown(stage.heap, "heap 0x10000: w8 u32 .983008 u32 .4056\n"
				 "heap 2 0x555500000000: w8 u32 .819168 u32 .819168 u32 .4056\n");
	heap_free(stage.heap);
}

static void a_large_block_that_was_mapped_alone_takes_its_region_with_it(void **state)
{
	struct stage stage = {.heap = heap_with(NULL)};

	play(&stage,
		"a 0 24 at=0x10010\na 1 200000 at=0x7f0000000010\na 2 140000 at=0x7f0000031010\n");
	assert_int_equal(stage.effect.given, 143360 - 16);
	assert_shown(stage.heap, "heap 0x10000: w8 u32 .4056\nmapped 1 0x7f0000000000: u200704\n"
				 "mapped 2 0x7f0000031000: u143360\n");
	play(&stage, "r 1 400000 at=0x7f0000100010\n");
	assert_shown(stage.heap, "heap 0x10000: w8 u32 .4056\nmapped 2 0x7f0000031000: u143360\n"
				 "mapped 3 0x7f0000100000: u401408\n");
	play(&stage, "f 1\nf 2\n");
	assert_shown(stage.heap, "heap 0x10000: w8 u32 .4056\n");
	/* At the end of a heap it may be the next block. */
	play(&stage, "a 3 200000 at=0x11010\n");
	assert_shown(stage.heap, "heap 0x10000: w8 u32 .4064 u200016 .680\n");
	heap_free(stage.heap);
}

static void assert_fault(struct stage *stage, const char *line, enum fault fault)
{
	play(stage, line);
	assert_string_equal(fault_name(stage->effect.fault), fault_name(fault));
}

static void what_the_trace_tells_wrongly_is_a_fault_of_its_event(void **state)
{
	struct stage stage = {.heap = heap_with(NULL)};
	const char *shown = "heap 0x10000: w8 u32 .4056\n";

	assert_fault(&stage, "a 0 24 at=0x10010\n", FAULT_NONE);
	assert_fault(&stage, "a 1 24\n", FAULT_NO_ADDRESS);
	assert_fault(&stage, "a 2 24 at=0x10018\n", FAULT_OVERLAP);
	assert_fault(&stage, "a 3 24 at=0xffffffffffffff00\n", FAULT_OVERLAP);
	assert_fault(&stage, "a 4 0xfffffffffffffff0 at=0x20010\n", FAULT_OVERLAP);
	assert_fault(&stage, "r 0 100\n", FAULT_NO_ADDRESS);
	assert_shown(stage.heap, shown);
	assert_fault(&stage, "f 1\n", FAULT_NEVER_PLACED);
	assert_fault(&stage, "f ? at=0x10020\n", FAULT_FREE_UNKNOWN);
	assert_shown(stage.heap, shown);
	/* A failed realloc leaves a block in its own mapping unchanged, including its name. */
	assert_fault(&stage, "a 5 200000 at=0x7f0000000010\n", FAULT_NONE);
	assert_fault(&stage, "r 5 300000 at=0x10010\n", FAULT_OVERLAP);
	assert_shown(stage.heap, "heap 0x10000: w8 u32 .4056\nmapped 1 0x7f0000000000: u200704\n");
	heap_free(stage.heap);
}

/*
 * A block of as many bytes as a chunk, but without a header; one as a chunk with a header; what is
 * at the start of a page; and one that was mapped alone. Only the address that each was given frees
 * it.
 */
static void only_its_own_address_frees_a_block_whatever_its_header(void **state)
{
	static const struct {
		const char *begin;
		const char *wrong[3];
		const char *right;
	} cases[] = {
		{"a 0 32 at=0x10108\n",
			{"f ? at=0x10110\n", "f ? at=0x10100\n", "f ? at=0x10109\n"},
			"f 0 at=0x10108\n"},
		{"a 0 32 at=0x1010b\n",
			{"f ? at=0x10108\n", "f ? at=0x10110\n", "f ? at=0x1010c\n"},
			"f 0 at=0x1010b\n"},
		{"a 0 24 at=0x10110\n",
			{"f ? at=0x10108\n", "f ? at=0x10111\n", "f ? at=0x10118\n"},
			"f 0 at=0x10110\n"},
		{"a 0 32 at=0x11000\na 1 8 at=0x10ff8\nf 0 at=0x11000\na 0 32 at=0x11000\n",
			{"f ? at=0x11008\n", "f ? at=0x11010\n", "f ? at=0x20000\n"},
			"f 0 at=0x11000\n"},
		{"a 0 200000 at=0x7f0000000010\n",
			{"f ? at=0x7f0000000000\n", "f ? at=0x7f0000000018\n",
				"f ? at=0x7f0000031000\n"},
			"f 0 at=0x7f0000000010\n"},
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct stage stage = {.heap = heap_with(NULL)};
		struct totals totals;
		play(&stage, cases[i].begin);
		for (size_t j = 0; j < 3; j++)
			assert_fault(&stage, cases[i].wrong[j], FAULT_FREE_UNKNOWN);
		assert_fault(&stage, cases[i].right, FAULT_NONE);
		engine_totals(heap_layer(stage.heap, 0), &totals);
		assert_int_equal(totals.headers, 0);
		heap_free(stage.heap);
	}
}

static void the_programs_own_mappings_lie_where_they_were(void **state)
{
	struct stage stage = {.heap = heap_with(NULL)};
	struct region region;

	play(&stage, "a 0 24 at=0x10010\nm 7 5000 at=0x20000\na 1 24 at=0x30010\n");
	assert_int_equal(heap_mapping_count(stage.heap), 1);
	heap_mapping(stage.heap, 0, &region);
	assert_int_equal(region.base, 0x20000);
	assert_int_equal(region.size, 8192);
	/* A block between two heaps keeps them apart, however near they are. */
	assert_shown(stage.heap, "heap 0x10000: w8 u32 .4056\nheap 2 0x30000: w8 u32 .4056\n");
	assert_fault(&stage, "m 8 4096 at=0x21000\n", FAULT_OVERLAP);
	assert_fault(&stage, "m 9 4096\n", FAULT_NO_ADDRESS);
	assert_fault(&stage, "a 2 24 at=0x20100\n", FAULT_OVERLAP);
	play(&stage, "u 7\na 3 24 at=0x20010\n");
	assert_shown(stage.heap, "heap 0x10000: w8 u32 .65504 u32 .65504 u32 .4056\n");
	heap_free(stage.heap);
}

static const char *const python[][2] = {{"python", "3.8"}, {"arenas", "recorded"}, {NULL}};

static void python_s_arenas_come_and_go_as_the_trace_says(void **state)
{
	struct stage stage = {.heap = heap_with(python)};
	const struct engine *arenas = heap_layer(stage.heap, 0);
	struct region region;
	struct page page;

	assert_string_equal(engine_name(arenas), "recorded-arenas");
	play(&stage, "m 0 262144 domain=arena at=0x7f0000001000\n");
	assert_int_equal(engine_region_count(arenas), 1);
	play(&stage, "a 1 48 domain=obj at=0x7f0000002030\na 2 40 domain=obj at=0x7f0000002090\n");
	assert_int_equal(stage.effect.layer, 0);
	play(&stage, "a 3 600 domain=obj at=0x10010\n");
	assert_int_equal(stage.effect.layer, 1);
	engine_region(arenas, 0, &region);
	assert_int_equal(region.used, 96);
	engine_page(arenas, 0, 1, &page);
	assert_int_equal(page.base, 0x7f0000002000);
	assert_int_equal(page.state, PAGE_USED);
	assert_int_equal(page.block_size, 48);
	assert_int_equal(page.blocks, 84);
	engine_page(arenas, 0, 0, &page);
	assert_int_equal(page.state, PAGE_VIRGIN);
	play(&stage, "f 1\nf 2\n");
	engine_page(arenas, 0, 1, &page);
	assert_int_equal(page.state, PAGE_FREE);
	play(&stage, "u 0 domain=arena at=0x7f0000001000\n");
	assert_int_equal(engine_region_count(arenas), 0);
	heap_free(stage.heap);
}

/* The smallest and the largest requests that a Python serves from pools. */
static void every_class_of_a_python_has_a_pool(void **state)
{
	static const struct {
		const char *python;
		unsigned arena, size, block;
	} cases[] = {{"classic", 256, 1, 8}, {"classic", 256, 8, 8}, {"classic", 256, 505, 512},
		{"classic", 256, 512, 512}, {"3.8", 256, 1, 16}, {"3.8", 256, 497, 512},
		{"3.8", 256, 512, 512}, {"3.11", 1024, 512, 512}};

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		const char *const words[][2] = {{"python", cases[i].python}, {"arenas", "recorded"},
			{NULL}};
		struct stage stage = {.heap = heap_with(words)};
		char line[80];
		struct page page;
		snprintf(line, sizeof(line), "m 0 %u domain=arena at=0x7f0000000000\n",
			cases[i].arena << 10);
		play(&stage, line);
		snprintf(line, sizeof(line), "a 1 %u domain=obj at=0x7f0000000030\n",
			cases[i].size);
		play(&stage, line);
		assert_int_equal(stage.effect.layer, 0);
		engine_page(heap_layer(stage.heap, 0), 0, 0, &page);
		assert_int_equal(page.block_size, cases[i].block);
		play(&stage, "f 1\n");
		heap_free(stage.heap);
	}
}

static void a_block_leaves_its_arena_and_comes_back_by_realloc(void **state)
{
	struct stage stage = {.heap = heap_with(python)};

	play(&stage,
		"m 0 262144 domain=arena at=0x7f0000000000\na 1 48 domain=obj at=0x7f0000000030\n"
		"r 1 40 domain=obj at=0x7f0000000030\n");
	assert_int_equal(stage.effect.given, 48);
	play(&stage, "r 1 1000 domain=obj at=0x10010\n");
	assert_int_equal(stage.effect.layer, 1);
	play(&stage, "r 1 16 domain=obj at=0x7f0000001030\n");
	assert_int_equal(stage.effect.layer, 0);
	assert_fault(&stage, "r 1 100 domain=obj at=0x7f0000001030\n", FAULT_OVERLAP);
	play(&stage, "f 1\n");
	assert_int_equal(stage.effect.outcome, OUTCOME_RELEASED);
	heap_free(stage.heap);
}

static void an_arena_that_went_with_blocks_in_it_stays_until_they_are_gone(void **state)
{
	struct stage stage = {.heap = heap_with(python)};
	const struct engine *arenas = heap_layer(stage.heap, 0);

	play(&stage,
		"m 0 262144 domain=arena at=0x7f0000000000\na 1 48 domain=obj at=0x7f0000000030\n"
		"u 0 domain=arena at=0x7f0000000000\n");
	assert_int_equal(engine_region_count(arenas), 1);
	play(&stage, "f 1\n");
	assert_int_equal(engine_region_count(arenas), 0);
	heap_free(stage.heap);
}

static void a_block_of_an_arena_that_was_never_seen_is_no_chunk(void **state)
{
	struct stage stage = {.heap = heap_with(NULL)};

	/* neighbours in a pool, and requests of C and of more than 512 bytes, which are chunks */
	play(&stage, "a 0 64 domain=obj at=0x10030\na 1 50 domain=mem at=0x10070\n"
		     "a 2 64 domain=obj at=0x100b0\na 3 513 domain=obj at=0x10200\n"
		     "a 4 64 domain=raw at=0x10420\n");
	assert_shown(stage.heap, "heap 0x10000: .48 u64 u64 u64 .264 u528 w16 u80 .2968\n");
	play(&stage, "r 1 10 domain=mem at=0x10070\na 5 0 domain=obj at=0x10900\n");
	assert_int_equal(stage.effect.given, 24); /* of 0 bytes, which are the C library's */
	play(&stage, "f 5 domain=obj\n");
	/* a chunk that shrinks stays one, a block of a pool that grows becomes one */
	play(&stage, "r 3 100 domain=obj at=0x10200\nr 0 600 domain=obj at=0x10800\n");
	assert_shown(stage.heap,
		"heap 0x10000: .112 u16 .48 u64 .264 u112 .432 u80 .912 u608 .1448\n");
	heap_free(stage.heap);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(blocks_lie_where_the_trace_says_with_chunks_as_glibc_has_them),
		cmocka_unit_test(a_free_beside_a_hole_joins_them_and_a_realloc_is_no_free),
		cmocka_unit_test(what_is_too_small_for_a_chunk_is_waste_and_no_hole),
		cmocka_unit_test(without_chunks_a_block_takes_its_bytes_alone),
		cmocka_unit_test(blocks_near_each_other_share_a_region_and_others_do_not),
		cmocka_unit_test(a_large_block_that_was_mapped_alone_takes_its_region_with_it),
		cmocka_unit_test(what_the_trace_tells_wrongly_is_a_fault_of_its_event),
		cmocka_unit_test(only_its_own_address_frees_a_block_whatever_its_header),
		cmocka_unit_test(the_programs_own_mappings_lie_where_they_were),
		cmocka_unit_test(python_s_arenas_come_and_go_as_the_trace_says),
		cmocka_unit_test(every_class_of_a_python_has_a_pool),
		cmocka_unit_test(a_block_leaves_its_arena_and_comes_back_by_realloc),
		cmocka_unit_test(an_arena_that_went_with_blocks_in_it_stays_until_they_are_gone),
		cmocka_unit_test(a_block_of_an_arena_that_was_never_seen_is_no_chunk),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
