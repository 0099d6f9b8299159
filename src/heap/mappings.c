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

	flat_grow(&heap->mappings, 1);
	uint32_t *order = heap->mappings.data;
	size_t at = heap->mappings.count - 1;
	for (; at > 0 && entry_of(heap, order[at - 1])->address > base; at--)
		order[at] = order[at - 1];
	order[at] = entry;
	assert(at == 0 ||
		entry_of(heap, order[at - 1])->address + entry_of(heap, order[at - 1])->given <=
			base);
	assert(at + 1 == heap->mappings.count ||
		entry_of(heap, order[at + 1])->address >= base + bytes);
	return entry;
}

void mapping_remove(struct heap *heap, uint32_t entry)
{
	const struct live *live = entry_of(heap, entry);
	uint32_t *order = heap->mappings.data;
	size_t at = 0;

	assert(live->layer == LAYER_MAPPED && state_of(heap)->program_mapped >= live->given);
	while (order[at] != entry) {
		at++;
		assert(at < heap->mappings.count);
	}
	memmove(&order[at], &order[at + 1], (heap->mappings.count - at - 1) * sizeof(*order));
	flat_set_count(&heap->mappings, heap->mappings.count - 1);
	state_of(heap)->program_mapped -= live->given;
	heap->space.pages.unmap(&heap->space.pages, live->address, live->given);
	entry_remove(heap, entry);
}

size_t heap_mapping_count(const struct heap *heap)
{
	return heap->mappings.count;
}

void heap_mapping(const struct heap *heap, size_t at, struct region *ret_region)
{
	const struct live *live = entry_of(heap, *flat_at(&heap->mappings, uint32_t, at));

	*ret_region = (struct region){.kind = REGION_MAPPING,
		.serial = live->object,
		.base = live->address,
		.size = live->given,
		.used = live->given};
	snprintf(ret_region->name, sizeof(ret_region->name), "map %" PRIu32, live->object);
}
