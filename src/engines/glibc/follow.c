/*
 * A block goes where the recorded program got it, although the library as modelled would have put
 * it elsewhere: so that what follows can be compared again.  Whatever was free there is cut to
 * size; nothing that is in use moves.
 */
#include "engines/glibc/follow.h"

#include "engines/glibc/calls.h"
#include "engines/glibc/decisions.h"
#include "engines/glibc/describe.h"
#include "engines/glibc/heaps.h"
#include "engines/glibc/maps.h"
#include "engines/glibc/recorded_places.h"

/* Further from the end of a heap than any request may make it grow: it is no part of it. */
#define REACH (UINT64_C(256) << 20)

/* ---- out of a list -------------------------------------------------------------------------- */

static bool unlink_from(const struct glibc *g, uint32_t *link, uint32_t chunk)
{
	while (*link && *link != chunk)
		link = &link_of(g, *link)->low;
	if (!*link)
		return false;
	*link = link_of(g, chunk)->low;
	return true;
}

static void take_cached(struct glibc *g, uint32_t chunk)
{
	uint32_t bin = cache_bin(&g->settings, chunk_size(g, chunk));

	for (size_t i = 0; i < caches_count(g); i++) {
		struct cache *cache = cache_at(g, i);
		if (unlink_from(g, &cache->heads[bin], chunk)) {
			cache->counts[bin]--;
			break;
		}
	}
	memory_set_state(g, chunk, CHUNK_HELD);
}

static void take_fast(struct glibc *g, uint32_t chunk)
{
	struct arena *arena = arena_of(g, chunk);
	uint32_t units = chunk_size(g, chunk);

	if (!unlink_from(g, &arena->heads[units], chunk))
		return;
	arena->fast_counts[units]--;
	memory_set_state(g, chunk, CHUNK_HELD);
}

/* A free chunk that is not top is held; false: it is in use. */
static bool take_free(struct glibc *g, uint32_t chunk)
{
	enum chunk_state state = chunk_state(g, chunk);

	if (state == CHUNK_CACHED)
		take_cached(g, chunk);
	else if (state == CHUNK_FAST)
		take_fast(g, chunk);
	else if (chunk_merges(state))
		bins_take(g, arena_of(g, chunk), chunk);
	else
		return false;
	return true;
}

/* ---- a chunk at a place --------------------------------------------------------------------- */

/* Top begins at the spot; gives what was before it, held, or 0. */
static uint32_t cut_top_before(struct glibc *g, struct arena *arena, uint32_t spot)
{
	uint32_t chunk = arena->top;

	if (chunk == spot)
		return 0;
	arena->top = memory_split(g, chunk, spot - chunk, CHUNK_TOP);
	memory_set_state(g, chunk, CHUNK_HELD);
	return chunk;
}

/* A held chunk takes in what is free after it, until it is long enough. */
static bool lengthen(struct glibc *g, uint32_t chunk, uint32_t units)
{
	struct arena *arena = arena_of(g, chunk);

	while (chunk_size(g, chunk) < units) {
		uint32_t after = chunk_after(g, chunk), missing = units - chunk_size(g, chunk);
		if (after == arena->top) {
			if (chunk_size(g, after) < missing + CHUNK_MIN)
				return false;
			top_cut(g, arena, missing);
		} else if (!take_free(g, after)) {
			return false;
		}
		memory_join(g, chunk);
	}
	return true;
}

/* A held chunk is cut to size; the rest is free. */
static void shorten(struct glibc *g, uint32_t chunk, uint32_t units)
{
	if (chunk_size(g, chunk) >= units + CHUNK_MIN)
		chunk_join(g, memory_split(g, chunk, units, CHUNK_HELD));
}

/* Top holds so much from the spot on, which lies in it or after it. */
static bool extend_top(const struct caller *caller, uint32_t spot, uint32_t units)
{
	uint64_t need = (uint64_t)spot - caller->arena->top + units;

	bool is_main = caller->arena == arena_at(caller->g, 0);
	uint32_t end = (spot & ((1u << SEGMENT_BITS) - 1)) + units + CHUNK_MIN;

	if (spot < caller->arena->top || need > REACH / UNIT ||
		(!is_main && end > 1u << SEGMENT_BITS))
		return false;
	if (chunk_size(caller->g, caller->arena->top) >= need + CHUNK_MIN)
		return true;
	return system_extend(caller, need);
}

