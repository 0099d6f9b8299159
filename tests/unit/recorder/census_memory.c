/*
 * The memory that a census reads, made by hand: arenas, a main heap, arenas of threads, mapped
 * chunks, and pages that cannot be read. A heap is written as its chunks, in order:
 *
 *	48      a chunk of so many bytes that is in use
 *	-48     a free one, which ends with its own size
 *	48m     one whose head says that it was mapped; 48t: that it is of a thread's arena
 *
 * and what is found is written by where in the heap it begins. Each chunk's head says whether the
 * one before it is in use.
 */
#include "recorder/census.h"

#include "base/text.h"
#include "support.h"

#include <stdlib.h>
#include <sys/mman.h>

#define PAGE    4096u
#define KIB     1024u
#define GRANULE 16u

/* ---- what it stands on ----------------------------------------------------------------------- */

static uintptr_t break_now;
static uint64_t works[2]; /* what the clock shows at first, and afterwards */
static uint32_t asked;    /* times */

static void *sbrk_of_test(intptr_t by)
{
	assert_int_equal(by, 0);
	return (void *)break_now; /* NOLINT */
}

struct next_allocator next = {.sbrk = sbrk_of_test};

uint64_t census_work(void)
{
	return works[asked++ > 0];
}

/* ---- a world --------------------------------------------------------------------------------- */

