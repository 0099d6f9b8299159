/* See index.h. */
#include "flat/index.h"

#include "base/error.h"

/* Every bucket from the entry's home to the one before its own is full. */
static bool is_reachable(const struct flat_array *index, size_t bucket, uint32_t hash)
{
	size_t home = index_home(index, hash), mask = index->count - 1;

	for (size_t at = home; ((at - bucket) & mask) != 0; at++)
		if (index_matches(index_bucket_at(index, at)->hashes, 0) != 0)
			return false;
	return true;
}

int index_check(const struct flat_array *index, size_t entries, size_t slots, struct error *err)
{
	size_t found = 0;

	if (index->count == 0 || (index->count & (index->count - 1)) != 0)
		return error_set(err, "an index of %zu buckets, no power of two", index->count);
	for (size_t at = 0; at < index->count; at++) {
		const struct index_bucket *bucket = index_bucket_at(index, at);
		for (unsigned cell = 0; cell < INDEX_CELLS; cell++) {
			uint32_t hash = bucket->hashes[cell];
			if (hash == 0 && bucket->slots[cell] != 0)
				return error_set(err, "an empty cell of an index has a slot");
			if (hash != 0 && !is_reachable(index, at, hash))
				return error_set(err, "an entry of an index cannot be found");
			if (hash != 0 && bucket->slots[cell] >= slots)
				return error_set(err, "an index leads to a slot that there is not");
			found += hash != 0;
		}
	}
	if (found != entries)
		return error_set(err, "an index has %zu entries, not %zu", found, entries);
	return 0;
}
