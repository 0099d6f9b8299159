/*
 * What the program reads and writes, and what happens in a cache of its own, as a C program does:
 * through a pointer, which has the address of its object whether that is live or not.  See
 * heap/heap_state.h.
 */
#include "heap/entries.h"

#include "heap/decisions.h"

#include <assert.h>

/* A pointer, and the object that it was made for. */
struct target {
	uint64_t address;
	uint64_t size;
	bool is_stale;
	uint64_t freed; /* with is_stale: number of the event */
};

static bool find_target(const struct heap *heap, uint32_t object, struct target *ret_target)
{
	const struct pointer *pointer;
	struct live live;

	if (heap_find(heap, object, &live)) {
		*ret_target = (struct target){live.address, live.size, false, 0};
		return true;
	}
	pointer = pointers_find(&heap->pointers, object);
	if (!pointer)
		return false;
	*ret_target = (struct target){pointer->address, pointer->size, true, pointer->freed};
	return true;
}

static bool take_span(const struct span *span, void *user)
{
	*(struct span *)user = *span;
	return false;
}

/* The span of the lowest layer that has one at the address; false: nothing is mapped there. */
static bool find_span(const struct heap *heap, uint64_t address, struct span *ret_span)
{
	ret_span->size = 0;
	for (size_t i = 0; i < heap->nlayers && ret_span->size == 0; i++)
		engine_spans(heap->layers[i], address, address + 1, take_span, ret_span);
	return ret_span->size > 0;
}

/* Says what is at the address that is used. */
static void tell_what_is_there(struct heap *heap, uint64_t address, enum use_word word)
{
	struct engine *top = heap->layers[0];
	struct span span;
	struct live live;

	if (heap_find_address(heap, address, &live) && address - live.address < live.size)
		decide(top, &decision_use_of_other, live.object, address, word, 0);
	else if (!find_span(heap, address, &span))
		decide(top, &decision_use_unmapped, address, 0, 0, 0);
	else if (span.state == SPAN_FREE || span.state == SPAN_VIRGIN)
		decide(top, &decision_use_of_hole, address, span.size, word, 0);
	else
		decide(top, &decision_use_of_words, address, span.state == SPAN_USED, word, 0);
}

/* How far outside the object the use goes; false: it does not. */
static bool find_outside(const struct event *event, const struct target *target,
	uint64_t *ret_before, uint64_t *ret_after)
{
	uint64_t offset = (uint64_t)event->offset, end = offset + event->size;

	*ret_before = event->offset < 0 ? 0 - offset : 0;
	*ret_after = (int64_t)end > 0 && end > target->size ? end - target->size : 0;
	return *ret_before > 0 || *ret_after > 0;
}

static void apply_access(const struct application *now, const struct target *target)
{
	struct heap *heap = now->heap;
	struct engine *top = heap->layers[0];
	const struct event *event = now->event;
	enum use_word word = (enum use_word)event->other;
	uint64_t before, after, at = target->address + (uint64_t)event->offset;
	bool is_outside = find_outside(event, target, &before, &after);

	if (target->is_stale) {
		fault_tell(now->effect, FAULT_USE_AFTER_FREE);
		decide(top, &decision_use_stale, event->object, target->freed, 0, 0);
	} else if (is_outside) {
		fault_tell(now->effect, FAULT_OUT_OF_BOUNDS);
	} else {
		decide(top, &decision_use_inside, event->object, event->size, word, 0);
		return;
	}
	if (before > 0)
		decide(top, &decision_use_before, event->object, before, 0, 0);
	else if (after > 0)
		decide(top, &decision_use_after, event->object, target->size, after, 0);
	if (!target->is_stale && before == 0)
		at = target->address + target->size + after - 1;
	tell_what_is_there(heap, at, word);
}

void apply_use(const struct application *now)
{
	const struct event *event = now->event;
	struct target target;

	if (!use_names_object((enum use_word)event->other)) {
		cache_order_apply(&now->heap->cache, event, now->heap->layers[0]->log);
		return;
	}
	if (!find_target(now->heap, event->object, &target)) {
		fault_tell(now->effect, FAULT_NO_OBJECT);
		now->effect->outcome = OUTCOME_INVALID;
		return;
	}
	now->effect->old_address = target.address;
	now->effect->old_size = target.size;
	if (event_is_of_cache(event) && target.is_stale) {
		fault_tell(now->effect, FAULT_USE_AFTER_FREE);
		return;
	}
	if (event_is_of_cache(event)) {
		cache_order_apply(&now->heap->cache, event, now->heap->layers[0]->log);
		return;
	}
	apply_access(now, &target);
}
