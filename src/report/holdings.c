/*
 * See holdings.h. Each layer of the heap says where every byte went that it holds (heap/metrics.h);
 * what a layer gave to the one above is counted there. Blocks of the C library that are mapped
 * alone have their own cause, so they are taken out of padding and headers.
 */
#include "report/holdings.h"

#include "story/places.h"

#include <stdlib.h>

static const struct {
	const char *name, *words;
} causes[] = {
#define C(id, name, words) [id] = {name, words},
	CAUSES(C)
#undef C
};

const char *cause_name(enum cause cause)
{
	return causes[cause].name;
}

const char *cause_words(enum cause cause)
{
	return causes[cause].words;
}

/* ---- arenas -------------------------------------------------------------------------------- */

void keeping_of(const struct heap *heap, struct keeping *ret_keeping)
{
	const struct engine *engine = arena_layer(heap);
	struct keeping keeping = {0};
	struct region region;

	for (size_t i = 0; engine && i < engine_region_count(engine); i++) {
		engine_region(engine, i, &region);
		keeping.arenas++;
		keeping.below_one += region.used > 0 && region.used * 100 < region.size;
		if (!arena_is_pinned(engine, i, &region))
			continue;
		keeping.pinned++;
		keeping.pinned_bytes += region.size;
		keeping.pinning_bytes += region.used;
	}
	*ret_keeping = keeping;
}

#define SIZES_MAX 64u /* of which blocks are counted */

struct size_count {
	struct pinning_size sum;
	size_t last; /* the arena that was counted last for it, from 1 */
};

struct size_counts {
	struct size_count items[SIZES_MAX];
	size_t count;
};

static void count_blocks(struct size_counts *counts, const struct page *page, size_t arena)
{
	size_t i = 0;

	while (i < counts->count && counts->items[i].sum.size != page->block_size)
		i++;
	if (i == SIZES_MAX)
		return;
	struct size_count *item = &counts->items[i];
	if (i == counts->count) {
		*item = (struct size_count){.sum.size = page->block_size};
		counts->count++;
	}
	item->sum.blocks += page->used;
	item->sum.arenas += item->last != arena + 1;
	item->last = arena + 1;
}

static int by_blocks(const void *a, const void *b)
{
	const struct size_count *one = a, *other = b;

	return one->sum.blocks != other->sum.blocks
		       ? (one->sum.blocks < other->sum.blocks ? 1 : -1)
		       : (one->sum.size > other->sum.size) - (one->sum.size < other->sum.size);
}

size_t pinning_sizes_of(const struct heap *heap, struct pinning_size ret_sizes[PINNING_SIZES_MAX])
{
	const struct engine *engine = arena_layer(heap);
	struct size_counts counts = {.count = 0};
	struct region region;
	struct page page;

	for (size_t i = 0; engine && i < engine_region_count(engine); i++) {
		engine_region(engine, i, &region);
		if (!arena_is_pinned(engine, i, &region))
			continue;
		for (uint32_t j = 0; j < region.pages; j++) {
			engine_page(engine, i, j, &page);
			if (page.used > 0)
				count_blocks(&counts, &page, i);
		}
	}
	qsort(counts.items, counts.count, sizeof(*counts.items), by_blocks);
	size_t n = counts.count < PINNING_SIZES_MAX ? counts.count : PINNING_SIZES_MAX;
	for (size_t i = 0; i < n; i++)
		ret_sizes[i] = counts.items[i].sum;
	return n;
}

/* Bytes of pinned arenas, or of those without a block, by what they are elsewhere. */
struct idle_parts {
	uint64_t idle;  /* all that no block has */
	uint64_t free;  /* free blocks of pools in use */
	uint64_t empty; /* pools without a block */
};

