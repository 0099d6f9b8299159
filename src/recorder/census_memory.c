/*
 * Memory of the process, read without the risk of a fault, and the blocks in it.
 *
 *	arena  read where it is: none is returned while this thread holds the interpreter's lock
 *	other  copied by the system, which answers where nothing is mapped, page by page: also
 *	       arenas that were there before the recorder, whose pools are known by their headers
 *
 * Knowledge: CPython 3.8 to 3.13, Objects/obmalloc.c and its internal header from 3.12 on: the
 * header of a pool; glibc's malloc/malloc.c: the header of a chunk.
 */
#include "recorder/census.h"

#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

#define PAGE         4096u
#define PAGES        4096u      /* copied at a time; a power of two */
#define OTHERS       (1u << 20) /* a power of two */
#define UNREADABLE   1u         /* in the tag of a page: there is none */
#define GRANULE      16u
#define POOL_HEADER  48u
#define POOL_USED    0u  /* where the header has the number of its blocks in use */
#define POOL_CLASS   36u /* and the class */
#define POOL_LAST    44u /* and where in the pool the last block begins */
#define CLASSES      32u
#define CHUNK_FLAGS  7u
#define CHUNK_HEAD   8u
#define CHUNK_LEAST  32u
#define CHUNK_MOST   (UINT64_C(1) << 40)
#define CHUNK_START  16u /* from where it begins to what the program has of it */
#define IS_USED      1u  /* the chunk before */
#define IS_MAPPED    2u
#define IS_OF_THREAD 4u
#define HEAP_MOST    (UINT64_C(64) << 20) /* of a thread; where it begins is a multiple of it */
#define HEAP_SIZE    16u
#define WALK_SHARE   4u     /* of the census' time that the walk of the main heap may take */
#define WALK_LOOKS   65536u /* chunks between two looks at the clock */

static size_t round_up(size_t bytes)
{
	return (bytes + PAGE - 1) / PAGE * PAGE;
}

static size_t marks_bytes(const struct census_memory *memory)
{
	return memory->arena_bytes / GRANULE / 8;
}

static size_t chunks_bytes(const struct census_memory *memory)
{
	return memory->heap && memory->heap_end > memory->heap
		       ? (memory->heap_end - memory->heap) / GRANULE / 8 + 1
		       : 0;
}

HIDDEN size_t census_memory_bytes(struct census_memory *memory)
{
	memory->heap_end = (uintptr_t)next.sbrk(0);
	return round_up(ARENA_SLOTS * sizeof(*memory->index)) +
	       round_up(memory->arenas * marks_bytes(memory)) + round_up(memory->arenas) +
	       round_up(OTHERS * sizeof(*memory->others)) + round_up(chunks_bytes(memory)) +
	       round_up(PAGES * sizeof(*memory->tags)) + PAGES * PAGE;
}

static uint32_t slot_of(uint64_t key, uint32_t slots)
{
	return (uint32_t)(key * UINT64_C(0x9E3779B97F4A7C15) >> 32) & (slots - 1);
}

static char *take(char **at, size_t bytes)
{
	char *taken = *at;

	*at += round_up(bytes);
	return taken;
}

static void index_arena(struct census_memory *memory, uint32_t number)
{
	uintptr_t base = memory->bases[number];
	uint32_t slot = slot_of(base / memory->arena_bytes, ARENA_SLOTS);

	while (memory->index[slot])
		slot = (slot + 1) & (ARENA_SLOTS - 1);
	memory->index[slot] = number + 1;
	if (base < memory->lowest)
		memory->lowest = base;
	if (base + memory->arena_bytes > memory->highest)
		memory->highest = base + memory->arena_bytes;
}

HIDDEN void census_memory_begin(struct census_memory *memory, char *bytes)
{
	memory->lowest = UINTPTR_MAX;
	memory->index = (void *)take(&bytes, ARENA_SLOTS * sizeof(*memory->index));
	memory->marks = (void *)take(&bytes, memory->arenas * marks_bytes(memory));
	memory->pools = (void *)take(&bytes, memory->arenas);
	memory->others = (void *)take(&bytes, OTHERS * sizeof(*memory->others));
	memory->chunks = (void *)take(&bytes, chunks_bytes(memory));
	memory->tags = (void *)take(&bytes, PAGES * sizeof(*memory->tags));
	memory->pages = bytes;
	for (uint32_t i = 0; i < memory->arenas; i++)
		index_arena(memory, i);
}

