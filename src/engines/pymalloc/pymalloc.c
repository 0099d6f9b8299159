/*
 * CPython's small-object allocator, block for block.
 *
 *	arena   256 KiB or 1 MiB from the system, divided into pools
 *	pool    4 or 16 KiB, serves one size class at a time; header of 48 bytes, then blocks
 *	block   what a request of 1 to 512 bytes gets
 *
 * A pool is used (some blocks free: it is in usedpools[class]), full (in no list) or empty (in its
 * arena's freepools, or never carved). An arena with a free pool is in usable_arenas, sorted by
 * nfreepools ascending, so that the fullest arena is used first and the emptiest may become free
 * and be returned.
 *
 * Knowledge: Objects/obmalloc.c of CPython 2.7 to 3.13. Up to 3.7 an arena whose count of free
 * pools grew is moved right by a linear search; from 3.8 on nfp2lasta finds its place at once. Both
 * arrive at the same order.
 */
#include "engines/pymalloc/pymalloc.h"

#include "base/error.h"
#include "base/options.h"
#include "engines/pymalloc/decisions.h"

#include <assert.h>
#include <string.h>

/* By enum arena_source. */
static const char *const arena_sources[] = {"mmap", "heap", "recorded", NULL};

static const char *const arena_bases[] = {"aligned", "unaligned", NULL};

static const char *const c_heaps[] = {"pymalloc", "below", NULL};
static const char *const engines_below[] = {"heap", "glibc", NULL};

static const struct option_spec options[] = {
	{.name = "python",
		.type = OPTION_CHOICE,
		.value = "VERSION",
		.fallback = "3.11",
		.choices = pymalloc_presets,
		.help = "CPython version to simulate; blocks are aligned to 8 bytes up to 2.7.16, 3.6.14 and 3.7.3, and to 16 in later releases (3.6.15: as pyenv builds it)"},
	{.name = "arenas",
		.type = OPTION_CHOICE,
		.value = "SOURCE",
		.fallback = "mmap",
		.choices = arena_sources,
		.help = "where arenas come from: own mappings, the heap below, or the recorded places"},
	{.name = "arena-bases",
		.type = OPTION_CHOICE,
		.value = "BASES",
		.fallback = "aligned",
		.choices = arena_bases,
		.help = "where arenas begin: at multiples of a pool, or as the system's mmap or a malloc places them, which may cost a pool"},
	{.name = "malloc",
		.type = OPTION_CHOICE,
		.value = "LAYER",
		.fallback = "pymalloc",
		.choices = c_heaps,
		.help = "what serves plain malloc calls: pymalloc, or the layer below"},
	{.name = "below",
		.type = OPTION_CHOICE,
		.value = "ENGINE",
		.fallback = "heap",
		.choices = engines_below,
		.help = "the layer below: a heap, or the malloc of glibc"},
	{0},
};

/* ---- address → arena ----------------------------------------------------------------------- */

static uint64_t key_of(const struct pymalloc *py, uint64_t address)
{
	return (address >> py->arena_bits) + 1;
}

static size_t home_of(const struct pymalloc *py, uint64_t key)
{
	return (size_t)((key * 0x9E3779B97F4A7C15u) >> 32) & (py->stretches.count - 1);
}

static struct address_stretch *find_stretch(const struct pymalloc *py, uint64_t key)
{
	struct address_stretch *table = py->stretches.data;

	for (size_t at = home_of(py, key);; at = (at + 1) & (py->stretches.count - 1))
		if (table[at].key == key || table[at].key == 0)
			return &table[at];
}

static void put_stretch(struct pymalloc *py, uint64_t key, uint32_t begins, uint32_t ends)
{
	struct address_stretch *stretch = find_stretch(py, key);

	assert(begins != NONE || ends != NONE);
	if (stretch->key == 0) {
		stretch->key = key;
		stretch->begins = NONE;
		stretch->ends = NONE;
		state_of(py)->nslots_used++;
	}
	/* No two arenas begin, or end, in one stretch; growing has put the new one already. */
	assert(begins == NONE || stretch->begins == NONE || stretch->begins == begins);
	assert(ends == NONE || stretch->ends == NONE || stretch->ends == ends);
	if (begins != NONE)
		stretch->begins = begins;
	if (ends != NONE)
		stretch->ends = ends;
}

/* Empties the entry and moves back the ones after it that would no longer be found. */
static void remove_stretch(struct pymalloc *py, struct address_stretch *stretch)
{
	struct address_stretch *table = py->stretches.data;
	size_t mask = py->stretches.count - 1;
	size_t hole = (size_t)(stretch - table);

	for (size_t at = (hole + 1) & mask; table[at].key != 0; at = (at + 1) & mask) {
		size_t home = home_of(py, table[at].key);
		if (((at - home) & mask) >= ((at - hole) & mask)) {
			table[hole] = table[at];
			hole = at;
		}
	}
	assert(table[hole].key != 0 && state_of(py)->nslots_used > 0);
	memset(&table[hole], 0, sizeof(table[hole]));
	state_of(py)->nslots_used--;
}

