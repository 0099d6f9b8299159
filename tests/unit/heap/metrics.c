/*
 * Figures: by hand for short traces, and for random ones compared with sums over the live objects.
 */
#include "heap/metrics.h"

#include "base/error.h"
#include "base/options.h"
#include "base/text.h"
#include "trace/trace.h"
#include "shorthand.h"
#include "support.h"

#include <stdio.h>
#include <string.h>

/* A heap of 100 bytes, or pymalloc with its defaults, after the events of the trace. */
struct played {
	struct heap *heap;
	struct metrics metrics;
};

static struct played play_trace(const char *engine, struct trace *trace)
{
	static const char *const plain[][2] = {{"heap-size", "100"}, {"heap-header", "0"},
		{"heap-align", "1"}};
	struct played played = {0};
	struct options *options = options_new();
	struct event event;
	struct effect effect;
	struct error err;
	size_t count;
	const struct engine_ops *const *engines = engine_list(&count);

	for (size_t i = 0; i < count; i++)
		options_add_table(options, engines[i]->options);
	for (size_t i = 0; strcmp(engine, "heap") == 0 && i < 3; i++)
		assert_int_equal(options_set(options, plain[i][0], plain[i][1], &err), 0);
	assert_int_equal(heap_new(&played.heap, engine, options, &err), 0);
	for (uint64_t at = 0; trace_get(trace, at, &event); at++) {
		heap_apply(played.heap, at, &event, NULL, &effect);
		metrics_add(&played.metrics, &event, &effect, played.heap);
	}
	trace_close(trace);
	options_free(options);
	return played;
}

static struct played play(const char *engine, const char *shorthand)
{
	return play_trace(engine, trace_of(shorthand));
}

static void live_bytes_and_their_peak_follow_the_events(void **state)
{
	static const struct {
		const char *trace;
		/*
		 * live objects, bytes, peak @ events applied, peak objects, bytes requested in all
		 */
		const char *expected;
	} cases[] = {
		{"", "0 0 peak 0@0 0 asked 0"},
		{"a0:10", "1 10 peak 10@1 1 asked 10"},
		{"a0:10 f0", "0 0 peak 10@1 1 asked 10"},
		{"a0:10 a1:20 f0 a2:5", "2 25 peak 30@2 2 asked 35"},
		/* the same value again is not a new peak */
		{"a0:10 f0 a1:10", "1 10 peak 10@1 1 asked 20"},
		{"a0:10 r0:30 r0:5", "1 5 peak 30@2 1 asked 45"},
		{"a0:10 f0 f0", "0 0 peak 10@1 1 asked 10"},
		{"a0:60 a1:60", "1 60 peak 60@1 1 asked 60"}, /* the second did not fit */
		{"a0:10 a0:20", "1 20 peak 20@2 1 asked 30"},
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct played played = play("heap", cases[i].trace);
		const struct metrics *m = &played.metrics;
		struct text told = {0};
		text_add(&told, "%d %d peak %d@%d %d asked %d", (int)m->live, (int)m->live_bytes,
			(int)m->peak_bytes, (int)m->peak_at, (int)m->peak_live,
			(int)m->allocated_bytes);
		assert_text_equal(text_of(&told), cases[i].expected);
		text_finish(&told);
		heap_free(played.heap);
	}
}

static void kinds_faults_and_moves_are_counted(void **state)
{
	struct played played = play("heap", "a0:10 a1:10 r0:20 r0:15 f1 f1 f9 a2:0 a3:500");
	const struct metrics *m = &played.metrics;

	assert_int_equal(m->events, 9);
	assert_int_equal(m->kinds[EVENT_ALLOCATE], 4);
	assert_int_equal(m->kinds[EVENT_REALLOCATE], 2);
	assert_int_equal(m->kinds[EVENT_FREE], 3);
	assert_int_equal(m->moves, 1); /* growing moved the block, shrinking did not */
	assert_int_equal(m->faults[FAULT_DOUBLE_FREE], 1);
	assert_int_equal(m->faults[FAULT_FREE_UNKNOWN], 1);
	assert_int_equal(m->faults[FAULT_SIZE_ZERO], 1);
	assert_int_equal(m->faults[FAULT_NO_MEMORY], 1);
	assert_int_equal(m->faults[FAULT_NONE], 5);
	assert_int_equal(m->happenings[__builtin_ctz(HAPPENED_NO_MEMORY)], 1);
	heap_free(played.heap);
}

