/* See compiler.h. */
#include "plugin/compiler.h"

#include "base/error.h"
#include "base/text.h"
#include "base/xalloc.h"
#include "plugin/compilation.h"
#include "plugin/headers.h"
#include "plugin/protocol.h"
#include "plugin/runner_path.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <spawn.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#define WORDS_MAX 32

/*
 * Where it is compiled: private, and there for no longer than that takes. plugin/compilation.c
 * removes it, also where this program is killed.
 */
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

/* Runs the compiler, and then waits for the end of the lifeline; 0: it cannot be started. */
static pid_t start_keeper(char *const *argv, const char *messages, const sigset_t *signals,
	int lifeline, struct error *err)
{
	posix_spawn_file_actions_t actions;
	posix_spawnattr_t attributes;
	char program[PATH_MAX];
	pid_t child = 0;

	if (runner_find(program, sizeof(program), err) < 0)
		return 0;
	posix_spawnattr_init(&attributes);
	posix_spawnattr_setsigmask(&attributes, signals);
	posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK);
	posix_spawn_file_actions_init(&actions);
	posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
	posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, messages,
		O_WRONLY | O_CREAT | O_TRUNC, 0600);
	posix_spawn_file_actions_adddup2(&actions, STDOUT_FILENO, STDERR_FILENO);
	posix_spawn_file_actions_adddup2(&actions, lifeline, TALK_LIFELINE);
	int failed = posix_spawn(&child, program, &actions, &attributes, argv, environ);
	posix_spawn_file_actions_destroy(&actions);
	posix_spawnattr_destroy(&attributes);
	if (failed)
		error_set(err, "cannot start %s: %s", program, strerror(failed));
	return failed ? 0 : child;
}

/* What has become of the compiler, which took its time. */
static struct compilation_end hear_end(int lifeline)
{
	struct compilation_end end;
	ssize_t n;

	while ((n = recv(lifeline, &end, sizeof(end), 0)) < 0 && errno == EINTR)
		;
	return n == (ssize_t)sizeof(end) ? end
					 : (struct compilation_end){.how = COMPILATION_FAILED};
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

struct command {
	char *argv[WORDS_MAX + 20];
	char *words; /* $CC, in pieces */
	struct text include, library, source, source_folder;
};

static void add_word(struct command *command, int *argc, const char *word)
{
	command->argv[(*argc)++] = (char *)(uintptr_t)word;
}

/* $CC may be several words: "ccache gcc". A file's name may begin as an option does. */
static void make_command(struct command *command, const struct folder *folder, const char *source)
{
	const char *named = getenv("CC"), *slash = strrchr(source, '/');
	int argc = 0;

	*command = (struct command){.words = xstrdup(named ? named : "")};
	text_add(&command->source, "%s%s", *source == '-' ? "./" : "", source);
	text_add(&command->source_folder, "%.*s", slash ? (int)(slash + 1 - source) : 1,
		slash ? source : ".");
	text_add(&command->include, "-I%s", folder->path);
	path_in(&command->library, folder, "plugin.so");
	add_word(command, &argc, RUNNER_NAME);
	add_word(command, &argc, "compile");
	add_word(command, &argc, folder->path);
	add_word(command, &argc, text_of(&command->source_folder));
	int first = argc;
	for (char *word = strtok(command->words, " \t"); word && argc < WORDS_MAX;
		word = strtok(NULL, " \t"))
		add_word(command, &argc, word);
	if (argc == first)
		add_word(command, &argc, "cc");
	const char *const rest[] = {"-O1", "-g", "-fPIC", "-shared", "-DDRIVER",
		text_of(&command->include), "-o", text_of(&command->library),
		text_of(&command->source), NULL};
	for (size_t i = 0; i < sizeof(rest) / sizeof(*rest); i++)
		add_word(command, &argc, rest[i]);
}

static void command_finish(struct command *command)
{
	free(command->words);
	text_finish(&command->include);
	text_finish(&command->library);
	text_finish(&command->source);
	text_finish(&command->source_folder);
}

#define COMPILER 4 /* its place in argv */

static int explain(const struct command *command, const struct compilation_end *end,
	const char *messages, struct error *err)
{
	const char *source = text_of(&command->source), *compiler = command->argv[COMPILER];

	switch ((enum compilation)end->how) {
	case COMPILATION_DONE:
		return error_set(err, "the compiler wrote no output for %s (set CC to use another)",
			source);
	case COMPILATION_NO_COMPILER:
		return error_set(err, "cannot run the compiler %s: %s (set CC to use another)",
			compiler, strerror(end->error));
	case COMPILATION_LATE:
		return error_set(err, "%s: the compiler took more than %d seconds, and was ended",
			source, COMPILATION_SECONDS);
	case COMPILATION_FAILED:
		break;
	}
	return tell_messages(source, messages, err);
}

/* The folder is the keeper's from when that was started. */
static int compile_in(const struct folder *folder, const char *source, const sigset_t *signals,
	struct error *err)
{
	struct text messages = {0};
	struct command command;
	int lifeline[2], object = -1;

	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, lifeline) < 0) {
		remove_folder(folder);
		return error_set(err, "%s", strerror(errno));
	}
	make_command(&command, folder, source);
	path_in(&messages, folder, "messages");
	pid_t keeper = start_keeper(command.argv, text_of(&messages), signals, lifeline[1], err);
	close(lifeline[1]);
	if (keeper == 0) {
		remove_folder(folder);
	} else {
		const struct compilation_end end = hear_end(lifeline[0]);
		if (end.how == COMPILATION_DONE)
			object = open(text_of(&command.library), O_RDONLY | O_CLOEXEC);
		if (object < 0)
			explain(&command, &end, text_of(&messages), err);
	}
	close(lifeline[0]);
	while (keeper > 0 && waitpid(keeper, NULL, 0) < 0 && errno == EINTR)
		;
	text_finish(&messages);
	command_finish(&command);
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
	if (make_folder(&folder, err) == 0)
		object = compile_in(&folder, source, &before, err);
	sigprocmask(SIG_SETMASK, &before, NULL);
	return object;
}
