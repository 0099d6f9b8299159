/*
 * Every way in which an engine can break its contract, each shown by a toy engine with that one
 * mistake; and the real engines, which never break it.
 */
#include "engine/contract.h"

#include "base/error.h"
#include "base/options.h"
#include "heap/heap.h"
#include "heap/space.h"
#include "support.h"

#include <stdio.h>
#include <string.h>

/* ---- a toy --------------------------------------------------------------------------------- */

/*
 * A region of 64 slots of 64 bytes; the lowest free slot serves a request. The test sets its
 * mistake, which it makes in one place only.
 */
enum wrong {
	RIGHT,
	OVERLAPS,           /* hands out a slot that is in use */
	OVERLAPS_BY_A_BYTE, /* its block begins one byte early */
	MISALIGNED,
	TOO_SMALL,
	NULL_BLOCK,
	WRAPS,
	NO_SUCH_LAYER,
	OUTSIDE, /* a block beyond its region */
	HALF_OUTSIDE,
	NOT_SHOWN, /* places a block where its spans show none */
	ALLOCATE_ANSWERS_RELEASED,
	RELEASE_ANSWERS_PLACED,
	RELEASE_FORGETS,   /* does not know a live block */
	RELEASES_ANYTHING, /* releases blocks that do not exist */
	REALLOCATE_FORGETS,
	REALLOCATES_ANYTHING,
	REALLOCATE_RELEASES,
	REALLOCATE_OVERLAPS,
	REALLOCATE_ANSWERS_NOTHING,
	LOSES_A_BLOCK, /* spans no longer show a live one */
	TORN_SPANS,
	WRONG_USED,
	WRONG_USED_BETWEEN,
	WRONG_TOTALS,
	WRONG_PARTS,
	WRONG_COUNT,
	WRONG_LIST,
	REGION_NOT_HELD,
	REGION_TWICE,
	CHECK_FAILS,
	GIVES_BACK_TWICE,
	GIVES_BACK_UNDER_A_BLOCK,
	ASKS_FOR_NOTHING,
	POINTS_AFTER_THE_END,
	POINTS_INTO_A_REGION,
};

#define SLOTS 64u
#define SLOT  64u
#define SPACE ((uint64_t)SLOTS * SLOT)

struct toy {
	struct engine engine;
	enum wrong wrong;        /* set by the test */
	struct flat_array state; /* uint64_t: the base, then 1 for each slot in use */
};

static struct toy *toy_of(const struct engine *engine)
{
	return (struct toy *)(uintptr_t)engine;
}

static uint64_t base_of(const struct engine *engine)
{
	return *flat_at(&toy_of(engine)->state, uint64_t, 0);
}

static uint64_t *slot_of(const struct engine *engine, size_t slot)
{
	return flat_at(&toy_of(engine)->state, uint64_t, slot + 1);
}

static uint64_t taken(const struct engine *engine)
{
	uint64_t n = 0;

	for (size_t i = 0; i < SLOTS; i++)
		n += *slot_of(engine, i);
	return n;
}

static int toy_init(struct engine *engine, const struct options *options, struct error *err)
{
	struct toy *toy = toy_of(engine);

	flat_add(&engine->flat, &toy->state, sizeof(uint64_t));
	flat_grow(&toy->state, SLOTS + 1);
	*flat_at(&toy->state, uint64_t, 0) = engine->pages->map(engine->pages, SPACE, SPACE);
	return 0;
}

static enum outcome toy_allocate(struct engine *engine, const struct request *request,
	struct placement *ret)
{
	enum wrong wrong = toy_of(engine)->wrong;
	uint64_t base = base_of(engine);
	size_t slot = 0;

