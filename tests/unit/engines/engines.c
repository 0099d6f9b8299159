/*
 * The promises of every engine, in each setup of setups.c: random events through the heap, checks
 * after each one, spans that cover regions without gaps, used_between equal to the sum over spans,
 * totals that add up, and a state that can be copied and restored.
 */
#include "base/error.h"
#include "base/text.h"
#include "heap/decisions.h"
#include "heap/heap.h"
#include "heap/passage.h"
#include "trace/trace.h"
#include "setups.h"
#include "support.h"

#include <stdio.h>
#include <string.h>

static void must(int result, const struct error *err, const struct setup *setup, unsigned at)
{
	if (result < 0)
		fail_msg("%s, event %u: %s", setup_name(setup), at, err->text);
}

static void every_engine_is_sound_after_every_event(void **state)
{
	for (size_t i = 0; i < SETUPS; i++) {
		struct heap *heap = heap_for(&setups[i]);
		struct dice dice;
		struct error err;

		dice_init_for(&dice, &setups[i], 11);
		for (unsigned at = 0; at < 3000; at++) {
			struct event event = random_event_or_setting(&setups[i], &dice, 300);
			struct effect effect;
			heap_apply(heap, at, &event, NULL, &effect);
			must(heap_check(heap, &err), &err, &setups[i], at);
		}
		heap_free(heap);
	}
}

/* Sums over the spans of one region. */
struct sum {
	uint64_t at; /* where the next span must begin */
	uint64_t used;
	uint64_t from, to; /* range of the second sum */
	uint64_t used_between;
	bool has_gap;
};

static bool add_span(const struct span *span, void *user)
{
	struct sum *sum = user;
	uint64_t begin = span->base > sum->from ? span->base : sum->from;
	uint64_t end = span->base + span->size < sum->to ? span->base + span->size : sum->to;

	sum->has_gap = sum->has_gap || span->base != sum->at;
	sum->at = span->base + span->size;
	if (span->state == SPAN_USED) {
		sum->used += span->size;
		if (begin < end)
			sum->used_between += end - begin;
	}
	return true;
}

static void spans_cover_regions_and_agree_with_used_between(void **state)
{
	for (size_t i = 0; i < SETUPS; i++) {
		struct heap *heap = heap_for(&setups[i]);
		struct dice dice;

		dice_init_for(&dice, &setups[i], 77);
		for (unsigned at = 0; at < 4000; at++) {
			struct event event = random_event_or_setting(&setups[i], &dice, 800);
			struct effect effect;
			heap_apply(heap, at, &event, NULL, &effect);
			if (at % 97 != 0)
				continue;
			for (size_t layer = 0; layer < heap_layer_count(heap); layer++) {
				const struct engine *engine = heap_layer(heap, layer);
				uint64_t reserved = 0;
				struct totals totals;
				for (size_t r = 0; r < engine_region_count(engine); r++) {
					struct region region;
					engine_region(engine, r, &region);
					struct sum sum = {.at = region.base};
					sum.from = region.base + dice_roll(&dice, region.size);
					sum.to = sum.from + dice_roll(&dice, region.size);
					engine_spans(engine, region.base, region.base + region.size,
						add_span, &sum);
					assert_false(sum.has_gap);
					assert_int_equal(sum.at, region.base + region.size);
					assert_int_equal(sum.used, region.used);
					uint64_t to = sum.to < region.base + region.size
							      ? sum.to
							      : region.base + region.size;
					assert_int_equal(engine_used_between(engine, sum.from, to),
						sum.used_between);
					reserved += region.size;
				}
				engine_totals(engine, &totals);
				assert_int_equal(totals.reserved, reserved);
				/* as large as their mean at least, where there are holes */
				if (!engine_has_pages(engine))
					assert_true(totals.largest_free * totals.free_spans >=
						    totals.available);
				assert_true(totals.largest_free <= totals.available);
				assert_int_equal(totals.blocks + totals.available + totals.unused +
							 totals.headers + totals.tails +
							 totals.alignment,
					reserved);
			}
		}
		heap_free(heap);
	}
}

#define SPANS_MAX 8192u

/* The first so many spans of a walk; it is stopped after them. */
struct seen {
	struct span items[SPANS_MAX];
	size_t count, limit;
};

static bool see_span(const struct span *span, void *user)
{
	struct seen *seen = user;

	assert_true(seen->count < seen->limit);
	assert_true(span->size > 0);
	if (span->state == SPAN_USED)
		assert_true(span->payload - span->base < span->size);
	else
		assert_int_equal(span->payload, 0);
	seen->items[seen->count++] = *span;
	return seen->count < seen->limit;
}

static bool is_same_span(const struct span *one, const struct span *other)
{
	return one->state == other->state && one->base == other->base && one->size == other->size &&
	       one->payload == other->payload && one->order == other->order;
}

