/* Exercises about the order of a free list, a vector that grows, and a heap that does. */
#include "course/kinds.h"

#include "course/maker.h"

#include <inttypes.h>
#include <stdio.h>

#define BLOCKS 6u

/* Nothing is joined, so the order of the frees is that of the list. */
void make_list_order(struct maker *maker)
{
	bool is_front = maker_roll(maker, 0, 2);
	const char *const options[][2] = {{"heap-size", "120"}, {"heap-header", "0"},
		{"heap-align", "1"}, {"heap-fit", "first"},
		{"heap-order", is_front ? "front" : "back"}, {"heap-coalesce", "off"}, {NULL}};
	uint32_t first = (uint32_t)maker_roll(maker, 0, BLOCKS);
	uint32_t step = maker_roll(maker, 0, 2) ? 1 : 5;
	uint64_t left = 120, size;

	maker_begin(maker, "heap", options);
	for (uint32_t i = 1; i <= BLOCKS; i++, left -= size) {
		size = i < BLOCKS ? maker_roll(maker, 10, 22) : left; /* the heap is full */
		maker_allocate(maker, i, size);
	}
	for (uint32_t i = 0; i < 4; i++)
		maker_free(maker, (first + i * step) % BLOCKS + 1);
	size = maker_roll(maker, 8, 20);
	const struct effect effect = maker_ask_for(maker, BLOCKS + 1, size);
	text_add(&maker->exercise->question,
		"The heap has 120 bytes, no headers, and joins nothing. A freed block goes to the "
		"%s of the free list, and first fit searches that from its front. Next the program "
		"asks for %" PRIu64 " bytes. Where do they go?",
		is_front ? "front" : "back", size);
	maker_answer_offset(maker, &effect);
}

/* ---- vectors -------------------------------------------------------------------------------- */

struct growth {
	const char *words;
	uint64_t by, of; /* the next size is by/of of the last one, rounded down */
};

static const struct growth doubles = {"doubles", 2, 1}, by_half = {"grows by half", 3, 2};

static uint64_t next_elements(const struct growth *growth, uint64_t elements)
{
	return elements * growth->by / growth->of;
}

static bool would_fit(const struct maker *maker, uint64_t size)
{
	struct totals totals;

	engine_totals(heap_layer(maker->heap, 0), &totals);
	return size <= totals.largest_free;
}

/* The new block is taken before the old one is freed. */
void make_vector_end(struct maker *maker)
{
	uint64_t heap_size = 8 * maker_roll(maker, 60, 200), elements = maker_roll(maker, 2, 10);
	char bytes[24];
	const char *const options[][2] = {{"heap-size", bytes}, {"heap-header", "0"},
		{"heap-align", "1"}, {"heap-fit", "first"}, {NULL}};
	const struct growth *growth = maker_roll(maker, 0, 3) ? &doubles : &by_half;
	uint32_t vector = 1;

	snprintf(bytes, sizeof(bytes), "%" PRIu64, heap_size);
	maker_begin(maker, "heap", options);
	text_add(&maker->exercise->question,
		"A heap of %" PRIu64
		" bytes, no headers, first fit. A vector of ints, 4 bytes each, "
		"begins with room for %" PRIu64
		" elements and %s when it is full%s. The new block is "
		"taken before the old one is freed. For how many elements has its last block room "
		"before the heap refuses?",
		heap_size, elements, growth->words,
		growth == &by_half ? " (a half element is dropped)" : "");
	maker_allocate(maker, vector, 4 * elements);
	for (;; elements = next_elements(growth, elements), vector++) {
		const struct event event =
			maker_allocation(vector + 1, 4 * next_elements(growth, elements));
		if (!would_fit(maker, event.size))
			break;
		maker_apply(maker, &event);
		maker_free(maker, vector);
	}
	maker_ask_for(maker, vector + 1, 4 * next_elements(growth, elements));
	text_add(&maker->exercise->answer, "%" PRIu64, elements);
	maker->exercise->is_long = true;
}

/* Where the next block goes: after the last one, or to where the first ones were. */
void make_vector_place(struct maker *maker)
{
	static const char *const options[][2] = {{"heap-size", "65536"}, {"heap-header", "0"},
		{"heap-align", "1"}, {"heap-fit", "first"}, {NULL}};
	const struct growth *growth = maker_roll(maker, 0, 3) ? &by_half : &doubles;
	uint64_t elements = maker_roll(maker, 4, 60), steps = maker_roll(maker, 3, 6);
	uint32_t vector = 1;

	maker_begin(maker, "heap", options);
	maker_allocate(maker, 0, 8 * maker_roll(maker, 1, 20)); /* which stays */
	maker_allocate(maker, vector, 8 * elements);
	for (uint64_t i = 0; i < steps; i++, vector++) {
		elements = next_elements(growth, elements);
		maker_allocate(maker, vector + 1, 8 * elements);
		maker_free(maker, vector);
	}
	const struct effect effect =
		maker_ask_for(maker, vector + 1, 8 * next_elements(growth, elements));
	text_add(&maker->exercise->question,
		"A heap of 65,536 bytes, no headers, first fit. Object 0 stays. After it comes a vector "
		"that %s when it is full, and frees the old block when it has copied. It is full "
		"again. Where does its next block go?",
		growth->words);
	maker_answer_offset(maker, &effect);
}

/* ---- a heap that grows ---------------------------------------------------------------------- */

/* Entries stay; the buffers between them come and go, and some are larger than any hole. */
void make_heap_end(struct maker *maker)
{
	static const char *const options[][2] = {{"heap-size", "0"}, {"heap-header", "0"},
		{"heap-align", "1"}, {"heap-fit", "first"}, {NULL}};
	uint32_t rounds = (uint32_t)maker_roll(maker, 2, 4), object = 1;
	struct totals totals;

	maker_begin(maker, "heap", options);
	for (uint32_t i = 0; i < rounds; i++, object += 2) {
		maker_allocate(maker, object, 100 * maker_roll(maker, 10, 45)); /* a buffer */
		maker_allocate(maker, object + 1, 100 * maker_roll(maker, 4, 10));
		maker_free(maker, object);
	}
	maker_ask_for(maker, object, 100 * maker_roll(maker, 10, 75));
	engine_totals(heap_layer(maker->heap, 0), &totals);
	text_add(&maker->exercise->question,
		"A heap that is empty at first and grows at its end by the bytes that are missing "
		"there, rounded up to 4,096. No headers, first fit, holes that touch are joined. How "
		"many bytes does the heap have after the next request?");
	text_add(&maker->exercise->answer, "%" PRIu64, totals.reserved);
}