	while (slot < SLOTS && *slot_of(engine, slot))
		slot++;
	if (slot == SLOTS || request->size > SLOT)
		return OUTCOME_NO_MEMORY;
	*ret = (struct placement){base + slot * SLOT, SLOT, 0};
	if (wrong == GIVES_BACK_TWICE || wrong == GIVES_BACK_UNDER_A_BLOCK)
		engine->pages->unmap(engine->pages, base,
			wrong == GIVES_BACK_TWICE ? SPACE * 2 : SPACE);
	if (wrong == ASKS_FOR_NOTHING)
		engine->pages->map(engine->pages, 0, 4096);
	if (wrong == OVERLAPS && slot > 0) {
		ret->address -= SLOT;
		return OUTCOME_PLACED;
	}
	if (wrong != NOT_SHOWN)
		*slot_of(engine, slot) = 1;
	ret->address += wrong == MISALIGNED ? 8 : 0;
	ret->address -= wrong == OVERLAPS_BY_A_BYTE && slot > 0 ? 1 : 0;
	ret->address += wrong == OUTSIDE ? SPACE : 0;
	ret->given = wrong == TOO_SMALL      ? request->size - 1
		     : wrong == HALF_OUTSIDE ? SPACE + 1
					     : SLOT;
	ret->layer = wrong == NO_SUCH_LAYER ? 3 : 0;
	if (wrong == NULL_BLOCK)
		ret->address = 0;
	if (wrong == WRAPS)
		ret->given = UINT64_MAX;
	return wrong == ALLOCATE_ANSWERS_RELEASED ? OUTCOME_RELEASED : OUTCOME_PLACED;
}

static bool find_slot(const struct engine *engine, uint64_t address, size_t *ret_slot)
{
	*ret_slot = (size_t)((address - base_of(engine)) / SLOT);
	return address >= base_of(engine) && *ret_slot < SLOTS &&
	       (address - base_of(engine)) % SLOT == 0 && *slot_of(engine, *ret_slot);
}

static enum outcome toy_release(struct engine *engine, uint64_t address)
{
	enum wrong wrong = toy_of(engine)->wrong;
	size_t slot;

	if (!find_slot(engine, address, &slot))
		return wrong == RELEASES_ANYTHING ? OUTCOME_RELEASED : OUTCOME_INVALID;
	*slot_of(engine, slot) = 0;
	if (wrong == LOSES_A_BLOCK)
		*slot_of(engine, 0) = 0;
	return wrong == RELEASE_ANSWERS_PLACED ? OUTCOME_PLACED
	       : wrong == RELEASE_FORGETS      ? OUTCOME_INVALID
					       : OUTCOME_RELEASED;
}

static enum outcome toy_reallocate(struct engine *engine, uint64_t address,
	const struct request *request, struct placement *ret)
{
	enum wrong wrong = toy_of(engine)->wrong;
	size_t slot;

	if (!find_slot(engine, address, &slot)) {
		*ret = (struct placement){address, SLOT, 0};
		return wrong == REALLOCATES_ANYTHING ? OUTCOME_PLACED : OUTCOME_INVALID;
	}
	if (wrong == REALLOCATE_FORGETS)
		return OUTCOME_INVALID;
	if (wrong == REALLOCATE_ANSWERS_NOTHING)
		return OUTCOME_NOTHING;
	if (wrong == REALLOCATE_RELEASES || request->size == 0) {
		*slot_of(engine, slot) = 0;
		return OUTCOME_RELEASED;
	}
	if (request->size > SLOT)
		return OUTCOME_NO_MEMORY;
	*ret = (struct placement){wrong == REALLOCATE_OVERLAPS ? base_of(engine) : address, SLOT,
		0};
	return OUTCOME_PLACED;
}

static size_t toy_region_count(const struct engine *engine)
{
	return toy_of(engine)->wrong == REGION_TWICE ? 2 : 1;
}

static void toy_region(const struct engine *engine, size_t at, struct region *ret)
{
	enum wrong wrong = toy_of(engine)->wrong;

	*ret = (struct region){.name = "toy",
		.kind = REGION_SLAB,
		.base = base_of(engine),
		.size = SPACE};
	ret->size += wrong == REGION_NOT_HELD ? SPACE : 0;
	ret->used = taken(engine) * SLOT + (wrong == WRONG_USED ? 1 : 0);
}

static void toy_spans(const struct engine *engine, uint64_t from, uint64_t to, span_visit *visit,
	void *user)
{
	for (size_t slot = 0; slot < SLOTS; slot++) {
		uint64_t base = base_of(engine) + slot * SLOT;
		struct span span = {.state = *slot_of(engine, slot) ? SPAN_USED : SPAN_FREE,
			.base = base,
			.size = SLOT};
		if (base + SLOT <= from || base >= to ||
			(toy_of(engine)->wrong == TORN_SPANS && slot == 9))
			continue;
		span.payload = span.state == SPAN_USED ? base : 0;
		if (!visit(&span, user))
			return;
	}
}

