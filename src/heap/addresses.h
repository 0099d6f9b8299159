/*
 * Which entry has its block at an address: an index that is made when somebody asks, and kept up to
 * date as long as somebody does now and then. So a replay that nobody looks at does not pay for it.
 *
 * It is no state, and no checkpoint holds it. What it tells of is known by the count of changes
 * that led there, which the caller keeps in its state: where that is another, the index is made
 * anew.
 */
#ifndef HEAP_ADDRESSES_H
#define HEAP_ADDRESSES_H

#include "flat/flat.h"

struct addresses {
	struct flat flat;
	struct flat_array index; /* index.h */
	uint64_t changes;        /* up to where it tells */
	uint64_t entries;
	uint64_t unasked;    /* changes since somebody has asked */
	uint64_t last_asked; /* the count of changes then */
	unsigned asked;      /* how often since it was lost, or since the state went back */
	bool is_kept;
};

void addresses_init(struct addresses *addresses);
void addresses_finish(struct addresses *addresses);

/* The block of the entry is placed there, or goes; `before`: the count of changes until then. */
void addresses_note(struct addresses *addresses, uint64_t before, bool is_placed, uint64_t address,
	uint32_t entry);

/*
 * Somebody asks: whether the index tells of the state after so many changes. If not, whether it is
 * worth making (begin, and add them all): who steps back asks but a few times in each state, and
 * looks through all there is.
 */
bool addresses_are_known(struct addresses *addresses, uint64_t changes);
bool addresses_are_worth_it(struct addresses *addresses, uint64_t changes);
void addresses_begin(struct addresses *addresses, uint64_t changes);
void addresses_add(struct addresses *addresses, uint64_t address, uint32_t entry);

/* The entries at the address, one after the other, as with any index. */
bool addresses_first(const struct addresses *addresses, uint64_t address, size_t *ret_at,
	uint32_t *ret_entry);
bool addresses_next(const struct addresses *addresses, uint64_t address, size_t *at,
	uint32_t *ret_entry);

#endif
