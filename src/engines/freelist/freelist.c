/*
 * A heap with a free list: a hole that is large enough serves a request, its low end is given, the
 * rest stays a hole; a block that is freed becomes a hole again.
 *
 *	block    what a request got: header, then the payload whose address the program has
 *	hole     a run of free bytes, however short
 *	unit     the alignment; sizes of blocks are multiples of it
 *	fit      which hole serves: the first of the list, the first behind the last search (next),
 *	         the smallest that is large enough (best), the largest (worst); of equals the first
 *	order    how the list is ordered; what is left of a hole keeps its place, and in a list by
 *	         size goes behind those of its new size
 *	coalesce when holes that touch are joined: at every free, never, or on demand, all of them
 *	  when nothing fits. What was joined is put into the list as if it had just been freed.
 *
 * Every payload is a multiple of the alignment: the first block begins `lead` bytes into the heap,
 * and blocks and holes follow each other without gaps.  With no header and an alignment of 1 this
 * is the heap of the textbooks: a block is exactly its request.
 *
 * The heap has a fixed capacity, or grows at its end by what is missing, rounded up to GROWTH;
 * where blocks go does not depend on that rounding.  A request of 0 bytes is served as one of 1.
 * realloc shrinks and grows in place where it can, else allocates, copies and frees; to 0 bytes it
 * frees, as glibc does.
 *
 * --ostep is the simulator of "Operating Systems: Three Easy Pieces" (malloc.py of its homework):
 * the request is padded to the alignment and then the header is added, so payloads are not aligned;
 * a list by size is sorted at the next free, stably; coalescing goes through the list once and
 * joins a hole to the one before it in the list where it begins at that one's end. It has no
 * realloc: here that is an allocation and a free.
 *
 * Blocks and holes are kept in one tree (segments.h), which is all that first and next fit by
 * address need; other lists are kept beside it (holes.h).  So nothing walks a list; the count of
 * entries that a walk would have looked at comes from the ranks of holes, and is exact.
 */
#include "base/error.h"
#include "base/options.h"
#include "engine/engine.h"
#include "engines/freelist/decisions.h"
#include "flat/holes.h"
#include "flat/segments.h"

#include <assert.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define GROWTH      4096u
#define REQUEST_MAX (UINT64_C(1) << 56) /* more can never fit; keeps sums from wrapping */

enum coalesce { COALESCE_ON, COALESCE_OFF, COALESCE_ON_DEMAND };

struct freelist_state {
	uint64_t base; /* of the heap; 0: nothing taken yet */
	uint64_t end;  /* where what was taken ends */
	uint64_t tail; /* bytes at the end that are no whole unit */
	/* next fit: where the search begins; by address the key is the address */
	struct place rover;
};

struct freelist {
	struct engine engine;
	uint64_t capacity; /* bytes; 0: it grows */
	uint64_t header;
	uint64_t unit;
	uint64_t padding; /* --ostep: what requests are padded to multiples of */
	uint64_t lead;    /* from the heap's base to the first block */
	enum fit fit;
	enum holes_order order;
	enum coalesce coalesce;
	bool is_ostep;
	bool has_list;           /* else the list is that of the segments, by address */
	struct flat_array state; /* one struct freelist_state */
	struct flat_array seams; /* uint64_t addresses where holes may be joined later on */
	struct segments segments;
	struct holes list;
};

static const char *const fit_words[] = {"first", "next", "best", "worst", NULL};
static const char *const order_words[] = {"address", "size", "size-down", "front", "back", NULL};
static const char *const coalesce_words[] = {"on", "off", "demand", NULL};

static const struct option_spec options[] = {
	{.name = "heap-size",
		.type = OPTION_SIZE,
		.value = "BYTES",
		.fallback = "0",
		.max = UINT64_C(1) << 40,
		.help = "the heap's fixed capacity; 0: it grows"},
	{.name = "heap-header",
		.type = OPTION_SIZE,
		.value = "BYTES",
		.fallback = "8",
		.max = 4096,
		.help = "bytes in front of every block's payload"},
	{.name = "heap-align",
		.type = OPTION_SIZE,
		.value = "BYTES",
		.fallback = "16",
		.max = 4096,
		.power_of_two = true,
		.help = "what every payload's address is a multiple of; 0 or 1: anything"},
	{.name = "heap-fit",
		.type = OPTION_CHOICE,
		.value = "FIT",
		.fallback = "first",
		.choices = fit_words,
		.help = "which hole serves a request"},
	{.name = "heap-order",
		.type = OPTION_CHOICE,
		.value = "ORDER",
		.fallback = "address",
		.choices = order_words,
		.help = "the free list's; front and back are where a freed block goes"},
	{.name = "heap-coalesce",
		.type = OPTION_CHOICE,
		.value = "WHEN",
		.fallback = "on",
		.choices = coalesce_words,
		.help = "when holes that touch are joined; on demand is when nothing fits"},
	{.name = "ostep",
		.type = OPTION_FLAG,
		.help = "as the malloc.py of a textbook, OSTEP, which alone means: 100 bytes, best fit, no header"},
	{.name = "ostep-align",
		.type = OPTION_NUMBER,
		.value = "N",
		.fallback = "1",
		.min = 1,
		.max = 1 << 20,
		.help = "with --ostep, what requests are padded to a multiple of"},
	{0},
};

