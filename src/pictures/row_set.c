/* See row_set.h. */
#include "pictures/row_set.h"

#include "base/xalloc.h"

#include <stdlib.h>
#include <string.h>

/* FNV-1a */
static size_t hash_of(const char *row)
{
	uint64_t hash = UINT64_C(0xCBF29CE484222325);

	for (; *row; row++)
		hash = (hash ^ (unsigned char)*row) * UINT64_C(0x100000001B3);
	return (size_t)(hash ^ hash >> 32);
}

static uint32_t *slot_of(const struct row_set *set, const char *row)
{
	for (size_t at = hash_of(row);; at++) {
		uint32_t *slot = &set->slots[at & (set->room - 1)];
		if (*slot == 0 || strcmp(set->rows.items[*slot - 1], row) == 0)
			return slot;
	}
}

static void grow(struct row_set *set)
{
	free(set->slots);
	set->room = set->room ? set->room * 2 : 64;
	set->slots = xcalloc(set->room, sizeof(*set->slots));
	for (size_t i = 0; i < set->rows.count; i++)
		*slot_of(set, set->rows.items[i]) = (uint32_t)i + 1;
}

uint32_t row_set_add(struct row_set *set, const char *row)
{
	if ((set->rows.count + 1) * 2 > set->room)
		grow(set);
	uint32_t *slot = slot_of(set, row);
	if (*slot == 0) {
		*array_push(&set->rows) = xstrdup(row);
		*slot = (uint32_t)set->rows.count;
	}
	return *slot - 1;
}

void row_set_finish(struct row_set *set)
{
	for (size_t i = 0; i < set->rows.count; i++)
		free(set->rows.items[i]);
	array_finish(&set->rows);
	free(set->slots);
	*set = (struct row_set){0};
}
