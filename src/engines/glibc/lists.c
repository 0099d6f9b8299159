/*
 * The lists of the library, in its own order: of each thread the bins of its tcache, of each arena
 * the fast bins, unsorted, and the bins from the smallest size on.
 */
#include "engines/glibc/calls.h"
#include "engines/glibc/describe.h"

#include <inttypes.h>
#include <stdio.h>

const struct free_kind glibc_kinds[] = {
	[KIND_CACHED] = {"tcache", 't', LINKS_STACK, true, "newest first", MERGES_NEVER},
	[KIND_FAST] = {"fast", 'f', LINKS_STACK, false, "newest first, not merged",
		MERGES_WHEN_TRIMMED},
	[KIND_UNSORTED] = {"unsorted", 'u', LINKS_RING, false, "freed and not sorted yet",
		MERGES_AT_ONCE},
	[KIND_SMALL] = {"small", 's', LINKS_RING, false, "one size each, the oldest serves",
		MERGES_AT_ONCE},
	[KIND_LARGE] = {"large", 'l', LINKS_SIZES, false, "largest first", MERGES_AT_ONCE},
	[KIND_TOP] = {"top", 0, LINKS_NONE, false, "", MERGES_AT_ONCE},
	{NULL},
};

#define FAST_LISTS  (FAST_CLASSES - CHUNK_MIN)
#define ARENA_LISTS (FAST_LISTS + BINS - UNSORTED)

/* Which list a number means. */
struct which {
	const struct cache *cache; /* or NULL: one of the arena's */
	const struct arena *arena;
	uint32_t owner; /* number of the thread, or of the arena */
	uint32_t bin;   /* of the tcache or of the arena; of a fast bin 0 */
	uint32_t fast;  /* units; 0: no fast bin */
};

static uint32_t cache_lists(const struct glibc *g)
{
	return g->settings.cache_max >= CACHE_SMALL + CHUNK_MIN ? CACHE_BINS : CACHE_SMALL;
}

static struct which which_of(const struct glibc *g, size_t at)
{
	size_t cached = caches_count(g) * cache_lists(g), in_arena = (at - cached) % ARENA_LISTS;
	struct which which = {0};

	if (at < cached) {
		which.bin = (uint32_t)(at % cache_lists(g));
		which.cache = cache_at(g, at / cache_lists(g));
		which.owner = which.cache->thread;
		return which;
	}
	which.owner = (uint32_t)((at - cached) / ARENA_LISTS);
	which.arena = arena_at(g, which.owner);
	if (in_arena < FAST_LISTS)
		which.fast = (uint32_t)in_arena + CHUNK_MIN;
	else
		which.bin = (uint32_t)(in_arena - FAST_LISTS) + UNSORTED;
	return which;
}

size_t glibc_list_count(const struct engine *engine)
{
	const struct glibc *g = glibc_of_const(engine);

	return caches_count(g) * cache_lists(g) + g->arenas.count * ARENA_LISTS;
}

/* The smallest size of a large bin, in bytes. */
static uint32_t smallest_of(uint32_t bin)
{
	uint32_t low = SMALL_LIMIT, high = 1u << 15;

	while (low < high) {
		uint32_t middle = (low + high) / 2;
		if (bin_of_size(middle) < bin)
			low = middle + 1;
		else
			high = middle;
	}
	return low * UNIT;
}

/* Bytes of the smallest chunks of a bin of a tcache. */
static uint32_t smallest_cached(uint32_t bin)
{
	if (bin < CACHE_SMALL)
		return (bin + CHUNK_MIN) * UNIT;
	return bin == CACHE_SMALL ? (CACHE_SMALL + CHUNK_MIN) * UNIT
				  : 0x400u << (bin - CACHE_SMALL);
}

static enum glibc_kind kind_of(const struct which *which)
{
	if (which->cache)
		return KIND_CACHED;
	if (which->fast)
		return KIND_FAST;
	if (which->bin == UNSORTED)
		return KIND_UNSORTED;
	return which->bin < SMALL_LIMIT ? KIND_SMALL : KIND_LARGE;
}

