/*
 * See contract.h. Books are kept of
 *
 *	blocks      live: placed by allocate or reallocate, not yet released; no two overlap
 *	stretches   memory the engine has from its page source, until it returns it
 *	break       the one stretch that grows
 *
 * They are flat and part of the decorator's state, as the arrays of the engine within are, so that
 * a checkpoint holds both.
 */
#include "engine/contract.h"

#include "base/arrays.h"
#include "base/error.h"
#include "base/xalloc.h"
#include "flat/extents.h"

#include <assert.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

struct contract_state {
	uint64_t break_base;
	uint64_t break_size;
	uint64_t own; /* blocks of the engine itself, not of the one below it */
};

struct contract {
	struct engine engine;  /* what callers have */
	struct engine_ops ops; /* its callbacks: as many as the engine within has */
	struct engine *inner;
	struct page_source pages; /* what the engine within takes its memory from */
	struct graph graph;       /* what it asks which objects there are */
	enum contract_level level;
	struct error broken; /* no text: kept */
	size_t own_arrays;   /* of engine.flat; then those of the engine within follow */
	struct flat_array state;
	struct extents blocks; /* tag: the layer that placed it */
	struct extents stretches;
};

static struct contract *self(const struct engine *engine)
{
	return (struct contract *)(uintptr_t)engine;
}

static const struct engine *inner_of(const struct engine *engine)
{
	return self(engine)->inner;
}

static struct contract_state *state_of(const struct contract *contract)
{
	return contract->state.data;
}

/* Records a breach. The first explains the others, so it alone is kept. */
__attribute__((format(printf, 2, 3))) static void broke(struct contract *contract,
	const char *format, ...)
{
	char words[sizeof(contract->broken.text)];
	va_list args;

	if (contract->broken.text[0])
		return;
	va_start(args, format);
	vsnprintf(words, sizeof(words), format, args);
	va_end(args);
	error_set(&contract->broken, "%s: %s", contract->ops.name, words);
}

/* ---- memory -------------------------------------------------------------------------------- */

static struct contract *contract_of(struct page_source *pages)
{
	return (struct contract *)((char *)pages - offsetof(struct contract, pages));
}

/* Records memory that the page source gave the engine; base 0: none. */
static uint64_t take_stretch(struct contract *contract, uint64_t base, uint64_t bytes)
{
	struct extent other;

	if (base != 0)
		extents_add(&contract->stretches, &(struct extent){.base = base, .size = bytes},
			&other);
	return base;
}

static uint64_t map(struct page_source *pages, uint64_t bytes, uint64_t alignment)
{
	struct contract *contract = contract_of(pages);
	struct page_source *outer = contract->engine.pages;

	if (bytes == 0 || (alignment & (alignment - 1)) != 0) {
		broke(contract, "it asks for %" PRIu64 " bytes of space aligned to %" PRIu64, bytes,
			alignment);
		return 0;
	}
	return take_stretch(contract, outer->map(outer, bytes, alignment), bytes);
}

static uint64_t map_recorded(struct page_source *pages, uint64_t bytes)
{
	struct contract *contract = contract_of(pages);
	struct page_source *outer = contract->engine.pages;

	return take_stretch(contract, outer->map_recorded(outer, bytes), bytes);
}

static bool take(struct page_source *pages, uint64_t base, uint64_t bytes, bool open)
{
	struct contract *contract = contract_of(pages);
	struct page_source *outer = contract->engine.pages;
	struct extent part;

	if (!outer->take(outer, base, bytes, open))
		return false;
	while (extents_at_or_after(&contract->stretches, base, &part) && part.base < base + bytes)
		extents_remove(&contract->stretches, part.base);
	take_stretch(contract, base, bytes);
	return true;
}

static void unmap(struct page_source *pages, uint64_t base, uint64_t bytes)
{
	struct contract *contract = contract_of(pages);
	struct page_source *outer = contract->engine.pages;
	struct extent stretch, block;

	if (!extents_at_or_before(&contract->stretches, base, &stretch) || stretch.base != base ||
		stretch.size != bytes) {
		broke(contract,
			"it returns %" PRIu64 " bytes at 0x%" PRIx64 ", which it did not get",
			bytes, base);
		return;
	}
	if (extents_at_or_before(&contract->blocks, base + bytes - 1, &block) && block.base >= base)
		broke(contract,
			"it returns the space at 0x%" PRIx64 ", where the block at 0x%" PRIx64
			" is live",
			base, block.base);
	extents_remove(&contract->stretches, base);
	outer->unmap(outer, base, bytes);
}

