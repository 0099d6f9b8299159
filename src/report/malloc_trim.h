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
struct trimming {
	/* addresses of pages that were trimmed, in order; the lowest bit: touched since */
	ARRAY(uint64_t) pages;
};

/*
 * Plays the trace's events [from, end) as metrics_play() does, and follows what malloc_trim() gives
 * back. After the first malloc_trim() grows with the events times log(pages).
 */
void trimming_play(struct trimming *trimming, struct metrics *metrics, struct heap *heap,
	struct trace *trace, uint64_t from, uint64_t end, struct error *err);

/* The event was applied to the heap: for one who plays a trace otherwise. */
void trimming_follow(struct trimming *trimming, const struct heap *heap, const struct event *event);

/*
 * Forgets the pages that are no inside of free memory at this moment. Afterwards those are exactly
 * the pages that were given back and not used again. Grows with the blocks of the heap, where
 * something was trimmed.
 */
void trimming_settle(struct trimming *trimming, const struct heap *heap);

/* Bytes in [from, to) that were given back and not used again. Grows with their pages. */
uint64_t trimming_within(const struct trimming *trimming, uint64_t from, uint64_t to);

/* The same of the whole heap, when it is settled. */
uint64_t trimming_bytes(const struct trimming *trimming);

/*
 * Bytes that malloc_trim(0) would give back; 0 where the heap is no C library's. Of the pages that
 * it has given back there is nothing to be had. Grows with the blocks of the heap.
 */
uint64_t trimming_left(const struct trimming *trimming, const struct heap *heap);

/*
 * The same of a region as if nothing had been trimmed yet, and of no more spans than `most`; false:
 * it has more of them.
 */
bool trimming_of_region(const struct engine *engine, const struct region *region, size_t most,
	uint64_t *ret_bytes);

void trimming_finish(struct trimming *trimming); /* zeroes it */

#endif
