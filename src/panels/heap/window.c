/* See window.h. */
#include "panels/heap/window.h"

#include "story/places.h"

#define GRAIN UINT64_C(15)

uint64_t window_size(const struct heap_window *window, const struct region *region)
{
	uint64_t size = window->zoom < 64 ? region->size >> window->zoom : 0;

	return size < WINDOW_LEAST ? (region->size < WINDOW_LEAST ? region->size : WINDOW_LEAST)
				   : size & ~GRAIN;
}

size_t selected_region(const struct scene *scene, const struct engine *engine,
	struct region *ret_region)
{
	size_t at;

	if (engine_region_at(engine, scene->selection->address, &at, ret_region))
		return at;
	engine_region(engine, 0, ret_region);
	return 0;
}

bool selected_span(const struct scene *scene, const struct engine *engine, struct span *ret_span)
{
	return !scene->selection->follow && span_find(engine, scene->selection->address, ret_span);
}

/* The first address of a window of that size with its middle `into` bytes into the region. */
static uint64_t begin_around(const struct region *region, uint64_t size, uint64_t into)
{
	return region->base + ((into > size / 2 ? into - size / 2 : 0) & ~GRAIN);
}

static void keep_inside(struct heap_window *window, const struct region *region, uint64_t size)
{
	uint64_t last = region->base + region->size - size;

	if (window->from > last)
		window->from = region->base + ((last - region->base) & ~GRAIN);
	if (window->from < region->base)
		window->from = region->base;
}

void window_place(struct heap_window *window, const struct scene *scene,
	const struct engine *engine)
{
	uint64_t address = scene->selection->address;
	struct region region;

	if (window->zoom == 0 || engine_region_count(engine) == 0)
		return;
	selected_region(scene, engine, &region);
	uint64_t size = window_size(window, &region);
	if (address - region.base < region.size &&
		(window->from < region.base || address - window->from >= size))
		window->from = begin_around(&region, size, address - region.base);
	keep_inside(window, &region, size);
}

void window_center(struct heap_window *window, const struct scene *scene,
	const struct engine *engine)
{
	uint64_t address = scene->selection->address;
	struct region region;

	selected_region(scene, engine, &region);
	uint64_t into = address - region.base < region.size ? address - region.base : 0;
	window->from = begin_around(&region, window_size(window, &region), into);
	window_place(window, scene, engine);
}
