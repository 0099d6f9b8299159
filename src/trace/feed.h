/*
 * Takes the events that readers of other forms find, for a trace that is being opened. They go into
 * a spool, a binary trace without a name, so that the trace is never in memory as a whole.
 *
 * Nothing here fails: a write that failed is remembered, and reported when the reader is done.
 */
#ifndef TRACE_FEED_H
#define TRACE_FEED_H

#include "trace/trace.h"

struct feed;

/*
 * The next event. Its object is the reader's to set (a resolver does it for forms that know only
 * addresses); EVENT_SEEN_BEFORE is set here. text: of a note or mark, `length` bytes; else NULL.
 */
void feed_event(struct feed *feed, struct event *event, const char *text, size_t length);

/* The same without a text, of which a resolver has found out the object and EVENT_SEEN_BEFORE. */
void feed_resolved(struct feed *feed, const struct event *event);

/* trails: on the line of the event that was fed last. */
void feed_comment(struct feed *feed, const char *text, size_t length, bool trails);

/*
 * Definitions come before the events that need them. Sites are numbered from 1 in the order of
 * these calls; frames are return addresses, innermost first, 1 to SITE_FRAMES_MAX. A module holds
 * for the sites after it, a name ("parse_row (csv.c:88)") too. All texts are copied.
 */
void feed_site(struct feed *feed, const uint64_t *frames, size_t count);
void feed_module(struct feed *feed, const struct trace_module *module);
void feed_name(struct feed *feed, uint64_t address, const char *words);

uint32_t feed_sites(const struct feed *feed); /* how many were fed */
bool feed_has_events(const struct feed *feed);

/* The header of the trace, to be filled by info_take(); the trace's own. */
struct trace_info *feed_info(struct feed *feed);

/* The file was cut off: its last line, or record, is not whole. */
void feed_truncated(struct feed *feed);

/* Counts a line that a trace cannot express; trace_skipped() has the sum. line: 0: not known. */
void feed_skipped(struct feed *feed, uint64_t line);

/* The event is in that line, and not in the one after that of the event before it. */
void feed_line(struct feed *feed, uint64_t event, uint64_t line);

/* The process that a person wants, of a log of several; 0: the first. */
uint64_t feed_process(const struct feed *feed);

/* One more line of another process than that; trace_others() has the sum. */
void feed_other_process(struct feed *feed, uint64_t process);

#endif
