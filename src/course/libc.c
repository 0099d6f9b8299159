/*
 * Exercises about the C library's malloc: chunks that merge, bins, mappings, arenas of threads, a
 * heap that becomes shorter.
 */
#include "course/kinds.h"

#include "base/units.h"
#include "course/maker.h"

#include <inttypes.h>
#include <string.h>

#define CHUNKS_MAX 12u

/* Where objects are, as they were placed. */
struct places {
	uint64_t addresses[CHUNKS_MAX];
	uint32_t count;
};

static struct effect place(struct maker *maker, struct places *places, uint64_t size)
{
	const struct effect effect = maker_allocate(maker, places->count, size);

	places->addresses[places->count++] = effect.address;
	return effect;
}

/* The freed object whose place the effect's block has; or none. */
static void answer_place(struct maker *maker, const struct places *places,
	const struct effect *effect)
{
	for (uint32_t i = 0; i < places->count; i++)
		if (places->addresses[i] == effect->address)
			maker_answer_object(maker, i);
	maker_answer_end(maker);
}

/* ---- boundary tags -------------------------------------------------------------------------- */

#define NEIGHBOURS 7u

/* The free chunk that has the address. */
struct finding {
	uint64_t address, size;
};

static bool find_free(const struct span *span, void *user)
{
	struct finding *finding = user;

	if (span->state == SPAN_FREE && span->base <= finding->address &&
		finding->address - span->base < span->size)
		finding->size = span->size;
	return true;
}

void make_merge(struct maker *maker)
{
	static const char *const options[][2] = {{"glibc", "2.36"}, {"top-pad", "0"},
		{"tcache-count", "0"}, {"mxfast", "0"}, {NULL}};
	struct places places = {.count = 0};
	uint32_t asked = (uint32_t)maker_roll(maker, 1, NEIGHBOURS - 1);
	const struct engine *engine;
	struct region region;
	size_t at;

	maker_begin(maker, "glibc", options);
	for (uint32_t i = 0; i < NEIGHBOURS; i++)
		place(maker, &places, 16 * maker_roll(maker, 3, 12) - 8);
	for (uint32_t i = 0; i < NEIGHBOURS; i++)
		if (i != asked && maker_roll(maker, 0, i + 1 == asked || i == asked + 1 ? 3 : 2))
			maker_free(maker, i);
	maker_ask_to_free(maker, asked);
	engine = heap_layer(maker->heap, 0);
	struct finding finding = {.address = places.addresses[asked]};
	if (engine_region_at(engine, finding.address, &at, &region))
		engine_spans(engine, region.base, region.base + region.size, find_free, &finding);
	text_add(&maker->exercise->question,
		"glibc 2.36 without tcache and fast bins. A chunk has 8 bytes more than is asked for, "
		"rounded up to 16, and the objects are side by side, in front of top. Next object "
		"%" PRIu32 " is freed. How long is the free chunk that it is part of then?",
		asked);
	if (finding.size > 0)
		text_add(&maker->exercise->answer, "%" PRIu64, finding.size);
	maker_answer_end(maker);
}

/* ---- bins ----------------------------------------------------------------------------------- */

#define LARGE_CHUNKS 5u

void make_large_bin(struct maker *maker)
{
	static const char *const options[][2] = {{"glibc", "2.36"}, {"top-pad", "0"}, {NULL}};
	uint32_t first = (uint32_t)maker_roll(maker, 0, LARGE_CHUNKS);
	uint64_t step = 2 * maker_roll(maker, 2, 5) + 1, size;
	struct places places = {.count = 0};

	maker_begin(maker, "glibc", options);
	for (uint32_t i = 0; i < LARGE_CHUNKS; i++) {
		/* all different, in no order */
		size = 1096 + 16 * ((i * step + first) % 11) + maker_roll(maker, 0, 2) * 176;
		place(maker, &places, size);
		place(maker, &places, 24);
	}
	for (uint32_t i = 0; i < LARGE_CHUNKS; i++)
		maker_free(maker, 2 * ((first + 2 * i) % LARGE_CHUNKS));
	const struct effect effect =
		maker_ask_for(maker, places.count, 1050 + maker_roll(maker, 0, 400));
	text_add(&maker->exercise->question,
		"glibc 2.36. The large chunks were freed, and the small ones between them are in use. "
		"Whose place does the next request get: that of which freed object?");
	answer_place(maker, &places, &effect);
}

