/* The heap with a free list, compared with the simplest model: a sorted list that is walked. */
#include "base/error.h"
#include "base/options.h"
#include "base/text.h"
#include "engines/freelist/decisions.h"
#include "heap/heap.h"
#include "support.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct heap *heap_with(const char *size, const char *header, const char *align)
{
	struct options *options = options_new();
	struct heap *heap = NULL;
	struct error err;

	options_add_table(options, engine_find("heap")->options);
	options_set(options, "heap-size", size, &err);
	options_set(options, "heap-header", header, &err);
	options_set(options, "heap-align", align, &err);
	assert_int_equal(heap_new(&heap, "heap", options, &err), 0);
	options_free(options);
	return heap;
}

static enum outcome apply(struct heap *heap, char kind, uint32_t object, uint64_t size)
{
	struct event event = {.object = object, .size = size, .text = TEXT_NONE};
	struct effect effect;

	event.kind = kind == 'a' ? EVENT_ALLOCATE : kind == 'f' ? EVENT_FREE : EVENT_REALLOCATE;
	heap_apply(heap, 0, &event, NULL, &effect);
	return effect.outcome;
}

/* '#' a byte in a block, '.' a free one, '|' the last byte of a block. */
static bool draw_span(const struct span *span, void *user)
{
	struct text *text = user;

	for (uint64_t i = 0; i < span->size; i++) {
		bool is_last = i + 1 == span->size && span->state == SPAN_USED;
		text_add(text, "%c",
			span->state == SPAN_FREE   ? '.'
			: is_last                  ? '|'
			: span->state == SPAN_USED ? '#'
						   : 'x');
	}
	return true;
}

static void assert_drawn(const struct heap *heap, const char *expected)
{
	const struct engine *engine = heap_layer(heap, 0);
	struct text text = {0};

	engine_spans(engine, 0, UINT64_MAX, draw_span, &text);
	assert_text_equal(text_of(&text), expected);
	text_finish(&text);
}

static void the_first_hole_that_is_large_enough_is_split_at_its_low_end(void **state)
{
	struct heap *heap = heap_with("20", "0", "1");

	apply(heap, 'a', 0, 4);
	apply(heap, 'a', 1, 6);
	apply(heap, 'a', 2, 4);
	apply(heap, 'f', 1, 0);
	assert_drawn(heap, "###|......###|......");
	apply(heap, 'a', 3, 2);
	assert_drawn(heap, "###|#|....###|......");
	apply(heap, 'a', 4, 5);
	assert_drawn(heap, "###|#|....###|####|.");
	heap_free(heap);
}

static void freeing_the_middle_block_joins_both_holes(void **state)
{
	struct heap *heap = heap_with("12", "0", "1");

	for (uint32_t i = 0; i < 3; i++)
		apply(heap, 'a', i, 4);
	apply(heap, 'f', 0, 0);
	apply(heap, 'f', 2, 0);
	assert_drawn(heap, "....###|....");
	apply(heap, 'f', 1, 0);
	assert_drawn(heap, "............");
	heap_free(heap);
}

static void enough_free_bytes_in_pieces_do_not_serve_a_request(void **state)
{
	struct heap *heap = heap_with("12", "0", "1");

	for (uint32_t i = 0; i < 3; i++)
		apply(heap, 'a', i, 4);
	apply(heap, 'f', 0, 0);
	apply(heap, 'f', 2, 0);
	assert_int_equal(apply(heap, 'a', 9, 5), OUTCOME_NO_MEMORY);
	assert_drawn(heap, "....###|....");
	heap_free(heap);
}

static void realloc_shrinks_and_grows_in_place_where_it_can(void **state)
{
	struct heap *heap = heap_with("16", "0", "1");

	apply(heap, 'a', 0, 8);
	apply(heap, 'a', 1, 4);
	apply(heap, 'r', 0, 3);
	assert_drawn(heap, "##|.....###|....");
	apply(heap, 'r', 0, 7);
	assert_drawn(heap, "######|.###|....");
	assert_int_equal(apply(heap, 'r', 0, 9), OUTCOME_NO_MEMORY);
	assert_drawn(heap, "######|.###|....");
	apply(heap, 'r', 1, 8);
	assert_drawn(heap, "######|.#######|");
	apply(heap, 'r', 0, 0);
	assert_drawn(heap, "........#######|");
	heap_free(heap);
}

