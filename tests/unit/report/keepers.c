/* Who keeps memory, held to what is derived from the place of every object; and plays without. */
#include "report/keepers.h"

#include "base/error.h"
#include "base/options.h"
#include "base/text.h"
#include "dice.h"
#include "player/rival_words.h"
#include "report/leftovers.h"
#include "report/owners.h"
#include "report/survivors.h"
#include "report/transients.h"
#include "support.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define OBJECTS 6000u
#define CALLERS 6u
#define ARENAS  64u

/* A trace at its end, in an engine. */
struct played {
	struct trace *trace;
	struct heap *heap;
	struct symbols *symbols;
	struct callers *callers;
	struct lives lives;
	struct owners owners;
	struct keepers keepers;
	struct options *given, *options;
	const char *engine;
};

static void play(struct played *played, const char *engine, const char *text, size_t length)
{
	struct metrics metrics = {0};
	struct error err = {0};
	size_t count;

	*played = (struct played){.given = options_new()};
	const struct engine_ops *const *engines = engine_list(&count);
	for (size_t i = 0; i < count; i++)
		if (engines[i]->options)
			options_add_table(played->given, engines[i]->options);
	assert_int_equal(trace_open_memory(&played->trace, text, length, "t", 0, &err), 0);
	assert_int_equal(rival_parse(engine, played->given, &played->engine, &played->options,
				 &err),
		0);
	assert_int_equal(heap_new(&played->heap, played->engine, played->options, &err), 0);
	metrics_play(&metrics, played->heap, played->trace, 0, trace_length(played->trace), &err);
	played->symbols = symbols_new(played->trace);
	played->callers = callers_new(played->trace, played->symbols);
	lives_read(&played->lives, played->trace, played->callers, trace_length(played->trace),
		played->heap);
	owners_find(&played->owners, played->trace, &played->lives, trace_length(played->trace));
	keepers_find(&played->keepers, played->heap, &played->lives, played->callers,
		&(struct transients){0}, &played->owners, true);
}

static void finish(struct played *played)
{
	keepers_finish(&played->keepers);
	owners_finish(&played->owners);
	lives_finish(&played->lives);
	callers_free(played->callers);
	symbols_free(played->symbols);
	heap_free(played->heap);
	options_free(played->options);
	options_free(played->given);
	trace_close(played->trace);
}

static void add_sites(struct text *text)
{
	for (unsigned i = 1; i < CALLERS; i++)
		text_add(text,
			"name 0x800000000000000%u f%u (a.py:%u)\nsite %u 0x800000000000000%u\n", i,
			i, i, i, i);
}

/*
 * Objects of several sizes, most of which are freed again. Mostly one caller after the other makes
 * them, so that some arenas have one caller.
 */
static void random_text(struct text *text, unsigned seed)
{
	struct dice dice;

	dice_init(&dice, seed);
	add_sites(text);
	for (unsigned i = 0; i < OBJECTS; i++) {
		unsigned turn = i * (CALLERS - 1) / OBJECTS;
		if (dice_roll(&dice, 12) == 0)
			turn = (unsigned)dice_roll(&dice, CALLERS - 1);
		text_add(text, "a %u %u site=%u\n", i, 16 + (unsigned)dice_roll(&dice, 496),
			1 + turn);
	}
	for (unsigned i = 0; i < OBJECTS; i++)
		if (dice_roll(&dice, 200) != 0)
			text_add(text, "f %u\n", i);
}

/* Which callers have blocks in each arena, from the place of every object. */
static size_t tenancies_of(const struct played *played, uint32_t tenancies[ARENAS])
{
	const struct engine *engine = heap_layer(played->heap, 0);
	struct region region;
	struct live live;
	size_t at;

	assert_true(engine_region_count(engine) <= ARENAS);
	for (uint32_t object = 0; object < OBJECTS; object++) {
		if (!heap_find(played->heap, object, &live))
			continue;
		assert_true(engine_region_at(engine, live.address, &at, &region));
		tenancies[at] |= 1u << lives_caller(&played->lives, object);
	}
	return engine_region_count(engine);
}

