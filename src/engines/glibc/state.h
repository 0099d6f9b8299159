/*
 * The state of the glibc engine, shared by the files of this folder: malloc of the GNU C library,
 * chunk for chunk.
 *
 *	unit      16 bytes: what every chunk begins at a multiple of, and is a multiple of long.
 *	          Sizes of chunks are in units
 *	spot      the number of a unit: its place in its segment, and above that the segment's
 *	          number.  0 is none
 *	segment   64 MiB of simulated memory.  Those of the main arena follow each other; every
 *	          other heap is one
 *	chunk     a header and what follows up to the next header; known by its first spot
 *	near      in the main heap's first segment, as far as it ever reached.  What is known of
 *	          its units is in arrays that have one entry a unit
 *	leaf      what is known of the units of another page (4 KiB), made when a chunk begins
 *	          there, and kept until the segment ends
 *	bin       a double list of free chunks.  Its head is no chunk, but has a link as chunks
 *	          have, in the first page of the arena's segment, where no chunk begins
 *	map       a chunk that is a mapping of its own
 *	cache     the tcache of one thread
 *
 * A header is one unit here, too: the size of the chunk before (which the real one has only where
 * that is free) and its own. The two units behind it hold what the real chunk has there while it is
 * free: fd and bk, fd_nextsize and bk_nextsize.
 */
#ifndef ENGINES_GLIBC_STATE_H
#define ENGINES_GLIBC_STATE_H

#include "engine/engine.h"

#include <assert.h>

#define UNIT           16u
#define PAGE_BYTES     4096u
#define PAGE_UNITS     (PAGE_BYTES / UNIT)
#define SEGMENT_BITS   22u /* of a spot: 64 MiB */
#define SEGMENT_BYTES  (UINT64_C(64) << 20)
#define SEGMENT_PAGES  ((1u << SEGMENT_BITS) / PAGE_UNITS)
#define SEGMENTS       1024u
#define GROUP_PAGES    64u /* have a sum of their own */
#define GROUP_UNITS    (GROUP_PAGES * PAGE_UNITS)
#define SEGMENT_GROUPS (SEGMENT_PAGES / GROUP_PAGES)

/* The spot of the main arena's first chunk: the page before has the heads of its bins. */
#define MAIN_FIRST PAGE_UNITS

#define CHUNK_MIN     2u   /* units */
#define SMALL_LIMIT   64u  /* units: from here on chunks are large */
#define FAST_CLASSES  11u  /* by size in units, the largest a mallopt allows */
#define BINS          127u /* 1 is unsorted; then by size */
#define UNSORTED      1u
#define LARGE_BINS    (BINS - SMALL_LIMIT)
#define CACHE_SMALL   64u                  /* bins of a tcache, one size each */
#define CACHE_BINS    76u                  /* with those of several sizes, from 2.42 on */
#define CONSOLIDATION (65536u / UNIT)      /* units: freeing that much consolidates, and may trim */
#define MMAP_MAX      (UINT64_C(32) << 20) /* bytes: larger maps do not move the threshold */
#define REQUEST_MAX   ((uint64_t)INT64_MAX)

enum chunk_state {
	CHUNK_NONE, /* no chunk begins there */
	CHUNK_HELD, /* in no list, on its way */
	CHUNK_USED,
	CHUNK_OWN, /* the library's: a thread's tcache */
	CHUNK_FENCE,
	CHUNK_CACHED,
	CHUNK_FAST,
	CHUNK_UNSORTED,
	CHUNK_SMALL,
	CHUNK_LARGE,
	CHUNK_TOP,
	CHUNK_STATES
};

struct word {
	uint32_t low;  /* header: size of the chunk before; links: fd, or fd_nextsize */
	uint32_t high; /* header: size; links: bk, or bk_nextsize */
};

struct leaf {
	uint64_t used;              /* units of chunks in use that begin here */
	uint64_t next_free;         /* leaves of no page: the next one */
	uint8_t states[PAGE_UNITS]; /* enum chunk_state */
	struct word words[PAGE_UNITS];
};

/* Of a group of pages. */
struct page_group {
	uint64_t used;   /* units of chunks in use that begin there */
	uint64_t starts; /* chunks */
};

struct segment {
	uint64_t base;      /* address of its first unit; 0: not in use */
	uint64_t is_placed; /* of a heap: the base is the recorded one */
	uint64_t bytes;     /* held of it, from the base on */
	uint64_t bytes_max; /* of a heap: that were ever held */
	uint32_t arena;
	uint32_t before; /* the arena's segment before this one in its list of heaps; 0: none */
};