/* The number of the arena that has this address; false: none has. */
static bool find_arena(const struct census_memory *memory, uintptr_t at, uint32_t *ret_number)
{
	uintptr_t key = at / memory->arena_bytes;

	if (at < memory->lowest || at >= memory->highest)
		return false;
	for (uintptr_t tried = key; tried + 1 >= key; tried--) {
		for (uint32_t slot = slot_of(tried, ARENA_SLOTS); memory->index[slot];
			slot = (slot + 1) & (ARENA_SLOTS - 1)) {
			uint32_t number = memory->index[slot] - 1;
			if (at - memory->bases[number] < memory->arena_bytes) {
				*ret_number = number;
				return true;
			}
		}
	}
	return false;
}

/* ---- reading --------------------------------------------------------------------------------- */

static const struct view *add_view(struct census_memory *memory, uintptr_t start, size_t bytes,
	const char *where)
{
	struct view *view = &memory->views[memory->next_view++ % VIEWS];

	*view = (struct view){start, start + bytes, where};
	return view;
}

/* What shows a copy that is to be overwritten shows nothing. */
static void drop_views(struct census_memory *memory, const char *copy)
{
	for (uint32_t i = 0; i < VIEWS; i++)
		if (memory->views[i].bytes == copy)
			memory->views[i] = (struct view){0};
}

/* The page of this address, or NULL where nothing can be read. */
static const struct view *view_of_page(struct census_memory *memory, uintptr_t at)
{
	uintptr_t page = at & ~(uintptr_t)(PAGE - 1);
	uint32_t place = slot_of(page / PAGE, PAGES);
	char *copy = memory->pages + (size_t)place * PAGE;

	if ((memory->tags[place] & ~(uintptr_t)UNREADABLE) != page) {
		struct iovec to = {copy, PAGE}, from = {(void *)page, PAGE}; /* NOLINT */
		drop_views(memory, copy);
		/* which process this is is asked each time: a handler may have forked */
		bool is_read = syscall(SYS_process_vm_readv, syscall(SYS_getpid), &to, 1, &from, 1,
				       0) == (long)PAGE;
		memory->tags[place] = is_read ? page : page | UNREADABLE;
	}
	return memory->tags[place] == page ? add_view(memory, page, PAGE, copy) : NULL;
}

static const struct view *view_of(struct census_memory *memory, uintptr_t at)
{
	uint32_t number;

	for (uint32_t i = 0; i < VIEWS; i++)
		if (at >= memory->views[i].start && at < memory->views[i].end)
			return &memory->views[i];
	if (at < PAGE || at >> 47)
		return NULL;
	if (find_arena(memory, at, &number)) {
		uintptr_t base = memory->bases[number];
		return add_view(memory, base, memory->arena_bytes, (const char *)base); /* NOLINT */
	}
	return view_of_page(memory, at);
}

HIDDEN bool census_memory_copy(struct census_memory *memory, void *to, uintptr_t at, size_t bytes)
{
	char *out = to;

	while (bytes > 0) {
		const struct view *view = view_of(memory, at);
		if (!view)
			return false;
		size_t n = view->end - at < bytes ? view->end - at : bytes;
		memcpy(out, view->bytes + (at - view->start), n);
		out += n;
		at += n;
		bytes -= n;
	}
	return true;
}

/* ---- blocks ---------------------------------------------------------------------------------- */

struct pool {
	uintptr_t start;
	uint32_t class;
};

/* In an arena that is known. */
static bool find_pool(struct census_memory *memory, uint32_t arena, uintptr_t at, struct pool *pool)
{
	uintptr_t base = memory->bases[arena], start = at & ~(uintptr_t)(memory->pool_bytes - 1);
	const char *header = (const char *)start; /* NOLINT */

	if (start < base || start + memory->pool_bytes > base + memory->arena_bytes)
		return false;
	pool->start = start;
	memcpy(&pool->class, header + POOL_CLASS, sizeof(pool->class));
	return pool->class < CLASSES;
}

/* The header of a pool in use, of an arena that was there before the recorder. */
static bool find_old_pool(struct census_memory *memory, uintptr_t at, struct pool *pool)
{
	uint32_t header[POOL_HEADER / sizeof(uint32_t)];

	pool->start = at & ~(uintptr_t)(memory->pool_bytes - 1);
	if (!census_memory_copy(memory, header, pool->start, sizeof(header)))
		return false;
	pool->class = header[POOL_CLASS / sizeof(*header)];
	size_t bytes = ((size_t)pool->class + 1) * GRANULE;
	return pool->class < CLASSES && header[POOL_USED / sizeof(*header)] > 0 &&
	       header[POOL_USED / sizeof(*header)] <= (memory->pool_bytes - POOL_HEADER) / bytes &&
	       header[POOL_LAST / sizeof(*header)] == memory->pool_bytes - bytes;
}

