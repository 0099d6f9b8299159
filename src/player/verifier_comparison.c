/*
 * See verifier_state.h. An arena is recorded as mapped before the allocation that needed it, and as
 * unmapped after the free that emptied it, or before or after a realloc. So whatever one side did
 * waits for the other, thread by thread, until a request of that thread to Python's allocators
 * shows that nothing more will come.
 *
 * From 3.11 on Python also takes pieces of its stack from the allocator of arenas; they are
 * recognised by their size.
 */
#include "player/verifier_state.h"

#include <string.h>

static struct thread *thread_of(struct verifier *verifier, uint32_t number)
{
	struct thread *threads = verifier->threads.items;
	size_t at = 0;

	while (at < verifier->threads.count && threads[at].number != number)
		at++;
	if (at == 0 && at < verifier->threads.count)
		return threads;
	if (at == verifier->threads.count) {
		array_push(&verifier->threads)->number = number;
		threads = verifier->threads.items;
	}
	struct thread found = threads[at];
	memmove(&threads[1], &threads[0], at * sizeof(*threads));
	threads[0] = found;
	return threads;
}

static void add_difference(struct verifier *verifier, uint64_t event, enum difference_kind kind,
	uint64_t recorded)
{
	if (verifier->listener)
		return; /* counted in the first run */
	verifier->figures.differences++;
	if (verifier->differences.count < verifier->max)
		*array_push(&verifier->differences) = (struct difference){event, kind, recorded};
}

/* Applies the event to the heap; the listener is called for an event that differs. */
static void apply(struct verifier *verifier, uint32_t allocator, uint64_t number,
	const struct event *event, struct effect *ret_effect)
{
	struct heap *heap = verifier->allocators.items[allocator].heap;
	const struct difference *differences = verifier->differences.items;

	if (!verifier->listener) {
		heap_apply(heap, number, event, NULL, ret_effect);
		return;
	}
	size_t first = verifier->reported, end;
	while (first < verifier->differences.count && differences[first].event < number)
		first++;
	end = first;
	while (end < verifier->differences.count && differences[end].event == number)
		end++;
	verifier->reported = end;
	if (end == first) {
		heap_apply(heap, number, event, NULL, ret_effect);
		return;
	}
	verifier->listener->before(verifier->listener->user, &differences[first], heap);
	heap_apply(heap, number, event, &verifier->log, ret_effect);
	verifier->listener->after(verifier->listener->user, &differences[first], heap, event,
		ret_effect, &verifier->log);
}

/*
 * Our engine did not unmap the arena in time. Only an interpreter that ends unmaps arenas in use.
 */
void verifier_finish_unmap(struct verifier *verifier, struct thread *thread)
{
	const struct pending *their_unmap = &thread->their_unmap;

	if (their_unmap->is_pending && their_unmap->owner > 0)
		verifier_end_allocator(verifier, their_unmap->owner);
	else if (their_unmap->is_pending)
		add_difference(verifier, their_unmap->event, DIFFERS_UNMAP_MISSING,
			their_unmap->address);
	thread->their_unmap.is_pending = false;
}

/*
 * The next request has come: arenas that one side has unmapped will not be unmapped by the other.
 */
static void finish_unmaps(struct verifier *verifier, struct thread *thread, bool is_realloc)
{
	if (thread->our_unmap.is_pending)
		add_difference(verifier, thread->our_unmap.event, DIFFERS_UNMAP_EXTRA, 0);
	thread->our_unmap.is_pending = false;
	if (!is_realloc)
		verifier_finish_unmap(verifier, thread);
}

void verifier_compare_map(struct verifier *verifier, uint64_t number, const struct event *event)
{
	struct thread *thread = thread_of(verifier, event->thread);

	if ((event->flags & EVENT_FAILED) || event->size != verifier->figures.arena_size)
		return;
	verifier->figures.mapped++;
	verifier_add_arena(verifier, event->address);
	thread->their_map = (struct pending){true, number, event->address, NO_OWNER};
	thread->map = *event;
}

void verifier_compare_unmap(struct verifier *verifier, uint64_t number, const struct event *event)
{
	struct thread *thread = thread_of(verifier, event->thread);
	struct arena *arena = verifier_arena(verifier, event->address);
	struct effect effect;

	if ((event->flags & EVENT_FAILED) || !arena || arena->base != event->address)
		return; /* no arena, or mapped before the recording */
	uint32_t owner = arena->owner == NO_OWNER ? thread->allocator : arena->owner;
	verifier_remove_arena(verifier, arena);
	verifier->figures.unmapped++;
	verifier_finish_unmap(verifier, thread);
	if (!verifier->allocators.items[owner].heap)
		return;
	apply(verifier, owner, number, event, &effect);
	if (thread->our_unmap.is_pending &&
		thread->our_unmap.address - event->address < verifier->figures.arena_size)
		thread->our_unmap.is_pending = false;
	else
		thread->their_unmap = (struct pending){true, number, event->address, owner};
}

