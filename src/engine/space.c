/* See space.h. */
#include "engine/space.h"

#include <assert.h>
#include <string.h>

#define BREAK_MAX (UINT64_C(1) << 42)	/* 4 TiB */
#define MAPS_MAX  (UINT64_C(1) << 46)	/* 64 TiB */

struct mapping {
	uint64_t base;
	uint64_t size;
};

struct scalars {
	uint64_t break_size;
	uint64_t mapped;	/* bytes */
	uint64_t dense;		/* so many mappings from the first follow each other without a gap */
};

static struct scalars *scalars_of(const struct space *space)
{
	return space->scalars.data;
}

static struct mapping *mapping_at(const struct space *space, size_t at)
{
	return flat_at(&space->mappings, struct mapping, at);
}

static uint64_t end_before(const struct space *space, size_t at)
{
	return at == 0 ? SPACE_MAPS : mapping_at(space, at - 1)->base + mapping_at(space, at - 1)->size;
}

/* Mappings that follow each other without a gap are skipped at once, however many there are. */
static void extend_dense(struct space *space)
{
	struct scalars *scalars = scalars_of(space);

	while (scalars->dense < space->mappings.count &&
		mapping_at(space, scalars->dense)->base == end_before(space, scalars->dense))
		scalars->dense++;
}

static uint64_t map(struct page_source *pages, uint64_t bytes, uint64_t alignment)
{
	struct space *space = (struct space *)pages;
	struct scalars *scalars = scalars_of(space);
	uint64_t mask = (alignment ? alignment : 1) - 1;

	if (bytes == 0 || bytes > MAPS_MAX || mask > MAPS_MAX)
		return 0;
	size_t at = scalars->dense;
	uint64_t base = (end_before(space, at) + mask) & ~mask;
	for (; at < space->mappings.count && mapping_at(space, at)->base < base + bytes; at++)
		base = (end_before(space, at + 1) + mask) & ~mask;
	if (base + bytes > SPACE_MAPS + MAPS_MAX)
		return 0;

	flat_grow(&space->mappings, 1);
	struct mapping *mapping = mapping_at(space, at);
	memmove(mapping + 1, mapping, (space->mappings.count - at - 1) * sizeof(*mapping));
	mapping->base = base;
	mapping->size = bytes;
	scalars->mapped += bytes;
	extend_dense(space);
	return base;
}

static void unmap(struct page_source *pages, uint64_t base, uint64_t bytes)
{
	struct space *space = (struct space *)pages;
	size_t low = 0, high = space->mappings.count;

	while (low < high) {
		size_t middle = (low + high) / 2;
		if (mapping_at(space, middle)->base < base)
			low = middle + 1;
		else
			high = middle;
	}
	assert(low < space->mappings.count && mapping_at(space, low)->base == base &&
		mapping_at(space, low)->size == bytes);
	memmove(mapping_at(space, low), mapping_at(space, low + 1),
		(space->mappings.count - low - 1) * sizeof(struct mapping));
	flat_set_count(&space->mappings, space->mappings.count - 1);
	scalars_of(space)->mapped -= bytes;
	if (scalars_of(space)->dense > low)
		scalars_of(space)->dense = low;
}

static bool grow(struct page_source *pages, uint64_t bytes, uint64_t *ret_base)
{
	struct space *space = (struct space *)pages;
	struct scalars *scalars = scalars_of(space);

	if (bytes > BREAK_MAX - scalars->break_size)
		return false;
	scalars->break_size += bytes;
	*ret_base = SPACE_BREAK;
	return true;
}

void space_init(struct space *space)
{
	*space = (struct space){.pages = {.map = map, .unmap = unmap, .grow = grow}};
	flat_add(&space->flat, &space->scalars, sizeof(struct scalars));
	flat_add(&space->flat, &space->mappings, sizeof(struct mapping));
	flat_grow(&space->scalars, 1);
}

void space_finish(struct space *space)
{
	flat_finish(&space->flat);
}

uint64_t space_reserved(const struct space *space)
{
	return scalars_of(space)->break_size + scalars_of(space)->mapped;
}
