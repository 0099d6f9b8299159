/*
 * A heap with a free list, ordered by address: the first hole that is large enough serves a
 * request, its low end is given, the rest stays a hole; a block that is freed joins the holes on
 * both sides.
 *
 *	block    what a request got: header, then the payload whose address the program has
 *	hole     a run of free bytes, however short; no two holes touch
 *	unit     the alignment; sizes of blocks are multiples of it
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
 * Blocks and holes are kept in one tree (segments.h), so nothing walks the list; the count of
 * entries that a walk would have looked at is the rank of the hole, and exact.
 */
#include "engine/segments.h"

#include "arenascope/engine.h"
#include "base/error.h"
#include "base/options.h"

#include <assert.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define GROWTH	    4096u
#define REQUEST_MAX (UINT64_C(1) << 56)	/* more can never fit; keeps sums from wrapping */

struct scalars {
	uint64_t base;	/* of the heap; 0: nothing taken yet */
	uint64_t end;	/* where what was taken ends */
	uint64_t tail;	/* bytes at the end that are no whole unit */
};

struct freelist {
	struct engine engine;
	uint64_t capacity;	/* bytes; 0: it grows */
	uint64_t header;
	uint64_t unit;
	uint64_t lead;	/* from the heap's base to the first block */
	struct flat_array scalars;	/* one struct scalars */
	struct segments segments;
};

