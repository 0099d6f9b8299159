/* See addresses.h. */
#include "heap/addresses.h"

#include "flat/index.h"

#include <assert.h>
#include <string.h>

#define FEW_LOOKUPS 8u /* lookups that are answered without the index */
/* unused, the index is kept for this many changes, plus one per entry */
#define IDLE_CHANGES_MIN 4096u

void addresses_init(struct addresses *addresses)
{
	*addresses = (struct addresses){0};
	index_init(&addresses->index, &addresses->flat);
}

void addresses_finish(struct addresses *addresses)
{
	flat_finish(&addresses->flat);
}

void addresses_follow(struct addresses *addresses, uint64_t before, bool is_placed,
	uint64_t address, uint32_t entry)
{
	assert(addresses->is_kept);
	/* Rebuilding it is less work than keeping it, or an earlier state was restored. */
	if (addresses->changes != before ||
		++addresses->idle_changes > addresses->entries + IDLE_CHANGES_MIN) {
		addresses->is_kept = false;
		return;
	}
	if (is_placed) {
		addresses_add(addresses, address, entry);
	} else {
		assert(addresses->entries > 0);
		index_remove(&addresses->index, index_hash(address), entry);
		addresses->entries--;
	}
	addresses->changes++;
}

bool addresses_are_known(struct addresses *addresses, uint64_t changes)
{
	addresses->idle_changes = 0;
	return addresses->is_kept && addresses->changes == changes;
}

bool addresses_are_worth_it(struct addresses *addresses, uint64_t changes)
{
	if (changes < addresses->last_lookup)
		addresses->lookups = 0;
	addresses->last_lookup = changes;
	return ++addresses->lookups > FEW_LOOKUPS;
}

void addresses_begin(struct addresses *addresses, uint64_t changes)
{
	assert(!addresses->is_kept || addresses->changes != changes); /* otherwise it is known */
	memset(addresses->index.data, 0, addresses->index.count * addresses->index.width);
	addresses->changes = changes;
	addresses->entries = 0;
	addresses->lookups = 0;
	addresses->is_kept = true;
}

void addresses_add(struct addresses *addresses, uint64_t address, uint32_t entry)
{
	assert(addresses->is_kept && address != 0);
	index_make_room(&addresses->index, ++addresses->entries);
	index_put(&addresses->index, index_hash(address), entry);
}

bool addresses_first(const struct addresses *addresses, uint64_t address, size_t *ret_at,
	uint32_t *ret_entry)
{
	*ret_at = index_first(&addresses->index, index_hash(address));
	return index_slot(&addresses->index, ret_at, index_hash(address), ret_entry);
}

bool addresses_next(const struct addresses *addresses, uint64_t address, size_t *at,
	uint32_t *ret_entry)
{
	*at = index_next(&addresses->index, *at);
	return index_slot(&addresses->index, at, index_hash(address), ret_entry);
}
