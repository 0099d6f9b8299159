/* See replacement.h. */
#include "base/replacement.h"

#include "base/xalloc.h"

#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

/*
 * Files with a name that are not finished: a program that ends within, out of memory or by a
 * signal, leaves none. A fork may go on with what its parent began, and does not end that.
 */
static struct replacement *unfinished;
static pid_t beginner;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER; /* of both: a survey has its own thread */

static void remove_unfinished(void)
{
	if (getpid() != beginner)
		return;
	pthread_mutex_lock(&lock); /* no holder calls exit() */
	for (const struct replacement *r = unfinished; r; r = r->next)
		unlink(r->name);
	pthread_mutex_unlock(&lock);
}

/* No lock is taken: each step of the list's changes is one pointer. */
static void end_by_signal(int number)
{
	if (getpid() == beginner)
		for (const struct replacement *r = unfinished; r; r = r->next)
			unlink(r->name);
	signal(number, SIG_DFL);
	raise(number);
}

/* Of signals that end the program, and of which nobody else wants to hear. */
static void hear_signals(void)
{
	static const int endings[] = {SIGHUP, SIGINT, SIGQUIT, SIGTERM};
	const struct sigaction action = {.sa_handler = end_by_signal};
	struct sigaction before;

	for (size_t i = 0; i < sizeof(endings) / sizeof(*endings); i++)
		if (sigaction(endings[i], NULL, &before) == 0 && before.sa_handler == SIG_DFL)
			sigaction(endings[i], &action, NULL);
}

static void remember(struct replacement *replacement)
{
	pthread_mutex_lock(&lock);
	if (!beginner) {
		atexit(remove_unfinished);
		hear_signals();
	}
	if (beginner != getpid())
		unfinished = NULL; /* what a parent began is for the parent to end */
	beginner = getpid();
	replacement->next = unfinished;
	unfinished = replacement;
	pthread_mutex_unlock(&lock);
}

static void forget(const struct replacement *replacement)
{
	struct replacement **at = &unfinished;

	pthread_mutex_lock(&lock);
	while (*at && *at != replacement)
		at = &(*at)->next;
	if (*at)
		*at = replacement->next;
	pthread_mutex_unlock(&lock);
}

static int create_named(struct replacement *replacement)
{
	replacement->fd = open(replacement->name, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	replacement->has_name = replacement->fd >= 0;
	if (!replacement->has_name)
		return -1;
	remember(replacement);
	return 0;
}

static void begin(struct replacement *replacement, const char *path)
{
	*replacement = (struct replacement){.fd = -1,
		.path = xstrdup(path),
		.name = xasprintf("%s.%d.tmp", path, (int)getpid())};
}

int replacement_open(struct replacement *replacement, const char *path)
{
	char *folder = xstrdup(path);

	begin(replacement, path);
	replacement->fd = open(dirname(folder), O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
	free(folder);
	return replacement->fd >= 0 ? 0 : create_named(replacement);
}

int replacement_open_named(struct replacement *replacement, const char *path)
{
	begin(replacement, path);
	return create_named(replacement);
}

int replacement_finish(struct replacement *replacement)
{
	char link[64];

	snprintf(link, sizeof(link), "/proc/self/fd/%d", replacement->fd);
	if (!replacement->has_name)
		replacement->has_name =
			linkat(AT_FDCWD, link, AT_FDCWD, replacement->name, AT_SYMLINK_FOLLOW) == 0;
	if (!replacement->has_name || rename(replacement->name, replacement->path) < 0)
		return -1;
	replacement->has_name = false;
	return 0;
}

void replacement_close(struct replacement *replacement)
{
	int error = errno;

	forget(replacement);
	if (replacement->has_name)
		unlink(replacement->name);
	if (replacement->fd >= 0)
		close(replacement->fd);
	free(replacement->path);
	free(replacement->name);
	*replacement = (struct replacement){.fd = -1};
	errno = error;
}
