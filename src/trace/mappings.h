/*
 * The ranges of addresses that a process has mapped; no two of them overlap. Every operation grows
 * with the logarithm of their number.
 */
#ifndef TRACE_MAPPINGS_H
#define TRACE_MAPPINGS_H

#include <stdbool.h>
#include <stdint.h>

struct mapping {
	uint64_t start, end; /* the first byte, and the first after it */
};

/* Empty when zeroed. */
struct mappings {
	struct mapping_node *nodes;
	uint32_t root, count, room, unused;
	uint32_t random;
};

void mappings_finish(struct mappings *mappings);

/* It must not overlap another one, nor be empty. */
void mappings_add(struct mappings *mappings, struct mapping mapping);

/* Takes out one that overlaps the range; false: none does. */
bool mappings_take(struct mappings *mappings, struct mapping range, struct mapping *ret_mapping);

/* The whole range is in one mapping. */
bool mappings_contain(const struct mappings *mappings, struct mapping range);

#endif