static void set_backed(struct page_source *pages, uint64_t base, uint64_t bytes, bool is_backed)
{
	struct page_source *outer = contract_of(pages)->engine.pages;

	outer->set_backed(outer, base, bytes, is_backed);
}

static bool grow(struct page_source *pages, uint64_t bytes, uint64_t *ret_base)
{
	struct contract *contract = contract_of(pages);
	struct page_source *outer = contract->engine.pages;

	if (!outer->grow(outer, bytes, ret_base))
		return false;
	state_of(contract)->break_base = *ret_base;
	state_of(contract)->break_size += bytes;
	return true;
}

static bool place_break(struct page_source *pages, uint64_t base)
{
	struct contract *contract = contract_of(pages);
	struct page_source *outer = contract->engine.pages;

	if (state_of(contract)->break_size > 0)
		broke(contract, "it places the break, below which it has memory");
	return outer->place_break(outer, base);
}

static bool shrink(struct page_source *pages, uint64_t bytes)
{
	struct contract *contract = contract_of(pages);
	struct page_source *outer = contract->engine.pages;
	struct contract_state *state = state_of(contract);
	struct extent block;

	if (bytes > state->break_size) {
		broke(contract, "it returns %" PRIu64 " bytes below the break, but has %" PRIu64,
			bytes, state->break_size);
		return false;
	}
	uint64_t end = state->break_base + state->break_size;
	if (extents_at_or_before(&contract->blocks, end - 1, &block) && block.base >= end - bytes)
		broke(contract,
			"it returns the last %" PRIu64
			" bytes below the break, where the block at 0x%" PRIx64 " is live",
			bytes, block.base);
	if (!outer->shrink(outer, bytes))
		return false;
	state->break_size -= bytes;
	return true;
}

static bool is_within(uint64_t base, uint64_t size, uint64_t outer_base, uint64_t outer_size)
{
	return base >= outer_base && size <= outer_size && base - outer_base <= outer_size - size;
}

/* The engine holds all these bytes: from its page source, or as a block of the engine below. */
static bool holds(const struct contract *contract, uint64_t base, uint64_t size)
{
	const struct contract_state *state = state_of(contract);
	struct extent found;

	if (is_within(base, size, state->break_base, state->break_size))
		return true;
	if (extents_at_or_before(&contract->stretches, base, &found) &&
		is_within(base, size, found.base, found.size))
		return true;
	const struct engine *below = contract->engine.below;
	return below && extents_at_or_before(&self(below)->blocks, base, &found) &&
	       is_within(base, size, found.base, found.size);
}

/* ---- answers ------------------------------------------------------------------------------- */

/* What a span says of the block that begins at its payload. */
static bool take_span(const struct span *span, void *user)
{
	*(struct span *)user = *span;
	return false;
}

/* The engine of a layer as this contract numbers them; NULL when there is none. */
static const struct engine *layer_of(const struct contract *contract, unsigned layer)
{
	const struct engine *engine = &contract->engine;

	for (; engine && layer > 0; layer--)
		engine = engine->below;
	return engine;
}

/* The engine that placed the block shows it in a region, as a span that has room for it. */
static int check_shown(const struct engine *engine, uint64_t address, uint64_t given,
	struct error *err)
{
	struct region region;
	struct span span = {.state = SPAN_FREE};
	uint64_t inside = given ? address : address - 1; /* a block of nothing ends its span */
	size_t at;

	if (!engine_region_at(engine, inside, &at, &region) ||
		!is_within(address, given, region.base, region.size))
		return error_set(err,
			"the block at 0x%" PRIx64 " (%" PRIu64 " bytes) is in none of its regions",
			address, given);
	engine_spans(engine, inside, inside + 1, take_span, &span);
	if (span.state != SPAN_USED || span.payload != address ||
		!is_within(address, given, span.base, span.size))
		return error_set(err,
			"the block at 0x%" PRIx64 " (%" PRIu64 " bytes) is not what it shows there",
			address, given);
	return 0;
}

