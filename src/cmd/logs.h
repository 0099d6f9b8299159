/* Turns the log of a recording into the final trace: in order, with objects, compressed. */
#ifndef CMD_LOGS_H
#define CMD_LOGS_H

#include "trace/trace.h"
#include "trace/wire_log.h"

struct error;

/*
 * Writes the events of the log to the descriptor, at most `limit` of them (0: all). command: the
 * command line of the program, NULL: as in the log. -1 and err: not all could be written; the log
 * is unchanged.
 */
int logs_write(int log, int fd, const char *name, const char *command, uint64_t limit,
	struct wire_log_summary *ret_summary, struct error *err);

/*
 * Replaces the log `path` by the trace; one of them exists at every moment. -1 and err: the log
 * stays, and is a trace by itself.
 */
int logs_replace(const char *path, const char *command, uint64_t limit,
	struct wire_log_summary *ret_summary, struct error *err);

/*
 * Replaces the logs of children (pattern with %p, of this session) whose processes have ended, but
 * not the log of process `without`; returns the number of files, including those of running
 * children.
 */
unsigned logs_replace_children(const char *pattern, uint64_t session, uint32_t without);

/*
 * A trace that grows with its log: events are written as soon as their order is nearly certain. A
 * separate process writes it, so that the recorder drains the rings in time, and the program never
 * waits.
 */
struct log_stream;

/* Writes the header to fd, the file `name`. -1 and err: it could not be written. */
int log_stream_new(struct log_stream **ret_stream, int log, int fd, const char *name,
	const char *command, uint64_t log_bytes, struct error *err);
int log_stream_start(struct log_stream *stream, struct error *err);

/* Passes the length of the log, and the time stamp up to which the log is complete. */
void log_stream_extend(struct log_stream *stream, uint64_t log_bytes, uint64_t until);

/*
 * Ends the writing process; fd is then open on the trace as it is, which readers see as growing
 * until fd is closed.
 */
void log_stream_free(struct log_stream *stream);

#endif
