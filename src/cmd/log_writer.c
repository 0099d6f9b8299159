/*
 * See log_writer.h. Whose number it is by now is seen in /proc: the writer has the log open or
 * mapped.
 */
#include "cmd/log_writer.h"

#include <dirent.h>
#include <errno.h>
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

bool log_writer_head(int fd, struct wire_head *ret_head)
{
	return pread(fd, ret_head, sizeof(*ret_head), 0) == sizeof(*ret_head) &&
	       memcmp(ret_head->magic, WIRE_MAGIC, sizeof(ret_head->magic)) == 0;
}

/* true, too, when the system does not say. */
static bool has_open(uint32_t process, const struct stat *log)
{
	char path[64];
	bool is_found = false;

	snprintf(path, sizeof(path), "/proc/%" PRIu32 "/fd", process);
	DIR *folder = opendir(path);
	if (!folder)
		return errno != ENOENT;
	for (struct dirent *entry; !is_found && (entry = readdir(folder));) {
		struct stat status;
		is_found = fstatat(dirfd(folder), entry->d_name, &status, 0) == 0 &&
			   status.st_dev == log->st_dev && status.st_ino == log->st_ino;
	}
	closedir(folder);
	return is_found;
}

/* "START-END rw-s OFFSET DEVICE INODE PATH": devices are not always those of stat(). */
static bool has_mapped(uint32_t process, const struct stat *log)
{
	char path[64], *line = NULL;
	size_t size = 0;
	bool is_found = false;

	snprintf(path, sizeof(path), "/proc/%" PRIu32 "/maps", process);
	FILE *maps = fopen(path, "re");
	while (maps && !is_found && getline(&line, &size, maps) > 0) {
		char rights[8] = "";
		uint64_t inode = 0;
		is_found = sscanf(line, "%*s %7s %*s %*s %" SCNu64, rights, &inode) == 2 &&
			   rights[3] == 's' && inode == log->st_ino;
	}
	free(line);
	if (maps)
		fclose(maps);
	return is_found;
}

uint32_t log_writer(int fd, const struct wire_head *head)
{
	uint32_t process = head->collector ? head->collector : head->owner;
	struct stat log;

	if (process == 0 || process > INT32_MAX || fstat(fd, &log) < 0 ||
		(kill((pid_t)process, 0) < 0 && errno == ESRCH))
		return 0;
	bool is_becoming = head->leaving[0]; /* another program, which maps the log again */
	return is_becoming || has_open(process, &log) || has_mapped(process, &log) ? process : 0;
}
