/* Decisions as sentences: whole narrations, as a person reads them. */
#include "../view/stage.h"
#include "heap/decisions.h"
#include "story/places.h"
#include "support.h"

#include <stdio.h>
#include <string.h>

#define TEXTBOOK "--engine heap --heap-header 0 --heap-align 1 --heap-size "
#define CLASSIC  "--engine pymalloc --python classic"
#define PYTHON   "--engine pymalloc --python 3.8"

#define KINDS_MAX 256

/* Checks the narration of the last event of the trace. */
static void assert_told(const char *options, const char *trace, const char *expected)
{
	struct stage stage;

	stage_init(&stage, options, trace);
	assert_text_equal(stage_tell(&stage, false), expected);
	stage_finish(&stage);
}

static void assert_told_to_experts(const char *options, const char *trace, const char *expected)
{
	struct stage stage;

	stage_init(&stage, options, trace);
	assert_text_equal(stage_tell(&stage, true), expected);
	stage_finish(&stage);
}

/* Every kind of decision that an engine, or the heap above it, can take. */
static size_t collect_kinds(const struct decision_kind *ret_kinds[KINDS_MAX])
{
	size_t nengines, count = 0;
	const struct engine_ops *const *engines = engine_list(&nengines);

	for (size_t i = 0; i < nengines + 2; i++) {
		const struct decision_kind *const *kinds = i == 0   ? shared_decisions
							   : i == 1 ? heap_decisions
								    : engines[i - 2]->decisions;
		for (; kinds && *kinds; kinds++) {
			assert_true(count < KINDS_MAX);
			ret_kinds[count++] = *kinds;
		}
	}
	assert_true(count > 100);
	return count;
}

static void assert_uses_its_operands(const struct decision_kind *kind, const char *sentence)
{
	for (const char *at = sentence; at && (at = strchr(at, '{')); at++) {
		const char names[] = {at[1], ' ', '\0'};
		const char *found = kind->operands ? strstr(kind->operands, names) : NULL;
		while (found && found != kind->operands && found[-1] != ' ')
			found = strstr(found + 1, names);
		if (!found)
			fail_msg("%s has no operand %c: %s", kind->name, at[1], sentence);
	}
}

static void assert_has_words(const struct decision_kind *kind, const struct words *words)
{
	if (!words->plain)
		fail_msg("no words for the decision %s", kind->name);
	assert_uses_its_operands(kind, words->plain);
	assert_uses_its_operands(kind, words->expert);
	assert_uses_its_operands(kind, words->brief);
}

static void every_decision_has_words(void **state)
{
	const struct decision_kind *kinds[KINDS_MAX];
	size_t count = collect_kinds(kinds);

	for (size_t i = 0; i < count; i++) {
		const struct decision_variant *variant = kinds[i]->variants;
		assert_non_null(kinds[i]->name);
		assert_has_words(kinds[i], &kinds[i]->words);
		for (; variant && variant->applies; variant++)
			assert_has_words(kinds[i], &variant->words);
	}
}

static void no_two_decisions_have_the_same_name(void **state)
{
	const struct decision_kind *kinds[KINDS_MAX];
	size_t count = collect_kinds(kinds);

	for (size_t i = 0; i < count; i++)
		for (size_t j = 0; j < i; j++) {
			bool is_same = strcmp(kinds[i]->name, kinds[j]->name) == 0;
			if (is_same && kinds[i] != kinds[j])
				fail_msg("two decisions are called %s", kinds[i]->name);
		}
}

static bool begins_with_object(const char *operands)
{
	static const char *const objects[] = {"a object", "a weak reference", "a candidate",
		"a unreachable object"};

	for (size_t i = 0; operands && i < sizeof(objects) / sizeof(*objects); i++) {
		size_t length = strlen(objects[i]);
		if (strncmp(operands, objects[i], length) == 0 && operands[length] != 's')
			return true;
	}
	return false;
}

/* The panel of objects marks what the next decision is about. */
static void a_decision_whose_first_operand_is_a_counted_object_is_about_it(void **state)
{
	for (size_t i = 0; heap_decisions[i]; i++)
		if (begins_with_object(heap_decisions[i]->operands) !=
			heap_decisions[i]->is_about_object)
			fail_msg("%s has the operands %s", heap_decisions[i]->name,
				heap_decisions[i]->operands);
}

/*
 * Made-up operands in every sentence and variant: remaining braces would show a kind of operand
 * that does not exist.
 */
static void every_template_is_filled_in(void **state)
{
	static const uint64_t operands[][4] = {{3, 2, 1, 1}, {2, 3, 0, 8}, {7, 0, 5, 64},
		{1, 1, 2, 1}};
	const struct decision_kind *kinds[KINDS_MAX];
	size_t count = collect_kinds(kinds);
	struct stage stage;

	stage_init(&stage, CLASSIC, "a 0 10\n");
	for (size_t kind = 0; kind < count; kind++)
		for (size_t i = 0; i < 8; i++) {
			const uint64_t *n = operands[i / 2];
			struct decision_log log = {.count = 1,
				.items = {{kinds[kind], n[0], n[1], n[2], n[3]}}};
			stage.scene.log = &log;
			const char *told = stage_tell(&stage, i % 2);
			assert_null(strpbrk(told, "{}|"));
			assert_null(strpbrk(stage_brief(&stage), "{}*|"));
		}
	stage_finish(&stage);
}

