/* See subject.h. */
#include "cmd/subject.h"

#include "base/error.h"
#include "base/text.h"
#include "base/xalloc.h"
#include "cmd/attachment.h"
#include "cmd/cmd.h"
#include "cmd/output.h"
#include "cmd/target.h"
#include "trace/wire.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#define LOOK_PAUSE UINT64_C(500000000) /* between two looks at which program it is */

/* ---- signals --------------------------------------------------------------------------------- */

static volatile sig_atomic_t toggled, marked;
static atomic_uint to_pass_on; /* a bit for each number */

/* The signals caught or ignored here, and their earlier actions, which the program gets. */
static const int caught[] = {SIGTERM, SIGINT, SIGQUIT, SIGPIPE, SIGXFSZ, SIGHUP, SIGUSR1, SIGUSR2};
static struct sigaction before[sizeof(caught) / sizeof(*caught)];

static void take_signal(int number)
{
	atomic_fetch_or(&to_pass_on, 1u << number);
}

static void take_toggle(int number)
{
	toggled = 1;
}

static void take_mark(int number)
{
	marked = 1;
}

void subject_catch_signals(int toggle, int mark, bool is_child)
{
	struct sigaction action = {.sa_handler = take_signal, .sa_flags = SA_RESTART};
	struct sigaction toggling = {.sa_handler = take_toggle, .sa_flags = SA_RESTART};
	struct sigaction marking = {.sa_handler = take_mark, .sa_flags = SA_RESTART};
	struct sigaction hangup;

	for (size_t i = 0; i < sizeof(caught) / sizeof(*caught); i++)
		sigaction(caught[i], NULL, &before[i]);
	sigaction(SIGTERM, &action, NULL);
	sigaction(SIGHUP, NULL, &hangup);
	if (hangup.sa_handler != SIG_IGN) /* as nohup has it */
		sigaction(SIGHUP, &action, NULL);
	if (toggle)
		sigaction(toggle, &toggling, NULL);
	if (mark)
		sigaction(mark, &marking, NULL);
	/* for the program; the recorder still writes what was recorded */
	signal(SIGINT, is_child ? SIG_IGN : take_signal);
	signal(SIGQUIT, is_child ? SIG_IGN : take_signal);
	signal(SIGPIPE, SIG_IGN); /* becomes an error of write(), as does the next one */
	signal(SIGXFSZ, SIG_IGN);
}

static void give_signals_back(void)
{
	for (size_t i = 0; i < sizeof(caught) / sizeof(*caught); i++)
		sigaction(caught[i], &before[i], NULL);
}

static bool take(volatile sig_atomic_t *flag)
{
	return *flag && !(*flag = 0);
}

bool subject_was_toggled(void)
{
	return take(&toggled);
}

bool subject_was_marked(void)
{
	return take(&marked);
}

/* ---- a program that is started here ---------------------------------------------------------- */

/* Ends the child, which is not the program yet; what: what could not be had, as errno says. */
static _Noreturn void give_up(const char *what)
{
	struct error err;

	error_set(&err, "record: %s: %s", what, strerror(errno));
	_exit(cmd_complain(EXIT_TROUBLE, &err));
}

static void redirect(const char *path)
{
	if (!path)
		return;
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_APPEND | O_CLOEXEC, 0600);
	if (fd < 0)
		give_up(path);
	if (dup2(fd, STDOUT_FILENO) < 0 || dup2(fd, STDERR_FILENO) < 0)
		give_up(path);
}

/* Runs in the child: waits until the recorder is ready, then becomes the program. */
static void become(const struct target *target, const char *const *words, const char *shim,
	const char *output, int ready)
{
	const char *others = getenv("LD_PRELOAD");
	char *preload = others && *others ? xasprintf("%s:%s", shim, others) : xstrdup(shim);
	char where[PATH_MAX];
	struct error err;
	ssize_t n = read(ready, where, sizeof(where) - 1);

	if (n <= 0)
		_exit(EXIT_TROUBLE); /* the recorder could not begin, and has said why */
	where[n] = '\0';
	close(ready);
	if (setenv("LD_PRELOAD", preload, 1) < 0 || setenv(WIRE_VARIABLE, where, 1) < 0)
		give_up("the program's environment"); /* or it would run without the recorder */
	give_signals_back();
	redirect(output);
	execv(target->path, (char *const *)(uintptr_t)words);
	int status = errno == ENOENT ? TARGET_NOT_FOUND : TARGET_NOT_RUNNABLE;
	error_set(&err, "record: %s: %s", target->path, strerror(errno));
	_exit(cmd_complain(status, &err));
}