static struct freelist *self(struct engine *engine)
{
	return (struct freelist *)engine;
}

static const struct freelist *const_self(const struct engine *engine)
{
	return (const struct freelist *)engine;
}

static struct freelist_state *state_of(const struct freelist *heap)
{
	return heap->state.data;
}

/* unit: a power of two. */
static uint64_t round_up(uint64_t number, uint64_t unit)
{
	return (number + unit - 1) & ~(unit - 1);
}

/* Where the first block may begin. */
static uint64_t first_of(const struct freelist *heap)
{
	return state_of(heap)->base + heap->lead;
}

/* Bytes of the block for a request; 0: more than can ever be. */
static uint64_t block_size(const struct freelist *heap, uint64_t request)
{
	if (request > REQUEST_MAX)
		return 0;
	if (heap->is_ostep && request + heap->header > 0)
		return (request + heap->padding - 1) / heap->padding * heap->padding + heap->header;
	return round_up(heap->header + (request ? request : 1), heap->unit);
}

/* ---- the list ------------------------------------------------------------------------------ */

static uint64_t rank_of(const struct freelist *heap, uint64_t base)
{
	if (!heap->has_list)
		return segments_rank(&heap->segments, base);
	struct place place = holes_place(&heap->list, holes_at(&heap->list, base));
	return holes_rank(&heap->list, &place);
}

static void list_hole(struct freelist *heap, uint64_t base, uint64_t size)
{
	if (heap->has_list)
		holes_add(&heap->list, base, size);
}

static void unlist_hole(struct freelist *heap, uint64_t base)
{
	if (heap->has_list)
		holes_remove(&heap->list, holes_at(&heap->list, base));
}

/* What is left of a hole or has been added to its end; nothing: it goes. */
static void relist_hole(struct freelist *heap, uint64_t old_base, uint64_t base, uint64_t size)
{
	if (size == 0)
		unlist_hole(heap, old_base);
	else if (heap->has_list)
		holes_change(&heap->list, holes_at(&heap->list, old_base), base, size);
}

/* The hole has been put together from others: where the next search begins may lie inside it. */
static void keep_rover_outside(struct freelist *heap, const struct segment *hole)
{
	struct place *rover = &state_of(heap)->rover;

	if (!heap->has_list && rover->key - hole->base < hole->size)
		rover->key = hole->base;
}

/* ---- growing ------------------------------------------------------------------------------- */

/* What was taken now ends at `end`: the new bytes join the last hole. */
static void extend_to(struct freelist *heap, uint64_t end)
{
	struct freelist_state *state = state_of(heap);
	struct segment last = {0};
	bool has_last = segments_last(&heap->segments, &last);
	uint64_t from = has_last ? last.base + last.size : first_of(heap);
	uint64_t whole = end > from ? (end - from) / heap->unit * heap->unit : 0;

	state->end = end;
	state->tail = end > from ? end - from - whole : 0;
	if (whole == 0)
		return;
	struct segment hole = {.base = from, .size = whole, .is_hole = 1};
	if (has_last && last.is_hole) {
		hole.base = last.base;
		hole.size += last.size;
		segments_replace(&heap->segments, NULL, &last, 1, &hole, 1);
		relist_hole(heap, last.base, hole.base, hole.size);
		return;
	}
	segments_replace(&heap->segments, NULL, NULL, 0, &hole, 1);
	list_hole(heap, hole.base, hole.size);
}

static bool take(struct freelist *heap, uint64_t bytes)
{
	struct freelist_state *state = state_of(heap);
	struct page_source *pages = heap->engine.pages;
	uint64_t base;

	if (!pages->grow(pages, bytes, &base))
		return false;
	uint64_t old = state->base ? state->end : base;
	state->base = base;
	extend_to(heap, old + bytes);
	return true;
}

/* Grows until the last hole ends at `end` or later; false when the heap may not or cannot. */
static bool grow_to(struct freelist *heap, uint64_t end)
{
	struct freelist_state *state = state_of(heap);
	uint64_t old = state->end;

	if (heap->capacity)
		return false;
	uint64_t bytes = round_up(end - old + state->tail, GROWTH);
	if (!take(heap, bytes))
		return false;
	heap->engine.happened |= HAPPENED_GREW;
	decide(&heap->engine, &decision_grew, old, bytes, state->end, 0);
	return true;
}

/* Before the first request of a heap that grows: a first step, to know where it begins. */
static bool begin(struct freelist *heap)
{
	return state_of(heap)->base != 0 || take(heap, GROWTH);
}

