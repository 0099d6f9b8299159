/* See look.h. */
#include "view/look.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

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
		if (!heap_layer(heap, i)->ops->page)
			return heap_layer(heap, i);
	return NULL;
}

bool look_region(const struct engine *engine, uint64_t address, size_t *ret_at, struct region *ret_region)
{
	size_t low = 0, high = engine->ops->region_count(engine);

	if (high == 0 || address == 0)
		return false;
	while (high - low > 1) {
		size_t middle = (low + high) / 2;
		engine->ops->region(engine, middle, ret_region);
		if (ret_region->base <= address)
			low = middle;
		else
			high = middle;
	}
	engine->ops->region(engine, low, ret_region);
	*ret_at = low;
	return address - ret_region->base < ret_region->size;
}

bool look_page(const struct engine *engine, uint64_t address, size_t *ret_at, uint32_t *ret_number,
	struct page *ret_page)
{
	struct region region;

	if (!look_region(engine, address, ret_at, &region) || region.pages == 0)
		return false;
	engine->ops->page(engine, *ret_at, 0, ret_page);
	if (address < ret_page->base)
		return false;
	*ret_number = (uint32_t)((address - ret_page->base) / region.page_size);
	engine->ops->page(engine, *ret_at, *ret_number, ret_page);
	return true;
}

void look_page_name(const struct engine *engine, uint64_t address, char *name, size_t size)
{
	struct region region;
	struct page page;
	uint32_t number;
	size_t at;

	if (look_page(engine, address, &at, &number, &page)) {
		engine->ops->region(engine, at, &region);
		snprintf(name, size, "%s.p%02" PRIu32, region.name, number);
	} else {
		snprintf(name, size, "-");
	}
}

enum role look_hot(const struct scene *scene, uint64_t base, uint64_t size, enum role otherwise)
{
	const struct effect *effect = scene->effect;

	if (!effect)
		return otherwise;
	if (effect->address && effect->address - base < size)
		return ROLE_HOT_ALLOC;
	if (effect->old_address && effect->old_address - base < size && effect->outcome != OUTCOME_NO_MEMORY)
		return ROLE_HOT_FREE;
	return otherwise;
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