static void clear_stretch(struct pymalloc *py, uint64_t key, bool begins)
{
	struct address_stretch *stretch = find_stretch(py, key);

	assert(stretch->key == key && (begins ? stretch->begins : stretch->ends) != NONE);
	if (begins)
		stretch->begins = NONE;
	else
		stretch->ends = NONE;
	if (stretch->begins == NONE && stretch->ends == NONE)
		remove_stretch(py, stretch);
}

static void grow_stretches(struct pymalloc *py)
{
	size_t count = py->stretches.count;

	flat_set_count(&py->stretches, 0);
	flat_set_count(&py->stretches, count ? count * 2 : 64);
	state_of(py)->nslots_used = 0;
	for (uint32_t slot = 0; slot < py->arenas.count; slot++) {
		uint64_t base = arena_of(py, slot)->base;
		if (base == 0)
			continue;
		uint64_t last = key_of(py, base + py->geometry->arena_size - 1);
		put_stretch(py, key_of(py, base), slot, NONE);
		if (last != key_of(py, base))
			put_stretch(py, last, NONE, slot);
	}
	assert(state_of(py)->nslots_used < py->stretches.count);
}

static void enter_address(struct pymalloc *py, uint32_t slot)
{
	uint64_t base = arena_of(py, slot)->base;
	uint64_t last = key_of(py, base + py->geometry->arena_size - 1);

	if ((state_of(py)->nslots_used + 2) * 2 > py->stretches.count)
		grow_stretches(py);
	put_stretch(py, key_of(py, base), slot, NONE);
	if (last != key_of(py, base))
		put_stretch(py, last, NONE, slot);

	flat_grow(&py->by_address, 1);
	uint32_t *order = py->by_address.data;
	size_t at = py->by_address.count - 1;
	for (; at > 0 && arena_of(py, order[at - 1])->base > base; at--)
		order[at] = order[at - 1];
	order[at] = slot;
	assert(at == 0 || arena_of(py, order[at - 1])->base + py->geometry->arena_size <= base);
	assert(at + 1 == py->by_address.count ||
		arena_of(py, order[at + 1])->base >= base + py->geometry->arena_size);
}

static void leave_address(struct pymalloc *py, uint32_t slot)
{
	uint64_t base = arena_of(py, slot)->base;
	uint64_t last = key_of(py, base + py->geometry->arena_size - 1);
	uint32_t *order = py->by_address.data;
	size_t at = 0;

	clear_stretch(py, key_of(py, base), true);
	if (last != key_of(py, base))
		clear_stretch(py, last, false);

	while (order[at] != slot) {
		at++;
		assert(at < py->by_address.count);
	}
	memmove(&order[at], &order[at + 1], (py->by_address.count - at - 1) * sizeof(*order));
	flat_set_count(&py->by_address, py->by_address.count - 1);
}

uint32_t pymalloc_arena_at(const struct pymalloc *py, uint64_t address)
{
	if (py->stretches.count == 0)
		return NONE;

	const struct address_stretch *stretch = find_stretch(py, key_of(py, address));
	if (stretch->key == 0)
		return NONE;
	if (stretch->begins != NONE && address >= arena_of(py, stretch->begins)->base)
		return stretch->begins;
	if (stretch->ends != NONE &&
		address - arena_of(py, stretch->ends)->base < py->geometry->arena_size)
		return stretch->ends;
	return NONE;
}

uint32_t pymalloc_pool_at(const struct pymalloc *py, uint64_t address)
{
	uint32_t slot = pymalloc_arena_at(py, address);
	if (slot == NONE)
		return NONE;

	const struct arena_object *arena = arena_of(py, slot);
	if (address < arena->first_pool)
		return NONE;
	uint64_t place = (address - arena->first_pool) >> py->pool_bits;
	return place < arena->carved ? slot * MAX_POOLS + (uint32_t)place : NONE;
}

/* ---- arenas -------------------------------------------------------------------------------- */

/* Doubles arenas[], from 16, and links the new slots, the lowest first. */
static void add_arena_objects(struct pymalloc *py)
{
	uint32_t old = (uint32_t)py->arenas.count;
	uint32_t new = old ? old * 2 : 16;

	assert(state_of(py)->unused_arena_objects == NONE);
	flat_set_count(&py->arenas, new);
	for (uint32_t slot = old; slot < new; slot++)
		arena_of(py, slot)->next = slot + 1 < new ? slot + 1 : NONE;
	state_of(py)->unused_arena_objects = old;
}

/* Slots are used from the lowest on: only those that ever held an arena have pools. */
static void add_pools(struct pymalloc *py, uint32_t slot)
{
	size_t npools = ((size_t)slot + 1) * MAX_POOLS;

	assert(slot < py->arenas.count);
	if (npools <= py->pools.count)
		return;
	flat_set_count(&py->pools, npools);
	flat_set_count(&py->links, npools * py->blocks_max);
}

/*
 * As mmap places arenas in a process that has other mappings: at a page, of which the first is not
 * a multiple of a pool where pools are larger, and the others adjoin it.
 */
