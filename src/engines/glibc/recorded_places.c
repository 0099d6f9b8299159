/*
 * See recorded_places.h.  A heap is 64 MiB of address space at a multiple of that, so that each of
 * its blocks tells where it begins; it is known with the first block that the program gets from
 * there.
 */
#include "engines/glibc/recorded_places.h"

#include "engines/glibc/describe.h"
#include "engines/glibc/maps.h"

#define RECORDED_MIN (UINT64_C(1) << 32) /* where the break is made up, it is below */
#define HEAP_MAX     (UINT64_C(1) << 42) /* of the main heap: what lies there is of the heap */

static uint64_t heap_base(uint64_t address)
{
	return address & ~(SEGMENT_BYTES - 1);
}

/*
 * The main heap comes first in the order of addresses, as it does on Linux. Where settings are not
 * those of the recording, a block of its heap may be a mapping here: not in the way of the break.
 */
static uint64_t take(struct glibc *g, uint64_t base, uint64_t bytes)
{
	struct page_source *pages = g->engine.pages;
	uint64_t begin = process_of(g)->base ? process_of(g)->base : process_of(g)->first_break;

	if (base < RECORDED_MIN || base <= begin || (begin && base - begin < HEAP_MAX))
		return 0;
	return pages->take && pages->take(pages, base, bytes, false) ? base : 0;
}

/* A payload begins within a page of its mapping, or at the first border of a page after that. */
uint64_t recorded_map(struct glibc *g, uint64_t bytes)
{
	return g->recorded ? take(g, (g->recorded - 1) & ~(uint64_t)(PAGE_BYTES - 1), bytes) : 0;
}

uint64_t recorded_map_with_lead(struct glibc *g, uint64_t bytes, uint64_t lead)
{
	uint64_t base = g->recorded - UNIT - lead;

	return g->recorded && base % PAGE_BYTES == 0 ? take(g, base, bytes) : 0;
}

void recorded_place_heap(struct glibc *g, uint32_t segment)
{
	struct segment *heap = segment_at(g, segment);
	struct page_source *pages = g->engine.pages;
	uint64_t base = heap_base(g->recorded), made_up = heap->base;

	if (segment < process_of(g)->segments || heap->is_placed)
		return;
	heap->is_placed = 1;
	if (!take(g, base, SEGMENT_BYTES))
		return;
	map_move_heap(g, made_up, base);
	heap->base = base;
	pages->unmap(pages, made_up, SEGMENT_BYTES);
}

uint32_t recorded_arena(const struct glibc *g)
{
	uint32_t spot = g->recorded ? spot_at(g, g->recorded - UNIT) : 0;

	return spot ? segment_of(g, spot)->arena + 1 : 0;
}

/* A block at the start of a page may as well be its own mapping. */
bool recorded_is_new(const struct glibc *g)
{
	return g->recorded && !spot_at(g, g->recorded - UNIT) && g->recorded % PAGE_BYTES != UNIT;
}
