/*
 * The real heap: not a simulation, but the blocks of a recorded program at their real addresses,
 * and what follows from them.
 *
 *	chunk    the bytes that glibc takes for a block: its size rounded up, after a header
 *	region   memory that the program held: blocks near each other share one, which reaches from
 *	         the page of the first to the page of the last, and grows with new blocks
 *	lone     a region that glibc mapped for one large block; it goes when that block is freed
 *	hole     bytes of a region without a recorded block: free, or in use by something that was
 *	         not recorded
 *	crumb    a hole that is smaller than any chunk: it belongs to the chunk before it, which
 *	         could not be split
 *	pooled   a block that pymalloc had in a pool, of an arena that the trace does not have: no
 *	         chunk, and rounded up as pymalloc does
 *
 * The whole address space is a sequence of segments (segments.h): holes within regions are its
 * holes, and each stretch between regions counts as one block. Invariant: no two regions touch,
 * unless one of them is lone.
 *
 * Of glibc's malloc.c (2.26 and later, 64 bits): the size of a chunk stands in the 8 bytes before
 * the payload, and the payload reaches 8 bytes into the next chunk; so a chunk is counted here from
 * its size on.
 */
#include "engines/recorded/recorded.h"

#include "base/error.h"
#include "base/options.h"
#include "engine/engine.h"
#include "engines/pymalloc/presets.h"
#include "flat/extents.h"
#include "flat/segments.h"

#include <assert.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define ADDRESS_END (UINT64_C(1) << 47) /* of a program's half of the address space */
#define PAGE        4096u
#define UNIT        8u
#define WORD        8u
#define CHUNK_ALIGN 16u
#define CHUNK_MIN   32u
#define LONE_HEADER 16u
#define LONE_MIN    (128u << 10) /* M_MMAP_THRESHOLD, at first */
#define POOLED_MAX  512u         /* bytes: what pymalloc serves itself */

/*
 * On a growing heap the next block comes after the last one, or where others were; only unrecorded
 * blocks come between. A block mapped by itself has at least LONE_MIN bytes, and is mostly
 * elsewhere. Hence a few times that.
 */
#define NEAR (8u * LONE_MIN)

struct recorded_state {
	uint64_t reserved;
	uint64_t blocks;
	uint64_t used; /* bytes of blocks, headers included */
	uint64_t headers;
	uint64_t crumbs; /* how many */
	uint64_t crumb_bytes;
	uint64_t crumb_squares;
	uint64_t regions_total;
	uint64_t regions_peak;
	uint64_t heaps, lones; /* regions of each kind so far */
};

struct known_region {
	uint64_t base;
	uint64_t size;
	uint32_t serial; /* of its kind, from 1 */
	uint32_t is_lone;
};

struct recorded {
	struct engine engine;
	bool has_chunks;
	uint32_t alignment; /* of pymalloc's blocks */
	struct flat_array state;
	struct flat_array regions; /* struct known_region, by address */
	struct segments segments;
	struct extents odd; /* blocks with another header than others like them; tag: its bytes */
};

static const char *const chunk_kinds[] = {"glibc", "none", NULL};

static const struct option_spec options[] = {
	{.name = "recorded-chunks",
		.type = OPTION_CHOICE,
		.value = "KIND",
		.fallback = "glibc",
		.choices = chunk_kinds,
		.help = "space each block takes: with glibc's header and rounding, or its bytes only"},
	{0},
};

const struct decision_kind decision_recorded_taken = {
	.name = "recorded-taken",
	.operands = "a address, b size: something else lies there",
	.words = {.plain =
			  "At {a:hex}, where the trace has these {b:B}, there is something else that was not freed: they are not shown.",
		.brief = "its place is taken"},
};

static const struct decision_kind decision_recorded_at = {
	.name = "recorded-at",
	.operands = "a block, b bytes it takes, c header, d size",
	.words = {.plain =
			  "That is where the recorded program had it: {d:B} take {b:B} there, {c:B} of them before the block."},
};

static const struct decision_kind decision_recorded_pooled = {
	.name = "recorded-pooled",
	.operands = "a block, b bytes it takes, c size",
	.words = {.plain =
			  "That is where the recorded Python had it, in an arena that is not in the trace: {c:B} take a block of {b:B} there."},
};

static const struct decision_kind decision_recorded_nowhere = {
	.name = "recorded-nowhere",
	.operands = "a size: the trace tells no address",
	.words = {.plain = "The trace has no address for these {a:B}, so they are not shown.",
		.brief = "no address is known"},
};

/* Whether the allocator joins what lies side by side, and when, the trace does not tell. */
static const struct decision_kind decision_beside_before = {
	.name = "beside-before",
	.operands = "a hole before, b its size, c size of both",
	.words = {.plain = "It touches the hole before it ({b:B}): {c:B} side by side.",
		.brief = "touches the hole before"},
	.change = hole_change_join,
};

static const struct decision_kind decision_beside_after = {
	.name = "beside-after",
	.operands = "a hole after, b its size, c size of both",
	.words = {.plain = "It touches the hole after it ({b:B}): {c:B} side by side.",
		.brief = "touches the hole after"},
	.change = hole_change_join,
};

