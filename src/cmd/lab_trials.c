/*
 * See lab_trials.h.  A worker is a fork of this process. It takes the next trace that nobody has
 * taken, and leaves the result where all of them see it; one that dies has said so in advance.
 */
#include "cmd/lab_trials.h"

#include "base/cores.h"
#include "base/error.h"
#include "base/parent.h"
#include "base/progress.h"
#include "base/write_all.h"
#include "plugin/history.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#define WORKERS_MAX 64
#define SAY_MS      200 /* how often it is said how many are done */

struct board {
	atomic_size_t next; /* trace */
	struct trial trials[];
};

static size_t bytes_of(size_t count)
{
	return sizeof(struct board) + count * sizeof(struct trial);
}

static struct board *board_of(const struct trials *trials)
{
	return (struct board *)((char *)trials->all - offsetof(struct board, trials));
}

/* done: a pipe in which each trace is a byte; -1: none */
static void work(struct trials *trials, const struct trial_setting *setting, int done)
{
	struct board *board = board_of(trials);

	for (size_t at; (at = atomic_fetch_add(&board->next, 1)) < trials->count;) {
		if (done < 0 && trials->count > 1)
			progress_about(trials->paths[at]);
		trial_run(setting, trials->paths[at], &trials->all[at]);
		if (done >= 0)
			write_all(done, "", 1);
	}
	progress_about(NULL);
}

static _Noreturn void become_worker(struct trials *trials, const struct trial_setting *setting,
	struct plugin *plugin, pid_t parent, const int done[2])
{
	follow_parent(parent, SIGTERM);
	progress_listen(NULL, NULL); /* the parent has the terminal */
	close(done[0]);
	plugin_forget_processes(plugin);
	work(trials, setting, done[1]);
	plugin_close(plugin);
	_exit(0);
}

/* Until no worker has the pipe any more. */
static void tell_progress(int done, size_t count)
{
	struct pollfd pipe = {.fd = done, .events = POLLIN};
	char bytes[WORKERS_MAX];
	size_t n = 0;
	ssize_t got;

	do {
		progress_say("grading", "traces", n, count);
		got = poll(&pipe, 1, SAY_MS) > 0 ? read(done, bytes, sizeof(bytes)) : 1;
		n += pipe.revents && got > 0 ? (size_t)got : 0;
	} while (got != 0);
	progress_end();
}

/* Whoever cannot be made is done without, if there is one. */
static int run_workers(struct trials *trials, const struct trial_setting *setting,
	struct plugin *plugin, size_t workers, struct error *err)
{
	pid_t parent = getpid(), made[WORKERS_MAX];
	size_t count = 0;
	int done[2];

	if (pipe2(done, O_CLOEXEC) < 0)
		return error_set(err, "cannot make a pipe: %s", strerror(errno));
	for (size_t i = 0; i < workers; i++) {
		pid_t worker = fork();
		if (worker == 0)
			become_worker(trials, setting, plugin, parent, done);
		if (worker > 0)
			made[count++] = worker;
	}
	int result = count > 0 ? 0 : error_set(err, "cannot start a process: %s", strerror(errno));
	close(done[1]);
	tell_progress(done[0], trials->count);
	close(done[0]);
	for (size_t i = 0; i < count; i++)
		while (waitpid(made[i], NULL, 0) < 0 && errno == EINTR)
			;
	return result;
}

int trials_run(struct trials *ret_trials, const struct trial_setting *setting,
	struct plugin *plugin, const char *const *paths, size_t count, struct error *err)
{
	struct board *board = mmap(NULL, bytes_of(count), PROT_READ | PROT_WRITE,
		MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	struct trials trials = {.paths = paths, .count = count};
	struct trial_setting own = *setting;
	size_t workers = cores_for(count, WORKERS_MAX);
	int result = 0;

	if (board == MAP_FAILED)
		return error_set(err, "%s", strerror(errno));
	trials.all = board->trials;
	for (size_t i = 0; i < count; i++)
		snprintf(trials.all[i].words, sizeof(trials.all[i].words),
			"%s: its trial has ended before it was over", paths[i]);
	own.turn = workers > 1 ? memfd_create("turn", MFD_CLOEXEC) : -1;
	if (workers > 1)
		result = run_workers(&trials, &own, plugin, workers, err);
	else
		work(&trials, &own, -1);
	if (own.turn >= 0)
		close(own.turn);
	if (result < 0)
		trials_finish(&trials);
	else
		*ret_trials = trials;
	return result;
}

void trials_finish(struct trials *trials)
{
	if (trials->all)
		munmap(board_of(trials), bytes_of(trials->count));
	*trials = (struct trials){0};
}
