/*
 * Calls of several threads, recorded in another order than they took place in: the order is found,
 * so that no address differs. A run of threads is made up, with stalls: the thread is interrupted
 * in a call, after the stamp of a free or before that of an allocation, while others go on.
 */
#include "player/c_verifier.h"

#include "base/error.h"
#include "base/options.h"
#include "base/text.h"
#include "support.h"

#include <inttypes.h>
#include <stdlib.h>

#define THREADS_MAX 24u
#define SLOTS       40u /* blocks that a thread has */

struct block {
	uint32_t object;
	uint64_t address; /* 0: none */
	uint64_t size;
};

struct thread {
	struct block slots[SLOTS];
	/* stalled until that call, in the free of the block, or before it is put on record */
	uint64_t until; /* 0: it is not */
	struct block block;
	bool is_free;
};

/* Threads take turns by chance; all use one arena. */
struct program {
	unsigned threads;
	uint64_t calls;
	uint64_t every;   /* one of so many calls stalls */
	uint64_t longest; /* for so many calls at most */
	uint64_t seed;
};

struct run {
	const struct program *program;
	struct heap *heap;
	struct dice dice;
	struct thread threads[THREADS_MAX];
	struct text record;
	uint32_t objects;
	uint64_t now;
};

static struct options *options_of_one_arena(void)
{
	static const char *const values[][2] = {{"glibc", "2.36"}, {"arena-max", "1"},
		{"first-break", "0x555555000000"}};
	struct options *options = options_new();
	struct error err;

	options_add_table(options, engine_find("glibc")->options);
	for (size_t i = 0; i < sizeof(values) / sizeof(*values); i++)
		assert_int_equal(options_set(options, values[i][0], values[i][1], &err), 0);
	return options;
}

/* ---- what takes place, and what is put on record --------------------------------------------- */

static uint64_t apply(struct run *run, unsigned thread, const struct block *block, bool is_free)
{
	const struct event event = {.kind = is_free ? EVENT_FREE : EVENT_ALLOCATE,
		.call = is_free ? CALL_FREE : CALL_MALLOC,
		.object = block->object,
		.size = is_free ? 0 : block->size,
		.thread = thread,
		.text = TEXT_NONE};
	struct effect effect;

	heap_apply(run->heap, run->now, &event, NULL, &effect);
	return effect.address;
}

static void put_on_record(struct run *run, unsigned thread, const struct block *block, bool is_free)
{
	if (is_free)
		text_add(&run->record, "f %" PRIu32 " call=free", block->object);
	else
		text_add(&run->record, "a %" PRIu32 " %" PRIu64 " call=malloc", block->object,
			block->size);
	text_add(&run->record, " at=0x%" PRIx64 " thread=%u\n", block->address, thread);
}

static void stall(struct run *run, struct thread *thread, const struct block *block, bool is_free)
{
	thread->until = run->now + 1 + dice_roll(&run->dice, run->program->longest);
	thread->block = *block;
	thread->is_free = is_free;
}

static void resume(struct run *run, unsigned number)
{
	struct thread *thread = &run->threads[number];

	if (thread->is_free)
		apply(run, number, &thread->block, true);
	else
		put_on_record(run, number, &thread->block, false);
	thread->until = 0;
}

static void call(struct run *run, unsigned number)
{
	struct thread *thread = &run->threads[number];
	struct block *slot = &thread->slots[dice_roll(&run->dice, SLOTS)];
	bool is_free = slot->address != 0, stalls = dice_roll(&run->dice, run->program->every) == 0;

	if (!is_free) {
		slot->object = run->objects++;
		slot->size = dice_roll(&run->dice, dice_roll(&run->dice, 10) ? 400 : 5000);
		slot->address = apply(run, number, slot, false);
	} else {
		put_on_record(run, number, slot, true);
	}
	if (stalls)
		stall(run, thread, slot, is_free);
	else if (is_free)
		apply(run, number, slot, true);
	else
		put_on_record(run, number, slot, false);
	if (is_free)
		slot->address = 0;
}

/* The record of a run of the program. */
static void make_record(struct run *run, const struct program *program)
{
	struct options *options = options_of_one_arena();
	struct error err;

	run->program = program;
	assert_int_equal(heap_new(&run->heap, "glibc", options, &err), 0);
	run->dice.state = program->seed; /* one that makes a difference, whatever others try */
	for (run->now = 1; run->now <= program->calls; run->now++) {
		for (unsigned i = 0; i < program->threads; i++)
			if (run->threads[i].until && run->threads[i].until <= run->now)
				resume(run, i);
		unsigned thread = (unsigned)dice_roll(&run->dice, program->threads);
		if (!run->threads[thread].until)
			call(run, thread);
	}
	heap_free(run->heap);
	options_free(options);
}

/* ---- what is found --------------------------------------------------------------------------- */

/* All addresses are as predicted, of calls of which some were recorded in another order. */
static void assert_explained(const struct program *program)
{
	struct run *run = calloc(1, sizeof(*run));
	struct options *options = options_of_one_arena();
	const struct c_verifier_config config = {.options = options};
	struct c_verifier *verifier = NULL;
	struct trace *trace;
	struct error err;

	make_record(run, program);
	if (trace_open_memory(&trace, run->record.bytes, run->record.length, "run", 0, &err) < 0 ||
		c_verifier_new(&verifier, trace, &config, &err) < 0)
		fail_msg("%s", err.text);
	c_verifier_run(verifier);
	const struct c_figures *figures = c_verifier_figures(verifier);
	if (figures->differences || !figures->reordered)
		fail_msg("%u threads, stalls of up to %" PRIu64 " calls: %" PRIu64 " of %" PRIu64
			 " blocks differ, %" PRIu64 " were reordered",
			program->threads, program->longest, figures->differences, figures->compared,
			figures->reordered);
	c_verifier_free(verifier);
	trace_close(trace);
	text_finish(&run->record);
	options_free(options);
	free(run);
}

