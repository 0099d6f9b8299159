/*
 * See keepers.h. A caller's blocks in one place are a tenant. What goes back without some callers
 * is found by the end of each tenant: a place gives back what is above the highest end of those
 * that stay. In an arena every tenant ends where the arena does.
 */
#include "report/keepers.h"

#include "base/arrays.h"
#include "base/progress.h"
#include "base/xalloc.h"
#include "heap/pages.h"
#include "report/owners.h"
#include "report/transients.h"
#include "story/places.h"

#include <stdlib.h>
#include <string.h>

struct tenant {
	uint32_t caller, place;
	uint64_t end;  /* of its last block, from the place's base on, in whole pages */
	uint64_t seen; /* the pool that was counted last for it */
	double pools;  /* that it is in, shared with others */
};

struct held_place {
	uint64_t base;
	uint64_t floor; /* from the base on: below this nothing ever goes back */
	bool is_arena;
	bool is_other; /* an arena of the C library that is not its main one */
};

/* Where callers have blocks, in the order of the places. */
struct premises {
	const struct heap *heap;
	size_t callers;
	ARRAY(struct tenant) tenants; /* place by place */
	ARRAY(struct held_place) places;
};

struct search {
	const struct heap *heap;
	const struct lives *lives;
	const struct transients *transients;
	struct owners *owners;
	uint64_t seen, live;    /* blocks that were counted, of all */
	struct keeper *keepers; /* by caller */
	struct mapped *mapped;  /* likewise */
	double (*shares)[CAUSE_COUNT];
	struct premises *premises;
	size_t *seats;       /* by caller: 1 + its newest tenant */
	ARRAY(size_t) mates; /* tenants of one pool */
	bool has_heaps;      /* what lies between their blocks is free */
	size_t first;        /* tenant of the place that is visited */
	uint64_t pool;       /* number of the pool that is visited */
	double each;         /* idle bytes that each block of it keeps */
	/* of the heap that is visited: */
	size_t layer;
	uint64_t base, size;
	const struct engine *engine;
	uint64_t below[CAUSE_COUNT]; /* free bytes since the block before, by their cause */
	uint64_t hole;               /* of these, right below */
};

static void begin_place(struct search *search, uint64_t base, bool is_arena)
{
	search->first = search->premises->tenants.count;
	search->base = base;
	*array_push(&search->premises->places) =
		(struct held_place){.base = base, .is_arena = is_arena};
}

static size_t tenant_of(struct search *search, uint32_t caller)
{
	size_t seat = search->seats[caller];

	if (seat > search->first)
		return seat - 1;
	*array_push(&search->premises->tenants) = (struct tenant){
		.caller = caller,
		.place = (uint32_t)search->premises->places.count - 1,
	};
	search->seats[caller] = search->premises->tenants.count;
	return search->premises->tenants.count - 1;
}

/* Counts a block for its caller; gives the tenant. */
static size_t add_block(struct search *search, uint32_t caller, uint64_t bytes, uint64_t end)
{
	size_t at = tenant_of(search, caller);
	struct tenant *tenant = &search->premises->tenants.items[at];

	progress_say("finding who keeps it", "blocks", search->seen++, search->live);
	search->keepers[caller].blocks++;
	search->keepers[caller].bytes += bytes;
	tenant->end = end > tenant->end ? end : tenant->end;
	return at;
}

/* seen: what the recorder's census could see of the idle bytes. */
static void add_to_owner(struct search *search, uint32_t object, double idle, double seen)
{
	struct lived lived;

	if (search->owners->count > 0 && lives_find(search->lives, object, &lived))
		owners_add_kept(search->owners, &lived, idle, seen);
}

/* ---- arenas -------------------------------------------------------------------------------- */

static bool add_pool_block(const struct span *span, void *user)
{
	struct search *search = user;
	struct live live;

	if (span->state != SPAN_USED)
		return true;
	bool is_known = heap_find_address(search->heap, span->payload, &live);
	if (is_known && transients_has(search->transients, live.object))
		return true;
	size_t at = add_block(search, is_known ? lives_caller(search->lives, live.object) : 0,
		is_known ? live.size : span->size, 0);
	if (is_known)
		add_to_owner(search, live.object, search->each, search->each);
	if (search->premises->tenants.items[at].seen != search->pool) {
		search->premises->tenants.items[at].seen = search->pool;
		*array_push(&search->mates) = at;
	}
	return true;
}

