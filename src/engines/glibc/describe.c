/*
 * See describe.h.  What a chunk's owner may use reaches 8 bytes into the next chunk, so what is
 * shown of a chunk begins and ends 8 bytes after it does: the first 8 bytes of a heap belong to no
 * chunk, and its last chunk is 8 bytes shorter.
 */
#include "engines/glibc/describe.h"

#include "engines/glibc/bins.h"
#include "engines/glibc/heaps.h"
#include "engines/glibc/maps.h"

#include <inttypes.h>
#include <stdio.h>

#define SHIFT 8u

/* A stretch of memory with chunks: the main heap, or one of another arena. */
struct heap_stretch {
	uint64_t base;
	uint64_t end;
	uint64_t first;   /* address of its first chunk */
	uint32_t segment; /* the first of them */
};

static bool main_stretch(const struct glibc *g, struct heap_stretch *ret_stretch)
{
	const struct process *process = process_of(g);

	*ret_stretch = (struct heap_stretch){.base = process->base,
		.end = process->base + arena_at(g, 0)->system,
		.first = process->base};
	return process->base != 0;
}

static struct heap_stretch heap_stretch(const struct glibc *g, const struct map *map)
{
	uint32_t segment = map->segment;
	const struct segment *heap = segment_at(g, segment);
	bool is_first = heap->before == 0;

	return (struct heap_stretch){heap->base, heap->base + heap->bytes,
		heap->base + heap_lead(g, is_first), segment};
}

static uint32_t spot_in(const struct glibc *g, const struct heap_stretch *stretch, uint64_t address)
{
	uint64_t units = (address - segment_at(g, stretch->segment)->base) / UNIT;

	return (stretch->segment << SEGMENT_BITS) + (uint32_t)units;
}

/* The stretch that holds the address. */
static bool stretch_at(const struct glibc *g, uint64_t address, struct heap_stretch *ret_stretch)
{
	if (main_stretch(g, ret_stretch) &&
		address - ret_stretch->base < ret_stretch->end - ret_stretch->base)
		return true;
	const struct map *map = map_at(g, address);
	if (!map || !map_is_heap(map))
		return false;
	*ret_stretch = heap_stretch(g, map);
	return address < ret_stretch->end;
}

uint32_t spot_in_heaps(const struct glibc *g, uint64_t address)
{
	struct heap_stretch stretch;

	if (!stretch_at(g, address, &stretch) || address < stretch.first)
		return 0;
	return spot_in(g, &stretch, address);
}

/* ---- regions ------------------------------------------------------------------------------- */

size_t glibc_region_count(const struct engine *engine)
{
	const struct glibc *g = glibc_of_const(engine);

	return (process_of(g)->base != 0) + g->maps.count;
}

/* Bytes in use of all chunks: no chunk in use is the last of a heap. */
static uint64_t used_in_stretch(const struct glibc *g, const struct heap_stretch *stretch)
{
	uint32_t segments = stretch->segment ? stretch->segment + 1 : process_of(g)->segments;
	uint64_t used = 0;

	for (uint32_t i = stretch->segment; i < segments; i++)
		used += memory_used_in(g, i);
	return used * UNIT;
}

static void describe_stretch(const struct glibc *g, const struct heap_stretch *stretch,
	struct region *ret_region)
{
	*ret_region = (struct region){
		.kind = REGION_HEAP,
		.base = stretch->base,
		.size = stretch->end - stretch->base,
		.used = used_in_stretch(g, stretch),
	};
}

void glibc_region(const struct engine *engine, size_t at, struct region *ret_region)
{
	const struct glibc *g = glibc_of_const(engine);
	struct heap_stretch stretch;

	if (main_stretch(g, &stretch) && at == 0) {
		describe_stretch(g, &stretch, ret_region);
		snprintf(ret_region->name, sizeof(ret_region->name), "heap");
		return;
	}
	const struct map *map = flat_at(&g->maps, struct map, at - (stretch.base != 0));
	if (map_is_heap(map)) {
		stretch = heap_stretch(g, map);
		describe_stretch(g, &stretch, ret_region);
		ret_region->kind = REGION_ARENA;
		ret_region->serial = segment_at(g, stretch.segment)->arena;
		snprintf(ret_region->name, sizeof(ret_region->name), "arena %" PRIu32,
			ret_region->serial);
		return;
	}
	*ret_region = (struct region){
		.kind = REGION_MAPPING,
		.serial = (uint32_t)map->serial,
		.base = map->base,
		.size = map->bytes,
		.used = map->is_own ? 0 : map->bytes,
	};
	snprintf(ret_region->name, sizeof(ret_region->name), "%s %" PRIu64,
		map->is_own ? "tcache" : "map", map->serial);
}

/* ---- spans --------------------------------------------------------------------------------- */

/* A walk over spans that overlap [from, to). */
struct span_walk {
	uint64_t from, to;
	span_visit *visit;
	void *user;
};

