/*
 * What a program holds beyond what it uses, by the cause: every byte that is held and not live is
 * in one of them.
 *
 *	held     bytes taken from the system
 *	live     bytes that the program has asked for and not freed
 *	idle     held and not live
 *	pinned   an arena that a few blocks keep from going back (story/places.h)
 */
#ifndef REPORT_HOLDINGS_H
#define REPORT_HOLDINGS_H

#include "heap/heap.h"
#include "heap/metrics.h"

/* enumerator, name, what it is */
#define CAUSES(C) \
	C(CAUSE_PINNED, "pinned arenas", \
		"free memory of arenas that a few blocks keep: an arena goes back when it is empty") \
	C(CAUSE_POOLS, "half-used pools", \
		"free blocks in pools of other arenas: they serve requests of their size only") \
	C(CAUSE_EMPTY, "empty pools", "pools without a block, in other arenas that have blocks") \
	C(CAUSE_KEPT, "empty arenas", \
		"arenas without a block, which pymalloc keeps for the next requests") \
	C(CAUSE_PADDING, "padding", "bytes of blocks beyond what was asked for") \
	C(CAUSE_HOLES, "holes in heap", "free memory between the blocks of the heap") \
	C(CAUSE_FAST, "fast bins", \
		"free chunks that merge with nothing before malloc_trim() or a large request") \
	C(CAUSE_CACHED, "tcaches", \
		"free chunks that a thread keeps for its next requests; they merge with nothing") \
	C(CAUSE_TOP, "end of the heap", \
		"free memory at the end of the heap that was not returned") \
	C(CAUSE_ROOM, "room above tops", \
		"free memory of spaces: the next objects go there, and it is no hole") \
	C(CAUSE_GARBAGE, "garbage", "objects that are dropped, and no collection has removed") \
	C(CAUSE_MAPPED, "mapped blocks", "the rest of the pages of blocks that are mapped alone") \
	C(CAUSE_BOOKS, "bookkeeping", "headers, ends too short for a block, and alignment") \
	C(CAUSE_UNKNOWN, "not known", \
		"memory between the recorded blocks: free, or in use by what was there before")

enum cause {
#define C(id, name, words) id,
	CAUSES(C) CAUSE_COUNT
#undef C
};

const char *cause_name(enum cause cause);
const char *cause_words(enum cause cause);

struct holdings {
	uint64_t held, live;
	uint64_t causes[CAUSE_COUNT]; /* they add up to held - live */
};

/* Grows with the regions, the pages of pinned arenas, and the lists of free memory of a kind. */
void holdings_of(const struct heap *heap, struct holdings *ret_holdings);

/* What is free in heaps is not known: the recording began, or was paused, while the program ran. */
void holdings_hide_holes(struct holdings *holdings);

/* Of the free memory of a heap, by its kind. */
enum cause cause_of_hole(const struct engine *engine, const struct span *hole);

/* How many arenas a few blocks keep; grows with the arenas. */
struct keeping {
	size_t arenas, pinned, below_one; /* below_one: with less than 1 % in use */
	uint64_t pinned_bytes;            /* that the pinned ones hold */
	uint64_t pinning_bytes;           /* in blocks that pin them */
};
void keeping_of(const struct heap *heap, struct keeping *ret_keeping);

#define PINNING_SIZES_MAX 4u

/* The blocks of one size that pin arenas. */
struct pinning_size {
	uint32_t size; /* of a block, in bytes */
	uint64_t blocks, arenas;
};

/*
 * The sizes with the most blocks in pinned arenas, those first; gives how many. Grows with the
 * pages of pinned arenas.
 */
size_t pinning_sizes_of(const struct heap *heap, struct pinning_size ret_sizes[PINNING_SIZES_MAX]);

#endif
