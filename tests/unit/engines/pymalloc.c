/*
 * The rules of pymalloc, one by one, with arenas at bases that the test chooses. A pool of 4 KiB
 * has seven blocks of 512 bytes, an arena of 256 KiB has 64 of those pools; most tests use these.
 */
#include "base/error.h"
#include "base/options.h"
#include "base/text.h"
#include "engine/engine.h"
#include "engines/pymalloc/decisions.h"
#include "engines/pymalloc/presets.h"
#include "heap/space.h"
#include "support.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ARENA        (256u << 10)
#define POOL         4096u
#define POOL_BLOCKS  7u
#define ARENA_BLOCKS (64u * POOL_BLOCKS)
#define FIRST_BASE   UINT64_C(0x100000000)

/* A world of one engine, or of two; arenas are adjacent from `base` on. */
struct world {
	struct page_source pages;
	struct space space; /* for the heap below */
	struct engine *engine;
	struct engine *below; /* NULL: none */
	uint64_t base;        /* of the next arena */
	unsigned refuse;      /* 1: there is no more space */
	unsigned held;        /* arenas mapped */
	struct decision_log log;
	uint64_t blocks[20000]; /* by object */
	unsigned layers[20000];
};

static uint64_t map(struct page_source *pages, uint64_t bytes, uint64_t alignment)
{
	struct world *world = (struct world *)pages;
	uint64_t base = world->base;

	if (world->refuse)
		return 0;
	world->base += bytes;
	world->held++;
	return base;
}

static void unmap(struct page_source *pages, uint64_t base, uint64_t bytes)
{
	((struct world *)pages)->held--;
}

static bool grow(struct page_source *pages, uint64_t bytes, uint64_t *ret_base)
{
	struct page_source *below = &((struct world *)pages)->space.pages;
	return below->grow(below, bytes, ret_base);
}

static struct world *world_with(const char *python, uint64_t base, bool has_below)
{
	struct world *world = calloc(1, sizeof(*world));
	const struct engine_ops *pymalloc = engine_find("pymalloc"), *heap = engine_find("heap");
	struct options *options = options_new();
	struct error err;

	world->pages = (struct page_source){.map = map, .unmap = unmap, .grow = grow};
	world->base = base;
	space_init(&world->space);
	options_add_table(options, pymalloc->options);
	options_add_table(options, heap->options);
	assert_int_equal(options_set(options, "python", python, &err), 0);
	if (has_below)
		assert_int_equal(engine_new(&world->below, heap, NULL, &world->pages, options,
					 &err),
			0);
	assert_int_equal(engine_new(&world->engine, pymalloc, world->below, &world->pages, options,
				 &err),
		0);
	options_free(options);
	return world;
}

static void world_free(struct world *world)
{
	engine_free(world->engine);
	engine_free(world->below);
	space_finish(&world->space);
	free(world);
}

static void assert_sound(const struct world *world)
{
	struct error err;

	if (engine_check(world->engine, &err) < 0)
		fail_msg("%s", err.text);
}

static void listen(struct world *world)
{
	world->log.count = world->log.lost = 0;
	world->engine->log = &world->log;
	world->engine->happened = 0;
	if (world->below)
		world->below->log = &world->log;
}

static enum outcome ask(struct world *world, unsigned object, const struct request *request)
{
	struct placement placement;

	listen(world);
	enum outcome outcome = world->blocks[object]
				       ? engine_reallocate(world->engine, world->blocks[object],
						 request, &placement)
				       : engine_allocate(world->engine, request, &placement);
	if (outcome == OUTCOME_PLACED) {
		assert_true(placement.given >= request->size);
		world->blocks[object] = placement.address;
		world->layers[object] = placement.layer;
	}
	return outcome;
}

static void take(struct world *world, unsigned object, uint64_t size)
{
	const struct request request = {.size = size, .domain = DOMAIN_OBJ};
	assert_int_equal(ask(world, object, &request), OUTCOME_PLACED);
}

/* Allocates objects first … first + n - 1. */
static void take_many(struct world *world, unsigned first, unsigned n, uint64_t size)
{
	for (unsigned i = 0; i < n; i++)
		take(world, first + i, size);
}

static void drop(struct world *world, unsigned object)
{
	listen(world);
	assert_int_equal(engine_release(world->engine, world->blocks[object]), OUTCOME_RELEASED);
	world->blocks[object] = 0;
}

