/*
 * See region.h. A block has its size in front of it, for resize(); the last one of a chunk grows
 * where it is.
 */
#include "workload/region.h"

#include <assert.h>
#include <stdalign.h>
#include <string.h>

struct region_chunk {
	struct region_chunk *older;
	size_t room, used; /* bytes of payload */
	alignas(max_align_t) unsigned char bytes[];
};

struct block_size {
	alignas(max_align_t) size_t size;
};

struct region_memory {
	struct memory memory; /* the first member: a memory is cast to its region */
	struct memory *below; /* borrowed */
	struct region_chunk *newest;
};

static size_t rounded(size_t size)
{
	return (size + alignof(max_align_t) - 1) & ~(alignof(max_align_t) - 1);
}

static struct region_chunk *add_chunk(struct region_memory *region, size_t least)
{
	size_t room = least > REGION_CHUNK ? least : REGION_CHUNK;
	struct region_chunk *chunk =
		memory_allocate(region->below, sizeof(*chunk) + room, "region (chunk)");

	*chunk = (struct region_chunk){.older = region->newest, .room = room};
	region->newest = chunk;
	return chunk;
}

static void *region_allocate(struct memory *memory, size_t size, const char *who)
{
	struct region_memory *region = (struct region_memory *)(void *)memory;
	struct region_chunk *chunk = region->newest;
	size_t needed = sizeof(struct block_size) + rounded(size);

	if (!chunk || chunk->room - chunk->used < needed)
		chunk = add_chunk(region, needed);
	struct block_size *head = (struct block_size *)(void *)(chunk->bytes + chunk->used);
	head->size = size;
	chunk->used += needed;
	return head + 1;
}

static void *region_resize(struct memory *memory, void *block, size_t size, const char *who)
{
	struct region_memory *region = (struct region_memory *)(void *)memory;

	if (!block)
		return region_allocate(memory, size, who);
	struct block_size *head = (struct block_size *)block - 1;
	struct region_chunk *chunk = region->newest;
	unsigned char *end = (unsigned char *)block + rounded(head->size);
	size_t start = (size_t)((unsigned char *)block - chunk->bytes);
	if (end == chunk->bytes + chunk->used && start + rounded(size) <= chunk->room) {
		chunk->used = start + rounded(size);
		head->size = size;
		return block;
	}
	void *new = region_allocate(memory, size, who);
	memcpy(new, block, head->size < size ? head->size : size);
	return new;
}

static void region_release(struct memory *memory, void *block, const char *who)
{
}

static void region_say(struct memory *memory, enum event_kind kind, const char *words)
{
	struct memory *below = ((struct region_memory *)(void *)memory)->below;

	below->say(below, kind, words);
}

static uint32_t region_tell(struct memory *memory, const struct event *event, const char *who)
{
	struct memory *below = ((struct region_memory *)(void *)memory)->below;

	return below->tell(below, event, who);
}

/* Its blocks are parts of chunks, and have none. */
static uint32_t region_number(const struct memory *memory, const void *block)
{
	return OBJECT_NONE;
}

struct memory *region_new(struct memory *below)
{
	struct region_memory *region =
		memory_allocate(below, sizeof(*region), "region_new (region)");

	*region = (struct region_memory){
		.memory = {region_allocate, region_resize, region_release, region_say, region_tell,
			region_number},
		.below = below,
	};
	return &region->memory;
}

void region_free(struct memory *memory)
{
	struct region_memory *region = (struct region_memory *)(void *)memory;

	if (!memory)
		return;
	for (struct region_chunk *chunk = region->newest, *older; chunk; chunk = older) {
		older = chunk->older;
		memory_release(region->below, chunk, "region_free");
	}
	memory_release(region->below, region, "region_free");
}
