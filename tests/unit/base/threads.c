/* Threads beside the one that waits for signals. */
#include "base/threads.h"

#include "support.h"

#include <semaphore.h>
#include <signal.h>
#include <time.h>
#include <unistd.h>

static sem_t has_begun, is_over;
static volatile sig_atomic_t taken;

static void take(int number)
{
	taken = 1;
}

static void *wait_for_end(void *user)
{
	sem_post(&has_begun);
	while (sem_wait(&is_over) < 0)
		;
	return user;
}

/* As SIGWINCH in the viewer, which lets it in only while it waits. */
static void signals_stay_with_who_waits_for_them(void **state)
{
	const struct timespec moment = {0, 50000000};
	struct sigaction action = {.sa_handler = take};
	sigset_t held, before, waiting;
	pthread_t thread;

	sem_init(&has_begun, 0, 0);
	sem_init(&is_over, 0, 0);
	sigaction(SIGUSR1, &action, NULL);
	assert_true(thread_start(&thread, wait_for_end, NULL));
	sem_wait(&has_begun);
	sigemptyset(&held);
	sigaddset(&held, SIGUSR1);
	pthread_sigmask(SIG_BLOCK, &held, &before);
	kill(getpid(), SIGUSR1);
	nanosleep(&moment, NULL);
	assert_int_equal(taken, 0);
	sigpending(&waiting);
	assert_int_equal(sigismember(&waiting, SIGUSR1), 1);
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	assert_int_equal(taken, 1);
	sem_post(&is_over);
	pthread_join(thread, NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(signals_stay_with_who_waits_for_them),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