/* Gives how many callers are alone in an arena. */
static size_t assert_goes_back(const struct played *played)
{
	const struct engine *engine = heap_layer(played->heap, 0);
	const struct keepers *keepers = &played->keepers;
	uint32_t tenancies[ARENAS] = {0}, gone = 0;
	size_t arenas = tenancies_of(played, tenancies), alone_in_some = 0;

	for (size_t i = 0; i < keepers->count; i++) {
		uint64_t alone = 0, so_far = 0;
		gone |= 1u << keepers->items[i].caller;
		for (size_t at = 0; at < arenas; at++) {
			struct region region;
			engine_region(engine, at, &region);
			if (tenancies[at] == 1u << keepers->items[i].caller)
				alone += region.size;
			if (tenancies[at] != 0 && (tenancies[at] & ~gone) == 0)
				so_far += region.size;
		}
		assert_int_equal(keepers->items[i].alone.arenas, alone);
		assert_int_equal(keepers->items[i].with_above.arenas, so_far);
		alone_in_some += alone > 0;
	}
	return alone_in_some;
}

static void what_goes_back_is_the_arenas_that_no_other_callers_blocks_are_in(void **state)
{
	size_t alone = 0;

	for (unsigned seed = 1; seed <= 20; seed++) {
		struct text text = {0};
		struct played played;
		random_text(&text, seed);
		play(&played, seed % 2 ? "pymalloc:3.8" : "pymalloc:3.11", text.bytes, text.length);
		alone += assert_goes_back(&played);
		finish(&played);
		text_finish(&text);
	}
	assert_true(alone > 10);
}

static void what_blocks_keep_is_all_that_is_idle_in_arenas_with_blocks(void **state)
{
	struct holdings holdings;
	struct text text = {0};
	struct played played;

	random_text(&text, 7);
	play(&played, "pymalloc:3.8", text.bytes, text.length);
	holdings_of(played.heap, &holdings);
	uint64_t idle = holdings.causes[CAUSE_PINNED] + holdings.causes[CAUSE_POOLS] +
			holdings.causes[CAUSE_EMPTY];
	/* without what is rounded, and the headers of pools in pinned arenas */
	assert_in_range(played.keepers.idle, idle - idle / 10, idle);
	finish(&played);
	text_finish(&text);
}

#define BLOCKS 4000u
#define DENSE  3000u /* from there on none is freed */
#define APART  500u  /* below, one of so many stays */

/* Blocks of one line: some pin arenas, and are a variable's; the others are side by side. */
static void pinned_text(struct text *text)
{
	add_sites(text);
	for (unsigned i = 0; i < BLOCKS; i++)
		text_add(text, "a %u 500 at=0x%x site=1\n", i, 0x100000 + i * 512);
	for (unsigned i = 0; i < DENSE; i++)
		if (i % APART != 0)
			text_add(text, "f %u\n", i);
	text_add(text, "#: census blocks=%u bytes=1 step=16\n", BLOCKS);
	text_add(text, "#: owner 1 blocks=1 bytes=1 type=list name=svc.alarms\n");
	for (unsigned i = 0; i < DENSE; i += APART)
		text_add(text, "#: kept 1 %x\n", 0x100000 + i * 512);
}

static void a_variable_keeps_what_is_idle_beside_its_blocks_however_few_these_are(void **state)
{
	struct text text = {0};
	struct played played;

	pinned_text(&text);
	play(&played, "pymalloc:3.8", text.bytes, text.length);
	uint64_t idle = played.keepers.idle, bytes = played.keepers.items[0].bytes;
	assert_int_equal(played.keepers.count, 1);
	assert_in_range(played.owners.bytes[1], 1, bytes / 100);
	/* the last arena also has empty pools, which the others keep */
	assert_in_range(owners_all_kept(&played.owners, 1), idle / 5 * 4, idle);
	assert_int_equal(owners_kept(&played.owners, 1, played.keepers.items[0].caller),
		owners_all_kept(&played.owners, 1));
	finish(&played);
	text_finish(&text);
}

