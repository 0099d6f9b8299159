/*
 * What of a program's memory its recording has: it may have begun, or been paused, while the
 * program ran, and requests for a Python's objects may have gone past the recorder. Known by the
 * marks that the recorder sets, and by the first events.
 */
#ifndef PLAYER_SCOPE_H
#define PLAYER_SCOPE_H

#include "trace/trace.h"

enum scope {
	SCOPE_ALL,
	SCOPE_SINCE_ATTACHED, /* record -p */
	SCOPE_SINCE_STARTED,  /* record --after, --start-paused */
	SCOPE_SINCE_MEMRAY,   /* a file of memray's */
	SCOPE_SINCE_FORK,     /* a child that became no other program */
	SCOPE_BUT_PAUSES,     /* record --toggle */
};

/* Of the last program, where one became another. Grows with the marks. */
enum scope scope_of(const struct trace *trace);

/* A clause that says what is known, and what is not; NULL: all is. */
const char *scope_words(enum scope scope);

/* The same as a sentence for a line of the screen; NULL: all is known. */
const char *scope_brief(enum scope scope);

/*
 * Why the trace has nothing of what came after its end, a clause, where a recording or a file was
 * cut off there; NULL: nothing says so. Borrowed from the trace.
 */
const char *scope_cut(const struct trace *trace);

/* Where the objects of a recorded Python are, if pymalloc does not serve them, or NULL. */
const char *scope_objects(struct trace *trace);

/* A Python's objects are nowhere in the trace, which has the requests of C alone. */
bool scope_lacks_objects(struct trace *trace);

#endif
