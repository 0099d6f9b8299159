/* The kinds of exercises: see exercise.h. Each makes a state, and asks what comes next. */
#include "course/exercise.h"

#include "course/kinds.h"
#include "course/maker.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define OBJECTS_MAX 16u

/* Objects that a maker has allocated and not freed. */
struct alive {
	uint32_t objects[OBJECTS_MAX];
	size_t count;
	uint32_t next; /* number for a new one */
};

static void add_alive(struct alive *alive, uint32_t object)
{
	alive->objects[alive->count++] = object;
}

static uint32_t take_alive(struct maker *maker, struct alive *alive)
{
	size_t at = (size_t)maker_roll(maker, 0, alive->count);
	uint32_t object = alive->objects[at];

	alive->objects[at] = alive->objects[--alive->count];
	return object;
}

/* Fills a heap with blocks of random sizes, and frees some of them. */
static void churn(struct maker *maker, struct alive *alive, uint64_t least, uint64_t most)
{
	unsigned fills = (unsigned)maker_roll(maker, 5, 8),
		 frees = (unsigned)maker_roll(maker, 2, 4);

	for (unsigned i = 0; i < fills; i++) {
		uint32_t object = alive->next++;
		if (maker_allocate(maker, object, maker_roll(maker, least, most)).outcome ==
			OUTCOME_PLACED)
			add_alive(alive, object);
	}
	for (unsigned i = 0; i < frees && alive->count > 1; i++)
		maker_free(maker, take_alive(maker, alive));
}

/* ---- heaps --------------------------------------------------------------------------------- */

static void begin_heap(struct maker *maker, const char *fit)
{
	const char *const options[][2] = {{"heap-size", "120"}, {"heap-header", "0"},
		{"heap-align", "1"}, {"heap-fit", fit}, {NULL}};

	maker_begin(maker, "heap", options);
}

static void make_fit(struct maker *maker, const char *fit)
{
	struct alive alive = {.next = 1};

	begin_heap(maker, fit);
	churn(maker, &alive, 8, 24);
	uint64_t size = maker_roll(maker, 4, 20);
	const struct effect effect = maker_ask_for(maker, alive.next, size);
	text_add(&maker->exercise->question,
		"The heap has 120 bytes, no headers, and uses %s fit. Next the program asks for "
		"%" PRIu64 " bytes. Where do they go?",
		fit, size);
	maker_answer_offset(maker, &effect);
}

static void make_first_fit(struct maker *maker)
{
	make_fit(maker, "first");
}

static void make_best_fit(struct maker *maker)
{
	make_fit(maker, "best");
}

static void make_worst_fit(struct maker *maker)
{
	make_fit(maker, "worst");
}

static void make_next_fit(struct maker *maker)
{
	make_fit(maker, "next");
}

static void make_holes(struct maker *maker)
{
	struct alive alive = {.next = 1};
	struct totals totals;

	begin_heap(maker, "first");
	churn(maker, &alive, 8, 24);
	uint32_t object = take_alive(maker, &alive);
	maker_ask_to_free(maker, object);
	engine_totals(heap_layer(maker->heap, 0), &totals);
	text_add(&maker->exercise->question,
		"The heap has 120 bytes, no headers, uses first fit, and joins holes that touch. "
		"Next object %" PRIu32 " is freed. How many holes are there then?",
		object);
	text_add(&maker->exercise->answer, "%" PRIu64, totals.free_spans);
}

static void make_fragmentation(struct maker *maker)
{
	struct alive alive = {.next = 1};
	struct totals totals;

	begin_heap(maker, "first");
	churn(maker, &alive, 8, 24);
	engine_totals(heap_layer(maker->heap, 0), &totals);
	uint64_t most = totals.available > 5 ? totals.available : 6;
	uint64_t size = maker_roll(maker, most / 3, most);
	const struct effect effect = maker_ask_for(maker, alive.next, size);
	text_add(&maker->exercise->question,
		"The heap has 120 bytes, no headers, and uses first fit; %" PRIu64
		" bytes are free. Next the program asks for "
		"%" PRIu64 ". Does it get them?",
		totals.available, size);
	text_add(&maker->exercise->answer, effect.outcome == OUTCOME_PLACED ? "yes" : "no");
}

