/*
 * An allocator under glass.  An engine answers requests with addresses of the simulated program and
 * describes itself; it knows nothing of objects, traces or screens.
 *
 *	block     what a request got: `given` bytes at `address`
 *	region    a stretch of address space the engine holds: an arena, a heap, a slab
 *	page      a region's equal parts, with figures kept up to date (pymalloc's pools); a heap
 *	          has none
 *	span      a piece of a page or region: a block, a hole, a header, waste. Spans of a region
 *	          neither overlap nor leave gaps.
 *	list      one of the engine's own lists, in its own order
 *	decision  one thing the engine decided while serving the current request, as data
 *
 * An engine is one .c file that ends in a `const struct engine_ops`, and one line in the table of
 * engines/table.c. Everything it knows is in flat arrays (flat/flat.h), so that the player can
 * copy it.  It gets its memory from its page source, or from the engine below it, and never from
 * the system.
 */
#ifndef ENGINE_ENGINE_H
#define ENGINE_ENGINE_H

#include "engine/decision.h"
#include "flat/flat.h"
#include "trace/event.h"

#include <assert.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct error;
struct engine;
struct options;
struct option_spec;
struct text;

/* What became of a request.  None of these is an error of ours. */
enum outcome {
	OUTCOME_PLACED,    /* allocate, reallocate: there is a block at the address */
	OUTCOME_RELEASED,  /* release (or a reallocate to nothing): the block is gone */
	OUTCOME_NO_MEMORY, /* nothing changed; a reallocated block stays where it was */
	OUTCOME_INVALID,   /* no block of this engine begins at that address; nothing changed */
	/* nothing was asked of the engine (note, mark, free(NULL), failed call) */
	OUTCOME_NOTHING,
};

struct request {
	uint64_t size;      /* bytes, 0 allowed */
	uint64_t alignment; /* power of two, or 0 */
	enum domain domain;
	/* address the real program got, 0 unknown; for engines that show what was recorded */
	uint64_t recorded;
	uint64_t stranger; /* a realloc of a pointer nobody knows: that pointer, else 0 */
};

struct placement {
	uint64_t address; /* what the program gets */
	uint64_t given;   /* bytes usable there, at least the size asked for */
	unsigned layer;   /* 0: this engine; 1: the one below it, ... */
};

/*
 * Structural things that happened while one request was served, always kept: stop conditions and
 * the timeline use them.  enumerator, name in `break` commands
 */
#define HAPPENINGS(H) \
	H(HAPPENED_ARENA_MAPPED, "arena-mapped") \
	H(HAPPENED_ARENA_UNMAPPED, "arena-unmapped") \
	H(HAPPENED_POOL_NEW, "pool-new") \
	H(HAPPENED_POOL_FULL, "pool-full") \
	H(HAPPENED_POOL_UNFULL, "pool-unfull") \
	H(HAPPENED_POOL_EMPTY, "pool-empty") \
	H(HAPPENED_SPLIT, "split") \
	H(HAPPENED_COALESCED, "coalesced") \
	H(HAPPENED_GREW, "grew") \
	H(HAPPENED_NO_MEMORY, "oom") \
	H(HAPPENED_INVALID, "invalid") \
	H(HAPPENED_BELOW, "below") \
	H(HAPPENED_DIED, "died") \
	H(HAPPENED_COLLECTED, "collected") \
	H(HAPPENED_RESURRECTED, "resurrected")

enum happening_bit {
#define H(id, name) id##_BIT,
	HAPPENINGS(H) HAPPENING_COUNT
#undef H
};
enum happening {
#define H(id, name) id = 1 << id##_BIT,
	HAPPENINGS(H)
#undef H
};

/* Where engines get address space from; the heap provides it.  Addresses are never 0. */
struct page_source {
	/* bytes of space aligned to alignment (a power of two), or 0 when there is none. */
	uint64_t (*map)(struct page_source *pages, uint64_t bytes, uint64_t alignment);

	/*
	 * As many bytes where the real program mapped them next, as the trace tells; 0 when it does
	 * not tell, or they are taken here. Optional.
	 */
	uint64_t (*map_recorded)(struct page_source *pages, uint64_t bytes);

	/*
	 * These bytes and no others; false when any of them are taken. open: they are a stretch
	 * that may be taken again as a part of a larger open one, which then stands for both.
	 */
	bool (*take)(struct page_source *pages, uint64_t base, uint64_t bytes, bool open);