static void drop_many(struct world *world, unsigned first, unsigned n)
{
	for (unsigned i = 0; i < n; i++)
		drop(world, first + i);
}

/* Frees the objects of pool `pool`, when only blocks of 512 bytes were allocated, in order. */
static void drop_pool(struct world *world, unsigned pool)
{
	drop_many(world, pool * POOL_BLOCKS, POOL_BLOCKS);
}

/*
 * ---- expectations as text ---------------------------------------------------------------------
 */

/* H a header, # a block in use, 1 2 3 free blocks in the order of the chain, . never used, w waste,
 * F a free pool. */
static bool draw_span(const struct span *span, void *user)
{
	static const char glyphs[] = {[SPAN_USED] = '#',
		[SPAN_FREE] = 'F',
		[SPAN_VIRGIN] = '.',
		[SPAN_HEADER] = 'H',
		[SPAN_WASTE] = 'w'};

	text_add(user, "%c", span->order ? (char)('0' + span->order) : glyphs[span->state]);
	return true;
}

static void assert_pool(const struct world *world, unsigned pool, const char *expected)
{
	uint64_t base = FIRST_BASE + (uint64_t)pool * POOL;
	struct text text = {0};

	engine_spans(world->engine, base, base + POOL, draw_span, &text);
	assert_text_equal(text_of(&text), expected);
	text_finish(&text);
	assert_sound(world);
}

/* "A01:2 A00:64": the arenas of the list in order, each with its number of free pools. */
static void assert_usable(const struct world *world, const char *expected)
{
	struct list_entry entries[64];
	struct text text = {0};
	struct list list;
	size_t at = 0;

	do
		engine_list_at(world->engine, at++, &list);
	while (strcmp(list.name, "usable_arenas") != 0);
	size_t n = engine_list_entries(world->engine, at - 1, 0, entries, 64);
	assert_int_equal(n, list.length);
	for (size_t i = 0; i < n; i++)
		text_add(&text, "%sA%02" PRIu64 ":%" PRIu32, i ? " " : "",
			(entries[i].address - FIRST_BASE) / ARENA,
			entries[i].total - entries[i].used);
	assert_text_equal(text_of(&text), expected);
	text_finish(&text);
	assert_sound(world);
}

/* The names of the decisions of the last request. */
static void assert_decided(const struct world *world, const char *expected)
{
	struct text text = {0};

	for (size_t i = 0; i < world->log.count; i++)
		text_add(&text, "%s%s", i ? " " : "", world->log.items[i].kind->name);
	assert_text_equal(text_of(&text), expected);
	text_finish(&text);
}

static uint64_t operand(const struct world *world, const struct decision_kind *kind, unsigned which)
{
	for (size_t i = 0; i < world->log.count; i++)
		if (world->log.items[i].kind == kind)
			return (&world->log.items[i].a)[which];
	fail_msg("there is no decision %s", kind->name);
	return 0;
}

static struct totals totals_of(const struct world *world)
{
	struct totals totals;
	engine_totals(world->engine, &totals);
	return totals;
}

/* ---- pools ----------------------------------------------------------------------------------- */

static void a_pool_is_carved_filled_emptied_and_kept_by_its_arena(void **state)
{
	struct world *world = world_with("3.8", FIRST_BASE, false);

	take(world, 99, 16); /* another pool, so that the arena stays */
	take(world, 0, 512);
	assert_pool(world, 1, "H#1.....w");
	take_many(world, 1, 5, 512);
	assert_pool(world, 1, "H######1w");
	assert_int_equal(world->engine->happened, 0);
	take(world, 6, 512);
	assert_pool(world, 1, "H#######w");
	assert_int_equal(world->engine->happened, HAPPENED_POOL_FULL);

	drop(world, 2);
	assert_pool(world, 1, "H##1####w");
	assert_int_equal(world->engine->happened, HAPPENED_POOL_UNFULL);
	drop(world, 0);
	assert_pool(world, 1, "H1#2####w");
	take(world, 0, 500);
	assert_pool(world, 1, "H##1####w");

	drop_many(world, 3, 4);
	drop(world, 0);
	assert_pool(world, 1, "H1#65432w");
	drop(world, 1);
	assert_pool(world, 1, "F");
	assert_int_equal(world->engine->happened, HAPPENED_POOL_EMPTY);
	world_free(world);
}

