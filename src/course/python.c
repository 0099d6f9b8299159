/*
 * Exercises about Python's memory: domains, pools, reallocs, pool headers, generations, and a
 * collector that runs by itself or is off.
 */
#include "course/kinds.h"

#include "course/maker.h"

#include <inttypes.h>

static const char *const pymalloc_38[][2] = {{"python", "3.8"}, {NULL}};

/* ---- domains -------------------------------------------------------------------------------- */

#define REQUESTS 6u

void make_domains(struct maker *maker)
{
	static const char *const options[][2] = {{"python", "3.8"}, {"malloc", "below"}, {NULL}};
	static const enum domain domains[] = {DOMAIN_C, DOMAIN_RAW, DOMAIN_MEM, DOMAIN_OBJ,
		DOMAIN_MEM, DOMAIN_OBJ};

	maker_begin(maker, "pymalloc", options);
	for (uint32_t i = 1; i <= REQUESTS; i++) {
		uint64_t size = maker_roll(maker, 0, 3) ? maker_roll(maker, 40, 513)
							: maker_roll(maker, 513, 700);
		struct event event = maker_allocation(i, size);
		event.domain = (uint8_t)domains[maker_roll(maker, 0, 6)];
		if (maker_apply_or_ask(maker, &event, i == REQUESTS).layer == 0)
			maker_answer_object(maker, i);
	}
	maker_answer_end(maker);
	text_add(&maker->exercise->question,
		"Python 3.8. A line without a domain is a C library's own malloc. After the next "
		"request, which of the objects are in pools of pymalloc?");
}

/* ---- pools ---------------------------------------------------------------------------------- */

#define POOL_BLOCKS 7u /* of 512 bytes, in a pool of 4 KiB */
#define POOLS       3u

/* Three full pools; some of their blocks are freed, and one more is requested. */
void make_pool_life(struct maker *maker)
{
	static const char *const options[][2] = {{"python", "classic"}, {NULL}};
	uint32_t frees = (uint32_t)maker_roll(maker, 2, 5);
	uint32_t first = (uint32_t)maker_roll(maker, 0, POOLS * POOL_BLOCKS);
	static const uint32_t steps[] = {4, 5, 8, 10, 11, 13, 16, 17}; /* coprime to the blocks */
	uint32_t step = steps[maker_roll(maker, 0, sizeof(steps) / sizeof(*steps))];
	struct text *question = &maker->exercise->question;
	uint32_t blocks = POOLS * POOL_BLOCKS;
	struct region region;
	size_t at;

	maker_begin(maker, "pymalloc", options);
	for (uint32_t i = 0; i < blocks; i++)
		maker_allocate(maker, i, 512);
	text_add(question,
		"The classic pymalloc: a pool has room for seven blocks of 512 bytes. Objects 0 to "
		"%" PRIu32
		" of that size fill p00, p01 and p02, in this order. Then these are freed, "
		"one after another:",
		blocks - 1);
	for (uint32_t i = 0; i < frees; i++) {
		maker_free(maker, (first + i * step) % blocks);
		text_add(question, "%s %" PRIu32, i ? "," : "", (first + i * step) % blocks);
	}
	uint32_t more = (uint32_t)maker_roll(maker, 0, 2);
	for (uint32_t i = 0; i < more; i++)
		maker_allocate(maker, blocks + i, 512);
	text_add(question, ". %s",
		more ? "Two more are requested. In which pool is the second?"
		     : "One more is requested. In which pool is it?");
	const struct effect effect = maker_ask_for(maker, blocks + more, 512);
	engine_region_at(heap_layer(maker->heap, 0), effect.address, &at, &region);
	text_add(&maker->exercise->answer, "p%02" PRIu64,
		(effect.address - region.base) / region.page_size);
	maker->exercise->is_long = true;
}

/* ---- realloc -------------------------------------------------------------------------------- */

#define RESIZES 4u

