/* See graph.h. */
#include "workload/graph.h"

#include <assert.h>

struct counted_graph *graph_new(struct memory *memory, bool has_objects)
{
	struct counted_graph *graph = memory_allocate(memory, sizeof(*graph), "graph_new (graph)");

	*graph = (struct counted_graph){.memory = memory, .has_objects = has_objects};
	graph->all = memory_allocate(memory, sizeof(struct graph_node), "graph_new (anchor)");
	*graph->all = (struct graph_node){.next = graph->all, .before = graph->all};
	if (has_objects)
		memory_collects_when_asked(memory, "graph_new");
	return graph;
}

static void release_node(struct counted_graph *graph, struct graph_node *node, const char *who)
{
	node->next->before = node->before;
	node->before->next = node->next;
	graph->count--;
	graph->bytes -= node->size;
	memory_release(graph->memory, node->others, who);
	memory_release(graph->memory, node, who);
}

void graph_free(struct counted_graph *graph)
{
	if (!graph)
		return;
	while (graph->all->next != graph->all)
		release_node(graph, graph->all->next, "graph_free");
	memory_release(graph->memory, graph->all, "graph_free");
	memory_release(graph->memory, graph, "graph_free");
}

struct graph_node *graph_add(struct counted_graph *graph, uint32_t room, uint32_t size)
{
	graph->memory->is_quiet = graph->has_objects;
	struct graph_node *node =
		memory_allocate(graph->memory, sizeof(*node) + size, "graph_add (node)");

	*node = (struct graph_node){.next = graph->all,
		.before = graph->all->before,
		.references = 1,
		.room = room,
		.size = size};
	node->next->before = node;
	node->before->next = node;
	if (room > 0)
		node->others = memory_allocate(graph->memory, room * sizeof(struct graph_node *),
			"graph_add (references)");
	for (uint32_t i = 0; i < room; i++)
		node->others[i] = NULL;
	graph->memory->is_quiet = false;
	if (graph->has_objects)
		node->object = memory_made(graph->memory,
			sizeof(*node) + size + room * sizeof(struct graph_node *),
			"graph_add (node)");
	graph->count++;
	graph->bytes += size;
	return node;
}

void node_take(struct counted_graph *graph, struct graph_node *node, const char *who)
{
	node->references++;
	if (graph->has_objects)
		memory_refers(graph->memory, OBJECT_NONE, node->object, who);
}

/* One reference less; what dies of it dies. */
static void discount(struct counted_graph *graph, struct graph_node *node, const char *who)
{
	assert(node->references > 0);
	if (--node->references > 0)
		return;
	for (uint32_t i = 0; i < node->room; i++)
		if (node->others[i])
			discount(graph, node->others[i], who);
	release_node(graph, node, who);
}

void node_drop(struct counted_graph *graph, struct graph_node *node, const char *who)
{
	if (graph->has_objects)
		memory_lets_go(graph->memory, OBJECT_NONE, node->object, who);
	discount(graph, node, who);
}

void node_refer(struct counted_graph *graph, struct graph_node *node, uint32_t place,
	struct graph_node *other)
{
	struct graph_node *old = node->others[place];

	assert(place < node->room);
	if (other)
		other->references++;
	if (other && graph->has_objects)
		memory_refers(graph->memory, node->object, other->object, "node_refer");
	node->others[place] = other;
	if (!old)
		return;
	if (graph->has_objects)
		memory_lets_go(graph->memory, node->object, old->object, "node_refer");
	discount(graph, old, "node_refer");
}

/* ---- the collector --------------------------------------------------------------------------- */

/* Takes the references that come from nodes away: what is left comes from outside. */
static void subtract(struct counted_graph *graph)
{
	for (struct graph_node *node = graph->all->next; node != graph->all; node = node->next)
		node->outside = node->references;
	for (struct graph_node *node = graph->all->next; node != graph->all; node = node->next)
		for (uint32_t i = 0; i < node->room; i++)
			if (node->others[i])
				node->others[i]->outside--;
}

static void move_behind(struct graph_node *node, struct graph_node *place)
{
	node->next->before = node->before;
	node->before->next = node->next;
	node->next = place->next;
	node->before = place;
	node->next->before = node;
	place->next = node;
}

/*
 * Moves what is held from outside to the front of the ring, and then what that refers to: behind
 * the last one of them garbage begins. Needs no memory, however long a chain is.
 */
static struct graph_node *gather_reached(struct counted_graph *graph)
{
	struct graph_node *last = graph->all;

	for (struct graph_node *node = graph->all->next, *next; node != graph->all; node = next) {
		next = node->next;
		if (node->outside == 0)
			continue;
		move_behind(node, last);
		last = node;
	}
	for (struct graph_node *node = graph->all; node != last;) {
		node = node->next;
		for (uint32_t i = 0; i < node->room; i++) {
			struct graph_node *other = node->others[i];
			if (!other || other->outside > 0)
				continue;
			other->outside = 1;
			move_behind(other, last);
			last = other;
		}
	}
	return last;
}

uint64_t graph_collect(struct counted_graph *graph)
{
	uint64_t released = 0;

	if (graph->has_objects)
		memory_collects(graph->memory, "graph_collect");
	subtract(graph);
	struct graph_node *last = gather_reached(graph);
	/* What garbage refers to and is none loses a reference; garbage itself is not asked. */
	for (struct graph_node *node = last->next; node != graph->all; node = node->next)
		for (uint32_t i = 0; i < node->room; i++)
			if (node->others[i] && node->others[i]->outside > 0)
				node->others[i]->references--;
	for (; last->next != graph->all; released++)
		release_node(graph, last->next, "graph_collect");
	return released;
}
