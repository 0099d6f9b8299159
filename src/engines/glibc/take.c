/*
 * How an arena serves a request, in this order: a fast bin; the small bin of the size; unsorted,
 * from its oldest chunk, each that does not fit going to its bin; of a large bin the smallest that
 * fits; the next bin above that has a chunk; top; the fast chunks merged, and once more; the
 * system.
 */
#include "engines/glibc/decisions.h"
#include "engines/glibc/calls.h"

#include <assert.h>

#define UNSORTED_STEPS 10000u /* looked at in one go */

/* Further chunks of the size go from where one was found to the tcache. */
static void stash_fast(const struct caller *caller, uint32_t units)
{
	struct glibc *g = caller->g;
	uint32_t bin = cache_bin(&g->settings, units), moved = 0, chunk;

	while (cache_has_room(caller, bin) && (chunk = fast_pop(g, caller->arena, units)) != 0) {
		cache_put(caller, bin, chunk, units, USE_NONE);
		moved++;
	}
	if (moved)
		decide(&g->engine, &decision_glibc_stashed, units * UNIT, moved, 0, 0);
}

static void stash_small(const struct caller *caller, uint32_t units)
{
	struct glibc *g = caller->g;
	uint32_t bin = cache_bin(&g->settings, units), moved = 0, chunk;

	if (bin < CACHE_SMALL)
		cache_make_late(caller, true);
	while (cache_has_room(caller, bin) && (chunk = bin_last(g, caller->arena, units)) != 0) {
		assert(chunk_size(g, chunk) == units);
		bins_take_from(g, caller->arena, units, chunk);
		cache_put(caller, bin, chunk, units, USE_NONE);
		moved++;
	}
	if (moved)
		decide(&g->engine, &decision_glibc_stashed, units * UNIT, moved, 1, 0);
}

/* Of a fast bin or the small bin of the size; 0: there is none. */
static uint32_t take_exact(const struct caller *caller, uint64_t need)
{
	struct glibc *g = caller->g;
	struct arena *arena = caller->arena;
	uint32_t units = (uint32_t)need, chunk;

	if (need <= process_of(g)->fast_max && (chunk = fast_pop(g, arena, units)) != 0) {
		decide(&g->engine, &decision_glibc_fast_hit, need * UNIT, arena->fast_counts[units],
			address_of(g, chunk), 0);
		stash_fast(caller, units);
		return chunk;
	}
	if (need < SMALL_LIMIT && arena->counts[units]) {
		chunk = bin_last(g, arena, units);
		bins_take_from(g, arena, units, chunk);
		decide(&g->engine, &decision_glibc_small_hit, need * UNIT, arena->counts[units],
			address_of(g, chunk), 0);
		stash_small(caller, units);
		return chunk;
	}
	return 0;
}

/* A chunk of a bin is taken, and cut to size; what is left goes to unsorted. */
static inline uint32_t cut(const struct caller *caller, uint32_t bin, uint32_t chunk,
	uint32_t units, bool remember)
{
	struct glibc *g = caller->g;
	struct arena *arena = caller->arena;
	uint32_t size = chunk_size(g, chunk), left = size - units;

	assert(chunk_merges(chunk_state(g, chunk)) && size >= units);
	bins_leave(g, arena, bin, chunk);
	if (left < CHUNK_MIN) {
		state_change(g, chunk, size, USE_FREE, CHUNK_HELD);
		decide(&g->engine, &decision_glibc_whole, address_of(g, chunk), size * UNIT,
			left * UNIT, 0);
		return chunk;
	}
	uint32_t rest = chunk_cut(g, chunk, size, units, CHUNK_UNSORTED);
	bins_enter_unsorted(g, arena, rest);
	*state_at(g, chunk) = CHUNK_HELD;
	count_free_shrunk(process_of(g), size, left);
	if (remember)
		arena->remainder = rest;
	g->engine.happened |= HAPPENED_SPLIT;
	decide(&g->engine, &decision_glibc_split, address_of(g, rest), left * UNIT, remember, 0);
	return chunk;
}

/* What a look through unsorted does. */
struct sorting {
	uint64_t need;
	uint32_t binned; /* chunks that went to their bins */
	bool has_cached; /* exact ones went to the tcache: the newest of them serves */
};

/*
 * The rest of the last split, alone in unsorted: small requests that follow each other get
 * neighbours.
 */
static bool is_last_remainder(const struct caller *caller, uint32_t chunk, uint64_t need)
{
	struct glibc *g = caller->g;

	return chunk == caller->arena->remainder && caller->arena->counts[UNSORTED] == 1 &&
	       need < SMALL_LIMIT && chunk_size(g, chunk) > need + CHUNK_MIN;
}

