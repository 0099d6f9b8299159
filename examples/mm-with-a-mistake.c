/*
 * An allocator of the malloc lab, with one common mistake. Which call does harm, and which line?
 *
 *	arenascope lab examples/mm-with-a-mistake.c examples/short.rep
 *
 * Every block has a header: its size, and 1 when it is in use. A request takes the first block that
 * is large enough; blocks that touch are joined during the search. docs/plugins.md has the answer.
 */
#include "mm.h"
#include "memlib.h"

#include <string.h>

#define HEADER 16
#define GROW   256

static size_t *header_of(void *payload)
{
	return (size_t *)((char *)payload - HEADER);
}

static size_t size_of(const size_t *block)
{
	return *block & ~(size_t)15;
}

static size_t *behind(size_t *block)
{
	return (size_t *)((char *)block + size_of(block));
}

static size_t *end(void)
{
	return (size_t *)((char *)mem_heap_lo() + mem_heapsize());
}

int mm_init(void)
{
	return 0;
}

static void *use(size_t *block, size_t size)
{
	size_t rest = size_of(block) - size;

	*block = size | 1;
	if (rest > 0)
		*behind(block) = rest;
	return (char *)block + HEADER;
}

void *mm_malloc(size_t asked)
{
	size_t size = (HEADER + asked + 15) / 16 * 16;

	for (size_t *block = mem_heap_lo(); block < end(); block = behind(block)) {
		if (*block & 1)
			continue;
		while (behind(block) < end() && !(*behind(block) & 1))
			*block += *behind(block);
		if (size_of(block) >= size)
			return use(block, size);
	}
	size_t more = size > GROW ? size : GROW;
	size_t *block = mem_sbrk((int)more);
	if (block == (void *)-1)
		return NULL;
	*block = more;
	return use(block, size);
}

void mm_free(void *payload)
{
	*header_of(payload) = size_of(header_of(payload));
}

void *mm_realloc(void *payload, size_t size)
{
	if (!payload)
		return mm_malloc(size);
	void *moved = size ? mm_malloc(size) : NULL;
	if (moved)
		memcpy(moved, payload, size_of(header_of(payload)) - HEADER);
	if (moved || size == 0)
		mm_free(payload);
	return moved;
}
