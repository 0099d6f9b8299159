/* See output_file.h. */
#include "base/output_file.h"

#include "base/write_all.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

static mode_t usual_mode(void)
{
	mode_t mask = umask(077);

	umask(mask);
	return 0666 & ~mask;
}

/* old: NULL when there is none. */
static bool replace(struct output_file *file, const char *path, const struct stat *old,
	int (*open_replacement)(struct replacement *replacement, const char *path))
{
	char *real = old ? realpath(path, NULL) : NULL; /* a symbolic link is kept */
	const char *target = real ? real : path;

	bool can = !old || (real && S_ISREG(old->st_mode) && old->st_nlink == 1 &&
				   old->st_uid == geteuid() && access(real, W_OK) == 0);
	if (can && open_replacement(&file->replacement, target) < 0) {
		replacement_close(&file->replacement);
		can = false;
	}
	if (can) {
		file->fd = file->replacement.fd;
		fchmod(file->fd, old ? old->st_mode & 07777 : usual_mode());
	}
	free(real);
	return can;
}

static int begin(struct output_file *file, const char *path,
	int (*open_replacement)(struct replacement *replacement, const char *path))
{
	struct stat old, link;
	bool exists = stat(path, &old) == 0;

	*file = (struct output_file){.fd = -1, .replacement = {.fd = -1}};
	bool is_dangling = !exists && lstat(path, &link) == 0;
	if (!is_dangling && replace(file, path, exists ? &old : NULL, open_replacement))
		return 0;
	file->is_in_place = true;
	file->fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0666);
	if (file->fd < 0)
		return -1;
	if (exists && S_ISREG(old.st_mode) && ftruncate(file->fd, 0) < 0) {
		output_file_close(file, false);
		return -1;
	}
	return 0;
}

int output_file_open(struct output_file *file, const char *path)
{
	return begin(file, path, replacement_open);
}

int output_file_open_named(struct output_file *file, const char *path)
{
	return begin(file, path, replacement_open_named);
}

const char *output_file_name(const struct output_file *file, const char *path)
{
	return file->is_in_place ? path : file->replacement.name;
}

int output_file_close(struct output_file *file, bool is_complete)
{
	int result = 0, error = errno;

	if (file->fd < 0)
		return 0;
	if (file->is_in_place) {
		result = close(file->fd);
	} else {
		if (is_complete)
			result = replacement_finish(&file->replacement);
		error = result < 0 ? errno : error;
		replacement_close(&file->replacement);
	}
	if (result == 0 || !file->is_in_place)
		errno = error;
	file->fd = -1;
	return result;
}

int output_file_write(const char *path, const void *bytes, size_t length)
{
	struct output_file file;

	if (output_file_open(&file, path) < 0)
		return -1;
	bool is_complete = write_all(file.fd, bytes, length) == 0;
	return output_file_close(&file, is_complete) < 0 || !is_complete ? -1 : 0;
}
