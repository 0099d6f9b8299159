/*
 * The preferences of a person: $XDG_CONFIG_HOME/arenascope/config, or ~/.config/arenascope/config.
 * A line is an option ("theme light"), or a command as after `:` ("bind K step-back", "expert"); #
 * begins a comment.
 */
#ifndef CMD_CONFIG_H
#define CMD_CONFIG_H

#include "base/options.h"

struct error;
struct text;
struct view;

/* The path of the file; "" where no home folder is known. */
void config_path(char *ret_path, size_t size);

/*
 * Sets the options that were not typed. must_exist: the person named the file. -1 and "FILE:LINE:
 * …" in err when a line is wrong.
 */
int config_options(const char *path, bool must_exist, struct options *options, struct error *err);

/* Runs the commands of the file. */
int config_commands(const char *path, struct view *view, struct error *err);

/* The settings that the file can have, for `help config`. */
void config_help(struct text *out);

#endif