int subject_start(struct subject *subject, const struct target *target, const char *const *words,
	const char *shim, const char *output, struct error *err)
{
	int ready[2];

	*subject = (struct subject){.process = -1, .ready = -1, .life = -1};
	if (pipe2(ready, O_CLOEXEC) < 0)
		return error_set(err, "record: %s", strerror(errno));
	fflush(NULL);
	subject->process = fork();
	if (subject->process == 0) {
		close(ready[1]);
		become(target, words, shim, output, ready[0]);
	}
	close(ready[0]);
	subject->ready = ready[1];
	if (subject->process > 0)
		return 0;
	close(ready[1]);
	return error_set(err, "record: %s", strerror(errno));
}

/* ---- a process that runs --------------------------------------------------------------------- */

int subject_attach(struct subject *subject, pid_t process, const char *shim, struct error *err)
{
	*subject = (struct subject){.process = process, .ready = -1, .life = -1};
	if (attachment_check(process, err) < 0)
		return -1;
	int life = (int)syscall(SYS_pidfd_open, process, 0);
	if (life < 0)
		return errno == ENOSYS ? error_set(err, "record: -p needs Linux 5.3 or later")
				       : error_set(err, "record: process %d: %s", (int)process,
						 strerror(errno));
	subject->life = life;
	subject->program = attachment_program(process);
	if (attachment_new(&subject->attachment, process, shim, err) == 0)
		return 0;
	close(life);
	return -1;
}

static bool life_has_ended(int life)
{
	struct pollfd poll_it = {.fd = life, .events = POLLIN};

	return poll(&poll_it, 1, 0) > 0;
}

/* Another program in the same process has nothing of the recorder. */
static bool has_become_another(struct subject *subject)
{
	uint64_t time = wire_clock();

	if (time - subject->looked < LOOK_PAUSE)
		return false;
	subject->looked = time;
	return attachment_program(subject->process) != subject->program;
}

/* ---- both ------------------------------------------------------------------------------------ */

int subject_release(struct subject *subject, const char *path, struct error *err)
{
	int result = 0;

	if (subject->attachment) {
		result = attachment_begin(subject->attachment, err);
		attachment_free(subject->attachment);
		subject->attachment = NULL;
		return result;
	}
	if (write(subject->ready, path, strlen(path)) < 0)
		result = error_set(err, "record: %s", strerror(errno));
	close(subject->ready);
	subject->ready = -1;
	return result;
}

/* To the program, while it is there to take them; several that came at once are all passed on. */
static void pass_signals_on(pid_t process, bool is_gone)
{
	unsigned numbers = atomic_exchange(&to_pass_on, 0);

	for (int number = 1; !is_gone && numbers >> number; number++)
		if (numbers >> number & 1)
			kill(process, number);
}

bool subject_has_ended(struct subject *subject)
{
	if (!subject_is_child(subject))
		return life_has_ended(subject->life) || has_become_another(subject);
	pid_t ended = waitpid(subject->process, &subject->status, WNOHANG);
	bool is_gone = ended == subject->process || (ended < 0 && errno != EINTR);
	pass_signals_on(subject->process, is_gone);
	return is_gone;
}

bool subject_is_to_be_left(const struct subject *subject)
{
	return !subject_is_child(subject) && atomic_load(&to_pass_on) != 0;
}

void subject_stay(void)
{
	atomic_store(&to_pass_on, 0);
}

bool subject_is_child(const struct subject *subject)
{
	return subject->life < 0;
}

void subject_finish(struct subject *subject)
{
	attachment_free(subject->attachment);
	subject->attachment = NULL;
	if (subject->ready >= 0) {
		close(subject->ready);
		if (subject->process > 0)
			waitpid(subject->process, &subject->status, 0);
	}
	if (subject->life >= 0)
		close(subject->life);
}
