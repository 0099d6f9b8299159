/* Finds the command that the first word names, or complains. */
#include "cmd/cmd.h"

#include "base/error.h"
#include "base/suggestion.h"
#include "cmd/call.h"
#include "cmd/completion.h"
#include "cmd/help.h"
#include "cmd/manual.h"
#include "cmd/output.h"
#include "cmd/progress_line.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static int no_such_command(const char *name)
{
	struct suggestion nearest = {.word = name, .length = strlen(name)};
	struct error err;
	size_t count;
	const struct cmd *const *commands = cmd_list(&count);

	for (size_t i = 0; i < count; i++)
		suggestion_offer(&nearest, commands[i]->name);
	suggestion_offer(&nearest, "help");
	if (suggestion_name(&nearest))
		error_set(&err, "unknown command '%s'; did you mean '%s'?", name,
			suggestion_name(&nearest));
	else if (access(name, F_OK) == 0)
		error_set(&err, "unknown command '%s'; to open that file: arenascope play %s", name,
			name);
	else
		error_set(&err, "unknown command '%s' (see arenascope --help)", name);
	return cmd_complain(EXIT_USAGE, &err);
}

/* Options of commands follow the command; the program itself has two. */
static int no_such_option(const char *name)
{
	struct suggestion nearest = {.word = name, .length = strlen(name)};
	struct error err;

	suggestion_offer(&nearest, "--help");
	suggestion_offer(&nearest, "--version");
	if (suggestion_name(&nearest))
		error_set(&err, "%s: did you mean %s?", name, suggestion_name(&nearest));
	else
		error_set(&err, "%s: options come after the command (see arenascope --help)", name);
	return cmd_complain(EXIT_USAGE, &err);
}

static int too_many(const char *after, const char *word)
{
	struct error err;

	error_set(&err, "%s: unexpected argument '%s'", after, word);
	return cmd_complain(EXIT_USAGE, &err);
}

static int run_help(int argc, char **argv)
{
	const char *name = argc > 2 ? argv[2] : NULL;

	if (argc > 3)
		return too_many("help", argv[3]);
	if (!name || strcmp(name, "help") == 0)
		return help_print(NULL);
	if (strcmp(name, "keys") == 0)
		return help_print_keys();
	if (strcmp(name, "config") == 0)
		return help_print_config();
	return cmd_find(name) ? help_print(cmd_find(name)) : no_such_command(name);
}

/* --man [COMMAND] and --completion SHELL: what is installed beside the program. */
static int run_installed(int argc, char **argv)
{
	struct error err;

	if (argc > 3)
		return too_many(argv[1], argv[3]);
	if (strcmp(argv[1], "--completion") == 0) {
		int status = completion_print(argc > 2 ? argv[2] : "", &err);
		return status == EXIT_USAGE ? cmd_complain(status, &err) : status;
	}
	if (argc > 2 && !cmd_find(argv[2]))
		return no_such_command(argv[2]);
	return manual_print(argc > 2 ? cmd_find(argv[2]) : NULL);
}

/* Whether a person at a terminal, who has typed nothing but the name, can be shown the demo. */
static bool can_show_demo(void)
{
	const char *term = getenv("TERM");

	return isatty(STDIN_FILENO) && isatty(STDOUT_FILENO) && term && strcmp(term, "dumb") != 0;
}

int cmd_main(int argc, char **argv)
{
	const char *name = argc > 1 ? argv[1] : can_show_demo() ? "demo" : "help";

	if (strcmp(name, "help") == 0 || strcmp(name, "--help") == 0 || strcmp(name, "-h") == 0)
		return run_help(argc, argv);
	if (strcmp(name, "--version") == 0)
		return argc > 2 ? too_many(name, argv[2]) : help_print_version();
	if (strcmp(name, "--man") == 0 || strcmp(name, "--completion") == 0)
		return run_installed(argc, argv);
	const struct cmd *cmd = cmd_find(name);
	if (cmd) {
		struct progress_line line;
		progress_line_begin(&line);
		int status = argc > 1 ? call_run(cmd, argv[0], argc - 2, argv + 2)
				      : call_run(cmd, argv[0], 0, NULL);
		progress_line_end(&line);
		return status;
	}
	return name[0] == '-' ? no_such_option(name) : no_such_command(name);
}