/* ---- placing ------------------------------------------------------------------------------- */

/* Where in the hole a block begins whose payload is aligned as asked; UINT64_MAX: nowhere. */
static uint64_t place_in(const struct freelist *heap, const struct segment *hole, uint64_t size,
	uint64_t alignment)
{
	uint64_t payload = round_up(hole->base + heap->header, alignment);
	uint64_t block = payload - heap->header;

	return block + size <= hole->base + hole->size ? block : UINT64_MAX;
}

/* What is looked for, and what was found. */
struct search {
	uint64_t size, alignment;
	struct segment hole;
	uint64_t block;
	struct segments_path path; /* to the hole, with has_path */
	bool has_path;
};

static bool fits_into(const struct freelist *heap, struct search *search)
{
	search->block = place_in(heap, &search->hole, search->size, search->alignment);
	return search->block != UINT64_MAX;
}

static bool fits_into_listed(const struct freelist *heap, uint32_t hole, struct search *search)
{
	search->hole.base = holes_base(&heap->list, hole);
	search->hole.size = holes_size(&heap->list, hole);
	search->hole.is_hole = true;
	return fits_into(heap, search);
}

static bool first_by_address(const struct freelist *heap, uint64_t from, struct search *search)
{
	search->has_path = true;
	while (segments_first_fit(&heap->segments, from, search->size, &search->hole,
		&search->path)) {
		if (fits_into(heap, search))
			return true;
		from = search->hole.base + search->hole.size;
	}
	return false;
}

static bool first_listed(const struct freelist *heap, const struct place *from,
	struct search *search)
{
	struct place place;
	uint32_t hole;

	while ((hole = holes_first(&heap->list, from, search->size)) != 0) {
		if (fits_into_listed(heap, hole, search))
			return true;
		place = holes_place(&heap->list, hole);
		place.tie++;
		from = &place;
	}
	return false;
}

static bool first_fit(const struct freelist *heap, struct search *search)
{
	return heap->has_list ? first_listed(heap, NULL, search)
			      : first_by_address(heap, 0, search);
}

static bool next_fit(const struct freelist *heap, struct search *search)
{
	const struct place *rover = &state_of(heap)->rover;

	if (heap->has_list ? first_listed(heap, rover, search)
			   : first_by_address(heap, rover->key, search))
		return true;
	return first_fit(heap, search);
}

static bool best_fit(const struct freelist *heap, struct search *search)
{
	const struct holes *list = &heap->list;

	for (uint32_t hole = holes_smallest(list, search->size); hole;
		hole = holes_next_larger(list, hole))
		if (fits_into_listed(heap, hole, search))
			return true;
	return false;
}

static bool worst_fit(const struct freelist *heap, struct search *search)
{
	const struct holes *list = &heap->list;
	uint32_t first = holes_largest(list);

	while (first && holes_size(list, first) >= search->size) {
		uint64_t size = holes_size(list, first);
		for (uint32_t hole = first; hole && holes_size(list, hole) == size;
			hole = holes_next_larger(list, hole))
			if (fits_into_listed(heap, hole, search))
				return true;
		first = holes_next_smaller(list, size);
	}
	return false;
}

/* How many entries a walk would have looked at. */
static uint64_t looked_at(const struct freelist *heap, bool fits, const struct segment *hole)
{
	const struct place *rover = &state_of(heap)->rover;
	uint64_t holes = segments_holes(&heap->segments);

	if (!fits || heap->fit == FIT_BEST || heap->fit == FIT_WORST)
		return holes;
	uint64_t rank = rank_of(heap, hole->base);
	if (heap->fit == FIT_FIRST)
		return rank + 1;
	uint64_t begin = heap->has_list ? holes_rank(&heap->list, rover)
					: segments_rank(&heap->segments, rover->key);
	return rank >= begin ? rank - begin + 1 : holes - begin + rank + 1;
}

static bool look_for_room(struct freelist *heap, struct search *search)
{
	static bool (*const ways[])(const struct freelist *heap,
		struct search *search) = {[FIT_FIRST] = first_fit,
		[FIT_NEXT] = next_fit,
		[FIT_BEST] = best_fit,
		[FIT_WORST] = worst_fit};
	bool fits = ways[heap->fit](heap, search);

	if (heap->engine.log)
		decide(&heap->engine, &decision_searched, looked_at(heap, fits, &search->hole),
			segments_holes(&heap->segments), search->size, heap->fit);
	return fits;
}

/*
 * The list has what is left of the hole: a gap in front of the block, a rest behind it, both, or
 * nothing.
 */