/* Near what the block has, mostly: there it is decided. */
void make_resizes(struct maker *maker)
{
	uint64_t size = maker_roll(maker, 60, 300);
	struct effect effect;
	unsigned moved = 0;

	maker_begin(maker, "pymalloc", pymalloc_38);
	effect = maker_allocate(maker, 1, size);
	for (unsigned i = 0; i < RESIZES; i++) {
		uint64_t before = effect.address;
		size = maker_roll(maker, effect.given * 6 / 10, effect.given + 20);
		struct event event = maker_allocation(1, size);
		event.kind = EVENT_REALLOCATE;
		event.flags = EVENT_SEEN_BEFORE;
		effect = maker_apply_or_ask(maker, &event, i + 1 == RESIZES);
		moved += effect.address != before;
	}
	text_add(&maker->exercise->question,
		"pymalloc of Python 3.8, whose blocks are multiples of 16 bytes. Counting the next "
		"one, how many of these %u reallocs (r) move the block?",
		RESIZES);
	text_add(&maker->exercise->answer, "%u", moved);
}

/* ---- the pool of an address ----------------------------------------------------------------- */

#define SIZES 6u

/* Where a free looks for the header of the pool. */
void make_pool_header(struct maker *maker)
{
	bool is_large = maker_roll(maker, 0, 2);
	const char *const release = is_large ? "3.11" : "3.8";
	const char *const options[][2] = {{"python", release}, {NULL}};
	uint32_t asked = (uint32_t)maker_roll(maker, 1, SIZES + 1);
	const struct engine *engine;
	struct region region;
	struct page page;
	struct live live;
	size_t at;

	maker_begin(maker, "pymalloc", options);
	for (uint32_t i = 1; i <= SIZES; i++)
		for (uint64_t size = 48 * i + maker_roll(maker, 1, 33),
			      more = maker_roll(maker, 1, 9);
			more > 0; more--)
			maker_allocate(maker, i + (more - 1) * 10, size);
	heap_find(maker->heap, asked, &live);
	engine = heap_layer(maker->heap, 0);
	engine_region_at(engine, live.address, &at, &region);
	engine_page(engine, at, (size_t)((live.address - region.base) / region.page_size), &page);
	maker_ask_to_free(maker, asked);
	text_add(&maker->exercise->question,
		"pymalloc of Python %s: pools of %s bytes, in an arena whose address is a multiple of "
		"that. Object %" PRIu32 " is %" PRIu64
		" bytes from the arena's beginning, and is freed. How many bytes from there does "
		"the free look for the header of its pool?",
		release, is_large ? "16,384" : "4,096", asked, live.address - region.base);
	text_add(&maker->exercise->answer, "%" PRIu64, page.base - region.base);
	maker->exercise->is_long = true;
}

/* ---- generations ---------------------------------------------------------------------------- */

#define OBJECTS_MADE_MAX 60u

/* The generation that the last event had collected; -1: none. */
static int collected(const struct collector *before, const struct collector *after)
{
	if (after->collections == before->collections)
		return -1;
	return after->counts[1] > before->counts[1]   ? 0
	       : after->counts[2] > before->counts[2] ? 1
						      : 2;
}

/* Whether the next object is asked about: mostly one with which a collection is due. */
static bool is_time_to_ask(struct maker *maker, const struct collector *collector)
{
	bool is_due = collector->counts[0] == collector->thresholds[0];

	return maker_roll(maker, 0, is_due ? 5 : 30) == 0;
}

