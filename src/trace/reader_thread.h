/*
 * A trace of another form that is shown while it is still read: a thread reads the source into the
 * spool, and the trace follows the spool as it follows any trace that grows (growth.c).
 *
 * The thread fills in a trace of its own. Its info is handed over with the first events, the rest
 * at the end.
 */
#ifndef TRACE_READER_THREAD_H
#define TRACE_READER_THREAD_H

#include "trace/source.h"

struct reading;
struct trace;
struct trace_reader;

/*
 * Takes over the source, of which nothing was taken yet; trace: its name and hint are borrowed.
 * Returns when there are events, or when all was read. -1 and err: there is no spool, or no thread.
 */
int reading_new(struct reading **ret_reading, const struct trace *trace,
	const struct trace_reader *reader, struct source *source, struct error *err);

/* Stops the thread if it still reads. */
void reading_free(struct reading *reading);

int reading_spool(const struct reading *reading); /* a descriptor; borrowed */
bool reading_is_over(const struct reading *reading);

/* Bytes of the file that were read, and of the file; 0: not known. */
void reading_progress(const struct reading *reading, uint64_t *ret_done, uint64_t *ret_total);

/* Gives the trace what the lines before its first events say of it. */
void reading_take_info(struct reading *reading, struct trace *trace);

/* At the end: what is known of the whole. -1 and err: reading ended early. */
int reading_take_end(struct reading *reading, struct trace *trace, struct error *err);

#endif
