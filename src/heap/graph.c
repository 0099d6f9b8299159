/* What a tracing engine asks of the heap, and what it says became of objects: engine/graph.h. */
#include "heap/entries.h"

#include <assert.h>

static struct heap *heap_of(const struct graph *graph)
{
	return (struct heap *)((char *)(uintptr_t)graph - offsetof(struct heap, graph));
}

static void visit_object(const struct heap *heap, uint32_t object, object_visit *visit, void *user)
{
	uint32_t entry = entry_find(heap, object);

	assert(entry != NO_ENTRY && entry_is_placed(heap, entry));
	visit(user, object, entry_of(heap, entry)->address);
}

/* A visit that also gives the address. */
struct addressed {
	const struct heap *heap;
	object_visit *visit;
	void *user;
};

static void visit_addressed(void *user, uint32_t object)
{
	const struct addressed *addressed = user;

	visit_object(addressed->heap, object, addressed->visit, addressed->user);
}

static void locals(const struct graph *graph, object_visit *visit, void *user)
{
	const struct heap *heap = heap_of(graph);
	const struct frames *frames = &heap->frames;
	struct addressed addressed = {heap, visit, user};

	for (size_t i = 0; i < frames_stacks(frames); i++)
		for (const struct frame *frame = frames_top(frames, frames_thread(frames, i));
			frame; frame = frames_below(frames, frame))
			frames_visit_locals(frames, frame, visit_addressed, &addressed);
}

static bool is_root(const struct graph *graph, uint32_t object)
{
	struct counted counted;

	return !heap_counted(heap_of(graph), object, &counted) || counted.by_program > 0;
}

static void references(const struct graph *graph, uint32_t object, object_visit *visit, void *user)
{
	const struct heap *heap = heap_of(graph);
	struct addressed addressed = {heap, visit, user};

	objects_visit(&heap->objects, object, visit_addressed, &addressed);
}

static void softly(const struct graph *graph, uint32_t object, object_visit *visit, void *user)
{
	const struct heap *heap = heap_of(graph);
	uint32_t to = objects_softly(&heap->objects, object);

	if (to != OBJECT_NONE)
		visit_object(heap, to, visit, user);
}

static bool has_soft(const struct graph *graph)
{
	return objects_have_soft(&heap_of(graph)->objects);
}

static void died(struct graph *graph, const uint32_t *objects, const uint64_t *addresses, size_t n)
{
	struct heap *heap = heap_of(graph);

	for (size_t i = 0; i < n; i++) {
		uint32_t entry = entry_find(heap, objects[i]);
		const struct live live = *entry_of(heap, entry);
		assert(live.address == addresses[i]);
		entry_unplace(heap, entry);
		entry_bury(heap->now, entry, &live);
	}
	objects_drop(&heap->objects, objects, n, heap->layers[0]->log);
}

static void moved(struct graph *graph, const struct relocation *moves, size_t n)
{
	struct heap *heap = heap_of(graph);

	for (size_t i = 0; i < n; i++) {
		uint32_t entry = entry_find(heap, moves[i].object);
		assert(entry_of(heap, entry)->address == moves[i].from);
		entry_unplace(heap, entry);
	}
	for (size_t i = 0; i < n; i++) {
		uint32_t entry = entry_find(heap, moves[i].object);
		const struct live live = *entry_of(heap, entry);
		const struct placement placement = {moves[i].to, live.given, live.layer};
		entry_place(heap, entry, &placement, live.size, heap->now->number);
		*array_push(&heap->moved) = (struct moved){*entry_of(heap, entry), moves[i].from};
	}
}

void graph_init(struct graph *graph)
{
	*graph = (struct graph){locals, is_root, references, softly, has_soft, died, moved};
}
