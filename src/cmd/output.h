/* Standard output and error, and the exit status for each way of ending. */
#ifndef CMD_OUTPUT_H
#define CMD_OUTPUT_H

#include "base/output_file.h"

#include <stddef.h>

struct cmd;
struct error;
struct text;

/* Writes to standard output; -1 and err when that fails (a full disk, a closed pipe). */
int cmd_print(const char *bytes, size_t length, struct error *err);

/*
 * Opens a file that grows while a person watches, so that it holds what there is if the end never
 * comes. The caller closes the descriptor; -1 and err: it cannot be written.
 */
int cmd_open_stream(const char *path, struct error *err);

/*
 * Begins a file that takes the place of an existing one only when it is complete (output_file.h).
 * input: what is read meanwhile: its path, "-" for standard input, or NULL for none. -1 and err: it
 * cannot be written, or is the input.
 */
int cmd_begin_output(struct output_file *file, const char *input, const char *path,
	struct error *err);

/* The same, for a writer that opens it by output_file_name(). */
int cmd_begin_named_output(struct output_file *file, const char *input, const char *path,
	struct error *err);

/* result: what writing it came to; returns that, or -1 and err when the end fails. */
int cmd_end_output(struct output_file *file, const char *path, int result, struct error *err);

/* Prints the text and finishes it; returns the exit status. */
int cmd_print_text(struct text *text);

/* Prints the message as one line of standard error; returns `status`. */
int cmd_complain(int status, const struct error *err);

/* Prints the message and the usage of the command; returns EXIT_USAGE. */
int cmd_usage_error(const struct cmd *cmd, const struct error *err);

#endif
