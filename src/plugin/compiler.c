/* See compiler.h. */
#include "plugin/compiler.h"

#include "base/error.h"
#include "base/text.h"
#include "base/xalloc.h"
#include "plugin/headers.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <spawn.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#define WORDS_MAX 32

extern char **environ;

/* Where it is compiled: private, and there for no longer than that takes. */
struct folder {
	char path[PATH_MAX];
};

static const struct {
	const char *name;
	const unsigned char *bytes;
	const size_t *length;
} headers[] = {
	{"memlib.h", memlib_header, &memlib_header_length},
	{"mm.h", mm_header, &mm_header_length},
	{"config.h", config_header, &config_header_length},
	{"arenascope/plugin.h", plugin_header, &plugin_header_length},
};

static const char *const others[] = {"plugin.so", "messages"};

/* "FOLDER/NAME", until the next call. */
static const char *path_in(struct text *path, const struct folder *folder, const char *name)
{
	text_clear(path);
	text_add(path, "%s/%s", folder->path, name);
	return text_of(path);
}

static void remove_folder(const struct folder *folder)
{
	struct text path = {0};

	for (size_t i = 0; i < sizeof(headers) / sizeof(*headers); i++)
		unlink(path_in(&path, folder, headers[i].name));
	for (size_t i = 0; i < sizeof(others) / sizeof(*others); i++)
		unlink(path_in(&path, folder, others[i]));
	rmdir(path_in(&path, folder, "arenascope"));
	rmdir(folder->path);
	text_finish(&path);
}

static int write_file(const char *path, const unsigned char *bytes, size_t length,
	struct error *err)
{
	FILE *file = fopen(path, "wb");
	bool is_written = file && fwrite(bytes, 1, length, file) == length;

	if (file && fclose(file) != 0)
		is_written = false;
	return is_written ? 0 : error_set(err, "%s: %s", path, strerror(errno));
}

static int make_folder(struct folder *folder, struct error *err)
{
	const char *place = getenv("TMPDIR");
	struct text path = {0};
	int result = 0;

	snprintf(folder->path, sizeof(folder->path), "%s/arenascope-XXXXXX",
		place && *place ? place : "/tmp");
	if (!mkdtemp(folder->path))
		return error_set(err, "%s: %s", folder->path, strerror(errno));
	if (mkdir(path_in(&path, folder, "arenascope"), 0700) < 0)
		result = error_set(err, "%s: %s", text_of(&path), strerror(errno));
	for (size_t i = 0; result == 0 && i < sizeof(headers) / sizeof(*headers); i++)
		result = write_file(path_in(&path, folder, headers[i].name), headers[i].bytes,
			*headers[i].length, err);
	text_finish(&path);
	if (result < 0)
		remove_folder(folder);
	return result;
}

/*
 * Runs the compiler, which hears signals as ever; its exit status, or -1. What it says goes into
 * the file.
 */
static int run(char *const *argv, const char *messages, const sigset_t *signals, struct error *err)
{
	posix_spawn_file_actions_t actions;
	posix_spawnattr_t attributes;
	pid_t child;
	int status;

	posix_spawnattr_init(&attributes);
	posix_spawnattr_setsigmask(&attributes, signals);
	posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK);
	posix_spawn_file_actions_init(&actions);
	posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
	posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, messages,
		O_WRONLY | O_CREAT | O_TRUNC, 0600);
	posix_spawn_file_actions_adddup2(&actions, STDOUT_FILENO, STDERR_FILENO);
	int failed = posix_spawnp(&child, argv[0], &actions, &attributes, argv, environ);
	posix_spawn_file_actions_destroy(&actions);
	posix_spawnattr_destroy(&attributes);
	if (failed)
		return error_set(err, "cannot run the compiler %s: %s (set CC to use another)",
			argv[0], strerror(failed));
	while (waitpid(child, &status, 0) < 0 && errno == EINTR)
		;
	return WIFEXITED(status) ? WEXITSTATUS(status) : 1;
}

/* Reports the first line with an error, otherwise the first line. */
static int tell_messages(const char *source, const char *messages, struct error *err)
{
	char line[400] = "", first[400] = "";
	unsigned errors = 0;
	FILE *file = fopen(messages, "r");

	while (file && fgets(line, sizeof(line), file)) {
		line[strcspn(line, "\n")] = '\0';
		bool is_error = strstr(line, "error:") || strstr(line, "undefined reference");
		if ((is_error && errors == 0) || !first[0])
			snprintf(first, sizeof(first), "%s", line);
		errors += is_error;
	}
	if (file)
		fclose(file);
	if (!first[0])
		snprintf(first, sizeof(first), "%s", source);
	error_set(err, "the plug-in does not compile: %s", first);
	if (errors > 1) {
		size_t length = strlen(err->text);
		snprintf(err->text + length, sizeof(err->text) - length, " (and %u more)",
			errors - 1);
	}
	return -1;
}

/* $CC may be several words: "ccache gcc". */
static int compile(const struct folder *folder, const char *source, const char *library,
	const sigset_t *signals, struct error *err)
{
	const char *named = getenv("CC");
	char *words = xstrdup(named ? named : "");
	struct text include = {0}, messages = {0};
	char *argv[WORDS_MAX + 16], cc[] = "cc";
	int argc = 0;

	for (char *word = strtok(words, " \t"); word && argc < WORDS_MAX;
		word = strtok(NULL, " \t"))
		argv[argc++] = word;
	if (argc == 0)
		argv[argc++] = cc;
	text_add(&include, "-I%s", folder->path);
	const char *const rest[] = {"-O1", "-g", "-fPIC", "-shared", "-DDRIVER", text_of(&include),
		"-o", library, source, NULL};
	for (size_t i = 0; i < sizeof(rest) / sizeof(*rest); i++)
		argv[argc++] = (char *)(uintptr_t)rest[i];
	path_in(&messages, folder, "messages");
	int status = run(argv, text_of(&messages), signals, err);
	if (status > 0)
		tell_messages(source, text_of(&messages), err);
	text_finish(&include);
	text_finish(&messages);
	free(words);
	return status == 0 ? 0 : -1;
}

static int compile_in(const struct folder *folder, const char *source, const sigset_t *signals,
	struct error *err)
{
	struct text library = {0};
	int object = -1;

	path_in(&library, folder, "plugin.so");
	if (compile(folder, source, text_of(&library), signals, err) == 0) {
		object = open(text_of(&library), O_RDONLY | O_CLOEXEC);
		if (object < 0)
			error_set(err,
				"the compiler wrote no output for %s (set CC to use another)",
				source);
	}
	text_finish(&library);
	return object;
}

/*
 * A signal such as Ctrl-C ends the compiler at once, and this process after it has removed the
 * folder.
 */
int compiler_run(const char *source, struct error *err)
{
	static const int endings[] = {SIGHUP, SIGINT, SIGQUIT, SIGTERM};
	struct folder folder;
	sigset_t later, before;
	int object = -1;

	sigemptyset(&later);
	for (size_t i = 0; i < sizeof(endings) / sizeof(*endings); i++)
		sigaddset(&later, endings[i]);
	sigprocmask(SIG_BLOCK, &later, &before);
	if (make_folder(&folder, err) == 0) {
		object = compile_in(&folder, source, &before, err);
		remove_folder(&folder);
	}
	sigprocmask(SIG_SETMASK, &before, NULL);
	return object;
}
