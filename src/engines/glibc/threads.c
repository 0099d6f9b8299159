/*
 * The caches of threads. Those of near threads, whose numbers are small, stand at their numbers;
 * the others, of which there may be any, in the order in which they came. Their places are after
 * those of the near ones.
 */
#include "base/error.h"
#include "engines/glibc/calls.h"
#include "flat/index.h"

#include <inttypes.h>

/* Adds caches up to that of a near thread. */
static struct cache *add_near(struct glibc *g, uint32_t thread)
{
	size_t before = g->caches.count;

	assert(before <= thread && thread < NEAR_THREADS);
	flat_set_count(&g->caches, (size_t)thread + 1);
	for (size_t i = before; i <= thread; i++)
		cache_at(g, i)->thread = (uint32_t)i;
	return cache_at(g, thread);
}

static struct cache *add_far(struct glibc *g, uint32_t thread)
{
	uint32_t at = (uint32_t)g->far_caches.count;
	struct cache *cache = flat_grow(&g->far_caches, 1);

	cache->thread = thread;
	index_make_room(&g->far_index, at + (size_t)1);
	index_put(&g->far_index, index_hash_numbered(thread), at);
	return cache;
}

uint32_t caches_find(const struct glibc *g, uint32_t thread)
{
	uint32_t hash = index_hash_numbered(thread), at;

	if (thread < NEAR_THREADS)
		return thread < g->caches.count ? thread : CACHE_NOWHERE;
	if (g->far_caches.count == 0)
		return CACHE_NOWHERE;
	for (size_t cell = index_first(&g->far_index, hash);
		index_slot(&g->far_index, &cell, hash, &at); cell = index_next(&g->far_index, cell))
		if (flat_at(&g->far_caches, struct cache, at)->thread == thread)
			return (uint32_t)g->caches.count + at;
	return CACHE_NOWHERE;
}

struct cache *caches_for(struct glibc *g, uint32_t thread)
{
	uint32_t place = caches_find(g, thread);

	if (place != CACHE_NOWHERE)
		return cache_at(g, place);
	return thread < NEAR_THREADS ? add_near(g, thread) : add_far(g, thread);
}

int caches_check(const struct glibc *g, struct error *err)
{
	size_t far = g->far_caches.count;

	for (size_t i = 0; i < caches_count(g); i++)
		if ((i < g->caches.count) != (cache_at(g, i)->thread < NEAR_THREADS) ||
			caches_find(g, cache_at(g, i)->thread) != i)
			return error_set(err, "glibc: the tcache %zu is that of another thread", i);
	if (far == 0 && g->far_index.count == 0) /* as a program begins */
		return 0;
	return index_check(&g->far_index, far, far, err);
}