static uint64_t toy_used_between(const struct engine *engine, uint64_t from, uint64_t to)
{
	return taken(engine) * SLOT + (toy_of(engine)->wrong == WRONG_USED_BETWEEN ? 1 : 0);
}

static size_t toy_list_count(const struct engine *engine)
{
	return 1;
}

static size_t toy_landmarks(const struct engine *engine, struct landmark *ret, size_t n)
{
	enum wrong wrong = toy_of(engine)->wrong;

	if (n == 0)
		return 0;
	*ret = (struct landmark){"top", base_of(engine) + (wrong == POINTS_INTO_A_REGION ? 8 : 0),
		wrong == POINTS_AFTER_THE_END   ? SPACE + 1
		: wrong == POINTS_INTO_A_REGION ? 0
						: SPACE,
		"the end"};
	return 1;
}

static void toy_list(const struct engine *engine, size_t at, struct list *ret)
{
	*ret = (struct list){.name = "free slots", .length = SLOTS - taken(engine)};
	ret->length += toy_of(engine)->wrong == WRONG_LIST ? 1 : 0;
}

static size_t toy_list_entries(const struct engine *engine, size_t at, uint64_t from,
	struct list_entry *ret, size_t n)
{
	size_t got = 0;

	for (size_t slot = 0; slot < SLOTS && got < n; slot++) {
		if (*slot_of(engine, slot))
			continue;
		if (from > 0)
			from--;
		else
			ret[got++] = (struct list_entry){.address = base_of(engine) + slot * SLOT,
				.size = SLOT};
	}
	return got;
}

static void toy_totals(const struct engine *engine, struct totals *ret)
{
	enum wrong wrong = toy_of(engine)->wrong;

	*ret = (struct totals){.reserved = SPACE, .regions = 1, .blocks_live = taken(engine)};
	ret->blocks = taken(engine) * SLOT;
	ret->available = SPACE - ret->blocks - (wrong == WRONG_PARTS ? 1 : 0);
	ret->reserved += wrong == WRONG_TOTALS ? 1 : 0;
	ret->blocks_live += wrong == WRONG_COUNT ? 1 : 0;
}

static int toy_check(const struct engine *engine, struct error *err)
{
	return toy_of(engine)->wrong == CHECK_FAILS ? error_set(err, "its own books are wrong") : 0;
}

static const struct engine_ops toy_ops = {
	.name = "toy",
	.summary = "slots",
	.state_size = sizeof(struct toy),
	.init = toy_init,
	.allocate = toy_allocate,
	.release = toy_release,
	.reallocate = toy_reallocate,
	.region_count = toy_region_count,
	.region = toy_region,
	.spans = toy_spans,
	.used_between = toy_used_between,
	.list_count = toy_list_count,
	.list = toy_list,
	.list_entries = toy_list_entries,
	.landmarks = toy_landmarks,
	.totals = toy_totals,
	.check = toy_check,
};

/* ---- a toy under contract ------------------------------------------------------------------ */

struct trial {
	struct space space;
	struct engine *engine;
	struct toy *toy;
	uint64_t blocks[8];
};

/* The contract makes the toy and does not show it: it is found by its state. */
static struct toy *toy_within(struct engine *contract)
{
	const struct flat *flat = &contract->flat;

	return (struct toy *)((char *)flat->arrays[flat->narrays - 1] -
			      offsetof(struct toy, state));
}

static void trial_init(struct trial *trial, enum contract_level level)
{
	struct error err;

	space_init(&trial->space);
	assert_int_equal(contract_new(&trial->engine, &toy_ops, NULL, &trial->space.pages, NULL,
				 level, &err),
		0);
	trial->toy = toy_within(trial->engine);
}

static void trial_finish(struct trial *trial)
{
	engine_free(trial->engine);
	space_finish(&trial->space);
}

/*
 * Requests in words: "a 5" puts a block of 5 bytes into the next place of the table, "f 0" releases
 * the block of place 0, "r 0 9" reallocates it, "f !" and "r !" are for an address without a block;
 * "a 16 64": aligned. Returns the breach that the last request caused, and its outcome.
 */
