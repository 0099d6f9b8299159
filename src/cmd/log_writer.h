/* The process that still writes the log of a recording. */
#ifndef CMD_LOG_WRITER_H
#define CMD_LOG_WRITER_H

#include "trace/wire.h"

#include <stdbool.h>

/*
 * Reads the head of a log; false: it is too short for one, or no log. fd: the file, whose position
 * stays.
 */
bool log_writer_head(int fd, struct wire_head *ret_head);

/*
 * The process that writes the log: the recorder, or the program where it writes by itself. 0: it
 * has ended, and the log can be finished. Another process that has its number by now is not taken
 * for it. Grows with what that process has open and mapped.
 */
uint32_t log_writer(int fd, const struct wire_head *head);

#endif
