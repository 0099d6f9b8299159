/* One call of a command: options, trace and engine are prepared as its flags say, then it runs. */
#ifndef CMD_CALL_H
#define CMD_CALL_H

struct cmd;

/*
 * argv: the words after the name of the command. Prints the complaint if it fails; returns the exit
 * status.
 */
int call_run(const struct cmd *cmd, const char *program, int argc, char **argv);

#endif
