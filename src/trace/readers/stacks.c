/* See stacks.h; each call costs the same, but for the first of a stack, which grows with it. */
#include "trace/readers/stacks.h"

#include "flat/index.h"
#include "trace/feed.h"

void stacks_init(struct stacks *stacks)
{
	*stacks = (struct stacks){0};
	index_init(&stacks->index, &stacks->flat);
}

void stacks_finish(struct stacks *stacks)
{
	array_finish(&stacks->nodes);
	array_finish(&stacks->tops);
	flat_finish(&stacks->flat);
}

/* STACKS_EMPTY: there is none yet. */
static uint32_t find(const struct stacks *stacks, uint32_t hash, uint32_t parent, uint64_t frame)
{
	uint32_t slot;

	for (size_t at = index_first(&stacks->index, hash);
		index_slot(&stacks->index, &at, hash, &slot); at = index_next(&stacks->index, at)) {
		const struct stack_node *node = &stacks->nodes.items[slot];
		if (node->frame == frame && node->parent == parent)
			return slot + 1;
	}
	return STACKS_EMPTY;
}

static uint32_t find_or_add(struct stacks *stacks, uint32_t parent, uint64_t frame)
{
	uint32_t hash = index_hash(frame * 31 + parent);
	uint32_t found = find(stacks, hash, parent, frame);
	uint32_t slot = (uint32_t)stacks->nodes.count;

	if (found != STACKS_EMPTY)
		return found;
	uint32_t depth = parent == STACKS_EMPTY ? 0 : stacks->nodes.items[parent - 1].depth;
	*array_push(&stacks->nodes) =
		(struct stack_node){.frame = frame, .parent = parent, .depth = depth + 1};
	index_make_room(&stacks->index, slot + 1);
	index_put(&stacks->index, hash, slot);
	return slot + 1;
}

uint32_t stacks_call(struct stacks *stacks, uint32_t parent, uint64_t frame)
{
	if (parent == STACKS_EMPTY)
		return find_or_add(stacks, parent, frame);
	uint32_t latest = stacks->nodes.items[parent - 1].latest;
	if (latest == STACKS_EMPTY || stacks->nodes.items[latest - 1].frame != frame) {
		latest = find_or_add(stacks, parent, frame);
		stacks->nodes.items[parent - 1].latest = latest;
	}
	return latest;
}

uint32_t stacks_return(const struct stacks *stacks, uint32_t node, uint32_t n)
{
	for (; n > 0 && node != STACKS_EMPTY; n--)
		node = stacks->nodes.items[node - 1].parent;
	return node;
}

uint32_t stacks_site(struct stacks *stacks, uint32_t node, uint32_t hidden, struct feed *feed,
	uint64_t (*address_of)(void *user, struct feed *feed, uint64_t frame), void *user)
{
	uint64_t frames[SITE_FRAMES_MAX];
	size_t count = 0;

	if (node == STACKS_EMPTY)
		return SITE_NONE;
	struct stack_node *found = &stacks->nodes.items[node - 1];
	if (found->site != SITE_NONE || found->depth <= hidden)
		return found->site;
	while (node != STACKS_EMPTY && count < SITE_FRAMES_MAX) {
		const struct stack_node *at = &stacks->nodes.items[node - 1];
		if (at->depth <= hidden)
			break;
		frames[count++] = address_of ? address_of(user, feed, at->frame) : at->frame;
		node = at->parent;
	}
	feed_site(feed, frames, count);
	return found->site = feed_sites(feed);
}

uint32_t stacks_caller(struct stacks *stacks, uint64_t address, struct feed *feed)
{
	if (address == 0)
		return SITE_NONE;
	return stacks_site(stacks, stacks_call(stacks, STACKS_EMPTY, address), 0, feed, NULL, NULL);
}
