/*
 * What the library knows as a whole; of an arena, at the start of its heap: top, the last
 * remainder; of a chunk, the list it is in.
 */
#include "engines/glibc/describe.h"
#include "engines/glibc/maps.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>

#define OWN "the library's: a thread's tcache"

struct fields {
	struct field *fields;
	size_t count, max;
};

__attribute__((format(printf, 3, 4))) static void add(struct fields *fields, const char *name,
	const char *format, ...)
{
	va_list args;

	if (fields->count == fields->max)
		return;
	struct field *field = &fields->fields[fields->count++];
	snprintf(field->name, sizeof(field->name), "%s", name);
	va_start(args, format);
	vsnprintf(field->value, sizeof(field->value), format, args);
	va_end(args);
}

/* Of the whole library: first what changes, since where there is little room the last are cut. */
static void add_settings(const struct glibc *g, struct fields *fields)
{
	const struct process *process = process_of(g);

	add(fields, "mmap_threshold", "%" PRIu64, process->mmap_threshold);
	add(fields, "trim_threshold", "%" PRIu64, process->trim_threshold);
	add(fields, "top_pad", "%" PRIu64, process_of(g)->top_pad);
	add(fields, "tcache_count", "%" PRIu32, g->settings.cache_count);
	add(fields, "arenas", "%zu", g->arenas.count);
	add(fields, "maps", "%" PRIu32 ", %" PRIu64 " B", process->nmaps, process->mapped);
	add(fields, "release", "%s, compared with the library", g->settings.release->name);
}

/* Offsets are from the start of the chunk's heap. */
static void add_chunk(const struct glibc *g, const char *name, uint32_t chunk,
	struct fields *fields)
{
	uint64_t base =
		segment_of(g, chunk)->arena ? segment_of(g, chunk)->base : process_of(g)->base;

	add(fields, name, "0x%" PRIx64 " at +%" PRIx64, (uint64_t)chunk_size(g, chunk) * UNIT,
		address_of(g, chunk) - base);
}

/* The remainder may have been merged or handed out since; the library keeps its address. */
static void add_arena(const struct glibc *g, uint32_t number, struct fields *fields)
{
	const struct arena *arena = arena_at(g, number);

	if (arena->top)
		add_chunk(g, "top", arena->top, fields);
	if (arena->remainder && chunk_state(g, arena->remainder) != CHUNK_NONE)
		add_chunk(g, "last_remainder", arena->remainder, fields);
	if (g->settings.release->has_fast_bins)
		add(fields, "have_fastchunks", "%s", arena->has_fast ? "yes" : "no");
	add(fields, "system_mem", "0x%" PRIx64, arena->system);
}

static bool is_free(enum chunk_state state)
{
	return state >= CHUNK_CACHED && state < CHUNK_TOP;
}

/* The last remainder of each arena, while it is free; a top is a kind. Grows with the arenas. */
size_t glibc_landmarks(const struct engine *engine, struct landmark *ret_landmarks, size_t n)
{
	const struct glibc *g = glibc_of_const(engine);
	struct region region;
	size_t count = 0, at;

	for (uint32_t i = 0; i < g->arenas.count && count < n; i++) {
		uint32_t chunk = arena_at(g, i)->remainder;
		uint64_t address = chunk ? address_of(g, chunk) : 0;
		if (chunk && is_free(chunk_state(g, chunk)) &&
			engine_region_at(engine, address, &at, &region))
			ret_landmarks[count++] = (struct landmark){"last remainder", region.base,
				address - region.base, "left by the last split"};
	}
	return count;
}

/* "tcache[0x40]", "large bin 81" */
static void add_whereabouts(const struct glibc *g, uint32_t chunk, struct fields *fields)
{
	uint32_t units = chunk_size(g, chunk), bytes = units * UNIT;

	switch (chunk_state(g, chunk)) {
	case CHUNK_NONE:
	case CHUNK_HELD:
	case CHUNK_STATES:
		break;
	case CHUNK_USED:
		add(fields, "chunk", "in use");
		break;
	case CHUNK_OWN:
		add(fields, "chunk", OWN);
		break;
	case CHUNK_FENCE:
		add(fields, "chunk", "a fence at the end of a heap");
		break;
	case CHUNK_CACHED:
		add(fields, "chunk", "free, in tcache[0x%" PRIx32 "]", bytes);
		break;
	case CHUNK_FAST:
		add(fields, "chunk", "free, in the fast bin of 0x%" PRIx32, bytes);
		break;
	case CHUNK_UNSORTED:
		add(fields, "chunk", "free, in unsorted");
		break;
	case CHUNK_SMALL:
		add(fields, "chunk", "free, in small bin %" PRIu32, units);
		break;
	case CHUNK_LARGE:
		add(fields, "chunk", "free, in large bin %" PRIu32, bin_of_size(units));
		break;
	case CHUNK_TOP:
		add(fields, "chunk", "top");
		break;
	}
}

size_t glibc_fields(const struct engine *engine, uint64_t address, struct field *ret_fields,
	size_t n)
{
	const struct glibc *g = glibc_of_const(engine);
	struct fields fields = {ret_fields, 0, n};
	uint32_t spot, chunk;

	if (address == 0) {
		add_settings(g, &fields);
		return fields.count;
	}
	const struct map *map = map_at(g, address);
	uint64_t base = map ? map->base : process_of(g)->base;
	if (address != base) { /* what is shown of a chunk begins with its size */
		spot = spot_at(g, address - 8);
		chunk = spot ? memory_chunk_at(g, spot) : 0;
		if (chunk)
			add_whereabouts(g, chunk, &fields);
		else if (map && !map_is_heap(map))
			add(&fields, "chunk", map->is_own ? OWN : "its own mapping");
	} else if (!map || map_is_heap(map)) {
		add_arena(g, map ? segment_at(g, map->segment)->arena : 0, &fields);
	}
	return fields.count;
}