static void list_rests(struct freelist *heap, const struct segment *hole, uint64_t gap,
	uint64_t rest)
{
	struct place *rover = &state_of(heap)->rover;
	uint64_t behind = hole->base + hole->size - rest;

	if (!heap->has_list) {
		rover->key = behind;
		return;
	}
	struct place old = holes_place(&heap->list, holes_at(&heap->list, hole->base));
	if (gap) {
		relist_hole(heap, hole->base, hole->base, gap);
		if (rest)
			list_hole(heap, behind, rest);
	} else {
		relist_hole(heap, hole->base, behind, rest);
	}
	if (rest)
		old = holes_place(&heap->list, holes_at(&heap->list, behind));
	rover->key = old.key;
	rover->tie = rest ? old.tie : old.tie + 1;
}

/* Makes a block of the hole; what lies before and behind stays free. */
static void carve(struct freelist *heap, const struct search *search)
{
	const struct segment *hole = &search->hole;
	uint64_t block = search->block, size = search->size;
	uint64_t rest = hole->base + hole->size - block - size;
	struct segment news[3];
	size_t n = 0;

	assert(hole->is_hole && block >= hole->base && size > 0 && size % heap->unit == 0);
	assert(block - hole->base <= hole->size && rest < hole->size);
	decide(&heap->engine, &decision_hole_chosen, hole->base, hole->size, heap->fit, 0);
	if (block > hole->base) {
		news[n++] = (struct segment){hole->base, block - hole->base, true};
		decide(&heap->engine, &decision_alignment_gap, hole->base, block - hole->base, 0,
			0);
	}
	news[n++] = (struct segment){block, size, false};
	if (rest > 0) {
		news[n++] = (struct segment){block + size, rest, true};
		heap->engine.happened |= HAPPENED_SPLIT;
		decide(&heap->engine, &decision_split, block, size, block + size, rest);
	} else {
		decide(&heap->engine, &decision_exact_fit, hole->base, hole->size, 0, 0);
	}
	if (search->has_path && block == hole->base)
		segments_carve(&heap->segments, &search->path, hole, size);
	else
		segments_replace(&heap->segments, NULL, hole, 1, news, n);
	list_rests(heap, hole, block - hole->base, rest);
}

/* ---- joining ------------------------------------------------------------------------------- */

static int compare_addresses(const void *one, const void *other)
{
	uint64_t a = *(const uint64_t *)one, b = *(const uint64_t *)other;
	return (a > b) - (a < b);
}

/* Two holes that touch become one. */
static struct segment join(struct freelist *heap, const struct segment *one,
	const struct segment *other)
{
	const struct segment olds[2] = {*one, *other};
	const struct segment joined = {one->base, one->size + other->size, true};

	assert(one->is_hole && other->is_hole && one->base + one->size == other->base);
	heap->engine.happened |= HAPPENED_COALESCED;
	segments_replace(&heap->segments, NULL, olds, 2, &joined, 1);
	return joined;
}

/* On demand: wherever two holes touch, from the lowest address on; false when they do nowhere. */
static bool join_all(struct freelist *heap)
{
	uint64_t *seams = heap->seams.data;
	uint64_t joins = 0;

	if (heap->seams.count > 1)
		qsort(seams, heap->seams.count, sizeof(*seams), compare_addresses);
	for (size_t i = 0; i < heap->seams.count; i++) {
		struct neighbours around;
		if (!segments_around(&heap->segments, seams[i], &around) || !around.self.is_hole ||
			!around.before.size)
			continue;
		unlist_hole(heap, around.before.base);
		unlist_hole(heap, around.self.base);
		struct segment joined = join(heap, &around.before, &around.self);
		list_hole(heap, joined.base, joined.size);
		keep_rover_outside(heap, &joined);
		joins++;
	}
	flat_set_count(&heap->seams, 0);
	if (joins)
		decide(&heap->engine, &decision_joined_all, joins, 0, 0, 0);
	return joins > 0;
}

static struct segment listed(const struct freelist *heap, uint32_t hole)
{
	return (struct segment){holes_base(&heap->list, hole), holes_size(&heap->list, hole), true};
}

/* --ostep: each hole that begins where the one before it in the list ends is joined to that one. */
static void join_along_list(struct freelist *heap)
{
	for (size_t i = 0; i < heap->seams.count; i++) { /* joining may bring more of them */
		uint32_t hole = holes_at(&heap->list, *flat_at(&heap->seams, uint64_t, i));
		uint32_t before = hole ? holes_before(&heap->list, hole) : 0;
		if (!before)
			continue;
		struct segment other = listed(heap, hole), one = listed(heap, before);
		if (one.base + one.size != other.base)
			continue;
		decide(&heap->engine, &decision_joined, one.base, one.size, other.base, other.size);
		holes_remove(&heap->list, hole);
		join(heap, &one, &other);
		holes_change(&heap->list, before, one.base, one.size + other.size);
	}
	flat_set_count(&heap->seams, 0);
}

/* ---- allocating ---------------------------------------------------------------------------- */

/* Where the last hole begins, or where the heap ends. */
static uint64_t trailing_free(const struct freelist *heap)
{
	struct segment last;

	if (!segments_last(&heap->segments, &last))
		return first_of(heap);
	return last.is_hole ? last.base : last.base + last.size;
}