/* Checks a placed block, and records it if it is plausible. */
static int take_block(struct contract *contract, const struct request *request,
	const struct placement *placement, struct error *err)
{
	const struct engine *engine = layer_of(contract, placement->layer);
	const struct extent block = {placement->address, placement->given, placement->layer};
	uint64_t address = placement->address, given = placement->given;
	struct extent other;

	if (!engine)
		return error_set(err,
			"the block at 0x%" PRIx64 " is reported in layer %u, which does not exist",
			address, placement->layer);
	if (address == 0 || address + given < address)
		return error_set(err, "%" PRIu64 " bytes at 0x%" PRIx64 " are not a block", given,
			address);
	if (given < request->size)
		return error_set(err,
			"the block at 0x%" PRIx64 " has %" PRIu64 " bytes where %" PRIu64
			" were asked for",
			address, given, request->size);
	if (request->alignment && (address & (request->alignment - 1)) != 0)
		return error_set(err, "the block at 0x%" PRIx64 " is not aligned to %" PRIu64,
			address, request->alignment);
	if (check_shown(engine, address, given, err) < 0)
		return -1;
	if (!extents_add(&contract->blocks, &block, &other))
		return error_set(err,
			"the block at 0x%" PRIx64 " (%" PRIu64
			" bytes) overlaps the live one at 0x%" PRIx64 " (%" PRIu64 " bytes)",
			address, given, other.base, other.size);
	state_of(contract)->own += placement->layer == 0;
	return 0;
}

static void drop_block(struct contract *contract, const struct extent *block)
{
	extents_remove(&contract->blocks, block->base);
	state_of(contract)->own -= block->tag == 0;
}

static bool find_block(const struct contract *contract, uint64_t address, struct extent *ret_block)
{
	return extents_at_or_before(&contract->blocks, address, ret_block) &&
	       ret_block->base == address;
}

/* Passes the event's number, thread and log to the engine within. */
static struct engine *enter(struct contract *contract)
{
	contract->inner->log = contract->engine.log;
	contract->inner->arena_log = contract->engine.arena_log;
	contract->inner->happened = 0;
	contract->inner->failure = contract->inner->cause = NULL;
	contract->inner->number = contract->engine.number;
	contract->inner->thread = contract->engine.thread;
	contract->inner->call = contract->engine.call;
	contract->inner->said_size = contract->engine.said_size;
	contract->inner->follows = contract->engine.follows;
	contract->inner->graph = contract->engine.graph ? &contract->graph : NULL;
	return contract->inner;
}

static void leave(struct contract *contract)
{
	contract->engine.happened |= contract->inner->happened;
	contract->engine.failure = contract->inner->failure;
	contract->engine.cause = contract->inner->cause;
}

static enum outcome allocate(struct engine *engine, const struct request *request,
	struct placement *ret_placement)
{
	struct contract *contract = self(engine);
	struct engine *inner = enter(contract);
	struct placement placement = {0};
	struct error err;
	enum outcome outcome = engine_allocate(inner, request, &placement);

	leave(contract);
	if (outcome == OUTCOME_NO_MEMORY || outcome == OUTCOME_NO_ANSWER ||
		(outcome == OUTCOME_NOTHING && request->size == 0))
		return outcome;
	if (outcome != OUTCOME_PLACED) {
		broke(contract, "allocate returns %s", outcome_name(outcome));
		return OUTCOME_NO_MEMORY;
	}
	if (take_block(contract, request, &placement, &err) < 0) {
		broke(contract, "%s", err.text);
		return OUTCOME_NO_MEMORY;
	}
	*ret_placement = placement;
	return OUTCOME_PLACED;
}

static enum outcome release(struct engine *engine, uint64_t address)
{
	struct contract *contract = self(engine);
	struct engine *inner = enter(contract);
	struct extent block;
	bool is_live = find_block(contract, address, &block);

