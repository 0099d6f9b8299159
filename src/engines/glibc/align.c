/*
 * memalign: a chunk that is long enough wherever its start lies is taken; what lies before the
 * first aligned place, and what is left behind, goes back.
 */
#include "engines/glibc/decisions.h"
#include "engines/glibc/calls.h"
#include "engines/glibc/maps.h"

#include <assert.h>

static uint64_t align_up(uint64_t address, uint64_t alignment)
{
	return (address + alignment - 1) & ~(alignment - 1);
}

/*
 * Bytes before the first place for a payload that is aligned, or 0, or as many as the shortest
 * chunk has or more.
 */
static uint64_t lead_of(uint64_t payload, uint64_t alignment)
{
	uint64_t lead = align_up(payload, alignment) - payload;

	return lead > 0 && lead < CHUNK_MIN * UNIT ? lead + alignment : lead;
}

/* What lies before is no chunk: from 2.43 on it may be of any length. */
static void set_lead(struct glibc *g, struct map *map, uint64_t alignment)
{
	uint64_t payload = map_payload(map);

	map_set_lead(g, map,
		g->settings.release->map_leads_any ? align_up(payload, alignment) - payload
						   : lead_of(payload, alignment));
}

/* The chunk begins where its payload is aligned; the leader goes back. */
static uint32_t cut_leader(const struct caller *caller, uint32_t chunk, uint64_t alignment)
{
	struct glibc *g = caller->g;
	uint64_t lead = lead_of(address_of(g, chunk) + UNIT, alignment);

	if (lead == 0)
		return chunk;
	assert(lead % UNIT == 0 && lead >= CHUNK_MIN * UNIT);
	uint32_t aligned = memory_split(g, chunk, (uint32_t)(lead / UNIT), CHUNK_HELD);
	assert((address_of(g, aligned) + UNIT) % alignment == 0);
	decide(&g->engine, &decision_glibc_leader, address_of(g, chunk), lead, alignment, 0);
	if (g->settings.release->aligned_merges)
		chunk_merge(g, chunk);
	else
		chunk_free(caller, chunk);
	return aligned;
}

/* Up to 2.38 a trailer is freed when it is longer than the shortest chunk. */
static void free_trailer(const struct caller *caller, uint32_t chunk, uint32_t units)
{
	struct glibc *g = caller->g;
	uint32_t size = chunk_size(g, chunk);

	if (size <= units + CHUNK_MIN)
		return;
	uint32_t rest = memory_split(g, chunk, units, CHUNK_HELD);
	decide(&g->engine, &decision_glibc_trailer, address_of(g, rest), (size - units) * UNIT, 0,
		0);
	chunk_free(caller, rest);
}

/*
 * Then it is merged with what is free behind it, which may make up for its being too short for a
 * chunk.
 */
static void merge_trailer(struct glibc *g, uint32_t chunk, uint32_t units)
{
	uint32_t size = chunk_size(g, chunk), after = chunk + size;
	enum chunk_state state = chunk_state(g, after);
	assert(size >= units);
	bool may_be_short = !g->settings.release->aligned_keeps_tail &&
			    (state == CHUNK_TOP || chunk_merges(state));

	if (size == units || (size - units < CHUNK_MIN && !may_be_short))
		return;
	uint32_t rest = memory_split(g, chunk, units, CHUNK_HELD);
	decide(&g->engine, &decision_glibc_trailer, address_of(g, rest), (size - units) * UNIT, 0,
		0);
	chunk_merge(g, rest);
}

struct taken aligned_take(const struct caller *caller, uint64_t units, uint64_t alignment)
{
	struct glibc *g = caller->g;
	/*
	 * The library adds the alignment and the shortest chunk to the size of the chunk, and asks
	 * for that.
	 */
	uint64_t request = units * UNIT + alignment + CHUNK_MIN * UNIT;
	struct taken taken = {0};

	if (request > REQUEST_MAX || request < alignment)
		return taken;
	taken = arena_take(caller, units_for(request));
	if (taken.map)
		set_lead(g, taken.map, alignment);
	if (!taken.chunk)
		return taken;
	taken.chunk = cut_leader(caller, taken.chunk, alignment);
	if (g->settings.release->aligned_merges)
		merge_trailer(g, taken.chunk, (uint32_t)units);
	else
		free_trailer(caller, taken.chunk, (uint32_t)units);
	return taken;
}