static void the_class_that_had_a_pool_finds_its_chain_again_another_starts_anew(void **state)
{
	struct world *world = world_with("3.8", FIRST_BASE, false);

	take(world, 99, 16);
	take_many(world, 0, 3, 512);
	drop_many(world, 0, 3);
	take(world, 0, 512);
	assert_decided(world, "small usedpools-empty arena-chosen pool-from-freepools "
			      "pool-same-class pool-linked");
	assert_pool(world, 1, "H21#3...w");
	drop(world, 0);
	take(world, 0, 496);
	assert_decided(world, "small usedpools-empty arena-chosen pool-from-freepools "
			      "pool-initialised pool-linked");
	assert_pool(world, 1, "H#1......w");
	world_free(world);
}

static void a_pool_with_room_again_serves_before_the_others_of_its_class(void **state)
{
	struct world *world = world_with("3.8", FIRST_BASE, false);

	take_many(world, 0, 2 * POOL_BLOCKS + 1, 512);
	drop(world, 1);
	drop(world, POOL_BLOCKS + 1);
	take(world, 100, 512);
	assert_int_equal(world->blocks[100], FIRST_BASE + POOL + 48 + 512);
	take(world, 101, 512);
	assert_int_equal(world->blocks[101], FIRST_BASE + 48 + 512);
	world_free(world);
}

static void every_class_fills_its_pools_to_the_last_block(void **state)
{
	static const struct {
		const char *python;
		unsigned alignment, pool_size;
	} cases[] = {{"classic", 8, 4096}, {"2.7.16", 8, 4096}, {"2.7", 16, 4096},
		{"3.6.14", 8, 4096}, {"3.6", 16, 4096}, {"3.7.3", 8, 4096}, {"3.7", 16, 4096},
		{"3.8", 16, 4096}, {"3.11", 16, 16384}};

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++)
		for (unsigned size = cases[i].alignment; size <= 512; size += cases[i].alignment) {
			struct world *world = world_with(cases[i].python, FIRST_BASE, false);
			unsigned blocks = (cases[i].pool_size - 48) / size;
			for (unsigned object = 0; object < blocks; object++) {
				assert_false(world->engine->happened & HAPPENED_POOL_FULL);
				take(world, object, size);
				assert_int_equal(world->blocks[object],
					FIRST_BASE + 48 + object * size);
			}
			assert_true(world->engine->happened & HAPPENED_POOL_FULL);
			take(world, blocks, size);
			assert_int_equal(world->blocks[blocks],
				FIRST_BASE + cases[i].pool_size + 48);
			world_free(world);
		}
}

static void a_release_has_the_preset_of_its_alignment(void **state)
{
	static const struct {
		const char *version, *preset;
	} cases[] = {{"2.7.0", "2.7.16"}, {"2.7.16", "2.7.16"}, {"2.7.17", "2.7"}, {"2.7", "2.7"},
		{"3.6.0", "3.6.14"}, {"3.6.9", "3.6.14"}, {"3.6.15", "3.6"}, {"3.7.3", "3.7.3"},
		{"3.7.4rc1", "3.7"}, {"3.7.16+", "3.7"}, {"3.8.0", "3.8"}, {"3.11.2", "3.11"},
		{"3.13", "3.13"}, {"3.14.10", "3.14"}, {"3.99.1", NULL}, {"4", NULL},
		{"classic", NULL}, {"", NULL}};

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		const char *preset = pymalloc_preset_for(cases[i].version);
		if (cases[i].preset)
			assert_string_equal(preset, cases[i].preset);
		else
			assert_null(preset);
	}
}

static void the_first_request_of_all_says_every_step(void **state)
{
	struct world *world = world_with("3.11", FIRST_BASE, false);

	take(world, 0, 100);
	assert_decided(world, "small usedpools-empty no-usable-arena arena-mapped pool-carved "
			      "pool-initialised pool-linked");
	assert_int_equal(operand(world, &decision_arena_mapped, 2), 64);
	assert_int_equal(operand(world, &decision_pool_initialised, 2), (16384 - 48) / 112);
	assert_int_equal(world->engine->happened, HAPPENED_ARENA_MAPPED | HAPPENED_POOL_NEW);
	take(world, 1, 112);
	assert_decided(world, "small usedpools-hit block-popped block-carved");
	world_free(world);
}

