/*
 * See sparse.h. A table is recognised by its size.
 *
 * Knowledge: CPython 3.8 to 3.13. Its dictionaries: a header, 2^n indices of 1, 2 or 4 bytes,
 * and entries for two thirds of them, of 24 bytes, or from 3.11 on of 16 if all keys are texts;
 * its sets: 2^n entries of 16 bytes, of which three fifths are filled.
 */
#include "report/sparse.h"

#include <string.h>

#define EMPTIER   8u /* so many times the room that its entries need */
#define LOG_LEAST 3u
#define LOG_MOST  31u
#define SET_ENTRY 16u

/* Entries for which a dictionary's table of so many bytes has room; 0: none has that size. */
static uint64_t dict_room(uint64_t bytes)
{
	static const uint64_t headers[] = {32, 40}, entries[] = {16, 24};

	for (unsigned n = LOG_LEAST; n <= LOG_MOST; n++) {
		uint64_t slots = UINT64_C(1) << n, usable = slots * 2 / 3,
			 indices = slots * (n < 8           ? 1
						   : n < 16 ? 2
							    : 4);
		for (unsigned i = 0; i < 4; i++)
			if (bytes == headers[i / 2] + indices + usable * entries[i % 2])
				return usable;
	}
	return 0;
}

static uint64_t set_room(uint64_t bytes)
{
	uint64_t slots = bytes / SET_ENTRY;

	return slots >= UINT64_C(1) << LOG_LEAST && bytes % SET_ENTRY == 0 &&
			       (slots & (slots - 1)) == 0
		       ? slots * 3 / 5
		       : 0;
}

/* The largest of the owner's blocks that the census names. */
static uint64_t largest_block(const struct owners *owners, const struct lives *lives,
	uint32_t owner)
{
	uint64_t most = 0;
	struct lived lived;
	uint32_t of;

	for (size_t at = 0; lives_next(lives, &at, &lived);)
		if (lived.size > most && owners_of_block(owners, &lived, &of) && of == owner)
			most = lived.size;
	return most;
}

bool sparse_find(struct sparse *ret_sparse, const struct owners *owners, const struct lives *lives,
	uint32_t owner)
{
	const struct census_owner *facts = &owners->census.owners.items[owner];
	bool is_dict = strcmp(facts->type, "dict") == 0, is_set = strcmp(facts->type, "set") == 0;

	if (facts->items < 0 || (!is_dict && !is_set))
		return false;
	struct sparse sparse = {.bytes = largest_block(owners, lives, owner),
		.entries = (uint64_t)facts->items};
	sparse.room = is_dict ? dict_room(sparse.bytes) : set_room(sparse.bytes);
	*ret_sparse = sparse;
	return sparse.room > 0 && sparse.entries < sparse.room / EMPTIER;
}
