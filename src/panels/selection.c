/* See panel.h. */
#include "panels/highlight.h"
#include "panels/panel.h"

#include "story/places.h"

#define LOOK_BACK 200u /* events */

/*
 * A request without memory has no place; the last object before it that was changed and still lives
 * has one. 0: none is near.
 */
static uint64_t place_before(const struct scene *scene)
{
	uint64_t number = player_position(scene->player);
	struct event event;
	struct live live;

	for (unsigned i = 0; i < LOOK_BACK && number > 0; i++)
		if (trace_get(player_trace(scene->player), --number, &event) &&
			event.object != OBJECT_NONE &&
			heap_find(player_heap(scene->player), event.object, &live))
			return live.address;
	return 0;
}

/* Selects the first page or region, where nothing was selected yet and the event has no place. */
static void choose_first(const struct engine *engine, struct selection *selection)
{
	struct region region;
	struct page page;

	if (engine_region_count(engine) == 0)
		return;
	engine_region(engine, 0, &region);
	engine_page(engine, 0, 0, &page);
	selection->region = region.base;
	selection->page = page.base;
}

void selection_choose(struct selection *selection, const struct heap *heap, uint64_t address)
{
	const struct engine *engine = arena_layer(heap);
	struct region region;
	struct page page;
	uint32_t number;
	size_t at;

	selection->address = address;
	if (!engine || !engine_region_at(engine, address, &at, &region))
		return;
	selection->region = region.base;
	if (page_find(engine, address, &at, &number, &page))
		selection->page = page.base;
}

void selection_follow(struct selection *selection, const struct scene *scene)
{
	const struct heap *heap = player_heap(scene->player);
	const struct engine *engine = arena_layer(heap);

	if (!scene->effect || !selection->follow)
		return;
	uint64_t address = highlight_harmed(scene);
	if (address == 0)
		address = scene->effect->address;
	if (address == 0)
		address = scene->effect->old_address;
	if (address == 0)
		address = place_before(scene);
	if (engine && selection->page == 0)
		choose_first(engine, selection);
	if (address != 0)
		selection_choose(selection, heap, address);
}