static void the_first_request_maps_an_arena(void **state)
{
	assert_told(CLASSIC, "a 0 90\n",
		"malloc(90) → A00.p00 block 0   (object 0)\n"
		"90 B is small (1 to 512 B): class 11, blocks of 96 B.\n"
		"usedpools[11] was empty: no pool of this class had room.\n"
		"No arena had a free pool: a new one was needed.\n"
		"Arena A00 was mapped: 64 pools, all free.\n"
		"A00.p00 was carved (never used before). A00 has 63 more to carve.\n"
		"A00.p00 was divided for class 11: 42 blocks. The first was handed out; the second starts the chain.\n"
		"A00.p00 went to the front of usedpools[11].\n"
		"= A00.p00: 0 → 1 of 42 blocks in use, head 1. 6 of 96 B are padding.\n");
}

static void the_head_of_the_chain_is_handed_out(void **state)
{
	assert_told(CLASSIC, "a 0 96\na 1 96\na 2 96\na 3 96\nf 1\nf 3\nf 0\na 4 96\n",
		"malloc(96) → A00.p00 block 0   (object 4)\n"
		"96 B is small (1 to 512 B): class 11, blocks of 96 B.\n"
		"usedpools[11] had a pool with room: the first one was A00.p00.\n"
		"Block 0, the head of its chain, was handed out.\n"
		"= A00.p00: 1 → 2 of 42 blocks in use, chain 3 → 1 → 4.\n");
}

static void a_long_chain_is_cut(void **state)
{
	assert_told(CLASSIC,
		"a 0 96\na 1 96\na 2 96\na 3 96\na 4 96\na 5 96\nf 4\nf 3\nf 2\nf 1\nf 0\n",
		"free(object 0) → freed A00.p00 block 0\n"
		"Block 0 is now the head of A00.p00's chain: the next block it hands out.\n"
		"= A00.p00: 2 → 1 of 42 blocks in use, chain 0 → 1 → 2 → 3 and 2 more.\n");
}

static void a_pool_fills_and_has_room_again(void **state)
{
#define SEVEN "a 0 512\na 1 512\na 2 512\na 3 512\na 4 512\na 5 512\na 6 512\n"
	assert_told(CLASSIC, SEVEN,
		"malloc(512) → A00.p00 block 6   (object 6)\n"
		"512 B is small (1 to 512 B): class 63, blocks of 512 B.\n"
		"usedpools[63] had a pool with room: the first one was A00.p00.\n"
		"Block 6, the head of its chain, was handed out.\n"
		"That filled A00.p00: it left usedpools[63].\n"
		"= A00.p00: 6 → 7 of 7 blocks in use: full.\n");
	assert_told(CLASSIC, SEVEN "f 2\n",
		"free(object 2) → freed A00.p00 block 2\n"
		"Block 2 is now the head of A00.p00's chain: the next block it hands out.\n"
		"A00.p00 was full and has room again: it went to the front of usedpools[63].\n"
		"= A00.p00: 7 → 6 of 7 blocks in use, head 2.\n");
#undef SEVEN
}

static void the_last_block_of_an_arena_is_named_though_the_arena_is_gone(void **state)
{
	assert_told(CLASSIC, "a 0 90\na 1 16\nf 0\nf 1\n",
		"free(object 1) → freed the last block of A00.p01\n"
		"The block is now the head of A00.p01's chain: the next block it hands out.\n"
		"That emptied A00.p01: it left usedpools and joined the empty pools of A00, which now has "
		"64 free pools.\n"
		"All pools of A00 were free: it was returned to the system.\n");
}

/* What a running callback holds has a count of 1 more, and dies when it is over. */
static void a_callback_that_holds_the_weak_reference_is_told(void **state)
{
#define CACHE "new 1 10 gc\nnew 2 10 gc\nweak 3 2 callback=1\nref 1 3\n"
#define BEGINNING \
	"The program dropped object 2, whose count is now 0: it dies.\n" \
	"Object 3, a weak reference to object 2, was cleared.\n" \
	"Its callback ran: object 1 dropped object 3.\n"
#define REST \
	"Object 2 died: its 10 B were freed.\n" \
	"10 B at heap +10 became a hole.\n"

	assert_told(TEXTBOOK "300", CACHE "unref - 3\nunref - 2\n",
		"the program drops object 2 → its count is 0: it died and took others with it: 2 objects (82 B)\n" BEGINNING
		"Object 1 dropped object 3, whose count is now 1: the running callback holds it.\n"
		"Object 3 died: its 72 B were freed.\n"
		"72 B at heap +20 became a hole.\n"
		"It touches the hole after it (208 B): joined to 280 B.\n" REST
		"It touches the hole after it (280 B): joined to 290 B.\n"
		"= 1 counted object live; the collector's counts are 1, 0, 0.\n");
	assert_told(TEXTBOOK "300", CACHE "unref - 2\n",
		"the program drops object 2 → its count is 0: it died, and its 10 B were freed\n" BEGINNING
		"Object 1 dropped object 3, whose count is now 2, 1 of it the running callback's.\n" REST
		"= 2 counted objects live; the collector's counts are 2, 0, 0.\n");
#undef CACHE
#undef BEGINNING
#undef REST
}