static void payloads_are_aligned_behind_their_headers(void **state)
{
	struct heap *heap = heap_with("64", "4", "8");
	struct live live;

	apply(heap, 'a', 0, 1);
	apply(heap, 'a', 1, 12);
	for (uint32_t i = 0; i < 2; i++) {
		assert_true(heap_find(heap, i, &live));
		assert_int_equal(live.address % 8, 0);
	}
	assert_drawn(heap, "xxxx#######|###############|................................xxxx");
	heap_free(heap);
}

static void sizes_near_the_end_of_numbers_are_refused(void **state)
{
	static const uint64_t sizes[] = {UINT64_MAX, UINT64_MAX - 7, UINT64_MAX / 2,
		UINT64_C(1) << 56, UINT64_C(1) << 44};
	struct heap *heap = heap_with("0", "8", "16");

	for (size_t i = 0; i < sizeof(sizes) / sizeof(*sizes); i++)
		assert_int_equal(apply(heap, 'a', (uint32_t)i, sizes[i]), OUTCOME_NO_MEMORY);
	heap_free(heap);
}

/* ---- the model: holes in an array, walked ---------------------------------------------------- */

struct hole {
	uint64_t base, size;
};

#define OBJECTS 20000u

struct model {
	uint64_t header, unit;
	struct hole holes[OBJECTS];
	size_t count;
	uint64_t blocks[OBJECTS]; /* base + 1 by object; 0: none */
	uint64_t sizes[OBJECTS];
};

/* The base of the block + 1; 0: no place. *ret_size becomes the size of the block. */
static uint64_t model_allocate(struct model *model, uint64_t *ret_size, uint64_t alignment,
	uint64_t *ret_looked)
{
	uint64_t size = (*ret_size + model->header + model->unit - 1) / model->unit * model->unit;

	*ret_size = size;
	alignment = alignment > model->unit ? alignment : model->unit;
	for (size_t i = 0; i < model->count; i++) {
		struct hole hole = model->holes[i];
		uint64_t payload =
			(hole.base + model->header + alignment - 1) / alignment * alignment;
		uint64_t base = payload - model->header;
		*ret_looked = i + 1;
		if (base + size > hole.base + hole.size)
			continue;
		struct hole parts[2] = {{hole.base, base - hole.base},
			{base + size, hole.base + hole.size - base - size}};
		size_t nparts = (parts[0].size > 0) + (parts[1].size > 0);
		memmove(&model->holes[i + nparts], &model->holes[i + 1],
			(model->count - i - 1) * sizeof(hole));
		for (size_t p = 0, to = i; p < 2; p++)
			if (parts[p].size > 0)
				model->holes[to++] = parts[p];
		model->count += nparts - 1;
		return base + 1;
	}
	*ret_looked = model->count;
	return 0;
}

static void model_free(struct model *model, uint64_t base, uint64_t size)
{
	size_t i = 0;

	while (i < model->count && model->holes[i].base < base)
		i++;
	memmove(&model->holes[i + 1], &model->holes[i],
		(model->count - i) * sizeof(model->holes[0]));
	model->holes[i] = (struct hole){base, size};
	model->count++;
	for (size_t j = 0; j + 1 < model->count;) {
		if (model->holes[j].base + model->holes[j].size == model->holes[j + 1].base) {
			model->holes[j].size += model->holes[j + 1].size;
			memmove(&model->holes[j + 1], &model->holes[j + 2],
				(model->count - j - 2) * sizeof(model->holes[0]));
			model->count--;
		} else {
			j++;
		}
	}
}

static uint64_t looked_at(const struct decision_log *log)
{
	for (size_t i = 0; i < log->count; i++)
		if (log->items[i].kind == &decision_searched)
			return log->items[i].a;
	return 0;
}

static void assert_same_list(const struct heap *heap, const struct model *model)
{
	static struct list_entry entries[OBJECTS];
	const struct engine *engine = heap_layer(heap, 0);
	size_t n = engine_list_entries(engine, 0, 0, entries, OBJECTS);

	assert_int_equal(n, model->count);
	for (size_t i = 0; i < n; i++) {
		assert_int_equal(entries[i].address, model->holes[i].base);
		assert_int_equal(entries[i].size, model->holes[i].size);
	}
}

/* A heap of a fixed size, and the operations on it. */
struct case_of_heap {
	const char *size, *header, *align;
	uint64_t capacity, header_bytes, unit;
	uint32_t objects; /* about half of them are live */
	unsigned events;
};

