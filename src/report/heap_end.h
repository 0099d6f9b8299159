/*
 * What is at the end of the C library's heap, from there down: it shrinks from its end only.
 *
 *	run    blocks of one caller, with no other caller's block between them
 */
#ifndef REPORT_HEAP_END_H
#define REPORT_HEAP_END_H

#include "report/lives.h"

struct heap;

struct heap_run {
	uint32_t caller;
	uint64_t blocks, bytes;
	uint64_t frees; /* bytes by which the heap could shrink without it and those above it */
};

/* The last runs of the largest heap, up to `most`, the last one first; gives how many. */
size_t heap_end_read(const struct heap *heap, const struct lives *lives, struct heap_run *ret_runs,
	size_t most);

#endif
