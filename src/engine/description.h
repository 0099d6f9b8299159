/*
 * What engines show of themselves. A description is filled in whole by the engine, owns no memory,
 * and holds until the engine's next request. Sizes are in bytes.
 */
#ifndef ENGINE_DESCRIPTION_H
#define ENGINE_DESCRIPTION_H

#include <stdbool.h>
#include <stdint.h>

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
	bool is_aside; /* where it really lies is not known: the base is of ours */
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

/*
 * What a span is, and where the screen and the totals count it. Bytes that the last event freed are
 * marked `-` in the Heap panel, whatever their span is now, unless they wait.
 *
 *	SPAN_USED    a block: an object, its header before `payload`     blocks, headers
 *	SPAN_FREE    a hole: a request may get it (`·`)                   available
 *	SPAN_VIRGIN  held, and never part of a block (as padding)         unused
 *	SPAN_HEADER  the engine's own words                               headers
 *	SPAN_WASTE   no request can have it: ends too short for a block,
 *	             or freed and not available again (as padding)        tails
 *	SPAN_WAITING not in use, nor available before others are freed (`w`)  tails
 */
enum span_state { SPAN_USED, SPAN_FREE, SPAN_VIRGIN, SPAN_HEADER, SPAN_WASTE, SPAN_WAITING };

struct span {
	enum span_state state;
	uint64_t base;
	uint64_t size;
	uint64_t payload; /* SPAN_USED: the address the program has */
	uint32_t order;   /* SPAN_FREE: 1 is handed out next (of its page or list); 0: no order */
	uint8_t kind;     /* 1 + its place in engine_ops.kinds; 0: the engine has no kinds */
	uint8_t age;      /* SPAN_USED: collections of an engine that traces, survived so far */
};

/* Called for one span after another; returning false stops the walk. */
typedef bool span_visit(const struct span *span, void *user);

struct list {
	char name[32];  /* "usedpools[5]", "free list" */
	char group[16]; /* lists that belong together: "usedpools"; "" when alone */
	uint64_t length;
	uint64_t size;  /* bytes of its smallest blocks; 0: of any size */
	uint32_t limit; /* the most blocks that it takes; 0: no limit */
};

/* How the blocks of a list are linked. */
enum links {
	LINKS_NONE,  /* there is no list */
	LINKS_STACK, /* to the next one: the newest is in front, and serves first */
	LINKS_RING,  /* in both directions: the newest is in front, the oldest serves first */
	LINKS_SIZES, /* in both directions, from the largest to the smallest */
};

/* When free memory becomes one with what is free beside it. */
enum merging {
	MERGES_AT_ONCE,
	MERGES_WHEN_TRIMMED, /* when the library merges all such memory: malloc_trim() does */
	MERGES_NEVER,
};

/*
 * A kind of free memory, of an engine that has several. The kind decides what becomes of the memory
 * next; memory of most kinds is in lists.
 */
struct free_kind {
	const char *name; /* "tcache" */
	char sign;        /* its letter on maps; 0: held, and never part of a block */
	enum links links;
	bool is_per_thread; /* each thread has these lists; false: each arena */
	const char *words; /* how its lists work, for a title: "newest first, merge with nothing" */
	enum merging merging;
};

struct list_entry {
	uint64_t address; /* of the pool, arena or hole */
	uint64_t size;    /* bytes */
	uint32_t used;    /* pools: blocks handed out; arenas: pools in use */
	uint32_t total;
};

/*
 * A place in the engine's memory that has a name, since the engine goes by it, and that maps show:
 * a ring's head, the top of a heap. It is within a region, or at the end of one.
 */
struct landmark {
	const char *name;  /* "head": as those call it who know the engine */
	uint64_t region;   /* the base of its region */
	uint64_t offset;   /* bytes from there */
	const char *words; /* what is there: "the next block begins" */
};
#define LANDMARKS_MAX 16u

/* A member of a bookkeeping struct, in the words of the original. */
struct field {
	char name[20];
	char value[44];
};

/* A word of simulated memory, in the words of the original. */
struct memory_word {
	uint64_t address;
	char name[16]; /* "prev_size" */
	bool is_known; /* false: it belongs to the program, or depends on the library's address */
	uint64_t value;
	char words[64]; /* what it says: "0x40 + P" */
	uint64_t leads; /* to the block that begins at this address; 0: to none */
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

/* Bytes of a live block that are no longer what the program wrote there. */
struct damage {
	uint64_t from, to; /* addresses */
	uint64_t event;    /* at which they were found to be */
};

/* What may be spent, and is. */
struct gauge {
	uint64_t limit; /* bytes */
	uint64_t spent; /* at most the limit */
	/* the rest of the limit; of a counter that has drifted, any number of bytes */
	uint64_t left;
	uint64_t taken; /* by blocks in use; spent, if the counter is right */
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

#endif