static void a_realloc_that_fits_stays(void **state)
{
	assert_told(PYTHON, "a 0 100\nr 0 90\n",
		"realloc(object 0, 90) → A00.p00 block 0, where it was\n"
		"90 B fits its block of 112 B and fills more than 3/4 of it: it stayed.\n"
		"= A00.p00: 1 of 36 blocks in use, head 1. 22 of 112 B are padding.\n");
}

static void a_realloc_that_moves_tells_of_both_pools(void **state)
{
	assert_told(PYTHON, "a 0 100\na 1 30\nr 0 20\n",
		"realloc(object 0, 20) → A00.p01 block 1\n"
		"20 B would fill 3/4 of its block of 112 B or less, so it moved: get a new block, copy 20 B, free the old one.\n"
		"20 B is small (1 to 512 B): class 1, blocks of 32 B.\n"
		"usedpools[1] had a pool with room: the first one was A00.p01.\n"
		"Block 1, the head of its chain, was handed out.\n"
		"The chain was used up: block 2, never used before, was carved for it.\n"
		"Block 0 is now the head of A00.p00's chain: the next block it hands out.\n"
		"That emptied A00.p00: it left usedpools and joined the empty pools of A00, which now has "
		"63 free pools.\n"
		"A00 kept its place in usable_arenas.\n"
		"= A00.p01: 1 → 2 of 126 blocks in use, head 2. A00.p00: 1 → 0 of 36 blocks in use: empty. "
		"12 of 32 B are padding.\n");
}

static void a_move_within_a_pool_changes_no_count(void **state)
{
	assert_told(PYTHON, "a 0 16\nr 0 12\n",
		"realloc(object 0, 12) → A00.p00 block 1\n"
		"12 B would fill 3/4 of its block of 16 B or less, so it moved: get a new block, copy 12 B, free the old one.\n"
		"12 B is small (1 to 512 B): class 0, blocks of 16 B.\n"
		"usedpools[0] had a pool with room: the first one was A00.p00.\n"
		"Block 1, the head of its chain, was handed out.\n"
		"The chain was used up: block 2, never used before, was carved for it.\n"
		"Block 0 is now the head of A00.p00's chain: the next block it hands out.\n"
		"= A00.p00: 1 of 253 blocks in use, chain 0 → 2. 4 of 16 B are padding.\n");
}

static void a_large_request_is_served_below(void **state)
{
	assert_told(PYTHON, "a 0 600\n",
		"malloc(600) → heap +16   (object 0)\n"
		"600 B is not a small request (1 to 512 B): the layer below serves it.\n"
		"In the layer below:\n"
		"600 B takes 608 B: a header of 8 B, rounded up to a multiple of 16 B.\n"
		"First fit checked the only hole for 608 B.\n"
		"It took the hole at heap +8 (4,080 B): the first that is big enough.\n"
		"It was split: 608 B for the block; 3,472 B at heap +616 stay free.\n"
		"= Free 4,080 B → 3,472 B in 1 hole.\n");
}

static void first_fit_splits_the_first_hole_that_is_large_enough(void **state)
{
	assert_told(TEXTBOOK "100", "a 0 20\na 1 10\na 2 30\na 3 15\nf 1\na 4 6\n",
		"malloc(6) → heap +20   (object 4)\n"
		"First fit checked 1 of 2 holes for 6 B.\n"
		"It took the hole at heap +20 (10 B): the first that is big enough.\n"
		"It was split: 6 B for the block; 4 B at heap +26 stay free.\n"
		"= Free 35 B → 29 B in 2 holes, the largest 25 B.\n");
}

static void freeing_between_two_holes_joins_all_three(void **state)
{
	assert_told(TEXTBOOK "60", "a 0 20\na 1 20\na 2 20\nf 0\nf 2\nf 1\n",
		"free(object 1) → freed heap +20\n"
		"20 B at heap +20 became a hole.\n"
		"It touches the hole before it (20 B): joined to 40 B.\n"
		"It touches the hole after it (20 B): joined to 60 B.\n"
		"= Free 40 B → 60 B; holes 2 → 1.\n");
}

static void a_heap_that_may_grow_says_that_it_grew(void **state)
{
	assert_told("--engine heap", "a 0 20\na 1 90000\n",
		"malloc(90000) → heap +48   (object 1)\n"
		"90,000 B takes 90,016 B: a header of 8 B, rounded up to a multiple of 16 B.\n"
		"First fit checked the only hole for 90,016 B.\n"
		"There was no room, so the heap grew by 86,016 B.\n"
		"It took the hole at heap +40 (90,064 B): the first that is big enough.\n"
		"It was split: 90,016 B for the block; 48 B at heap +90,056 stay free.\n"
		"= 48 B free in 1 hole. 8 of 90,008 B are padding.\n");
}

static void out_of_memory_says_what_is_free(void **state)
{
	assert_told(TEXTBOOK "60", "a 0 20\na 1 20\na 2 20\nf 0\nf 2\na 3 30\n",
		"malloc(30) → OUT OF MEMORY: the program gets NULL\n"
		"First fit checked 2 of 2 holes for 30 B.\n"
		"No hole fits 30 B: 40 B are free, but the largest hole is 20 B.\n");
	assert_told(TEXTBOOK "30", "a 0 20\nr 0 50\n",
		"realloc(object 0, 50) → OUT OF MEMORY: the program gets NULL, object 0 stays where it is\n"
		"50 B does not fit its block of 20 B, so it moved: get a new block, copy 20 B, free the old one.\n"
		"First fit checked the only hole for 50 B.\n"
		"No hole fits 50 B: only 10 B are free, in one hole.\n");
	assert_told(TEXTBOOK "20", "a 0 20\na 1 5\n",
		"malloc(5) → OUT OF MEMORY: the program gets NULL\n"
		"The free list was empty: no hole for 5 B.\n"
		"No hole fits 5 B: nothing is free.\n");
}