static const struct decision_kind decision_region_begun = {
	.name = "region-begun",
	.operands = "a base, b bytes, c how near others would have been",
	.words = {.plain =
			  "No known block is within {c:B}: a separate region begins here, with {b:B}.",
		.brief = "a new region"},
};

static const struct decision_kind decision_region_grew = {
	.name = "region-grew",
	.operands = "a base, b bytes more, c bytes",
	.words = {.plain = "The region was extended by {b:B} to hold it, to {c:B}."},
};

static const struct decision_kind decision_region_mapped = {
	.name = "region-mapped",
	.operands = "a base, b bytes, c limit: mapped for one block alone",
	.words = {.plain =
			  "{c:B} or more, at the start of a page: the C library had mapped {b:B} for it alone.",
		.brief = "mapped by itself"},
};

static const struct decision_kind decision_region_unmapped = {
	.name = "region-unmapped",
	.operands = "a base, b bytes",
	.words = {.plain = "The {b:B} that were mapped for it alone were unmapped.",
		.brief = "unmapped with it"},
};

static const struct decision_kind *const decisions[] = {
	&decision_recorded_taken,
	&decision_recorded_at,
	&decision_recorded_pooled,
	&decision_recorded_nowhere,
	&decision_beside_before,
	&decision_beside_after,
	&decision_region_begun,
	&decision_region_grew,
	&decision_region_mapped,
	&decision_region_unmapped,
	NULL,
};

static struct recorded *self(struct engine *engine)
{
	return (struct recorded *)engine;
}

static const struct recorded *const_self(const struct engine *engine)
{
	return (const struct recorded *)engine;
}

static struct recorded_state *state_of(const struct recorded *heap)
{
	return heap->state.data;
}

static struct known_region *stretch_at(const struct recorded *heap, size_t at)
{
	return flat_at(&heap->regions, struct known_region, at);
}

static uint64_t end_of(const struct known_region *stretch)
{
	return stretch->base + stretch->size;
}

static uint64_t round_down(uint64_t n, uint64_t unit)
{
	return n & ~(unit - 1);
}

static uint64_t round_up(uint64_t n, uint64_t unit)
{
	return round_down(n + unit - 1, unit);
}

/* ---- what a block takes -------------------------------------------------------------------- */

struct take {
	uint64_t base, end; /* header included */
	uint64_t payload;
};

static uint64_t chunk_size(uint64_t size)
{
	uint64_t chunk = round_up(size + WORD, CHUNK_ALIGN);

	return chunk < CHUNK_MIN ? CHUNK_MIN : chunk;
}

static struct take take_as_chunk(uint64_t address, uint64_t size)
{
	return (struct take){address - WORD, address - WORD + chunk_size(size), address};
}

/*
 * glibc rounds what it maps for one block up to pages, a word for the next chunk's header included.
 */
static struct take take_as_lone(uint64_t address, uint64_t size)
{
	uint64_t base = address - LONE_HEADER;

	return (struct take){base, base + round_up(chunk_size(size) + WORD, PAGE), address};
}

static struct take take_bare(uint64_t address, uint64_t size)
{
	return (struct take){round_down(address, UNIT), round_up(address + (size ? size : 1), UNIT),
		address};
}

/*
 * What pymalloc would have served itself, which passes 0 bytes on. A block of the C library may
 * shrink to such a size.
 */
static bool is_for_pools(const struct recorded *heap, const struct request *request)
{
	return heap->has_chunks && request->size > 0 && request->size <= POOLED_MAX &&
	       (request->domain == DOMAIN_MEM || request->domain == DOMAIN_OBJ) &&
	       request->recorded % heap->alignment == 0;
}

static struct take take_pooled(const struct recorded *heap, uint64_t address, uint64_t size)
{
	return (struct take){address, address + round_up(size, heap->alignment), address};
}

/* ---- holes --------------------------------------------------------------------------------- */

static void count_hole(struct recorded *heap, const struct segment *hole, int by)
{
	struct recorded_state *state = state_of(heap);
	uint64_t sign = (uint64_t)(int64_t)by;

	if (!hole->is_hole || hole->size >= CHUNK_MIN)
		return;
	assert(by > 0 || (state->crumbs > 0 && state->crumb_bytes >= hole->size));
	state->crumbs += sign;
	state->crumb_bytes += sign * hole->size;
	state->crumb_squares += sign * hole->size * hole->size;
}

static void replace(struct recorded *heap, const struct segment *olds, size_t nold,
	const struct segment *news, size_t nnew)
{
	assert(nold > 0 && nnew > 0 && olds[0].base == news[0].base);
	assert(olds[nold - 1].base + olds[nold - 1].size ==
		news[nnew - 1].base + news[nnew - 1].size);
	for (size_t i = 0; i < nold; i++)
		count_hole(heap, &olds[i], -1);
	for (size_t i = 0; i < nnew; i++)
		count_hole(heap, &news[i], 1);
	segments_replace(&heap->segments, NULL, olds, nold, news, nnew);
}

