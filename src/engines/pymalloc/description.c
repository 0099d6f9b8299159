/*
 * How the pymalloc engine describes itself: regions are arenas in address order, pages are pools,
 * lists are CPython's own.
 *
 * Lists, by number: usedpools[0] … usedpools[n-1], then usable_arenas, then unused_arena_objects,
 * then the freepools of each arena in address order.
 */
#include "engines/pymalloc/pymalloc.h"

#include "base/error.h"
#include "base/text.h"
#include "base/units.h"
#include "engine/walks.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/* places in usable_arenas that are shown: finding one costs a walk to it */
#define RANK_MAX 99u

static const struct pymalloc *self(const struct engine *engine)
{
	return (const struct pymalloc *)engine;
}

static uint32_t slot_at(const struct pymalloc *py, size_t at)
{
	return flat_at(&py->by_address, uint32_t, 0)[at];
}

static bool is_usable(const struct arena_object *arena)
{
	return arena->nfreepools > 0;
}

static bool is_pool_full(const struct pool *pool)
{
	return pool->count > 0 && pool->freeblock == LINK_END;
}

/* ---- regions, pages ------------------------------------------------------------------------ */

size_t pymalloc_region_count(const struct engine *engine)
{
	return self(engine)->by_address.count;
}

static void name_arena(const struct arena_object *arena, char *name, size_t size)
{
	snprintf(name, size, "A%02" PRIu32, arena->serial);
}

static void arena_state(const struct pymalloc *py, uint32_t slot, char *state, size_t size)
{
	const struct arena_object *arena = arena_of(py, slot);
	unsigned rank = 1;

	if (arena->nfreepools == arena->ntotalpools && py->geometry->keeps_last) {
		snprintf(state, size, "K");
		return;
	}
	if (!is_usable(arena)) {
		snprintf(state, size, "F");
		return;
	}
	for (uint32_t at = state_of(py)->usable_arenas; at != slot && rank <= RANK_MAX;
		at = arena_of(py, at)->next)
		rank++;
	if (rank <= RANK_MAX)
		snprintf(state, size, "U%u", rank);
	else
		snprintf(state, size, "U");
}

void pymalloc_region(const struct engine *engine, size_t at, struct region *ret_region)
{
	const struct pymalloc *py = self(engine);
	uint32_t slot = slot_at(py, at);
	const struct arena_object *arena = arena_of(py, slot);

	*ret_region = (struct region){
		.kind = REGION_ARENA,
		.serial = arena->serial,
		.base = arena->base,
		.size = py->geometry->arena_size,
		.used = arena->used_bytes,
		.pages = MAX_POOLS,
		.page_size = py->geometry->pool_size,
	};
	name_arena(arena, ret_region->name, sizeof(ret_region->name));
	arena_state(py, slot, ret_region->state, sizeof(ret_region->state));
}

bool pymalloc_region_of(const struct engine *engine, uint64_t address, struct region *ret_region)
{
	const struct pymalloc *py = self(engine);
	uint32_t slot = pymalloc_arena_at(py, address);

	if (slot == NONE)
		return false;
	ret_region->kind = REGION_ARENA;
	ret_region->serial = arena_of(py, slot)->serial;
	ret_region->base = arena_of(py, slot)->base;
	ret_region->size = py->geometry->arena_size;
	return true;
}

static void describe_pool(const struct pymalloc *py, uint32_t pool, struct page *ret_page)
{
	const struct pool *header = pool_of(py, pool);

	ret_page->base = pool_base(py, pool);
	ret_page->size = py->geometry->pool_size;
	ret_page->size_class = header->szidx;
	ret_page->block_size = block_size_of(py, header->szidx);
	ret_page->first_block = POOL_HEADER;
	ret_page->used = header->count;
	ret_page->blocks = capacity_of(py, header->szidx);
	ret_page->state = header->count == 0     ? PAGE_FREE
			  : is_pool_full(header) ? PAGE_FULL
						 : PAGE_USED;
	ret_page->is_head = state_of(py)->classes[header->szidx].usedpools == pool;
}

/*
 * A pool that an unaligned arena has lost is its last page: the two partial ones around it make
 * one.
 */
