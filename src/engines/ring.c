/*
 * A ring, or circular buffer: memory that is taken at one end and given back at the other, as logs,
 * queues of messages and audio do.
 *
 *	head    where the next block begins; a request moves it on, and that is all
 *	tail    where the oldest block begins: what is between head and tail is free
 *	wrap    a request that the bytes before the end do not have room for begins at the base
 *	        again; those bytes are skipped until the tail has passed them
 *	waits   a freed block with an older one in use before it: the tail only moves over blocks
 *	        from the oldest on
 *
 * An empty ring begins at its base again, so that a request of its whole size fits.
 *
 * Invariant: blocks follow each other from the tail to the head, except for what aligns them and
 * for what a wrap skips; the oldest one is in use, and at most one wrap lies between them.
 */
#include "base/error.h"
#include "base/options.h"
#include "engine/engine.h"
#include "engine/walks.h"

#include <assert.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define UNIT    8u /* bytes: blocks are multiples of it */
#define NO_WRAP UINT64_MAX

struct ring_state {
	uint64_t base; /* 0: nothing is mapped yet */
	uint64_t head; /* bytes from the base */
	uint64_t live;
	uint64_t used;  /* bytes of blocks in use */
	uint64_t first; /* the number of the oldest block; those before it are zeroed */
	uint64_t wrap;  /* the number of the first block after a wrap; NO_WRAP: there is none */
};

struct block {
	uint64_t base;    /* bytes from that of the ring */
	uint64_t payload; /* the same, aligned */
	uint64_t size;    /* from the base on */
	uint64_t is_free;
};

struct ring {
	struct engine engine;
	uint64_t size;
	struct flat_array state;
	struct flat_array blocks; /* struct block, in the order in which they were taken */
};

static const struct option_spec options[] = {
	{.name = "ring-size",
		.type = OPTION_SIZE,
		.value = "BYTES",
		.fallback = "4K",
		.min = UNIT,
		.max = UINT64_C(1) << 36,
		.help = "size of the ring"},
	{0},
};

static const struct decision_kind decision_taken = {
	.name = "ring-taken",
	.operands = "a address, b bytes, c bytes free",
	.words = {.plain = "The head moves on by {b:B}; {c:B} are free."},
};

static const struct decision_kind decision_wrapped = {
	.name = "ring-wrapped",
	.operands = "a bytes before the end, b bytes needed",
	.words = {.plain = "The head has {a:B} before the end, too few for {b:B}: it wraps to the "
			   "base.",
		.brief = "the head wraps"},
};

static const struct decision_kind decision_full = {
	.name = "ring-full",
	.operands = "a bytes needed, b the most free bytes in a row, c bytes that wait",
	.words = {.plain = "It needs {a:B}; at most {b:B} are free in a row, and {c:B} wait for "
			   "older blocks.",
		.brief = "no room"},
};

static const struct decision_kind decision_kept = {
	.name = "ring-kept",
	.operands = "a address, b bytes",
	.words = {.plain = "Its {b:B} wait: an older block is in use, and the tail stands there.",
		.brief = "waits"},
};

static const struct decision_kind decision_advanced = {
	.name = "ring-advanced",
	.operands = "a address of the tail, b blocks, c bytes free",
	.words = {.plain = "The tail moves on over {b:freed block*}; {c:B} are free.",
		.brief = "the tail moves on"},
};

static const struct decision_kind decision_emptied = {
	.name = "ring-emptied",
	.operands = "a base",
	.words = {.plain = "The ring is empty: head and tail are at its base again."},
};

static const struct decision_kind *const decisions[] = {
	&decision_taken,
	&decision_wrapped,
	&decision_full,
	&decision_kept,
	&decision_advanced,
	&decision_emptied,
	NULL,
};

static struct ring *self(const struct engine *engine)
{
	return (struct ring *)(uintptr_t)engine;
}

static struct ring_state *state_of(const struct ring *ring)
{
	return ring->state.data;
}

static struct block *block_at(const struct ring *ring, uint64_t at)
{
	return flat_at(&ring->blocks, struct block, (size_t)at);
}

static bool is_empty(const struct ring *ring)
{
	return state_of(ring)->first == ring->blocks.count;
}

/* Where the oldest block begins; with an empty ring the head. */
static uint64_t tail_of(const struct ring *ring)
{
	return is_empty(ring) ? state_of(ring)->head : block_at(ring, state_of(ring)->first)->base;
}

static bool has_wrapped(const struct ring *ring)
{
	return state_of(ring)->wrap != NO_WRAP;
}