static const struct option_spec options[] = {
	{.name = "heap-size", .type = OPTION_SIZE, .value = "BYTES", .fallback = "0",
		.max = UINT64_C(1) << 40, .help = "the heap's fixed capacity; 0: it grows"},
	{.name = "heap-header", .type = OPTION_SIZE, .value = "BYTES", .fallback = "8", .max = 4096,
		.help = "bytes in front of every block's payload"},
	{.name = "heap-align", .type = OPTION_SIZE, .value = "BYTES", .fallback = "16", .max = 4096,
		.power_of_two = true, .help = "what every payload's address is a multiple of; 0 or 1: anything"},
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

static struct scalars *scalars_of(const struct freelist *heap)
{
	return heap->scalars.data;
}

/* unit: a power of two. */
static uint64_t round_up(uint64_t number, uint64_t unit)
{
	return (number + unit - 1) & ~(unit - 1);
}

/* Where the first block may begin. */
static uint64_t first_of(const struct freelist *heap)
{
	return scalars_of(heap)->base + heap->lead;
}

/* Bytes of the block for a request; 0: more than can ever be. */
static uint64_t block_size(const struct freelist *heap, uint64_t request)
{
	if (request > REQUEST_MAX)
		return 0;
	return round_up(heap->header + (request ? request : 1), heap->unit);
}

/* ---- growing ------------------------------------------------------------------------------- */

/* What was taken now ends at `end`: the new bytes join the last hole. */
static void extend_to(struct freelist *heap, uint64_t end)
{
	struct scalars *scalars = scalars_of(heap);
	struct segment last = {0};
	bool has_last = segments_last(&heap->segments, &last);
	uint64_t from = has_last ? last.base + last.size : first_of(heap);
	uint64_t whole = end > from ? (end - from) / heap->unit * heap->unit : 0;

	scalars->end = end;
	scalars->tail = end > from ? end - from - whole : 0;
	if (whole == 0)
		return;
	struct segment hole = {.base = from, .size = whole, .is_hole = 1};
	if (has_last && last.is_hole) {
		hole.base = last.base;
		hole.size += last.size;
		segments_replace(&heap->segments, NULL, &last, 1, &hole, 1);
		return;
	}
	segments_replace(&heap->segments, NULL, NULL, 0, &hole, 1);
}

static bool take(struct freelist *heap, uint64_t bytes)
{
	struct scalars *scalars = scalars_of(heap);
	struct page_source *pages = heap->engine.pages;
	uint64_t base;

	if (!pages->grow(pages, bytes, &base))
		return false;
	uint64_t old = scalars->base ? scalars->end : base;
	scalars->base = base;
	extend_to(heap, old + bytes);
	return true;
}

/* Grows until the last hole ends at `end` or later; false when the heap may not or cannot. */
static bool grow_to(struct freelist *heap, uint64_t end)
{
	struct scalars *scalars = scalars_of(heap);
	uint64_t old = scalars->end;

	if (heap->capacity)
		return false;
	uint64_t bytes = round_up(end - old + scalars->tail, GROWTH);
	if (!take(heap, bytes))
		return false;
	heap->engine.happened |= HAPPENED_GREW;
	decide(&heap->engine, DECISION_GREW, old, bytes, scalars->end, 0);
	return true;
}

/* Before the first request of a heap that grows: a first step, to know where it begins. */
static bool begin(struct freelist *heap)
{
	return scalars_of(heap)->base != 0 || take(heap, GROWTH);
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

/* The first hole in which the block fits. */
static bool search(const struct freelist *heap, uint64_t size, uint64_t alignment, struct segment *ret_hole,
	uint64_t *ret_block, struct segments_path *ret_path)
{
	uint64_t from = 0;

	while (segments_first_fit(&heap->segments, from, size, ret_hole, ret_path)) {
		*ret_block = place_in(heap, ret_hole, size, alignment);
		if (*ret_block != UINT64_MAX)
			return true;
		from = ret_hole->base + ret_hole->size;
	}
	return false;
}

/* Tells of the search, and of the entries that a walk would have looked at. */
static void tell_search(struct freelist *heap, bool fits, const struct segment *hole, uint64_t size)
{
	uint64_t holes = segments_holes(&heap->segments);

	if (heap->engine.log)
		decide(&heap->engine, DECISION_SEARCHED,
			fits ? segments_rank(&heap->segments, hole->base) + 1 : holes, holes, size, 0);
}

/* Makes a block of the hole; what lies before and behind stays free. */
static void carve(struct freelist *heap, const struct segments_path *path, const struct segment *hole, uint64_t block,
	uint64_t size)
{
	uint64_t rest = hole->base + hole->size - block - size;
	struct segment news[3];
	size_t n = 0;

	decide(&heap->engine, DECISION_HOLE_CHOSEN, hole->base, hole->size, 0, 0);
	if (block > hole->base) {
		news[n++] = (struct segment){hole->base, block - hole->base, 1};
		decide(&heap->engine, DECISION_ALIGNMENT_GAP, hole->base, block - hole->base, 0, 0);
	}
	news[n++] = (struct segment){block, size, 0};
	if (rest > 0) {
		news[n++] = (struct segment){block + size, rest, 1};
		heap->engine.happened |= HAPPENED_SPLIT;
		decide(&heap->engine, DECISION_SPLIT, block, size, block + size, rest);
	} else {
		decide(&heap->engine, DECISION_EXACT_FIT, hole->base, hole->size, 0, 0);
	}
	segments_replace(&heap->segments, path, hole, 1, news, n);
}

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
	const struct scalars *scalars = scalars_of(heap);
	uint64_t room = scalars->base ? scalars->end - scalars->tail - first_of(heap) : 0;

	heap->engine.happened |= HAPPENED_NO_MEMORY;
	decide(&heap->engine, DECISION_NO_FIT, size, room - segments_used(segments),
		segments_largest_hole(segments), 0);
	return OUTCOME_NO_MEMORY;
}

static enum outcome allocate(struct engine *engine, const struct request *request,
	struct placement *ret_placement)
{
	struct freelist *heap = self(engine);
	uint64_t size = block_size(heap, request->size);
	uint64_t alignment = request->alignment > heap->unit ? request->alignment : heap->unit;
	struct segment hole;
	uint64_t block;

	if (size == 0 || alignment > REQUEST_MAX || !begin(heap))
		return no_memory(heap, request->size);
	if (size != request->size)
		decide(engine, DECISION_PADDED, request->size, size, heap->header, heap->unit);

	struct segments_path path;
	bool fits = search(heap, size, alignment, &hole, &block, &path);
	tell_search(heap, fits, &hole, size);
	if (!fits) {
		uint64_t payload = round_up(trailing_free(heap) + heap->header, alignment);
		if (!grow_to(heap, payload - heap->header + size) || !segments_last(&heap->segments, &hole))
			return no_memory(heap, size);
		block = payload - heap->header;
	}
	carve(heap, fits ? &path : NULL, &hole, block, size);
	*ret_placement = (struct placement){block + heap->header, size - heap->header, 0};
	return OUTCOME_PLACED;
}

/* ---- releasing ----------------------------------------------------------------------------- */

/* The block whose payload begins at the address, and what lies around it. */
static bool find_block(const struct freelist *heap, uint64_t address, struct neighbours *ret_around)
{
	return address >= heap->header && segments_around(&heap->segments, address - heap->header, ret_around) &&
		!ret_around->self.is_hole;
}

static enum outcome invalid(struct freelist *heap, uint64_t address)
{
	heap->engine.happened |= HAPPENED_INVALID;
	decide(&heap->engine, DECISION_INVALID, address, 0, 0, 0);
	return OUTCOME_INVALID;
}

/*
 * The block from `base` on becomes a hole, all of it or its end, and is joined with the holes that
 * touch it.
 */
static void make_hole(struct freelist *heap, const struct neighbours *around, uint64_t base)
{
	const struct segment *block = &around->self, *before = &around->before, *after = &around->after;
	struct segment news[2];
	struct segment hole = {base, block->base + block->size - base, 1};
	struct segment olds[SEGMENTS_REPLACED];
	size_t nold = 0, nnew = 0;

	decide(&heap->engine, DECISION_HOLE_MADE, base, hole.size,
		heap->engine.log ? segments_rank(&heap->segments, base) : 0, 0);
	if (base > block->base) {
		news[nnew++] = (struct segment){block->base, base - block->base, 0};
	} else if (before->size) {
		hole.base = before->base;
		hole.size += before->size;
		olds[nold++] = *before;
		heap->engine.happened |= HAPPENED_COALESCED;
		decide(&heap->engine, DECISION_COALESCED_BEFORE, before->base, before->size, hole.size, 0);
	}
	olds[nold++] = *block;
	if (after->size) {
		hole.size += after->size;
		olds[nold++] = *after;
		heap->engine.happened |= HAPPENED_COALESCED;
		decide(&heap->engine, DECISION_COALESCED_AFTER, after->base, after->size, hole.size, 0);
	}
	news[nnew++] = hole;
	segments_replace(&heap->segments, &around->path, olds, nold, news, nnew);
}

static enum outcome release(struct engine *engine, uint64_t address)
{
	struct freelist *heap = self(engine);
	struct neighbours around;

	if (!find_block(heap, address, &around))
		return invalid(heap, address);
	make_hole(heap, &around, around.self.base);
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
		if (last.base != (next.size ? next.base : block->base) || !grow_to(heap, block->base + size))
			return false;
		segments_find(&heap->segments, block->base + block->size, &next);
	}

	uint64_t rest = block->size + next.size - size;
	const struct segment olds[2] = {*block, next};
	const struct segment news[2] = {{block->base, size, false}, {block->base + size, rest, true}};
	decide(&heap->engine, DECISION_GREW_IN_PLACE, block->base, block->size, size, 0);
	segments_replace(&heap->segments, NULL, olds, 2, news, rest ? 2 : 1);
	return true;
}