/* A walk over [from, to) must visit those of all spans that overlap it, as many as the limit. */
static void check_window(const struct engine *engine, const struct seen *all, uint64_t from,
	uint64_t to, size_t limit)
{
	static struct seen seen;
	size_t expected = 0;

	seen.count = 0;
	seen.limit = limit;
	engine_spans(engine, from, to, see_span, &seen);
	for (size_t i = 0; i < all->count && expected < limit; i++) {
		const struct span *span = &all->items[i];
		if (span->base >= to || span->base + span->size <= from)
			continue;
		assert_true(expected < seen.count);
		assert_true(is_same_span(&seen.items[expected++], span));
	}
	assert_int_equal(seen.count, expected);
}

/* Windows that begin and end at borders of spans, a byte beside them, and anywhere. */
static void check_windows(const struct engine *engine, const struct seen *all, struct dice *dice)
{
	for (unsigned i = 0; i < 25; i++) {
		const struct span *first = &all->items[dice_roll(dice, all->count)];
		const struct span *last = &all->items[dice_roll(dice, all->count)];
		uint64_t from = first->base + (i % 2 ? dice_roll(dice, 3) : first->size) - 1;
		uint64_t to = last->base + (i % 3 ? dice_roll(dice, 3) : last->size);
		if (i % 5 == 0)
			to = from + 1 + dice_roll(dice, 3);
		if (from < to)
			check_window(engine, all, from, to, SPANS_MAX);
		check_window(engine, all, 0, UINT64_MAX, 1 + dice_roll(dice, all->count));
	}
}

static void a_window_shows_what_overlaps_it(void **state)
{
	static struct seen all;

	for (size_t i = 0; i < SETUPS; i++) {
		struct heap *heap = heap_for(&setups[i]);
		struct dice dice;
		size_t checked = 0;

		dice_init_for(&dice, &setups[i], 78);
		for (unsigned at = 0; at < 2000; at++) {
			struct event event = random_event_or_setting(&setups[i], &dice, 400);
			struct effect effect;
			heap_apply(heap, at, &event, NULL, &effect);
			for (size_t k = 0; at % 197 == 0 && k < heap_layer_count(heap); k++) {
				const struct engine *engine = heap_layer(heap, k);
				all.count = 0;
				all.limit = SPANS_MAX;
				engine_spans(engine, 0, UINT64_MAX, see_span, &all);
				assert_true(all.count < SPANS_MAX);
				checked += all.count;
				if (all.count > 0)
					check_windows(engine, &all, &dice);
			}
		}
		assert_true(checked > 0);
		heap_free(heap);
	}
}

static bool is_listed(const struct decision_kind *const *kinds, const struct decision_kind *kind)
{
	for (; kinds && *kinds; kinds++)
		if (*kinds == kind)
			return true;
	return false;
}

static void assert_listed(const struct heap *heap, const struct decision_kind *kind)
{
	bool found = is_listed(shared_decisions, kind) || is_listed(heap_decisions, kind);

	for (size_t i = 0; i < heap_layer_count(heap); i++)
		found = found || is_listed(heap_layer(heap, i)->ops->decisions, kind);
	if (!found)
		fail_msg("%s lists no decision %s", engine_name(heap_layer(heap, 0)), kind->name);
}

static void engines_list_what_they_decide(void **state)
{
	for (size_t i = 0; i < SETUPS; i++) {
		struct heap *heap = heap_for(&setups[i]);
		struct decision_log log = {0};
		uint64_t decided = 0;
		struct effect effect;
		struct dice dice;

		dice_init_for(&dice, &setups[i], 31);
		for (unsigned at = 0; at < 2000; at++) {
			struct event event = random_event_or_setting(&setups[i], &dice, 600);
			heap_apply(heap, at, &event, &log, &effect);
			for (size_t j = 0; j < log.count; j++)
				assert_listed(heap, log.items[j].kind);
			decided += log.count;
		}
		assert_true(decided > 0);
		heap_free(heap);
	}
}

static void a_copy_put_back_goes_on_the_same_way(void **state)
{
	for (size_t i = 0; i < SETUPS; i++) {
		struct heap *heap = heap_for(&setups[i]);
		struct flat *flats[8];
		size_t nflats = heap_flats(heap, flats, 8);
		struct dice dice, kept;
		struct effect effect;
		size_t bytes = 0;

		dice_init_for(&dice, &setups[i], 5);
		for (unsigned at = 0; at < 3000; at++) {
			struct event event = random_event(&dice, 500);
			heap_apply(heap, at, &event, NULL, &effect);
		}
		struct snapshot *middle = snapshot_new(flats, nflats, NULL, &bytes);
		kept = dice;
		for (unsigned at = 3000; at < 6000; at++) {
			struct event event = random_event(&dice, 500);
			heap_apply(heap, at, &event, NULL, &effect);
		}
		struct snapshot *end = snapshot_new(flats, nflats, middle, &bytes);
		snapshot_restore(middle, flats, nflats);
		assert_false(snapshot_matches(end, flats, nflats));
		for (unsigned at = 3000; at < 6000; at++) {
			struct event event = random_event(&kept, 500);
			heap_apply(heap, at, &event, NULL, &effect);
		}
		assert_true(snapshot_matches(end, flats, nflats));
		snapshot_free(middle, &bytes);
		snapshot_free(end, &bytes);
		heap_free(heap);
	}
}