/* Where the blocks before the wrap end: what follows is skipped. */
static uint64_t skipped_from(const struct ring *ring)
{
	const struct block *last = block_at(ring, state_of(ring)->wrap - 1);

	return last->base + last->size;
}

/* Free bytes from the head on, without a wrap. */
static uint64_t room_at_head(const struct ring *ring)
{
	return (has_wrapped(ring) ? tail_of(ring) : ring->size) - state_of(ring)->head;
}

/* Free bytes from the base on, after a wrap. */
static uint64_t room_at_base(const struct ring *ring)
{
	return has_wrapped(ring) ? 0 : tail_of(ring);
}

/* ---- taking -------------------------------------------------------------------------------- */

/* Bytes that the request takes from that offset on; 0: more than there can be. */
static uint64_t needed(const struct ring *ring, const struct request *request, uint64_t from,
	uint64_t *ret_payload)
{
	uint64_t alignment = request->alignment > UNIT ? request->alignment : UNIT;
	uint64_t size = request->size ? request->size : 1, at = state_of(ring)->base + from;

	if (size > UINT64_MAX / 4 || alignment > UINT64_MAX / 4)
		return 0;
	uint64_t payload = (at + alignment - 1) / alignment * alignment;
	*ret_payload = payload - state_of(ring)->base;
	return payload - at + (size + UNIT - 1) / UNIT * UNIT;
}

static bool map(struct ring *ring)
{
	struct page_source *pages = ring->engine.pages;

	if (state_of(ring)->base)
		return true;
	state_of(ring)->base = pages->map(pages, ring->size, UNIT);
	if (state_of(ring)->base)
		ring->engine.happened |= HAPPENED_GREW;
	return state_of(ring)->base;
}

/* Bytes of freed blocks that the tail has not passed. Grows with the blocks. */
static uint64_t waiting_bytes(const struct ring *ring)
{
	uint64_t bytes = 0;

	for (uint64_t i = state_of(ring)->first; i < ring->blocks.count; i++)
		bytes += block_at(ring, i)->is_free ? block_at(ring, i)->size : 0;
	return bytes;
}

static enum outcome refuse(struct ring *ring, const struct request *request, uint64_t bytes)
{
	uint64_t head = room_at_head(ring), base = room_at_base(ring);

	ring->engine.happened |= HAPPENED_NO_MEMORY;
	if (bytes && state_of(ring)->base && ring->engine.log)
		decide(&ring->engine, &decision_full, bytes, head > base ? head : base,
			waiting_bytes(ring), 0);
	else
		decide(&ring->engine, &decision_no_memory, request->size, 0, 0, 0);
	return OUTCOME_NO_MEMORY;
}

static enum outcome allocate(struct engine *engine, const struct request *request,
	struct placement *ret_placement)
{
	struct ring *ring = self(engine);
	struct ring_state *state = state_of(ring);
	uint64_t payload = 0, again = 0;

	if (!map(ring))
		return refuse(ring, request, 0);
	uint64_t bytes = needed(ring, request, state->head, &payload);
	if (bytes == 0 || bytes > room_at_head(ring)) {
		uint64_t from_base = needed(ring, request, 0, &again);
		if (bytes == 0 || from_base > room_at_base(ring))
			return refuse(ring, request, bytes);
		decide(engine, &decision_wrapped, ring->size - state->head, bytes, 0, 0);
		state->wrap = ring->blocks.count;
		state->head = 0;
		bytes = from_base;
		payload = again;
	}
	struct block *block = flat_grow(&ring->blocks, 1);
	*block = (struct block){.base = state->head, .payload = payload, .size = bytes};
	state->head += bytes;
	state->live++;
	state->used += bytes;
	decide(engine, &decision_taken, state->base + payload, bytes,
		room_at_head(ring) + room_at_base(ring), 0);
	*ret_placement =
		(struct placement){state->base + payload, block->base + bytes - payload, 0};
	return OUTCOME_PLACED;
}

/* ---- giving back --------------------------------------------------------------------------- */

/* Numbers begin at 0 again when most of them are of blocks that are gone. */
static void forget_old(struct ring *ring)
{
	struct ring_state *state = state_of(ring);
	size_t first = (size_t)state->first, kept = ring->blocks.count - first;

	if (first < 64 || first < kept)
		return;
	memmove(block_at(ring, 0), block_at(ring, first), kept * sizeof(struct block));
	flat_set_count(&ring->blocks, kept);
	state->first = 0;
	if (has_wrapped(ring))
		state->wrap -= first;
}

