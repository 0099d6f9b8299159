/*
 * realloc of a chunk: it stays where it is when it is large enough, when top follows and has the
 * room, or when a free chunk follows that has; else it moves.  What is then too long by a chunk or
 * more is freed.
 */
#include "engines/glibc/decisions.h"
#include "engines/glibc/calls.h"

#include <assert.h>

/* What a realloc leaves over, or leaves behind. */
static void leave(const struct caller *caller, uint32_t chunk)
{
	if (caller->g->settings.release->leftovers_bypass)
		chunk_give_back(caller->g, chunk);
	else
		chunk_free(caller, chunk);
}

/* The chunk has at least as much as it needs. */
static uint32_t trim_end(const struct caller *caller, uint32_t chunk, uint32_t units)
{
	struct glibc *g = caller->g;
	uint32_t size = chunk_size(g, chunk);

	assert(size >= units && units >= CHUNK_MIN);
	if (size - units < CHUNK_MIN)
		return chunk;
	uint32_t rest = memory_split(g, chunk, units, CHUNK_HELD);
	decide(&g->engine, &decision_glibc_shrunk, address_of(g, chunk), size * UNIT, units * UNIT,
		(size - units) * UNIT);
	leave(caller, rest);
	return chunk;
}

static uint32_t grow_into_top(struct glibc *g, struct arena *arena, uint32_t chunk, uint32_t units)
{
	uint32_t both = chunk_size(g, chunk) + chunk_size(g, arena->top);

	assert(chunk_after(g, chunk) == arena->top && both >= units + CHUNK_MIN);
	memory_drop(g, arena->top);
	memory_set_size(g, chunk, units);
	arena->top = chunk + units;
	memory_add(g, arena->top, units, both - units, CHUNK_TOP);
	return chunk;
}

struct taken chunk_resize(const struct caller *caller, uint32_t chunk, uint64_t need)
{
	struct glibc *g = caller->g;
	struct arena *arena = arena_of(g, chunk);
	const struct caller same = {g, caller->cache, arena};
	uint32_t size = chunk_size(g, chunk), after = chunk + size, units = (uint32_t)need;

	assert(chunk_state(g, chunk) == CHUNK_USED);
	if (size >= need)
		return (struct taken){.chunk = trim_end(&same, chunk, units)};
	uint64_t both = (uint64_t)size + chunk_size(g, after);
	if (after == arena->top && both >= need + CHUNK_MIN) {
		decide(&g->engine, &decision_glibc_grew_into_top, address_of(g, chunk), size * UNIT,
			need * UNIT, 0);
		return (struct taken){.chunk = grow_into_top(g, arena, chunk, units)};
	}
	if (chunk_merges(chunk_state(g, after)) && both >= need) {
		decide(&g->engine, &decision_glibc_took_next, address_of(g, after),
			chunk_size(g, after) * UNIT, size * UNIT, 0);
		bins_take(g, arena, after);
		memory_join(g, chunk);
		return (struct taken){.chunk = trim_end(&same, chunk, units)};
	}

	decide(&g->engine, &decision_glibc_moves, size * UNIT, need * UNIT, 0, 0);
	struct taken taken = arena_take(&same, need);
	if (!taken.chunk && !taken.map)
		return taken;
	assert(!taken.chunk || chunk_size(g, taken.chunk) >= need);
	if (taken.chunk ==
		after) { /* what was found, or made by merging, lies behind it: no copy */
		memory_join(g, chunk);
		return (struct taken){.chunk = trim_end(&same, chunk, units)};
	}
	memory_set_state(g, chunk, CHUNK_HELD);
	leave(&same, chunk);
	return taken;
}
