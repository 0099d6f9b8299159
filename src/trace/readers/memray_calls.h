/*
 * The functions that memray records, by their names and by the numbers of its files. Which of
 * Python's domains was asked is not recorded: what pymalloc was asked for is taken to be an object.
 */
#ifndef TRACE_READERS_MEMRAY_CALLS_H
#define TRACE_READERS_MEMRAY_CALLS_H

#include "trace/event.h"

#include <stddef.h>

struct feed;

struct memray_call {
	const char *name;
	enum event_kind kind;
	enum call call;
	enum domain domain;
	unsigned number;     /* from version 12 of the files on */
	unsigned old_number; /* in versions 10 and 11 */
};

#define MEMRAY_CALL_NUMBERS 16u /* they are below; 0 is none */

/* NULL: there is none of that name, `length` bytes long. */
const struct memray_call *memray_call_named(const char *name, size_t length);

/* Whether its record has no size: of a free, but not of munmap. */
static inline bool memray_call_frees(const struct memray_call *call)
{
	return call->kind == EVENT_FREE;
}

/* Every call by its number in files of that version; NULL: none. */
void memray_calls_numbered(unsigned version,
	const struct memray_call *ret_calls[MEMRAY_CALL_NUMBERS]);

/* The mark that the trace does not begin with the program: memray runs in its Python. */
void memray_mark_beginning(struct feed *feed);

#endif
