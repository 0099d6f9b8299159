/*
 * What must hold of all that is known: everything that is kept up to date is derived again from the
 * chunks, and compared.
 */
#include "engines/glibc/describe.h"
#include "engines/glibc/heaps.h"
#include "engines/glibc/library.h"
#include "engines/glibc/maps.h"
#include "engines/glibc/releases.h"

#include "base/error.h"

#include <inttypes.h>
#include <string.h>

/* What a walk over all chunks finds. */
struct chunk_census {
	uint64_t blocks;                   /* in use */
	uint64_t free_units, free_squares; /* in bins */
	uint64_t by_state[CHUNK_STATES];
	uint64_t chunks;
};

static int check_chunk(const struct glibc *g, uint32_t chunk, uint32_t before,
	struct chunk_census *found, struct error *err)
{
	enum chunk_state state = chunk_state(g, chunk);
	uint32_t size = chunk_size(g, chunk);

	if (state == CHUNK_NONE || state == CHUNK_HELD || state >= CHUNK_STATES || size == 0)
		return error_set(err, "glibc: no chunk begins at 0x%" PRIx64 ", where one ends",
			address_of(g, chunk));
	if (state != CHUNK_FENCE && size < CHUNK_MIN)
		return error_set(err, "glibc: the chunk at 0x%" PRIx64 " is too short",
			address_of(g, chunk));
	if (word_at(g, chunk)->low != before)
		return error_set(err,
			"glibc: the chunk at 0x%" PRIx64 " has a wrong size of the one before",
			address_of(g, chunk));
	if (before && chunk_merges(state) && chunk_merges(chunk_state(g, chunk - before)))
		return error_set(err, "glibc: two free chunks touch at 0x%" PRIx64,
			address_of(g, chunk));
	if (memory_chunk_at(g, chunk + size - 1) != chunk)
		return error_set(err, "glibc: the chunk at 0x%" PRIx64 " is not found by its end",
			address_of(g, chunk));
	if (use_of(state) == USE_BLOCK) {
		found->blocks++;
	} else if (use_of(state) == USE_FREE) {
		found->free_units += size;
		found->free_squares += (uint64_t)size * size;
	}
	found->by_state[state]++;
	found->chunks++;
	return 0;
}

/*
 * The chunks of a heap follow each other from its first to its end; ends gives true for the last
 * one.
 */
static int check_heap(const struct glibc *g, uint32_t chunk, uint64_t end,
	struct chunk_census *found, struct error *err)
{
	uint32_t before = 0, last = 0;

	while (address_of(g, chunk) < end) {
		if (check_chunk(g, chunk, before, found, err) < 0)
			return -1;
		last = chunk;
		before = chunk_size(g, chunk);
		if (address_of(g, chunk) + (uint64_t)before * UNIT >= end)
			break;
		chunk += before;
	}
	if (address_of(g, last) + (uint64_t)before * UNIT != end)
		return error_set(err, "glibc: the chunks of a heap do not end where it does");
	if (chunk_state(g, last) != CHUNK_TOP && chunk_state(g, last) != CHUNK_FENCE)
		return error_set(err, "glibc: the last chunk of a heap is neither top nor a fence");
	if (chunk_state(g, last) == CHUNK_TOP && arena_of(g, last)->top != last)
		return error_set(err, "glibc: the last chunk of a heap is not its arena's top");
	return 0;
}

