/* Exercises about what a Java program refers to: frames, statics, soft and weak references. */
#include "course/kinds.h"

#include "course/maker.h"

#include <inttypes.h>

/* ---- roots ----------------------------------------------------------------------------------- */

#define CLASS_SHOP 100u
#define OBJECTS    6u

static void leave(struct maker *maker, uint32_t thread)
{
	const struct event event = {.kind = EVENT_LEAVE,
		.object = OBJECT_NONE,
		.thread = thread,
		.text = TEXT_NONE};

	maker_apply(maker, &event);
}

static void make_in_frame(struct maker *maker, uint32_t object, uint32_t thread)
{
	struct event event = maker_counted(EVENT_NEW, object, 0);

	event.thread = thread;
	maker_apply(maker, &event);
}

/* Two threads with two frames each, in which six objects are made; some frames end. */
void make_roots(struct maker *maker)
{
	uint32_t thread;
	struct event event;

	maker_begin(maker, "generational", maker_java_options);
	event = maker_counted(EVENT_NEW, CLASS_SHOP, 0);
	event.domain = DOMAIN_META;
	maker_apply(maker, &event);
	maker_enter(maker, "Shop.main", 0, false);
	make_in_frame(maker, 1, 0);
	maker_enter(maker, "Worker.run", 1, false);
	make_in_frame(maker, 2, 1);
	maker_enter(maker, "Shop.sell", 0, false);
	make_in_frame(maker, 3, 0);
	maker_enter(maker, "Socket.read", 1, true);
	for (uint32_t i = 4; i <= OBJECTS; i++)
		make_in_frame(maker, i, (uint32_t)maker_roll(maker, 0, 2));
	maker_apply_counted(maker, EVENT_REF, (uint32_t)maker_roll(maker, 3, OBJECTS + 1),
		CLASS_SHOP);
	for (unsigned i = 0; i < 2; i++)
		maker_refer(maker, 3, OBJECTS + 1);
	thread = (uint32_t)maker_roll(maker, 0, 2);
	leave(maker, thread);
	if (maker_roll(maker, 0, 2))
		leave(maker, maker_roll(maker, 0, 3) ? 1 - thread : thread);
	event = maker_collection(GENERATIONS - 1);
	maker_ask(maker, &event);
	text_add(&maker->exercise->question,
		"A Java heap. Object 100 is the class Shop; its references are statics. Each new "
		"object is in a variable of its thread's newest frame, and a line without a thread "
		"is thread 0's. Next everything is collected. Which of the objects 1 to %u are "
		"dropped?",
		OBJECTS);
	maker_answer_died(maker);
}

/* ---- soft references ------------------------------------------------------------------------- */

#define KEPT      5u  /* objects 1 to 5, of 16 bytes */
#define CACHE     9u  /* refers to the references */
#define FIRST     11u /* object n has the soft or weak reference n + 10, of 8 bytes */
#define LINKS     2u  /* from one of the five to another */
#define OLD_BYTES 256u

/* How many of the five a variable with one of them keeps. */
static unsigned reached_from(uint32_t kept, uint32_t links[LINKS][2])
{
	unsigned reached = 1u << kept, count = 0;

	for (unsigned round = 0; round < LINKS; round++)
		for (unsigned i = 0; i < LINKS; i++)
			if (reached >> links[i][0] & 1)
				reached |= 1u << links[i][1];
	for (; reached; reached &= reached - 1)
		count++;
	return count;
}

static void make_counted(struct maker *maker, uint32_t object, uint64_t size, bool is_class)
{
	struct event event = maker_counted(EVENT_NEW, object, 0);

	event.size = size;
	event.domain = is_class ? DOMAIN_META : DOMAIN_C;
	maker_apply(maker, &event);
}

/* The object, and a reference to it, which only the cache has. */
static void make_cached(struct maker *maker, uint32_t object, bool is_soft)
{
	uint32_t reference = FIRST + object - 1;
	struct event event;

	make_counted(maker, object, 16, false);
	event = maker_counted(EVENT_WEAK, reference, object);
	event.size = 8;
	if (is_soft)
		event.flags |= EVENT_SOFT;
	maker_apply(maker, &event);
	maker_apply_counted(maker, EVENT_REF, reference, CACHE);
	maker_apply_counted(maker, EVENT_UNREF, reference, OBJECT_NONE);
}

/* Those of the five that are soft, or that are not. */
static void add_numbers(struct text *out, const bool is_soft[KEPT + 1], bool wanted)
{
	unsigned count = 0;

	for (uint32_t i = 1; i <= KEPT; i++)
		if (is_soft[i] == wanted)
			text_add(out, "%s %" PRIu32, count++ ? "," : "", i);
	text_add(out, "%s", count ? "" : " none");
}

/*
 * A collection comes; or a request as large as Eden, which is served when all that survives is
 * elsewhere: an old object leaves room there for what variables lead to, and for no more.
 */
void make_soft(struct maker *maker)
{
	static const char *const options[][2] = {{"eden", "256"}, {"survivor", "8"}, {"old", "256"},
		{"metaspace", "64"}, {NULL}};
	bool is_short = maker_roll(maker, 0, 2);
	uint32_t kept = (uint32_t)maker_roll(maker, 1, KEPT + 1), links[LINKS][2];
	bool is_soft[KEPT + 1] = {false};
	struct text *question = &maker->exercise->question;
	const struct event collect_all = maker_collection(GENERATIONS - 1);
	struct event event = collect_all;

	for (uint32_t i = 1; i <= KEPT; i++)
		is_soft[i] = maker_roll(maker, 0, 2);
	for (unsigned i = 0; i < LINKS; i++) {
		links[i][0] = (uint32_t)maker_roll(maker, 1, KEPT + 1);
		links[i][1] = (links[i][0] + (uint32_t)maker_roll(maker, 0, KEPT - 1)) % KEPT + 1;
	}
	maker_begin(maker, "generational", options);
	make_counted(maker, CACHE, 16, true);
	if (is_short) {
		make_counted(maker, FIRST + KEPT,
			OLD_BYTES - 8 * KEPT - 16 * reached_from(kept, links), false);
		maker_apply(maker, &collect_all);
		event = maker_counted(EVENT_NEW, FIRST + KEPT + 1, 0);
		event.size = 256;
	}
	for (uint32_t i = 1; i <= KEPT; i++)
		make_cached(maker, i, is_soft[i]);
	for (unsigned i = 0; i < LINKS; i++)
		maker_apply_counted(maker, EVENT_REF, links[i][1], links[i][0]);
	for (uint32_t i = 1; i <= KEPT; i++)
		if (i != kept)
			maker_apply_counted(maker, EVENT_UNREF, i, OBJECT_NONE);
	maker_ask(maker, &event);
	text_add(question, "A Java heap. A cache has soft references to");
	add_numbers(question, is_soft, true);
	text_add(question, " and weak ones to");
	add_numbers(question, is_soft, false);
	text_add(question,
		". Object %" PRIu32 " refers to %" PRIu32 ", and %" PRIu32 " to %" PRIu32
		"; a variable has object %" PRIu32 ". Next %s. Which of the five are dropped?",
		links[0][0], links[0][1], links[1][0], links[1][1], kept,
		is_short ? "comes a request for which there is room only if all goes that may go"
			 : "everything is collected; memory is not short");
	maker_answer_died(maker);
	maker->exercise->is_long = true;
}