	/* Gives back exactly what map(), map_recorded() or take() gave. */
	void (*unmap)(struct page_source *pages, uint64_t base, uint64_t bytes);

	/*
	 * Makes the one growing region ("the break", as sbrk) end `bytes` further on; false when
	 * there is no room. It begins at *ret_base, always the same.
	 */
	bool (*grow)(struct page_source *pages, uint64_t bytes, uint64_t *ret_base);
};

/* ---- what engines show of themselves ------------------------------------------------------- */

enum region_kind { REGION_ARENA, REGION_HEAP, REGION_MAPPING, REGION_SLAB };

struct region {
	char name[16]; /* "A01", "heap" */
	/* "F" full, "U1" first of usable_arenas, "U" beyond its 99th, "K" kept, "" */
	char state[8];
	enum region_kind kind;
	uint32_t serial; /* order of mapping from 0 */
	uint64_t base;
	uint64_t size;
	uint64_t used;  /* bytes in blocks handed out, their rounding included */
	uint32_t pages; /* how many; 0: no pages, look at spans */
	uint64_t page_size;
};

enum page_state { PAGE_VIRGIN, PAGE_FREE, PAGE_USED, PAGE_FULL, PAGE_LOST };

struct page {
	enum page_state state;
	uint64_t base;
	uint64_t size;
	uint32_t size_class; /* PAGE_NO_CLASS when it has none */
	uint32_t block_size;
	uint32_t used;        /* blocks handed out */
	uint32_t blocks;      /* blocks it can hold in all */
	uint32_t first_block; /* bytes from base to block 0 */
	bool is_head;         /* serves the next request of its class */
};

#define PAGE_NO_CLASS UINT32_MAX

enum span_state { SPAN_USED, SPAN_FREE, SPAN_VIRGIN, SPAN_HEADER, SPAN_WASTE };

struct span {
	enum span_state state;
	uint64_t base;
	uint64_t size;
	uint64_t payload; /* SPAN_USED: the address the program has */
	uint32_t order;   /* SPAN_FREE: 1 is handed out next (of its page or list); 0: no order */
};

/* Called for one span after another; stops when it gives false. */
typedef bool span_visit(const struct span *span, void *user);

struct list {
	char name[32];  /* "usedpools[5]", "free list" */
	char group[16]; /* lists that belong together: "usedpools"; "" when alone */
	uint64_t length;
};

struct list_entry {
	uint64_t address; /* of the pool, arena or hole */
	uint64_t size;    /* bytes */
	uint32_t used;    /* pools: blocks handed out; arenas: pools in use */
	uint32_t total;
};

/* A member of a bookkeeping struct, in the words of the original. */
struct field {
	char name[20];
	char value[44];
};

/* Where every byte that the engine holds went; they add up to `reserved`. */
struct totals {
	uint64_t reserved;  /* held in regions */
	uint64_t blocks;    /* handed out, rounding included */
	uint64_t available; /* free blocks and holes, ready to be handed out */
	uint64_t unused;    /* whole pages no block lies in, never used space */
	uint64_t headers;
	uint64_t tails;         /* ends too short for a block (quantisation) */
	uint64_t alignment;     /* lost to alignment */
	uint64_t regions;       /* how many are held now */
	uint64_t regions_total; /* mapped since the start */
	uint64_t regions_peak;
	uint64_t free_spans; /* holes, or free blocks */
	/* bytes of the largest request that needs no more space; 0 where meaningless */
	uint64_t largest_free;
	/* the sum of the squares of the holes' bytes; 0 where there are no holes */
	double free_squares;
	uint64_t blocks_live; /* how many */
};

/* What may be spent, and is. */
struct gauge {
	uint64_t limit; /* bytes */
	uint64_t spent;
};

/* One size class of an engine that has them. */
struct size_class {
	uint32_t size;      /* bytes of a block */
	uint64_t pages;     /* pools that belong to it */
	uint64_t used;      /* blocks */
	uint64_t available; /* blocks */
	uint64_t headers;   /* bytes, of all its pages */
	uint64_t tails;     /* likewise: ends too short for a block */
};

/* ---- the interface ------------------------------------------------------------------------- */

/*
 * Callbacks without a remark are mandatory; engine_new() checks.  Callers use the engine_…()
 * functions below. Descriptions may be asked for between any two requests.
 */