static void add_idle(struct idle_parts *parts, const struct engine *engine, size_t at,
	const struct region *region)
{
	struct page page;

	parts->idle += region->size - region->used;
	for (uint32_t i = 0; i < region->pages; i++) {
		engine_page(engine, at, i, &page);
		if (page.used > 0)
			parts->free += (uint64_t)(page.blocks - page.used) * page.block_size;
		else if (page.state != PAGE_LOST)
			parts->empty += page.size;
	}
}

static uint64_t up_to(uint64_t part, uint64_t whole)
{
	return part < whole ? part : whole;
}

/* Of a layer with arenas; what it has given away is left to others. */
static void add_arenas(struct holdings *holdings, const struct engine *engine,
	const struct whereabouts *whereabouts)
{
	struct idle_parts pinned = {0}, kept = {0};
	struct region region;

	for (size_t i = 0; i < engine_region_count(engine); i++) {
		engine_region(engine, i, &region);
		if (region.kind == REGION_ARENA && region.used == 0)
			add_idle(&kept, engine, i, &region);
		else if (arena_is_pinned(engine, i, &region))
			add_idle(&pinned, engine, i, &region);
	}
	uint64_t free = whereabouts->parts[PART_FREE], empty = whereabouts->parts[PART_UNUSED];
	uint64_t books = whereabouts->parts[PART_HEADERS] + whereabouts->parts[PART_TAILS] +
			 whereabouts->parts[PART_ALIGNMENT];
	pinned.idle = up_to(pinned.idle, free + empty + books);
	pinned.free = up_to(pinned.free, up_to(free, pinned.idle));
	pinned.empty = up_to(pinned.empty, up_to(empty, pinned.idle - pinned.free));
	uint64_t rest = pinned.idle - pinned.free - pinned.empty;
	kept.empty = up_to(kept.empty, empty - pinned.empty);
	holdings->causes[CAUSE_PINNED] += pinned.idle;
	holdings->causes[CAUSE_POOLS] += free - pinned.free;
	holdings->causes[CAUSE_EMPTY] += empty - pinned.empty - kept.empty;
	holdings->causes[CAUSE_KEPT] += kept.empty;
	holdings->causes[CAUSE_BOOKS] += books - up_to(rest, books);
}

/* ---- heaps --------------------------------------------------------------------------------- */

/* Blocks that are mapped alone: what they hold beyond what was asked for. */
struct mapped {
	uint64_t idle;
	uint64_t padding; /* of that, in the block */
};

static bool add_block(const struct span *span, void *user)
{
	*(uint64_t *)user = span->payload;
	return false;
}

static struct mapped mapped_of(const struct heap *heap, const struct engine *engine)
{
	struct mapped mapped = {0};
	struct region region;
	struct live live;

	for (size_t i = 0; i < engine_region_count(engine); i++) {
		uint64_t address = 0;
		engine_region(engine, i, &region);
		if (region.kind != REGION_MAPPING)
			continue;
		engine_spans(engine, region.base, region.base + 1, add_block, &address);
		if (!address || !heap_find_address(heap, address, &live))
			continue;
		mapped.idle += region.size - live.size;
		mapped.padding += live.given - live.size;
	}
	return mapped;
}

static enum cause cause_of_kind(const struct free_kind *kind)
{
	static const enum cause causes_of[] = {[MERGES_AT_ONCE] = CAUSE_HOLES,
		[MERGES_WHEN_TRIMMED] = CAUSE_FAST,
		[MERGES_NEVER] = CAUSE_CACHED};

	return causes_of[kind->merging];
}

enum cause cause_of_hole(const struct engine *engine, const struct span *hole)
{
	const struct free_kind *kinds = engine_kinds(engine);

	return kinds && hole->kind ? cause_of_kind(&kinds[hole->kind - 1]) : CAUSE_HOLES;
}

/* Of all threads, or all arenas. A list of several sizes is taken for its smallest. */
static uint64_t listed_of(const struct engine *engine, size_t kind)
{
	uint64_t bytes = 0;
	struct list list;
	size_t first, n;

	for (uint32_t owner = 0; (n = engine_lists_of(engine, kind, owner, &first)) > 0; owner++)
		for (size_t at = first; at < first + n; at++) {
			engine_list_at(engine, at, &list);
			bytes += list.length * list.size;
		}
	return bytes;
}

