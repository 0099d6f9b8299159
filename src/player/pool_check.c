/* See pool_check.h. Each event costs the same, but for one that differs: that grows with a pool. */
#include "player/pool_check.h"

#include "base/progress.h"
#include "base/xalloc.h"
#include "engines/pymalloc/pymalloc.h"
#include "flat/index.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#define BATCH 256u

/* What is known of a place for a block; a chained one has the next in its chain, + 1, instead. */
enum { PLACE_UNKNOWN = 0xffff, PLACE_LIVE = 0xfffe, PLACE_LAST = 0 };

struct seen_pool {
	uint64_t base;
	uint32_t size;  /* of its blocks */
	uint32_t live;  /* blocks of the trace */
	uint32_t chain; /* the newest freed block's place + 1; PLACE_LAST: none is known */
};

/* ---- pools ----------------------------------------------------------------------------------- */

static uint32_t places_of(const struct pool_check *check)
{
	return check->geometry->pool_size / check->geometry->alignment;
}

static uint64_t base_of(const struct pool_check *check, uint64_t address)
{
	return address / check->geometry->pool_size * check->geometry->pool_size;
}

static uint32_t place_of(const struct pool_check *check, uint64_t address)
{
	return (uint32_t)(address % check->geometry->pool_size) / check->geometry->alignment;
}

static uint16_t *places(const struct pool_check *check, const struct seen_pool *pool)
{
	return check->blocks + (size_t)(pool - check->seen.items) * places_of(check);
}

static struct seen_pool *find_pool(const struct pool_check *check, uint64_t address)
{
	uint64_t base = base_of(check, address);
	uint32_t hash = index_hash(base), slot;

	for (size_t at = index_first(&check->by_base, hash);
		index_slot(&check->by_base, &at, hash, &slot); at = index_next(&check->by_base, at))
		if (check->seen.items[slot].base == base)
			return &check->seen.items[slot];
	return NULL;
}

static struct seen_pool *add_pool(struct pool_check *check, uint64_t address, uint32_t block_size)
{
	uint32_t number = (uint32_t)check->seen.count;
	size_t bytes = places_of(check) * sizeof(*check->blocks);

	if (number == check->room) {
		check->room = check->room ? check->room * 2 : 64;
		check->blocks = xrealloc(check->blocks, check->room * bytes);
	}
	struct seen_pool *pool = array_push(&check->seen);
	*pool = (struct seen_pool){
		.base = base_of(check, address),
		.size = block_size,
		.chain = PLACE_LAST,
	};
	memset(places(check, pool), 0xff, bytes); /* PLACE_UNKNOWN */
	index_make_room(&check->by_base, number + 1);
	index_put(&check->by_base, index_hash(pool->base), number);
	check->pools++;
	return pool;
}

/* Forgets what was freed there; live blocks stay. */
static void forget_chain(const struct pool_check *check, struct seen_pool *pool)
{
	uint16_t *all = places(check, pool);

	pool->chain = PLACE_LAST;
	for (uint32_t i = 0; i < places_of(check); i++)
		if (all[i] != PLACE_LIVE)
			all[i] = PLACE_UNKNOWN;
}

/* Where an object of the trace is now, 0: nowhere; NULL for OBJECT_NONE. */
static uint64_t *address_of(struct pool_check *check, uint32_t object)
{
	if (object == OBJECT_NONE)
		return NULL;
	while (check->addresses.count <= object)
		array_push(&check->addresses);
	return &check->addresses.items[object];
}

/* ---- requests -------------------------------------------------------------------------------- */

static void add_difference(struct pool_check *check, enum pool_difference_kind kind, uint64_t at,
	uint64_t recorded, uint64_t expected, uint32_t block_size)
{
	check->differences++;
	if (check->first.count < check->max)
		*array_push(&check->first) = (struct pool_difference){
			.event = at,
			.kind = kind,
			.recorded = recorded,
			.expected = expected,
			.block_size = block_size,
		};
}

/* The size of the blocks of a request's class. */
static uint32_t block_size_for(const struct pool_check *check, uint64_t size)
{
	uint32_t alignment = check->geometry->alignment;

	return (uint32_t)(size + alignment - 1) / alignment * alignment;
}

/* Whether a pool of such blocks has one there. */
static bool is_block(const struct pool_check *check, uint64_t address, uint32_t block_size)
{
	uint64_t offset = address % check->geometry->pool_size;

	return offset >= POOL_HEADER && (offset - POOL_HEADER) % block_size == 0 &&
	       offset + block_size <= check->geometry->pool_size;
}

/* Blocks of this size are in the pool from now on. */
static void set_class(struct pool_check *check, struct seen_pool *pool, uint64_t at,
	uint64_t address, uint32_t size)
{
	if (pool->size == size)
		return;
	if (pool->live > 0)
		add_difference(check, POOL_CLASS, at, address, 0, pool->size);
	pool->size = size;
	pool->live = 0;
	memset(places(check, pool), 0xff, places_of(check) * sizeof(*check->blocks));
	pool->chain = PLACE_LAST;
}

