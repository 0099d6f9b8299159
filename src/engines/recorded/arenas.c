/*
 * The arenas of a recorded Python at their real addresses, above the rest of its heap (recorded.c).
 *
 *	arena   mapped and returned when and where the trace says
 *	pool    a page of an arena; its size class is that of the block that came first since it was
 *	        empty
 *	carved  blocks of a pool up to the last that was ever in use: later ones were never seen
 *
 * No allocator decides here, so the order of chains, usedpools and usable_arenas, which only
 * CPython knows, is not shown. A block outside all arenas belongs to the layer below. Where an
 * arena is returned while blocks in it are live, their frees were not recorded: it stays until they
 * are gone.
 *
 * Geometry, and what pools look like: pymalloc.h.
 */
#include "base/error.h"
#include "base/xalloc.h"
#include "engine/walks.h"
#include "engines/pymalloc/decisions.h"
#include "engines/pymalloc/pymalloc.h"
#include "engines/recorded/recorded.h"

#include <assert.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define BITMAP_WORDS 16u /* for the blocks of a pool: at most 1021 */

struct class_totals {
	uint64_t pools;
	uint64_t blocks;
};

struct arenas_state {
	uint64_t mapped; /* arenas, ever */
	uint64_t peak;
	uint64_t pools;      /* in all arenas that are there */
	uint64_t free_pools; /* of them, pools without a block */
	struct class_totals classes[MAX_CLASSES];
};

struct known_pool {
	uint32_t class; /* + 1; 0: no block was ever seen in it */
	uint32_t used;
	uint32_t carved;
	uint32_t reserved;
	uint64_t in_use[BITMAP_WORDS];
};

struct known_arena {
	uint64_t base;
	uint64_t used_bytes;
	uint32_t serial;
	uint32_t slot; /* its pools are those from slot * MAX_POOLS on */
	uint32_t used_pools;
	uint32_t is_gone; /* returned, except that blocks in it still count as live */
};

struct arenas {
	struct engine engine;
	const struct geometry *geometry;
	struct flat_array sums;
	struct flat_array arenas; /* by address */
	struct flat_array pools;
	struct flat_array free_slots; /* uint32_t */
};

/* The arena and pool that hold an address. */
struct block_spot {
	struct known_arena *arena;
	struct known_pool *pool;
	uint64_t pool_base;
};

static const struct decision_kind decision_recorded_in_pool = {
	.name = "recorded-in-pool",
	.operands = "a block, b pool, c block size, d blocks in use after",
	.words = {.plain =
			  "That is where the recorded Python had it: a block of {c:B}, {d:block*} in use."},
};

static const struct decision_kind decision_recorded_left = {
	.name = "recorded-left",
	.operands = "a block, b pool, c blocks in use after",
	.words = {.plain = "{b:pool} has {c:block*} left in use."},
};

static const struct decision_kind *const decisions[] = {
	&decision_recorded_in_pool,
	&decision_recorded_left,
	&decision_recorded_taken,
	&decision_arena_mapped,
	&decision_arena_unmapped,
	NULL,
};

static struct arenas *self(struct engine *engine)
{
	return (struct arenas *)engine;
}

static const struct arenas *const_self(const struct engine *engine)
{
	return (const struct arenas *)engine;
}

static struct arenas_state *sums_of(const struct arenas *arenas)
{
	return arenas->sums.data;
}

static struct known_arena *arena_at(const struct arenas *arenas, size_t at)
{
	return flat_at(&arenas->arenas, struct known_arena, at);
}

static struct known_pool *pool_in(const struct arenas *arenas, const struct known_arena *arena,
	uint32_t number)
{
	return flat_at(&arenas->pools, struct known_pool, (size_t)arena->slot * MAX_POOLS + number);
}

static uint64_t first_pool_of(const struct arenas *arenas, const struct known_arena *arena)
{
	uint64_t size = arenas->geometry->pool_size;

	return (arena->base + size - 1) / size * size;
}

/* Pools that are whole: an arena that does not begin at a pool's border loses one. */
static uint32_t whole_pools(const struct arenas *arenas, const struct known_arena *arena)
{
	return MAX_POOLS - (first_pool_of(arenas, arena) != arena->base);
}

