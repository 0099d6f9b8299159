/*
 * A pool of blocks that are all of one size.
 *
 *	slab     a stretch of memory, carved into blocks when it is mapped
 *	block    without header or rounding; a request gets a whole one, however small it is
 *	chain    the free blocks as a linked list; the block freed last is handed out first
 *
 * With --pools there are several, each with blocks twice as large as those of the one before; a
 * request goes to the first whose blocks are large enough, and to no other. It fails when it is
 * larger than every block, or when its pool has no free block and may not map another slab. Slabs
 * are mapped when they are first needed, and never returned.
 *
 * Blocks are numbered through all slabs. How many of them are in use up to a number is kept in a
 * Fenwick tree, for maps at any scale.
 */
#include "base/error.h"
#include "base/options.h"
#include "engine/engine.h"

#include <assert.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define POOLS_MAX  16u
#define BLOCK_MIN  8u /* a link must fit */
#define SLAB_ALIGN 4096u
#define SLAB_MAX   (UINT64_C(1) << 40)
#define IN_USE     UINT32_MAX
#define ORDER_MAX  32u /* blocks whose place in the chain is shown */

/* What the constructor of a pool does: its work; or nothing, and members have what was there. */
enum constructor { CONSTRUCTOR_SETS, CONSTRUCTOR_FORGETS_ZEROS, CONSTRUCTOR_FORGETS_JUNK };

struct block_pool {
	uint64_t block; /* bytes */
	uint64_t used;  /* blocks */
	uint64_t slabs;
	uint32_t head; /* of the chain, + 1; 0: no block is free */
	uint32_t reserved;
};

struct slab {
	uint64_t base;
	uint32_t pool;
	uint32_t used;
};

struct pools {
	struct engine engine;
	uint32_t npools;
	uint32_t blocks;    /* of a slab */
	uint64_t slabs_max; /* of a pool; 0: as many as are needed */
	bool is_high_first; /* a new chain runs from the last block to the first */
	enum constructor constructor;
	struct flat_array pools;
	struct flat_array slabs;   /* in the order they were mapped */
	struct flat_array by_base; /* uint32_t slabs */
	struct flat_array links;   /* uint32_t by block: the next of the chain + 1, 0, or IN_USE */
	struct flat_array sums;    /* uint32_t: Fenwick tree of blocks in use, from 1 */
};

static const char *const ends[] = {"low", "high", NULL};

static const char *const constructors[] = {"sets", "zeros", "junk", NULL};

#define JUNK UINT64_C(0xcdcdcdcdcdcdcdcd) /* as some debuggers fill memory */

static const struct option_spec options[] = {
	{.name = "block",
		.type = OPTION_SIZE,
		.value = "BYTES",
		.fallback = "64",
		.min = BLOCK_MIN,
		.max = 1 << 20,
		.help = "size of every block"},
	{.name = "blocks",
		.type = OPTION_NUMBER,
		.value = "N",
		.fallback = "1000",
		.min = 1,
		.max = 1 << 20,
		.help = "blocks per slab"},
	{.name = "first-block",
		.type = OPTION_CHOICE,
		.value = "END",
		.fallback = "low",
		.choices = ends,
		.help = "which end of a new slab is handed out first"},
	{.name = "slabs",
		.type = OPTION_NUMBER,
		.value = "N",
		.fallback = "1",
		.max = 1 << 20,
		.help = "most slabs per pool; 0: no limit"},
	{.name = "pools",
		.type = OPTION_NUMBER,
		.value = "N",
		.fallback = "1",
		.min = 1,
		.max = POOLS_MAX,
		.help = "number of pools, each with blocks twice the size of the one before"},
	{.name = "constructor",
		.type = OPTION_CHOICE,
		.value = "WHAT",
		.fallback = "sets",
		.choices = constructors,
		.help = "sets the pool's members, or forgets to: they hold zeros, or junk"},
	{0},
};

static bool has_no_next(const struct decision *decision)
{
	return decision->b == 0;
}

