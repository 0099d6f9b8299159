/* A process ends with the one that forked it, whenever that ends. */
#include "base/parent.h"
#include "support/support.h"

#include <poll.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#define STARTED  's' /* what a grandchild writes once it follows its parent */
#define PATIENCE 60u /* seconds, if it does not */

/*
 * Forks a child that forks a grandchild, and says whether the grandchild came to the point where it
 * follows the child; returns when both have ended.
 */
static bool grandchild_starts(void (*before)(int go), void (*after)(int go))
{
	int said[2], go[2];
	char byte = 0;

	assert_return_code(pipe(said), 0);
	assert_return_code(pipe(go), 0);
	pid_t child = fork();
	if (child == 0) {
		pid_t parent = getpid();
		if (fork() > 0) {
			close(go[1]);
			after(said[0]);
			_exit(0);
		}
		close(go[1]);
		before(go[0]);
		follow_parent(parent, SIGKILL);
		byte = STARTED;
		if (write(said[1], &byte, 1) != 1)
			_exit(1);
		alarm(PATIENCE);
		while (getppid() == parent)
			pause();
		_exit(0);
	}
	close(said[1]);
	close(go[0]);
	waitpid(child, NULL, 0);
	close(go[1]);
	/* the end of the file: the grandchild has ended */
	bool is_started = read(said[0], &byte, 1) == 1;
	while (read(said[0], &byte, 1) > 0)
		;
	close(said[0]);
	return is_started;
}

static void at_once(int unused)
{
}

/* Until nobody has the other end: the child has ended, and was waited for. */
static void when_it_is_over(int go)
{
	char byte;

	while (read(go, &byte, 1) > 0)
		;
}

/* Until the grandchild has written, which stays to be read. */
static void when_it_has_started(int said)
{
	struct pollfd poll_it = {.fd = said, .events = POLLIN};

	while (poll(&poll_it, 1, -1) < 1)
		;
}

static void a_child_ends_with_its_parent(void **state)
{
	assert_true(grandchild_starts(at_once, when_it_has_started));
}

static void a_child_whose_parent_has_ended_does_not_begin(void **state)
{
	assert_false(grandchild_starts(when_it_is_over, at_once));
}

int main(void)
{
	alarm(PATIENCE);
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_child_ends_with_its_parent),
		cmocka_unit_test(a_child_whose_parent_has_ended_does_not_begin),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
