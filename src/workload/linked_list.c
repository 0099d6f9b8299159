/*
 * A list of nodes that are linked both ways: each element is a block of its own, between two links.
 */
#include "workload/sequence.h"
#include "workload/workload.h"

#include <assert.h>

struct link {
	struct link *next, *before;
	unsigned char element[];
};

struct sequence {
	struct memory *memory; /* borrowed */
	struct link *first, *last;
	size_t element; /* bytes */
	uint64_t count;
	uint64_t walked; /* nodes */
};

static struct sequence *linked_new(struct memory *memory, size_t element)
{
	struct sequence *list = memory_allocate(memory, sizeof(*list), "linked_new (list)");

	*list = (struct sequence){.memory = memory, .element = element};
	return list;
}

static void linked_free(struct sequence *list)
{
	for (struct link *link = list->first, *next; link; link = next) {
		next = link->next;
		memory_release(list->memory, link, "linked_free");
	}
	memory_release(list->memory, list, "linked_free");
}

static uint64_t linked_count(const struct sequence *list)
{
	return list->count;
}

/* Walks from the nearer end; NULL behind the last. */
static struct link *link_at(struct sequence *list, uint64_t at)
{
	struct link *link = list->first;

	if (at == list->count)
		return NULL;
	if (at < list->count / 2) {
		for (uint64_t i = 0; i < at; i++, list->walked++)
			link = link->next;
		return link;
	}
	link = list->last;
	for (uint64_t i = list->count - 1; i > at; i--, list->walked++)
		link = link->before;
	return link;
}

static void *linked_at(struct sequence *list, uint64_t at)
{
	return link_at(list, at)->element;
}

static void *linked_insert(struct sequence *list, uint64_t at)
{
	struct link *next = link_at(list, at);
	struct link *before = next ? next->before : list->last;
	struct link *link = memory_allocate(list->memory, sizeof(*link) + list->element,
		"linked_insert (node)");

	*link = (struct link){.next = next, .before = before};
	*(before ? &before->next : &list->first) = link;
	*(next ? &next->before : &list->last) = link;
	list->count++;
	return link->element;
}

static void linked_remove(struct sequence *list, uint64_t at)
{
	struct link *link = link_at(list, at);

	assert(link);
	*(link->before ? &link->before->next : &list->first) = link->next;
	*(link->next ? &link->next->before : &list->last) = link->before;
	list->count--;
	memory_release(list->memory, link, "linked_remove");
}

static void linked_walk(struct sequence *list)
{
	for (const struct link *link = list->first; link; link = link->next)
		memory_reads(list->memory, link, 0, sizeof(*link) + list->element, "linked_walk");
}

static uint64_t linked_cost(const struct sequence *list)
{
	return list->walked;
}

const struct sequence_ops sequence_linked = {
	.name = "linked-list",
	.opening =
		"A LINKED list: each element is a separate block, with links to the next and the one before. An insertion moves nothing, but has to walk to its place and allocates every time.",
	.new = linked_new,
	.free = linked_free,
	.count = linked_count,
	.insert = linked_insert,
	.remove = linked_remove,
	.at = linked_at,
	.walk = linked_walk,
	.walk_words =
		"Now all elements are read, in order, from link to link. Each is where there was room: mostly in another LINE of the cache, 64 bytes, than the one before.",
	.cost = linked_cost,
	.cost_words = "nodes were walked over to find places",
};

static int run_linked_list(struct run *run, struct error *err)
{
	return sequence_run(run, &sequence_linked, err);
}

const struct workload workload_linked_list = {
	.name = "linked-list",
	.group = "lists",
	.summary = "the same list as linked nodes, each element in its own block",
	.defaults = "--operations 4000 --length 300 --element 24",
	.engine = "heap",
	.run = run_linked_list,
};