static uint32_t cut_remainder(const struct caller *caller, uint32_t chunk, uint32_t units)
{
	struct glibc *g = caller->g;

	decide(&g->engine, &decision_glibc_last_remainder, address_of(g, chunk),
		chunk_size(g, chunk) * UNIT, 0, 0);
	return cut(caller, UNSORTED, chunk, units, true);
}

/*
 * One of exactly the size goes to the tcache while that has room: then it, or one like it, serves.
 */
static bool is_cached(const struct caller *caller, uint32_t chunk, uint64_t need)
{
	struct glibc *g = caller->g;
	uint32_t bin = cache_bin(&g->settings, need);

	cache_make_late(caller, true);
	bool goes = bin < CACHE_SMALL && cache_has_room(caller, bin);
	decide(&g->engine, &decision_glibc_exact, address_of(g, chunk), need * UNIT, goes, 0);
	if (goes)
		cache_put(caller, bin, chunk, (uint32_t)need, USE_NONE);
	return goes;
}

/* Goes through unsorted; gives a chunk that serves the request, else 0. */
static uint32_t sort_unsorted(const struct caller *caller, struct sorting *sorting)
{
	struct glibc *g = caller->g;
	struct arena *arena = caller->arena;
	uint32_t chunk, binned = 0;

	while ((chunk = bin_last(g, arena, UNSORTED)) != 0) {
		if (is_last_remainder(caller, chunk, sorting->need))
			return cut_remainder(caller, chunk, (uint32_t)sorting->need);
		if (chunk_size(g, chunk) == sorting->need) {
			bins_take_from(g, arena, UNSORTED, chunk);
			if (!is_cached(caller, chunk, sorting->need))
				return chunk;
			sorting->has_cached = true;
			continue;
		}
		bins_sort(g, arena, chunk);
		sorting->binned++;
		if (++binned >= UNSORTED_STEPS)
			break;
	}
	if (!sorting->has_cached)
		return 0;
	chunk = cache_take(caller, sorting->need);
	memory_set_state(g, chunk, CHUNK_HELD);
	return chunk;
}

/* Of the bins, the smallest that fits; 0: none does. */
static uint32_t take_binned(const struct caller *caller, uint64_t need)
{
	struct glibc *g = caller->g;
	struct arena *arena = caller->arena;
	uint32_t bin = bin_of_size(need),
		 chunk = need < SMALL_LIMIT ? 0 : bins_best(g, arena, bin, need);

	if (chunk) {
		decide(&g->engine, &decision_glibc_large_best, address_of(g, chunk),
			chunk_size(g, chunk) * UNIT, bin, 0);
		return cut(caller, bin, chunk, (uint32_t)need, false);
	}
	bin = bins_next(g, arena, bin + 1);
	if (!bin)
		return 0;
	chunk = bin_last(g, arena, bin);
	assert(chunk != 0 && chunk_size(g, chunk) >= need);
	decide(&g->engine, &decision_glibc_bin_above, address_of(g, chunk),
		chunk_size(g, chunk) * UNIT, bin, 0);
	return cut(caller, bin, chunk, (uint32_t)need, need < SMALL_LIMIT);
}

static uint32_t take_sorted(const struct caller *caller, struct sorting *sorting)
{
	struct glibc *g = caller->g;
	uint32_t chunk = sort_unsorted(caller, sorting);

	if (sorting->binned) {
		decide(&g->engine, &decision_glibc_binned, sorting->binned, 0, 0, 0);
		sorting->binned = 0;
	}
	return chunk ? chunk : take_binned(caller, sorting->need);
}

static bool top_serves(const struct glibc *g, const struct arena *arena, uint64_t need)
{
	return arena->top && chunk_size(g, arena->top) >= need + CHUNK_MIN;
}

struct taken arena_take(const struct caller *caller, uint64_t need)
{
	struct glibc *g = caller->g;
	struct arena *arena = caller->arena;
	struct sorting sorting = {.need = need};
	uint32_t chunk = take_exact(caller, need);

	if (chunk)
		return (struct taken){.chunk = chunk};
	if (need >= SMALL_LIMIT && arena->has_fast)
		arena_consolidate(g, arena);
	for (;;) {
		chunk = take_sorted(caller, &sorting);
		if (!chunk && top_serves(g, arena, need))
			chunk = top_cut(g, arena, (uint32_t)need);
		if (chunk)
			return (struct taken){.chunk = chunk};
		if (!arena->has_fast)
			return system_take(caller, need);
		arena_consolidate(g, arena);
	}
}