/* ---- arenas ---------------------------------------------------------------------------------- */

static void usable_arenas_stays_sorted_the_fullest_first(void **state)
{
	struct world *world = world_with("3.8", FIRST_BASE, false);

	take_many(world, 0, 3 * ARENA_BLOCKS, 512);
	assert_usable(world, "");
	drop_pool(world, 64);
	assert_usable(world, "A01:1");
	drop_pool(world, 0);
	assert_usable(world, "A00:1 A01:1");
	drop_pool(world, 1);
	assert_usable(world, "A01:1 A00:2");
	drop_pool(world, 128);
	assert_usable(world, "A02:1 A01:1 A00:2");
	drop_pool(world, 129);
	assert_usable(world, "A01:1 A02:2 A00:2");
	drop_pool(world, 130);
	assert_usable(world, "A01:1 A00:2 A02:3");
	drop_pool(world, 65);
	assert_usable(world, "A01:2 A00:2 A02:3");
	assert_int_equal(operand(world, &decision_arena_stays, 1), 2);

	take_many(world, 10000, 2 * POOL_BLOCKS, 512);
	assert_usable(world, "A00:2 A02:3");
	assert_int_equal((world->blocks[10000] - FIRST_BASE) / ARENA, 1);
	world_free(world);
}

static void a_wholly_free_arena_goes_back_or_is_kept_when_it_is_the_last(void **state)
{
	static const struct {
		const char *python;
		unsigned kept;
		const char *region;
	} cases[] = {{"classic", 0, ""}, {"2.7", 0, ""}, {"3.8", 0, ""}, {"3.9", 1, "K"},
		{"3.14", 1, "K"}};

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct world *world = world_with(cases[i].python, FIRST_BASE, false);
		take(world, 0, 512);
		drop(world, 0);
		assert_int_equal(world->held, cases[i].kept);
		assert_int_equal(totals_of(world).regions, cases[i].kept);
		if (cases[i].kept) {
			struct region region;
			engine_region(world->engine, 0, &region);
			assert_string_equal(region.state, cases[i].region);
			assert_int_equal(region.used, 0);
		}
		assert_sound(world);
		take(world, 0, 512);
		assert_int_equal(totals_of(world).regions_total, cases[i].kept ? 1 : 2);
		world_free(world);
	}
}

static void of_two_wholly_free_arenas_one_is_kept(void **state)
{
	struct world *world = world_with("3.9", FIRST_BASE, false);

	take_many(world, 0, 2 * ARENA_BLOCKS, 512);
	drop_many(world, 0, ARENA_BLOCKS);
	assert_usable(world, "A00:64");
	drop_many(world, ARENA_BLOCKS, ARENA_BLOCKS - 1);
	assert_usable(world, "A01:63 A00:64");
	drop(world, 2 * ARENA_BLOCKS - 1);
	assert_usable(world, "A00:64");
	assert_int_equal(world->held, 1);
	world_free(world);
}

static void arena_slots_double_from_16_and_the_one_freed_last_is_used_next(void **state)
{
	struct world *world = world_with("3.8", FIRST_BASE, false);
	uint64_t slot = 0;

	for (unsigned i = 0; i < 17; i++) {
		take_many(world, i * ARENA_BLOCKS, 1, 512);
		assert_int_equal(operand(world, &decision_arena_mapped, 3), slot++);
		take_many(world, i * ARENA_BLOCKS + 1, ARENA_BLOCKS - 1, 512);
	}
	drop_many(world, 3 * ARENA_BLOCKS, ARENA_BLOCKS);
	drop_many(world, 5 * ARENA_BLOCKS, ARENA_BLOCKS);
	static const uint64_t next[] = {5, 3, 17};
	for (unsigned i = 0; i < 3; i++) {
		take_many(world, (17 + i) * ARENA_BLOCKS, 1, 512);
		assert_int_equal(operand(world, &decision_arena_mapped, 0), 17 + i);
		assert_int_equal(operand(world, &decision_arena_mapped, 3), next[i]);
		take_many(world, (17 + i) * ARENA_BLOCKS + 1, ARENA_BLOCKS - 1, 512);
	}
	assert_sound(world);
	world_free(world);
}

