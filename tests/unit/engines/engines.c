/*
 * What every engine promises, over each entry of engine_list(): random events through the heap,
 * checks after each one, spans that cover regions without gaps, used_between equal to the sum over
 * spans, totals that add up, and a state that can be copied and put back.
 */
#include "base/error.h"
#include "base/options.h"
#include "base/text.h"
#include "heap/decisions.h"
#include "heap/heap.h"
#include "trace/trace.h"
#include "support.h"

#include <stdio.h>
#include <string.h>

/* An engine with options, as on a command line. */
struct setup {
	const char *engine;
	const char *options[4][2];
};

static const struct setup setups[] = {
	{"pymalloc", {{"python", "classic"}}},
	{"pymalloc", {{"python", "3.8"}, {"arenas", "heap"}}},
	{"pymalloc", {{"python", "3.9"}}},
	{"pymalloc", {{"python", "3.11"}}},
	{"pymalloc", {{"python", "3.8"}, {"arenas", "recorded"}}},
	{"pymalloc", {{"python", "3.13"}, {"arenas", "recorded"}, {"malloc", "below"}}},
	{"heap", {{"heap-header", "0"}, {"heap-align", "1"}, {"heap-size", "20000"}}},
	{"heap", {{"heap-header", "8"}, {"heap-align", "16"}}},
	{"heap", {{"heap-header", "4"}, {"heap-align", "8"}, {"heap-size", "30001"}}},
	{"buddy", {{"buddy-size", "64K"}, {"buddy-min", "8"}}},
	{"budget", {{"limit", "30000"}, {"heap-size", "40000"}}},
	{"pool", {{"block", "600"}, {"blocks", "50"}, {"slabs", "0"}}},
	{"pool", {{"block", "100"}, {"blocks", "7"}, {"slabs", "20"}, {"pools", "3"}}},
	{"heap", {{"heap-fit", "next"}, {"heap-coalesce", "demand"}, {"heap-size", "40000"}}},
	{"heap", {{"heap-fit", "best"}, {"heap-order", "size"}, {"heap-coalesce", "demand"}}},
	{"heap", {{"heap-fit", "next"}, {"heap-order", "front"}, {"heap-size", "20000"}}},
	{"heap", {{"heap-fit", "worst"}, {"heap-order", "back"}, {"heap-coalesce", "off"}}},
	{"recorded", {{NULL}}},
	{"recorded", {{"recorded-chunks", "none"}}},
	{"recorded", {{"arenas", "recorded"}, {"python", "3.11"}}},
	{"recorded", {{"arenas", "recorded"}, {"python", "3.8"}}},
	{"heap", {{"ostep", NULL}, {"heap-size", "30000"}, {"heap-order", "size-down"},
			 {"heap-coalesce", "on"}}},
};

#define SETUPS (sizeof(setups) / sizeof(*setups))

static struct heap *heap_for(const struct setup *setup)
{
	struct options *options = options_new();
	struct heap *heap = NULL;
	struct error err;
	size_t count;
	const struct engine_ops *const *engines = engine_list(&count);

	for (size_t i = 0; i < count; i++)
		options_add_table(options, engines[i]->options);
	for (size_t i = 0; i < 4 && setup->options[i][0]; i++)
		assert_int_equal(options_set(options, setup->options[i][0], setup->options[i][1],
					 &err),
			0);
	assert_int_equal(heap_new(&heap, setup->engine, options, &err), 0);
	options_free(options);
	return heap;
}

#define ARENAS UINT64_C(0x7f1200000000)

static uint64_t place_of_arena(uint64_t place)
{
	return ARENAS + place * 0xc0000 + place % 3 * 4096 + place % 5 * 16;
}

/*
 * An arena of the real program comes or goes: aligned or not, of one version or another, some of
 * them overlapping.
 */
static struct event random_arena(struct dice *dice)
{
	struct event event = {.object = OBJECT_NONE, .text = TEXT_NONE, .domain = DOMAIN_ARENA};
	uint64_t place = dice_roll(dice, 40);

	event.kind = dice_roll(dice, 3) ? EVENT_MAP : EVENT_UNMAP;
	event.address = place_of_arena(place);
	event.size = dice_roll(dice, 2) ? 1u << 20 : 256u << 10;
	return event;
}

/*
 * Where the real program had it: mostly where a chunk of glibc or a block of a pool can be,
 * sometimes near others, on top of another, mapped by itself, anywhere, or not known.
 */
static uint64_t random_address(struct dice *dice, const struct event *event)
{
	uint64_t heap = UINT64_C(0x555500000000) + dice_roll(dice, 3) * 0x180000;
	uint64_t class = (event->size + 15) / 16 * 16, pool = dice_roll(dice, 2) ? 16384 : 4096;

	switch (dice_roll(dice, 20)) {
	case 0:
		return 0;
	case 1:
		return dice_roll(dice, UINT64_MAX);
	case 2:
		return heap + dice_roll(dice, 1 << 20);
	case 3:
		return UINT64_C(0x7f5500000010) + dice_roll(dice, 60) * 4096;
	case 4:
	case 5:
	case 6:
	case 7:
	case 8:
	case 9:
		if (class > 0 && class <= 512)
			return (place_of_arena(dice_roll(dice, 40)) / pool + 1 +
				       dice_roll(dice, 12)) *
				       pool +
			       48 + dice_roll(dice, 3000 / class) * class;
	}
	return heap + dice_roll(dice, 400) * 640 + 16;
}

