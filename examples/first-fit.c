/*
 * A first-fit allocator with a free list, as a plug-in that says what lies in its heap:
 *
 *	arenascope play --engine lab:examples/first-fit.c traces/lessons/first-fit.rep
 */
#include <arenascope/plugin.h>

struct block {
	size_t size;        /* bytes, including this header */
	struct block *next; /* next in the free list, by address; unused in an allocated block */
};

#define HEADER sizeof(struct block)
#define GROW   512

static const struct arenascope_memory *memory;
static struct block *first; /* of the free list */

static int init(const struct arenascope_memory *given)
{
	memory = given;
	first = NULL;
	return 0;
}

static void release(void *payload)
{
	struct block *block = (struct block *)((char *)payload - HEADER), **link = &first;

	while (*link && *link < block)
		link = &(*link)->next;
	block->next = *link;
	*link = block;
	/* The list is in order now, and adjacent blocks are joined. */
	for (struct block *at = first; at && at->next;)
		if ((char *)at + at->size == (char *)at->next) {
			at->size += at->next->size;
			at->next = at->next->next;
		} else {
			at = at->next;
		}
}

static void *allocate(size_t size, size_t alignment)
{
	size_t wanted = (HEADER + size + 15) / 16 * 16;
	struct block **link = &first;

	if (alignment > 16)
		return NULL;
	while (*link && (*link)->size < wanted)
		link = &(*link)->next;
	if (!*link) {
		size_t more = wanted > GROW ? wanted : GROW;
		struct block *block = memory->grow(more);
		if (!block)
			return NULL;
		block->size = more;
		release((char *)block + HEADER);
		return allocate(size, alignment);
	}
	struct block *block = *link;
	*link = block->next;
	if (block->size >= wanted + HEADER + 16) { /* the rest is large enough to keep */
		struct block *rest = (struct block *)((char *)block + wanted);
		rest->size = block->size - wanted;
		rest->next = *link;
		*link = rest;
		block->size = wanted;
	}
	return (char *)block + HEADER;
}

static void describe(const struct arenascope_show *show)
{
	const char *at = memory->low(), *end = memory->end();
	const struct block *free = first;

	for (; at < end; at += ((const struct block *)at)->size)
		if ((const struct block *)at == free) {
			show->free(show, at, free->size);
			free = free->next;
		} else {
			show->used(show, at, ((const struct block *)at)->size, at + HEADER);
		}
	show->list(show, "free list");
	for (free = first; free; free = free->next)
		show->entry(show, free, free->size);
}

const struct arenascope_plugin arenascope_plugin = {
	.version = ARENASCOPE_PLUGIN_VERSION,
	.name = "first fit",
	.init = init,
	.allocate = allocate,
	.release = release,
	.describe = describe,
};
