/*
 * The state of the pymalloc engine, shared by pymalloc.c (what it does) and description.c
 * (what it shows).
 *
 *	arena_object  as CPython's struct of that name; its place in arenas[] is its slot
 *	pool          slot * pools_per_arena + place in its arena; a pool that is not carved yet has
 *	              no state
 *	block         numbered from 0 after the pool's header
 *	link          one number per block: what CPython keeps in the first bytes of a free block
 *
 * Lists are linked by slots and pool numbers; NONE ends them.
 */
#ifndef ENGINES_PYMALLOC_PYMALLOC_H
#define ENGINES_PYMALLOC_PYMALLOC_H

#include "engine/engine.h"
#include "engines/pymalloc/presets.h"

#define NONE        UINT32_MAX
#define SYSTEM_PAGE 4096u /* bytes: what mmap aligns to */
#define SMALL_LIMIT 512u
#define POOL_HEADER 48u
#define MAX_CLASSES 64u
#define MAX_POOLS   64u /* in an arena, in every preset */
#define LINK_END    0u  /* otherwise the next block's number + 1 */
#define LINK_IN_USE 0xFFFFu

struct arena_object {
	uint64_t base;       /* as mapped; 0: this slot holds no arena */
	uint64_t first_pool; /* base, rounded up to a pool */
	uint64_t used_bytes; /* in blocks handed out */
	uint32_t serial;     /* order of mapping from 0 */
	uint32_t carved;     /* pools below this were in use at least once */
	uint32_t nfreepools;
	uint32_t ntotalpools;
	uint32_t freepools;  /* pool */
	uint32_t next;       /* slot in usable_arenas, or in unused_arena_objects */
	uint32_t prev;       /* slot in usable_arenas */
	uint32_t from_below; /* 1: taken from the engine below, 0: from the page source */
};

struct pool {
	uint32_t count;      /* blocks handed out */
	uint32_t freeblock;  /* head of the chain: LINK_END or a block's number + 1 */
	uint32_t next;       /* pool in usedpools[szidx] or in freepools */
	uint32_t prev;       /* pool in usedpools[szidx] */
	uint32_t szidx;      /* the class, kept while the pool is free */
	uint32_t nextoffset; /* bytes from the pool's start to the first virgin block */
	uint32_t maxnextoffset;
	uint32_t size; /* bytes of a block of the class */
};

/*
 * One entry of the table address / arena_size → slots: an unaligned arena covers parts of two
 * stretches.
 */
struct address_stretch {
	uint64_t key;    /* address / arena_size + 1; 0: empty */
	uint32_t begins; /* slot of the arena that begins in the stretch */
	uint32_t ends;   /* slot of the one that began in the stretch before */
};

struct class_state {
	uint32_t usedpools; /* first pool of the list */
	uint32_t length;    /* pools in the list */
	uint64_t pools;     /* that belong to the class: used and full */
	uint64_t blocks;    /* handed out */
};

/* The single numbers of the state. */
struct pymalloc_state {
	uint32_t usable_arenas;
	uint32_t unused_arena_objects;
	uint32_t nusable;     /* arenas in usable_arenas */
	uint32_t nslots_used; /* stretches filled */
	uint64_t mapped;      /* ntimes_arena_allocated */
	uint64_t reclaimed;
	uint64_t highwater;
	uint64_t misaligned;               /* arenas now that lost a pool */
	uint64_t free_pools;               /* carved and free, or never carved: of all arenas */
	uint32_t nfp2lasta[MAX_POOLS + 1]; /* last arena with that many free pools */
	struct class_state classes[MAX_CLASSES];
};

enum arena_source { ARENAS_MAPPED, ARENAS_BELOW, ARENAS_RECORDED };

struct pymalloc {
	struct engine engine;
	const struct geometry *geometry;
	enum arena_source arenas_from;
	bool has_unaligned_arenas;
	bool c_heap_is_below; /* requests to malloc itself are not Python's */
	uint32_t nclasses;
	uint32_t blocks_max; /* in a pool of the smallest class */
	/* logarithms of powers of two, and 2^32 / size for each class, rounded up: no division */
	unsigned alignment_bits, pool_bits, arena_bits;
	uint32_t reciprocals[MAX_CLASSES];