HIDDEN bool census_pool_block(struct census_memory *memory, uintptr_t at, struct block *ret_block)
{
	struct pool found;
	uint32_t arena;
	bool is_known = find_arena(memory, at, &arena);

	if (is_known ? !find_pool(memory, arena, at, &found)
		     : memory->heap || !find_old_pool(memory, at, &found))
		return false;
	uintptr_t pool = found.start;
	if (at < pool + POOL_HEADER)
		return false;
	size_t bytes = (size_t)(found.class + 1) * GRANULE;
	uintptr_t start = pool + POOL_HEADER + (at - pool - POOL_HEADER) / bytes * bytes;
	if (start + bytes > pool + memory->pool_bytes)
		return false;
	*ret_block = (struct block){start, bytes};
	return true;
}

/* Of an arena of a thread: what its heap begins with says so. */
static bool is_in_thread_arena(struct census_memory *memory, uintptr_t at, size_t bytes)
{
	uintptr_t heap = at & ~(uintptr_t)(HEAP_MOST - 1),
		  size = census_word(memory, heap + HEAP_SIZE);

	return census_word(memory, heap) != 0 && size <= HEAP_MOST && bytes <= size &&
	       at - heap <= size - bytes;
}

static bool is_in_main_heap(const struct census_memory *memory, uintptr_t at, size_t bytes)
{
	return at >= memory->heap && at < memory->heap_end && bytes < memory->heap_end - at;
}

static bool is_chunk(struct census_memory *memory, uintptr_t at, uintptr_t head, size_t bytes)
{
	if (bytes < CHUNK_LEAST || bytes % GRANULE)
		return false;
	if (head & IS_MAPPED)
		return bytes < CHUNK_MOST && (at - CHUNK_START) % PAGE == 0 && bytes % PAGE == 0 &&
		       census_word(memory, at - CHUNK_START) == 0;
	if (head & IS_OF_THREAD ? !is_in_thread_arena(memory, at, bytes)
				: !is_in_main_heap(memory, at, bytes))
		return false;
	/* The one after it says that it is in use. */
	return census_word(memory, at - CHUNK_HEAD + bytes) & IS_USED;
}

/* Where a chunk of the main heap is, as far as it was walked: the bit of its first 16 bytes. */
static uint8_t *chunk_bit(const struct census_memory *memory, uintptr_t at, uint8_t *ret_mask)
{
	size_t bit = (at - CHUNK_START - memory->heap) / GRANULE;

	*ret_mask = (uint8_t)(1u << bit % 8);
	return &memory->chunks[bit / 8];
}

HIDDEN void census_walk_heap(struct census_memory *memory, uint64_t time)
{
	uint64_t until = census_work() + time / WALK_SHARE;
	uintptr_t at = (memory->heap + GRANULE - 1) & ~(uintptr_t)(GRANULE - 1), last = 0;
	uint8_t mask;

	if (chunks_bytes(memory) == 0)
		return;
	for (uint32_t looks = 1; at + CHUNK_LEAST <= memory->heap_end; looks++) {
		uintptr_t head = census_word(memory, at + CHUNK_HEAD),
			  bytes = head & ~(uintptr_t)CHUNK_FLAGS;
		if (last && head & IS_USED)
			*chunk_bit(memory, last, &mask) |= mask;
		last = at + CHUNK_START;
		if (bytes < CHUNK_LEAST || bytes % GRANULE || head & (IS_MAPPED | IS_OF_THREAD) ||
			bytes > memory->heap_end - at ||
			(looks % WALK_LOOKS == 0 && census_work() > until))
			break;
		memory->walked = at;
		at += bytes;
	}
}

HIDDEN bool census_chunk(struct census_memory *memory, uintptr_t at, struct block *ret_block)
{
	uint8_t mask;

	if (at % GRANULE || at < PAGE)
		return false;
	if (at >= memory->heap + CHUNK_START && at < memory->walked &&
		!(*chunk_bit(memory, at, &mask) & mask))
		return false;
	uintptr_t head = census_word(memory, at - CHUNK_HEAD),
		  bytes = head & ~(uintptr_t)CHUNK_FLAGS;
	if (!is_chunk(memory, at, head, bytes))
		return false;
	*ret_block = (struct block){at, bytes - (head & IS_MAPPED ? CHUNK_START : CHUNK_HEAD)};
	return true;
}