static void faults_are_told_as_what_is_wrong(void **state)
{
	static const struct {
		const char *trace, *what;
	} cases[] = {
		{"a 5 10\nf 5\nf 5\n",
			"free(object 5) → DOUBLE FREE: it was freed before. Nothing changed"},
		{"f 7\n",
			"free(object 7) → UNKNOWN POINTER: it was never allocated. Nothing changed"},
		{"f -1\n", "free(NULL) → nothing to do: free(NULL) is allowed"},
		{"a 0 10\na 0 20\n",
			"malloc(20) → heap +0   (object 0). STILL LIVE: a free is missing; the old block is treated as freed."},
		{"a 0 500\nf 0\n",
			"free(object 0) → nothing to free: its allocation got no block here"},
		{"a 0 0\n",
			"malloc(0) → heap +0   (object 0). Even 0 bytes get an address of their own."},
		{"r 3 10\n", "realloc(NULL, 10) → heap +0   (object 3). realloc of NULL is malloc"},
		{"m 0 0\n", "mmap(0) → refused: 0 bytes cannot be mapped"},
		{"m 0 8192 domain=arena\n",
			"mmap(8192) → an arena of the real program (the arenas shown are simulated)"},
		{"a 0 10 failed\n",
			"malloc(10) → FAILED when it was recorded: the program got no memory"},
		{"r 3 10 old=0x1234\n",
			"realloc(0x1234, 10) → heap +0. UNKNOWN POINTER: treated as a new allocation."},
		{"a 0 10 thread=2\n", "malloc(10) → heap +0   (object 0, thread 2)"},
		{"a 0 10\nr 0 0\n",
			"realloc(object 0, 0) → freed heap +0. It was a realloc to 0 bytes."},
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct stage stage;
		stage_init(&stage, TEXTBOOK "100", cases[i].trace);
		stage_tell(&stage, false);
		assert_text_equal(text_of(&stage.narration.what), cases[i].what);
		stage_finish(&stage);
	}
}

/* The last sentence of the reason is why no block was handed out. */
static void a_refused_request_says_why(void **state)
{
#define BUDDIES "--engine buddy --buddy-size 128 --buddy-min 16"
#define POOL    "--engine pool --block 32 --blocks 2"
	static const struct {
		const char *options, *trace, *reason;
	} cases[] = {
		{BUDDIES, "a 0 300\n", "No hole fits 300 B: only 128 B are free, in one hole."},
		{BUDDIES, "a 0 40\na 1 20\na 2 40\n",
			"No hole fits 64 B: only 32 B are free, in one hole."},
		{BUDDIES, "a 0 128\na 1 1\n", "No hole fits 16 B: nothing is free."},
		{BUDDIES, "a 0 20\na 1 20\na 2 20\na 3 20\nf 1\nf 2\na 4 40\n",
			"No hole fits 64 B: 64 B are free, but the largest hole is 32 B."},
		{"--engine budget --limit 100", "a 0 80\na 1 40\n",
			"40 B would exceed the budget: only 20 B of 100 B are left."},
		{POOL, "a 0 40\n", "40 B does not fit in any block: the largest are 32 B."},
		{POOL, "a 0 4\na 1 4\na 2 4\n",
			"The chain was empty: all 2 blocks of 32 B are in use."},
		{TEXTBOOK "100", "a 0 40\na 1 40\nf 0\na 2 50\n",
			"No hole fits 50 B: 60 B are free, but the largest hole is 40 B."},
		{TEXTBOOK "100", "a 0 100\na 1 1\n", "No hole fits 1 B: nothing is free."},
	};
#undef BUDDIES
#undef POOL

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct stage stage;
		stage_init(&stage, cases[i].options, cases[i].trace);
		const char *told = stage_tell(&stage, false);
		if (!strstr(told, "OUT OF MEMORY: the program gets NULL") ||
			!strstr(told, cases[i].reason))
			fail_msg("not '%s', but:\n%s", cases[i].reason, told);
		stage_finish(&stage);
	}
}

