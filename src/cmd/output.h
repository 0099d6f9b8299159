/* Standard output and error, and the status that each way of ending has. */
#ifndef CMD_OUTPUT_H
#define CMD_OUTPUT_H

#include <stddef.h>

struct cmd;
struct error;
struct text;

/* Writes to standard output; -1 and err when it cannot be written (a full disk, a closed pipe). */
int cmd_print(const char *bytes, size_t length, struct error *err);

/* Prints the text and finishes it; gives the exit status. */
int cmd_print_text(struct text *text);

/* The message as one line of standard error; gives `status`. */
int cmd_complain(int status, const struct error *err);

/* The message, and how the command is called; gives EXIT_USAGE. */
int cmd_usage_error(const struct cmd *cmd, const struct error *err);

#endif