static uint64_t map_unaligned(struct pymalloc *py)
{
	struct page_source *pages = py->engine.pages;
	uint64_t pool_size = py->geometry->pool_size, arena_size = py->geometry->arena_size;
	uint64_t room = pages->map(pages, arena_size + pool_size, SYSTEM_PAGE);

	if (room == 0)
		return 0;
	uint64_t base = room + (SYSTEM_PAGE - room % pool_size + pool_size) % pool_size;
	if (pool_size == SYSTEM_PAGE && room % arena_size == 0)
		base += SYSTEM_PAGE;
	pages->unmap(pages, room, arena_size + pool_size);
	assert(base >= room && base - room <= pool_size);
	return pages->take(pages, base, arena_size, false) ? base : 0;
}

static uint64_t take_arena(struct pymalloc *py)
{
	struct engine *engine = &py->engine;

	if (py->arenas_from == ARENAS_RECORDED && engine->pages->map_recorded) {
		uint64_t base =
			engine->pages->map_recorded(engine->pages, py->geometry->arena_size);
		if (base)
			return base;
		decide(engine, &decision_arena_invented, py->geometry->arena_size, 0, 0, 0);
	}
	if (py->arenas_from != ARENAS_BELOW)
		return py->has_unaligned_arenas
			       ? map_unaligned(py)
			       : engine->pages->map(engine->pages, py->geometry->arena_size,
					 py->geometry->arena_size);

	const struct request request = {.size = py->geometry->arena_size,
		.alignment = py->has_unaligned_arenas ? 0 : py->geometry->pool_size,
		.domain = DOMAIN_RAW};
	struct placement placement;
	if (!engine->below)
		return 0;
	decide(engine, &decision_entered_below, request.size, 0, 0, 0);
	enum outcome outcome = engine_allocate(engine->below, &request, &placement);
	decide(engine, &decision_left_below, 0, 0, 0, 0);
	return outcome == OUTCOME_PLACED ? placement.address : 0;
}

static void give_arena_back(struct pymalloc *py, uint64_t base)
{
	struct engine *engine = &py->engine;

	if (py->arenas_from != ARENAS_BELOW) {
		engine->pages->unmap(engine->pages, base, py->geometry->arena_size);
		return;
	}
	decide(engine, &decision_entered_below, py->geometry->arena_size, 0, 0, 0);
	engine_release(engine->below, base);
	decide(engine, &decision_left_below, 0, 0, 0, 0);
}

/* A new arena with all its pools free, in no list yet; NONE when none can be had. */
static uint32_t new_arena(struct pymalloc *py)
{
	const struct geometry *geometry = py->geometry;
	struct pymalloc_state *state = state_of(py);

	if (state->unused_arena_objects == NONE)
		add_arena_objects(py);
	uint64_t base = take_arena(py);
	if (base == 0) {
		decide(&py->engine, &decision_arena_refused, geometry->arena_size, 0, 0, 0);
		return NONE;
	}

	uint32_t slot = state->unused_arena_objects;
	struct arena_object *arena = arena_of(py, slot);
	assert(arena->base == 0 && arena->next != slot);
	state->unused_arena_objects = arena->next;
	add_pools(py, slot);
	arena->base = base;
	arena->first_pool =
		(base + geometry->pool_size - 1) / geometry->pool_size * geometry->pool_size;
	arena->ntotalpools =
		(uint32_t)((base + geometry->arena_size - arena->first_pool) / geometry->pool_size);
	assert(arena->ntotalpools == MAX_POOLS - (arena->first_pool != base));
	arena->nfreepools = arena->ntotalpools;
	arena->serial = (uint32_t)state->mapped++;
	arena->carved = 0;
	arena->used_bytes = 0;
	arena->freepools = NONE;
	arena->next = NONE;
	arena->prev = NONE;
	arena->from_below = py->arenas_from == ARENAS_BELOW;
	enter_address(py, slot);

	uint64_t current = state->mapped - state->reclaimed;
	if (current > state->highwater)
		state->highwater = current;
	state->misaligned += arena->first_pool != base;
	state->free_pools += arena->ntotalpools;
	py->engine.happened |= HAPPENED_ARENA_MAPPED;
	decide_arena(&py->engine, &decision_arena_mapped, arena->serial, base, arena->ntotalpools,
		slot);
	return slot;
}

static void unlink_usable(struct pymalloc *py, uint32_t slot)
{
	struct arena_object *arena = arena_of(py, slot);

	assert(state_of(py)->nusable > 0);
	assert(arena->prev == NONE ? state_of(py)->usable_arenas == slot
				   : arena_of(py, arena->prev)->next == slot);
	assert(arena->next == NONE || arena_of(py, arena->next)->prev == slot);
	if (arena->prev == NONE)
		state_of(py)->usable_arenas = arena->next;
	else
		arena_of(py, arena->prev)->next = arena->next;
	if (arena->next != NONE)
		arena_of(py, arena->next)->prev = arena->prev;
	state_of(py)->nusable--;
}

