/*
 * The sizes in the headers of an allocator's blocks, from the first to the end of its heap: where
 * an allocator keeps such a chain, a call that breaks it has written a wrong size.
 */
#ifndef PLUGIN_RUNNER_SIZE_CHAIN_H
#define PLUGIN_RUNNER_SIZE_CHAIN_H

#include <stdbool.h>
#include <stdint.h>

struct size_chain {
	uint64_t first;  /* header; 0: no chain was found yet */
	unsigned width;  /* bytes of a header's word */
	unsigned extra;  /* bytes that a block has beside those that its header says */
	unsigned tries;  /* to find one */
	uint64_t end;    /* of the heap, when the chain was whole */
	char *heap;      /* as it was then */
	bool *is_header; /* likewise, by fours of bytes */
};

/* Before the first request. */
void size_chain_init(struct size_chain *chain);

/* The header that leads nowhere, which was written since. */
struct broken_size {
	uint64_t place;
	uint64_t before, now; /* its value; before: 0: it was no header */
};

/*
 * After each request; true: it has broken the chain. Grows with the blocks, and with the heap, of
 * which a copy is kept.
 */
bool size_chain_breaks(struct size_chain *chain, struct broken_size *ret_broken);

#endif