static int check_heaps(const struct glibc *g, struct chunk_census *found, struct error *err)
{
	const struct process *process = process_of(g);
	uint32_t heaps = 0;

	if (process->base &&
		check_heap(g, MAIN_FIRST, process->base + arena_at(g, 0)->system, found, err) < 0)
		return -1;
	for (size_t i = 0; i < g->maps.count; i++) {
		const struct map *map = flat_at(&g->maps, struct map, i);
		if (!map_is_heap(map))
			continue;
		if (map->segment >= SEGMENTS)
			return error_set(err, "glibc: a map has a segment that does not exist");
		const struct segment *heap = segment_at(g, map->segment);
		uint32_t first =
			(map->segment << SEGMENT_BITS) + heap_lead(g, heap->before == 0) / UNIT;
		heaps++;
		if (heap->base != map->base || map->bytes != SEGMENT_BYTES || map->lead ||
			map->serial || map->is_own)
			return error_set(err, "glibc: a heap's segment is not that of its map");
		if (check_heap(g, first, heap->base + heap->bytes, found, err) < 0)
			return -1;
	}
	if (heaps != process->heaps)
		return error_set(err, "glibc: %" PRIu32 " heaps, %" PRIu32 " counted", heaps,
			process->heaps);
	return 0;
}

/* ---- arenas, threads, thresholds ------------------------------------------------------------ */

/* The heaps of an arena are those that lead from its top back to its first one. */
static int check_arena(const struct glibc *g, uint32_t number, uint32_t *heaps, struct error *err)
{
	const struct arena *arena = arena_at(g, number);
	uint64_t system = 0, segment = arena->top >> SEGMENT_BITS;
	uint32_t users = 0;

	for (size_t i = 0; i < caches_count(g); i++) {
		const struct cache *cache = cache_at(g, i);
		users += cache->is_attached && cache->arena == number;
	}
	if (users != arena->users || arena->has_fast > 1)
		return error_set(err, "glibc: arena %" PRIu32 " has other threads", number);
	for (; number > 0 && segment; segment = segment_at(g, (uint32_t)segment)->before) {
		const struct segment *heap = segment_at(g, (uint32_t)segment);
		if (heap->arena != number || ++*heaps > process_of(g)->heaps)
			return error_set(err, "glibc: arena %" PRIu32 " has a heap of another",
				number);
		system += heap->bytes;
	}
	if (number > 0 && system != arena->system)
		return error_set(err, "glibc: arena %" PRIu32 " does not add up", number);
	if (arena->system % PAGE_BYTES || arena->system_max % PAGE_BYTES ||
		arena->system > arena->system_max)
		return error_set(err, "glibc: arena %" PRIu32 " had less than it has", number);
	return 0;
}

/* Those that threads have left: each once, and without a thread; no other is linked. */
static int check_left(const struct glibc *g, struct error *err)
{
	uint32_t n = 0, linked = 0;

	for (uint32_t at = process_of(g)->left; at; at = arena_at(g, at - 1)->next_left)
		if (at > g->arenas.count || arena_at(g, at - 1)->users > 0 || ++n > g->arenas.count)
			return error_set(err, "glibc: an arena that was left is in use");
	for (uint32_t i = 0; i < g->arenas.count; i++)
		linked += arena_at(g, i)->next_left != 0;
	if (linked != (n ? n - 1 : 0))
		return error_set(err, "glibc: an arena that was not left is linked");
	return 0;
}

/* Thresholds are as they were set, or have moved together. */
static bool has_sound_thresholds(const struct process *process, const struct process *set)
{
	if (process->mmap_threshold == set->mmap_threshold &&
		process->trim_threshold == set->trim_threshold)
		return true;
	return !set->is_pinned && process->mmap_threshold >= set->mmap_threshold &&
	       process->mmap_threshold < MMAP_MAX &&
	       process->trim_threshold == 2 * process->mmap_threshold;
}

/* Other code's memory begins where the heap ends. */
static bool has_sound_break(const struct glibc *g)
{
	const struct process *process = process_of(g);

	return process->foreign_break == 0 ||
	       (g->settings.first_break &&
		       process->foreign_break > process->base + arena_at(g, 0)->system);
}

