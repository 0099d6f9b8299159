/*
 * What a person likes: $XDG_CONFIG_HOME/arenascope/config, or ~/.config/arenascope/config. A line
 * is an option ("theme light"), or a command as after `:` ("bind K step-back", "expert"); # begins
 * a comment.
 */
#ifndef CMD_CONFIG_H
#define CMD_CONFIG_H

#include "base/options.h"

struct error;
struct text;
struct view;

/* Where the file is, if there is one; "" where no home is known. */
void config_path(char *ret_path, size_t size);

/*
 * Sets the options that were not typed. must_exist: the file was named by hand. -1 and "FILE:LINE:
 * what" when a line is wrong.
 */
int config_options(const char *path, bool must_exist, struct options *options, struct error *err);

/* Runs the commands of the file. */
int config_commands(const char *path, struct view *view, struct error *err);

/* What may stand in the file, for `help config`. */
void config_help(struct text *out);

#endif
