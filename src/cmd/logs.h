/* Turns the log of a recording into the final trace: in order, with objects, compressed. */
#ifndef CMD_LOGS_H
#define CMD_LOGS_H

#include "trace/trace.h"
#include "trace/wire_log.h"

struct error;

/*
 * Writes the events of the log to the descriptor, at most `limit` of them (0: all); the two are
 * called log_name and name in messages. command: the command line of the program, NULL: as in the
 * log. -1 and err: not all could be written; the log is unchanged.
 */
int logs_write(int log, const char *log_name, int fd, const char *name, const char *command,
	uint64_t limit, struct wire_log_summary *ret_summary, struct error *err);

/*
 * Replaces the log `path` by the trace; one of them exists at every moment. -1 and err: the log
 * stays, and is a trace by itself.
 */
int logs_replace(const char *path, const char *command, uint64_t limit,
	struct wire_log_summary *ret_summary, struct error *err);

/*
 * Puts a trace at `path`, in place of the log or of what is there: the chunks of `draft`, a binary
 * trace without an end that has all `events` of the log, with the header that the log's head has by
 * now. -1 and err: what was there stays.
 */
int logs_complete(int log, int draft, const char *path, const char *command, uint64_t events,
	struct error *err);

/*
 * Replaces the logs of children (pattern with %p, of this session) whose processes have ended, but
 * not the log of process `without`; returns the number of files, including those of the
 * *ret_running children that still write theirs.
 */
unsigned logs_replace_children(const char *pattern, uint64_t session, uint32_t without,
	unsigned *ret_running);

#endif