/* Small blocks between large ones that are freed: those of odd numbers are an object of it. */
static void alone_text(struct text *text, const char *samples)
{
	add_sites(text);
	for (unsigned i = 0; i < 8; i++)
		text_add(text, "a %u %u site=1\n", i, i % 2 ? 48 : 100000);
	for (unsigned i = 0; i < 8; i += 2)
		text_add(text, "f %u\n", i);
	text_add(text, "#: census blocks=4 bytes=192 step=4096\n");
	text_add(text, "#: owner 1 blocks=4 bytes=192 type=dict name=svc.seen\n%s", samples);
}

/* The census had each of these blocks with a chance of one in 85 only, or with certainty. */
static void a_few_blocks_that_keep_all_are_known_where_the_census_weighs_them(void **state)
{
	static const struct {
		const char *samples;
		bool is_sampled;
	} cases[] = {
		{"", false},
		/* one of their size stands for 85 */
		{"#: kept 0 7\n", false},
		/* one with what it keeps would be there */
		{"#: kept 0 7+30\n", true},
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct text text = {0};
		struct played played;
		alone_text(&text, cases[i].samples);
		play(&played, "glibc", text.bytes, text.length);
		const struct keeper *first = &played.keepers.items[0];
		assert_int_equal(first->blocks, 4);
		assert_int_equal(owners_all_kept(&played.owners, 1), 0);
		assert_int_equal(owners_are_sampled(&played.owners, &first->caller, 1, first->idle),
			cases[i].is_sampled);
		assert_true(owners_are_sampled(&played.owners, NULL, 0, 0)); /* of nothing */
		finish(&played);
		text_finish(&text);
	}
}

/* One line makes its blocks through two functions of a library, each of which keeps less. */
static void callers_of_one_line_keep_together(void **state)
{
	static const char text[] =
		"name 0x8000000000000001 g (a.cc:9)\nsite 1 0x8000000000000001\n"
		"name 0x8000000000000002 f (a.cc:6) through operator new\n"
		"site 2 0x8000000000000002\n"
		"name 0x8000000000000003 f (a.cc:6) through make\nsite 3 0x8000000000000003\n"
		"a 0 70000\na 1 32 site=1\na 2 50000\na 3 32 site=2\na 4 40000\n"
		"a 5 32 site=3\nf 0\nf 2\nf 4\n";
	static const char *const expected[] = {"f (a.cc:6) through operator new",
		"f (a.cc:6) through make", "g (a.cc:9)"};
	struct played played;

	play(&played, "glibc", text, sizeof(text) - 1);
	assert_int_equal(played.keepers.count, 3);
	for (size_t i = 0; i < 3; i++)
		assert_string_equal(callers_name(played.callers, played.keepers.items[i].caller),
			expected[i]);
	assert_int_equal(keepers_enough(&played.keepers, 3), 2);
	assert_int_equal(keepers_enough(&played.keepers, 1), 0);
	finish(&played);
}

/* Three blocks of 64 KiB, then one of each other caller: the heap shrinks from its end. */
static const char heap_text[] = "name 0x8000000000000001 f1 (a.c:1)\nsite 1 0x8000000000000001\n"
				"name 0x8000000000000002 f2 (a.c:2)\nsite 2 0x8000000000000002\n"
				"a 0 65536\na 1 32 site=1\na 2 65536\na 3 32 site=2\na 4 65536\n"
				"a 5 32 site=1\nf 0\nf 2\nf 4\n";