static void free_arena(struct pymalloc *py, uint32_t slot)
{
	struct pymalloc_state *state = state_of(py);
	struct arena_object *arena = arena_of(py, slot);
	uint64_t base = arena->base;

	assert(base != 0 && arena->used_bytes == 0 && arena->nfreepools == arena->ntotalpools);
	assert(state->free_pools >= arena->ntotalpools && state->mapped > state->reclaimed);
	unlink_usable(py, slot);
	leave_address(py, slot);
	state->misaligned -= arena->first_pool != base;
	state->free_pools -= arena->ntotalpools;
	state->reclaimed++;
	arena->base = 0;
	arena->next = state->unused_arena_objects;
	arena->prev = NONE;
	state->unused_arena_objects = slot;
	py->engine.happened |= HAPPENED_ARENA_UNMAPPED;
	decide_arena(&py->engine, &decision_arena_unmapped, arena->serial, arena->first_pool, slot,
		py->geometry->pool_size);
	give_arena_back(py, base);
}

/*
 * The arena has one more free pool: returns the arena to the system, or moves it to its place in
 * usable_arenas.
 */
static void arena_gained_pool(struct pymalloc *py, uint32_t slot)
{
	struct pymalloc_state *state = state_of(py);
	struct arena_object *arena = arena_of(py, slot);
	uint32_t nf = arena->nfreepools;
	uint32_t last = state->nfp2lasta[nf];

	if (last == slot) {
		uint32_t before = arena->prev;
		bool has_peer = before != NONE && arena_of(py, before)->nfreepools == nf;
		state->nfp2lasta[nf] = has_peer ? before : NONE;
	}
	assert(nf < arena->ntotalpools && (nf == 0 || last != NONE));
	arena->nfreepools = ++nf;

	if (nf == arena->ntotalpools && (!py->geometry->keeps_last || arena->next != NONE)) {
		free_arena(py, slot);
		return;
	}
	if (nf == 1) {
		assert(arena->next == NONE && arena->prev == NONE); /* no list had it */
		arena->next = state->usable_arenas;
		arena->prev = NONE;
		if (arena->next != NONE)
			arena_of(py, arena->next)->prev = slot;
		state->usable_arenas = slot;
		state->nusable++;
		if (state->nfp2lasta[1] == NONE)
			state->nfp2lasta[1] = slot;
		decide(&py->engine, &decision_arena_usable_again, arena->serial, 0, 0, 0);
		return;
	}
	if (nf == arena->ntotalpools)
		decide(&py->engine, &decision_arena_kept, arena->serial, 0, 0, 0);
	if (state->nfp2lasta[nf] == NONE)
		state->nfp2lasta[nf] = slot;
	if (last == slot) {
		decide(&py->engine, &decision_arena_stays, arena->serial, nf, 0, 0);
		return;
	}

	unlink_usable(py, slot);
	state->nusable++;
	struct arena_object *left = arena_of(py, last);
	arena->prev = last;
	arena->next = left->next;
	if (arena->next != NONE)
		arena_of(py, arena->next)->prev = slot;
	left->next = slot;
	assert(left->nfreepools + 1 == nf);
	assert(arena->next == NONE || arena_of(py, arena->next)->nfreepools >= nf);
	decide(&py->engine, &decision_arena_sorted, arena->serial, left->serial, nf, 0);
}

/* ---- pools --------------------------------------------------------------------------------- */

static void link_used(struct pymalloc *py, uint32_t pool, uint32_t szidx)
{
	struct class_state *class = &state_of(py)->classes[szidx];
	struct pool *header = pool_of(py, pool);

	assert(szidx < py->nclasses && header->szidx == szidx && header->count > 0);
	assert(class->usedpools == NONE || pool_of(py, class->usedpools)->prev == NONE);
	header->next = class->usedpools;
	header->prev = NONE;
	if (header->next != NONE)
		pool_of(py, header->next)->prev = pool;
	class->usedpools = pool;
	class->length++;
}

static void unlink_used(struct pymalloc *py, uint32_t pool)
{
	struct pool *header = pool_of(py, pool);
	struct class_state *class = &state_of(py)->classes[header->szidx];

	assert(class->length > 0);
	assert(header->prev == NONE ? class->usedpools == pool
				    : pool_of(py, header->prev)->next == pool);
	assert(header->next == NONE || pool_of(py, header->next)->prev == pool);
	if (header->prev == NONE)
		class->usedpools = header->next;
	else
		pool_of(py, header->prev)->next = header->next;
	if (header->next != NONE)
		pool_of(py, header->next)->prev = header->prev;
	header->next = NONE;
	header->prev = NONE;
	class->length--;
}

/*
 * Takes a free pool from the head of usable_arenas, mapping an arena if need be; NONE when there is
 * none.
 */