/* The oldest block is free: passes it and those after it. Costs each of them once. */
static void advance(struct ring *ring)
{
	struct ring_state *state = state_of(ring);
	uint64_t blocks = 0;

	while (!is_empty(ring) && block_at(ring, state->first)->is_free) {
		*block_at(ring, state->first) = (struct block){.base = 0};
		if (++state->first == state->wrap)
			state->wrap = NO_WRAP;
		blocks++;
	}
	if (is_empty(ring)) {
		flat_set_count(&ring->blocks, 0);
		state->head = state->first = 0;
		state->wrap = NO_WRAP;
	} else {
		forget_old(ring);
	}
	decide(&ring->engine, &decision_advanced, state->base + tail_of(ring), blocks,
		room_at_head(ring) + room_at_base(ring), 0);
	if (is_empty(ring))
		decide(&ring->engine, &decision_emptied, state->base, 0, 0, 0);
}

/* Of blocks [from, to), whose addresses rise, the first that ends above the offset. */
static uint64_t block_above(const struct ring *ring, uint64_t from, uint64_t to, uint64_t offset)
{
	while (from < to) {
		uint64_t middle = from + (to - from) / 2;
		if (block_at(ring, middle)->base + block_at(ring, middle)->size <= offset)
			from = middle + 1;
		else
			to = middle;
	}
	return from;
}

/* Blocks by address: those after a wrap, then those before it. */
struct runs {
	uint64_t first[2], end[2];
};

static struct runs runs_of(const struct ring *ring)
{
	uint64_t first = state_of(ring)->first, count = ring->blocks.count;
	uint64_t wrap = has_wrapped(ring) ? state_of(ring)->wrap : count;

	return (struct runs){{wrap, first}, {count, wrap}};
}

static struct block *find(const struct ring *ring, uint64_t address)
{
	struct runs runs = runs_of(ring);
	uint64_t offset = address - state_of(ring)->base;

	for (size_t i = 0; i < 2; i++) {
		uint64_t at = block_above(ring, runs.first[i], runs.end[i], offset);
		if (at < runs.end[i] && block_at(ring, at)->payload == offset &&
			!block_at(ring, at)->is_free)
			return block_at(ring, at);
	}
	return NULL;
}

static enum outcome release(struct engine *engine, uint64_t address)
{
	struct ring *ring = self(engine);
	struct block *block = state_of(ring)->base ? find(ring, address) : NULL;

	if (!block) {
		engine->happened |= HAPPENED_INVALID;
		decide(engine, &decision_invalid, address, 0, 0, 0);
		return OUTCOME_INVALID;
	}
	block->is_free = 1;
	state_of(ring)->live--;
	state_of(ring)->used -= block->size;
	if (block == block_at(ring, state_of(ring)->first))
		advance(ring);
	else
		decide(engine, &decision_kept, address, block->size, 0, 0);
	return OUTCOME_RELEASED;
}

/* ---- description --------------------------------------------------------------------------- */

static size_t region_count(const struct engine *engine)
{
	return state_of(self(engine))->base != 0;
}

static void describe_ring(const struct engine *engine, size_t at, struct region *ret_region)
{
	const struct ring *ring = self(engine);

	*ret_region = (struct region){.kind = REGION_HEAP,
		.base = state_of(ring)->base,
		.size = ring->size,
		.used = state_of(ring)->used};
	snprintf(ret_region->name, sizeof(ret_region->name), "ring");
}

struct visit {
	const struct ring *ring;
	uint64_t from, to; /* offsets */
	span_visit *visit;
	void *user;
};

/* false: the visitor wants no more. An empty stretch, or one outside, is passed over. */
static bool visit_stretch(const struct visit *visit, enum span_state state, uint64_t base,
	uint64_t end)
{
	const struct span span = {.state = state,
		.base = state_of(visit->ring)->base + base,
		.size = end - base};

	return base == end || end <= visit->from || base >= visit->to ||
	       visit->visit(&span, visit->user);
}

static bool visit_blocks(const struct visit *visit, uint64_t first, uint64_t end)
{
	const struct ring *ring = visit->ring;
	uint64_t base = state_of(ring)->base;

	for (uint64_t i = block_above(ring, first, end, visit->from); i < end; i++) {
		const struct block *block = block_at(ring, i);
		const struct span span = {.state = block->is_free ? SPAN_WAITING : SPAN_USED,
			.base = base + block->base,
			.size = block->size,
			.payload = block->is_free ? 0 : base + block->payload};
		if (block->base >= visit->to)
			return true;
		if (!visit->visit(&span, visit->user))
			return false;
	}
	return true;
}