static void make_buddy(struct maker *maker)
{
	static const char *const options[][2] = {{"buddy-size", "64"}, {"buddy-min", "4"}, {NULL}};
	struct alive alive = {.next = 1};

	maker_begin(maker, "buddy", options);
	churn(maker, &alive, 2, 14);
	uint64_t size = maker_roll(maker, 2, 18);
	const struct effect effect = maker_ask_for(maker, alive.next, size);
	text_add(&maker->exercise->question,
		"A buddy system of 64 bytes, its smallest block 4. Next the program asks for "
		"%" PRIu64
		" bytes. Of free blocks of one size, it takes the one that became free last. "
		"Where does the block begin?",
		size);
	maker_answer_offset(maker, &effect);
}

/* ---- pools, counters ------------------------------------------------------------------------ */

static void answer_block(struct maker *maker, const struct effect *effect, uint64_t size)
{
	struct region region;
	size_t at;

	if (effect->outcome != OUTCOME_PLACED) {
		text_add(&maker->exercise->answer, "none");
		return;
	}
	engine_region_at(heap_layer(maker->heap, 0), effect->address, &at, &region);
	text_add(&maker->exercise->answer, "%" PRIu64, (effect->address - region.base) / size);
}

static void make_pool(struct maker *maker)
{
	static const char *const options[][2] = {{"block", "32"}, {"blocks", "8"}, {NULL}};
	struct alive alive = {.next = 1};

	maker_begin(maker, "pool", options);
	churn(maker, &alive, 1, 33);
	const struct effect effect = maker_ask_for(maker, alive.next, maker_roll(maker, 1, 33));
	text_add(&maker->exercise->question,
		"A pool of eight blocks of 32 bytes, numbered from 0. Free blocks are handed "
		"out from 0 up, but the block freed last comes first. Which block does the next "
		"request get?");
	answer_block(maker, &effect, 32);
}

static void make_budget(struct maker *maker)
{
	static const char *const options[][2] = {{"limit", "100"}, {"heap-size", "4096"}, {NULL}};
	struct alive alive = {.next = 1};
	struct gauge gauge;

	maker_begin(maker, "budget", options);
	churn(maker, &alive, 10, 40);
	maker_ask_for(maker, alive.next, maker_roll(maker, 10, 60));
	engine_gauge(heap_layer(maker->heap, 0), &gauge);
	text_add(&maker->exercise->question,
		"A budget of 100 bytes. After the next request, how many bytes are left?");
	text_add(&maker->exercise->answer, "%" PRIu64, gauge.limit - gauge.spent);
}

/* ---- pymalloc ------------------------------------------------------------------------------- */

static void make_size_class(struct maker *maker)
{
	bool is_classic = !maker_roll(maker, 0, 2);
	const char *python = is_classic ? "classic" : "3.8";
	const char *const options[][2] = {{"python", python}, {NULL}};

	maker_begin(maker, "pymalloc", options);
	uint64_t given = maker_allocate(maker, 1, maker_roll(maker, 1, 513)).given;
	given += maker_allocate(maker, 2, maker_roll(maker, 1, 513)).given;
	given += maker_ask_for(maker, 3, maker_roll(maker, 1, 513)).given;
	text_add(&maker->exercise->question,
		"%s, whose classes are %s bytes apart. How many bytes do the blocks of these three "
		"requests have together?",
		is_classic ? "The classic pymalloc" : "pymalloc of Python 3.8",
		is_classic ? "8" : "16");
	text_add(&maker->exercise->answer, "%" PRIu64, given);
}

static void make_free_chain(struct maker *maker)
{
	static const char *const options[][2] = {{"python", "3.8"}, {NULL}};
	uint64_t size = 16 * maker_roll(maker, 2, 8);
	struct alive alive = {.next = 1};
	struct region region;
	struct page page;
	size_t at;

	maker_begin(maker, "pymalloc", options);
	churn(maker, &alive, size - 15, size + 1);
	const struct effect effect =
		maker_ask_for(maker, alive.next, size - maker_roll(maker, 0, 15));
	const struct engine *engine = heap_layer(maker->heap, 0);
	engine_region_at(engine, effect.address, &at, &region);
	engine_page(engine, at, (size_t)((effect.address - region.base) / region.page_size), &page);
	text_add(&maker->exercise->question,
		"pymalloc of Python 3.8: all these requests are of one class, %" PRIu64
		" bytes, in one pool. Its blocks are numbered from 0. Which one does the next request "
		"get?",
		size);
	text_add(&maker->exercise->answer, "%" PRIu64,
		(effect.address - page.base - page.first_block) / page.block_size);
}