static void assert_goes_where_a_walk_puts_it(const struct case_of_heap *c)
{
	static struct model model;
	static struct decision_log log;
	struct heap *heap = heap_with(c->size, c->header, c->align);
	uint64_t lead = (c->unit - c->header_bytes % c->unit) % c->unit;
	struct dice dice;

	model = (struct model){.header = c->header_bytes, .unit = c->unit, .count = 1};
	model.holes[0] = (struct hole){UINT64_C(0x10000000) + lead,
		(c->capacity - lead) / c->unit * c->unit};
	dice_init(&dice, 2026);
	for (unsigned at = 0; at < c->events; at++) {
		uint32_t object = (uint32_t)dice_roll(&dice, c->objects);
		struct event event = {.object = object, .text = TEXT_NONE};
		struct effect effect;

		if (model.blocks[object]) {
			event.kind = EVENT_FREE;
			heap_apply(heap, at, &event, &log, &effect);
			assert_int_equal(effect.outcome, OUTCOME_RELEASED);
			model_free(&model, model.blocks[object] - 1, model.sizes[object]);
			model.blocks[object] = 0;
		} else {
			uint64_t looked;
			event.kind = EVENT_ALLOCATE;
			event.size = 1 + dice_roll(&dice, dice_roll(&dice, 8) == 0 ? 2000 : 200);
			event.alignment =
				dice_roll(&dice, 10) == 0 ? UINT64_C(1) << dice_roll(&dice, 9) : 0;
			model.sizes[object] = event.size;
			uint64_t placed = model_allocate(&model, &model.sizes[object],
				event.alignment, &looked);
			heap_apply(heap, at, &event, &log, &effect);
			assert_int_equal(effect.outcome,
				placed ? OUTCOME_PLACED : OUTCOME_NO_MEMORY);
			assert_int_equal(looked_at(&log), looked);
			if (placed)
				assert_int_equal(effect.address, placed - 1 + c->header_bytes);
			model.blocks[object] = placed;
		}
		if (at % 50000 == 0)
			assert_same_list(heap, &model);
	}
	assert_same_list(heap, &model);
	heap_free(heap);
}

static void a_million_random_events_go_where_a_walk_puts_them(void **state)
{
	assert_goes_where_a_walk_puts_it(
		&(struct case_of_heap){"65536", "0", "1", 65536, 0, 1, 600, 1000000});
}

static void so_they_do_behind_headers(void **state)
{
	assert_goes_where_a_walk_puts_it(
		&(struct case_of_heap){"65541", "8", "16", 65541, 8, 16, 600, 300000});
	assert_goes_where_a_walk_puts_it(
		&(struct case_of_heap){"90000", "20", "8", 90000, 20, 8, 500, 300000});
}

static void so_they_do_among_ten_thousand_blocks(void **state)
{
	assert_goes_where_a_walk_puts_it(
		&(struct case_of_heap){"1G", "8", "16", UINT64_C(1) << 30, 8, 16, OBJECTS, 200000});
}

/* ---- --heap-trim --------------------------------------------------------------------------- */

static struct heap *trimmed_heap(const char *trim, const char *fit, const char *order,
	const char *coalesce)
{
	struct options *options = options_new();
	struct heap *heap = NULL;
	struct error err;

	options_add_table(options, engine_find("heap")->options);
	assert_int_equal(options_set(options, "heap-trim", trim, &err), 0);
	assert_int_equal(options_set(options, "heap-fit", fit, &err), 0);
	assert_int_equal(options_set(options, "heap-order", order, &err), 0);
	assert_int_equal(options_set(options, "heap-coalesce", coalesce, &err), 0);
	assert_int_equal(heap_new(&heap, "heap", options, &err), 0);
	options_free(options);
	return heap;
}

static uint64_t held(const struct heap *heap)
{
	struct totals totals;

	engine_totals(heap_layer(heap, 0), &totals);
	return totals.reserved;
}

static void assert_sound(const struct heap *heap)
{
	struct error err;

	if (engine_check(heap_layer(heap, 0), &err) < 0)
		fail_msg("%s", err.text);
}