static void add_segment(struct segment *segments, size_t *count, uint64_t base, uint64_t end,
	bool is_hole)
{
	if (base < end)
		segments[(*count)++] = (struct segment){base, end - base, is_hole};
}

/* Turns [base, end) of a segment into a hole. */
static void open_hole(struct recorded *heap, uint64_t base, uint64_t end)
{
	struct segment old, news[3];
	size_t count = 0;
	bool found = segments_find(&heap->segments, base, &old);

	assert(found && !old.is_hole && base >= old.base && end <= old.base + old.size);
	(void)found;
	add_segment(news, &count, old.base, base, false);
	add_segment(news, &count, base, end, true);
	add_segment(news, &count, end, old.base + old.size, false);
	replace(heap, &old, 1, news, count);
}

/* A segment with the holes that touch it, as one hole. */
static struct segment join_of(const struct neighbours *around)
{
	uint64_t before = around->before.size;

	return (struct segment){around->self.base - before,
		before + around->self.size + around->after.size, true};
}

/* Joins the hole that begins at the base with those that touch it. */
static void join(struct recorded *heap, uint64_t base)
{
	struct neighbours around;
	struct segment olds[3];
	size_t count = 0;

	if (!segments_around(&heap->segments, base, &around))
		return;
	const struct segment joined = join_of(&around);
	assert(around.self.is_hole && around.self.base == base);
	if (around.before.size > 0)
		olds[count++] = around.before;
	olds[count++] = around.self;
	if (around.after.size > 0)
		olds[count++] = around.after;
	if (count > 1)
		replace(heap, olds, count, &joined, 1);
}

/* Says which holes the block becomes part of when it is freed. */
static void say_holes(struct recorded *heap, const struct neighbours *around)
{
	const struct segment *before = &around->before, *self = &around->self,
			     *after = &around->after;

	decide(&heap->engine, &decision_hole_made, self->base, self->size,
		segments_rank(&heap->segments, self->base), 0);
	if (before->size > 0)
		decide(&heap->engine, &decision_beside_before, before->base, before->size,
			before->size + self->size, 0);
	if (after->size > 0)
		decide(&heap->engine, &decision_beside_after, after->base, after->size,
			join_of(around).size, 0);
	if (before->size > 0 || after->size > 0)
		heap->engine.happened |= HAPPENED_COALESCED;
}

/* The block that begins at the base becomes part of the holes around it. */
static void open_block(struct recorded *heap, uint64_t base, bool tells)
{
	struct neighbours around;
	bool found = segments_around(&heap->segments, base, &around);

	assert(found && !around.self.is_hole);
	(void)found;
	const struct segment joined = join_of(&around);
	if (tells)
		say_holes(heap, &around);
	if (around.before.size > 0)
		count_hole(heap, &around.before, -1);
	if (around.after.size > 0)
		count_hole(heap, &around.after, -1);
	count_hole(heap, &joined, 1);
	segments_release(&heap->segments, &around);
}

/* ---- regions ------------------------------------------------------------------------------- */

