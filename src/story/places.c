/* See places.h. */
#include "story/places.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

const struct engine *arena_layer(const struct heap *heap)
{
	for (size_t i = 0; i < heap_layer_count(heap); i++)
		if (engine_has_pages(heap_layer(heap, i)))
			return heap_layer(heap, i);
	return NULL;
}

static bool is_heap(const struct engine *engine)
{
	struct region region;

	if (engine_has_pages(engine))
		return false;
	if (engine_has_lists(engine) || engine_begins_empty(engine))
		return true;
	for (size_t i = 0; i < engine_region_count(engine); i++) {
		engine_region(engine, i, &region);
		if (region.kind == REGION_HEAP)
			return true;
	}
	return false;
}

const struct engine *span_layer(const struct heap *heap)
{
	for (size_t i = 0; i < heap_layer_count(heap); i++)
		if (is_heap(heap_layer(heap, i)))
			return heap_layer(heap, i);
	return NULL;
}

const struct engine *kinds_layer(const struct heap *heap)
{
	for (size_t i = 0; i < heap_layer_count(heap); i++)
		if (engine_kinds(heap_layer(heap, i)))
			return heap_layer(heap, i);
	return NULL;
}

bool offsets_are_hex(const struct engine *engine)
{
	return engine_is_as_recorded(engine) || engine_kinds(engine);
}

uint32_t pages_never_carved(const struct engine *engine, size_t at, uint32_t pages)
{
	struct page page;
	uint32_t from = 0, to = pages;

	while (from < to) {
		uint32_t middle = from + (to - from) / 2;
		engine_page(engine, at, middle, &page);
		if (page.state == PAGE_VIRGIN)
			to = middle;
		else
			from = middle + 1;
	}
	return pages - from;
}

bool arena_is_pinned(const struct engine *engine, size_t at, const struct region *region)
{
	if (region->kind != REGION_ARENA || region->used == 0 || region->pages < 2 ||
		region->used * 100 > region->size * PINNED_PERCENT)
		return false;
	return pages_never_carved(engine, at, region->pages) * 2 <= region->pages;
}

bool arena_emptiest(const struct heap *heap, struct region *ret_region, struct page *ret_page)
{
	const struct engine *engine = arena_layer(heap);
	struct region region, least = {.size = 0};
	size_t at = 0;

	for (size_t i = 0; engine && i < engine_region_count(engine); i++) {
		engine_region(engine, i, &region);
		if ((least.size == 0 || region.used < least.used) &&
			arena_is_pinned(engine, i, &region)) {
			least = region;
			at = i;
		}
	}
	if (least.size == 0)
		return false;
	*ret_region = least;
	for (uint32_t i = 0; i < least.pages; i++) {
		engine_page(engine, at, i, ret_page);
		if (ret_page->used > 0)
			break;
	}
	return true;
}

bool page_find(const struct engine *engine, uint64_t address, size_t *ret_at, uint32_t *ret_number,
	struct page *ret_page)
{
	struct region region;

	if (!engine_region_at(engine, address, ret_at, &region) || region.pages == 0)
		return false;
	engine_page(engine, *ret_at, 0, ret_page);
	if (address < ret_page->base)
		return false;
	*ret_number = (uint32_t)((address - ret_page->base) / region.page_size);
	engine_page(engine, *ret_at, *ret_number, ret_page);
	return true;
}

bool place_find(const struct heap *heap, uint64_t address, struct place *ret_place)
{
	for (size_t i = 0; i < heap_layer_count(heap); i++) {
		const struct engine *engine = heap_layer(heap, i);
		size_t at;
		if (!engine_region_at(engine, address, &at, &ret_place->region))
			continue;
		ret_place->engine = engine;
		ret_place->has_page =
			page_find(engine, address, &at, &ret_place->number, &ret_place->page);
		return true;
	}
	return false;
}