/* empty: what the pool's blocks keep of the arena's empty pools. */
static void visit_pool(struct search *search, const struct engine *engine, const struct page *page,
	enum cause cause, double empty)
{
	double free = (double)(page->blocks - page->used) * page->block_size;

	search->pool++;
	search->each = (free + empty) / page->used;
	search->mates.count = 0;
	engine_spans(engine, page->base, page->base + page->size, add_pool_block, search);
	for (size_t i = 0; i < search->mates.count; i++) {
		struct tenant *tenant = &search->premises->tenants.items[search->mates.items[i]];
		double part = 1.0 / (double)search->mates.count;
		tenant->pools += part;
		search->shares[tenant->caller][cause] += free * part;
	}
}

/* Bytes of an arena's empty pools, and how many others it has. */
static double empty_pools(const struct engine *engine, size_t at, const struct region *region,
	double *ret_pools)
{
	double empty = 0, pools = 0;
	struct page page;

	for (uint32_t i = 0; i < region->pages; i++) {
		engine_page(engine, at, i, &page);
		pools += page.used > 0;
		if (page.used == 0 && page.state != PAGE_LOST)
			empty += (double)page.size;
	}
	*ret_pools = pools;
	return empty;
}

static void visit_arena(struct search *search, const struct engine *engine, size_t at,
	const struct region *region)
{
	bool is_pinned = arena_is_pinned(engine, at, region);
	double pools, empty = empty_pools(engine, at, region, &pools);
	struct page page;

	begin_place(search, region->base, true);
	for (uint32_t i = 0; i < region->pages; i++) {
		engine_page(engine, at, i, &page);
		if (page.used > 0)
			visit_pool(search, engine, &page, is_pinned ? CAUSE_PINNED : CAUSE_POOLS,
				empty / pools);
	}
	for (size_t i = search->first; i < search->premises->tenants.count; i++) {
		struct tenant *tenant = &search->premises->tenants.items[i];
		tenant->end = region->size;
		search->keepers[tenant->caller].arenas++;
		search->shares[tenant->caller][is_pinned ? CAUSE_PINNED : CAUSE_EMPTY] +=
			empty * tenant->pools / pools;
	}
}

/* ---- heaps --------------------------------------------------------------------------------- */

/* A heap may be smaller than a page. */
static uint64_t end_of(const struct search *search, const struct span *span)
{
	uint64_t end = page_up(span->base + span->size - search->base);

	return end < search->size ? end : search->size;
}

/* A block that is no object's is the engine's above, and stays; so does a table of arenas. */
static bool add_heap_span(const struct span *span, void *user)
{
	struct search *search = user;
	uint64_t end = end_of(search, span);
	struct live live;

	if (span->state == SPAN_FREE) {
		enum cause cause = cause_of_hole(search->engine, span);
		search->below[cause] += span->size - heap_given_up(search->heap, span->base,
							     span->base + span->size);
		search->hole = cause == CAUSE_HOLES ? span->size : 0;
	}
	if (span->state != SPAN_USED)
		return true;
	if (heap_find_address(search->heap, span->payload, &live) && live.layer == search->layer) {
		if (transients_has(search->transients, live.object))
			return true;
		uint32_t caller = lives_caller(search->lives, live.object);
		add_block(search, caller, live.size, end);
		if (caller == CALLER_ARENA_TABLE)
			search->premises->places.items[search->premises->places.count - 1].floor =
				end;
		uint64_t below = 0;
		for (unsigned i = 0; i < CAUSE_COUNT; i++) {
			search->shares[caller][i] += (double)search->below[i];
			below += search->below[i];
		}
		add_to_owner(search, live.object, (double)below, (double)search->hole);
	} else {
		search->premises->places.items[search->premises->places.count - 1].floor = end;
	}
	memset(search->below, 0, sizeof(search->below));
	search->hole = 0;
	return true;
}