static void a_heap_returns_its_free_end_when_it_is_large_enough(void **state)
{
	struct heap *heap = trimmed_heap("8192", "first", "address", "on");

	for (uint32_t i = 0; i < 20; i++)
		apply(heap, 'a', i, 4000);
	assert_int_equal(held(heap), 20 * 4096);
	apply(heap, 'f', 10, 0); /* a hole, but not at the end */
	assert_int_equal(held(heap), 20 * 4096);
	apply(heap, 'f', 19, 0); /* the end, but less than 8 KiB of it */
	assert_int_equal(held(heap), 20 * 4096);
	apply(heap, 'f', 18, 0);
	assert_int_equal(held(heap), 18 * 4096);
	assert_sound(heap);
	for (uint32_t i = 11; i < 18; i++)
		apply(heap, 'f', i, 0);
	assert_int_equal(held(heap), 10 * 4096);
	for (uint32_t i = 0; i < 10; i++)
		apply(heap, 'f', i, 0);
	assert_int_equal(held(heap), 4096);
	assert_sound(heap);
	apply(heap, 'a', 50, 100000);
	apply(heap, 'r', 50, 10);
	assert_int_equal(held(heap), 4096);
	assert_sound(heap);
	heap_free(heap);

	heap = trimmed_heap("0", "first", "address", "on");
	apply(heap, 'a', 0, 100000);
	apply(heap, 'f', 0, 0);
	assert_int_equal(held(heap), 102400);
	heap_free(heap);
}

/* The first hole that is large enough is the same one, whether the last is long or short. */
static void first_fit_places_blocks_the_same_in_a_heap_that_shrinks(void **state)
{
	struct heap *one = trimmed_heap("0", "first", "address", "on");
	struct heap *other = trimmed_heap("1", "first", "address", "on");
	struct dice dice;
	struct live a, b;

	dice_init(&dice, 5);
	for (unsigned at = 0; at < 20000; at++) {
		uint32_t object = (uint32_t)dice_roll(&dice, 300);
		bool is_live = heap_find(one, object, &a);
		char kind = !is_live ? 'a' : dice_roll(&dice, 4) ? 'f' : 'r';
		uint64_t size = 1 + dice_roll(&dice, 3000);
		if (kind == 'a' && at / 2000 % 2)
			continue; /* shrinking */
		apply(one, kind, object, size);
		apply(other, kind, object, size);
		if (heap_find(one, object, &a)) {
			assert_true(heap_find(other, object, &b));
			assert_int_equal(a.address, b.address);
		}
		assert_true(held(other) <= held(one));
	}
	assert_sound(other);
	heap_free(one);
	heap_free(other);
}

static void every_policy_is_sound_in_a_heap_that_shrinks(void **state)
{
	static const char *const fits[] = {"first", "next", "best", "worst"};
	static const char *const orders[] = {"address", "size", "size-down", "front", "back"};
	static const char *const coalesces[] = {"on", "off", "demand"};

	for (unsigned i = 0; i < 4 * 5 * 3; i++) {
		struct heap *heap =
			trimmed_heap("5000", fits[i % 4], orders[i / 4 % 5], coalesces[i / 20]);
		struct dice dice;
		struct live live;
		uint64_t peak = 0;

		dice_init(&dice, 40 + i);
		for (unsigned at = 0; at < 1200; at++) {
			uint32_t object = (uint32_t)dice_roll(&dice, 60);
			bool is_live = heap_find(heap, object, &live);
			if (!is_live && at / 300 % 2)
				continue;
			apply(heap,
				!is_live              ? 'a'
				: dice_roll(&dice, 4) ? 'f'
						      : 'r',
				object, 1 + dice_roll(&dice, 4000));
			assert_sound(heap);
			peak = held(heap) > peak ? held(heap) : peak;
		}
		for (uint32_t object = 60; object-- > 0;)
			if (heap_find(heap, object, &live))
				apply(heap, 'f', object, 0);
		assert_sound(heap);
		if (strcmp(coalesces[i / 20], "on") == 0)
			assert_int_equal(held(heap), 4096);
		assert_true(peak > 4096);
		heap_free(heap);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_first_hole_that_is_large_enough_is_split_at_its_low_end),
		cmocka_unit_test(freeing_the_middle_block_joins_both_holes),
		cmocka_unit_test(enough_free_bytes_in_pieces_do_not_serve_a_request),
		cmocka_unit_test(realloc_shrinks_and_grows_in_place_where_it_can),
		cmocka_unit_test(payloads_are_aligned_behind_their_headers),
		cmocka_unit_test(sizes_near_the_end_of_numbers_are_refused),
		cmocka_unit_test(a_heap_returns_its_free_end_when_it_is_large_enough),
		cmocka_unit_test(first_fit_places_blocks_the_same_in_a_heap_that_shrinks),
		cmocka_unit_test(every_policy_is_sound_in_a_heap_that_shrinks),
		cmocka_unit_test(a_million_random_events_go_where_a_walk_puts_them),
		cmocka_unit_test(so_they_do_behind_headers),
		cmocka_unit_test(so_they_do_among_ten_thousand_blocks),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