static enum outcome no_memory(struct freelist *heap, uint64_t size)
{
	const struct segments *segments = &heap->segments;
	const struct freelist_state *state = state_of(heap);
	uint64_t room = state->base ? state->end - state->tail - first_of(heap) : 0;

	heap->engine.happened |= HAPPENED_NO_MEMORY;
	decide(&heap->engine, &decision_no_fit, size, room - segments_used(segments),
		segments_largest_hole(segments), 0);
	return OUTCOME_NO_MEMORY;
}

static enum outcome allocate(struct engine *engine, const struct request *request,
	struct placement *ret_placement)
{
	struct freelist *heap = self(engine);
	uint64_t size = block_size(heap, request->size);
	bool is_aligned = request->alignment > heap->unit && !heap->is_ostep;
	uint64_t alignment = is_aligned ? request->alignment : heap->unit;
	struct search search;

	if (size == 0 || alignment > REQUEST_MAX || !begin(heap))
		return no_memory(heap, request->size);
	if (size != request->size)
		decide(engine, &decision_padded, request->size, size, heap->header,
			heap->is_ostep ? heap->padding : heap->unit);

	search.size = size;
	search.alignment = alignment;
	search.has_path = false;
	bool fits = look_for_room(heap, &search);
	if (!fits && heap->coalesce == COALESCE_ON_DEMAND && join_all(heap))
		fits = look_for_room(heap, &search);
	if (!fits) {
		uint64_t payload = round_up(trailing_free(heap) + heap->header, alignment);
		if (!grow_to(heap, payload - heap->header + size) ||
			!segments_last(&heap->segments, &search.hole))
			return no_memory(heap, size);
		search.block = payload - heap->header;
		search.has_path = false;
	}
	carve(heap, &search);
	*ret_placement = (struct placement){search.block + heap->header, size - heap->header, 0};
	return OUTCOME_PLACED;
}

/* ---- releasing ----------------------------------------------------------------------------- */

/* The block whose payload begins at the address, and what lies around it. */
static bool find_block(const struct freelist *heap, uint64_t address, struct neighbours *ret_around)
{
	return address >= heap->header &&
	       segments_around(&heap->segments, address - heap->header, ret_around) &&
	       !ret_around->self.is_hole;
}

static enum outcome invalid(struct freelist *heap, uint64_t address)
{
	heap->engine.happened |= HAPPENED_INVALID;
	decide(&heap->engine, &decision_invalid, address, 0, 0, 0);
	return OUTCOME_INVALID;
}

/* Where the new hole touches others that it is not joined with yet. */
static void note_seams(struct freelist *heap, const struct neighbours *around,
	const struct segment *hole)
{
	if (around->before.size && hole->base == around->self.base)
		*(uint64_t *)flat_grow(&heap->seams, 1) = hole->base;
	if (around->after.size)
		*(uint64_t *)flat_grow(&heap->seams, 1) = around->after.base;
}

/* The hole takes the end of the block or all of it, and of the hole behind it what it covers. */
static void segment_hole(struct freelist *heap, const struct neighbours *around,
	const struct segment *hole)
{
	const struct segment *block = &around->self;
	const struct segment olds[] = {*block, around->after};
	const struct segment news[] = {{block->base, hole->base - block->base, false}, *hole};
	bool joins_after = hole->base + hole->size > block->base + block->size;
	bool is_whole = hole->base == block->base;

	segments_replace(&heap->segments, &around->path, olds, joins_after ? 2 : 1, &news[is_whole],
		is_whole ? 1 : 2);
}

/*
 * The block from `base` on becomes a hole, all of it or its end, and is joined with the holes that
 * touch it.
 */
static void make_hole(struct freelist *heap, const struct neighbours *around, uint64_t base)
{
	const struct segment *block = &around->self, *before = &around->before,
			     *after = &around->after;
	struct segment hole = {base, block->base + block->size - base, true};
	bool is_whole = base == block->base;
	bool joins = heap->coalesce == COALESCE_ON && !heap->is_ostep;

	decide(&heap->engine, &decision_hole_made, base, hole.size,
		heap->engine.log && !heap->has_list ? segments_rank(&heap->segments, base) : 0, 0);
	if (heap->coalesce == COALESCE_ON_DEMAND)
		note_seams(heap, around, &hole);
	if (joins && is_whole && before->size) {
		hole.base = before->base;
		hole.size += before->size;
		unlist_hole(heap, before->base);
		heap->engine.happened |= HAPPENED_COALESCED;
		decide(&heap->engine, &decision_coalesced_before, before->base, before->size,
			hole.size, 0);
	}
	if (joins && after->size) {
		hole.size += after->size;
		unlist_hole(heap, after->base);
		heap->engine.happened |= HAPPENED_COALESCED;
		decide(&heap->engine, &decision_coalesced_after, after->base, after->size,
			hole.size, 0);
	}
	if (joins && is_whole)
		segments_release(&heap->segments, around);
	else
		segment_hole(heap, around, &hole);
	list_hole(heap, hole.base, hole.size);
	keep_rover_outside(heap, &hole);
}