static void visit_heap(struct search *search, const struct engine *engine,
	const struct region *region)
{
	begin_place(search, region->base, false);
	search->premises->places.items[search->premises->places.count - 1].is_other =
		region->kind == REGION_ARENA;
	search->engine = engine;
	memset(search->below, 0, sizeof(search->below));
	search->hole = 0;
	engine_spans(engine, region->base, region->base + region->size, add_heap_span, search);
}

/* The block of a region that has no other. */
static bool add_mapped(const struct span *span, void *user)
{
	struct search *search = user;
	struct live live;

	if (span->state == SPAN_USED && heap_find_address(search->heap, span->payload, &live)) {
		struct mapped *mapped = &search->mapped[lives_caller(search->lives, live.object)];
		mapped->blocks++;
		mapped->bytes += live.size;
		mapped->held += search->size;
	}
	return false;
}

static void visit_layer(struct search *search, const struct engine *engine)
{
	struct region region;

	for (size_t i = 0; i < engine_region_count(engine); i++) {
		engine_region(engine, i, &region);
		search->size = region.size;
		if (region.kind == REGION_MAPPING)
			engine_spans(engine, region.base, region.base + 1, add_mapped, search);
		bool is_shrinking = region.kind == REGION_HEAP || region.kind == REGION_ARENA;
		if (region.used == 0 || !is_shrinking)
			continue;
		if (region.pages > 0)
			visit_arena(search, engine, i, &region);
		else if (search->has_heaps)
			visit_heap(search, engine, &region);
	}
}

/* ---- what goes back ------------------------------------------------------------------------ */

/* The tenants of a place: from *first on, up to what is returned. */
static size_t place_end(const struct premises *premises, size_t first)
{
	size_t end = first;

	while (end < premises->tenants.count &&
		premises->tenants.items[end].place == premises->tenants.items[first].place)
		end++;
	return end;
}

/* Bytes of a place, from one offset to another, that were not given back before. */
static uint64_t held_between(const struct premises *premises, uint32_t place, uint64_t from,
	uint64_t to)
{
	uint64_t base = premises->places.items[place].base;

	return to > from ? to - from - heap_given_up(premises->heap, base + from, base + to) : 0;
}

/* Of an arena, or of the end of a heap. */
static void add_freed(const struct premises *premises, uint32_t place, uint64_t from, uint64_t to,
	struct freed *freed)
{
	const struct held_place *held = &premises->places.items[place];
	uint64_t bytes = held_between(premises, place, from, to);

	*(held->is_arena ? &freed->arenas : &freed->ends) += bytes;
	freed->others += held->is_other ? bytes : 0;
}

/* What goes back without the one that reaches highest, alone. keepers: by caller. */
static void add_alone(struct keeper *keepers, const struct premises *premises, size_t first,
	size_t end)
{
	const struct tenant *tenants = premises->tenants.items, *last = &tenants[first];
	uint64_t second = premises->places.items[last->place].floor;

	for (const struct tenant *at = last + 1; at < tenants + end; at++) {
		uint64_t lower = at->end;
		if (lower > last->end) {
			lower = last->end;
			last = at;
		}
		second = lower > second ? lower : second;
	}
	add_freed(premises, last->place, second, last->end, &keepers[last->caller].alone);
}

static int more_kept(const void *one, const void *other)
{
	const struct keeper *a = one, *b = other;
	bool is_own = a->caller == CALLER_ARENA_TABLE && a->blocks > 0 && b->blocks > 0,
	     is_others = b->caller == CALLER_ARENA_TABLE && a->blocks > 0 && b->blocks > 0;

	if (is_own != is_others)
		return is_own ? 1 : -1;
	if (a->line_idle != b->line_idle)
		return a->line_idle < b->line_idle ? 1 : -1;
	if (a->line != b->line && a->line_idle > 0)
		return a->line < b->line ? -1 : 1;
	if (a->idle != b->idle)
		return a->idle < b->idle ? 1 : -1;
	if (a->blocks != b->blocks)
		return a->blocks < b->blocks ? 1 : -1;
	return a->caller < b->caller ? -1 : 1;
}

