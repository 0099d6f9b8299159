/* Exercises about what ends when: a region's rewind, finalisers, weak references, cards. */
#include "course/kinds.h"

#include "course/maker.h"

#include <inttypes.h>

/* ---- regions and rings ---------------------------------------------------------------------- */

#define BLOCKS_MAX 6u

static uint64_t above_top(const struct maker *maker)
{
	struct totals totals;

	engine_totals(heap_layer(maker->heap, 0), &totals);
	return totals.available;
}

void make_rewind(struct maker *maker)
{
	static const char *const options[][2] = {{"chunk", "512"}, {NULL}};
	uint32_t blocks = (uint32_t)maker_roll(maker, 4, BLOCKS_MAX + 1), last = blocks;
	bool is_freed[BLOCKS_MAX + 1] = {false};

	maker_begin(maker, "region", options);
	for (uint32_t i = 1; i <= blocks; i++)
		maker_allocate(maker, i, 8 * maker_roll(maker, 1, 8));
	for (unsigned i = 0; i < 2; i++) {
		uint32_t object = (uint32_t)maker_roll(maker, 1, blocks);
		if (!is_freed[object])
			maker_free(maker, object);
		is_freed[object] = true;
	}
	/* mostly the one below the top */
	if (maker_roll(maker, 0, 4) == 0)
		for (last = 1; is_freed[last];)
			last++;
	uint64_t before = above_top(maker);
	maker_ask_to_free(maker, last);
	text_add(&maker->exercise->question,
		"A region with one chunk of 512 bytes. When the block below the top is freed, the "
		"top moves back over all freed blocks below it. Next object %" PRIu32
		" is freed. By how many bytes does the top move back?",
		last);
	text_add(&maker->exercise->answer, "%" PRIu64, above_top(maker) - before);
}

#define MESSAGES 9u

/* Messages come and go, mostly in order; where one is kept, those after it wait. */
void make_ring(struct maker *maker)
{
	static const char *const options[][2] = {{"ring-size", "128"}, {NULL}};
	uint32_t live[MESSAGES], next = 1;
	size_t count = 0;
	uint64_t size;

	maker_begin(maker, "ring", options);
	for (; next <= MESSAGES; next++) {
		while (count > 1 && maker_roll(maker, 0, 3)) {
			size_t at = maker_roll(maker, 0, 4) == 0;
			maker_free(maker, live[at]);
			for (count--; at < count; at++)
				live[at] = live[at + 1];
		}
		if (maker_allocate(maker, next, 8 * maker_roll(maker, 2, 6)).outcome ==
			OUTCOME_PLACED)
			live[count++] = next;
	}
	size = 8 * maker_roll(maker, 1, 7);
	const struct effect effect = maker_ask_for(maker, next, size);
	text_add(&maker->exercise->question,
		"A ring of 128 bytes. Next the program asks for %" PRIu64
		" bytes. Where do they go?",
		size);
	maker_answer_offset(maker, &effect);
}

/* ---- finalisers and weak references ---------------------------------------------------------- */

#define OBJECTS 6u

/* Objects 1 to 6, each with its flags; an object refers to later ones only. */
static void make_objects(struct maker *maker, const uint8_t flags[OBJECTS + 1])
{
	for (uint32_t i = 1; i <= OBJECTS; i++) {
		struct event event = maker_counted(EVENT_NEW, i, 0);
		event.flags |= flags[i];
		maker_apply(maker, &event);
	}
	for (uint32_t i = 2; i <= OBJECTS; i++) {
		maker_apply_counted(maker, EVENT_REF, i, (uint32_t)maker_roll(maker, 1, i));
		if (maker_roll(maker, 0, 4))
			maker_apply_counted(maker, EVENT_UNREF, i, OBJECT_NONE);
	}
}

void make_finaliser(struct maker *maker)
{
	static const char *const options[][2] = {{NULL}};
	uint8_t flags[OBJECTS + 1] = {0};
	uint32_t plain = (uint32_t)maker_roll(maker, 1, OBJECTS + 1);
	uint32_t resurrects = (uint32_t)maker_roll(maker, 2, OBJECTS + 1);

	flags[plain] = EVENT_FINALIZER;
	flags[resurrects] = EVENT_FINALIZER | EVENT_RESURRECTS;
	maker_begin(maker, "heap", options);
	make_objects(maker, flags);
	const struct event event = maker_counted(EVENT_UNREF, 1, OBJECT_NONE);
	maker_ask(maker, &event);
	text_add(&maker->exercise->question,
		"References are counted. The finaliser of object %" PRIu32
		" lets a variable refer to it again. Next the program's variable drops object 1. Which "
		"objects die?",
		resurrects);
	maker_answer_died(maker);
}

#define FIRST_WEAK 11u /* object n has the weak reference n + 10 */

void make_weak(struct maker *maker)
{
	static const char *const options[][2] = {{NULL}};
	const uint8_t flags[OBJECTS + 1] = {0};
	const struct event event = maker_counted(EVENT_UNREF, 1, OBJECT_NONE);
	struct live live;

	maker_begin(maker, "heap", options);
	make_objects(maker, flags);
	for (uint32_t i = 1; i <= OBJECTS; i++)
		maker_apply_counted(maker, EVENT_WEAK, FIRST_WEAK + i - 1, i);
	maker_ask(maker, &event);
	text_add(&maker->exercise->question,
		"References are counted. A cache has a weak reference to each of the objects 1 to "
		"%u. Next the program's variable drops object 1. Which of the six does the cache still "
		"find?",
		OBJECTS);
	for (uint32_t i = 1; i <= OBJECTS; i++)
		if (heap_find(maker->heap, i, &live))
			maker_answer_object(maker, i);
	maker_answer_end(maker);
}

/* ---- the card table -------------------------------------------------------------------------- */

#define OLD_OBJECTS 2u

/* Two objects of the old generation, which only their variables refer to; four in Eden. */
void make_cards(struct maker *maker)
{
	const struct event collect = maker_collection(0);

	maker_begin(maker, "generational", maker_java_options);
	for (uint32_t i = 1; i <= OLD_OBJECTS; i++)
		maker_apply_counted(maker, EVENT_NEW, i, 0);
	maker_apply(maker, &collect);
	maker_apply(maker, &collect);
	for (uint32_t i = OLD_OBJECTS + 1; i <= OBJECTS; i++)
		maker_apply_counted(maker, EVENT_NEW, i, 0);
	for (unsigned i = 0; i < 4; i++)
		maker_refer(maker, OLD_OBJECTS + 1, OBJECTS + 1);
	for (uint32_t i = OLD_OBJECTS; i <= OBJECTS; i++)
		if (maker_roll(maker, 0, 4))
			maker_apply_counted(maker, EVENT_UNREF, i, OBJECT_NONE);
	maker_ask(maker, &collect);
	text_add(&maker->exercise->question,
		"A generational heap: objects 1 and 2 are in the old generation, 3 to 6 in Eden; each "
		"reference stored into an old object has dirtied its card. Next there is a minor "
		"collection. Which objects are dropped?");
	maker_answer_died(maker);
}
