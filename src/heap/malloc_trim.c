/*
 * See malloc_trim.h. A span of the C library's heap begins SHIFT bytes after its chunk; free memory
 * of a heap as it was recorded is taken for a chunk in the same way.
 */
#include "heap/malloc_trim.h"

#include "base/error.h"
#include "heap/decisions.h"
#include "heap/heap_state.h"
#include "heap/pages.h"

#include <assert.h>
#include <inttypes.h>

#define SHIFT       8u
#define HEADER      16u                      /* before a block */
#define WORDS       48u                      /* of a free chunk: sizes and links */
#define LEAST       32u                      /* bytes of the smallest chunk */
#define MAPPED_FROM UINT64_C(0x700000000000) /* about where the system maps memory */

/* ---- what malloc_trim() finds ---------------------------------------------------------------- */

/* Pages in a free chunk, at the end of the main arena, and at that of another, which stays. */
enum place { PLACE_HOLE, PLACE_END, PLACE_OTHER_END };

/* Called for whole pages of [from, to), in address order. */
typedef void found_visit(uint64_t from, uint64_t to, enum place place, void *user);

struct walk {
	const struct free_kind *kinds; /* NULL: all free memory merges */
	enum region_kind region;
	size_t spans_left;   /* to be visited */
	uint64_t begin, end; /* of free chunks that merge; end 0: there are none */
	bool has_late;       /* some of them do when they are trimmed */
	uint64_t late_chunks, late_bytes;
	found_visit *found;
	void *user;
};

static enum merging merging_of(const struct walk *walk, const struct span *span)
{
	if (span->state != SPAN_FREE)
		return MERGES_NEVER;
	return walk->kinds && span->kind ? walk->kinds[span->kind - 1].merging : MERGES_AT_ONCE;
}

static void end_run(struct walk *walk, enum place place)
{
	uint64_t from = page_up(walk->begin + WORDS), to = page_down(walk->end);

	if (walk->end != 0 && from < to)
		walk->found(from, to, place, walk->user);
	walk->end = 0;
	walk->has_late = false;
}

/* size: of a chunk, of which the library keeps the smallest one and a byte. */
static uint64_t returned_of(uint64_t size)
{
	return size > LEAST ? page_down(size - LEAST - 1) : 0;
}

/* What merges late merges with top, too; what merges at once has done so. */
static void find_end(struct walk *walk, const struct span *top)
{
	uint64_t begin = top->base - SHIFT, end = top->base + top->size;

	if (walk->has_late) {
		begin = walk->begin;
		walk->end = 0;
	}
	end_run(walk, PLACE_HOLE);
	if (end - begin > LEAST)
		walk->found(end - returned_of(end - begin), end,
			walk->region == REGION_HEAP ? PLACE_END : PLACE_OTHER_END, walk->user);
}

static bool walk_span(const struct span *span, void *user)
{
	struct walk *walk = user;
	enum merging merging = merging_of(walk, span);

	if (walk->spans_left == 0)
		return false;
	walk->spans_left--;
	if (span->state == SPAN_VIRGIN) {
		find_end(walk, span);
	} else if (merging == MERGES_NEVER) {
		end_run(walk, PLACE_HOLE);
	} else {
		if (walk->end == 0)
			walk->begin = span->base - SHIFT;
		walk->end = span->base - SHIFT + span->size;
		if (merging == MERGES_WHEN_TRIMMED) {
			walk->has_late = true;
			walk->late_chunks++;
			walk->late_bytes += span->size;
		}
	}
	return true;
}

/*
 * Of a heap as it was recorded it is known by its place that it is no main arena, which is near the
 * program and not where the system maps memory: what is free at its end is that of a thread's.
 */
static bool is_recorded_arena(const struct engine *engine, const struct region *region)
{
	return engine_is_as_recorded(engine) && region->base >= MAPPED_FROM;
}

/* walk: how many spans it visits at most, and for whom it finds pages. */
static void find_in_region(struct walk *walk, const struct engine *engine,
	const struct region *region)
{
	if (region->kind == REGION_MAPPING)
		return;
	walk->kinds = engine_kinds(engine);
	walk->region = region->kind;
	engine_spans(engine, region->base, region->base + region->size, walk_span, walk);
	end_run(walk, is_recorded_arena(engine, region) ? PLACE_OTHER_END : PLACE_HOLE);
}

static bool is_library(const struct engine *engine)
{
	return !engine_has_pages(engine) && !engine_has_spaces(engine) &&
	       (engine_has_library(engine) || engine_is_as_recorded(engine));
}

const struct engine *malloc_trim_layer(const struct heap *heap)
{
	for (size_t i = 0; i < heap->nlayers; i++)
		if (is_library(heap->layers[i]))
			return heap->layers[i];
	return NULL;
}

static void find_pages(const struct heap *heap, found_visit *found, void *user)
{
	const struct engine *engine = malloc_trim_layer(heap);
	struct region region;

	for (size_t i = 0; engine && i < engine_region_count(engine); i++) {
		struct walk walk = {.spans_left = SIZE_MAX, .found = found, .user = user};
		engine_region(engine, i, &region);
		find_in_region(&walk, engine, &region);
	}
}

