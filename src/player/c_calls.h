/*
 * Which events of a trace reached the C library, and as which calls.  Of a C program that is every
 * request; of a recorded Python those whose block is in none of its arenas: a block that a realloc
 * moves out of an arena is a new one for the library.
 */
#ifndef PLAYER_C_CALLS_H
#define PLAYER_C_CALLS_H

#include "base/arrays.h"
#include "trace/event.h"

struct c_region {
	uint64_t base, size;
};

struct c_calls {
	ARRAY(struct c_region) arenas; /* mapped now, in address order */
	/* a bit by object: the library has it; pages exist from when an object of theirs has one */
	ARRAY(uint8_t *) pages;
};

void c_calls_finish(struct c_calls *calls);

/*
 * Takes the next event of the trace. true: the library was called, as *ret_call says (or it is a
 * libc event); false: it was not.
 */
bool c_calls_take(struct c_calls *calls, const struct event *event, struct event *ret_call);

#endif
