/*
 * The binary buddy system.
 *
 *	block    a power of two bytes long, at a multiple of its length from the heap's base; either
 *	         used or free
 *	order    how many times the smallest block was doubled
 *	buddy    the other half of the block that a block was split from
 *
 * A request takes a block of the smallest order that is large enough. When none is free, the next
 * larger free block is halved until it has that order, and the upper halves stay free. A freed
 * block is merged with its buddy as long as the buddy is also free and whole. Each order has a list
 * of its free blocks, the newest first.
 *
 * A block is identified by its first unit; a unit is the smallest block. What is known of units is
 * kept where a block begins or has begun only (flat/sparse.h), so that a large heap of which little
 * is used takes little. The used units before a block are kept in Fenwick trees, one for each page
 * of units and one over all pages, for maps at any scale.
 */
#include "engines/buddy.h"

#include "base/error.h"
#include "base/options.h"
#include "engine/engine.h"
#include "flat/sparse.h"

#include <assert.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define ORDERS_MAX 23u /* 4 Mi units */
#define IS_USED    0x80u

struct buddy_state {
	uint64_t base;
	uint64_t used;                 /* units */
	uint64_t blocks;               /* used */
	uint32_t free[ORDERS_MAX + 1]; /* blocks in each list */
	uint32_t head[ORDERS_MAX + 1]; /* first unit + 1, or 0 */
};

struct unit {
	uint32_t next, prev; /* of a free block: in its list, + 1, or 0 */
	uint32_t sum;        /* Fenwick tree of used units of its page, at 1 + the unit */
	uint32_t tag;        /* order + 1 where a block begins, with IS_USED; 0 within one */
};

struct buddies {
	struct engine engine;
	uint32_t unit_bits; /* a unit is 1 << unit_bits bytes */
	uint32_t orders;    /* the whole heap's order */
	struct flat_array state;
	struct sparse units;
	struct flat_array sums; /* uint32_t: Fenwick tree of used units by page, from 1 on */
};

static const struct option_spec options[] = {
	{.name = "buddy-size",
		.type = OPTION_SIZE,
		.value = "BYTES",
		.fallback = "1M",
		.min = 1,
		.max = UINT64_C(1) << 40,
		.power_of_two = true,
		.help = "size of the heap"},
	{.name = "buddy-min",
		.type = OPTION_SIZE,
		.value = "BYTES",
		.fallback = "16",
		.min = 1,
		.max = 1 << 20,
		.power_of_two = true,
		.help = "the smallest block"},
	{0},
};

static const struct decision_kind decision_buddy_order = {
	.name = "buddy-order",
	.operands = "a size, b bytes of a block",
	.words = {.plain = "A request of {a:B} takes a block of {b:B}."},
};

static const struct decision_kind decision_buddy_found = {
	.name = "buddy-found",
	.operands = "a block, b its bytes, c times it must be split",
	.words = {.plain = "The smallest free block that is big enough is at {a:pool}: {b:B}."},
	.change = hole_change_unknown,
};

const struct decision_kind decision_buddy_split = {
	.name = "buddy-split",
	.operands = "a block, b bytes of a half, c the upper half, free",
	.words = {.plain =
			  "It was split into halves of {b:B}: the upper one, at {c:pool}, stays free.",
		.brief = "split to {b:B}"},
};

const struct decision_kind decision_buddy_merged = {
	.name = "buddy-merged",
	.operands = "a block, b its buddy, c bytes of both",
	.words = {.plain = "Its buddy at {b:pool} is also free: merged to {c:B}.",
		.brief = "merged to {c:B}"},
	.change = hole_change_unknown,
};

static const struct decision_kind *const decisions[] = {
	&decision_buddy_order,
	&decision_buddy_found,
	&decision_buddy_split,
	&decision_buddy_merged,
	NULL,
};

static struct buddies *self(struct engine *engine)
{
	return (struct buddies *)engine;
}

static const struct buddies *const_self(const struct engine *engine)
{
	return (const struct buddies *)engine;
}

static struct buddy_state *state_of(const struct buddies *heap)
{
	return heap->state.data;
}

