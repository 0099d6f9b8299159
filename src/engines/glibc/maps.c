/*
 * Chunks that are mappings of their own.  They are kept in address order; where each begins in its
 * mapping is its lead, which only an alignment makes greater than 0.
 */
#include "engines/glibc/decisions.h"
#include "engines/glibc/maps.h"
#include "engines/glibc/recorded_places.h"

#include <string.h>

size_t map_place(const struct glibc *g, uint64_t address)
{
	size_t low = 0, high = g->maps.count;

	while (low < high) {
		size_t middle = (low + high) / 2;
		if (flat_at(&g->maps, struct map, middle)->base < address)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

/* Bytes of a mapping for so many units behind a lead. */
static uint64_t bytes_for(const struct glibc *g, uint64_t units, uint64_t lead)
{
	uint32_t header = g->settings.release->map_header;

	return page_up(units * UNIT + lead + (header ? header : 8));
}

void region_count_up(struct glibc *g)
{
	struct process *process = process_of(g);
	uint64_t regions = (process->base != 0) + g->maps.count;

	process->regions_total++;
	if (regions > process->regions_peak)
		process->regions_peak = regions;
}

/* A mapping of which nothing is known yet. */
static struct map *insert(struct glibc *g, uint64_t base, uint64_t bytes)
{
	size_t at = map_place(g, base);

	assert(bytes > 0 && base % PAGE_BYTES == 0);
	assert(at == 0 || base - flat_at(&g->maps, struct map, at - 1)->base >=
				  flat_at(&g->maps, struct map, at - 1)->bytes);
	assert(at == g->maps.count || flat_at(&g->maps, struct map, at)->base >= base + bytes);
	flat_grow(&g->maps, 1);
	struct map *map = flat_at(&g->maps, struct map, at);
	memmove(map + 1, map, (g->maps.count - 1 - at) * sizeof(*map));
	memset(map, 0, sizeof(*map));
	map->base = base;
	map->bytes = bytes;
	return map;
}

static void erase(struct glibc *g, struct map *map)
{
	size_t at = (size_t)(map - (struct map *)g->maps.data);

	assert(at < g->maps.count);
	memmove(map, map + 1, (g->maps.count - 1 - at) * sizeof(*map));
	flat_set_count(&g->maps, g->maps.count - 1);
}

static struct map *add(struct glibc *g, uint64_t base, uint64_t bytes, uint64_t lead,
	uint64_t serial)
{
	struct process *process = process_of(g);
	struct map *map = insert(g, base, bytes);

	map->lead = lead;
	map->serial = serial;
	process->nmaps++;
	process->mapped += bytes;
	process->map_headers += map_overhead(g, map);
	return map;
}

static void drop(struct glibc *g, struct map *map)
{
	struct process *process = process_of(g);

	assert(process->nmaps > 0 && !map_is_heap(map));
	assert(process->mapped >= map->bytes && process->map_headers >= map_overhead(g, map));
	process->nmaps--;
	process->own_maps -= map->is_own;
	process->mapped -= map->bytes;
	process->map_headers -= map_overhead(g, map);
	erase(g, map);
}

struct map *map_new(struct glibc *g, uint64_t units)
{
	uint64_t bytes = bytes_for(g, units, 0), base = recorded_map(g, bytes);

	if (!base)
		base = g->engine.pages->map(g->engine.pages, bytes, PAGE_BYTES);
	if (!base)
		return NULL;
	g->engine.happened |= HAPPENED_GREW;
	decide(&g->engine, &decision_glibc_mapped, units * UNIT, bytes,
		process_of(g)->mmap_threshold, base);
	struct map *map = add(g, base, bytes, 0, process_of(g)->maps_total++);
	region_count_up(g);
	return map;
}

void map_keep(struct glibc *g, struct map *map)
{
	struct process *process = process_of(g);

	assert(map_is_block(map));
	process->map_headers -= map_overhead(g, map);
	map->is_own = 1;
	process->map_headers += map_overhead(g, map);
	process->own_maps++;
}

void map_set_lead(struct glibc *g, struct map *map, uint64_t lead)
{
	assert(map->lead == 0);
	map->lead = lead;
	process_of(g)->map_headers += lead;
}

void map_add_heap(struct glibc *g, uint64_t base, uint32_t segment)
{
	insert(g, base, SEGMENT_BYTES)->segment = segment;
	region_count_up(g);
}

void map_move_heap(struct glibc *g, uint64_t from, uint64_t to)
{
	struct map *map = flat_at(&g->maps, struct map, map_place(g, from));
	uint32_t segment = map->segment;

	assert(map->base == from && map_is_heap(map));
	erase(g, map);
	insert(g, to, SEGMENT_BYTES)->segment = segment;
}

void map_drop_heap(struct glibc *g, uint64_t base)
{
	struct map *map = flat_at(&g->maps, struct map, map_place(g, base));

	assert(map->base == base && map_is_heap(map));
	erase(g, map);
}

/* To where it was recorded; 0: that is not known, or taken, and it is where it was. */
static uint64_t move_as_recorded(struct glibc *g, const struct map *old, uint64_t bytes)
{
	struct page_source *pages = g->engine.pages;

	if (!g->recorded || !pages->take)
		return 0;
	pages->unmap(pages, old->base, old->bytes);
	uint64_t base = recorded_map_with_lead(g, bytes, old->lead);
	if (!base && !pages->take(pages, old->base, old->bytes, false))
		assert(false); /* it was there just now */
	return base;
}

/*
 * The new base of a mapping that has another size now; 0: there is no room, and it is as before.
 * One that shrinks stays where it is; one that grows is mapped before the old one goes, so that a
 * failure changes nothing.
 */
static uint64_t move_map(struct glibc *g, const struct map *old, uint64_t bytes)
{
	struct page_source *pages = g->engine.pages;
	uint64_t base = move_as_recorded(g, old, bytes);

	if (base)
		return base;
	if (bytes > old->bytes) {
		base = pages->map(pages, bytes, PAGE_BYTES);
		if (base)
			pages->unmap(pages, old->base, old->bytes);
		return base;
	}
	pages->unmap(pages, old->base, old->bytes);
	bool stays = pages->take && pages->take(pages, old->base, bytes, false);
	base = stays ? old->base : pages->map(pages, bytes, PAGE_BYTES);
	assert(base != 0); /* more than that was given back just now */
	return base;
}

struct map *map_resize(struct glibc *g, struct map *map, uint64_t units)
{
	const struct map old = *map;
	uint64_t bytes = bytes_for(g, units, old.lead);

	if (bytes == old.bytes)
		return map;
	uint64_t base = move_map(g, &old, bytes);
	if (!base)
		return NULL;
	drop(g, map);
	process_of(g)->miscounted += g->settings.release->map_miscount;
	decide(&g->engine, &decision_glibc_remapped, old.bytes, bytes, base == old.base, 0);
	return add(g, base, bytes, old.lead, old.serial);
}

void map_free(struct glibc *g, struct map *map)
{
	struct page_source *pages = g->engine.pages;
	struct process *process = process_of(g);
	uint64_t size = map->bytes - map->lead - g->settings.release->map_header;

	/*
	 * The original compares the size with its flags: one of exactly the threshold counts as
	 * larger.
	 */
	if (!process_of(g)->is_pinned && size >= process->mmap_threshold && size < MMAP_MAX) {
		process->mmap_threshold = size;
		process->trim_threshold = 2 * size;
		decide(&g->engine, &decision_glibc_threshold, size, 2 * size, 0, 0);
	}
	pages->unmap(pages, map->base, map->bytes);
	decide(&g->engine, &decision_glibc_unmapped, map->bytes, map->base, 0, 0);
	drop(g, map);
}

struct map *map_at(const struct glibc *g, uint64_t address)
{
	size_t at = map_place(g, address + 1);

	if (at == 0)
		return NULL;
	struct map *map = flat_at(&g->maps, struct map, at - 1);
	return address - map->base < map->bytes ? map : NULL;
}
