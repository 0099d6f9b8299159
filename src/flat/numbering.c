/* See numbering.h. */
#include "flat/numbering.h"

#include "flat/index.h"

void numbering_init(struct numbering *numbering)
{
	*numbering = (struct numbering){0};
	index_init(&numbering->by_id, &numbering->flat);
}

void numbering_finish(struct numbering *numbering)
{
	array_finish(&numbering->ids);
	flat_finish(&numbering->flat);
}

uint32_t numbering_find(struct numbering *numbering, uint64_t id)
{
	uint32_t hash = index_hash(id), number, count = (uint32_t)numbering->ids.count;

	for (size_t at = index_first(&numbering->by_id, hash);
		index_slot(&numbering->by_id, &at, hash, &number);
		at = index_next(&numbering->by_id, at))
		if (numbering->ids.items[number] == id)
			return numbering->latest = number;
	*array_push(&numbering->ids) = id;
	index_make_room(&numbering->by_id, count + 1);
	index_put(&numbering->by_id, hash, count);
	return numbering->latest = count;
}