static const struct decision_kind decision_slab_pool = {
	.name = "slab-pool",
	.operands = "a size, b block size",
	.words = {.plain = "A request of {a:B} takes a block of {b:B}."},
};

static const struct decision_kind decision_slab_too_large = {
	.name = "slab-too-large",
	.operands = "a size, b the largest block size",
	.words = {.plain = "{a:B} does not fit in any block: the largest are {b:B}.",
		.brief = "no block is over {b:B}"},
};

static const struct decision_kind decision_slab_misaligned = {
	.name = "slab-misaligned",
	.operands = "a size, b alignment that no block has",
	.words = {.plain = "No block big enough for {a:B} is aligned to {b:B}.",
		.brief = "not aligned"},
};

static const struct decision_kind decision_slab_mapped = {
	.name = "slab-mapped",
	.operands = "a serial, b base, c blocks, d block size",
	.words = {.plain = "A slab was mapped and carved: {c:block*} of {d:B}, chained.",
		.brief = "slab mapped"},
};

static const struct decision_kind decision_slab_exhausted = {
	.name = "slab-exhausted",
	.operands = "a blocks in use, b block size",
	.words = {.plain = "The chain was empty: all {a:block*} of {b:B} are in use.",
		.brief = "all {a:block*} in use"},
};

static const struct decision_kind decision_slab_popped = {
	.name = "slab-popped",
	.operands = "a block, b next of the chain or 0, c free blocks left",
	.words = {.plain =
			  "The head of the chain was handed out; {b:block} is the new head. Free: {c:block*}."},
	.variants =
		(const struct decision_variant[]){
			{has_no_next,
				{.plain = "The head of the chain was handed out: it was the last free block.",
					.brief = "the last free block"}},
			{NULL},
		},
};

static const struct decision_kind decision_slab_pushed = {
	.name = "slab-pushed",
	.operands = "a block, b next of the chain or 0, c free blocks",
	.words = {.plain =
			  "It became the head of the chain, in front of {b:block}. Free: {c:block*}."},
	.variants =
		(const struct decision_variant[]){
			{has_no_next,
				{.plain = "The chain was empty: this is now its only block."}},
			{NULL},
		},
};

static bool asks_for_nothing(const struct decision *decision)
{
	return decision->a == 0;
}

static const struct decision_kind decision_slab_unset_zeros = {
	.name = "slab-unset-zeros",
	.operands = "a size",
	.words = {.plain =
			  "The constructor set nothing. The block size is 0 and the head of the chain "
			  "NULL: {a:B} do not fit, and no block is free.",
		.brief = "members not set: 0, NULL"},
	.variants =
		(const struct decision_variant[]){
			{asks_for_nothing,
				{.plain = "The constructor set nothing. The block size is 0, so {a:B} fit; but "
					  "the head of the chain is NULL: no block is free.",
					.brief = "members not set: 0, NULL"}},
			{NULL},
		},
};

static const struct decision_kind decision_slab_unset_junk = {
	.name = "slab-unset-junk",
	.operands = "a size, b what the members hold",
	.words = {.plain =
			  "The constructor set nothing. The block size is {b:hex}, so {a:B} seem to "
			  "fit; the head is {b:hex}, and reading the next link there is a crash.",
		.brief = "members not set: crash"},
	.is_crash = true,
};

static const struct decision_kind *const decisions[] = {
	&decision_slab_unset_zeros,
	&decision_slab_unset_junk,
	&decision_slab_pool,
	&decision_slab_too_large,
	&decision_slab_misaligned,
	&decision_slab_mapped,
	&decision_slab_exhausted,
	&decision_slab_popped,
	&decision_slab_pushed,
	NULL,
};

static struct pools *self(struct engine *engine)
{
	return (struct pools *)engine;
}

static const struct pools *const_self(const struct engine *engine)
{
	return (const struct pools *)engine;
}

