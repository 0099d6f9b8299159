/*
 * Where heaptrack's allocations were made: the tables among the lines of its file, of hexadecimal
 * numbers that count from 1.
 *
 *	s LENGTH TEXT             interpreted: the next string
 *	i ADDRESS MODULE {FUNCTION FILE LINE}
 *	                          interpreted: the next place of code, its words being strings;
 *	                          those after the first are of functions inlined there
 *	t CODE PARENT             the next stack; CODE: an address, or, interpreted, a place
 *	x LENGTH PATH             the program's file
 *	m LENGTH PATH BASE {OFFSET SIZE}
 *	                          raw: a module, "x" being the program; "m 1 -" before all
 *
 * Files before format 3 have no lengths.
 */
#ifndef TRACE_READERS_HEAPTRACK_STACKS_H
#define TRACE_READERS_HEAPTRACK_STACKS_H

#include "base/arrays.h"
#include "flat/index.h"
#include "trace/readers/stacks.h"

#include <stdbool.h>
#include <stdint.h>

struct feed;

struct heaptrack_module {
	uint64_t base;
	char *path;
};

struct heaptrack_stacks {
	bool has_lengths;
	char *program; /* NULL: not known */
	ARRAY(char *) strings;
	ARRAY(uint64_t) codes;                  /* their addresses */
	ARRAY(uint32_t) traces;                 /* heaptrack's stacks, as stacks.h has them */
	ARRAY(struct heaptrack_module) modules; /* that were fed: the last one at each base */
	struct flat flat;
	struct flat_array by_base; /* base → its place in modules */
	struct stacks stacks;
};

void heaptrack_stacks_init(struct heaptrack_stacks *tables);
void heaptrack_stacks_finish(struct heaptrack_stacks *tables);

/* Takes a line of the tables; false: it is damaged, or of something else. */
bool heaptrack_stacks_take(struct heaptrack_stacks *tables, struct feed *feed, const char *line);

/* The call site of heaptrack's stack of that number; SITE_NONE: there is none. */
uint32_t heaptrack_stacks_site(struct heaptrack_stacks *tables, struct feed *feed, uint64_t number);

#endif