static uint32_t take_pool(struct pymalloc *py)
{
	struct pymalloc_state *state = state_of(py);
	uint32_t slot = state->usable_arenas;
	uint32_t pool;

	if (slot == NONE) {
		decide(&py->engine, &decision_no_usable_arena, 0, 0, 0, 0);
		slot = new_arena(py);
		if (slot == NONE)
			return NONE;
		state->usable_arenas = slot;
		state->nusable = 1;
		state->nfp2lasta[arena_of(py, slot)->nfreepools] = slot;
	} else {
		decide(&py->engine, &decision_arena_chosen, arena_of(py, slot)->serial,
			arena_of(py, slot)->nfreepools, state->nusable, 0);
	}

	struct arena_object *arena = arena_of(py, slot);
	assert(arena->base != 0 && arena->prev == NONE && arena->nfreepools > 0);
	assert(state->free_pools > 0);
	if (state->nfp2lasta[arena->nfreepools] == slot)
		state->nfp2lasta[arena->nfreepools] = NONE;
	if (arena->nfreepools > 1)
		state->nfp2lasta[arena->nfreepools - 1] = slot;

	if (arena->freepools != NONE) {
		pool = arena->freepools;
		assert(pool / MAX_POOLS == slot && pool_of(py, pool)->count == 0);
		arena->freepools = pool_of(py, pool)->next;
		decide(&py->engine, &decision_pool_from_freepools, pool_base(py, pool),
			arena->serial, pool_of(py, pool)->szidx, 0);
	} else {
		assert(arena->carved < arena->ntotalpools);
		pool = slot * MAX_POOLS + arena->carved++;
		pool_of(py, pool)->szidx = NONE;
		decide(&py->engine, &decision_pool_carved, pool_base(py, pool), arena->serial,
			arena->ntotalpools - arena->carved, 0);
	}
	state->free_pools--;
	if (--arena->nfreepools == 0) {
		unlink_usable(py, slot);
		arena->next = NONE;
		arena->prev = NONE;
		decide(&py->engine, &decision_arena_full, arena->serial, 0, 0, 0);
	}
	return pool;
}

/* The pool just taken serves class szidx from now on; gives its first block. */
static uint32_t open_pool(struct pymalloc *py, uint32_t pool, uint32_t szidx)
{
	struct pool *header = pool_of(py, pool);
	uint16_t *links = links_of(py, pool);
	uint32_t size = block_size_of(py, szidx);
	uint32_t block;

	assert(header->count == 0 && state_of(py)->classes[szidx].usedpools == NONE);
	py->engine.happened |= HAPPENED_POOL_NEW;
	state_of(py)->classes[szidx].pools++;
	header->count = 1;
	if (header->szidx == szidx) {
		assert(header->freeblock != LINK_END);
		block = header->freeblock - 1;
		header->freeblock = links[block];
		decide(&py->engine, &decision_pool_same_class, pool_base(py, pool), szidx, 0, 0);
	} else {
		block = 0;
		header->szidx = szidx;
		header->size = size;
		header->nextoffset = POOL_HEADER + 2 * size;
		header->maxnextoffset = py->geometry->pool_size - size;
		header->freeblock = 1 + 1;
		links[1] = LINK_END;
		decide(&py->engine, &decision_pool_initialised, pool_base(py, pool), szidx,
			capacity_of(py, szidx), 0);
	}
	link_used(py, pool, szidx);
	decide(&py->engine, &decision_pool_linked, pool_base(py, pool), szidx, 0, 0);
	return block;
}

/* Of the block that a link of the pool leads to; 0: it ends the chain. */
static uint64_t address_of_link(const struct pymalloc *py, uint32_t pool, uint32_t link)
{
	return link == LINK_END ? 0 : block_address(py, pool, link - 1);
}

/* The pool has handed out its last block. */
__attribute__((noinline)) static void leave_full(struct pymalloc *py, uint32_t pool)
{
	const struct pool *header = pool_of(py, pool);

	assert(header->count == capacity_of(py, header->szidx));
	unlink_used(py, pool);
	py->engine.happened |= HAPPENED_POOL_FULL;
	decide(&py->engine, &decision_pool_full, pool_base(py, pool), header->szidx, 0, 0);
}

/*
 * Pops the chain of a used pool; extends it by a virgin block, or takes the pool out of its list,
 * when it runs out.
 */
static inline uint32_t pop_block(struct pymalloc *py, uint32_t pool, struct decision_log *log)
{
	struct pool *header = pool_of(py, pool);
	uint16_t *links = links_of(py, pool);
	uint32_t block = header->freeblock - 1;

	assert(header->freeblock != LINK_END && links[block] != LINK_IN_USE);
	header->count++;
	header->freeblock = links[block];
	decide_in(log, &decision_block_popped, block_address(py, pool, block), pool_base(py, pool),
		address_of_link(py, pool, header->freeblock), header->count);
	if (header->freeblock != LINK_END)
		return block;

	if (header->nextoffset <= header->maxnextoffset) {
		uint32_t virgin = header->count; /* all before it are in use */
		assert(virgin == (header->nextoffset - POOL_HEADER) / header->size);
		header->freeblock = virgin + 1;
		links[virgin] = LINK_END;
		header->nextoffset += header->size;
		decide_in(log, &decision_block_carved, block_address(py, pool, virgin),
			pool_base(py, pool), header->nextoffset, 0);
		return block;
	}
	leave_full(py, pool);
	return block;
}

/* A full pool has a free block. */
static void pool_became_unfull(struct pymalloc *py, uint32_t pool)
{
	uint32_t szidx = pool_of(py, pool)->szidx;

	link_used(py, pool, szidx);
	py->engine.happened |= HAPPENED_POOL_UNFULL;
	decide(&py->engine, &decision_pool_unfull, pool_base(py, pool), szidx, 0, 0);
}

