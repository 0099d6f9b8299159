/*
 * Which callers' blocks keep memory from going back to the system, and what would go back without
 * them.
 *
 *	pinned arena   story/places.h; it goes back when its last block is freed
 *	alone          a caller whose blocks are the only ones of a pinned arena
 *	end            the last blocks of the C library's heap: it shrinks from its end only
 */
#ifndef REPORT_PINS_H
#define REPORT_PINS_H

#include "heap/heap.h"
#include "report/lives.h"

struct pin {
	uint32_t caller;
	uint64_t blocks, bytes; /* in pinned arenas; bytes as asked for */
	uint64_t arenas, alone; /* it is in, and alone in */
	uint64_t frees;         /* bytes of the arenas that it is alone in */
	uint64_t frees_so_far;  /* bytes that go back when it goes, and all before it in the list */
};

struct pins {
	struct pin *items; /* those that free most first */
	size_t count;
	uint64_t arenas, bytes; /* pinned, and what they hold */
};

/* Grows with the blocks of pinned arenas. To be finished. */
void pins_find(struct pins *ret_pins, const struct heap *heap, const struct lives *lives);
void pins_finish(struct pins *pins);

#define ENDS_MAX 5u

/* A run of blocks of one caller at the end of the heap. */
struct heap_end {
	uint32_t caller;
	uint64_t blocks, bytes;
	uint64_t frees; /* bytes by which the heap could shrink without it and those after it */
};

/* The runs at the end of the largest heap, from the end down; gives how many. */
size_t pins_of_end(const struct heap *heap, const struct lives *lives,
	struct heap_end ret_ends[ENDS_MAX]);

#endif