static uint32_t block_size(const struct arenas *arenas, const struct known_pool *pool)
{
	return pool->class * arenas->geometry->alignment;
}

static uint32_t blocks_in(const struct arenas *arenas, const struct known_pool *pool)
{
	return pool->class ? (arenas->geometry->pool_size - POOL_HEADER) / block_size(arenas, pool)
			   : 0;
}

/* The first arena that begins after the address. */
static size_t arena_behind(const struct arenas *arenas, uint64_t address)
{
	size_t low = 0, high = arenas->arenas.count;

	while (low < high) {
		size_t middle = (low + high) / 2;
		if (arena_at(arenas, middle)->base <= address)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

static bool find_arena(const struct arenas *arenas, uint64_t address, size_t *ret_at)
{
	*ret_at = arena_behind(arenas, address) - 1;
	return *ret_at != SIZE_MAX &&
	       address - arena_at(arenas, *ret_at)->base < arenas->geometry->arena_size;
}

static bool find_spot(const struct arenas *arenas, uint64_t address, struct block_spot *ret_spot)
{
	size_t at;

	if (!find_arena(arenas, address, &at))
		return false;
	struct known_arena *arena = arena_at(arenas, at);
	uint64_t first = first_pool_of(arenas, arena), size = arenas->geometry->pool_size;
	if (address < first || (address - first) / size >= whole_pools(arenas, arena))
		return false;
	uint32_t number = (uint32_t)((address - first) / size);
	*ret_spot =
		(struct block_spot){arena, pool_in(arenas, arena, number), first + number * size};
	return true;
}

static bool is_used(const struct known_pool *pool, uint32_t block)
{
	return pool->in_use[block / 64] >> (block % 64) & 1;
}

/* The block of that pool that begins there; false when none does. */
static bool find_block(const struct arenas *arenas, const struct block_spot *spot, uint64_t address,
	uint32_t *ret_block)
{
	uint64_t offset = address - spot->pool_base - POOL_HEADER;

	if (spot->pool->class == 0 || address < spot->pool_base + POOL_HEADER ||
		offset % block_size(arenas, spot->pool))
		return false;
	*ret_block = (uint32_t)(offset / block_size(arenas, spot->pool));
	return *ret_block < blocks_in(arenas, spot->pool);
}

static bool find_live(const struct arenas *arenas, uint64_t address, struct block_spot *ret_spot,
	uint32_t *ret_block)
{
	return find_spot(arenas, address, ret_spot) &&
	       find_block(arenas, ret_spot, address, ret_block) &&
	       is_used(ret_spot->pool, *ret_block);
}

/* ---- arenas -------------------------------------------------------------------------------- */

static uint32_t take_slot(struct arenas *arenas)
{
	size_t left = arenas->free_slots.count;

	if (left == 0) {
		flat_grow(&arenas->pools, MAX_POOLS);
		return (uint32_t)(arenas->pools.count / MAX_POOLS) - 1;
	}
	uint32_t slot = *flat_at(&arenas->free_slots, uint32_t, left - 1);
	flat_set_count(&arenas->free_slots, left - 1);
	return slot;
}

/* The arena begins after the one before it ends, and ends before the next one begins. */
static inline bool is_in_order(const struct arenas *arenas, size_t at)
{
	uint64_t base = arena_at(arenas, at)->base, size = arenas->geometry->arena_size;

	return (at == 0 || base - arena_at(arenas, at - 1)->base >= size) &&
	       (at + 1 == arenas->arenas.count || arena_at(arenas, at + 1)->base - base >= size);
}

static void mapped(struct engine *engine, uint64_t base, uint64_t bytes)
{
	struct arenas *arenas = self(engine);
	struct arenas_state *sums = sums_of(arenas);
	size_t at = arena_behind(arenas, base);

	/* Other sizes are pieces of the interpreter's stack, or another Python's. */
	if (bytes != arenas->geometry->arena_size ||
		!engine->pages->take(engine->pages, base, bytes, false))
		return;
	uint32_t slot = take_slot(arenas);
	flat_grow(&arenas->arenas, 1);
	struct known_arena *arena = arena_at(arenas, at);
	memmove(arena + 1, arena, (arenas->arenas.count - at - 1) * sizeof(*arena));
	memset(arena, 0, sizeof(*arena));
	arena->base = base;
	arena->serial = (uint32_t)sums->mapped++;
	arena->slot = slot;
	memset(pool_in(arenas, arena, 0), 0, MAX_POOLS * sizeof(struct known_pool));
	assert(is_in_order(arenas, at));
	assert(arenas->pools.count ==
		(arenas->arenas.count + arenas->free_slots.count) * MAX_POOLS);
	sums->pools += whole_pools(arenas, arena);
	sums->free_pools += whole_pools(arenas, arena);
	if (arenas->arenas.count > sums->peak)
		sums->peak = arenas->arenas.count;
	engine->happened |= HAPPENED_ARENA_MAPPED;
	decide_arena(engine, &decision_arena_mapped, arena->serial, base,
		whole_pools(arenas, arena), slot);
}

static void remove_arena(struct arenas *arenas, size_t at)
{
	struct engine *engine = &arenas->engine;
	const struct known_arena arena = *arena_at(arenas, at);
	struct arenas_state *sums = sums_of(arenas);

	assert(arena.is_gone && arena.used_pools == 0 && arena.used_bytes == 0);
	assert(sums->free_pools >= whole_pools(arenas, &arena) && sums->pools >= sums->free_pools);
	sums->pools -= whole_pools(arenas, &arena);
	sums->free_pools -= whole_pools(arenas, &arena);
	*(uint32_t *)flat_grow(&arenas->free_slots, 1) = arena.slot;
	memmove(arena_at(arenas, at), arena_at(arenas, at) + 1,
		(arenas->arenas.count - at - 1) * sizeof(struct known_arena));
	flat_set_count(&arenas->arenas, arenas->arenas.count - 1);
	engine->pages->unmap(engine->pages, arena.base, arenas->geometry->arena_size);
	engine->happened |= HAPPENED_ARENA_UNMAPPED;
	decide_arena(engine, &decision_arena_unmapped, arena.serial, first_pool_of(arenas, &arena),
		arena.slot, arenas->geometry->pool_size);
}

static void unmapped(struct engine *engine, uint64_t base)
{
	struct arenas *arenas = self(engine);
	size_t at;

	if (!find_arena(arenas, base, &at) || arena_at(arenas, at)->base != base)
		return;
	arena_at(arenas, at)->is_gone = 1;
	if (arena_at(arenas, at)->used_pools == 0)
		remove_arena(arenas, at);
}

/* ---- blocks -------------------------------------------------------------------------------- */

/*
 * An empty pool takes the class of the new block; if the class changes, no block counts as carved.
 */
static void begin_pool(struct arenas *arenas, const struct block_spot *spot, uint32_t class)
{
	struct known_pool *pool = spot->pool;

	assert(pool->used == 0 && class > 0 && class <= MAX_CLASSES);
	assert(sums_of(arenas)->free_pools > 0);
	assert(spot->arena->used_pools < whole_pools(arenas, spot->arena));
	if (pool->class != class)
		pool->carved = 0;
	pool->class = class;
	spot->arena->used_pools++;
	sums_of(arenas)->free_pools--;
	sums_of(arenas)->classes[class - 1].pools++;
	arenas->engine.happened |= HAPPENED_POOL_NEW;
}

static void end_pool(struct arenas *arenas, const struct block_spot *spot)
{
	assert(spot->pool->used == 0 && spot->arena->used_pools > 0);
	assert(sums_of(arenas)->classes[spot->pool->class - 1].pools > 0);
	spot->arena->used_pools--;
	sums_of(arenas)->free_pools++;
	sums_of(arenas)->classes[spot->pool->class - 1].pools--;
	arenas->engine.happened |= HAPPENED_POOL_EMPTY;
}

static void count_block(struct arenas *arenas, const struct block_spot *spot, uint32_t block,
	bool is_new)
{
	struct known_pool *pool = spot->pool;
	uint32_t size = block_size(arenas, pool), one = is_new ? 1 : UINT32_MAX;

	assert(block < blocks_in(arenas, pool) && is_used(pool, block) != is_new);
	pool->in_use[block / 64] ^= UINT64_C(1) << (block % 64);
	pool->used += one;
	assert(pool->used <= blocks_in(arenas, pool));
	assert(is_new || spot->arena->used_bytes >= size);
	spot->arena->used_bytes += is_new ? size : -(uint64_t)size;
	sums_of(arenas)->classes[pool->class - 1].blocks += (uint64_t)(int64_t)(int32_t)one;
}

/*
 * Whether the request fits a free block of the pool; an empty pool is taken to have the request's
 * class.
 */
static bool fits_spot(const struct arenas *arenas, const struct block_spot *spot,
	const struct request *request, uint32_t *ret_class, uint32_t *ret_block)
{
	uint64_t size = request->size ? request->size : 1;
	struct known_pool as_if = *spot->pool;
	struct block_spot there = *spot;

	if (size > SMALL_LIMIT)
		return false;
	there.pool = &as_if;
	if (as_if.used == 0)
		as_if.class = (uint32_t)((size - 1) / arenas->geometry->alignment) + 1;
	*ret_class = as_if.class;
	return find_block(arenas, &there, request->recorded, ret_block) &&
	       size <= block_size(arenas, &as_if) && !is_used(&as_if, *ret_block);
}

static enum outcome place(struct arenas *arenas, const struct block_spot *spot,
	const struct request *request, struct placement *ret_placement)
{
	struct engine *engine = &arenas->engine;
	struct known_pool *pool = spot->pool;
	uint32_t class, block;

	if (!fits_spot(arenas, spot, request, &class, &block)) {
		decide(engine, &decision_recorded_taken, request->recorded, request->size, 0, 0);
		return OUTCOME_NO_MEMORY;
	}
	if (pool->used == 0)
		begin_pool(arenas, spot, class);
	count_block(arenas, spot, block, true);
	if (block >= pool->carved)
		pool->carved = block + 1;
	assert(pool->class == class && pool->used <= pool->carved);
	if (pool->used == blocks_in(arenas, pool))
		engine->happened |= HAPPENED_POOL_FULL;
	decide(engine, &decision_recorded_in_pool, request->recorded, spot->pool_base,
		block_size(arenas, pool), pool->used);
	*ret_placement = (struct placement){request->recorded, block_size(arenas, pool), 0};
	return OUTCOME_PLACED;
}

static void take_away(struct arenas *arenas, const struct block_spot *spot, uint32_t block,
	uint64_t address)
{
	struct engine *engine = &arenas->engine;
	size_t at = arena_behind(arenas, spot->arena->base) - 1;

	assert(arena_at(arenas, at) == spot->arena && block < spot->pool->carved);
	if (spot->pool->used == blocks_in(arenas, spot->pool))
		engine->happened |= HAPPENED_POOL_UNFULL;
	count_block(arenas, spot, block, false);
	decide(engine, &decision_recorded_left, address, spot->pool_base, spot->pool->used, 0);
	if (spot->pool->used == 0)
		end_pool(arenas, spot);
	if (spot->arena->is_gone && spot->arena->used_pools == 0)
		remove_arena(arenas, at);
}

/* ---- requests ------------------------------------------------------------------------------ */

static struct engine *enter_below(struct engine *engine, uint64_t size)
{
	engine->happened |= HAPPENED_BELOW;
	decide(engine, &decision_entered_below, size, 0, 0, 0);
	return engine->below;
}

static enum outcome allocate(struct engine *engine, const struct request *request,
	struct placement *ret_placement)
{
	struct block_spot spot;

	if (find_spot(self(engine), request->recorded, &spot))
		return place(self(engine), &spot, request, ret_placement);
	struct engine *below = enter_below(engine, request->size);
	enum outcome outcome = engine_allocate(below, request, ret_placement);
	decide(engine, &decision_left_below, 0, 0, 0, 0);
	ret_placement->layer += outcome == OUTCOME_PLACED;
	return outcome;
}

static enum outcome release(struct engine *engine, uint64_t address)
{
	struct block_spot spot;
	uint32_t block;

	if (find_live(self(engine), address, &spot, &block)) {
		take_away(self(engine), &spot, block, address);
		return OUTCOME_RELEASED;
	}
	struct engine *below = enter_below(engine, 0);
	enum outcome outcome = engine_release(below, address);
	decide(engine, &decision_left_below, 0, 0, 0, 0);
	return outcome;
}

/*
 * Allocates a new block and releases the old one, as Python's realloc does when a block cannot
 * stay.
 */
static enum outcome move(struct engine *engine, uint64_t address, const struct request *request,
	struct placement *ret_placement)
{
	enum outcome outcome = allocate(engine, request, ret_placement);

	if (outcome == OUTCOME_PLACED && release(engine, address) != OUTCOME_RELEASED) {
		release(engine, ret_placement->address);
		return OUTCOME_INVALID;
	}
	return outcome;
}

static enum outcome reallocate(struct engine *engine, uint64_t address,
	const struct request *request, struct placement *ret_placement)
{
	struct arenas *arenas = self(engine);
	struct block_spot spot, to;
	uint32_t block;
	bool was_ours = find_live(arenas, address, &spot, &block);

	if (!was_ours && !find_spot(arenas, request->recorded, &to)) {
		struct engine *below = enter_below(engine, request->size);
		enum outcome outcome = engine_reallocate(below, address, request, ret_placement);
		decide(engine, &decision_left_below, 0, 0, 0, 0);
		ret_placement->layer += outcome == OUTCOME_PLACED;
		return outcome;
	}
	if (was_ours && request->recorded == 0 && request->size == 0)
		return release(engine, address);
	if (!was_ours || address != request->recorded ||
		request->size > block_size(arenas, spot.pool))
		return move(engine, address, request, ret_placement);
	decide(engine, &decision_recorded_in_pool, address, spot.pool_base,
		block_size(arenas, spot.pool), spot.pool->used);
	*ret_placement = (struct placement){address, block_size(arenas, spot.pool), 0};
	return OUTCOME_PLACED;
}

static void expect(const struct engine *engine, uint64_t address, uint32_t place)
{
	if (engine_has_expect(engine->below))
		engine_expect(engine->below, address, place);
}

/* ---- what it shows of itself --------------------------------------------------------------- */

static size_t region_count(const struct engine *engine)
{
	return const_self(engine)->arenas.count;
}

static void region(const struct engine *engine, size_t at, struct region *ret_region)
{
	const struct arenas *arenas = const_self(engine);
	const struct known_arena *arena = arena_at(arenas, at);

	*ret_region = (struct region){.kind = REGION_ARENA,
		.serial = arena->serial,
		.base = arena->base,
		.size = arenas->geometry->arena_size,
		.used = arena->used_bytes,
		.pages = MAX_POOLS,
		.page_size = arenas->geometry->pool_size};
	snprintf(ret_region->name, sizeof(ret_region->name), "A%02" PRIu32, arena->serial);
	if (arena->used_pools == whole_pools(arenas, arena))
		snprintf(ret_region->state, sizeof(ret_region->state), "F");
}

static enum page_state page_state_of(const struct arenas *arenas, const struct known_pool *pool)
{
	if (pool->class == 0)
		return PAGE_VIRGIN;
	if (pool->used == 0)
		return PAGE_FREE;
	return pool->used == blocks_in(arenas, pool) ? PAGE_FULL : PAGE_USED;
}

/*
 * As the pymalloc engine does, the two partial pools of an unaligned arena are shown as its last
 * one.
 */
static void page(const struct engine *engine, size_t at, size_t number, struct page *ret_page)
{
	const struct arenas *arenas = const_self(engine);
	const struct known_arena *arena = arena_at(arenas, at);
	const struct known_pool *pool = pool_in(arenas, arena, (uint32_t)number);
	uint64_t size = arenas->geometry->pool_size;

	*ret_page = (struct page){.state = PAGE_LOST,
		.base = first_pool_of(arenas, arena) + number * size,
		.size = size,
		.size_class = PAGE_NO_CLASS};
	if (number >= whole_pools(arenas, arena)) {
		ret_page->size = arena->base + arenas->geometry->arena_size - ret_page->base;
		return;
	}
	ret_page->state = page_state_of(arenas, pool);
	if (pool->class == 0)
		return;
	ret_page->size_class = pool->class - 1;
	ret_page->block_size = block_size(arenas, pool);
	ret_page->first_block = POOL_HEADER;
	ret_page->used = pool->used;
	ret_page->blocks = blocks_in(arenas, pool);
}

struct arena_visitor {
	uint64_t from, to;
	span_visit *visit;
	void *user;
};

/* false: stop. */
static bool show(const struct arena_visitor *visitor, enum span_state state, uint64_t base,
	uint64_t size)
{
	const struct span span = {.state = state,
		.base = base,
		.size = size,
		.payload = state == SPAN_USED ? base : 0};

	if (size == 0 || base + size <= visitor->from || base >= visitor->to)
		return true;
	return visitor->visit(&span, visitor->user);
}

static bool show_pool(const struct arenas *arenas, const struct known_pool *pool, uint64_t base,
	const struct arena_visitor *visitor)
{
	if (pool->used == 0)
		return show(visitor, pool->class ? SPAN_FREE : SPAN_VIRGIN, base,
			arenas->geometry->pool_size);

	assert(pool->class > 0); /* it holds blocks */
	uint32_t size = block_size(arenas, pool), count = blocks_in(arenas, pool);
	uint64_t first = base + POOL_HEADER, end = first + (uint64_t)count * size;
	uint32_t block = visitor->from > first ? (uint32_t)((visitor->from - first) / size) : 0;
	if (!show(visitor, SPAN_HEADER, base, POOL_HEADER))
		return false;
	for (; block < count && first + (uint64_t)block * size < visitor->to; block++)
		if (!show(visitor,
			    is_used(pool, block)   ? SPAN_USED
			    : block < pool->carved ? SPAN_FREE
						   : SPAN_VIRGIN,
			    first + (uint64_t)block * size, size))
			return false;
	return show(visitor, SPAN_WASTE, end, base + arenas->geometry->pool_size - end);
}

static bool show_arena(const struct arenas *arenas, const struct known_arena *arena,
	const struct arena_visitor *visitor)
{
	uint64_t first = first_pool_of(arenas, arena), size = arenas->geometry->pool_size;
	uint32_t number = visitor->from > first ? (uint32_t)((visitor->from - first) / size) : 0;
	uint32_t count = whole_pools(arenas, arena);
	uint64_t end = first + count * size;

	if (!show(visitor, SPAN_WASTE, arena->base, first - arena->base))
		return false;
	for (; number < count && first + number * size < visitor->to; number++)
		if (!show_pool(arenas, pool_in(arenas, arena, number), first + number * size,
			    visitor))
			return false;
	return show(visitor, SPAN_WASTE, end, arena->base + arenas->geometry->arena_size - end);
}

static void spans(const struct engine *engine, uint64_t from, uint64_t to, span_visit *visit,
	void *user)
{
	const struct arenas *arenas = const_self(engine);
	const struct arena_visitor visitor = {from, to, visit, user};
	size_t at;

	for (at = find_arena(arenas, from, &at) ? at : arena_behind(arenas, from);
		at < arenas->arenas.count; at++)
		if (arena_at(arenas, at)->base >= to ||
			!show_arena(arenas, arena_at(arenas, at), &visitor))
			return;
}

/* Pools that are wholly within count at once, the two at the ends block by block. */
static uint64_t used_in_arena(const struct arenas *arenas, const struct known_arena *arena,
	uint64_t from, uint64_t to)
{
	uint64_t first = first_pool_of(arenas, arena), size = arenas->geometry->pool_size;
	struct span_sum sum = {from, to, 0};
	const struct arena_visitor visitor = {from, to, span_add_used, &sum};

	if (from <= arena->base && to >= arena->base + arenas->geometry->arena_size)
		return arena->used_bytes;
	for (uint32_t i = 0; i < whole_pools(arenas, arena); i++) {
		const struct known_pool *pool = pool_in(arenas, arena, i);
		uint64_t base = first + i * size;
		if (base >= to || base + size <= from)
			continue;
		if (base >= from && base + size <= to)
			sum.used += (uint64_t)pool->used * block_size(arenas, pool);
		else
			show_pool(arenas, pool, base, &visitor);
	}
	return sum.used;
}

static uint64_t used_between(const struct engine *engine, uint64_t from, uint64_t to)
{
	const struct arenas *arenas = const_self(engine);
	uint64_t used = 0;
	size_t at;

	for (at = find_arena(arenas, from, &at) ? at : arena_behind(arenas, from);
		at < arenas->arenas.count && arena_at(arenas, at)->base < to; at++)
		used += used_in_arena(arenas, arena_at(arenas, at), from, to);
	return used;
}

static size_t class_count(const struct engine *engine)
{
	return SMALL_LIMIT / const_self(engine)->geometry->alignment;
}

static void class_info(const struct engine *engine, size_t at, struct size_class *ret_class)
{
	const struct arenas *arenas = const_self(engine);
	const struct class_totals *tally = &sums_of(arenas)->classes[at];
	uint64_t room = arenas->geometry->pool_size - POOL_HEADER;

	ret_class->size = (uint32_t)(at + 1) * arenas->geometry->alignment;
	ret_class->pages = tally->pools;
	ret_class->used = tally->blocks;
	ret_class->available = tally->pools * (room / ret_class->size) - tally->blocks;
	ret_class->headers = tally->pools * POOL_HEADER;
	ret_class->tails = tally->pools * (room % ret_class->size);
}

static void totals(const struct engine *engine, struct totals *ret_totals)
{
	const struct arenas *arenas = const_self(engine);
	const struct arenas_state *sums = sums_of(arenas);
	uint64_t count = arenas->arenas.count;

	*ret_totals = (struct totals){.reserved = count * arenas->geometry->arena_size,
		.unused = sums->free_pools * arenas->geometry->pool_size,
		.alignment = (count * MAX_POOLS - sums->pools) * arenas->geometry->pool_size,
		.regions = count,
		.regions_total = sums->mapped,
		.regions_peak = sums->peak};
	totals_add_classes(engine, ret_totals);
}

/* ---- check --------------------------------------------------------------------------------- */

static int check_pool(const struct arenas *arenas, const struct known_pool *pool, struct error *err)
{
	uint32_t used = 0;

	if (pool->class > MAX_CLASSES || pool->carved > blocks_in(arenas, pool) ||
		(pool->carved == 0) != (pool->class == 0) || pool->reserved)
		return error_set(err, "more blocks carved than its pool has");
	for (uint32_t block = 0; block < BITMAP_WORDS * 64; block++) {
		if (!is_used(pool, block))
			continue;
		if (block >= pool->carved)
			return error_set(err, "a block in use behind those that its pool has");
		used++;
	}
	if (used != pool->used)
		return error_set(err, "%" PRIu32 " blocks in use, %" PRIu32 " counted", used,
			pool->used);
	return 0;
}

/* Adds what the pools of an arena hold to what was found; a pool that is not whole is empty. */
static int check_pools(const struct arenas *arenas, const struct known_arena *arena,
	struct arenas_state *found, struct error *err)
{
	const struct known_pool none = {0};
	uint32_t whole = whole_pools(arenas, arena), used_pools = 0;
	uint64_t used = 0;

	for (uint32_t i = 0; i < MAX_POOLS; i++) {
		const struct known_pool *pool = pool_in(arenas, arena, i);
		if (i >= whole && memcmp(pool, &none, sizeof(none)) != 0)
			return error_set(err, "p%02" PRIu32 ": it is not whole, and has blocks", i);
		if (check_pool(arenas, pool, err) < 0)
			return error_prefix(err, "p%02" PRIu32, i);
		if (pool->used == 0)
			continue;
		used_pools++;
		used += (uint64_t)pool->used * block_size(arenas, pool);
		found->classes[pool->class - 1].pools++;
		found->classes[pool->class - 1].blocks += pool->used;
	}
	if (used_pools != arena->used_pools || used != arena->used_bytes)
		return error_set(err, "its sums are wrong");
	found->pools += whole;
	found->free_pools += whole - used_pools;
	return 0;
}

static int check_arena(const struct arenas *arenas, size_t at, struct arenas_state *found,
	struct error *err)
{
	const struct known_arena *arena = arena_at(arenas, at);

	if (at > 0 && arena_at(arenas, at - 1)->base + arenas->geometry->arena_size > arena->base)
		return error_set(err, "arenas overlap, or are not in address order");
	if (arena->serial >= sums_of(arenas)->mapped ||
		arena->slot >= arenas->pools.count / MAX_POOLS || arena->is_gone > 1 ||
		(arena->is_gone && arena->used_pools == 0))
		return error_set(err, "A%02" PRIu32 ": it is none that was mapped", arena->serial);
	if (check_pools(arenas, arena, found, err) < 0)
		return error_prefix(err, "A%02" PRIu32, arena->serial);
	return 0;
}

static size_t mark_slot(bool *is_taken, size_t slots, uint32_t slot)
{
	if (slot >= slots || is_taken[slot])
		return 0;
	is_taken[slot] = true;
	return 1;
}

/* Each slot is that of one arena, or free. */
static int check_slots(const struct arenas *arenas, struct error *err)
{
	size_t slots = arenas->pools.count / MAX_POOLS, found = 0;
	bool *is_taken = xcalloc(slots, sizeof(*is_taken));

	for (size_t i = 0; i < arenas->arenas.count; i++)
		found += mark_slot(is_taken, slots, arena_at(arenas, i)->slot);
	for (size_t i = 0; i < arenas->free_slots.count; i++)
		found += mark_slot(is_taken, slots, *flat_at(&arenas->free_slots, uint32_t, i));
	free(is_taken);
	if (found != slots || arenas->arenas.count + arenas->free_slots.count != slots)
		return error_set(err, "a slot is neither an arena's nor free, or both");
	return 0;
}

static int check(const struct engine *engine, struct error *err)
{
	const struct arenas *arenas = const_self(engine);
	const struct arenas_state *sums = sums_of(arenas);
	struct arenas_state found = {0};

	for (size_t at = 0; at < arenas->arenas.count; at++)
		if (check_arena(arenas, at, &found, err) < 0)
			return -1;
	if (check_slots(arenas, err) < 0)
		return -1;
	if (found.pools != sums->pools || found.free_pools != sums->free_pools ||
		memcmp(found.classes, sums->classes, sizeof(found.classes)) != 0)
		return error_set(err, "the sums are not those of the arenas");
	return 0;
}

static int init(struct engine *engine, const struct options *values, struct error *err)
{
	struct arenas *arenas = self(engine);

	arenas->geometry = pymalloc_geometry(values);
	assert((arenas->geometry->pool_size - POOL_HEADER) / arenas->geometry->alignment <=
		BITMAP_WORDS * 64);
	flat_add(&engine->flat, &arenas->sums, sizeof(struct arenas_state));
	flat_add(&engine->flat, &arenas->arenas, sizeof(struct known_arena));
	flat_add(&engine->flat, &arenas->pools, sizeof(struct known_pool));
	flat_add(&engine->flat, &arenas->free_slots, sizeof(uint32_t));
	flat_grow(&arenas->sums, 1);
	return 0;
}

const struct engine_ops engine_recorded_arenas = {
	.name = "recorded-arenas",
	.summary =
		"a recorded Python's arenas at their real addresses (what `recorded` uses for Python)",
	.holder = "Python",
	.below = "recorded",
	.decisions = decisions,
	.state_size = sizeof(struct arenas),
	.as_recorded = true,

	.init = init,

	.allocate = allocate,
	.release = release,
	.reallocate = reallocate,
	.expect = expect,
	.mapped = mapped,
	.unmapped = unmapped,

	.region_count = region_count,
	.region = region,
	.page = page,
	.spans = spans,
	.used_between = used_between,

	.class_count = class_count,
	.class_info = class_info,

	.totals = totals,
	.check = check,
};