/* As at the start and changed since. */
static bool has_sound_settings(const struct glibc *g)
{
	const struct process *process = process_of(g);
	struct process set;
	bool is_tuned = false; /* then thresholds may have moved before they were pinned */

	settings_begin(&g->settings, &set);
	for (size_t i = 0; i < g->changes.count; i++) {
		const struct change *change = flat_at(&g->changes, struct change, i);
		if (change->word >= LIBC_WORD_COUNT || (change->word == LIBC_EXEC && i > 0))
			return false;
		change_apply(change, &g->settings, &set);
		is_tuned |= change->word != LIBC_EXEC;
	}
	return (is_tuned || has_sound_thresholds(process, &set)) &&
	       process->top_pad == set.top_pad && process->maps_max == set.maps_max &&
	       process->fast_max == set.fast_max && process->arena_max == set.arena_max &&
	       process->is_pinned == set.is_pinned && has_sound_break(g) &&
	       process->first_break == set.first_break && process->main_thread == set.main_thread;
}

static int check_process(const struct glibc *g, struct error *err)
{
	const struct process *process = process_of(g);
	uint64_t regions = (process->base != 0) + g->maps.count;
	uint32_t heaps = 0;

	for (uint32_t i = 0; i < g->arenas.count; i++)
		if (check_arena(g, i, &heaps, err) < 0)
			return -1;
	if (check_left(g, err) < 0)
		return -1;
	if (heaps != process->heaps || process->turn >= g->arenas.count)
		return error_set(err, "glibc: a heap is of no arena");
	if (!has_sound_settings(g))
		return error_set(err, "glibc: the settings do not fit each other");
	if (process->regions_peak < regions || process->regions_total < process->regions_peak)
		return error_set(err, "glibc: there were fewer regions than there are");
	return 0;
}

/* ---- lists --------------------------------------------------------------------------------- */

/* The part of a tree (bins.c) below a chunk; gives how many chunks it has, -1: it is broken. */
static int64_t count_tree(const struct glibc *g, uint32_t chunk, uint64_t from, uint64_t to)
{
	const struct word *tree = tree_of(g, chunk);
	uint64_t size = chunk_size(g, chunk);
	int64_t smaller = 0, larger = 0;

	if (chunk_state(g, chunk) != CHUNK_LARGE || !skip_of(g, chunk)->low || size < from ||
		size >= to)
		return -1;
	if (tree->low)
		smaller = count_tree(g, tree->low, from, size);
	if (tree->high)
		larger = count_tree(g, tree->high, size + 1, to);
	return smaller < 0 || larger < 0 ? -1 : smaller + 1 + larger;
}

static int check_tree(const struct glibc *g, uint32_t root, uint32_t leaders, struct error *err)
{
	int64_t n = root ? count_tree(g, root, SMALL_LIMIT, UINT64_MAX) : 0;

	return n == leaders ? 0 : error_set(err, "glibc: a tree of sizes is broken");
}

static int check_bin(const struct glibc *g, const struct arena *arena, uint32_t bin,
	struct error *err)
{
	uint32_t head = bin_head(arena, bin), before = head, n = 0, leader = 0, leaders = 0;
	enum chunk_state state = bin == UNSORTED     ? CHUNK_UNSORTED
				 : bin < SMALL_LIMIT ? CHUNK_SMALL
						     : CHUNK_LARGE;