/*
 * --ostep: the list is sorted, the block becomes its newest hole, and holes are joined along the
 * list.
 */
static void release_as_ostep(struct freelist *heap, const struct neighbours *around)
{
	uint64_t moved = holes_sort(&heap->list);

	if (moved)
		decide(&heap->engine, &decision_list_sorted, moved, 0, 0, 0);
	make_hole(heap, around, around->self.base);
	if (heap->coalesce == COALESCE_ON)
		join_along_list(heap);
}

static void release_block(struct freelist *heap, const struct neighbours *around)
{
	if (heap->is_ostep)
		release_as_ostep(heap, around);
	else
		make_hole(heap, around, around->self.base);
}

static enum outcome release(struct engine *engine, uint64_t address)
{
	struct freelist *heap = self(engine);
	struct neighbours around;

	if (!find_block(heap, address, &around))
		return invalid(heap, address);
	release_block(heap, &around);
	return OUTCOME_RELEASED;
}

static void expect(const struct engine *engine, uint64_t address)
{
	const struct freelist *heap = const_self(engine);

	segments_expect(&heap->segments, address - heap->header);
}

/* ---- reallocating -------------------------------------------------------------------------- */

/*
 * The block becomes `size` bytes long where it is: the hole behind it gives what is missing; false
 * when it cannot.
 */
static bool grow_in_place(struct freelist *heap, const struct neighbours *around, uint64_t size)
{
	const struct segment *block = &around->self;
	struct segment next = around->after, last;

	if (block->size + next.size < size) {
		segments_last(&heap->segments, &last);
		if (last.base != (next.size ? next.base : block->base) ||
			!grow_to(heap, block->base + size))
			return false;
		segments_find(&heap->segments, block->base + block->size, &next);
	}

	uint64_t rest = block->size + next.size - size;
	const struct segment olds[2] = {*block, next};
	const struct segment news[2] = {{block->base, size, false},
		{block->base + size, rest, true}};
	decide(&heap->engine, &decision_grew_in_place, block->base, block->size, size, 0);
	segments_replace(&heap->segments, NULL, olds, 2, news, rest ? 2 : 1);
	relist_hole(heap, next.base, block->base + size, rest);
	return true;
}

static enum outcome reallocate(struct engine *engine, uint64_t address,
	const struct request *request, struct placement *ret_placement)
{
	struct freelist *heap = self(engine);
	struct neighbours around;
	const struct segment *block = &around.self;
	uint64_t size = block_size(heap, request->size);

	if (!find_block(heap, address, &around))
		return invalid(heap, address);
	if (request->size == 0) {
		release_block(heap, &around);
		return OUTCOME_RELEASED;
	}
	if (size == 0)
		return no_memory(heap, request->size);

	*ret_placement = (struct placement){address, size - heap->header, 0};
	if (size == block->size) {
		decide(engine, &decision_fits_block, request->size, size - heap->header, 0, 0);
		return OUTCOME_PLACED;
	}
	if (size < block->size && !heap->is_ostep) {
		decide(engine, &decision_shrunk, block->base, block->size, size, 0);
		make_hole(heap, &around, block->base + size);
		return OUTCOME_PLACED;
	}
	if (!heap->is_ostep && grow_in_place(heap, &around, size))
		return OUTCOME_PLACED;

	uint64_t old = block->size - heap->header;
	uint64_t copied = old < request->size ? old : request->size;
	decide(engine, &decision_moves, request->size, old, copied, heap->is_ostep);
	enum outcome outcome = allocate(engine, request, ret_placement);
	if (outcome == OUTCOME_PLACED) {
		/* the new block may touch it */
		segments_around(&heap->segments, block->base, &around);
		release_block(heap, &around);
	}
	return outcome;
}

/* ---- what it shows of itself --------------------------------------------------------------- */

static size_t region_count(const struct engine *engine)
{
	return state_of(const_self(engine))->base != 0;
}

static void region(const struct engine *engine, size_t at, struct region *ret_region)
{
	const struct freelist *heap = const_self(engine);
	const struct freelist_state *state = state_of(heap);

	*ret_region = (struct region){
		.name = "heap",
		.kind = REGION_HEAP,
		.base = state->base,
		.size = state->end - state->base,
		.used = segments_used(&heap->segments),
	};
}

