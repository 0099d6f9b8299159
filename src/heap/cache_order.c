/* See cache_order.h. */
#include "heap/cache_order.h"

#include "base/error.h"
#include "flat/index.h"
#include "heap/decisions.h"

#include <assert.h>
#include <inttypes.h>

#define NONE UINT32_MAX

struct cache_order_state {
	struct cache_figures figures;
	uint32_t newest, oldest;
	uint32_t unused;     /* the first unused entry */
	uint32_t is_dropped; /* 1: all its objects were freed, and no event was about it since */
};

struct cache_entry {
	uint64_t key;
	uint64_t hits;
	uint32_t object;
	uint32_t newer, older;
	uint32_t reserved;
};

static struct cache_order_state *state_of(const struct cache_order *order)
{
	return flat_at(&order->state, struct cache_order_state, 0);
}

static struct cache_entry *at(const struct cache_order *order, uint32_t entry)
{
	return flat_at(&order->entries, struct cache_entry, entry);
}

void cache_order_init(struct cache_order *order, struct flat *flat)
{
	flat_add(flat, &order->state, sizeof(struct cache_order_state));
	flat_add(flat, &order->entries, sizeof(struct cache_entry));
	index_init(&order->by_object, flat);
	flat_grow(&order->state, 1);
	struct cache_order_state *state = state_of(order);
	state->newest = state->oldest = state->unused = NONE;
	state->figures.last = state->figures.victim = OBJECT_NONE;
}

/* ---- the list ------------------------------------------------------------------------------- */

static uint32_t find(const struct cache_order *order, uint32_t object)
{
	uint32_t hash = index_hash_numbered(object), entry;

	for (size_t cell = index_first(&order->by_object, hash);
		index_slot(&order->by_object, &cell, hash, &entry);
		cell = index_next(&order->by_object, cell))
		if (at(order, entry)->object == object)
			return entry;
	return NONE;
}

static void link_newest(struct cache_order *order, uint32_t entry)
{
	struct cache_order_state *state = state_of(order);

	assert(entry != state->newest && entry != state->oldest);
	at(order, entry)->newer = NONE;
	at(order, entry)->older = state->newest;
	*(state->newest == NONE ? &state->oldest : &at(order, state->newest)->newer) = entry;
	state->newest = entry;
}

static void unlink_entry(struct cache_order *order, uint32_t entry)
{
	struct cache_order_state *state = state_of(order);
	const struct cache_entry *cached = at(order, entry);

	assert((cached->newer == NONE) == (state->newest == entry));
	assert((cached->older == NONE) == (state->oldest == entry));
	*(cached->newer == NONE ? &state->newest : &at(order, cached->newer)->older) =
		cached->older;
	*(cached->older == NONE ? &state->oldest : &at(order, cached->older)->newer) =
		cached->newer;
}

/* The object's entry, which is a new one if it has none, is the newest. */
static uint32_t make_newest(struct cache_order *order, uint32_t object)
{
	struct cache_order_state *state = state_of(order);
	uint32_t entry = find(order, object);

	if (entry != NONE) {
		unlink_entry(order, entry);
		link_newest(order, entry);
		return entry;
	}
	entry = state->unused;
	if (entry == NONE) {
		entry = (uint32_t)order->entries.count;
		flat_grow(&order->entries, 1);
	} else {
		state->unused = at(order, entry)->newer;
	}
	index_make_room(&order->by_object, ++state->figures.count);
	index_put(&order->by_object, index_hash_numbered(object), entry);
	at(order, entry)->object = object;
	link_newest(order, entry);
	return entry;
}

static void drop(struct cache_order *order, uint32_t entry)
{
	struct cache_order_state *state = state_of(order);

	unlink_entry(order, entry);
	index_remove(&order->by_object, index_hash_numbered(at(order, entry)->object), entry);
	*at(order, entry) = (struct cache_entry){.object = OBJECT_NONE, .newer = state->unused};
	state->unused = entry;
	state->figures.count--;
}

void cache_order_leave(struct cache_order *order, uint32_t object)
{
	uint32_t entry = find(order, object);

	if (entry != NONE) {
		drop(order, entry);
		state_of(order)->figures.left++;
		state_of(order)->is_dropped = cache_order_count(order) == 0;
	}
}

/* The next one begins, as far as its figures are concerned. */
static void begin_again(struct cache_order *order)
{
	struct cache_figures *cache = &state_of(order)->figures;

	cache->old_hits = cache->hits;
	cache->old_misses = cache->misses;
	cache->old_evictions = cache->evictions;
	cache->stays = 0;
	state_of(order)->is_dropped = 0;
}

static uint64_t hits_of(const struct cache_figures *cache)
{
	return cache->hits - cache->old_hits;
}

static uint64_t lookups_of(const struct cache_figures *cache)
{
	return hits_of(cache) + cache->misses - cache->old_misses;
}

/* ---- events --------------------------------------------------------------------------------- */

static void keep(struct cache_order *order, const struct event *event, struct decision_log *log)
{
	uint32_t entry = make_newest(order, event->object);

	at(order, entry)->key = event->key;
	decision_add(log, &decision_cache_keep, event->object, cache_order_count(order), 0, 0);
}

static void hit(struct cache_order *order, const struct event *event, struct decision_log *log)
{
	struct cache_figures *cache = &state_of(order)->figures;
	bool was_newest = state_of(order)->newest != NONE &&
			  at(order, state_of(order)->newest)->object == event->object;
	uint32_t entry = make_newest(order, event->object);

	cache->hits++;
	at(order, entry)->hits++;
	if (event->key)
		at(order, entry)->key = event->key;
	decision_add(log, &decision_cache_hit, event->object, was_newest, hits_of(cache),
		lookups_of(cache));
}

