/* See heaps.h. */
#include "engines/glibc/decisions.h"
#include "engines/glibc/heaps.h"

#include "engines/glibc/maps.h"
#include "engines/glibc/recorded_places.h"

#include <assert.h>

#define HEAP_MIN    (UINT64_C(32) << 10)
#define FENCE_UNITS 2u /* at the end of a heap that is not the last of its arena */

/* What the library keeps at the start of a heap, and what an arena takes. */
uint32_t heap_lead(const struct glibc *g, bool is_first)
{
	const struct release *release = g->settings.release;
	uint32_t bytes = release->heap_info + (is_first ? release->arena_bytes : 0);

	return (bytes + UNIT - 1) / UNIT * UNIT;
}

/* How much of a new heap is held from the start; 0: it would not fit. */
static uint64_t first_bytes(uint64_t bytes, uint64_t pad)
{
	if (bytes > SEGMENT_BYTES)
		return 0;
	if (bytes + pad < HEAP_MIN)
		return HEAP_MIN;
	return page_up(bytes + pad <= SEGMENT_BYTES ? bytes + pad : SEGMENT_BYTES);
}

/* These bytes of a heap, from an offset on, are only address space, or they are not. */
static void set_backed(struct glibc *g, uint32_t segment, uint64_t from, uint64_t bytes,
	bool is_backed)
{
	if (g->engine.pages->set_backed)
		g->engine.pages->set_backed(g->engine.pages, segment_at(g, segment)->base + from,
			bytes, is_backed);
}

/* All of a heap has memory: it can be unmapped. */
static void back_rest(struct glibc *g, uint32_t segment)
{
	uint64_t held = segment_at(g, segment)->bytes;

	set_backed(g, segment, held, SEGMENT_BYTES - held, true);
}

void heaps_end(struct glibc *g)
{
	for (uint32_t segment = process_of(g)->segments; segment < SEGMENTS; segment++)
		if (segment_at(g, segment)->base)
			back_rest(g, segment);
}

/* A segment of its own with a top that is all of it but its lead; 0: there is none. */
static uint32_t new_heap(struct glibc *g, uint32_t arena, uint64_t bytes, bool is_first)
{
	struct process *process = process_of(g);
	uint64_t held = first_bytes(bytes, process_of(g)->top_pad);
	uint32_t segment = SEGMENTS - 1, lead = heap_lead(g, is_first);

	while (segment > process->segments && segment_at(g, segment)->base)
		segment--;
	if (held == 0 || segment <= process->segments)
		return 0;
	uint64_t base = g->engine.pages->map(g->engine.pages, SEGMENT_BYTES, SEGMENT_BYTES);
	if (base == 0)
		return 0;
	assert(base % SEGMENT_BYTES == 0 && held <= SEGMENT_BYTES && held > lead);
	memory_begin_segment(g, segment, base, arena);
	segment_at(g, segment)->bytes = segment_at(g, segment)->bytes_max = held;
	process->heaps++;
	set_backed(g, segment, held, SEGMENT_BYTES - held, false);
	map_add_heap(g, base, segment);
	memory_add(g, (segment << SEGMENT_BITS) + lead / UNIT, 0, (uint32_t)((held - lead) / UNIT),
		CHUNK_TOP);
	return segment;
}

static void drop_heap(struct glibc *g, uint32_t segment)
{
	uint64_t base = segment_at(g, segment)->base;

	assert(base != 0 && process_of(g)->heaps > 0);
	map_drop_heap(g, base);
	back_rest(g, segment);
	memory_end_segment(g, segment);
	process_of(g)->heaps--;
	g->engine.pages->unmap(g->engine.pages, base, SEGMENT_BYTES);
}

static void hold(struct glibc *g, struct arena *arena, uint64_t bytes)
{
	arena->system += bytes;
	if (arena->system > arena->system_max)
		arena->system_max = arena->system;
	g->engine.happened |= HAPPENED_GREW;
	decide(&g->engine, &decision_glibc_heap_grew, bytes, chunk_size(g, arena->top) * UNIT, 0,
		0);
}

/* ---- a further heap ------------------------------------------------------------------------ */

