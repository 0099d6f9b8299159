/*
 * What free() does with a pointer to a block that was freed before, or to no block: which of its
 * checks fails, and the words that it writes before it aborts the program.  In their order, as
 * _int_free() has them:
 *
 *	pointer   it is a multiple of 16
 *	tcache    the chunk has the key of tcaches, and is in this thread's
 *	fasttop   it is the head of its fast bin
 *	top       it is top
 *	!prev     the next chunk's PREV_INUSE says that it is free
 *
 * A chunk for which the tcache has room gets no further than there, and one of a fast bin's size no
 * further than to the second.  Where no chunk begins any more, the header is what is left of it,
 * or of what was written there since: that is not known.
 *
 * realloc() has no check for a free chunk.  It stays where it is as one in use would; where it has
 * to move, the old one is freed, with those checks.
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

/* Whether the chunk becomes as long where it is: the library does not see that it is free. */
static bool grows_in_place(struct glibc *g, uint32_t chunk, uint64_t need)
{
	uint32_t units = chunk_size(g, chunk), after = chunk + units;
	uint64_t both = (uint64_t)units + chunk_size(g, after);

	if (units >= need)
		return true;
	return after == arena_of(g, chunk)->top
		       ? both >= need + CHUNK_MIN
		       : chunk_merges(chunk_state(g, after)) && both >= need;
}

/* A large request empties the fast bins first: the chunk may be part of another one by then. */
static bool is_merged_first(const struct glibc *g, uint32_t chunk, uint64_t need)
{
	return need >= SMALL_LIMIT && chunk_state(g, chunk) == CHUNK_FAST;
}

static void resize_chunk_again(struct glibc *g, uint32_t chunk, uint64_t size)
{
	uint64_t bytes = (uint64_t)chunk_size(g, chunk) * UNIT, need = units_for(size);

	if (chunk_state(g, chunk) == CHUNK_TOP) {
		decide(&g->engine, &decision_glibc_top_resized, address_of(g, chunk), bytes, 0, 0);
	} else if (grows_in_place(g, chunk, need)) {
		decide(&g->engine, &decision_glibc_resized_free, address_of(g, chunk), bytes,
			need * UNIT, 0);
	} else {
		bool is_merged = is_merged_first(g, chunk, need);
		decide(&g->engine, &decision_glibc_moves_free, bytes, need * UNIT, 0, 0);
		if (is_merged)
			decide(&g->engine, &decision_glibc_old_header, address_of(g, chunk), 0, 0,
				0);
		else
			free_chunk_again(g, chunk);
	}
}

static void misuse_chunk(struct glibc *g, uint32_t chunk, const struct misuse *misuse)
{
	if (misuse->is_resize && misuse->size > 0 && misuse->size <= REQUEST_MAX)
		resize_chunk_again(g, chunk, misuse->size);
	else if (!misuse->is_resize || misuse->size == 0)
		free_chunk_again(g, chunk);
}

void glibc_misused(struct engine *engine, const struct misuse *misuse)
{
	struct glibc *g = glibc_of(engine);
	uint64_t header = misuse->address - UNIT;
	uint32_t chunk = spot_at(g, header);

	if (misuse->address % UNIT != 0) {
		decide(engine, &decision_glibc_unaligned, misuse->address, 0, 0, 0);
		return;
	}
	bool is_elsewhere = misuse->is_recorded && !g->settings.first_break;
	if (is_elsewhere && misuse->was_block)
		return;

	if (!is_elsewhere && chunk && chunk_state(g, chunk) != CHUNK_NONE)
		misuse_chunk(g, chunk, misuse);
	else if (!misuse->was_block)
		decide(engine, &decision_glibc_no_chunk, misuse->address, 0, 0, 0);
	else if (!chunk && !map_at(g, header))
		decide(engine, &decision_glibc_unmapped_header, header, 0, 0, 0);
	else
		decide(engine, &decision_glibc_old_header, header, 0, 0, 0);
}