static void short_stalls_are_found(void **state)
{
	assert_explained(&(struct program){2, 6000, 40, 4, 102});
	assert_explained(&(struct program){4, 6000, 80, 6, 101});
}

/* Longer than any window of steps that is looked at at once. */
static void a_thread_may_stall_for_thousands_of_calls(void **state)
{
	assert_explained(&(struct program){3, 60000, 1000, 12000, 101});
}

static void two_threads_may_stall_at_the_same_time(void **state)
{
	assert_explained(&(struct program){8, 20000, 1000, 3000, 103});
	assert_explained(&(struct program){24, 20000, 2000, 3000, 101});
}

/* Others have only freed since, which shows at no address but its own. */
static void the_call_that_differs_may_have_stalled_itself(void **state)
{
	assert_explained(&(struct program){2, 6000, 60, 40, 131});
	assert_explained(&(struct program){3, 6000, 60, 60, 110});
	assert_explained(&(struct program){3, 6000, 60, 60, 119});
}

/* ---- addresses that no library gives --------------------------------------------------------- */

/* One of ten: near the block, in a page or an arena of its own, anywhere, or another block's. */
static uint64_t spoil(struct dice *dice, uint64_t address, uint64_t other)
{
	switch (dice_roll(dice, 50)) {
	case 0:
		return address + 16 * dice_roll(dice, 100);
	case 1:
		return address - 16 * dice_roll(dice, 100);
	case 2:
		return UINT64_C(0x7f0000000010) + 4096 * dice_roll(dice, 1000);
	case 3:
		return UINT64_C(0x7e0000000b70) + (dice_roll(dice, 4) << 26) +
		       16 * dice_roll(dice, 5000);
	case 4:
		return dice_roll(dice, 2) ? dice_roll(dice, UINT64_MAX) : other;
	default:
		return address;
	}
}

static struct trace *spoiled_trace(struct dice *dice, uint64_t events)
{
	static const char *const words[] = {"thread_end", "malloc_trim 0", "mxfast 0", "top_pad 0",
		"break 0x555555300000"};
	struct text record = {0};
	struct trace *trace = NULL;
	uint64_t other = 0;
	struct error err;

	for (uint64_t i = 0; i < events; i++) {
		uint64_t object = dice_roll(dice, 60), what = dice_roll(dice, 100);
		uint64_t address = UINT64_C(0x5555550002a0) + 64 * dice_roll(dice, 2000);
		uint64_t size = dice_roll(dice, UINT64_C(1) << dice_roll(dice, 19));

		if (what == 0)
			text_add(&record, "libc %s", words[dice_roll(dice, 5)]);
		else if (what < 40)
			text_add(&record, "f %" PRIu64, object);
		else
			text_add(&record, "%c %" PRIu64 " %" PRIu64 " at=0x%" PRIx64,
				what < 60 ? 'r' : 'a', object, size, spoil(dice, address, other));
		text_add(&record, " thread=%" PRIu64 "\n", dice_roll(dice, 3));
		other = address;
	}
	if (trace_open_memory(&trace, record.bytes, record.length, "spoiled", 0, &err) < 0)
		fail_msg("%s", err.text);
	text_finish(&record);
	return trace;
}

/* The engine's own assertions hold, and every request is counted. */
static void any_addresses_can_be_compared(void **state)
{
	struct options *options = options_of_one_arena();
	const struct c_verifier_config config = {.options = options};
	struct dice dice;

	dice_init(&dice, 1);
	for (int i = 0; i < 40; i++) {
		struct trace *trace = spoiled_trace(&dice, 400);
		struct c_verifier *verifier;
		struct error err;
		assert_int_equal(c_verifier_new(&verifier, trace, &config, &err), 0);
		c_verifier_run(verifier);
		const struct c_figures *figures = c_verifier_figures(verifier);
		assert_int_equal(figures->events, 400);
		assert_int_equal(figures->compared,
			figures->agreed_before + figures->agreed_after + figures->differences);
		assert_true(figures->differences > 0);
		c_verifier_free(verifier);
		trace_close(trace);
	}
	options_free(options);
}

/* More steps than can be gone back to, and more differences than are worth a search each. */
static void a_long_trace_without_any_order_is_compared_in_part(void **state)
{
	struct options *options = options_of_one_arena();
	const struct c_verifier_config config = {.options = options};
	struct c_verifier *verifier;
	struct dice dice;
	struct error err;

	dice_init(&dice, 2);
	struct trace *trace = spoiled_trace(&dice, 200000);
	assert_int_equal(c_verifier_new(&verifier, trace, &config, &err), 0);
	c_verifier_run(verifier);
	const struct c_figures *figures = c_verifier_figures(verifier);
	assert_int_equal(figures->events, 200000);
	assert_true(figures->differences > 0 && figures->passed_over > 0);
	assert_true(figures->compared + figures->passed_over < 200000);
	c_verifier_free(verifier);
	trace_close(trace);
	options_free(options);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(short_stalls_are_found),
		cmocka_unit_test(a_thread_may_stall_for_thousands_of_calls),
		cmocka_unit_test(two_threads_may_stall_at_the_same_time),
		cmocka_unit_test(the_call_that_differs_may_have_stalled_itself),
		cmocka_unit_test(any_addresses_can_be_compared),
		cmocka_unit_test(a_long_trace_without_any_order_is_compared_in_part),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
