/*
 * malloc of the GNU C library (ptmalloc), chunk for chunk.  The files of this folder:
 *
 *	state.h     what is known, and its words
 *	memory      which chunks there are, and the words in them
 *	bins        the lists of free chunks
 *	cache       tcaches
 *	take, give  out of an arena, and back
 *	resize, align
 *	system, heaps, maps    the break, heaps of further arenas, mappings
 *	misuse      a pointer that is freed again
 *	library     what is no request: the ends of threads, mallopt(), another program
 *	recorded_places    where the recorded program had what the system chose
 *	follow      where it had a block, against what the model says
 *	releases    what differs from release to release; options
 *	describe, lists, words, fields    what the engine shows of itself
 *	figures, check    what the library prints, and what must hold
 *
 * Here: the calls of the library, one after another.
 */
#include "engines/glibc/decisions.h"
#include "engines/glibc/describe.h"
#include "engines/glibc/follow.h"
#include "engines/glibc/heaps.h"
#include "engines/glibc/library.h"
#include "engines/glibc/maps.h"
#include "engines/glibc/misuse.h"
#include "engines/glibc/recorded_places.h"
#include "engines/glibc/releases.h"

#include "base/error.h"
#include "flat/index.h"

static enum outcome no_memory(struct glibc *g, uint64_t size)
{
	g->engine.happened |= HAPPENED_NO_MEMORY;
	decide(&g->engine, &decision_no_memory, size, 0, 0, 0);
	return OUTCOME_NO_MEMORY;
}

static enum outcome invalid(struct glibc *g, uint64_t address)
{
	g->engine.happened |= HAPPENED_INVALID;
	decide(&g->engine, &decision_invalid, address, 0, 0, 0);
	return OUTCOME_INVALID;
}

static enum outcome placed(struct glibc *g, const struct taken *taken, uint64_t size,
	struct placement *ret_placement)
{
	if (taken->chunk) {
		uint32_t units = chunk_size(g, taken->chunk);
		if (chunk_state(g, taken->chunk) != CHUNK_USED)
			state_change(g, taken->chunk, units, USE_NONE, CHUNK_USED);
		if (g->recorded)
			recorded_place_heap(g, taken->chunk >> SEGMENT_BITS);
		*ret_placement = (struct placement){address_of(g, taken->chunk) + UNIT,
			(uint64_t)units * UNIT - 8, 0};
	} else if (taken->map) {
		*ret_placement =
			(struct placement){map_payload(taken->map), map_usable(g, taken->map), 0};
	} else {
		return no_memory(g, size);
	}
	return OUTCOME_PLACED;
}

/* What lives at an address that the program has: a chunk in use, or a map. */
static bool find(const struct glibc *g, uint64_t address, struct taken *ret_found)
{
	uint32_t chunk = spot_at(g, address - UNIT);

	*ret_found = (struct taken){0};
	if (address % UNIT)
		return false;
	if (chunk) {
		ret_found->chunk = chunk;
		return chunk_state(g, chunk) == CHUNK_USED;
	}
	ret_found->map = map_at(g, address);
	return ret_found->map && map_is_block(ret_found->map) &&
	       map_payload(ret_found->map) == address;
}

/* ---- malloc, calloc, memalign -------------------------------------------------------------- */

/* The thread has an arena, and a cache where that is made before anything else. */
static void begin(struct caller *caller, uint64_t size)
{
	const struct release *release = caller->g->settings.release;

	if (caller->arena && caller->cache->state != CACHE_NONE)
		return;
	caller_attach(caller, release->caches_early && caller->cache->state == CACHE_NONE
				      ? release->cache_request
				      : size);
	cache_make_early(caller);
}

static struct taken take(struct caller *caller, uint64_t size, bool is_calloc)
{
	struct glibc *g = caller->g;
	const struct release *release = g->settings.release;
	bool uses_cache = !is_calloc || release->calloc_uses_cache;
	struct taken taken = {0};

	if (size > REQUEST_MAX) {
		if (!uses_cache)
			begin(caller, 0);
		return taken;
	}
	uint64_t units = units_for(size);
	decide(&g->engine, &decision_glibc_size, size, units * UNIT, 0, 0);
	begin(caller, size);
	taken.chunk = uses_cache ? cache_take(caller, units) : 0;
	return taken.chunk ? taken : arena_take(caller, units);
}