static void find_in_place(struct cache_order *order, const struct event *event,
	struct decision_log *log)
{
	struct cache_figures *cache = &state_of(order)->figures;
	uint32_t entry = find(order, event->object);

	if (entry == NONE)
		entry = make_newest(order, event->object);
	cache->hits++;
	cache->stays = 1;
	at(order, entry)->hits++;
	if (event->key)
		at(order, entry)->key = event->key;
	decision_add(log, &decision_cache_found, event->object, at(order, entry)->hits,
		hits_of(cache), lookups_of(cache));
}

static void spare(struct cache_order *order, const struct event *event, struct decision_log *log)
{
	uint32_t entry = make_newest(order, event->object);
	uint64_t found = at(order, entry)->hits;

	at(order, entry)->hits = 0;
	if (event->key)
		at(order, entry)->key = event->key;
	decision_add(log, &decision_cache_spare, event->object, found, 0, 0);
}

static void miss(struct cache_order *order, struct decision_log *log)
{
	struct cache_figures *cache = &state_of(order)->figures;

	cache->misses++;
	decision_add(log, &decision_cache_miss, cache->count, hits_of(cache), lookups_of(cache), 0);
}

static void evict(struct cache_order *order, const struct event *event, struct decision_log *log)
{
	struct cache_order_state *state = state_of(order);
	uint32_t entry = find(order, event->object);
	bool was_oldest = entry != NONE && entry == state->oldest;

	state->figures.evictions++;
	state->figures.victim = event->object;
	state->figures.victim_key = entry != NONE ? at(order, entry)->key : event->key;
	if (entry != NONE)
		drop(order, entry);
	/* until a hit has moved something, the order is that in which they came */
	bool goes_by_use = !state->figures.stays && hits_of(&state->figures) > 0;
	decision_add(log, &decision_cache_evict, event->object,
		!was_oldest   ? 0
		: goes_by_use ? 1
			      : 2,
		cache_order_count(order), 0);
}

void cache_order_apply(struct cache_order *order, const struct event *event,
	struct decision_log *log)
{
	struct cache_figures *cache = &state_of(order)->figures;

	assert(event_is_of_cache(event));
	if (state_of(order)->is_dropped)
		begin_again(order);
	cache->word = event->other;
	cache->last = event->object;
	cache->key = event->key;
	cache->is_there = 1;
	if (event->other == USE_HIT)
		hit(order, event, log);
	else if (event->other == USE_MISS)
		miss(order, log);
	else if (event->other == USE_KEEP)
		keep(order, event, log);
	else if (event->other == USE_FOUND)
		find_in_place(order, event, log);
	else if (event->other == USE_SPARE)
		spare(order, event, log);
	else
		evict(order, event, log);
}

/* ---- asking --------------------------------------------------------------------------------- */

uint32_t cache_order_count(const struct cache_order *order)
{
	return state_of(order)->figures.count;
}

bool cache_order_describe(const struct cache_order *order, struct cache_figures *ret_cache)
{
	*ret_cache = state_of(order)->figures;
	return ret_cache->is_there;
}

size_t cache_order_list(const struct cache_order *order, bool from_oldest, struct cache_item *ret,
	size_t n)
{
	uint32_t entry = from_oldest ? state_of(order)->oldest : state_of(order)->newest;
	size_t count = 0;

	for (; entry != NONE && count < n; count++) {
		const struct cache_entry *cached = at(order, entry);
		ret[count] = (struct cache_item){cached->key, cached->hits, cached->object, 0};
		entry = from_oldest ? cached->newer : cached->older;
	}
	return count;
}

/* Every entry that is in no list is unused, and empty but for its link. */
static int check_unused(const struct cache_order *order, struct error *err)
{
	size_t left = order->entries.count - cache_order_count(order);

	for (uint32_t entry = state_of(order)->unused; entry != NONE; left--) {
		if (left == 0 || entry >= order->entries.count)
			return error_set(err, "the unused entries of the cache are no list");
		const struct cache_entry *cached = at(order, entry);
		if (cached->object != OBJECT_NONE || cached->older || cached->key || cached->hits)
			return error_set(err, "an unused entry of the cache is not empty");
		entry = cached->newer;
	}
	return left ? error_set(err, "an entry of the cache is neither used nor unused") : 0;
}

int cache_order_check(const struct cache_order *order, struct error *err)
{
	const struct cache_order_state *state = state_of(order);
	uint32_t count = 0, newer = NONE;

	for (uint32_t entry = state->newest; entry != NONE; entry = at(order, entry)->older) {
		if (entry >= order->entries.count)
			return error_set(err, "the order of the cache leads nowhere");
		if (at(order, entry)->newer != newer || count == state->figures.count)
			return error_set(err, "the order of the cache is no list");
		if (find(order, at(order, entry)->object) != entry)
			return error_set(err, "object %" PRIu32 " is not found in the cache",
				at(order, entry)->object);
		newer = entry;
		count++;
	}
	if (count != state->figures.count || state->oldest != newer)
		return error_set(err, "the cache has %" PRIu32 " objects, not %" PRIu32, count,
			state->figures.count);
	if (check_unused(order, err) < 0)
		return -1;
	return index_check(&order->by_object, count, order->entries.count, err);
}