struct ranked {
	uint64_t end;
	size_t rank;
};

static int last_ranked_first(const void *one, const void *other)
{
	const struct ranked *a = one, *b = other;

	return a->rank < b->rank ? 1 : -1;
}

/* What goes back of a place with each further caller of the list. */
static void add_in_order(struct keeper *keepers, const struct premises *premises, uint32_t place,
	const struct ranked *ranked, size_t count)
{
	uint64_t stays = premises->places.items[place].floor;

	for (size_t i = 0; i < count; i++) {
		if (ranked[i].end <= stays)
			continue;
		add_freed(premises, place, stays, ranked[i].end,
			&keepers[ranked[i].rank].with_above);
		stays = ranked[i].end;
	}
}

/* For each of n keepers in this order, what goes back with it. Grows with the tenants. */
static void add_up(struct keeper *keepers, size_t n, const struct premises *premises)
{
	size_t *ranks = xcalloc(premises->callers, sizeof(*ranks));
	struct ranked *ranked = xcalloc(premises->callers, sizeof(*ranked));
	struct freed sum = {0};

	for (size_t i = 0; i < n; i++) {
		keepers[i].with_above = (struct freed){0};
		ranks[keepers[i].caller] = i;
	}
	for (size_t first = 0, end; first < premises->tenants.count; first = end) {
		end = place_end(premises, first);
		for (size_t i = first; i < end; i++) {
			const struct tenant *tenant = &premises->tenants.items[i];
			ranked[i - first] = (struct ranked){tenant->end, ranks[tenant->caller]};
		}
		qsort(ranked, end - first, sizeof(*ranked), last_ranked_first);
		add_in_order(keepers, premises, premises->tenants.items[first].place, ranked,
			end - first);
	}
	for (size_t i = 0; i < n; i++) {
		struct freed *freed = &keepers[i].with_above;
		freed->arenas += sum.arenas;
		freed->ends += sum.ends;
		freed->others += sum.others;
		sum = *freed;
	}
	free(ranks);
	free(ranked);
}

static void add_lines(struct keeper *keepers, size_t count, const struct callers *callers)
{
	uint64_t *idle = xcalloc(count, sizeof(*idle)); /* by line */

	for (size_t i = 0; i < count; i++) {
		keepers[i].line = callers_line(callers, (uint32_t)i);
		idle[keepers[i].line] += keepers[i].idle;
	}
	for (size_t i = 0; i < count; i++)
		keepers[i].line_idle = idle[keepers[i].line];
	free(idle);
}

static void add_shares(const struct search *search, struct keepers *keepers)
{
	for (size_t i = 0; i < search->lives->count; i++) {
		struct keeper *keeper = &search->keepers[i];
		keeper->caller = (uint32_t)i;
		for (unsigned cause = 0; cause < CAUSE_COUNT; cause++) {
			keeper->causes[cause] = (uint64_t)search->shares[i][cause];
			keeper->idle += keeper->causes[cause];
		}
		keepers->idle += keeper->idle;
	}
}

static void add_up_mapped(const struct search *search, struct keepers *keepers)
{
	keepers->mapped = search->mapped;
	for (size_t i = 0; i < search->lives->count; i++) {
		keepers->all_mapped.blocks += search->mapped[i].blocks;
		keepers->all_mapped.bytes += search->mapped[i].bytes;
		keepers->all_mapped.held += search->mapped[i].held;
	}
}

static void count_places(struct keepers *keepers, const struct search *search)
{
	const struct premises *premises = search->premises;

	for (size_t first = 0, end; first < premises->tenants.count; first = end) {
		uint32_t place = premises->tenants.items[first].place;
		end = place_end(premises, first);
		add_alone(search->keepers, premises, first, end);
		*(premises->places.items[place].is_arena ? &keepers->arenas : &keepers->heaps) += 1;
	}
	keepers->premises = search->premises;
}