#define FREED 3u

/* The freed object in whose place the address is; those of odd numbers were not freed. */
static void answer_part(struct maker *maker, const struct places *places, uint32_t count,
	uint64_t address)
{
	uint32_t object = count - 1;

	while (object > 0 && places->addresses[object] > address)
		object--;
	if (object % 2 == 0)
		maker_answer_object(maker, object);
	maker_answer_end(maker);
}

/* Small requests in a row: the last remainder serves them, though a smaller chunk might. */
void make_remainder(struct maker *maker)
{
	static const char *const options[][2] = {{"glibc", "2.36"}, {"top-pad", "0"},
		{"tcache-count", "0"}, {"mxfast", "0"}, {NULL}};
	struct places places = {.count = 0};
	uint32_t first = (uint32_t)maker_roll(maker, 0, FREED), requests;

	maker_begin(maker, "glibc", options);
	for (uint32_t i = 0; i < FREED; i++) { /* one of them is small */
		place(maker, &places,
			16 * (maker_roll(maker, 6, 11) + 60 * ((i + first) % FREED)) - 8);
		place(maker, &places, 24);
	}
	for (uint32_t i = 0; i < FREED; i++)
		maker_free(maker, 2 * i);
	requests = (uint32_t)maker_roll(maker, 1, 4);
	for (uint32_t i = 0; i < requests; i++)
		maker_allocate(maker, 2 * FREED + i, 16 * maker_roll(maker, 2, 14) - 8);
	const struct effect effect =
		maker_ask_for(maker, 2 * FREED + requests, 16 * maker_roll(maker, 2, 10) - 8);
	text_add(&maker->exercise->question,
		"glibc 2.36 without tcache and fast bins. A chunk has 8 bytes more than is asked for, "
		"rounded up to 16, at least 32. The objects of even numbers below %u were freed. In "
		"the place of which of them is the next block?",
		2 * FREED);
	answer_part(maker, &places, 2 * FREED, effect.address);
}

void make_tcache(struct maker *maker)
{
	static const char *const options[][2] = {{"glibc", "2.36"}, {NULL}};
	struct places places = {.count = 0};
	uint32_t blocks = (uint32_t)maker_roll(maker, 6, 11), frees;

	maker_begin(maker, "glibc", options);
	for (uint32_t i = 0; i < blocks; i++)
		place(maker, &places, maker_roll(maker, 25, 41));
	frees = (uint32_t)maker_roll(maker, 2, blocks - 1);
	uint32_t step = blocks % 3   ? 3
			: blocks % 2 ? 2
				     : 7,
		 at = (uint32_t)maker_roll(maker, 0, blocks);
	for (uint32_t i = 0; i < frees; i++)
		maker_free(maker, (at + i * step) % blocks);
	const struct effect effect = maker_ask_for(maker, blocks, maker_roll(maker, 25, 41));
	text_add(&maker->exercise->question,
		"glibc 2.36: every request here takes a chunk of 48 bytes. Whose place does the next "
		"request get: that of which freed object?");
	answer_place(maker, &places, &effect);
}

/* Without a tcache: a stack for each size, and no chunk of another size is cut for a request. */
void make_fast_bin(struct maker *maker)
{
	static const char *const options[][2] = {{"glibc", "2.36"}, {"tcache-count", "0"}, {NULL}};
	uint32_t blocks = (uint32_t)maker_roll(maker, 6, 10), frees;
	struct places places = {.count = 0};

	maker_begin(maker, "glibc", options);
	for (uint32_t i = 0; i < blocks; i++) {
		uint64_t size = 16 * maker_roll(maker, 2, 5);
		place(maker, &places, size - maker_roll(maker, 0, 6));
	}
	uint32_t first = (uint32_t)maker_roll(maker, 0, blocks);
	frees = (uint32_t)maker_roll(maker, 3, blocks);
	for (uint32_t i = 0; i < frees; i++)
		maker_free(maker, (first + i * (blocks - 1)) % blocks);
	const struct effect effect = maker_ask_for(maker, blocks,
		16 * maker_roll(maker, 2, 5) - maker_roll(maker, 0, 6));
	text_add(&maker->exercise->question,
		"glibc 2.36 without a tcache: all these chunks are of fast bins. A chunk has 8 bytes "
		"more than is asked for, rounded up to 16. Whose place does the next request get: that "
		"of which freed object?");
	answer_place(maker, &places, &effect);
}