/* What is known of a unit; borrowed until something is noted of another. */
static const struct unit *unit_at(const struct buddies *heap, uint32_t unit)
{
	return sparse_read(&heap->units, unit);
}

/* The same, to note something of it. */
static struct unit *unit_to_note(struct buddies *heap, uint32_t unit)
{
	return sparse_write(&heap->units, unit);
}

static uint64_t address_of(const struct buddies *heap, uint32_t unit)
{
	return state_of(heap)->base + ((uint64_t)unit << heap->unit_bits);
}

static uint64_t bytes_of(const struct buddies *heap, uint32_t order)
{
	return UINT64_C(1) << (heap->unit_bits + order);
}

static uint64_t capacity_of(const struct buddies *heap)
{
	return bytes_of(heap, heap->orders);
}

/* ---- sums ---------------------------------------------------------------------------------- */

static void count_units(struct buddies *heap, uint32_t unit, uint32_t more)
{
	uint32_t page = unit / SPARSE_PAGE;

	for (uint32_t at = unit % SPARSE_PAGE + 1; at <= SPARSE_PAGE; at += at & (~at + 1))
		unit_to_note(heap, page * SPARSE_PAGE + at - 1)->sum += more;
	for (uint32_t at = page + 1; at < heap->sums.count; at += at & (~at + 1))
		*flat_at(&heap->sums, uint32_t, at) += more;
}

/* Units of used blocks that begin before the unit. */
static uint32_t used_before(const struct buddies *heap, uint32_t unit)
{
	uint32_t page = unit / SPARSE_PAGE, used = 0;

	for (uint32_t at = unit % SPARSE_PAGE; at > 0; at &= at - 1)
		used += unit_at(heap, page * SPARSE_PAGE + at - 1)->sum;
	for (uint32_t at = page; at > 0; at &= at - 1)
		used += *flat_at(&heap->sums, uint32_t, at);
	return used;
}

/* ---- lists --------------------------------------------------------------------------------- */

static void put_free(struct buddies *heap, uint32_t unit, uint32_t order)
{
	struct buddy_state *state = state_of(heap);
	struct unit *block = unit_to_note(heap, unit);

	assert(order <= heap->orders && (unit & ((1u << order) - 1)) == 0 && block->tag == 0);
	assert(state->head[order] != unit + 1);
	block->tag = order + 1;
	block->prev = 0;
	block->next = state->head[order];
	if (block->next)
		unit_to_note(heap, block->next - 1)->prev = unit + 1;
	state->head[order] = unit + 1;
	state->free[order]++;
}

static void take_free(struct buddies *heap, uint32_t unit, uint32_t order)
{
	struct buddy_state *state = state_of(heap);
	struct unit *block = unit_to_note(heap, unit);

	assert(block->tag == order + 1 && state->free[order] > 0);
	assert(block->prev ? unit_at(heap, block->prev - 1)->next == unit + 1
			   : state->head[order] == unit + 1);
	assert(!block->next || unit_at(heap, block->next - 1)->prev == unit + 1);
	if (block->next)
		unit_to_note(heap, block->next - 1)->prev = block->prev;
	if (block->prev)
		unit_to_note(heap, block->prev - 1)->next = block->next;
	else
		state->head[order] = block->next;
	block->next = block->prev = block->tag = 0;
	state->free[order]--;
}

/* ---- requests ------------------------------------------------------------------------------ */

/* The smallest order of at least `size` bytes; above heap->orders: too large. */
static uint32_t order_for(const struct buddies *heap, uint64_t size)
{
	uint32_t order = 0;

	while (order <= heap->orders && bytes_of(heap, order) < size)
		order++;
	return order;
}

static enum outcome no_memory(struct buddies *heap, uint64_t size)
{
	const struct buddy_state *state = state_of(heap);
	uint32_t order = heap->orders + 1;

	while (order > 0 && state->head[order - 1] == 0)
		order--;
	heap->engine.happened |= HAPPENED_NO_MEMORY;
	decide(&heap->engine, &decision_no_fit, size,
		capacity_of(heap) - (state->used << heap->unit_bits),
		order ? bytes_of(heap, order - 1) : 0, 0);
	return OUTCOME_NO_MEMORY;
}

