/* The times at which frames are drawn, by a clock that the test moves. */
#include "term/pace.h"

#include "support.h"

#define MILLISECOND UINT64_C(1000000)
#define START       (100 * MILLISECOND)

static void frames_are_an_interval_apart(void **state)
{
	struct pace pace = {.interval = 16 * MILLISECOND};

	assert_int_equal(pace_wait(&pace, START), 0);
	pace_draw(&pace, START);
	pace_answer(&pace);
	assert_int_equal(pace_wait(&pace, START), 16 * MILLISECOND);
	assert_int_equal(pace_wait(&pace, START + 10 * MILLISECOND), 6 * MILLISECOND);
	assert_int_equal(pace_wait(&pace, START + 16 * MILLISECOND), 0);
}

/*
 * A line that takes four frames a second: that many are drawn, and never is a second one on its
 * way.
 */
static void on_a_slow_line_one_frame_is_on_its_way(void **state)
{
	struct pace pace = {.interval = 16 * MILLISECOND};
	unsigned drawn = 0, on_the_way = 0;

	pace_draw(&pace, START);
	pace_answer(&pace);
	for (uint64_t at = 0; at < 10000; at++) {
		if (at % 250 == 0 && on_the_way > 0) {
			on_the_way--;
			pace_answer(&pace);
		}
		if (pace_wait(&pace, START + at * MILLISECOND) == 0) {
			assert_true(pace_draw(&pace, START + at * MILLISECOND));
			drawn++;
			on_the_way++;
		}
		assert_in_range(on_the_way, 0, 1);
	}
	assert_in_range(drawn, 39, 41);
}

static void who_never_answers_is_asked_once_and_not_waited_for(void **state)
{
	struct pace pace = {.interval = 16 * MILLISECOND};

	assert_true(pace_draw(&pace, START));
	for (uint64_t at = 16; at < 1600; at += 16) {
		assert_int_equal(pace_wait(&pace, START + at * MILLISECOND), 0);
		assert_false(pace_draw(&pace, START + at * MILLISECOND));
	}
}

static void who_must_not_be_asked_is_not(void **state)
{
	struct pace pace = {.interval = 16 * MILLISECOND, .never_asks = true};

	assert_false(pace_draw(&pace, START));
	assert_int_equal(pace_wait(&pace, START + 16 * MILLISECOND), 0);
	assert_false(pace.asked);
}

static void an_answer_that_is_lost_is_given_up(void **state)
{
	struct pace pace = {.interval = 16 * MILLISECOND};

	pace_draw(&pace, START);
	pace_answer(&pace);
	assert_true(pace_draw(&pace, START + 16 * MILLISECOND));
	assert_int_equal(pace_wait(&pace, START + 516 * MILLISECOND), 500 * MILLISECOND);
	assert_int_equal(pace_wait(&pace, START + 1016 * MILLISECOND), 0);
	assert_true(pace_draw(&pace, START + 1016 * MILLISECOND));
}

/* An answer that comes after the viewer has gone is typed to the shell: each is waited for. */
static void questions_without_an_answer_are_counted(void **state)
{
	struct pace pace = {.interval = 16 * MILLISECOND};

	pace_ask(&pace);
	assert_true(pace_draw(&pace, START));
	assert_int_equal(pace.open, 2);
	pace_answer(&pace);
	assert_int_equal(pace.open, 1);
	assert_int_equal(pace_wait(&pace, START + 16 * MILLISECOND), 0);
	pace_answer(&pace);
	assert_true(pace_draw(&pace, START + 16 * MILLISECOND));
	assert_true(pace_draw(&pace, START + 1016 * MILLISECOND));
	assert_int_equal(pace.open, 2);
	for (unsigned answers = 0; answers < 3; answers++)
		pace_answer(&pace);
	assert_int_equal(pace.open, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(frames_are_an_interval_apart),
		cmocka_unit_test(on_a_slow_line_one_frame_is_on_its_way),
		cmocka_unit_test(who_never_answers_is_asked_once_and_not_waited_for),
		cmocka_unit_test(who_must_not_be_asked_is_not),
		cmocka_unit_test(an_answer_that_is_lost_is_given_up),
		cmocka_unit_test(questions_without_an_answer_are_counted),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
