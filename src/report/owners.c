/* See owners.h. */
#include "report/owners.h"

#include "base/xalloc.h"

#include <stdlib.h>

#define GRANULE 16u /* sizes of blocks are multiples of it, for the census */

/* Samples by their addresses: a hash. */
struct finder {
	const struct census *census;
	uint32_t *cells; /* number of a sample + 1; 0: none */
	size_t room;     /* a power of two */
};

static size_t cell_of(const struct finder *finder, uint64_t address)
{
	size_t at = (size_t)(address / GRANULE * UINT64_C(0x9E3779B97F4A7C15) >> 20);

	for (;; at++) {
		uint32_t number = finder->cells[at & (finder->room - 1)];
		if (number == 0 || finder->census->samples.items[number - 1].address == address)
			return at & (finder->room - 1);
	}
}

static void finder_begin(struct finder *finder, const struct census *census)
{
	*finder = (struct finder){.census = census, .room = 64};
	while (finder->room < census->samples.count * 2)
		finder->room *= 2;
	finder->cells = xcalloc(finder->room, sizeof(*finder->cells));
	for (size_t i = 0; i < census->samples.count; i++)
		finder->cells[cell_of(finder, census->samples.items[i].address)] = (uint32_t)i + 1;
}

/* What a sample of this size stands for: of small blocks not all were taken. */
static uint64_t weight_of(const struct census *census, uint64_t size)
{
	uint64_t block = (size + GRANULE - 1) / GRANULE * GRANULE;

	if (block == 0 || block >= census->step)
		return size;
	return (uint64_t)((double)size * (double)census->step / (double)block);
}

static uint64_t *part_of(const struct owners *owners, uint32_t owner, uint32_t caller)
{
	return &owners->parts[caller * owners->count + owner];
}

static void add_block(struct owners *owners, const struct finder *finder, const struct lived *lived)
{
	const struct census *census = &owners->census;
	uint32_t number = finder->cells[cell_of(finder, lived->address)];

	if (number == 0 || lived->since > census->position)
		return;
	uint32_t owner = census->samples.items[number - 1].owner;
	uint64_t bytes = weight_of(census, lived->size);
	owners->bytes[owner] += bytes;
	*part_of(owners, owner, lived->caller) += bytes;
}

void owners_find(struct owners *ret_owners, const struct trace *trace, const struct lives *lives,
	uint64_t position)
{
	struct owners owners = {.callers = lives->count};
	struct finder finder;
	struct lived lived;

	if (census_read(&owners.census, trace, position)) {
		owners.count = owners.census.owners.count;
		owners.bytes = xcalloc(owners.count, sizeof(*owners.bytes));
		owners.parts = xcalloc(owners.callers * owners.count, sizeof(*owners.parts));
		finder_begin(&finder, &owners.census);
		for (size_t at = 0; lives_next(lives, &at, &lived);)
			add_block(&owners, &finder, &lived);
		free(finder.cells);
	}
	*ret_owners = owners;
}

void owners_finish(struct owners *owners)
{
	census_finish(&owners->census);
	free(owners->bytes);
	free(owners->parts);
	*owners = (struct owners){.count = 0};
}

uint32_t owners_largest(const struct owners *owners)
{
	uint32_t most = 0;

	for (uint32_t i = 1; i < owners->count; i++)
		if (owners->bytes[i] > (most ? owners->bytes[most] : 0))
			most = i;
	return most;
}

uint64_t owners_part(const struct owners *owners, uint32_t owner, uint32_t caller)
{
	return *part_of(owners, owner, caller);
}

uint32_t owners_of_caller(const struct owners *owners, uint32_t caller, uint64_t *ret_bytes)
{
	uint32_t most = 0;

	for (uint32_t i = 1; i < owners->count; i++)
		if (*part_of(owners, i, caller) > (most ? *part_of(owners, most, caller) : 0))
			most = i;
	if (most)
		*ret_bytes = *part_of(owners, most, caller);
	return most;
}

/* The caller comes after the last one, in their order: those with more bytes first. */
static bool is_after(const struct owners *owners, uint32_t owner, uint32_t caller, uint32_t last)
{
	uint64_t bytes = *part_of(owners, owner, caller), of_last = *part_of(owners, owner, last);

	return bytes < of_last || (bytes == of_last && caller > last);
}

size_t owners_callers(const struct owners *owners, uint32_t owner, uint32_t *ret_callers, size_t n)
{
	size_t count = 0;

	while (count < n) {
		uint32_t most = UINT32_MAX;
		for (uint32_t i = 0; i < owners->callers; i++)
			if ((count == 0 || is_after(owners, owner, i, ret_callers[count - 1])) &&
				*part_of(owners, owner, i) > 0 &&
				*part_of(owners, owner, i) >= owners->bytes[owner] / 100 &&
				(most == UINT32_MAX || is_after(owners, owner, most, i)))
				most = i;
		if (most == UINT32_MAX)
			break;
		ret_callers[count++] = most;
	}
	return count;
}