static enum outcome allocate(struct engine *engine, const struct request *request,
	struct placement *ret_placement)
{
	struct buddies *heap = self(engine);
	struct buddy_state *state = state_of(heap);
	uint64_t size = request->size > request->alignment ? request->size : request->alignment;
	uint32_t order = order_for(heap, size), larger = order;

	if (order > heap->orders)
		return no_memory(heap, size);
	decide(engine, &decision_buddy_order, request->size, bytes_of(heap, order), 0, 0);
	while (larger <= heap->orders && state->head[larger] == 0)
		larger++;
	if (larger > heap->orders)
		return no_memory(heap, bytes_of(heap, order));

	uint32_t unit = state->head[larger] - 1;
	decide(engine, &decision_buddy_found, address_of(heap, unit), bytes_of(heap, larger),
		larger - order, 0);
	take_free(heap, unit, larger);
	while (larger > order) {
		larger--;
		put_free(heap, unit + (1u << larger), larger);
		engine->happened |= HAPPENED_SPLIT;
		decide(engine, &decision_buddy_split, address_of(heap, unit),
			bytes_of(heap, larger), address_of(heap, unit + (1u << larger)), 0);
	}
	assert(unit_at(heap, unit)->tag == 0 && unit_at(heap, unit)->next == 0);
	unit_to_note(heap, unit)->tag = (order + 1) | IS_USED;
	count_units(heap, unit, 1u << order);
	state->used += UINT64_C(1) << order;
	state->blocks++;
	assert(state->used <= UINT64_C(1) << heap->orders && state->blocks <= state->used);
	*ret_placement = (struct placement){address_of(heap, unit), bytes_of(heap, order), 0};
	return OUTCOME_PLACED;
}

static bool find_block(const struct buddies *heap, uint64_t address, uint32_t *ret_unit)
{
	uint64_t offset = address - state_of(heap)->base;

	if (offset >= capacity_of(heap) || offset & (bytes_of(heap, 0) - 1))
		return false;
	*ret_unit = (uint32_t)(offset >> heap->unit_bits);
	return unit_at(heap, *ret_unit)->tag & IS_USED;
}

static enum outcome invalid(struct buddies *heap, uint64_t address)
{
	heap->engine.happened |= HAPPENED_INVALID;
	decide(&heap->engine, &decision_invalid, address, 0, 0, 0);
	return OUTCOME_INVALID;
}

static enum outcome release(struct engine *engine, uint64_t address)
{
	struct buddies *heap = self(engine);
	uint32_t unit;

	if (!find_block(heap, address, &unit))
		return invalid(heap, address);
	uint32_t order = (unit_at(heap, unit)->tag & ~IS_USED) - 1;
	assert(order <= heap->orders && (unit & ((1u << order) - 1)) == 0);
	assert(state_of(heap)->used >= UINT64_C(1) << order && state_of(heap)->blocks > 0);
	unit_to_note(heap, unit)->tag = 0;
	count_units(heap, unit, ~(1u << order) + 1);
	state_of(heap)->used -= UINT64_C(1) << order;
	state_of(heap)->blocks--;
	decide(engine, &decision_hole_made, address, bytes_of(heap, order), 0, 0);
	for (; order < heap->orders; order++) {
		uint32_t buddy = unit ^ (1u << order);
		if (unit_at(heap, buddy)->tag != order + 1)
			break;
		take_free(heap, buddy, order);
		engine->happened |= HAPPENED_COALESCED;
		decide(engine, &decision_buddy_merged, address_of(heap, unit),
			address_of(heap, buddy), bytes_of(heap, order + 1), 0);
		unit = unit < buddy ? unit : buddy;
		assert(unit_at(heap, unit)->tag == 0 && (unit & ((2u << order) - 1)) == 0);
	}
	put_free(heap, unit, order);
	return OUTCOME_RELEASED;
}