static const char *play(struct trial *trial, const char *words, enum outcome *ret_outcome)
{
	struct engine *engine = trial->engine;
	size_t next = 0;

	*ret_outcome = OUTCOME_NOTHING;
	for (const char *at = words; *at; at += strcspn(at, ",") + (at[strcspn(at, ",")] == ',')) {
		char kind, place[8] = "";
		unsigned long size = 0, alignment = 0;
		struct placement placement = {0};
		at += strspn(at, " ");
		contract_begin(engine);
		if (*at == 'a') {
			sscanf(at, "a %lu %lu", &size, &alignment);
			const struct request request = {.size = size, .alignment = alignment};
			*ret_outcome = engine_allocate(engine, &request, &placement);
			trial->blocks[next++] = placement.address;
		} else {
			sscanf(at, "%c %7[0-9!] %lu", &kind, place, &size);
			uint64_t *block = &trial->blocks[place[0] == '!' ? 7 : place[0] - '0'];
			const struct request request = {.size = size};
			if (place[0] == '!')
				*block = base_of(&trial->toy->engine) + 40 * SLOT;
			if (kind == 'f')
				*ret_outcome = engine_release(engine, *block);
			else
				*ret_outcome =
					engine_reallocate(engine, *block, &request, &placement);
			if (*ret_outcome == OUTCOME_PLACED)
				*block = placement.address;
		}
		contract_end(engine);
	}
	return contract_broken(engine);
}

static void a_right_engine_breaks_nothing(void **state)
{
	struct trial trial;
	enum outcome outcome;

	trial_init(&trial, CONTRACT_ALL);
	const char *broken = play(&trial,
		"a 5, a 64, a 0, f 1, a 64 64, r 0 9, r 2 0, f !, r ! 5, f 0, a 65", &outcome);
	if (broken)
		fail_msg("%s", broken);
	assert_int_equal(outcome, OUTCOME_NO_MEMORY);
	trial_finish(&trial);
}

