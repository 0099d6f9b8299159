/*
 * What can be reached: see state.h.  The order is Cheney's: the roots first, then what the first
 * found refers to, and so on, as a copying collector scans what it has copied.
 */
#include "engines/generational/state.h"

#include "engines/generational/decisions.h"

#include <assert.h>

void trace_references(const struct generational *heap, uint32_t object, object_visit *visit,
	void *user)
{
	const struct graph *graph = heap->engine.graph;

	graph->references(graph, object, visit, user);
	if (!heap->is_short)
		graph->softly(graph, object, visit, user);
}

/* Of one pass. */
struct tracing {
	struct generational *heap;
	bool is_young_only;
};

static void reach(struct tracing *tracing, enum space space, uint32_t at)
{
	struct generational *heap = tracing->heap;

	if (heap->marks[space].items[at])
		return;
	heap->marks[space].items[at] = 1;
	*array_push(&heap->reached) = (struct reached){.space = space, .block = at};
}

static void reach_object(void *user, uint32_t object, uint64_t address)
{
	struct tracing *tracing = user;
	enum space space = space_at(tracing->heap, address);

	if (space == SPACES || space == METASPACE || (tracing->is_young_only && !is_young(space)))
		return;
	uint32_t at = block_find(tracing->heap, space, address);
	assert(at != NOWHERE && block_at(tracing->heap, space, at)->object == object);
	reach(tracing, space, at);
}

/* Classes stay, and so does what their static variables refer to. */
static void reach_statics(struct tracing *tracing)
{
	const struct generational *heap = tracing->heap;

	for (size_t i = 0; i < heap->blocks[METASPACE].count; i++) {
		uint32_t object = block_at(heap, METASPACE, i)->object;
		if (object != OBJECT_NONE)
			trace_references(heap, object, reach_object, tracing);
	}
}

/* Variables that are in no frame, and blocks of which no references are known. */
static void reach_roots_in(struct tracing *tracing, enum space space)
{
	const struct generational *heap = tracing->heap;
	const struct graph *graph = heap->engine.graph;

	for (size_t i = 0; i < heap->blocks[space].count; i++) {
		uint32_t object = block_at(heap, space, i)->object;
		if (object != OBJECT_NONE && graph->is_root(graph, object))
			reach(tracing, space, (uint32_t)i);
	}
}

static void reach_from_card(struct generational *heap, const struct block *block, void *user)
{
	trace_references(heap, block->object, reach_object, user);
}

static void reach_the_rest(struct tracing *tracing)
{
	struct generational *heap = tracing->heap;

	for (size_t i = 0; i < heap->reached.count; i++) {
		const struct reached *reached = &heap->reached.items[i];
		trace_references(heap, block_at(heap, reached->space, reached->block)->object,
			reach_object, tracing);
	}
}

static void begin(struct generational *heap)
{
	heap->reached.count = heap->moves.count = heap->dead.count = 0;
	heap->dead_addresses.count = 0;
	for (enum space space = EDEN; space < METASPACE; space++) {
		heap->marks[space].count = 0;
		for (size_t i = 0; i < heap->blocks[space].count; i++)
			*array_push(&heap->marks[space]) = 0;
	}
}

size_t trace_young(struct generational *heap)
{
	struct tracing tracing = {heap, true};

	begin(heap);
	heap->engine.graph->locals(heap->engine.graph, reach_object, &tracing);
	reach_statics(&tracing);
	for (enum space space = EDEN; space <= SURVIVOR_1; space++)
		reach_roots_in(&tracing, space);
	size_t dirty = cards_visit(heap, reach_from_card, &tracing);
	reach_the_rest(&tracing);
	return dirty;
}

void trace_all(struct generational *heap)
{
	struct tracing tracing = {heap, false};

	begin(heap);
	heap->engine.graph->locals(heap->engine.graph, reach_object, &tracing);
	reach_statics(&tracing);
	for (enum space space = EDEN; space <= OLD; space++)
		reach_roots_in(&tracing, space);
	reach_the_rest(&tracing);
}

void trace_dead(struct generational *heap, enum space space)
{
	for (size_t i = 0; i < heap->blocks[space].count; i++) {
		const struct block *block = block_at(heap, space, i);
		if (heap->marks[space].items[i] || block->object == OBJECT_NONE)
			continue;
		*array_push(&heap->dead) = block->object;
		*array_push(&heap->dead_addresses) = block->address;
		decide(&heap->engine, &decision_left_behind, block->object, block->size, space, 0);
	}
}

void trace_report(struct generational *heap)
{
	struct graph *graph = heap->engine.graph;

	if (heap->dead.count > 0) {
		heap->engine.happened |= HAPPENED_DIED;
		graph->died(graph, heap->dead.items, heap->dead_addresses.items, heap->dead.count);
	}
	if (heap->moves.count > 0)
		graph->moved(graph, heap->moves.items, heap->moves.count);
}
