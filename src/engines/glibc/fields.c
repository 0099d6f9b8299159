/*
 * The words of a chunk as they stand in memory, and what the library knows as a whole.  Heads of
 * bins lie in the library itself, whose address is not known here: they are named.
 */
#include "engines/glibc/calls.h"
#include "engines/glibc/describe.h"
#include "engines/glibc/maps.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>

#define PREV_INUSE     1u
#define IS_MMAPPED     2u
#define NON_MAIN_ARENA 4u

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

/* ---- a chunk ------------------------------------------------------------------------------- */

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
		add(fields, "chunk", "the library's: a thread's tcache");
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

static void add_header(const struct glibc *g, uint32_t chunk, struct fields *fields)
{
	uint32_t before = word_at(g, chunk)->low;
	uint64_t size = (uint64_t)chunk_size(g, chunk) * UNIT;
	enum chunk_state state = chunk_state(g, chunk);
	bool is_free_before = before && chunk_merges(chunk_state(g, chunk - before));
	bool says_arena = segment_of(g, chunk)->arena && !chunk_merges(state) && state != CHUNK_TOP;
	uint64_t flags = (is_free_before ? 0 : PREV_INUSE) | (says_arena ? NON_MAIN_ARENA : 0);

	if (is_free_before)
		add(fields, "prev_size", "%016" PRIx64 "  of the free one before",
			(uint64_t)before * UNIT);
	else
		add(fields, "prev_size", "data of the chunk before, in use");
	add(fields, "size", "%016" PRIx64 "  0x%" PRIx64 "%s%s", size | flags, size,
		says_arena ? " + A" : "", is_free_before ? ", free before it" : " + P");
}

/* A link of a list of bins, by name where it is a head. */
static void add_link(const struct glibc *g, const char *name, uint32_t spot, struct fields *fields)
{
	uint32_t bin = spot - arena_of(g, spot)->bins;

	if (bin >= UNSORTED && bin < BINS)
		add(fields, name, "the head of the bin");
	else
		add(fields, name, "%016" PRIx64, address_of(g, spot));
}

/* The next of a stack: from 2.32 on xor-ed with the page of where it stands. */
static void add_safe_link(const struct glibc *g, const char *name, uint32_t chunk, uint64_t next,
	struct fields *fields)
{
	uint64_t key = g->settings.release->has_safe_links
			       ? (address_of(g, chunk) + UNIT) / PAGE_BYTES
			       : 0;

	add(fields, name, "%016" PRIx64 "%s%s", next ^ key, key ? "  safe-linked" : "",
		next ? "" : "  the last");
}

static void add_links(const struct glibc *g, uint32_t chunk, struct fields *fields)
{
	const struct word *link = link_of(g, chunk);
	enum chunk_state state = chunk_state(g, chunk);
	uint64_t next = link->low ? address_of(g, link->low) : 0;

	if (state == CHUNK_CACHED) {
		add_safe_link(g, "next", chunk, next ? next + UNIT : 0, fields);
		add(fields, "key", "%s",
			g->settings.release->has_safe_links ? "tcache_key" : "its tcache");
	} else if (state == CHUNK_FAST) {
		add_safe_link(g, "fd", chunk, next, fields);
	} else if (chunk_merges(state)) {
		add_link(g, "fd", link->low, fields);
		add_link(g, "bk", link->high, fields);
	}
	if (state == CHUNK_LARGE && skip_of(g, chunk)->low) {
		add_link(g, "fd_nextsize", skip_of(g, chunk)->low, fields);
		add_link(g, "bk_nextsize", skip_of(g, chunk)->high, fields);
	}
}

static void add_chunk(const struct glibc *g, uint32_t chunk, struct fields *fields)
{
	add_whereabouts(g, chunk, fields);
	add_header(g, chunk, fields);
	add_links(g, chunk, fields);
}

static void add_map(const struct glibc *g, const struct map *map, struct fields *fields)
{
	uint64_t size = map->bytes - map->lead - g->settings.release->map_header;

	add(fields, "chunk", "its own mapping");
	add(fields, "prev_size", "%016" PRIx64 "  bytes before it", map->lead);
	add(fields, "size", "%016" PRIx64 "  0x%" PRIx64 " + M", size | IS_MMAPPED, size);
}

/* ---- the whole ----------------------------------------------------------------------------- */

static void add_settings(const struct glibc *g, struct fields *fields)
{
	const struct process *process = process_of(g);
	const struct arena *arena = arena_at(g, 0);

	add(fields, "release", "%s, %s", g->settings.release->name, g->settings.release->held);
	add(fields, "mmap_threshold", "%" PRIu64, process->mmap_threshold);
	add(fields, "trim_threshold", "%" PRIu64, process->trim_threshold);
	add(fields, "top_pad", "%" PRIu64, process_of(g)->top_pad);
	add(fields, "tcache_count", "%" PRIu32, g->settings.cache_count);
	if (arena->top)
		add(fields, "top", "+0x%" PRIx64 ", 0x%" PRIx64,
			address_of(g, arena->top) - process->base,
			(uint64_t)chunk_size(g, arena->top) * UNIT);
	if (arena->remainder)
		add(fields, "last_remainder", "+0x%" PRIx64,
			address_of(g, arena->remainder) - process->base);
	add(fields, "have_fastchunks", "%s", arena->has_fast ? "yes" : "no");
	add(fields, "arenas", "%zu", g->arenas.count);
	add(fields, "maps", "%" PRIu32 ", %" PRIu64 " B", process->nmaps, process->mapped);
}

size_t glibc_fields(const struct engine *engine, uint64_t address, struct field *ret_fields,
	size_t n)
{
	const struct glibc *g = glibc_of_const(engine);
	struct fields fields = {ret_fields, 0, n};

	if (address == 0) {
		add_settings(g, &fields);
		return fields.count;
	}
	/* What is shown of a chunk begins with its size. */
	uint32_t spot = spot_at(g, address - 8), chunk = spot ? memory_chunk_at(g, spot) : 0;
	const struct map *map = chunk ? NULL : map_at(g, address);
	if (chunk)
		add_chunk(g, chunk, &fields);
	else if (map && !map_is_heap(map))
		add_map(g, map, &fields);
	return fields.count;
}