/* So many bytes between pages that cannot be read, from a multiple of a power of two on. */
static uintptr_t map(size_t bytes, size_t multiple)
{
	size_t room = bytes + multiple + 2 * PAGE;
	char *all = mmap(NULL, room, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

	assert_ptr_not_equal(all, MAP_FAILED);
	uintptr_t start = ((uintptr_t)all + PAGE + multiple - 1) & ~(uintptr_t)(multiple - 1);
	assert_int_equal(mprotect((void *)start, bytes, PROT_READ | PROT_WRITE), 0); /* NOLINT */
	return start;
}

struct world {
	struct census_memory memory;
	char *bytes; /* of the memory itself */
	size_t size;
};

static void world_begin(struct world *world)
{
	world->size = census_memory_bytes(&world->memory);
	world->bytes = mmap(NULL, world->size, PROT_READ | PROT_WRITE,
		MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	assert_ptr_not_equal(world->bytes, MAP_FAILED);
	census_memory_begin(&world->memory, world->bytes);
}

static void world_finish(struct world *world)
{
	munmap(world->bytes, world->size);
	*world = (struct world){0};
}

/* As 3.8 has them; 3.10: as that one does. */
static struct world world_of(const uintptr_t *bases, uint32_t arenas, bool is_new)
{
	return (struct world){.memory = {
				      .arena_bytes = (is_new ? 1024u : 256u) * KIB,
				      .pool_bytes = (is_new ? 16u : 4u) * KIB,
				      .arenas = arenas,
				      .bases = bases,
			      }};
}

static void put(uintptr_t at, uint64_t word)
{
	memcpy((void *)at, &word, sizeof(word)); /* NOLINT */
}

static void put_pool(uintptr_t pool, uint32_t used, uint32_t class, uint32_t last)
{
	uint32_t header[12] = {[0] = used, [9] = class, [11] = last};

	memcpy((void *)pool, header, sizeof(header)); /* NOLINT */
}

static void check_text(struct text *text, const char *expected)
{
	assert_text_equal(text_of(text), expected);
	text_finish(text);
}

static void add_block(struct text *text, bool is_found, struct block block, uintptr_t from)
{
	if (is_found)
		text_add(text, "%+lld:%zu\n", (long long)(block.start - from), block.bytes);
	else
		text_add(text, "none\n");
}

/* ---- its own tables -------------------------------------------------------------------------- */

static void each_table_begins_at_a_page_and_has_room(void **state)
{
	uintptr_t bases[3] = {0x10000000, 0x20000000, 0x30000000};
	struct world world = world_of(bases, 3, false);
	struct text text = {0};

	world.memory.heap = 0x1000000;
	break_now = 0x1000000 + 16 * 8 * PAGE; /* a bit more than a page of bits */
	world_begin(&world);
	const struct census_memory *memory = &world.memory;
	const void *const tables[] = {memory->index, memory->marks, memory->pools, memory->others,
		memory->chunks, memory->tags, memory->pages, world.bytes + world.size};
	for (size_t i = 0; i < sizeof(tables) / sizeof(*tables); i++) {
		size_t away = (size_t)((const char *)tables[i] - world.bytes);
		assert_int_equal(away % PAGE, 0);
		text_add(&text, "%zu ", away / PAGE);
	}
	/* 128 of the index, 2 of 6 KiB of marks, one, 2048 of others, 2 of chunks, 8, 4096 */
	check_text(&text, "0 128 130 131 2179 2181 2189 6285 ");
	world_finish(&world);
}

static void a_heap_that_is_not_there_takes_no_room(void **state)
{
	static const struct {
		uintptr_t heap, end;
		size_t pages;
	} heaps[] = {{0, 0x100000, 6280}, {0x100000, 0x100000, 6280}, {0x100000, 0xFF000, 6280},
		{0x100000, 0x100010, 6281}, {0x100000, 0x100000 + 16 * 8 * PAGE - 1, 6281}};

	for (size_t i = 0; i < sizeof(heaps) / sizeof(*heaps); i++) {
		struct world world = world_of(NULL, 0, false);
		world.memory.heap = heaps[i].heap;
		break_now = heaps[i].end;
		assert_int_equal(census_memory_bytes(&world.memory), heaps[i].pages * PAGE);
		assert_int_equal(world.memory.heap_end, heaps[i].end);
	}
}

/* ---- which arena ----------------------------------------------------------------------------- */

/* Which addresses are marked with the arena's marks, not with those of others. */
static bool is_in_arena(struct world *world, uintptr_t at)
{
	uint32_t before = world->memory.nothers;

	assert_true(census_mark(&world->memory, at));
	assert_false(census_mark(&world->memory, at));
	return world->memory.nothers == before;
}

static void an_address_belongs_to_an_arena_from_its_first_byte_to_its_last(void **state)
{
	/* the second one begins at no multiple of its size */
	uintptr_t bases[] = {0x40000000, 0x50001000, 0x7FFFFFF00000};
	struct world world = world_of(bases, 3, false);
	struct text text = {0};

	world_begin(&world);
	for (size_t i = 0; i < 3; i++) {
		const uintptr_t edges[] = {bases[i] - GRANULE, bases[i], bases[i] + 128 * KIB,
			bases[i] + 256 * KIB - GRANULE, bases[i] + 256 * KIB};
		for (size_t k = 0; k < 5; k++)
			text_add(&text, "%d", is_in_arena(&world, edges[k]));
		text_add(&text, " ");
	}
	check_text(&text, "01110 01110 01110 ");
	assert_false(is_in_arena(&world, 0x1000));
	assert_false(is_in_arena(&world, UINTPTR_MAX & ~(uintptr_t)15));
	assert_int_equal(world.memory.lowest, bases[0]);
	assert_int_equal(world.memory.highest, bases[2] + 256 * KIB);
	world_finish(&world);
}

#define MANY 60000u

static void arenas_whose_places_are_the_same_are_all_found(void **state)
{
	uintptr_t *bases = calloc(MANY, sizeof(*bases));
	struct world world = world_of(bases, MANY, false);
	uint32_t taken = 0;

	for (uint32_t i = 0; i < MANY; i++)
		bases[i] = 0x100000000 + (uintptr_t)i * 512 * KIB + (i % 2 ? 4096 : 0);
	world_begin(&world);
	for (uint32_t i = 0; i < ARENA_SLOTS; i++)
		taken += world.memory.index[i] > 0;
	assert_int_equal(taken, MANY);
	for (uint32_t i = 0; i < MANY; i++) {
		assert_true(census_mark(&world.memory, bases[i]));
		assert_true(census_mark(&world.memory, bases[i] + 256 * KIB - GRANULE));
	}
	assert_int_equal(world.memory.nothers, 0);
	world_finish(&world);
	free(bases);
}

/* Of many, one whose place is the last of the table, and then another one which is that, too. */
static void after_the_last_place_comes_the_first(void **state)
{
	uintptr_t *bases = calloc(MANY, sizeof(*bases)), last[2];
	uint32_t found = 0;

	for (uint32_t from = 1; found < 2; from += MANY) {
		struct world world = world_of(bases, MANY, false);
		for (uint32_t i = 0; i < MANY; i++)
			bases[i] = (uintptr_t)(from + i) * 256 * KIB;
		world_begin(&world);
		uint32_t number = world.memory.index[ARENA_SLOTS - 1];
		if (number > 0) {
			struct world alone = world_of(&bases[number - 1], 1, false);
			world_begin(&alone);
			if (alone.memory.index[ARENA_SLOTS - 1] == 1)
				last[found++] = bases[number - 1];
			world_finish(&alone);
		}
		world_finish(&world);
	}
	struct world world = world_of(last, 2, false);
	world_begin(&world);
	assert_int_equal(world.memory.index[ARENA_SLOTS - 1], 1);
	assert_int_equal(world.memory.index[0], 2);
	assert_true(is_in_arena(&world, last[0]));
	assert_true(is_in_arena(&world, last[1]));
	world_finish(&world);
	free(bases);
}

/* ---- reading --------------------------------------------------------------------------------- */

static void what_cannot_be_read_is_nothing(void **state)
{
	struct world world = world_of(NULL, 0, false);
	uintptr_t at = map(2 * PAGE, PAGE);
	struct census_memory *memory = &world.memory;

	world_begin(&world);
	for (size_t i = 0; i < 2 * PAGE; i += 8)
		put(at + i, i + 1);
	assert_int_equal(census_word(memory, at), 1);
	assert_int_equal(census_word(memory, at + PAGE - 8), PAGE - 7);
	assert_int_equal(census_word(memory, at + PAGE), PAGE + 1);
	assert_int_equal(census_word(memory, at + PAGE - 4), (uint64_t)(PAGE + 1) << 32);
	assert_int_equal(census_word(memory, at + 2 * PAGE - 8), 2 * PAGE - 7);
	assert_int_equal(census_word(memory, at + 2 * PAGE - 4), 0);
	assert_int_equal(census_word(memory, at + 2 * PAGE), 0);
	assert_int_equal(census_word(memory, at - 4), 0);
	const uintptr_t odd[] = {0, 8, PAGE - 8, PAGE - 1, UINTPTR_MAX, UINTPTR_MAX - 3,
		UINTPTR_MAX - 7, UINTPTR_MAX - PAGE, (uintptr_t)1 << 47, ((uintptr_t)1 << 47) - 4,
		(uintptr_t)1 << 63};
	for (size_t i = 0; i < sizeof(odd) / sizeof(*odd); i++)
		assert_int_equal(census_word(memory, odd[i]), 0);
	world_finish(&world);
}

/* Below the first page nothing is even asked for: no copy of it is kept. */
static void no_page_is_asked_for_below_the_first_one_and_above_the_last(void **state)
{
	struct world world = world_of(NULL, 0, false);
	uint32_t kept = 0;

	world_begin(&world);
	assert_int_equal(census_word(&world.memory, PAGE - 8), 0);
	assert_int_equal(census_word(&world.memory, (uintptr_t)1 << 47), 0);
	for (uint32_t i = 0; i < 4096; i++)
		kept += world.memory.tags[i] != 0;
	assert_int_equal(kept, 0);
	assert_int_equal(census_word(&world.memory, PAGE), 0);
	assert_int_equal(census_word(&world.memory, ((uintptr_t)1 << 47) - 8), 0);
	for (uint32_t i = 0; i < 4096; i++)
		kept += world.memory.tags[i] != 0;
	assert_int_equal(kept, 2);
	world_finish(&world);
}

static void a_copy_is_of_so_many_bytes_wherever_they_begin(void **state)
{
	uintptr_t at = map(3 * PAGE, PAGE);
	char copy[3 * PAGE + 1];
	static const struct {
		size_t from, bytes;
		bool is_read;
	} copies[] = {{0, 3 * PAGE, true}, {1, 3 * PAGE - 1, true}, {0, 3 * PAGE + 1, false},
		{PAGE - 1, 2, true}, {PAGE, PAGE, true}, {PAGE + 7, PAGE, true},
		{3 * PAGE - 1, 1, true}, {3 * PAGE - 1, 2, false}, {3 * PAGE, 0, true},
		{3 * PAGE, 1, false}};

	for (size_t i = 0; i < 3 * PAGE; i++)
		((char *)at)[i] = (char)(i % 251); /* NOLINT */
	for (size_t i = 0; i < sizeof(copies) / sizeof(*copies); i++) {
		struct world world = world_of(NULL, 0, false);
		world_begin(&world);
		memset(copy, -1, sizeof(copy));
		assert_int_equal(census_memory_copy(&world.memory, copy, at + copies[i].from,
					 copies[i].bytes),
			copies[i].is_read);
		world_finish(&world);
		if (!copies[i].is_read)
			continue;
		assert_memory_equal(copy, (const char *)at + copies[i].from, /* NOLINT */
			copies[i].bytes);
		if (copies[i].bytes < sizeof(copy))
			assert_int_equal(copy[copies[i].bytes], -1);
	}
}

/* As the time passes a program writes: a census that has read a page goes on with its copy. */
static void a_page_is_copied_once_and_an_arena_never(void **state)
{
	uintptr_t page = map(PAGE, PAGE), arena = map(256 * KIB, 256 * KIB);
	struct world world = world_of(&arena, 1, false);

	world_begin(&world);
	for (uint64_t i = 1; i < 4; i++) {
		put(page, i);
		put(arena, i);
		put(arena + 256 * KIB - 8, i);
		memset(world.memory.views, 0, sizeof(world.memory.views));
		assert_int_equal(census_word(&world.memory, page), 1);
		assert_int_equal(census_word(&world.memory, arena), i);
		assert_int_equal(census_word(&world.memory, arena + 256 * KIB - 8), i);
		assert_int_equal(census_word(&world.memory, arena + 256 * KIB - 4), 0);
	}
	/* there was none, and it is not asked for again */
	uintptr_t hole = map(PAGE, PAGE) - PAGE;
	assert_int_equal(census_word(&world.memory, hole), 0);
	assert_int_equal(mprotect((void *)hole, PAGE, PROT_READ | PROT_WRITE), 0); /* NOLINT */
	put(hole, 7);
	assert_int_equal(census_word(&world.memory, hole), 0);
	world_finish(&world);
}

/* More pages than there are places for copies: each is read again when it was overwritten. */
static void pages_that_have_the_same_place_are_not_taken_for_each_other(void **state)
{
	const uint32_t pages = 3 * 4096;
	struct world world = world_of(NULL, 0, false);
	uintptr_t at = map((size_t)pages * PAGE, PAGE);

	world_begin(&world);
	for (uint32_t i = 0; i < pages; i++)
		put(at + (uintptr_t)i * PAGE, i + 1);
	for (uint32_t times = 0; times < 2; times++)
		for (uint32_t i = 0; i < pages; i++)
			assert_int_equal(census_word(&world.memory, at + (uintptr_t)i * PAGE),
				i + 1);
	/* two of the same place in turn, while what showed the first is still remembered */
	struct census_memory *memory = &world.memory;
	uintptr_t tag = 0, other = 0;
	for (uint32_t i = 0; i < 4096 && !other; i++) {
		tag = memory->tags[i];
		for (uintptr_t k = at; tag && k < at + (uintptr_t)pages * PAGE && !other; k += PAGE)
			if (k != tag) {
				census_word(memory, k);
				other = memory->tags[i] == k ? k : 0;
			}
	}
	assert_int_not_equal(other, 0);
	for (uint32_t i = 0; i < 6; i++) {
		uintptr_t one = i % 2 ? tag : other;
		assert_int_equal(census_word(memory, one), (one - at) / PAGE + 1);
	}
	/* also where nothing can be read in that place any more */
	assert_int_equal(mprotect((void *)tag, PAGE, PROT_NONE), 0); /* NOLINT */
	assert_int_equal(census_word(memory, other), (other - at) / PAGE + 1);
	assert_int_equal(census_word(memory, tag), 0);
	assert_int_equal(census_word(memory, other), (other - at) / PAGE + 1);
	world_finish(&world);
}

/* ---- blocks of pymalloc ---------------------------------------------------------------------- */

static void the_blocks_of_a_pool_follow_its_header(void **state)
{
	uintptr_t arena = map(256 * KIB, 256 * KIB), pool = arena + 4 * PAGE;
	struct world world = world_of(&arena, 1, false);
	struct text text = {0};
	static const uint32_t at[] = {0, 47, 48, 49, 559, 560, 3631, 3632, 4095};

	world_begin(&world);
	put_pool(arena, 1, 0, 0); /* the first pool is one like the others */
	struct block first;
	assert_true(census_pool_block(&world.memory, arena + 4095, &first));
	assert_int_equal(first.start, arena + 4080);
	put_pool(pool, 3, 31, 0); /* seven of 512, and 464 bytes that are none's */
	for (size_t i = 0; i < sizeof(at) / sizeof(*at); i++) {
		struct block block;
		bool is_found = census_pool_block(&world.memory, pool + at[i], &block);
		add_block(&text, is_found, block, pool);
	}
	check_text(&text, "none\nnone\n+48:512\n+48:512\n+48:512\n+560:512\n+3120:512\n"
			  "none\nnone\n");
	world_finish(&world);
}

static void a_pool_has_a_class_and_lies_in_its_arena(void **state)
{
	/* the last bytes of an arena that begins at no pool are no pool, nor are its first ones */
	uintptr_t all = map(256 * KIB + 8 * PAGE, 256 * KIB), arena = all + 2 * KIB;
	struct world world = world_of(&arena, 1, false);
	struct text text = {0};

	world_begin(&world);
	for (uintptr_t pool = all; pool < all + 256 * KIB + 8 * PAGE; pool += PAGE)
		put_pool(pool, 1, 0, PAGE - 16);
	put_pool(all + 2 * PAGE, 1, 31, 0);
	put_pool(all + 3 * PAGE, 1, 32, 0);
	put_pool(all + 4 * PAGE, 1, 0xFFFF, 0);
	const uintptr_t pools[] = {all, all + PAGE, all + 2 * PAGE, all + 3 * PAGE, all + 4 * PAGE,
		all + 252 * KIB, all + 256 * KIB};
	for (size_t i = 0; i < sizeof(pools) / sizeof(*pools); i++) {
		struct block block;
		/* 100 bytes before its end: within the arena, or not known */
		uintptr_t at = pools[i] + (i == 0 ? 3000 : 1000);
		bool is_found = census_pool_block(&world.memory, at, &block);
		add_block(&text, is_found, block, pools[i]);
	}
	check_text(&text, "none\n+992:16\n+560:512\nnone\nnone\n+992:16\nnone\n");
	world_finish(&world);
}

/* Arenas that were there before the recorder: only headers that say what all pools' say. */
static void an_old_pool_is_known_by_its_whole_header(void **state)
{
	static const struct {
		const char *what;
		uint32_t used, class, last;
		bool is_new, is_pool;
	} headers[] = {
		{"of one block", 1, 0, 4080, false, true},
		{"full", 253, 0, 4080, false, true},
		{"more than full", 254, 0, 4080, false, false},
		{"empty", 0, 0, 4080, false, false},
		{"the last block ends elsewhere", 1, 0, 4064, false, false},
		{"the largest blocks", 7, 31, 3584, false, true},
		{"too many of them", 8, 31, 3584, false, false},
		{"no class", 1, 32, 3568, false, false},
		{"far from a class", 1, 0xFFFFFFFF, 4096, false, false},
		{"larger", 31, 31, 15872, true, true},
		{"larger, and too many", 32, 31, 15872, true, false},
		{"as the smaller ones are", 1, 31, 3584, true, false},
	};
	uintptr_t pool = map(16 * KIB, 16 * KIB);
	struct text text = {0}, expected = {0};
	struct block block;

	for (size_t i = 0; i < sizeof(headers) / sizeof(*headers); i++)
		for (unsigned has_heap = 0; has_heap < 2; has_heap++) {
			struct world world = world_of(NULL, 0, headers[i].is_new);
			/* a recording that began with the program knows all arenas */
			world.memory.heap = has_heap ? 0x1000 : 0;
			break_now = 0x2000;
			world_begin(&world);
			put_pool(pool, headers[i].used, headers[i].class, headers[i].last);
			text_add(&text, "%s: %d\n", headers[i].what,
				census_pool_block(&world.memory, pool + 50, &block));
			text_add(&expected, "%s: %d\n", headers[i].what,
				headers[i].is_pool && !has_heap);
			world_finish(&world);
		}
	assert_text_equal(text_of(&text), text_of(&expected));
	text_finish(&text);
	text_finish(&expected);

	struct world world = world_of(NULL, 0, false);
	world_begin(&world);
	put_pool(pool, 1, 0, 4080);
	assert_true(census_pool_block(&world.memory, pool + 4095, &block));
	assert_int_equal(block.start, pool + 4080);
	assert_false(census_pool_block(&world.memory, pool - 1, &block));
	assert_false(census_pool_block(&world.memory, pool + 16 * KIB + 50, &block));
	assert_false(census_pool_block(&world.memory, UINTPTR_MAX, &block));
	assert_false(census_pool_block(&world.memory, 100, &block));
	world_finish(&world);
}

/* ---- chunks of the C library ----------------------------------------------------------------- */

#define USED      1u
#define MAPPED    2u
#define OF_THREAD 4u

/* Writes the chunks from there on; gives where the next one would begin. */
static uintptr_t put_chunks(uintptr_t at, const char *chunks)
{
	bool is_used = true;

	while (*chunks) {
		char *end;
		long bytes = strtol(chunks, &end, 10);
		uint64_t size = (uint64_t)labs(bytes);
		put(at + 8, size | (is_used ? USED : 0) | (*end == 'm' ? MAPPED : 0) |
				    (*end == 't' ? OF_THREAD : 0));
		is_used = bytes > 0;
		at += size;
		if (!is_used)
			put(at, size);
		chunks = end + strcspn(end, " ");
		chunks += *chunks == ' ';
	}
	return at;
}

/* A heap in which one after the other follows, from the middle of a page on. */
#define HEAP_BYTES (64 * KIB)

static struct world world_of_heap(const char *chunks, uintptr_t *ret_heap)
{
	static uintptr_t heap;

	if (!heap)
		heap = map(HEAP_BYTES, PAGE);
	memset((void *)heap, 0, HEAP_BYTES); /* NOLINT */
	struct world world = world_of(NULL, 0, false);
	world.memory.heap = heap;
	break_now = put_chunks(heap, chunks);
	world_begin(&world);
	*ret_heap = heap;
	return world;
}

static void add_chunks(struct text *text, struct census_memory *memory, uintptr_t from,
	uintptr_t end)
{
	for (uintptr_t at = from; at < end; at += 8) {
		struct block block;
		if (census_chunk(memory, at, &block))
			text_add(text, "%zu:%zu ", (size_t)(block.start - from), block.bytes);
	}
}

static void check_heap(const char *chunks, const char *found, const char *walked)
{
	uintptr_t heap;

	for (int is_walked = 0; is_walked < 2; is_walked++) {
		struct world world = world_of_heap(chunks, &heap);
		struct text text = {0}, expected = {0};
		asked = 0;
		if (is_walked)
			census_walk_heap(&world.memory, 1000);
		text_add(&text, "%s: ", chunks);
		add_chunks(&text, &world.memory, heap, break_now);
		if (is_walked)
			text_add(&text, "up to %zu",
				world.memory.walked ? (size_t)(world.memory.walked - heap) : 0);
		text_add(&expected, "%s: %s", chunks, is_walked && *walked ? walked : found);
		assert_text_equal(text_of(&text), text_of(&expected));
		text_finish(&text);
		text_finish(&expected);
		world_finish(&world);
	}
}

static void a_chunk_is_what_the_next_one_says_is_in_use(void **state)
{
	works[0] = works[1] = 0;
	check_heap("32 32 48", "16:24 48:24 ", "16:24 48:24 up to 64");
	check_heap("32 -64 32 48", "16:24 112:24 ", "16:24 112:24 up to 128");
	check_heap("-32 32 4096 -64 32", "48:24 80:4088 ", "48:24 80:4088 up to 4224");
	/* the last one has nothing after it */
	check_heap("32", "", "up to 0");
	/* too small to be one, of an odd size: there is none, and nothing after it is walked to */
	check_heap("16 32 32 32", "32:24 64:24 ", "32:24 64:24 up to 0");
	check_heap("32 40 32 32", "16:24 ", "16:24 up to 0");
	/* in the main heap none is mapped, or of a thread's arena */
	check_heap("32 32m 32 32", "16:24 80:24 ", "16:24 80:24 up to 0");
	check_heap("32 32t 32 32", "16:24 80:24 ", "16:24 80:24 up to 0");
}

/* The last one that counts is followed by 16 bytes and more. */
static void no_chunk_goes_beyond_the_heap(void **state)
{
	uintptr_t heap;
	struct world world = world_of_heap("32 32 64 32", &heap);
	struct block block;
	static const struct {
		size_t at, bytes;
		bool is_chunk;
	} ends[] = {{80, 145, true}, {80, 144, false}, {80, 81, false}, {80, 80, false},
		{48, 81, true}, {48, 80, false}, {16, 0, false}};

	world_finish(&world);
	for (size_t i = 0; i < sizeof(ends) / sizeof(*ends); i++) {
		world = world_of(NULL, 0, false);
		world.memory.heap = heap;
		break_now = heap + ends[i].bytes;
		world_begin(&world);
		assert_int_equal(census_chunk(&world.memory, heap + ends[i].at, &block),
			ends[i].is_chunk);
		world_finish(&world);
	}
	/* nor below it, as in the heap of another program */
	world = world_of(NULL, 0, false);
	world.memory.heap = heap + 48;
	break_now = heap + HEAP_BYTES;
	world_begin(&world);
	assert_false(census_chunk(&world.memory, heap + 16, &block));
	assert_true(census_chunk(&world.memory, heap + 48, &block));
	world_finish(&world);
}

/* What looks like one, in the block of another or in free memory, is none where it was walked. */
static void what_is_within_a_chunk_is_none(void **state)
{
	uintptr_t heap;
	struct world world = world_of_heap("32 96 32 -96 32 32 32", &heap);
	struct text text = {0};

	put_chunks(heap + 32 + 16, "32 32");  /* in the block of the second one */
	put_chunks(heap + 160 + 16, "32 32"); /* in the hole */
	put(heap + 256, 96);
	add_chunks(&text, &world.memory, heap, break_now);
	check_text(&text, "16:24 48:88 64:24 144:24 192:24 272:24 304:24 ");
	text = (struct text){0};
	asked = 0;
	census_walk_heap(&world.memory, 1000);
	add_chunks(&text, &world.memory, heap, break_now);
	check_text(&text, "16:24 48:88 144:24 272:24 304:24 ");
	world_finish(&world);
}

/* The end of the heap, before and after the last size that a chunk can have. */
static void a_walk_ends_where_the_heap_does(void **state)
{
	static const struct {
		const char *chunks;
		long away; /* the end, from where the last chunk ends */
		const char *found;
	} heaps[] = {
		{"32 32 32", 0, "16:24 48:24 up to 64"},
		{"32 32 32", 16, "16:24 48:24 up to 64"},
		{"32 32 32", -1, "16:24 up to 32"},
		{"32 32 48", -16, "16:24 48:24 up to 32"},
		{"32 32 48", -17, "16:24 up to 32"},
		{"32 32", 31, "16:24 up to 32"},
		{"32 32", 33, "16:24 up to 32"},
		{"32 32", 1024, "16:24 up to 32"},
	};

	works[0] = works[1] = 0;
	for (size_t i = 0; i < sizeof(heaps) / sizeof(*heaps); i++) {
		uintptr_t heap, end;
		struct world world = world_of_heap(heaps[i].chunks, &heap);
		struct text text = {0}, expected = {0};
		end = break_now + (uintptr_t)heaps[i].away;
		world_finish(&world);
		world = world_of(NULL, 0, false);
		world.memory.heap = heap;
		break_now = end;
		world_begin(&world);
		asked = 0;
		census_walk_heap(&world.memory, 1000);
		text_add(&text, "%s, %+ld: ", heaps[i].chunks, heaps[i].away);
		for (uint32_t bit = 0; bit < 8; bit++)
			if (*world.memory.chunks & 1u << bit)
				text_add(&text, "%u:24 ", (bit + 1) * GRANULE);
		text_add(&text, "up to %zu", (size_t)(world.memory.walked - heap));
		text_add(&expected, "%s, %+ld: %s", heaps[i].chunks, heaps[i].away, heaps[i].found);
		assert_text_equal(text_of(&text), text_of(&expected));
		text_finish(&text);
		text_finish(&expected);
		world_finish(&world);
	}
}

/* A program's break may be anywhere; the C library begins at the next multiple of 16. */
static void a_heap_that_begins_at_an_odd_address_is_walked_from_the_next_granule(void **state)
{
	for (uintptr_t odd = 0; odd < 16; odd++) {
		uintptr_t heap, start;
		struct world world = world_of_heap("16", &heap);
		struct text text = {0};
		world_finish(&world);
		world = world_of(NULL, 0, false);
		start = heap + (odd ? 16 : 0);
		world.memory.heap = heap + odd;
		break_now = put_chunks(start, "32 48 32");
		world_begin(&world);
		asked = 0;
		census_walk_heap(&world.memory, 1000);
		add_chunks(&text, &world.memory, start, break_now);
		text_add(&text, "up to %zu", (size_t)(world.memory.walked - start));
		check_text(&text, "16:24 48:40 up to 80");
		world_finish(&world);
	}
}

static void without_a_heap_nothing_is_walked(void **state)
{
	struct world world = world_of(NULL, 0, false);

	world_begin(&world);
	census_walk_heap(&world.memory, 1000);
	assert_int_equal(world.memory.walked, 0);
	world_finish(&world);
}

#define CHUNKS (2u * 65536 + 10)

/* A quarter of the time: it is looked at at every 65536th chunk. */
static void a_walk_takes_a_part_of_the_time(void **state)
{
	uintptr_t heap = map(CHUNKS * 32, PAGE);
	static const struct {
		uint64_t first, then;
		uint32_t walked; /* chunks before the one up to which it went */
		uint32_t asked;
	} times[] = {{100, 100, CHUNKS - 1, 3}, {100, 350, CHUNKS - 1, 3}, {100, 351, 65534, 2}};

	for (uint32_t i = 0; i < CHUNKS; i++)
		put(heap + i * 32 + 8, 32 | USED);
	for (size_t i = 0; i < sizeof(times) / sizeof(*times); i++) {
		struct world world = world_of(NULL, 0, false);
		world.memory.heap = heap;
		break_now = heap + CHUNKS * 32;
		works[0] = times[i].first;
		works[1] = times[i].then;
		world_begin(&world);
		asked = 0;
		census_walk_heap(&world.memory, 1000);
		assert_int_equal((world.memory.walked - heap) / 32, times[i].walked);
		assert_int_equal(asked, times[i].asked);
		world_finish(&world);
	}
	works[0] = works[1] = 0;
	munmap((void *)heap, CHUNKS * 32); /* NOLINT */
}

static void a_chunk_that_was_mapped_begins_at_a_page_and_ends_at_one(void **state)
{
	static const struct {
		const char *what;
		size_t at; /* from the first page on */
		uint64_t before, head;
		bool is_chunk;
	} chunks[] = {
		{"one page", 16, 0, PAGE | MAPPED, true},
		{"many pages", 16, 0, 100 * PAGE | MAPPED, true},
		{"not of pages", 16, 0, (PAGE + 32) | MAPPED, false},
		{"not at a page", 32, 0, PAGE | MAPPED, false},
		{"something before it", 16, 16, PAGE | MAPPED, false},
		{"none at all", 16, 0, MAPPED, false},
		{"nearly too large", 16, 0, ((UINT64_C(1) << 40) - PAGE) | MAPPED, true},
		{"too large", 16, 0, UINT64_C(1) << 40 | MAPPED, false},
		{"far too large", 16, 0, UINT64_C(0xFFFFFFFFFFFFF000) | MAPPED, false},
		{"not mapped", 16, 0, PAGE, false},
	};
	uintptr_t page = map(2 * PAGE, PAGE);

	for (size_t i = 0; i < sizeof(chunks) / sizeof(*chunks); i++) {
		struct world world = world_of(NULL, 0, false);
		struct block block = {0};
		struct text text = {0}, expected = {0};
		world_begin(&world);
		put(page, 0);
		put(page + chunks[i].at - 16, chunks[i].before);
		put(page + chunks[i].at - 8, chunks[i].head);
		text_add(&text, "%s: ", chunks[i].what);
		text_add(&expected, "%s: ", chunks[i].what);
		add_block(&text, census_chunk(&world.memory, page + chunks[i].at, &block), block,
			page);
		if (chunks[i].is_chunk)
			text_add(&expected, "+16:%zu\n", (size_t)(chunks[i].head & ~7ull) - 16);
		else
			text_add(&expected, "none\n");
		assert_text_equal(text_of(&text), text_of(&expected));
		text_finish(&text);
		text_finish(&expected);
		world_finish(&world);
	}
}

#define HEAP_MOST ((size_t)64 << 20)

static void a_chunk_of_a_thread_lies_in_its_heap(void **state)
{
	static const struct {
		const char *what;
		uint64_t arena, size; /* what the thread's heap begins with */
		size_t at;            /* the block, in it */
		uint64_t bytes;
		bool is_chunk;
	} chunks[] = {
		{"in it", 1, 132 * KIB, 4096, 64, true},
		{"of no arena", 0, 132 * KIB, 4096, 64, false},
		{"at its end", 1, 4096 + 64, 4096, 64, true},
		{"beyond it", 1, 4096 + 63, 4096, 64, false},
		{"larger than it", 1, 4096, 1024, 4112, false},
		{"of a heap that is as large as one can be", 1, HEAP_MOST, 4096, 64, true},
		{"of one that is larger", 1, HEAP_MOST + 1, 4096, 64, false},
		{"far in it", 1, HEAP_MOST, HEAP_MOST - PAGE + 16, 64, true},
		{"after it", 1, PAGE, HEAP_MOST - PAGE + 16, 64, false},
		{"the smallest", 1, 132 * KIB, 4096, 32, true},
		{"too small", 1, 132 * KIB, 4096, 16, false},
		{"none", 1, 132 * KIB, 4096, 0, false},
		{"odd", 1, 132 * KIB, 4096, 40, false},
	};
	uintptr_t heap = map(HEAP_MOST, HEAP_MOST);

	break_now = 0x1000;
	for (size_t i = 0; i < sizeof(chunks) / sizeof(*chunks); i++)
		for (unsigned is_used = 0; is_used < 2; is_used++) {
			struct world world = world_of(NULL, 0, false);
			struct block block = {0};
			struct text text = {0}, expected = {0};
			uintptr_t at = heap + chunks[i].at;
			world_begin(&world);
			put(heap, chunks[i].arena);
			put(heap + 16, chunks[i].size);
			put(at - 8, chunks[i].bytes | OF_THREAD);
			put(at - 8 + chunks[i].bytes, is_used | (chunks[i].bytes ? 0 : OF_THREAD));
			text_add(&text, "%s: ", chunks[i].what);
			text_add(&expected, "%s: ", chunks[i].what);
			add_block(&text, census_chunk(&world.memory, at, &block), block, at);
			if (chunks[i].is_chunk && is_used)
				text_add(&expected, "+0:%zu\n", (size_t)chunks[i].bytes - 8);
			else
				text_add(&expected, "none\n");
			assert_text_equal(text_of(&text), text_of(&expected));
			text_finish(&text);
			text_finish(&expected);
			/* nor is one that does not say so in it */
			put(at - 8, chunks[i].bytes);
			world_finish(&world);
			world = world_of(NULL, 0, false);
			world_begin(&world);
			assert_false(census_chunk(&world.memory, at, &block));
			world_finish(&world);
		}
	munmap((void *)heap, HEAP_MOST); /* NOLINT */
}

static void no_chunk_is_at_an_odd_address_or_where_nothing_is(void **state)
{
	uintptr_t heap;
	struct world world = world_of_heap("32 32 32", &heap);
	struct block block;

	for (uintptr_t odd = 1; odd < 16; odd++) {
		put(heap + 16 + odd - 8, 32 | USED);
		put(heap + 16 + odd + 24, USED);
		assert_false(census_chunk(&world.memory, heap + 16 + odd, &block));
	}
	const uintptr_t odd[] = {0, 16, PAGE - 16, PAGE, (uintptr_t)1 << 47, UINTPTR_MAX - 15};
	for (size_t i = 0; i < sizeof(odd) / sizeof(*odd); i++)
		assert_false(census_chunk(&world.memory, odd[i], &block));
	world_finish(&world);
}

/* sqlite3 keeps addresses within its blocks. */
static void a_block_is_found_from_an_address_within_it(void **state)
{
	static const struct {
		long at;
		const char *found;
	} within[] = {{-16, "none\n"}, {0, "none\n"}, {15, "none\n"}, {16, "+16:24\n"},
		{17, "+16:24\n"}, {31, "+16:24\n"}, {32, "none\n"}, {47, "none\n"},
		{48, "+48:88\n"}, {100, "+48:88\n"}, {127, "+48:88\n"}, {128, "none\n"},
		{143, "none\n"}, {144, "+144:24\n"}, {159, "+144:24\n"}, {160, "none\n"},
		{200, "none\n"}, {256, "none\n"}, {272, "+272:24\n"}, {288, "none\n"},
		{303, "none\n"}, {304, "none\n"}};
	uintptr_t heap;
	struct world world = world_of_heap("32 96 32 -96 32 32", &heap);
	struct block block;

	assert_false(census_chunk_around(&world.memory, heap + 16, &block)); /* not walked yet */
	asked = 0;
	census_walk_heap(&world.memory, 1000);
	for (size_t i = 0; i < sizeof(within) / sizeof(*within); i++) {
		struct text text = {0}, expected = {0};
		bool is_found =
			census_chunk_around(&world.memory, heap + (uintptr_t)within[i].at, &block);
		text_add(&text, "%ld: ", within[i].at);
		add_block(&text, is_found, block, heap);
		text_add(&expected, "%ld: %s", within[i].at, within[i].found);
		assert_text_equal(text_of(&text), text_of(&expected));
		text_finish(&text);
		text_finish(&expected);
	}
	world_finish(&world);
}

static void a_block_is_looked_for_64_kib_below_an_address_at_most(void **state)
{
	uintptr_t heap = map(200 * KIB, PAGE);
	struct world world = world_of(NULL, 0, false);
	struct block block;

	world.memory.heap = heap;
	break_now = put_chunks(heap, "102400 32 32 32");
	world_begin(&world);
	asked = 0;
	census_walk_heap(&world.memory, 1000);
	assert_true(census_chunk_around(&world.memory, heap + 16 + 65535, &block));
	assert_int_equal(block.start, heap + 16);
	assert_false(census_chunk_around(&world.memory, heap + 16 + 65536, &block));
	world_finish(&world);
}

/* ---- what blocks keep ------------------------------------------------------------------------ */

static void a_block_keeps_the_hole_that_it_ends(void **state)
{
	static const struct {
		const char *what;
		uint64_t before, head, hole;
		size_t bytes;
	} blocks[] = {
		{"a hole", 64, 48, 64 | USED, 64},
		{"the smallest", 32, 48, 32 | USED, 32},
		{"too small", 16, 48, 16 | USED, 0},
		{"in use", 64, 48 | USED, 64 | USED, 0},
		{"mapped", 64, 48 | MAPPED, 64 | USED, 0},
		{"of a thread", 64, 48 | OF_THREAD, 64 | USED | OF_THREAD, 64},
		{"not the size it says itself", 64, 48, 80 | USED, 0},
		{"larger than all addresses", UINT64_MAX - 15, 48, 64, 0},
	};
	uintptr_t page = map(PAGE, PAGE);

	for (size_t i = 0; i < sizeof(blocks) / sizeof(*blocks); i++) {
		struct world world = world_of(NULL, 0, false);
		uintptr_t at = page + 1024;
		world_begin(&world);
		memset((void *)page, 0, PAGE); /* NOLINT */
		put(at - 16, blocks[i].before);
		put(at - 8, blocks[i].head);
		put(at - blocks[i].before - 8, blocks[i].hole);
		assert_int_equal(census_idle(&world.memory, at), blocks[i].bytes);
		world_finish(&world);
	}
	/* as far as the start of memory: nothing is there */
	struct world world = world_of(NULL, 0, false);
	world_begin(&world);
	put(page + 1024 - 16, page + 1024);
	put(page + 1024 - 8, 48);
	assert_int_equal(census_idle(&world.memory, page + 1024), 0);
	world_finish(&world);
}

static void the_blocks_of_an_arena_keep_what_is_free_in_it(void **state)
{
	/* 64 pools, or 63 where the arena begins at no pool */
	uintptr_t all = map(512 * KIB, 256 * KIB), arena;

	for (unsigned is_odd = 0; is_odd < 2; is_odd++) {
		struct world world = world_of(&arena, 1, false);
		struct text text = {0};
		arena = all + (is_odd ? 16 : 0);
		memset((void *)all, 0, 512 * KIB); /* NOLINT */
		world_begin(&world);
		put_pool(all + 4 * PAGE, 2, 31, 0); /* of 7 */
		put_pool(all + 5 * PAGE, 7, 31, 0); /* full */
		put_pool(all + 6 * PAGE, 8, 31, 0); /* it cannot have so many */
		put_pool(all + 7 * PAGE, 0, 31, 0); /* empty */
		put_pool(all + 8 * PAGE, 1, 32, 0); /* of no class */
		put_pool(all + 63 * PAGE, 1, 0, 0);
		put_pool(all + 64 * PAGE, 1, 0, 0); /* of the next arena */
		for (size_t i = 4; i < 9; i++)
			text_add(&text, "%zu ", census_idle(&world.memory, all + i * PAGE + 48));
		text_add(&text, "%zu %zu", census_idle(&world.memory, all + 63 * PAGE + 48),
			census_idle(&world.memory, all + 64 * PAGE + 48));
		/* 59 of 64 pools, or 58 of 63, are shared by 5 */
		check_text(&text, is_odd ? "25036 6787 0 0 0 51545 0" : "25446 6904 0 0 0 52364 0");
		/* what is free is counted once in a census */
		put_pool(all + 9 * PAGE, 1, 31, 0);
		assert_int_equal(census_idle(&world.memory, all + 63 * PAGE + 48),
			is_odd ? 51545 : 52364);
		world_finish(&world);
	}
}

/* ---- marks ----------------------------------------------------------------------------------- */

static void each_granule_of_each_arena_has_its_own_mark(void **state)
{
	uintptr_t bases[] = {0x10000000, 0x20000010};
	struct world world = world_of(bases, 2, false);

	world_begin(&world);
	for (int times = 0; times < 2; times++)
		for (uint32_t i = 0; i < 2; i++)
			for (uintptr_t at = 0; at < 256 * KIB; at += GRANULE)
				assert_int_equal(census_mark(&world.memory, bases[i] + at),
					times == 0);
	for (size_t i = 0; i < 4 * KIB; i++)
		assert_int_equal(world.memory.marks[i], 255);
	assert_int_equal(world.memory.nothers, 0);
	world_finish(&world);
}

#define OTHERS (1u << 20)

static void other_blocks_have_marks_up_to_three_quarters_of_the_table(void **state)
{
	struct world world = world_of(NULL, 0, false);

	world_begin(&world);
	for (uintptr_t i = 1; i <= OTHERS / 4 * 3; i++)
		assert_true(census_mark(&world.memory, i * 48));
	assert_false(world.memory.is_full);
	for (uintptr_t i = 1; i <= OTHERS / 4 * 3; i++)
		assert_false(census_mark(&world.memory, i * 48));
	assert_false(world.memory.is_full);
	assert_int_equal(world.memory.nothers, OTHERS / 4 * 3);
	assert_false(census_mark(&world.memory, 16));
	assert_true(world.memory.is_full);
	world_finish(&world);
}

/* Of many addresses, two that are marked in the last place: the second of them in the first one. */
static void after_the_last_mark_comes_the_first(void **state)
{
	struct world world = world_of(NULL, 0, false);
	uintptr_t last[2];
	uint32_t found = 0;

	for (uintptr_t from = 0; found < 2; from += OTHERS) {
		uintptr_t at = 0;
		world_begin(&world);
		for (uintptr_t k = 1; k <= OTHERS / 2; k++) {
			census_mark(&world.memory, (from + k) * GRANULE);
			if (!at && (at = world.memory.others[OTHERS - 1]) != 0)
				break;
		}
		memset(world.memory.others, 0, OTHERS * sizeof(*world.memory.others));
		if (at && census_mark(&world.memory, at) && world.memory.others[OTHERS - 1] == at)
			last[found++] = at;
		munmap(world.bytes, world.size);
		world.memory.nothers = 0;
	}
	world_begin(&world);
	for (uint32_t times = 0; times < 2; times++)
		for (uint32_t i = 0; i < 2; i++)
			assert_int_equal(census_mark(&world.memory, last[i]), times == 0);
	assert_int_equal(world.memory.others[OTHERS - 1], last[0]);
	assert_int_equal(world.memory.others[0], last[1]);
	world_finish(&world);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_table_begins_at_a_page_and_has_room),
		cmocka_unit_test(a_heap_that_is_not_there_takes_no_room),
		cmocka_unit_test(an_address_belongs_to_an_arena_from_its_first_byte_to_its_last),
		cmocka_unit_test(arenas_whose_places_are_the_same_are_all_found),
		cmocka_unit_test(after_the_last_place_comes_the_first),
		cmocka_unit_test(what_cannot_be_read_is_nothing),
		cmocka_unit_test(no_page_is_asked_for_below_the_first_one_and_above_the_last),
		cmocka_unit_test(a_copy_is_of_so_many_bytes_wherever_they_begin),
		cmocka_unit_test(a_page_is_copied_once_and_an_arena_never),
		cmocka_unit_test(pages_that_have_the_same_place_are_not_taken_for_each_other),
		cmocka_unit_test(the_blocks_of_a_pool_follow_its_header),
		cmocka_unit_test(a_pool_has_a_class_and_lies_in_its_arena),
		cmocka_unit_test(an_old_pool_is_known_by_its_whole_header),
		cmocka_unit_test(a_chunk_is_what_the_next_one_says_is_in_use),
		cmocka_unit_test(no_chunk_goes_beyond_the_heap),
		cmocka_unit_test(what_is_within_a_chunk_is_none),
		cmocka_unit_test(a_walk_ends_where_the_heap_does),
		cmocka_unit_test(
			a_heap_that_begins_at_an_odd_address_is_walked_from_the_next_granule),
		cmocka_unit_test(without_a_heap_nothing_is_walked),
		cmocka_unit_test(a_walk_takes_a_part_of_the_time),
		cmocka_unit_test(a_chunk_that_was_mapped_begins_at_a_page_and_ends_at_one),
		cmocka_unit_test(a_chunk_of_a_thread_lies_in_its_heap),
		cmocka_unit_test(no_chunk_is_at_an_odd_address_or_where_nothing_is),
		cmocka_unit_test(a_block_is_found_from_an_address_within_it),
		cmocka_unit_test(a_block_is_looked_for_64_kib_below_an_address_at_most),
		cmocka_unit_test(a_block_keeps_the_hole_that_it_ends),
		cmocka_unit_test(the_blocks_of_an_arena_keep_what_is_free_in_it),
		cmocka_unit_test(each_granule_of_each_arena_has_its_own_mark),
		cmocka_unit_test(other_blocks_have_marks_up_to_three_quarters_of_the_table),
		cmocka_unit_test(after_the_last_mark_comes_the_first),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
