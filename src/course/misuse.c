/* Exercises about what programs do wrong: wrong sizes, wrong frees, stale pointers. */
#include "course/kinds.h"

#include "course/maker.h"

#include <inttypes.h>

#define BLOCKS 4u

static const char *const plain_heap[][2] = {{"heap-size", "160"}, {"heap-header", "0"},
	{"heap-align", "1"}, {"heap-fit", "first"}, {NULL}};

/* ---- sizes ---------------------------------------------------------------------------------- */

static void free_as(struct maker *maker, uint32_t object, uint64_t size)
{
	struct event event = maker_release(object);

	event.size = size;
	event.flags |= EVENT_SIZED;
	maker_apply(maker, &event);
}

/* A counter that adds what a free says; the last request is served, or refused. */
void make_drift(struct maker *maker)
{
	static const char *const options[][2] = {{"limit", "100"}, {"trust-sizes", ""},
		{"heap-size", "4096"}, {NULL}};
	uint32_t first = (uint32_t)maker_roll(maker, 1, BLOCKS + 1);
	struct gauge gauge;
	uint64_t sizes[BLOCKS + 1];

	maker_begin(maker, "budget", options);
	for (uint32_t i = 1; i <= BLOCKS; i++) {
		sizes[i] = maker_roll(maker, 10, 26);
		maker_allocate(maker, i, sizes[i]);
	}
	for (uint32_t i = 0; i < 2; i++) {
		uint32_t object = (first + i) % BLOCKS + 1;
		bool is_true = maker_roll(maker, 0, 3) == 0;
		free_as(maker, object, is_true ? sizes[object] : maker_roll(maker, 5, 61));
	}
	maker_ask_for(maker, BLOCKS + 1, maker_roll(maker, 20, 90));
	engine_gauge(heap_layer(maker->heap, 0), &gauge);
	text_add(&maker->exercise->question,
		"A budget of 100 bytes. Its counter believes the size that a free names. After the "
		"next request, how many bytes does the counter think are left?");
	text_add(&maker->exercise->answer, "%" PRIu64, gauge.left);
}

/*
 * A length that a program subtracts, and passes as a size_t: what its block takes, or none. Zero
 * and small numbers come as often as negative ones.
 */
void make_takes(struct maker *maker)
{
	static const char *const options[][2] = {{"heap-size", "256"}, {"heap-header", "8"},
		{"heap-align", "8"}, {NULL}};
	uint64_t from = maker_roll(maker, 40, 90), way = maker_roll(maker, 0, 5), less;
	struct totals before, after;

	less = way == 0   ? from
	       : way == 1 ? from + maker_roll(maker, 1, 9)
			  : maker_roll(maker, 1, from);
	maker_begin(maker, "heap", options);
	for (uint32_t i = 1; i <= 2; i++)
		maker_allocate(maker, i, maker_roll(maker, 0, 20));
	engine_totals(heap_layer(maker->heap, 0), &before);
	const struct effect effect = maker_ask_for(maker, 3, from - less);
	engine_totals(heap_layer(maker->heap, 0), &after);
	text_add(&maker->exercise->question,
		"A heap of 256 bytes; each block has a header of 8 bytes before it, and takes a "
		"multiple of 8, at least 16. Next the program asks for %" PRIu64 " - %" PRIu64
		" bytes. How many does the block take, header included?",
		from, less);
	if (effect.outcome == OUTCOME_PLACED)
		text_add(&maker->exercise->answer, "%" PRIu64, before.available - after.available);
	maker_answer_end(maker);
}

/* ---- frees ---------------------------------------------------------------------------------- */

#define FREES 7u

static struct event free_of(struct maker *maker)
{
	struct event event = maker_release((uint32_t)maker_roll(maker, 1, BLOCKS + 1));
	uint64_t way = maker_roll(maker, 0, 8);

	if (way == 0) {
		event.object = OBJECT_NONE; /* free(NULL) */
	} else if (way == 1) {
		event.object = (uint32_t)maker_roll(maker, 7, 10); /* nobody has it */
		event.flags = 0;
	}
	return event;
}

void make_faults(struct maker *maker)
{
	unsigned faults = 0;

	maker_begin(maker, "heap", plain_heap);
	for (uint32_t i = 1; i <= BLOCKS; i++)
		maker_allocate(maker, i, i == 2 ? 0 : maker_roll(maker, 10, 30));
	for (unsigned i = 0; i < FREES; i++) {
		const struct event event = free_of(maker);
		faults += fault_is_serious(maker_apply_or_ask(maker, &event, i + 1 == FREES).fault);
	}
	text_add(&maker->exercise->question,
		"A heap of 160 bytes, first fit. `f -1` is free(NULL). Counting the next one, how "
		"many of these %u events are mistakes of the program?",
		BLOCKS + FREES);
	text_add(&maker->exercise->answer, "%u", faults);
}

