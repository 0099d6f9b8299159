/* See help.h. */
#include "cmd/help.h"

#include "base/text.h"
#include "cmd/cmd.h"
#include "cmd/command_options.h"
#include "cmd/config.h"
#include "cmd/output.h"
#include "panels/action.h"

#include <ctype.h>
#include <string.h>

const char *const help_examples =
	"    arenascope demo                                  what an allocator does, in a minute\n"
	"    arenascope record -- python3 script.py           record a program ...\n"
	"    arenascope play python3.trace                    ... and play what it did\n"
	"    arenascope play --lesson first-fit --lecture     a lesson, with questions\n";

const struct exit_status exit_statuses[] = {
	{"0", "it is done; verify has found no difference, lab no fault"},
	{"1", "it could not be done, and a message says why; verify has found a difference, lab a fault"},
	{"2", "the command line is wrong"},
	{"N", "record and live end with the exit status of the program, 128 + N after signal N"},
	{0},
};

static void add_overview(struct text *text)
{
	size_t count;
	const struct cmd *const *commands = cmd_list(&count);

	text_add(text,
		"arenascope " ARENASCOPE_VERSION ": watch a memory allocator at work\n\n%s\n"
		"usage: arenascope COMMAND [OPTIONS] ...\n\n",
		help_examples);
	for (size_t i = 0; i < count; i++)
		text_add(text, "  %-12s %s\n", commands[i]->name, commands[i]->summary);
	text_add(text,
		"\n`arenascope COMMAND --help` explains a command, `arenascope help keys` lists the keys.\n"
		"\nExit status:\n");
	for (const struct exit_status *status = exit_statuses; status->status; status++) {
		text_add(text, "  %s  ", status->status);
		text_add_wrapped(text, 5, 5, status->words);
	}
}

/* Paragraphs are wrapped; lines that begin with a blank are kept. */
static void add_details(struct text *text, const char *details)
{
	struct text paragraph = {0};

	while (*details) {
		const char *line = details;
		size_t length = strcspn(line, "\n");
		bool is_kept = line[0] == ' ' || length == 0;
		if (!is_kept)
			text_add(&paragraph, "%.*s ", (int)length, line);
		details += length + (details[length] == '\n');
		if (paragraph.length > 0 &&
			(is_kept || *details == '\0' || *details == '\n' || *details == ' ')) {
			text_add_wrapped(text, 0, 0, text_of(&paragraph));
			text_clear(&paragraph);
		}
		if (is_kept)
			text_add(text, "%.*s\n", (int)length, line);
	}
	text_finish(&paragraph);
}

static void add_command_help(const struct cmd *cmd, struct text *text)
{
	text_add(text, "usage: arenascope %s%s%s\n\n%c%s.\n", cmd->name, *cmd->usage ? " " : "",
		cmd->usage, toupper((unsigned char)cmd->summary[0]), cmd->summary + 1);
	if (cmd->details) {
		text_add(text, "\n");
		add_details(text, cmd->details);
	}
	command_options_help(cmd, text);
}

int help_print(const struct cmd *cmd)
{
	struct text text = {0};

	if (cmd)
		add_command_help(cmd, &text);
	else
		add_overview(&text);
	return cmd_print_text(&text);
}

int help_print_version(void)
{
	struct text text = {0};

	text_add(&text, "arenascope " ARENASCOPE_VERSION "\n");
	return cmd_print_text(&text);
}

int help_print_keys(void)
{
	struct text text = {0};

	for (unsigned i = 1; i < ACTION_COUNT; i++) {
		const struct action_info *info = action_info((enum action)i);
		char keys[80];
		action_keys((enum action)i, keys, sizeof(keys));
		if (*info->help)
			text_add(&text, "%-20s %s\n", keys, info->help);
	}
	return cmd_print_text(&text);
}

int help_print_config(void)
{
	struct text text = {0};

	config_help(&text);
	return cmd_print_text(&text);
}
