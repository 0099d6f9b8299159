/*
 * What malloc_trim() gives back is not held until it is used again, whatever the program does
 * meanwhile: random calls of several threads, in the library's heap and in heaps as recorded.
 */
#include "heap/malloc_trim.h"

#include "base/error.h"
#include "base/options.h"
#include "base/text.h"
#include "dice.h"
#include "heap/metrics.h"
#include "support.h"
#include "trace/trace.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define EVENTS  1200u
#define OBJECTS 150u
#define THREADS 3u

static struct heap *new_heap(const char *engine, const char *below)
{
	struct options *options = options_new();
	const struct engine_ops *const *engines;
	struct heap *heap;
	struct error err;
	size_t count;

	engines = engine_list(&count);
	for (size_t i = 0; i < count; i++)
		if (engines[i]->options)
			options_add_table(options, engines[i]->options);
	if (below) {
		assert_int_equal(options_set(options, "below", below, &err), 0);
		assert_int_equal(options_set(options, "arenas", "heap", &err), 0);
		assert_int_equal(options_set(options, "python", "3.8", &err), 0);
	}
	assert_int_equal(heap_new(&heap, engine, options, &err), 0);
	options_free(options);
	return heap;
}

static struct trace *trace_of_text(struct text *text)
{
	struct trace *trace = NULL;
	struct error err;

	assert_int_equal(trace_open_memory(&trace, text->bytes, text->length, "t", 0, &err), 0);
	text_finish(text);
	return trace;
}

/*
 * Blocks of a few bytes to a few pages, now and then one that is mapped; from time to time most of
 * them are freed, and the library is asked for what it can give back.
 */
static struct trace *random_trace(unsigned seed)
{
	static const unsigned sizes[] = {40, 600, 5000, 30000, 300000};
	struct text text = {0};
	struct dice dice;
	bool frees = false;

	dice_init(&dice, seed);
	for (unsigned i = 0; i < EVENTS; i++) {
		unsigned id = (unsigned)dice_roll(&dice, OBJECTS);
		unsigned thread = (unsigned)dice_roll(&dice, THREADS);
		unsigned most = sizes[dice_roll(&dice, dice_roll(&dice, 20) ? 4 : 5)];
		uint64_t what = dice_roll(&dice, 60);
		frees = i % 100 == 0 ? !frees : frees;
		if (what == 0)
			text_add(&text, "libc malloc_trim %u thread=%u\n",
				dice_roll(&dice, 2) ? 0 : 20000, thread);
		else if (what == 1)
			text_add(&text, "libc thread_end thread=%u\n", thread);
		else if (what < 10)
			text_add(&text, "r %u %u thread=%u\n", id,
				1 + (unsigned)dice_roll(&dice, most), thread);
		else if (what < (frees ? 50 : 25))
			text_add(&text, "f %u thread=%u\n", id, thread);
		else
			text_add(&text, "a %u %u thread=%u\n", id,
				1 + (unsigned)dice_roll(&dice, most), thread);
	}
	return trace_of_text(&text);
}

/* The same calls, with the addresses that the library gave. */
static struct trace *as_recorded(struct trace *trace)
{
	struct heap *heap = new_heap("glibc", NULL);
	struct text text = {0};
	struct event event;
	struct effect effect;
	struct live live;

	for (uint64_t at = 0; trace_get(trace, at, &event); at++) {
		uint64_t was = heap_find(heap, event.object, &live) ? live.address : 0;
		heap_apply(heap, at, &event, NULL, &effect);
		if (event.kind == EVENT_LIBC && event.other == LIBC_TRIM)
			text_add(&text, "libc malloc_trim 0\n");
		if (event.kind == EVENT_ALLOCATE && was)
			text_add(&text, "f %u\n", event.object);
		if (event.kind == EVENT_FREE && was)
			text_add(&text, "f %u\n", event.object);
		if (event.kind <= EVENT_REALLOCATE && effect.outcome == OUTCOME_PLACED)
			text_add(&text, "%c %u %" PRIu64 " at=0x%" PRIx64 "\n",
				event.kind == EVENT_ALLOCATE ? 'a' : 'r', event.object, event.size,
				effect.address);
	}
	heap_free(heap);
	return trace_of_text(&text);
}