	if (is_live) /* before, so that its arena can be given back */
		drop_block(contract, &block);
	enum outcome outcome = engine_release(inner, address);
	leave(contract);
	if (outcome != OUTCOME_RELEASED && outcome != OUTCOME_INVALID)
		broke(contract, "release returns %s", outcome_name(outcome));
	else if (is_live && outcome == OUTCOME_INVALID)
		broke(contract, "it does not know the live block at 0x%" PRIx64, address);
	else if (!is_live && outcome == OUTCOME_RELEASED)
		broke(contract, "it releases 0x%" PRIx64 ", where no live block begins", address);
	return is_live ? OUTCOME_RELEASED : OUTCOME_INVALID;
}

static void release_null(struct engine *engine)
{
	struct contract *contract = self(engine);

	engine_release_null(enter(contract));
	leave(contract);
}

static void misused(struct engine *engine, const struct misuse *misuse)
{
	struct contract *contract = self(engine);

	engine_misused(enter(contract), misuse);
	leave(contract);
}

static enum outcome reallocate(struct engine *engine, uint64_t address,
	const struct request *request, struct placement *ret_placement)
{
	struct contract *contract = self(engine);
	struct engine *inner = enter(contract);
	struct placement placement = {0};
	struct extent block, other;
	struct error err;
	bool is_live = find_block(contract, address, &block);

	if (is_live)
		drop_block(contract, &block);
	enum outcome outcome = engine_reallocate(inner, address, request, &placement);
	leave(contract);
	if (!is_live) {
		if (outcome != OUTCOME_INVALID)
			broke(contract,
				"reallocate of 0x%" PRIx64
				", where no live block begins, returns %s",
				address, outcome_name(outcome));
		return OUTCOME_INVALID;
	}
	switch (outcome) {
	case OUTCOME_PLACED:
		if (take_block(contract, request, &placement, &err) == 0) {
			*ret_placement = placement;
			return OUTCOME_PLACED;
		}
		broke(contract, "%s", err.text);
		break;
	case OUTCOME_RELEASED:
		if (request->size > 0)
			broke(contract, "reallocate to %" PRIu64 " bytes returns %s", request->size,
				outcome_name(outcome));
		return OUTCOME_RELEASED;
	case OUTCOME_NO_MEMORY:
	case OUTCOME_NO_ANSWER:
		break;
	case OUTCOME_INVALID:
	case OUTCOME_NOTHING:
		broke(contract, "reallocate of the live block at 0x%" PRIx64 " returns %s", address,
			outcome_name(outcome));
		break;
	}
	/* It stays where it was. */
	if (extents_add(&contract->blocks, &block, &other))
		state_of(contract)->own += block.tag == 0;
	return outcome == OUTCOME_NO_ANSWER ? outcome : OUTCOME_NO_MEMORY;
}

/* ---- objects ------------------------------------------------------------------------------- */

static struct contract *with_graph(const struct graph *graph)
{
	return (struct contract *)((char *)(uintptr_t)graph - offsetof(struct contract, graph));
}

static void locals(const struct graph *graph, object_visit *visit, void *user)
{
	const struct graph *outer = with_graph(graph)->engine.graph;

	outer->locals(outer, visit, user);
}

static bool is_root(const struct graph *graph, uint32_t object)
{
	const struct graph *outer = with_graph(graph)->engine.graph;

	return outer->is_root(outer, object);
}

static void references(const struct graph *graph, uint32_t object, object_visit *visit, void *user)
{
	const struct graph *outer = with_graph(graph)->engine.graph;

	outer->references(outer, object, visit, user);
}

static void softly(const struct graph *graph, uint32_t object, object_visit *visit, void *user)
{
	const struct graph *outer = with_graph(graph)->engine.graph;

	outer->softly(outer, object, visit, user);
}

static bool has_soft(const struct graph *graph)
{
	const struct graph *outer = with_graph(graph)->engine.graph;

	return outer->has_soft(outer);
}

static void died(struct graph *graph, const uint32_t *objects, const uint64_t *addresses, size_t n)
{
	struct contract *contract = with_graph(graph);
	struct graph *outer = contract->engine.graph;
	struct extent block;

	for (size_t i = 0; i < n; i++) {
		if (find_block(contract, addresses[i], &block))
			drop_block(contract, &block);
		else
			broke(contract,
				"object %" PRIu32 " dies at 0x%" PRIx64
				", where no live block begins",
				objects[i], addresses[i]);
	}
	outer->died(outer, objects, addresses, n);
}