/* false: the visitor has had enough. */
static bool meet(const struct span_walk *walk, const struct span *span)
{
	if (span->size == 0 || span->base >= walk->to || span->base + span->size <= walk->from)
		return true;
	return walk->visit(span, walk->user);
}

/* A span of that state; kind: 1 + an enum glibc_kind. */
struct shown {
	uint8_t span, kind;
};

static const struct shown states_shown[CHUNK_STATES] = {
	[CHUNK_USED] = {SPAN_USED, 0},
	[CHUNK_OWN] = {SPAN_HEADER, 0},
	[CHUNK_FENCE] = {SPAN_HEADER, 0},
	[CHUNK_CACHED] = {SPAN_FREE, 1 + KIND_CACHED},
	[CHUNK_FAST] = {SPAN_FREE, 1 + KIND_FAST},
	[CHUNK_UNSORTED] = {SPAN_FREE, 1 + KIND_UNSORTED},
	[CHUNK_SMALL] = {SPAN_FREE, 1 + KIND_SMALL},
	[CHUNK_LARGE] = {SPAN_FREE, 1 + KIND_LARGE},
	[CHUNK_TOP] = {SPAN_VIRGIN, 1 + KIND_TOP},
};

static bool walk_stretch(const struct glibc *g, const struct heap_stretch *stretch,
	const struct span_walk *walk)
{
	const struct span lead = {.state = SPAN_HEADER,
		.base = stretch->base,
		.size = stretch->first + SHIFT - stretch->base};

	if (walk->from >= stretch->end || walk->to <= stretch->base)
		return true;
	if (!meet(walk, &lead))
		return false;
	uint64_t start = walk->from > stretch->first + SHIFT ? walk->from - SHIFT : stretch->first;
	uint32_t chunk = memory_chunk_at(g, spot_in(g, stretch, start));
	for (uint64_t at = address_of(g, chunk); at < stretch->end && at < walk->to;) {
		enum chunk_state state = chunk_state(g, chunk);
		uint64_t size = (uint64_t)chunk_size(g, chunk) * UNIT, next = at + size;
		const struct span span = {
			.state = (enum span_state)states_shown[state].span,
			.kind = states_shown[state].kind,
			.base = at + SHIFT,
			.size = next == stretch->end ? size - SHIFT : size,
			.payload = state == CHUNK_USED ? at + UNIT : 0,
		};
		if (!meet(walk, &span))
			return false;
		chunk += chunk_size(g, chunk);
		at = next;
	}
	return true;
}

static bool walk_map(const struct map *map, const struct span_walk *walk)
{
	const struct span span = {.state = map->is_own ? SPAN_HEADER : SPAN_USED,
		.base = map->base,
		.size = map->bytes,
		.payload = map->is_own ? 0 : map_payload(map)};

	return meet(walk, &span);
}

void glibc_spans(const struct engine *engine, uint64_t from, uint64_t to, span_visit *visit,
	void *user)
{
	const struct glibc *g = glibc_of_const(engine);
	const struct span_walk walk = {from, to, visit, user};
	struct heap_stretch stretch;
	size_t at = map_place(g, from);

	if (main_stretch(g, &stretch) && !walk_stretch(g, &stretch, &walk))
		return;
	at -= at > 0; /* the one before may reach into the range */
	for (; at < g->maps.count; at++) {
		const struct map *map = flat_at(&g->maps, struct map, at);
		if (map->base >= to)
			return;
		if (map_is_heap(map)) {
			stretch = heap_stretch(g, map);
			if (!walk_stretch(g, &stretch, &walk))
				return;
		} else if (!walk_map(map, &walk)) {
			return;
		}
	}
}

/* An end of a range: its spot, and the bytes in use of the unit there that are before it. */
struct range_end {
	uint32_t spot;
	uint64_t part;
};

static struct range_end end_at(const struct glibc *g, const struct heap_stretch *stretch,
	uint64_t address)
{
	uint64_t first = stretch->first + SHIFT;
	uint64_t within = (address < first                 ? first
				  : address > stretch->end ? stretch->end
							   : address) -
			  SHIFT;
	struct range_end end = {spot_in(g, stretch, within), 0};
	uint32_t chunk = within % UNIT ? memory_chunk_at(g, end.spot) : 0;

	if (chunk && chunk_state(g, chunk) == CHUNK_USED)
		end.part = within % UNIT;
	return end;
}

static uint64_t used_of_stretch(const struct glibc *g, const struct heap_stretch *stretch,
	uint64_t from, uint64_t to)
{
	if (from >= stretch->end || to <= stretch->base)
		return 0;
	const struct range_end begin = end_at(g, stretch, from), end = end_at(g, stretch, to);
	return memory_used_between(g, begin.spot, end.spot) * UNIT + end.part - begin.part;
}