/* A second collection of generation 2 would also ask how many objects came since the first. */
void make_generations(struct maker *maker)
{
	static const char *const options[][2] = {{"collector", "3.9"}, {NULL}};
	uint32_t second = (uint32_t)maker_roll(maker, 1, 4);
	uint32_t third = (uint32_t)maker_roll(maker, 1, 4);
	uint32_t first = (uint32_t)maker_roll(maker, 2, 7);
	struct event event = {.kind = EVENT_GC,
		.other = GC_THRESHOLDS,
		.object = OBJECT_NONE,
		.size = first,
		.older = {second, third},
		.text = TEXT_NONE};
	struct collector before = {.counted = 0}, after = {.counted = 0};
	uint32_t made = 0, thresholds[] = {first, second, third};

	maker_begin(maker, "heap", options);
	maker_apply(maker, &event);
	do {
		before = after;
		event = maker_counted(EVENT_NEW, ++made, 0);
		maker_apply(maker, &event);
		heap_collector(maker->heap, &after);
	} while (made < OBJECTS_MADE_MAX && collected(&before, &after) < 2 &&
		 (made < 4 || !is_time_to_ask(maker, &after)));
	before = after;
	event = maker_counted(EVENT_NEW, made + 1, 0);
	maker_ask(maker, &event);
	heap_collector(maker->heap, &after);
	text_add(&maker->exercise->question,
		"Python 3.9. The collector begins when over %" PRIu32
		" objects have been made since it last did. Over %" PRIu32
		" collections of generation 0 make the next one of generation 1, and over %" PRIu32
		" of these the next one of generation 2. %" PRIu32
		" objects have been made, and all live. Which generation does the collector look at "
		"when one more is made?",
		thresholds[0], thresholds[1], thresholds[2], made);
	int generation = collected(&before, &after);
	if (generation >= 0)
		text_add(&maker->exercise->answer, "%d", generation);
	maker_answer_end(maker);
	maker->exercise->is_long = true;
}

/* ---- gc.disable() --------------------------------------------------------------------------- */

#define PAIRS_MAX 4u

static void apply_gc(struct maker *maker, enum gc_word word, uint32_t threshold)
{
	const struct event event = {.kind = EVENT_GC,
		.other = word,
		.object = OBJECT_NONE,
		.size = threshold,
		.older = {10, 10},
		.text = TEXT_NONE};

	maker_apply(maker, &event);
}

static void make_counted(struct maker *maker, uint32_t object)
{
	struct event event = maker_counted(EVENT_NEW, object, 0);

	event.size = 8 * maker_roll(maker, 2, 9);
	maker_apply(maker, &event);
}

/* Pairs that refer to each other and are dropped, but for one at most; then one object more. */
void make_automatic(struct maker *maker)
{
	static const char *const options[][2] = {{"collector", "3.9"}, {NULL}};
	uint32_t pairs = (uint32_t)maker_roll(maker, 2, PAIRS_MAX + 1), made = 2 * pairs;
	uint32_t kept = (uint32_t)maker_roll(maker, 0, PAIRS_MAX + 1);
	bool is_off = maker_roll(maker, 0, 5) == 0;
	/* mostly due at the object that is asked about, or before it as well */
	uint32_t threshold =
		maker_roll(maker, 0, 4) ? made : made - (uint32_t)maker_roll(maker, 1, 3);

	maker_begin(maker, "heap", options);
	apply_gc(maker, GC_THRESHOLDS, threshold);
	if (is_off)
		apply_gc(maker, GC_OFF, 0);
	for (uint32_t i = 0; i < pairs; i++) {
		uint32_t one = 2 * i + 1, other = 2 * i + 2;
		make_counted(maker, one);
		make_counted(maker, other);
		maker_apply_counted(maker, EVENT_REF, one, other);
		maker_apply_counted(maker, EVENT_REF, other, one);
		if (i == kept)
			continue;
		maker_apply_counted(maker, EVENT_UNREF, one, OBJECT_NONE);
		maker_apply_counted(maker, EVENT_UNREF, other, OBJECT_NONE);
	}
	const struct event event = maker_counted(EVENT_NEW, made + 1, 0);
	maker_ask(maker, &event);
	text_add(&maker->exercise->question,
		"Python 3.9, after gc.%sable(). By itself the collector runs when more than %" PRIu32
		" objects have been made since its last run, the new one counted; it looks at the "
		"young ones made before that. Which objects does it free at the next request?",
		is_off ? "dis" : "en", threshold);
	maker_answer_died(maker);
}
