/*
 * Takes the records out of the rings while the program runs, and appends them to a log
 * (trace/wire.h), which is good at any moment, however the program or the collector end.
 */
#ifndef RECORDER_COLLECTOR_H
#define RECORDER_COLLECTOR_H

#include "trace/wire.h"

#include <stdbool.h>
#include <stddef.h>

struct collector;

struct collector_wishes {
	uint32_t wants;       /* enum wire_want bits */
	uint32_t depth;       /* frames of a stack */
	uint64_t patience;    /* nanoseconds the program waits for a full ring */
	const char *children; /* pattern of their files' names, or NULL */
	const char *program;  /* command line */
	bool starts_paused;
	/* an empty memory that the process attached to has made; -1: the program is started here */
	int area;
};

/*
 * log: a descriptor that stays the caller's, written from its start. NULL and errno when there is
 * no memory for the rings.
 */
struct collector *collector_new(int log, const struct collector_wishes *wishes);
void collector_free(struct collector *collector);

/* The value of WIRE_VARIABLE for the program. */
const char *collector_path(const struct collector *collector);

/*
 * Empties the rings; returns the bytes drained. -1 and errno when they could not be written: the
 * program continues unrecorded, and the log so far is good.
 */
long collector_drain(struct collector *collector);

/* Stops, pauses or resumes; the change is recorded in the log. */
void collector_set_mode(struct collector *collector, enum wire_mode mode);
enum wire_mode collector_mode(const struct collector *collector);
enum wire_mode collector_running_mode(const struct collector *collector); /* the one that records */

/* Ends the recording. A process that it has come to is left: it is as it was before. */
void collector_leave(struct collector *collector);

/* Sets a mark in the log, and what the kernel says of the program where that is wanted. */
void collector_mark(struct collector *collector, const char *name);

/*
 * Asks a Python that was running for a census of its variables before the recording ends. false:
 * there can be none. It comes with one of the next requests of the process, if there are any.
 */
bool collector_ask_census(struct collector *collector);
enum wire_census collector_census(const struct collector *collector);

uint64_t collector_events(const struct collector *collector);  /* calls so far */
int64_t collector_live(const struct collector *collector);     /* bytes, with WIRE_WANT_LIVE */
uint64_t collector_dropped(const struct collector *collector); /* calls the shim had to drop */
uint64_t collector_bytes(const struct collector *collector);   /* of the log */

/* The shim has started in the program. */
bool collector_is_attached(const struct collector *collector);
const struct wire_head *collector_head(const struct collector *collector);

/* After the last drain: the log is complete.  -1 and errno when that cannot be written. */
int collector_finish(struct collector *collector);

/* The processor's time stamp counter; 0 where it is no clock. */
uint64_t collector_stamp(void);

#endif