struct arena {
	uint64_t system; /* bytes held */
	uint64_t system_max;
	uint32_t bins;      /* spot before the head of the first bin */
	uint32_t top;       /* 0: none yet */
	uint32_t remainder; /* last_remainder */
	uint32_t has_fast;  /* have_fastchunks: perhaps */
	uint32_t users;     /* attached threads */
	uint32_t heads[FAST_CLASSES];
	uint32_t fast_counts[FAST_CLASSES];
	uint32_t map[4];            /* binmap */
	uint32_t counts[BINS];      /* chunks of each bin */
	uint32_t roots[LARGE_BINS]; /* of each large bin's tree of sizes */
	uint32_t next_left;         /* the arena whose threads ended before, + 1; 0: none */
};

enum cache_state { CACHE_NONE, CACHE_READY, CACHE_OFF };

#define NEAR_THREADS  4096u      /* numbered from 0 on, as recordings have them */
#define CACHE_NOWHERE UINT32_MAX /* in place of a place among the caches */

struct cache {
	uint64_t map; /* base of the mapping that the library keeps it in, or 0 */
	uint32_t thread;
	uint16_t state; /* enum cache_state */
	uint16_t is_attached;
	uint32_t chunk; /* where the library keeps it otherwise, or 0 */
	uint32_t arena; /* that the thread is attached to */
	uint32_t heads[CACHE_BINS];
	uint32_t counts[CACHE_BINS];
};

struct map {
	uint64_t base;
	uint64_t bytes;
	uint64_t lead; /* bytes before the chunk */
	uint64_t serial;
	uint32_t segment; /* of a heap; 0: one chunk's */
	uint32_t is_own;  /* the library's: a thread's tcache */
};

/*
 * What a chunk is counted as. The library's own chunks, top and fences are of no use; those in the
 * stacks of tcaches and fast bins are free as well, but their stacks count them.
 */
enum use { USE_NONE, USE_BLOCK, USE_FREE };

struct process {
	uint64_t base; /* of the main heap; 0: there is none yet */
	uint64_t mmap_threshold;
	uint64_t trim_threshold;
	uint64_t mapped;      /* bytes */
	uint64_t map_headers; /* bytes of maps that are no payload */
	uint64_t miscounted;  /* bytes that the library believes are mapped beside them */
	uint64_t regions_total;
	uint64_t regions_peak;
	uint64_t maps_total;
	uint32_t nmaps;     /* that are chunks */
	uint32_t own_maps;  /* those of them that the library keeps for itself */
	uint32_t free_leaf; /* first leaf of no page, 0: none */
	uint32_t segments;  /* of the main heap, from segment 0 on */
	uint32_t heaps;     /* segments of other arenas, from the last one down */
	uint32_t turn;      /* the arena that the next thread shares when there are enough */
	uint32_t left;      /* the arena whose threads ended last, + 1; 0: none */
	uint64_t blocks;    /* chunks in use */
	/* of chunks in bins: */
	uint64_t free_units;
	uint64_t free_squares; /* of the units of each */
	/* as the settings are at the start, and the changes since */
	uint64_t top_pad;
	uint64_t maps_max;
	uint32_t fast_max; /* units; 0: no fast bins */
	uint32_t arena_max;
	uint32_t is_pinned;   /* thresholds do not move */
	uint32_t main_thread; /* the one that the main arena is for */
	uint64_t first_break; /* where the main heap begins; 0: at a made-up place */
	/* where other code has put the end of its memory, which is past that of the heap; or 0 */
	uint64_t foreign_break;
};

/* mallopt() was called, or another program has begun; the last one of those is the first change. */
struct change {
	uint64_t number;
	uint32_t word; /* enum libc_word */
	uint32_t thread;
};

