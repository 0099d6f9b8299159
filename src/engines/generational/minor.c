/*
 * The minor collection: see state.h.  It is planned first, so that one that cannot be finished
 * changes nothing; the real one finds that out in the middle, and then collects everything, too.
 */
#include "engines/generational/state.h"

#include "engines/generational/decisions.h"

#include <assert.h>

/* Where each reached block goes; false: the old generation has no room for what is promoted. */
static bool plan(struct generational *heap)
{
	enum space to = (enum space)state_of(heap)->to;
	uint64_t survivors = 0, promoted = 0;

	for (size_t i = 0; i < heap->reached.count; i++) {
		struct reached *reached = &heap->reached.items[i];
		const struct block *block = block_at(heap, reached->space, reached->block);
		bool fits = survivors + block->size <= space_of(heap, to)->size;
		reached->goes_to = block->age < heap->tenure && fits ? to : OLD;
		if (reached->goes_to == to)
			survivors += block->size;
		else
			promoted += block->size;
	}
	if (promoted <= space_room(heap, OLD))
		return true;
	decide(&heap->engine, &decision_promotion_fails, promoted, space_room(heap, OLD), 0, 0);
	return false;
}

static void copy_out(struct generational *heap, const struct reached *reached)
{
	const struct block block = *block_at(heap, reached->space, reached->block);
	enum space to = (enum space)reached->goes_to;
	/* promotion is no survival, as in HotSpot */
	uint32_t age = to == OLD ? block.age : block.age + 1;
	uint64_t address = space_push(heap, to, block.object, block.size, age);

	*array_push(&heap->moves) = (struct relocation){block.object, block.address, address};
	state_of(heap)->moved_bytes += block.size;
	if (to == OLD) {
		card_dirty(heap, address);
		decide(&heap->engine, &decision_promoted, block.object, block.age, heap->tenure,
			block.age >= heap->tenure);
	} else {
		decide(&heap->engine, &decision_copied, block.object, to, age, 0);
	}
}

bool collect_minor(struct generational *heap)
{
	struct generational_state *state = state_of(heap);
	enum space from = from_space(heap);
	uint64_t before = space_of(heap, EDEN)->used + space_of(heap, from)->used;

	assert(space_of(heap, (enum space)state->to)->top == 0);
	size_t dirty = trace_young(heap);
	if (!plan(heap))
		return false;
	decide(&heap->engine, &decision_minor, state->minors + 1, space_of(heap, EDEN)->top,
		space_of(heap, from)->top, dirty);
	state->minors++;
	state->moved_bytes = 0;
	for (size_t i = 0; i < heap->reached.count; i++)
		copy_out(heap, &heap->reached.items[i]);
	trace_dead(heap, EDEN);
	trace_dead(heap, from);
	space_clear(heap, EDEN);
	space_clear(heap, from);
	state->to = from;
	trace_report(heap);
	cards_refresh(heap);
	decide(&heap->engine, &decision_survivors_swapped, state->to, 0, 0, 0);
	decide(&heap->engine, &decision_paused, heap->reached.count, state->moved_bytes,
		heap->dead.count, before - state->moved_bytes);
	heap->engine.happened |= HAPPENED_COLLECTED;
	return true;
}