/* Takes the block out of its pool's chain, where it should be the first. */
static void take_from_chain(struct pool_check *check, struct seen_pool *pool, uint64_t at,
	uint64_t address)
{
	uint32_t place = place_of(check, address);
	bool is_known = pool->live > 0;

	if (pool->chain == PLACE_LAST)
		return;
	if (pool->chain == place + 1) {
		check->predicted += is_known;
		pool->chain = places(check, pool)[place];
		return;
	}
	if (is_known) {
		uint64_t first = pool->chain - 1;
		check->predicted++;
		add_difference(check, POOL_ORDER, at, address,
			pool->base + first * check->geometry->alignment, pool->size);
	}
	forget_chain(check, pool);
}

static void set_live(struct pool_check *check, struct seen_pool *pool, uint64_t address)
{
	uint16_t *place = &places(check, pool)[place_of(check, address)];

	pool->live += *place != PLACE_LIVE;
	*place = PLACE_LIVE;
}

/* Whether the event is the second half of a reallocation, whose first one freed a block. */
static bool ends_realloc(const struct pool_check *check, uint64_t at, const struct event *event)
{
	return event->kind == EVENT_ALLOCATE && event->call == CALL_REALLOC &&
	       check->freed.end == at && check->freed.thread == event->thread;
}

/* Whether the request is for the allocator below. */
static bool passes(struct pool_check *check, uint64_t size)
{
	bool is_small = size > 0 && size <= SMALL_LIMIT;

	check->requests += is_small;
	check->below += !is_small;
	return !is_small;
}

/* A block that a reallocation left where it was, whatever its class. */
static void take_back(struct pool_check *check, uint64_t address, uint64_t size)
{
	struct seen_pool *pool = find_pool(check, address);

	if (passes(check, size))
		return;
	if (!pool || !check->freed.was_in_pool) {
		check->outside++;
		return;
	}
	pool->chain = places(check, pool)[place_of(check, address)];
	set_live(check, pool, address);
}

/* was_outside: a realloc's whose block was in no pool that was seen, and may be in none now. */
static void take_allocation(struct pool_check *check, uint64_t at, uint64_t address, uint64_t size,
	bool was_outside)
{
	uint32_t block_size = block_size_for(check, size);
	struct seen_pool *pool = find_pool(check, address);

	if (passes(check, size))
		return;
	bool is_known = pool && pool->live > 0;
	bool fits = is_block(check, address, block_size);
	if (!is_known && (was_outside || !fits)) {
		check->outside++;
		return;
	}
	if (!fits) {
		add_difference(check, POOL_PLACE, at, address, 0, block_size);
		return;
	}
	if (!pool)
		pool = add_pool(check, address, block_size);
	set_class(check, pool, at, address, block_size);
	take_from_chain(check, pool, at, address);
	set_live(check, pool, address);
}

/* Whether it was a block in a pool that was seen; which others are pools is not known. */
static bool take_free(struct pool_check *check, uint64_t address)
{
	struct seen_pool *pool = find_pool(check, address);
	uint32_t place = place_of(check, address);

	if (!pool || !is_block(check, address, pool->size))
		return false;
	uint16_t *known = &places(check, pool)[place];
	if (*known != PLACE_LIVE && *known != PLACE_UNKNOWN)
		return false;
	pool->live -= *known == PLACE_LIVE;
	*known = (uint16_t)pool->chain;
	pool->chain = place + 1;
	return true;
}

/* A reallocation that moves frees the old block when the new one is there; in place it is none. */
static void take(struct pool_check *check, uint64_t at, const struct event *event)
{
	bool is_python = event->domain == DOMAIN_MEM || event->domain == DOMAIN_OBJ;

	if (!is_python || event->kind > EVENT_FREE || (event->flags & EVENT_FAILED))
		return;
	uint64_t *known = address_of(check, event->object);
	uint64_t old = known ? *known : event->old_address;
	uint64_t now = event->kind == EVENT_FREE ? 0 : event->address;
	if (event->kind == EVENT_FREE && old == 0)
		old = event->address;

	bool is_second = ends_realloc(check, at, event);
	if (is_second && now == check->freed.address)
		take_back(check, now, event->size);
	else if (now && now != old)
		take_allocation(check, at, now, event->size,
			is_second && !check->freed.was_in_pool);
	if (old && old != now && event->kind != EVENT_ALLOCATE) {
		bool was_in_pool = take_free(check, old);
		check->freed.end = at + 1;
		check->freed.address = old;
		check->freed.thread = event->thread;
		check->freed.was_in_pool = was_in_pool;
	}
	if (known)
		*known = now;
}

/* ---- life ------------------------------------------------------------------------------------ */

void pool_check_run(struct pool_check *ret_check, struct trace *trace,
	const struct geometry *geometry, size_t max)
{
	struct pool_check *check = ret_check;
	struct event events[BATCH];
	size_t n;

	assert(geometry->pool_size / geometry->alignment < PLACE_LIVE);
	*check = (struct pool_check){.geometry = geometry, .max = max};
	index_init(&check->by_base, &check->flat);
	while ((n = trace_read(trace, check->events, events, BATCH)) > 0) {
		progress_say("comparing", "events", check->events, trace_length(trace));
		for (size_t i = 0; i < n; i++)
			take(check, check->events + i, &events[i]);
		check->events += n;
	}
	progress_end();
}

void pool_check_finish(struct pool_check *check)
{
	array_finish(&check->first);
	array_finish(&check->seen);
	array_finish(&check->addresses);
	free(check->blocks);
	flat_finish(&check->flat);
}
