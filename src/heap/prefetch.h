/*
 * Prefetches the memory of events before they are applied: heap_expect(), in a header since it
 * comes before each event. The memory of one event is found in three steps, each of which needs the
 * result of the one before: so three events at different distances are prefetched by one step each.
 */
#ifndef HEAP_PREFETCH_H
#define HEAP_PREFETCH_H

#include "heap/entries.h"

#define EXPECT_ENTRIES 4096u /* fewer are in the cache anyway */
#define EXPECT_EVENT   48u   /* events ahead: itself, which another thread may have decoded */
#define EXPECT_CELL    24u   /* events ahead: its object's cell of the identities */
#define EXPECT_ENTRY   16u   /* its entry */
#define EXPECT_ADDRESS 8u    /* what the engine has at its address */

/* The entry in the cell of the event's object: almost always the right one. */
static inline uint32_t entry_for(const struct heap *heap, const struct event *event)
{
	return cell_entry(*identities_cell(&heap->identities, event->object));
}

/* How many of n events have enough after them, if it is worth to fetch anything. */
static inline size_t events_to_prefetch(const struct heap *heap, size_t n)
{
	return heap->entries.count < EXPECT_ENTRIES || n <= EXPECT_CELL ? 0 : n - EXPECT_CELL;
}

/* At one of these events. */
static inline void prefetch_from(const struct heap *heap, const struct event *events)
{
	__builtin_prefetch(&events[EXPECT_EVENT].object);
	__builtin_prefetch(identities_cell(&heap->identities, events[EXPECT_CELL].object), 1);
	uint32_t entry = entry_for(heap, &events[EXPECT_ENTRY]);
	if (entry != NO_ENTRY) {
		__builtin_prefetch(entry_of(heap, entry), 1);
		/* its end may lie in the next line */
		__builtin_prefetch(&entry_of(heap, entry)->moved, 1);
	}
	if (!engine_has_expect(heap->layers[0]))
		return;
	entry = entry_for(heap, &events[EXPECT_ADDRESS]);
	if (entry != NO_ENTRY && entry_of(heap, entry)->address != 0)
		engine_expect(heap->layers[0], entry_of(heap, entry)->address,
			entry_of(heap, entry)->place);
}

static inline void heap_prefetch(const struct heap *heap, const struct event *events, size_t n)
{
	if (events_to_prefetch(heap, n) > 0)
		prefetch_from(heap, events);
}

#endif
