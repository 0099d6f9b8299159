/*
 * The sizes in the headers of an allocator's blocks, from the first to the end of its heap: where
 * an allocator keeps such a chain, a call that breaks it has written a wrong size.
 */
#ifndef PLUGIN_RUNNER_SIZE_CHAIN_H
#define PLUGIN_RUNNER_SIZE_CHAIN_H

#include <stdbool.h>
#include <stdint.h>

/* Where headers may be, and what their sizes may count. */
struct chain_layout {
	uint64_t first; /* header */
	unsigned width; /* bytes of a header's word */
	unsigned extra; /* bytes that a block has beside those that its header says */
	unsigned held;  /* states of the heap in which it was whole, one after the other */
};

#define CHAIN_LAYOUTS 64u

struct size_chain {
	struct chain_layout layouts[CHAIN_LAYOUTS]; /* that have led to the end so far */
	unsigned nlayouts;
	unsigned tries; /* to find some */
	uint64_t end;   /* of the heap, in the state before */
	char *heap;     /* as it was then */
};

/* Before the first request. */
void size_chain_init(struct size_chain *chain);

/* The header that leads nowhere. */
struct broken_size {
	uint64_t place, before, now; /* its value */
};

/*
 * After each request; true: of those that have been whole for long, it has broken the last one.
 * Grows with the blocks, and with the heap, of which a copy is kept.
 */
bool size_chain_breaks(struct size_chain *chain, struct broken_size *ret_broken);

#endif