/* Takes all blocks from where they were before any is put where it is. */
static void moved(struct graph *graph, const struct relocation *moves, size_t n)
{
	struct contract *contract = with_graph(graph);
	struct graph *outer = contract->engine.graph;
	ARRAY(struct extent) blocks = {0};
	struct extent other;

	for (size_t i = 0; i < n; i++) {
		struct extent block = {.base = moves[i].to};
		if (find_block(contract, moves[i].from, &block))
			drop_block(contract, &block);
		else
			broke(contract,
				"object %" PRIu32 " moves from 0x%" PRIx64
				", where no live block begins",
				moves[i].object, moves[i].from);
		block.base = moves[i].to;
		*array_push(&blocks) = block;
	}
	for (size_t i = 0; i < n; i++) {
		if (extents_add(&contract->blocks, &blocks.items[i], &other))
			state_of(contract)->own += blocks.items[i].tag == 0;
		else
			broke(contract,
				"object %" PRIu32 " moves to 0x%" PRIx64
				", where the block at 0x%" PRIx64 " is live",
				moves[i].object, moves[i].to, other.base);
	}
	array_finish(&blocks);
	outer->moved(outer, moves, n);
}

static void stored(struct engine *engine, uint64_t from, uint64_t to)
{
	struct contract *contract = self(engine);
	struct engine *inner = enter(contract);

	engine_stored(inner, from, to);
	leave(contract);
}

static void collect(struct engine *engine, unsigned generation)
{
	struct contract *contract = self(engine);
	struct engine *inner = enter(contract);

	engine_collect(inner, generation);
	leave(contract);
}

/* ---- what it says of itself ---------------------------------------------------------------- */

/* Sums over the spans of a region. */
struct totals_sum {
	uint64_t at; /* where the next must begin */
	uint64_t used;
	bool is_torn;
};

static bool add_span(const struct span *span, void *user)
{
	struct totals_sum *sum = user;

	sum->is_torn = span->base != sum->at || span->size == 0;
	if (sum->is_torn)
		return false;
	sum->at += span->size;
	if (span->state == SPAN_USED)
		sum->used += span->size;
	return true;
}

static int check_region(const struct contract *contract, size_t at, uint64_t end_before,
	struct region *ret_region, struct error *err)
{
	const struct engine *inner = contract->inner;

	engine_region(inner, at, ret_region);
	uint64_t base = ret_region->base, size = ret_region->size;
	struct totals_sum sum = {.at = base};

	if (size == 0 || base < end_before)
		return error_set(err,
			"region %s at 0x%" PRIx64
			" is empty, overlaps the one before or is out of order",
			ret_region->name, base);
	if (!holds(contract, base, size))
		return error_set(err,
			"region %s at 0x%" PRIx64 " (%" PRIu64 " bytes) is not memory it holds",
			ret_region->name, base, size);
	engine_spans(inner, base, base + size, add_span, &sum);
	if (sum.is_torn || sum.at != base + size)
		return error_set(err, "spans of region %s overlap or leave a gap at 0x%" PRIx64,
			ret_region->name, sum.at);
	if (sum.used != ret_region->used ||
		sum.used != engine_used_between(inner, base, base + size))
		return error_set(err,
			"region %s: its used spans have %" PRIu64 " bytes, it says %" PRIu64
			", and %" PRIu64 " between its ends",
			ret_region->name, sum.used, ret_region->used,
			engine_used_between(inner, base, base + size));
	return 0;
}

static int check_regions(const struct contract *contract, struct error *err)
{
	const struct engine *inner = contract->inner;
	uint64_t end = 0, reserved = 0, used = 0;
	struct totals totals;
	size_t n = engine_region_count(inner);

	for (size_t at = 0; at < n; at++) {
		struct region region;
		if (check_region(contract, at, end, &region, err) < 0)
			return -1;
		end = region.base + region.size;
		reserved += region.size;
		used += region.used;
	}
	engine_totals(inner, &totals);
	if (totals.regions != n || totals.reserved != reserved)
		return error_set(err,
			"totals: %" PRIu64 " regions of %" PRIu64
			" bytes, there are %zu of %" PRIu64,
			totals.regions, totals.reserved, n, reserved);
	if (totals.blocks > used ||
		totals.blocks_live != state_of(contract)->own) /* headers are counted apart */
		return error_set(err,
			"totals: %" PRIu64 " blocks of %" PRIu64 " bytes, live are %" PRIu64
			" of %" PRIu64,
			totals.blocks_live, totals.blocks, state_of(contract)->own, used);
	if (totals.blocks + totals.available + totals.unused + totals.headers + totals.tails +
			totals.alignment !=
		reserved)
		return error_set(err,
			"totals: their parts do not add up to the %" PRIu64 " bytes reserved",
			reserved);
	return 0;
}

