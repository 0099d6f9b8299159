/*
 * A heap with a free list. A hole that is large enough serves a request: its low end becomes the
 * block, the rest stays a hole. A freed block becomes a hole again.
 *
 *	block    what a request got: header, then the payload whose address the program has
 *	hole     a run of free bytes, however short
 *	unit     the alignment; sizes of blocks are multiples of it
 *	fit      which hole serves: the first of the list, the first after the last search (next),
 *	         the smallest that is large enough (best), the largest (worst); of equals the first
 *	order    how the list is ordered; the rest of a hole keeps its place, and in a list by size
 *	         moves after those of its new size
 *	coalesce when holes that touch are joined: at every free, never, or on demand, all of them
 *	when nothing fits. What was joined is put into the list as if it had just been freed.
 *
 * Every payload is a multiple of the alignment: the first block begins `lead` bytes into the heap,
 * and blocks and holes follow each other without gaps. With no header and an alignment of 1 this is
 * the heap of the textbooks: a block is exactly its request.
 *
 * The heap has a fixed capacity, or grows at its end by the missing bytes, rounded up to GROWTH;
 * the placement of blocks does not depend on that rounding. With --heap-trim it also shrinks there.
 * A request of 0 bytes is served as one of 1. realloc shrinks and grows in place where it can,
 * otherwise allocates, copies and frees; to 0 bytes it frees, as glibc does.
 *
 * --ostep is the simulator of "Operating Systems: Three Easy Pieces" (malloc.py of its homework):
 * the request is padded to the alignment and then the header is added, so payloads are not aligned;
 * a list by size is sorted at the next free, stably; coalescing goes through the list once and
 * joins a hole to the one before it in the list if it begins where that one ends. It has no
 * realloc: here that is an allocation and a free.
 *
 * Blocks and holes are kept in one tree (segments.h), which is all that first, next and worst fit
 * by address need; best fit and other orders also keep the holes (holes.h). No search walks a list;
 * the number of entries that a walk would have checked comes from the ranks of holes, and is exact.
 *
 * The files of this folder:
 *
 *	state.h      what is known, and what the files share
 *	fits         which hole serves a request
 *	order        the free list as it is ordered
 *	layout       growth, carving, freeing
 *	joins        holes that touch
 *	description  what the heap shows of itself, and what must hold
 *
 * Here: requests, options, and what --ostep means.
 */
#include "base/error.h"
#include "base/options.h"
#include "engines/freelist/state.h"

#include <inttypes.h>

#define REQUEST_MAX (UINT64_C(1) << 56) /* larger requests never fit; keeps sums from wrapping */

static const char *const fit_words[] = {"first", "next", "best", "worst", NULL};
static const char *const order_words[] = {"address", "size", "size-down", "front", "back", NULL};
static const char *const coalesce_words[] = {"on", "off", "demand", NULL};

static const struct option_spec options[] = {
	{.name = "heap-size",
		.type = OPTION_SIZE,
		.value = "BYTES",
		.fallback = "0",
		.max = UINT64_C(1) << 40,
		.help = "fixed size of the heap; 0: it grows"},
	{.name = "heap-trim",
		.type = OPTION_SIZE,
		.value = "BYTES",
		.fallback = "0",
		.max = UINT64_C(1) << 40,
		.help = "return the end of a heap that grows to the system once BYTES are free there; 0: never"},
	{.name = "heap-header",
		.type = OPTION_SIZE,
		.value = "BYTES",
		.fallback = "8",
		.max = 4096,
		.help = "header bytes before every payload"},
	{.name = "heap-align",
		.type = OPTION_SIZE,
		.value = "BYTES",
		.fallback = "16",
		.max = 4096,
		.power_of_two = true,
		.help = "alignment of every payload; 0 or 1: none"},
	{.name = "heap-fit",
		.type = OPTION_CHOICE,
		.value = "FIT",
		.fallback = "first",
		.choices = fit_words,
		.help = "which hole to use"},
	{.name = "heap-order",
		.type = OPTION_CHOICE,
		.value = "ORDER",
		.fallback = "address",
		.choices = order_words,
		.help = "order of the free list; front and back: where a freed block goes"},
	{.name = "heap-coalesce",
		.type = OPTION_CHOICE,
		.value = "WHEN",
		.fallback = "on",
		.choices = coalesce_words,
		.help = "when to join holes that touch: on every free, never, or when nothing fits"},
	{.name = "ostep",
		.type = OPTION_FLAG,
		.help = "behave like OSTEP's malloc.py (by default 100 bytes, best fit, no header)"},
	{.name = "ostep-align",
		.type = OPTION_NUMBER,
		.value = "N",
		.fallback = "1",
		.min = 1,
		.max = 1 << 20,
		.help = "with --ostep: pad requests to a multiple of N"},
	{0},
};

