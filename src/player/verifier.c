/*
 * See verifier.h. An arena is recorded as mapped before the allocation that needed it, and as
 * unmapped after the free that emptied it, or before or after a realloc. So whatever one side did
 * waits for the other, thread by thread, until a request of that thread to Python's allocators
 * shows that nothing more will come.
 *
 * Every allocator has its own heap. A new arena belongs to the allocator that needed one when the
 * first block was placed there; the allocator that the thread used last is considered first. Where
 * none needed an arena, there is a new allocator. Blocks and frees go to the allocator of their
 * arena; blocks below stay in the heap that placed them.
 *
 * From 3.11 on Python also takes pieces of its stack from the allocator of arenas; they are
 * recognised by their size.
 */
#include "player/verifier.h"

#include "base/arrays.h"
#include "base/error.h"
#include "base/options.h"
#include "base/xalloc.h"
#include "engines/pymalloc/pymalloc.h"

#include <stdlib.h>
#include <string.h>

#define BATCH    256u
#define NO_OWNER UINT32_MAX

struct arena {
	uint64_t base;
	uint32_t owner; /* allocator, or NO_OWNER */
};

/* An arena that one side has mapped or unmapped and the other has not yet. */
struct pending {
	bool is_pending;
	uint64_t event;
	/* base of the recorded one; or a block in the one that our engine unmapped */
	uint64_t address;
	uint32_t owner; /* allocator of an arena that the recorded Python unmapped */
};

struct thread {
	uint32_t number;
	uint32_t allocator;         /* the one it used last */
	struct pending their_map;   /* recorded, until the next allocation */
	struct event map;           /* its event, not yet applied */
	struct pending our_unmap;   /* by our engine */
	struct pending their_unmap; /* recorded, until the next realloc */
};

struct allocator {
	struct heap *heap; /* NULL: it has ended */
};

struct verifier {
	struct trace *trace;
	struct options *options;
	bool may_be_several;
	size_t max;
	struct verifier_figures figures;
	ARRAY(struct difference) differences; /* the first ones */

	/* While the trace is played. */
	ARRAY(struct allocator) allocators;
	ARRAY(struct arena) arenas;   /* recorded and mapped now, in address order */
	ARRAY(struct thread) threads; /* one per thread, the most recently used first */
	const struct verifier_listener *listener;
	size_t reported; /* differences */
	struct decision_log log;
};

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

static struct arena *arena_at(const struct verifier *verifier, uint64_t address)
{
	size_t n = count_arenas_to(verifier, address);

	if (n == 0 || address - verifier->arenas.items[n - 1].base >= verifier->figures.arena_size)
		return NULL;
	return &verifier->arenas.items[n - 1];
}

static void add_arena(struct verifier *verifier, uint64_t base)
{
	size_t at = count_arenas_to(verifier, base);

	array_push(&verifier->arenas);
	struct arena *arena = &verifier->arenas.items[at];
	memmove(arena + 1, arena, (verifier->arenas.count - at - 1) * sizeof(*arena));
	*arena = (struct arena){base, NO_OWNER};
}

static void remove_arena(struct verifier *verifier, struct arena *arena)
{
	size_t at = (size_t)(arena - verifier->arenas.items);

	memmove(arena, arena + 1, (verifier->arenas.count - at - 1) * sizeof(*arena));
	verifier->arenas.count--;
}

/* ---- allocators ---------------------------------------------------------------------------- */

static int add_allocator(struct verifier *verifier, struct error *err)
{
	struct heap *heap;

	if (heap_new(&heap, "pymalloc", verifier->options, err) < 0)
		return -1;
	array_push(&verifier->allocators)->heap = heap;
	verifier->figures.allocators = verifier->allocators.count;
	return 0;
}

static const struct pymalloc *pymalloc_of(const struct verifier *verifier, uint32_t allocator)
{
	return (const struct pymalloc *)heap_layer(verifier->allocators.items[allocator].heap, 0);
}

