/*
 * A region, which most programs call an arena: memory that is taken from the front, and given back
 * all at once, or back to a mark.
 *
 *	chunk   a stretch of memory; when it is full, another one is chained to it
 *	top     the end of what is taken of the last chunk: a request moves it up, and that is all
 *	rewind  the top moves back over all freed blocks that lie below it, chunk by chunk. A
 *	        program with a mark frees what it made since, the last block first
 *	kept    a freed block with one in use above it: its memory comes back when that one is freed
 *
 * A rewind costs a program one step, whatever lies above its mark. A trace has a free for each
 * block, so that it can be checked; here the top moves back when the last of them is freed.
 *
 * With --monotonic nothing is rewound before all blocks are freed, as std::pmr's
 * monotonic_buffer_resource, whose deallocate() does nothing, has its memory until release().
 *
 * Invariant: the last block is in use, and blocks of a chunk follow each other from its base to its
 * top, except for what aligns them.
 */
#include "engines/region.h"

#include "base/error.h"
#include "base/options.h"
#include "engine/engine.h"
#include "engine/walks.h"

#include <assert.h>
#include <inttypes.h>
#include <stdio.h>

#define UNIT 8u /* bytes: blocks are multiples of it */

struct region_state {
	uint64_t live;
	uint64_t chunks; /* so far */
	uint64_t peak;
};

struct chunk {
	uint64_t base;
	uint64_t size;
	uint64_t top;    /* bytes from the base */
	uint64_t blocks; /* of it, freed ones too */
	uint64_t first;  /* the number of its first block */
	uint64_t used;   /* bytes of blocks in use */
};

struct block {
	uint64_t base;    /* where the top was */
	uint64_t payload; /* the same, aligned */
	uint64_t size;    /* from the base on */
	uint64_t is_free;
};

struct region_engine {
	struct engine engine;
	uint64_t chunk;
	bool is_monotonic;
	struct flat_array state;
	struct flat_array chunks; /* struct chunk, in the order in which they were chained */
	struct flat_array blocks; /* struct block, in the order in which they were taken */
	struct flat_array order;  /* uint64_t: the numbers of chunks, by address */
};

static const struct option_spec options[] = {
	{.name = "chunk",
		.type = OPTION_SIZE,
		.value = "BYTES",
		.fallback = "4K",
		.min = UNIT,
		.max = UINT64_C(1) << 36,
		.help = "size of a chunk; a larger request gets one of its own"},
	{.name = "monotonic",
		.type = OPTION_FLAG,
		.help = "nothing comes back before all is freed"},
	{0},
};

static const struct decision_kind decision_taken = {
	.name = "region-taken",
	.operands = "a address, b bytes, c bytes left in the chunk",
	.words = {.plain = "The top moves up by {b:B}; the chunk has {c:B} left."},
};

static const struct decision_kind decision_chained = {
	.name = "region-chained",
	.operands = "a base, b bytes, c bytes left in the chunk before, d chunks now",
	.words = {.plain = "A chunk of {b:B} is chained: {d:chunk*} now. The one before has {c:B} "
			   "left, too few.",
		.brief = "a new chunk"},
};

static const struct decision_kind decision_begun = {
	.name = "region-begun-chunk",
	.operands = "a base, b bytes",
	.words = {.plain = "The first chunk, of {b:B}, begins."},
};

static const struct decision_kind decision_kept = {
	.name = "region-kept",
	.operands = "a address, b bytes, c blocks in use",
	.words = {.plain = "Its {b:B} stay taken: {c:block*} in use, and the top only moves back "
			   "over what is free below it.",
		.brief = "stays taken"},
};

static const struct decision_kind decision_not_rewound = {
	.name = "region-not-rewound",
	.operands = "a address, b bytes, c blocks in use",
	.words = {.plain = "Its {b:B} stay taken: {c:block*} in use, and nothing is rewound before "
			   "all is freed.",
		.brief = "stays taken"},
};

static const struct decision_kind decision_rewound = {
	.name = "region-rewound",
	.operands = "a top, b blocks, c bytes, d bytes left in the chunk",
	.words = {.plain = "The top moves back over {b:freed block*}, {c:B}; {d:B} are left.",
		.brief = "rewound"},
};

const struct decision_kind decision_region_unchained = {
	.name = "region-unchained",
	.operands = "a base, b bytes, c chunks now",
	.words = {.plain = "The last chunk, of {b:B}, is empty and goes back; {c:chunk*} left."},
};

static const struct decision_kind *const decisions[] = {
	&decision_taken,
	&decision_chained,
	&decision_begun,
	&decision_kept,
	&decision_not_rewound,
	&decision_rewound,
	&decision_region_unchained,
	NULL,
};

static struct region_engine *self(const struct engine *engine)
{
	return (struct region_engine *)(uintptr_t)engine;
}

