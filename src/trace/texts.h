/*
 * The texts of a trace: of notes, marks and entered methods, which are events and have text
 * numbers, and of comments, which are not.  All are kept in memory, in order of position.
 */
#ifndef TRACE_TEXTS_H
#define TRACE_TEXTS_H

#include "base/arrays.h"
#include "trace/trace.h"

struct texts {
	ARRAY(char *) all; /* of events, by text number; owned */
	ARRAY(struct trace_mark) marks;
	ARRAY(struct trace_mark) notes;
	ARRAY(struct trace_mark) methods;     /* that are entered */
	ARRAY(struct trace_comment) comments; /* their texts owned */
};

void texts_finish(struct texts *texts);

/*
 * Takes a copy of the next text, of an event at `position`. Zero bytes in it become blanks. A mark
 * without a name is given its number among the marks: "mark 3".
 */
void texts_add(struct texts *texts, enum event_kind kind, uint64_t position, const char *text,
	size_t length);
void texts_add_comment(struct texts *texts, uint64_t position, bool trails, const char *text,
	size_t length);

/* How many there are of each, for texts_shrink(). */
struct texts_count {
	size_t all, marks, notes, methods, comments;
};
struct texts_count texts_count(const struct texts *texts);

/* Forgets those that have been added since. */
void texts_shrink(struct texts *texts, struct texts_count count);

/* Forgets those of events from this position on. Grows with those that are forgotten. */
void texts_cut(struct texts *texts, uint64_t position);

#endif