#define ARENA_OBJECTS 448u /* of 512 bytes in an arena of 256 KiB */
#define ARENAS_ASKED  3u

/* Three full arenas, of which each keeps one or two objects; then one of these is freed. */
static void make_arenas(struct maker *maker)
{
	static const char *const options[][2] = {{"python", "classic"}, {NULL}};
	uint32_t kept[2 * ARENAS_ASKED] = {0}, nkept = 0;
	struct text *question = &maker->exercise->question;

	maker_begin(maker, "pymalloc", options);
	for (uint32_t i = 0; i < ARENAS_ASKED * ARENA_OBJECTS; i++)
		maker_allocate(maker, i, 512);
	text_add(question,
		"The classic pymalloc: three arenas, and of their objects these are live: ");
	for (uint32_t arena = 0; arena < ARENAS_ASKED; arena++) {
		uint32_t stay = (uint32_t)maker_roll(maker, 1, 3), first = nkept;
		for (uint32_t i = 0; i < stay; i++)
			kept[nkept++] = arena * ARENA_OBJECTS + i * 200 +
					(uint32_t)maker_roll(maker, 0, 200);
		for (uint32_t i = arena * ARENA_OBJECTS; i < (arena + 1) * ARENA_OBJECTS; i++)
			if (i != kept[first] && (stay == 1 || i != kept[first + 1]))
				maker_free(maker, i);
		text_add(question, "%s%" PRIu32, arena ? "; " : "", kept[first]);
		if (stay == 2)
			text_add(question, " and %" PRIu32, kept[first + 1]);
		text_add(question, " in A%02" PRIu32, arena);
	}
	uint32_t freed = kept[maker_roll(maker, 0, nkept)];
	const struct effect effect = maker_ask_to_free(maker, freed);
	text_add(question, ". Object %" PRIu32 " is freed. Which arena goes back to the system?",
		freed);
	if (effect.happened & HAPPENED_ARENA_UNMAPPED)
		text_add(&maker->exercise->answer, "A%02" PRIu32, freed / ARENA_OBJECTS);
	else
		text_add(&maker->exercise->answer, "none");
	maker->exercise->is_long = true;
}

/* ---- counted objects ------------------------------------------------------------------------ */

/* Objects 1 to n with so many random references. */
static void make_graph(struct maker *maker, uint32_t n, uint32_t references)
{
	for (uint32_t i = 1; i <= n; i++)
		maker_apply_counted(maker, EVENT_NEW, i, 0);
	for (uint32_t i = 0; i < references; i++)
		maker_refer(maker, 1, n + 1);
}

/* Variables drop all objects but one of so many, of which it gives the last. */
static uint32_t drop_variables(struct maker *maker, uint32_t n, uint32_t of)
{
	uint32_t last = 0;

	for (uint32_t i = 1; i <= n; i++)
		if (maker_roll(maker, 0, of) == 0 || last == 0)
			last = i;
		else
			maker_apply_counted(maker, EVENT_UNREF, i, OBJECT_NONE);
	return last;
}

static void make_counts(struct maker *maker)
{
	static const char *const options[][2] = {{NULL}};

	maker_begin(maker, "heap", options);
	make_graph(maker, 6, 5);
	uint32_t last = drop_variables(maker, 6, 3);
	const struct event event = maker_counted(EVENT_UNREF, last, OBJECT_NONE);
	maker_ask(maker, &event);
	text_add(&maker->exercise->question,
		"References are counted. Next the program's variable drops object %" PRIu32
		". Which objects die?",
		last);
	maker_answer_died(maker);
}

static void make_collection(struct maker *maker)
{
	static const char *const options[][2] = {{NULL}};
	const struct event event = maker_collection(GENERATIONS - 1);

	maker_begin(maker, "heap", options);
	make_graph(maker, 6, 3);
	uint32_t one = (uint32_t)maker_roll(maker, 1, 7), other = 1 + one % 6; /* a cycle */
	maker_apply_counted(maker, EVENT_REF, one, other);
	maker_apply_counted(maker, EVENT_REF, other, one);
	drop_variables(maker, 6, 6);
	maker_ask(maker, &event);
	text_add(&maker->exercise->question,
		"References are counted. Next the collector looks at all objects. Which of them does "
		"it free?");
	maker_answer_died(maker);
}