/* Of top, which the spot lies in or after. */
static uint32_t take_top_at(const struct caller *caller, uint32_t spot, uint32_t units)
{
	struct glibc *g = caller->g;
	uint32_t top = caller->arena->top;

	if ((spot != top && spot - top < CHUNK_MIN) || !extend_top(caller, spot, units) ||
		caller->arena->top != top) /* top had to begin elsewhere */
		return 0;
	uint32_t before = cut_top_before(g, caller->arena, spot);
	uint32_t chunk = top_cut(g, caller->arena, units);
	if (before) /* not sooner: top would have taken it in again */
		chunk_join(g, before);
	return chunk;
}

/* The chunk begins at the spot and is held; 0: something in use is there. */
static uint32_t take_at(const struct caller *caller, uint32_t spot, uint32_t units)
{
	struct glibc *g = caller->g;
	uint32_t top = caller->arena->top;
	bool has_one_heap =
		caller->arena == arena_at(g, 0) || spot >> SEGMENT_BITS == top >> SEGMENT_BITS;

	if (spot >= top && has_one_heap)
		return take_top_at(caller, spot, units);
	uint32_t chunk = memory_chunk_at(g, spot), first = chunk;
	if (!chunk ||
		(chunk != spot &&
			(spot - chunk < CHUNK_MIN || chunk_after(g, chunk) - spot < CHUNK_MIN)) ||
		!take_free(g, chunk))
		return 0;
	if (chunk != spot)
		chunk = memory_split(g, chunk, spot - chunk, CHUNK_HELD);
	bool fits = lengthen(g, chunk, units);
	if (fits)
		shorten(g, chunk, units);
	if (first != chunk)
		chunk_join(g, first);
	if (fits)
		return chunk;
	chunk_join(g, chunk);
	return 0;
}

/* ---- where the address is ------------------------------------------------------------------- */

/* The spot where the chunk of the recorded block begins, also past the end of the main heap. */
static uint32_t recorded_spot(const struct glibc *g)
{
	const struct process *process = process_of(g);
	uint64_t address = g->recorded - UNIT, offset = address - process->base;
	uint32_t spot = spot_at(g, address);

	if (!spot && process->base && offset < arena_at(g, 0)->system + REACH)
		spot = MAIN_FIRST + (uint32_t)(offset / UNIT);
	return spot;
}

/* It is at the start of a page, as no chunk of a heap is but by chance. */
static bool looks_mapped(const struct glibc *g, uint64_t alignment)
{
	return g->recorded % PAGE_BYTES == UNIT || alignment >= PAGE_BYTES;
}

struct taken follow_allocate(const struct caller *caller, uint64_t units, uint64_t alignment)
{
	struct glibc *g = caller->g;
	uint32_t spot = recorded_spot(g);
	struct taken taken = {0};

	if (!spot && caller->arena->top && units * UNIT < process_of(g)->mmap_threshold) {
		recorded_place_heap(g, caller->arena->top >> SEGMENT_BITS);
		spot = recorded_spot(g);
	}
	if (!spot) {
		if (looks_mapped(g, alignment))
			taken.map = map_new(g, units);
		return taken;
	}
	const struct caller there = {g, caller->cache, arena_of(g, spot)};
	if (there.arena->top)
		taken.chunk = take_at(&there, spot, (uint32_t)units);
	return taken;
}

/* The chunk stays where it is, and has the size; false: it cannot. */
static bool resize_in_place(struct glibc *g, uint32_t chunk, uint32_t units)
{
	memory_set_state(g, chunk, CHUNK_HELD);
	bool fits = lengthen(g, chunk, units);
	if (fits)
		shorten(g, chunk, units);
	return fits;
}

struct taken follow_resize(const struct caller *caller, uint32_t chunk, uint64_t units)
{
	struct glibc *g = caller->g;

	if (address_of(g, chunk) + UNIT == g->recorded &&
		resize_in_place(g, chunk, (uint32_t)units))
		return (struct taken){.chunk = chunk};
	const struct caller same = {g, caller->cache, arena_of(g, chunk)};
	struct taken taken = follow_allocate(&same, units, 0);
	memory_set_state(g, chunk, CHUNK_HELD);
	chunk_free(&same, chunk);
	return taken;
}