static void recorded_arenas_are_told_where_they_lie(void **state)
{
	static const char recorded[] =
		"--engine pymalloc --python 3.8 --arenas recorded --malloc below";

	assert_told(recorded, "m 0 262144 domain=arena at=0x7f1234567000\n",
		"mmap(262144) → Python's next arena: the allocation that follows needs it\n");
	assert_told(recorded, "m 0 16384 domain=arena at=0x7f1234567000\n",
		"mmap(16384) → a piece of Python's own stack, not an arena\n");
	assert_told(recorded,
		"m 0 262144 domain=arena at=0x7f1234567000\nu 0 domain=arena at=0x7f1234567000\n",
		"munmap(object 0) → Python has returned it\n");
	assert_told(recorded, "a 0 500 domain=obj\n",
		"PyObject_Malloc(500) → A00.p00 block 0   (object 0)\n"
		"500 B is small (1 to 512 B): class 31, blocks of 512 B.\n"
		"usedpools[31] was empty: no pool of this class had room.\n"
		"No arena had a free pool: a new one was needed.\n"
		"The recorded program did not map an arena here: this one is at a made-up address.\n"
		"Arena A00 was mapped: 64 pools, all free.\n"
		"A00.p00 was carved (never used before). A00 has 63 more to carve.\n"
		"A00.p00 was divided for class 31: 7 blocks. The first was handed out; the second starts the chain.\n"
		"A00.p00 went to the front of usedpools[31].\n"
		"= A00.p00: 0 → 1 of 7 blocks in use, head 1. 12 of 512 B are padding.\n");
	assert_told(recorded, "a 0 500\n",
		"malloc(500) → heap +16   (object 0)\n"
		"This is a plain malloc of 500 B, not Python's: the layer below serves it.\n"
		"In the layer below:\n"
		"500 B takes 512 B: a header of 8 B, rounded up to a multiple of 16 B.\n"
		"First fit checked the only hole for 512 B.\n"
		"It took the hole at heap +8 (4,080 B): the first that is big enough.\n"
		"It was split: 512 B for the block; 3,568 B at heap +520 stay free.\n"
		"= Free 4,080 B → 3,568 B in 1 hole. 4 of 504 B are padding.\n");
}

static void a_block_that_was_recorded_elsewhere_says_where(void **state)
{
	struct stage stage;

	stage_init(&stage, "--engine pymalloc --python 3.8 --arenas recorded",
		"m 0 262144 domain=arena at=0x7f1234567000\na 0 48 domain=obj at=0x7f1234567030\n"
		"a 1 48 domain=obj at=0x7f1234567090\n");
	stage_tell(&stage, false);
	assert_text_equal(text_of(&stage.narration.what),
		"PyObject_Malloc(48) → A00.p00 block 1   (object 1). RECORDED ELSEWHERE: A00.p00 block 2");
	stage_finish(&stage);
}

/* As in CPython: a block in no arena is not taken over, however small it becomes. */
static void a_block_nobody_knows_stays_below(void **state)
{
	struct stage stage;

	stage_init(&stage, "--engine pymalloc --arenas recorded",
		"r 0 100 domain=obj old=0x55501234\n");
	stage_tell(&stage, false);
	assert_non_null(strstr(text_of(&stage.narration.what), "heap +"));
	assert_non_null(strstr(text_of(&stage.narration.why),
		"belongs to the layer below and stays there"));
	stage_finish(&stage);
}

static void notes_and_marks_are_their_text(void **state)
{
	assert_told(TEXTBOOK "100", "a 0 1\nnote Watch this.\n", "Watch this.\n");
	assert_told(TEXTBOOK "100", "a 0 1\nmark here\n", "mark: here\n");
}

static void experts_read_the_names_of_the_source(void **state)
{
	assert_told_to_experts(CLASSIC, "a 0 96\na 1 96\nf 0\na 2 96\n",
		"malloc(96) → A00.p00 block 0   (object 2)\n"
		"nbytes 96 <= SMALL_REQUEST_THRESHOLD: size class 11, 96 B.\n"
		"usedpools[11]->nextpool was A00.p00, the first of 1.\n"
		"bp = freeblock: block 0 popped, ref.count 2.\n"
		"= A00.p00: 1 → 2 of 42 blocks in use, head 2.\n");
}

static void a_line_of_the_list_has_the_most_telling_words(void **state)
{
	static const struct {
		const char *options, *trace, *brief;
	} cases[] = {
		{CLASSIC, "a 0 10\n", "A00 mapped, pool carved"},
		{CLASSIC, "a 0 10\na 1 10\n", "2 of 253 in use"},
		{CLASSIC, "a 0 10\na 1 30\nf 0\n", "pool empty"},
		{CLASSIC, "a 0 10\nf 0\n", "pool empty, A00 returned"},
		{CLASSIC, "a 0 1000\n", "not small: below, split, 3,072 B left over"},
		{TEXTBOOK "100", "a 0 100\n", "fits exactly"},
		{TEXTBOOK "100", "a 0 10\nf 0\n", "joined the hole after"},
		{TEXTBOOK "100", "a 0 101\n", "out of memory, only 100 B free"},
		{TEXTBOOK "100", "f 1\n", "free of an unknown pointer"},
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct stage stage;
		stage_init(&stage, cases[i].options, cases[i].trace);
		assert_text_equal(stage_brief(&stage), cases[i].brief);
		stage_finish(&stage);
	}
}

#define TRACE_MAX 16384
#define IDS       24u

/* Requests and frees of a few objects, some of them invalid. */
static void roll_trace(struct dice *dice, uint64_t biggest, unsigned events, char *trace)
{
	trace[0] = '\0';
	for (unsigned i = 0; i < events; i++) {
		size_t length = strlen(trace);
		unsigned id = (unsigned)dice_roll(dice, IDS);
		unsigned size = (unsigned)dice_roll(dice, biggest) + 1;
		switch (dice_roll(dice, 8)) {
		case 0:
		case 1:
		case 2:
		case 3:
			snprintf(trace + length, TRACE_MAX - length, "a %u %u\n", id, size);
			break;
		case 4:
			snprintf(trace + length, TRACE_MAX - length, "r %u %u\n", id, size);
			break;
		default:
			snprintf(trace + length, TRACE_MAX - length, "f %u\n", id);
			break;
		}
	}
}