/* ---- calloc --------------------------------------------------------------------------------- */

/* Before 2.41 calloc does not look into the tcache. */
void make_calloc(struct maker *maker)
{
	bool is_new = maker_roll(maker, 0, 2), is_calloc = maker_roll(maker, 0, 3) > 0;
	const char *const release = is_new ? "2.41" : "2.36";
	const char *const options[][2] = {{"glibc", release}, {NULL}};
	struct places places = {.count = 0};
	struct event event;

	maker_begin(maker, "glibc", options);
	uint32_t blocks = (uint32_t)maker_roll(maker, 4, 8);
	for (uint32_t i = 0; i < blocks; i++)
		place(maker, &places, maker_roll(maker, 25, 41));
	uint32_t first = (uint32_t)maker_roll(maker, 0, blocks);
	uint32_t frees = (uint32_t)maker_roll(maker, 2, blocks);
	for (uint32_t i = 0; i < frees; i++)
		maker_free(maker, (first + i * (blocks - 1)) % blocks);
	event = maker_allocation(blocks, maker_roll(maker, 25, 41));
	event.call = is_calloc ? CALL_CALLOC : CALL_MALLOC;
	const struct effect effect = maker_ask(maker, &event);
	text_add(&maker->exercise->question,
		"glibc %s: every request here takes a chunk of 48 bytes. The next one is a %s. Whose "
		"place does it get: that of which freed object?",
		release, call_name(event.call));
	answer_place(maker, &places, &effect);
}

/* ---- mappings ------------------------------------------------------------------------------- */

#define MAPPED_MAX 5u

static bool is_mapped(const struct maker *maker, const struct live *live)
{
	struct region region;
	size_t at;

	return engine_region_at(heap_layer(maker->heap, 0), live->address, &at, &region) &&
	       region.kind == REGION_MAPPING;
}

/* The threshold rises with what is freed; blocks of the heap stay, so top never has room. */
void make_mapped(struct maker *maker)
{
	static const char *const options[][2] = {{"glibc", "2.36"}, {NULL}};
	struct live live;

	maker_begin(maker, "glibc", options);
	for (uint32_t i = 1; i <= MAPPED_MAX; i++) {
		const struct event event =
			maker_allocation(i, 10000 * maker_roll(maker, i == 1 ? 14 : 10, 32));
		maker_apply_or_ask(maker, &event, i == MAPPED_MAX);
		if (i < MAPPED_MAX && heap_find(maker->heap, i, &live) && is_mapped(maker, &live) &&
			maker_roll(maker, 0, 2))
			maker_free(maker, i);
	}
	for (uint32_t i = 1; i <= MAPPED_MAX; i++)
		if (heap_find(maker->heap, i, &live) && is_mapped(maker, &live))
			maker_answer_object(maker, i);
	maker_answer_end(maker);
	text_add(&maker->exercise->question,
		"glibc 2.36 with its usual thresholds: mmap_threshold is 131,072 at first. After the "
		"next request, which of the live objects have a mapping of their own?");
}

/* ---- threads -------------------------------------------------------------------------------- */

#define THREADS      3u
#define THREAD_CALLS 7u

static void add_of_arena(struct maker *maker, const char *name)
{
	const struct engine *engine = heap_layer(maker->heap, 0);
	struct region region;
	struct live live;
	size_t at;

	for (uint32_t i = 1; i <= THREAD_CALLS; i++)
		if (heap_find(maker->heap, i, &live) &&
			engine_region_at(engine, live.address, &at, &region) &&
			strcmp(region.name, name) == 0)
			maker_answer_object(maker, i);
	maker_answer_end(maker);
}