struct engine_ops {
	const char *name;                  /* for --engine */
	const char *summary;               /* one line */
	const struct option_spec *options; /* its parameters; NULL when it has none */
	/* name of the engine it is stacked on by default, NULL for none */
	const char *below;
	/* the kinds that it decides, beside those of decision.h, ended by NULL; or NULL */
	const struct decision_kind *const *decisions;
	/* bytes of the engine's own struct, whose first member is a struct engine */
	size_t state_size;
	/*
	 * its one region is a power of two long, and so is every block, at a multiple of its size
	 * from the region's base; a list for each size, from the smallest
	 */
	bool halves;
	bool runs_code; /* somebody's: a person names it, a trace never */
	/* it simulates nothing: every block lies at request.recorded, or is refused */
	bool as_recorded;

	/*
	 * The name of the engine to take instead of this one, given the options; NULL: none.
	 * Optional.
	 */
	const char *(*instead)(const struct options *options);

	/*
	 * Prepares an engine whose base part is set; registers its arrays with
	 * flat_add(&engine->flat, …).
	 */
	int (*init)(struct engine *engine, const struct options *options, struct error *err);

	/* Releases what init took, flat arrays excepted.  Optional. */
	void (*finish)(struct engine *engine);

	/* Serves a request: OUTCOME_PLACED and *ret_placement, or OUTCOME_NO_MEMORY. */
	enum outcome (*allocate)(struct engine *engine, const struct request *request,
		struct placement *ret_placement);

	/* Takes back the block whose address is given: OUTCOME_RELEASED or OUTCOME_INVALID. */
	enum outcome (*release)(struct engine *engine, uint64_t address);

	/*
	 * As C's realloc of a block that exists: OUTCOME_PLACED (moved or not), OUTCOME_NO_MEMORY,
	 * OUTCOME_INVALID, or OUTCOME_RELEASED where the modelled allocator frees on size 0.
	 */
	enum outcome (*reallocate)(struct engine *engine, uint64_t address,
		const struct request *request, struct placement *ret_placement);

	/*
	 * The block at the address will be released or reallocated soon: fetches the memory that
	 * this will need, and changes nothing.  Optional.
	 */
	void (*expect)(const struct engine *engine, uint64_t address);

	/*
	 * The traced Python mapped an arena there, or gave it back: for engines that do not map
	 * their own. Optional, together.
	 */
	void (*mapped)(struct engine *engine, uint64_t base, uint64_t bytes);
	void (*unmapped)(struct engine *engine, uint64_t base);

	/* Regions in address order. */
	size_t (*region_count)(const struct engine *engine);
	void (*region)(const struct engine *engine, size_t at, struct region *ret_region);

	/* Page `page` of region `at`; optional when no region has pages. */
	void (*page)(const struct engine *engine, size_t at, size_t page, struct page *ret_page);

	/*
	 * Every span that overlaps [from, to), in address order.  Costs what is visited, not what
	 * lies before.  The part of the address space that is not the engine's is passed over.
	 */
	void (*spans)(const struct engine *engine, uint64_t from, uint64_t to, span_visit *visit,
		void *user);

	/*
	 * Bytes handed out within [from, to): what a map cell shows at any scale.  At most O(log
	 * n).
	 */
	uint64_t (*used_between)(const struct engine *engine, uint64_t from, uint64_t to);

	/*
	 * Own lists; entries are copied from the `from`th on, giving how many.  Optional, together.
	 */
	size_t (*list_count)(const struct engine *engine);
	void (*list)(const struct engine *engine, size_t at, struct list *ret_list);
	size_t (*list_entries)(const struct engine *engine, size_t at, uint64_t from,
		struct list_entry *ret_entries, size_t n);

	/*
	 * The bookkeeping struct of the page or region at address, or at address 0 what the engine
	 * says of itself as a whole: up to n fields, giving how many.
	 * Optional.
	 */
	size_t (*fields)(const struct engine *engine, uint64_t address, struct field *ret_fields,
		size_t n);

	/* Of an engine that only lets so much pass.  Optional. */
	void (*gauge)(const struct engine *engine, struct gauge *ret_gauge);

	/* Size classes from the smallest; optional. */
	size_t (*class_count)(const struct engine *engine);
	void (*class_info)(const struct engine *engine, size_t at, struct size_class *ret_class);

	/* Costs O(1) or O(classes): kept up to date, not counted. */
	void (*totals)(const struct engine *engine, struct totals *ret_totals);

