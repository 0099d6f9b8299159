/*
 * Small numbers in place of large ones, in the order in which these were first asked for: of
 * threads, as a system or a foreign form calls them.
 */
#ifndef FLAT_NUMBERING_H
#define FLAT_NUMBERING_H

#include "base/arrays.h"
#include "flat/flat.h"

#include <stdint.h>

struct numbering {
	ARRAY(uint64_t) ids; /* by number */
	struct flat flat;
	struct flat_array by_id; /* index.h */
	uint32_t latest;         /* number that was asked for last */
};

void numbering_init(struct numbering *numbering);
void numbering_finish(struct numbering *numbering);

/* numbering_of() for an id that was not asked for last. */
uint32_t numbering_find(struct numbering *numbering, uint64_t id);

/* The number of an id: those that were asked for have 0, 1, 2 … */
static inline uint32_t numbering_of(struct numbering *numbering, uint64_t id)
{
	if (numbering->ids.count > 0 && numbering->ids.items[numbering->latest] == id)
		return numbering->latest;
	return numbering_find(numbering, id);
}

#endif
