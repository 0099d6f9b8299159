/* See recording_files.h. */
#include "cmd/recording_files.h"

#include "base/error.h"
#include "base/temporary.h"
#include "base/text.h"
#include "cmd/trace_name.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define LOGS_MAX 1000u /* beside one trace */

void recording_files_init(struct recording_files *files)
{
	*files = (struct recording_files){.output = -1,
		.log = -1,
		.stream = -1,
		.draft = {.fd = -1}};
}

/* Replaces each %p by the process number. */
static void fill_in(char *ret_path, size_t size, const char *pattern, pid_t process)
{
	struct text path = {0};

	for (const char *at = pattern; *at; at++)
		if (at[0] == '%' && at[1] == 'p') {
			text_add(&path, "%d", (int)process);
			at++;
		} else {
			text_add(&path, "%c", *at);
		}
	snprintf(ret_path, size, "%s", text_of(&path));
	text_finish(&path);
}

/* A new file: what has this name already stays. -1 and errno. */
static int create(const char *path)
{
	return open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
}

/* FILE.log, or from the second on FILE.2.log: another recording's may be there. */
static int create_log(struct recording_files *files)
{
	files->log = -1;
	for (unsigned number = 1; files->log < 0 && number < LOGS_MAX; number++) {
		int length = number == 1 ? snprintf(files->log_path, sizeof(files->log_path),
						   "%s.log", files->target)
					 : snprintf(files->log_path, sizeof(files->log_path),
						   "%s.%u.log", files->target, number);
		if (length >= (int)sizeof(files->log_path)) {
			errno = ENAMETOOLONG;
			return -1;
		}
		files->log = create(files->log_path);
		if (files->log < 0 && errno != EEXIST)
			break;
	}
	return files->log;
}

/* The trace is written at the end, from a log without a name. */
static int open_output(struct recording_files *files, struct error *err)
{
	files->log_path[0] = '\0';
	files->output = open(files->path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
	if (files->output < 0)
		return error_set(err, "%s: %s", files->path, strerror(errno));
	files->log = temporary_open();
	if (files->log < 0)
		return error_set(err, "record: cannot create a temporary file in %s: %s",
			temporary_folder(), strerror(errno));
	return 0;
}

/* What exists stays; what grows meanwhile has other names, or none. */
static int open_beside(struct recording_files *files, bool is_streamed, struct error *err)
{
	if (create_log(files) < 0)
		return open_output(files, err);
	if (!is_streamed)
		return 0;
	if (replacement_open(&files->draft, files->target) < 0)
		return error_set(err, "%s: %s", files->path, strerror(errno));
	files->stream = fcntl(files->draft.fd, F_DUPFD_CLOEXEC, 0);
	return files->stream < 0 ? error_set(err, "%s: %s", files->path, strerror(errno)) : 0;
}

static int open_new(struct recording_files *files, int fd, bool is_streamed, struct error *err)
{
	files->is_new = true;
	if (!is_streamed) {
		files->log = fd;
		snprintf(files->log_path, sizeof(files->log_path), "%s", files->target);
		return 0;
	}
	files->stream = fd;
	if (create_log(files) < 0)
		return error_set(err, "%s: %s", files->log_path, strerror(errno));
	return 0;
}

int recording_files_open(struct recording_files *files, const char *given, const char *program,
	pid_t process, bool is_streamed, struct error *err)
{
	struct stat status;

	if (!given) {
		int fd = trace_name_create(files->path, sizeof(files->path), program, err);
		snprintf(files->target, sizeof(files->target), "%s", files->path);
		return fd < 0 ? -1 : open_new(files, fd, is_streamed, err);
	}
	fill_in(files->path, sizeof(files->path), given, process);
	snprintf(files->target, sizeof(files->target), "%s", files->path);
	if (lstat(files->path, &status) == 0) {
		if (S_ISLNK(status.st_mode) && !realpath(files->path, files->target))
			return open_output(files, err); /* a link to what does not exist yet */
	} else {
		int fd = create(files->path);
		if (fd < 0)
			return error_set(err, "%s: %s", files->path, strerror(errno));
		return open_new(files, fd, is_streamed, err);
	}
	bool is_file = stat(files->target, &status) == 0 && S_ISREG(status.st_mode);
	return is_file ? open_beside(files, is_streamed, err) : open_output(files, err);
}

int recording_files_place(struct recording_files *files, struct error *err)
{
	if (strcmp(files->log_path, files->target) == 0)
		return 0;
	if (rename(files->log_path, files->target) < 0)
		return error_set(err, "%s: %s; what was recorded is in %s", files->path,
			strerror(errno), files->log_path);
	return 0;
}

void recording_files_remove(struct recording_files *files)
{
	if (files->log >= 0 && files->log_path[0]) /* one that it has made */
		unlink(files->log_path);
	if (files->is_new && files->stream >= 0)
		unlink(files->target);
}

void recording_files_close(struct recording_files *files)
{
	const int descriptors[] = {files->output, files->log, files->stream};

	replacement_close(&files->draft);
	for (size_t i = 0; i < sizeof(descriptors) / sizeof(*descriptors); i++)
		if (descriptors[i] >= 0)
			close(descriptors[i]);
	recording_files_init(files);
}