/*
 * Each layer's parts add up to what it holds, and the last layer's is what the system gave: the
 * arenas above are its blocks.
 */
static void assert_held(const struct heap *heap, const struct metrics *metrics)
{
	struct heap_sums sums;
	struct totals totals;
	uint64_t held = 0;

	heap_sums(heap, &sums);
	engine_totals(heap_layer(heap, heap_layer_count(heap) - 1), &totals);
	for (size_t i = 0; i < heap_layer_count(heap); i++) {
		struct whereabouts whereabouts;
		uint64_t sum = 0;
		whereabouts_of(heap, i, &whereabouts);
		for (unsigned part = 0; part < PART_COUNT; part++)
			sum += whereabouts.parts[part];
		assert_int_equal(sum, whereabouts.held);
		held = whereabouts.held;
	}
	assert_int_equal(held, sums.reserved);
	assert_int_equal(metrics->reserved, sums.reserved);
	if (heap_layer_count(heap) == 1)
		assert_int_equal(totals.reserved, sums.reserved + sums.given_up);
}

static bool is_trim(const struct event *event)
{
	return event->kind == EVENT_LIBC && event->other == LIBC_TRIM;
}

/* Gives how many calls gave pages back. */
static unsigned assert_sound(struct heap *heap, struct trace *trace)
{
	struct metrics metrics = {0};
	struct heap_sums before, after;
	struct event event;
	struct effect effect;
	struct error err = {0};
	unsigned gave_back = 0;

	for (uint64_t at = 0; trace_get(trace, at, &event); at++) {
		uint64_t expected = is_trim(&event) ? malloc_trim_left(heap, NULL) : 0;
		heap_sums(heap, &before);
		heap_apply(heap, at, &event, NULL, &effect);
		metrics_add(&metrics, &event, &effect, heap);
		heap_sums(heap, &after);
		if ((at % 8 == 0 || is_trim(&event)) && heap_check(heap, &err) < 0)
			fail_msg("event %" PRIu64 ": %s", at, err.text);
		assert_held(heap, &metrics);
		if (!is_trim(&event))
			continue;
		gave_back += after.given_up > before.given_up;
		if (event.size == 0) {
			assert_int_equal(before.reserved - after.reserved, expected);
			assert_int_equal(malloc_trim_left(heap, NULL), 0);
		}
	}
	heap_free(heap);
	return gave_back;
}

static void what_is_given_back_is_not_held_until_it_is_used_again(void **state)
{
	unsigned gave_back = 0;

	for (unsigned seed = 1; seed <= 4; seed++) {
		struct trace *trace = random_trace(seed), *recorded = as_recorded(trace);
		gave_back += assert_sound(new_heap("glibc", NULL), trace);
		gave_back += assert_sound(new_heap("recorded", NULL), recorded);
		gave_back += assert_sound(new_heap("pymalloc", "glibc"), trace);
		trace_close(recorded);
		trace_close(trace);
	}
	assert_true(gave_back > 20);
}

static void a_passage_gives_back_as_much_as_its_events_one_by_one(void **state)
{
	struct flat *flats[8], *others[8];

	for (unsigned seed = 1; seed <= 6; seed++) {
		struct trace *trace = random_trace(seed);
		struct heap *one = new_heap("glibc", NULL), *other = new_heap("glibc", NULL);
		struct metrics by_events = {0}, by_passage = {0};
		struct event event;
		struct effect effect;
		for (uint64_t at = 0; trace_get(trace, at, &event); at++) {
			heap_apply(one, at, &event, NULL, &effect);
			metrics_add(&by_events, &event, &effect, one);
		}
		metrics_play(&by_passage, other, trace, 0, trace_length(trace), NULL);
		size_t count = heap_flats(one, flats, 8);
		assert_int_equal(heap_flats(other, others, 8), count);
		for (size_t i = 0; i < count; i++)
			assert_true(flat_equal(flats[i], others[i]));
		assert_memory_equal(&by_events, &by_passage, sizeof(by_events));
		heap_free(one);
		heap_free(other);
		trace_close(trace);
	}
}