static struct taken take_aligned(struct caller *caller, uint64_t size, uint64_t alignment)
{
	struct glibc *g = caller->g;
	struct taken taken = {0};

	if (size > REQUEST_MAX || alignment > REQUEST_MAX)
		return taken;
	uint64_t units = units_for(size);
	if (alignment < CHUNK_MIN * UNIT)
		alignment = CHUNK_MIN * UNIT;
	decide(&g->engine, &decision_glibc_size, size, units * UNIT, alignment, 0);
	if (g->settings.release->aligned_uses_cache)
		taken.chunk = cache_take_aligned(caller, units, alignment);
	if (taken.chunk)
		return taken;
	caller_attach(caller, size + alignment + CHUNK_MIN * UNIT);
	return aligned_take(caller, units, alignment);
}

/* Where the recorded program got it. */
static struct taken take_followed(struct caller *caller, const struct request *request,
	uint64_t size)
{
	struct taken taken = {0};

	if (size > REQUEST_MAX)
		return taken;
	if (request->alignment > UNIT)
		caller_attach(caller, size);
	else
		begin(caller, size);
	return follow_allocate(caller, units_for(size), request->alignment);
}

static enum outcome allocate(struct engine *engine, const struct request *request,
	struct placement *ret_placement)
{
	struct glibc *g = glibc_of(engine);
	struct caller caller = caller_of(g, engine->thread);
	uint64_t size = request->size;

	g->recorded = recorded_of(g, request);
	if (engine->call == CALL_PVALLOC && size <= REQUEST_MAX)
		size = page_up(size);
	struct taken taken = engine->follows ? take_followed(&caller, request, size)
			     : request->alignment > UNIT
				     ? take_aligned(&caller, size, request->alignment)
				     : take(&caller, size, engine->call == CALL_CALLOC);
	return placed(g, &taken, size, ret_placement);
}

/* ---- free ---------------------------------------------------------------------------------- */

/*
 * A thread's first call: a release that makes its cache early has an arena for it, others when the
 * cache is made.
 */
static void begin_release(struct caller *caller, uint64_t units)
{
	const struct settings *settings = &caller->g->settings;
	bool makes_cache = caller->cache->state == CACHE_NONE && settings->cache_count > 0 &&
			   cache_bin(settings, units) < CACHE_BINS;

	if (settings->release->caches_early || makes_cache)
		begin(caller, settings->release->cache_request);
}

static inline void release_found(struct caller *caller, const struct taken *found)
{
	if (found->map) {
		map_free(caller->g, found->map);
		return;
	}
	if (caller->cache->state == CACHE_NONE)
		begin_release(caller, chunk_size(caller->g, found->chunk));
	chunk_free(caller, found->chunk);
}

static enum outcome release(struct engine *engine, uint64_t address)
{
	struct glibc *g = glibc_of(engine);
	struct taken found;

	if (!find(g, address, &found))
		return invalid(g, address);
	struct caller caller = caller_of(g, engine->thread);
	g->recorded = 0;
	release_found(&caller, &found);
	return OUTCOME_RELEASED;
}

static void expect(const struct engine *engine, uint64_t address, uint32_t place)
{
	const struct glibc *g = glibc_of_const(engine);
	uint32_t chunk = spot_at(g, address - UNIT);

	if (!chunk)
		return;
	__builtin_prefetch(word_at(g, chunk));
	__builtin_prefetch(state_at(g, chunk));
}

/* ---- realloc ------------------------------------------------------------------------------- */

static uint64_t usable(const struct glibc *g, const struct taken *block)
{
	return block->map ? map_usable(g, block->map)
			  : (uint64_t)chunk_size(g, block->chunk) * UNIT - 8;
}

/* From 2.37 on a block that the request just fits is left as it is. */
static bool stays(const struct glibc *g, const struct taken *block, uint64_t size)
{
	const struct release *release = g->settings.release;
	uint64_t has = usable(g, block);

	if (!release->stays_within || size > has)
		return false;
	return has - size < UNIT ||
	       (block->map && release->map_stays_within_page && has - size <= PAGE_BYTES);
}