static struct region_state *state_of(const struct region_engine *region)
{
	return region->state.data;
}

static struct chunk *chunk_at(const struct region_engine *region, size_t at)
{
	return flat_at(&region->chunks, struct chunk, at);
}

static struct block *block_at(const struct region_engine *region, size_t at)
{
	return flat_at(&region->blocks, struct block, at);
}

static struct chunk *last_chunk(const struct region_engine *region)
{
	return region->chunks.count ? chunk_at(region, region->chunks.count - 1) : NULL;
}

/* ---- taking -------------------------------------------------------------------------------- */

/* Bytes that the request takes from that address on; 0: more than there can be. */
static uint64_t needed(const struct request *request, uint64_t from, uint64_t *ret_payload)
{
	uint64_t alignment = request->alignment > UNIT ? request->alignment : UNIT;
	uint64_t size = request->size ? request->size : 1;

	if (size > UINT64_MAX / 4 || alignment > UINT64_MAX / 4)
		return 0;
	*ret_payload = (from + alignment - 1) / alignment * alignment;
	return *ret_payload - from + (size + UNIT - 1) / UNIT * UNIT;
}

static uint64_t *number_at(const struct region_engine *region, size_t at)
{
	return flat_at(&region->order, uint64_t, at);
}

/* How many chunks begin at or below the address. */
static size_t chunks_up_to(const struct region_engine *region, uint64_t address)
{
	size_t low = 0, high = region->order.count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;
		if (chunk_at(region, (size_t)*number_at(region, middle))->base <= address)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

/* The chunk that was chained last. */
static void put_in_order(struct region_engine *region, uint64_t base)
{
	size_t last = region->chunks.count - 1, at = region->order.count;

	flat_grow(&region->order, 1);
	for (; at > 0 && chunk_at(region, (size_t)*number_at(region, at - 1))->base > base; at--)
		*number_at(region, at) = *number_at(region, at - 1);
	*number_at(region, at) = last;
}

static void take_out_of_order(struct region_engine *region)
{
	size_t at = chunks_up_to(region, last_chunk(region)->base) - 1;

	for (; at + 1 < region->order.count; at++)
		*number_at(region, at) = *number_at(region, at + 1);
	flat_set_count(&region->order, region->order.count - 1);
}

static bool chain(struct region_engine *region, uint64_t bytes)
{
	struct page_source *pages = region->engine.pages;
	const struct chunk *last = last_chunk(region);
	uint64_t size = bytes > region->chunk ? bytes : region->chunk;
	uint64_t base = pages->map(pages, size, UNIT);

	if (base == 0)
		return false;
	if (last)
		decide(&region->engine, &decision_chained, base, size, last->size - last->top,
			region->chunks.count + 1);
	else
		decide(&region->engine, &decision_begun, base, size, 0, 0);
	struct chunk *chunk = flat_grow(&region->chunks, 1);
	chunk->base = base;
	chunk->size = size;
	chunk->first = region->blocks.count;
	put_in_order(region, base);
	state_of(region)->chunks++;
	if (region->chunks.count > state_of(region)->peak)
		state_of(region)->peak = region->chunks.count;
	region->engine.happened |= HAPPENED_GREW;
	return true;
}

static enum outcome allocate(struct engine *engine, const struct request *request,
	struct placement *ret_placement)
{
	struct region_engine *region = self(engine);
	struct chunk *chunk = last_chunk(region);
	uint64_t payload = 0;
	uint64_t bytes = needed(request, chunk ? chunk->base + chunk->top : 0, &payload);

	if (bytes == 0 || !chunk || bytes > chunk->size - chunk->top) {
		uint64_t more = request->alignment > UNIT ? request->alignment : 0;
		uint64_t most = bytes ? bytes + more : 0;
		if (most == 0 || !chain(region, most)) {
			engine->happened |= HAPPENED_NO_MEMORY;
			decide(engine, &decision_no_memory, request->size, 0, 0, 0);
			return OUTCOME_NO_MEMORY;
		}
		chunk = last_chunk(region);
		bytes = needed(request, chunk->base, &payload);
	}
	struct block *block = flat_grow(&region->blocks, 1);
	block->base = chunk->base + chunk->top;
	block->payload = payload;
	block->size = bytes;
	chunk->top += bytes;
	chunk->blocks++;
	chunk->used += bytes;
	assert(chunk->top <= chunk->size);
	state_of(region)->live++;
	decide(engine, &decision_taken, payload, bytes, chunk->size - chunk->top, 0);
	*ret_placement = (struct placement){payload, block->base + bytes - payload, 0};
	return OUTCOME_PLACED;
}

/* ---- giving back --------------------------------------------------------------------------- */

static void unchain(struct region_engine *region)
{
	struct page_source *pages = region->engine.pages;
	const struct chunk chunk = *last_chunk(region);

	assert(chunk.top == 0 && chunk.blocks == 0);
	take_out_of_order(region);
	flat_set_count(&region->chunks, region->chunks.count - 1);
	pages->unmap(pages, chunk.base, chunk.size);
	decide(&region->engine, &decision_region_unchained, chunk.base, chunk.size,
		region->chunks.count, 0);
}

/* The first chunk stays. Costs the blocks that it passes, each of them once. */
static void rewind_top(struct region_engine *region)
{
	struct chunk *chunk = last_chunk(region);
	uint64_t blocks = 0, bytes = 0;

	while (region->blocks.count > 0 && block_at(region, region->blocks.count - 1)->is_free) {
		const struct block *block = block_at(region, region->blocks.count - 1);
		if (chunk->blocks == 0) {
			unchain(region);
			chunk = last_chunk(region);
		}
		assert(block->base - chunk->base + block->size == chunk->top);
		chunk->top -= block->size;
		chunk->blocks--;
		blocks++;
		bytes += block->size;
		flat_set_count(&region->blocks, region->blocks.count - 1);
	}
	while (region->chunks.count > 1 && last_chunk(region)->blocks == 0)
		unchain(region);
	chunk = last_chunk(region);
	decide(&region->engine, &decision_rewound, chunk->base + chunk->top, blocks, bytes,
		chunk->size - chunk->top);
}

/* The number of the first block of the chunk that ends above the address. */
static size_t block_above(const struct region_engine *region, const struct chunk *chunk,
	uint64_t address)
{
	size_t low = (size_t)chunk->first, high = low + (size_t)chunk->blocks;

	while (low < high) {
		size_t middle = low + (high - low) / 2;
		const struct block *block = block_at(region, middle);
		if (block->base + block->size <= address)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

/* The block in use with that payload, and its chunk; NULL: there is none. */
static struct block *find(const struct region_engine *region, uint64_t payload,
	struct chunk **ret_chunk)
{
	size_t at = chunks_up_to(region, payload);
	struct chunk *chunk = at ? chunk_at(region, (size_t)*number_at(region, at - 1)) : NULL;
	size_t number = chunk ? block_above(region, chunk, payload) : 0;

	if (!chunk || number == chunk->first + chunk->blocks ||
		block_at(region, number)->payload != payload || block_at(region, number)->is_free)
		return NULL;
	*ret_chunk = chunk;
	return block_at(region, number);
}

static enum outcome release(struct engine *engine, uint64_t address)
{
	struct region_engine *region = self(engine);
	struct region_state *state = state_of(region);
	struct chunk *chunk;
	struct block *block = find(region, address, &chunk);

	if (!block) {
		engine->happened |= HAPPENED_INVALID;
		decide(engine, &decision_invalid, address, 0, 0, 0);
		return OUTCOME_INVALID;
	}
	block->is_free = 1;
	chunk->used -= block->size;
	state->live--;
	bool is_last = block == block_at(region, region->blocks.count - 1);
	if (state->live == 0 || (is_last && !region->is_monotonic))
		rewind_top(region);
	else
		decide(engine, region->is_monotonic ? &decision_not_rewound : &decision_kept,
			address, block->size, state->live, 0);
	return OUTCOME_RELEASED;
}

/* ---- description --------------------------------------------------------------------------- */

static size_t region_count(const struct engine *engine)
{
	return self(engine)->chunks.count;
}

static void describe_chunk(const struct engine *engine, size_t at, struct region *ret_region)
{
	const struct region_engine *region = self(engine);
	size_t number = (size_t)*number_at(region, at);
	const struct chunk *chunk = chunk_at(region, number);

	*ret_region = (struct region){.kind = REGION_HEAP,
		.serial = (uint32_t)number,
		.base = chunk->base,
		.size = chunk->size,
		.used = chunk->used};
	snprintf(ret_region->name, sizeof(ret_region->name), "chunk %zu", number + 1);
}

/* What is above the top: only the last chunk serves requests. */
static struct span rest_of(const struct region_engine *region, const struct chunk *chunk)
{
	return (struct span){.state = chunk == last_chunk(region) ? SPAN_FREE : SPAN_WAITING,
		.base = chunk->base + chunk->top,
		.size = chunk->size - chunk->top};
}

/* false: the visitor wants no more. */
static bool visit_chunk(const struct region_engine *region, const struct chunk *chunk,
	uint64_t from, uint64_t to, span_visit *visit, void *user)
{
	const struct span rest = rest_of(region, chunk);

	for (size_t i = block_above(region, chunk, from); i < chunk->first + chunk->blocks; i++) {
		const struct block *block = block_at(region, i);
		const struct span span = {.state = block->is_free ? SPAN_WAITING : SPAN_USED,
			.base = block->base,
			.size = block->size,
			.payload = block->is_free ? 0 : block->payload};
		if (block->base >= to)
			return true;
		if (!visit(&span, user))
			return false;
	}
	return rest.size == 0 || rest.base + rest.size <= from || rest.base >= to ||
	       visit(&rest, user);
}

static void spans(const struct engine *engine, uint64_t from, uint64_t to, span_visit *visit,
	void *user)
{
	const struct region_engine *region = self(engine);

	size_t first = chunks_up_to(region, from);

	for (size_t at = first ? first - 1 : 0; at < region->order.count; at++) {
		const struct chunk *chunk = chunk_at(region, (size_t)*number_at(region, at));
		if (chunk->base >= to || !visit_chunk(region, chunk, from, to, visit, user))
			return;
	}
}

static size_t landmarks(const struct engine *engine, struct landmark *ret_landmarks, size_t n)
{
	const struct chunk *chunk = last_chunk(self(engine));

	if (!chunk || n == 0)
		return 0;
	*ret_landmarks = (struct landmark){"top", chunk->base, chunk->top, "the next block begins"};
	return 1;
}

static void totals(const struct engine *engine, struct totals *ret_totals)
{
	plain_totals(engine, ret_totals);
	ret_totals->regions_total = state_of(self(engine))->chunks;
	ret_totals->regions_peak = state_of(self(engine))->peak;
}

/* Blocks of a chunk follow each other from its base to its top; *ret_live counts those in use. */
static int check_chunk(const struct region_engine *region, size_t number, uint64_t *ret_live,
	struct error *err)
{
	const struct chunk *chunk = chunk_at(region, number);
	uint64_t at = chunk->base, used = 0;

	for (uint64_t i = chunk->first; i < chunk->first + chunk->blocks; i++) {
		const struct block *block = block_at(region, (size_t)i);
		if (block->base != at || block->size == 0 || block->size % UNIT != 0 ||
			block->payload % UNIT != 0 || block->payload - at >= block->size ||
			block->is_free > 1)
			return error_set(err, "region: block %" PRIu64 " is not where the top was",
				i);
		at += block->size;
		used += block->is_free ? 0 : block->size;
		*ret_live += !block->is_free;
	}
	if (at - chunk->base != chunk->top || chunk->top > chunk->size || used != chunk->used)
		return error_set(err, "region: chunk %zu has another top, or use", number + 1);
	return 0;
}

static int check(const struct engine *engine, struct error *err)
{
	const struct region_engine *region = self(engine);
	const struct region_state *state = state_of(region);
	uint64_t live = 0, blocks = 0, end = 0;

	for (size_t i = 0; i < region->chunks.count; i++) {
		const struct chunk *chunk = chunk_at(region, i);
		const struct chunk *next = chunk_at(region, (size_t)*number_at(region, i));
		if (chunk->first != blocks || chunk->base % UNIT != 0 || chunk->size % UNIT != 0 ||
			chunk->blocks > region->blocks.count - blocks || next->base < end)
			return error_set(err, "region: chunk %zu is not in order", i + 1);
		blocks += chunk->blocks;
		end = next->base + next->size;
		if (check_chunk(region, i, &live, err) < 0)
			return -1;
	}
	if (blocks != region->blocks.count || region->order.count != region->chunks.count ||
		live != state->live || state->peak < region->chunks.count ||
		state->chunks < state->peak)
		return error_set(err, "region: %" PRIu64 " blocks are in use, not as counted",
			live);
	if (blocks > 0 && !region->is_monotonic && block_at(region, blocks - 1)->is_free)
		return error_set(err, "region: the last block is free");
	return plain_check(engine, err);
}

static int init(struct engine *engine, const struct options *values, struct error *err)
{
	struct region_engine *region = self(engine);

	region->chunk = options_number(values, "chunk") / UNIT * UNIT;
	region->is_monotonic = options_flag(values, "monotonic");
	flat_add(&engine->flat, &region->state, sizeof(struct region_state));
	flat_add(&engine->flat, &region->chunks, sizeof(struct chunk));
	flat_add(&engine->flat, &region->blocks, sizeof(struct block));
	flat_add(&engine->flat, &region->order, sizeof(uint64_t));
	flat_grow(&region->state, 1);
	return 0;
}

const struct engine_ops engine_regions = {
	.name = "region",
	.summary =
		"a region, or arena: chunks that are filled from the front, freed at once or to a mark",
	.holder = "The region",
	.options = options,
	.begins_empty = true,
	.decisions = decisions,
	.state_size = sizeof(struct region_engine),

	.init = init,

	.allocate = allocate,
	.release = release,
	.reallocate = plain_reallocate,

	.region_count = region_count,
	.region = describe_chunk,
	.spans = spans,
	.used_between = plain_used_between,
	.landmarks = landmarks,

	.totals = totals,
	.check = check,
};
