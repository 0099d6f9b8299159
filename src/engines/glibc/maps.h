/*
 * Mappings: chunks that have one for themselves, and the heaps of arenas beside the main one.  In
 * address order.
 */
#ifndef ENGINES_GLIBC_MAPS_H
#define ENGINES_GLIBC_MAPS_H

#include "engines/glibc/state.h"

struct map *map_new(struct glibc *g, uint64_t units); /* for a chunk; NULL: there is no room */
struct map *map_resize(struct glibc *g, struct map *map,
	uint64_t units); /* likewise; it may move */
void map_free(struct glibc *g, struct map *map);

/* The library keeps it for itself: it is not a block of the program; only a new map. */
void map_keep(struct glibc *g, struct map *map);

/* The first mapping that begins after the place in its lead; only that of a new map. */
void map_set_lead(struct glibc *g, struct map *map, uint64_t lead);

void map_add_heap(struct glibc *g, uint64_t base, uint32_t segment);
void map_move_heap(struct glibc *g, uint64_t from, uint64_t to);
void map_drop_heap(struct glibc *g, uint64_t base);

struct map *map_at(const struct glibc *g, uint64_t address); /* that holds it; NULL: none */
size_t map_place(const struct glibc *g,
	uint64_t address); /* of the first that begins there or after it */

/* A region was taken. */
void region_count_up(struct glibc *g);

static inline bool map_is_heap(const struct map *map)
{
	return map->segment != 0;
}

/* A block of the program. */
static inline bool map_is_block(const struct map *map)
{
	return !map_is_heap(map) && !map->is_own;
}

static inline uint64_t map_payload(const struct map *map)
{
	return map->base + map->lead + UNIT;
}

static inline uint64_t map_usable(const struct glibc *g, const struct map *map)
{
	return map->bytes - map->lead - UNIT - g->settings.release->map_unused;
}

/* Bytes of it that are no payload. */
static inline uint64_t map_overhead(const struct glibc *g, const struct map *map)
{
	return map->is_own ? map->bytes : map->bytes - map_usable(g, map);
}

#endif
