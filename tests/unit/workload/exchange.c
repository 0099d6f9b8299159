/* Threads that take turns, and their queue. */
#include "workload/exchange.h"

#include "base/error.h"
#include "base/text.h"
#include "bench.h"
#include "support.h"

#include <pthread.h>

/* Each thread has a number of turns; the order of turns is recorded. */
struct game {
	unsigned left[4];
	pthread_t threads[4];
	struct text order;
};

static bool is_ready(void *user, uint32_t thread)
{
	struct game *game = user;

	return game->left[thread] > 0;
}

static void begins(void *user, uint32_t thread)
{
}

static void play(void *user, uint32_t thread)
{
	struct game *game = user;

	game->left[thread]--;
	game->threads[thread] = pthread_self();
	text_add(&game->order, "%u", (unsigned)thread);
}

static void play_game(struct game *game, uint64_t seed)
{
	struct draws draws;
	struct error err = {0};
	struct turns turns = {.threads = 4,
		.draws = &draws,
		.is_ready = is_ready,
		.begins = begins,
		.user = game};

	draws_init(&draws, seed);
	assert_int_equal(turns_run(&turns, play, &err), 0);
}

static void turns_are_drawn_by_the_seed_until_nobody_is_ready(void **state)
{
	struct game one = {.left = {8, 0, 3, 5}}, same = one, other = one;

	play_game(&one, 1);
	play_game(&same, 1);
	play_game(&other, 2);
	assert_int_equal(one.order.length, 16);
	assert_text_equal(text_of(&one.order), text_of(&same.order));
	assert_string_not_equal(text_of(&one.order), text_of(&other.order));
	assert_false(pthread_equal(one.threads[0], one.threads[2]));
	text_finish(&one.order);
	text_finish(&same.order);
	text_finish(&other.order);
}

static void with_nothing_to_do_the_threads_end(void **state)
{
	struct game game = {.left = {0}};

	play_game(&game, 1);
	assert_int_equal(game.order.length, 0);
}

static void the_queue_is_a_ring(void **state)
{
	struct bench bench;
	uint64_t sent = 0, received = 0;

	bench_begin(&bench);
	struct queue *queue = queue_new(bench.memory, 3);
	for (unsigned round = 0; round < 50; round++) {
		while (queue->count < 1 + round % 3) {
			struct message *message =
				memory_allocate(bench.memory, sizeof(*message) + 10, "test");
			*message = (struct message){.number = sent++, .size = 10};
			queue_push(queue, message);
		}
		assert_int_equal(queue->bytes, 10 * queue->count);
		while (queue->count > (round < 49 ? round % 2 : 0)) {
			struct message *message = queue_pop(queue);
			assert_int_equal(message->number, received++);
			memory_release(bench.memory, message, "test");
		}
	}
	assert_int_equal(sent, received);
	queue_free(queue);
	bench_end(&bench);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(turns_are_drawn_by_the_seed_until_nobody_is_ready),
		cmocka_unit_test(with_nothing_to_do_the_threads_end),
		cmocka_unit_test(the_queue_is_a_ring),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
