/* See temporary.h. */
#include "base/temporary.h"

#include <fcntl.h>
#include <stdlib.h>
#include <sys/mman.h>

const char *temporary_folder(void)
{
	const char *folder = getenv("TMPDIR");

	return folder && *folder ? folder : "/tmp";
}

int temporary_open(void)
{
	return open(temporary_folder(), O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
}

int temporary_open_or_memory(const char *name)
{
	int fd = temporary_open();

	return fd < 0 ? memfd_create(name, MFD_CLOEXEC) : fd;
}