static void get_totals(const struct stage *stage, struct totals *ret_totals)
{
	const struct engine *engine = heap_layer(player_heap(stage->player), 0);

	engine_totals(engine, ret_totals);
}

static void what_is_told_of_a_heap_before_and_after_is_true(void **state)
{
	char trace[TRACE_MAX];
	struct stage stage;
	struct dice dice;
	unsigned told = 0;

	dice_init(&dice, 11);
	roll_trace(&dice, 60, 1200, trace);
	stage_init(&stage, TEXTBOOK "600", trace);
	for (uint64_t at = 1; at <= player_length(stage.player); at++) {
		struct totals before, after;
		unsigned long free_before, free_after, holes_before, holes_after;
		stage_seek(&stage, at - 1);
		get_totals(&stage, &before);
		stage_seek(&stage, at);
		get_totals(&stage, &after);
		stage_tell(&stage, false);
		const char *so = text_of(&stage.narration.so);
		if (sscanf(so, "Free %lu B → %lu B", &free_before, &free_after) == 2) {
			assert_int_equal(free_before, before.available);
			assert_int_equal(free_after, after.available);
			told++;
		}
		const char *holes = strstr(so, "holes ");
		if (holes && sscanf(holes, "holes %lu → %lu", &holes_before, &holes_after) == 2) {
			assert_int_equal(holes_before, before.free_spans);
			assert_int_equal(holes_after, after.free_spans);
			told++;
		}
	}
	assert_true(told > 500);
	stage_finish(&stage);
}

/* Blocks in use in the pool at the address; 0 where there is none. */
static unsigned used_in_pool(const struct stage *stage, uint64_t address)
{
	const struct engine *engine = arena_layer(player_heap(stage->player));
	struct page page;
	uint32_t number;
	size_t at;

	return page_find(engine, address, &at, &number, &page) ? page.used : 0;
}

static void what_is_told_of_a_pool_before_and_after_is_true(void **state)
{
	char trace[TRACE_MAX];
	struct stage stage;
	struct dice dice;
	unsigned told = 0;

	dice_init(&dice, 12);
	roll_trace(&dice, 80, 1200, trace);
	stage_init(&stage, PYTHON, trace);
	for (uint64_t at = 1; at <= player_length(stage.player); at++) {
		unsigned before, after;
		stage_seek(&stage, at);
		stage_tell(&stage, false);
		const char *counts = strstr(text_of(&stage.narration.so), ": ");
		uint64_t address =
			stage.effect.address ? stage.effect.address : stage.effect.old_address;
		if (!counts || sscanf(counts, ": %u → %u of", &before, &after) != 2)
			continue;
		assert_int_equal(after, used_in_pool(&stage, address));
		stage_seek(&stage, at - 1);
		assert_int_equal(before, used_in_pool(&stage, address));
		told++;
	}
	assert_true(told > 500);
	stage_finish(&stage);
}

static void each_fit_says_what_it_takes(void **state)
{
#define TWO_HOLES "a 0 10\na 1 5\na 2 20\na 3 5\nf 0\nf 2\n"
	assert_told(TEXTBOOK "45 --heap-fit best", TWO_HOLES "a 4 5\n",
		"malloc(5) → heap +40   (object 4)\n"
		"Best fit checked 3 of 3 holes for 5 B.\n"
		"It took the hole at heap +40 (5 B): the smallest that is big enough.\n"
		"The block fills it exactly: nothing is left over.\n"
		"= Free 35 B → 30 B; holes 3 → 2, the largest 20 B.\n");
	assert_told(TEXTBOOK "45 --heap-fit worst", TWO_HOLES "a 4 5\n",
		"malloc(5) → heap +15   (object 4)\n"
		"Worst fit checked 3 of 3 holes for 5 B.\n"
		"It took the hole at heap +15 (20 B): the largest.\n"
		"It was split: 5 B for the block; 15 B at heap +20 stay free.\n"
		"= Free 35 B → 30 B in 3 holes, the largest 15 B.\n");
	assert_told(TEXTBOOK "45 --heap-fit next", TWO_HOLES "a 4 5\na 5 5\n",
		"malloc(5) → heap +0   (object 5)\n"
		"Next fit checked 1 of 2 holes for 5 B.\n"
		"It took the hole at heap +0 (10 B): the next one that is big enough.\n"
		"It was split: 5 B for the block; 5 B at heap +5 stay free.\n"
		"= Free 30 B → 25 B in 2 holes, the largest 20 B.\n");
#undef TWO_HOLES
}

static void coalescing_on_demand_tells_both_searches(void **state)
{
	assert_told(TEXTBOOK "30 --heap-coalesce demand",
		"a 0 10\na 1 10\na 2 10\nf 1\nf 0\na 3 15\n",
		"malloc(15) → heap +0   (object 3)\n"
		"First fit checked 2 of 2 holes for 15 B.\n"
		"Nothing fits, so holes that touch were joined now: 1 hole fewer.\n"
		"First fit checked the only hole for 15 B.\n"
		"It took the hole at heap +0 (20 B): the first that is big enough.\n"
		"It was split: 15 B for the block; 5 B at heap +15 stay free.\n"
		"= Free 20 B → 5 B; holes 2 → 1.\n");
}

