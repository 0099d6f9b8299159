/* See compiler.h. */
#include "plugin/compiler.h"

#include "base/arrays.h"
#include "base/error.h"
#include "base/text.h"
#include "base/xalloc.h"
#include "plugin/compilation.h"
#include "plugin/handout.h"
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

/* The linker's words for a function of two sources; false: the line is another one. */
static bool tell_twice(const char *line, struct error *err)
{
	static const char words[] = "multiple definition of ";
	const char *name = strstr(line, words);

	if (!name)
		return false;
	name += strlen(words);
	name += strspn(name, "`'");
	error_set(err,
		"the plug-in does not compile: %.*s() is defined in two of its sources; several .c files are one allocator: give one allocator at a time",
		(int)strcspn(name, "`'; "), name);
	return true;
}

/* Reports the first line with an error, otherwise the first line. */
static int tell_messages(const char *source, const char *messages, struct error *err)
{
	char line[400] = "", first[400] = "";
	unsigned errors = 0;
	bool is_told = false;
	FILE *file = fopen(messages, "r");

	while (file && !is_told && fgets(line, sizeof(line), file)) {
		line[strcspn(line, "\n")] = '\0';
		bool is_error = strstr(line, "error:") || strstr(line, "undefined reference");
		if ((is_error && errors == 0) || !first[0])
			snprintf(first, sizeof(first), "%s", line);
		errors += is_error;
		is_told = errors == 0 && tell_twice(line, err);
	}
	if (file)
		fclose(file);
	if (is_told)
		return -1;
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

/* The compiler's words, after those of the program that runs it. */
struct command {
	ARRAY(char *) words; /* owned; ends in NULL */
	char *source, *library;
};

static void add_word(struct command *command, char *word)
{
	*array_push(&command->words) = word;
}

/* The words of a text, between which those bytes are. A file's name may begin as an option does. */
static void add_words(struct command *command, const char *text, const char *between,
	bool are_files)
{
	char *copy = xstrdup(text);

	for (char *word = strtok(copy, between); word; word = strtok(NULL, between))
		add_word(command, xasprintf("%s%s", are_files && *word == '-' ? "./" : "", word));
	free(copy);
}

static void add_folder(struct text *folders, const char *file)
{
	const char *slash = strrchr(file, '/');

	text_join(folders, "\n", "");
	if (slash)
		text_add_bytes(folders, file, (size_t)(slash + 1 - file));
	else
		text_add(folders, ".");
}

/* What may be read: the folders of the sources, and those that -I names, a line each. */
static char *folders_of(const struct handout *handout, const char *source, const char *more)
{
	struct text folders = {0};
	char *copy = xstrdup(more);

	add_folder(&folders, source);
	for (char *file = strtok(copy, ","); file; file = strtok(NULL, ","))
		add_folder(&folders, file);
	for (size_t i = 0; i < handout->flags.count; i++)
		if (strncmp(handout->flags.items[i], "-I", 2) == 0)
			text_add(&folders, "\n%s", handout->flags.items[i] + 2);
	free(copy);
	return text_detach(&folders);
}

/* $CC may be several words: "ccache gcc". What follows counts more than what the hand-out says. */
static void make_command(struct command *command, const struct folder *folder,
	const struct handout *handout, const char *source, const char *more)
{
	static const char *const ours[] = {"-g", "-fPIC", "-shared", "-DDRIVER", "-o"};
	const char *named = getenv("CC");

	*command = (struct command){
		.source = xasprintf("%s%s", *source == '-' ? "./" : "", source),
		.library = xasprintf("%s/plugin.so", folder->path),
	};
	add_word(command, xstrdup(RUNNER_NAME));
	add_word(command, xstrdup("compile"));
	add_word(command, xstrdup(folder->path));
	add_word(command, folders_of(handout, source, more));
	size_t first = command->words.count;
	add_words(command, named ? named : "", " \t", false);
	if (command->words.count == first)
		add_word(command, xstrdup("cc"));
	add_word(command, xstrdup("-O1"));
	for (size_t i = 0; i < handout->flags.count; i++)
		add_word(command, xstrdup(handout->flags.items[i]));
	if (handout->wants_32_bits)
		add_word(command, xstrdup("-m32"));
	add_word(command, xasprintf("-I%s", folder->path));
	for (size_t i = 0; i < sizeof(ours) / sizeof(*ours); i++)
		add_word(command, xstrdup(ours[i]));
	add_word(command, xstrdup(command->library));
	add_word(command, xstrdup(command->source));
	add_words(command, more, ",", true);
	add_word(command, NULL);
}

static void command_finish(struct command *command)
{
	for (size_t i = 0; i < command->words.count; i++)
		free(command->words.items[i]);
	array_finish(&command->words);
	free(command->source);
	free(command->library);
}

#define COMPILER 4 /* its place in the words */

static int explain(const struct command *command, const struct compilation_end *end,
	const char *messages, struct error *err)
{
	const char *source = command->source, *compiler = command->words.items[COMPILER];

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
static int compile_in(const struct folder *folder, const struct handout *handout,
	const char *source, const char *more, const sigset_t *signals, struct error *err)
{
	struct text messages = {0};
	struct command command;
	int lifeline[2], object = -1;

	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, lifeline) < 0) {
		remove_folder(folder);
		return error_set(err, "%s", strerror(errno));
	}
	make_command(&command, folder, handout, source, more);
	path_in(&messages, folder, "messages");
	pid_t keeper =
		start_keeper(command.words.items, text_of(&messages), signals, lifeline[1], err);
	close(lifeline[1]);
	if (keeper == 0) {
		remove_folder(folder);
	} else {
		const struct compilation_end end = hear_end(lifeline[0]);
		if (end.how == COMPILATION_DONE)
			object = open(command.library, O_RDONLY | O_CLOEXEC);
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

static int compile(const struct handout *handout, const char *source, const char *more,
	const sigset_t *signals, struct error *err)
{
	struct folder folder;

	if (make_folder(&folder, err) < 0)
		return -1;
	return compile_in(&folder, handout, source, more, signals, err);
}

/*
 * A signal such as Ctrl-C ends the compiler at once, and this process after it has removed the
 * folder. As 32 bits where the hand-out is for that, if the compiler can, and there is a runner.
 */
int compiler_run(struct compiled *ret_compiled, const char *source, const char *more,
	struct error *err)
{
	static const int endings[] = {SIGHUP, SIGINT, SIGQUIT, SIGTERM};
	char runner[PATH_MAX];
	struct handout handout;
	sigset_t later, before;
	int object = -1;

	sigemptyset(&later);
	for (size_t i = 0; i < sizeof(endings) / sizeof(*endings); i++)
		sigaddset(&later, endings[i]);
	handout_read(&handout, source);
	sigprocmask(SIG_BLOCK, &later, &before);
	bool wants_32_bits = handout.wants_32_bits;
	handout.wants_32_bits &= runner_find_32(runner, sizeof(runner));
	if (handout.wants_32_bits)
		object = compile(&handout, source, more, &before, err);
	if (object < 0) {
		handout.wants_32_bits = false;
		object = compile(&handout, source, more, &before, err);
	}
	*ret_compiled = (struct compiled){
		.object = object,
		.init_is_bool = handout.init_is_bool,
		.alignment = handout.alignment,
		.heap = handout.heap,
		.has_32_bits = handout.wants_32_bits,
		.is_wider = wants_32_bits && !handout.wants_32_bits,
	};
	handout_finish(&handout);
	sigprocmask(SIG_SETMASK, &before, NULL);
	return object < 0 ? -1 : 0;
}
