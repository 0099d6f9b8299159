/*
 * Whose blocks pin arenas (story/places.h): by caller and size, those first that are in most
 * arenas. They are found some blocks at a time: the event that put a block there is looked up.
 */
#ifndef REPORT_PINNERS_H
#define REPORT_PINNERS_H

#include "base/arrays.h"
#include "heap/heap.h"
#include "symbols/symbols.h"

#include <stdbool.h>

struct trace;

struct pinner {
	uint32_t site; /* one of the caller's; SITE_NONE: it is not recorded */
	uint64_t size; /* of each block, in bytes as asked for */
	uint64_t blocks, arenas;
	uint64_t oldest;   /* the first event that put one of them there */
	size_t last_arena; /* the number of the arena that was counted last, from 1 */
};

/* Zeroed: nothing was looked at yet. */
struct pinners {
	ARRAY(struct pinner) items;
	uint64_t others; /* blocks of kinds beyond those that are kept apart */
	size_t arena;    /* the next one to look into, and its next page */
	uint32_t page;
	bool is_done; /* the items are sorted, and complete */
};

/*
 * Looks at about so many blocks more, of the same heap; false when all were seen. Grows with them,
 * and with the pages of pinned arenas.
 */
bool pinners_find(struct pinners *pinners, const struct heap *heap, struct trace *trace,
	struct symbols *symbols, size_t blocks);

void pinners_finish(struct pinners *pinners); /* zeroes it */

#endif