static void arenas_are_found_by_their_addresses_however_they_come_and_go(void **state)
{
	struct world *world = world_with("3.8", FIRST_BASE, false);
	unsigned order[40];
	struct dice dice;

	dice_init(&dice, 5);
	for (unsigned i = 0; i < 40; i++) {
		order[i] = i;
		world->base += dice_roll(&dice, 1u << 30) / POOL * POOL;
		take_many(world, i * ARENA_BLOCKS, ARENA_BLOCKS, 512);
	}
	for (unsigned left = 40; left > 0; left--) {
		unsigned at = (unsigned)dice_roll(&dice, left);
		drop_many(world, order[at] * ARENA_BLOCKS, ARENA_BLOCKS);
		order[at] = order[left - 1];
		assert_int_equal(world->held, left - 1);
		assert_sound(world);
	}
	world_free(world);
}

static void an_arena_that_begins_inside_a_pool_loses_one(void **state)
{
	struct world *world = world_with("3.8", FIRST_BASE + 1000, false);
	struct page page;

	take(world, 0, 512);
	assert_int_equal(world->blocks[0], FIRST_BASE + POOL + 48);
	assert_int_equal(operand(world, &decision_arena_mapped, 2), 63);
	assert_int_equal(totals_of(world).alignment, POOL);
	engine_page(world->engine, 0, 63, &page);
	assert_int_equal(page.state, PAGE_LOST);

	/* The next arena begins where this one ends: two of them share one aligned range. */
	take_many(world, 1, 63 * POOL_BLOCKS, 512);
	assert_int_equal(world->held, 2);
	assert_int_equal(world->blocks[63 * POOL_BLOCKS], FIRST_BASE + ARENA + POOL + 48);
	assert_sound(world);
	drop_many(world, 0, 63 * POOL_BLOCKS + 1);
	assert_int_equal(world->held, 0);
	assert_sound(world);
	world_free(world);
}

/* A world whose arenas come from a simulated address space, or from the heap below. */
static struct world *world_in_space(const char *python, const char *arenas, const char *bases)
{
	struct world *world = calloc(1, sizeof(*world));
	const struct engine_ops *pymalloc = engine_find("pymalloc"), *heap = engine_find("heap");
	struct options *options = options_new();
	struct error err;

	space_init(&world->space);
	options_add_table(options, pymalloc->options);
	options_add_table(options, heap->options);
	assert_int_equal(options_set(options, "python", python, &err), 0);
	assert_int_equal(options_set(options, "arenas", arenas, &err), 0);
	assert_int_equal(options_set(options, "arena-bases", bases, &err), 0);
	assert_int_equal(engine_new(&world->below, heap, NULL, &world->space.pages, options, &err),
		0);
	assert_int_equal(engine_new(&world->engine, pymalloc, world->below, &world->space.pages,
				 options, &err),
		0);
	options_free(options);
	return world;
}

static void unaligned_arenas_lose_a_pool_where_a_page_is_not_a_pool(void **state)
{
	static const struct {
		const char *python, *arenas, *bases;
		unsigned arena, pool; /* KiB */
		unsigned pools;
		bool adjoin;
	} cases[] = {{"3.11", "mmap", "aligned", 1024, 16, 64, true},
		{"3.11", "mmap", "unaligned", 1024, 16, 63, true},
		{"3.8", "mmap", "unaligned", 256, 4, 64, true},
		{"classic", "heap", "aligned", 256, 4, 64, false},
		{"classic", "heap", "unaligned", 256, 4, 63, false},
		{"3.13", "heap", "unaligned", 1024, 16, 63, false}};

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct world *world =
			world_in_space(cases[i].python, cases[i].arenas, cases[i].bases);
		unsigned blocks = ((cases[i].pool << 10) - 48) / 512 * cases[i].pools;
		uint64_t arena = (uint64_t)cases[i].arena << 10, pool = cases[i].pool << 10;
		struct region one, other;

		take_many(world, 0, 2 * blocks, 512);
		assert_int_equal(totals_of(world).regions, 2);
		engine_region(world->engine, 0, &one);
		engine_region(world->engine, 1, &other);
		assert_int_equal(one.base % arena == 0 && other.base % arena == 0,
			strcmp(cases[i].bases, "aligned") == 0 &&
				strcmp(cases[i].arenas, "mmap") == 0);
		assert_int_equal(totals_of(world).alignment, cases[i].pools == 64 ? 0 : 2 * pool);
		if (cases[i].adjoin)
			assert_int_equal(other.base, one.base + arena);
		assert_sound(world);

		drop_many(world, 0, 2 * blocks);
		assert_sound(world);
		take_many(world, 0, blocks + 1, 512);
		assert_int_equal(totals_of(world).regions, 2);
		assert_sound(world);
		world_free(world);
	}
}

