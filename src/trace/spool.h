/*
 * A spool: the file without a name that takes the place of a trace's bytes, when they are in
 * another form, or packed.
 */
#ifndef TRACE_SPOOL_H
#define TRACE_SPOOL_H

#include "trace/feed.h"

struct error;
struct trace;
struct trace_reader;

/*
 * Runs a reader over the trace's bytes; the spool takes their place, and its chunks are scanned.
 * flags: TRACE_SALVAGE keeps the events before an error. -1 and err: "NAME:LINE: what".
 */
int spool_read(struct trace *trace, const struct trace_reader *reader, unsigned flags,
	struct error *err);

/*
 * Packed bytes give their place to those that are in them; where they were cut off, the last line
 * of a text form is left out.
 */
int spool_unpack(struct trace *trace, unsigned flags, struct error *err);

/* A feed that writes to fd for this trace, which is borrowed. -1 and err: it cannot be written. */
int feed_new(struct feed **ret_feed, struct trace *trace, int fd, struct error *err);

/* Ends the spool and frees the feed; -1 and err when anything was not written. */
int feed_finish(struct feed *feed, struct error *err);

/* Frees the feed; the spool is of no use. */
void feed_abandon(struct feed *feed);

#endif
