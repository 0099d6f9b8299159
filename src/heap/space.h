/*
 * The address space of the simulated program: one break that grows, as sbrk's, and a map area where
 * the lowest gap that is large enough is taken. Flat state.
 *
 * Where a trace has the addresses of the real program's arenas, an engine may get its arenas there:
 * the trace's events say what to expect, and the engine takes it when it needs one. The break, too,
 * may be where the real program had it. Everything else is then placed aside, where no program on
 * Linux has a mapping.
 *
 *	given up    pages that somebody has, and whose memory went back to the system: their bytes
 *	            are lost, and the next one who writes there gets memory again (madvise())
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
	struct extents given_up;    /* whole pages */
	struct flat_array expected; /* recorded and not yet taken: first in, first out */
};

struct space_state {
	uint64_t break_size;
	uint64_t mapped;   /* bytes */
	uint64_t unbacked; /* of them; only address space */
	uint64_t given_up; /* of them and of the break; bytes */
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

/* The memory of these bytes, whole pages, goes back. What is given up already remains so. */
void space_give_up(struct space *space, uint64_t base, uint64_t bytes);

/* Somebody writes to these bytes: their pages have memory. */
void space_touch(struct space *space, uint64_t base, uint64_t bytes);

/* Bytes of whole pages in [from, to) that are given up; grows with their stretches. */
uint64_t space_given_up(const struct space *space, uint64_t from, uint64_t to);

/* The first stretch of pages given up that ends after the address; false: there is none. */
bool space_next_given_up(const struct space *space, uint64_t address, struct extent *ret_stretch);

/* Mappings are in order and do not overlap, and their sum is right: 0, or -1. */
int space_check(const struct space *space, struct error *err);

/* Bytes held now: the break's length, and of all mappings what has memory. */
static inline uint64_t space_reserved(const struct space *space)
{
	const struct space_state *state = (const struct space_state *)space->state.data;

	return state->break_size + state->mapped - state->unbacked - state->given_up;
}

/* Bytes that are given up now. */
static inline uint64_t space_all_given_up(const struct space *space)
{
	return ((const struct space_state *)space->state.data)->given_up;
}

#endif