static void spans(const struct engine *engine, uint64_t from, uint64_t to, span_visit *visitor,
	void *user)
{
	const struct ring *ring = self(engine);
	const struct ring_state *state = state_of(ring);
	struct runs runs = runs_of(ring);
	uint64_t tail = tail_of(ring), end = state->base + ring->size;

	if (!state->base || to <= state->base || from >= end)
		return;
	const struct visit visit = {ring, from > state->base ? from - state->base : 0,
		to - state->base, visitor, user};
	if (has_wrapped(ring)) {
		uint64_t skipped = skipped_from(ring);
		(void)(visit_blocks(&visit, runs.first[0], runs.end[0]) &&
			visit_stretch(&visit, SPAN_FREE, state->head, tail) &&
			visit_blocks(&visit, runs.first[1], runs.end[1]) &&
			visit_stretch(&visit, SPAN_WASTE, skipped, ring->size));
	} else {
		(void)(visit_stretch(&visit, SPAN_FREE, 0, tail) &&
			visit_blocks(&visit, runs.first[1], runs.end[1]) &&
			visit_stretch(&visit, SPAN_FREE, state->head, ring->size));
	}
}

static size_t landmarks(const struct engine *engine, struct landmark *ret_landmarks, size_t n)
{
	const struct ring *ring = self(engine);
	uint64_t base = state_of(ring)->base;
	const struct landmark all[] = {
		{"head", base, state_of(ring)->head, "the next block begins"},
		{"tail", base, tail_of(ring), "the oldest block begins"},
	};
	size_t count = !base ? 0 : n < 2 ? n : 2;

	memcpy(ret_landmarks, all, count * sizeof(*all));
	return count;
}

/* Blocks follow each other; *ret_live and *ret_used count those in use. */
static int check_blocks(const struct ring *ring, uint64_t *ret_live, uint64_t *ret_used,
	struct error *err)
{
	const struct ring_state *state = state_of(ring);
	uint64_t at = tail_of(ring);

	for (uint64_t i = 0; i < ring->blocks.count; i++) {
		const struct block *block = block_at(ring, i);
		static const struct block gone;
		if (i < state->first) {
			if (memcmp(block, &gone, sizeof(gone)) != 0)
				return error_set(err, "ring: block %" PRIu64 " is not forgotten",
					i);
			continue;
		}
		if (i == state->wrap)
			at = 0;
		if (block->base != at || block->size == 0 || block->size % UNIT != 0 ||
			block->payload % UNIT != 0 || block->payload - at >= block->size ||
			block->is_free > 1)
			return error_set(err, "ring: block %" PRIu64 " is not where the head was",
				i);
		at += block->size;
		*ret_live += !block->is_free;
		*ret_used += block->is_free ? 0 : block->size;
		if (at > ring->size)
			return error_set(err, "ring: block %" PRIu64 " ends after the ring", i);
	}
	return at == state->head ? 0 : error_set(err, "ring: the head is not after the blocks");
}

static int check(const struct engine *engine, struct error *err)
{
	const struct ring *ring = self(engine);
	const struct ring_state *state = state_of(ring);
	uint64_t live = 0, used = 0, count = ring->blocks.count;

	if (state->first > count || state->base % UNIT != 0 || (!state->base && count > 0) ||
		(has_wrapped(ring) && (state->wrap <= state->first || state->wrap >= count)))
		return error_set(err, "ring: its blocks are not where it says");
	if (is_empty(ring) ? state->head != 0 || count > 0 : block_at(ring, state->first)->is_free)
		return error_set(err, "ring: the tail is not at the oldest block in use");
	if (check_blocks(ring, &live, &used, err) < 0)
		return -1;
	if (live != state->live || used != state->used ||
		(has_wrapped(ring) && state->head > tail_of(ring)))
		return error_set(err, "ring: %" PRIu64 " blocks are in use, not as counted", live);
	return plain_check(engine, err);
}

static int init(struct engine *engine, const struct options *values, struct error *err)
{
	struct ring *ring = self(engine);

	ring->size = options_number(values, "ring-size") / UNIT * UNIT;
	flat_add(&engine->flat, &ring->state, sizeof(struct ring_state));
	flat_add(&engine->flat, &ring->blocks, sizeof(struct block));
	flat_grow(&ring->state, 1);
	state_of(ring)->wrap = NO_WRAP;
	return 0;
}

const struct engine_ops engine_ring = {
	.name = "ring",
	.summary = "a ring, or circular buffer: taken at the head, given back at the tail",
	.holder = "The ring",
	.options = options,
	.begins_empty = true,
	.decisions = decisions,
	.state_size = sizeof(struct ring),

	.init = init,

	.allocate = allocate,
	.release = release,
	.reallocate = plain_reallocate,

	.region_count = region_count,
	.region = describe_ring,
	.spans = spans,
	.used_between = plain_used_between,
	.landmarks = landmarks,

	.totals = plain_totals,
	.check = check,
};