static void pool_became_empty(struct pymalloc *py, uint32_t pool)
{
	uint32_t slot = pool / MAX_POOLS;
	struct arena_object *arena = arena_of(py, slot);
	struct pool *header = pool_of(py, pool);

	assert(arena->base != 0 && header->count == 0);
	assert(state_of(py)->classes[header->szidx].pools > 0);
	unlink_used(py, pool);
	state_of(py)->classes[header->szidx].pools--;
	state_of(py)->free_pools++;
	header->next = arena->freepools;
	arena->freepools = pool;
	py->engine.happened |= HAPPENED_POOL_EMPTY;
	decide(&py->engine, &decision_pool_empty, pool_base(py, pool), arena->serial,
		arena->nfreepools + 1, 0);
	arena_gained_pool(py, slot);
}

/* ---- requests ------------------------------------------------------------------------------ */

static inline uint32_t class_of(const struct pymalloc *py, uint64_t size)
{
	assert(size > 0 && size <= SMALL_LIMIT);
	return (uint32_t)(size - 1) >> py->alignment_bits;
}

/* Of a placement: where the block's pool is. */
static inline uint32_t place_of(uint32_t pool)
{
	return pool + 1 < PLACES_MAX ? pool + 1 : 0;
}

/* The block is in use from now on. */
static inline struct placed hand_out(struct pymalloc *py, uint32_t pool, uint32_t block)
{
	const struct pool *header = pool_of(py, pool);
	struct arena_object *arena = arena_of(py, pool / MAX_POOLS);

	links_of(py, pool)[block] = LINK_IN_USE;
	state_of(py)->classes[header->szidx].blocks++;
	arena->used_bytes += header->size;
	return (struct placed){block_address(py, pool, block), header->size, place_of(pool)};
}

/* A block of a pool that had none in use; no address: no arena can be had. */
static struct placed take_from_free_pool(struct pymalloc *py, uint32_t szidx)
{
	uint32_t pool = take_pool(py);

	if (pool == NONE)
		return (struct placed){0};
	return hand_out(py, pool, open_pool(py, pool, szidx));
}

/* A small request; no address: no arena can be had. */
static struct placed allocate_small(struct pymalloc *py, uint64_t size)
{
	uint32_t szidx = class_of(py, size);
	const struct class_state *class = &state_of(py)->classes[szidx];

	decide(&py->engine, &decision_small, size, szidx, block_size_of(py, szidx), 0);
	if (class->usedpools == NONE) {
		decide(&py->engine, &decision_usedpools_empty, szidx, 0, 0, 0);
		return take_from_free_pool(py, szidx);
	}
	uint32_t pool = class->usedpools;
	decide(&py->engine, &decision_usedpools_hit, szidx, pool_base(py, pool), class->length, 0);
	return hand_out(py, pool, pop_block(py, pool, py->engine.log));
}

static struct placed take(struct engine *engine, uint64_t size)
{
	struct pymalloc *py = (struct pymalloc *)engine;
	uint32_t szidx = class_of(py, size), pool = state_of(py)->classes[szidx].usedpools;

	if (pool != NONE)
		return hand_out(py, pool, pop_block(py, pool, NULL));
	if (state_of(py)->usable_arenas == NONE)
		return (struct placed){0};
	return take_from_free_pool(py, szidx);
}

static enum outcome allocate_below(struct pymalloc *py, const struct request *request,
	struct placement *ret_placement)
{
	struct engine *engine = &py->engine;
	struct request passed = *request;

	if (!engine->below) {
		engine->happened |= HAPPENED_NO_MEMORY;
		decide(engine, &decision_no_memory, request->size, 0, 0, 0);
		return OUTCOME_NO_MEMORY;
	}
	passed.size = request->size ? request->size : 1; /* as PyMem_RawMalloc does */
	engine->happened |= HAPPENED_BELOW;
	decide(engine, &decision_entered_below, passed.size, 0, 0, 0);
	enum outcome outcome = engine_allocate(engine->below, &passed, ret_placement);
	decide(engine, &decision_left_below, 0, 0, 0, 0);
	if (outcome == OUTCOME_PLACED)
		ret_placement->layer++;
	return outcome;
}

/* A realloc of an unknown block: outside all arenas it belongs, and stays, with the layer below. */
static bool belongs_below(const struct pymalloc *py, const struct request *request)
{
	return request->stranger && request->domain != DOMAIN_C &&
	       pymalloc_arena_at(py, request->stranger) == NONE;
}

static enum outcome allocate(struct engine *engine, const struct request *request,
	struct placement *ret_placement)
{
	struct pymalloc *py = (struct pymalloc *)engine;
	struct placed placed = {0};