void heap_fence_top(const struct caller *caller, uint32_t top)
{
	struct glibc *g = caller->g;
	uint32_t size = chunk_size(g, top), left = size - FENCE_UNITS;

	assert(chunk_state(g, top) == CHUNK_TOP && size >= FENCE_UNITS);
	memory_set_state(g, top, CHUNK_HELD);
	memory_set_size(g, top, size - 1);
	memory_add(g, top + size - 1, size - 1, 1, CHUNK_FENCE);
	if (left < CHUNK_MIN) {
		memory_set_state(g, top, CHUNK_FENCE);
		return;
	}
	memory_split(g, top, left, CHUNK_FENCE);
	if (g->settings.release->leftovers_bypass)
		chunk_give_back(g, top);
	else
		chunk_free(caller, top);
}

bool heap_extend(const struct caller *caller, uint64_t need)
{
	struct glibc *g = caller->g;
	struct arena *arena = caller->arena;
	uint32_t top = arena->top, last = top >> SEGMENT_BITS;
	struct segment *segment = segment_at(g, last);
	uint64_t more = page_up((need + CHUNK_MIN) * UNIT - (uint64_t)chunk_size(g, top) * UNIT);

	if (need > SEGMENT_BYTES / UNIT)
		return false;
	if (segment->bytes + more <= SEGMENT_BYTES) {
		set_backed(g, last, segment->bytes, more, true);
		segment->bytes += more;
		if (segment->bytes > segment->bytes_max)
			segment->bytes_max = segment->bytes;
		memory_set_size(g, top, chunk_size(g, top) + (uint32_t)(more / UNIT));
		hold(g, arena, more);
		return true;
	}
	uint64_t bytes = (need + CHUNK_MIN) * UNIT + g->settings.release->heap_info;
	uint32_t next = new_heap(g, segment->arena, bytes, false);
	if (!next)
		return false;
	segment_at(g, next)->before = last;
	arena->top = (next << SEGMENT_BITS) + heap_lead(g, false) / UNIT;
	hold(g, arena, segment_at(g, next)->bytes);
	heap_fence_top(caller, top);
	return chunk_size(g, arena->top) >= need + CHUNK_MIN;
}

/* ---- and back ------------------------------------------------------------------------------ */

/*
 * The last heap is wholly free: the one before ends in top again, if that leaves enough room in it.
 */
static bool drop_last_heap(struct glibc *g, struct arena *arena)
{
	uint32_t last = arena->top >> SEGMENT_BITS, before = segment_at(g, last)->before;
	struct segment *heap = segment_at(g, before);
	uint32_t second = (before << SEGMENT_BITS) + (uint32_t)(heap->bytes / UNIT) - 1;
	uint32_t first = second - word_at(g, second)->low, units = chunk_size(g, first) + 1;
	uint32_t free = first - word_at(g, first)->low;
	bool has_free = free != first && chunk_merges(chunk_state(g, free));

	assert(chunk_state(g, second) == CHUNK_FENCE && chunk_state(g, first) == CHUNK_FENCE);
	if (has_free)
		units += chunk_size(g, free);
	if (units * UNIT + SEGMENT_BYTES - heap->bytes <
		process_of(g)->top_pad + CHUNK_MIN * UNIT + PAGE_BYTES)
		return false;
	assert(arena->system >= segment_at(g, last)->bytes && before != last);
	arena->system -= segment_at(g, last)->bytes;
	memory_drop(g, arena->top);
	drop_heap(g, last);
	memory_drop(g, second);
	if (has_free) {
		bins_take(g, arena, free);
		memory_drop(g, first);
		first = free;
	}
	memory_set_state(g, first, CHUNK_TOP);
	memory_set_size(g, first, units);
	arena->top = first;
	decide(&g->engine, &decision_glibc_heap_gone, units * UNIT, 0, 0, 0);
	return true;
}

static bool is_alone(const struct glibc *g, const struct arena *arena)
{
	uint32_t segment = arena->top >> SEGMENT_BITS;

	return segment_at(g, segment)->before &&
	       arena->top == (segment << SEGMENT_BITS) + heap_lead(g, false) / UNIT;
}

