/*
 * What readers of foreign forms with one call a line share: lines of bounded length, addresses that
 * become objects, threads and times that become small numbers.
 *
 *	struct import import;
 *
 *	import_init(&import, feed, bytes, length);
 *	while (result == 0 && import_next_line(&import))
 *		result = read_line(&import, err);
 *	import_finish(&import);
 */
#ifndef TRACE_READERS_IMPORT_H
#define TRACE_READERS_IMPORT_H

#include "base/arrays.h"
#include "trace/feed.h"

#include <stdbool.h>

#define IMPORT_LINE_BYTES 4096u /* with its zero byte */

struct error;
struct resolver;

struct import {
	struct feed *feed;            /* borrowed: for notes, sites and modules */
	char line[IMPORT_LINE_BYTES]; /* the current line, without its end; a zero byte ends it */
	size_t line_length;   /* of the line in the file; the rest of a longer one is cut off */
	uint64_t line_number; /* from 1; 0 before the first */
	bool is_last;         /* the line has no newline: it may be cut off */
	const char *at, *end; /* of the lines that follow; borrowed */
	struct resolver *resolver;
	ARRAY(uint64_t) threads; /* in order of appearance, as the form calls them */
	uint32_t thread;         /* number of the last one */
	uint64_t start;          /* time of the first event that has one */
	bool has_start;
};

/* bytes are borrowed until import_finish(). */
void import_init(struct import *import, struct feed *feed, const char *bytes, size_t length);
void import_finish(struct import *import);

/* Moves to the next line, of which LF or CRLF are dropped; false after the last one. */
bool import_next_line(struct import *import);

/*
 * The line makes no sense. -1 and err: "LINE: EXPECTED"; 0 where it is a last line that was cut off
 * while it was written: the trace is then said to be truncated.
 */
int import_refuse_line(struct import *import, const char *expected, struct error *err);

/* The line holds nothing that a trace can say; trace_skipped() counts it. */
void import_skip_line(struct import *import);

/*
 * The number of a thread, 0 for the first to appear; id: as the form calls it.  Grows with the
 * threads, except for the one that was asked for last.
 */
uint32_t import_thread(struct import *import, uint64_t id);

/* Sets the time of an event; the first that has one sets the start. */
void import_set_time(struct import *import, struct event *event, uint64_t nanoseconds);

/*
 * Feeds an event that knows addresses: what resolver_take() needs, `thread` from import_thread().
 * Its object is found; a free that the form has lost is fed before it, with a comment that says so.
 */
void import_event(struct import *import, struct event *event);

#endif
