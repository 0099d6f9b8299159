/* See manual.h. */
#include "cmd/manual.h"

#include "base/text.h"
#include "cmd/cmd.h"
#include "cmd/command_options.h"
#include "cmd/config.h"
#include "cmd/help.h"
#include "cmd/output.h"
#include "panels/action.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

/* Words as text of a page: no sign of theirs is a macro or an escape, and a hyphen is a hyphen. */
static void add_words(struct text *page, const char *words, size_t length)
{
	for (size_t i = 0; i < length; i++) {
		bool begins = i == 0 || words[i - 1] == '\n';
		if (begins && (words[i] == '.' || words[i] == '\''))
			text_add(page, "\\&");
		if (words[i] == '\\')
			text_add(page, "\\e");
		else if (words[i] == '-')
			text_add(page, "\\-");
		else
			text_add_bytes(page, &words[i], 1);
	}
}

static void add_line(struct text *page, const char *macro, const char *words)
{
	text_add(page, "%s", macro);
	add_words(page, words, strlen(words));
	text_add(page, "\n");
}

static void add_sentence(struct text *page, const char *words)
{
	char first[2] = {(char)toupper((unsigned char)words[0]), '\0'};

	add_words(page, first, 1);
	add_words(page, words + 1, strlen(words + 1));
	text_add(page, ".\n");
}

static void begin_page(struct text *page, const char *command)
{
	char name[60], title[60] = "";

	snprintf(name, sizeof(name), "arenascope%s%s", *command ? "-" : "", command);
	for (size_t i = 0; i <= strlen(name); i++)
		title[i] = (char)toupper((unsigned char)name[i]);
	add_line(page, ".TH ", title);
	page->length--; /* the macro continues */
	text_add(page, " 1 \"\" \"arenascope " ARENASCOPE_VERSION "\" \"arenascope\"\n.SH NAME\n");
	add_words(page, name, strlen(name));
	text_add(page, " \\- ");
}

/* ---- what a command says --------------------------------------------------------------------- */

/* Lines that begin with a blank are shown as they are; others are filled. */
static void add_details(struct text *page, const char *details)
{
	bool is_kept = false;

	while (*details) {
		size_t length = strcspn(details, "\n");
		bool keeps = details[0] == ' ';
		if (keeps != is_kept)
			text_add(page, keeps ? ".PP\n.nf\n" : ".fi\n.PP\n");
		is_kept = keeps;
		if (length > 0) {
			add_words(page, details, length);
			text_add(page, "\n");
		} else if (!is_kept && details[1] && details[1] != ' ') {
			text_add(page, ".PP\n");
		}
		details += length + (details[length] == '\n');
	}
	if (is_kept)
		text_add(page, ".fi\n");
}

static void add_option(struct text *page, const struct option_spec *spec)
{
	text_add(page, ".TP\n");
	if (spec->letter)
		text_add(page, "\\fB\\-%c\\fR, ", spec->letter);
	text_add(page, "\\fB");
	add_words(page, "--", 2);
	add_words(page, spec->name, strlen(spec->name));
	text_add(page, "\\fR");
	if (spec->value) {
		text_add(page, " \\fI");
		add_words(page, spec->value, strlen(spec->value));
		text_add(page, "\\fR");
	}
	text_add(page, "\n");
	add_words(page, spec->help, strlen(spec->help));
	for (size_t i = 0; spec->choices && spec->choices[i]; i++) {
		text_add(page, i > 0 ? ", " : ": ");
		add_words(page, spec->choices[i], strlen(spec->choices[i]));
	}
	if (spec->fallback && spec->fallback[0]) {
		text_add(page, " (default ");
		add_words(page, spec->fallback, strlen(spec->fallback));
		text_add(page, ")");
	}
	text_add(page, "\n");
}

