/* Long passages of plain events, compared with one event after the other: figures and state. */
#include "heap/passage.h"

#include "base/error.h"
#include "base/options.h"
#include "dice.h"
#include "support.h"

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

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_run_of_plain_events_does_what_each_of_them_does),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
