/* Any bytes as a person's preferences: its options, then its commands. */
#include "base/error.h"
#include "cmd/config.h"
#include "target.h"
#include "viewer.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
	int fd = memfd_create("config", MFD_CLOEXEC);
	char path[40];
	struct viewer viewer;
	struct error err;

	if (fd < 0 || write(fd, bytes, length) != (ssize_t)length)
		abort();
	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	viewer_init(&viewer, length > 0 ? bytes[0] : 0);
	if (config_options(path, true, viewer.options, &err) == 0)
		config_commands(path, viewer.view, &err);
	view_finish_work(viewer.view);
	viewer_draw(&viewer);
	viewer_finish(&viewer);
	close(fd);
	return 0;
}
