/* The commands that can be typed after `:`, and written in scripts and settings. */
#ifndef VIEW_COMMANDS_H
#define VIEW_COMMANDS_H

#include <stddef.h>

struct error;
struct text;
struct view;

/* Runs a line that begins with a command of the table; -1 and err: the line is wrong. */
int command_run(struct view *view, const char *line, struct error *err);
const char *command_name(size_t n); /* name of the nth command or action; NULL after the last */
void command_add_help(struct text *page);
/* The command that people from editors mean: "q" → "quit"; the name itself if it has no other. */
const char *command_known_as(const char *name);
/* Copies the first word of the line into the name; returns the rest of the line. */
const char *command_split(const char *line, char *ret_name, size_t size);

#endif