void pymalloc_page(const struct engine *engine, size_t at, size_t page, struct page *ret_page)
{
	const struct pymalloc *py = self(engine);
	uint32_t slot = slot_at(py, at);
	const struct arena_object *arena = arena_of(py, slot);

	*ret_page = (struct page){
		.state = page < arena->ntotalpools ? PAGE_VIRGIN : PAGE_LOST,
		.base = arena->first_pool + page * py->geometry->pool_size,
		.size = py->geometry->pool_size,
		.size_class = PAGE_NO_CLASS,
	};
	if (page < arena->carved)
		describe_pool(py, slot * MAX_POOLS + (uint32_t)page, ret_page);
	if (ret_page->state == PAGE_LOST)
		ret_page->size = arena->base + py->geometry->arena_size - ret_page->base;
}

/* ---- spans --------------------------------------------------------------------------------- */

struct pool_visitor {
	uint64_t from, to;
	span_visit *visit;
	void *user;
};

/* false: stop. */
static bool show(const struct pool_visitor *visitor, enum span_state state, uint64_t base,
	uint64_t size, uint32_t order)
{
	const struct span span = {
		.state = state,
		.base = base,
		.size = size,
		.payload = state == SPAN_USED ? base : 0,
		.order = order,
	};

	if (size == 0 || base + size <= visitor->from || base >= visitor->to)
		return true;
	return visitor->visit(&span, visitor->user);
}

/* Numbers the chain: order[block] = place in it from 1, 0 for blocks that are not in it. */
static void number_chain(const struct pymalloc *py, uint32_t pool, uint16_t *order)
{
	const uint16_t *links = links_of(py, pool);
	uint16_t place = 1;

	for (uint32_t link = pool_of(py, pool)->freeblock; link != LINK_END; link = links[link - 1])
		order[link - 1] = place++;
}

static bool show_blocks(const struct pymalloc *py, uint32_t pool,
	const struct pool_visitor *visitor)
{
	const struct pool *header = pool_of(py, pool);
	const uint16_t *links = links_of(py, pool);
	uint32_t size = block_size_of(py, header->szidx);
	uint32_t carved = (header->nextoffset - POOL_HEADER) / size;
	uint64_t base = pool_base(py, pool);
	uint64_t first = base + POOL_HEADER;
	uint16_t order[1024] = {0};

	number_chain(py, pool, order);
	if (!show(visitor, SPAN_HEADER, base, POOL_HEADER, 0))
		return false;

	uint32_t block = visitor->from > first ? (uint32_t)((visitor->from - first) / size) : 0;
	for (; block < carved && first + (uint64_t)block * size < visitor->to; block++) {
		bool is_used = links[block] == LINK_IN_USE;
		if (!show(visitor, is_used ? SPAN_USED : SPAN_FREE, first + (uint64_t)block * size,
			    size, is_used ? 0 : order[block]))
			return false;
	}
	for (block = carved; block < capacity_of(py, header->szidx); block++)
		if (!show(visitor, SPAN_VIRGIN, first + (uint64_t)block * size, size, 0))
			return false;

	uint64_t end = first + (uint64_t)capacity_of(py, header->szidx) * size;
	return show(visitor, SPAN_WASTE, end, base + py->geometry->pool_size - end, 0);
}

static bool show_arena(const struct pymalloc *py, uint32_t slot, const struct pool_visitor *visitor)
{
	const struct arena_object *arena = arena_of(py, slot);
	uint32_t pool_size = py->geometry->pool_size;
	uint64_t end = arena->first_pool + (uint64_t)arena->ntotalpools * pool_size;

	if (!show(visitor, SPAN_WASTE, arena->base, arena->first_pool - arena->base, 0))
		return false;

	uint32_t first = visitor->from > arena->first_pool
				 ? (uint32_t)((visitor->from - arena->first_pool) / pool_size)
				 : 0;
	for (uint32_t i = first; i < arena->ntotalpools; i++) {
		uint64_t base = arena->first_pool + (uint64_t)i * pool_size;
		uint32_t pool = slot * MAX_POOLS + i;
		bool go_on;

		if (base >= visitor->to)
			return true;
		if (i >= arena->carved)
			go_on = show(visitor, SPAN_VIRGIN, base, pool_size, 0);
		else if (pool_of(py, pool)->count == 0)
			go_on = show(visitor, SPAN_FREE, base, pool_size, 0);
		else
			go_on = show_blocks(py, pool, visitor);
		if (!go_on)
			return false;
	}
	return show(visitor, SPAN_WASTE, end, arena->base + py->geometry->arena_size - end, 0);
}

