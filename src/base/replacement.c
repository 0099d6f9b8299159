/* See replacement.h. */
#include "base/replacement.h"

#include "base/xalloc.h"

#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static int create_named(struct replacement *replacement)
{
	replacement->fd = open(replacement->name, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	replacement->has_name = replacement->fd >= 0;
	return replacement->has_name ? 0 : -1;
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

	if (replacement->has_name)
		unlink(replacement->name);
	if (replacement->fd >= 0)
		close(replacement->fd);
	free(replacement->path);
	free(replacement->name);
	*replacement = (struct replacement){.fd = -1};
	errno = error;
}