/* Free memory that does not merge at once is no part of holes. */
static void add_holes(struct holdings *holdings, const struct engine *engine, uint64_t free)
{
	const struct free_kind *kinds = engine_kinds(engine);

	for (size_t i = 0; kinds && kinds[i].name; i++) {
		if (kinds[i].merging == MERGES_AT_ONCE)
			continue;
		uint64_t bytes = up_to(listed_of(engine, i), free);
		holdings->causes[cause_of_kind(&kinds[i])] += bytes;
		free -= bytes;
	}
	holdings->causes[CAUSE_HOLES] += free;
}

static void add_heap(struct holdings *holdings, const struct heap *heap,
	const struct engine *engine, const struct whereabouts *whereabouts)
{
	struct mapped mapped = mapped_of(heap, engine);
	uint64_t books = whereabouts->parts[PART_HEADERS] + whereabouts->parts[PART_TAILS] +
			 whereabouts->parts[PART_ALIGNMENT];

	mapped.padding = up_to(mapped.padding, whereabouts->parts[PART_ROUNDING]);
	uint64_t headers = up_to(mapped.idle - mapped.padding, books);
	holdings->causes[CAUSE_MAPPED] += mapped.padding + headers;
	holdings->causes[CAUSE_PADDING] -= mapped.padding;
	add_holes(holdings, engine, whereabouts->parts[PART_FREE]);
	holdings->causes[CAUSE_TOP] += whereabouts->parts[PART_UNUSED];
	holdings->causes[CAUSE_BOOKS] += books - headers;
}

/* Of an engine whose regions are filled up to a top. */
static void add_spaces(struct holdings *holdings, const struct whereabouts *whereabouts)
{
	holdings->causes[CAUSE_ROOM] +=
		whereabouts->parts[PART_FREE] + whereabouts->parts[PART_UNUSED];
	holdings->causes[CAUSE_GARBAGE] += whereabouts->parts[PART_TAILS];
	holdings->causes[CAUSE_BOOKS] +=
		whereabouts->parts[PART_HEADERS] + whereabouts->parts[PART_ALIGNMENT];
}

void holdings_of(const struct heap *heap, struct holdings *ret_holdings)
{
	struct holdings holdings = {0};
	struct heap_sums sums;
	uint64_t held_above = 0;

	heap_sums(heap, &sums);
	holdings.held = sums.reserved;
	holdings.live = sums.live_bytes;
	for (size_t i = 0; i < heap_layer_count(heap); i++) {
		const struct engine *engine = heap_layer(heap, i);
		struct whereabouts whereabouts;
		whereabouts_of(heap, i, &whereabouts);
		holdings.causes[CAUSE_PADDING] += whereabouts.parts[PART_ROUNDING];
		if (engine_has_pages(engine))
			add_arenas(&holdings, engine, &whereabouts);
		else if (engine_has_spaces(engine))
			add_spaces(&holdings, &whereabouts);
		else
			add_heap(&holdings, heap, engine, &whereabouts);
		/* Blocks for arenas are a little larger than the arenas. */
		if (whereabouts.parts[PART_ABOVE] > held_above)
			holdings.causes[CAUSE_BOOKS] += whereabouts.parts[PART_ABOVE] - held_above;
		held_above = whereabouts.held;
	}
	*ret_holdings = holdings;
}

void holdings_hide_holes(struct holdings *holdings)
{
	static const enum cause hidden[] = {CAUSE_HOLES, CAUSE_FAST, CAUSE_CACHED, CAUSE_TOP};

	for (size_t i = 0; i < sizeof(hidden) / sizeof(*hidden); i++) {
		holdings->causes[CAUSE_UNKNOWN] += holdings->causes[hidden[i]];
		holdings->causes[hidden[i]] = 0;
	}
}
