/*
 * A trace that grows with its log: events are written as soon as their order is nearly certain. A
 * separate process writes it, so that the recorder drains the rings in time, and the program never
 * waits.
 */
#ifndef CMD_LOG_STREAM_H
#define CMD_LOG_STREAM_H

#include <stdint.h>

struct error;

struct log_stream;

/* Writes the header to fd, the file `name`. -1 and err: it could not be written. */
int log_stream_new(struct log_stream **ret_stream, int log, int fd, const char *name,
	const char *command, uint64_t log_bytes, struct error *err);
/* Starts the writing process. -1 and err: it could not be started. */
int log_stream_start(struct log_stream *stream, struct error *err);

/* Passes the length of the log, and the time stamp up to which the log is complete. */
void log_stream_extend(struct log_stream *stream, uint64_t log_bytes, uint64_t until);

/*
 * Ends the writing process; fd is then open on the trace as it is, which readers see as growing
 * until fd is closed.
 */
void log_stream_free(struct log_stream *stream);

#endif
