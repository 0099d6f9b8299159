/* Completions of the command line for shells, from the same tables as the help. */
#ifndef CMD_COMPLETION_H
#define CMD_COMPLETION_H

struct error;

/*
 * Prints the completions for a shell: bash, zsh, fish. Returns the exit status; EXIT_USAGE and err:
 * there are none for that shell.
 */
int completion_print(const char *shell, struct error *err);

#endif