/*
 * ---- large requests ---------------------------------------------------------------------------
 */

static void what_is_not_small_goes_below(void **state)
{
	static const struct {
		struct request request;
		unsigned layer;
		const char *why;
	} cases[] = {
		{{.size = 1, .domain = DOMAIN_OBJ}, 0, "small"},
		{{.size = 512, .domain = DOMAIN_MEM}, 0, "small"},
		{{.size = 0, .domain = DOMAIN_OBJ}, 1, "too-large"},
		{{.size = 513, .domain = DOMAIN_OBJ}, 1, "too-large"},
		{{.size = 100, .domain = DOMAIN_RAW}, 1, "raw-domain"},
		{{.size = 100, .alignment = 16, .domain = DOMAIN_OBJ}, 0, "small"},
		{{.size = 100, .alignment = 32, .domain = DOMAIN_OBJ}, 1, "aligned"},
	};
	struct world *world = world_with("3.11", FIRST_BASE, true);

	for (unsigned i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		assert_int_equal(ask(world, i, &cases[i].request), OUTCOME_PLACED);
		assert_int_equal(world->layers[i], cases[i].layer);
		assert_string_equal(world->log.items[0].kind->name, cases[i].why);
		assert_int_equal(!!(world->engine->happened & HAPPENED_BELOW), cases[i].layer);
	}
	drop_many(world, 0, sizeof(cases) / sizeof(*cases));

	take(world, 0, 0);
	/* a request for one byte */
	assert_int_equal(operand(world, &decision_entered_below, 0), 1);
	take(world, 0, 0);
	assert_decided(world, "stays-below entered-below fits-block left-below");
	assert_int_equal(operand(world, &decision_entered_below, 0), 1);
	world_free(world);
}

static void without_a_layer_below_there_is_no_memory_for_it(void **state)
{
	struct world *world = world_with("3.11", FIRST_BASE, false);
	const struct request large = {.size = 513, .domain = DOMAIN_OBJ},
			     small = {.size = 8, .domain = DOMAIN_OBJ};

	assert_int_equal(ask(world, 0, &large), OUTCOME_NO_MEMORY);
	take(world, 1, 300);
	uint64_t before = world->blocks[1];
	assert_int_equal(ask(world, 1, &large), OUTCOME_NO_MEMORY);
	assert_int_equal(world->blocks[1], before);
	take(world, 1, 290);
	assert_int_equal(world->blocks[1], before);

	world->refuse = 1;
	drop(world, 1);
	take(world, 1, 300); /* its arena was kept */
	world_free(world);

	world = world_with("3.11", FIRST_BASE, false);
	world->refuse = 1;
	assert_int_equal(ask(world, 0, &small), OUTCOME_NO_MEMORY);
	assert_true(world->engine->happened & HAPPENED_NO_MEMORY);
	assert_sound(world);
	world_free(world);
}

static void a_small_request_goes_below_when_no_arena_can_be_had(void **state)
{
	struct world *world = world_with("3.11", FIRST_BASE, true);

	world->refuse = 1;
	take(world, 0, 8);
	assert_int_equal(world->layers[0], 1);
	operand(world, &decision_arena_refused, 0);
	drop(world, 0);
	assert_sound(world);
	world_free(world);
}

static void realloc_stays_in_its_block_when_it_fits_and_keeps_more_than_three_quarters(void **state)
{
	static const struct {
		uint64_t old, new;
		bool stays;
		unsigned layer; /* its layer afterwards */
	} cases[] = {
		{100, 100, true, 0}, /* a block of 112 */
		{100, 112, true, 0},
		{100, 113, false, 0},
		{100, 85, true, 0},  /* 340 > 336 */
		{100, 84, false, 0}, /* 336 is not more than 336 */
		{1, 16, true, 0},
		{16, 13, true, 0},
		{16, 12, false, 0}, /* the same class, and it moves nevertheless */
		{512, 385, true, 0},
		{512, 384, false, 0},
		{512, 513, false, 1},
		{100, 0, false, 1},
		{600, 10, true, 1}, /* the layer below keeps its blocks */
		{0, 1, true, 1},
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct world *world = world_with("3.11", FIRST_BASE, true);
		take(world, 0, cases[i].old);
		uint64_t before = world->blocks[0];
		take(world, 0, cases[i].new);
		if ((world->blocks[0] == before) != cases[i].stays ||
			world->layers[0] != cases[i].layer)
			fail_msg("%" PRIu64 " to %" PRIu64 ": layer %u, %s", cases[i].old,
				cases[i].new, world->layers[0],
				world->blocks[0] == before ? "stayed" : "moved");
		assert_int_equal(totals_of(world).blocks_live, cases[i].layer == 0);
		assert_sound(world);
		world_free(world);
	}
}