static void add_options(struct text *page, const struct cmd *cmd)
{
	struct option_group groups[OPTION_GROUPS_MAX];
	size_t count = command_options_groups(cmd, groups);

	for (size_t i = 0; i < count; i++) {
		text_add(page, ".SH %s\n", i == 0 ? "OPTIONS" : "OPTIONS OF ENGINES");
		for (size_t j = 0; j < groups[i].count; j++)
			for (const struct option_spec *spec = groups[i].tables[j];
				spec && spec->name; spec++)
				add_option(page, spec);
	}
}

static void add_statuses(struct text *page)
{
	text_add(page, ".SH EXIT STATUS\n");
	for (size_t i = 0; exit_statuses[i].status; i++) {
		text_add(page, ".TP\n\\fB%s\\fR\n", exit_statuses[i].status);
		add_sentence(page, exit_statuses[i].words);
	}
}

static void add_command_page(struct text *page, const struct cmd *cmd)
{
	begin_page(page, cmd->name);
	add_line(page, "", cmd->summary);
	text_add(page, ".SH SYNOPSIS\n\\fBarenascope ");
	add_words(page, cmd->name, strlen(cmd->name));
	text_add(page, "\\fR ");
	add_line(page, "", cmd->usage);
	text_add(page, ".SH DESCRIPTION\n");
	add_sentence(page, cmd->summary);
	if (cmd->details) {
		text_add(page, ".PP\n");
		add_details(page, cmd->details);
	}
	add_options(page, cmd);
	add_statuses(page);
	text_add(page, ".SH SEE ALSO\n.BR arenascope (1)\n");
}

/* ---- the page of the program ----------------------------------------------------------------- */

static void add_commands(struct text *page)
{
	size_t count;
	const struct cmd *const *commands = cmd_list(&count);

	text_add(page, ".SH COMMANDS\n");
	for (size_t i = 0; i < count; i++) {
		text_add(page, ".TP\n\\fB");
		add_words(page, commands[i]->name, strlen(commands[i]->name));
		text_add(page, "\\fR\n");
		add_sentence(page, commands[i]->summary);
	}
}

static void add_keys(struct text *page)
{
	text_add(page, ".SH KEYS\n");
	for (unsigned i = 1; i < ACTION_COUNT; i++) {
		const struct action_info *info = action_info((enum action)i);
		char keys[80];
		action_keys((enum action)i, keys, sizeof(keys));
		if (!*info->help)
			continue;
		add_line(page, ".TP\n", keys);
		add_line(page, "", info->help);
	}
}

static void add_settings(struct text *page)
{
	struct text settings = {0};

	config_help(&settings);
	text_add(page, ".SH FILES\n.TP\n~/.config/arenascope/config\n.nf\n");
	add_words(page, text_of(&settings), settings.length);
	text_add(page, ".fi\n");
	text_finish(&settings);
}

static void add_program_page(struct text *page)
{
	size_t count;
	const struct cmd *const *commands = cmd_list(&count);

	begin_page(page, "");
	text_add(page,
		"watch a memory allocator at work\n"
		".SH SYNOPSIS\n\\fBarenascope\\fR \\fICOMMAND\\fR [OPTIONS] ...\n"
		".SH DESCRIPTION\n"
		"Plays the allocations of a program, recorded or written by hand, through models of\n"
		"allocators: pymalloc, free lists, the C library's, pools, the buddy system, your own.\n"
		"It shows arenas, pools, blocks and holes at any event, and says in words why each\n"
		"block went where it went.\n"
		".SH EXAMPLES\n.nf\n");
	add_words(page, help_examples, strlen(help_examples));
	text_add(page, ".fi\n");
	add_commands(page);
	add_keys(page);
	add_settings(page);
	add_statuses(page);
	text_add(page, ".SH SEE ALSO\n");
	for (size_t i = 0; i < count; i++)
		text_add(page, ".BR arenascope\\-%s (1)%s\n", commands[i]->name,
			i + 1 < count ? "," : "");
}

int manual_print(const struct cmd *cmd)
{
	struct text page = {0};

	if (cmd)
		add_command_page(&page, cmd);
	else
		add_program_page(&page);
	return cmd_print_text(&page);
}
