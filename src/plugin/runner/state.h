/*
 * What the files of the runner share.
 *
 *	heap       from TALK_BASE to the break; what lies around it cannot be touched
 *	payload    the bytes of a live block: filled with a pattern of its own, and never to be
 *	           changed by the allocator, but where a realloc moves them
 *	granule    8 bytes of the heap; owners[] has the block that covers them
 *	open page  one that was written since it was closed; only its payloads need a check. Closed
 *	           pages are read-only, so that the first write to each is noticed
 *	mapping    pages of the heap that an allocator without a break has taken, and may give back
 *
 * State is not on the heap of the C library: signal handlers have no other way to it, and the
 * plug-in may damage that heap. The files depend one way; each includes only those before it:
 *
 *	answers, code
 *	clock, pages
 *	blocks
 *	mappings, break, payloads
 *	heap, checks, allocator
 *	requests, descriptions, course
 *	race, grading, watch, own_words, block_chain, accesses
 *	faults, loading
 *	runner
 */
#ifndef PLUGIN_RUNNER_STATE_H
#define PLUGIN_RUNNER_STATE_H

#include "arenascope/plugin.h"
#include "plugin/protocol.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define PAGE    TALK_PAGE
#define GRANULE 8u
#define EXPORT  __attribute__((visibility("default")))

#define NOTED_MAX 256u

struct noted_access {
	uint64_t address, place;
	uint32_t value;  /* of the word there, before it */
	bool is_in_code; /* not of a function that the plug-in called */
	bool is_write;
	bool is_computed; /* struct word_read */
};

struct live_block {
	uint64_t base; /* 0: unused */
	uint64_t size; /* bytes asked for */
	uint64_t seed; /* of its pattern */
	uint32_t next_free;
	bool is_damaged; /* already reported */
};

/* What mm_init() returns. */
enum init_kind { INIT_UNKNOWN, INIT_INT, INIT_BOOL };

/* The plug-in's functions, whichever interface it has. */
struct interface {
	int (*mm_init)(void *ranges);
	enum init_kind init_kind;
	void *(*mm_malloc)(size_t size);
	void (*mm_free)(void *payload);
	void *(*mm_realloc)(void *payload, size_t size);
	const struct arenascope_plugin *plugin; /* NULL: it is one of the malloc lab */
};

static inline bool has_realloc(const struct interface *allocator)
{
	return allocator->plugin ? allocator->plugin->reallocate : allocator->mm_realloc;
}

extern struct self {
	/* loading.c, from what the program was started with */
	struct interface allocator;
	uint64_t alignment;
	uint64_t room;     /* bytes the heap may have */
	unsigned confined; /* enum confined: what could be had */
	int begun;         /* what mm_init() returned */

	/* break.c or mappings.c, whichever the plug-in uses */
	uint64_t size;    /* bytes it has */
	uint64_t paged;   /* the same in whole pages */
	bool was_refused; /* more memory, since it was last entered */
	struct {
		bool *has;           /* by page, once any was mapped; NULL: the heap has a break */
		uint64_t now, most;  /* pages */
		uint64_t lowest;     /* no page before this one is free */
		uint64_t calls;      /* of mem_map() */
		uint64_t given_back; /* a live block in pages that it gave back; 0: none */
	} mapped;

	/* pages.c */
	bool *is_open; /* by page */
	uint32_t *open;
	uint32_t nopen;
	bool is_racing;  /* nothing is checked */
	bool is_grading; /* no page is closed: payloads are checked where their blocks end */
	bool is_overrun; /* bytes behind the heap were written while it was graded */

	/* blocks.c */
	uint32_t *owners; /* by granule: block + 1 */
	struct live_block *blocks;
	uint32_t nblocks, free_block; /* free_block: + 1 */

	/* requests.c */
	uint64_t serial;
	struct live_block moving; /* the one that is reallocated; its base is 0 while none is */

	/* course.c, and what walks through it */
	uint64_t step, asked, printed; /* struct reply */
	/* bytes of the block that is asked for which the program does not write */
	struct {
		uint64_t from, to;
	} spared;
	bool is_trying; /* some are spared: what a realloc keeps of them is not written either */

	/* watch.c: a byte of the heap, whose page is closed after each write there */
	struct {
		uint64_t address; /* 0: none is watched */
		uint64_t copy;    /* once this byte is the same, that one may change; 0 */
		unsigned char before, after; /* at first, and now */
		unsigned char copied;        /* what the copy was when the plug-in was left */
		bool is_stepping;            /* the page is open for one instruction */
		bool wants_last;             /* of several changes */
		uint64_t writer;             /* its code, as address_of_code() says */
		struct code_place found;     /* after which the byte was not the same */
	} watch;

	/* accesses.c: those of a step, each of which opens the heap and the variables */
	struct {
		bool is_on, is_stepping;
		uint64_t number; /* of the last */
		struct noted_access noted[NOTED_MAX];
		uint64_t until, watched, changed, by, changed_at; /* struct call */
		bool wants_last;
		uint32_t before;          /* what is watched, up to now */
		struct code_place writer; /* the code that changed what is watched last */
		uint64_t written_at;      /* likewise: the access; 0: none */
		struct indexed indexed[INDEXED_MAX];
	} accesses;
} self;

static inline void *at(uint64_t address)
{
	return (void *)(uintptr_t)address; /* NOLINT: the heap lies at a number */
}

static inline uint64_t page_of(uint64_t address)
{
	return (address - TALK_BASE) / PAGE;
}

#endif
