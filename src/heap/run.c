/* See run.h: what comes before a run, and what is rare in one. */
#include "heap/run.h"

/* Whether nothing is kept or asked of an event but its block and the sums. */
static bool may_be_short(const struct heap *heap)
{
	return !heap_runs_code(heap) && !heap->is_checked && !heap->objects.is_traced &&
	       !objects_are_there(&heap->objects) && heap->frames.stacks.count == 0;
}

bool short_way_begin(struct heap *heap)
{
	if (!may_be_short(heap))
		return false;
	heap_forget_event(heap);
	for (size_t i = 0; i < heap->nlayers; i++) {
		struct engine *layer = heap->layers[i];
		layer->happened = 0;
		layer->failure = NULL;
		layer->said_size = SIZE_NOT_SAID;
		layer->follows = false;
		layer->log = NULL;
	}
	return true;
}

uint32_t run_add_entry(struct heap *heap)
{
	struct heap_state *state = state_of(heap);
	uint32_t entry = (uint32_t)heap->entries.count;

	if (state->free_entry != NO_ENTRY || entry >= CELL_ENTRY ||
		!identities_have_room(&heap->identities, heap->entries.count + 1))
		return NO_ENTRY;
	flat_grow(&heap->entries, 1);
	entry_of(heap, entry)->object = NO_ENTRY;
	state->free_entry = entry;
	return entry;
}