/* Bytes of the block for a request; 0: larger than any heap. */
static uint64_t block_size(const struct freelist *heap, uint64_t request)
{
	if (request > REQUEST_MAX)
		return 0;
	if (heap->is_ostep && request + heap->header > 0)
		return (request + heap->padding - 1) / heap->padding * heap->padding + heap->header;
	return round_up(heap->header + (request ? request : 1), heap->unit);
}

static enum outcome no_memory(struct freelist *heap, uint64_t size)
{
	const struct segments *segments = &heap->segments;
	const struct freelist_state *state = state_of(heap);
	uint64_t room = state->end - state->tail - state->base - lead_of(heap);

	heap->engine.happened |= HAPPENED_NO_MEMORY;
	decide(&heap->engine, &decision_no_fit, size, room - segments_used(segments),
		segments_largest_hole(segments), 0);
	return OUTCOME_NO_MEMORY;
}

static enum outcome allocate(struct engine *engine, const struct request *request,
	struct placement *ret_placement)
{
	struct freelist *heap = freelist_of(engine);
	uint64_t size = block_size(heap, request->size);
	bool is_aligned = request->alignment > heap->unit && !heap->is_ostep;
	uint64_t alignment = is_aligned ? request->alignment : heap->unit;
	struct fit_search search;

	if (size == 0 || alignment > REQUEST_MAX || !layout_begin(heap))
		return no_memory(heap, request->size);
	if (size != request->size)
		decide(engine, &decision_padded, request->size, size, heap->header,
			heap->is_ostep ? heap->padding : heap->unit);

	search.size = size;
	search.alignment = alignment;
	search.has_path = false;
	bool fits = fits_search(heap, &search);
	if (!fits && heap->coalesce == COALESCE_ON_DEMAND && joins_all(heap))
		fits = fits_search(heap, &search);
	if (!fits) {
		uint64_t payload = round_up(layout_end(heap) + heap->header, alignment);
		if (!layout_grow_to(heap, payload - heap->header + size) ||
			!segments_last(&heap->segments, &search.hole))
			return no_memory(heap, size);
		search.block = payload - heap->header;
		search.has_path = false;
	}
	layout_carve(heap, &search);
	*ret_placement = (struct placement){search.block + heap->header, size - heap->header, 0};
	return OUTCOME_PLACED;
}

/* Finds the block whose payload begins at the address, and its neighbours. */
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

/*
 * --ostep: the block becomes the newest hole of the list, which is sorted, and holes are joined
 * along it. The new hole goes to its place at once, so the others are sorted before.
 */
static void release_as_ostep(struct freelist *heap, const struct neighbours *around)
{
	uint64_t moved = holes_sort(&heap->list);

	layout_free(heap, around, around->self.base);
	if (moved)
		decide(&heap->engine, &decision_list_sorted, moved, 0, 0, 0);
	if (heap->coalesce == COALESCE_ON)
		joins_along_list(heap);
}

static void release_block(struct freelist *heap, const struct neighbours *around)
{
	if (heap->is_ostep)
		release_as_ostep(heap, around);
	else
		layout_free(heap, around, around->self.base);
}

static enum outcome release(struct engine *engine, uint64_t address)
{
	struct freelist *heap = freelist_of(engine);
	struct neighbours around;

	if (!find_block(heap, address, &around))
		return invalid(heap, address);
	release_block(heap, &around);
	layout_trim(heap);
	return OUTCOME_RELEASED;
}

static void expect(const struct engine *engine, uint64_t address, uint32_t place)
{
	const struct freelist *heap = freelist_of_const(engine);

	segments_expect(&heap->segments, address - heap->header);
	if (heap->has_holes)
		holes_expect(&heap->list, address - heap->header);
}

static enum outcome reallocate(struct engine *engine, uint64_t address,
	const struct request *request, struct placement *ret_placement)
{
	struct freelist *heap = freelist_of(engine);
	struct neighbours around;
	const struct segment *block = &around.self;
	uint64_t size = block_size(heap, request->size);

	if (!find_block(heap, address, &around))
		return invalid(heap, address);
	if (request->size == 0) {
		release_block(heap, &around);
		layout_trim(heap);
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
		layout_free(heap, &around, block->base + size);
		layout_trim(heap);
		return OUTCOME_PLACED;
	}
	if (!heap->is_ostep && layout_grow_in_place(heap, &around, size))
		return OUTCOME_PLACED;

	uint64_t old = block->size - heap->header;
	uint64_t copied = old < request->size ? old : request->size;
	decide(engine, &decision_moves, request->size, old, copied, heap->is_ostep);
	enum outcome outcome = allocate(engine, request, ret_placement);
	if (outcome == OUTCOME_PLACED) {
		/* the new block may touch the old one, so its neighbours may have changed */
		segments_around(&heap->segments, block->base, &around);
		release_block(heap, &around);
		layout_trim(heap);
	}
	return outcome;
}