	/* The statistics as the original prints them (sys._debugmallocstats()).  Optional. */
	void (*report)(const struct engine *engine, struct text *text);

	/*
	 * Re-derives everything from the structure and compares: 0, or -1 and what does not hold.
	 * Slow.
	 */
	int (*check)(const struct engine *engine, struct error *err);
};

struct engine {
	const struct engine_ops *ops;
	/* borrowed; where requests are passed on to; NULL at the bottom */
	struct engine *below;
	struct page_source *pages; /* borrowed */
	struct decision_log *log;  /* borrowed; NULL when nobody listens */
	uint64_t number;           /* of the event that is applied, for words */
	/* what a plug-in did wrong, in words; NULL: nothing since the caller cleared it */
	const char *failure;
	uint32_t happened;   /* HAPPENED_ bits since the caller cleared it */
	bool takes_recorded; /* set by init(): its arenas lie where the recorded ones did */
	struct flat flat;    /* everything that is state */
};

/* Every engine there is, the one taken by default first. */
const struct engine_ops *const *engine_list(size_t *ret_count);
const struct engine_ops *engine_find(const char *name); /* or NULL */

/* options: values for ops->options, from base/options.h. */
int engine_new(struct engine **ret_engine, const struct engine_ops *ops, struct engine *below,
	struct page_source *pages, const struct options *options, struct error *err);
void engine_free(struct engine *engine);

/* ---- what callers ask ---------------------------------------------------------------------- */

/*
 * One function for each callback, with its contract.  What an engine need not have is preceded by a
 * question; without it the function asserts.  Descriptions are filled in whole, own no memory and
 * hold until the engine's next request.
 */

static inline const char *engine_name(const struct engine *engine)
{
	return engine->ops->name;
}

/* It simulates nothing: every block lies where the request says it was recorded. */
static inline bool engine_is_as_recorded(const struct engine *engine)
{
	return engine->ops->as_recorded;
}

/* It is one region of a power of two bytes, and its lists go by powers of two from the smallest. */
static inline bool engine_halves(const struct engine *engine)
{
	return engine->ops->halves;
}

/* OUTCOME_PLACED and *ret_placement, or OUTCOME_NO_MEMORY, and nothing changed. */
static inline enum outcome engine_allocate(struct engine *engine, const struct request *request,
	struct placement *ret_placement)
{
	return engine->ops->allocate(engine, request, ret_placement);
}

/* OUTCOME_RELEASED, or OUTCOME_INVALID where no block begins at the address. */
static inline enum outcome engine_release(struct engine *engine, uint64_t address)
{
	return engine->ops->release(engine, address);
}

/* OUTCOME_PLACED and *ret_placement, or any other outcome but OUTCOME_NOTHING; see the callback. */
static inline enum outcome engine_reallocate(struct engine *engine, uint64_t address,
	const struct request *request, struct placement *ret_placement)
{
	return engine->ops->reallocate(engine, address, request, ret_placement);
}

static inline bool engine_has_expect(const struct engine *engine)
{
	return engine->ops->expect;
}

/* A hint that the block at the address will be released or reallocated soon. */
static inline void engine_expect(const struct engine *engine, uint64_t address)
{
	assert(engine->ops->expect);
	engine->ops->expect(engine, address);
}

/* Its arenas are the recorded ones: it must hear of each. */
static inline bool engine_follows_arenas(const struct engine *engine)
{
	return engine->ops->mapped;
}

/* `bytes` at `base`, both as recorded: the traced program's arena is there from now on. */
static inline void engine_mapped(struct engine *engine, uint64_t base, uint64_t bytes)
{
	assert(engine->ops->mapped);
	engine->ops->mapped(engine, base, bytes);
}

/* The traced program's arena at `base` is gone; one that was never mapped is passed over. */
static inline void engine_unmapped(struct engine *engine, uint64_t base)
{
	assert(engine->ops->unmapped);
	engine->ops->unmapped(engine, base);
}

/* How many regions there are, in address order. */
static inline size_t engine_region_count(const struct engine *engine)
{
	return engine->ops->region_count(engine);
}

/* at: below engine_region_count(), which is not counted over for it. */
static inline void engine_region(const struct engine *engine, size_t at, struct region *ret_region)
{
	engine->ops->region(engine, at, ret_region);
}

/* Its regions consist of pages; else spans() alone tells what is in them. */
static inline bool engine_has_pages(const struct engine *engine)
{
	return engine->ops->page;
}

