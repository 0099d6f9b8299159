/* See compilation.h. */
#include "plugin/compilation.h"

#include "plugin/confinement.h"
#include "plugin/keeper.h"
#include "plugin/protocol.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#define MEMORY_MAX  (UINT64_C(8) << 30)
#define OUTPUT_MAX  (UINT64_C(256) << 20)
#define FOLDERS_MAX 200u
#define NOT_RUN     126 /* the status of a child whose compiler could not be started */

/* Lists of folders that compilers take parts of themselves, headers and libraries from. */
static const char *const searched[] = {"PATH", "LD_LIBRARY_PATH", "CPATH", "C_INCLUDE_PATH",
	"LIBRARY_PATH", "COMPILER_PATH", "GCC_EXEC_PREFIX"};

struct allowance {
	struct allowed_file files[FOLDERS_MAX];
	size_t count;
};

static void allow(struct allowance *allowance, const char *path, enum file_use use)
{
	if (allowance->count < FOLDERS_MAX && *path)
		allowance->files[allowance->count++] =
			(struct allowed_file){.path = path, .use = use};
}

/* A compiler's bin/ has lib/ beside it; a person's own bin/ has that person's files beside it. */
static void allow_beside(struct allowance *allowance, const char *folder)
{
	const char *home = getenv("HOME"), *slash = strrchr(folder, '/');
	size_t length = slash ? (size_t)(slash - folder) : 0;

	if (length == 0 || (home && strlen(home) == length && strncmp(home, folder, length) == 0))
		return;
	char *parent = strndup(folder, length); /* until the process ends */
	if (parent)
		allow(allowance, parent, FILE_READ);
}

/* list: NULL allows nothing. */
static void allow_folders(struct allowance *allowance, const char *list, const char *separator,
	bool is_path)
{
	char *folders = list ? strdup(list) : NULL; /* until the process ends */

	for (char *folder = folders ? strtok(folders, separator) : NULL; folder;
		folder = strtok(NULL, separator)) {
		allow(allowance, folder, FILE_READ);
		if (is_path)
			allow_beside(allowance, folder);
	}
}

static void confine(const char *folder, const char *source_folders)
{
	struct allowance allowance = {.count = 0};

	for (size_t i = 0; system_folders[i]; i++)
		allow(&allowance, system_folders[i], FILE_READ);
	for (size_t i = 0; i < sizeof(searched) / sizeof(*searched); i++)
		allow_folders(&allowance, getenv(searched[i]), ":",
			strcmp(searched[i], "PATH") == 0);
	allow_folders(&allowance, source_folders, "\n", false);
	allow(&allowance, folder, FILE_WRITE);
	allow(&allowance, "/dev/null", FILE_WRITE);
	allow(&allowance, "/dev/zero", FILE_READ);
	allow(&allowance, "/dev/urandom", FILE_READ);
	set_limit(RLIMIT_CORE, 0);
	set_limit(RLIMIT_FSIZE, OUTPUT_MAX);
	set_limit(RLIMIT_CPU, COMPILATION_SECONDS);
	set_limit(RLIMIT_AS, MEMORY_MAX);
	drop_rights();
	confine_files(allowance.files, allowance.count);
	confine_calls(CALLS_COMPILE);
}

/* In the child. The number of an error that keeps the compiler from running goes into the pipe. */
static _Noreturn void compile(char **argv, const char *folder, const char *source_folders, int pipe)
{
	setpgid(0, 0); /* no signal to its group comes to us */
	/* ccache's cache is none of the folders */
	if (setenv("TMPDIR", folder, 1) == 0 && setenv("CCACHE_DISABLE", "1", 1) == 0) {
		confine(folder, source_folders);
		execvp(argv[0], argv);
	}
	int error = errno;
	if (write(pipe, &error, sizeof(error)) != sizeof(error))
		_exit(1);
	_exit(NOT_RUN);
}

static void remove_all(const char *folder)
{
	DIR *entries = opendir(folder);
	const struct dirent *entry;
	char path[PATH_MAX];

	while (entries && (entry = readdir(entries))) {
		if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0)
			continue;
		if (snprintf(path, sizeof(path), "%s/%s", folder, entry->d_name) >=
			(int)sizeof(path))
			continue;
		if (unlink(path) < 0 && (errno == EISDIR || errno == EPERM))
			remove_all(path);
	}
	if (entries)
		closedir(entries);
	rmdir(folder);
}

static struct compilation_end end_of(enum kept kept, int status, int pipe)
{
	struct compilation_end end = {
		.how = kept == KEPT_LATE ? COMPILATION_LATE : COMPILATION_FAILED};

	if (kept != KEPT_ENDED)
		return end;
	if (read(pipe, &end.error, sizeof(end.error)) == (ssize_t)sizeof(end.error))
		end.how = COMPILATION_NO_COMPILER;
	else if (WIFEXITED(status) && WEXITSTATUS(status) == 0)
		end.how = COMPILATION_DONE;
	return end;
}

/* The folder is there for as long as arenascope has not taken what it wants from it. */
static void wait_for_close(int lifeline)
{
	char byte;

	while (recv(lifeline, &byte, 1, 0) < 0 && errno == EINTR)
		;
}

int compilation_run(int argc, char **argv)
{
	struct keeper keeper = {.child = 0};
	int pipes[2], status = 0;

	if (argc < 5 || pipe2(pipes, O_CLOEXEC | O_NONBLOCK) < 0)
		return 2;
	const char *folder = argv[2], *source_folder = argv[3];
	fcntl(TALK_LIFELINE, F_SETFD, FD_CLOEXEC);
	pid_t child = keeper_fork(&keeper);
	if (child == 0)
		compile(argv + 4, folder, source_folder, pipes[1]);
	enum kept kept = child < 0 ? KEPT_STOPPED
				   : keeper_wait(&keeper, TALK_LIFELINE, COMPILATION_SECONDS * 1000,
					     &status);
	keeper_end(&keeper);
	const struct compilation_end end = end_of(kept, status, pipes[0]);
	if (kept != KEPT_ALONE &&
		send(TALK_LIFELINE, &end, sizeof(end), MSG_NOSIGNAL) == (ssize_t)sizeof(end))
		wait_for_close(TALK_LIFELINE);
	remove_all(folder);
	return 0;
}
