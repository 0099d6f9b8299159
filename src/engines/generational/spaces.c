/* Blocks by address, and the tops of spaces: see state.h. */
#include "engines/generational/state.h"

#include <assert.h>

const char *space_name(enum space space)
{
	static const char *const names[] = {"Eden", "survivor 0", "survivor 1", "old", "metaspace"};

	return names[space];
}

enum space space_at(const struct generational *heap, uint64_t address)
{
	enum space space = EDEN;

	while (space < SPACES &&
		address - space_of(heap, space)->base >= space_of(heap, space)->size)
		space++;
	return space;
}

uint32_t block_find(const struct generational *heap, enum space space, uint64_t address)
{
	size_t low = 0, high = heap->blocks[space].count;

	if (address - space_of(heap, space)->base >= space_of(heap, space)->top)
		return NOWHERE;
	while (high - low > 1) {
		size_t middle = (low + high) / 2;
		if (block_at(heap, space, middle)->address <= address)
			low = middle;
		else
			high = middle;
	}
	assert(address - block_at(heap, space, low)->address < block_at(heap, space, low)->size);
	return (uint32_t)low;
}

uint64_t space_room(const struct generational *heap, enum space space)
{
	assert(space_of(heap, space)->top <= space_of(heap, space)->size);
	return space_of(heap, space)->size - space_of(heap, space)->top;
}

uint64_t space_push(struct generational *heap, enum space space, uint32_t object, uint64_t size,
	uint32_t age)
{
	struct space_state *state = space_of(heap, space);

	assert(size > 0 && size % BLOCK_UNIT == 0 && size <= space_room(heap, space));
	assert(heap->blocks[space].count < NOWHERE && object != OBJECT_NONE);
	struct block *block = flat_grow(&heap->blocks[space], 1);
	block->address = state->base + state->top;
	block->size = size;
	block->object = object;
	block->age = age;
	state->top += size;
	state->used += size;
	state->live++;
	return block->address;
}

void space_clear(struct generational *heap, enum space space)
{
	struct space_state *state = space_of(heap, space);

	flat_set_count(&heap->blocks[space], 0);
	state->top = state->used = state->live = 0;
}
