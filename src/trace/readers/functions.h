/*
 * Functions that a log knows by their names alone, for the call stacks of stacks.h: a function's
 * number is what a stack calls its frame, and its address in the trace.
 */
#ifndef TRACE_READERS_FUNCTIONS_H
#define TRACE_READERS_FUNCTIONS_H

#include "base/arrays.h"
#include "flat/flat.h"

#include <stdint.h>

struct feed;

struct functions {
	ARRAY(char *) names; /* of number N: N - 1 */
	struct flat flat;
	struct flat_array by_name; /* index.h */
};

void functions_init(struct functions *functions);
void functions_finish(struct functions *functions);

/*
 * The number of a function, from 1 on; the first time its name, `length` bytes, is fed. Costs the
 * same however many there are.
 */
uint64_t functions_number(struct functions *functions, struct feed *feed, const char *name,
	size_t length);

#endif