void heap_trim(struct glibc *g, struct arena *arena)
{
	while (is_alone(g, arena) && drop_last_heap(g, arena))
		;
	uint64_t top = (uint64_t)chunk_size(g, arena->top) * UNIT, pad = process_of(g)->top_pad;
	if (top < process_of(g)->trim_threshold) {
		decide(&g->engine, &decision_glibc_not_trimmed, top, process_of(g)->trim_threshold,
			0, 0);
		return;
	}
	if (top < CHUNK_MIN * UNIT + 1 || top - CHUNK_MIN * UNIT - 1 <= pad)
		return;
	uint64_t extra = (top - CHUNK_MIN * UNIT - 1 - pad) & ~(uint64_t)(PAGE_BYTES - 1);
	if (extra == 0)
		return;
	assert(extra < segment_of(g, arena->top)->bytes && extra < arena->system);
	struct segment *segment = segment_of(g, arena->top);
	segment->bytes -= extra;
	set_backed(g, arena->top >> SEGMENT_BITS, segment->bytes, extra, false);
	arena->system -= extra;
	memory_set_size(g, arena->top, (uint32_t)((top - extra) / UNIT));
	decide(&g->engine, &decision_glibc_trimmed, extra, top - extra, 0, 0);
}

/* ---- threads ------------------------------------------------------------------------------- */

/* An arena in a heap of its own; 0: there is no room. */
static uint32_t new_arena(struct glibc *g, uint64_t bytes)
{
	uint32_t arena = (uint32_t)g->arenas.count;
	uint64_t lead = g->settings.release->heap_info + g->settings.release->arena_bytes + UNIT;
	uint32_t segment = new_heap(g, arena, bytes + lead, true);

	if (!segment)
		segment = new_heap(g, arena, lead, true);
	if (!segment)
		return 0;
	flat_grow(&g->arenas, 1);
	struct arena *made = arena_at(g, arena);
	made->top = (segment << SEGMENT_BITS) + heap_lead(g, true) / UNIT;
	made->system = made->system_max = segment_at(g, segment)->bytes;
	memory_hold(g, segment << SEGMENT_BITS);
	bins_init(g, made, segment << SEGMENT_BITS);
	decide(&g->engine, &decision_glibc_arena_new, arena, made->system, 0, 0);
	return arena;
}

/*
 * When there are enough arenas they are taken in turn: the main one, then from the newest to the
 * oldest.
 */
static uint32_t next_arena(struct glibc *g)
{
	uint32_t *turn = &process_of(g)->turn, arena = *turn;

	*turn = arena == 0 ? (uint32_t)g->arenas.count - 1 : arena - 1;
	return arena;
}

/* ---- arenas without threads, the one that was left last first ------------------------------- */

static void leave_arena(struct glibc *g, uint32_t arena)
{
	struct process *process = process_of(g);

	arena_at(g, arena)->next_left = process->left;
	process->left = arena + 1;
	decide(&g->engine, &decision_glibc_arena_left, arena, 0, 0, 0);
}

/* It is among them no longer; false: it was not. */
static bool take_left(struct glibc *g, uint32_t arena)
{
	uint32_t *link = &process_of(g)->left;

	while (*link && *link != arena + 1)
		link = &arena_at(g, *link - 1)->next_left;
	if (!*link)
		return false;
	*link = arena_at(g, arena)->next_left;
	arena_at(g, arena)->next_left = 0;
	decide(&g->engine, &decision_glibc_arena_again, arena, 0, 0, 0);
	return true;
}

/* ---- the arena of a thread ------------------------------------------------------------------ */

static uint32_t arena_for_thread(struct glibc *g, uint32_t thread, uint64_t bytes)
{
	uint32_t recorded = recorded_arena(g), left = process_of(g)->left, arena = 0;

	if (thread == process_of(g)->main_thread) {
		take_left(g, 0);
		return 0;
	}
	if (recorded) {
		take_left(g, recorded - 1);
		return recorded - 1;
	}
	/* Where the trace has another order, an arena may seem to be left before it is. */
	if (left && !recorded_is_new(g)) {
		take_left(g, left - 1);
		return left - 1;
	}
	if (g->arenas.count < process_of(g)->arena_max)
		arena = new_arena(g, bytes);
	if (!arena) {
		arena = next_arena(g);
		take_left(g, arena);
	}
	return arena;
}

void caller_attach(struct caller *caller, uint64_t bytes)
{
	struct glibc *g = caller->g;

	if (caller->arena)
		return;
	assert(!caller->cache->is_attached);
	caller->cache->arena = arena_for_thread(g, caller->cache->thread, bytes);
	caller->cache->is_attached = 1;
	caller->arena = arena_at(g, caller->cache->arena);
	caller->arena->users++;
}

void caller_detach(const struct caller *caller)
{
	if (!caller->arena)
		return;
	assert(caller->arena->users > 0);
	if (--caller->arena->users == 0)
		leave_arena(caller->g, caller->cache->arena);
	caller->cache->arena = 0;
	caller->cache->is_attached = 0;
}