/*
 * Compares the arenas that our engine mapped or unmapped for the request; true: there is nothing
 * left to compare.
 */
static bool compare_arenas(struct verifier *verifier, struct thread *thread, uint64_t number,
	const struct event *event, const struct effect *effect)
{
	bool we_mapped = effect->happened & HAPPENED_ARENA_MAPPED;
	bool they_mapped = thread->their_map.is_pending;

	if (effect->happened & HAPPENED_ARENA_UNMAPPED) {
		if (thread->their_unmap.is_pending &&
			effect->old_address - thread->their_unmap.address <
				verifier->figures.arena_size)
			thread->their_unmap.is_pending = false;
		else
			thread->our_unmap =
				(struct pending){true, number, effect->old_address, NO_OWNER};
	}
	verifier_finish_unmap(verifier, thread);
	if (event->kind == EVENT_FREE)
		return false;
	thread->their_map.is_pending = false;
	if (we_mapped == they_mapped || effect->fault == FAULT_STILL_LIVE)
		return false;
	add_difference(verifier, number, we_mapped ? DIFFERS_MAP_EXTRA : DIFFERS_MAP_MISSING,
		event->address);
	return true;
}

static void count_compared(struct verifier *verifier, bool is_in_arena)
{
	verifier->figures.compared++;
	verifier->figures.in_arenas += is_in_arena;
	verifier->figures.below += !is_in_arena;
}

static void compare_placed(struct verifier *verifier, uint64_t number, const struct event *event,
	const struct effect *effect)
{
	bool is_in_arena = verifier_arena(verifier, event->address);
	bool we_are = effect->outcome == OUTCOME_PLACED && effect->layer == 0;

	count_compared(verifier, is_in_arena);
	if (effect->fault == FAULT_STILL_LIVE && is_in_arena)
		add_difference(verifier, number, DIFFERS_LIVE, event->address);
	else if (effect->fault == FAULT_REALLOC_UNKNOWN &&
		 verifier_arena(verifier, event->old_address))
		add_difference(verifier, number, DIFFERS_UNKNOWN, event->address);
	else if (is_in_arena && !we_are)
		add_difference(verifier, number, DIFFERS_NOT_BELOW, event->address);
	else if (!is_in_arena && we_are)
		add_difference(verifier, number, DIFFERS_BELOW, event->address);
	else if (we_are && effect->address != event->address)
		add_difference(verifier, number, DIFFERS_PLACE, event->address);
	verifier->figures.strangers += effect->fault == FAULT_REALLOC_UNKNOWN;
	verifier->figures.lost_frees += effect->fault == FAULT_STILL_LIVE && !is_in_arena;
}

static void compare_freed(struct verifier *verifier, uint64_t number, const struct event *event,
	const struct effect *effect)
{
	bool is_in_arena = verifier_arena(verifier, event->address);
	bool is_known = effect->outcome == OUTCOME_RELEASED;

	if (!is_known && !is_in_arena) {
		verifier->figures.strangers++;
		return;
	}
	count_compared(verifier, is_in_arena);
	if (!is_known)
		add_difference(verifier, number, DIFFERS_UNKNOWN, event->address);
	else if (is_in_arena != (effect->layer == 0) ||
		 (is_in_arena && effect->old_address != event->address))
		add_difference(verifier, number, DIFFERS_FREED, event->address);
}

/* The waiting arena belongs to the allocator. */
static void apply_map(struct verifier *verifier, struct thread *thread, uint32_t allocator)
{
	struct arena *arena = verifier_arena(verifier, thread->their_map.address);
	struct effect effect;

	if (arena)
		arena->owner = allocator;
	heap_apply(verifier->allocators.items[allocator].heap, thread->their_map.event,
		&thread->map, NULL, &effect);
}

void verifier_compare_request(struct verifier *verifier, uint64_t number, const struct event *event)
{
	bool is_python = event->domain == DOMAIN_MEM || event->domain == DOMAIN_OBJ;
	struct thread *thread = is_python || verifier->allocators.count > 1
					? thread_of(verifier, event->thread)
					: NULL;
	struct effect effect;

	if (is_python)
		finish_unmaps(verifier, thread, event->kind == EVENT_REALLOCATE);
	uint32_t allocator = thread ? verifier_choose_allocator(verifier, thread, event) : 0;
	if (is_python && thread->their_map.is_pending && event->kind != EVENT_FREE)
		apply_map(verifier, thread, allocator);
	apply(verifier, allocator, number, event, &effect);
	if (event->address == 0 || (event->flags & EVENT_FAILED))
		return; /* the request failed, or its address was not recorded */
	if (is_python && effect.layer == 0)
		thread->allocator = allocator;
	verifier->figures.python += is_python;
	if (is_python && compare_arenas(verifier, thread, number, event, &effect))
		verifier->figures.compared++;
	else if (event->kind == EVENT_FREE)
		compare_freed(verifier, number, event, &effect);
	else
		compare_placed(verifier, number, event, &effect);
}
