/* See keeper.h. */
#include "plugin/keeper.h"

#include "base/parent.h"
#include "plugin/confinement.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define ROUNDS_MAX 1000u /* of killing children that appear while others are killed */

static const int endings[] = {SIGHUP, SIGINT, SIGQUIT, SIGTERM};

pid_t keeper_fork(struct keeper *ret_keeper)
{
	sigset_t heard, before;

	sigemptyset(&heard);
	sigaddset(&heard, SIGCHLD);
	for (size_t i = 0; i < sizeof(endings) / sizeof(*endings); i++)
		sigaddset(&heard, endings[i]);
	sigprocmask(SIG_BLOCK, &heard, &before);
	/* orphans below it become its children */
	prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0);
	ret_keeper->signals = signalfd(-1, &heard, SFD_CLOEXEC | SFD_NONBLOCK);
	ret_keeper->has_spaces = confine_spaces();
	pid_t parent = getpid();
	ret_keeper->child = fork();
	if (ret_keeper->child == 0) {
		follow_parent(parent, SIGKILL);
		close(ret_keeper->signals);
		sigprocmask(SIG_SETMASK, &before, NULL);
	}
	return ret_keeper->child;
}

/* Reads what was heard; true when a signal says to stop. */
static bool hear_signals(const struct keeper *keeper)
{
	struct signalfd_siginfo heard;
	bool is_stopped = false;

	while (read(keeper->signals, &heard, sizeof(heard)) == (ssize_t)sizeof(heard))
		is_stopped |= heard.ssi_signo != SIGCHLD;
	return is_stopped;
}

/* Reaps all that have ended; true when the child is among them. */
static bool has_ended(struct keeper *keeper, int *ret_status)
{
	int status;
	pid_t pid;

	while ((pid = waitpid(-1, &status, WNOHANG)) > 0)
		if (pid == keeper->child) {
			*ret_status = status;
			keeper->child = 0;
		}
	return keeper->child == 0;
}

static int left_of(int milliseconds, const struct timespec *begin)
{
	struct timespec now;

	if (milliseconds < 0)
		return -1;
	clock_gettime(CLOCK_MONOTONIC, &now);
	long passed =
		(now.tv_sec - begin->tv_sec) * 1000 + (now.tv_nsec - begin->tv_nsec) / 1000000;
	return passed < milliseconds ? milliseconds - (int)passed : 0;
}

enum kept keeper_wait(struct keeper *keeper, int lifeline, int milliseconds, int *ret_status)
{
	struct pollfd waits[] = {{.fd = lifeline, .events = POLLRDHUP},
		{.fd = keeper->signals, .events = POLLIN}};
	struct timespec begin;
	int left;

	clock_gettime(CLOCK_MONOTONIC, &begin);
	while ((left = left_of(milliseconds, &begin)) != 0) {
		if (poll(waits, 2, left) < 0 && errno != EINTR)
			return KEPT_ALONE;
		bool is_stopped = hear_signals(keeper);
		if (has_ended(keeper, ret_status))
			return KEPT_ENDED;
		if (waits[0].revents)
			return KEPT_ALONE;
		if (is_stopped)
			return KEPT_STOPPED;
	}
	return KEPT_LATE;
}

/* Without namespaces: every child, among them those that lost their parents. */
static void kill_children(void)
{
	FILE *list = fopen("/proc/thread-self/children", "re");
	long child;

	while (list && fscanf(list, "%ld", &child) == 1)
		if (child > 1)
			kill((pid_t)child, SIGKILL);
	if (list)
		fclose(list);
}

void keeper_end(struct keeper *keeper)
{
	if (keeper->child > 0)
		kill(keeper->child, SIGKILL);
	for (unsigned i = 0; i < ROUNDS_MAX; i++) {
		if (!keeper->has_spaces)
			kill_children();
		if (waitpid(-1, NULL, 0) < 0 && errno != EINTR)
			break;
	}
	keeper->child = 0;
}