bool place_block(const struct place *place, uint64_t address, uint32_t *ret_block)
{
	const struct page *page = &place->page;

	if (!place->has_page || page->block_size == 0 || address < page->base + page->first_block)
		return false;
	*ret_block = (uint32_t)((address - page->base - page->first_block) / page->block_size);
	return *ret_block < page->blocks;
}

/* Takes the last span visited, and stops. */
static bool take_span(const struct span *span, void *user)
{
	*(struct span *)user = *span;
	return false;
}

bool largest_heap(const struct engine *engine, struct region *ret_region)
{
	struct region region;

	*ret_region = (struct region){.size = 0};
	for (size_t i = 0; engine && i < engine_region_count(engine); i++) {
		engine_region(engine, i, &region);
		if (region.kind == REGION_HEAP && region.size > ret_region->size)
			*ret_region = region;
	}
	return ret_region->size > 0;
}

static bool keep_block(const struct span *span, void *user)
{
	struct span *last = user;

	if (span->state == SPAN_USED && span->payload)
		*last = *span;
	return true;
}

/* Looks at the end, and at four times as much while no block is there. */
bool block_at_heap_end(const struct heap *heap, struct span *ret_block)
{
	const struct engine *engine = span_layer(heap);
	struct region region;

	*ret_block = (struct span){.size = 0};
	if ((engine && engine_has_spaces(engine)) || !largest_heap(engine, &region))
		return false;
	for (uint64_t looked = 1u << 16; ret_block->size == 0; looked *= 4) {
		bool is_all = looked >= region.size;
		uint64_t end = region.base + region.size;
		engine_spans(engine, is_all ? region.base : end - looked, end, keep_block,
			ret_block);
		if (is_all)
			break;
	}
	return ret_block->size > 0;
}

bool span_find(const struct engine *engine, uint64_t address, struct span *ret_span)
{
	*ret_span = (struct span){0};
	engine_spans(engine, address, address + 1, take_span, ret_span);
	return ret_span->size > 0;
}

struct chain_visit {
	const struct page *page;
	struct chain *chain;
};

static bool add_link(const struct span *span, void *user)
{
	const struct chain_visit *visit = user;
	const struct page *page = visit->page;

	if (span->state != SPAN_FREE || span->order == 0)
		return true;
	visit->chain->length++;
	if (span->order <= CHAIN_SHOWN)
		visit->chain->blocks[span->order - 1] =
			(uint32_t)((span->base - page->base - page->first_block) /
				   page->block_size);
	return true;
}

void chain_read(const struct engine *engine, const struct page *page, struct chain *ret_chain)
{
	struct chain_visit visit = {page, ret_chain};

	*ret_chain = (struct chain){0};
	if (page->state == PAGE_USED)
		engine_spans(engine, page->base, page->base + page->size, add_link, &visit);
}

bool list_find(const struct engine *engine, const char *name, size_t *ret_at, struct list *ret_list)
{
	size_t count = engine_has_lists(engine) ? engine_list_count(engine) : 0;

	for (size_t i = 0; i < count; i++) {
		engine_list_at(engine, i, ret_list);
		if (strcmp(ret_list->name, name) == 0) {
			*ret_at = i;
			return true;
		}
	}
	return false;
}

bool fault_is_alarming(const struct player *player, const struct effect *effect)
{
	const uint64_t *faults = player_metrics(player)->faults;
	bool is_failure = effect->fault == FAULT_PLUGIN || effect->fault == FAULT_BROKEN;

	return fault_is_serious(effect->fault) &&
	       !(is_failure && faults[FAULT_PLUGIN] + faults[FAULT_BROKEN] > 1);
}

bool last_shown(const struct player *player, struct event *ret_event, struct effect *ret_effect,
	const struct decision_log **ret_log)
{
	struct event request;

	if (!player_last(player, ret_event, ret_effect, ret_log))
		return false;
	player_last_request(player, &request, ret_effect, ret_log);
	return true;
}