static void addresses_where_no_block_begins_are_refused_and_change_nothing(void **state)
{
	struct world *world = world_with("3.8", FIRST_BASE, true);
	struct flat *flat = &world->engine->flat;
	size_t bytes = 0;

	take_many(world, 0, 4, 512);
	uint64_t double_free = world->blocks[3];
	drop(world, 3);
	const uint64_t wrong[] = {
		double_free,
		world->blocks[0] + 16, /* inside a block */
		FIRST_BASE,            /* a header */
		FIRST_BASE + 40,
		FIRST_BASE + 48 + 5 * 512, /* never used */
		FIRST_BASE + 48 + 7 * 512, /* the tail of the pool */
		FIRST_BASE + POOL,         /* a pool never carved */
		FIRST_BASE + POOL + 48,
		FIRST_BASE + ARENA - 1,
		FIRST_BASE + ARENA, /* after the arena */
		FIRST_BASE - 1,
		1,
		UINT64_MAX,
	};
	struct snapshot *before = snapshot_new(&flat, 1, NULL, &bytes);
	for (size_t i = 0; i < sizeof(wrong) / sizeof(*wrong); i++) {
		const struct request request = {.size = 20, .domain = DOMAIN_OBJ};
		struct placement placement;
		listen(world);
		if (engine_release(world->engine, wrong[i]) != OUTCOME_INVALID ||
			engine_reallocate(world->engine, wrong[i], &request, &placement) !=
				OUTCOME_INVALID)
			fail_msg("0x%" PRIx64 " was taken for a block", wrong[i]);
		assert_true(snapshot_matches(before, &flat, 1));
	}
	snapshot_free(before, &bytes);
	world_free(world);
}

/* ---- figures --------------------------------------------------------------------------------- */

static void the_statistics_are_those_that_cpython_prints(void **state)
{
	struct world *world = world_with("3.8", FIRST_BASE + 16, false);
	struct text text = {0};

	take_many(world, 0, 8, 512);
	take_many(world, 8, 2, 20);
	drop(world, 8);
	engine_report(world->engine, 0, &text);
	assert_text_equal(text_of(&text),
		"Small block threshold = 512, in 32 size classes.\n"
		"\n"
		"class   size   num pools   blocks in use  avail blocks\n"
		"-----   ----   ---------   -------------  ------------\n"
		"    1     32           1               1           125\n"
		"   31    512           2               8             6\n"
		"\n"
		"# arenas allocated total           =                    1\n"
		"# arenas reclaimed                 =                    0\n"
		"# arenas highwater mark            =                    1\n"
		"# arenas allocated current         =                    1\n"
		"1 arenas * 262144 bytes/arena      =              262,144\n"
		"\n"
		"# bytes in allocated blocks        =                4,128\n"
		"# bytes in available blocks        =                7,072\n"
		"60 unused pools * 4096 bytes       =              245,760\n"
		"# bytes lost to pool headers       =                  144\n"
		"# bytes lost to quantization       =                  944\n"
		"# bytes lost to arena alignment    =                4,096\n"
		"Total                              =              262,144\n");
	text_finish(&text);
	world_free(world);
}

/* Sums of a walk over the spans in [from, to). */
struct walk {
	uint64_t from, to;
	uint64_t end; /* of the span before; 0: none */
	uint64_t used;
	uint64_t whole; /* bytes of all spans */
	bool has_gap;
};

static bool walk_span(const struct span *span, void *user)
{
	struct walk *walk = user;
	uint64_t from = span->base > walk->from ? span->base : walk->from;
	uint64_t to = span->base + span->size < walk->to ? span->base + span->size : walk->to;

	walk->has_gap |= walk->end != 0 && span->base != walk->end;
	walk->end = span->base + span->size;
	walk->whole += span->size;
	if (span->state == SPAN_USED)
		walk->used += to - from;
	return true;
}

