/*
 * What malloc_trim() takes from the C library's heap, and what it has taken from there so far.
 *
 *	trimmed    a whole page inside a free chunk, of which the library has no word: malloc_trim()
 *	           gives it back to the system. Its addresses stay the heap's, and whoever writes
 *	           there gets another page
 *	merged     fast chunks become free chunks first, and merge with their neighbours; those of
 *	           tcaches do not
 *	end        top of the main arena, but for what the library needs of it; that of other
 *	           arenas stays
 */
#ifndef REPORT_MALLOC_TRIM_H
#define REPORT_MALLOC_TRIM_H

#include "base/arrays.h"
#include "heap/heap.h"
#include "heap/metrics.h"

/* Zeroed: nothing was trimmed. */
struct malloc_trim {
	/* addresses of pages that were trimmed, in order; the lowest bit: touched since */
	ARRAY(uint64_t) pages;
};

/*
 * Plays the trace's events [from, end) as metrics_play() does, and follows what malloc_trim() gives
 * back. After the first malloc_trim() grows with the events times log(pages).
 */
void malloc_trim_play(struct malloc_trim *trim, struct metrics *metrics, struct heap *heap,
	struct trace *trace, uint64_t from, uint64_t end, struct error *err);

/* The event was applied to the heap: for one who plays a trace otherwise. */
void malloc_trim_follow(struct malloc_trim *trim, const struct heap *heap,
	const struct event *event);

/*
 * Forgets the pages that are no inside of free memory at this moment. Afterwards those are exactly
 * the pages that were given back and not used again. Grows with those pages, the blocks in
 * them, and the regions.
 */
void malloc_trim_settle(struct malloc_trim *trim, const struct heap *heap);

/* Bytes in [from, to) that were given back and not used again. Grows with their pages. */
uint64_t malloc_trim_within(const struct malloc_trim *trim, uint64_t from, uint64_t to);

/* The same of the whole heap, when it is settled. */
uint64_t malloc_trim_bytes(const struct malloc_trim *trim);

/*
 * Bytes that malloc_trim(0) would give back; 0 where the heap is no C library's. Of the pages that
 * it has given back there is nothing to be had. Grows with the blocks of the heap.
 */
uint64_t malloc_trim_left(const struct malloc_trim *trim, const struct heap *heap);

/*
 * The same of a region as if nothing had been trimmed yet, and of no more spans than `most`; false:
 * it has more of them.
 */
bool malloc_trim_of_region(const struct engine *engine, const struct region *region, size_t most,
	uint64_t *ret_bytes);

void malloc_trim_finish(struct malloc_trim *trim); /* zeroes it */

#endif