/* The first region, in address order, that ends after the address. */
static size_t first_region(const struct pymalloc *py, uint64_t address)
{
	size_t low = 0, high = py->by_address.count;

	while (low < high) {
		size_t middle = (low + high) / 2;
		if (arena_of(py, slot_at(py, middle))->base + py->geometry->arena_size <= address)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

void pymalloc_spans(const struct engine *engine, uint64_t from, uint64_t to, span_visit *visit,
	void *user)
{
	const struct pymalloc *py = self(engine);
	const struct pool_visitor visitor = {from, to, visit, user};

	for (size_t at = first_region(py, from); at < py->by_address.count; at++) {
		if (arena_of(py, slot_at(py, at))->base >= to)
			return;
		if (!show_arena(py, slot_at(py, at), &visitor))
			return;
	}
}

/* Of one pool, of which [from, to) covers a part. */
static uint64_t used_in_pool(const struct pymalloc *py, uint32_t pool, uint64_t from, uint64_t to)
{
	struct span_sum sum = {from, to, 0};
	const struct pool_visitor visitor = {from, to, span_add_used, &sum};

	if (pool_of(py, pool)->count > 0)
		show_blocks(py, pool, &visitor);
	return sum.used;
}

uint64_t pymalloc_used_between(const struct engine *engine, uint64_t from, uint64_t to)
{
	const struct pymalloc *py = self(engine);
	uint32_t pool_size = py->geometry->pool_size;
	uint64_t used = 0;

	for (size_t at = first_region(py, from); at < py->by_address.count; at++) {
		uint32_t slot = slot_at(py, at);
		const struct arena_object *arena = arena_of(py, slot);
		if (arena->base >= to)
			break;
		if (from <= arena->base && to >= arena->base + py->geometry->arena_size) {
			used += arena->used_bytes;
			continue;
		}
		for (uint32_t i = 0; i < arena->carved; i++) {
			uint32_t pool = slot * MAX_POOLS + i;
			uint64_t base = arena->first_pool + (uint64_t)i * pool_size;
			if (base >= to || base + pool_size <= from)
				continue;
			if (base >= from && base + pool_size <= to)
				used += (uint64_t)pool_of(py, pool)->count *
					block_size_of(py, pool_of(py, pool)->szidx);
			else
				used += used_in_pool(py, pool, from, to);
		}
	}
	return used;
}

/* ---- lists --------------------------------------------------------------------------------- */

size_t pymalloc_list_count(const struct engine *engine)
{
	const struct pymalloc *py = self(engine);
	return py->nclasses + 2 + py->by_address.count;
}

/* Every list is walked the same way: where it begins, what follows an element. */
struct list_walk {
	uint32_t first;
	bool is_of_arenas;
};

static struct list_walk walk_of(const struct pymalloc *py, size_t at)
{
	const struct pymalloc_state *state = state_of(py);

	if (at < py->nclasses)
		return (struct list_walk){state->classes[at].usedpools, false};
	if (at == py->nclasses)
		return (struct list_walk){state->usable_arenas, true};
	if (at == py->nclasses + 1)
		return (struct list_walk){state->unused_arena_objects, true};
	return (struct list_walk){arena_of(py, slot_at(py, at - py->nclasses - 2))->freepools,
		false};
}

static uint32_t next_of(const struct pymalloc *py, const struct list_walk *walk, uint32_t element)
{
	return walk->is_of_arenas ? arena_of(py, element)->next : pool_of(py, element)->next;
}

void pymalloc_list(const struct engine *engine, size_t at, struct list *ret_list)
{
	const struct pymalloc *py = self(engine);
	struct list_walk walk = walk_of(py, at);

	*ret_list = (struct list){0};
	if (at < py->nclasses) {
		snprintf(ret_list->name, sizeof(ret_list->name), "usedpools[%zu]", at);
		snprintf(ret_list->group, sizeof(ret_list->group), "usedpools");
		ret_list->length = state_of(py)->classes[at].length;
		return;
	}
	if (at == py->nclasses)
		snprintf(ret_list->name, sizeof(ret_list->name), "usable_arenas");
	else if (at == py->nclasses + 1)
		snprintf(ret_list->name, sizeof(ret_list->name), "unused_arena_objects");
	else {
		const struct arena_object *arena = arena_of(py, slot_at(py, at - py->nclasses - 2));
		snprintf(ret_list->name, sizeof(ret_list->name), "A%02" PRIu32 " freepools",
			arena->serial);
		snprintf(ret_list->group, sizeof(ret_list->group), "freepools");
	}
	for (uint32_t i = walk.first; i != NONE; i = next_of(py, &walk, i))
		ret_list->length++;
}

static struct list_entry entry_of(const struct pymalloc *py, const struct list_walk *walk,
	uint32_t element)
{
	if (walk->is_of_arenas) {
		const struct arena_object *arena = arena_of(py, element);
		return (struct list_entry){.address = arena->base,
			.size = arena->base ? py->geometry->arena_size : 0,
			.used = arena->base ? arena->ntotalpools - arena->nfreepools : element,
			.total = arena->base ? arena->ntotalpools : 0};
	}
	const struct pool *pool = pool_of(py, element);
	return (struct list_entry){.address = pool_base(py, element),
		.size = py->geometry->pool_size,
		.used = pool->count,
		.total = capacity_of(py, pool->szidx)};
}

size_t pymalloc_list_entries(const struct engine *engine, size_t at, uint64_t from,
	struct list_entry *ret_entries, size_t n)
{
	const struct pymalloc *py = self(engine);
	struct list_walk walk = walk_of(py, at);
	uint64_t place = 0;
	size_t copied = 0;

	for (uint32_t i = walk.first; i != NONE && copied < n; i = next_of(py, &walk, i))
		if (place++ >= from)
			ret_entries[copied++] = entry_of(py, &walk, i);
	return copied;
}

/* ---- fields -------------------------------------------------------------------------------- */

struct field_list {
	struct field *fields;
	size_t count, max;
};

static void add_field(struct field_list *list, const char *name, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

static void add_field(struct field_list *list, const char *name, const char *format, ...)
{
	if (list->count == list->max)
		return;
	struct field *field = &list->fields[list->count++];
	va_list args;

	snprintf(field->name, sizeof(field->name), "%s", name);
	va_start(args, format);
	vsnprintf(field->value, sizeof(field->value), format, args);
	va_end(args);
}

/* "A01.p23" or "NULL" */
static void add_pool(struct field_list *list, const struct pymalloc *py, const char *name,
	uint32_t pool)
{
	if (pool == NONE)
		add_field(list, name, "NULL");
	else
		add_field(list, name, "A%02" PRIu32 ".p%02" PRIu32,
			arena_of(py, pool / MAX_POOLS)->serial, pool % MAX_POOLS);
}

static void add_arena(struct field_list *list, const struct pymalloc *py, const char *name,
	uint32_t slot)
{
	if (slot == NONE)
		add_field(list, name, "NULL");
	else
		add_field(list, name, "A%02" PRIu32, arena_of(py, slot)->serial);
}

/*
 * A link that the allocator does not look at: what was there when the pool, or the arena, left its
 * list is still there, and means nothing.
 */
static void add_stale(struct field_list *list, const char *name)
{
	add_field(list, name, "not valid");
}

/* A pool in usedpools is linked both ways, one in freepools forwards, and a full one not at all. */
static void add_pool_links(const struct pymalloc *py, const struct pool *header,
	struct field_list *list)
{
	bool is_used = header->count > 0 && !is_pool_full(header);

	if (is_used && header->next == NONE)
		add_field(list, "nextpool", "usedpools[%" PRIu32 "]", header->szidx);
	else if (is_used || header->count == 0)
		add_pool(list, py, "nextpool", header->next);
	else
		add_stale(list, "nextpool");
	if (!is_used)
		add_stale(list, "prevpool");
	else if (header->prev == NONE)
		add_field(list, "prevpool", "usedpools[%" PRIu32 "]", header->szidx);
	else
		add_pool(list, py, "prevpool", header->prev);
}

static void pool_fields(const struct pymalloc *py, uint32_t pool, struct field_list *list)
{
	const struct pool *header = pool_of(py, pool);

	add_field(list, "count", "%" PRIu32, header->count);
	if (header->freeblock == LINK_END)
		add_field(list, "freeblock", "NULL");
	else
		add_field(list, "freeblock", "block %" PRIu32, header->freeblock - 1);
	add_pool_links(py, header, list);
	add_field(list, "arenaindex", "%" PRIu32, pool / MAX_POOLS);
	add_field(list, "szidx", "%" PRIu32, header->szidx);
	add_field(list, "nextoffset", "0x%" PRIx32, header->nextoffset);
	add_field(list, "maxnextoffset", "0x%" PRIx32, header->maxnextoffset);
}

static void arena_fields(const struct pymalloc *py, uint32_t slot, struct field_list *list)
{
	const struct arena_object *arena = arena_of(py, slot);
	bool is_listed = is_usable(arena);

	add_field(list, "address", "0x%" PRIx64, arena->base);
	if (arena->carved < arena->ntotalpools)
		add_field(list, "pool_address", "p%02" PRIu32, arena->carved);
	else
		add_field(list, "pool_address", "the end");
	add_field(list, "nfreepools", "%" PRIu32, arena->nfreepools);
	add_field(list, "ntotalpools", "%" PRIu32, arena->ntotalpools);
	add_pool(list, py, "freepools", arena->freepools);
	if (is_listed) {
		add_arena(list, py, "nextarena", arena->next);
		add_arena(list, py, "prevarena", arena->prev);
	} else {
		add_stale(list, "nextarena");
		add_stale(list, "prevarena");
	}
}

size_t pymalloc_fields(const struct engine *engine, uint64_t address, struct field *ret_fields,
	size_t n)
{
	const struct pymalloc *py = self(engine);
	uint32_t slot = pymalloc_arena_at(py, address);
	uint32_t pool = pymalloc_pool_at(py, address);
	struct field_list list = {ret_fields, 0, n};

	if (slot == NONE)
		return 0;
	if (pool != NONE)
		pool_fields(py, pool, &list);
	else
		arena_fields(py, slot, &list);
	return list.count;
}

size_t pymalloc_region_fields(const struct engine *engine, size_t at, struct field *ret_fields,
	size_t n)
{
	const struct pymalloc *py = self(engine);
	struct field_list list = {ret_fields, 0, n};
	struct region region;

	pymalloc_region(engine, at, &region);
	arena_fields(py, pymalloc_arena_at(py, region.base), &list);
	return list.count;
}

/* ---- figures ------------------------------------------------------------------------------- */

size_t pymalloc_class_count(const struct engine *engine)
{
	return self(engine)->nclasses;
}

void pymalloc_class_info(const struct engine *engine, size_t at, struct size_class *ret_class)
{
	const struct pymalloc *py = self(engine);
	const struct class_state *class = &state_of(py)->classes[at];

	ret_class->size = block_size_of(py, (uint32_t)at);
	ret_class->pages = class->pools;
	ret_class->used = class->blocks;
	ret_class->available = class->pools * capacity_of(py, (uint32_t)at) - class->blocks;
	ret_class->headers = class->pools * POOL_HEADER;
	ret_class->tails =
		class->pools * ((py->geometry->pool_size - POOL_HEADER) % ret_class->size);
}

void pymalloc_totals(const struct engine *engine, struct totals *ret_totals)
{
	const struct pymalloc *py = self(engine);
	const struct pymalloc_state *state = state_of(py);
	uint64_t narenas = state->mapped - state->reclaimed;

	*ret_totals = (struct totals){
		.reserved = narenas * py->geometry->arena_size,
		.unused = state->free_pools * py->geometry->pool_size,
		.alignment = state->misaligned * py->geometry->pool_size,
		.regions = narenas,
		.regions_total = state->mapped,
		.regions_peak = state->highwater,
	};
	totals_add_classes(engine, ret_totals);
}

/* As obmalloc.c's printone(): the label, a number with commas that ends in column 58. */
static void print_one(struct text *text, const char *label, uint64_t value)
{
	struct units number;
	text_add(text, "%-35s=%21s\n", label, units_count(&number, value));
}

const char *const pymalloc_reports[] = {"debugmallocstats", NULL};

void pymalloc_report(const struct engine *engine, size_t at, struct text *text)
{
	const struct pymalloc *py = self(engine);
	struct totals totals;
	char label[64];

	pymalloc_totals(engine, &totals);
	text_add(text, "Small block threshold = %u, in %" PRIu32 " size classes.\n", SMALL_LIMIT,
		py->nclasses);
	text_add(text, "\nclass   size   num pools   blocks in use  avail blocks\n"
		       "-----   ----   ---------   -------------  ------------\n");
	for (uint32_t i = 0; i < py->nclasses; i++) {
		struct size_class class;
		pymalloc_class_info(engine, i, &class);
		if (class.pages > 0)
			text_add(text,
				"%5" PRIu32 " %6" PRIu32 " %11" PRIu64 " %15" PRIu64 " %13" PRIu64
				"\n",
				i, class.size, class.pages, class.used, class.available);
	}
	text_add(text, "\n");
	print_one(text, "# arenas allocated total", totals.regions_total);
	print_one(text, "# arenas reclaimed", state_of(py)->reclaimed);
	print_one(text, "# arenas highwater mark", totals.regions_peak);
	print_one(text, "# arenas allocated current", totals.regions);
	snprintf(label, sizeof(label), "%" PRIu64 " arenas * %" PRIu32 " bytes/arena",
		totals.regions, py->geometry->arena_size);
	print_one(text, label, totals.reserved);
	text_add(text, "\n");
	print_one(text, "# bytes in allocated blocks", totals.blocks);
	print_one(text, "# bytes in available blocks", totals.available);
	snprintf(label, sizeof(label), "%" PRIu64 " unused pools * %" PRIu32 " bytes",
		state_of(py)->free_pools, py->geometry->pool_size);
	print_one(text, label, totals.unused);
	print_one(text, "# bytes lost to pool headers", totals.headers);
	print_one(text, "# bytes lost to quantization", totals.tails);
	print_one(text, "# bytes lost to arena alignment", totals.alignment);
	print_one(text, "Total",
		totals.blocks + totals.available + totals.unused + totals.headers + totals.tails +
			totals.alignment);
}

/* ---- check --------------------------------------------------------------------------------- */

/* What a walk over all pools finds. */
struct pool_census {
	uint64_t pools[MAX_CLASSES], blocks[MAX_CLASSES];
	uint64_t used_pools[MAX_CLASSES]; /* neither full nor empty: must be in usedpools */
	uint64_t free_pools;
};

static int check_pool(const struct pymalloc *py, uint32_t pool, struct pool_census *found,
	struct error *err)
{
	const struct pool *header = pool_of(py, pool);
	const uint16_t *links = links_of(py, pool);
	uint32_t size = block_size_of(py, header->szidx);
	uint32_t carved = (header->nextoffset - POOL_HEADER) / size;
	uint32_t in_use = 0, chain = 0;

	if (header->szidx >= py->nclasses || header->nextoffset < POOL_HEADER ||
		(header->nextoffset - POOL_HEADER) % size != 0 ||
		carved > capacity_of(py, header->szidx) ||
		header->maxnextoffset != py->geometry->pool_size - size || header->size != size)
		return error_set(err, "pool %" PRIu32 ": its blocks are not where a pool has them",
			pool);

	for (uint32_t i = 0; i < carved; i++)
		in_use += links[i] == LINK_IN_USE;
	for (uint32_t link = header->freeblock; link != LINK_END; link = links[link - 1]) {
		if (link > carved || links[link - 1] == LINK_IN_USE || ++chain > carved)
			return error_set(err, "pool %" PRIu32 ": its chain is broken", pool);
	}
	if (in_use != header->count || in_use + chain != carved)
		return error_set(err,
			"pool %" PRIu32 ": %" PRIu32 " in use and %" PRIu32
			" in the chain of %" PRIu32 " carved, count %" PRIu32,
			pool, in_use, chain, carved, header->count);
	if (header->count == 0) {
		found->free_pools++;
		return 0;
	}
	if (is_pool_full(header) && (header->next != NONE || header->prev != NONE))
		return error_set(err, "pool %" PRIu32 " is full, and still linked", pool);
	found->pools[header->szidx]++;
	found->blocks[header->szidx] += in_use;
	found->used_pools[header->szidx] += !is_pool_full(header);
	return 0;
}

static int check_arena(const struct pymalloc *py, uint32_t slot, struct pool_census *found,
	struct error *err)
{
	const struct arena_object *arena = arena_of(py, slot);
	uint64_t free_before = found->free_pools;
	uint64_t used = 0, listed = 0;

	if (arena->carved > arena->ntotalpools || arena->ntotalpools > MAX_POOLS ||
		arena->from_below > 1 || arena->first_pool < arena->base ||
		arena->first_pool - arena->base >= py->geometry->pool_size)
		return error_set(err, "A%02" PRIu32 ": its pools are not within it", arena->serial);
	for (uint32_t i = 0; i < arena->carved; i++) {
		uint32_t pool = slot * MAX_POOLS + i;
		if (check_pool(py, pool, found, err) < 0)
			return -1;
		used += (uint64_t)pool_of(py, pool)->count *
			block_size_of(py, pool_of(py, pool)->szidx);
	}
	for (uint32_t pool = arena->freepools; pool != NONE; pool = pool_of(py, pool)->next)
		if (pool / MAX_POOLS != slot || pool_of(py, pool)->count != 0 ||
			++listed > MAX_POOLS)
			return error_set(err, "A%02" PRIu32 ": freepools holds a pool in use",
				arena->serial);
	if (listed != found->free_pools - free_before)
		return error_set(err,
			"A%02" PRIu32 ": %" PRIu64 " pools in freepools, %" PRIu64 " are free",
			arena->serial, listed, found->free_pools - free_before);
	found->free_pools += arena->ntotalpools - arena->carved;
	if (arena->nfreepools != found->free_pools - free_before)
		return error_set(err, "A%02" PRIu32 ": nfreepools %" PRIu32 ", found %" PRIu64,
			arena->serial, arena->nfreepools, found->free_pools - free_before);
	if (arena->used_bytes != used)
		return error_set(err, "A%02" PRIu32 ": used bytes do not add up", arena->serial);
	return 0;
}

static int check_usable(const struct pymalloc *py, struct error *err)
{
	const struct pymalloc_state *state = state_of(py);
	uint32_t prev = NONE, n = 0, expected = 0;

	for (uint32_t at = state->usable_arenas; at != NONE; at = arena_of(py, at)->next) {
		const struct arena_object *arena = arena_of(py, at);
		if (arena->prev != prev || arena->nfreepools == 0 || arena->base == 0 ||
			++n > py->by_address.count)
			return error_set(err, "usable_arenas: a broken link at A%02" PRIu32,
				arena->serial);
		if (prev != NONE && arena_of(py, prev)->nfreepools > arena->nfreepools)
			return error_set(err, "usable_arenas is not sorted at A%02" PRIu32,
				arena->serial);
		bool is_last = arena->next == NONE ||
			       arena_of(py, arena->next)->nfreepools != arena->nfreepools;
		if (is_last && state->nfp2lasta[arena->nfreepools] != at)
			return error_set(err, "nfp2lasta[%" PRIu32 "] is not A%02" PRIu32,
				arena->nfreepools, arena->serial);
		prev = at;
	}
	for (size_t i = 0; i < py->by_address.count; i++)
		expected += is_usable(arena_of(py, slot_at(py, i)));
	if (n != expected || n != state->nusable)
		return error_set(err,
			"usable_arenas has %" PRIu32 " arenas, %" PRIu32 " are usable", n,
			expected);
	return 0;
}

static int check_classes(const struct pymalloc *py, const struct pool_census *found,
	struct error *err)
{
	for (uint32_t i = 0; i < py->nclasses; i++) {
		const struct class_state *class = &state_of(py)->classes[i];
		uint32_t prev = NONE, n = 0;

		for (uint32_t p = class->usedpools; p != NONE; p = pool_of(py, p)->next) {
			const struct pool *pool = pool_of(py, p);
			if (pool->prev != prev || pool->szidx != i || pool->count == 0 ||
				is_pool_full(pool) || ++n > class->length)
				return error_set(err, "usedpools[%" PRIu32 "] holds a wrong pool",
					i);
			prev = p;
		}
		if (n != class->length || n != found->used_pools[i] ||
			class->pools != found->pools[i] || class->blocks != found->blocks[i])
			return error_set(err, "class %" PRIu32 ": counts do not add up", i);
	}
	return 0;
}

/* The arena lies at the stretch: its first byte, or its last. */
static bool lies_at(const struct pymalloc *py, uint32_t slot, uint64_t key, bool begins)
{
	uint64_t size = py->geometry->arena_size;

	if (slot >= py->arenas.count || arena_of(py, slot)->base == 0)
		return false;
	uint64_t first = arena_of(py, slot)->base, last = first + size - 1;
	return (begins ? first : last) / size + 1 == key;
}

/* The table of stretches has each arena where it begins, and those that are not aligned twice. */
static int check_stretches(const struct pymalloc *py, struct error *err)
{
	size_t begins = 0, ends = 0, filled = 0, unaligned = 0;

	for (size_t i = 0; i < py->stretches.count; i++) {
		const struct address_stretch *at =
			flat_at(&py->stretches, struct address_stretch, i);
		if (at->key == 0
				? at->begins || at->ends
				: (at->begins != NONE && !lies_at(py, at->begins, at->key, true)) ||
					  (at->ends != NONE &&
						  !lies_at(py, at->ends, at->key, false)))
			return error_set(err, "stretch %zu has an arena that is elsewhere", i);
		filled += at->key != 0;
		begins += at->key && at->begins != NONE;
		ends += at->key && at->ends != NONE;
	}
	for (size_t i = 0; i < py->by_address.count; i++)
		unaligned += arena_of(py, slot_at(py, i))->base % py->geometry->arena_size != 0;
	if (begins != py->by_address.count || ends != unaligned ||
		filled != state_of(py)->nslots_used)
		return error_set(err, "%zu stretches have arenas, %" PRIu32 " counted", filled,
			state_of(py)->nslots_used);
	return 0;
}

/* Slots without an arena, and the counts of arenas. */
static int check_slots(const struct pymalloc *py, struct error *err)
{
	const struct pymalloc_state *state = state_of(py);
	size_t unused = py->arenas.count - py->by_address.count;

	for (uint32_t at = state->unused_arena_objects; at != NONE; at = arena_of(py, at)->next)
		if (at >= py->arenas.count || arena_of(py, at)->base != 0 || unused-- == 0)
			return error_set(err, "unused_arena_objects: a broken link");
	if (unused != 0)
		return error_set(err, "unused_arena_objects lacks a slot");
	if (state->mapped - state->reclaimed != py->by_address.count ||
		state->highwater < py->by_address.count || state->highwater > state->mapped)
		return error_set(err, "the counts of arenas do not add up");
	for (uint32_t nf = 0; nf <= MAX_POOLS; nf++) {
		uint32_t slot = state->nfp2lasta[nf];
		if (slot != NONE &&
			(slot >= py->arenas.count || arena_of(py, slot)->nfreepools != nf))
			return error_set(err, "nfp2lasta[%" PRIu32 "] is an arena with more", nf);
	}
	return 0;
}

int pymalloc_check(const struct engine *engine, struct error *err)
{
	const struct pymalloc *py = self(engine);
	struct pool_census found = {0};
	struct totals totals;

	for (size_t i = 0; i < py->by_address.count; i++) {
		uint32_t slot = slot_at(py, i);
		if (i > 0 && arena_of(py, slot_at(py, i - 1))->base >= arena_of(py, slot)->base)
			return error_set(err, "arenas are not in address order");
		if (pymalloc_arena_at(py, arena_of(py, slot)->base) != slot)
			return error_set(err, "A%02" PRIu32 " is not found by its address",
				arena_of(py, slot)->serial);
		if (check_arena(py, slot, &found, err) < 0)
			return -1;
	}
	if (found.free_pools != state_of(py)->free_pools)
		return error_set(err, "%" PRIu64 " pools are free, %" PRIu64 " counted",
			found.free_pools, state_of(py)->free_pools);
	if (check_slots(py, err) < 0 || check_stretches(py, err) < 0 ||
		check_classes(py, &found, err) < 0 || check_usable(py, err) < 0)
		return -1;

	pymalloc_totals(engine, &totals);
	if (totals.blocks + totals.available + totals.unused + totals.headers + totals.tails +
			totals.alignment !=
		totals.reserved)
		return error_set(err, "the totals do not add up to what is reserved");
	return 0;
}
