/* Checkpoints: their positions and their cost; each is the state of its position. */
#include "player/checkpoints.h"

#include "base/error.h"
#include "base/text.h"
#include "flat/flat.h"
#include "support.h"

#include <string.h>

#define EVENTS 60000u

/* Objects come and go, at most 3000 at once, so that the state changes everywhere. */
static struct trace *changing_trace(void)
{
	struct text text = {0};
	struct trace *trace = NULL;
	struct error err;
	struct dice dice;

	dice_init(&dice, 5);
	for (unsigned i = 0; i < EVENTS; i++) {
		unsigned id = (unsigned)dice_roll(&dice, 3000);
		text_add(&text, dice_roll(&dice, 2) ? "a %u %u\n" : "f %u\n", id,
			(unsigned)dice_roll(&dice, 600));
	}
	if (trace_open_memory(&trace, text.bytes, text.length, "changing", 0, &err) < 0)
		fail_msg("%s", err.text);
	text_finish(&text);
	return trace;
}

static void begin(struct trace *trace, size_t budget, struct replay *replay,
	struct checkpoints *checkpoints)
{
	static const struct player_config config = {.engine = "pymalloc"};
	struct error err;

	checkpoints_init(checkpoints, budget);
	assert_int_equal(replay_init(replay, trace, &config, &err), 0);
	checkpoints_add_start(checkpoints, replay);
}

/* Plays the rest of the trace, offering a checkpoint after every event. */
static void play_on(struct replay *replay, struct checkpoints *checkpoints)
{
	struct effect effect;

	while (replay_next(replay)) {
		replay_step(replay, NULL, &effect);
		checkpoints_offer(checkpoints, replay);
	}
}

static void play_all(struct trace *trace, size_t budget, struct replay *replay,
	struct checkpoints *checkpoints)
{
	begin(trace, budget, replay, checkpoints);
	play_on(replay, checkpoints);
}

static void the_budget_is_kept_and_used(void **state)
{
	static const size_t budgets[] = {3 << 19, 3 << 20};
	struct trace *trace = changing_trace();
	size_t fewer = 0;

	for (size_t i = 0; i < 2; i++) {
		struct checkpoints checkpoints;
		struct replay replay;
		play_all(trace, budgets[i], &replay, &checkpoints);
		assert_true(checkpoints.bytes <= budgets[i]);
		assert_true(checkpoints.regular.count > fewer);
		fewer = checkpoints.regular.count;
		checkpoints_finish(&checkpoints);
		assert_int_equal(checkpoints.bytes, 0);
		replay_finish(&replay);
	}
	trace_close(trace);
}

/*
 * When the budget is used up by what a person has played, the survey, which runs from the start, is
 * not granted a place that is taken away again after every event.
 */
static void a_copy_is_not_made_to_be_thrown_away(void **state)
{
	struct trace *trace = changing_trace();
	struct checkpoints checkpoints;
	struct replay person, ahead;
	struct effect effect;
	struct error err;
	static const struct player_config config = {.engine = "pymalloc"};

	for (size_t budget = 1 << 18; budget <= 4 << 20; budget *= 2) {
		play_all(trace, budget, &person, &checkpoints);
		uint64_t made = checkpoints.made;
		assert_int_equal(replay_init(&ahead, trace, &config, &err), 0);
		while (replay_next(&ahead)) {
			replay_step(&ahead, NULL, &effect);
			checkpoints_offer(&checkpoints, &ahead);
		}
		assert_true(checkpoints.made - made <= 2 * made + 10);
		replay_finish(&ahead);
		checkpoints_finish(&checkpoints);
		replay_finish(&person);
	}
	trace_close(trace);
}

/* The pack is not looked at: nothing is restored. */
static void beside_an_index_a_quarter_of_the_budget_is_used(void **state)
{
	static const unsigned char bytes[] = "a pack";
	const struct stored_pack stored = {EVENTS / 2, bytes, sizeof(bytes), 0};
	const size_t budget = 3 << 20;
	struct trace *trace = changing_trace();
	struct checkpoints checkpoints;
	struct replay replay;

	play_all(trace, budget, &replay, &checkpoints);
	assert_true(checkpoints.bytes > budget / 4);
	replay_finish(&replay);
	checkpoints_finish(&checkpoints);
	begin(trace, budget, &replay, &checkpoints);
	checkpoints_take_stored(&checkpoints, &stored, 1);
	play_on(&replay, &checkpoints);
	assert_true(checkpoints.regular.count > 3);
	assert_true(checkpoints.bytes <= budget / 4);
	replay_finish(&replay);
	checkpoints_finish(&checkpoints);
	trace_close(trace);
}

/* most: how many times the mean no gap exceeds. */
static void assert_even_gaps(struct trace *trace, size_t budget, uint64_t most)
{
	struct checkpoints checkpoints;
	struct replay replay;

	play_all(trace, budget, &replay, &checkpoints);
	size_t n = checkpoints.regular.count;
	uint64_t mean = EVENTS / n;
	assert_true(n >= 4);
	assert_int_equal(checkpoints.regular.items[0].position, 0);
	for (size_t i = 1; i < n; i++) {
		uint64_t gap = checkpoints.regular.items[i].position -
			       checkpoints.regular.items[i - 1].position;
		assert_true(gap > 0 && gap <= most * mean);
	}
	assert_true(EVENTS - checkpoints.regular.items[n - 1].position <= 3 * mean);
	checkpoints_finish(&checkpoints);
	replay_finish(&replay);
}

/* Where the budget has room for most of them, a gap is what one that went has left. */
static void no_gap_is_much_longer_than_another(void **state)
{
	struct trace *trace = changing_trace();

	assert_even_gaps(trace, 1 << 19, 3);
	for (size_t budget = 8 << 18; budget <= 12 << 18; budget += 1 << 18)
		assert_even_gaps(trace, budget, 2);
	trace_close(trace);
}

static void each_is_the_state_of_its_position(void **state)
{
	static const struct player_config config = {.engine = "pymalloc"};
	struct trace *trace = changing_trace();
	struct checkpoints checkpoints;
	struct replay replay, straight;
	struct error err;

	size_t packs = 0;
	play_all(trace, 1 << 20, &replay, &checkpoints);
	assert_int_equal(replay_init(&straight, trace, &config, &err), 0);
	for (size_t i = 0; i < checkpoints.regular.count; i++) {
		const struct checkpoint *checkpoint = &checkpoints.regular.items[i];
		assert_ptr_equal(checkpoints_before(&checkpoints, checkpoint->position),
			checkpoint);
		replay_run(&straight, checkpoint->position, NULL);
		packs += checkpoint->pack != NULL;
		checkpoints_restore(&checkpoints, checkpoint, &replay);
		assert_int_equal(replay.position, checkpoint->position);
		for (size_t j = 0; j < replay.nflats; j++)
			assert_true(flat_equal(replay.flats[j], straight.flats[j]));
	}
	assert_true(packs > 0 && packs < checkpoints.regular.count);
	checkpoints_finish(&checkpoints);
	replay_finish(&replay);
	replay_finish(&straight);
	trace_close(trace);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_budget_is_kept_and_used),
		cmocka_unit_test(a_copy_is_not_made_to_be_thrown_away),
		cmocka_unit_test(beside_an_index_a_quarter_of_the_budget_is_used),
		cmocka_unit_test(no_gap_is_much_longer_than_another),
		cmocka_unit_test(each_is_the_state_of_its_position),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
