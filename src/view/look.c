/* See look.h. */
#include "view/look.h"

#include "base/utf8.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define LOOK_BACK 200u	/* events */
#define DIED_MAX  256u	/* objects that died of one event: of more the first are looked at */

const struct engine *look_arenas(const struct heap *heap)
{
	for (size_t i = 0; i < heap_layer_count(heap); i++)
		if (heap_layer(heap, i)->ops->page)
			return heap_layer(heap, i);
	return NULL;
}

const struct engine *look_heap(const struct heap *heap)
{
	for (size_t i = 0; i < heap_layer_count(heap); i++)
		if (!heap_layer(heap, i)->ops->page && heap_layer(heap, i)->ops->list_count)
			return heap_layer(heap, i);
	return NULL;
}

bool look_page(const struct engine *engine, uint64_t address, size_t *ret_at, uint32_t *ret_number,
	struct page *ret_page)
{
	struct region region;

	if (!engine_region_at(engine, address, ret_at, &region) || region.pages == 0)
		return false;
	engine->ops->page(engine, *ret_at, 0, ret_page);
	if (address < ret_page->base)
		return false;
	*ret_number = (uint32_t)((address - ret_page->base) / region.page_size);
	engine->ops->page(engine, *ret_at, *ret_number, ret_page);
	return true;
}

bool look_place(const struct heap *heap, uint64_t address, struct place *ret_place)
{
	for (size_t i = 0; i < heap_layer_count(heap); i++) {
		const struct engine *engine = heap_layer(heap, i);
		size_t at;
		if (!engine_region_at(engine, address, &at, &ret_place->region))
			continue;
		ret_place->engine = engine;
		ret_place->has_page =
			look_page(engine, address, &at, &ret_place->number, &ret_place->page);
		return true;
	}
	return false;
}

bool look_block(const struct place *place, uint64_t address, uint32_t *ret_block)
{
	const struct page *page = &place->page;

	if (!place->has_page || page->block_size == 0 || address < page->base + page->first_block)
		return false;
	*ret_block = (uint32_t)((address - page->base - page->first_block) / page->block_size);
	return *ret_block < page->blocks;
}

/* The last span visited; stops there. */
static bool take_span(const struct span *span, void *user)
{
	*(struct span *)user = *span;
	return false;
}

bool look_span(const struct engine *engine, uint64_t address, struct span *ret_span)
{
	*ret_span = (struct span){0};
	engine->ops->spans(engine, address, address + 1, take_span, ret_span);
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
			(uint32_t)((span->base - page->base - page->first_block) / page->block_size);
	return true;
}

void look_chain(const struct engine *engine, const struct page *page, struct chain *ret_chain)
{
	struct chain_visit visit = {page, ret_chain};

	*ret_chain = (struct chain){0};
	if (page->state == PAGE_USED)
		engine->ops->spans(engine, page->base, page->base + page->size, add_link, &visit);
}

void look_page_name(const struct engine *engine, uint64_t address, char *name, size_t size)
{
	struct region region;
	struct page page;
	uint32_t number;
	size_t at;

	if (look_page(engine, address, &at, &number, &page)) {
		engine->ops->region(engine, at, &region);
		if (region.pages == 1)
			snprintf(name, size, "%s", region.name);
		else
			snprintf(name, size, "%s.p%02" PRIu32, region.name, number);
	} else {
		snprintf(name, size, "-");
	}
}

bool look_last(const struct player *player, struct event *ret_event, struct effect *ret_effect,
	const struct decision_log **ret_log)
{
	struct event request;

	if (!player_last(player, ret_event, ret_effect, ret_log))
		return false;
	player_last_request(player, &request, ret_effect, ret_log);
	return true;
}

/* A refused request has no place: what lives and was touched last before it; 0: nothing near. */
static uint64_t place_before(const struct scene *scene)
{
	uint64_t number = player_position(scene->player);
	struct event event;
	struct live live;

	for (unsigned i = 0; i < LOOK_BACK && number > 0; i++)
		if (trace_get(player_trace(scene->player), --number, &event) && event.object != OBJECT_NONE &&
			heap_find(player_heap(scene->player), event.object, &live))
			return live.address;
	return 0;
}

