/*
 * What hangs on each node: the blocks that are found from it count for it, and some are sampled.
 * See census.h.
 */
#include "recorder/census.h"

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

static void push(struct census *census, uintptr_t what)
{
	if (census->nstack < CENSUS_STACK)
		census->stack[census->nstack++] = what;
	else
		census->objects.is_over = true;
}

static void reach_object(void *context, uintptr_t object, const struct type_facts *facts)
{
	struct census *census = context;
	enum kind kind = facts->kind;

	if (kind == KIND_MODULE || kind == KIND_STATIC)
		return;
	const struct block block = census_object_block(&census->objects, object, facts);
	if (!census_mark(&census->memory, block.start))
		return;
	census_count(census, block);
	if (kind != KIND_LEAF && kind != KIND_WEAK)
		push(census, object);
}

static void reach_block(void *context, struct block block, bool is_read)
{
	struct census *census = context;

	if (!census_mark(&census->memory, block.start))
		return;
	census_count(census, block);
	if (is_read)
		push(census, block.start | 1);
}

/* Everything that is kept by the node, and by no node of its own. */
static void follow_node(struct census *census, uint32_t node)
{
	census->current = node;
	census_visit(&census->objects, census->nodes[node].object);
	while (census->nstack > 0 && !census->objects.is_over) {
		uintptr_t what = census->stack[--census->nstack];
		if (what & 1)
			census_visit_block(&census->objects, what & ~(uintptr_t)1);
		else
			census_visit(&census->objects, what);
	}
}

HIDDEN void census_follow(struct census *census)
{
	census->objects.context = census;
	census->objects.reach = reach_object;
	census->objects.reach_block = reach_block;
	for (int has_name = 1; has_name >= 0; has_name--)
		for (uint32_t i = 0; i < census->nnodes; i++)
			if ((census->nodes[i].label != LABEL_MODULE) == (has_name != 0))
				follow_node(census, i);
}