uint64_t glibc_used_between(const struct engine *engine, uint64_t from, uint64_t to)
{
	const struct glibc *g = glibc_of_const(engine);
	struct heap_stretch stretch;
	uint64_t used = 0;
	size_t at = map_place(g, from);

	if (from >= to)
		return 0;
	if (main_stretch(g, &stretch))
		used += used_of_stretch(g, &stretch, from, to);
	for (at -= at > 0; at < g->maps.count; at++) {
		const struct map *map = flat_at(&g->maps, struct map, at);
		if (map->base >= to)
			break;
		if (map_is_heap(map)) {
			stretch = heap_stretch(g, map);
			used += used_of_stretch(g, &stretch, from, to);
			continue;
		}
		if (map->is_own)
			continue;
		uint64_t begin = map->base > from ? map->base : from;
		uint64_t end = map->base + map->bytes < to ? map->base + map->bytes : to;
		used += begin < end ? end - begin : 0;
	}
	return used;
}

/* ---- totals -------------------------------------------------------------------------------- */

/* Of all heaps: how many, and what they hold. */
static uint64_t held_by_heaps(const struct glibc *g)
{
	uint64_t held = 0;

	for (size_t i = 0; i < g->arenas.count; i++)
		held += arena_at(g, (uint32_t)i)->system;
	return held;
}

static uint64_t unused_of(const struct glibc *g)
{
	uint64_t unused = 0;

	for (uint32_t i = 0; i < g->arenas.count; i++)
		if (arena_at(g, i)->top)
			unused += (uint64_t)chunk_size(g, arena_at(g, i)->top) * UNIT - SHIFT;
	return unused;
}

/* Of the main heap and all others. */
static uint64_t used_units(const struct glibc *g)
{
	uint64_t used = 0;

	for (uint32_t i = 0; i < SEGMENTS; i++)
		used += segment_at(g, i)->base ? memory_used_in(g, i) : 0;
	return used;
}

/* Free chunks: how many, their units, the squares of those, and the units of the largest. */
struct free_sum {
	uint64_t chunks, units, squares, largest;
};

static void add_size(struct free_sum *sum, uint64_t units)
{
	sum->largest = units > sum->largest ? units : sum->largest;
}

static void add_free(struct free_sum *sum, uint64_t chunks, uint64_t units)
{
	sum->chunks += chunks;
	sum->units += chunks * units;
	sum->squares += chunks * units * units;
	add_size(sum, chunks > 0 ? units : 0);
}

/* Bins from the largest sizes on, whose first chunk is their largest; grows with unsorted. */
static void add_bins(const struct glibc *g, const struct arena *arena, struct free_sum *sum)
{
	uint32_t bin = BINS - 1;

	for (uint32_t i = UNSORTED; i < BINS; i++)
		sum->chunks += arena->counts[i];
	while (bin > UNSORTED && arena->counts[bin] == 0)
		bin--;
	if (bin > UNSORTED)
		add_size(sum, chunk_size(g, bin_first(g, arena, bin)));
	for (uint32_t at = bin_first(g, arena, UNSORTED); at && at != bin_head(arena, UNSORTED);
		at = link_of(g, at)->low)
		add_size(sum, chunk_size(g, at));
}

static void add_cache(const struct glibc *g, const struct cache *cache, struct free_sum *sum)
{
	for (uint32_t bin = 0; bin < CACHE_SMALL; bin++)
		add_free(sum, cache->counts[bin], bin + CHUNK_MIN);
	for (uint32_t bin = CACHE_SMALL; bin < CACHE_BINS; bin++)
		for (uint32_t at = cache->heads[bin]; at; at = link_of(g, at)->low)
			add_free(sum, 1, chunk_size(g, at));
}

static struct free_sum free_sum_of(const struct glibc *g)
{
	struct free_sum sum = {.units = process_of(g)->free_units,
		.squares = process_of(g)->free_squares};

	for (size_t i = 0; i < caches_count(g); i++)
		add_cache(g, cache_at(g, i), &sum);
	for (uint32_t i = 0; i < g->arenas.count; i++) {
		const struct arena *arena = arena_at(g, i);
		for (uint32_t units = CHUNK_MIN; units < FAST_CLASSES; units++)
			add_free(&sum, arena->fast_counts[units], units);
		add_bins(g, arena, &sum);
	}
	return sum;
}

void glibc_totals(const struct engine *engine, struct totals *ret_totals)
{
	const struct glibc *g = glibc_of_const(engine);
	const struct process *process = process_of(g);
	const struct free_sum free = free_sum_of(g);
	uint64_t heaps = process->heaps + (process->base != 0);

	*ret_totals = (struct totals){
		.reserved = held_by_heaps(g) + process->mapped,
		.blocks = used_units(g) * UNIT - process->blocks * SHIFT + process->mapped -
			  process->map_headers,
		.available = free.units * UNIT,
		.unused = unused_of(g),
		.regions = heaps + process->nmaps,
		.regions_total = process->regions_total,
		.regions_peak = process->regions_peak,
		.free_spans = free.chunks,
		.largest_free = free.largest * UNIT,
		.free_squares = (double)free.squares * UNIT * UNIT,
		.blocks_live = process->blocks + process->nmaps - process->own_maps,
	};
	ret_totals->headers = ret_totals->reserved - ret_totals->blocks - ret_totals->available -
			      ret_totals->unused;
}
