/*
 * The caches of threads. Those of near threads, whose numbers are small, stand at their numbers;
 * the others, of which there may be any, after them, in the order in which they came.
 */
#include "base/error.h"
#include "engines/glibc/calls.h"
#include "flat/index.h"

#include <inttypes.h>

static struct cache *cache_at(const struct glibc *g, size_t at)
{
	return flat_at(&g->caches, struct cache, at);
}

/* Adds caches up to that of a near thread, and all of those before another one. */
static void add_near(struct glibc *g, uint32_t count)
{
	size_t before = g->caches.count;

	assert(count <= NEAR_THREADS);
	if (before >= count)
		return;
	flat_set_count(&g->caches, count);
	for (size_t i = before; i < count; i++)
		cache_at(g, i)->thread = (uint32_t)i;
}

static uint32_t add_far(struct glibc *g, uint32_t thread)
{
	add_near(g, NEAR_THREADS);
	uint32_t at = (uint32_t)g->caches.count;
	flat_set_count(&g->caches, at + (size_t)1);
	cache_at(g, at)->thread = thread;
	index_make_room(&g->far_caches, at + 1 - NEAR_THREADS);
	index_put(&g->far_caches, index_hash_numbered(thread), at);
	return at;
}

uint32_t caches_find(const struct glibc *g, uint32_t thread)
{
	uint32_t hash = index_hash_numbered(thread), at;

	if (thread < NEAR_THREADS)
		return thread < g->caches.count ? thread : CACHE_NOWHERE;
	if (g->far_caches.count == 0)
		return CACHE_NOWHERE;
	for (size_t cell = index_first(&g->far_caches, hash);
		index_slot(&g->far_caches, &cell, hash, &at);
		cell = index_next(&g->far_caches, cell))
		if (cache_at(g, at)->thread == thread)
			return at;
	return CACHE_NOWHERE;
}

struct cache *caches_for(struct glibc *g, uint32_t thread)
{
	uint32_t at = caches_find(g, thread);

	if (at != CACHE_NOWHERE)
		return cache_at(g, at);
	if (thread >= NEAR_THREADS)
		return cache_at(g, add_far(g, thread));
	add_near(g, thread + 1);
	return cache_at(g, thread);
}

int caches_check(const struct glibc *g, struct error *err)
{
	size_t far = g->caches.count > NEAR_THREADS ? g->caches.count - NEAR_THREADS : 0;

	for (size_t i = 0; i < g->caches.count; i++)
		if ((i < NEAR_THREADS) != (cache_at(g, i)->thread < NEAR_THREADS) ||
			caches_find(g, cache_at(g, i)->thread) != i)
			return error_set(err, "glibc: the tcache %zu is that of another thread", i);
	if (far == 0 && g->far_caches.count == 0) /* as a program begins */
		return 0;
	return index_check(&g->far_caches, far, g->caches.count, err);
}