/* Every live block is still where it was said to be. */
static int check_blocks(const struct contract *contract, struct error *err)
{
	struct extent block;

	for (uint64_t at = 0; extents_at_or_after(&contract->blocks, at, &block);
		at = block.base + 1)
		if (check_shown(layer_of(contract, block.tag), block.base, block.size, err) < 0)
			return error_prefix(err, "lost");
	return 0;
}

static int check_lists(const struct contract *contract, struct error *err)
{
	const struct engine *inner = contract->inner;
	size_t n = engine_has_lists(inner) ? engine_list_count(inner) : 0;
	struct list_entry entries[64];

	for (size_t at = 0; at < n; at++) {
		struct list list;
		uint64_t length = 0;
		size_t got;
		engine_list_at(inner, at, &list);
		while (length <= list.length &&
			(got = engine_list_entries(inner, at, length, entries, 64)) > 0)
			length += got;
		if (length != list.length)
			return error_set(err,
				"list %s is said to have %" PRIu64 " entries and has %" PRIu64,
				list.name, list.length, length);
	}
	return 0;
}

/* Each place that has a name is in memory that the engine shows, or at the end of some. */
static int check_landmarks(const struct engine *inner, struct error *err)
{
	struct landmark landmarks[LANDMARKS_MAX];
	size_t n = engine_landmarks(inner, landmarks, LANDMARKS_MAX);
	struct region region;
	size_t at;

	for (size_t i = 0; i < n; i++)
		if (!engine_region_at(inner, landmarks[i].region, &at, &region) ||
			region.base != landmarks[i].region || landmarks[i].offset > region.size)
			return error_set(err,
				"its %s is %" PRIu64 " bytes from 0x%" PRIx64
				", outside of its memory",
				landmarks[i].name, landmarks[i].offset, landmarks[i].region);
	return 0;
}

static int check(const struct engine *engine, struct error *err)
{
	const struct contract *contract = self(engine);

	if (engine_check(contract->inner, err) < 0)
		return -1;
	if (extents_check(&contract->blocks, err) < 0 ||
		extents_check(&contract->stretches, err) < 0)
		return error_prefix(err, "the books");
	if (check_regions(contract, err) < 0 || check_blocks(contract, err) < 0)
		return -1;
	if (check_landmarks(contract->inner, err) < 0)
		return -1;
	return check_lists(contract, err);
}

/* ---- passed on as it is -------------------------------------------------------------------- */

static void expect(const struct engine *engine, uint64_t address, uint32_t place)
{
	engine_expect(inner_of(engine), address, place);
}

static void mapped(struct engine *engine, uint64_t base, uint64_t bytes)
{
	struct contract *contract = self(engine);
	struct engine *inner = enter(contract);

	engine_mapped(inner, base, bytes);
	leave(contract);
}

static void unmapped(struct engine *engine, uint64_t base)
{
	struct contract *contract = self(engine);
	struct engine *inner = enter(contract);

	engine_unmapped(inner, base);
	leave(contract);
}

static void commit(struct engine *engine, enum domain space, uint64_t base, uint64_t bytes)
{
	struct contract *contract = self(engine);
	struct engine *inner = enter(contract);

	engine_commit(inner, space, base, bytes);
	leave(contract);
}

static void library(struct engine *engine, enum libc_word word, uint64_t number)
{
	struct contract *contract = self(engine);
	struct engine *inner = enter(contract);

	engine_library(inner, word, number);
	leave(contract);
}

static bool region_of(const struct engine *engine, uint64_t address, struct region *ret_region)
{
	return engine_region_of(inner_of(engine), address, ret_region);
}