static enum outcome reallocate(struct engine *engine, uint64_t address, const struct request *request,
	struct placement *ret_placement)
{
	struct freelist *heap = self(engine);
	struct neighbours around;
	const struct segment *block = &around.self;
	uint64_t size = block_size(heap, request->size);

	if (!find_block(heap, address, &around))
		return invalid(heap, address);
	if (request->size == 0) {
		make_hole(heap, &around, block->base);
		return OUTCOME_RELEASED;
	}
	if (size == 0)
		return no_memory(heap, request->size);

	*ret_placement = (struct placement){address, size - heap->header, 0};
	if (size == block->size) {
		decide(engine, DECISION_FITS_BLOCK, request->size, size - heap->header, 0, 0);
		return OUTCOME_PLACED;
	}
	if (size < block->size) {
		decide(engine, DECISION_SHRUNK, block->base, block->size, size, 0);
		make_hole(heap, &around, block->base + size);
		return OUTCOME_PLACED;
	}
	if (grow_in_place(heap, &around, size))
		return OUTCOME_PLACED;

	uint64_t old = block->size - heap->header;
	decide(engine, DECISION_MOVES, request->size, old, old, 0);
	enum outcome outcome = allocate(engine, request, ret_placement);
	if (outcome == OUTCOME_PLACED) {
		segments_around(&heap->segments, block->base, &around);	/* the new block may touch it */
		make_hole(heap, &around, block->base);
	}
	return outcome;
}