/* at: of the region; page: below its `pages`, from its base on. */
static inline void engine_page(const struct engine *engine, size_t at, size_t page,
	struct page *ret_page)
{
	assert(engine->ops->page);
	engine->ops->page(engine, at, page, ret_page);
}

/*
 * Visits every span that overlaps [from, to), in address order and whole, until visit() gives
 * false.  Costs what is visited.
 */
static inline void engine_spans(const struct engine *engine, uint64_t from, uint64_t to,
	span_visit *visit, void *user)
{
	assert(from <= to);
	engine->ops->spans(engine, from, to, visit, user);
}

/* Bytes handed out within [from, to), rounding included; O(log n) at most. */
static inline uint64_t engine_used_between(const struct engine *engine, uint64_t from, uint64_t to)
{
	assert(from <= to);
	return engine->ops->used_between(engine, from, to);
}

static inline bool engine_has_lists(const struct engine *engine)
{
	return engine->ops->list_count;
}

/* How many lists of its own it keeps. */
static inline size_t engine_list_count(const struct engine *engine)
{
	assert(engine->ops->list_count);
	return engine->ops->list_count(engine);
}

/* at: below engine_list_count(). */
static inline void engine_list_at(const struct engine *engine, size_t at, struct list *ret_list)
{
	assert(engine->ops->list);
	engine->ops->list(engine, at, ret_list);
}

/* Copies up to n entries of list `at`, from the `from`th on, into ret_entries; gives how many. */
static inline size_t engine_list_entries(const struct engine *engine, size_t at, uint64_t from,
	struct list_entry *ret_entries, size_t n)
{
	assert(engine->ops->list_entries);
	return engine->ops->list_entries(engine, at, from, ret_entries, n);
}

static inline bool engine_has_fields(const struct engine *engine)
{
	return engine->ops->fields;
}

/*
 * Up to n members of the struct that keeps the page or region at the address, or of the engine's
 * own at address 0; gives how many, 0 where nothing is kept.
 */
static inline size_t engine_fields(const struct engine *engine, uint64_t address,
	struct field *ret_fields, size_t n)
{
	assert(engine->ops->fields);
	return engine->ops->fields(engine, address, ret_fields, n);
}

/* Only so many bytes may pass through it. */
static inline bool engine_has_gauge(const struct engine *engine)
{
	return engine->ops->gauge;
}

static inline void engine_gauge(const struct engine *engine, struct gauge *ret_gauge)
{
	assert(engine->ops->gauge);
	engine->ops->gauge(engine, ret_gauge);
}

static inline bool engine_has_classes(const struct engine *engine)
{
	return engine->ops->class_count;
}

/* How many size classes there are, from the smallest. */
static inline size_t engine_class_count(const struct engine *engine)
{
	assert(engine->ops->class_count);
	return engine->ops->class_count(engine);
}

/* at: below engine_class_count(). */
static inline void engine_class_info(const struct engine *engine, size_t at,
	struct size_class *ret_class)
{
	assert(engine->ops->class_info);
	engine->ops->class_info(engine, at, ret_class);
}

/* Where the bytes it holds went; O(1) or O(classes). */
static inline void engine_totals(const struct engine *engine, struct totals *ret_totals)
{
	engine->ops->totals(engine, ret_totals);
}

/* It prints statistics in the words of the original. */
static inline bool engine_has_report(const struct engine *engine)
{
	return engine->ops->report;
}

static inline void engine_report(const struct engine *engine, struct text *text)
{
	assert(engine->ops->report);
	engine->ops->report(engine, text);
}

/* 0, or -1 and what in its structure does not hold.  Walks all of it. */
static inline int engine_check(const struct engine *engine, struct error *err)
{
	return engine->ops->check(engine, err);
}

/* The region that holds the address, and which it is; false when none does. */
bool engine_region_at(const struct engine *engine, uint64_t address, size_t *ret_at,
	struct region *ret_region);

/* Appends a decision to the log of the request that is served, if there is one. */
static inline void decide(struct engine *engine, const struct decision_kind *kind, uint64_t a,
	uint64_t b, uint64_t c, uint64_t d)
{
	decision_add(engine->log, kind, a, b, c, d);
}

const char *happening_name(enum happening_bit bit); /* "arena-mapped" */
const char *outcome_name(enum outcome outcome);

#endif