static void every_breach_is_caught_at_the_event_that_makes_it(void **state)
{
	static const struct {
		enum wrong wrong;
		const char *words;
		enum outcome outcome; /* the outcome that callers get instead */
		const char *broken;   /* words that the message must have */
	} cases[] = {
		{OVERLAPS, "a 5, a 5", OUTCOME_NO_MEMORY, "(64 bytes) overlaps the live one at 0x"},
		{OVERLAPS_BY_A_BYTE, "a 5, a 5", OUTCOME_NO_MEMORY, "is not what it shows there"},
		{MISALIGNED, "a 5 16", OUTCOME_NO_MEMORY, "is not aligned to 16"},
		{MISALIGNED, "a 5", OUTCOME_NO_MEMORY, "is not what it shows there"},
		{TOO_SMALL, "a 5", OUTCOME_NO_MEMORY, "has 4 bytes where 5 were asked for"},
		{NULL_BLOCK, "a 5", OUTCOME_NO_MEMORY, "toy: 64 bytes at 0x0 are not a block"},
		{WRAPS, "a 5", OUTCOME_NO_MEMORY,
			"toy: 18446744073709551615 bytes at 0x7f0000000000 are not a block"},
		{NO_SUCH_LAYER, "a 5", OUTCOME_NO_MEMORY,
			"toy: the block at 0x7f0000000000 is reported in layer 3, which does not exist"},
		{OUTSIDE, "a 5", OUTCOME_NO_MEMORY,
			"toy: the block at 0x7f0000001000 (64 bytes) is in none of its regions"},
		{HALF_OUTSIDE, "a 5", OUTCOME_NO_MEMORY,
			"toy: the block at 0x7f0000000000 (4097 bytes) is in none of its regions"},
		{NOT_SHOWN, "a 5", OUTCOME_NO_MEMORY, "is not what it shows there"},
		{ALLOCATE_ANSWERS_RELEASED, "a 5", OUTCOME_NO_MEMORY, "allocate returns released"},
		{RELEASE_ANSWERS_PLACED, "a 5, f 0", OUTCOME_RELEASED, "release returns placed"},
		{RELEASE_FORGETS, "a 5, f 0", OUTCOME_RELEASED,
			"does not know the live block at 0x"},
		{RELEASES_ANYTHING, "a 5, f !", OUTCOME_INVALID, "where no live block begins"},
		{REALLOCATE_FORGETS, "a 5, r 0 9", OUTCOME_NO_MEMORY,
			"of the live block at 0x7f0000000000 returns invalid"},
		{REALLOCATES_ANYTHING, "a 5, r ! 9", OUTCOME_INVALID,
			"where no live block begins, returns placed"},
		{REALLOCATE_RELEASES, "a 5, r 0 9", OUTCOME_RELEASED,
			"reallocate to 9 bytes returns released"},
		{REALLOCATE_OVERLAPS, "a 5, a 5, r 1 9", OUTCOME_NO_MEMORY,
			"overlaps the live one at 0x7f0000000000"},
		{REALLOCATE_ANSWERS_NOTHING, "a 5, r 0 9", OUTCOME_NO_MEMORY, "returns nothing"},
		{LOSES_A_BLOCK, "a 5, a 5, f 1", OUTCOME_RELEASED, "blocks of"},
		{TORN_SPANS, "a 5", OUTCOME_PLACED,
			"spans of region toy overlap or leave a gap at 0x7f0000000240"},
		{WRONG_USED, "a 5", OUTCOME_PLACED,
			"its used spans have 64 bytes, it says 65, and 64"},
		{WRONG_USED_BETWEEN, "a 5", OUTCOME_PLACED, "it says 64, and 65 between its ends"},
		{WRONG_TOTALS, "a 5", OUTCOME_PLACED,
			"totals: 1 regions of 4097 bytes, there are 1 of 4096"},
		{WRONG_PARTS, "a 5", OUTCOME_PLACED, "do not add up to the 4096 bytes"},
		{WRONG_COUNT, "a 5", OUTCOME_PLACED,
			"totals: 2 blocks of 64 bytes, live are 1 of 64"},
		{WRONG_LIST, "a 5", OUTCOME_PLACED,
			"list free slots is said to have 64 entries and has 63"},
		{REGION_NOT_HELD, "a 5", OUTCOME_PLACED, "(8192 bytes) is not memory it holds"},
		{REGION_TWICE, "a 5", OUTCOME_PLACED, "overlaps the one before"},
		{CHECK_FAILS, "a 5", OUTCOME_PLACED, "its own books are wrong"},
		{GIVES_BACK_TWICE, "a 5", OUTCOME_PLACED,
			"returns 8192 bytes at 0x7f0000000000, which it did not get"},
		{ASKS_FOR_NOTHING, "a 5", OUTCOME_PLACED, "asks for 0 bytes of space"},
		{POINTS_AFTER_THE_END, "a 5", OUTCOME_PLACED,
			"its top is 4097 bytes from 0x7f0000000000, outside of its memory"},
		{POINTS_INTO_A_REGION, "a 5", OUTCOME_PLACED,
			"its top is 0 bytes from 0x7f0000000008, outside of its memory"},
	};
	enum outcome outcome;

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct trial trial;
		trial_init(&trial, CONTRACT_ALL);
		trial.toy->wrong = cases[i].wrong;
		const char *broken = play(&trial, cases[i].words, &outcome);
		if (!broken || strncmp(broken, "toy: ", 5) != 0 || !strstr(broken, cases[i].broken))
			fail_msg("%s: %s, where '%s' was expected", cases[i].words,
				broken ? broken : "nothing is broken", cases[i].broken);
		assert_int_equal(outcome, cases[i].outcome);
		trial_finish(&trial);
	}
}

static void space_under_a_live_block_is_not_given_back(void **state)
{
	struct trial trial;
	enum outcome outcome;

	trial_init(&trial, CONTRACT_ANSWERS);
	assert_null(play(&trial, "a 5", &outcome));
	trial.toy->wrong = GIVES_BACK_UNDER_A_BLOCK;
	const char *broken = play(&trial, "a 5", &outcome);
	assert_non_null(broken);
	assert_non_null(strstr(broken,
		"returns the space at 0x7f0000000000, where the block at 0x7f0000000000 is live"));
	trial_finish(&trial);
}

static void what_was_wrong_is_kept_until_the_next_event(void **state)
{
	struct trial trial;
	enum outcome outcome;

	trial_init(&trial, CONTRACT_ANSWERS);
	trial.toy->wrong = ALLOCATE_ANSWERS_RELEASED;
	assert_non_null(play(&trial, "a 5", &outcome));
	trial.toy->wrong = RIGHT;
	assert_null(play(&trial, "a 5", &outcome));
	assert_int_equal(outcome, OUTCOME_PLACED);
	trial_finish(&trial);
}