static void a_hole_of_a_heap_is_kept_by_the_block_above_it(void **state)
{
	struct played played;

	play(&played, "glibc", heap_text, sizeof(heap_text) - 1);
	assert_int_equal(played.keepers.count, 2);
	const struct keeper *first = &played.keepers.items[0], *second = first + 1;
	assert_string_equal(callers_name(played.callers, first->caller), "f1 (a.c:1)");
	assert_int_equal(first->blocks, 2);
	assert_int_equal(first->idle, 2 * (65536 + 16));
	assert_int_equal(second->idle, 65536 + 16);
	/* alone, down to the second caller's block; in whole pages */
	assert_in_range(first->alone.ends, 65536 - 4096, 65536 + 4096);
	assert_int_equal(second->alone.ends, 0);
	assert_in_range(second->with_above.ends, 3 * 65536 - 4096, 3 * 65536 + 8192);
	finish(&played);
}

/* What is live and held at the end of a play in which the survivors of one caller are elsewhere. */
static struct heap_sums rehearse(const struct played *played, const char *name, bool is_together)
{
	struct survivors survivors;
	struct selection selection;
	struct rehearsal rehearsal;
	struct heap_sums sums;
	struct error err = {0};
	struct effect effect;
	struct event event;
	struct heap *heap;
	uint32_t caller;

	assert_true(callers_find(played->callers, name, &caller));
	selection_of_callers(&selection, &played->lives, &caller, 1);
	survivors_find(&survivors, played->trace, played->heap, &played->lives, 0, &selection,
		SURVIVORS_AMONG_OTHERS);
	selection_finish(&selection);
	assert_int_equal(heap_new(&heap, played->engine, played->options, &err), 0);
	rehearsal_begin(&rehearsal, &survivors, is_together);
	for (uint64_t at = 0; trace_get(played->trace, at, &event); at++)
		if (!rehearsal_apply(&rehearsal, heap, at, &event))
			heap_apply(heap, at, &event, NULL, &effect);
	rehearsal_end(&rehearsal);
	survivors_finish(&survivors);
	heap_sums(heap, &sums);
	assert_int_equal(heap_check(heap, &err), 0);
	heap_free(heap);
	return sums;
}

static void a_play_without_survivors_has_everything_else(void **state)
{
	static const char text[] =
		"name 0x8000000000000001 f1 (a.c:1)\nsite 1 0x8000000000000001\n"
		"a 0 100\na 1 20 site=1\nf 0\na 2 30 site=1\nr 2 50\nf 1\na 0 7 site=1\na 1 9\n";
	struct played played;

	/* objects 0 and 1 had other lives; 1 is of another caller by now */
	play(&played, "heap", text, sizeof(text) - 1);
	struct heap_sums sums = rehearse(&played, "f1 (a.c:1)", false);
	assert_int_equal(sums.live, 1);
	assert_int_equal(sums.live_bytes, 9);
	sums = rehearse(&played, "f1 (a.c:1)", true);
	assert_int_equal(sums.live, 3);
	assert_int_equal(sums.live_bytes, 9 + 50 + 7);
	finish(&played);
}

static void blocks_made_at_once_are_where_nothing_is_freed(void **state)
{
	struct text text = {0};
	struct played played;

	add_sites(&text);
	for (unsigned i = 0; i < 2000; i++)
		text_add(&text, "a %u 500 site=%u\n", i, i % 100 == 3 ? 1 : 2);
	for (unsigned i = 0; i < 2000; i++)
		if (i % 100 != 3)
			text_add(&text, "f %u\n", i);
	play(&played, "pymalloc:3.8", text.bytes, text.length);
	assert_int_equal(played.keepers.items[0].arenas, 5);
	assert_int_equal(rehearse(&played, "f1 (a.py:1)", false).reserved, 0);
	assert_int_equal(rehearse(&played, "f1 (a.py:1)", true).reserved, 256 << 10);
	finish(&played);
	text_finish(&text);
}

