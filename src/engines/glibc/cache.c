/*
 * A thread's tcache: stacks of chunks, one for each small size, which count as in use, so that
 * nothing merges with them.  From 2.42 on there may be bins for larger chunks, each for sizes up to
 * the next power of two, sorted, the smallest in front.
 */
#include "engines/glibc/decisions.h"
#include "engines/glibc/calls.h"
#include "engines/glibc/maps.h"

/* Memory for it: a chunk as any other, or under a small mmap_threshold a map. */
static struct taken take_own(const struct caller *caller, uint64_t units)
{
	struct glibc *g = caller->g;
	uint64_t recorded = g->recorded;

	g->recorded = 0; /* the address of the program's block */
	struct taken taken = arena_take(caller, units);
	g->recorded = recorded;
	if (taken.chunk) {
		assert(chunk_state(g, taken.chunk) == CHUNK_HELD);
		memory_set_state(g, taken.chunk, CHUNK_OWN);
	} else if (taken.map) {
		map_keep(g, taken.map);
	}
	return taken;
}

static void make(const struct caller *caller, uint64_t units)
{
	struct glibc *g = caller->g;
	struct cache *cache = caller->cache;

	cache->state = CACHE_OFF; /* while it is made, and when there is no room for it */
	const struct taken own = take_own(caller, units);
	if (!own.chunk && !own.map)
		return;
	cache->chunk = own.chunk;
	cache->map = own.map ? own.map->base : 0;
	cache->state = CACHE_READY;
	decide(&g->engine, &decision_glibc_cache_made,
		own.map ? own.map->base : address_of(g, own.chunk), units * UNIT, 0, 0);
}

void cache_make_early(const struct caller *caller)
{
	const struct release *release = caller->g->settings.release;

	if (caller->cache->state == CACHE_NONE && release->caches_early) {
		make(caller, units_for(release->cache_request));
		if (caller->cache->state == CACHE_OFF)
			caller->cache->state = CACHE_NONE; /* it is tried again */
	}
}

void cache_make_late(const struct caller *caller, bool by_arena)
{
	const struct settings *settings = &caller->g->settings;

	if (caller->cache->state != CACHE_NONE || settings->release->caches_early)
		return;
	if (settings->cache_count == 0) {
		caller->cache->state = CACHE_OFF;
		return;
	}
	/* Within an arena the library rounds twice. */
	uint64_t units = units_for(settings->release->cache_request);
	make(caller, by_arena ? units_for(units * UNIT) : units);
}

/* The first link of a bin of several sizes that leads to a chunk of so many units or more. */
static uint32_t *place_in(const struct caller *caller, uint32_t bin, uint64_t units)
{
	uint32_t *link = &caller->cache->heads[bin];

	while (*link && chunk_size(caller->g, *link) < units)
		link = &link_of(caller->g, *link)->low;
	return link;
}

void cache_put(const struct caller *caller, uint32_t bin, uint32_t chunk, uint32_t units,
	enum use was)
{
	struct glibc *g = caller->g;
	uint32_t *link = &caller->cache->heads[bin];

	assert(bin < CACHE_BINS && caller->cache->counts[bin] < g->settings.cache_count);
	assert(bin == cache_bin(&g->settings, units));
	if (bin >= CACHE_SMALL)
		link = place_in(caller, bin, units);
	link_of(g, chunk)->low = *link;
	*link = chunk;
	caller->cache->counts[bin]++;
	state_change(g, chunk, units, was, CHUNK_CACHED);
}

/* The chunk that a link leads to is taken out: it is in use. */
static inline uint32_t take_next(const struct caller *caller, uint32_t bin, uint32_t *link)
{
	struct glibc *g = caller->g;
	uint32_t chunk = *link;
	uint32_t units = chunk_size(g, chunk);

	assert(chunk_state(g, chunk) == CHUNK_CACHED && caller->cache->counts[bin] > 0);
	decide(&g->engine, &decision_glibc_cache_hit, (uint64_t)units * UNIT,
		caller->cache->counts[bin], address_of(g, chunk), 0);
	*link = link_of(g, chunk)->low;
	caller->cache->counts[bin]--;
	state_change(g, chunk, units, USE_NONE, CHUNK_USED);
	return chunk;
}

uint32_t cache_take_from(const struct caller *caller, uint32_t bin, uint64_t units)
{
	uint32_t *link = &caller->cache->heads[bin];
	if (bin >= CACHE_SMALL) {
		link = place_in(caller, bin, units);
		if (!*link || chunk_size(caller->g, *link) != units)
			return 0;
	}
	return take_next(caller, bin, link);
}

uint32_t cache_take_aligned(const struct caller *caller, uint64_t units, uint64_t alignment)
{
	struct glibc *g = caller->g;
	uint32_t bin = cache_bin(&g->settings, units);

	if (bin == CACHE_BINS || caller->cache->counts[bin] == 0)
		return 0;
	uint32_t *link =
		bin < CACHE_SMALL ? &caller->cache->heads[bin] : place_in(caller, bin, units);
	while (*link && chunk_size(g, *link) == units &&
		((address_of(g, *link) + UNIT) & (alignment - 1)) != 0)
		link = &link_of(g, *link)->low;
	return *link && chunk_size(g, *link) == units ? take_next(caller, bin, link) : 0;
}