/* At one event three objects die, and two of their blocks join holes. */
static void what_happens_more_than_once_at_an_event_is_counted_for_it_alone(void **state)
{
	const char *words = "new 1 16\nnew 2 16\nnew 3 16\na 8 8\nref 1 2\nref 2 3\nunref - 2\n"
			    "unref - 3\nunref - 1\nf 8\nnew 4 16\nunref - 4\na 9 8\nf 9\n";
	struct trace *trace = NULL;
	struct error err;

	assert_int_equal(trace_open_memory(&trace, words, strlen(words), "t", 0, &err), 0);
	struct played played = play_trace("heap", trace);
	assert_int_equal(played.metrics.happenings[HAPPENED_DIED_BIT], 4);
	assert_int_equal(played.metrics.happenings[HAPPENED_COALESCED_BIT], 5);
	heap_free(played.heap);
}

static void fragmentation_has_a_value_worked_out_by_hand(void **state)
{
	static const struct {
		const char *trace;
		const char *expected; /* the figures; largest of free in holes */
	} cases[] = {
		{"", "1.00 0.00 0.00 0.000 1.00; 100 of 100 in 1"},
		{"a0:100", "1.00 0.00 0.00 0.000 1.00; 0 of 0 in 0"},
		{"a0:20 a1:20 a2:60", "1.00 0.00 0.00 0.000 1.00; 0 of 0 in 0"},
		{"a0:20 a1:20 a2:60 f0", "0.80 0.00 0.00 0.000 1.00; 20 of 20 in 1"},
		{"a0:50", "0.50 0.00 0.00 0.000 2.00; 50 of 50 in 1"},
		{"a0:80 f0", "0.00 0.00 0.00 0.000 1.25; 100 of 100 in 1"},
		/* two holes of 20: half of all pairs of free bytes are in different ones */
		{"a0:20 a1:20 a2:20 a3:40 f0 f2", "0.60 0.00 0.50 0.500 1.00; 20 of 40 in 2"},
		/* 10 and 30: 1 - (100 + 900) / 1600 */
		{"a0:10 a1:20 a2:30 a3:40 f0 f2", "0.60 0.00 0.25 0.375 1.00; 30 of 40 in 2"},
		/*
		 * one of 20 and four of 5: external is 0.5 as above, and scatter differs: 1 - 500 /
		 * 1600
		 */
		{"a0:5 a1:1 a2:5 a3:1 a4:5 a5:1 a6:5 a7:1 a8:20 a9:56 f0 f2 f4 f6 f8",
			"0.60 0.00 0.50 0.688 1.00; 20 of 40 in 5"},
		{"a0:20 a1:20 a2:20 a3:40 f0 f2 f1", "0.40 0.00 0.00 0.000 1.00; 60 of 60 in 1"},
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct played played = play("heap", cases[i].trace);
		struct fragmentation f;
		struct text told = {0};
		fragmentation_of(played.heap, &played.metrics, &f);
		text_add(&told, "%.2f %.2f %.2f %.3f %.2f; %d of %d in %d",
			f.figures[FIGURE_UTILISATION], f.figures[FIGURE_INTERNAL],
			f.figures[FIGURE_EXTERNAL], f.figures[FIGURE_SCATTER],
			f.figures[FIGURE_SPAN], (int)f.largest_hole, (int)f.free_bytes,
			(int)f.holes);
		assert_text_equal(text_of(&told), cases[i].expected);
		text_finish(&told);
		heap_free(played.heap);
	}
}

