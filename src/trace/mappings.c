/*
 * See mappings.h.  A treap: a tree sorted by start, and by random priority from the root down,
 * which keeps it shallow whatever the order of the mappings.
 */
#include "trace/mappings.h"

#include "base/xalloc.h"

#include <stdlib.h>

struct mapping_node {
	struct mapping mapping;
	uint32_t priority;
	uint32_t before, after; /* the nodes of lower, and of higher starts; 0: none */
};

void mappings_finish(struct mappings *mappings)
{
	free(mappings->nodes);
	*mappings = (struct mappings){0};
}

/* xorshift: the same tree every time. */
static uint32_t draw(struct mappings *mappings)
{
	uint32_t x = mappings->random ? mappings->random : 0x9E3779B9u;

	x ^= x << 13;
	x ^= x >> 17;
	x ^= x << 5;
	return mappings->random = x;
}

static uint32_t new_node(struct mappings *mappings, struct mapping mapping)
{
	uint32_t at = mappings->unused;

	if (at) {
		mappings->unused = mappings->nodes[at].after;
	} else {
		if (mappings->count + 1 >= mappings->room) {
			mappings->room = mappings->room ? mappings->room * 2 : 64;
			mappings->nodes = xreallocarray(mappings->nodes, mappings->room,
				sizeof(*mappings->nodes));
		}
		at = ++mappings->count; /* 0 stands for none */
	}
	mappings->nodes[at] = (struct mapping_node){.mapping = mapping, .priority = draw(mappings)};
	return at;
}

/* Parts the tree at `at`: those that start before the address, and the others. */
static void split(struct mapping_node *nodes, uint32_t at, uint64_t address, uint32_t *ret_before,
	uint32_t *ret_after)
{
	uint32_t *before = ret_before, *after = ret_after;

	while (at) {
		if (nodes[at].mapping.start < address) {
			*before = at;
			before = &nodes[at].after;
			at = *before;
		} else {
			*after = at;
			after = &nodes[at].before;
			at = *after;
		}
	}
	*before = *after = 0;
}

/* Joins two trees; all of the first start before all of the second. */
static uint32_t join(struct mapping_node *nodes, uint32_t first, uint32_t second)
{
	uint32_t root = 0, *place = &root;

	while (first && second) {
		if (nodes[first].priority > nodes[second].priority) {
			*place = first;
			place = &nodes[first].after;
			first = *place;
		} else {
			*place = second;
			place = &nodes[second].before;
			second = *place;
		}
	}
	*place = first ? first : second;
	return root;
}

void mappings_add(struct mappings *mappings, struct mapping mapping)
{
	uint32_t before, after, at = new_node(mappings, mapping);
	struct mapping_node *nodes = mappings->nodes;

	split(nodes, mappings->root, mapping.start, &before, &after);
	mappings->root = join(nodes, join(nodes, before, at), after);
}

/* The last one that starts before the address; 0: none does. */
static uint32_t last_before(const struct mappings *mappings, uint64_t address)
{
	const struct mapping_node *nodes = mappings->nodes;
	uint32_t found = 0;

	for (uint32_t at = mappings->root; at;) {
		bool is_before = nodes[at].mapping.start < address;
		found = is_before ? at : found;
		at = is_before ? nodes[at].after : nodes[at].before;
	}
	return found;
}

bool mappings_take(struct mappings *mappings, struct mapping range, struct mapping *ret_mapping)
{
	uint32_t at = last_before(mappings, range.end), before, self, after;
	struct mapping_node *nodes = mappings->nodes;

	if (!at || nodes[at].mapping.end <= range.start)
		return false;
	*ret_mapping = nodes[at].mapping;
	split(nodes, mappings->root, ret_mapping->start, &before, &after);
	split(nodes, after, ret_mapping->start + 1, &self, &after);
	mappings->root = join(nodes, before, after);
	nodes[self].after = mappings->unused;
	mappings->unused = self;
	return true;
}

bool mappings_contain(const struct mappings *mappings, struct mapping range)
{
	uint32_t at = last_before(mappings, range.end);

	return at && mappings->nodes[at].mapping.start <= range.start &&
	       mappings->nodes[at].mapping.end >= range.end;
}