/* It has no pool for such a request, and no arena with a free pool. */
static bool needs_arena(const struct verifier *verifier, uint32_t allocator, uint64_t size)
{
	if (!verifier->allocators.items[allocator].heap || size == 0 || size > SMALL_LIMIT)
		return false;
	const struct pymalloc *py = pymalloc_of(verifier, allocator);
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
	if (add_allocator(verifier, &ignored) < 0)
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

/* The allocator that serves the request. */
static uint32_t choose_allocator(struct verifier *verifier, const struct thread *thread,
	const struct event *event)
{
	bool is_new = event->kind == EVENT_ALLOCATE;
	bool has_pending_map =
		thread->their_map.is_pending &&
		event->address - thread->their_map.address < verifier->figures.arena_size;

	if (verifier->allocators.count == 1 && !(is_new && has_pending_map))
		return 0;
	const struct arena *arena =
		is_new || event->kind == EVENT_FREE ? arena_at(verifier, event->address) : NULL;
	if (arena && arena->owner != NO_OWNER)
		return verifier->allocators.items[arena->owner].heap ? arena->owner : 0;
	if (is_new && has_pending_map)
		return owner_of_new(verifier, thread, event->size);
	if (is_new) /* a block below outlives its allocator */
		return event->size > SMALL_LIMIT ? 0 : thread->allocator;
	return holder_of(verifier, thread, event->object);
}

/* Its interpreter has ended, and all its memory was unmapped at once. */
static void end_allocator(struct verifier *verifier, uint32_t allocator)
{
	heap_free(verifier->allocators.items[allocator].heap);
	verifier->allocators.items[allocator].heap = NULL;
	for (size_t i = 0; i < verifier->threads.count; i++)
		if (verifier->threads.items[i].allocator == allocator)
			verifier->threads.items[i].allocator = 0;
}

/* ---- comparing ----------------------------------------------------------------------------- */

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
static void finish_their_unmap(struct verifier *verifier, struct thread *thread)
{
	const struct pending *their_unmap = &thread->their_unmap;

	if (their_unmap->is_pending && their_unmap->owner > 0)
		end_allocator(verifier, their_unmap->owner);
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
		finish_their_unmap(verifier, thread);
}

static void compare_map(struct verifier *verifier, uint64_t number, const struct event *event)
{
	struct thread *thread = thread_of(verifier, event->thread);

	if ((event->flags & EVENT_FAILED) || event->size != verifier->figures.arena_size)
		return;
	verifier->figures.mapped++;
	add_arena(verifier, event->address);
	thread->their_map = (struct pending){true, number, event->address, NO_OWNER};
	thread->map = *event;
}

static void compare_unmap(struct verifier *verifier, uint64_t number, const struct event *event)
{
	struct thread *thread = thread_of(verifier, event->thread);
	struct arena *arena = arena_at(verifier, event->address);
	struct effect effect;

	if ((event->flags & EVENT_FAILED) || !arena || arena->base != event->address)
		return; /* no arena, or mapped before the recording */
	uint32_t owner = arena->owner == NO_OWNER ? thread->allocator : arena->owner;
	remove_arena(verifier, arena);
	verifier->figures.unmapped++;
	finish_their_unmap(verifier, thread);
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
	finish_their_unmap(verifier, thread);
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
	bool is_in_arena = arena_at(verifier, event->address);
	bool we_are = effect->outcome == OUTCOME_PLACED && effect->layer == 0;

	count_compared(verifier, is_in_arena);
	if (effect->fault == FAULT_STILL_LIVE && is_in_arena)
		add_difference(verifier, number, DIFFERS_LIVE, event->address);
	else if (effect->fault == FAULT_REALLOC_UNKNOWN && arena_at(verifier, event->old_address))
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
	bool is_in_arena = arena_at(verifier, event->address);
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
	struct arena *arena = arena_at(verifier, thread->their_map.address);
	struct effect effect;

	if (arena)
		arena->owner = allocator;
	heap_apply(verifier->allocators.items[allocator].heap, thread->their_map.event,
		&thread->map, NULL, &effect);
}

static void compare_request(struct verifier *verifier, uint64_t number, const struct event *event)
{
	bool is_python = event->domain == DOMAIN_MEM || event->domain == DOMAIN_OBJ;
	struct thread *thread = is_python || verifier->allocators.count > 1
					? thread_of(verifier, event->thread)
					: NULL;
	struct effect effect;

	if (is_python)
		finish_unmaps(verifier, thread, event->kind == EVENT_REALLOCATE);
	uint32_t allocator = thread ? choose_allocator(verifier, thread, event) : 0;
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

/* Applies the events up to `end`, or all of them. */
static void play(struct verifier *verifier, uint64_t end)
{
	struct event events[BATCH];
	uint64_t at = 0;
	size_t n;

	while (at < end && (n = trace_read(verifier->trace, at, events, BATCH)) > 0)
		for (size_t i = 0; i < n && at < end; i++, at++) {
			const struct event *event = &events[i];
			heap_expect(verifier->allocators.items[0].heap, event, n - i);
			if (event->kind <= EVENT_FREE)
				compare_request(verifier, at, event);
			else if (event->domain == DOMAIN_ARENA && event->kind == EVENT_MAP)
				compare_map(verifier, at, event);
			else if (event->domain == DOMAIN_ARENA && event->kind == EVENT_UNMAP)
				compare_unmap(verifier, at, event);
		}
	verifier->figures.events = at;
}

static int compare_differences(const void *left, const void *right)
{
	const struct difference *one = left, *other = right;

	if (one->event != other->event)
		return one->event < other->event ? -1 : 1;
	return one->kind < other->kind ? -1 : one->kind > other->kind;
}

void verifier_run(struct verifier *verifier)
{
	play(verifier, UINT64_MAX);
	/*
	 * Arenas that only our engine has unmapped are not counted: the recording ended too early
	 * for them.
	 */
	for (size_t i = 0; i < verifier->threads.count; i++)
		finish_their_unmap(verifier, &verifier->threads.items[i]);
	if (verifier->differences.count > 0)
		qsort(verifier->differences.items, verifier->differences.count,
			sizeof(struct difference), compare_differences);
}

const struct verifier_figures *verifier_figures(const struct verifier *verifier)
{
	return &verifier->figures;
}

size_t verifier_differences(const struct verifier *verifier,
	const struct difference **ret_differences)
{
	*ret_differences = verifier->differences.items;
	return verifier->differences.count;
}

/* ---- life ---------------------------------------------------------------------------------- */

static void forget_state(struct verifier *verifier)
{
	for (size_t i = 0; i < verifier->allocators.count; i++)
		heap_free(verifier->allocators.items[i].heap);
	array_finish(&verifier->allocators);
	array_finish(&verifier->arenas);
	array_finish(&verifier->threads);
}

void verifier_report(struct verifier *verifier, const struct verifier_listener *listener)
{
	const struct verifier_figures figures = verifier->figures;
	struct error ignored;

	if (verifier->differences.count == 0)
		return;
	forget_state(verifier);
	if (add_allocator(verifier, &ignored) == 0) {
		verifier->listener = listener;
		verifier->reported = 0;
		play(verifier,
			verifier->differences.items[verifier->differences.count - 1].event + 1);
		verifier->listener = NULL;
	}
	verifier->figures = figures;
}

int verifier_new(struct verifier **ret_verifier, struct trace *trace,
	const struct verifier_config *config, struct error *err)
{
	struct verifier *verifier = xcalloc(1, sizeof(*verifier));

	verifier->trace = trace;
	verifier->options = options_clone(config->options);
	verifier->may_be_several = config->may_be_several;
	verifier->max = config->max;
	if (add_allocator(verifier, err) < 0) {
		verifier_free(verifier);
		return -1;
	}
	verifier->figures.arena_size = pymalloc_of(verifier, 0)->geometry->arena_size;
	*ret_verifier = verifier;
	return 0;
}

void verifier_free(struct verifier *verifier)
{
	if (!verifier)
		return;
	forget_state(verifier);
	array_finish(&verifier->differences);
	options_free(verifier->options);
	free(verifier);
}
