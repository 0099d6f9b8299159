/*
 * How a chunk goes back.  What is small enough goes to a fast bin and merges with nothing; all else
 * merges with the free chunks that touch it, and goes to unsorted (from 2.41 on a small one to its
 * bin) or becomes a part of top.
 */
#include "engines/glibc/decisions.h"
#include "engines/glibc/calls.h"

#include <assert.h>

/* The free chunk before takes it in; gives what they are now, which is in no list. */
static uint32_t join_before(struct glibc *g, struct arena *arena, uint32_t chunk)
{
	uint32_t before = chunk - word_at(g, chunk)->low;

	assert(chunk_state(g, chunk) == CHUNK_HELD);
	if (before == chunk || !chunk_merges(chunk_state(g, before)))
		return chunk;
	decide(&g->engine, &decision_glibc_merged, address_of(g, before),
		chunk_size(g, before) * UNIT, 0, 0);
	bins_take(g, arena, before);
	chunk_grow(g, before, chunk, chunk_size(g, chunk), false);
	g->engine.happened |= HAPPENED_COALESCED;
	return before;
}

/* It takes in what is free after it; true when that was top, which it is now. */
static bool join_after(struct glibc *g, struct arena *arena, uint32_t chunk)
{
	uint32_t after = chunk_after(g, chunk);
	enum chunk_state state = chunk_state(g, after);

	assert(chunk_state(g, chunk) == CHUNK_HELD && word_at(g, after)->low == after - chunk);
	if (after == arena->top) {
		uint32_t top = chunk_size(g, after);
		chunk_grow(g, chunk, after, top, true);
		*state_at(g, chunk) = CHUNK_TOP;
		arena->top = chunk;
		assert(chunk_size(g, chunk) == after - chunk + top);
		decide(&g->engine, &decision_glibc_into_top, address_of(g, chunk), top * UNIT,
			chunk_size(g, chunk) * UNIT, 0);
		return true;
	}
	if (chunk_merges(state)) {
		assert(!chunk_merges(
			chunk_state(g, chunk_after(g, after)))); /* they would be one */
		uint32_t size = chunk_size(g, after);
		decide(&g->engine, &decision_glibc_merged, address_of(g, after), size * UNIT, 1, 0);
		bins_leave(g, arena, bin_of(state, size), after);
		uncount_free(process_of(g), size);
		chunk_grow(g, chunk, after, size, false);
		g->engine.happened |= HAPPENED_COALESCED;
	}
	return false;
}

/* What was freed is not next to top: says which chunk keeps top from shrinking. */
static void tell_keeper(struct glibc *g, const struct arena *arena, uint32_t freed)
{
	uint32_t before = word_at(g, arena->top)->low, keeper = arena->top - before;

	if (arena != arena_at(g, 0) || freed >= arena->top || before == 0)
		return;
	enum chunk_state state = chunk_state(g, keeper);
	decide(&g->engine, &decision_glibc_top_kept, address_of(g, keeper),
		chunk_size(g, arena->top) * UNIT, state == CHUNK_CACHED || state == CHUNK_FAST, 0);
}

static uint32_t join(struct glibc *g, struct arena *arena, uint32_t chunk)
{
	chunk = join_before(g, arena, chunk);
	if (!join_after(g, arena, chunk)) {
		bool goes_to_bin = g->settings.release->bins_small_at_once &&
				   chunk_size(g, chunk) < SMALL_LIMIT;
		decide(&g->engine, &decision_glibc_freed, address_of(g, chunk),
			chunk_size(g, chunk) * UNIT, goes_to_bin, 0);
		if (goes_to_bin)
			bins_put(g, arena, chunk);
		else
			bins_put_unsorted(g, arena, chunk);
	}
	return chunk;
}

void arena_consolidate(struct glibc *g, struct arena *arena)
{
	struct decision_log *log = g->engine.log;
	uint32_t chunk, n = 0;

	g->engine.log = NULL; /* what becomes of each is not said: there may be thousands */
	arena->has_fast = 0;
	for (uint32_t units = CHUNK_MIN; units < FAST_CLASSES; units++) {
		/* The list is emptied first: what merges here never comes back to it. */
		while ((chunk = fast_pop(g, arena, units)) != 0) {
			chunk = join_before(g, arena, chunk);
			if (!join_after(g, arena, chunk))
				bins_put_unsorted(g, arena, chunk);
			n++;
		}
	}
	g->engine.log = log;
	decide(&g->engine, &decision_glibc_consolidated, n, 0, 0, 0);
}

static void merge(struct glibc *g, struct arena *arena, uint32_t chunk)
{
	chunk = join(g, arena, chunk);
	if (chunk_size(g, chunk) < CONSOLIDATION)
		return;
	if (arena->has_fast)
		arena_consolidate(g, arena);
	tell_keeper(g, arena, chunk);
	system_trim(g, arena);
}

/* Into the tcache; false: no bin has room for it. */
static inline bool keep(const struct caller *caller, uint32_t chunk, uint32_t units, enum use was)
{
	struct glibc *g = caller->g;
	uint32_t bin = cache_bin(&g->settings, units);

	if (bin >= CACHE_BINS)
		return false;
	if (caller->cache->state == CACHE_NONE)
		cache_make_late(caller, false);
	if (!cache_has_room(caller, bin)) {
		if (g->settings.cache_count > 0)
			decide(&g->engine, &decision_glibc_cache_full, units * UNIT,
				g->settings.cache_count, 0, 0);
		return false;
	}
	cache_put(caller, bin, chunk, units, was);
	decide(&g->engine, &decision_glibc_cache_put, units * UNIT, caller->cache->counts[bin],
		address_of(g, chunk), g->settings.cache_count);
	return true;
}

/* Past the tcache: into a fast bin, or merged. It is held. */
static inline void give_back(struct glibc *g, uint32_t chunk, uint32_t units)
{
	struct arena *arena = arena_of(g, chunk);

	assert(units >= CHUNK_MIN && chunk_state(g, chunk) == CHUNK_HELD);
	if (units > process_of(g)->fast_max) {
		merge(g, arena, chunk);
		return;
	}
	fast_push(g, arena, chunk, units);
	decide(&g->engine, &decision_glibc_fast_put, units * UNIT, arena->fast_counts[units],
		address_of(g, chunk), 0);
}

void chunk_free(const struct caller *caller, uint32_t chunk)
{
	struct glibc *g = caller->g;
	uint32_t units = chunk_size(g, chunk);
	enum use was = use_of(chunk_state(g, chunk));

	assert(chunk_state(g, chunk) == CHUNK_USED || chunk_state(g, chunk) == CHUNK_HELD);
	if (keep(caller, chunk, units, was))
		return;
	state_change(g, chunk, units, was, CHUNK_HELD);
	give_back(g, chunk, units);
}

void chunk_give_back(struct glibc *g, uint32_t chunk)
{
	give_back(g, chunk, chunk_size(g, chunk));
}

void chunk_merge(struct glibc *g, uint32_t chunk)
{
	merge(g, arena_of(g, chunk), chunk);
}

uint32_t chunk_join(struct glibc *g, uint32_t chunk)
{
	return join(g, arena_of(g, chunk), chunk);
}