	for (uint32_t at = link_of(g, head)->low; at != head; at = link_of(g, at)->low) {
		uint32_t size = chunk_size(g, at);
		if (chunk_state(g, at) != state || link_of(g, at)->high != before ||
			++n > arena->counts[bin])
			return error_set(err, "glibc: bin %" PRIu32 ": a broken link at 0x%" PRIx64,
				bin, address_of(g, at));
		if (state != CHUNK_UNSORTED && bin_of_size(size) != bin)
			return error_set(err, "glibc: bin %" PRIu32 " has a chunk of another", bin);
		if (state == CHUNK_LARGE && before != head && chunk_size(g, before) < size)
			return error_set(err, "glibc: bin %" PRIu32 " is not sorted", bin);
		bool leads =
			state == CHUNK_LARGE && (before == head || chunk_size(g, before) != size);
		if (state == CHUNK_LARGE && leads != (skip_of(g, at)->low != 0))
			return error_set(err, "glibc: bin %" PRIu32 ": the skip list misses a size",
				bin);
		if (leads && leader &&
			(skip_of(g, leader)->low != at || skip_of(g, at)->high != leader))
			return error_set(err, "glibc: bin %" PRIu32 ": the skip list is broken",
				bin);
		if (leads && bins_group(g, arena, bin, size) != at)
			return error_set(err, "glibc: bin %" PRIu32 ": a size is not found", bin);
		leader = leads ? at : leader;
		leaders += leads;
		before = at;
	}
	if (link_of(g, head)->high != before || n != arena->counts[bin])
		return error_set(err,
			"glibc: bin %" PRIu32 " has %" PRIu32 " chunks, %" PRIu32 " counted", bin,
			n, arena->counts[bin]);
	if (leader && skip_of(g, leader)->low != link_of(g, head)->low)
		return error_set(err, "glibc: bin %" PRIu32 ": the skip list is no ring", bin);
	if (bin >= SMALL_LIMIT && check_tree(g, arena->roots[bin - SMALL_LIMIT], leaders, err) < 0)
		return -1;
	if (n > 0 && bin > UNSORTED && !(arena->map[bin / 32] & 1u << bin % 32))
		return error_set(err, "glibc: bin %" PRIu32 " has chunks, but no bit in the map",
			bin);
	return 0;
}

/* Adds the chunks of the fast bins to *chunks. */
static int check_fast(const struct glibc *g, const struct arena *arena, uint64_t *chunks,
	struct error *err)
{
	uint32_t all = 0;

	for (uint32_t size = 0; size < FAST_CLASSES; size++) {
		uint32_t n = 0;
		for (uint32_t at = arena->heads[size]; at; at = link_of(g, at)->low, n++)
			if (chunk_state(g, at) != CHUNK_FAST || chunk_size(g, at) != size ||
				n > arena->fast_counts[size])
				return error_set(err,
					"glibc: the fast bin of %" PRIu32 " is broken",
					size * UNIT);
		if (n != arena->fast_counts[size])
			return error_set(err, "glibc: the fast bin of %" PRIu32 " is miscounted",
				size * UNIT);
		all += n;
	}
	if (all > 0 && !arena->has_fast)
		return error_set(err, "glibc: fast chunks that no one would find");
	*chunks += all;
	return 0;
}

static int check_cache(const struct glibc *g, const struct cache *cache, struct error *err)
{
	bool is_ready = cache->state == CACHE_READY;
	const struct map *map = cache->map ? map_at(g, cache->map) : NULL;

	if (cache->state > CACHE_OFF || is_ready != (cache->chunk != 0 || cache->map != 0) ||
		(cache->chunk && (cache->map || chunk_state(g, cache->chunk) != CHUNK_OWN)) ||
		(cache->map && (!map || !map->is_own || map->lead || map->base != cache->map)))
		return error_set(err, "glibc: a tcache is nowhere");
	if (cache->is_attached > 1 || cache->arena >= g->arenas.count ||
		(!cache->is_attached && cache->arena))
		return error_set(err, "glibc: a thread has an arena that does not exist");
	return 0;
}

/* Gives how many chunks the caches have, in *ret_chunks. */
static int check_caches(const struct glibc *g, uint64_t *ret_chunks, struct error *err)
{
	*ret_chunks = 0;
	for (size_t i = 0; i < caches_count(g); i++) {
		const struct cache *cache = cache_at(g, i);
		if (check_cache(g, cache, err) < 0)
			return -1;
		for (uint32_t bin = 0; bin < CACHE_BINS; bin++) {
			uint32_t n = 0;
			for (uint32_t at = cache->heads[bin]; at; at = link_of(g, at)->low, n++)
				if (chunk_state(g, at) != CHUNK_CACHED || n > cache->counts[bin] ||
					cache_bin(&g->settings, chunk_size(g, at)) != bin)
					return error_set(err,
						"glibc: tcache bin %" PRIu32 " is broken", bin);
			if (n != cache->counts[bin] || n > g->settings.cache_count)
				return error_set(err, "glibc: tcache bin %" PRIu32 " is miscounted",
					bin);
			*ret_chunks += n;
		}
	}
	return 0;
}

