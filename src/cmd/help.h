/* What `arenascope help` prints. Each function gives the exit status. */
#ifndef CMD_HELP_H
#define CMD_HELP_H

struct cmd;

/* Of one command; NULL: the list of commands. */
int help_print(const struct cmd *cmd);

int help_print_version(void);

/* The viewer's keys, a line each; scripts/check-readme compares README's table with it. */
int help_print_keys(void);

/* The settings that a person's file may hold. */
int help_print_config(void);

#endif