static size_t region_count(const struct engine *engine)
{
	return engine_region_count(inner_of(engine));
}

static void region(const struct engine *engine, size_t at, struct region *ret_region)
{
	engine_region(inner_of(engine), at, ret_region);
}

static void page(const struct engine *engine, size_t at, size_t number, struct page *ret_page)
{
	engine_page(inner_of(engine), at, number, ret_page);
}

static void spans(const struct engine *engine, uint64_t from, uint64_t to, span_visit *visit,
	void *user)
{
	engine_spans(inner_of(engine), from, to, visit, user);
}

static uint64_t used_between(const struct engine *engine, uint64_t from, uint64_t to)
{
	return engine_used_between(inner_of(engine), from, to);
}

static size_t list_count(const struct engine *engine)
{
	return engine_list_count(inner_of(engine));
}

static void list(const struct engine *engine, size_t at, struct list *ret_list)
{
	engine_list_at(inner_of(engine), at, ret_list);
}

static size_t list_entries(const struct engine *engine, size_t at, uint64_t from,
	struct list_entry *ret_entries, size_t n)
{
	return engine_list_entries(inner_of(engine), at, from, ret_entries, n);
}

static size_t lists_of(const struct engine *engine, size_t kind, uint32_t owner, size_t *ret_first)
{
	return engine_lists_of(inner_of(engine), kind, owner, ret_first);
}

static size_t words(const struct engine *engine, uint64_t address, struct memory_word *ret_words,
	size_t n)
{
	return engine_words(inner_of(engine), address, ret_words, n);
}

static size_t fields(const struct engine *engine, uint64_t address, struct field *ret_fields,
	size_t n)
{
	return engine_fields(inner_of(engine), address, ret_fields, n);
}

static size_t landmarks(const struct engine *engine, struct landmark *ret_landmarks, size_t n)
{
	return engine_landmarks(inner_of(engine), ret_landmarks, n);
}

static size_t region_fields(const struct engine *engine, size_t at, struct field *ret_fields,
	size_t n)
{
	return engine_region_fields(inner_of(engine), at, ret_fields, n);
}

static bool search(struct engine *engine, unsigned milliseconds)
{
	struct engine *inner = self(engine)->inner;
	bool is_over = engine_search(inner, milliseconds);

	engine->cause = inner->cause;
	return is_over;
}

static bool damage(const struct engine *engine, uint64_t address, struct damage *ret_damage)
{
	return engine_damage(inner_of(engine), address, ret_damage);
}

static void gauge(const struct engine *engine, struct gauge *ret_gauge)
{
	engine_gauge(inner_of(engine), ret_gauge);
}

static size_t class_count(const struct engine *engine)
{
	return engine_class_count(inner_of(engine));
}

static void class_info(const struct engine *engine, size_t at, struct size_class *ret_class)
{
	engine_class_info(inner_of(engine), at, ret_class);
}

static void totals(const struct engine *engine, struct totals *ret_totals)
{
	engine_totals(inner_of(engine), ret_totals);
}

static void report(const struct engine *engine, size_t at, struct text *text)
{
	engine_report(inner_of(engine), at, text);
}

/* ---- life ---------------------------------------------------------------------------------- */

static void finish(struct engine *engine)
{
	struct contract *contract = self(engine);

	engine->flat.narrays = contract->own_arrays; /* the others go with their owner */
	engine_free(contract->inner);
}

/*
 * A callback for each that the engine within has, and none else: callers ask which there are. Only
 * the short way of requests is left out, since each is checked.
 */
