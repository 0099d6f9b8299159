/*
 * A trace that grows with its log: events are written as soon as their order is nearly certain. A
 * separate process writes it, so that the recorder drains the rings in time, and the program never
 * waits.
 *
 * When the program has ended, the rest is written, and the order is known to be exact, unless a
 * record came so late that others with a later stamp had been written: then the log is ordered
 * again.
 */
#ifndef CMD_LOG_STREAM_H
#define CMD_LOG_STREAM_H

#include "trace/wire_log.h"

#include <stdbool.h>
#include <stdint.h>

struct error;

struct log_stream;

struct log_stream_wishes {
	int log;
	int fd;           /* of the trace; can be read, too */
	const char *name; /* of its file, in messages; and where readers find it, if is_followed */
	const char *command; /* line of the program */
	bool is_followed;    /* by readers, who are shown that it grows */
	/* fd is that file; otherwise it takes its place when the program has begun */
	bool is_in_place;
	uint64_t limit; /* calls; 0: all */
};

/* Writes the header. -1 and err: it could not be written. */
int log_stream_new(struct log_stream **ret_stream, const struct log_stream_wishes *wishes,
	uint64_t log_bytes, struct error *err);
/* Starts the writing process. -1 and err: it could not be started. */
int log_stream_start(struct log_stream *stream, struct error *err);

/* Passes the length of the log, and the time stamp up to which the log is complete. */
void log_stream_extend(struct log_stream *stream, uint64_t log_bytes, uint64_t until);

/*
 * The program has ended, and the log is whole: waits until the rest of it is written, and calls
 * show(user, events so far) meanwhile. false: the trace is not whole, or its order not exact.
 */
bool log_stream_finish(struct log_stream *stream, uint64_t log_bytes,
	void (*show)(void *user, uint64_t events), void *user,
	struct wire_log_summary *ret_summary);

/* After log_stream_finish(): the trace, which is whole but for its end. Borrowed. */
int log_stream_trace(const struct log_stream *stream);

/*
 * Ends the writing process; fd is then open on the trace as it is, which readers see as growing
 * until fd is closed.
 */
void log_stream_free(struct log_stream *stream);

#endif
