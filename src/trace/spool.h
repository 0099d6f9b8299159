/*
 * A spool: the file without a name that takes the place of a trace's bytes, when they are in
 * another form.
 */
#ifndef TRACE_SPOOL_H
#define TRACE_SPOOL_H

#include "trace/feed.h"

struct error;
struct trace;
struct trace_reader;
struct source;

/*
 * Runs a reader over the source; the spool becomes the trace's bytes, in place of those that it
 * has, and its chunks are scanned. flags: TRACE_SALVAGE keeps the events before an error. -1 and
 * err: "NAME:LINE: what".
 */
int spool_read(struct trace *trace, const struct trace_reader *reader, struct source *source,
	unsigned flags, struct error *err);

/* A descriptor of a new, empty one. -1 and err: there is none. */
int spool_open(struct error *err);

/*
 * Feeds all that the source has; what the reader finds out of the file goes to the trace. -1 and
 * err ("NAME:LINE: what"): what ended it. What was fed before stays good.
 */
int spool_feed(struct feed *feed, struct trace *trace, const struct trace_reader *reader,
	struct source *source, struct error *err);

/* A feed that writes to fd for this trace, which is borrowed. -1 and err: it cannot be written. */
int feed_new(struct feed **ret_feed, struct trace *trace, int fd, struct error *err);

/* Writes what was fed, so that a reader of the spool has it. */
void feed_flush(struct feed *feed);

/* Ends the spool and frees the feed; -1 and err when anything was not written. */
int feed_finish(struct feed *feed, struct error *err);

/* Frees the feed; the spool is of no use. */
void feed_abandon(struct feed *feed);

#endif