/* Plays words to their end, where everything must be sound. */
static struct heap_sums sums_after(struct heap *heap, const char *words)
{
	struct trace *trace = NULL;
	struct metrics metrics = {0};
	struct heap_sums sums;
	struct error err = {0};

	assert_int_equal(trace_open_memory(&trace, words, strlen(words), "t", 0, &err), 0);
	metrics_play(&metrics, heap, trace, 0, trace_length(trace), NULL);
	heap_sums(heap, &sums);
	assert_held(heap, &metrics);
	if (heap_check(heap, &err) < 0)
		fail_msg("%s", err.text);
	heap_free(heap);
	trace_close(trace);
	return sums;
}

/* Those that are given back. */
static uint64_t pages_after(struct heap *heap, const char *words)
{
	return sums_after(heap, words).given_up / 4096;
}

#define TWO_FREED "a 1 100000\na 2 100000\na 3 16\nf 1\nlibc malloc_trim 0\n"

static void another_program_begins_with_nothing_given_back(void **state)
{
	assert_int_equal(pages_after(new_heap("glibc", NULL), TWO_FREED), 23);
	assert_int_equal(pages_after(new_heap("glibc", NULL),
				 TWO_FREED "libc exec 0x555500000000\n"),
		0);
}

/* The end of a thread's heap, which goes back, has pages that were given back before. */
static void what_goes_back_with_a_heap_is_not_counted_twice(void **state)
{
#define OF_THREAD \
	"a 0 16\na 1 100000 thread=1\na 2 100000 thread=1\na 3 100000 thread=1\n" \
	"a 4 5000 thread=1\nf 3 thread=1\nlibc malloc_trim 0\n"
	assert_int_equal(pages_after(new_heap("glibc", NULL), OF_THREAD), 23);
	assert_int_equal(pages_after(new_heap("glibc", NULL),
				 OF_THREAD "f 4 thread=1\nf 2 thread=1\nf 1 thread=1\n"),
		0);
}

/*
 * Of top the library keeps more than its smallest chunk, 32 bytes, in pages that stay: behind a
 * block of 0xd38 bytes, which ends at 0xfd0, it begins with 48.
 */
static void the_end_is_given_back_but_for_the_smallest_chunk(void **state)
{
	static const struct {
		unsigned size, pages;
	} blocks[] = {{0xc48, 1}, {0xd28, 1}, {0xd38, 1}, {0xd48, 2}, {0xd58, 2}};

	for (size_t i = 0; i < sizeof(blocks) / sizeof(*blocks); i++) {
		char words[64];
		snprintf(words, sizeof(words), "a 1 %u\nlibc malloc_trim 0\n", blocks[i].size);
		assert_int_equal(sums_after(new_heap("glibc", NULL), words).reserved,
			blocks[i].pages * 4096);
	}
}

/* An arena is a block of the library's heap, here in 65 of its pages, and no object. */
static void an_arena_has_the_pages_that_were_given_back(void **state)
{
#define HOLE \
	"libc mmap_threshold 10000000\na 1 600000 domain=raw\na 2 5000 domain=raw\n" \
	"f 1 domain=raw\nlibc malloc_trim 0\n"
	uint64_t before = pages_after(new_heap("pymalloc", "glibc"), HOLE);

	assert_int_equal(before, 145);
	assert_int_equal(pages_after(new_heap("pymalloc", "glibc"), HOLE "a 3 100 domain=obj\n"),
		before - 65);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_given_back_is_not_held_until_it_is_used_again),
		cmocka_unit_test(a_passage_gives_back_as_much_as_its_events_one_by_one),
		cmocka_unit_test(another_program_begins_with_nothing_given_back),
		cmocka_unit_test(what_goes_back_with_a_heap_is_not_counted_twice),
		cmocka_unit_test(the_end_is_given_back_but_for_the_smallest_chunk),
		cmocka_unit_test(an_arena_has_the_pages_that_were_given_back),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
