/* See bytes.h. */
#include "trace/bytes.h"

#include "base/error.h"
#include "base/mapping.h"

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

int bytes_map(struct bytes *bytes, int fd, const char *name, struct error *err)
{
	struct stat status;

	if (fstat(fd, &status) < 0)
		return error_set(err, "%s: %s", name, strerror(errno));
	*bytes = (struct bytes){.length = (size_t)status.st_size};
	if (bytes->length == 0)
		return 0;
	const void *at = mapping_new(fd, bytes->length);
	if (!at)
		return error_set(err, "%s: cannot be mapped: %s", name, strerror(errno));
	bytes->at = at;
	bytes->is_mapped = true;
	bytes->fd = fcntl(fd, F_DUPFD_CLOEXEC, 0); /* -1: the mapping alone has to do */
	return 0;
}

/* The system has these bytes of a mapping in memory; where it does not tell, it says so, too. */
static bool is_cached(const unsigned char *at, size_t n)
{
	uintptr_t page = (uintptr_t)sysconf(_SC_PAGESIZE), first = (uintptr_t)at / page * page;
	unsigned char pages[2] = {0};

	if ((uintptr_t)at + n > first + sizeof(pages) * page)
		return false;
	if (mincore((void *)first, (uintptr_t)at + n - first, pages) < 0)
		return false;
	return (pages[0] & 1) && ((pages[1] & 1) || (uintptr_t)at + n <= first + page);
}

void bytes_copy(const struct bytes *bytes, size_t at, unsigned char *ret, size_t n)
{
	const unsigned char *from = bytes->at + at;

	if (bytes->is_mapped && is_cached(from, n))
		bytes_read(bytes, at, ret, n);
	else
		memcpy(ret, from, n);
}

void bytes_read(const struct bytes *bytes, size_t at, void *ret, size_t n)
{
	if (bytes->fd < 0 || pread(bytes->fd, ret, n, (off_t)at) != (ssize_t)n)
		memcpy(ret, bytes->at + at, n); /* what is gone from the file is noticed here */
}

void bytes_release(struct bytes *bytes)
{
	if (bytes->is_mapped) {
		mapping_free(bytes->at, bytes->length);
		if (bytes->fd >= 0)
			close(bytes->fd);
	}
	free(bytes->copy);
	*bytes = (struct bytes){0};
}