/* Where nothing was chosen yet, and the event has no place: something rather than nothing. */
static void choose_first(const struct engine *engine, struct selection *selection)
{
	struct region region;
	struct page page;

	if (engine->ops->region_count(engine) == 0)
		return;
	engine->ops->region(engine, 0, &region);
	engine->ops->page(engine, 0, 0, &page);
	selection->region = region.base;
	selection->page = page.base;
}

void look_choose(const struct scene *scene, uint64_t address)
{
	const struct engine *engine = look_arenas(player_heap(scene->player));
	struct selection *selection = scene->selection;
	struct region region;
	struct page page;
	uint32_t number;
	size_t at;

	selection->address = address;
	if (!engine || !engine_region_at(engine, address, &at, &region))
		return;
	selection->region = region.base;
	if (look_page(engine, address, &at, &number, &page))
		selection->page = page.base;
}

void look_follow(const struct scene *scene)
{
	const struct engine *engine = look_arenas(player_heap(scene->player));

	if (!scene->effect || !scene->selection->follow)
		return;
	uint64_t address = scene->effect->address ? scene->effect->address : scene->effect->old_address;
	if (address == 0)
		address = place_before(scene);
	if (engine && scene->selection->page == 0)
		choose_first(engine, scene->selection);
	if (address != 0)
		look_choose(scene, address);
}

static bool overlap(uint64_t one, uint64_t bytes, uint64_t other, uint64_t others)
{
	return one < other + others && other < one + bytes;
}

bool look_freed(const struct scene *scene, uint64_t from, uint64_t bytes)
{
	const struct effect *effect = scene->effect;
	const struct live *died;

	if (!effect)
		return false;
	if (effect->old_address && overlap(effect->old_address, effect->old_given, from, bytes))
		return true;
	size_t n = effect->freed ? heap_died(player_heap(scene->player), &died) : 0;
	for (size_t i = 0; i < n && i < DIED_MAX; i++)
		if (overlap(died[i].address, died[i].given, from, bytes))
			return true;
	return false;
}

/* A counted object that died of the event lived there. */
static bool has_died(const struct scene *scene, uint64_t base, uint64_t size)
{
	const struct live *died;
	size_t n = heap_died(player_heap(scene->player), &died);

	for (size_t i = 0; i < n && i < DIED_MAX; i++)
		if (died[i].address - base < size)
			return true;
	return false;
}

enum role look_hot(const struct scene *scene, uint64_t base, uint64_t size, enum role otherwise)
{
	const struct effect *effect = scene->effect;

	if (!effect || scene->decided)	/* that is over: the next one is being told */
		return otherwise;
	if (effect->address && effect->address - base < size)
		return ROLE_HOT_ALLOC;
	if (effect->old_address && effect->old_address - base < size && effect->outcome != OUTCOME_NO_MEMORY)
		return ROLE_HOT_FREE;
	return effect->freed && has_died(scene, base, size) ? ROLE_HOT_FREE : otherwise;
}

int look_legend(struct canvas *canvas, struct area area, int y, const struct legend_entry *entries, size_t count)
{
	int x = 1;

	for (size_t i = 0; i < count; i++) {
		const struct legend_entry *entry = &entries[i];
		bool is_numbers = entry->glyph == GLYPH_NUMBERS;
		int width = (is_numbers ? 3 : 1) + 1 + (int)utf8_cells(entry->words);
		if (x + width > area.width)
			continue;
		if (is_numbers)
			area_text(canvas, area, x, y, entry->role, 0, "1 2");
		else
			area_put(canvas, area, x, y,
				glyph_of(canvas->charset, (enum glyph)entry->glyph, entry->level), entry->role, 0);
		area_text(canvas, area, x + width - (int)utf8_cells(entry->words), y, ROLE_QUIET, 0, entry->words);
		x += width + 2;
	}
	return x;
}

bool look_list(const struct engine *engine, const char *name, size_t *ret_at, struct list *ret_list)
{
	size_t count = engine->ops->list_count ? engine->ops->list_count(engine) : 0;

	for (size_t i = 0; i < count; i++) {
		engine->ops->list(engine, i, ret_list);
		if (strcmp(ret_list->name, name) == 0) {
			*ret_at = i;
			return true;
		}
	}
	return false;
}
