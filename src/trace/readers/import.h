/*
 * What readers of foreign forms with one call a line share: lines of bounded length, addresses that
 * become objects, threads and times that become small numbers.
 *
 *	struct import import;
 *
 *	import_init(&import, feed, source);
 *	while (result == 0 && import_next_line(&import))
 *		result = read_line(&import, err);
 *	import_finish(&import);
 */
#ifndef TRACE_READERS_IMPORT_H
#define TRACE_READERS_IMPORT_H

#include "base/arrays.h"
#include "flat/numbering.h"
#include "trace/feed.h"
#include "trace/source.h"

#include <stdbool.h>

#define IMPORT_LINE_BYTES 4096u /* with its zero byte */
#define IMPORT_AHEAD      16u   /* events of import_soon() that wait */

struct error;
struct resolver;

struct import {
	struct feed *feed;            /* borrowed: for notes, sites and modules */
	char line[IMPORT_LINE_BYTES]; /* the current line, without its end; a zero byte ends it */
	size_t line_length;    /* of the line in the file; the rest of a longer one is cut off */
	uint64_t line_number;  /* from 1; 0 before the first */
	bool is_last;          /* the line has no newline: it may be cut off */
	struct source *source; /* of the lines that follow; borrowed */
	struct resolver *resolver;
	struct numbering threads; /* as the form calls them */
	uint64_t start;           /* time of the first event that has one */
	bool has_start;
	uint64_t process; /* the one that is read; 0: any, none was met yet */
	bool has_slots;   /* the addresses are made up: events are fed without them */
	struct event waiting[IMPORT_AHEAD]; /* a ring, of the last ones of import_soon() */
	uint64_t soon;                      /* how many it was given */
};

/* Whether one of the lines that begin in these bytes, and end in them, is of the form. */
bool import_recognises(const char *bytes, size_t length, bool (*is_line)(const char *line));

/* source is borrowed until import_finish(). */
void import_init(struct import *import, struct feed *feed, struct source *source);
void import_finish(struct import *import);

/* Moves to the next line, of which LF or CRLF are dropped; false after the last one. */
bool import_next_line(struct import *import);

/*
 * Rejects the line: -1 and err ("LINE: EXPECTED"). For a last line that was cut off while it was
 * written: 0, and the trace is marked as truncated.
 */
int import_refuse_line(struct import *import, const char *expected, struct error *err);

/*
 * Reads a log that lines of others may be among, as what the program prints: read_line() gives
 * false for such a line, which is left out and counted; the last one may be cut off. context is
 * read_line()'s.
 */
void import_log(struct feed *feed, struct source *source,
	bool (*read_line)(struct import *import, void *context), void *context);

/* Skips a line that a trace cannot express; trace_skipped() counts it. */
void import_skip_line(struct import *import);

/*
 * Whether a line of this process is to be read: of the one that a person wants, or of the first to
 * be asked for. The others are counted: trace_others().
 */
bool import_process(struct import *import, uint64_t id);

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

/*
 * The same, for a form in which nothing depends on the objects: a few events later, so that what
 * is known of its address is fetched meanwhile. import_finish() feeds the last ones.
 */
void import_soon(struct import *import, const struct event *event);

#endif