void keepers_find(struct keepers *ret_keepers, const struct heap *heap, const struct lives *lives,
	const struct callers *callers, const struct transients *transients, struct owners *owners,
	bool has_heaps)
{
	struct search search = {.heap = heap,
		.lives = lives,
		.transients = transients,
		.owners = owners,
		.has_heaps = has_heaps};
	struct keepers keepers = {.count = 0};
	struct heap_sums sums;

	heap_sums(heap, &sums);
	search.live = sums.live;
	search.premises = xcalloc(1, sizeof(*search.premises));
	search.premises->heap = heap;
	search.premises->callers = lives->count;
	search.keepers = xcalloc(lives->count, sizeof(*search.keepers));
	search.shares = xcalloc(lives->count, sizeof(*search.shares));
	search.seats = xcalloc(lives->count, sizeof(*search.seats));
	search.mapped = xcalloc(lives->count, sizeof(*search.mapped));
	for (size_t i = 0; i < heap_layer_count(heap); i++) {
		search.layer = i;
		if (engine_has_spaces(heap_layer(heap, i)))
			continue; /* no object keeps the room above a top */
		visit_layer(&search, heap_layer(heap, i));
	}
	add_shares(&search, &keepers);
	add_lines(search.keepers, lives->count, callers);
	add_up_mapped(&search, &keepers);
	count_places(&keepers, &search);
	qsort(search.keepers, lives->count, sizeof(*search.keepers), more_kept);
	keepers.items = search.keepers;
	while (keepers.count < lives->count && keepers.items[keepers.count].blocks > 0)
		keepers.count++;
	add_up(keepers.items, keepers.count, keepers.premises);
	array_finish(&search.mates);
	free(search.shares);
	free(search.seats);
	*ret_keepers = keepers;
}

void keepers_finish(struct keepers *keepers)
{
	if (keepers->premises) {
		array_finish(&keepers->premises->tenants);
		array_finish(&keepers->premises->places);
	}
	free(keepers->premises);
	free(keepers->items);
	free(keepers->mapped);
	*keepers = (struct keepers){.items = NULL};
}

/* ---- questions ----------------------------------------------------------------------------- */

const struct keeper *keepers_first(const struct keepers *keepers, enum cause cause)
{
	const struct keeper *first = NULL;

	for (size_t i = 0; i < keepers->count; i++)
		if (keepers->items[i].causes[cause] > (first ? first->causes[cause] : 0))
			first = &keepers->items[i];
	return first;
}

static int more_bytes(const void *one, const void *other)
{
	const struct keeper *a = one, *b = other;

	if (a->bytes != b->bytes)
		return a->bytes < b->bytes ? 1 : -1;
	return more_kept(one, other);
}

struct keeper *keepers_by_bytes_new(const struct keepers *keepers, size_t *ret_count)
{
	size_t callers = keepers->premises->callers, count = 0;
	struct keeper *items = xcalloc(callers + 1, sizeof(*items));

	for (size_t i = 0; i < callers; i++) {
		struct keeper keeper = keepers->items[i];
		keeper.blocks += keepers->mapped[keeper.caller].blocks;
		keeper.bytes += keepers->mapped[keeper.caller].bytes;
		if (keeper.blocks > 0)
			items[count++] = keeper;
	}
	qsort(items, count, sizeof(*items), more_bytes);
	add_up(items, count, keepers->premises);
	*ret_count = count;
	return items;
}

const struct keeper *keepers_own(const struct keepers *keepers)
{
	const struct keeper *last = keepers->items + keepers->count - 1;

	return keepers->count > 0 && last->caller == CALLER_ARENA_TABLE ? last : NULL;
}

size_t keepers_enough(const struct keepers *keepers, size_t most)
{
	const struct keeper *own = keepers_own(keepers);
	uint64_t idle = keepers->idle - (own ? own->idle : 0);

	size_t end = keepers->count < most ? keepers->count : most, enough = 0;

	while (enough < end && freed_bytes(&keepers->items[enough].with_above) < idle / 2)
		enough++;
	if (idle == 0 || enough == end)
		return 0;
	do
		enough++;
	while (enough < end && keepers->items[enough].line == keepers->items[enough - 1].line);
	return enough;
}
