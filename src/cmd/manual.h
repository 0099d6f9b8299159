/* Pages of the manual, from the same tables as the help; made when the program is built. */
#ifndef CMD_MANUAL_H
#define CMD_MANUAL_H

struct cmd;

/*
 * Prints the page of a command, arenascope-NAME(1), in the macros of man(7); NULL: arenascope(1).
 * Returns the exit status.
 */
int manual_print(const struct cmd *cmd);

#endif