static_assert(sizeof(struct engine_ops) == 50 * sizeof(void *), "every callback is passed on");
static struct engine_ops ops_for(const struct engine_ops *inner)
{
	return (struct engine_ops){
		.name = inner->name,
		.summary = inner->summary,
		.holder = inner->holder,
		.options = inner->options,
		.below = inner->below,
		.below_option = inner->below_option,
		.decisions = inner->decisions,
		.runs_code = inner->runs_code,
		.state_size = sizeof(struct contract),
		.halves = inner->halves,
		.as_recorded = inner->as_recorded,
		.has_spaces = inner->has_spaces,
		.begins_empty = inner->begins_empty,
		.instead = inner->instead,
		.finish = finish,

		.allocate = allocate,
		.release = release,
		.release_null = release_null,
		.misused = misused,
		.reallocate = reallocate,
		.expect = inner->expect ? expect : NULL,
		.mapped = inner->mapped ? mapped : NULL,
		.unmapped = inner->unmapped ? unmapped : NULL,
		.commit = inner->commit ? commit : NULL,
		.library = inner->library ? library : NULL,
		.stored = inner->stored ? stored : NULL,
		.collect = inner->collect ? collect : NULL,

		.region_count = region_count,
		.region = region,
		.region_of = inner->region_of ? region_of : NULL,
		.page = inner->page ? page : NULL,
		.spans = spans,
		.used_between = used_between,

		.list_count = inner->list_count ? list_count : NULL,
		.list = inner->list ? list : NULL,
		.list_entries = inner->list_entries ? list_entries : NULL,
		.kinds = inner->kinds,
		.lists_of = inner->lists_of ? lists_of : NULL,
		.words = inner->words ? words : NULL,
		.fields = inner->fields ? fields : NULL,
		.landmarks = inner->landmarks ? landmarks : NULL,
		.region_fields = inner->region_fields ? region_fields : NULL,
		.search = inner->search ? search : NULL,
		.damage = inner->damage ? damage : NULL,
		.gauge = inner->gauge ? gauge : NULL,

		.class_count = inner->class_count ? class_count : NULL,
		.class_info = inner->class_info ? class_info : NULL,
		.totals = totals,
		.reports = inner->reports,
		.report = inner->report ? report : NULL,
		.check = check,
	};
}

int contract_new(struct engine **ret_engine, const struct engine_ops *ops, struct engine *below,
	struct page_source *pages, const struct options *options, enum contract_level level,
	struct error *err)
{
	struct contract *contract = xcalloc(1, sizeof(*contract));

	assert(!below || below->ops->allocate == allocate);
	contract->ops = ops_for(ops);
	contract->engine = (struct engine){.ops = &contract->ops, .below = below, .pages = pages};
	contract->pages = (struct page_source){.map = map,
		.take = take,
		.unmap = unmap,
		.set_backed = pages->set_backed ? set_backed : NULL,
		.grow = grow,
		.place_break = pages->place_break ? place_break : NULL,
		.shrink = pages->shrink ? shrink : NULL};
	if (pages->map_recorded)
		contract->pages.map_recorded = map_recorded;
	static_assert(sizeof(*pages) == 8 * sizeof(void *), "every source of space is watched");
	contract->graph =
		(struct graph){locals, is_root, references, softly, has_soft, died, moved};
	contract->level = level;
	flat_add(&contract->engine.flat, &contract->state, sizeof(struct contract_state));
	flat_grow(&contract->state, 1);
	extents_init(&contract->blocks, &contract->engine.flat);
	extents_init(&contract->stretches, &contract->engine.flat);
	contract->own_arrays = contract->engine.flat.narrays;
	if (engine_new(&contract->inner, ops, below, &contract->pages, options, err) < 0) {
		flat_finish(&contract->engine.flat);
		free(contract);
		return -1;
	}
	contract->engine.takes_recorded = contract->inner->takes_recorded;
	for (size_t i = 0; i < contract->inner->flat.narrays; i++) {
		assert(contract->engine.flat.narrays < FLAT_ARRAYS_MAX);
		contract->engine.flat.arrays[contract->engine.flat.narrays++] =
			contract->inner->flat.arrays[i];
	}
	*ret_engine = &contract->engine;
	return 0;
}

void contract_begin(struct engine *engine)
{
	if (engine->ops->allocate == allocate)
		self(engine)->broken.text[0] = '\0';
}

void contract_end(struct engine *engine)
{
	struct contract *contract = self(engine);
	struct error err;

	if (engine->ops->allocate != allocate || contract->level != CONTRACT_ALL ||
		contract->broken.text[0])
		return;
	if (check(engine, &err) < 0)
		broke(contract, "%s", err.text);
}

const char *contract_broken(const struct engine *engine)
{
	return engine->ops->allocate == allocate && self(engine)->broken.text[0]
		       ? self(engine)->broken.text
		       : NULL;
}
