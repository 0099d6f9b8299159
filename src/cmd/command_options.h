/* The options of a command: its own, those that its flags add, and those of every engine. */
#ifndef CMD_COMMAND_OPTIONS_H
#define CMD_COMMAND_OPTIONS_H

#include "base/options.h"

struct cmd;

/* Tables of options under one heading of the help. */
#define OPTION_TABLES_MAX 16u
#define OPTION_GROUPS_MAX 2u
struct option_group {
	const char *title;
	const struct option_spec *tables[OPTION_TABLES_MAX]; /* some may be NULL: an empty one */
	size_t count;
};

/* The options of the command, and those of engines if it takes them; gives how many groups. */
size_t command_options_groups(const struct cmd *cmd,
	struct option_group ret_groups[OPTION_GROUPS_MAX]);

/* The options of the command, with no values yet; the caller frees them. */
struct options *command_options_new(const struct cmd *cmd);

/*
 * Adds --engine and the options of the heap and of the engines; with_code: also of engines that
 * run a program (a plug-in).
 */
void command_options_add_engines(struct options *options, bool with_code);

/* Appends the same options as text, each group below its heading. */
void command_options_help(const struct cmd *cmd, struct text *text);

#endif