static enum outcome reallocate(struct engine *engine, uint64_t address,
	const struct request *request, struct placement *ret_placement)
{
	struct buddies *heap = self(engine);
	uint32_t unit;

	if (!find_block(heap, address, &unit))
		return invalid(heap, address);
	if (request->size == 0)
		return release(engine, address);

	uint64_t size = bytes_of(heap, (unit_at(heap, unit)->tag & ~IS_USED) - 1);
	if (request->size <= size) {
		decide(engine, &decision_fits_block, request->size, size, 0, 0);
		*ret_placement = (struct placement){address, size, 0};
		return OUTCOME_PLACED;
	}
	decide(engine, &decision_moves, request->size, size, size, 0);
	enum outcome outcome = allocate(engine, request, ret_placement);
	if (outcome == OUTCOME_PLACED)
		release(engine, address);
	return outcome;
}

/* ---- what it shows of itself --------------------------------------------------------------- */

static size_t region_count(const struct engine *engine)
{
	return 1;
}

static void region(const struct engine *engine, size_t at, struct region *ret_region)
{
	const struct buddies *heap = const_self(engine);

	*ret_region = (struct region){.name = "heap",
		.kind = REGION_HEAP,
		.base = state_of(heap)->base,
		.size = capacity_of(heap),
		.used = state_of(heap)->used << heap->unit_bits};
}

/*
 * The first unit of the block that holds the unit: of the blocks that could hold it, the one that
 * begins closest before it.
 */
static uint32_t block_with(const struct buddies *heap, uint32_t unit)
{
	uint32_t order = 0;

	while (unit_at(heap, unit >> order << order)->tag == 0)
		order++;
	return unit >> order << order;
}

static void spans(const struct engine *engine, uint64_t from, uint64_t to, span_visit *visit,
	void *user)
{
	const struct buddies *heap = const_self(engine);
	uint64_t base = state_of(heap)->base, end = base + capacity_of(heap);

	if (to <= base || from >= end)
		return;
	uint32_t unit =
		from > base ? block_with(heap, (uint32_t)((from - base) >> heap->unit_bits)) : 0;
	while (address_of(heap, unit) < to && address_of(heap, unit) < end) {
		uint32_t tag = unit_at(heap, unit)->tag, order = (tag & ~IS_USED) - 1;
		const struct span span = {.state = tag & IS_USED ? SPAN_USED : SPAN_FREE,
			.base = address_of(heap, unit),
			.size = bytes_of(heap, order),
			.payload = tag & IS_USED ? address_of(heap, unit) : 0,
			.order = state_of(heap)->head[order] == unit + 1};
		if (!visit(&span, user))
			return;
		unit += 1u << order;
	}
}

static uint64_t used_up_to(const struct buddies *heap, uint64_t offset)
{
	if (offset >= capacity_of(heap))
		return state_of(heap)->used << heap->unit_bits;
	uint32_t block = block_with(heap, (uint32_t)(offset >> heap->unit_bits));
	uint64_t used = (uint64_t)used_before(heap, block) << heap->unit_bits;
	return used + (unit_at(heap, block)->tag & IS_USED
				      ? offset - ((uint64_t)block << heap->unit_bits)
				      : 0);
}

static uint64_t used_between(const struct engine *engine, uint64_t from, uint64_t to)
{
	const struct buddies *heap = const_self(engine);
	uint64_t base = state_of(heap)->base;

	if (from >= to || to <= base)
		return 0;
	return used_up_to(heap, to - base) - (from > base ? used_up_to(heap, from - base) : 0);
}

static size_t list_count(const struct engine *engine)
{
	return const_self(engine)->orders + 1;
}

static void list(const struct engine *engine, size_t at, struct list *ret_list)
{
	const struct buddies *heap = const_self(engine);

	*ret_list = (struct list){.length = state_of(heap)->free[at]};
	snprintf(ret_list->name, sizeof(ret_list->name), "free blocks of %" PRIu64 " B",
		bytes_of(heap, (uint32_t)at));
}