/* ---- stale pointers ------------------------------------------------------------------------- */

/* Frees one object, and gives its place to others, or not; gives the freed one and where it was. */
static uint32_t leave_stale_pointer(struct maker *maker, uint64_t *ret_address, uint64_t *ret_size)
{
	uint32_t stale = (uint32_t)maker_roll(maker, 1, BLOCKS);
	uint32_t more = (uint32_t)maker_roll(maker, 1, 4);

	maker_begin(maker, "heap", plain_heap);
	for (uint32_t i = 1; i <= BLOCKS; i++) {
		uint64_t size = maker_roll(maker, 12, 25);
		uint64_t address = maker_allocate(maker, i, size).address;
		if (i != stale)
			continue;
		*ret_address = address;
		*ret_size = size;
	}
	maker_free(maker, stale);
	for (uint32_t i = 0; i < more; i++)
		maker_allocate(maker, BLOCKS + 1 + i, maker_roll(maker, 8, 28));
	return stale;
}

/* Which objects' bytes a write through the pointer changes. */
void make_overwritten(struct maker *maker)
{
	uint64_t address, size;
	uint32_t stale = leave_stale_pointer(maker, &address, &size), last = OBJECT_NONE;
	uint64_t from = maker_roll(maker, 0, size), length = maker_roll(maker, 4, 13);
	struct live live;

	for (uint64_t i = 0; i < length; i++)
		if (heap_find_address(maker->heap, address + from + i, &live) &&
			live.object != last) {
			last = live.object;
			maker_answer_object(maker, last);
		}
	maker_answer_end(maker);
	const struct event event = {.kind = EVENT_USE,
		.object = stale,
		.other = USE_WRITE,
		.offset = (int64_t)from,
		.size = length,
		.flags = EVENT_SEEN_BEFORE,
		.text = TEXT_NONE};
	maker_ask(maker, &event);
	text_add(&maker->exercise->question,
		"The heap has 160 bytes, no headers, and uses first fit. Object %" PRIu32
		" was freed, and the program still has its address. Next it writes %" PRIu64
		" bytes there, from byte %" PRIu64 " on. Which objects have bytes overwritten?",
		stale, length, from);
}

/* Whose block it is that the pointer frees when it is freed once more. */
void make_stale_free(struct maker *maker)
{
	uint64_t address, size;
	uint32_t stale = leave_stale_pointer(maker, &address, &size);
	struct live live;
	bool is_there = heap_find_address(maker->heap, address, &live);

	maker_ask_to_free(maker, stale);
	if (is_there && !heap_find(maker->heap, live.object, &live))
		maker_answer_object(maker, live.object);
	maker_answer_end(maker);
	text_add(&maker->exercise->question,
		"The heap has 160 bytes, no headers, and uses first fit. The program frees the "
		"pointer to object %" PRIu32 " again. Which object loses its block?",
		stale);
}

/* ---- a constructor that forgets ------------------------------------------------------------- */

/* With junk in its members the first request is a crash, with zeros every request is refused. */
void make_unset(struct maker *maker)
{
	static const struct {
		const char *name, *words;
	} constructors[] = {
		{"sets", "sets its members"},
		{"sets", "sets its members"},
		{"zeros", "forgets to set them, where memory is full of zeros"},
		{"junk", "forgets to set them, where memory is full of junk"},
	};
	size_t which = (size_t)maker_roll(maker, 0, sizeof(constructors) / sizeof(*constructors));
	const char *const options[][2] = {{"block", "32"}, {"blocks", "4"},
		{"constructor", constructors[which].name}, {NULL}};
	uint32_t requests = (uint32_t)maker_roll(maker, 3, 9);
	unsigned failed = 0;

	maker_begin(maker, "pool", options);
	for (uint32_t i = 1; i <= requests; i++) {
		const struct event event = maker_allocation(i, maker_roll(maker, 16, 41));
		failed +=
			maker_apply_or_ask(maker, &event, i == requests).outcome != OUTCOME_PLACED;
	}
	text_add(&maker->exercise->question,
		"A pool of four blocks of 32 bytes. Its constructor %s. Counting the next one, how "
		"many of these %" PRIu32 " requests get no block?",
		constructors[which].words, requests);
	text_add(&maker->exercise->answer, "%u", failed);
}
