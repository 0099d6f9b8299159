/*
 * Call stacks of forms that say which function is entered and left, or that have a table of stacks:
 * a tree, in which each stack is a node below the stack of its caller.
 *
 *	node    a stack, from 1 on; 0 is the empty one
 *	frame   what it has called innermost, as the form calls it: never the same for two functions
 *
 * A node becomes a call site of the trace when an event is of it for the first time.
 */
#ifndef TRACE_READERS_STACKS_H
#define TRACE_READERS_STACKS_H

#include "base/arrays.h"
#include "flat/flat.h"

#include <stdint.h>

struct feed;

#define STACKS_EMPTY 0u

struct stacks {
	ARRAY(struct stack_node) nodes; /* node N is N - 1 */
	struct flat flat;
	struct flat_array index; /* index.h: of parent and frame */
	ARRAY(uint32_t) tops;    /* the stack of each thread, by its number */
};

struct stack_node {
	uint64_t frame;
	uint32_t parent, depth; /* depth: 1 for a child of the empty stack */
	uint32_t site;          /* or SITE_NONE: not fed yet */
	uint32_t latest;        /* stack that it called last; or STACKS_EMPTY */
};

void stacks_init(struct stacks *stacks);
void stacks_finish(struct stacks *stacks);

/* The stack in which a thread is now, to be read and set; STACKS_EMPTY at first. */
static inline uint32_t *stacks_top(struct stacks *stacks, uint32_t thread)
{
	while (stacks->tops.count <= thread)
		array_push(&stacks->tops);
	return &stacks->tops.items[thread];
}

/* The stack in which `parent` has called `frame`; made if it is new. */
uint32_t stacks_call(struct stacks *stacks, uint32_t parent, uint64_t frame);

/* The stack of the caller of n calls; STACKS_EMPTY where there are fewer. */
uint32_t stacks_return(const struct stacks *stacks, uint32_t node, uint32_t n);

/*
 * The call site of a stack, without its outermost `hidden` frames; SITE_NONE of no frames.
 * address_of(): what stands for a frame in the trace, of which the name was fed; NULL: itself.
 */
uint32_t stacks_site(struct stacks *stacks, uint32_t node, uint32_t hidden, struct feed *feed,
	uint64_t (*address_of)(void *user, struct feed *feed, uint64_t frame), void *user);

/* The call site of a caller that is known by its return address alone; SITE_NONE of address 0. */
uint32_t stacks_caller(struct stacks *stacks, uint64_t address, struct feed *feed);

#endif