/* The textbook tool's defaults, and options that it does not have. */
static int be_ostep(struct freelist *heap, const struct options *values, struct error *err)
{
	if (heap->fit == FIT_NEXT || heap->coalesce == COALESCE_ON_DEMAND)
		return error_set(err, "--ostep: OSTEP's malloc.py has no %s",
			heap->fit == FIT_NEXT ? "next fit" : "coalescing on demand");
	if (!options_given(values, "heap-size"))
		heap->capacity = 100;
	if (heap->capacity == 0)
		return error_set(err,
			"--ostep: OSTEP's heap has a fixed size; give a --heap-size above 0");
	if (options_given(values, "heap-align") && options_number(values, "heap-align") > 1)
		return error_set(err,
			"--ostep: OSTEP's malloc.py does not align addresses; use --ostep-align to pad requests");
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

/* How the list of holes is kept. */
static unsigned ways_of(const struct freelist *heap)
{
	unsigned by_size = heap->fit == FIT_BEST ? HOLES_BY_SIZE : 0;

	if (heap->is_ostep)
		return HOLES_IN_TREE | by_size;
	switch (heap->order) {
	case ORDER_ADDRESS:
		break;
	case ORDER_SIZE_UP:
	case ORDER_SIZE_DOWN:
		return HOLES_SORTED;
	case ORDER_FRONT:
	case ORDER_BACK:
		return HOLES_AS_CAME | by_size;
	}
	return by_size;
}

static int init(struct engine *engine, const struct options *values, struct error *err)
{
	struct freelist *heap = freelist_of(engine);
	uint64_t align = options_number(values, "heap-align");

	heap->capacity = options_number(values, "heap-size");
	heap->trim = options_number(values, "heap-trim");
	heap->header = options_number(values, "heap-header");
	heap->unit = align ? align : 1;
	heap->fit = (enum fit)options_choice(values, "heap-fit");
	heap->order = (enum holes_order)options_choice(values, "heap-order");
	heap->coalesce = (enum coalesce)options_choice(values, "heap-coalesce");
	heap->is_ostep = options_flag(values, "ostep");
	if (heap->is_ostep && be_ostep(heap, values, err) < 0)
		return -1;
	if (heap->capacity && heap->trim)
		return error_set(err, "--heap-trim: a heap of a fixed size does not shrink");
	heap->lead = round_up(heap->header, heap->unit) - heap->header;
	heap->has_list = heap->is_ostep || heap->order != ORDER_ADDRESS;
	heap->has_holes = heap->has_list || heap->fit == FIT_BEST;

	flat_add(&engine->flat, &heap->state, sizeof(struct freelist_state));
	flat_grow(&heap->state, 1);
	flat_add(&engine->flat, &heap->seams, sizeof(uint64_t));
	segments_init(&heap->segments, &engine->flat, heap->unit);
	if (heap->has_holes) {
		bool joins_along = heap->is_ostep && heap->coalesce == COALESCE_ON;
		holes_init(&heap->list, &engine->flat, heap->order, ways_of(heap), heap->unit,
			heap->is_ostep, joins_along ? &heap->seams : NULL);
	}
	if (heap->capacity && !layout_take(heap, heap->capacity))
		return error_set(err, "--heap-size: cannot get %" PRIu64 " bytes", heap->capacity);
	return 0;
}

const struct engine_ops engine_heap = {
	.name = "heap",
	.summary = "one free list: first, next, best or worst fit, splitting and coalescing",
	.holder = "The heap",
	.options = options,
	.decisions = freelist_decisions,
	.state_size = sizeof(struct freelist),

	.init = init,

	.allocate = allocate,
	.release = release,
	.reallocate = reallocate,
	.expect = expect,

	.region_count = freelist_region_count,
	.region = freelist_region,
	.spans = freelist_spans,
	.used_between = freelist_used_between,

	.list_count = freelist_list_count,
	.list = freelist_list,
	.list_entries = freelist_list_entries,
	.fields = freelist_fields,
	.landmarks = freelist_landmarks,

	.totals = freelist_totals,
	.check = freelist_check,
};