static void the_textbooks_tool_sorts_and_joins_when_it_frees(void **state)
{
	assert_told("--engine heap --ostep --heap-size 50 --heap-order size --heap-coalesce on",
		"a 0 10\na 1 10\na 2 10\nf 1\na 3 12\nf 3\n",
		"free(object 3) → freed heap +30\n"
		"12 B at heap +30 became a hole.\n"
		"The free list was sorted by size: 1 hole had another size than the last time.\n"
		"= Free 18 B → 30 B; holes 2 → 3, the largest 12 B.\n");
	assert_told("--engine heap --ostep --ostep-align 8 --heap-header 4", "a 0 10\nr 0 6\n",
		"realloc(object 0, 6) → heap +24\n"
		"This engine has no realloc: get a new block, copy 6 B, free the old one.\n"
		"6 B takes 12 B: rounded up to a multiple of 8 B, and a header of 4 B.\n"
		"Best fit checked the only hole for 12 B.\n"
		"It took the hole at heap +20 (80 B): the smallest that is big enough.\n"
		"It was split: 12 B for the block; 68 B at heap +32 stay free.\n"
		"20 B at heap +0 became a hole.\n"
		"= Free 80 B → 88 B; holes 1 → 2, the largest 68 B. 2 of 8 B are padding.\n");
}

typedef void adder(const struct narration *, const struct decision_log *, struct text *);

/* Checks the reasons of the last event as they are where there is little room. */
static void assert_reasons(adder *add, const char *options, const char *trace, const char *expected)
{
	struct stage stage;
	struct text why = {0};

	stage_init(&stage, options, trace);
	stage_tell(&stage, false);
	add(&stage.narration, stage.scene.log, &why);
	assert_text_equal(text_of(&why), expected);
	text_finish(&why);
	stage_finish(&stage);
}

#define FOUR_LOOPS \
	"new 1 10 gc\nnew 2 10 gc\nnew 3 10 gc\nnew 4 10 gc\nref 1 1\nref 2 2\nref 3 3\n" \
	"ref 4 4\nunref - 1\nunref - 2\nunref - 3\nunref - 4\ncollect 0\n"

/* Of what comes again and again, but with other lines between, every line is there. */
#define FOUR_DEATHS \
	"No candidate was reachable.\n" \
	"The collector took hold of object 1 (count 2) and cleared its references.\n" \
	"Object 1 dropped object 1, whose count is now 1.\n" \
	"Object 1 died: its 10 B were freed.\n" \
	"10 B at heap +0 became a hole.\n" \
	"The collector took hold of object 2 (count 2) and cleared its references.\n" \
	"Object 2 dropped object 2, whose count is now 1.\n" \
	"Object 2 died: its 10 B were freed.\n" \
	"10 B at heap +10 became a hole.\n" \
	"It touches the hole before it (10 B): joined to 20 B.\n" \
	"The collector took hold of object 3 (count 2) and cleared its references.\n" \
	"Object 3 dropped object 3, whose count is now 1.\n" \
	"Object 3 died: its 10 B were freed.\n" \
	"10 B at heap +20 became a hole.\n" \
	"It touches the hole before it (20 B): joined to 30 B.\n" \
	"The collector took hold of object 4 (count 2) and cleared its references.\n" \
	"Object 4 dropped object 4, whose count is now 1.\n" \
	"Object 4 died: its 10 B were freed.\n" \
	"10 B at heap +30 became a hole.\n" \
	"It touches the hole before it (30 B): joined to 40 B.\n" \
	"It touches the hole after it (960 B): joined to 1,000 B.\n" \
	"The collector freed 4 unreachable objects.\n"

static void a_run_is_written_once_in_a_digest(void **state)
{
	assert_reasons(narration_add_digest, TEXTBOOK "1000", FOUR_LOOPS,
		"Generation 0 was collected: 4 candidates.\n"
		"Object 1: count 1, 1 from candidates, none from outside.\n"
		"The same for 3 more.\n"
		"Object 1 is unreachable.\n"
		"The same for 3 more.\n" FOUR_DEATHS);
}

/* What the table shows of candidates, and the map of holes, is left out. */
static void a_lecture_leaves_the_verdicts_of_a_collector_to_the_table(void **state)
{
	assert_reasons(narration_add_paragraphs, TEXTBOOK "1000", FOUR_LOOPS,
		"Generation 0 was collected: 4 candidates.\n"
		"No candidate was reachable.\n"
		"The collector took hold of object 1 (count 2) and cleared its references.\n"
		"Object 1 dropped object 1, whose count is now 1.\n"
		"Object 1 died: its 10 B were freed.\n"
		"The same steps 3 more times.\n"
		"The collector freed 4 unreachable objects.\n");
	/* not what counting alone frees, nor what was placed before the collector ran */
	assert_reasons(narration_add_paragraphs, TEXTBOOK "1000", "new 1 10 gc\nunref - 1\n",
		"The program dropped object 1, whose count is now 0: it dies.\n"
		"Object 1 died: its 10 B were freed.\n"
		"10 B at heap +0 became a hole.\n"
		"It touches the hole after it (990 B): joined to 1,000 B.\n");
}

#define FOUR_WEAK "new 1 10 gc\nweak 2 1\nweak 3 1\nweak 4 1\nweak 5 1\n"

