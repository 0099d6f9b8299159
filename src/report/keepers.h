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

struct callers;
struct owners;
struct transients;

/* What becomes free without some blocks, in bytes. */
struct freed {
	uint64_t arenas; /* that go back to the system */
	uint64_t ends;   /* of heaps, without a block: they go back when the library trims them */
	uint64_t others; /* of these, of other arenas of the C library than its main one */
};

static inline uint64_t freed_bytes(const struct freed *freed)
{
	return freed->arenas + freed->ends;
}

struct keeper {
	uint32_t caller, line;  /* of the source, report/callers.h */
	uint64_t line_idle;     /* bytes that all callers of its line keep */
	uint64_t blocks, bytes; /* in such places; bytes as asked for */
	uint64_t idle;          /* bytes that it keeps: the sum of the causes */
	uint64_t causes[CAUSE_COUNT];
	uint64_t arenas;         /* that its blocks are in */
	struct freed alone;      /* without its blocks */
	struct freed with_above; /* without them and those of all before in the list */
};

/* Blocks that are mapped alone: they are in no such place, and each goes back when it is freed. */
struct mapped {
	uint64_t blocks, bytes;
	uint64_t held; /* bytes of their pages */
};

struct keepers {
	struct keeper *items; /* by line, those that keep most first; pymalloc's own last */
	size_t count;
	uint64_t idle;         /* bytes that blocks keep, of all callers */
	uint64_t arenas;       /* in which there are blocks */
	uint64_t heaps;        /* likewise */
	struct mapped *mapped; /* by caller */
	struct mapped all_mapped;
	struct premises *premises; /* of keepers.c: where their blocks are */
};

/*
 * Nobody keeps the pages that malloc_trim() gave back, and no transient keeps anything. has_heaps:
 * what lies between the blocks of heaps is free; otherwise only arenas are looked at. What each
 * block keeps is added to its owner: the blocks of a pool keep equal parts of what the pool does.
 * Grows with the live blocks and the pools in use. To be finished.
 */
void keepers_find(struct keepers *ret_keepers, const struct heap *heap, const struct lives *lives,
	const struct callers *callers, const struct transients *transients, struct owners *owners,
	bool has_heaps);
void keepers_finish(struct keepers *keepers);

/* The caller that keeps most for that cause; NULL: no block does. Grows with the callers. */
const struct keeper *keepers_first(const struct keepers *keepers, enum cause cause);

/*
 * All callers that have blocks, also those that are mapped alone: those with most bytes first, and
 * `with_above` in that order. To be freed.
 */
struct keeper *keepers_by_bytes_new(const struct keepers *keepers, size_t *ret_count);

/* CPython's table of arenas, which no program can do without; NULL: it keeps nothing. */
const struct keeper *keepers_own(const struct keepers *keepers);

/*
 * How many of the first callers keep at least half of what the program's blocks keep from going
 * back: without their blocks it goes back. They are all that their lines have, if these are no more
 * than `most`. 0: the first `most` do not.
 */
size_t keepers_enough(const struct keepers *keepers, size_t most);

#endif
