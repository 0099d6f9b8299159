/* See install_dir.h. */
#include "base/install_dir.h"

#include <libgen.h>
#include <limits.h>
#include <stdio.h>
#include <unistd.h>

bool install_dir_find(const char *const *places, char *ret_path, size_t size)
{
	char self[PATH_MAX];
	ssize_t n = readlink("/proc/self/exe", self, sizeof(self) - 1);

	if (n <= 0)
		return false;
	self[n] = '\0';
	const char *folder = dirname(self);
	for (; *places; places++) {
		snprintf(ret_path, size, "%s/%s", folder, *places);
		if (access(ret_path, R_OK) == 0)
			return true;
	}
	return false;
}
