/*
 * See verifier_state.h. Every allocator has its own heap. A new arena belongs to the allocator that
 * needed one when the first block was placed there; the allocator that the thread used last is
 * considered first. Where none needed an arena, there is a new allocator. Blocks and frees go to
 * the allocator of their arena; blocks below stay in the heap that placed them.
 */
#include "base/error.h"
#include "engines/pymalloc/pymalloc.h"
#include "player/verifier_state.h"

#include <string.h>

/* ---- arenas -------------------------------------------------------------------------------- */

static size_t count_arenas_to(const struct verifier *verifier, uint64_t address)
{
	size_t low = 0, high = verifier->arenas.count;

	while (low < high) {
		size_t middle = (low + high) / 2;
		if (verifier->arenas.items[middle].base <= address)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

struct arena *verifier_arena(const struct verifier *verifier, uint64_t address)
{
	size_t n = count_arenas_to(verifier, address);

	if (n == 0 || address - verifier->arenas.items[n - 1].base >= verifier->figures.arena_size)
		return NULL;
	return &verifier->arenas.items[n - 1];
}

void verifier_add_arena(struct verifier *verifier, uint64_t base)
{
	size_t at = count_arenas_to(verifier, base);

	array_push(&verifier->arenas);
	struct arena *arena = &verifier->arenas.items[at];
	memmove(arena + 1, arena, (verifier->arenas.count - at - 1) * sizeof(*arena));
	*arena = (struct arena){base, NO_OWNER};
}

void verifier_remove_arena(struct verifier *verifier, struct arena *arena)
{
	size_t at = (size_t)(arena - verifier->arenas.items);

	memmove(arena, arena + 1, (verifier->arenas.count - at - 1) * sizeof(*arena));
	verifier->arenas.count--;
}

/* ---- allocators ---------------------------------------------------------------------------- */

int verifier_add_allocator(struct verifier *verifier, struct error *err)
{
	struct heap *heap;

	if (heap_new(&heap, "pymalloc", verifier->options, err) < 0)
		return -1;
	array_push(&verifier->allocators)->heap = heap;
	verifier->figures.allocators = verifier->allocators.count;
	return 0;
}

const struct pymalloc *verifier_pymalloc(const struct verifier *verifier, uint32_t allocator)
{
	return (const struct pymalloc *)heap_layer(verifier->allocators.items[allocator].heap, 0);
}

/* It has no pool for such a request, and no arena with a free pool. */
static bool needs_arena(const struct verifier *verifier, uint32_t allocator, uint64_t size)
{
	if (!verifier->allocators.items[allocator].heap || size == 0 || size > SMALL_LIMIT)
		return false;
	const struct pymalloc *py = verifier_pymalloc(verifier, allocator);
	const struct pymalloc_state *state = state_of(py);
	return state->usable_arenas == NONE &&
	       state->classes[(size - 1) / py->geometry->alignment].usedpools == NONE;
}

/* The allocator to which an arena belongs that was just mapped for the request. */
static uint32_t owner_of_new(struct verifier *verifier, const struct thread *thread, uint64_t size)
{
	struct error ignored;

	if (!verifier->may_be_several || needs_arena(verifier, thread->allocator, size))
		return thread->allocator;
	for (uint32_t i = 0; i < verifier->allocators.count; i++)
		if (needs_arena(verifier, i, size))
			return i;
	if (verifier_add_allocator(verifier, &ignored) < 0)
		return thread->allocator;
	return (uint32_t)verifier->allocators.count - 1;
}

/* The allocator that has the object; otherwise the one that the thread used last. */
static uint32_t holder_of(const struct verifier *verifier, const struct thread *thread,
	uint32_t object)
{
	struct live live;

	for (uint32_t i = 0; object != OBJECT_NONE && i < verifier->allocators.count; i++)
		if (verifier->allocators.items[i].heap &&
			heap_find(verifier->allocators.items[i].heap, object, &live))
			return i;
	return thread->allocator;
}

uint32_t verifier_choose_allocator(struct verifier *verifier, const struct thread *thread,
	const struct event *event)
{
	bool is_new = event->kind == EVENT_ALLOCATE;
	bool has_pending_map =
		thread->their_map.is_pending &&
		event->address - thread->their_map.address < verifier->figures.arena_size;

	if (verifier->allocators.count == 1 && !(is_new && has_pending_map))
		return 0;
	const struct arena *arena = is_new || event->kind == EVENT_FREE
					    ? verifier_arena(verifier, event->address)
					    : NULL;
	if (arena && arena->owner != NO_OWNER)
		return verifier->allocators.items[arena->owner].heap ? arena->owner : 0;
	if (is_new && has_pending_map)
		return owner_of_new(verifier, thread, event->size);
	if (is_new) /* a block below outlives its allocator */
		return event->size > SMALL_LIMIT ? 0 : thread->allocator;
	return holder_of(verifier, thread, event->object);
}

void verifier_end_allocator(struct verifier *verifier, uint32_t allocator)
{
	heap_free(verifier->allocators.items[allocator].heap);
	verifier->allocators.items[allocator].heap = NULL;
	for (size_t i = 0; i < verifier->threads.count; i++)
		if (verifier->threads.items[i].allocator == allocator)
			verifier->threads.items[i].allocator = 0;
}
