/*
 * What each caller's blocks came to, up to a moment: how much it asked for, what is live of it, how
 * long its blocks lived, and whether it only grew.
 *
 *	life     from the event that made a block to the one that freed it: in nanoseconds where the
 *	         trace has times, otherwise in events. A realloc begins another life.
 *	station  a moment at which the live bytes of every caller are noted: a mark, or an even part
 *	         of the way where there are too few marks
 */
#ifndef REPORT_LIVES_H
#define REPORT_LIVES_H

#include "flat/flat.h"
#include "report/callers.h"

#define STATIONS_MAX 16u

struct life {
	uint32_t caller;
	uint64_t requests, bytes; /* ever */
	uint64_t live, live_bytes;
	uint64_t mappings, mapped_bytes; /* that the program made, in no layer of the heap */
	uint64_t freed;                  /* blocks */
	double lived;                    /* the sum of the lives of those */
	uint64_t oldest;                 /* of a live block: its age; 0: none is live */
	bool has_fallen;                 /* its live bytes fell from one station to the next */
	unsigned rises;                  /* from how many stations to the next they rose */
	uint64_t first_bytes;            /* live at the first station */
};

struct lives {
	struct life *items; /* by caller */
	size_t count;
	bool has_times;           /* lives are in nanoseconds */
	size_t nstations;         /* the last is the moment itself */
	bool at_marks;            /* stations are marks of the trace */
	uint64_t objects;         /* more than any number of an object that was asked for */
	struct flat flat;         /* of the two below */
	struct flat_array blocks; /* of live objects; others are free, and wait in a list */
	struct flat_array index;  /* of those by object */
	uint32_t next_free;       /* + 1; 0: none */
	size_t used;              /* of the blocks */
};

struct heap;
struct trace;

/*
 * Reads the events before the position; what is live in the end is what the heap has then, of the
 * layers' blocks: it may have refused a request, or let a counted object die. Without a heap, NULL,
 * it is what the events alone say. Grows with the events, and with callers times stations; the
 * result is to be finished.
 */
void lives_read(struct lives *ret_lives, struct trace *trace, const struct callers *callers,
	uint64_t position, const struct heap *heap);

/*
 * Its live bytes only grew, more than once: they never fell, and rose between two stations or more.
 */
bool life_only_grew(const struct life *life);

/* The caller with the most live bytes; NULL: nothing is live. Grows with the callers. */
const struct life *lives_largest(const struct lives *lives);

/* The caller that a live object comes from. */
uint32_t lives_caller(const struct lives *lives, uint32_t object);

/* A live object: its caller, and its call site or SITE_NONE. */
struct lived {
	uint32_t object, caller, site;
	uint64_t since; /* the event that made it this caller's: its first one, or a realloc */
	uint64_t address, size; /* as recorded, where it is known, and as asked for */
};
/* A live object of that number; false: there is none. */
bool lives_find(const struct lives *lives, uint32_t object, struct lived *ret_lived);
/* Visits live objects, in no order: *cursor is 0 at first; false after the last. */
bool lives_next(const struct lives *lives, size_t *cursor, struct lived *ret_lived);
void lives_finish(struct lives *lives);

#endif