static uint32_t bytes_of(const struct which *which)
{
	switch (kind_of(which)) {
	case KIND_CACHED:
		return smallest_cached(which->bin);
	case KIND_FAST:
		return which->fast * UNIT;
	case KIND_SMALL:
		return which->bin * UNIT;
	case KIND_LARGE:
		return smallest_of(which->bin);
	case KIND_UNSORTED:
	case KIND_TOP:
		break;
	}
	return 0;
}

/* "tcache[0x40]", "fast[0x40]", "unsorted", "small[0x90]", "large[0x400]" */
static void name_list(const struct which *which, struct list *list)
{
	const char *kind = glibc_kinds[kind_of(which)].name;
	char owner[16] = "";

	if (which->owner)
		snprintf(owner, sizeof(owner), " %c%" PRIu32, which->cache ? 't' : 'a',
			which->owner);
	if (list->size)
		snprintf(list->name, sizeof(list->name), "%s[0x%" PRIx64 "]%s", kind, list->size,
			owner);
	else
		snprintf(list->name, sizeof(list->name), "%s%s", kind, owner);
	snprintf(list->group, sizeof(list->group), "%s%s", kind, owner);
}

void glibc_list(const struct engine *engine, size_t at, struct list *ret_list)
{
	const struct glibc *g = glibc_of_const(engine);
	const struct which which = which_of(g, at);

	*ret_list = (struct list){.size = bytes_of(&which)};
	assert(which.cache || which.arena);
	name_list(&which, ret_list);
	ret_list->limit = which.cache ? g->settings.cache_count : 0;
	ret_list->length = which.cache  ? which.cache->counts[which.bin]
			   : which.fast ? which.arena->fast_counts[which.fast]
					: which.arena->counts[which.bin];
}

size_t glibc_lists_of(const struct engine *engine, size_t kind, uint32_t owner, size_t *ret_first)
{
	/* Of an arena: the first list of each kind; then the end. */
	static const uint32_t firsts[] = {[KIND_FAST] = 0,
		[KIND_UNSORTED] = FAST_LISTS,
		[KIND_SMALL] = FAST_LISTS + 1,
		[KIND_LARGE] = FAST_LISTS + SMALL_LIMIT - UNSORTED,
		[KIND_TOP] = ARENA_LISTS};
	const struct glibc *g = glibc_of_const(engine);

	*ret_first = 0;
	if (kind == KIND_CACHED) {
		uint32_t cache = caches_find(g, owner);
		*ret_first = cache != CACHE_NOWHERE ? (size_t)cache * cache_lists(g) : 0;
		return cache != CACHE_NOWHERE ? cache_lists(g) : 0;
	}
	if (kind == KIND_TOP || (kind == KIND_FAST && !g->settings.release->has_fast_bins) ||
		owner >= g->arenas.count)
		return 0;
	*ret_first = caches_count(g) * cache_lists(g) + owner * ARENA_LISTS + firsts[kind];
	return firsts[kind + 1] - firsts[kind];
}

size_t glibc_list_entries(const struct engine *engine, size_t at, uint64_t from,
	struct list_entry *ret_entries, size_t n)
{
	const struct glibc *g = glibc_of_const(engine);
	const struct which which = which_of(g, at);
	assert(which.cache || which.arena);
	uint32_t end = which.arena && !which.fast ? bin_head(which.arena, which.bin) : 0;
	uint32_t chunk = which.cache             ? which.cache->heads[which.bin]
			 : which.fast            ? which.arena->heads[which.fast]
			 : which.arena->top == 0 ? end
						 : link_of(g, end)->low;
	size_t copied = 0;

	for (uint64_t place = 0; chunk != end && copied < n; chunk = link_of(g, chunk)->low)
		if (place++ >= from)
			ret_entries[copied++] = (struct list_entry){
				.address = address_of(g, chunk),
				.size = (uint64_t)chunk_size(g, chunk) * UNIT,
			};
	return copied;
}