	struct flat_array state;      /* one struct pymalloc_state */
	struct flat_array arenas;     /* struct arena_object */
	struct flat_array pools;      /* struct pool */
	struct flat_array links;      /* uint16_t, blocks_max a pool */
	struct flat_array stretches;  /* struct address_stretch, a power of two */
	struct flat_array by_address; /* uint32_t: slots of mapped arenas, in address order */
};

static inline struct pymalloc_state *state_of(const struct pymalloc *py)
{
	return py->state.data;
}

static inline struct arena_object *arena_of(const struct pymalloc *py, uint32_t slot)
{
	return flat_at(&py->arenas, struct arena_object, slot);
}

static inline struct pool *pool_of(const struct pymalloc *py, uint32_t pool)
{
	return flat_at(&py->pools, struct pool, pool);
}

static inline uint16_t *links_of(const struct pymalloc *py, uint32_t pool)
{
	return flat_at(&py->links, uint16_t, (size_t)pool * py->blocks_max);
}

static inline uint32_t block_size_of(const struct pymalloc *py, uint32_t szidx)
{
	return (szidx + 1) << py->alignment_bits;
}

/* The number of the block of a class that holds the byte, counted from the first block. */
static inline uint32_t block_at(const struct pymalloc *py, uint32_t szidx, uint32_t byte)
{
	return (uint32_t)(((uint64_t)byte * py->reciprocals[szidx]) >> 32);
}

static inline uint32_t capacity_of(const struct pymalloc *py, uint32_t szidx)
{
	return (py->geometry->pool_size - POOL_HEADER) / block_size_of(py, szidx);
}

static inline uint64_t pool_base(const struct pymalloc *py, uint32_t pool)
{
	return arena_of(py, pool / MAX_POOLS)->first_pool +
	       ((uint64_t)(pool % MAX_POOLS) << py->pool_bits);
}

static inline uint64_t block_address(const struct pymalloc *py, uint32_t pool, uint32_t block)
{
	return pool_base(py, pool) + POOL_HEADER + (uint64_t)block * pool_of(py, pool)->size;
}

/* The arena that holds the address, or NONE. */
uint32_t pymalloc_arena_at(const struct pymalloc *py, uint64_t address);

/* The carved pool that holds the address, or NONE. */
uint32_t pymalloc_pool_at(const struct pymalloc *py, uint64_t address);

/* What the engine shows of itself: description.c. */
size_t pymalloc_region_count(const struct engine *engine);
void pymalloc_region(const struct engine *engine, size_t at, struct region *ret_region);
bool pymalloc_region_of(const struct engine *engine, uint64_t address, struct region *ret_region);
void pymalloc_page(const struct engine *engine, size_t at, size_t page, struct page *ret_page);
void pymalloc_spans(const struct engine *engine, uint64_t from, uint64_t to, span_visit *visit,
	void *user);
uint64_t pymalloc_used_between(const struct engine *engine, uint64_t from, uint64_t to);
size_t pymalloc_list_count(const struct engine *engine);
void pymalloc_list(const struct engine *engine, size_t at, struct list *ret_list);
size_t pymalloc_list_entries(const struct engine *engine, size_t at, uint64_t from,
	struct list_entry *ret_entries, size_t n);
size_t pymalloc_fields(const struct engine *engine, uint64_t address, struct field *ret_fields,
	size_t n);
size_t pymalloc_region_fields(const struct engine *engine, size_t at, struct field *ret_fields,
	size_t n);
size_t pymalloc_class_count(const struct engine *engine);
void pymalloc_class_info(const struct engine *engine, size_t at, struct size_class *ret_class);
void pymalloc_totals(const struct engine *engine, struct totals *ret_totals);
extern const char *const pymalloc_reports[];
void pymalloc_report(const struct engine *engine, size_t at, struct text *text);
int pymalloc_check(const struct engine *engine, struct error *err);

#endif
