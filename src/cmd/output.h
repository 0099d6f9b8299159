/* Standard output and error, and the exit status for each way of ending. */
#ifndef CMD_OUTPUT_H
#define CMD_OUTPUT_H

#include "base/replacement.h"

#include <stdbool.h>
#include <stddef.h>

struct cmd;
struct error;
struct text;

/* Writes to standard output; -1 and err when that fails (a full disk, a closed pipe). */
int cmd_print(const char *bytes, size_t length, struct error *err);

/*
 * Opens a file for writing, but does not touch its content until it is known to be another one than
 * the input, which may be read while it is written. input: its path, "-" for standard input, or NULL
 * for none. The caller closes the descriptor; -1 and err: it cannot be written.
 */
int cmd_open_output(const char *input, const char *path, struct error *err);

/* A file that is written as a whole: until it is closed as complete, an older one stays. */
struct cmd_output {
	int fd;
	struct replacement replacement; /* fd -1: it is written in place, as a device is */
};

/* The same as cmd_open_output(), for such a file. */
int cmd_output_open(struct cmd_output *output, const char *input, const char *path,
	struct error *err);

/* -1 and err: it is complete, but could not be put in its place. */
int cmd_output_close(struct cmd_output *output, const char *path, bool is_complete,
	struct error *err);

/* Prints the text and finishes it; returns the exit status. */
int cmd_print_text(struct text *text);

/* Prints the message as one line of standard error; returns `status`. */
int cmd_complain(int status, const struct error *err);

/* Prints the message and the usage of the command; returns EXIT_USAGE. */
int cmd_usage_error(const struct cmd *cmd, const struct error *err);

#endif
