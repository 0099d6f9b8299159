/*
 * What hangs on each node: the blocks that are found from it count for it, and some are sampled.
 * See census.h.
 */
#include "recorder/census.h"

#include <assert.h>

/* 32 bits of a block's address, in which blocks side by side do not resemble each other. */
static uint32_t mixed(uintptr_t address)
{
	return (uint32_t)((address >> 4) * UINT64_C(0x9E3779B97F4A7C15) >> 32);
}

static bool is_taken(const struct census *census, const struct sample *sample)
{
	return sample->weight >= census->step ||
	       mixed(sample->address) < ((uint64_t)sample->weight << 32) / census->step;
}

static void keep_fewer(struct census *census)
{
	uint32_t kept = 0;

	census->step *= 2;
	for (uint32_t i = 0; i < census->nsamples; i++)
		if (is_taken(census, &census->samples[i]))
			census->samples[kept++] = census->samples[i];
	census->nsamples = kept;
}

HIDDEN void census_count(struct census *census, struct block block)
{
	struct node *node = &census->nodes[census->current];

	if (block.bytes == 0)
		return;
	const struct sample sample = {block.start,
		block.bytes + census_idle(&census->memory, block.start), census->current};
	node->blocks++;
	node->bytes += block.bytes;
	node->weight += sample.weight;
	census->blocks++;
	if (!is_taken(census, &sample))
		return;
	for (uint32_t tries = 0; census->nsamples == CENSUS_SAMPLES && tries < 40; tries++)
		keep_fewer(census);
	if (census->nsamples < CENSUS_SAMPLES && is_taken(census, &sample))
		census->samples[census->nsamples++] = sample;
}

/* ---- what waits ------------------------------------------------------------------------------ */

/*
 * Objects that are reached, whose own references are not followed yet, each with its node: the one
 * that came first is taken, so that each object is reached by the shortest way. Where too many
 * wait, the last one is, of which there are soon no more.
 */
#define NODE_BITS    16u /* CENSUS_NODES */
#define OBJECT_ALIGN 8u
#define WAIT_MOST    (CENSUS_QUEUE / 2)

static_assert(CENSUS_NODES <= 1u << NODE_BITS, "a node fits beside an address");

static void push(struct census *census, uintptr_t object)
{
	if (census->nqueue < CENSUS_QUEUE)
		census->queue[(census->queue_first + census->nqueue++) % CENSUS_QUEUE] =
			(uint64_t)(object / OBJECT_ALIGN) << NODE_BITS | census->current;
	else
		census->objects.is_over = true;
}

/* Of the node that it is of. There is one. */
static uintptr_t pop(struct census *census)
{
	uint32_t at = census->queue_first;

	if (census->nqueue > WAIT_MOST)
		at = (at + census->nqueue - 1) % CENSUS_QUEUE;
	else
		census->queue_first = (at + 1) % CENSUS_QUEUE;
	census->nqueue--;
	census->current = census->queue[at] & (CENSUS_NODES - 1);
	return (census->queue[at] >> NODE_BITS) * OBJECT_ALIGN;
}

/* ---- blocks whose words are not known -------------------------------------------------------- */

/*
 * What a block's words mean is not known, and some are left from what was there before: it is read
 * after all that objects say. Small ones come first, which are mostly structures; large ones may be
 * buffers. Both wait in one array, from its two ends.
 */
#define SMALL_BLOCK 1024u
#define GRANULE     16u

/* is_new: it is not counted yet, as only a number says where it is. */
static void defer(struct census *census, struct block block, bool is_new)
{
	uint64_t what = (uint64_t)(block.start / GRANULE) << (NODE_BITS + 1) |
			(uint64_t)is_new << NODE_BITS | census->current;

	if (census->small_end == census->large_end)
		census->objects.is_over = true;
	else if (block.bytes <= SMALL_BLOCK && !is_new)
		census->deferred[census->small_end++] = what;
	else
		census->deferred[--census->large_end] = what;
}

