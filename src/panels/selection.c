/* See panel.h. */
#include "panels/highlight.h"
#include "panels/panel.h"

#include "story/places.h"

#define LOOK_BACK 200u /* events */

/*
 * Where the last object before the event that was changed and still lives is: in a region of that
 * engine, NULL: anywhere. 0: none is near.
 */
static uint64_t place_before(const struct scene *scene, const struct engine *engine)
{
	uint64_t number = player_position(scene->player);
	struct region region;
	struct event event;
	struct live live;
	size_t at;

	for (unsigned i = 0; i < LOOK_BACK && number > 0; i++)
		if (trace_get(player_trace(scene->player), --number, &event) &&
			event.object != OBJECT_NONE &&
			heap_find(player_heap(scene->player), event.object, &live) &&
			(!engine || engine_region_at(engine, live.address, &at, &region)))
			return live.address;
	return 0;
}

/* Selects the first page of the first region. */
static void choose_first(const struct engine *engine, struct selection *selection)
{
	struct region region = {.base = 0};
	struct page page = {.base = 0};

	if (engine_region_count(engine) > 0) {
		engine_region(engine, 0, &region);
		engine_page(engine, 0, 0, &page);
	}
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

/* Where nothing is counted, a store writes into the object that refers, and only there. 0: none. */
static uint64_t stored_into(const struct scene *scene)
{
	const struct engine *engine = span_layer(player_heap(scene->player));
	const struct decision_log *log;
	struct effect effect;
	struct event event;
	struct live live;

	if (!engine || !engine_has_spaces(engine) ||
		!player_last_request(scene->player, &event, &effect, &log))
		return 0;
	return event.kind == EVENT_REF && event.other != OBJECT_NONE &&
			       heap_find(player_heap(scene->player), event.other, &live)
		       ? live.address
		       : 0;
}

/*
 * A request without memory has no place, and that of a large one is in no arena: the pool is then
 * one of the events before. However a position was reached, its selection is the same.
 */
void selection_follow(struct selection *selection, const struct scene *scene)
{
	const struct heap *heap = player_heap(scene->player);
	const struct engine *engine = arena_layer(heap);
	struct region region;
	size_t at;

	if (!scene->effect || !selection->follow)
		return;
	uint64_t address = highlight_harmed(scene);
	if (address == 0)
		address = stored_into(scene);
	if (address == 0)
		address = scene->effect->address;
	if (address == 0)
		address = scene->effect->old_address;
	uint64_t place = address;
	if (address == 0 || (engine && !engine_region_at(engine, address, &at, &region)))
		place = place_before(scene, engine);
	if (engine && place == 0)
		choose_first(engine, selection);
	selection_choose(selection, heap, place);
	if (address != 0)
		selection->address = address;
}
