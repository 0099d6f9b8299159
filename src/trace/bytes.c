/* See bytes.h. */
#include "trace/bytes.h"

#include "base/error.h"
#include "base/mapping.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

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
	return 0;
}

void bytes_release(struct bytes *bytes)
{
	if (bytes->is_mapped)
		mapping_free(bytes->at, bytes->length);
	free(bytes->copy);
	*bytes = (struct bytes){0};
}