/* ---- what it shows of itself --------------------------------------------------------------- */

static size_t region_count(const struct engine *engine)
{
	return scalars_of(const_self(engine))->base != 0;
}

static void region(const struct engine *engine, size_t at, struct region *ret_region)
{
	const struct freelist *heap = const_self(engine);
	const struct scalars *scalars = scalars_of(heap);

	(void)at;
	*ret_region = (struct region){
		.name = "heap",
		.kind = REGION_HEAP,
		.base = scalars->base,
		.size = scalars->end - scalars->base,
		.used = segments_used(&heap->segments),
	};
}

static void spans(const struct engine *engine, uint64_t from, uint64_t to, span_visit *visit, void *user)
{
	const struct freelist *heap = const_self(engine);
	const struct scalars *scalars = scalars_of(heap);
	struct segment segment = {0};

	if (scalars->base == 0)
		return;
	if (heap->lead > 0 && from < first_of(heap) && to > scalars->base) {
		const struct span lead = {.state = SPAN_WASTE, .base = scalars->base, .size = heap->lead};
		if (!visit(&lead, user))
			return;
	}
	uint64_t at = from > first_of(heap) ? from : first_of(heap);
	uint64_t order = segments_find(&heap->segments, at, &segment)
		? segments_rank(&heap->segments, segment.base) + 1
		: 0;
	while (at < to && segments_find(&heap->segments, at, &segment)) {
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
	if (scalars->tail > 0 && to > scalars->end - scalars->tail && from < scalars->end) {
		const struct span tail = {
			.state = SPAN_WASTE, .base = scalars->end - scalars->tail, .size = scalars->tail};
		visit(&tail, user);
	}
}

static uint64_t used_between(const struct engine *engine, uint64_t from, uint64_t to)
{
	const struct freelist *heap = const_self(engine);

	if (from >= to)
		return 0;
	return segments_used_below(&heap->segments, to) - segments_used_below(&heap->segments, from);
}

static size_t list_count(const struct engine *engine)
{
	(void)engine;
	return 1;
}

static void list(const struct engine *engine, size_t at, struct list *ret_list)
{
	(void)at;
	*ret_list = (struct list){
		.name = "free list", .length = segments_holes(&const_self(engine)->segments)};
}

static size_t list_entries(const struct engine *engine, size_t at, uint64_t from,
	struct list_entry *ret_entries, size_t n)
{
	struct segment hole;
	size_t copied = 0;

	(void)at;
	while (copied < n && segments_hole(&const_self(engine)->segments, from + copied, &hole))
		ret_entries[copied++] = (struct list_entry){.address = hole.base, .size = hole.size};
	return copied;
}

static size_t fields(const struct engine *engine, uint64_t address, struct field *ret_fields, size_t n)
{
	const struct freelist *heap = const_self(engine);
	struct segment segment;
	struct field all[4] = {0};
	size_t count = 0;

	if (!segments_find(&heap->segments, address, &segment))
		return 0;
	snprintf(all[count].name, sizeof(all[count].name), "%s", segment.is_hole ? "hole" : "block");
	snprintf(all[count++].value, sizeof(all->value), "+0x%" PRIx64, segment.base - scalars_of(heap)->base);
	snprintf(all[count].name, sizeof(all[count].name), "size");
	snprintf(all[count++].value, sizeof(all->value), "%" PRIu64, segment.size);
	if (segment.is_hole) {
		snprintf(all[count].name, sizeof(all[count].name), "place in list");
		snprintf(all[count++].value, sizeof(all->value), "%" PRIu64,
			segments_rank(&heap->segments, segment.base) + 1);
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
	const struct scalars *scalars = scalars_of(heap);
	uint64_t nblocks = segments_blocks(&heap->segments);

	*ret_totals = (struct totals){
		.reserved = scalars->end - scalars->base,
		.blocks = segments_used(&heap->segments) - nblocks * heap->header,
		.headers = nblocks * heap->header,
		.tails = scalars->tail,
		.alignment = scalars->base ? heap->lead : 0,
		.regions = scalars->base != 0,
		.regions_total = scalars->base != 0,
		.regions_peak = scalars->base != 0,
		.free_spans = segments_holes(&heap->segments),
		.largest_free = segments_largest_hole(&heap->segments),
		.blocks_live = nblocks,
	};
	ret_totals->available = ret_totals->reserved - segments_used(&heap->segments) - ret_totals->tails -
		ret_totals->alignment;
}

static int check(const struct engine *engine, struct error *err)
{
	const struct freelist *heap = const_self(engine);
	const struct scalars *scalars = scalars_of(heap);
	struct segment segment, before = {0};

	if (segments_check(&heap->segments, err) < 0)
		return -1;
	uint64_t at = first_of(heap);
	while (scalars->base && segments_find(&heap->segments, at, &segment)) {
		if (segment.base != at)
			return error_set(err, "heap: a segment begins inside another");
		if (segment.is_hole && before.is_hole)
			return error_set(err, "heap: two holes touch at +0x%" PRIx64, at - scalars->base);
		if (segment.size % heap->unit != 0)
			return error_set(err, "heap: a segment at +0x%" PRIx64 " is no whole unit",
				at - scalars->base);
		before = segment;
		at = segment.base + segment.size;
	}
	if (scalars->base && at + scalars->tail != scalars->end && segments_holes(&heap->segments) +
			segments_blocks(&heap->segments) > 0)
		return error_set(err, "heap: segments do not reach its end");
	return 0;
}

/* ---- life ---------------------------------------------------------------------------------- */

static int init(struct engine *engine, const struct options *values, struct error *err)
{
	struct freelist *heap = self(engine);
	uint64_t align = options_number(values, "heap-align");

	heap->capacity = options_number(values, "heap-size");
	heap->header = options_number(values, "heap-header");
	heap->unit = align ? align : 1;
	heap->lead = round_up(heap->header, heap->unit) - heap->header;
	flat_add(&engine->flat, &heap->scalars, sizeof(struct scalars));
	flat_grow(&heap->scalars, 1);
	segments_init(&heap->segments, &engine->flat, heap->unit);
	if (heap->capacity && !take(heap, heap->capacity))
		return error_set(err, "--heap-size: %" PRIu64 " bytes cannot be had", heap->capacity);
	return 0;
}

const struct engine_ops engine_heap = {
	.name = "heap",
	.summary = "one free list in address order, first fit, splitting and coalescing",
	.options = options,
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
