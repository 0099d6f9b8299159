/*
 * The address space of the simulated program: one break that grows, as sbrk's, and a map area where
 * the lowest gap that is large enough is taken. Flat state.
 *
 * Where a trace has the addresses of the real program's arenas, an engine may get its arenas there:
 * the trace's events say what to expect, and the engine takes it when it needs one. The break, too,
 * may be where the real program had it. Everything else is then placed aside, where no program on
 * Linux has a mapping.
 */
#ifndef HEAP_SPACE_H
#define HEAP_SPACE_H

#include "base/error.h"
#include "engine/engine.h"
#include "flat/extents.h"

#define SPACE_BREAK UINT64_C(0x10000000) /* unless an engine places it */
#define SPACE_MAPS  UINT64_C(0x7f0000000000)
#define SPACE_ASIDE UINT64_C(0x800000000000) /* the map area beside recorded mappings, after them */

struct space {
	struct page_source pages; /* what engines see; first, so that it can be cast back */
	struct flat flat;
	struct flat_array state;
	struct extents mappings;
	struct flat_array expected; /* recorded and not yet taken: first in, first out */
};

struct space_state {
	uint64_t break_size;
	uint64_t mapped;   /* bytes */
	uint64_t unbacked; /* of them; only address space */
	uint64_t start;    /* where the search for a gap begins */
	uint64_t break_base;
	uint64_t is_placed; /* the break is not at SPACE_BREAK */
};

void space_init(struct space *space);
void space_finish(struct space *space);

/* The real program mapped these; map_recorded() gives them. */
void space_expect(struct space *space, uint64_t base, uint64_t bytes);

/* The real program unmapped it: drops the expectation if no engine has taken it. */
void space_expect_no_more(struct space *space, uint64_t base);

/* All these bytes are part of one mapping. */
bool space_has(const struct space *space, uint64_t base, uint64_t bytes);

/* Mappings are in order and do not overlap, and their sum is right: 0, or -1. */
int space_check(const struct space *space, struct error *err);

/* Bytes held now: the break's length, and of all mappings what has memory. */
static inline uint64_t space_reserved(const struct space *space)
{
	const struct space_state *state = (const struct space_state *)space->state.data;

	return state->break_size + state->mapped - state->unbacked;
}

#endif
