/* The options of a command: its own, those that its flags add, and those of every engine. */
#ifndef CMD_COMMAND_OPTIONS_H
#define CMD_COMMAND_OPTIONS_H

#include "base/options.h"

struct cmd;

/* The options of the command, with no values yet; the caller frees them. */
struct options *command_options_new(const struct cmd *cmd);

/*
 * Adds --engine and the options of the heap and of the engines; with_code: also of engines that
 * run a program (a plug-in).
 */
void command_options_add_engines(struct options *options, bool with_code);

/* Appends the same options as text, as they appear below "Options:". */
void command_options_help(const struct cmd *cmd, struct text *text);

#endif