#define AROUND_MOST 4096u /* granules below an address at which its block may begin */

HIDDEN bool census_chunk_around(struct census_memory *memory, uintptr_t at, struct block *ret_block)
{
	uint8_t mask;

	if (at < memory->heap + CHUNK_START || at >= memory->walked)
		return false;
	uintptr_t start = at & ~(uintptr_t)(GRANULE - 1), least = memory->heap + CHUNK_START;
	for (uint32_t i = 0; i < AROUND_MOST && start >= least; i++, start -= GRANULE)
		if (*chunk_bit(memory, start, &mask) & mask)
			return census_chunk(memory, start, ret_block) &&
			       at - start + CHUNK_HEAD < ret_block->bytes; /* no free one's head */
	return false;
}

/* ---- what blocks keep ------------------------------------------------------------------------ */

static uint32_t pool_used(uintptr_t pool)
{
	uint32_t used;

	memcpy(&used, (const char *)pool + POOL_USED, sizeof(used)); /* NOLINT */
	return used;
}

/* Of all that the arena has; gives how many are in use. Each arena is counted once. */
static uint32_t count_pools(struct census_memory *memory, uint32_t arena, uint32_t *ret_all)
{
	uintptr_t base = memory->bases[arena],
		  first = (base + memory->pool_bytes - 1) & ~(uintptr_t)(memory->pool_bytes - 1);
	uint32_t used = 0;

	*ret_all = (uint32_t)((base + memory->arena_bytes - first) / memory->pool_bytes);
	if (!memory->pools[arena]) {
		for (uint32_t i = 0; i < *ret_all; i++)
			used += pool_used(first + i * memory->pool_bytes) > 0;
		memory->pools[arena] = (uint8_t)(used + 1);
	}
	return memory->pools[arena] - 1u;
}

/* The blocks of a pool keep equal parts of what is free in it, the pools of what the arena has. */
static size_t idle_of_pool(struct census_memory *memory, uint32_t arena, const struct pool *pool)
{
	uint32_t all, pools = count_pools(memory, arena, &all), used = pool_used(pool->start);
	size_t bytes = ((size_t)pool->class + 1) * GRANULE,
	       blocks = (memory->pool_bytes - POOL_HEADER) / bytes;

	if (used == 0 || used > blocks || pools == 0)
		return 0;
	return ((blocks - used) * bytes + (all - pools) * memory->pool_bytes / pools) / used;
}

static size_t idle_below(struct census_memory *memory, uintptr_t start)
{
	uintptr_t head = census_word(memory, start - CHUNK_HEAD),
		  below = census_word(memory, start - CHUNK_START), hole = start - below;

	if (head & (IS_USED | IS_MAPPED) || below < CHUNK_LEAST || below >= start)
		return 0;
	return (census_word(memory, hole - CHUNK_HEAD) & ~(uintptr_t)CHUNK_FLAGS) == below ? below
											   : 0;
}

HIDDEN size_t census_idle(struct census_memory *memory, uintptr_t start)
{
	struct pool pool;
	uint32_t arena;

	if (!find_arena(memory, start, &arena))
		return idle_below(memory, start);
	return find_pool(memory, arena, start, &pool) ? idle_of_pool(memory, arena, &pool) : 0;
}

/* ---- marks ----------------------------------------------------------------------------------- */

static bool mark_other(struct census_memory *memory, uintptr_t start)
{
	uint32_t slot = slot_of(start / GRANULE, OTHERS);

	for (; memory->others[slot]; slot = (slot + 1) & (OTHERS - 1))
		if (memory->others[slot] == start)
			return false;
	if (memory->nothers >= OTHERS / 4 * 3) {
		memory->is_full = true;
		return false;
	}
	memory->others[slot] = start;
	memory->nothers++;
	return true;
}

HIDDEN bool census_mark(struct census_memory *memory, uintptr_t start)
{
	uint32_t number;

	if (!find_arena(memory, start, &number))
		return mark_other(memory, start);
	size_t bit = (start - memory->bases[number]) / GRANULE;
	uint8_t *byte = &memory->marks[number * marks_bytes(memory) + bit / 8];
	uint8_t mask = (uint8_t)(1u << bit % 8);
	if (*byte & mask)
		return false;
	*byte |= mask;
	return true;
}
