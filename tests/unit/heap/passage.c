/* Passages of plain events, compared with one event after the other: figures, places, state. */
#include "heap/passage.h"

#include "base/error.h"
#include "base/options.h"
#include "dice.h"
#include "heap/placements.h"
#include "support.h"

#include <string.h>

#define EVENTS  60000u
#define OBJECTS 4000u /* live ones at most */
#define FLATS   8u

/*
 * Waves that end with nothing live; some requests are large, aligned or of another domain, some
 * objects are numbered far ahead, and some are freed or allocated twice.
 */
static void make_events(struct event *events, struct dice *dice)
{
	static uint32_t live[OBJECTS];
	uint32_t nlive = 0, next = 0;

	for (size_t i = 0; i < EVENTS; i++) {
		bool grows = i / 5000 % 2 == 0;
		struct event *event = &events[i];
		*event = (struct event){.text = TEXT_NONE, .domain = DOMAIN_OBJ};
		if (nlive < OBJECTS && dice_roll(dice, 100) < (grows ? 70 : 20)) {
			event->kind = EVENT_ALLOCATE;
			event->size = dice_roll(dice, dice_roll(dice, 20) ? 520 : 5000);
			event->alignment = dice_roll(dice, 50) ? 0 : 64;
			event->domain = dice_roll(dice, 30) ? DOMAIN_OBJ : DOMAIN_RAW;
			event->object = dice_roll(dice, 40) ? next++ : next + 65536u;
			live[nlive++] = event->object;
		} else if (nlive > 0) {
			size_t at = (size_t)dice_roll(dice, nlive);
			event->kind = dice_roll(dice, 60) ? EVENT_FREE : EVENT_REALLOCATE;
			event->size = event->kind == EVENT_FREE ? 0 : 1 + dice_roll(dice, 600);
			event->object = live[at];
			event->address = dice_roll(dice, 2) ? 0 : 0x1000;
			if (event->kind == EVENT_FREE && dice_roll(dice, 200))
				live[at] = live[--nlive];
		} else {
			event->kind = EVENT_MARK;
			event->object = OBJECT_NONE;
		}
	}
}

static struct heap *new_heap(const char *python)
{
	struct options *options = options_new();
	struct heap *heap = NULL;
	struct error err;

	options_add_table(options, engine_find("pymalloc")->options);
	if (options_set(options, "python", python, &err) < 0 ||
		heap_new(&heap, "pymalloc", options, &err) < 0)
		fail_msg("%s", err.text);
	options_free(options);
	return heap;
}

static void apply_singly(struct heap *heap, struct metrics *metrics, uint64_t number,
	const struct event *event, struct extremes *extremes)
{
	struct effect effect;

	heap_apply(heap, number, event, NULL, &effect);
	metrics_add(metrics, event, &effect, heap);
	extremes->happened |= effect.happened;
	extremes->faults += fault_is_serious(effect.fault);
	if (metrics->live_bytes > extremes->live_bytes)
		extremes->live_bytes = metrics->live_bytes;
	if (metrics->reserved > extremes->reserved)
		extremes->reserved = metrics->reserved;
}

static void assert_same_passages(const char *python, const struct event *events, struct dice *dice)
{
	struct heap *one = new_heap(python), *other = new_heap(python);
	struct flat *flats[FLATS], *other_flats[FLATS];
	size_t nflats = heap_flats(one, flats, FLATS);
	struct metrics metrics = {0}, passed = {0};
	struct error err;

	heap_flats(other, other_flats, FLATS);
	for (size_t at = 0, n; at < EVENTS; at += n) {
		struct extremes extremes = {0}, found = {0};
		n = 1 + (size_t)dice_roll(dice, 3000);
		n = n < EVENTS - at ? n : EVENTS - at;
		for (size_t i = 0; i < n; i++)
			apply_singly(one, &metrics, at + i, &events[at + i], &extremes);
		heap_pass(other, &passed, &(struct passage){at, &events[at], n, EVENTS - at},
			&found, NULL);
		assert_memory_equal(&passed, &metrics, sizeof(metrics));
		assert_memory_equal(&found, &extremes, sizeof(found));
		for (size_t f = 0; f < nflats; f++)
			assert_true(flat_equal(flats[f], other_flats[f]));
	}
	if (heap_check(other, &err) < 0)
		fail_msg("%s", err.text);
	heap_free(one);
	heap_free(other);
}

static void a_run_of_plain_events_does_what_each_of_them_does(void **state)
{
	static const char *const pythons[] = {"2.7", "3.8", "3.11"};
	static struct event events[EVENTS];
	struct dice dice;

	for (size_t i = 0; i < sizeof(pythons) / sizeof(*pythons); i++) {
		dice_init(&dice, 5 + i);
		make_events(events, &dice);
		assert_same_passages(pythons[i], events, &dice);
	}
}

struct placed_blocks {
	uint64_t next; /* the number of the event that may come next */
	uint64_t addresses[EVENTS];
};

static void note_place(void *user, uint64_t number, const struct event *event, uint64_t address)
{
	struct placed_blocks *blocks = user;

	assert_true(number >= blocks->next && event->kind == EVENT_ALLOCATE);
	blocks->addresses[number] = address;
	blocks->next = number + 1;
}

/* What heap_place() has applied, applied to another heap; whether an arena came or went. */
static bool compare_placed(struct heap *one, uint64_t number, const struct event *event,
	uint64_t address)
{
	struct effect effect;

	heap_apply(one, number, event, NULL, &effect);
	assert_int_equal(effect.fault, FAULT_NONE);
	assert_int_equal(effect.layer, 0);
	assert_int_equal(event->kind == EVENT_ALLOCATE ? effect.address : 0, address);
	return effect.happened & (HAPPENED_ARENA_MAPPED | HAPPENED_ARENA_UNMAPPED);
}

static void assert_same_places(struct heap *one, struct heap *other, const struct event *events,
	size_t *ret_placed)
{
	static struct placed_blocks blocks;
	struct effect effect;

	memset(&blocks, 0, sizeof(blocks));
	*ret_placed = 0;
	for (size_t at = 0; at < EVENTS;) {
		const struct passage passage = {at, &events[at], EVENTS - at, EVENTS - at};
		size_t placed = heap_place(other, &passage, note_place, &blocks);
		*ret_placed += placed;
		for (size_t end = at + placed; at < end; at++) {
			bool ends = compare_placed(one, at, &events[at], blocks.addresses[at]);
			assert_true(!ends || at + 1 == end);
		}
		if (at == EVENTS)
			break;
		heap_apply(one, at, &events[at], NULL, &effect);
		heap_apply(other, at, &events[at], NULL, &effect);
		at++;
	}
}

static void a_run_places_its_blocks_where_each_event_does(void **state)
{
	static struct event events[EVENTS];
	struct heap *one = new_heap("3.8"), *other = new_heap("3.8");
	struct flat *flats[FLATS], *other_flats[FLATS];
	size_t nflats = heap_flats(one, flats, FLATS), placed;
	struct dice dice;

	heap_flats(other, other_flats, FLATS);
	dice_init(&dice, 11);
	make_events(events, &dice);
	assert_same_places(one, other, events, &placed);
	assert_true(placed > EVENTS / 3);
	for (size_t f = 0; f < nflats; f++)
		assert_true(flat_equal(flats[f], other_flats[f]));
	heap_free(one);
	heap_free(other);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_run_of_plain_events_does_what_each_of_them_does),
		cmocka_unit_test(a_run_places_its_blocks_where_each_event_does),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
