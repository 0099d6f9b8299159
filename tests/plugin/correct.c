/*
 * A correct allocator of the malloc lab: an implicit list, first fit, boundary tags, coalescing.
 * The wrong ones include it, and differ where WHEN is true.
 */
#include "memlib.h"
#include "mm.h"

#include <stdint.h>
#include <string.h>

#define WORD     8u /* a header, or a footer: the size of the block, and 1 when it is in use */
#define OVERHEAD (2 * WORD)
#define LEAST    (OVERHEAD + 16u)
#define STEP     512u /* the heap grows by at least this much */

team_t team = {"arenascope", "nobody", "-", "", ""};

static char *first; /* header of the first block */

static uint64_t *word(char *at)
{
	return (uint64_t *)(void *)at;
}

static uint64_t size_of(char *block)
{
	return *word(block) & ~(uint64_t)15;
}

static int is_used(char *block)
{
	return *word(block) & 1;
}

static void write_tags(char *block, uint64_t size, int used)
{
	*word(block) = size | (uint64_t)used;
	*word(block + size - WORD) = size | (uint64_t)used;
}

static char *end_of_heap(void)
{
	return (char *)mem_heap_hi() + 1 - WORD; /* the last header has size 0 and is in use */
}

static char *join(char *block)
{
	uint64_t size = size_of(block);
	char *next = block + size;
	uint64_t before = *word(block - WORD);

	if (!is_used(next))
		size += size_of(next);
	if (!(before & 1)) {
		block -= before;
		size += before;
	}
	write_tags(block, size, 0);
	return block;
}

static char *extend(uint64_t size)
{
	char *block = end_of_heap();

	size = size < STEP ? STEP : size;
	if (mem_sbrk((int)size) == (void *)-1)
		return NULL;
	write_tags(block, size, 0);
	*word(block + size) = 1;
	return join(block);
}

int mm_init(void)
{
	char *base = mem_sbrk(2 * WORD);

	if (base == (void *)-1)
		return -1;
	*word(base) = 1; /* the first block has nothing to be joined with before it */
	*word(base + WORD) = 1;
	first = base + WORD;
	return 0;
}

#ifndef BREAK_MALLOC
#define BREAK_MALLOC(size, payload)
#endif
#ifndef BREAK_FREE
#define BREAK_FREE(payload)
#endif

void *mm_malloc(size_t asked)
{
	uint64_t size = (asked + OVERHEAD + 15) / 16 * 16;
	char *block = first;

	if (asked == 0)
		return NULL;
	size = size < LEAST ? LEAST : size;
	while (size_of(block) > 0 && (is_used(block) || size_of(block) < size))
		block += size_of(block);
	if (size_of(block) == 0)
		block = extend(size);
	if (!block)
		return NULL;
	uint64_t rest = size_of(block) - size;
	if (rest >= LEAST)
		write_tags(block + size, rest, 0);
	write_tags(block, rest >= LEAST ? size : size + rest, 1);
	BREAK_MALLOC(asked, block + WORD)
	return block + WORD;
}

void mm_free(void *payload)
{
	char *block = (char *)payload - WORD;

	BREAK_FREE(payload)
	write_tags(block, size_of(block), 0);
	join(block);
}

void *mm_realloc(void *payload, size_t size)
{
	uint64_t room = payload ? size_of((char *)payload - WORD) - OVERHEAD : 0;

	if (payload && size == 0) {
		mm_free(payload);
		return NULL;
	}
	if (payload && size <= room)
		return payload;
	void *moved = mm_malloc(size);
	if (moved && payload) {
		memcpy(moved, payload, room);
		mm_free(payload);
	}
	return moved;
}
