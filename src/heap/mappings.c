/* The regions that the program mapped itself: see heap/heap_state.h. */
#include "heap/entries.h"

#include <assert.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

uint32_t mapping_add(struct heap *heap, uint32_t object, uint64_t base, uint64_t size,
	uint64_t bytes, uint64_t number)
{
	assert(base != 0 && bytes >= size && base + bytes > base);
	uint32_t entry = entry_add(heap, object);
	struct live *live = entry_of(heap, entry);

	live->address = base;
	live->size = size;
	live->given = bytes;
	live->layer = LAYER_MAPPED;
	live->born = number;
	live->moved = number;
	state_of(heap)->program_mapped += bytes;

	const struct extent mapping = {base, bytes, entry};
	struct extent other;
	bool is_added = extents_add(&heap->mappings, &mapping, &other);
	assert(is_added);
	(void)is_added;
	return entry;
}

void mapping_remove(struct heap *heap, uint32_t entry)
{
	const struct live *live = entry_of(heap, entry);

	assert(live->layer == LAYER_MAPPED && state_of(heap)->program_mapped >= live->given);
	bool is_removed = extents_remove(&heap->mappings, live->address);
	assert(is_removed);
	(void)is_removed;
	state_of(heap)->program_mapped -= live->given;
	heap->space.pages.unmap(&heap->space.pages, live->address, live->given);
	entry_remove(heap, entry);
}

size_t heap_mapping_count(const struct heap *heap)
{
	return extents_count(&heap->mappings);
}

static void describe(const struct heap *heap, const struct extent *mapping,
	struct region *ret_region)
{
	const struct live *live = entry_of(heap, mapping->tag);

	*ret_region = (struct region){.kind = REGION_MAPPING,
		.serial = live->object,
		.base = live->address,
		.size = live->given,
		.used = live->given};
	snprintf(ret_region->name, sizeof(ret_region->name), "map %" PRIu32, live->object);
}

void heap_mapping(const struct heap *heap, size_t at, struct region *ret_region)
{
	struct extent mapping;

	extents_nth(&heap->mappings, at, &mapping);
	describe(heap, &mapping, ret_region);
}

bool heap_mapping_at(const struct heap *heap, uint64_t address, struct region *ret_region)
{
	struct extent mapping;

	if (!extents_at_or_before(&heap->mappings, address, &mapping) ||
		address - mapping.base >= mapping.size)
		return false;
	describe(heap, &mapping, ret_region);
	return true;
}