/* ---- a Java heap ---------------------------------------------------------------------------- */

static void make_minor(struct maker *maker)
{
	const struct event event = maker_collection(0);

	maker_begin(maker, "generational", maker_java_options);
	make_graph(maker, 6, 7);
	drop_variables(maker, 6, 3);
	maker_ask(maker, &event);
	text_add(&maker->exercise->question,
		"A generational heap; all objects are in Eden, and nothing is counted. Next there is "
		"a minor collection. Which objects are dropped?");
	maker_answer_died(maker);
}

static void make_promotion(struct maker *maker)
{
	const struct event collect = maker_collection(0);
	uint32_t before = (uint32_t)maker_roll(maker, 2, 5),
		 after = (uint32_t)maker_roll(maker, 2, 5);
	struct region region;
	struct live live;
	size_t at;

	maker_begin(maker, "generational", maker_java_options);
	for (uint32_t i = 1; i <= before + after; i++) {
		struct event event = maker_counted(EVENT_NEW, i, 0);
		event.size = maker_roll(maker, 8, 25);
		maker_apply(maker, &event);
		if (i == before)
			maker_apply(maker, &collect);
	}
	maker_ask(maker, &collect);
	uint32_t object = (uint32_t)maker_roll(maker, 1, before + after + 1);
	heap_find(maker->heap, object, &live);
	engine_region_at(heap_layer(maker->heap, 0), live.address, &at, &region);
	text_add(&maker->exercise->question,
		"A generational heap: survivors of 48 bytes, sizes are rounded up to 8, and an object "
		"that has survived one collection is promoted by the next. All objects are in "
		"variables. After the next minor collection, in which space is object %" PRIu32
		": survivor or old?",
		object);
	text_add(&maker->exercise->answer, at == 3 ? "old" : "survivor");
}

/* ---- the table ------------------------------------------------------------------------------ */

#define OFFSET "the offset, as +24, or none"
#define OBJECT "numbers of objects, as 2, 5, or none"

