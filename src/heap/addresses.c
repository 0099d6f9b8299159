/* See addresses.h. */
#include "heap/addresses.h"

#include "flat/index.h"

#include <assert.h>
#include <string.h>

#define ASKED_FEW 8u /* questions that are answered without the index */
/* changes for which it is kept though nobody asks, besides one for each entry */
#define UNASKED_MIN 4096u

void addresses_init(struct addresses *addresses)
{
	*addresses = (struct addresses){0};
	index_init(&addresses->index, &addresses->flat);
}

void addresses_finish(struct addresses *addresses)
{
	flat_finish(&addresses->flat);
}

void addresses_note(struct addresses *addresses, uint64_t before, bool is_placed, uint64_t address,
	uint32_t entry)
{
	if (!addresses->is_kept)
		return;
	/* Making it anew is less work than keeping it, or the state was put back to another. */
	if (addresses->changes != before ||
		++addresses->unasked > addresses->entries + UNASKED_MIN) {
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
	addresses->unasked = 0;
	return addresses->is_kept && addresses->changes == changes;
}

bool addresses_are_worth_it(struct addresses *addresses, uint64_t changes)
{
	if (changes < addresses->last_asked)
		addresses->asked = 0;
	addresses->last_asked = changes;
	return ++addresses->asked > ASKED_FEW;
}

void addresses_begin(struct addresses *addresses, uint64_t changes)
{
	assert(!addresses->is_kept || addresses->changes != changes); /* or it is known */
	memset(addresses->index.data, 0, addresses->index.count * addresses->index.width);
	addresses->changes = changes;
	addresses->entries = 0;
	addresses->asked = 0;
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