/* The first region that begins after the address. */
static size_t region_behind(const struct recorded *heap, uint64_t address)
{
	size_t low = 0, high = heap->regions.count;

	while (low < high) {
		size_t middle = (low + high) / 2;
		if (stretch_at(heap, middle)->base <= address)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

/* The region that holds the address; NULL: none does. */
static const struct known_region *region_at(const struct recorded *heap, uint64_t address)
{
	size_t at = region_behind(heap, address);
	const struct known_region *stretch = at > 0 ? stretch_at(heap, at - 1) : NULL;

	return stretch && address < end_of(stretch) ? stretch : NULL;
}

static struct known_region *insert_region(struct recorded *heap, size_t at)
{
	struct recorded_state *state = state_of(heap);

	flat_grow(&heap->regions, 1);
	struct known_region *stretch = stretch_at(heap, at);
	memmove(stretch + 1, stretch, (heap->regions.count - at - 1) * sizeof(*stretch));
	memset(stretch, 0, sizeof(*stretch));
	state->regions_total++;
	if (heap->regions.count > state->regions_peak)
		state->regions_peak = heap->regions.count;
	return stretch;
}

/* The region begins after the one before it ends, and ends before the next one begins. */
static inline bool is_in_order(const struct recorded *heap, size_t at)
{
	const struct known_region *stretch = stretch_at(heap, at);

	return (at == 0 || end_of(stretch_at(heap, at - 1)) <= stretch->base) &&
	       (at + 1 == heap->regions.count || end_of(stretch) <= stretch_at(heap, at + 1)->base);
}

static void remove_region(struct recorded *heap, size_t at)
{
	struct known_region *stretch = stretch_at(heap, at);

	assert(at < heap->regions.count);
	memmove(stretch, stretch + 1, (heap->regions.count - at - 1) * sizeof(*stretch));
	flat_set_count(&heap->regions, heap->regions.count - 1);
}

static bool take_pages(struct recorded *heap, uint64_t base, uint64_t end, bool open)
{
	struct page_source *pages = heap->engine.pages;

	return pages->take(pages, base, end - base, open);
}

static bool add_lone(struct recorded *heap, const struct take *take)
{
	size_t at = region_behind(heap, take->base);

	if (!take_pages(heap, take->base, take->end, false))
		return false;
	struct known_region *stretch = insert_region(heap, at);
	stretch->base = take->base;
	stretch->size = take->end - take->base;
	stretch->serial = (uint32_t)++state_of(heap)->lones;
	stretch->is_lone = 1;
	assert(is_in_order(heap, at));
	state_of(heap)->reserved += stretch->size;
	heap->engine.happened |= HAPPENED_GREW;
	decide(&heap->engine, &decision_region_mapped, take->base, take->end - take->base, LONE_MIN,
		0);
	open_hole(heap, take->base, take->end);
	return true;
}

/*
 * The lone block's segment becomes part of the unmapped stretch around it, unless regions touch it.
 */
static void remove_lone(struct recorded *heap, size_t at, const struct segment *block)
{
	struct page_source *pages = heap->engine.pages;
	const struct known_region stretch = *stretch_at(heap, at);
	bool touches_before = at > 0 && end_of(stretch_at(heap, at - 1)) == stretch.base;
	bool touches_after =
		at + 1 < heap->regions.count && stretch_at(heap, at + 1)->base == end_of(&stretch);
	struct segment olds[3], joined = *block;
	size_t count = 0;

	assert(stretch.is_lone && stretch.base == block->base && stretch.size == block->size);
	assert(state_of(heap)->reserved >= stretch.size && is_in_order(heap, at));
	if (!touches_before && segments_find(&heap->segments, block->base - 1, &olds[count])) {
		joined.base = olds[count].base;
		joined.size += olds[count++].size;
	}
	olds[count++] = *block;
	if (!touches_after &&
		segments_find(&heap->segments, block->base + block->size, &olds[count]))
		joined.size += olds[count++].size;
	replace(heap, olds, count, &joined, 1);
	state_of(heap)->reserved -= stretch.size;
	remove_region(heap, at);
	pages->unmap(pages, stretch.base, stretch.size);
	decide(&heap->engine, &decision_region_unmapped, stretch.base, stretch.size, 0, 0);
}

/*
 * The extent of a region that would hold the block, and the regions that would become part of it:
 * those in [first, behind).
 */
struct reach {
	uint64_t base, end;
	size_t first, behind;
};

static struct reach reach_of(const struct recorded *heap, const struct take *take, bool down,
	bool up)
{
	size_t at = region_behind(heap, take->base);
	struct reach reach = {round_down(take->base, PAGE), round_up(take->end, PAGE), at, at};

	assert(!down || (at > 0 && !stretch_at(heap, at - 1)->is_lone));
	assert(!up || (at < heap->regions.count && !stretch_at(heap, at)->is_lone));
	if (down) {
		reach.first--;
		reach.base = stretch_at(heap, at - 1)->base;
		if (end_of(stretch_at(heap, at - 1)) > reach.end)
			reach.end = end_of(stretch_at(heap, at - 1));
	}
	if (up) {
		reach.behind++;
		if (end_of(stretch_at(heap, at)) > reach.end)
			reach.end = end_of(stretch_at(heap, at));
	}
	return reach;
}

/* Takes the region's pages; false when another region is there. */
static bool take_reach(struct recorded *heap, const struct reach *reach)
{
	if (reach->first > 0 && end_of(stretch_at(heap, reach->first - 1)) > reach->base)
		return false;
	if (reach->behind < heap->regions.count &&
		stretch_at(heap, reach->behind)->base < reach->end)
		return false;
	return take_pages(heap, reach->base, reach->end, true);
}

/*
 * The new bytes of the region become holes: before, between and after the regions that are now part
 * of it.
 */
static void fill_reach(struct recorded *heap, const struct reach *reach)
{
	uint64_t from = reach->base;

	for (size_t i = reach->first; i <= reach->behind; i++) {
		const struct known_region *stretch = i < reach->behind ? stretch_at(heap, i) : NULL;
		uint64_t to = stretch ? stretch->base : reach->end;
		if (from < to) {
			open_hole(heap, from, to);
			join(heap, from);
		}
		from = stretch ? end_of(stretch) : to;
	}
}

/* The region becomes as large as that. */
static void extend_region(struct recorded *heap, const struct reach *reach)
{
	bool is_new = reach->first == reach->behind;
	uint64_t size = reach->end - reach->base, held = 0, serial = 0;

	for (size_t i = reach->first; i < reach->behind; i++) {
		const struct known_region *stretch = stretch_at(heap, i);
		held += stretch->size;
		serial = serial && serial < stretch->serial ? serial : stretch->serial;
	}
	assert(reach->behind - reach->first <= 2 && held <= size);
	fill_reach(heap, reach);
	if (is_new) {
		insert_region(heap, reach->first);
		serial = ++state_of(heap)->heaps;
		decide(&heap->engine, &decision_region_begun, reach->base, size, NEAR, 0);
	} else {
		decide(&heap->engine, &decision_region_grew, reach->base, size - held, size, 0);
	}
	if (reach->behind - reach->first == 2)
		remove_region(heap, reach->first + 1);
	struct known_region *stretch = stretch_at(heap, reach->first);
	stretch->base = reach->base;
	stretch->size = size;
	stretch->serial = (uint32_t)serial;
	assert(!stretch->is_lone && is_in_order(heap, reach->first));
	state_of(heap)->reserved += size - held;
	heap->engine.happened |= HAPPENED_GREW;
}

/* The hole that a block will be in, as it was found. */
struct room {
	struct segment hole;
	struct segments_path path;
};

static bool has_room(const struct recorded *heap, const struct take *take, struct room *ret_room)
{
	const struct segment *hole = &ret_room->hole;

	return segments_locate(&heap->segments, take->base, &ret_room->hole, &ret_room->path) &&
	       hole->is_hole && take->end <= hole->base + hole->size;
}

/* Whether a block is there already. */
static bool overlaps(const struct recorded *heap, const struct take *take)
{
	struct segment segment;

	for (uint64_t at = take->base;
		at < take->end && segments_find(&heap->segments, at, &segment);
		at = segment.base + segment.size)
		if (!segment.is_hole && region_at(heap, segment.base))
			return true;
	return false;
}

/* Whether a heap ends shortly before the address, so that a block there may be its next one. */
static bool is_above_heap(const struct recorded *heap, uint64_t address)
{
	size_t at = region_behind(heap, address);
	const struct known_region *before = at > 0 ? stretch_at(heap, at - 1) : NULL;

	return before && !before->is_lone && address <= end_of(before) + NEAR;
}

static bool is_below_heap(const struct recorded *heap, uint64_t address, uint64_t end)
{
	size_t at = region_behind(heap, address);
	const struct known_region *after = at < heap->regions.count ? stretch_at(heap, at) : NULL;

	return after && !after->is_lone && after->base <= end + NEAR;
}

/*
 * Makes a region cover these bytes, which are free: one nearby grows or, where that is impossible,
 * a new one begins. Finds the room for them.
 */
static bool reach_over(struct recorded *heap, const struct take *take, struct room *ret_room)
{
	if (has_room(heap, take, ret_room))
		return true;
	if (overlaps(heap, take))
		return false;
	bool down = is_above_heap(heap, take->base),
	     up = is_below_heap(heap, take->base, take->end);
	const bool ways[][2] = {{down, up}, {down, false}, {false, up}, {false, false}};
	for (size_t i = 0; i < 4; i++) {
		struct reach reach = reach_of(heap, take, ways[i][0], ways[i][1]);
		if (take_reach(heap, &reach)) {
			extend_region(heap, &reach);
			return has_room(heap, take, ret_room);
		}
	}
	return false;
}

/* ---- blocks -------------------------------------------------------------------------------- */

/*
 * The header that a block of these bytes has, if nothing else is known of it. Where a region
 * begins, no chunk does.
 */
static uint32_t usual_header(const struct recorded *heap, const struct segment *segment)
{
	if (segment->base % PAGE == 0) {
		const struct known_region *stretch = region_at(heap, segment->base);
		return stretch && stretch->is_lone ? LONE_HEADER : 0;
	}
	bool is_chunk = heap->has_chunks && segment->base % CHUNK_ALIGN == CHUNK_ALIGN - WORD &&
			segment->size % CHUNK_ALIGN == 0 && segment->size >= CHUNK_MIN;
	return is_chunk ? WORD : 0;
}

/* Its header is noted where it is not the usual one. */
static void note_header(struct recorded *heap, const struct extent *block)
{
	const struct segment segment = {block->base, block->size, false};
	struct extent other;

	if (usual_header(heap, &segment) == block->tag)
		return;
	bool added = extents_add(&heap->odd, block, &other);
	assert(added);
	(void)added;
}

/* The block of a segment that is no hole, in a region. */
static struct extent block_of(const struct recorded *heap, const struct segment *segment)
{
	struct extent odd;

	if (extents_count(&heap->odd) > 0 &&
		extents_at_or_before(&heap->odd, segment->base, &odd) && odd.base == segment->base)
		return odd;
	return (struct extent){segment->base, segment->size, usual_header(heap, segment)};
}

static bool find_block(const struct recorded *heap, uint64_t address, struct extent *ret_block)
{
	struct segment segment;

	if (!segments_find(&heap->segments, address, &segment) || segment.is_hole ||
		(segment.base % PAGE == 0 && !region_at(heap, segment.base)))
		return false;
	*ret_block = block_of(heap, &segment);
	return ret_block->base + ret_block->tag == address;
}

/* ---- requests ------------------------------------------------------------------------------ */

static bool find_room(struct recorded *heap, uint64_t address, uint64_t size, struct take *ret_take,
	struct room *ret_room)
{
	if (heap->has_chunks && size >= LONE_MIN && address % PAGE == LONE_HEADER &&
		!is_above_heap(heap, address)) {
		*ret_take = take_as_lone(address, size);
		if (!overlaps(heap, ret_take) && add_lone(heap, ret_take))
			return has_room(heap, ret_take, ret_room);
	}
	if (heap->has_chunks && address % CHUNK_ALIGN == 0) {
		*ret_take = take_as_chunk(address, size);
		if (reach_over(heap, ret_take, ret_room))
			return true;
	}
	*ret_take = take_bare(address, size);
	return reach_over(heap, ret_take, ret_room);
}

/* A part of the hole becomes a block. */
static void fill_room(struct recorded *heap, const struct room *room, const struct take *take)
{
	const struct segment *hole = &room->hole;
	struct segment news[3];
	size_t count = 0;

	add_segment(news, &count, hole->base, take->base, true);
	add_segment(news, &count, take->base, take->end, false);
	add_segment(news, &count, take->end, hole->base + hole->size, true);
	count_hole(heap, hole, -1);
	for (size_t i = 0; i < count; i++)
		count_hole(heap, &news[i], 1);
	if (hole->base == take->base)
		segments_carve(&heap->segments, &room->path, hole, news[0].size);
	else
		segments_replace(&heap->segments, &room->path, hole, 1, news, count);
}

static void add_block(struct recorded *heap, const struct take *take, const struct room *room)
{
	struct recorded_state *state = state_of(heap);
	const struct extent block = {take->base, take->end - take->base,
		(uint32_t)(take->payload - take->base)};

	assert(take->base <= take->payload && take->payload < take->end);
	fill_room(heap, room, take);
	note_header(heap, &block);
	state->blocks++;
	state->used += block.size;
	state->headers += block.tag;
}

/* Finds what a request takes where it was, and makes a region cover it. */
static bool find_take(struct recorded *heap, const struct request *request, bool is_pooled,
	struct take *ret_take, struct room *ret_room)
{
	uint64_t address = request->recorded;
	bool is_possible = address >= PAGE && address < ADDRESS_END - PAGE &&
			   request->size < ADDRESS_END - PAGE - address;

	if (!is_possible)
		return false;
	if (!is_pooled)
		return find_room(heap, address, request->size, ret_take, ret_room);
	*ret_take = take_pooled(heap, address, request->size);
	return reach_over(heap, ret_take, ret_room);
}

static enum outcome place(struct engine *engine, const struct request *request, bool is_pooled,
	struct placement *ret_placement)
{
	struct recorded *heap = self(engine);
	uint64_t address = request->recorded;
	struct take take;
	struct room room;

	if (address == 0) {
		decide(engine, &decision_recorded_nowhere, request->size, 0, 0, 0);
		return OUTCOME_NO_MEMORY;
	}
	if (!find_take(heap, request, is_pooled, &take, &room)) {
		decide(engine, &decision_recorded_taken, address, request->size, 0, 0);
		return OUTCOME_NO_MEMORY;
	}
	add_block(heap, &take, &room);
	if (is_pooled)
		decide(engine, &decision_recorded_pooled, address, take.end - take.base,
			request->size, 0);
	else
		decide(engine, &decision_recorded_at, address, take.end - take.base,
			address - take.base, request->size);
	*ret_placement = (struct placement){address, take.end - address, 0};
	return OUTCOME_PLACED;
}

static enum outcome allocate(struct engine *engine, const struct request *request,
	struct placement *ret_placement)
{
	return place(engine, request, is_for_pools(self(engine), request), ret_placement);
}

static void remove_block(struct recorded *heap, const struct extent *block, bool tells)
{
	struct recorded_state *state = state_of(heap);
	const struct segment segment = {block->base, block->size, false};
	size_t at = region_behind(heap, block->base) - 1;

	assert(at < heap->regions.count);
	assert(block->base + block->size <= end_of(stretch_at(heap, at)));
	assert(state->blocks > 0 && state->used >= block->size && state->headers >= block->tag);
	state->blocks--;
	state->used -= block->size;
	state->headers -= block->tag;
	if (block->tag != usual_header(heap, &segment))
		extents_remove(&heap->odd, block->base);
	if (stretch_at(heap, at)->is_lone) {
		remove_lone(heap, at, &segment);
		return;
	}
	open_block(heap, block->base, tells);
}

static enum outcome invalid(struct engine *engine, uint64_t address)
{
	engine->happened |= HAPPENED_INVALID;
	decide(engine, &decision_invalid, address, 0, 0, 0);
	return OUTCOME_INVALID;
}

static enum outcome release(struct engine *engine, uint64_t address)
{
	struct extent block;

	if (!find_block(self(engine), address, &block))
		return invalid(engine, address);
	remove_block(self(engine), &block, true);
	return OUTCOME_RELEASED;
}

/*
 * Restores a block just removed: nothing has changed since, so there is room; its region gets its
 * old identity.
 */
static void put_back(struct recorded *heap, const struct extent *block,
	const struct known_region *region)
{
	const struct take take = {block->base, block->base + block->size, block->base + block->tag};

	if (region->is_lone && add_lone(heap, &take)) {
		stretch_at(heap, region_behind(heap, take.base) - 1)->serial = region->serial;
		state_of(heap)->lones--;
		state_of(heap)->regions_total--;
	}
	struct room room;
	bool found = has_room(heap, &take, &room);
	assert(found);
	(void)found;
	add_block(heap, &take, &room);
}

static enum outcome reallocate(struct engine *engine, uint64_t address,
	const struct request *request, struct placement *ret_placement)
{
	struct recorded *heap = self(engine);
	struct extent block;

	if (!find_block(heap, address, &block))
		return invalid(engine, address);
	if (request->size == 0 && request->recorded == 0)
		return release(engine, address);
	struct decision_log *log = engine->log;
	const struct known_region region = *stretch_at(heap, region_behind(heap, block.base) - 1);
	engine->log = NULL;
	remove_block(heap, &block, false);
	engine->log = log;
	/* a chunk that shrinks stays the C library's */
	bool is_pooled = is_for_pools(heap, request) && block.tag == 0;
	enum outcome outcome = place(engine, request, is_pooled, ret_placement);
	if (outcome != OUTCOME_PLACED) {
		engine->log = NULL;
		put_back(heap, &block, &region);
		engine->log = log;
	}
	return outcome;
}

static void expect(const struct engine *engine, uint64_t address, uint32_t place)
{
	segments_expect(&const_self(engine)->segments, address - WORD);
}

/* ---- what it shows of itself --------------------------------------------------------------- */

static size_t region_count(const struct engine *engine)
{
	return const_self(engine)->regions.count;
}

static uint64_t used_within(const struct recorded *heap, uint64_t from, uint64_t to)
{
	return segments_used_below(&heap->segments, to) -
	       segments_used_below(&heap->segments, from);
}

static void region(const struct engine *engine, size_t at, struct region *ret_region)
{
	const struct recorded *heap = const_self(engine);
	const struct known_region *stretch = stretch_at(heap, at);

	*ret_region = (struct region){.kind = stretch->is_lone ? REGION_MAPPING : REGION_HEAP,
		.serial = stretch->serial,
		.base = stretch->base,
		.size = stretch->size,
		.used = used_within(heap, stretch->base, end_of(stretch))};
	if (!stretch->is_lone && stretch->serial == 1)
		snprintf(ret_region->name, sizeof(ret_region->name), "heap");
	else
		snprintf(ret_region->name, sizeof(ret_region->name), "%s %" PRIu32,
			stretch->is_lone ? "mapped" : "heap", stretch->serial);
}

static bool show(const struct recorded *heap, const struct segment *segment, span_visit *visit,
	void *user)
{
	struct span span = {.state = SPAN_USED, .base = segment->base, .size = segment->size};

	if (segment->is_hole) {
		span.state = segment->size < CHUNK_MIN ? SPAN_WASTE : SPAN_FREE;
	} else {
		span.payload = segment->base + block_of(heap, segment).tag;
	}
	return visit(&span, user);
}

static void spans(const struct engine *engine, uint64_t from, uint64_t to, span_visit *visit,
	void *user)
{
	const struct recorded *heap = const_self(engine);
	size_t at = region_behind(heap, from);
	struct segment segment;

	for (at -= at > 0 && end_of(stretch_at(heap, at - 1)) > from; at < heap->regions.count;
		at++) {
		const struct known_region *stretch = stretch_at(heap, at);
		uint64_t end = end_of(stretch) < to ? end_of(stretch) : to;
		uint64_t next = stretch->base > from ? stretch->base : from;
		if (stretch->base >= to)
			return;
		for (; next < end && segments_find(&heap->segments, next, &segment);
			next = segment.base + segment.size)
			if (!show(heap, &segment, visit, user))
				return;
	}
}

static uint64_t used_between(const struct engine *engine, uint64_t from, uint64_t to)
{
	const struct recorded *heap = const_self(engine);
	size_t at = region_behind(heap, from);
	uint64_t used = 0;

	for (at -= at > 0; at < heap->regions.count && stretch_at(heap, at)->base < to; at++) {
		const struct known_region *stretch = stretch_at(heap, at);
		uint64_t begin = stretch->base > from ? stretch->base : from;
		uint64_t end = end_of(stretch) < to ? end_of(stretch) : to;
		if (begin < end)
			used += used_within(heap, begin, end);
	}
	return used;
}

/* One list, by address: the real one is not known. */
static size_t list_count(const struct engine *engine)
{
	return 1;
}

static void list(const struct engine *engine, size_t at, struct list *ret_list)
{
	const struct recorded *heap = const_self(engine);

	*ret_list = (struct list){.name = "holes by address",
		.length = segments_holes(&heap->segments) - state_of(heap)->crumbs};
}

static size_t list_entries(const struct engine *engine, size_t at, uint64_t from,
	struct list_entry *ret_entries, size_t n)
{
	const struct recorded *heap = const_self(engine);
	struct segment hole;
	size_t copied = 0;

	for (uint64_t rank = 0; copied < n && segments_hole(&heap->segments, rank, &hole); rank++) {
		if (hole.size < CHUNK_MIN)
			continue;
		if (from > 0)
			from--;
		else
			ret_entries[copied++] =
				(struct list_entry){.address = hole.base, .size = hole.size};
	}
	return copied;
}

static void totals(const struct engine *engine, struct totals *ret_totals)
{
	const struct recorded *heap = const_self(engine);
	const struct recorded_state *state = state_of(heap);
	uint64_t largest = segments_largest_hole(&heap->segments);

	*ret_totals = (struct totals){.reserved = state->reserved,
		.blocks = state->used - state->headers,
		.available = state->reserved - state->used - state->crumb_bytes,
		.headers = state->headers,
		.tails = state->crumb_bytes,
		.regions = heap->regions.count,
		.regions_total = state->regions_total,
		.regions_peak = state->regions_peak,
		.free_spans = segments_holes(&heap->segments) - state->crumbs,
		.largest_free = largest < CHUNK_MIN ? 0 : largest,
		.free_squares =
			segments_hole_squares(&heap->segments) - (double)state->crumb_squares,
		.blocks_live = state->blocks};
}

/* ---- check --------------------------------------------------------------------------------- */

struct recorded_census {
	uint64_t reserved, blocks, odd, used, headers, holes, crumbs, crumb_bytes, crumb_squares;
};

static int check_region(const struct recorded *heap, size_t at, struct recorded_census *found,
	struct error *err)
{
	const struct known_region *stretch = stretch_at(heap, at), *next = stretch + 1;
	bool was_hole = false;
	struct segment segment;
	struct extent block;

	if (at + 1 < heap->regions.count &&
		next->base < end_of(stretch) + !(stretch->is_lone || next->is_lone))
		return error_set(err, "two regions touch at 0x%" PRIx64, next->base);
	if (stretch->is_lone > 1 || stretch->serial == 0 ||
		stretch->serial >
			(stretch->is_lone ? state_of(heap)->lones : state_of(heap)->heaps))
		return error_set(err, "the region at 0x%" PRIx64 " has a wrong number",
			stretch->base);
	found->reserved += stretch->size;
	for (uint64_t from = stretch->base; from < end_of(stretch);
		from = segment.base + segment.size) {
		if (!segments_find(&heap->segments, from, &segment) || segment.base != from ||
			segment.base + segment.size > end_of(stretch) ||
			(was_hole && segment.is_hole))
			return error_set(err,
				"the segments of the region at 0x%" PRIx64 " are wrong",
				stretch->base);
		was_hole = segment.is_hole;
		found->holes += segment.is_hole;
		if (segment.is_hole && segment.size < CHUNK_MIN) {
			found->crumbs++;
			found->crumb_bytes += segment.size;
			found->crumb_squares += segment.size * segment.size;
		}
		if (segment.is_hole)
			continue;
		block = block_of(heap, &segment);
		if (block.size != segment.size || block.tag >= block.size)
			return error_set(err, "no block fills the segment at 0x%" PRIx64, from);
		found->blocks++;
		found->odd += block.tag != usual_header(heap, &segment);
		found->used += block.size;
		found->headers += block.tag;
	}
	return 0;
}

static int check(const struct engine *engine, struct error *err)
{
	const struct recorded *heap = const_self(engine);
	const struct recorded_state *state = state_of(heap);
	struct recorded_census found = {0};

	if (segments_check(&heap->segments, err) < 0 || extents_check(&heap->odd, err) < 0)
		return -1;
	if (state->regions_total != state->heaps + state->lones ||
		state->regions_peak < heap->regions.count ||
		state->regions_peak > state->regions_total)
		return error_set(err, "the regions so far do not add up");
	for (size_t at = 0; at < heap->regions.count; at++)
		if (check_region(heap, at, &found, err) < 0)
			return -1;
	if (found.odd != extents_count(&heap->odd))
		return error_set(err, "a header is noted that no block has");
	if (found.holes != segments_holes(&heap->segments))
		return error_set(err, "holes lie in no region");
	if (found.reserved != state->reserved || found.blocks != state->blocks ||
		found.used != state->used || found.headers != state->headers ||
		found.crumbs != state->crumbs || found.crumb_bytes != state->crumb_bytes ||
		found.crumb_squares != state->crumb_squares)
		return error_set(err, "the sums are not those of the regions");
	return 0;
}

static int init(struct engine *engine, const struct options *values, struct error *err)
{
	struct recorded *heap = self(engine);
	const struct segment everything = {0, ADDRESS_END, false};

	heap->has_chunks = options_choice(values, "recorded-chunks") == 0;
	heap->alignment = pymalloc_geometry(values)->alignment;
	flat_add(&engine->flat, &heap->state, sizeof(struct recorded_state));
	flat_add(&engine->flat, &heap->regions, sizeof(struct known_region));
	segments_init(&heap->segments, &engine->flat, UNIT);
	extents_init(&heap->odd, &engine->flat);
	flat_grow(&heap->state, 1);
	segments_replace(&heap->segments, NULL, NULL, 0, &everything, 1);
	return 0;
}

/* The arenas of a traced Python have a layer of their own. */
static const char *instead(const struct options *values)
{
	return strcmp(options_text(values, "arenas"), "recorded") == 0 ? "recorded-arenas" : NULL;
}

const struct engine_ops engine_recorded = {
	.name = "recorded",
	.summary = "no simulation: a recorded program's blocks at their real addresses",
	.holder = "The program",
	.options = options,
	.decisions = decisions,
	.state_size = sizeof(struct recorded),
	.as_recorded = true,
	.instead = instead,

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

	.totals = totals,
	.check = check,
};