static void what_rounding_costs_is_internal_fragmentation(void **state)
{
	struct played played = play("pymalloc", "a0:1 a1:17 a2:14"); /* 16 + 32 + 16 bytes for 32 */
	struct fragmentation f;

	fragmentation_of(played.heap, &played.metrics, &f);
	assert_int_equal(played.metrics.given_bytes, 64);
	assert_true(f.figures[FIGURE_INTERNAL] == 0.5);
	assert_int_equal(f.holes, 0); /* free blocks of a size class are not holes */
	heap_free(played.heap);
}

/* 64,000 bytes in blocks of 64: any free one serves any request that a pool takes. */
static void free_blocks_of_one_size_are_not_holes(void **state)
{
	struct played played = play("pool", "a0:20 a1:20 f0");
	struct fragmentation f;

	fragmentation_of(played.heap, &played.metrics, &f);
	assert_true(f.figures[FIGURE_EXTERNAL] == 0);
	assert_true(f.figures[FIGURE_SCATTER] == 0);
	assert_int_equal(f.holes, 0);
	heap_free(played.heap);
}

/* One block of 16 bytes in 1 MiB: 16, 32, … 512 KiB are free, a third of all pairs in one block. */
static void free_buddies_are_holes(void **state)
{
	struct played played = play("buddy", "a0:16");
	struct fragmentation f;

	fragmentation_of(played.heap, &played.metrics, &f);
	assert_int_equal(f.holes, 16);
	assert_int_equal((int)(f.figures[FIGURE_EXTERNAL] * 1000), 499);
	assert_int_equal((int)(f.figures[FIGURE_SCATTER] * 1000), 666);
	heap_free(played.heap);
}

static void every_byte_held_is_somewhere(void **state)
{
	static const char *const engines[] = {"pymalloc", "heap"};

	for (size_t e = 0; e < 2; e++) {
		struct played played = play(engines[e], "");
		struct dice dice;
		dice_init(&dice, 5 + e);
		for (unsigned at = 0; at < 3000; at++) {
			const struct event event = {.object = (uint32_t)dice_roll(&dice, 400),
				.text = TEXT_NONE,
				.kind = dice_roll(&dice, 3) ? EVENT_ALLOCATE : EVENT_FREE,
				.domain = dice_roll(&dice, 9) ? DOMAIN_OBJ : DOMAIN_RAW,
				.size = dice_roll(&dice, 600) / (1 + dice_roll(&dice, 20))};
			struct effect effect;
			struct class_waste waste;
			struct heap_sums sums;
			uint64_t asked = 0, class_asked = 0, class_held = 0;
			heap_apply(played.heap, at, &event, NULL, &effect);
			heap_sums(played.heap, &sums);
			for (size_t layer = 0; layer < heap_layer_count(played.heap); layer++) {
				struct whereabouts whereabouts;
				uint64_t sum = 0;
				whereabouts_of(played.heap, layer, &whereabouts);
				for (unsigned part = 0; part < PART_COUNT; part++)
					sum += whereabouts.parts[part];
				assert_int_equal(sum, whereabouts.held);
				assert_true(whereabouts.parts[PART_ROUNDING] <= whereabouts.held);
				/* arenas are mapped */
				assert_int_equal(whereabouts.parts[PART_ABOVE], 0);
				asked += whereabouts.parts[PART_ASKED];
			}
			assert_int_equal(asked, sums.live_bytes);
			for (size_t class = 0; class_waste_of(played.heap, class, &waste);
				class ++) {
				class_asked += waste.asked;
				class_held += waste.held;
				assert_true(
					waste.asked <= waste.held && waste.rounding <= waste.waste);
			}
			struct whereabouts top;
			whereabouts_of(played.heap, 0, &top);
			if (e == 0) {
				assert_int_equal(class_asked, top.parts[PART_ASKED]);
				assert_int_equal(class_held, top.held - top.parts[PART_UNUSED] -
								     top.parts[PART_ALIGNMENT]);
			}
		}
		heap_free(played.heap);
	}
}

