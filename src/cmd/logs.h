/*
 * Makes the log of a recording into the trace that is kept: in order, with objects, compressed.
 */
#ifndef CMD_LOGS_H
#define CMD_LOGS_H

#include "trace/trace.h"
#include "trace/wire_log.h"

struct error;

/*
 * Writes the log's events to the descriptor, at most `limit` of them (0: all). command: how the
 * program was called, NULL: as the log has it. -1 and err: not all could be written; the log is as
 * it was.
 */
int logs_write(int log, int fd, const char *name, const char *command, uint64_t limit,
	struct wire_log_summary *ret_summary, struct error *err);

/*
 * The trace takes the place of the log `path`: at no moment is there neither.  -1 and err: the log
 * stays, and is a trace by itself.
 */
int logs_replace(const char *path, const char *command, uint64_t limit,
	struct wire_log_summary *ret_summary, struct error *err);

/*
 * Replaces the logs of children (pattern with %p, of this session) whose processes have ended;
 * gives how many files there are.
 */
unsigned logs_replace_children(const char *pattern, uint64_t session, uint32_t without);

/*
 * A trace that grows while its log does: events are given as soon as their order is nearly certain.
 * A process of its own writes it, so that the rings are drained whatever that takes, and the
 * program waits for nobody.
 */
struct log_stream;

/* Writes the head to fd, the file `name`. */
int log_stream_new(struct log_stream **ret_stream, int log, int fd, const char *name,
	const char *command, uint64_t log_bytes, struct error *err);
int log_stream_start(struct log_stream *stream, struct error *err);

/* How long the log is by now, and up to which stamp everything is in it. */
void log_stream_tell(struct log_stream *stream, uint64_t log_bytes, uint64_t until);

/*
 * It grows no more; fd is that of the file as it is, which readers see as growing as long as fd is
 * open.
 */
void log_stream_free(struct log_stream *stream);

#endif