/* ---- what is left ---------------------------------------------------------------------------- */

struct left {
	const struct heap *heap;
	uint64_t bytes;       /* that go back */
	uint64_t others;      /* at the ends of other arenas */
	uint64_t from, after; /* bytes that go back from that address on */
};

static void add_left(uint64_t from, uint64_t to, enum place place, void *user)
{
	struct left *left = user;

	uint64_t bytes = to - from - heap_given_up(left->heap, from, to);

	*(place == PLACE_OTHER_END ? &left->others : &left->bytes) += bytes;
	if (from >= left->from && place != PLACE_OTHER_END)
		left->after += bytes;
}

uint64_t malloc_trim_left(const struct heap *heap, uint64_t *ret_stays)
{
	struct left left = {.heap = heap};

	find_pages(heap, add_left, &left);
	if (ret_stays)
		*ret_stays = left.others;
	return left.bytes;
}

bool malloc_trim_of_region(const struct heap *heap, const struct region *region, uint64_t address,
	size_t most, struct trimmed *ret_trimmed)
{
	const struct engine *engine = malloc_trim_layer(heap);
	struct left left = {.heap = heap, .from = address};
	struct walk walk = {.spans_left = most, .found = add_left, .user = &left};

	if (engine)
		find_in_region(&walk, engine, region);
	*ret_trimmed = (struct trimmed){left.bytes, left.after, walk.late_chunks, walk.late_bytes};
	return walk.spans_left > 0;
}

struct ends {
	const struct heap *heap;
	uint64_t bytes;
};

static bool add_end(const struct span *span, void *user)
{
	struct ends *ends = user;

	if (span->state == SPAN_VIRGIN)
		ends->bytes += heap_given_up(ends->heap, span->base, span->base + span->size);
	return true;
}

uint64_t malloc_trim_at_ends(const struct heap *heap)
{
	const struct engine *engine = malloc_trim_layer(heap);
	struct ends ends = {.heap = heap};
	struct region region;

	for (size_t i = 0; engine && i < engine_region_count(engine); i++) {
		engine_region(engine, i, &region);
		uint64_t end = region.base + region.size;
		if (region.kind != REGION_MAPPING && region.size > 0)
			engine_spans(engine, end - 1, end, add_end, &ends);
	}
	return ends.bytes;
}

/* ---- the pages ------------------------------------------------------------------------------- */

static void give_up(uint64_t from, uint64_t to, enum place place, void *user)
{
	struct heap *heap = user;

	if (place == PLACE_HOLE)
		space_give_up(&heap->space, from, to - from);
}

void malloc_trim_apply(struct heap *heap)
{
	uint64_t before = space_all_given_up(&heap->space);

	find_pages(heap, give_up, heap);
	uint64_t after = space_all_given_up(&heap->space);
	assert(after >= before);
	if (after > before)
		decide(heap->layers[0], &decision_given_up, after - before, 0, 0, 0);
}

/* What was cut off after the block has its words there. */
void malloc_trim_touch(struct heap *heap, uint64_t address, uint64_t given)
{
	space_touch(&heap->space, address - HEADER, HEADER + given + WORDS);
}

/* Visits the spans of which bytes are in pages that were given back. */
static void visit_given_up(const struct heap *heap, span_visit *visit, void *user)
{
	const struct engine *engine = malloc_trim_layer(heap);
	struct extent stretch;

	for (uint64_t at = 0; engine && space_next_given_up(&heap->space, at, &stretch);
		at = stretch.base + stretch.size)
		engine_spans(engine, stretch.base, stretch.base + stretch.size + SHIFT, visit,
			user);
}

static bool touch_block(const struct span *span, void *user)
{
	struct heap *heap = user;

	if (span->state == SPAN_USED)
		malloc_trim_touch(heap, span->base + SHIFT, span->size - SHIFT);
	return true;
}

void malloc_trim_touch_blocks(struct heap *heap)
{
	visit_given_up(heap, touch_block, heap);
}

struct checked {
	const struct heap *heap;
	struct error *err; /* has text: something is wrong */
};

/* Used memory, and the words of a free chunk, are in no page that was given back. */
static bool check_span(const struct span *span, void *user)
{
	const struct checked *checked = user;
	bool is_free = span->state == SPAN_FREE || span->state == SPAN_VIRGIN;
	uint64_t begin = span->base - SHIFT,
		 end = is_free ? begin + WORDS : span->base + span->size - SHIFT;

	if (heap_given_up(checked->heap, page_down(begin), page_up(end)) == 0)
		return true;
	error_set(checked->err, "a page of 0x%" PRIx64 " was given back, and is in use", begin);
	return false;
}

int malloc_trim_check(const struct heap *heap, struct error *err)
{
	struct error found = {0};
	const struct checked checked = {heap, &found};

	visit_given_up(heap, check_span, (void *)(uintptr_t)&checked);
	return found.text[0] ? error_set(err, "%s", found.text) : 0;
}
