/*
 * Whose blocks keep memory that is held and not live, and what would go back to the system without
 * them.
 *
 *	place    an arena, which goes back when its last block is freed; or a heap, which shrinks
 *	         from its end
 *	keeps    idle bytes: free blocks of a pool are shared equally by the callers with blocks in
 *	         it; empty pools of an arena by its callers, as the pools are that they are in; a
 *	         hole of a heap is kept by the block above it
 *
 * An arena without a block, and free memory after the last block of a heap, are kept by the
 * allocator itself.
 */
#ifndef REPORT_KEEPERS_H
#define REPORT_KEEPERS_H

#include "report/holdings.h"
#include "report/lives.h"

struct keeper {
	uint32_t caller;
	uint64_t blocks, bytes; /* in such places; bytes as asked for */
	uint64_t idle;          /* bytes that it keeps: the sum of the causes */
	uint64_t causes[CAUSE_COUNT];
	uint64_t arenas;       /* that its blocks are in */
	uint64_t frees;        /* bytes that go back when its blocks alone are freed */
	uint64_t frees_so_far; /* bytes that go back when they, and all before in the list, are */
};

struct keepers {
	struct keeper *items; /* those that keep most first */
	size_t count;
	uint64_t idle;   /* bytes that blocks keep, of all callers */
	uint64_t arenas; /* in which there are blocks */
};

/*
 * Nobody keeps the pages that malloc_trim() gave back. Grows with the live blocks and the pools in
 * use. To be finished.
 */
void keepers_find(struct keepers *ret_keepers, const struct heap *heap, const struct lives *lives);
void keepers_finish(struct keepers *keepers);

/* The caller that keeps most for that cause; NULL: no block does. Grows with the callers. */
const struct keeper *keepers_first(const struct keepers *keepers, enum cause cause);

/*
 * How many of the first callers keep at least half of what blocks keep from going back: without
 * their blocks it goes back. 0: the first `most` do not.
 */
size_t keepers_enough(const struct keepers *keepers, size_t most);

#endif
