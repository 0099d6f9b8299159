/*
 * Nodes that are counted and refer to each other, and the collector for those that only refer to
 * each other.
 *
 *	reference   of a node to another, or of whoever is outside of the graph
 *	garbage     nodes that no chain of references from outside reaches; a cycle of them keeps
 *	            its counts above zero forever
 *	collect     trial deletion: from each node's count the references from nodes are taken away;
 *	            what is above zero then is held from outside, with all that it reaches; the rest
 *	            is garbage (as CPython's collector has it; T. W. Christopher, "Reference Count
 *	            Garbage Collection", 1984)
 */
#ifndef WORKLOAD_GRAPH_H
#define WORKLOAD_GRAPH_H

#include "workload/memory.h"

struct graph_node {
	struct graph_node *next, *before; /* in the ring of all */
	uint64_t references;              /* to it */
	uint64_t outside;           /* while it collects: references that are not yet explained */
	struct graph_node **others; /* room for `room` references from it; NULL: none */
	uint32_t room;
	uint32_t size;   /* bytes of the value */
	uint32_t object; /* its number, where nodes are counted objects */
	unsigned char value[];
};

struct counted_graph {
	struct memory *memory; /* borrowed */
	/* the trace says which node refers to which, and not what is freed */
	bool has_objects;
	struct graph_node *all; /* the ring's anchor, no node itself */
	uint64_t count;         /* nodes */
	uint64_t bytes;         /* of their values */
};

struct counted_graph *graph_new(struct memory *memory, bool has_objects);
void graph_free(struct counted_graph *graph); /* with every node */

/*
 * A node with one reference, the caller's, and room for some of its own; its value is to be filled.
 */
struct graph_node *graph_add(struct counted_graph *graph, uint32_t room, uint32_t size);

/*
 * Makes the node refer to another one (NULL: to none) in one of its places, and not to what it
 * referred to there.
 */
void node_refer(struct counted_graph *graph, struct graph_node *node, uint32_t place,
	struct graph_node *other);

/*
 * One more reference from outside, and one less: with the last reference of all the node dies, and
 * drops its own.
 */
void node_take(struct counted_graph *graph, struct graph_node *node, const char *who);
void node_drop(struct counted_graph *graph, struct graph_node *node, const char *who);

/* Releases all garbage; gives how many nodes that was. */
uint64_t graph_collect(struct counted_graph *graph);

#endif