static struct block_pool *pool_of(const struct pools *pools, uint32_t pool)
{
	return flat_at(&pools->pools, struct block_pool, pool);
}

static struct slab *slab_of(const struct pools *pools, uint32_t slab)
{
	return flat_at(&pools->slabs, struct slab, slab);
}

static uint32_t *link_of(const struct pools *pools, uint32_t block)
{
	return flat_at(&pools->links, uint32_t, block);
}

static uint64_t slab_bytes(const struct pools *pools, const struct slab *slab)
{
	return pools->blocks * pool_of(pools, slab->pool)->block;
}

static inline uint64_t end_of_slab(const struct pools *pools, uint32_t number)
{
	const struct slab *slab = slab_of(pools, number);
	return slab->base + slab_bytes(pools, slab);
}

static uint64_t address_of(const struct pools *pools, uint32_t block)
{
	const struct slab *slab = slab_of(pools, block / pools->blocks);
	return slab->base + block % pools->blocks * pool_of(pools, slab->pool)->block;
}

/* The address of the next block in a chain, as decisions name it; 0: none. */
static uint64_t address_of_link(const struct pools *pools, uint32_t link)
{
	return link ? address_of(pools, link - 1) : 0;
}

/* ---- how many are in use ------------------------------------------------------------------- */

static uint32_t used_before(const struct pools *pools, uint32_t block)
{
	const uint32_t *sums = pools->sums.data;
	uint32_t used = 0;

	for (uint32_t at = block; at > 0; at &= at - 1)
		used += sums[at];
	return used;
}

static void count_block(struct pools *pools, uint32_t block, uint32_t more)
{
	uint32_t *sums = pools->sums.data;

	for (uint32_t at = block + 1; at < pools->sums.count; at += at & (~at + 1))
		sums[at] += more;
}

/* The sums of a new slab's blocks, none of them in use. */
static void extend_sums(struct pools *pools)
{
	for (uint32_t i = 0; i < pools->blocks; i++) {
		uint32_t at = (uint32_t)pools->sums.count;
		uint32_t sum = used_before(pools, at - 1) - used_before(pools, at & (at - 1));
		*(uint32_t *)flat_grow(&pools->sums, 1) = sum;
	}
}

/* ---- slabs --------------------------------------------------------------------------------- */