static void assert_spans_agree(const struct world *world, struct dice *dice)
{
	size_t nregions = engine_region_count(world->engine);

	for (size_t at = 0; at < nregions; at++) {
		struct region region;
		engine_region(world->engine, at, &region);
		struct walk all = {.from = region.base, .to = region.base + region.size};
		engine_spans(world->engine, all.from, all.to, walk_span, &all);
		assert_false(all.has_gap);
		assert_int_equal(all.whole, region.size);
		assert_int_equal(all.used, region.used);

		struct walk part = {.from = region.base - 5000 + dice_roll(dice, region.size)};
		part.to = part.from + dice_roll(dice, dice_roll(dice, 2) ? 3000 : 2 * region.size);
		engine_spans(world->engine, part.from, part.to, walk_span, &part);
		assert_int_equal(engine_used_between(world->engine, part.from, part.to), part.used);
	}
}

/*
 * Growth and shrinking in turn, with arenas at any base: everything is derived again after each
 * event.
 */
static void every_version_is_sound_after_every_event_whatever_the_bases(void **state)
{
	static const char *const versions[] = {"classic", "3.8", "3.9", "3.12"};

	for (size_t v = 0; v < sizeof(versions) / sizeof(*versions); v++) {
		struct world *world = world_with(versions[v], FIRST_BASE + 5000, true);
		struct dice dice;

		dice_init(&dice, 77 + v);
		for (unsigned at = 0; at < 6000; at++) {
			unsigned object = (unsigned)dice_roll(&dice, 2000);
			bool shrinking = at / 1500 % 2;
			if (at % 97 == 0)
				world->base += 1 + dice_roll(&dice, 100000);
			if (world->blocks[object] && (shrinking || dice_roll(&dice, 3) == 0))
				drop(world, object);
			else if (!shrinking || dice_roll(&dice, 10) == 0)
				take(world, object,
					dice_roll(&dice, 4) ? 400 + dice_roll(&dice, 112)
							    : dice_roll(&dice, 600));
			assert_sound(world);
			if (at % 50 == 0)
				assert_spans_agree(world, &dice);
		}
		for (unsigned object = 0; object < 2000; object++)
			if (world->blocks[object])
				drop(world, object);
		assert_sound(world);
		assert_true(world->held <= 1);
		world_free(world);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_pool_is_carved_filled_emptied_and_kept_by_its_arena),
		cmocka_unit_test(
			the_class_that_had_a_pool_finds_its_chain_again_another_starts_anew),
		cmocka_unit_test(a_pool_with_room_again_serves_before_the_others_of_its_class),
		cmocka_unit_test(every_class_fills_its_pools_to_the_last_block),
		cmocka_unit_test(a_release_has_the_preset_of_its_alignment),
		cmocka_unit_test(the_first_request_of_all_says_every_step),
		cmocka_unit_test(usable_arenas_stays_sorted_the_fullest_first),
		cmocka_unit_test(a_wholly_free_arena_goes_back_or_is_kept_when_it_is_the_last),
		cmocka_unit_test(of_two_wholly_free_arenas_one_is_kept),
		cmocka_unit_test(arena_slots_double_from_16_and_the_one_freed_last_is_used_next),
		cmocka_unit_test(arenas_are_found_by_their_addresses_however_they_come_and_go),
		cmocka_unit_test(an_arena_that_begins_inside_a_pool_loses_one),
		cmocka_unit_test(unaligned_arenas_lose_a_pool_where_a_page_is_not_a_pool),
		cmocka_unit_test(what_is_not_small_goes_below),
		cmocka_unit_test(without_a_layer_below_there_is_no_memory_for_it),
		cmocka_unit_test(a_small_request_goes_below_when_no_arena_can_be_had),
		cmocka_unit_test(
			realloc_stays_in_its_block_when_it_fits_and_keeps_more_than_three_quarters),
		cmocka_unit_test(addresses_where_no_block_begins_are_refused_and_change_nothing),
		cmocka_unit_test(the_statistics_are_those_that_cpython_prints),
		cmocka_unit_test(every_version_is_sound_after_every_event_whatever_the_bases),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
