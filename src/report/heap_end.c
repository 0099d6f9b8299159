/* See heap_end.h. Runs are met from the start of the heap on; a ring keeps the last ones. */
#include "report/heap_end.h"

#include "base/progress.h"
#include "base/xalloc.h"
#include "heap/pages.h"
#include "story/places.h"

#include <stdlib.h>

struct walk {
	const struct heap *heap;
	const struct lives *lives;
	struct heap_run *ring;
	size_t room;
	uint64_t seen, live; /* blocks that were met, of all */
	uint64_t count;      /* runs met */
	uint64_t below;      /* end of the block before */
};

static uint64_t page_end(const struct region *region, uint64_t address)
{
	uint64_t end = region->base + region->size;

	return page_up(address) < end ? page_up(address) : end;
}

uint64_t heap_end_cleared(const struct heap *heap, const struct region *region, uint64_t below,
	uint64_t last)
{
	uint64_t from = page_end(region, below), to = page_end(region, last);

	return from < to ? to - from - heap_given_up(heap, from, to) : 0;
}

static bool add_block(const struct span *span, void *user)
{
	struct walk *walk = user;
	struct live live;

	if (span->state != SPAN_USED)
		return true;
	progress_say("finding the end of the heap", "blocks", walk->seen++, walk->live);
	bool is_known = heap_find_address(walk->heap, span->payload, &live);
	uint32_t caller = is_known ? lives_caller(walk->lives, live.object) : 0;
	struct heap_run *run = &walk->ring[(walk->count + walk->room - 1) % walk->room];
	if (walk->count == 0 || run->caller != caller) {
		run = &walk->ring[walk->count++ % walk->room];
		*run = (struct heap_run){.caller = caller, .clears = walk->below};
	}
	run->blocks++;
	run->bytes += is_known ? live.size : span->size;
	walk->below = span->base + span->size;
	return true;
}

size_t heap_end_read(const struct heap *heap, const struct lives *lives, struct heap_run *ret_runs,
	size_t most)
{
	const struct engine *engine = span_layer(heap);
	struct heap_sums sums;
	struct region region;

	heap_sums(heap, &sums);
	if (most == 0 || !engine || engine_has_spaces(engine) || !largest_heap(engine, &region))
		return 0;
	struct walk walk = {
		.heap = heap,
		.lives = lives,
		.live = sums.live,
		.ring = xcalloc(most, sizeof(*walk.ring)),
		.room = most,
		.below = region.base,
	};
	engine_spans(engine, region.base, region.base + region.size, add_block, &walk);
	size_t kept = walk.count < most ? (size_t)walk.count : most;
	for (size_t i = 0; i < kept; i++) {
		ret_runs[i] = walk.ring[(walk.count - 1 - i) % most];
		ret_runs[i].clears =
			heap_end_cleared(heap, &region, ret_runs[i].clears, walk.below);
	}
	free(walk.ring);
	return kept;
}
