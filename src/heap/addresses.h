/*
 * Which entry has its block at an address: an index that is built on the first lookup and kept up
 * to date as long as lookups keep coming. So a replay without lookups does not pay for it.
 *
 * It is not state, and no checkpoint holds it. The count of changes, which the caller keeps in its
 * state, identifies the state that the index describes: where the counts differ, it is rebuilt.
 */
#ifndef HEAP_ADDRESSES_H
#define HEAP_ADDRESSES_H

#include "flat/flat.h"

struct addresses {
	struct flat flat;
	struct flat_array index; /* index.h */
	uint64_t changes;        /* the state it describes */
	uint64_t entries;
	uint64_t idle_changes; /* changes since the last lookup */
	uint64_t last_lookup;  /* the count of changes then */
	unsigned lookups; /* lookups since the index was dropped or an earlier state restored */
	bool is_kept;
};

void addresses_init(struct addresses *addresses);
void addresses_finish(struct addresses *addresses);

/* addresses_note() where the index is kept. */
void addresses_follow(struct addresses *addresses, uint64_t before, bool is_placed,
	uint64_t address, uint32_t entry);

/*
 * Records that the entry's block was placed at the address, or removed. before: the count of
 * changes before that.
 */
static inline void addresses_note(struct addresses *addresses, uint64_t before, bool is_placed,
	uint64_t address, uint32_t entry)
{
	if (addresses->is_kept)
		addresses_follow(addresses, before, is_placed, address, entry);
}

/*
 * addresses_are_known() notes a lookup, and is true when the index describes the state after
 * `changes`. If not, addresses_are_worth_it() says whether a rebuild pays (begin, and add every
 * entry): stepping back makes only a few lookups per state, and scanning the entries is then
 * cheaper.
 */
bool addresses_are_known(struct addresses *addresses, uint64_t changes);
bool addresses_are_worth_it(struct addresses *addresses, uint64_t changes);
void addresses_begin(struct addresses *addresses, uint64_t changes);
void addresses_add(struct addresses *addresses, uint64_t address, uint32_t entry);

/* The entries at the address, one after another, as with any index (flat/index.h). */
bool addresses_first(const struct addresses *addresses, uint64_t address, size_t *ret_at,
	uint32_t *ret_entry);
bool addresses_next(const struct addresses *addresses, uint64_t address, size_t *at,
	uint32_t *ret_entry);

#endif