#define BUFFERS 10u

/*
 * Buffers of 100,000 bytes, in two steps of the first caller, below a block that lasts; another
 * makes them small, before a larger block. `first` is the number of the first one.
 */
static void grown_text(struct text *text, unsigned first)
{
	add_sites(text);
	for (unsigned i = 0; i < BUFFERS; i++)
		text_add(text, "a %u 50000 site=1\nr %u 100000 site=1\n", first + i, first + i);
	text_add(text, "a 0 32 site=3\n");
	for (unsigned i = 0; i < BUFFERS; i++)
		text_add(text, "r %u 64 site=2\nr %u 72 site=2\n", first + i, first + i);
	text_add(text, "a 50 300000 site=3\n");
}

static void a_block_of_another_caller_is_freed_where_it_became_a_survivor(void **state)
{
	struct text text = {0};
	struct played played;

	grown_text(&text, 100);
	play(&played, "glibc", text.bytes, text.length);
	for (int is_together = 0; is_together < 2; is_together++) {
		struct heap_sums sums = rehearse(&played, "f2 (a.py:2)", is_together);
		assert_int_equal(sums.live, 2 + (is_together ? BUFFERS : 0));
		assert_int_equal(sums.live_bytes, 300032 + (is_together ? BUFFERS * 72 : 0));
		/* they were there, below the block that lasts; the larger one is in their place */
		assert_in_range(sums.reserved, BUFFERS * 100000, BUFFERS * 100000 + 200000);
	}
	finish(&played);
	text_finish(&text);
}

static void a_block_is_made_where_it_was_if_no_number_is_left_for_a_copy(void **state)
{
	struct text text = {0};
	struct played played;

	grown_text(&text, OBJECT_NONE - BUFFERS);
	play(&played, "glibc", text.bytes, text.length);
	struct heap_sums sums = rehearse(&played, "f2 (a.py:2)", true);
	assert_int_equal(sums.live, 2 + BUFFERS);
	assert_int_equal(sums.live_bytes, 300032 + BUFFERS * 72);
	/* no room for the larger block between them */
	assert_true(sums.reserved > BUFFERS * 100000 + 300000);
	finish(&played);
	text_finish(&text);
}

static void a_block_that_its_caller_made_larger_never_was(void **state)
{
	struct text text = {0};
	struct played played;

	add_sites(&text);
	for (unsigned i = 0; i < BUFFERS; i++)
		text_add(&text, "a %u 50000 site=1\na %u 32 site=3\n", i, BUFFERS + i);
	for (unsigned i = 0; i < BUFFERS; i++)
		text_add(&text, "r %u 100000 site=1\n", i);
	play(&played, "glibc", text.bytes, text.length);
	struct heap_sums sums = rehearse(&played, "f1 (a.py:1)", false);
	assert_int_equal(sums.live, BUFFERS);
	assert_true(sums.reserved < 200000);
	finish(&played);
	text_finish(&text);
}

/* What comes of it if the caller's blocks are freed or copied at the end; the heap is as before. */
static struct aftermath try_now(const struct played *played, const char *name,
	enum survivors_fate fate)
{
	struct heap_sums before, after;
	struct survivors survivors;
	struct selection selection;
	struct error err = {0};
	uint32_t caller;

	assert_true(callers_find(played->callers, name, &caller));
	selection_of_callers(&selection, &played->lives, &caller, 1);
	survivors_find(&survivors, played->trace, played->heap, &played->lives,
		trace_length(played->trace), &selection, SURVIVORS_AMONG_OTHERS);
	selection_finish(&selection);
	heap_sums(played->heap, &before);
	struct aftermath aftermath = survivors_try(&survivors, played->heap, fate);
	heap_sums(played->heap, &after);
	assert_memory_equal(&before, &after, sizeof(before));
	assert_int_equal(heap_check(played->heap, &err), 0);
	survivors_finish(&survivors);
	return aftermath;
}