static void spans(const struct engine *engine, uint64_t from, uint64_t to, span_visit *visit,
	void *user)
{
	const struct freelist *heap = const_self(engine);
	const struct freelist_state *state = state_of(heap);
	struct segment segment = {0};

	if (state->base == 0)
		return;
	if (heap->lead > 0 && from < first_of(heap) && to > state->base) {
		const struct span lead = {.state = SPAN_WASTE,
			.base = state->base,
			.size = heap->lead};
		if (!visit(&lead, user))
			return;
	}
	uint64_t at = from > first_of(heap) ? from : first_of(heap);
	uint64_t order = !heap->has_list && segments_find(&heap->segments, at, &segment)
				 ? segments_rank(&heap->segments, segment.base) + 1
				 : 0;
	while (at < to && segments_find(&heap->segments, at, &segment)) {
		if (heap->has_list && segment.is_hole)
			order = rank_of(heap, segment.base) + 1;
		const struct span span = {
			.state = segment.is_hole ? SPAN_FREE : SPAN_USED,
			.base = segment.base,
			.size = segment.size,
			.payload = segment.is_hole ? 0 : segment.base + heap->header,
			.order = segment.is_hole ? (uint32_t)order++ : 0,
		};
		if (!visit(&span, user))
			return;
		at = segment.base + segment.size;
	}
	if (state->tail > 0 && to > state->end - state->tail && from < state->end) {
		const struct span tail = {.state = SPAN_WASTE,
			.base = state->end - state->tail,
			.size = state->tail};
		visit(&tail, user);
	}
}

static uint64_t used_between(const struct engine *engine, uint64_t from, uint64_t to)
{
	const struct freelist *heap = const_self(engine);

	if (from >= to)
		return 0;
	return segments_used_below(&heap->segments, to) -
	       segments_used_below(&heap->segments, from);
}

static size_t list_count(const struct engine *engine)
{
	return 1;
}

static void list(const struct engine *engine, size_t at, struct list *ret_list)
{
	*ret_list = (struct list){.name = "free list",
		.length = segments_holes(&const_self(engine)->segments)};
}

static size_t list_entries(const struct engine *engine, size_t at, uint64_t from,
	struct list_entry *ret_entries, size_t n)
{
	const struct freelist *heap = const_self(engine);
	struct segment hole;
	size_t copied = 0;

	for (; copied < n; copied++) {
		uint32_t entry = heap->has_list ? holes_nth(&heap->list, from + copied) : 0;
		if (entry)
			hole = listed(heap, entry);
		else if (heap->has_list || !segments_hole(&heap->segments, from + copied, &hole))
			break;
		ret_entries[copied] = (struct list_entry){.address = hole.base, .size = hole.size};
	}
	return copied;
}

static size_t fields(const struct engine *engine, uint64_t address, struct field *ret_fields,
	size_t n)
{
	const struct freelist *heap = const_self(engine);
	struct segment segment;
	struct field all[4] = {0};
	size_t count = 0;

	if (!segments_find(&heap->segments, address, &segment))
		return 0;
	snprintf(all[count].name, sizeof(all[count].name), "%s",
		segment.is_hole ? "hole" : "block");
	snprintf(all[count++].value, sizeof(all->value), "+0x%" PRIx64,
		segment.base - state_of(heap)->base);
	snprintf(all[count].name, sizeof(all[count].name), "size");
	snprintf(all[count++].value, sizeof(all->value), "%" PRIu64, segment.size);
	if (segment.is_hole) {
		snprintf(all[count].name, sizeof(all[count].name), "place in list");
		snprintf(all[count++].value, sizeof(all->value), "%" PRIu64,
			rank_of(heap, segment.base) + 1);
	} else {
		snprintf(all[count].name, sizeof(all[count].name), "header");
		snprintf(all[count++].value, sizeof(all->value), "%" PRIu64, heap->header);
	}
	count = count < n ? count : n;
	memcpy(ret_fields, all, count * sizeof(*all));
	return count;
}

/* Blocks are counted with their rounding, without their headers. */
static void totals(const struct engine *engine, struct totals *ret_totals)
{
	const struct freelist *heap = const_self(engine);
	const struct freelist_state *state = state_of(heap);
	uint64_t nblocks = segments_blocks(&heap->segments);

	*ret_totals = (struct totals){
		.reserved = state->end - state->base,
		.blocks = segments_used(&heap->segments) - nblocks * heap->header,
		.headers = nblocks * heap->header,
		.tails = state->tail,
		.alignment = state->base ? heap->lead : 0,
		.regions = state->base != 0,
		.regions_total = state->base != 0,
		.regions_peak = state->base != 0,
		.free_spans = segments_holes(&heap->segments),
		.largest_free = segments_largest_hole(&heap->segments),
		.free_squares = segments_hole_squares(&heap->segments),
		.blocks_live = nblocks,
	};
	ret_totals->available = ret_totals->reserved - segments_used(&heap->segments) -
				ret_totals->tails - ret_totals->alignment;
}

/* The list and the segments tell of the same holes. */
static int check_list(const struct freelist *heap, struct error *err)
{
	struct segment hole;

	if (!heap->has_list)
		return 0;
	if (holes_check(&heap->list, err) < 0)
		return -1;
	if (holes_count(&heap->list) != segments_holes(&heap->segments))
		return error_set(err,
			"heap: the free list has more holes, or fewer, than there are");
	for (uint64_t i = 0; segments_hole(&heap->segments, i, &hole); i++)
		if (holes_size(&heap->list, holes_at(&heap->list, hole.base)) != hole.size)
			return error_set(err, "heap: the free list has another size of a hole");
	return 0;
}

