/* See runner_path.h. */
#include "plugin/runner_path.h"

#include "base/error.h"
#include "base/install_dir.h"

#include <errno.h>
#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#define PLACES(name) \
	{ \
		"src/plugin/" name, "../src/plugin/" name, "../libexec/arenascope/" name, \
			"../lib/arenascope/" name, NULL \
	}

/* Whether the program can be run: kernels and containers may have no room for one of 32 bits. */
static bool runs(char *program)
{
	char *const words[] = {program, NULL}, *const environment[] = {NULL};
	posix_spawn_file_actions_t actions;
	int status = -1;
	pid_t child;

	posix_spawn_file_actions_init(&actions);
	posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
	int wrong = posix_spawn(&child, program, &actions, NULL, words, environment);
	posix_spawn_file_actions_destroy(&actions);
	if (wrong)
		return false;
	while (waitpid(child, &status, 0) < 0 && errno == EINTR)
		;
	return WIFEXITED(status) && WEXITSTATUS(status) == RUNNER_REFUSES;
}

bool runner_find_32(char *ret_path, size_t size)
{
	static const char *const places[] = PLACES(RUNNER_32_NAME);

	return install_dir_find(places, ret_path, size) && runs(ret_path);
}

int runner_find(char *ret_path, size_t size, struct error *err)
{
	static const char *const places[] = PLACES(RUNNER_NAME);

	if (!install_dir_find(places, ret_path, size))
		return error_set(err,
			"cannot find %s, which plug-ins run in; `ninja -C build` without a target builds it, `meson install` installs it",
			RUNNER_NAME);
	return 0;
}
