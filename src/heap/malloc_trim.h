/*
 * What malloc_trim() takes from the C library's heap.
 *
 *	trimmed    a whole page inside a free chunk, of which the library has no word: malloc_trim()
 *	           gives it back to the system. Its addresses stay the heap's (heap_given_up()), and
 *	           whoever writes there gets another page; a block is taken to be written to
 *	merged     fast chunks become free chunks first, and merge with their neighbours; those of
 *	           tcaches do not
 *	end        top of the main arena, but for what the library needs of it; that of other
 *	           arenas stays
 */
#ifndef HEAP_MALLOC_TRIM_H
#define HEAP_MALLOC_TRIM_H

#include "heap/heap.h"

/* The layer that is a C library's heap, simulated or recorded; NULL: there is none. */
const struct engine *malloc_trim_layer(const struct heap *heap);

/*
 * Bytes that malloc_trim(0) would give back; 0 where the heap is no C library's. Of the pages that
 * it has given back there is nothing to be had. ret_stays, NULL: not wanted: bytes that would be at
 * the ends of other arenas than the main one, merged as malloc_trim() merges them, in whole pages:
 * they stay. Grows with the blocks of the heap.
 */
uint64_t malloc_trim_left(const struct heap *heap, uint64_t *ret_stays);

/* What malloc_trim(0) would do in one region. */
struct trimmed {
	uint64_t bytes;                   /* that it returns */
	uint64_t after;                   /* of these, from an address on */
	uint64_t late_chunks, late_bytes; /* free chunks that merge with nothing before it */
};

/* Of a region, of no more spans than `most`; false: it has more of them, and that is at least. */
bool malloc_trim_of_region(const struct heap *heap, const struct region *region, uint64_t address,
	size_t most, struct trimmed *ret_trimmed);

/* Bytes given back that are in the ends of heaps by now; grows with the regions. */
uint64_t malloc_trim_at_ends(const struct heap *heap);

/* ---- for the heap itself --------------------------------------------------------------------- */

/*
 * malloc_trim() was called, and the library has merged what it merges: whole pages go back. Grows
 * with the blocks of the heap.
 */
void malloc_trim_apply(struct heap *heap);

/* A block is there now: its pages, and those of the library's words around it, are written to. */
void malloc_trim_touch(struct heap *heap, uint64_t address, uint64_t given);

/*
 * The same for each block in pages that were given back: an engine got some that it did not speak
 * of. Grows with those pages' stretches and the blocks in them.
 */
void malloc_trim_touch_blocks(struct heap *heap);

/* Each page given back is inside of free memory: 0, or -1. Grows as malloc_trim_touch_blocks(). */
int malloc_trim_check(const struct heap *heap, struct error *err);

#endif
