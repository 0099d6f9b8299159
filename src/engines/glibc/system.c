/*
 * What the system gives and takes back: the main arena's top ends at the break, which grows and
 * shrinks in pages; other arenas have heaps (heaps.c); a request of mmap_threshold or more that
 * no free chunk serves is its own mapping.
 */
#include "engines/glibc/decisions.h"
#include "engines/glibc/calls.h"
#include "engines/glibc/heaps.h"
#include "engines/glibc/maps.h"

uint32_t top_cut(struct glibc *g, struct arena *arena, uint32_t units)
{
	uint32_t chunk = arena->top;

	assert(chunk_size(g, chunk) >= units + CHUNK_MIN);
	arena->top = chunk_cut(g, chunk, chunk_size(g, chunk), units, CHUNK_TOP);
	*state_at(g, chunk) = CHUNK_HELD;
	decide(&g->engine, &decision_glibc_top_cut, address_of(g, chunk), units * UNIT,
		chunk_size(g, arena->top) * UNIT, 0);
	return chunk;
}

/* ---- the break ----------------------------------------------------------------------------- */

/*
 * The main heap reaches that far: its segments are begun, also the one where the next chunk would
 * begin.
 */
static void hold_main(struct glibc *g, uint64_t bytes)
{
	struct process *process = process_of(g);
	uint64_t end = MAIN_FIRST * UNIT + bytes; /* from the base of segment 0 */
	uint64_t base = process->base - MAIN_FIRST * UNIT;

	while (process->segments <= end / SEGMENT_BYTES) {
		uint32_t segment = process->segments++;
		memory_begin_segment(g, segment, base + segment * SEGMENT_BYTES, 0);
	}
	memory_reach(g, (uint32_t)(end / UNIT));
}

static bool has_spots(const struct glibc *g, uint64_t bytes)
{
	return (MAIN_FIRST * UNIT + bytes) / SEGMENT_BYTES + 1 + process_of(g)->heaps < SEGMENTS;
}

/* The break moves on: top is so much longer. */
static bool grow_main(struct glibc *g, struct arena *arena, uint64_t bytes)
{
	struct page_source *pages = g->engine.pages;
	struct process *process = process_of(g);
	uint64_t base;

	if (!has_spots(g, arena->system + bytes))
		return false;
	if (!process->base && process->first_break && pages->place_break)
		(void)pages->place_break(pages, process->first_break); /* else it is made up */
	if (!pages->grow(pages, bytes, &base))
		return false;
	assert(bytes % UNIT == 0 && base % UNIT == 0);
	assert(process->base == 0 || process->base == base);
	process->base = base;
	hold_main(g, arena->system + bytes);
	if (!arena->top) {
		bins_init(g, arena, 0);
		memory_add(g, MAIN_FIRST, 0, (uint32_t)(bytes / UNIT), CHUNK_TOP);
		arena->top = MAIN_FIRST;
		region_count_up(g);
	} else {
		memory_set_size(g, arena->top,
			chunk_size(g, arena->top) + (uint32_t)(bytes / UNIT));
	}
	arena->system += bytes;
	if (arena->system > arena->system_max)
		arena->system_max = arena->system;
	g->engine.happened |= HAPPENED_GREW;
	decide(&g->engine, &decision_glibc_break_grew, bytes, chunk_size(g, arena->top) * UNIT, 0,
		0);
	return true;
}

/* ---- and a break that other code has moved -------------------------------------------------- */

static uint64_t main_end(const struct glibc *g)
{
	return process_of(g)->base + arena_at(g, 0)->system;
}

void system_note_break(struct glibc *g, uint64_t end)
{
	bool is_past = g->settings.first_break && process_of(g)->base && end > main_end(g) &&
		       end - main_end(g) < SEGMENT_BYTES;

	process_of(g)->foreign_break = is_past ? end : 0;
}

/*
 * A new top begins where the other code's memory ends, with as much room as the old one had beside
 * what is asked for. What the other code has looks like a part of the fence behind the old top.
 */
