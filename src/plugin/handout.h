/*
 * What the hand-out of a malloc lab says about how its allocator is compiled and checked: the
 * Makefile, the config.h and the memlib beside the source, and the source itself, for allocators
 * whose mm.h is not there.
 */
#ifndef PLUGIN_HANDOUT_H
#define PLUGIN_HANDOUT_H

#include "base/arrays.h"

#include <stdbool.h>
#include <stdint.h>

struct handout {
	ARRAY(char *) flags; /* for the compiler, owned: -std=, -D, -U, -I, -f and -O */
	bool wants_32_bits;  /* -m32 is among them */
	bool init_is_bool;   /* mm_init() returns true or false, and not 0 or -1 */
	unsigned alignment;  /* bytes, ALIGNMENT of config.h: 4, 8 or 16; 0: it does not say */
	uint64_t heap;       /* bytes at most, MAX_HEAP of config.h or memlib; 0: it does not say */
};

/* Grows with those files. Files that cannot be read say nothing. */
void handout_read(struct handout *ret_handout, const char *source);
void handout_finish(struct handout *handout);

#endif