static enum outcome resize_map(struct glibc *g, struct map *map, uint64_t size,
	struct placement *ret_placement)
{
	if (size > REQUEST_MAX)
		return no_memory(g, size);
	struct taken taken = {.map = map_resize(g, map, units_for(size))};
	return placed(g, &taken, size, ret_placement);
}

static enum outcome resize_chunk(struct caller *caller, uint32_t chunk, uint64_t size,
	struct placement *ret_placement)
{
	struct glibc *g = caller->g;

	if (g->settings.release->caches_early)
		begin(caller, 0);
	if (size > REQUEST_MAX)
		return no_memory(g, size);
	uint64_t units = units_for(size);
	decide(&g->engine, &decision_glibc_size, size, units * UNIT, 0, 0);
	struct taken taken = g->engine.follows ? follow_resize(caller, chunk, units)
					       : chunk_resize(caller, chunk, units);
	return placed(g, &taken, size, ret_placement);
}

static enum outcome reallocate(struct engine *engine, uint64_t address,
	const struct request *request, struct placement *ret_placement)
{
	struct glibc *g = glibc_of(engine);
	struct taken found;

	if (!find(g, address, &found))
		return invalid(g, address);
	struct caller caller = caller_of(g, engine->thread);
	g->recorded = recorded_of(g, request);
	if (request->size == 0) {
		release_found(&caller, &found);
		return OUTCOME_RELEASED;
	}
	if (!engine->follows && stays(g, &found, request->size)) {
		decide(engine, &decision_fits_block, request->size, usable(g, &found), 0, 0);
		return placed(g, &found, request->size, ret_placement);
	}
	if (found.map)
		return resize_map(g, found.map, request->size, ret_placement);
	return resize_chunk(&caller, found.chunk, request->size, ret_placement);
}

/* ---- life ---------------------------------------------------------------------------------- */

static int init(struct engine *engine, const struct options *values, struct error *err)
{
	struct glibc *g = glibc_of(engine);
	struct flat *flat = &engine->flat;

	if (settings_from(&g->settings, values, err) < 0)
		return -1;
	flat_add(flat, &g->process, sizeof(struct process));
	flat_add(flat, &g->arenas, sizeof(struct arena));
	flat_add(flat, &g->caches, sizeof(struct cache));
	flat_add(flat, &g->segments, sizeof(struct segment));
	flat_add(flat, &g->words, sizeof(struct word));
	flat_add(flat, &g->states, sizeof(uint8_t));
	flat_add(flat, &g->sums, sizeof(uint64_t));
	flat_add(flat, &g->slots, sizeof(uint32_t));
	flat_add(flat, &g->pages, sizeof(uint32_t));
	flat_add(flat, &g->groups, sizeof(struct page_group));
	flat_add(flat, &g->leaves, sizeof(struct leaf));
	flat_add(flat, &g->maps, sizeof(struct map));
	flat_add(flat, &g->changes, sizeof(struct change));
	flat_add(flat, &g->far_caches, sizeof(struct cache));
	flat_add(flat, &g->far_index, sizeof(struct index_bucket));
	process_begin(g);
	return 0;
}

const struct engine_ops engine_glibc = {
	.name = "glibc",
	.summary = "malloc of the GNU C library: tcache, fast bins, bins, top, arenas, maps",
	.holder = "malloc",
	.options = glibc_options,
	.decisions = glibc_decisions,
	.state_size = sizeof(struct glibc),

	.init = init,

	.allocate = allocate,
	.release = release,
	.misused = glibc_misused,
	.reallocate = reallocate,
	.expect = expect,
	.library = glibc_library,

	.region_count = glibc_region_count,
	.region = glibc_region,
	.spans = glibc_spans,
	.used_between = glibc_used_between,

	.list_count = glibc_list_count,
	.list = glibc_list,
	.list_entries = glibc_list_entries,
	.kinds = glibc_kinds,
	.lists_of = glibc_lists_of,
	.words = glibc_words,
	.fields = glibc_fields,
	.landmarks = glibc_landmarks,

	.totals = glibc_totals,
	.reports = glibc_reports,
	.report = glibc_report,
	.check = glibc_check,
};
