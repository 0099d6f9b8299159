/* See identities.h. */
#include "heap/identities.h"

#include "base/error.h"
#include "base/xalloc.h"

#include <inttypes.h>
#include <stdlib.h>

#define CELLS_MIN 64u

static uint64_t *count_of(const struct identities *identities)
{
	return flat_at(&identities->count, uint64_t, 0);
}

void identities_init(struct identities *identities, struct flat *flat)
{
	flat_add(flat, &identities->cells, sizeof(uint32_t));
	flat_add(flat, &identities->count, sizeof(uint64_t));
	index_init(&identities->others, flat);
	flat_grow(&identities->cells, CELLS_MIN);
	flat_grow(&identities->count, 1);
}

void identities_add_other(struct identities *identities, uint32_t object, uint32_t entry)
{
	uint32_t *cell = identities_cell(identities, object);

	if (*cell < CELL_MANY)
		*cell += CELL_OTHER;
	index_make_room(&identities->others, ++*count_of(identities));
	index_put(&identities->others, index_hash_numbered(object), entry);
}

void identities_remove_other(struct identities *identities, uint32_t object, uint32_t entry)
{
	uint32_t *cell = identities_cell(identities, object);

	assert(cell_has_others(*cell) && *count_of(identities) > 0);
	if (*cell < CELL_MANY)
		*cell -= CELL_OTHER;
	index_remove(&identities->others, index_hash_numbered(object), entry);
	--*count_of(identities);
}

static uint32_t object_of(uint32_t entry, const uint32_t *objects, size_t width)
{
	return objects[entry * (width / sizeof(*objects))];
}

/* Empties the table, with so many cells, and the index. */
static void start_again(struct identities *identities, size_t cells)
{
	flat_set_count(&identities->cells, 0);
	flat_set_count(&identities->cells, cells);
	flat_set_count(&identities->others, 0);
	index_grow(&identities->others);
	*count_of(identities) = 0;
}

/* Those that have a cell come first, in the order of the cells, as they did before. */
void identities_make_room(struct identities *identities, size_t entries, const uint32_t *objects,
	size_t width)
{
	size_t cells = identities->cells.count, n = 0;
	uint32_t *known, entry;

	if (identities_have_room(identities, entries))
		return;
	known = xroom(cells + (size_t)*count_of(identities), sizeof(*known));
	for (size_t i = 0; i < cells; i++) {
		entry = cell_entry(*flat_at(&identities->cells, uint32_t, i));
		if (entry != NO_ENTRY)
			known[n++] = entry;
	}
	for (size_t at = 0; index_entry(&identities->others, &at, &entry); at++)
		known[n++] = entry;

	while (entries * CELLS_AN_ENTRY > cells)
		cells *= 2;
	start_again(identities, cells);
	for (size_t i = 0; i < n; i++)
		identities_add(identities, object_of(known[i], objects, width), known[i]);
	free(known);
}

/* ---- checking ------------------------------------------------------------------------------ */

/* Counts the others of each cell down to 0, in a copy of the table. */
static int check_others(const struct identities *identities, uint32_t *cells, size_t entries,
	const uint32_t *objects, size_t width, struct error *err)
{
	size_t mask = identities->cells.count - 1;
	uint32_t entry;

	for (size_t at = 0; index_entry(&identities->others, &at, &entry); at++) {
		uint32_t object = object_of(entry, objects, width);
		uint32_t hash = index_bucket_at(&identities->others, at / INDEX_CELLS)
					->hashes[at % INDEX_CELLS];
		if (hash != index_hash_numbered(object))
			return error_set(err, "an identity leads to another object");
		if (!cell_has_others(cells[object & mask]))
			return error_set(err, "a cell of the identities does not know of an other");
		if (cells[object & mask] < CELL_MANY)
			cells[object & mask] -= CELL_OTHER;
	}
	return 0;
}

static int check_cells(const struct identities *identities, const uint32_t *cells, size_t used,
	size_t entries, const uint32_t *objects, size_t width, struct error *err)
{
	size_t found = (size_t)*count_of(identities);

	for (size_t i = 0; i < identities->cells.count; i++) {
		uint32_t entry = cell_entry(cells[i]);
		if (cell_has_others(cells[i]) && cells[i] < CELL_MANY)
			return error_set(err, "a cell of the identities counts others in vain");
		if (entry == NO_ENTRY)
			continue;
		if (entry >= entries ||
			(object_of(entry, objects, width) & (identities->cells.count - 1)) != i)
			return error_set(err, "an identity leads to another object");
		found++;
	}
	if (found != used)
		return error_set(err, "%zu objects are known, not %zu", found, used);
	return 0;
}

int identities_check(const struct identities *identities, size_t used, size_t entries,
	const uint32_t *objects, size_t width, struct error *err)
{
	size_t count = identities->cells.count;

	if (count == 0 || (count & (count - 1)) != 0)
		return error_set(err, "identities have %zu cells, no power of two", count);
	if (index_check(&identities->others, (size_t)*count_of(identities), entries, err) < 0)
		return -1;
	uint32_t *cells = xroom(count, sizeof(*cells));
	memcpy(cells, identities->cells.data, count * sizeof(*cells));
	int result = check_others(identities, cells, entries, objects, width, err);
	if (result == 0)
		result = check_cells(identities, cells, used, entries, objects, width, err);
	free(cells);
	return result;
}