static int check_lists(const struct glibc *g, const struct chunk_census *found, struct error *err)
{
	uint64_t binned = 0, fast = 0, cached;

	for (uint32_t i = 0; i < g->arenas.count; i++) {
		const struct arena *arena = arena_at(g, i);
		for (uint32_t bin = UNSORTED; arena->top && bin < BINS; bin++) {
			if (check_bin(g, arena, bin, err) < 0)
				return -1;
			binned += arena->counts[bin];
		}
		if (arena->counts[0] || arena->map[0] & 1u)
			return error_set(err, "glibc: the bin 0 has chunks");
		if (check_fast(g, arena, &fast, err) < 0)
			return -1;
	}
	if (caches_check(g, err) < 0 || check_caches(g, &cached, err) < 0)
		return -1;
	if (binned != found->by_state[CHUNK_UNSORTED] + found->by_state[CHUNK_SMALL] +
			      found->by_state[CHUNK_LARGE])
		return error_set(err, "glibc: a free chunk is in no bin");
	if (fast != found->by_state[CHUNK_FAST] || cached != found->by_state[CHUNK_CACHED])
		return error_set(err, "glibc: a chunk is in no fast bin, or in no tcache");
	return 0;
}

/* ---- maps, sums ---------------------------------------------------------------------------- */

static uint32_t mapped_caches(const struct glibc *g)
{
	uint32_t n = 0;

	for (size_t i = 0; i < caches_count(g); i++)
		n += cache_at(g, i)->map != 0;
	return n;
}

static int check_maps(const struct glibc *g, struct error *err)
{
	const struct process *process = process_of(g);
	uint64_t end = 0, mapped = 0, headers = 0;
	uint32_t n = 0, own = 0;

	for (size_t i = 0; i < g->maps.count; i++) {
		const struct map *map = flat_at(&g->maps, struct map, i);
		if (map->base < end)
			return error_set(err, "glibc: two maps overlap at 0x%" PRIx64, map->base);
		end = map->base + map->bytes;
		if (map_is_heap(map))
			continue;
		if (map->serial >= process->maps_total)
			return error_set(err, "glibc: a map has a number that was not given");
		n++;
		own += map->is_own;
		mapped += map->bytes;
		headers += map_overhead(g, map);
	}
	if (n != process->nmaps || own != process->own_maps || mapped != process->mapped ||
		headers != process->map_headers)
		return error_set(err, "glibc: the maps do not add up");
	if (own != mapped_caches(g))
		return error_set(err, "glibc: a map is kept for no tcache");
	return 0;
}

int glibc_check(const struct engine *engine, struct error *err)
{
	const struct glibc *g = glibc_of_const(engine);
	const struct process *process = process_of(g);
	struct chunk_census found = {0};
	struct totals totals;
	uint64_t chunks;

	if (memory_check(g, &chunks, err) < 0 || check_process(g, err) < 0 ||
		check_heaps(g, &found, err) < 0 || check_lists(g, &found, err) < 0 ||
		check_maps(g, err) < 0)
		return -1;
	if (found.blocks != process->blocks || found.free_units != process->free_units ||
		found.free_squares != process->free_squares || chunks != found.chunks)
		return error_set(err, "glibc: the chunks do not add up");
	glibc_totals(engine, &totals);
	if (totals.headers > totals.reserved)
		return error_set(err, "glibc: more is used than held");
	return 0;
}
