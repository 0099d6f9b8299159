/* See bytes.h. */
#include "trace/bytes.h"

#include "base/error.h"

#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>

int bytes_map(struct bytes *bytes, int fd, const char *name, struct error *err)
{
	struct stat status;

	if (fstat(fd, &status) < 0)
		return error_set(err, "%s: %s", name, strerror(errno));
	*bytes = (struct bytes){.length = (size_t)status.st_size};
	if (bytes->length == 0)
		return 0;
	void *at = mmap(NULL, bytes->length, PROT_READ, MAP_PRIVATE, fd, 0);
	if (at == MAP_FAILED)
		return error_set(err, "%s: cannot be mapped: %s", name, strerror(errno));
	bytes->at = at;
	bytes->is_mapped = true;
	return 0;
}

void bytes_release(struct bytes *bytes)
{
	if (bytes->is_mapped)
		munmap((void *)(uintptr_t)bytes->at, bytes->length);
	free(bytes->copy);
	*bytes = (struct bytes){0};
}
