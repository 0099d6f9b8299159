/* What can be typed after `:`, and is in scripts and in the settings. */
#ifndef VIEW_COMMANDS_H
#define VIEW_COMMANDS_H

#include <stddef.h>

struct error;
struct text;
struct view;

/* A command of the table by its line; -1 when it is wrong. */
int command_run(struct view *view, const char *line, struct error *err);
const char *command_name(size_t n); /* of the nth command or action; NULL after the last */
void command_add_help(struct text *page);
/* The first word goes into the name; gives what follows it. */
const char *command_split(const char *line, char *ret_name, size_t size);

#endif