static int check(const struct engine *engine, struct error *err)
{
	const struct freelist *heap = const_self(engine);
	const struct freelist_state *state = state_of(heap);
	struct segment segment, before = {0};

	bool joins = heap->coalesce == COALESCE_ON && !heap->is_ostep;

	if (segments_check(&heap->segments, err) < 0 || check_list(heap, err) < 0)
		return -1;
	uint64_t at = first_of(heap);
	while (state->base && segments_find(&heap->segments, at, &segment)) {
		if (segment.base != at)
			return error_set(err, "heap: a segment begins inside another");
		if (joins && segment.is_hole && before.is_hole)
			return error_set(err, "heap: two holes touch at +0x%" PRIx64,
				at - state->base);
		if (segment.size % heap->unit != 0)
			return error_set(err, "heap: a segment at +0x%" PRIx64 " is no whole unit",
				at - state->base);
		before = segment;
		at = segment.base + segment.size;
	}
	if (state->base && at + state->tail != state->end &&
		segments_holes(&heap->segments) + segments_blocks(&heap->segments) > 0)
		return error_set(err, "heap: segments do not reach its end");
	return 0;
}

/* ---- life ---------------------------------------------------------------------------------- */

/* What the textbook's tool does where nothing else is said, and what it cannot. */
static int be_ostep(struct freelist *heap, const struct options *values, struct error *err)
{
	if (heap->fit == FIT_NEXT || heap->coalesce == COALESCE_ON_DEMAND)
		return error_set(err, "--ostep: the textbook's tool has no %s",
			heap->fit == FIT_NEXT ? "next fit" : "coalescing on demand");
	if (!options_given(values, "heap-size"))
		heap->capacity = 100;
	if (heap->capacity == 0)
		return error_set(err, "--ostep: the heap of the textbook's tool does not grow");
	if (options_given(values, "heap-align") && options_number(values, "heap-align") > 1)
		return error_set(err,
			"--ostep: the textbook's tool does not align addresses; --ostep-align pads requests");
	if (!options_given(values, "heap-header"))
		heap->header = 0;
	if (!options_given(values, "heap-fit"))
		heap->fit = FIT_BEST;
	if (!options_given(values, "heap-coalesce"))
		heap->coalesce = COALESCE_OFF;
	heap->padding = options_number(values, "ostep-align");
	heap->unit = 1;
	return 0;
}

static int init(struct engine *engine, const struct options *values, struct error *err)
{
	struct freelist *heap = self(engine);
	uint64_t align = options_number(values, "heap-align");

	heap->capacity = options_number(values, "heap-size");
	heap->header = options_number(values, "heap-header");
	heap->unit = align ? align : 1;
	heap->fit = (enum fit)options_choice(values, "heap-fit");
	heap->order = (enum holes_order)options_choice(values, "heap-order");
	heap->coalesce = (enum coalesce)options_choice(values, "heap-coalesce");
	heap->is_ostep = options_flag(values, "ostep");
	if (heap->is_ostep && be_ostep(heap, values, err) < 0)
		return -1;
	heap->lead = round_up(heap->header, heap->unit) - heap->header;
	heap->has_list = heap->is_ostep || heap->order != ORDER_ADDRESS || heap->fit == FIT_BEST ||
			 heap->fit == FIT_WORST;

	flat_add(&engine->flat, &heap->state, sizeof(struct freelist_state));
	flat_grow(&heap->state, 1);
	flat_add(&engine->flat, &heap->seams, sizeof(uint64_t));
	segments_init(&heap->segments, &engine->flat, heap->unit);
	if (heap->has_list) {
		bool joins_along = heap->is_ostep && heap->coalesce == COALESCE_ON;
		holes_init(&heap->list, &engine->flat, heap->order, heap->is_ostep,
			joins_along ? &heap->seams : NULL);
	}
	if (heap->capacity && !take(heap, heap->capacity))
		return error_set(err, "--heap-size: %" PRIu64 " bytes cannot be had",
			heap->capacity);
	return 0;
}

const struct engine_ops engine_heap = {
	.name = "heap",
	.summary = "one free list: first, next, best or worst fit, splitting and coalescing",
	.options = options,
	.decisions = freelist_decisions,
	.state_size = sizeof(struct freelist),

	.init = init,

	.allocate = allocate,
	.release = release,
	.reallocate = reallocate,
	.expect = expect,

	.region_count = region_count,
	.region = region,
	.spans = spans,
	.used_between = used_between,

	.list_count = list_count,
	.list = list,
	.list_entries = list_entries,
	.fields = fields,

	.totals = totals,
	.check = check,
};