static size_t list_entries(const struct engine *engine, size_t at, uint64_t from,
	struct list_entry *ret_entries, size_t n)
{
	const struct buddies *heap = const_self(engine);
	size_t copied = 0;

	for (uint32_t link = state_of(heap)->head[at]; link && copied < n;
		link = unit_at(heap, link - 1)->next) {
		if (from > 0)
			from--;
		else
			ret_entries[copied++] =
				(struct list_entry){.address = address_of(heap, link - 1),
					.size = bytes_of(heap, (uint32_t)at)};
	}
	return copied;
}

static void totals(const struct engine *engine, struct totals *ret_totals)
{
	const struct buddies *heap = const_self(engine);
	const struct buddy_state *state = state_of(heap);

	*ret_totals = (struct totals){.reserved = capacity_of(heap),
		.blocks = state->used << heap->unit_bits,
		.regions = 1,
		.regions_total = 1,
		.regions_peak = 1,
		.blocks_live = state->blocks};
	ret_totals->available = ret_totals->reserved - ret_totals->blocks;
	for (uint32_t order = 0; order <= heap->orders; order++) {
		double size = (double)bytes_of(heap, order);
		ret_totals->free_spans += state->free[order];
		ret_totals->free_squares += size * size * state->free[order];
		if (state->head[order])
			ret_totals->largest_free = bytes_of(heap, order);
	}
}

static int check_list(const struct buddies *heap, uint32_t order, struct error *err)
{
	uint32_t left = state_of(heap)->free[order], before = 0;

	for (uint32_t link = state_of(heap)->head[order]; link;
		link = unit_at(heap, link - 1)->next) {
		if (link > 1u << heap->orders)
			return error_set(err, "buddy: the list of order %" PRIu32 " leads nowhere",
				order);
		const struct unit *block = unit_at(heap, link - 1);
		if (left-- == 0 || block->tag != order + 1 || block->prev != before)
			return error_set(err, "buddy: the list of order %" PRIu32 " is broken",
				order);
		before = link;
	}
	return left == 0
		       ? 0
		       : error_set(err, "buddy: the list of order %" PRIu32 " is too short", order);
}

/* Used units of the block that begins at the unit. */
static uint32_t used_at(const struct buddies *heap, uint32_t unit)
{
	uint32_t tag = unit < 1u << heap->orders ? unit_at(heap, unit)->tag : 0;

	return tag & IS_USED && (tag & ~IS_USED) - 1 <= heap->orders ? 1u << ((tag & ~IS_USED) - 1)
								     : 0;
}

/* Whether the sums within the page are right; *ret_used: units of the blocks that begin there. */
static bool has_page_sums(const struct buddies *heap, uint32_t page, uint32_t *ret_used)
{
	uint32_t before[SPARSE_PAGE + 1] = {0};

	for (uint32_t i = 0; i < SPARSE_PAGE; i++)
		before[i + 1] = before[i] + used_at(heap, page * SPARSE_PAGE + i);
	*ret_used = before[SPARSE_PAGE];
	for (uint32_t at = 1; at <= SPARSE_PAGE; at++)
		if (unit_at(heap, page * SPARSE_PAGE + at - 1)->sum !=
			before[at] - before[at & (at - 1)])
			return false;
	return true;
}

/* Each sum over pages is that of the pages below it. */
static int check_sums(const struct buddies *heap, struct error *err)
{
	uint32_t pages = (uint32_t)heap->units.pages.count;

	if (*flat_at(&heap->sums, uint32_t, 0) != 0)
		return error_set(err, "buddy: there are units before the first page");
	for (uint32_t at = 1; at <= pages; at++) {
		uint32_t sum;
		if (!has_page_sums(heap, at - 1, &sum))
			return error_set(err, "buddy: the sums within a page are wrong");
		for (uint32_t below = at - 1; below > (at & (at - 1)); below &= below - 1)
			sum += *flat_at(&heap->sums, uint32_t, below);
		if (sum != *flat_at(&heap->sums, uint32_t, at))
			return error_set(err, "buddy: the sum over pages is wrong");
	}
	return 0;
}