static void the_waste_of_a_class_is_worked_out_by_hand(void **state)
{
	/* 3.11: pools of 16 KiB, headers of 48 */
	struct played played = play("pymalloc", "a0:1 a1:16 a2:17 f1");
	struct class_waste waste;

	assert_true(class_waste_of(played.heap, 0, &waste));
	assert_int_equal(waste.held, 16384);
	assert_int_equal(waste.asked, 1);
	assert_int_equal(waste.rounding, 15);
	assert_int_equal(waste.free, 16384 - 48 - 16);
	assert_int_equal(waste.class.headers, 48);
	assert_int_equal(waste.class.tails, 0);
	assert_true(class_waste_of(played.heap, 1, &waste));
	assert_int_equal(waste.asked, 17);
	assert_int_equal(waste.rounding, 15);
	assert_int_equal(waste.class.tails, (16384 - 48) % 32);
	assert_true(class_waste_of(played.heap, 31, &waste));
	assert_int_equal(waste.held, 0);
	assert_false(class_waste_of(played.heap, 32, &waste));
	heap_free(played.heap);
	played = play("heap", "a0:1");
	assert_false(class_waste_of(played.heap, 0, &waste));
	heap_free(played.heap);
}

/* The sizes of live objects, kept beside the heap. */
static void random_sums_equal_those_of_the_live_objects(void **state)
{
	enum { OBJECTS = 300 };
	struct played played = play("pymalloc", "");
	uint64_t sizes[OBJECTS] = {0}, bytes = 0, live = 0, peak = 0, asked = 0;
	bool is_live[OBJECTS] = {false};
	struct dice dice;

	dice_init(&dice, 11);
	for (unsigned at = 0; at < 20000; at++) {
		struct event event = {.object = (uint32_t)dice_roll(&dice, OBJECTS),
			.text = TEXT_NONE};
		struct effect effect;
		uint32_t o = event.object;
		event.kind = !is_live[o]           ? EVENT_ALLOCATE
			     : dice_roll(&dice, 3) ? EVENT_FREE
						   : EVENT_REALLOCATE;
		event.size = event.kind == EVENT_FREE ? 0 : 1 + dice_roll(&dice, 900);
		heap_apply(played.heap, at, &event, NULL, &effect);
		metrics_add(&played.metrics, &event, &effect, played.heap);

		live += (event.kind == EVENT_ALLOCATE) - (event.kind == EVENT_FREE);
		bytes += event.size - sizes[o];
		asked += event.size;
		sizes[o] = event.size;
		is_live[o] = event.kind != EVENT_FREE;
		peak = bytes > peak ? bytes : peak;
		assert_int_equal(played.metrics.live, live);
		assert_int_equal(played.metrics.live_bytes, bytes);
		assert_int_equal(played.metrics.peak_bytes, peak);
		assert_int_equal(played.metrics.allocated_bytes, asked);
		assert_true(
			played.metrics.given_bytes >= bytes && played.metrics.reserved >= bytes);
	}
	heap_free(played.heap);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(live_bytes_and_their_peak_follow_the_events),
		cmocka_unit_test(kinds_faults_and_moves_are_counted),
		cmocka_unit_test(what_happens_more_than_once_at_an_event_is_counted_for_it_alone),
		cmocka_unit_test(fragmentation_has_a_value_worked_out_by_hand),
		cmocka_unit_test(what_rounding_costs_is_internal_fragmentation),
		cmocka_unit_test(free_blocks_of_one_size_are_not_holes),
		cmocka_unit_test(free_buddies_are_holes),
		cmocka_unit_test(every_byte_held_is_somewhere),
		cmocka_unit_test(the_waste_of_a_class_is_worked_out_by_hand),
		cmocka_unit_test(random_sums_equal_those_of_the_live_objects),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