static const struct exercise_kind kinds[] = {
	{"first-fit", "where first fit puts a request", OFFSET, ANSWER_NUMBER, make_first_fit},
	{"best-fit", "where best fit puts a request", OFFSET, ANSWER_NUMBER, make_best_fit},
	{"worst-fit", "where worst fit puts a request", OFFSET, ANSWER_NUMBER, make_worst_fit},
	{"next-fit", "where next fit puts a request", OFFSET, ANSWER_NUMBER, make_next_fit},
	{"list-order", "where an unsorted free list puts a request", OFFSET, ANSWER_NUMBER,
		make_list_order},
	{"holes", "how many holes a free leaves", "a number", ANSWER_NUMBER, make_holes},
	{"fragmentation", "whether a request fits", "yes or no", ANSWER_WORD, make_fragmentation},
	{"buddy", "where a buddy system puts a request", OFFSET, ANSWER_NUMBER, make_buddy},
	{"pool", "which block of a pool is next", "its number, or none", ANSWER_NUMBER, make_pool},
	{"budget", "what a counter has left", "a number", ANSWER_NUMBER, make_budget},
	{"faults", "how many events are mistakes", "a number", ANSWER_NUMBER, make_faults},
	{"takes", "how many bytes a computed size takes", "a number, or none if it is refused",
		ANSWER_NUMBER, make_takes},
	{"drift", "what a counter has left that believes sizes", "a number", ANSWER_NUMBER,
		make_drift},
	{"overwritten", "whose bytes a dangling pointer changes", OBJECT, ANSWER_LIST,
		make_overwritten},
	{"stale-pointer", "whose block a second free takes", "the number of an object, or none",
		ANSWER_NUMBER, make_stale_free},
	{"unset", "how many requests an unset pool refuses", "a number", ANSWER_NUMBER, make_unset},
	{"rewind", "how far a region's top moves back", "a number", ANSWER_NUMBER, make_rewind},
	{"ring", "where a ring puts a request", OFFSET, ANSWER_NUMBER, make_ring},
	{"lru", "which key LRU evicts", "its number", ANSWER_NUMBER, make_lru},
	{"victim", "which key FIFO or LFU evicts", "its number", ANSWER_NUMBER, make_victim},
	{"growth", "what a vector's growth leaves", "a number", ANSWER_NUMBER, make_growth},
	{"vector-end", "how far a vector can grow", "a number", ANSWER_NUMBER, make_vector_end},
	{"vector-place", "where a vector's next block goes", OFFSET, ANSWER_NUMBER,
		make_vector_place},
	{"heap-end", "how far a heap grows", "a number", ANSWER_NUMBER, make_heap_end},
	{"size-class", "how large blocks are", "a number", ANSWER_NUMBER, make_size_class},
	{"free-chain", "which block of a pool of Python's is next", "its number", ANSWER_NUMBER,
		make_free_chain},
	{"arenas", "which arena can go", "its name, as A01, or none", ANSWER_NUMBER, make_arenas},
	{"pool-next", "which pool serves a request", "its name, as p01", ANSWER_NUMBER,
		make_pool_life},
	{"resizes", "how often realloc moves a block", "a number", ANSWER_NUMBER, make_resizes},
	{"pool-header", "where a free looks for a pool's header", "the offset, as +4096",
		ANSWER_NUMBER, make_pool_header},
	{"served-by", "which requests pymalloc serves", OBJECT, ANSWER_LIST, make_domains},
	{"tcache", "which freed chunk is reused", "the number of an object, or none", ANSWER_NUMBER,
		make_tcache},
	{"fast-bin", "which small chunk is reused", "the number of an object, or none",
		ANSWER_NUMBER, make_fast_bin},
	{"remainder", "which free chunk a small request is cut from",
		"the number of an object, or none", ANSWER_NUMBER, make_remainder},
	{"large-bin", "which large chunk is reused", "the number of an object, or none",
		ANSWER_NUMBER, make_large_bin},
	{"merged", "how long a free chunk is that was merged",
		"its bytes, or none if it is part of top", ANSWER_NUMBER, make_merge},
	{"joined", "which chunks are cached, and which joined", "the number of an object, or none",
		ANSWER_NUMBER, make_joined},
	{"shrinks", "whether a heap gets shorter", "yes or no", ANSWER_WORD, make_shrinks},
	{"mapped", "which objects have mappings of their own", OBJECT, ANSWER_LIST, make_mapped},
	{"cached-chunk", "what calloc and malloc reuse", "the number of an object, or none",
		ANSWER_NUMBER, make_calloc},
	{"thread-arena", "which objects are in the second arena", OBJECT, ANSWER_LIST,
		make_thread_arena},
	{"counts", "which objects die of a dropped reference", OBJECT, ANSWER_LIST, make_counts},
	{"collection", "which objects a collector frees", OBJECT, ANSWER_LIST, make_collection},
	{"finaliser", "which objects die when one is resurrected", OBJECT, ANSWER_LIST,
		make_finaliser},
	{"due", "which generation is collected", "its number, or none", ANSWER_NUMBER,
		make_generations},
	{"automatic", "which objects a collection by itself frees", OBJECT, ANSWER_LIST,
		make_automatic},
	{"weak", "which objects a weak cache still finds", OBJECT, ANSWER_LIST, make_weak},
	{"roots", "which objects of a Java heap no root keeps", OBJECT, ANSWER_LIST, make_roots},
	{"minor", "which objects a minor collection drops", OBJECT, ANSWER_LIST, make_minor},
	{"promotion", "where an object is after a collection", "survivor or old", ANSWER_WORD,
		make_promotion},
	{"cards", "which objects of Eden no root or card keeps", OBJECT, ANSWER_LIST, make_cards},
	{"soft", "which objects soft and weak references lose", OBJECT, ANSWER_LIST, make_soft},
};

#define KINDS (sizeof(kinds) / sizeof(*kinds))

const struct exercise_kind *exercise_kind_at(size_t at)
{
	return at < KINDS ? &kinds[at] : NULL;
}

const struct exercise_kind *exercise_find(const char *name)
{
	for (size_t i = 0; i < KINDS; i++)
		if (strcmp(kinds[i].name, name) == 0)
			return &kinds[i];
	return NULL;
}