/* What differs between releases. */
struct release {
	const char *name;
	uint32_t cache_count;   /* chunks in each bin of a tcache */
	uint32_t cache_request; /* bytes that the library asks for to keep a tcache */
	bool has_safe_links;    /* stacks of chunks have their links xor-ed with where they stand */
	bool has_fast_bins;
	bool caches_early; /* a tcache is made at a thread's first call, whatever it is */
	bool calloc_uses_cache;
	bool aligned_uses_cache;    /* memalign looks for an aligned chunk in the tcache */
	bool aligned_merges;        /* its leader and trailer are merged, not freed as others */
	bool aligned_keeps_tail;    /* a tail that is too short for a chunk is never given back */
	bool map_leads_any;         /* a map's chunk may begin less than a chunk after the map */
	bool stays_within;          /* realloc that fits leaves the block alone */
	bool map_stays_within_page; /* even when a map could lose a page */
	bool bins_small_at_once;    /* a small chunk that is freed goes to its bin, past unsorted */
	bool leftovers_bypass;      /* realloc's leftovers and old blocks do not enter the tcache */
	bool has_large_cache;       /* a tcache may have bins of several sizes */
	uint32_t map_header;        /* bytes that a map has more than its chunk's size */
	uint32_t map_unused;        /* bytes at the end of a map that are no payload */
	uint32_t map_miscount;      /* bytes that it counts too many when a map is resized */
	uint32_t heap_info;         /* bytes at the start of a heap */
	uint32_t arena_bytes;
};

struct settings {
	const struct release *release;
	/* At the start; what holds now is in struct process. */
	uint64_t top_pad;
	uint64_t maps_max;
	uint64_t mmap_threshold;
	uint64_t trim_threshold;
	uint32_t fast_max;
	uint32_t arena_max;
	bool is_pinned;
	/* For good. */
	uint64_t first_break; /* 0: addresses of the system's are made up, not the recorded ones */
	uint64_t cache_max;   /* units: largest chunk in a tcache */
	uint32_t cache_small; /* bins of one size in use */
	uint32_t cache_count;
};

struct glibc {
	struct engine engine;
	struct settings settings;
	uint64_t recorded; /* address that the call under way gave when it was recorded; 0: none */
	struct flat_array process;    /* one struct process */
	struct flat_array arenas;     /* struct arena; 0 is the main one */
	struct flat_array caches;     /* struct cache, of near threads: by number */
	struct flat_array far_caches; /* struct cache, of the other threads as they came */
	struct flat_array far_index;  /* index: number of such a thread → its cache there */
	struct flat_array segments;   /* struct segment, all of them */
	struct flat_array words;      /* struct word, near: by spot */
	struct flat_array states;     /* uint8_t (enum chunk_state), near: by spot */
	struct flat_array sums;       /* uint64_t, near: units in use, by page */
	/* uint32_t, by segment: where its pages and groups are; 0: the first one's, or nowhere */
	struct flat_array slots;
	struct flat_array pages;   /* uint32_t leaf, 0: none; by slot, then by page */
	struct flat_array groups;  /* struct page_group; by slot, then by group */
	struct flat_array leaves;  /* struct leaf; 0 is none */
	struct flat_array maps;    /* struct map, in address order */
	struct flat_array changes; /* struct change, in order */
};

static inline struct glibc *glibc_of(struct engine *engine)
{
	return (struct glibc *)engine;
}

static inline const struct glibc *glibc_of_const(const struct engine *engine)
{
	return (const struct glibc *)engine;
}

static inline struct process *process_of(const struct glibc *g)
{
	return g->process.data;
}

static inline struct arena *arena_at(const struct glibc *g, uint32_t arena)
{
	return flat_at(&g->arenas, struct arena, arena);
}

static inline struct segment *segment_at(const struct glibc *g, uint32_t segment)
{
	return flat_at(&g->segments, struct segment, segment);
}

static inline struct segment *segment_of(const struct glibc *g, uint32_t spot)
{
	return segment_at(g, spot >> SEGMENT_BITS);
}

static inline struct arena *arena_of(const struct glibc *g, uint32_t spot)
{
	/* What is near is the main arena's. */
	return spot < g->words.count ? arena_at(g, 0) : arena_at(g, segment_of(g, spot)->arena);
}

static inline uint64_t address_of(const struct glibc *g, uint32_t spot)
{
	return segment_of(g, spot)->base + (uint64_t)(spot & ((1u << SEGMENT_BITS) - 1)) * UNIT;
}

static inline uint64_t page_up(uint64_t bytes)
{
	return (bytes + PAGE_BYTES - 1) & ~(uint64_t)(PAGE_BYTES - 1);
}

/* Units of the chunk for a request of at most REQUEST_MAX bytes. */
static inline uint64_t units_for(uint64_t request)
{
	uint64_t units = (request + 8 + UNIT - 1) / UNIT;

	return units < CHUNK_MIN ? CHUNK_MIN : units;
}

#endif