static void blocks_that_are_freed_now_leave_what_no_large_free_gives_back(void **state)
{
	struct text text = {0};
	struct played played;

	add_sites(&text);
	for (unsigned i = 0; i < 1000; i++)
		text_add(&text, "a %u 1500 site=2\na %u 40 site=1\n", i, 1000 + i);
	for (unsigned i = 0; i < 1000; i++)
		text_add(&text, "f %u\n", i);
	play(&played, "glibc", text.bytes, text.length);
	struct aftermath freed = try_now(&played, "f1 (a.py:1)", SURVIVORS_FREED);
	assert_true(freed.held > 1000 * 1500); /* fast chunks merge with nothing */
	assert_true(freed.held - freed.trimmable < 16 << 10);
	struct aftermath copied = try_now(&played, "f1 (a.py:1)", SURVIVORS_COPIED);
	assert_int_equal(copied.held, freed.held);
	assert_in_range(copied.held - copied.trimmable, 1000 * 48, 1000 * 48 + (24 << 10));
	finish(&played);
	text_finish(&text);
}

/* The cache of the thread that made them is full; that of the first thread takes them all. */
static void whichever_thread_gives_back_less_is_taken_to_free_them(void **state)
{
	struct text text = {0};
	struct played played;

	add_sites(&text);
	text_add(&text, "a 9999 1000 site=2\n");
	for (unsigned i = 0; i < 3000; i++)
		text_add(&text, "a %u 1000 site=%u thread=1\n", i, i % 600 == 599 ? 1 : 2);
	for (unsigned i = 0; i < 3000; i++)
		if (i % 600 != 599)
			text_add(&text, "f %u thread=1\n", i);
	play(&played, "glibc", text.bytes, text.length);
	assert_true(try_now(&played, "f1 (a.py:1)", SURVIVORS_FREED).held > 2900 * 1000);
	assert_true(try_now(&played, "f1 (a.py:1)", SURVIVORS_COPIED).held > 2900 * 1000);
	finish(&played);
	text_finish(&text);
}

static void arenas_go_back_when_what_is_in_them_is_freed_or_copied(void **state)
{
	struct text text = {0};
	struct played played;

	add_sites(&text);
	for (unsigned i = 0; i < 2000; i++)
		text_add(&text, "a %u 500 site=%u\n", i, i % 100 == 3 ? 1 : 2);
	for (unsigned i = 0; i < 2000; i++)
		if (i % 100 != 3)
			text_add(&text, "f %u\n", i);
	play(&played, "pymalloc:3.8", text.bytes, text.length);
	assert_int_equal(try_now(&played, "f1 (a.py:1)", SURVIVORS_FREED).held, 0);
	assert_in_range(try_now(&played, "f1 (a.py:1)", SURVIVORS_COPIED).held, 256 << 10,
		512 << 10);
	finish(&played);
	text_finish(&text);
}

/* ---- free chunks that merge with nothing --------------------------------------------------- */

/* The text with the address of each event at the end of its line, where the engine places it. */
static void add_placed(struct text *placed, const char *engine, const char *text)
{
	struct played played;
	struct effect effect;
	struct event event;
	struct heap *heap;
	struct error err;

	play(&played, engine, text, strlen(text));
	assert_int_equal(heap_new(&heap, played.engine, played.options, &err), 0);
	for (uint64_t at = 0; *text; text += strcspn(text, "\n") + 1) {
		text_add(placed, "%.*s", (int)strcspn(text, "\n"), text);
		if (strchr("arf", *text) && trace_get(played.trace, at, &event)) {
			heap_apply(heap, at++, &event, NULL, &effect);
			if (effect.outcome == OUTCOME_PLACED)
				text_add(placed, " at=0x%llx", (unsigned long long)effect.address);
		}
		text_add(placed, "\n");
	}
	heap_free(heap);
	finish(&played);
}