static void what_it_says_of_itself_is_asked_only_when_wanted(void **state)
{
	struct trial trial;
	enum outcome outcome;
	struct error err;

	trial_init(&trial, CONTRACT_ANSWERS);
	trial.toy->wrong = WRONG_TOTALS;
	assert_null(play(&trial, "a 5", &outcome));
	assert_int_equal(engine_check(trial.engine, &err), -1);
	trial_finish(&trial);
}

static void a_block_that_may_not_move_stays_in_the_books(void **state)
{
	struct trial trial;
	enum outcome outcome;

	trial_init(&trial, CONTRACT_ALL);
	assert_null(play(&trial, "a 5, a 5, r 0 100", &outcome));
	assert_int_equal(outcome, OUTCOME_NO_MEMORY);
	assert_null(play(&trial, "f 0", &outcome));
	assert_int_equal(outcome, OUTCOME_RELEASED);
	trial_finish(&trial);
}

static void an_engine_that_cannot_be_made_is_told(void **state)
{
	struct engine_ops ops = toy_ops;
	struct space space;
	struct engine *engine = NULL;
	struct error err;

	ops.totals = NULL;
	space_init(&space);
	assert_int_equal(contract_new(&engine, &ops, NULL, &space.pages, NULL, CONTRACT_ALL, &err),
		-1);
	assert_string_equal(err.text, "engine toy lacks a callback that every engine must have");
	assert_null(engine);
	space_finish(&space);
}

/* ---- the real engines ---------------------------------------------------------------------- */

struct setup {
	const char *engine;
	const char *options[4][2];
};

static const struct setup setups[] = {
	{"pymalloc", {{"python", "classic"}}},
	{"pymalloc", {{"python", "3.8"}, {"arenas", "heap"}}},
	{"pymalloc", {{"python", "3.11"}}},
	{"pymalloc", {{"python", "3.13"}, {"arena-bases", "unaligned"}}},
	{"heap", {{"heap-header", "0"}, {"heap-align", "1"}, {"heap-size", "20000"}}},
	{"heap", {{"heap-header", "8"}, {"heap-align", "16"}, {"heap-trim", "1"}}},
	{"heap", {{"heap-fit", "best"}, {"heap-order", "size"}, {"heap-coalesce", "off"}}},
	{"heap", {{"heap-fit", "next"}, {"heap-order", "front"}, {"heap-coalesce", "demand"}}},
	{"heap", {{"ostep", NULL}, {"heap-header", "8"}, {"heap-size", "30000"}}},
	{"glibc", {{"glibc", "2.31"}, {"mmap-threshold", "20000"}}},
	{"glibc", {{"glibc", "2.36"}}},
	{"glibc", {{"glibc", "2.36"}, {"mmap-threshold", "500"}}},
	{"glibc", {{"glibc", "2.39"}, {"top-pad", "0"}, {"trim-threshold", "0"}}},
	{"glibc", {{"glibc", "2.41"}, {"tcache-count", "0"}, {"arena-max", "2"}}},
	{"glibc", {{"glibc", "2.43"}, {"tcache-max", "64K"}, {"tcache-count", "2"}}},
	{"pool", {{"block", "48"}, {"blocks", "20"}, {"slabs", "0"}, {"pools", "4"}}},
	{"budget", {{"limit", "20000"}}},
	{"generational", {{"eden", "8K"}, {"survivor", "2K"}, {"old", "30000"}, {"tenure", "3"}}},
};

#define SETUPS (sizeof(setups) / sizeof(*setups))

static struct heap *heap_for(const struct setup *setup, const char *check)
{
	struct options *options = options_new();
	struct heap *heap = NULL;
	struct error err;
	size_t count;
	const struct engine_ops *const *engines = engine_list(&count);

	for (size_t i = 0; i < count; i++)
		options_add_table(options, engines[i]->options);
	options_add_table(options, heap_options);
	for (size_t i = 0; i < 4 && setup->options[i][0]; i++)
		assert_int_equal(options_set(options, setup->options[i][0], setup->options[i][1],
					 &err),
			0);
	assert_int_equal(options_set(options, "check", check, &err), 0);
	assert_int_equal(heap_new(&heap, setup->engine, options, &err), 0);
	options_free(options);
	return heap;
}

/* The simulator of the textbook has no alignment. */
static bool may_align(const struct setup *setup)
{
	return strcmp(setup->options[0][0], "ostep") != 0;
}

static struct event random_event(struct dice *dice, uint32_t objects, bool may_align)
{
	struct event event = {.object = (uint32_t)dice_roll(dice, objects), .text = TEXT_NONE};
	uint64_t kind = dice_roll(dice, 100);