/* How many slabs begin at or before the address. */
static size_t slabs_up_to(const struct pools *pools, uint64_t address)
{
	size_t low = 0, high = pools->by_base.count;

	while (low < high) {
		size_t middle = (low + high) / 2;
		if (slab_of(pools, *flat_at(&pools->by_base, uint32_t, middle))->base <= address)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

static const struct slab *slab_at(const struct pools *pools, size_t at, uint32_t *ret_slab)
{
	*ret_slab = *flat_at(&pools->by_base, uint32_t, at);
	return slab_of(pools, *ret_slab);
}

/* The number of the block that begins at the address; false when none does. */
static bool find_block(const struct pools *pools, uint64_t address, uint32_t *ret_block)
{
	size_t at = slabs_up_to(pools, address);
	uint32_t number;

	if (at == 0)
		return false;
	const struct slab *slab = slab_at(pools, at - 1, &number);
	uint64_t offset = address - slab->base, block = pool_of(pools, slab->pool)->block;
	if (offset >= slab_bytes(pools, slab) || offset % block != 0)
		return false;
	*ret_block = number * pools->blocks + (uint32_t)(offset / block);
	return true;
}

static void add_by_base(struct pools *pools, uint32_t slab)
{
	uint64_t base = slab_of(pools, slab)->base;
	size_t at = slabs_up_to(pools, base);

	flat_grow(&pools->by_base, 1);
	uint32_t *order = pools->by_base.data;
	memmove(&order[at + 1], &order[at], (pools->by_base.count - at - 1) * sizeof(*order));
	order[at] = slab;
	assert(pools->by_base.count == pools->slabs.count);
	assert(at == 0 || end_of_slab(pools, order[at - 1]) <= base);
	assert(at + 1 == pools->by_base.count ||
		end_of_slab(pools, slab) <= slab_of(pools, order[at + 1])->base);
}

/* The blocks of a slab become the pool's chain, which is empty. */
static void chain_blocks(struct pools *pools, uint32_t slab, struct block_pool *pool)
{
	uint32_t first = slab * pools->blocks, last = first + pools->blocks - 1;

	assert(pool->head == 0 && last < pools->links.count);
	for (uint32_t block = first; block <= last; block++)
		*link_of(pools, block) = pools->is_high_first ? block == first ? 0 : block
					 : block == last      ? 0
							      : block + 2;
	pool->head = (pools->is_high_first ? last : first) + 1;
}

static bool map_slab(struct pools *pools, uint32_t number)
{
	struct block_pool *pool = pool_of(pools, number);
	uint64_t bytes = pools->blocks * pool->block;
	bool is_one_more = pools->slabs_max == 0 || pool->slabs < pools->slabs_max;

	if (!is_one_more || pools->links.count + pools->blocks >= IN_USE - 1)
		return false;
	uint64_t base = pools->engine.pages->map(pools->engine.pages, bytes, SLAB_ALIGN);
	if (base == 0)
		return false;
	assert(base % SLAB_ALIGN == 0 && pool->head == 0);

	uint32_t slab = (uint32_t)pools->slabs.count;
	struct slab *new = flat_grow(&pools->slabs, 1);
	new->base = base;
	new->pool = number;
	flat_grow(&pools->links, pools->blocks);
	extend_sums(pools);
	assert(pools->links.count == pools->slabs.count * pools->blocks);
	assert(pools->sums.count == pools->links.count + 1);
	chain_blocks(pools, slab, pool);
	add_by_base(pools, slab);
	pool->slabs++;
	pools->engine.happened |= HAPPENED_GREW;
	decide(&pools->engine, &decision_slab_mapped, slab, base, pools->blocks, pool->block);
	return true;
}

/* ---- requests ------------------------------------------------------------------------------ */

/* The pool for a request; npools: all blocks are too small or not aligned. */
static uint32_t pool_for(const struct pools *pools, uint64_t size, uint64_t alignment)
{
	uint32_t number = 0;

	for (; number < pools->npools; number++) {
		uint64_t block = pool_of(pools, number)->block;
		if (block >= size &&
			(alignment <= 1 || (alignment <= SLAB_ALIGN && block % alignment == 0)))
			break;
	}
	return number;
}

static enum outcome no_memory(struct pools *pools, const struct decision_kind *why, uint64_t a,
	uint64_t b)
{
	pools->engine.happened |= HAPPENED_NO_MEMORY;
	decide(&pools->engine, why, a, b, 0, 0);
	return OUTCOME_NO_MEMORY;
}

static enum outcome allocate(struct engine *engine, const struct request *request,
	struct placement *ret_placement)
{
	struct pools *pools = self(engine);
	uint32_t number = pool_for(pools, request->size, request->alignment);

	if (pools->constructor == CONSTRUCTOR_FORGETS_ZEROS)
		return no_memory(pools, &decision_slab_unset_zeros, request->size, 0);
	if (pools->constructor == CONSTRUCTOR_FORGETS_JUNK)
		return no_memory(pools, &decision_slab_unset_junk, request->size, JUNK);
	if (number == pools->npools)
		return no_memory(pools,
			request->alignment > 1 ? &decision_slab_misaligned
					       : &decision_slab_too_large,
			request->size,
			request->alignment > 1 ? request->alignment
					       : pool_of(pools, pools->npools - 1)->block);
	decide(engine, &decision_slab_pool, request->size, pool_of(pools, number)->block, 0, 0);
	if (pool_of(pools, number)->head == 0 && !map_slab(pools, number))
		return no_memory(pools, &decision_slab_exhausted, pool_of(pools, number)->used,
			pool_of(pools, number)->block);

	struct block_pool *pool = pool_of(pools, number);
	uint32_t block = pool->head - 1;
	struct slab *slab = slab_of(pools, block / pools->blocks);
	assert(slab->pool == number && *link_of(pools, block) != IN_USE);
	pool->head = *link_of(pools, block);
	*link_of(pools, block) = IN_USE;
	pool->used++;
	slab->used++;
	assert(slab->used <= pools->blocks);
	assert((pool->head == 0) == (pool->used == (uint64_t)pool->slabs * pools->blocks));
	count_block(pools, block, 1);
	decide(engine, &decision_slab_popped, address_of(pools, block),
		address_of_link(pools, pool->head), pool->slabs * pools->blocks - pool->used, 0);
	engine->happened |= pool->head ? 0 : HAPPENED_POOL_FULL;
	*ret_placement = (struct placement){address_of(pools, block), pool->block, 0};
	return OUTCOME_PLACED;
}

static enum outcome invalid(struct pools *pools, uint64_t address)
{
	pools->engine.happened |= HAPPENED_INVALID;
	decide(&pools->engine, &decision_invalid, address, 0, 0, 0);
	return OUTCOME_INVALID;
}

static enum outcome release(struct engine *engine, uint64_t address)
{
	struct pools *pools = self(engine);
	uint32_t block;

	if (!find_block(pools, address, &block) || *link_of(pools, block) != IN_USE)
		return invalid(pools, address);

	struct slab *slab = slab_of(pools, block / pools->blocks);
	struct block_pool *pool = pool_of(pools, slab->pool);
	assert(pool->used > 0 && slab->used > 0 && slab->used <= pool->used);
	assert((pool->head == 0) == (pool->used == (uint64_t)pool->slabs * pools->blocks));
	engine->happened |= pool->head ? 0 : HAPPENED_POOL_UNFULL;
	*link_of(pools, block) = pool->head;
	pool->used--;
	slab->used--;
	count_block(pools, block, UINT32_MAX);
	decide(engine, &decision_slab_pushed, address, address_of_link(pools, pool->head),
		pool->slabs * pools->blocks - pool->used, 0);
	pool->head = block + 1;
	engine->happened |= pool->used ? 0 : HAPPENED_POOL_EMPTY;
	return OUTCOME_RELEASED;
}

static enum outcome reallocate(struct engine *engine, uint64_t address,
	const struct request *request, struct placement *ret_placement)
{
	struct pools *pools = self(engine);
	uint32_t block;

	if (!find_block(pools, address, &block) || *link_of(pools, block) != IN_USE)
		return invalid(pools, address);
	if (request->size == 0)
		return release(engine, address);

	uint64_t size = pool_of(pools, slab_of(pools, block / pools->blocks)->pool)->block;
	if (request->size <= size) {
		decide(engine, &decision_fits_block, request->size, size, 0, 0);
		*ret_placement = (struct placement){address, size, 0};
		return OUTCOME_PLACED;
	}
	if (pool_for(pools, request->size, 0) < pools->npools)
		decide(engine, &decision_moves, request->size, size, size, 0);
	enum outcome outcome = allocate(engine, request, ret_placement);
	if (outcome == OUTCOME_PLACED)
		release(engine, address);
	return outcome;
}

/* ---- what it shows of itself --------------------------------------------------------------- */

static size_t region_count(const struct engine *engine)
{
	return const_self(engine)->slabs.count;
}

static void region(const struct engine *engine, size_t at, struct region *ret_region)
{
	const struct pools *pools = const_self(engine);
	uint32_t number;
	const struct slab *slab = slab_at(pools, at, &number);

	*ret_region = (struct region){.kind = REGION_SLAB,
		.serial = number,
		.base = slab->base,
		.size = slab_bytes(pools, slab),
		.used = slab->used * pool_of(pools, slab->pool)->block,
		.pages = 1,
		.page_size = slab_bytes(pools, slab)};
	snprintf(ret_region->name, sizeof(ret_region->name), "S%02" PRIu32, number);
	if (slab->used == pools->blocks)
		strcpy(ret_region->state, "F");
}

static void page(const struct engine *engine, size_t at, size_t number, struct page *ret_page)
{
	const struct pools *pools = const_self(engine);
	uint32_t slab_number;
	const struct slab *slab = slab_at(pools, at, &slab_number);
	const struct block_pool *pool = pool_of(pools, slab->pool);

	*ret_page = (struct page){.state = slab->used == pools->blocks ? PAGE_FULL : PAGE_USED,
		.base = slab->base,
		.size = slab_bytes(pools, slab),
		.size_class = pools->npools > 1 ? slab->pool : PAGE_NO_CLASS,
		.block_size = (uint32_t)pool->block,
		.used = slab->used,
		.blocks = pools->blocks,
		.is_head = pool->head && (pool->head - 1) / pools->blocks == slab_number};
}

/* The first blocks of a chain and their places in it. */
struct front {
	uint32_t blocks[ORDER_MAX];
	uint32_t count;
};

static void front_of(const struct pools *pools, const struct block_pool *pool,
	struct front *ret_front)
{
	ret_front->count = 0;
	for (uint32_t link = pool->head; link && ret_front->count < ORDER_MAX;
		link = *link_of(pools, link - 1))
		ret_front->blocks[ret_front->count++] = link - 1;
}

static uint32_t order_in(const struct front *front, uint32_t block)
{
	for (uint32_t i = 0; i < front->count; i++)
		if (front->blocks[i] == block)
			return i + 1;
	return 0;
}

/* Visits the spans of one slab; false: the visitor wants no more. */
static bool visit_slab(const struct pools *pools, uint32_t number, uint64_t from, uint64_t to,
	span_visit *visit, void *user)
{
	const struct slab *slab = slab_of(pools, number);
	const struct block_pool *pool = pool_of(pools, slab->pool);
	uint64_t end = slab->base + slab_bytes(pools, slab);
	uint64_t at = from > slab->base
			      ? slab->base + (from - slab->base) / pool->block * pool->block
			      : slab->base;
	struct front front;

	front_of(pools, pool, &front);
	for (; at < to && at < end; at += pool->block) {
		uint32_t block =
			number * pools->blocks + (uint32_t)((at - slab->base) / pool->block);
		bool is_used = *link_of(pools, block) == IN_USE;
		const struct span span = {.state = is_used ? SPAN_USED : SPAN_FREE,
			.base = at,
			.size = pool->block,
			.payload = is_used ? at : 0,
			.order = is_used ? 0 : order_in(&front, block)};
		if (!visit(&span, user))
			return false;
	}
	return true;
}

static void spans(const struct engine *engine, uint64_t from, uint64_t to, span_visit *visit,
	void *user)
{
	const struct pools *pools = const_self(engine);
	size_t at = slabs_up_to(pools, from);

	for (at = at ? at - 1 : 0; at < pools->by_base.count; at++) {
		uint32_t number;
		const struct slab *slab = slab_at(pools, at, &number);
		if (slab->base >= to)
			return;
		if (from < slab->base + slab_bytes(pools, slab) &&
			!visit_slab(pools, number, from, to, visit, user))
			return;
	}
}

/* Bytes in use of a slab below an address that lies in it, or at its end. */
static uint64_t used_up_to(const struct pools *pools, uint32_t number, uint64_t address)
{
	const struct slab *slab = slab_of(pools, number);
	uint64_t size = pool_of(pools, slab->pool)->block, offset = address - slab->base;
	uint32_t first = number * pools->blocks, block = first + (uint32_t)(offset / size);
	uint64_t used = (used_before(pools, block) - used_before(pools, first)) * size;

	if (offset % size != 0 && *link_of(pools, block) == IN_USE)
		used += offset % size;
	return used;
}

static uint64_t used_between(const struct engine *engine, uint64_t from, uint64_t to)
{
	const struct pools *pools = const_self(engine);
	size_t at = slabs_up_to(pools, from);
	uint64_t used = 0;

	for (at = at ? at - 1 : 0; at < pools->by_base.count; at++) {
		uint32_t number;
		const struct slab *slab = slab_at(pools, at, &number);
		uint64_t end = slab->base + slab_bytes(pools, slab);
		if (slab->base >= to)
			break;
		if (from >= end)
			continue;
		used += used_up_to(pools, number, to < end ? to : end) -
			used_up_to(pools, number, from > slab->base ? from : slab->base);
	}
	return used;
}

static size_t list_count(const struct engine *engine)
{
	return const_self(engine)->npools;
}

static void list(const struct engine *engine, size_t at, struct list *ret_list)
{
	const struct pools *pools = const_self(engine);
	const struct block_pool *pool = pool_of(pools, (uint32_t)at);

	*ret_list = (struct list){.length = pool->slabs * pools->blocks - pool->used};
	snprintf(ret_list->name, sizeof(ret_list->name), "free blocks of %" PRIu64 " B",
		pool->block);
}

static size_t list_entries(const struct engine *engine, size_t at, uint64_t from,
	struct list_entry *ret_entries, size_t n)
{
	const struct pools *pools = const_self(engine);
	const struct block_pool *pool = pool_of(pools, (uint32_t)at);
	size_t copied = 0;

	for (uint32_t link = pool->head; link && copied < n; link = *link_of(pools, link - 1)) {
		if (from > 0)
			from--;
		else
			ret_entries[copied++] =
				(struct list_entry){.address = address_of(pools, link - 1),
					.size = pool->block};
	}
	return copied;
}

static const char *head_words(const struct pools *pools, const struct block_pool *pool, char *ret,
	size_t size)
{
	if (pool->head == 0)
		return "NULL";
	snprintf(ret, size, "0x%" PRIx64, address_of(pools, pool->head - 1));
	return ret;
}

/* The two members of a single pool, which its constructor sets, or forgets to. */
static size_t fields(const struct engine *engine, uint64_t address, struct field *ret_fields,
	size_t n)
{
	const struct pools *pools = const_self(engine);
	const struct block_pool *pool = pool_of(pools, 0);
	struct field all[2] = {{.name = "block size"}, {.name = "head"}};
	char head[sizeof(all->value)];

	if (address != 0 || pools->npools > 1)
		return 0;
	switch (pools->constructor) {
	case CONSTRUCTOR_SETS:
		snprintf(all[0].value, sizeof(all->value), "%" PRIu64, pool->block);
		snprintf(all[1].value, sizeof(all->value), "%s",
			head_words(pools, pool, head, sizeof(head)));
		break;
	case CONSTRUCTOR_FORGETS_ZEROS:
		snprintf(all[0].value, sizeof(all->value), "0");
		snprintf(all[1].value, sizeof(all->value), "NULL");
		break;
	case CONSTRUCTOR_FORGETS_JUNK:
		for (size_t i = 0; i < 2; i++)
			snprintf(all[i].value, sizeof(all->value), "0x%" PRIx64, JUNK);
		break;
	}
	n = n < 2 ? n : 2;
	memcpy(ret_fields, all, n * sizeof(*all));
	return n;
}

static void totals(const struct engine *engine, struct totals *ret_totals)
{
	const struct pools *pools = const_self(engine);

	*ret_totals = (struct totals){.regions = pools->slabs.count,
		.regions_total = pools->slabs.count,
		.regions_peak = pools->slabs.count};
	for (uint32_t i = 0; i < pools->npools; i++) {
		const struct block_pool *pool = pool_of(pools, i);
		uint64_t blocks = pool->slabs * pools->blocks;
		ret_totals->reserved += blocks * pool->block;
		ret_totals->blocks += pool->used * pool->block;
		ret_totals->available += (blocks - pool->used) * pool->block;
		ret_totals->free_spans += blocks - pool->used;
		ret_totals->blocks_live += pool->used;
		if (pool->head)
			ret_totals->largest_free = pool->block;
	}
}

static int check_chain(const struct pools *pools, uint32_t number, struct error *err)
{
	const struct block_pool *pool = pool_of(pools, number);
	uint64_t free = pool->slabs * pools->blocks - pool->used;

	for (uint32_t link = pool->head; link; link = *link_of(pools, link - 1)) {
		if (free-- == 0)
			return error_set(err, "pool %" PRIu32 ": its chain is too long", number);
		if (link == IN_USE || slab_of(pools, (link - 1) / pools->blocks)->pool != number)
			return error_set(err, "pool %" PRIu32 ": its chain leads elsewhere",
				number);
	}
	return free == 0 ? 0 : error_set(err, "pool %" PRIu32 ": its chain is too short", number);
}

static int check(const struct engine *engine, struct error *err)
{
	const struct pools *pools = const_self(engine);

	for (uint32_t i = 0; i < pools->npools; i++)
		if (check_chain(pools, i, err) < 0)
			return -1;
	for (uint32_t i = 0; i < pools->slabs.count; i++) {
		uint32_t used = 0, first = i * pools->blocks;
		uint32_t before, at;
		const struct slab *slab = slab_at(pools, i, &at);
		if (slab_of(pools, i)->base % SLAB_ALIGN != 0)
			return error_set(err, "slab %" PRIu32 " does not begin a page", i);
		if (i > 0 && slab_at(pools, i - 1, &before) &&
			end_of_slab(pools, before) > slab->base)
			return error_set(err, "slab %" PRIu32 " is out of order", at);
		for (uint32_t block = first; block < first + pools->blocks; block++)
			used += *link_of(pools, block) == IN_USE;
		if (used != slab_of(pools, i)->used ||
			used != used_before(pools, first + pools->blocks) -
					used_before(pools, first))
			return error_set(err,
				"slab %" PRIu32 ": another number of blocks is in use", i);
	}
	return 0;
}

static int init(struct engine *engine, const struct options *values, struct error *err)
{
	struct pools *pools = self(engine);
	uint64_t block = options_number(values, "block");

	pools->blocks = (uint32_t)options_number(values, "blocks");
	pools->npools = (uint32_t)options_number(values, "pools");
	pools->slabs_max = options_number(values, "slabs");
	pools->is_high_first = options_choice(values, "first-block") == 1;
	pools->constructor = (enum constructor)options_choice(values, "constructor");
	if ((block << (pools->npools - 1)) * pools->blocks > SLAB_MAX ||
		block << (pools->npools - 1) > UINT32_MAX)
		return error_set(err,
			"--block, --blocks, --pools: a slab would have more than 1 TiB");
	flat_add(&engine->flat, &pools->pools, sizeof(struct block_pool));
	flat_add(&engine->flat, &pools->slabs, sizeof(struct slab));
	flat_add(&engine->flat, &pools->by_base, sizeof(uint32_t));
	flat_add(&engine->flat, &pools->links, sizeof(uint32_t));
	flat_add(&engine->flat, &pools->sums, sizeof(uint32_t));
	flat_grow(&pools->pools, pools->npools);
	flat_grow(&pools->sums, 1);
	for (uint32_t i = 0; i < pools->npools; i++)
		pool_of(pools, i)->block = block << i;
	return 0;
}

const struct engine_ops engine_pool = {
	.name = "pool",
	.summary = "blocks of one size; free blocks form a linked list",
	.holder = "The pool",
	.options = options,
	.decisions = decisions,
	.state_size = sizeof(struct pools),

	.init = init,

	.allocate = allocate,
	.release = release,
	.reallocate = reallocate,

	.region_count = region_count,
	.region = region,
	.page = page,
	.spans = spans,
	.used_between = used_between,

	.list_count = list_count,
	.list = list,
	.list_entries = list_entries,
	.fields = fields,

	.totals = totals,
	.check = check,
};