static int check(const struct engine *engine, struct error *err)
{
	const struct buddies *heap = const_self(engine);
	uint32_t units = 1u << heap->orders;
	uint64_t used = 0, blocks = 0, free[ORDERS_MAX + 1] = {0};

	if (sparse_check(&heap->units, err) < 0 || check_sums(heap, err) < 0)
		return -1;
	for (uint32_t unit = 0; unit < units;) {
		uint32_t tag = unit_at(heap, unit)->tag, order = (tag & ~IS_USED) - 1;
		if (tag == 0 || order > heap->orders || unit & ((1u << order) - 1))
			return error_set(err, "buddy: no block begins at unit %" PRIu32, unit);
		if (used_before(heap, unit) != used)
			return error_set(err, "buddy: the sums are wrong at unit %" PRIu32, unit);
		if (!(tag & IS_USED)) {
			free[order]++;
			if (order < heap->orders &&
				unit_at(heap, unit ^ (1u << order))->tag == order + 1)
				return error_set(err, "buddy: two free buddies at unit %" PRIu32,
					unit);
		}
		for (uint32_t inside = unit + 1; inside < unit + (1u << order); inside++)
			if (unit_at(heap, inside)->tag != 0)
				return error_set(err,
					"buddy: a block begins inside another at unit %" PRIu32,
					inside);
		blocks += (tag & IS_USED) != 0;
		used += tag & IS_USED ? UINT64_C(1) << order : 0;
		unit += 1u << order;
	}
	for (uint32_t order = 0; order <= heap->orders; order++)
		if (free[order] != state_of(heap)->free[order] || check_list(heap, order, err) < 0)
			return error_set(err, "buddy: the list of order %" PRIu32 " lacks a block",
				order);
	for (uint32_t order = heap->orders + 1; order <= ORDERS_MAX; order++)
		if (state_of(heap)->free[order] || state_of(heap)->head[order])
			return error_set(err, "buddy: order %" PRIu32 " is larger than the heap",
				order);
	return used == state_of(heap)->used && blocks == state_of(heap)->blocks
		       ? 0
		       : error_set(err, "buddy: another number of units is used");
}

static int init(struct engine *engine, const struct options *values, struct error *err)
{
	struct buddies *heap = self(engine);
	uint64_t size = options_number(values, "buddy-size"),
		 smallest = options_number(values, "buddy-min");

	if (size < smallest)
		return error_set(err, "--buddy-size: %" PRIu64 " is less than the smallest block",
			size);
	heap->unit_bits = (uint32_t)__builtin_ctzll(smallest);
	heap->orders = (uint32_t)__builtin_ctzll(size) - heap->unit_bits;
	if (heap->orders >= ORDERS_MAX)
		return error_set(err,
			"--buddy-size: more than %u smallest blocks; --buddy-min makes them larger",
			1u << (ORDERS_MAX - 1));
	flat_add(&engine->flat, &heap->state, sizeof(struct buddy_state));
	flat_grow(&heap->state, 1);
	sparse_init(&heap->units, &engine->flat, sizeof(struct unit), 1u << heap->orders);
	flat_add(&engine->flat, &heap->sums, sizeof(uint32_t));
	flat_grow(&heap->sums, heap->units.pages.count + 1);
	state_of(heap)->base = engine->pages->map(engine->pages, size, size);
	if (state_of(heap)->base == 0)
		return error_set(err, "--buddy-size: cannot get %" PRIu64 " bytes", size);
	put_free(heap, 0, heap->orders);
	return 0;
}

const struct engine_ops engine_buddy = {
	.name = "buddy",
	.summary = "power-of-two blocks, split in half and merged with their buddies",
	.holder = "The heap",
	.options = options,
	.decisions = decisions,
	.state_size = sizeof(struct buddies),
	.halves = true,

	.init = init,

	.allocate = allocate,
	.release = release,
	.reallocate = reallocate,

	.region_count = region_count,
	.region = region,
	.spans = spans,
	.used_between = used_between,

	.list_count = list_count,
	.list = list,
	.list_entries = list_entries,

	.totals = totals,
	.check = check,
};
