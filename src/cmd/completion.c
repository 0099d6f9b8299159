/*
 * See completion.h. Commands come first, then the options of each, with their choices. What follows
 * `--` after record and live is a program and its own words.
 */
#include "cmd/completion.h"

#include "base/error.h"
#include "base/text.h"
#include "cmd/cmd.h"
#include "cmd/command_options.h"
#include "cmd/output.h"
#include "engine/engine.h"

#include <string.h>

typedef void visit_option(struct text *out, const struct cmd *cmd, const struct option_spec *spec);

static void visit_options(struct text *out, const struct cmd *cmd, visit_option *visit)
{
	struct option_group groups[OPTION_GROUPS_MAX];
	size_t count = command_options_groups(cmd, groups);

	for (size_t i = 0; i < count; i++)
		for (size_t j = 0; j < groups[i].count; j++)
			for (const struct option_spec *spec = groups[i].tables[j];
				spec && spec->name; spec++)
				visit(out, cmd, spec);
}

/* The words that an option takes, separated by blanks; nothing: they are not known. */
static void add_choices(struct text *out, const struct option_spec *spec)
{
	size_t count;
	const struct engine_ops *const *engines = engine_list(&count);

	for (size_t i = 0; spec->choices && spec->choices[i]; i++)
		text_add(out, "%s%s", i > 0 ? " " : "", spec->choices[i]);
	if (strcmp(spec->name, "engine") == 0)
		for (size_t i = 0; i < count; i++)
			text_add(out, "%s%s", i > 0 ? " " : "", engines[i]->name);
}

/* Whether a command prints the words that the option takes. */
static bool is_lesson(const struct option_spec *spec)
{
	return strcmp(spec->name, "lesson") == 0;
}

#define LESSONS "(arenascope lessons --names 2>/dev/null)"

/* Help as a word of a shell, within single quotes. */
static void add_help(struct text *out, const char *words)
{
	for (; *words; words++)
		if (*words == '\'')
			text_add(out, "'\\''");
		else
			text_add_bytes(out, words, 1);
}

/* ---- bash ------------------------------------------------------------------------------------ */

static void add_bash_word(struct text *out, const struct cmd *cmd, const struct option_spec *spec)
{
	text_add(out, " --%s", spec->name);
}

static void add_bash_choices(struct text *out, const struct cmd *cmd,
	const struct option_spec *spec)
{
	struct text choices = {0};

	add_choices(&choices, spec);
	if (is_lesson(spec))
		text_add(&choices, "$" LESSONS);
	if (choices.length > 0)
		text_add(out,
			"\t%s--%s) COMPREPLY=($(compgen -W \"%s\" -- \"$word\")); return ;;\n",
			cmd->name, spec->name, text_of(&choices));
	text_finish(&choices);
}

static void add_bash(struct text *out)
{
	size_t count;
	const struct cmd *const *commands = cmd_list(&count);

	text_add(out, "_arenascope()\n{\n"
		      "\tlocal word=${COMP_WORDS[COMP_CWORD]} command=${COMP_WORDS[1]} options=\n"
		      "\tlocal before=${COMP_WORDS[COMP_CWORD-1]}\n"
		      "\tCOMPREPLY=()\n\tif [ \"$COMP_CWORD\" = 1 ]; then\n"
		      "\t\tCOMPREPLY=($(compgen -W \"help --help --version");
	for (size_t i = 0; i < count; i++)
		text_add(out, " %s", commands[i]->name);
	text_add(out, "\" -- \"$word\"))\n\t\treturn\n\tfi\n"
		      "\tcase \" ${COMP_WORDS[*]:2:COMP_CWORD-2} \" in\n"
		      "\t*' -- '*) COMPREPLY=($(compgen -c -f -- \"$word\")); return ;;\n\tesac\n"
		      "\tcase $command$before in\n");
	for (size_t i = 0; i < count; i++)
		visit_options(out, commands[i], add_bash_choices);
	text_add(out, "\tesac\n\tcase $command in\n");
	for (size_t i = 0; i < count; i++) {
		text_add(out, "\t%s) options=\"", commands[i]->name);
		visit_options(out, commands[i], add_bash_word);
		text_add(out, "\" ;;\n");
	}
	text_add(out, "\tesac\n\tcase $word in\n"
		      "\t-*) COMPREPLY=($(compgen -W \"$options\" -- \"$word\")) ;;\n"
		      "\t*) COMPREPLY=($(compgen -f -- \"$word\")) ;;\n\tesac\n}\n"
		      "complete -o filenames -F _arenascope arenascope\n");
}

/* ---- zsh ------------------------------------------------------------------------------------- */

