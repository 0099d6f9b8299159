/*
 * What the calls of the library are made of.  A call is served for a thread, which has a cache, and
 * out of the arena that the thread is attached to; a chunk goes back to the arena it came from.
 */
#ifndef ENGINES_GLIBC_CALLS_H
#define ENGINES_GLIBC_CALLS_H

#include "engines/glibc/bins.h"

struct caller {
	struct glibc *g;
	struct cache *cache; /* of the thread */
	struct arena *arena; /* that serves it */
};

/* What a request got: a chunk, or a map; neither: there is no memory. */
struct taken {
	uint32_t chunk;
	struct map *map; /* valid until the next map comes or goes */
};

/* ---- cache.c: the tcache ------------------------------------------------------------------- */

/* The bin for chunks of that size, or CACHE_BINS: none. */
static inline uint32_t cache_bin(const struct settings *settings, uint64_t units)
{
	if (units < settings->cache_small + CHUNK_MIN)
		return (uint32_t)units - CHUNK_MIN;
	if (units > settings->cache_max || units < CACHE_SMALL + CHUNK_MIN)
		return CACHE_BINS;
	/* The bin of the smallest of them, 0x420, is that of 0x410 and of all below 0x800. */
	return CACHE_SMALL +
	       (uint32_t)(__builtin_clz(0x410) - __builtin_clz((uint32_t)units * UNIT));
}

/*
 * The thread's cache, made where the release makes it: at the first call, or when something is to
 * be put there.  by_arena: while an arena is at work.
 */
void cache_make_early(const struct caller *caller);
void cache_make_late(const struct caller *caller, bool by_arena);

/* Of a bin that has some, the newest chunk of the size, in use now; 0: none of that size. */
uint32_t cache_take_from(const struct caller *caller, uint32_t bin, uint64_t units);

/* Likewise of the bin for the size. */
static inline uint32_t cache_take(const struct caller *caller, uint64_t units)
{
	uint32_t bin = cache_bin(&caller->g->settings, units);

	if (bin == CACHE_BINS || caller->cache->counts[bin] == 0)
		return 0;
	return cache_take_from(caller, bin, units);
}

/* Whose payload is aligned. */
uint32_t cache_take_aligned(const struct caller *caller, uint64_t units, uint64_t alignment);

/* Whether the bin has room for one more, and so gets a chunk, of whose use so much is known. */
static inline bool cache_has_room(const struct caller *caller, uint32_t bin)
{
	return bin < CACHE_BINS && caller->cache->state == CACHE_READY &&
	       caller->cache->counts[bin] < caller->g->settings.cache_count;
}
void cache_put(const struct caller *caller, uint32_t bin, uint32_t chunk, uint32_t units,
	enum use was);

/* ---- take.c: out of an arena --------------------------------------------------------------- */

/* A chunk that was taken is held until the call ends; one that is given back is held before. */
struct taken arena_take(const struct caller *caller, uint64_t units);

/* ---- system.c: from and to the system ------------------------------------------------------ */

struct taken system_take(const struct caller *caller, uint64_t units);

/* Top has so many units, and a shortest chunk more; false: there is no room. */
bool system_extend(const struct caller *caller, uint64_t units);

/* The low end of top, which is large enough. */
uint32_t top_cut(struct glibc *g, struct arena *arena, uint32_t units);

/* So much was freed in one piece that top may shrink. */
void system_trim(struct glibc *g, struct arena *arena);

/* Other code has moved the end of the main heap's memory there. */
void system_note_break(struct glibc *g, uint64_t end);

/* The main arena's top shrinks to so much, whatever the threshold. */
void system_trim_main(struct glibc *g, uint64_t pad);

/* ---- give.c: back to an arena -------------------------------------------------------------- */

/*
 * As free() of a chunk, which is in use or held: into the tcache of the thread if it may, else
 * chunk_give_back().
 */
void chunk_free(const struct caller *caller, uint32_t chunk);

/* Past the tcache: into a fast bin, or merged.  It is held, as in all that follow. */
void chunk_give_back(struct glibc *g, uint32_t chunk);

/* Merged with its neighbours and put into a list, or into top; may consolidate and trim. */
void chunk_merge(struct glibc *g, uint32_t chunk);

/* The same without more; gives the chunk that it is a part of now. */
uint32_t chunk_join(struct glibc *g, uint32_t chunk);

/* All fast chunks are merged. */
void arena_consolidate(struct glibc *g, struct arena *arena);

/* ---- resize.c ------------------------------------------------------------------------------ */

struct taken chunk_resize(const struct caller *caller, uint32_t chunk, uint64_t units);

/* ---- align.c ------------------------------------------------------------------------------- */

struct taken aligned_take(const struct caller *caller, uint64_t units, uint64_t alignment);

/* ---- threads.c ----------------------------------------------------------------------------- */

/* Of near and far threads together, by place. */
static inline size_t caches_count(const struct glibc *g)
{
	return g->caches.count + g->far_caches.count;
}

static inline struct cache *cache_at(const struct glibc *g, size_t place)
{
	size_t near = g->caches.count;

	return place < near ? flat_at(&g->caches, struct cache, place)
			    : flat_at(&g->far_caches, struct cache, place - near);
}

/* The place of the thread's cache; CACHE_NOWHERE: it has made no call. */
uint32_t caches_find(const struct glibc *g, uint32_t thread);

/* The thread's cache, which is new if it has made no call. */
struct cache *caches_for(struct glibc *g, uint32_t thread);

int caches_check(const struct glibc *g, struct error *err);

/* ---- heaps.c: threads ---------------------------------------------------------------------- */

/* The thread's cache, and its arena if it has one. */
static inline struct caller caller_of(struct glibc *g, uint32_t thread)
{
	struct cache *cache = thread < g->caches.count ? flat_at(&g->caches, struct cache, thread)
						       : caches_for(g, thread);
	return (struct caller){g, cache, cache->is_attached ? arena_at(g, cache->arena) : NULL};
}

/* It has an arena from here on; bytes: what is asked for first, which a new one has room for. */
void caller_attach(struct caller *caller, uint64_t bytes);

/* Its thread has ended. */
void caller_detach(const struct caller *caller);

#endif