/* "f1 (LINE): 3 chunks, 528 bytes, which keep 208" */
static void add_leftovers(struct text *words, const char *text)
{
	static const char engine[] = "glibc:tcache-count=2";
	struct text placed = {0};
	struct leftovers leftovers;
	struct played played;

	add_placed(&placed, engine, text);
	play(&played, engine, placed.bytes, placed.length);
	leftovers_find(&leftovers, played.trace, played.callers, played.heap,
		trace_length(played.trace));
	for (size_t i = 0; i < leftovers.items.count; i++) {
		const struct leftover *item = &leftovers.items.items[i];
		text_add(words, "%s: %u chunks, %u bytes, which keep %u\n",
			callers_name(played.callers, item->caller), (unsigned)item->chunks,
			(unsigned)item->bytes, (unsigned)item->keeps);
	}
	text_add(words, "%u bytes\n", (unsigned)leftovers.bytes);
	leftovers_finish(&leftovers);
	finish(&played);
	text_finish(&placed);
}

/*
 * Two chunks of a size go to a tcache, then the small ones to a fast bin; the others merge. One is
 * used once more by another line, and one is left where its block grew.
 */
static void free_chunks_are_by_the_callers_of_their_last_blocks(void **state)
{
	struct text words = {0}, lines = {0};

	add_sites(&lines);
	text_add(&lines, "a 1 200 site=1\na 2 200 site=1\na 3 200 site=1\na 4 100 site=1\n"
			 "a 5 100 site=2\na 6 100 site=2\na 7 100 site=2\na 8 100 site=2\n"
			 "a 9 24 site=4\na 10 24\na 11 100 site=5\n"
			 "f 1\nf 2\nf 3\nf 4\nf 5\nf 6\nf 7\nf 8\n"
			 "a 12 100 site=3\nf 12\nr 9 300 site=5\nf 10\n");
	add_leftovers(&words, text_of(&lines));
	assert_text_equal(text_of(&words), "f1 (a.py:1): 3 chunks, 528 bytes, which keep 208\n"
					   "f2 (a.py:2): 3 chunks, 336 bytes, which keep 0\n"
					   "f3 (a.py:3): 1 chunks, 112 bytes, which keep 0\n"
					   "caller not recorded: 1 chunks, 32 bytes, which keep 0\n"
					   "f4 (a.py:4): 1 chunks, 32 bytes, which keep 0\n"
					   "1040 bytes\n");
	text_finish(&lines);
	text_finish(&words);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_goes_back_is_the_arenas_that_no_other_callers_blocks_are_in),
		cmocka_unit_test(what_blocks_keep_is_all_that_is_idle_in_arenas_with_blocks),
		cmocka_unit_test(
			a_variable_keeps_what_is_idle_beside_its_blocks_however_few_these_are),
		cmocka_unit_test(a_few_blocks_that_keep_all_are_known_where_the_census_weighs_them),
		cmocka_unit_test(callers_of_one_line_keep_together),
		cmocka_unit_test(a_hole_of_a_heap_is_kept_by_the_block_above_it),
		cmocka_unit_test(a_play_without_survivors_has_everything_else),
		cmocka_unit_test(blocks_made_at_once_are_where_nothing_is_freed),
		cmocka_unit_test(a_block_of_another_caller_is_freed_where_it_became_a_survivor),
		cmocka_unit_test(a_block_is_made_where_it_was_if_no_number_is_left_for_a_copy),
		cmocka_unit_test(a_block_that_its_caller_made_larger_never_was),
		cmocka_unit_test(blocks_that_are_freed_now_leave_what_no_large_free_gives_back),
		cmocka_unit_test(whichever_thread_gives_back_less_is_taken_to_free_them),
		cmocka_unit_test(arenas_go_back_when_what_is_in_them_is_freed_or_copied),
		cmocka_unit_test(free_chunks_are_by_the_callers_of_their_last_blocks),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