/* In a specification brackets and colons have a meaning. */
static void add_zsh_help(struct text *out, const char *words)
{
	for (; *words; words++)
		if (strchr("[]:", *words))
			text_add(out, "\\%c", *words);
		else if (*words == '\'')
			text_add(out, "'\\''");
		else
			text_add_bytes(out, words, 1);
}

static void add_zsh_option(struct text *out, const struct cmd *cmd, const struct option_spec *spec)
{
	struct text choices = {0};

	add_choices(&choices, spec);
	text_add(out, " \\\n\t\t'--%s%s[", spec->name, spec->type == OPTION_FLAG ? "" : "=");
	add_zsh_help(out, spec->help);
	text_add(out, "]");
	if (spec->type != OPTION_FLAG) {
		text_add(out, ":%s:", spec->value);
		if (is_lesson(spec))
			text_add(out, "{compadd -- $" LESSONS "}");
		else if (choices.length > 0)
			text_add(out, "(%s)", text_of(&choices));
		else if (strcmp(spec->value, "FILE") == 0)
			text_add(out, "_files");
	}
	text_add(out, "'");
	text_finish(&choices);
}

/* `commands` is zsh's own list of programs, which _normal needs. */
static void add_zsh(struct text *out)
{
	size_t count;
	const struct cmd *const *commands = cmd_list(&count);

	text_add(out, "#compdef arenascope\nlocal -a words_of_arenascope\nwords_of_arenascope=(\n");
	for (size_t i = 0; i < count; i++) {
		text_add(out, "\t'%s:", commands[i]->name);
		add_help(out, commands[i]->summary);
		text_add(out, "'\n");
	}
	text_add(out,
		"\t'help:explain a command'\n)\n"
		"if (( CURRENT == 2 )); then\n\t_describe command words_of_arenascope\n\treturn\nfi\n"
		"shift words\n(( CURRENT-- ))\n"
		"local -i end=${words[(i)--]}\n"
		"if (( end < CURRENT )); then\n\tshift end words\n\t(( CURRENT -= end ))\n"
		"\t_normal -p arenascope\n\treturn\nfi\ncase $words[1] in\n");
	for (size_t i = 0; i < count; i++) {
		text_add(out, "%s)\n\t_arguments -S", commands[i]->name);
		visit_options(out, commands[i], add_zsh_option);
		text_add(out, " \\\n\t\t'*::file:%s'\n\t;;\n",
			commands[i]->flags & CMD_STOPS_AT_WORD ? "_normal -p arenascope"
							       : "_files");
	}
	text_add(out, "esac\n");
}

/* ---- fish ------------------------------------------------------------------------------------ */

static void add_fish_option(struct text *out, const struct cmd *cmd, const struct option_spec *spec)
{
	struct text choices = {0};

	add_choices(&choices, spec);
	if (is_lesson(spec))
		text_add(&choices, LESSONS);
	text_add(out, "complete -c arenascope -n '__fish_seen_subcommand_from %s' -l %s", cmd->name,
		spec->name);
	if (spec->letter)
		text_add(out, " -s %c", spec->letter);
	if (choices.length > 0)
		text_add(out, " -x -a \"%s\"", text_of(&choices));
	else if (spec->type != OPTION_FLAG)
		text_add(out, " -r");
	text_add(out, " -d '");
	add_help(out, spec->help);
	text_add(out, "'\n");
	text_finish(&choices);
}

static void add_fish(struct text *out)
{
	size_t count;
	const struct cmd *const *commands = cmd_list(&count);

	for (size_t i = 0; i < count; i++) {
		text_add(out, "complete -c arenascope -n __fish_use_subcommand -a %s -d '",
			commands[i]->name);
		add_help(out, commands[i]->summary);
		text_add(out, "'\n");
	}
	for (size_t i = 0; i < count; i++)
		visit_options(out, commands[i], add_fish_option);
	text_add(out, "complete -c arenascope -n 'contains -- -- (commandline -opc)' "
		      "-a '(__fish_complete_command)'\n");
}

int completion_print(const char *shell, struct error *err)
{
	static const struct {
		const char *shell;
		void (*add)(struct text *out);
	} shells[] = {{"bash", add_bash}, {"fish", add_fish}, {"zsh", add_zsh}};
	struct text out = {0};

	for (size_t i = 0; i < sizeof(shells) / sizeof(*shells); i++)
		if (strcmp(shells[i].shell, shell) == 0) {
			shells[i].add(&out);
			return cmd_print_text(&out);
		}
	error_set(err, "--completion: '%s' is not bash, fish or zsh", shell);
	return EXIT_USAGE;
}
