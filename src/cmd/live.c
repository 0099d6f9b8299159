/*
 * `arenascope live`: records a program and shows its memory while it runs.
 *
 *	recorder   this program again, as `record --stream`, in its own process group: the keys of
 *	           the terminal are for the viewer, and suspending it suspends no other process
 *	messages   the output of the recorder: kept until the viewer has restored the terminal
 *
 * The output of the program goes to a file, since the viewer has the screen. The recorder never
 * waits for the viewer, which follows the trace as `play --follow` does.
 */
#include "base/arrays.h"
#include "base/error.h"
#include "base/parent.h"
#include "base/xalloc.h"
#include "cmd/cmd.h"
#include "cmd/screen.h"
#include "cmd/trace_name.h"
#include "cmd/watch.h"
#include "trace/trace.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define PAUSE    20000000 /* nanoseconds between looks at the recorder */
#define PATIENCE 100      /* pauses until the person hears that the program has not ended */

static const struct option_spec options[] = {
	{.name = "output",
		.letter = 'o',
		.type = OPTION_TEXT,
		.value = "FILE",
		.help = "trace to write (default PROGRAM.trace, numbered if it exists)"},
	{0},
};

struct session {
	const struct cmd_call *call;
	struct error *err;
	char trace[PATH_MAX];
	char output[PATH_MAX + 8]; /* the output of the program */
	struct stat before;        /* status of an existing trace that will be overwritten */
	bool was_there;
	pid_t recorder;
	int messages;
	bool has_ended;
	int status; /* exit status of the recorder, once it has ended */
};

/* ---- files ----------------------------------------------------------------------------------- */

static int take_name(struct session *session, const char *given)
{
	if (strstr(given, "%p"))
		return error_set(session->err,
			"--output: '%s' must be one file; live watches one program", given);
	snprintf(session->trace, sizeof(session->trace), "%s", given);
	session->was_there = stat(given, &session->before) == 0;
	if (session->was_there && !S_ISREG(session->before.st_mode))
		return error_set(session->err,
			"--output: %s cannot be followed: not a regular file", given);
	return 0;
}

static int choose_name(struct session *session, const char *program)
{
	int fd = trace_name_create(session->trace, sizeof(session->trace), program, session->err);

	if (fd < 0)
		return -1;
	close(fd);
	return 0;
}

static int name_files(struct session *session)
{
	const char *given = options_text(session->call->options, "output");
	int result =
		given ? take_name(session, given) : choose_name(session, session->call->words[0]);

	snprintf(session->output, sizeof(session->output), "%s.out", session->trace);
	return result;
}

/* Removes a file if nothing was written to it. */
static void drop_empty(const char *path)
{
	struct stat status;

	if (stat(path, &status) == 0 && S_ISREG(status.st_mode) && status.st_size == 0)
		unlink(path);
}

/* ---- the recorder ---------------------------------------------------------------------------- */

/* Runs in the child. */
static void become_recorder(const struct session *session, pid_t parent)
{
	ARRAY(const char *) words = {0};
	const char *const begin[] = {session->call->program, "record", "--stream",
		"--program-output", session->output, "--output", session->trace};
	int nothing = open("/dev/null", O_RDONLY | O_CLOEXEC);

	for (size_t i = 0; i < sizeof(begin) / sizeof(*begin); i++)
		*array_push(&words) = begin[i];
	for (const struct option_spec *spec = recording_options; spec->name; spec++)
		if (options_given(session->call->options, spec->name)) {
			const char *value = options_text(session->call->options, spec->name);
			*array_push(&words) =
				xasprintf(value ? "--%s=%s" : "--%s", spec->name, value);
		}
	*array_push(&words) = "--";
	for (int i = 0; i < session->call->nwords; i++)
		*array_push(&words) = session->call->words[i];
	*array_push(&words) = NULL;
	setpgid(0, 0);
	follow_parent(parent, SIGTERM); /* the program ends with the viewer, however that ends */
	dup2(nothing, STDIN_FILENO);
	dup2(session->messages, STDOUT_FILENO);
	dup2(session->messages, STDERR_FILENO);
	execv("/proc/self/exe", (char *const *)(uintptr_t)words.items);
	dprintf(STDERR_FILENO, "arenascope: live: %s\n", strerror(errno));
	_exit(EXIT_TROUBLE);
}

