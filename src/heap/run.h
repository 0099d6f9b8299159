/*
 * A run: allocations and frees one after the other that the engine has a short way for. What every
 * event of a run needs stays in registers; who runs it (passage.c, placements.c) says what else is
 * done at each, so these functions are inline.
 */
#ifndef HEAP_RUN_H
#define HEAP_RUN_H

#include "heap/entries.h"

/*
 * Prepares what all events of the short way have in common: runs, and plain events that the engine
 * has no short way for. false: the next event may not take it.
 */
bool short_way_begin(struct heap *heap);

struct run {
	struct heap *heap;
	struct engine *engine;
	struct heap_state *state;
	struct live *entries;
	uint32_t *cells, mask;
	uint64_t number; /* of the event */
};

static inline struct run run_from(struct heap *heap, uint64_t number)
{
	return (struct run){.heap = heap,
		.engine = heap->layers[0],
		.state = state_of(heap),
		.entries = heap->entries.data,
		.cells = heap->identities.cells.data,
		.mask = (uint32_t)heap->identities.cells.count - 1,
		.number = number};
}

/* What has to be known of every event of a run, if the short way may be taken. */
static inline bool run_is_possible(const struct heap *heap)
{
	return heap->layers[0]->plain.most > 0 && !has_cached(heap) && !heap->by_address->is_kept &&
	       space_all_given_up(&heap->space) == 0;
}

/*
 * No entry is free: one that is new, and free, for the event that will take it; NO_ENTRY: there is
 * no room for its identity.
 */
uint32_t run_add_entry(struct heap *heap);

/* Each of the two: NULL or false, and nothing has changed, where the event is not of a run. */

static inline const struct live *run_allocate(struct run *run, const struct event *event)
{
	struct heap_state *state = run->state;
	uint32_t *cell = &run->cells[event->object & run->mask], entry = state->free_entry;

	if (*cell != 0 || event->object == OBJECT_NONE ||
		(event->flags & (EVENT_FAILED | EVENT_OLD_UNKNOWN)) ||
		!engine_finds_plain(run->engine, event->size, event->alignment, event->domain))
		return NULL;
	if (__builtin_expect(entry >= CELL_ENTRY, false)) {
		entry = run_add_entry(run->heap);
		if (entry == NO_ENTRY)
			return NULL;
		run->entries = run->heap->entries.data;
	}
	const struct placed placed = engine_take(run->engine, event->size);
	if (placed.address == 0)
		return NULL;

	struct live *live = &run->entries[entry];
	uint64_t size = event->size;
	*cell = entry + 1;
	state->free_entry = live->object;
	__builtin_prefetch(&run->entries[state->free_entry],
		1); /* it may be long since it was freed */
	live->object = event->object;
	entry_set_where(live, 0, placed.place);
	live->address = placed.address;
	live->size = size;
	live->given = placed.given;
	live->born = run->number;
	live->moved = run->number;
	state->entries_used++;
	state->changes++;
	state->live++;
	state->live_bytes += size;
	state->given_bytes += placed.given;
	state->small[placed.given / SMALL_STEP] += size;
	return live;
}

static inline bool run_free(struct run *run, const struct event *event)
{
	struct heap_state *state = run->state;
	uint32_t *cell = &run->cells[event->object & run->mask], entry = cell_entry(*cell);

	if (entry == NO_ENTRY || (event->flags & (EVENT_FAILED | EVENT_SIZED)))
		return false;
	struct live *live = &run->entries[entry];
	if (live->object != event->object || live->layer > 0 || live->place == 0)
		return false;

	keep_pointer(run->heap, live, event, run->number);
	engine_give(run->engine, live->address, live->place);
	uint64_t size = live->size, given = live->given;
	*cell -= entry + 1;
	memset(live, 0, sizeof(*live));
	live->object = state->free_entry;
	state->free_entry = entry;
	state->entries_used--;
	state->changes++;
	state->live--;
	state->live_bytes -= size;
	state->given_bytes -= given;
	state->small[given / SMALL_STEP] -= size;
	return true;
}

#endif