/* References between few objects, so that most of them exist; collections, too. */
static struct event random_counted(struct dice *dice)
{
	static const uint8_t kinds[] = {EVENT_NEW, EVENT_NEW, EVENT_REF, EVENT_REF, EVENT_REF,
		EVENT_UNREF, EVENT_UNREF, EVENT_WEAK, EVENT_COLLECT, EVENT_GC};
	struct event event = {.kind = kinds[dice_roll(dice, sizeof(kinds))],
		.object = (uint32_t)dice_roll(dice, 30),
		.text = TEXT_NONE,
		.other = (uint32_t)dice_roll(dice, 30)};

	if (event.kind == EVENT_NEW)
		event.flags = (uint8_t)(dice_roll(dice, 4) ? EVENT_TRACKED : 0) |
			      (uint8_t[]){0, 0, EVENT_FINALIZER,
				      EVENT_FINALIZER | EVENT_RESURRECTS}[dice_roll(dice, 4)];
	if (event.kind == EVENT_NEW || event.kind == EVENT_WEAK)
		event.size = dice_roll(dice, 520);
	if (event.kind == EVENT_WEAK)
		event.told = dice_roll(dice, 2) ? OBJECT_NONE : (uint32_t)dice_roll(dice, 30);
	if ((event.kind == EVENT_REF || event.kind == EVENT_UNREF) && dice_roll(dice, 2))
		event.other = OBJECT_NONE;
	if (event.kind == EVENT_COLLECT || event.kind == EVENT_GC)
		event.object = OBJECT_NONE;
	if (event.kind == EVENT_COLLECT)
		event.size = dice_roll(dice, GENERATIONS);
	if (event.kind == EVENT_GC) {
		event.other = GC_THRESHOLDS;
		event.size = dice_roll(dice, 9);
		event.older[0] = event.older[1] = 2;
	}
	if (event.kind == EVENT_NEW || event.kind == EVENT_WEAK)
		event.address = random_address(dice, &event);
	return event;
}

/* Random events of every kind, faults among them. */
static struct event random_event(struct dice *dice, uint32_t objects)
{
	struct event event = {.object = (uint32_t)dice_roll(dice, objects), .text = TEXT_NONE};
	uint64_t kind = dice_roll(dice, 100);

	if (dice_roll(dice, 100) == 0)
		return random_arena(dice);
	if (dice_roll(dice, 5) == 0)
		return random_counted(dice);
	event.kind = kind < 50 ? EVENT_ALLOCATE : kind < 85 ? EVENT_FREE : EVENT_REALLOCATE;
	event.size = dice_roll(dice, 10) == 0 ? dice_roll(dice, 3000) : dice_roll(dice, 520);
	if (event.kind == EVENT_ALLOCATE && dice_roll(dice, 20) == 0)
		event.alignment = UINT64_C(1) << dice_roll(dice, 13);
	if (dice_roll(dice, 200) == 0)
		event.flags |= EVENT_FAILED;
	if (dice_roll(dice, 4) == 0)
		event.domain = (uint8_t)(DOMAIN_RAW + dice_roll(dice, 3));
	if (dice_roll(dice, 100) == 0)
		event.object = OBJECT_NONE;
	if (dice_roll(dice, 150) == 0) {
		event.kind = EVENT_MAP;
		event.size = dice_roll(dice, 20000);
	}
	if (event.kind != EVENT_FREE && dice_roll(dice, 60) == 0)
		event.size += 150000;
	if (event.kind != EVENT_FREE)
		event.address = random_address(dice, &event);
	return event;
}

static void must(int result, const struct error *err, const struct setup *setup, unsigned at)
{
	if (result < 0)
		fail_msg("%s, event %u: %s", setup->engine, at, err->text);
}

static void every_engine_is_sound_after_every_event(void **state)
{
	for (size_t i = 0; i < SETUPS; i++) {
		struct heap *heap = heap_for(&setups[i]);
		struct dice dice;
		struct error err;

		dice_init(&dice, 11 + i);
		for (unsigned at = 0; at < 3000; at++) {
			struct event event = random_event(&dice, 300);
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

		dice_init(&dice, 77 + i);
		for (unsigned at = 0; at < 4000; at++) {
			struct event event = random_event(&dice, 800);
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
				assert_int_equal(totals.blocks + totals.available + totals.unused +
							 totals.headers + totals.tails +
							 totals.alignment,
					reserved);
			}
		}
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
		struct decision_log log;
		uint64_t decided = 0;
		struct effect effect;
		struct dice dice;

		dice_init(&dice, 31 + i);
		for (unsigned at = 0; at < 2000; at++) {
			struct event event = random_event(&dice, 600);
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

		dice_init(&dice, 5 + i);
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
		dice_init(&dice, 31 + i);
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

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_engine_is_sound_after_every_event),
		cmocka_unit_test(spans_cover_regions_and_agree_with_used_between),
		cmocka_unit_test(engines_list_what_they_decide),
		cmocka_unit_test(a_copy_put_back_goes_on_the_same_way),
		cmocka_unit_test(listening_changes_nothing),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