	event.kind = kind < 50 ? EVENT_ALLOCATE : kind < 85 ? EVENT_FREE : EVENT_REALLOCATE;
	event.size = dice_roll(dice, 10) == 0 ? dice_roll(dice, 3000) : dice_roll(dice, 520);
	event.thread = event.object % 3;
	event.call = event.object % 5 ? CALL_MALLOC : CALL_CALLOC;
	event.size = dice_roll(dice, 20) == 0 ? 0 : event.size;
	if (may_align && event.kind == EVENT_ALLOCATE && dice_roll(dice, 20) == 0)
		event.alignment = UINT64_C(1) << dice_roll(dice, 13);
	return event;
}

static void no_engine_here_breaks_its_contract(void **state)
{
	for (size_t i = 0; i < SETUPS; i++) {
		struct heap *heap = heap_for(&setups[i], "all");
		struct error err;
		struct dice dice;

		dice_init(&dice, 3 + i);
		for (unsigned at = 0; at < 3000; at++) {
			const struct event event = random_event(&dice, 300, may_align(&setups[i]));
			struct effect effect;
			heap_apply(heap, at, &event, NULL, &effect);
			if (heap_broken(heap))
				fail_msg("event %u: %s", at, heap_broken(heap));
		}
		assert_int_equal(heap_check(heap, &err), 0);
		heap_free(heap);
	}
}

static void under_contract_everything_goes_the_same_way(void **state)
{
	static struct decision_log log, other_log;

	for (size_t i = 0; i < SETUPS; i++) {
		struct heap *heap = heap_for(&setups[i], "off"),
			    *other = heap_for(&setups[i], "answers");
		struct dice dice;

		dice_init(&dice, 3 + i);
		for (unsigned at = 0; at < 3000; at++) {
			const struct event event = random_event(&dice, 300, may_align(&setups[i]));
			struct effect effect, other_effect;
			heap_apply(heap, at, &event, &log, &effect);
			heap_apply(other, at, &event, &other_log, &other_effect);
			assert_memory_equal(&effect, &other_effect, sizeof(effect));
			assert_int_equal(log.count, other_log.count);
			assert_memory_equal(log.items, other_log.items,
				log.count * sizeof(*log.items));
		}
		heap_free(heap);
		heap_free(other);
	}
}

static void a_checkpoint_holds_the_books_too(void **state)
{
	for (size_t i = 0; i < SETUPS; i++) {
		struct heap *heap = heap_for(&setups[i], "all");
		struct flat *flats[8];
		size_t nflats = heap_flats(heap, flats, 8), bytes = 0;
		struct dice dice, kept;
		struct effect effect;

		dice_init(&dice, 5 + i);
		for (unsigned at = 0; at < 500; at++) {
			const struct event event = random_event(&dice, 200, may_align(&setups[i]));
			heap_apply(heap, at, &event, NULL, &effect);
		}
		struct snapshot *middle = snapshot_new(flats, nflats, NULL, &bytes);
		kept = dice;
		for (unsigned round = 0; round < 2; round++) {
			snapshot_restore(middle, flats, nflats);
			dice = kept;
			for (unsigned at = 500; at < 900; at++) {
				const struct event event =
					random_event(&dice, 200, may_align(&setups[i]));
				heap_apply(heap, at, &event, NULL, &effect);
				if (heap_broken(heap))
					fail_msg("event %u: %s", at, heap_broken(heap));
			}
		}
		snapshot_free(middle, &bytes);
		heap_free(heap);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_right_engine_breaks_nothing),
		cmocka_unit_test(every_breach_is_caught_at_the_event_that_makes_it),
		cmocka_unit_test(space_under_a_live_block_is_not_given_back),
		cmocka_unit_test(what_was_wrong_is_kept_until_the_next_event),
		cmocka_unit_test(what_it_says_of_itself_is_asked_only_when_wanted),
		cmocka_unit_test(a_block_that_may_not_move_stays_in_the_books),
		cmocka_unit_test(an_engine_that_cannot_be_made_is_told),
		cmocka_unit_test(no_engine_here_breaks_its_contract),
		cmocka_unit_test(under_contract_everything_goes_the_same_way),
		cmocka_unit_test(a_checkpoint_holds_the_books_too),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
