/*
 * See workload_live.h. The trace grows in a file that loses its name as soon as both processes have
 * opened it. The child holds its lock, which shows the viewer that it is running.
 */
#include "cmd/workload_live.h"

#include "base/error.h"
#include "base/parent.h"
#include "base/temporary.h"
#include "cmd/screen.h"
#include "cmd/watch.h"
#include "trace/trace.h"
#include "workload/workload.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define SECOND   1000000000u /* nanoseconds */
#define PATIENCE 2000000u    /* nanoseconds between checks for the header of the trace */

struct working {
	char folder[PATH_MAX];
	char path[PATH_MAX + 64]; /* in that folder, named after the workload */
	int fd;
	pid_t child;
};

static int open_trace_file(struct working *working, const char *name, struct error *err)
{
	const char *folder = temporary_folder();

	snprintf(working->folder, sizeof(working->folder), "%s/arenascope-XXXXXX", folder);
	if (!mkdtemp(working->folder)) {
		working->folder[0] = '\0';
		return error_set(err, "%s: %s", folder, strerror(errno));
	}
	snprintf(working->path, sizeof(working->path), "%s/%s", working->folder, name);
	working->fd = open(working->path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	return working->fd < 0 ? error_set(err, "%s: %s", working->path, strerror(errno)) : 0;
}

static void drop_name(struct working *working)
{
	if (working->path[0])
		unlink(working->path);
	if (working->folder[0])
		rmdir(working->folder);
	working->path[0] = working->folder[0] = '\0';
}

static void wait_a_while(uint64_t nanoseconds)
{
	const struct timespec pause = {(time_t)(nanoseconds / SECOND),
		(long)(nanoseconds % SECOND)};

	nanosleep(&pause, NULL);
}

static void wait_for_turn(void *user)
{
	const uint64_t *rate = user;

	wait_a_while(SECOND / *rate);
}

/* In its own process group: the keys of the terminal are for the viewer. */
static int start(struct working *working, const struct workload *workload,
	const struct options *settled, const char *play, uint64_t rate, struct error *err)
{
	pid_t parent = getpid();
	fflush(NULL);
	working->child = fork();
	if (working->child < 0)
		return error_set(err, "workload: %s", strerror(errno));
	if (working->child > 0) {
		close(working->fd); /* only the lock of the child counts */
		working->fd = -1;
		return 0;
	}
	const struct workload_pace pace = {.wait = wait_for_turn, .user = &rate};
	struct run_totals tally;
	setpgid(0, 0);
	follow_parent(parent, SIGTERM);
	_exit(workload_run(workload, settled, play, &pace, working->fd, working->path, &tally,
		      NULL) < 0
			? EXIT_TROUBLE
			: EXIT_FINE);
}

static bool has_ended(struct working *working)
{
	if (working->child > 0 && waitpid(working->child, NULL, WNOHANG) == working->child)
		working->child = 0;
	return working->child <= 0;
}

static void stop(struct working *working)
{
	if (working->child <= 0)
		return;
	kill(working->child, SIGTERM);
	waitpid(working->child, NULL, 0);
	working->child = 0;
}

static int await_trace(struct working *working, struct trace **ret_trace, struct error *err)
{
	for (;;) {
		bool is_last = has_ended(working);
		int result = trace_follow(ret_trace, working->path, err);
		if (result <= 0)
			return result;
		if (is_last)
			return error_set(err, "workload: it ended before it started");
		wait_a_while(PATIENCE);
	}
}

int workload_live_show(const struct cmd_call *call, const struct workload *workload,
	const struct options *settled, const char *play, uint64_t rate,
	const struct screen_wishes *wishes, struct error *err)
{
	struct working working = {.fd = -1};
	struct trace *trace = NULL;
	int result = open_trace_file(&working, workload->name, err);

	if (result == 0)
		result = start(&working, workload, settled, play, rate, err);
	if (result == 0)
		result = await_trace(&working, &trace, err);
	drop_name(&working);
	if (result == 0)
		result = watch_show(call->options, trace, wishes, false, err);
	trace_close(trace);
	stop(&working);
	if (working.fd >= 0)
		close(working.fd);
	return result;
}
