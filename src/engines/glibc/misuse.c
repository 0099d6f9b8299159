/*
 * What free() does with a pointer to a block that was freed before: which of its checks fails, and
 * the words that it writes before it aborts the program.  In their order, as _int_free() has them:
 *
 *	tcache    the chunk has the key of tcaches, and is in this thread's
 *	fasttop   it is the head of its fast bin
 *	top       it is top
 *	!prev     the next chunk's PREV_INUSE says that it is free
 *
 * A chunk for which the tcache has room gets no further than there, and one of a fast bin's size no
 * further than to the second.  Where no chunk begins any more, the header is what is left of it,
 * or of what was written there since: that is not known.
 */
#include "engines/glibc/decisions.h"
#include "engines/glibc/describe.h"
#include "engines/glibc/maps.h"
#include "engines/glibc/misuse.h"

enum misled { MERGED_AGAIN, INTO_CACHE, INTO_FAST_BIN };

/* NULL: the thread has made no call. */
static const struct cache *cache_of(const struct glibc *g)
{
	uint32_t place = caches_find(g, g->engine.thread);

	return place == CACHE_NOWHERE ? NULL : cache_at(g, place);
}

static bool is_in_cache(const struct glibc *g, const struct cache *cache, uint32_t chunk,
	uint32_t bin)
{
	uint32_t at = cache && bin < CACHE_BINS ? cache->heads[bin] : 0;

	while (at && at != chunk)
		at = link_of(g, at)->low;
	return at != 0;
}

/* A thread that has none yet makes one. */
static bool has_room(const struct glibc *g, const struct cache *cache, uint32_t bin)
{
	uint32_t count = cache && bin < CACHE_BINS ? cache->counts[bin] : 0;

	return bin < CACHE_BINS && count < g->settings.cache_count &&
	       !(cache && cache->state == CACHE_OFF);
}

static void free_chunk_again(struct glibc *g, uint32_t chunk)
{
	const struct cache *cache = cache_of(g);
	enum chunk_state state = chunk_state(g, chunk);
	uint32_t units = chunk_size(g, chunk), bin = cache_bin(&g->settings, units);
	const struct decision_kind *kind = &decision_glibc_unnoticed;
	enum misled misled = MERGED_AGAIN;

	if (state == CHUNK_CACHED && is_in_cache(g, cache, chunk, bin))
		kind = &decision_glibc_cached_twice;
	else if (has_room(g, cache, bin))
		misled = INTO_CACHE;
	else if (units <= process_of(g)->fast_max && arena_of(g, chunk)->heads[units] == chunk)
		kind = &decision_glibc_fast_twice;
	else if (units <= process_of(g)->fast_max)
		misled = INTO_FAST_BIN;
	else if (state == CHUNK_TOP)
		kind = &decision_glibc_top_freed;
	else if (chunk_merges(state))
		kind = &decision_glibc_free_twice;
	decide(&g->engine, kind, address_of(g, chunk), (uint64_t)units * UNIT, misled, 0);
}

void glibc_misused(struct engine *engine, uint64_t address, bool is_recorded)
{
	struct glibc *g = glibc_of(engine);
	uint64_t header = address - UNIT;
	uint32_t chunk = spot_at(g, header);

	if (is_recorded && !g->settings.first_break) /* the heap is elsewhere here */
		return;

	if (chunk && address % UNIT == 0 && chunk_state(g, chunk) != CHUNK_NONE)
		free_chunk_again(g, chunk);
	else if (!chunk && !map_at(g, header))
		decide(engine, &decision_glibc_unmapped_header, header, 0, 0, 0);
	else
		decide(engine, &decision_glibc_old_header, header, 0, 0, 0);
}
