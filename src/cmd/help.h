/* The output of `arenascope help`. Each function returns the exit status. */
#ifndef CMD_HELP_H
#define CMD_HELP_H

struct cmd;

/* A few commands to begin with, each on a line with what it does. */
extern const char *const help_examples;

/* What the exit statuses mean; the last has no status. */
struct exit_status {
	const char *status, *words;
};
extern const struct exit_status exit_statuses[];

/* Prints the help of one command; NULL: the list of commands. */
int help_print(const struct cmd *cmd);

int help_print_version(void);

/*
 * Prints the keys of the viewer, one per line; scripts/check-readme compares the table of README
 * with it.
 */
int help_print_keys(void);

/* Prints the settings that a file of preferences can have. */
int help_print_config(void);

#endif