static bool begin_top_after(const struct caller *caller, uint64_t bytes, uint64_t need)
{
	struct glibc *g = caller->g;
	struct arena *arena = arena_at(g, 0);
	uint32_t old = arena->top, size = chunk_size(g, old), fence = old + size - 1;
	uint64_t begin = (process_of(g)->foreign_break + UNIT - 1) & ~(uint64_t)(UNIT - 1);
	uint64_t end = page_up(begin + bytes + (uint64_t)size * UNIT), base;
	uint32_t gap = (uint32_t)((begin - main_end(g)) / UNIT), top = old + size + gap;

	if (!has_spots(g, end - process_of(g)->base) ||
		!g->engine.pages->grow(g->engine.pages, end - main_end(g), &base))
		return false;
	arena->system = end - base;
	hold_main(g, arena->system);
	if (arena->system > arena->system_max)
		arena->system_max = arena->system;
	process_of(g)->foreign_break = 0;
	arena->top = top;
	memory_add(g, top, gap + 1, (uint32_t)((end - begin) / UNIT), CHUNK_TOP);
	heap_fence_top(caller, old);
	memory_set_size(g, fence, gap + 1);
	g->engine.happened |= HAPPENED_GREW;
	decide(&g->engine, &decision_glibc_break_was_moved, begin,
		(uint64_t)chunk_size(g, top) * UNIT, 0, 0);
	/* The free of the old top may have trimmed the new one. */
	return chunk_size(g, arena->top) >= need + CHUNK_MIN;
}

/* So that top has room for the chunk and pad. */
static bool extend_main(const struct caller *caller, uint64_t need)
{
	struct glibc *g = caller->g;
	struct arena *arena = caller->arena;
	uint64_t top = arena->top ? (uint64_t)chunk_size(g, arena->top) * UNIT : 0,
		 pad = process_of(g)->top_pad;

	if (need > UINT32_MAX || pad > (UINT64_C(1) << 48))
		return false;
	uint64_t bytes = page_up(need * UNIT + pad + CHUNK_MIN * UNIT - top);
	return process_of(g)->foreign_break ? begin_top_after(caller, bytes, need)
					    : grow_main(g, arena, bytes);
}

/* Signed, as the original reckons: a top of nothing but its minimum makes the break grow. */
void system_trim_main(struct glibc *g, uint64_t pad)
{
	struct page_source *pages = g->engine.pages;
	struct arena *arena = arena_at(g, 0);
	uint64_t top = (uint64_t)chunk_size(g, arena->top) * UNIT;
	uint64_t area = top - CHUNK_MIN * UNIT - 1;
	int64_t extra = (int64_t)((area - pad) & ~(uint64_t)(PAGE_BYTES - 1));

	if (area <= pad || extra == 0 || process_of(g)->foreign_break)
		return;
	if (extra < 0) {
		grow_main(g, arena, (uint64_t)-extra);
		return;
	}
	if (!pages->shrink || !pages->shrink(pages, (uint64_t)extra))
		return;
	assert((uint64_t)extra < top && (uint64_t)extra < arena->system);
	memory_set_size(g, arena->top,
		chunk_size(g, arena->top) - (uint32_t)((uint64_t)extra / UNIT));
	arena->system -= (uint64_t)extra;
	decide(&g->engine, &decision_glibc_trimmed, (uint64_t)extra,
		chunk_size(g, arena->top) * UNIT, 0, 0);
}

void system_trim(struct glibc *g, struct arena *arena)
{
	uint64_t top = (uint64_t)chunk_size(g, arena->top) * UNIT,
		 threshold = process_of(g)->trim_threshold;

	if (arena != arena_at(g, 0))
		heap_trim(g, arena);
	else if (top >= threshold)
		system_trim_main(g, process_of(g)->top_pad);
	else
		decide(&g->engine, &decision_glibc_not_trimmed, top, threshold, 0, 0);
}

/* ---- requests ------------------------------------------------------------------------------ */

bool system_extend(const struct caller *caller, uint64_t need)
{
	return caller->arena == arena_at(caller->g, 0) ? extend_main(caller, need)
						       : heap_extend(caller, need);
}

struct taken system_take(const struct caller *caller, uint64_t need)
{
	struct glibc *g = caller->g;
	struct arena *arena = caller->arena;
	bool is_main = arena == arena_at(g, 0);
	struct map *map = NULL;
	bool has_tried = need >= (process_of(g)->mmap_threshold + UNIT - 1) / UNIT &&
			 process_of(g)->nmaps < process_of(g)->maps_max;

	if (has_tried)
		map = map_new(g, need);
	if (map)
		return (struct taken){.map = map};
	if (system_extend(caller, need))
		return (struct taken){.chunk = top_cut(g, arena, (uint32_t)need)};
	if (!is_main && !has_tried)
		map = map_new(g, need);
	return (struct taken){.map = map};
}