static int start(struct session *session)
{
	session->messages = memfd_create("arenascope-messages", MFD_CLOEXEC);
	if (session->messages < 0)
		return error_set(session->err, "live: %s", strerror(errno));
	fflush(NULL);
	pid_t parent = getpid();
	session->recorder = fork();
	if (session->recorder == 0)
		become_recorder(session, parent);
	return session->recorder < 0 ? error_set(session->err, "live: %s", strerror(errno)) : 0;
}

static void look(struct session *session)
{
	if (!session->has_ended)
		session->has_ended =
			waitpid(session->recorder, &session->status, WNOHANG) == session->recorder;
}

static void wait_a_little(void)
{
	const struct timespec pause = {0, PAUSE};

	nanosleep(&pause, NULL);
}

/* Whether the earlier trace has not been overwritten yet. */
static bool is_as_before(const struct session *session)
{
	struct stat now;

	return session->was_there && stat(session->trace, &now) == 0 &&
	       now.st_ino == session->before.st_ino && now.st_size == session->before.st_size &&
	       now.st_ctim.tv_sec == session->before.st_ctim.tv_sec &&
	       now.st_ctim.tv_nsec == session->before.st_ctim.tv_nsec;
}

/* Returns 1 when the recorder has ended without a trace; its messages say why. */
static int await_trace(struct session *session, struct trace **ret_trace)
{
	for (;;) {
		look(session);
		int result = is_as_before(session)
				     ? 1
				     : trace_follow(ret_trace, session->trace, session->err);
		if (result <= 0 || session->has_ended)
			return result;
		wait_a_little();
	}
}

/*
 * Waits for the end of the program and its trace; asks the program to end, unless as much was
 * recorded as was wanted.
 */
static void stop(struct session *session, bool is_complete)
{
	unsigned waited = 0;

	look(session);
	if (!session->has_ended && !is_complete)
		kill(session->recorder, SIGTERM);
	for (; !session->has_ended; look(session)) {
		if (++waited == PATIENCE)
			fprintf(stderr, "arenascope: %s %s\n", session->call->words[0],
				is_complete
					? "continues without being recorded; Ctrl-C stops it"
					: "was sent SIGTERM but is still running; Ctrl-C leaves it running");
		wait_a_little();
	}
}

static void tell(const struct session *session)
{
	char piece[4096];
	ssize_t n;

	for (off_t at = 0; (n = pread(session->messages, piece, sizeof(piece), at)) > 0; at += n)
		fwrite(piece, 1, (size_t)n, stderr);
	drop_empty(session->output);
	drop_empty(session->trace);
	if (access(session->output, F_OK) == 0)
		fprintf(stderr, "arenascope: the program's output is in %s\n", session->output);
}

/* ---- the viewer ------------------------------------------------------------------------------ */

static int watch(struct session *session, const struct screen_wishes *wishes)
{
	struct trace *trace = NULL;
	int result = await_trace(session, &trace);

	if (result == 0)
		result = watch_show(session->call->options, trace, wishes, true, session->err);
	bool is_complete = trace && trace_info(trace)->written == TRACE_COMPLETE;
	trace_close(trace);
	stop(session, is_complete);
	tell(session);
	if (result < 0)
		return EXIT_TROUBLE;
	return WIFSIGNALED(session->status) ? 128 + WTERMSIG(session->status)
					    : WEXITSTATUS(session->status);
}

static int run(const struct cmd_call *call, struct error *err)
{
	struct session session = {.call = call, .err = err, .messages = -1};
	struct screen_wishes wishes;

	if (call->nwords == 0) {
		error_set(err, "live: no program given");
		return EXIT_USAGE;
	}
	if (screen_wishes(&wishes, call->options, err) < 0)
		return EXIT_USAGE;
	if (!wishes.can_draw) {
		error_set(err, "live: needs a terminal; `arenascope record` does not");
		return EXIT_USAGE;
	}
	if (name_files(&session) < 0)
		return EXIT_TROUBLE;
	int status = start(&session) < 0 ? EXIT_TROUBLE : watch(&session, &wishes);
	if (session.messages >= 0)
		close(session.messages);
	return status;
}

const struct cmd cmd_live = {
	.name = "live",
	.summary = "record a program and watch its arenas while it runs",
	.usage = "[OPTIONS] -- PROGRAM [ARGUMENTS]",
	.details =
		"The program's standard input is empty; its output goes to a file next to the trace.\nAny move leaves the live end; F catches up.  Quitting asks first, then stops the program.\n"
		"The exit status is the program's.\n",
	.options = options,
	.flags = CMD_RECORDS | CMD_HAS_SCREEN | CMD_TAKES_ENGINE | CMD_STOPS_AT_WORD,
	.run = run,
};