	if (request->domain == DOMAIN_RAW)
		decide(engine, &decision_raw_domain, request->size, 0, 0, 0);
	else if (request->domain == DOMAIN_C && py->c_heap_is_below)
		decide(engine, &decision_c_heap, request->size, 0, 0, 0);
	else if (belongs_below(py, request))
		decide(engine, &decision_stays_below, request->size, 0, 0, 0);
	else if (request->alignment > py->geometry->alignment)
		decide(engine, &decision_aligned, request->size, request->alignment, 0, 0);
	else if (request->size == 0 || request->size > SMALL_LIMIT)
		decide(engine, &decision_too_large, request->size, SMALL_LIMIT, 0, 0);
	else
		placed = allocate_small(py, request->size);
	if (placed.address == 0)
		return allocate_below(py, request, ret_placement);
	*ret_placement = (struct placement){placed.address, placed.given, 0, placed.place};
	return OUTCOME_PLACED;
}

/* Finds the pool and number of the block in use at the address; false when there is none. */
static inline bool find_block(const struct pymalloc *py, uint64_t address, uint32_t *ret_pool,
	uint32_t *ret_block)
{
	uint32_t slot = pymalloc_arena_at(py, address);
	if (slot == NONE || address < arena_of(py, slot)->first_pool)
		return false;

	uint64_t inside_arena = address - arena_of(py, slot)->first_pool;
	uint64_t place = inside_arena >> py->pool_bits;
	if (place >= arena_of(py, slot)->carved)
		return false;
	uint32_t pool = slot * MAX_POOLS + (uint32_t)place;
	const struct pool *header = pool_of(py, pool);
	uint64_t offset = inside_arena & (py->geometry->pool_size - 1);
	if (header->count == 0 || offset < POOL_HEADER || offset >= header->nextoffset)
		return false;
	uint32_t inside = (uint32_t)offset - POOL_HEADER;
	*ret_pool = pool;
	*ret_block = block_at(py, header->szidx, inside);
	return *ret_block * block_size_of(py, header->szidx) == inside &&
	       links_of(py, pool)[*ret_block] == LINK_IN_USE;
}

static inline void release_block(struct pymalloc *py, uint32_t pool, uint32_t block,
	struct decision_log *log)
{
	struct pool *header = pool_of(py, pool);
	struct class_state *class = &state_of(py)->classes[header->szidx];
	uint32_t last_free = header->freeblock;

	assert(links_of(py, pool)[block] == LINK_IN_USE && header->count > 0);
	assert(class->blocks > 0 && arena_of(py, pool / MAX_POOLS)->used_bytes >= header->size);
	links_of(py, pool)[block] = (uint16_t)last_free;
	header->freeblock = block + 1;
	header->count--;
	class->blocks--;
	arena_of(py, pool / MAX_POOLS)->used_bytes -= header->size;
	decide_in(log, &decision_block_pushed, block_address(py, pool, block), pool_base(py, pool),
		address_of_link(py, pool, last_free), header->count);

	if (last_free == LINK_END)
		pool_became_unfull(py, pool);
	else if (header->count == 0)
		pool_became_empty(py, pool);
}

static void give(struct engine *engine, uint64_t address, uint32_t place)
{
	struct pymalloc *py = (struct pymalloc *)engine;
	uint32_t pool = place - 1, byte = (uint32_t)(address - pool_base(py, pool)) - POOL_HEADER;

	assert(pymalloc_pool_at(py, address) == pool);
	release_block(py, pool, block_at(py, pool_of(py, pool)->szidx, byte), NULL);
}

static enum outcome invalid(struct engine *engine, uint64_t address)
{
	engine->happened |= HAPPENED_INVALID;
	decide(engine, &decision_invalid, address, 0, 0, 0);
	return OUTCOME_INVALID;
}

static enum outcome release(struct engine *engine, uint64_t address)
{
	struct pymalloc *py = (struct pymalloc *)engine;
	uint32_t pool, block;

	if (find_block(py, address, &pool, &block)) {
		release_block(py, pool, block, engine->log);
		return OUTCOME_RELEASED;
	}
	if (!engine->below || pymalloc_arena_at(py, address) != NONE)
		return invalid(engine, address);
	engine->happened |= HAPPENED_BELOW;
	decide(engine, &decision_in_no_arena, address, 0, 0, 0);
	decide(engine, &decision_entered_below, 0, 0, 0, 0);
	enum outcome outcome = engine_release(engine->below, address);
	decide(engine, &decision_left_below, 0, 0, 0, 0);
	return outcome;
}

static enum outcome reallocate_below(struct pymalloc *py, uint64_t address,
	const struct request *request, struct placement *ret_placement)
{
	struct engine *engine = &py->engine;
	struct request passed = *request;

	if (!engine->below)
		return invalid(engine, address);
	passed.size = request->size ? request->size : 1;
	engine->happened |= HAPPENED_BELOW;
	decide(engine, &decision_stays_below, request->size, 0, 0, 0);
	decide(engine, &decision_entered_below, passed.size, 0, 0, 0);
	enum outcome outcome = engine_reallocate(engine->below, address, &passed, ret_placement);
	decide(engine, &decision_left_below, 0, 0, 0, 0);
	if (outcome == OUTCOME_PLACED)
		ret_placement->layer++;
	return outcome;
}