static void listening_changes_nothing(void **state)
{
	for (size_t i = 0; i < SETUPS; i++) {
		struct heap *one = heap_for(&setups[i]), *other = heap_for(&setups[i]);
		struct flat *flats[8], *other_flats[8];
		size_t nflats = heap_flats(one, flats, 8);
		static struct decision_log log;
		struct dice dice;

		heap_flats(other, other_flats, 8);
		dice_init_for(&dice, &setups[i], 31);
		for (unsigned at = 0; at < 3000; at++) {
			struct event event = random_event(&dice, 500);
			struct effect effect, other_effect;
			heap_apply(one, at, &event, &log, &effect);
			heap_apply(other, at, &event, NULL, &other_effect);
			assert_int_equal(effect.address, other_effect.address);
			assert_int_equal(effect.happened, other_effect.happened);
			assert_int_equal(log.lost, 0);
		}
		for (size_t f = 0; f < nflats; f++)
			assert_true(flat_equal(flats[f], other_flats[f]));
		heap_free(one);
		heap_free(other);
	}
}

#define PASSED       64u   /* events in a passage */
#define COUNTED_FROM 4800u /* before it the program has no counted objects */

/* What the events do one by one, and what a passage must find: their highest figures. */
static void apply_singly(struct heap *heap, struct metrics *metrics, uint64_t number,
	const struct event *events, struct extremes *extremes)
{
	for (size_t i = 0; i < PASSED; i++) {
		struct effect effect;
		heap_apply(heap, number + i, &events[i], NULL, &effect);
		metrics_add(metrics, &events[i], &effect, heap);
		extremes->happened |= effect.happened;
		extremes->faults += fault_is_serious(effect.fault);
		if (metrics->live_bytes > extremes->live_bytes)
			extremes->live_bytes = metrics->live_bytes;
		if (metrics->reserved > extremes->reserved)
			extremes->reserved = metrics->reserved;
	}
}

static void a_passage_does_what_its_events_do(void **state)
{
	for (size_t i = 0; i < SETUPS; i++) {
		struct heap *one = heap_for(&setups[i]), *other = heap_for(&setups[i]);
		struct flat *flats[8], *other_flats[8];
		size_t nflats = heap_flats(one, flats, 8);
		struct metrics metrics = {0}, passed = {0};
		struct dice dice;

		heap_flats(other, other_flats, 8);
		dice_init_for(&dice, &setups[i], 57);
		for (uint64_t at = 0; at < 6400; at += PASSED) {
			struct extremes extremes = {0}, found = {0};
			struct event events[PASSED];
			for (size_t j = 0; j < PASSED; j++)
				do
					events[j] = random_event(&dice, at < 3200 ? 2000 : 300);
				while (at < COUNTED_FROM && event_is_counted(&events[j]));
			apply_singly(one, &metrics, at, events, &extremes);
			heap_pass(other, &passed, &(struct passage){at, events, PASSED, PASSED},
				&found, NULL);
			assert_memory_equal(&passed, &metrics, sizeof(metrics));
			assert_memory_equal(&found, &extremes, sizeof(found));
			for (size_t f = 0; f < nflats; f++)
				assert_true(flat_equal(flats[f], other_flats[f]));
		}
		heap_free(one);
		heap_free(other);
	}
}

/* As a layer of some setup; plug-ins, which need a file, have tests of their own. */
static bool has_setup(const struct engine_ops *engine)
{
	for (size_t i = 0; i < SETUPS; i++) {
		struct heap *heap = heap_for(&setups[i]);
		bool is_there = false;
		for (size_t layer = 0; layer < heap_layer_count(heap); layer++)
			is_there = is_there || heap_layer(heap, layer)->ops == engine;
		heap_free(heap);
		if (is_there)
			return true;
	}
	return engine->runs_code;
}

static void every_engine_has_a_setup(void **state)
{
	size_t count;
	const struct engine_ops *const *engines = engine_list(&count);

	for (size_t i = 0; i < count; i++)
		if (!has_setup(engines[i]))
			fail_msg("%s needs a line in tests/unit/engines/setups.c",
				engines[i]->name);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_engine_has_a_setup),
		cmocka_unit_test(every_engine_is_sound_after_every_event),
		cmocka_unit_test(spans_cover_regions_and_agree_with_used_between),
		cmocka_unit_test(a_window_shows_what_overlaps_it),
		cmocka_unit_test(engines_list_what_they_decide),
		cmocka_unit_test(a_copy_put_back_goes_on_the_same_way),
		cmocka_unit_test(listening_changes_nothing),
		cmocka_unit_test(a_passage_does_what_its_events_do),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