/* The next one, of the node that it is of. false: there is none. */
static bool take_deferred(struct census *census, uintptr_t *ret_start, bool *ret_is_new)
{
	uint64_t what;

	if (census->small_next < census->small_end)
		what = census->deferred[census->small_next++];
	else if (census->large_next > census->large_end)
		what = census->deferred[--census->large_next];
	else
		return false;
	census->current = what & (CENSUS_NODES - 1);
	*ret_is_new = what >> NODE_BITS & 1;
	*ret_start = (what >> (NODE_BITS + 1)) * GRANULE;
	return true;
}

/* ---- objects --------------------------------------------------------------------------------- */

/* No variable keeps it: it stays when that one is gone. */
static void count_immortal(struct census *census, uintptr_t text, const struct type_facts *facts)
{
	const struct block block = census_object_block(&census->objects, text, facts);
	uint32_t node = census->current;

	if (!census->has_roots || !census_mark(&census->memory, block.start))
		return;
	census->current = census->roots[ROOT_TEXTS];
	census_count(census, block);
	census->current = node;
}

static void reach_object(void *context, uintptr_t object, const struct type_facts *facts)
{
	struct census *census = context;
	enum kind kind = facts->kind;
	struct block number;

	if (kind == KIND_MODULE || kind == KIND_STATIC)
		return;
	if (census_is_immortal(&census->objects, object, facts)) {
		count_immortal(census, object, facts);
		return;
	}
	if (census_addressed(&census->objects, object, facts, &number))
		defer(census, number, true);
	const struct block block = census_object_block(&census->objects, object, facts);
	if (!census_mark(&census->memory, block.start))
		return;
	uint32_t node = census->current;
	census->current = census_step(census, object, facts);
	census_count(census, block);
	if (kind != KIND_LEAF && kind != KIND_WEAK)
		push(census, object);
	census->current = node;
}

static void reach_block(void *context, struct block block, bool is_read)
{
	struct census *census = context;

	if (!census_mark(&census->memory, block.start))
		return;
	census_count(census, block);
	if (is_read)
		defer(census, block, false);
}

HIDDEN void census_follow_objects(struct census *census)
{
	while (census->nqueue > 0 && !census->objects.is_over) {
		uintptr_t object = pop(census);
		census_visit_locals(census, object);
		census_visit(&census->objects, object);
	}
}

static void follow_deferred(struct census *census)
{
	uintptr_t start;
	bool is_new;

	while (!census->objects.is_over && take_deferred(census, &start, &is_new)) {
		struct block block;
		if (is_new) {
			if (!census_chunk(&census->memory, start, &block) ||
				!census_mark(&census->memory, start))
				continue;
			census_count(census, block);
		}
		census_visit_block(&census->objects, start);
		census_follow_objects(census);
	}
}

static void add_node(struct census *census, uint32_t number)
{
	const struct node *node = &census->nodes[number];

	census->current = number;
	if (node->label == LABEL_STATE)
		census_visit_block(&census->objects, node->object);
	else
		push(census, node->object);
}

/* The program's own modules and functions come before those of libraries. */
enum turn { TURN_OWN, TURN_OTHERS, TURN_MODULES, TURNS };

static enum turn turn_of(const struct census *census, uint32_t number)
{
	const struct node *node = &census->nodes[number];

	if (node->label == LABEL_MODULE)
		return TURN_MODULES;
	return node->rank <= RANK_OWN ? TURN_OWN : TURN_OTHERS;
}

HIDDEN void census_follow(struct census *census)
{
	census->objects.context = census;
	census->objects.reach = reach_object;
	census->objects.reach_block = reach_block;
	for (int turn = 0; turn < TURNS; turn++) {
		for (uint32_t i = 0; i < census->nnodes; i++)
			if (turn_of(census, i) == (enum turn)turn)
				add_node(census, i);
		census_follow_objects(census);
	}
	follow_deferred(census);
	if (census->blocks == 0) /* debug hooks have put theirs before each */
		return;
	census_follow_roots(census);
	follow_deferred(census);
}