static enum outcome reallocate(struct engine *engine, uint64_t address,
	const struct request *request, struct placement *ret_placement)
{
	struct pymalloc *py = (struct pymalloc *)engine;
	uint32_t pool, block;

	if (!find_block(py, address, &pool, &block)) {
		if (pymalloc_arena_at(py, address) != NONE)
			return invalid(engine, address);
		return reallocate_below(py, address, request, ret_placement);
	}

	uint32_t size = block_size_of(py, pool_of(py, pool)->szidx);
	if (request->size > 0 && request->size <= size && 4 * request->size > 3 * (uint64_t)size) {
		decide(engine,
			request->size == size ? &decision_fits_block : &decision_shrinks_little,
			request->size, size, 0, 0);
		*ret_placement = (struct placement){address, size, 0, place_of(pool)};
		return OUTCOME_PLACED;
	}
	decide(engine, &decision_moves, request->size, size,
		request->size < size ? request->size : size, 0);
	enum outcome outcome = allocate(engine, request, ret_placement);
	if (outcome == OUTCOME_PLACED)
		release_block(py, pool, block, engine->log);
	return outcome;
}

/* What a release reads and the caches may not have: the pools are few, their links are not. */
static void expect(const struct engine *engine, uint64_t address, uint32_t place)
{
	const struct pymalloc *py = (const struct pymalloc *)engine;
	uint32_t pool = place - 1;

	if (place == 0)
		return;
	uint32_t byte = (uint32_t)(address - pool_base(py, pool)) - POOL_HEADER;
	__builtin_prefetch(&links_of(py, pool)[block_at(py, pool_of(py, pool)->szidx, byte)], 1);
}

/* ---- life ---------------------------------------------------------------------------------- */

static int init(struct engine *engine, const struct options *values, struct error *err)
{
	struct pymalloc *py = (struct pymalloc *)engine;

	py->geometry = pymalloc_geometry(values);
	py->arenas_from = (enum arena_source)options_choice(values, "arenas");
	py->has_unaligned_arenas = options_choice(values, "arena-bases") == 1;
	py->c_heap_is_below = options_choice(values, "malloc") == 1;
	engine->takes_recorded = py->arenas_from == ARENAS_RECORDED;
	engine->plain.most = py->arenas_from == ARENAS_BELOW ? 0 : SMALL_LIMIT;
	engine->plain.domains = ~(1u << DOMAIN_RAW);
	if (py->c_heap_is_below)
		engine->plain.domains &= ~(1u << DOMAIN_C);
	py->nclasses = SMALL_LIMIT / py->geometry->alignment;
	py->blocks_max = (py->geometry->pool_size - POOL_HEADER) / py->geometry->alignment;
	py->alignment_bits = (unsigned)__builtin_ctz(py->geometry->alignment);
	py->pool_bits = (unsigned)__builtin_ctz(py->geometry->pool_size);
	py->arena_bits = (unsigned)__builtin_ctz(py->geometry->arena_size);
	for (uint32_t i = 0; i < py->nclasses; i++)
		py->reciprocals[i] = (uint32_t)(UINT32_MAX / block_size_of(py, i) + 1);
	assert(py->geometry->arena_size / py->geometry->pool_size == MAX_POOLS);

	flat_add(&engine->flat, &py->state, sizeof(struct pymalloc_state));
	flat_add(&engine->flat, &py->arenas, sizeof(struct arena_object));
	flat_add(&engine->flat, &py->pools, sizeof(struct pool));
	flat_add(&engine->flat, &py->links, sizeof(uint16_t));
	flat_add(&engine->flat, &py->stretches, sizeof(struct address_stretch));
	flat_add(&engine->flat, &py->by_address, sizeof(uint32_t));

	struct pymalloc_state *state = flat_grow(&py->state, 1);
	state->usable_arenas = NONE;
	state->unused_arena_objects = NONE;
	for (size_t i = 0; i <= MAX_POOLS; i++)
		state->nfp2lasta[i] = NONE;
	for (size_t i = 0; i < MAX_CLASSES; i++)
		state->classes[i].usedpools = NONE;
	return 0;
}

const struct engine_ops engine_pymalloc = {
	.name = "pymalloc",
	.summary = "CPython's arenas, pools and blocks; large requests go to the heap below",
	.holder = "Python",
	.options = options,
	.below = "heap",
	.below_option = "below",
	.decisions = pymalloc_decisions,
	.state_size = sizeof(struct pymalloc),

	.init = init,

	.allocate = allocate,
	.release = release,
	.reallocate = reallocate,
	.take = take,
	.give = give,
	.expect = expect,

	.region_count = pymalloc_region_count,
	.region = pymalloc_region,
	.region_of = pymalloc_region_of,
	.page = pymalloc_page,
	.spans = pymalloc_spans,
	.used_between = pymalloc_used_between,

	.list_count = pymalloc_list_count,
	.list = pymalloc_list,
	.list_entries = pymalloc_list_entries,
	.fields = pymalloc_fields,
	.region_fields = pymalloc_region_fields,

	.class_count = pymalloc_class_count,
	.class_info = pymalloc_class_info,
	.totals = pymalloc_totals,
	.reports = pymalloc_reports,
	.report = pymalloc_report,
	.check = pymalloc_check,
};