static void a_run_is_one_paragraph_in_a_lecture(void **state)
{
	assert_reasons(narration_add_paragraphs, TEXTBOOK "1000", FOUR_WEAK "unref - 1\n",
		"The program dropped object 1, whose count is now 0: it dies.\n"
		"Object 5, a weak reference to object 1, was cleared. "
		"Object 4, a weak reference to object 1, was cleared. "
		"Object 3, a weak reference to object 1, was cleared. "
		"Object 2, a weak reference to object 1, was cleared.\n"
		"Object 1 died: its 10 B were freed.\n"
		"10 B at heap +0 became a hole.\n");
}

#define EIGHT_WEAK FOUR_WEAK "weak 6 1\nweak 7 1\nweak 8 1\nweak 9 1\n"

#define EIGHT_LOOPS \
	"new 1 10 gc\nnew 2 10 gc\nnew 3 10 gc\nnew 4 10 gc\nnew 5 10 gc\nnew 6 10 gc\n" \
	"new 7 10 gc\nnew 8 10 gc\nref 1 1\nref 2 2\nref 3 3\nref 4 4\nref 5 5\nref 6 6\n" \
	"ref 7 7\nref 8 8\nunref - 1\nunref - 2\nunref - 3\nunref - 4\nunref - 5\nunref - 6\n" \
	"unref - 7\nunref - 8\ncollect 0\n"

#define EIGHT_YOUNG \
	"new 1 10\nnew 2 10\nnew 3 10\nnew 4 10\nnew 5 10\nnew 6 10\nnew 7 10\nnew 8 10\n"

/* A line that comes only once is never part of a sum. */
static void long_runs_and_rounds_are_summed_in_a_lecture(void **state)
{
	assert_reasons(narration_add_paragraphs, TEXTBOOK "1000", EIGHT_WEAK "unref - 1\n",
		"The program dropped object 1, whose count is now 0: it dies.\n"
		"Object 9, a weak reference to object 1, was cleared. The same for 7 more.\n"
		"Object 1 died: its 10 B were freed.\n"
		"10 B at heap +0 became a hole.\n");
	assert_reasons(narration_add_paragraphs, TEXTBOOK "1000", EIGHT_LOOPS,
		"Generation 0 was collected: 8 candidates.\n"
		"No candidate was reachable.\n"
		"The collector took hold of object 1 (count 2) and cleared its references.\n"
		"Object 1 dropped object 1, whose count is now 1.\n"
		"Object 1 died: its 10 B were freed.\n"
		"The same steps 7 more times.\n"
		"The collector freed 8 unreachable objects.\n");
	assert_reasons(narration_add_paragraphs, "--engine generational", EIGHT_YOUNG "collect\n",
		"Major collection 1: all of 128 B young and 0 B old is marked; what is reached moves down.\n"
		"Object 1 moves to the old generation. The same for 7 more, up to object 8.\n"
		"The program waited while 128 B of 8 objects were moved. Nothing was dropped.\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_decision_whose_first_operand_is_a_counted_object_is_about_it),
		cmocka_unit_test(long_runs_and_rounds_are_summed_in_a_lecture),
		cmocka_unit_test(a_run_is_written_once_in_a_digest),
		cmocka_unit_test(a_run_is_one_paragraph_in_a_lecture),
		cmocka_unit_test(a_lecture_leaves_the_verdicts_of_a_collector_to_the_table),
		cmocka_unit_test(every_decision_has_words),
		cmocka_unit_test(no_two_decisions_have_the_same_name),
		cmocka_unit_test(every_template_is_filled_in),
		cmocka_unit_test(the_first_request_maps_an_arena),
		cmocka_unit_test(the_head_of_the_chain_is_handed_out),
		cmocka_unit_test(a_long_chain_is_cut),
		cmocka_unit_test(a_pool_fills_and_has_room_again),
		cmocka_unit_test(the_last_block_of_an_arena_is_named_though_the_arena_is_gone),
		cmocka_unit_test(a_callback_that_holds_the_weak_reference_is_told),
		cmocka_unit_test(a_realloc_that_fits_stays),
		cmocka_unit_test(a_realloc_that_moves_tells_of_both_pools),
		cmocka_unit_test(a_move_within_a_pool_changes_no_count),
		cmocka_unit_test(a_large_request_is_served_below),
		cmocka_unit_test(first_fit_splits_the_first_hole_that_is_large_enough),
		cmocka_unit_test(freeing_between_two_holes_joins_all_three),
		cmocka_unit_test(a_heap_that_may_grow_says_that_it_grew),
		cmocka_unit_test(out_of_memory_says_what_is_free),
		cmocka_unit_test(faults_are_told_as_what_is_wrong),
		cmocka_unit_test(a_refused_request_says_why),
		cmocka_unit_test(recorded_arenas_are_told_where_they_lie),
		cmocka_unit_test(a_block_that_was_recorded_elsewhere_says_where),
		cmocka_unit_test(a_block_nobody_knows_stays_below),
		cmocka_unit_test(notes_and_marks_are_their_text),
		cmocka_unit_test(experts_read_the_names_of_the_source),
		cmocka_unit_test(a_line_of_the_list_has_the_most_telling_words),
		cmocka_unit_test(what_is_told_of_a_heap_before_and_after_is_true),
		cmocka_unit_test(what_is_told_of_a_pool_before_and_after_is_true),
		cmocka_unit_test(each_fit_says_what_it_takes),
		cmocka_unit_test(coalescing_on_demand_tells_both_searches),
		cmocka_unit_test(the_textbooks_tool_sorts_and_joins_when_it_frees),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