/* Threads 0 to 2 come in this order, and call in any; one may free what another asked for. */
void make_thread_arena(struct maker *maker)
{
	static const char *const options[][2] = {{"glibc", "2.36"}, {"arena-max", "2"}, {NULL}};
	uint32_t freed = (uint32_t)maker_roll(maker, 1, THREADS + 1);
	uint32_t freeing = (uint32_t)maker_roll(maker, 0, THREADS);

	maker_begin(maker, "glibc", options);
	for (uint32_t i = 1; i <= THREAD_CALLS; i++) {
		struct event event = maker_allocation(i, 100);
		event.thread = i <= THREADS ? i - 1 : (uint32_t)maker_roll(maker, 0, THREADS);
		maker_apply_or_ask(maker, &event, i == THREAD_CALLS);
		if (i != THREADS + 1)
			continue;
		event = maker_release(freed);
		event.thread = freeing;
		maker_apply(maker, &event);
	}
	text_add(&maker->exercise->question,
		"glibc 2.36 with at most two arenas, three threads, and a tcache for each. A line "
		"without a thread is thread 0's. After the next request, which of the live objects are "
		"in arena 1, not the main one?");
	add_of_arena(maker, "arena 1");
}

/* ---- cached, or joined ---------------------------------------------------------------------- */

#define EQUALS 10u

/* Seven of them fit into the tcache; only those freed later are joined with their neighbours. */
void make_joined(struct maker *maker)
{
	static const char *const options[][2] = {{"glibc", "2.36"}, {NULL}};
	static const uint32_t steps[] = {1, 3, 7, 9}; /* coprime to their number */
	uint32_t step = steps[maker_roll(maker, 0, sizeof(steps) / sizeof(*steps))];
	uint32_t first = (uint32_t)maker_roll(maker, 0, EQUALS);
	uint32_t frees = (uint32_t)maker_roll(maker, 8, EQUALS + 1);
	bool is_double = maker_roll(maker, 0, 4) > 0;
	struct places places = {.count = 0};

	maker_begin(maker, "glibc", options);
	for (uint32_t i = 0; i <= EQUALS; i++) /* the last one keeps them from top */
		place(maker, &places, 200);
	for (uint32_t i = 0; i < frees; i++)
		maker_free(maker, (first + i * step) % EQUALS);
	const struct effect effect = maker_ask_for(maker, places.count, is_double ? 400 : 200);
	text_add(&maker->exercise->question,
		"glibc 2.36: the blocks are side by side, each in a chunk of 208 bytes; %s. The "
		"tcache has room for seven of a size, and fast bins take none so large. At the place "
		"of which freed object does the next block begin?",
		is_double ? "a request of 400 takes 416, two of them" : "so does the next one");
	answer_place(maker, &places, &effect);
}

/* ---- the end of the heap -------------------------------------------------------------------- */

#define PIECES 8u

/* Bytes from the end of the block to that of the heap. */
static uint64_t bytes_of_top(const struct maker *maker, uint64_t address, uint64_t given)
{
	struct region region;
	size_t at;

	if (!engine_region_at(heap_layer(maker->heap, 0), address, &at, &region))
		return 0;
	return region.base + region.size - (address + given - sizeof(uint64_t));
}

/* One block stays, and the last one is freed last: what is between them and top merges. */
void make_shrinks(struct maker *maker)
{
	static const char *const options[][2] = {{"glibc", "2.36"}, {NULL}};
	uint32_t stays = (uint32_t)maker_roll(maker, 0, PIECES - 1);
	uint64_t size = 16 * maker_roll(maker, 700, 2200) - 8;
	struct effect effect = {.outcome = OUTCOME_PLACED};
	struct totals before, after;
	struct units chunk, end;

	maker_begin(maker, "glibc", options);
	for (uint32_t i = 0; i < PIECES; i++)
		effect = maker_allocate(maker, i, size);
	uint64_t top = bytes_of_top(maker, effect.address, effect.given);
	for (uint32_t i = 0; i + 1 < PIECES; i++)
		if (i != stays)
			maker_free(maker, i);
	engine_totals(heap_layer(maker->heap, 0), &before);
	maker_ask_to_free(maker, PIECES - 1);
	engine_totals(heap_layer(maker->heap, 0), &after);
	text_add(&maker->exercise->question,
		"glibc 2.36: eight chunks of %s bytes are side by side, and top, of %s bytes, follows "
		"the last. Object %" PRIu32
		" stays. When a freed chunk merges into top, and top has 131,072 bytes or more then "
		"(trim_threshold), all whole pages of 4,096 bytes beyond the first 131,072 (top_pad) "
		"and 33 more go back. Object %u is freed, the last. Does the heap get shorter: yes or "
		"no?",
		units_count(&chunk, size + 8), units_count(&end, top), stays, PIECES - 1);
	text_add(&maker->exercise->answer, after.reserved < before.reserved ? "yes" : "no");
}
