/*
 * What is at the end of the C library's heap, from there down: it shrinks from its end only.
 *
 *	run     blocks of one caller, with no other caller's block between them
 *	clears  without some blocks, whole pages at the end would have no block, more of them than
 *	        there are by now. What keeps the heap's end (keepers.h), and the inspector, count
 *	        the same way
 */
#ifndef REPORT_HEAP_END_H
#define REPORT_HEAP_END_H

#include "report/lives.h"

struct heap;
struct region;

struct heap_run {
	uint32_t caller;
	uint64_t blocks, bytes;
	uint64_t clears; /* bytes without it and those above it */
};

/*
 * What is cleared from the end of the last block that stays up to that of the heap's last block;
 * the heap's end may come before that of a page.
 */
uint64_t heap_end_cleared(const struct heap *heap, const struct region *region, uint64_t below,
	uint64_t last);

/* The last runs of the largest heap, up to `most`, the last one first; gives how many. */
size_t heap_end_read(const struct heap *heap, const struct lives *lives, struct heap_run *ret_runs,
	size_t most);

#endif
